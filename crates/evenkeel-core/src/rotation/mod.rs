//! Who is next: entitlement, then ledger, then a chooser within a band.
//!
//! Every way to deal is one core. [`crate::eligibility`] says who could take the record, weights
//! and make-up say what share of it each is entitled to, the [`ledger`] remembers what is owed,
//! and a chooser is free among those nearly as owed as the most owed. This file is only the list
//! of choosers and the order of the steps; a new chooser is a file beside it and an arm in
//! `choose`. What scales the weights stands in [`crate::entitlement`], likewise one a file.

pub mod best;
pub mod contest;
pub mod entitlement;
pub mod fairness;
pub mod fit;
pub mod headroom;
pub mod ledger;
pub mod makeup;
pub mod memory;
pub mod mix;
pub mod mixture;
pub mod only;
pub mod random;
pub mod redraw;
pub mod share;
pub mod straight;
pub mod stream;

use crate::ballot::{Ballot, Member};
use crate::eligibility;
use crate::ids::PoolNo;
use crate::policy::document::Method;
use crate::units::Micro;
use crate::verdict::{Candidate, Ground, Standing, Turn};
use contest::{Choice, Contest};

/// One pool's turn: who could take the record, what each is entitled to, who is picked.
///
/// Changes nothing; [`ledger::Ledger::apply_turn`] applies the answer. `draw` is asked for its
/// bits only when a chooser draws.
///
/// *Order and ties*: `members` strictly ascending by rep, as a ledger keeps them (panics
/// otherwise). Equal remainders of shares, and whatever the chooser finds equal, go to the lowest
/// rep number.
/// *Bounds*: the ballot's size is above zero (panics otherwise).
pub fn turn(
    pool: PoolNo,
    ballot: &Ballot,
    method: Method,
    members: &[Member<'_>],
    draw: impl FnOnce() -> u64,
) -> Turn {
    assert!(
        ballot.size > Micro(0),
        "a record uses up some part of a turn: {}",
        ballot.size
    );
    assert!(
        members.is_sorted_by(|one, next| one.rep < next.rep),
        "members ascend by rep"
    );
    let mut candidates: Vec<Candidate> = members
        .iter()
        .map(|member| Candidate {
            rep: member.rep,
            weight: member.weight,
            credit: member.credit,
            standing: match eligibility::gate(member, ballot) {
                Some(stop) => Standing::Stopped(stop),
                None => Standing::Able {
                    share: Micro(0),
                    plain: Micro(0),
                },
            },
        })
        .collect();
    entitlement::entitle(ballot.size, members, &mut candidates);
    let contest = Contest::of(ballot, members, &candidates);
    let choice = contest.map(|contest| choose(method, &contest, draw));
    let ground = contest.map_or(Ground::Credits, |contest| ground(method, &contest));
    Turn {
        pool,
        delta: choice.map_or(Micro(0), |choice| choice.delta),
        candidates,
        pick: choice.map(|choice| choice.pick),
        ground,
        stream: ballot.stream,
    }
}

/// The choosers.
fn choose(method: Method, contest: &Contest<'_>, draw: impl FnOnce() -> u64) -> Choice {
    if contest.able_count == 1 {
        return only::choose(contest);
    }
    match method {
        Method::Straight => straight::choose(contest),
        Method::Random { band } => random::choose(contest, band, draw()),
        Method::Mix { band, random_ppm } => mix::choose(contest, band, random_ppm, draw),
        Method::Fit { band } => fit::choose(contest, band),
        Method::Headroom { band } => headroom::choose(contest, band),
    }
}

/// What each chooser goes by beside the credits, for the verdict.
fn ground(method: Method, contest: &Contest<'_>) -> Ground {
    match method {
        Method::Straight | Method::Random { .. } => Ground::Credits,
        Method::Mix { .. } => Ground::Mix(mix::shared_out(contest)),
        Method::Fit { .. } => Ground::Fit(fit::specialists(contest)),
        Method::Headroom { .. } => Ground::Headroom(headroom::loads(contest)),
    }
}
