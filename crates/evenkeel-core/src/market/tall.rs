//! A long list that grows by pieces, so that nothing already in it is ever moved.
//!
//! A plain vector doubles: with ten million records that is a copy of all of them while an order
//! waits, and half of the memory taken is empty. Nothing can be taken out of the middle here.

use serde::{Deserialize, Serialize, Serializer};
use std::ops::{Index, IndexMut};

/// Items in every piece but the last.
const PIECE: usize = 1 << 13;

/// Items by number, from 0.
///
/// Written like a plain list. *Bounds*: indexing panics on a number that was never given.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(from = "Vec<T>")]
#[serde(bound = "T: Copy + Deserialize<'de>")]
pub struct Tall<T> {
    /// All full but the last.
    pieces: Vec<Vec<T>>,
}

impl<T> Default for Tall<T> {
    fn default() -> Self {
        let pieces = Vec::new();
        Self { pieces }
    }
}

impl<T> Tall<T> {
    /// How many items there are.
    #[inline]
    pub fn len(&self) -> usize {
        match self.pieces.as_slice() {
            [] => 0,
            [full @ .., last] => full.len() * PIECE + last.len(),
        }
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.pieces.is_empty()
    }

    /// Adds an item; its number is the length before.
    #[inline]
    pub fn push(&mut self, item: T) {
        match self.pieces.last_mut() {
            Some(last) if last.len() < PIECE => last.push(item),
            _ => self.begin(item),
        }
    }

    #[cold]
    fn begin(&mut self, item: T) {
        // Most workspaces are small; those that are not will fill the next piece as well.
        let room = if self.pieces.is_empty() { 4 } else { PIECE };
        let mut piece = Vec::with_capacity(room);
        piece.push(item);
        self.pieces.push(piece);
    }

    /// The item with this number.
    #[inline]
    pub fn get(&self, number: usize) -> Option<&T> {
        self.pieces.get(number / PIECE)?.get(number % PIECE)
    }

    /// All items in order.
    pub fn iter(&self) -> impl Iterator<Item = &T> {
        self.pieces.iter().flatten()
    }
}

impl<T: Copy> Tall<T> {
    /// Fills up with `item` until there are `len`; one that is longer stays as it is.
    pub fn fill(&mut self, len: usize, item: T) {
        while self.len() < len {
            self.push(item);
        }
    }
}

impl<T> Index<usize> for Tall<T> {
    type Output = T;

    #[inline]
    fn index(&self, number: usize) -> &T {
        &self.pieces[number / PIECE][number % PIECE]
    }
}

impl<T> IndexMut<usize> for Tall<T> {
    #[inline]
    fn index_mut(&mut self, number: usize) -> &mut T {
        &mut self.pieces[number / PIECE][number % PIECE]
    }
}

impl<T: Copy> From<Vec<T>> for Tall<T> {
    fn from(list: Vec<T>) -> Self {
        let pieces = list.chunks(PIECE).map(<[T]>::to_vec).collect();
        Self { pieces }
    }
}

impl<T: Serialize> Serialize for Tall<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use serde::ser::SerializeSeq;
        let mut list = serializer.serialize_seq(Some(self.len()))?;
        for item in self.iter() {
            list.serialize_element(item)?;
        }
        list.end()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_a_list_and_written_like_one() {
        for len in [
            0,
            1,
            5,
            PIECE - 1,
            PIECE,
            PIECE + 1,
            2 * PIECE,
            3 * PIECE + 7,
        ] {
            let plain: Vec<u32> = (0..len as u32).map(|item| item * 3).collect();
            let mut tall = Tall::default();
            plain.iter().for_each(|item| tall.push(*item));
            assert_eq!((tall.len(), tall.is_empty()), (len, len == 0));
            assert!(tall.iter().eq(&plain));
            assert_eq!(tall, Tall::from(plain.clone()));
            for number in 0..len {
                assert_eq!(
                    (tall[number], tall.get(number)),
                    (plain[number], plain.get(number))
                );
            }
            assert_eq!(tall.get(len), None);
            let bytes = postcard::to_stdvec(&tall).expect("written");
            assert_eq!(Ok(&bytes), postcard::to_stdvec(&plain).as_ref());
            assert_eq!(postcard::from_bytes(&bytes), Ok(tall));
        }
    }

    #[test]
    fn an_item_can_be_changed_and_stays_where_it_is() {
        let mut tall = Tall::default();
        tall.fill(PIECE + 2, 7u8);
        let first: *const u8 = &tall[0];
        tall[PIECE + 1] = 9;
        tall[0] = 1;
        tall.fill(3 * PIECE, 8);
        tall.fill(3, 6);
        assert_eq!(
            (tall[0], tall[1], tall[PIECE + 1], tall[PIECE + 2]),
            (1, 7, 9, 8)
        );
        assert_eq!((tall.len(), tall.get(3 * PIECE)), (3 * PIECE, None));
        assert_eq!(first, &raw const tall[0]);
    }
}
