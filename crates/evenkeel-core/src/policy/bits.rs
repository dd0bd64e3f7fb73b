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

/// Every distinct chunk.
#[derive(Clone, Debug, Default)]
pub(super) struct Pool {
    chunks: Vec<Chunk>,
    known: BTreeMap<Chunk, u32>,
}

impl Pool {
    /// The number of a chunk.
    fn intern(&mut self, chunk: Chunk) -> u32 {
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

    /// Forgets how to find chunks, once all are in.
    pub(super) fn close(&mut self) {
        self.known = BTreeMap::new();
        self.chunks.shrink_to_fit();
    }
}

/// One row of bits for each class of a lane.
#[derive(Clone, Debug)]
pub(super) struct Rows {
    per_row: usize,
    ids: Vec<u32>,
}

impl Rows {
    /// Rows of `bits` bits for `classes` classes: a bit is set in the classes of its set, and a
    /// bit without one in every class.
    pub(super) fn new(
        pool: &mut Pool,
        classes: u32,
        bits: usize,
        sets: &[(usize, &ClassSet)],
    ) -> Self {
        let per_row = bits.div_ceil(CHUNK_BITS);
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
        let mut ids = Vec::with_capacity(per_row * classes as usize);
        for flips in &flips[..classes as usize] {
            for bit in flips {
                flip(&mut row, *bit);
            }
            for bit in flips {
                let chunk = bit / CHUNK_BITS;
                now[chunk] = pool.intern(row[chunk]);
            }
            ids.extend_from_slice(&now);
        }
        Self { per_row, ids }
    }

    /// The number of one chunk of the row of `class`.
    #[inline]
    pub(super) fn id(&self, class: u32, chunk: usize) -> u32 {
        self.ids[class as usize * self.per_row + chunk]
    }

    /// How many chunks a row has.
    pub(super) fn per_row(&self) -> usize {
        self.per_row
    }
}

/// `bits` set bits.
pub(super) fn full(bits: usize) -> Vec<Chunk> {
    let mut row = vec![[0; CHUNK_WORDS]; bits.div_ceil(CHUNK_BITS)];
    for bit in 0..bits {
        flip(&mut row, bit);
    }
    row
}

fn flip(row: &mut [Chunk], bit: usize) {
    row[bit / CHUNK_BITS][bit % CHUNK_BITS / 64] ^= 1 << (bit % 64);
}
