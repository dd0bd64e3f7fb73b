//! The independent checker: what a plan costs and breaks, from who gets what alone.
//!
//! It shares nothing with the solver but the instance and the meaning of a band; every sum is made
//! anew. What somebody else's solver found is judged by it too. It mends nothing.

use crate::plan::instance::{COUNT, Instance, LEVELS, NOBODY};
use serde::{Deserialize, Serialize};

/// What a plan comes to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    /// The whole objective, in pico-points.
    pub objective: i128,
    /// Costs of pairs.
    pub pairs: i128,
    /// Costs of moves.
    pub moves: i128,
    /// Costs of accounts without a rep.
    pub without: i128,
    /// Costs of the books, gauge by gauge.
    pub books: Vec<i128>,
    /// Accounts whose owner changes.
    pub moved: usize,
    /// Accounts without a rep.
    pub unplaced: usize,
    /// Amounts in each book, gauge by gauge.
    pub amounts: Vec<i64>,
    /// Bounds that are crossed: (rep, gauge, by how much), by rep and gauge.
    pub crossed: Vec<(usize, usize, i64)>,
}

/// What makes a list of reps no plan at all; the first is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Wrong {
    /// Not one entry for every account.
    Length,
    /// An account is with a rep who may not have it.
    Circle {
        /// Which account.
        account: usize,
    },
    /// A locked account left its owner.
    Lock {
        /// Which account.
        account: usize,
    },
}

/// Checks who gets what, and adds it up. A rep of [`NOBODY`] leaves an account without one.
///
/// Crossed bounds are told for what is a promise (accounts and effort), not for what is a wish.
pub fn check(instance: &Instance, to: &[u32]) -> Result<Tally, Wrong> {
    let accounts = &instance.accounts;
    if to.len() != accounts.len() {
        return Err(Wrong::Length);
    }
    let mut tally = Tally {
        objective: 0,
        pairs: 0,
        moves: 0,
        without: 0,
        books: vec![0; instance.gauges],
        moved: 0,
        unplaced: 0,
        amounts: vec![0; instance.bands.len()],
        crossed: Vec::new(),
    };
    for (account, &rep) in to.iter().enumerate() {
        let owner = accounts.owner[account];
        if accounts.locked[account] && rep != owner {
            return Err(Wrong::Lock { account });
        }
        if rep == NOBODY {
            tally.unplaced += 1;
            tally.without += i128::from(instance.without(account));
            continue;
        }
        let pair = instance
            .pair(account, rep)
            .ok_or(Wrong::Circle { account })?;
        let moving = i128::from(instance.moving(account, rep)) * 1_000_000;
        tally.pairs += i128::from(pair) - moving;
        tally.moves += moving;
        tally.moved += usize::from(owner != NOBODY && owner != rep);
        for (gauge, amount) in accounts.adds(account) {
            tally.amounts[rep as usize * instance.gauges + gauge] += amount;
        }
    }
    for (at, (amount, band)) in tally.amounts.iter().zip(&instance.bands).enumerate() {
        let (rep, gauge) = (at / instance.gauges, at % instance.gauges);
        tally.books[gauge] += band.cost(*amount);
        let beyond = band.beyond(*amount);
        if beyond > 0 && band.wall > 0 && (COUNT..LEVELS - 1).contains(&gauge) {
            tally.crossed.push((rep, gauge, beyond));
        }
    }
    let books: i128 = tally.books.iter().sum();
    tally.objective = tally.pairs + tally.moves + tally.without + books;
    Ok(tally)
}
