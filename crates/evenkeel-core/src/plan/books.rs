//! Books in the making: who has what, what every book holds, and what a change would cost.
//!
//! Changes are weighed exactly and carried out one by one; which ones to make is the business of
//! [`crate::plan::search`].

use crate::plan::band::Band;
use crate::plan::bound::Prices;
use crate::plan::instance::{COUNT, EFFORT, Instance, NOBODY, ONE, VALUE};

/// Books of an instance, as filled so far.
#[derive(Clone, Debug)]
pub struct Books<'i> {
    /// What they are filled from.
    pub instance: &'i Instance,
    prices: Prices<'i>,
    /// The rep of every account, or [`NOBODY`].
    pub to: Vec<u32>,
    /// What every book holds, gauge by gauge.
    amounts: Vec<i64>,
    /// For how much value the accounts of a book count in its price, and what they cost alone.
    counted: Vec<(i64, i128)>,
    members: Vec<Vec<u32>>,
    place: Vec<u32>,
}

impl<'i> Books<'i> {
    /// Fills the books as `to` says.
    pub fn new(instance: &'i Instance, prices: &Prices<'i>, to: Vec<u32>) -> Self {
        let mut books = Self {
            instance,
            prices: prices.clone(),
            amounts: vec![0; instance.bands.len()],
            counted: vec![(0, 0); instance.reps()],
            members: vec![Vec::new(); instance.reps() + 1],
            place: vec![0; to.len()],
            to,
        };
        for account in 0..books.to.len() {
            books.enter(account, books.to[account]);
        }
        books
    }

    /// Accounts in a rep's book; [`NOBODY`] has those without a rep. In no useful order.
    pub fn members(&self, rep: u32) -> &[u32] {
        &self.members[(rep as usize).min(self.members.len() - 1)]
    }

    /// What a book holds, gauge by gauge.
    pub fn held(&self, rep: u32) -> &[i64] {
        let gauges = self.instance.gauges;
        &self.amounts[rep as usize * gauges..(rep as usize + 1) * gauges]
    }

    /// Whether no amount of a book is below what it should be: nothing that enters can then help.
    pub fn calm(&self, rep: u32) -> bool {
        let mut rows = self
            .instance
            .bands_of(rep as usize)
            .iter()
            .zip(self.held(rep));
        rows.all(|(band, held)| *held >= band.low)
    }

    /// What one account costs with a rep or without, in pico-points, its book aside; `None` when
    /// the rep may not have it.
    pub fn cost(&self, account: usize, rep: u32) -> Option<i64> {
        match rep {
            NOBODY => Some(self.instance.without(account)),
            rep => self.instance.pair(account, rep),
        }
    }

    /// By how much a book's cost changes when `account` enters (`sign` 1) or leaves (-1).
    pub fn change(&self, rep: u32, account: usize, sign: i64) -> i64 {
        if rep == NOBODY {
            return 0;
        }
        let accounts = &self.instance.accounts;
        let (bands, held) = (self.instance.bands_of(rep as usize), self.held(rep));
        let mut change = step(&bands[COUNT], held[COUNT], sign * ONE)
            + step(
                &bands[EFFORT],
                held[EFFORT],
                sign * accounts.effort[account],
            )
            + step(&bands[VALUE], held[VALUE], sign * accounts.value[account]);
        for gauge in accounts.levels_of(account) {
            let gauge = usize::from(*gauge);
            change += step(&bands[gauge], held[gauge], sign * ONE);
        }
        change
    }

    /// By how much a book's cost changes when `out` leaves it and `into` enters.
    pub fn exchange(&self, rep: u32, out: usize, into: usize) -> i64 {
        if rep == NOBODY {
            return 0;
        }
        let accounts = &self.instance.accounts;
        let (bands, held) = (self.instance.bands_of(rep as usize), self.held(rep));
        let effort = accounts.effort[into] - accounts.effort[out];
        let value = accounts.value[into] - accounts.value[out];
        let mut change =
            step(&bands[EFFORT], held[EFFORT], effort) + step(&bands[VALUE], held[VALUE], value);
        let levels = accounts.levels_of(out).iter().zip(accounts.levels_of(into));
        for (less, more) in levels.filter(|(less, more)| less != more) {
            let (less, more) = (usize::from(*less), usize::from(*more));
            change += step(&bands[less], held[less], -ONE) + step(&bands[more], held[more], ONE);
        }
        change
    }

    /// What a book's cost is above what its prices account for: its part of the gap.
    pub fn waste(&self, rep: u32, totals: &[i64]) -> i128 {
        let at = rep as usize * self.prices.gauges;
        let rows = self
            .instance
            .bands_of(rep as usize)
            .iter()
            .zip(self.held(rep));
        let each = rows.zip(&self.prices.rows[at..]).zip(totals);
        let each = each.map(|(((band, held), price), total)| {
            let price = *price;
            band.cost(*held) - i128::from(price) * i128::from(*held) + band.conjugate(price, *total)
        });
        let (counted, alone) = self.counted[rep as usize];
        let uncounted = i128::from(self.held(rep)[VALUE] - counted);
        each.sum::<i128>() + i128::from(self.prices.rows[at + VALUE]) * uncounted - alone
    }

    /// Moves an account.
    pub fn carry(&mut self, account: usize, rep: u32) {
        self.leave(account);
        self.to[account] = rep;
        self.enter(account, rep);
    }

    fn enter(&mut self, account: usize, rep: u32) {
        let node = (rep as usize).min(self.members.len() - 1);
        self.place[account] = self.members[node].len() as u32;
        self.members[node].push(account as u32);
        self.add(account, rep, 1);
    }

    fn leave(&mut self, account: usize) {
        let rep = self.to[account];
        let node = (rep as usize).min(self.members.len() - 1);
        let at = self.place[account] as usize;
        self.members[node].swap_remove(at);
        if let Some(moved) = self.members[node].get(at) {
            self.place[*moved as usize] = at as u32;
        }
        self.add(account, rep, -1);
    }

    fn add(&mut self, account: usize, rep: u32, sign: i64) {
        if rep == NOBODY {
            return;
        }
        let at = rep as usize * self.instance.gauges;
        let value = self.instance.accounts.value[account];
        let (counts, alone) = self.prices.alone(rep as usize, value);
        let counted = &mut self.counted[rep as usize];
        counted.0 += sign * counts;
        counted.1 += i128::from(sign * alone);
        for (gauge, amount) in self.instance.accounts.adds(account) {
            self.amounts[at + gauge] += sign * amount;
        }
    }
}

/// By how much the cost changes when an amount changes by `by`. Exact: the change is at most the
/// highest price times `by`, which the instance keeps in bounds.
#[inline]
fn step(band: &Band, held: i64, by: i64) -> i64 {
    let then = held + by;
    let outside = |amount: i64| (band.low - amount).max(amount - band.high).max(0);
    band.slope * (outside(then) - outside(held))
        + band.wall * (band.beyond(then) - band.beyond(held))
}
