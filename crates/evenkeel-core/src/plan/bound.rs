//! The lower bound that prices prove, whatever the prices are.
//!
//! Let every book sell what its band charges for at a price a unit, and let every account go
//! wherever its cost and its prices together are least. No plan can cost less than what the
//! accounts then pay, less what the books can earn at most (Lagrange). Good prices prove much, bad
//! ones little; none prove too much. Prices are not looked for here.
//!
//! An account worth more than a whole book should be cannot be cut: its rep's book costs at least
//! what it alone costs there. So it pays that in full, and counts for no more than the book in the
//! price. This proves no more than is true: the cost rises ever more steeply, so what comes on top
//! of such an account costs at least as much as on top of a book that is just full.

use crate::plan::band::Band;
use crate::plan::instance::{COUNT, EFFORT, Instance, NOBODY, ONE, VALUE};

/// Prices of every book, gauge by gauge, in micro-points a unit.
///
/// *Bounds*: [`Band::price_max`] both ways; beyond it a price proves nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Prices<'a> {
    /// One row of gauges for every rep.
    pub rows: &'a [i64],
    /// Gauges.
    pub gauges: usize,
    bands: &'a [Band],
    /// For how much value one account counts at most in each book.
    caps: Vec<i64>,
}

impl<'a> Prices<'a> {
    /// Prices for the books of an instance.
    pub fn new(instance: &'a Instance, rows: &'a [i64]) -> Self {
        let gauges = instance.gauges;
        let caps = instance.bands.iter().skip(VALUE).step_by(gauges);
        let caps = caps.map(|band| match band.price_max() {
            0 => i64::MAX,
            _ => band.high,
        });
        Self {
            rows,
            gauges,
            bands: &instance.bands,
            caps: caps.collect(),
        }
    }

    /// For how much value an account counts in a book, and what it costs there alone.
    #[inline]
    pub fn alone(&self, rep: usize, value: i64) -> (i64, i64) {
        match value <= self.caps[rep] {
            true => (value, 0),
            false => self.too_large(rep, value),
        }
    }

    #[cold]
    fn too_large(&self, rep: usize, value: i64) -> (i64, i64) {
        let band = &self.bands[rep * self.gauges + VALUE];
        (self.caps[rep], band.cost(value) as i64)
    }

    /// What an account with these amounts pays at `rep` besides the costs of the pair, in
    /// pico-points.
    ///
    /// *Bounds*: no overflow, by [`crate::plan::instance::PRODUCT_MAX`].
    #[inline]
    pub fn pays(&self, rep: usize, effort: i64, value: i64, levels: &[u16]) -> i64 {
        let row = &self.rows[rep * self.gauges..(rep + 1) * self.gauges];
        let mut whole = row[COUNT];
        for gauge in levels {
            whole += row[usize::from(*gauge)];
        }
        let (value, alone) = self.alone(rep, value);
        whole * ONE + row[EFFORT] * effort + row[VALUE] * value + alone
    }

    /// The least an account can pay, in pico-points, and with whom; [`NOBODY`] is without a rep.
    ///
    /// *Order and ties*: the rep listed first.
    #[inline]
    pub fn cheapest(&self, instance: &Instance, account: usize) -> (i64, u32) {
        let accounts = &instance.accounts;
        let (effort, value) = (accounts.effort[account], accounts.value[account]);
        let levels = accounts.levels_of(account);
        let owner = accounts.owner[account];
        let keep = instance.moving(account, NOBODY);
        let (reps, costs) = instance.circles.of(accounts.circle[account]);
        let mut least = match accounts.locked[account] {
            true => (i64::MAX, NOBODY),
            false => (instance.without(account), NOBODY),
        };
        for (rep, cost) in reps.iter().zip(costs) {
            let rep = u32::from(*rep);
            let moving = if rep == owner { 0 } else { keep };
            let pays = self.pays(rep as usize, effort, value, levels);
            let key = (i64::from(*cost) + moving) * ONE + pays;
            if key < least.0 {
                least = (key, rep);
            }
        }
        least
    }

    /// The most that all books together can earn at these prices, in pico-points.
    pub fn earned(&self, instance: &Instance, totals: &[i64]) -> i128 {
        let all = self.rows.iter().zip(&instance.bands).enumerate();
        let each = all.map(|(at, (price, band))| band.conjugate(*price, totals[at % self.gauges]));
        each.sum()
    }
}

impl Instance {
    /// Every rep who may have an account, with what it pays there and what it costs there without
    /// the prices, both in pico-points.
    pub fn keys<'a>(
        &'a self,
        prices: &'a Prices<'a>,
        account: usize,
    ) -> impl Iterator<Item = (u32, i64, i64)> + 'a {
        let accounts = &self.accounts;
        let (effort, value) = (accounts.effort[account], accounts.value[account]);
        let levels = accounts.levels_of(account);
        let (reps, costs) = self.circles.of(accounts.circle[account]);
        reps.iter().zip(costs).map(move |(rep, cost)| {
            let cost = (i64::from(*cost) + self.moving(account, u32::from(*rep))) * ONE;
            let pays = prices.pays(usize::from(*rep), effort, value, levels);
            (u32::from(*rep), cost + pays, cost)
        })
    }
}

/// What `prices` prove, in pico-points: no plan of `instance` costs less. `None` when a price is
/// out of bounds or there are not as many as books have gauges.
pub fn bound(instance: &Instance, prices: &[i64]) -> Option<i128> {
    if prices.len() != instance.bands.len() {
        return None;
    }
    let mut all = prices.iter().zip(&instance.bands);
    if all.any(|(price, band)| price.abs() > band.price_max()) {
        return None;
    }
    let prices = Prices::new(instance, prices);
    let accounts = 0..instance.accounts.len();
    let least = accounts.map(|account| i128::from(prices.cheapest(instance, account).0));
    let paid: i128 = least.sum();
    Some(paid - prices.earned(instance, &instance.totals()))
}
