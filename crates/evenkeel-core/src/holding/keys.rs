//! The keys of all records: numbered in order of first appearance, found by a look-up.
//!
//! One long text with where each key ends, and a table of numbers beside it: about thirty bytes a
//! key, where a set of boxed texts takes seventy-five. Keys are never taken out again.

use crate::holding::wide::Wide;
use crate::market::tall::Tall;
use hashbrown::HashTable;
use hashbrown::hash_table::Entry;
use serde::{Deserialize, Serialize};
use std::hash::{BuildHasher, RandomState};

/// Keys by number, and numbers by key.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(from = "Texts")]
pub struct Keys {
    texts: Texts,
    /// Numbers by the hash of their key; derived.
    #[serde(skip)]
    numbers: HashTable<u32>,
    /// So that nobody can choose keys that share their slots.
    #[serde(skip)]
    hasher: RandomState,
}

/// The keys alone, which is what a snapshot keeps.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Texts {
    text: String,
    ends: Tall<Wide>,
}

impl Texts {
    fn at(&self, number: u32) -> &str {
        self.get(number as usize).expect("it has a number")
    }

    fn get(&self, number: usize) -> Option<&str> {
        let end = self.ends.get(number)?.get() as usize;
        let start = number.checked_sub(1);
        let start = start.map_or(0, |before| self.ends[before].get() as usize);
        Some(&self.text[start..end])
    }
}

impl From<Texts> for Keys {
    fn from(texts: Texts) -> Self {
        let hasher = RandomState::new();
        let hash = |number: &u32| hasher.hash_one(texts.at(*number));
        let mut numbers = HashTable::with_capacity(texts.ends.len());
        for number in 0..texts.ends.len() as u32 {
            numbers.insert_unique(hash(&number), number, hash);
        }
        Self {
            texts,
            numbers,
            hasher,
        }
    }
}

impl PartialEq for Keys {
    fn eq(&self, other: &Self) -> bool {
        self.texts == other.texts
    }
}

impl Eq for Keys {}

impl Keys {
    /// How many there are.
    pub fn len(&self) -> usize {
        self.texts.ends.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.texts.ends.is_empty()
    }

    /// The key with this number.
    pub fn get(&self, number: usize) -> Option<&str> {
        self.texts.get(number)
    }

    /// The number of a key.
    pub fn find(&self, key: &str) -> Option<usize> {
        let is_it = |number: &u32| self.texts.at(*number) == key;
        let number = self.numbers.find(self.hasher.hash_one(key), is_it)?;
        Some(*number as usize)
    }

    /// Adds a key; its number, and whether it is new.
    pub fn insert(&mut self, key: &str) -> (usize, bool) {
        let Self {
            texts,
            numbers,
            hasher,
        } = self;
        let is_it = |number: &u32| texts.at(*number) == key;
        let hash = |number: &u32| hasher.hash_one(texts.at(*number));
        let free = match numbers.entry(hasher.hash_one(key), is_it, hash) {
            Entry::Occupied(known) => return (*known.get() as usize, false),
            Entry::Vacant(free) => free,
        };
        let number = texts.ends.len();
        free.insert(u32::try_from(number).expect("records are fewer than 2^32"));
        texts.text.push_str(key);
        texts.ends.push(Wide::of(texts.text.len() as u64));
        (number, true)
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
