//! Bit sets by class: for each class of a lane, which of some numbered things go with it.
//!
//! Rows are cut into chunks of 512 bits and every distinct chunk is kept once, so that ten
//! thousand rules over a column with ten thousand literals stay small.

use crate::policy::classes::ClassSet;
use std::collections::BTreeMap;

/// Words per chunk: one line of a usual cache.
pub(super) const CHUNK_WORDS: usize = 8;
/// Bits per chunk.
pub(super) const CHUNK_BITS: usize = 64 * CHUNK_WORDS;

/// 512 bits.
pub(super) type Chunk = [u64; CHUNK_WORDS];

/// Every distinct chunk, by number. Chunk 0 has no bit set.
#[derive(Clone, Debug)]
pub(super) struct Pool {
    chunks: Vec<Chunk>,
    known: BTreeMap<Chunk, u32>,
}

/// The number of the chunk without bits.
pub(super) const NONE: u32 = 0;

impl Pool {
    /// Only the chunk without bits.
    pub(super) fn new() -> Self {
        let none = [0; CHUNK_WORDS];
        Self {
            chunks: vec![none],
            known: BTreeMap::from([(none, NONE)]),
        }
    }

    /// The number of a chunk.
    pub(super) fn intern(&mut self, chunk: Chunk) -> u32 {
        let next = self.chunks.len();
        *self.known.entry(chunk).or_insert_with(|| {
            self.chunks.push(chunk);
            u32::try_from(next).expect("policies make far fewer chunks than 2^32")
        })
    }

    /// The chunk with a number.
    #[inline]
    pub(super) fn chunk(&self, number: u32) -> &Chunk {
        &self.chunks[number as usize]
    }
}

/// How many chunks hold `bits` bits.
pub(super) fn chunks(bits: usize) -> usize {
    bits.div_ceil(CHUNK_BITS)
}

/// Chunk numbers of one row of `bits` bits for each of `classes` classes: a bit is set in the
/// classes of its set, and a bit without a set in every class.
pub(super) fn rows(
    pool: &mut Pool,
    classes: u32,
    bits: usize,
    sets: &[(usize, &ClassSet)],
) -> Vec<Vec<u32>> {
    let mut flips: Vec<Vec<usize>> = vec![Vec::new(); classes as usize + 1];
    let mut row = full(bits);
    for (bit, set) in sets {
        flip(&mut row, *bit);
        for (start, end) in set.ranges() {
            flips[*start as usize].push(*bit);
            flips[*end as usize].push(*bit);
        }
    }
    let mut now: Vec<u32> = row.iter().map(|chunk| pool.intern(*chunk)).collect();
    let rows = flips[..classes as usize].iter().map(|flips| {
        for bit in flips {
            flip(&mut row, *bit);
        }
        for bit in flips {
            let chunk = bit / CHUNK_BITS;
            now[chunk] = pool.intern(row[chunk]);
        }
        now.clone()
    });
    rows.collect()
}

/// `bits` set bits.
pub(super) fn full(bits: usize) -> Vec<Chunk> {
    let mut row = vec![[0; CHUNK_WORDS]; chunks(bits)];
    for bit in 0..bits {
        flip(&mut row, bit);
    }
    row
}

/// Sets in `row` the bits of `chunk`, moved up by `start`.
pub(super) fn put(row: &mut [Chunk], start: usize, chunk: &Chunk) {
    for (at, word) in chunk.iter().enumerate() {
        let mut word = *word;
        while word != 0 {
            let bit = start + at * 64 + word.trailing_zeros() as usize;
            row[bit / CHUNK_BITS][bit % CHUNK_BITS / 64] |= 1 << (bit % 64);
            word &= word - 1;
        }
    }
}

fn flip(row: &mut [Chunk], bit: usize) {
    row[bit / CHUNK_BITS][bit % CHUNK_BITS / 64] ^= 1 << (bit % 64);
}
