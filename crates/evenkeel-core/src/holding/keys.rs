//! The keys of all records: numbered in order of first appearance, found by a look-up.
//!
//! One long text with where each key ends, and a table of numbers beside it: about thirty bytes a
//! key, where a set of boxed texts takes seventy-five. Keys are never taken out again.

use crate::holding::wide::Wide;
use serde::{Deserialize, Serialize};
use std::hash::{BuildHasher, RandomState};

/// A free slot.
const FREE: u32 = u32::MAX;

/// Keys by number, and numbers by key.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(from = "Texts")]
pub struct Keys {
    text: String,
    ends: Vec<Wide>,
    /// Numbers, each at the first free slot from its hash on; derived.
    #[serde(skip)]
    slots: Vec<u32>,
    /// So that nobody can choose keys that share their slots.
    #[serde(skip)]
    hasher: RandomState,
}

/// What is kept in a snapshot.
#[derive(Deserialize)]
struct Texts {
    text: String,
    ends: Vec<Wide>,
}

impl From<Texts> for Keys {
    fn from(Texts { text, ends }: Texts) -> Self {
        let mut keys = Self {
            text,
            ends,
            ..Self::default()
        };
        keys.spread((keys.len() * 2).next_power_of_two());
        keys
    }
}

impl PartialEq for Keys {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text && self.ends == other.ends
    }
}

impl Eq for Keys {}

impl Keys {
    /// How many there are.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// The key with this number.
    pub fn get(&self, number: usize) -> Option<&str> {
        let end = self.ends.get(number)?.get() as usize;
        let start = number.checked_sub(1);
        let start = start.map_or(0, |before| self.ends[before].get() as usize);
        Some(&self.text[start..end])
    }

    /// The number of a key.
    pub fn find(&self, key: &str) -> Option<usize> {
        if self.slots.is_empty() {
            return None;
        }
        let number = self.slots[self.slot(key)];
        (number != FREE).then_some(number as usize)
    }

    /// Adds a key; its number, and whether it is new.
    pub fn insert(&mut self, key: &str) -> (usize, bool) {
        // At most three slots of four are taken, so that a look-up stays short.
        if (self.len() + 1) * 4 > self.slots.len() * 3 {
            self.spread((self.slots.len() * 2).max(16));
        }
        let slot = self.slot(key);
        if self.slots[slot] != FREE {
            return (self.slots[slot] as usize, false);
        }
        let number = self.len();
        self.slots[slot] = u32::try_from(number).expect("records are fewer than 2^32");
        self.text.push_str(key);
        self.ends.push(Wide::of(self.text.len() as u64));
        (number, true)
    }

    /// The slot that holds a key, or the free one where it belongs.
    fn slot(&self, key: &str) -> usize {
        let mask = self.slots.len() - 1;
        let mut slot = self.hasher.hash_one(key) as usize & mask;
        loop {
            let number = self.slots[slot];
            if number == FREE || self.get(number as usize) == Some(key) {
                return slot;
            }
            slot = (slot + 1) & mask;
        }
    }

    /// Puts every number into a table of this many slots, a power of two.
    fn spread(&mut self, slots: usize) {
        self.slots = vec![FREE; slots.max(16)];
        for number in 0..self.len() {
            let key = self.get(number).expect("it is one of them");
            let slot = self.slot(key);
            self.slots[slot] = number as u32;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_given_in_order_and_found_again() {
        let mut keys = Keys::default();
        assert_eq!((keys.find("a"), keys.get(0)), (None, None));
        for number in 0..5_000 {
            let key = format!("L-{}-ü", number * 7);
            assert_eq!(keys.insert(&key), (number, true));
            assert_eq!(keys.insert(&key), (number, false));
        }
        let bytes = postcard::to_stdvec(&keys).expect("written");
        let read: Keys = postcard::from_bytes(&bytes).expect("read");
        assert_eq!(read, keys);
        for keys in [&keys, &read] {
            for number in 0..5_000 {
                let key = format!("L-{}-ü", number * 7);
                assert_eq!(keys.find(&key), Some(number));
                assert_eq!(keys.get(number), Some(key.as_str()));
            }
            assert_eq!(keys.find("L-1"), None);
        }
    }
}
