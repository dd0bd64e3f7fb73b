//! Better books by small changes: one account to another rep, or two reps swapping one each.
//!
//! What a plan costs above its bound is the sum of what each book and each account wastes against
//! the prices. A swap can gain no more than its two books waste, so partners are tried in the
//! order of what they lose, and the search for one ends as soon as that is too much. Every change
//! is weighed by the true objective and made only if it gains. No chance anywhere.

use crate::plan::books::Books;
use crate::plan::bound::Prices;
use crate::plan::check::check;
use crate::plan::instance::{Instance, NOBODY};

/// How thoroughly to look. The smaller the instance, the more it can afford.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Depth {
    /// How lightly the wastes of books weigh, one part in so many, from stage to stage: what costs
    /// little comes first. The last is 1, the true objective.
    pub eases: &'static [i64],
    /// Most partners that are tried in one book.
    pub partners: usize,
    /// Most reps for which an account is kept as a partner.
    pub places: usize,
    /// A sweep that gains less than one part in so many of the objective is the last of its stage.
    pub enough: i128,
    /// Whether three books rotate accounts, too.
    pub rotate: bool,
}

impl Depth {
    /// What an instance can afford.
    pub fn of(instance: &Instance) -> Self {
        let (eases, partners, places, enough): (&[i64], _, _, _) = match looks(instance) {
            0..=100_000 => (&[64, 16, 4, 1], usize::MAX, usize::MAX, i128::MAX),
            100_001..=1_000_000 => (&[64, 32, 16, 8, 4, 2, 1], 32, 16, 20_000),
            1_000_001..=5_000_000 => (&[32, 8, 2, 1], 16, 8, 2_000),
            _ => (&[16, 1], 16, 6, 1_000),
        };
        let rotate = looks(instance) <= ROTATE_MAX;
        Self {
            eases,
            partners,
            places,
            enough,
            rotate,
        }
    }
}

/// Pairs of account and rep to look at.
pub fn looks(instance: &Instance) -> usize {
    let circles = instance.accounts.circle.iter();
    circles
        .map(|circle| instance.circles.of(*circle).0.len())
        .sum()
}

/// Most pairs with which books rotate accounts by threes.
pub const ROTATE_MAX: usize = 4_000;
/// Most sweeps of one stage.
const SWEEPS_MAX: usize = 60;

/// An account of another book that could come.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Partner {
    from: u32,
    /// What it loses by coming, against the prices.
    loses: i64,
    account: u32,
    /// What it costs more with the new rep than with the old, without prices.
    more: i64,
}

/// A search in progress.
pub struct Search<'i> {
    books: Books<'i>,
    rows: Prices<'i>,
    totals: Vec<i64>,
    /// For every rep the accounts that could well be there.
    near: Vec<Vec<u32>>,
    wastes: Vec<i128>,
    bound: i128,
    depth: Depth,
    ease: i64,
}

impl<'i> Search<'i> {
    /// A search from who has what.
    pub fn new(
        instance: &'i Instance,
        (prices, bound): (&'i [i64], i128),
        to: Vec<u32>,
        depth: Depth,
    ) -> Self {
        let rows = Prices::new(instance, prices);
        let mut near = vec![Vec::new(); instance.reps()];
        let mut keys: Vec<(i64, u32)> = Vec::new();
        for (account, home) in to.iter().enumerate() {
            keys.clear();
            keys.extend(
                instance
                    .keys(&rows, account)
                    .map(|(rep, key, _)| (key, rep)),
            );
            if keys.len() > depth.places {
                keys.select_nth_unstable(depth.places - 1);
                keys.truncate(depth.places);
            }
            for (_, rep) in &keys {
                near[*rep as usize].push(account as u32);
            }
            if *home != NOBODY && !keys.iter().any(|(_, rep)| rep == home) {
                near[*home as usize].push(account as u32);
            }
        }
        Self {
            books: Books::new(instance, &rows, to),
            rows,
            totals: instance.totals(),
            near,
            wastes: vec![0; instance.reps()],
            bound,
            depth,
            ease: 1,
        }
    }

    /// What the books cost now, in pico-points.
    pub fn cost(&self) -> i128 {
        let tally = check(self.books.instance, &self.books.to);
        tally
            .expect("every change keeps to the circles and locks")
            .objective
    }

    /// Who has what now.
    pub fn to(&self) -> &[u32] {
        &self.books.to
    }

    /// Improves the books stage by stage until nothing gains enough; `told` hears after every
    /// sweep of how many in all.
    ///
    /// *Order and ties*: books by number, accounts as they are listed; of several changes of one
    /// account the one that gains most, of equal ones the first found.
    pub fn stages(&mut self, objective: i128, mut told: impl FnMut()) {
        for ease in self.depth.eases {
            self.ease = *ease;
            self.settle(objective, &mut told);
        }
    }

    /// Sweeps by the true objective from where the books stand.
    pub fn settle_down(&mut self, objective: i128) {
        self.ease = 1;
        self.settle(objective, &mut || ());
    }

    /// Moves an account, whatever that costs.
    pub fn kick(&mut self, account: usize, rep: u32) {
        self.books.carry(account, rep);
    }

    fn settle(&mut self, objective: i128, told: &mut impl FnMut()) {
        for _ in 0..SWEEPS_MAX {
            let mut gained = self.relocate() + self.swap();
            if gained == 0 && self.depth.rotate && self.ease == 1 && self.cost() > self.bound {
                gained += self.rotate();
            }
            told();
            if gained <= objective / self.depth.enough {
                break;
            }
        }
    }

    /// Gives every account to the rep where it gains most.
    fn relocate(&mut self) -> i128 {
        let instance = self.books.instance;
        let rows = self.rows.clone();
        let mut gained = 0;
        for account in 0..self.books.to.len() {
            if instance.accounts.locked[account] {
                continue;
            }
            let from = self.books.to[account];
            let without = instance.without(account);
            let mut here = (without, without);
            for (rep, key, cost) in instance.keys(&rows, account) {
                if rep == from {
                    here = (key, cost);
                }
            }
            let leaving = self.books.change(from, account, -1);
            let mut best = (0, 0, from);
            if from != NOBODY {
                let change = without - here.1 + leaving;
                best = best.min((self.eased(without - here.0, change), change, NOBODY));
            }
            for (rep, key, cost) in instance.keys(&rows, account) {
                if rep == from || cost - here.1 + leaving >= 0 && self.books.calm(rep) {
                    // Entering a calm book gains nothing there.
                    continue;
                }
                let change = cost - here.1 + leaving + self.books.change(rep, account, 1);
                let eased = self.eased(key - here.0, change);
                if eased < best.0 {
                    best = (eased, change, rep);
                }
            }
            if best.0 < 0 {
                self.books.carry(account, best.2);
                gained -= i128::from(best.0);
            }
        }
        gained
    }

    /// A change with the wastes of books made lighter: what accounts lose against the prices counts
    /// in full.
    fn eased(&self, loses: i64, change: i64) -> i64 {
        loses + (change - loses) / self.ease
    }

    /// Lets every book that wastes something swap.
    fn swap(&mut self) -> i128 {
        let rows = self.rows.clone();
        for rep in 0..self.wastes.len() {
            self.wastes[rep] = self.books.waste(rep as u32, &self.totals);
        }
        let mut gained = 0;
        for rep in 0..self.wastes.len() as u32 {
            if self.wastes[rep as usize] > 0 {
                gained += self.swap_in(rep, &rows);
            }
        }
        gained
    }

    /// Swaps accounts of one book for others.
    fn swap_in(&mut self, rep: u32, rows: &Prices<'_>) -> i128 {
        let instance = self.books.instance;
        let partners = self.partners(rep, rows);
        let mut gained = 0;
        let members = self.books.members(rep).to_vec();
        for account in members {
            let account = account as usize;
            if instance.accounts.locked[account] {
                continue;
            }
            let mut best: (i64, Option<Partner>) = (0, None);
            let (mut home, mut elsewhere) = ((0, 0), Vec::new());
            for (other, key, cost) in instance.keys(rows, account) {
                match other == rep {
                    true => home = (key, cost),
                    false => elsewhere.push((other, key, cost)),
                }
            }
            for (other, key, cost) in elsewhere {
                let loses = key - home.0;
                let most = self.wastes[rep as usize] + self.wastes[other as usize];
                let from = partners.partition_point(|one| one.from < other);
                let there = partners[from..].iter().take(self.depth.partners);
                for partner in there.take_while(|one| one.from == other) {
                    let lost = loses + partner.loses;
                    if i128::from(lost) * i128::from(self.ease) >= most {
                        break;
                    }
                    let into = partner.account as usize;
                    if self.books.to[into] != other {
                        continue;
                    }
                    let change = cost - home.1
                        + partner.more
                        + self.books.exchange(rep, account, into)
                        + self.books.exchange(other, into, account);
                    let change = self.eased(lost, change);
                    if change < best.0 {
                        best = (change, Some(*partner));
                    }
                }
            }
            if let (change, Some(partner)) = best {
                self.books.carry(account, partner.from);
                self.books.carry(partner.account as usize, rep);
                for one in [rep, partner.from] {
                    self.wastes[one as usize] = self.books.waste(one, &self.totals);
                }
                gained -= i128::from(change);
            }
        }
        gained
    }

    /// Who could come to `rep`: by book, those who lose least first.
    fn partners(&self, rep: u32, rows: &Prices<'_>) -> Vec<Partner> {
        let instance = self.books.instance;
        let mut all = Vec::new();
        for &account in &self.near[rep as usize] {
            let from = self.books.to[account as usize];
            if from == rep || from == NOBODY || instance.accounts.locked[account as usize] {
                continue;
            }
            let (mut here, mut there) = ((0, 0), (0, 0));
            for (other, key, cost) in instance.keys(rows, account as usize) {
                if other == rep {
                    there = (key, cost);
                } else if other == from {
                    here = (key, cost);
                }
            }
            all.push(Partner {
                from,
                loses: there.0 - here.0,
                account,
                more: there.1 - here.1,
            });
        }
        all.sort_unstable();
        all
    }

    /// Lets three books hand an account round: from the first to the second, from there to the
    /// third, and back.
    fn rotate(&mut self) -> i128 {
        let instance = self.books.instance;
        let mut gained = 0;
        for first in 0..self.books.to.len() {
            let mut found = true;
            while found && !instance.accounts.locked[first] {
                let change = self.rotation(first);
                found = change < 0;
                gained -= i128::from(change);
            }
        }
        gained
    }

    /// Makes the first rotation found that begins with `first` and gains; gives what it changes.
    fn rotation(&mut self, first: usize) -> i64 {
        let (instance, rows) = (self.books.instance, self.rows.clone());
        let locked = &instance.accounts.locked;
        let one = self.books.to[first];
        let shift = |books: &Books<'_>, account: usize, to: u32| {
            let here = books.cost(account, books.to[account]).expect("it is there");
            books.cost(account, to).map(|there| there - here)
        };
        for (two, ..) in instance.keys(&rows, first).filter(|(rep, ..)| *rep != one) {
            let Some(first_to_two) = shift(&self.books, first, two) else {
                continue;
            };
            for &second in self.books.members(two) {
                let second = second as usize;
                let onward = self.books.exchange(two, second, first);
                for (three, ..) in instance.keys(&rows, second) {
                    if three == one || three == two || locked[second] {
                        continue;
                    }
                    let Some(second_to_three) = shift(&self.books, second, three) else {
                        continue;
                    };
                    for &third in self.books.members(three) {
                        let third = third as usize;
                        let back = shift(&self.books, third, one).filter(|_| !locked[third]);
                        let Some(third_to_one) = back else {
                            continue;
                        };
                        let change = first_to_two
                            + second_to_three
                            + third_to_one
                            + onward
                            + self.books.exchange(three, third, second)
                            + self.books.exchange(one, first, third);
                        if change < 0 {
                            self.books.carry(first, two);
                            self.books.carry(second, three);
                            self.books.carry(third, one);
                            return change;
                        }
                    }
                }
            }
        }
        0
    }
}
