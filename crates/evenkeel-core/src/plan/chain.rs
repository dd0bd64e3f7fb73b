//! The right number of accounts in every book, at the least priced cost: by the cheapest chains of
//! moves.
//!
//! With the prices of everything but the count held still, every account alone knows what each rep
//! would cost it, and the best plan for the bands of the count is a flow of least cost: a rep with
//! too many hands one account on, who hands another on, until somebody has room. Successive
//! cheapest chains find it exactly, and find the best prices of the count with it. Where only the
//! count is asked for, that is the whole plan and the proof that there is no better one.
//!
//! What the other bands say is deliberately left to [`crate::plan::search`].
//!
//! *Source*: Ahuja-Magnanti-Orlin, Network Flows, chapter 9 (successive shortest paths).

use crate::plan::bound::Prices;
use crate::plan::instance::{COUNT, Instance, NOBODY, ONE};
use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// Who has what, with the right number in every book.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chained {
    /// The rep of every account, or [`NOBODY`].
    pub to: Vec<u32>,
    /// All prices; those of the count are the best for the others.
    pub prices: Vec<i64>,
}

/// Sends every account to its cheapest rep and mends the count by cheapest chains.
///
/// `told` hears how many accounts are still one too many or one too few.
///
/// *Order and ties*: the overfull with the lowest number first; chains by cost, then by the number
/// of the rep; of two accounts that cost the same the one listed first.
pub fn mend(instance: &Instance, prices: &[i64], mut told: impl FnMut(u64)) -> Chained {
    let mut chains = Chains::new(instance, prices);
    let mut left = chains.off.iter().map(|off| (*off).max(0) as u64).sum();
    for from in 0..chains.off.len() {
        while chains.off[from] > 0 {
            chains.one(from);
            left -= 1;
            told(left);
        }
    }
    chains.done(prices)
}

/// How one node is reached.
#[derive(Clone, Copy)]
enum Via {
    /// By moving this account there.
    Account(u32),
    /// By one more or one less in the book, at the band's own cost.
    Slot,
}

/// The cheapest account of a book for one other book.
#[derive(Clone, Copy)]
struct Edge {
    to: u32,
    cost: i64,
    account: u32,
}

/// The flow. The node after the last rep stands for the ground: accounts without a rep, and the
/// slots of all books.
struct Chains<'i> {
    instance: &'i Instance,
    /// Prices with those of the count at zero.
    rows: Vec<i64>,
    to: Vec<u32>,
    /// Accounts of each node, and where each account is listed.
    members: Vec<Vec<u32>>,
    place: Vec<u32>,
    /// Price of one account at each node, in pico-points.
    price: Vec<i64>,
    /// Slots taken in each book.
    slots: Vec<i64>,
    /// How many accounts too many there are.
    off: Vec<i64>,
    /// Edges of each node as far as they are known.
    edges: Vec<Option<Vec<Edge>>>,
    /// Distance and way of each node in the search numbered `search`.
    reached: Vec<(u32, i64, u32, Via)>,
    search: u32,
    scratch: Vec<Edge>,
}

impl<'i> Chains<'i> {
    fn new(instance: &'i Instance, prices: &[i64]) -> Self {
        let reps = instance.reps();
        let mut rows = prices.to_vec();
        let full = Prices::new(instance, prices);
        let count = instance.accounts.len();
        let to: Vec<u32> = (0..count)
            .map(|one| full.cheapest(instance, one).1)
            .collect();
        let mut members = vec![Vec::new(); reps + 1];
        let mut place = vec![0; count];
        for (account, rep) in to.iter().enumerate() {
            let node = (*rep as usize).min(reps);
            place[account] = members[node].len() as u32;
            members[node].push(account as u32);
        }
        let (mut price, mut slots, mut off) = (Vec::new(), Vec::new(), Vec::new());
        for rep in 0..reps {
            let of_count = &mut rows[rep * instance.gauges + COUNT];
            price.push(*of_count * ONE);
            let band = &instance.bands_of(rep)[COUNT];
            let (least, most) = band.best(*of_count, count as i64 * ONE);
            let held = members[rep].len() as i64;
            let taken = held.clamp((least + ONE - 1) / ONE, most / ONE);
            slots.push(taken);
            off.push(held - taken);
            *of_count = 0;
        }
        price.push(0);
        off.push(-off.iter().sum::<i64>());
        let nothing = Edge {
            to: NOBODY,
            cost: i64::MAX,
            account: NOBODY,
        };
        Self {
            instance,
            rows,
            to,
            members,
            place,
            price,
            slots,
            off,
            edges: vec![None; reps + 1],
            reached: vec![(0, 0, 0, Via::Slot); reps + 1],
            search: 0,
            scratch: vec![nothing; reps + 1],
        }
    }

    fn ground(&self) -> usize {
        self.slots.len()
    }

    /// Moves one account too many away from `from`, along the cheapest chain to a node with one too
    /// few.
    fn one(&mut self, from: usize) {
        self.search += 1;
        let mut heap = BinaryHeap::new();
        let mut settled: Vec<(usize, i64)> = Vec::new();
        self.reached[from] = (self.search, 0, from as u32, Via::Slot);
        heap.push(Reverse((0i64, from as u32)));
        let (end, length) = loop {
            let Reverse((far, node)) = heap.pop().expect("the ground takes and gives everything");
            let node = node as usize;
            if far > self.reached[node].1 {
                continue;
            }
            if self.off[node] < 0 {
                break (node, far);
            }
            settled.push((node, far));
            self.spread(node, far, &mut heap);
        };
        for (node, far) in settled {
            self.price[node] += length - far;
        }
        self.walk(from, end);
    }

    /// Looks from `node` at everything one step on.
    fn spread(&mut self, node: usize, far: i64, heap: &mut BinaryHeap<Reverse<(i64, u32)>>) {
        let edges = match self.edges[node].take() {
            Some(edges) => edges,
            None => self.edges_of(node),
        };
        for edge in &edges {
            self.look(
                node,
                far,
                edge.to as usize,
                edge.cost,
                Via::Account(edge.account),
                heap,
            );
        }
        self.edges[node] = Some(edges);
        let ground = self.ground();
        if node < ground {
            let more = self.slot_cost(node, 1);
            self.look(node, far, ground, more, Via::Slot, heap);
        } else {
            for rep in 0..ground {
                if self.slots[rep] > 0 {
                    let less = self.slot_cost(rep, -1);
                    self.look(node, far, rep, less, Via::Slot, heap);
                }
            }
        }
    }

    fn look(
        &mut self,
        node: usize,
        far: i64,
        to: usize,
        cost: i64,
        via: Via,
        heap: &mut BinaryHeap<Reverse<(i64, u32)>>,
    ) {
        let reduced = cost + self.price[to] - self.price[node];
        debug_assert!(reduced >= 0, "prices stay right for the flow");
        let there = far + reduced;
        let (search, best, ..) = self.reached[to];
        if search != self.search || there < best {
            self.reached[to] = (self.search, there, node as u32, via);
            heap.push(Reverse((there, to as u32)));
        }
    }

    /// What one slot more or less in a book costs.
    fn slot_cost(&self, rep: usize, by: i64) -> i64 {
        let band = &self.instance.bands_of(rep)[COUNT];
        let held = self.slots[rep];
        (band.cost((held + by) * ONE) - band.cost(held * ONE)) as i64
    }

    /// The cheapest account of `node` for every other node.
    fn edges_of(&mut self, node: usize) -> Vec<Edge> {
        let instance = self.instance;
        let accounts = &instance.accounts;
        let ground = self.ground();
        let rows = Prices::new(instance, &self.rows);
        let mut touched = Vec::new();
        for &member in &self.members[node] {
            let account = member as usize;
            let (effort, value) = (accounts.effort[account], accounts.value[account]);
            let levels = accounts.levels_of(account);
            let owner = accounts.owner[account];
            let keep = instance.moving(account, NOBODY);
            let (reps, costs) = instance.circles.of(accounts.circle[account]);
            let cost_at = |rep: usize, cost: u32| {
                let moving = if rep == owner as usize { 0 } else { keep };
                (i64::from(cost) + moving) * ONE + rows.pays(rep, effort, value, levels)
            };
            let here = match node == ground {
                true => instance.without(account),
                false => {
                    let at = reps.binary_search(&(node as u16)).expect("it may be here");
                    cost_at(node, costs[at])
                }
            };
            let elsewhere = reps.iter().zip(costs);
            let elsewhere =
                elsewhere.map(|(rep, cost)| (usize::from(*rep), cost_at(usize::from(*rep), *cost)));
            let without = (!accounts.locked[account]).then(|| (ground, instance.without(account)));
            for (to, cost) in elsewhere.chain(without) {
                let best = &mut self.scratch[to];
                if best.account == NOBODY {
                    touched.push(to as u32);
                }
                let cost = cost - here;
                if (cost, member) < (best.cost, best.account) {
                    *best = Edge {
                        to: to as u32,
                        cost,
                        account: member,
                    };
                }
            }
        }
        let nothing = Edge {
            to: NOBODY,
            cost: i64::MAX,
            account: NOBODY,
        };
        let take = |to: &u32| std::mem::replace(&mut self.scratch[*to as usize], nothing);
        let edges = touched.iter().map(take);
        edges.filter(|edge| edge.to as usize != node).collect()
    }

    /// Carries out the chain that ends at `end`.
    fn walk(&mut self, from: usize, end: usize) {
        let ground = self.ground();
        self.off[from] -= 1;
        self.off[end] += 1;
        let mut node = end;
        while node != from {
            let (_, _, before, via) = self.reached[node];
            let before = before as usize;
            match via {
                Via::Account(account) => self.carry(account, before, node),
                Via::Slot if node == ground => self.slots[before] += 1,
                Via::Slot => self.slots[node] -= 1,
            }
            node = before;
        }
    }

    fn carry(&mut self, account: u32, from: usize, to: usize) {
        let at = self.place[account as usize] as usize;
        self.members[from].swap_remove(at);
        if let Some(moved) = self.members[from].get(at) {
            self.place[*moved as usize] = at as u32;
        }
        self.place[account as usize] = self.members[to].len() as u32;
        self.members[to].push(account);
        self.to[account as usize] = match to == self.ground() {
            true => NOBODY,
            false => to as u32,
        };
        self.edges[from] = None;
        self.edges[to] = None;
    }

    /// The plan, and all prices in micro-points a unit.
    fn done(self, prices: &[i64]) -> Chained {
        let (mut prices, ground) = (prices.to_vec(), self.ground());
        for rep in 0..ground {
            let end = self.instance.bands_of(rep)[COUNT].price_max();
            let price = (self.price[rep] - self.price[ground]).div_euclid(ONE);
            prices[rep * self.instance.gauges + COUNT] = price.clamp(-end, end);
        }
        Chained {
            to: self.to,
            prices,
        }
    }
}
