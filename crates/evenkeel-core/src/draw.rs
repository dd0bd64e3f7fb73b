//! Keyed draws: chance that can be drawn again by whoever holds the key.
//!
//! A draw is SHA-256 over the period's secret key, the pool and the record, so the same record
//! draws the same number on every node and on every retry, and nobody without the key can guess
//! it. There is deliberately no generator with a state that could be advanced twice.
//! *Source*: guide "science" section 1, randomised order (counter-based keyed draw).

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// The secret of a draw period. Never journalled while the period runs.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct DrawKey(pub [u8; 32]);

impl std::fmt::Debug for DrawKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("DrawKey(hidden)")
    }
}

impl DrawKey {
    /// A key made from a public seed: for `route`, demos and tests, where nothing is at stake.
    pub fn from_seed(seed: u64) -> Self {
        Self(Sha256::digest(format!("evenkeel public seed {seed}")).into())
    }

    /// What is published when the period begins: a digest that fits no other key and tells nothing
    /// of this one.
    pub fn commitment(&self) -> [u8; 32] {
        let mut hasher = Sha256::new();
        hasher.update(b"evenkeel draw commitment 1");
        hasher.update(self.0);
        hasher.finalize().into()
    }

    /// The 64 drawn bits for one record in one pool.
    ///
    /// `turn` tells apart several draws for the same record (it is assigned again later).
    pub fn bits(&self, pool: &str, record: &str, turn: u32) -> u64 {
        let mut hasher = Sha256::new();
        hasher.update(self.0);
        for part in [pool.as_bytes(), record.as_bytes()] {
            hasher.update((part.len() as u64).to_le_bytes());
            hasher.update(part);
        }
        hasher.update(turn.to_le_bytes());
        let digest = hasher.finalize();
        let mut first = [0u8; 8];
        first.copy_from_slice(&digest[..8]);
        u64::from_le_bytes(first)
    }
}

/// How finely a chance is told: in millionths.
pub const CHANCES: u32 = 1_000_000;

/// Maps drawn bits to `0..count`, each as likely as the next to within 2⁻³².
///
/// *Bounds*: `count` of 0 gives 0.
pub fn pick(bits: u64, count: usize) -> usize {
    ((u128::from(bits) * count as u128) >> 64) as usize
}

/// Maps drawn bits to `0..count` as [`pick`] does, with fresh bits for a second question.
///
/// *Bounds*: the fresh bits keep what the first answer did not use; with a `count` of a million
/// that is still 44 bits.
pub fn split(bits: u64, count: u32) -> (u32, u64) {
    let product = u128::from(bits) * u128::from(count);
    ((product >> 64) as u32, product as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_draw_depends_on_every_part_and_on_nothing_else() {
        let key = DrawKey::from_seed(7);
        let draw = key.bits("us", "L-1", 0);
        assert_eq!(draw, key.bits("us", "L-1", 0));
        assert_ne!(draw, key.bits("usL", "-1", 0));
        assert_ne!(draw, key.bits("us", "L-1", 1));
        assert_ne!(draw, DrawKey::from_seed(8).bits("us", "L-1", 0));
    }

    /// The numbers of the guide's page about proof: whoever checks by hand gets the same.
    #[test]
    fn a_draw_by_hand_gives_the_same() {
        let key = DrawKey::from_seed(7);
        let bits = key.bits("us", "L-1", 0);
        assert_eq!((bits, pick(bits, 5)), (5608088760444325229, 1));
        let promise = key.commitment().map(|byte| format!("{byte:02x}")).concat();
        let wanted = "86333419cb04789a67bf855cde98cdf4585f014c4141436ef0eb7ad976c33929";
        assert_eq!(promise, wanted);
    }

    #[test]
    fn a_commitment_tells_keys_apart_and_is_no_draw() {
        let (one, other) = (DrawKey::from_seed(7), DrawKey::from_seed(8));
        assert_eq!(one.commitment(), DrawKey::from_seed(7).commitment());
        assert_ne!(one.commitment(), other.commitment());
        assert_ne!(one.commitment(), one.0);
        let digest: [u8; 32] = Sha256::digest(one.0).into();
        assert_ne!(one.commitment(), digest);
    }

    #[test]
    fn a_split_draw_answers_two_questions_evenly() {
        let key = DrawKey::from_seed(3);
        let mut seen = [[0u32; 4]; 2];
        for turn in 0..8_000 {
            let (first, rest) = split(key.bits("p", "r", turn), CHANCES);
            seen[usize::from(first < CHANCES / 2)][pick(rest, 4)] += 1;
        }
        let even = seen
            .iter()
            .flatten()
            .all(|count| (850..1_150).contains(count));
        assert!(even, "{seen:?}");
    }

    #[test]
    fn picks_cover_the_range_evenly() {
        let key = DrawKey::from_seed(1);
        let mut seen = [0u32; 5];
        for turn in 0..5_000 {
            seen[pick(key.bits("p", "r", turn), 5)] += 1;
        }
        assert!(
            seen.iter().all(|count| (900..1_100).contains(count)),
            "{seen:?}"
        );
    }
}
