//! Why a plan cannot keep all promises, and by how much: which accounts and which reps clash.
//!
//! A plan always exists: what cannot be placed is left without a rep, and what cannot be kept is
//! crossed, both at a price that nothing else reaches. This file says why. What it names, no
//! arrangement can avoid (Hall); what it cannot name so is told as not found. It is asked only when
//! something is wrong, and changes nothing.

use crate::plan::check::Tally;
use crate::plan::flow::stuck;
use crate::plan::instance::{COUNT, EFFORT, Instance, ONE};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// One reason, in the order in which they are told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Clash {
    /// No rep may have these accounts.
    NobodyMay {
        /// Which accounts.
        accounts: Vec<usize>,
    },
    /// These accounts may go to these reps only, who have no room for so many.
    TooMany {
        /// How many accounts there are.
        accounts: i64,
        /// Everybody who may have any of them.
        reps: Vec<usize>,
        /// How many accounts these reps may have together.
        room: i64,
    },
    /// These reps should have more accounts than there are for them.
    TooFew {
        /// Which reps.
        reps: Vec<usize>,
        /// How many accounts they should have together at least.
        wanted: i64,
        /// How many there are that any of them may have.
        accounts: i64,
    },
    /// These accounts take more effort than everybody has who may have them.
    TooMuchEffort {
        /// How many accounts there are.
        accounts: usize,
        /// Everybody who may have any of them.
        reps: Vec<usize>,
        /// The effort of the accounts, in micro-units.
        effort: i64,
        /// The effort that the reps have room for.
        room: i64,
    },
    /// No arrangement of whole accounts was found that keeps within this rep's room for effort.
    NotFound {
        /// Which rep.
        rep: usize,
        /// By how much it is crossed, in micro-units.
        over: i64,
    },
}

/// Accounts with the same reps.
struct Group {
    accounts: Vec<usize>,
    reps: Vec<usize>,
}

/// Why something is wrong; empty when nothing is.
pub fn clashes(instance: &Instance, tally: &Tally) -> Vec<Clash> {
    if tally.unplaced == 0 && tally.crossed.is_empty() {
        return Vec::new();
    }
    let (nobody, groups) = groups(instance);
    let mut all = Vec::new();
    if !nobody.is_empty() {
        all.push(Clash::NobodyMay { accounts: nobody });
    }
    let ways: Vec<Vec<usize>> = groups.iter().map(|group| group.reps.clone()).collect();
    all.extend(counts(instance, &groups, &ways));
    all.extend(efforts(instance, tally, &groups, &ways));
    all
}

/// Where there are too many accounts, then where there are too few.
fn counts(instance: &Instance, groups: &[Group], ways: &[Vec<usize>]) -> Vec<Clash> {
    let counts: Vec<i64> = groups
        .iter()
        .map(|group| group.accounts.len() as i64)
        .collect();
    let bands = (0..instance.reps()).map(|rep| &instance.bands_of(rep)[COUNT]);
    let most: Vec<i64> = bands.clone().map(|band| band.ceiling / ONE).collect();
    let many = stuck(&counts, &most, ways).into_iter();
    let many = many.map(|stuck| Clash::TooMany {
        accounts: stuck.offered,
        reps: stuck.rooms,
        room: stuck.room,
    });
    let mut turned = vec![Vec::new(); instance.reps()];
    for (at, group) in groups.iter().enumerate() {
        group.reps.iter().for_each(|rep| turned[*rep].push(at));
    }
    let least: Vec<i64> = bands.map(|band| (band.floor + ONE - 1) / ONE).collect();
    let few = stuck(&least, &counts, &turned).into_iter();
    let few = few.map(|stuck| Clash::TooFew {
        reps: stuck.groups,
        wanted: stuck.offered,
        accounts: stuck.room,
    });
    many.chain(few).collect()
}

/// Where effort does not fit even if accounts could be cut, then where it was not made to fit.
fn efforts(
    instance: &Instance,
    tally: &Tally,
    groups: &[Group],
    ways: &[Vec<usize>],
) -> Vec<Clash> {
    let effort = |group: &Group| -> i64 {
        let each = group.accounts.iter();
        each.map(|account| instance.accounts.effort[*account]).sum()
    };
    let efforts: Vec<i64> = groups.iter().map(effort).collect();
    let bands = (0..instance.reps()).map(|rep| &instance.bands_of(rep)[EFFORT]);
    let room: Vec<i64> = bands.map(|band| band.ceiling).collect();
    let much = stuck(&efforts, &room, ways);
    let crossed = tally.crossed.iter();
    let crossed = crossed.filter(|(rep, gauge, _)| {
        *gauge == EFFORT && !much.iter().any(|stuck| stuck.rooms.contains(rep))
    });
    let crossed: Vec<Clash> = crossed
        .map(|(rep, _, over)| Clash::NotFound {
            rep: *rep,
            over: *over,
        })
        .collect();
    let much = much.into_iter().map(|stuck| Clash::TooMuchEffort {
        accounts: stuck
            .groups
            .iter()
            .map(|at| groups[*at].accounts.len())
            .sum(),
        reps: stuck.rooms,
        effort: stuck.offered,
        room: stuck.room,
    });
    much.chain(crossed).collect()
}

/// Accounts that nobody may have, and the others by who may have them.
fn groups(instance: &Instance) -> (Vec<usize>, Vec<Group>) {
    let mut nobody = Vec::new();
    let mut all: BTreeMap<&[u16], Vec<usize>> = BTreeMap::new();
    for account in 0..instance.accounts.len() {
        let (reps, _) = instance.circles.of(instance.accounts.circle[account]);
        match reps.is_empty() {
            true => nobody.push(account),
            false => all.entry(reps).or_default().push(account),
        }
    }
    let groups = all.into_iter().map(|(reps, accounts)| Group {
        accounts,
        reps: reps.iter().map(|rep| usize::from(*rep)).collect(),
    });
    (nobody, groups.collect())
}
