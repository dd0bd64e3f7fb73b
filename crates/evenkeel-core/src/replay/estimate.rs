//! What another policy would have won, where the past can tell: reseeded replays as the chances,
//! the recorded outcomes as they were.
//!
//! The estimate is [`crate::measure::off_policy`]'s, and so are its refusals; here replays are only
//! turned into what it asks for, and loads are looked at over all records and not only over those
//! whose outcome is known. The chances are those over many replays and never those of one verdict:
//! within a band some picks are impossible at any one moment, and weights made of such chances
//! mislead. *Source*: guide "science" section 9; ADR 38.

use crate::measure::off_policy::{Logged, OffPolicy, enough, evaluate, load_shift, marginals};
use crate::measure::unknown::Unknown;
use crate::replay::reseed::{Deals, NOBODY, Row};

/// Estimates from who got each record first, whether it was won (`None` is not known yet), and as
/// many replays by the recorded policies as by the other.
///
/// *Refuses*, in order: [`Unknown::TooFew`] replays; [`Unknown::Nothing`] without a known outcome;
/// [`Unknown::Unseen`]; [`Unknown::LoadShift`]; [`Unknown::TooFew`] effective leads.
pub fn estimate(
    recorded: &Row,
    won: &[Option<bool>],
    (by, other): (&Deals, &Deals),
    reps: usize,
) -> Result<OffPolicy, Unknown> {
    enough(by.replays().min(other.replays()))?;
    let known = recorded.iter().zip(won).enumerate();
    let known = known.filter(|(at, (rep, _))| **rep != NOBODY && *at < by.records());
    let known: Vec<(usize, usize, bool)> = known
        .filter_map(|(at, (rep, won))| Some((at, usize::from(*rep), (*won)?)))
        .collect();
    let logged: Vec<Logged> = known
        .iter()
        .map(|(_, picked, won)| Logged {
            picked: *picked,
            won: *won,
            segment: 0,
        })
        .collect();
    let chances = |deals: &Deals| {
        let counts = known.iter().map(|(at, ..)| deals.counts(*at, reps));
        let counts: Vec<Vec<u32>> = counts.collect();
        marginals(&counts, u32::try_from(deals.replays()).unwrap_or(u32::MAX))
    };
    let told = evaluate(&logged, &chances(by), &chances(other));
    if matches!(told, Err(Unknown::Nothing | Unknown::Unseen { .. })) {
        return told;
    }
    let loads = |deals: &Deals| {
        let mut sums = vec![0; reps];
        for replay in 0..deals.replays() {
            let loads = deals.loads(replay, reps);
            sums.iter_mut()
                .zip(loads)
                .for_each(|(sum, load)| *sum += load);
        }
        sums
    };
    let shift = load_shift(&loads(by), &loads(other))?;
    told.map(|told| OffPolicy {
        shift: told.shift.max(shift),
        ..told
    })
}
