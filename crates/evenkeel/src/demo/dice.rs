//! Dice for made-up data: keyed, whole numbers only, the same on every machine.
//!
//! A die is named: two names under one seed give unrelated throws, so that adding a throw to one
//! story changes no other. For play only; decisions draw with [`evenkeel_core::draw`].
//! *Source*: SplitMix64 (Steele, Lea, Flood, "Fast splittable pseudorandom number generators").

/// One named sequence of throws.
#[derive(Clone, Debug)]
pub struct Dice(u64);

impl Dice {
    /// The dice called `name` under `seed`.
    pub fn new(seed: u64, name: &str) -> Self {
        // FNV-1a over the name, so that the start depends on every byte of it.
        let start = name.bytes().fold(0xcbf2_9ce4_8422_2325, |hash: u64, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
        let mut dice = Self(start ^ seed.wrapping_mul(0x9e37_79b9_7f4a_7c15));
        dice.bits();
        dice
    }

    /// 64 bits.
    pub fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        bits ^ (bits >> 31)
    }

    /// A number in `0..count`; 0 when `count` is 0.
    pub fn below(&mut self, count: u64) -> u64 {
        ((u128::from(self.bits()) * u128::from(count)) >> 64) as u64
    }

    /// A number in `low..=high`. *Bounds*: `low` when `high` is lower.
    pub fn between(&mut self, low: i64, high: i64) -> i64 {
        let width = high.saturating_sub(low).saturating_add(1).max(1);
        low + self.below(width as u64) as i64
    }

    /// Whether something happens that happens `percent` times in a hundred.
    pub fn percent(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }

    /// One of `choices`. *Bounds*: panics when there is none.
    pub fn one<'a, T>(&mut self, choices: &'a [T]) -> &'a T {
        &choices[self.below(choices.len() as u64) as usize]
    }

    /// One of `choices`, each as often as its weight says. *Bounds*: panics without any weight.
    pub fn weighed<'a, T>(&mut self, choices: &'a [(T, u64)]) -> &'a T {
        let mut left = self.below(choices.iter().map(|(_, weight)| weight).sum());
        for (choice, weight) in choices {
            match left.checked_sub(*weight) {
                Some(rest) => left = rest,
                None => return choice,
            }
        }
        unreachable!("the throw is below the sum of the weights")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_name_and_seed_give_the_same_throws() {
        let throws = |seed, name| {
            let mut dice = Dice::new(seed, name);
            [(); 4].map(|()| dice.bits())
        };
        assert_eq!(throws(7, "leads"), throws(7, "leads"));
        assert_ne!(throws(7, "leads"), throws(8, "leads"));
        assert_ne!(throws(7, "leads"), throws(7, "names"));
    }

    #[test]
    fn throws_stay_in_range_and_reach_all_of_it() {
        let mut dice = Dice::new(1, "range");
        let mut seen = [0; 6];
        (0..600).for_each(|_| seen[(dice.between(-2, 3) + 2) as usize] += 1);
        assert!(seen.iter().all(|count| *count > 60), "{seen:?}");
        assert_eq!(
            (dice.below(0), dice.below(1), dice.between(5, 4)),
            (0, 0, 5)
        );
    }

    #[test]
    fn weights_are_kept() {
        let mut dice = Dice::new(1, "weights");
        let rare = (0..1_000)
            .filter(|_| *dice.weighed(&[("often", 9), ("rare", 1)]) == "rare")
            .count();
        assert!((60..140).contains(&rare), "{rare}");
        assert!((0..100).all(|_| *dice.weighed(&[("never", 0), ("always", 1)]) == "always"));
    }
}
