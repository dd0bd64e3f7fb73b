//! What another policy would have won, where the past can tell: reseeded replays as the chances,
//! the recorded outcomes as they were.
//!
//! The estimate and its refusals are [`crate::measure::off_policy`]'s; here replays are only turned
//! into what it asks for. The chances are those over many replays and never those of one verdict:
//! within a band some picks are impossible at any one moment, and weights made of such chances
//! mislead. *Source*: guide "science" section 9.

use crate::measure::off_policy::{Logged, OffPolicy, evaluate, marginals};
use crate::measure::unknown::Unknown;
use crate::replay::reseed::{Deals, NOBODY, Row};

/// Estimates from who got each record first, whether it was won (`None` is not known yet), and as
/// many replays by the recorded policies as by the other.
///
/// *Refuses*: what [`evaluate`] refuses.
pub fn estimate(
    recorded: &Row,
    won: &[Option<bool>],
    (by, other): (&Deals, &Deals),
    reps: usize,
) -> Result<OffPolicy, Unknown> {
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
    evaluate(&logged, &chances(by), &chances(other))
}
