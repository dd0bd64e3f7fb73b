//! How wide the answer of [`super::hire`] is: the same question with rates as unsure as the turns
//! behind them, whole wins, and deals that differ.
//!
//! Every draw is keyed, so that the same question has the same range everywhere. It says what
//! chance and little history do; what the model leaves out (who is hired, what the market does) is
//! not in it.

use crate::draw::DrawKey;
use crate::measure::hire::{Hire, Seat, worth};
use crate::measure::logarithm::{exp, ln};
use crate::measure::normal::quantile;
use crate::units::{Micro, ONE};

/// How often the question is asked.
pub const DRAWS: usize = 200;
/// The part of the draws that lies within the range: eight of ten.
const TAIL: usize = DRAWS / 10;
/// Beyond so many wins a sum is taken for normal.
const SUMMED_MAX: u64 = 200;

/// What is asked.
#[derive(Clone, Copy, Debug)]
pub struct Doubt<'a> {
    /// The team, each with how many turns are behind the rate.
    pub team: &'a [(Seat, u64)],
    /// The hire, with how many turns stand for what is known of such a rate.
    pub hire: (&'a Hire, u64),
    /// Leads a month.
    pub supply: Micro,
    /// Mean of a deal, and the spread of deals over it.
    pub deals: (f64, f64),
}

/// From and to, in eight of ten draws.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Range {
    /// Wins more, as the model expects them with other rates.
    pub wins: (Micro, Micro),
    /// Revenue more, win by win.
    pub revenue: (f64, f64),
}

/// The range.
///
/// *Bounds*: as many months and reps as [`worth`] takes, [`DRAWS`] times.
pub fn range(doubt: &Doubt<'_>) -> Range {
    let key = DrawKey::from_seed(0);
    let mut wins = Vec::with_capacity(DRAWS);
    let mut revenue = Vec::with_capacity(DRAWS);
    for draw in 0..DRAWS {
        let chance = |what: &str, at: usize| {
            let turn = u32::try_from(at).unwrap_or(u32::MAX);
            // Never 0 or 1, so that its quantile is a number.
            ((key.bits(what, &draw.to_string(), turn) >> 12) as f64 + 0.5) / (1u64 << 52) as f64
        };
        let team = doubt.team.iter().enumerate();
        let team: Vec<Seat> = team
            .map(|(at, (seat, behind))| unsure(*seat, *behind, chance("rate", at)))
            .collect();
        let (hire, behind) = doubt.hire;
        let hire = Hire {
            seat: unsure(hire.seat, behind, chance("hire", 0)),
            ramp: hire.ramp.clone(),
        };
        let more = worth(&team, &hire, doubt.supply).more;
        let won = whole(more.0 as f64 / ONE.0 as f64, &|at| chance("win", at));
        revenue.push(sum(won, doubt.deals, &|at| chance("deal", at)));
        wins.push(more);
    }
    wins.sort_unstable();
    revenue.sort_by(f64::total_cmp);
    let ends = (TAIL, DRAWS - 1 - TAIL);
    Range {
        wins: (wins[ends.0], wins[ends.1]),
        revenue: (revenue[ends.0], revenue[ends.1]),
    }
}

/// The seat with a rate that the turns behind it leave open.
fn unsure(seat: Seat, behind: u64, chance: f64) -> Seat {
    let rate = seat.rate.0 as f64 / ONE.0 as f64;
    let deviation = (rate * (1.0 - rate) / (behind as f64 + 1.0)).sqrt();
    let drawn = (rate + quantile(chance) * deviation).clamp(0.0, 1.0);
    Seat {
        rate: Micro((drawn * ONE.0 as f64).round() as i64),
        ..seat
    }
}

/// How many wins it comes to where so many are expected (Poisson).
fn whole(expected: f64, chance: &dyn Fn(usize) -> f64) -> u64 {
    let drawn = chance(0);
    if expected > SUMMED_MAX as f64 {
        let normal = expected + quantile(drawn) * expected.sqrt();
        return normal.round().max(0.0) as u64;
    }
    let (mut count, mut part) = (0, exp(-expected));
    let mut below = part;
    while below < drawn && count < 4 * SUMMED_MAX {
        count += 1;
        part *= expected / count as f64;
        below += part;
    }
    count
}

/// What so many lognormal deals come to.
fn sum(count: u64, (mean, cv): (f64, f64), chance: &dyn Fn(usize) -> f64) -> f64 {
    if count > SUMMED_MAX {
        let deviation = mean * cv * (count as f64).sqrt();
        return (count as f64 * mean + quantile(chance(0)) * deviation).max(0.0);
    }
    let sigma = ln(1.0 + cv * cv).sqrt();
    let deal = |at: u64| mean * exp(sigma * quantile(chance(at as usize)) - 0.5 * sigma * sigma);
    (0..count).map(deal).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measure::hire::Ramped;

    fn asked(leads: i64, behind: u64, cv: f64) -> (Range, f64) {
        let seat = |rate| Seat {
            rate: Micro(rate),
            capacity: Micro::whole(42),
        };
        let team: Vec<Seat> = (0..4).map(|at| seat(150_000 + 50_000 * at)).collect();
        let begins = Ramped {
            rate: Micro(500_000),
            capacity: Micro(300_000),
        };
        let hire = Hire::ramping(seat(240_000), begins, 1, 3);
        let known: Vec<(Seat, u64)> = team.iter().map(|seat| (*seat, behind)).collect();
        let doubt = Doubt {
            team: &known,
            hire: (&hire, behind),
            supply: Micro::whole(leads),
            deals: (10_000.0, cv),
        };
        let more = worth(&team, &hire, doubt.supply).more;
        (range(&doubt), more.0 as f64 / 1e6)
    }

    #[test]
    fn the_answer_lies_within_its_range_and_more_history_narrows_it() {
        let (little, more) = asked(210, 60, 0.8);
        let (much, _) = asked(210, 6_000, 0.8);
        let within = |range: &Range| {
            let wins = (range.wins.0.0 as f64 / 1e6, range.wins.1.0 as f64 / 1e6);
            wins.0 < more && more < wins.1
        };
        assert!(within(&little), "{little:?} {more}");
        let width = |range: &Range| range.wins.1.0 - range.wins.0.0;
        assert!(width(&much) < width(&little) / 3, "{much:?} {little:?}");
        let (low, high) = little.revenue;
        assert!(
            low < more * 10_000.0 && more * 10_000.0 < high,
            "{little:?}"
        );
        // What is left of the range when rates are known are wins and deals.
        let chance = (more * 1.64).sqrt() * 10_000.0 * 2.0 * 1.2816;
        let left = much.revenue.1 - much.revenue.0;
        assert!((left / chance - 1.0).abs() < 0.35, "{left} {chance}");
    }

    #[test]
    fn nothing_to_win_has_no_range_and_the_same_question_the_same() {
        let (scarce, more) = asked(20, 600_000, 0.8);
        assert_eq!((scarce.wins, more), ((Micro(0), Micro(0)), 0.0));
        assert_eq!(scarce.revenue, (0.0, 0.0));
        assert_eq!(asked(180, 60, 0.8), asked(180, 60, 0.8));
    }
}
