//! The ledger of one pool: what each member is owed, in whole micro-leads.
//!
//! Two columns, each adding up to zero over the members at all times. **Credit** is what rotation
//! has rounded so far: entitlement received less records received. **Make-up** waits beside it,
//! for turns counted or given back out of order, and drips into entitlement ([`super::makeup`]).
//!
//! Changes come in pairs: one method computes a change, for an event to record; another applies
//! what was recorded and decides nothing. Who is next is deliberately not known here.
//!
//! *Bounds*: with records of at most `q` turns and bands of at most `delta`, every credit stays
//! within `(q + delta)(n - 1) / 2`, whoever is away, joins or is reweighted (`n`: most members so
//! far). A departure hands what was owed to the others and can at most double that bound.
//! *Source*: guide "science" section 0, theorem 1; section 1, joins, leaves and time off.

use crate::ids::RepNo;
use crate::rotation::share::split_signed;
use crate::units::{Micro, ONE};
use crate::verdict::{Standing, Turn};
use serde::{Deserialize, Serialize};

/// Credits and make-up buffers of the present members.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ledger {
    members: Vec<Entry>,
}

/// What one member is owed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// The rep.
    pub rep: RepNo,
    /// Leads owed; negative when ahead.
    pub credit: Micro,
    /// Leads owed that still have to drip into entitlement; negative when ahead.
    pub makeup: Micro,
}

/// What one of those who stay takes over from those who leave.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Portion {
    /// The rep who stays.
    pub rep: RepNo,
    /// Added to the credit.
    pub credit: Micro,
    /// Added to the make-up buffer.
    pub makeup: Micro,
}

impl Ledger {
    /// The members, ascending by rep.
    pub fn members(&self) -> &[Entry] {
        &self.members
    }

    /// What `rep` is owed, if it is a member.
    pub fn entry(&self, rep: RepNo) -> Option<&Entry> {
        self.position(rep).ok().map(|at| &self.members[at])
    }

    /// Computes how what the leavers were owed goes to those who stay, in proportion to weight.
    ///
    /// *Order and ties*: portions ascend by rep; left-over micro-units go to the largest remainder,
    /// then to the lowest rep. Those who join at the same time take no portion.
    /// *Bounds*: empty when the leavers were even, as they always are when everybody leaves.
    pub fn spread(&self, left: &[RepNo], weight: impl Fn(RepNo) -> u32) -> Vec<Portion> {
        let (gone, staying): (Vec<&Entry>, Vec<&Entry>) = self
            .members
            .iter()
            .partition(|entry| left.contains(&entry.rep));
        let credit: Micro = gone.iter().map(|entry| entry.credit).sum();
        let makeup: Micro = gone.iter().map(|entry| entry.makeup).sum();
        if credit == Micro(0) && makeup == Micro(0) {
            return Vec::new();
        }
        let weights: Vec<u64> = staying
            .iter()
            .map(|entry| weight(entry.rep).into())
            .collect();
        let parts = split_signed(credit, &weights)
            .into_iter()
            .zip(split_signed(makeup, &weights));
        staying
            .into_iter()
            .zip(parts)
            .map(|(entry, (credit, makeup))| Portion {
                rep: entry.rep,
                credit,
                makeup,
            })
            .collect()
    }

    /// Applies a recorded change of membership: joiners start even, leavers' portions go over.
    pub fn apply_change(&mut self, joined: &[RepNo], left: &[RepNo], spread: &[Portion]) {
        for rep in left {
            let at = self.position(*rep).expect("only a member leaves");
            self.members.remove(at);
        }
        for portion in spread {
            let entry = self.entry_mut(portion.rep);
            entry.credit += portion.credit;
            entry.makeup += portion.makeup;
        }
        for rep in joined {
            let at = self.position(*rep).expect_err("only a stranger joins");
            self.members.insert(
                at,
                Entry {
                    rep: *rep,
                    credit: Micro(0),
                    makeup: Micro(0),
                },
            );
        }
        self.check();
    }

    /// Computes how a credit further than `limit` from even comes back to it, for a rep who was
    /// away for long: the credit afterwards, and the rest over the others in proportion to weight.
    ///
    /// `None` when the credit is within the limit. *Order and ties*: as [`Ledger::spread`].
    pub fn clamp(
        &self,
        rep: RepNo,
        limit: Micro,
        weight: impl Fn(RepNo) -> u32,
    ) -> Option<(Micro, Vec<(RepNo, Micro)>)> {
        let entry = self.entry(rep)?;
        let credit = Micro(entry.credit.0.clamp(-limit.0, limit.0));
        if credit == entry.credit {
            return None;
        }
        Some((credit, self.over_others(rep, entry.credit - credit, weight)))
    }

    /// Applies a recorded clamp.
    pub fn apply_clamp(&mut self, rep: RepNo, credit: Micro, spread: &[(RepNo, Micro)]) {
        self.entry_mut(rep).credit = credit;
        for (other, amount) in spread {
            self.entry_mut(*other).credit += *amount;
        }
        self.check();
    }

    /// Computes what a record given by hand counts: as if the pool had dealt `amount` turns to
    /// `rep`, but into the make-up buffers.
    ///
    /// Empty for a stranger, for the only member, and for an amount of zero.
    /// *Order and ties*: as [`Ledger::spread`], over all members.
    /// *Example*: one turn among four equals: the recipient -0.75, the others 0.25 each.
    pub fn gift(
        &self,
        rep: RepNo,
        amount: Micro,
        weight: impl Fn(RepNo) -> u32,
    ) -> Vec<(RepNo, Micro)> {
        if self.entry(rep).is_none() || self.members.len() < 2 || amount == Micro(0) {
            return Vec::new();
        }
        let weights: Vec<u64> = self
            .members
            .iter()
            .map(|entry| weight(entry.rep).into())
            .collect();
        let shares = split_signed(amount, &weights);
        self.members
            .iter()
            .zip(shares)
            .map(|(entry, share)| match entry.rep == rep {
                true => (entry.rep, share - amount),
                false => (entry.rep, share),
            })
            .collect()
    }

    /// Computes what gives back a recorded turn of `size`: what every present member lost or won
    /// by it, reversed, into the make-up buffers. With all who took part still here, credit and
    /// make-up together are then again what they were before the turn.
    ///
    /// Empty when the rep who was picked, or everybody else, is gone.
    /// *Order and ties*: as [`Ledger::spread`]; the shares of those gone come back to the present
    /// members other than the picked one, in proportion to weight.
    pub fn void(
        &self,
        turn: &Turn,
        size: Micro,
        weight: impl Fn(RepNo) -> u32,
    ) -> Vec<(RepNo, Micro)> {
        let Some(pick) = turn.pick.filter(|pick| self.entry(pick.rep).is_some()) else {
            return Vec::new();
        };
        let mut missing = Micro(0);
        let mut vector: Vec<(RepNo, Micro)> = self
            .members
            .iter()
            .map(|entry| (entry.rep, Micro(0)))
            .collect();
        for candidate in &turn.candidates {
            let Standing::Able { plain, .. } = candidate.standing else {
                continue;
            };
            match self.position(candidate.rep) {
                Ok(at) => vector[at].1 -= plain,
                Err(_) => missing += plain,
            }
        }
        let picked = self.position(pick.rep).expect("just looked up");
        vector[picked].1 += size;
        for (rep, amount) in self.over_others(pick.rep, missing, weight) {
            let at = self.position(rep).expect("others are members");
            vector[at].1 -= amount;
        }
        let balanced = vector.iter().map(|(_, amount)| *amount).sum::<Micro>() == Micro(0);
        if balanced { vector } else { Vec::new() }
    }

    /// Applies a recorded change of make-up buffers.
    pub fn apply_makeup(&mut self, makeup: &[(RepNo, Micro)]) {
        for (rep, amount) in makeup {
            self.entry_mut(*rep).makeup += *amount;
        }
        self.check();
    }

    /// Applies a recorded turn: everybody able is owed its share more, who was picked `size` less,
    /// and what came out of a make-up buffer is gone from it.
    ///
    /// *Bounds*: panics when the turn was not decided on this ledger as it is now.
    pub fn apply_turn(&mut self, turn: &Turn, size: Micro) {
        let Some(pick) = turn.pick else { return };
        assert_eq!(
            self.members.len(),
            turn.candidates.len(),
            "every member was on the ballot"
        );
        for (entry, candidate) in self.members.iter_mut().zip(&turn.candidates) {
            assert_eq!(
                entry.rep, candidate.rep,
                "candidates are the members, in order"
            );
            assert_eq!(
                entry.credit, candidate.credit,
                "decided on these very credits"
            );
            if let Standing::Able { share, plain } = candidate.standing {
                entry.credit += share;
                entry.makeup -= share - plain;
            }
        }
        self.entry_mut(pick.rep).credit -= size;
        self.check();
    }

    /// Applies a recorded claim of one record: everybody who shares in it is owed its share more,
    /// who took it one record less.
    ///
    /// *Bounds*: panics when the shares do not add up to one record.
    pub fn apply_claim(&mut self, rep: RepNo, shares: impl Iterator<Item = (RepNo, Micro)>) {
        for (sharer, share) in shares {
            self.entry_mut(sharer).credit += share;
        }
        self.entry_mut(rep).credit -= ONE;
        self.check();
    }

    /// `amount` over everybody but `rep`, in proportion to weight.
    fn over_others(
        &self,
        rep: RepNo,
        amount: Micro,
        weight: impl Fn(RepNo) -> u32,
    ) -> Vec<(RepNo, Micro)> {
        let others = || {
            self.members
                .iter()
                .map(|entry| entry.rep)
                .filter(|other| *other != rep)
        };
        if amount == Micro(0) || others().next().is_none() {
            return Vec::new();
        }
        let weights: Vec<u64> = others().map(|other| weight(other).into()).collect();
        others().zip(split_signed(amount, &weights)).collect()
    }

    fn position(&self, rep: RepNo) -> Result<usize, usize> {
        self.members.binary_search_by_key(&rep, |entry| entry.rep)
    }

    fn entry_mut(&mut self, rep: RepNo) -> &mut Entry {
        let at = self.position(rep).expect("the journal names only members");
        &mut self.members[at]
    }

    /// Stays on in release: a ledger that does not add up to zero would be unfair without a trace.
    fn check(&self) {
        let credit: Micro = self.members.iter().map(|entry| entry.credit).sum();
        let makeup: Micro = self.members.iter().map(|entry| entry.makeup).sum();
        assert_eq!(
            (credit, makeup),
            (Micro(0), Micro(0)),
            "a ledger adds up to zero"
        );
    }
}
