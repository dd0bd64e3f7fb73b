//! What a book should hold of one thing, and what it costs to miss it.
//!
//! Every wish of a plan about a book (how many accounts, how much effort, how much value, how many
//! of each kind) has this one form, so that the solver, the bound and the checker know no special
//! cases. What the thing is, is deliberately not known here.

use serde::{Deserialize, Serialize};

/// A convex cost of the amount `x` in a book: nothing from `low` to `high`, `slope` for every unit
/// outside, and `wall` on top of that for every unit below `floor` or above `ceiling`.
///
/// *Units*: amounts in micro-units, rates in micro-points per whole unit, costs in pico-points
/// (a rate times an amount, without a division: nothing is rounded).
/// *Bounds*: `0 ≤ floor ≤ low ≤ high ≤ ceiling ≤` [`AMOUNT_MAX`], and rates at most [`RATE_MAX`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Band {
    /// Below it, `wall` is added.
    pub floor: i64,
    /// Least amount that costs nothing.
    pub low: i64,
    /// Greatest amount that costs nothing.
    pub high: i64,
    /// Above it, `wall` is added.
    pub ceiling: i64,
    /// Cost of a unit outside `low..=high`.
    pub slope: i64,
    /// Added cost of a unit outside `floor..=ceiling`.
    pub wall: i64,
}

/// Largest amount that a book can hold of anything: a thousand billion units.
pub const AMOUNT_MAX: i64 = 1_000_000_000_000_000_000;
/// Highest rate: a hundred thousand points for a unit.
pub const RATE_MAX: i64 = 100_000_000_000;

impl Band {
    /// No wish at all.
    pub const FREE: Self = Self {
        floor: 0,
        low: 0,
        high: AMOUNT_MAX,
        ceiling: AMOUNT_MAX,
        slope: 0,
        wall: 0,
    };

    /// Whether the limits are in order and within bounds.
    pub fn fits(&self) -> bool {
        let limits = [0, self.floor, self.low, self.high, self.ceiling, AMOUNT_MAX];
        let rates = 0..=RATE_MAX;
        limits.is_sorted() && rates.contains(&self.slope) && rates.contains(&self.wall)
    }

    /// What holding `amount` costs.
    pub fn cost(&self, amount: i64) -> i128 {
        let outside = (self.low - amount).max(amount - self.high).max(0);
        let beyond = self.beyond(amount);
        i128::from(self.slope) * i128::from(outside) + i128::from(self.wall) * i128::from(beyond)
    }

    /// How far `amount` is outside `floor..=ceiling`.
    pub fn beyond(&self, amount: i64) -> i64 {
        (self.floor - amount).max(amount - self.ceiling).max(0)
    }

    /// The highest price that can make sense; the lowest is its negative.
    pub fn price_max(&self) -> i64 {
        self.slope + self.wall
    }

    /// The most that selling some amount from 0 to `total` at `price` can be worth above its cost:
    /// the convex conjugate.
    ///
    /// *Order and ties*: the cost is linear between its corners, so the greatest is at a corner or
    /// an end, and all of these are looked at.
    pub fn conjugate(&self, price: i64, total: i64) -> i128 {
        let worth = |amount: i64| i128::from(price) * i128::from(amount) - self.cost(amount);
        let corners = [0, self.floor, self.low, self.high, self.ceiling, total];
        let within = corners.map(|amount| worth(amount.min(total)));
        within.into_iter().max().expect("there are six")
    }

    /// The amounts at which [`conjugate`](Self::conjugate) is reached, least and greatest.
    pub fn best(&self, price: i64, total: i64) -> (i64, i64) {
        let (end, slope) = (self.price_max(), self.slope);
        let up = |reached: &dyn Fn(i64) -> bool| match () {
            () if reached(end) => total,
            () if reached(slope) => self.ceiling,
            () => self.high,
        };
        let down = |reached: &dyn Fn(i64) -> bool| match () {
            () if reached(end) => 0,
            () if reached(slope) => self.floor,
            () => self.low,
        };
        let least = match price > 0 {
            true => up(&|rate| price > rate),
            false => down(&|rate| -price >= rate),
        };
        let most = match price >= 0 {
            true => up(&|rate| price >= rate),
            false => down(&|rate| -price > rate),
        };
        (least.min(total), most.min(total))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BAND: Band = Band {
        floor: 10,
        low: 20,
        high: 30,
        ceiling: 50,
        slope: 3,
        wall: 4,
    };

    #[test]
    fn the_cost_has_five_straight_pieces() {
        for (amount, cost) in [
            (0, 3 * 20 + 4 * 10),
            (10, 30),
            (15, 15),
            (20, 0),
            (30, 0),
            (40, 30),
            (50, 60),
            (60, 90 + 40),
        ] {
            assert_eq!(BAND.cost(amount), cost, "{amount}");
        }
    }

    #[test]
    fn the_conjugate_is_the_most_over_all_amounts() {
        for price in -9..=9 {
            for total in [0, 5, 25, 45, 80] {
                let worth =
                    |amount: i64| i128::from(price) * i128::from(amount) - BAND.cost(amount);
                let all: Vec<i128> = (0..=total).map(worth).collect();
                let top = *all.iter().max().expect("there is one");
                assert_eq!(BAND.conjugate(price, total), top, "{price} {total}");
                let (least, most) = BAND.best(price, total);
                let first = all
                    .iter()
                    .position(|worth| *worth == top)
                    .expect("it is there");
                let last = all
                    .iter()
                    .rposition(|worth| *worth == top)
                    .expect("it is there");
                assert_eq!(
                    (least, most),
                    (first as i64, last as i64),
                    "{price} {total}"
                );
            }
        }
    }
}
