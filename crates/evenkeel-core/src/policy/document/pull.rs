//! How reps take records from a queue, as a policy says it: who, in which order, how many.
//!
//! Which record a rep may take now is worked out in [`crate::claiming`]; here are the settings and
//! the two formulas that follow from them alone, score and key.

use crate::ids::FieldNo;
use crate::policy::document::Caps;
use crate::time::{Moment, Span};
use crate::units::{Micro, ONE};

/// Most grades of one queue.
pub const GRADES_MAX: usize = 10;
/// Most records of a choice; also how many `show = "all"` lists.
pub const SHOW_MAX: u32 = 100;
/// Heaviest axis of a score.
pub const AXIS_WEIGHT_MAX: u32 = 1_000;

/// How reps take records from one queue. The default lets every active rep take any of them, the
/// oldest first, without a limit.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pull {
    /// Position of the pool whose members may; `None` is every active rep.
    pub pool: Option<usize>,
    /// What makes a record better; without axes all are alike.
    pub axes: Vec<Axis>,
    /// By how much the best may overtake the worst.
    pub overtake: Span,
    /// Kinds of records by score, the best first; what reaches none of them has no grade.
    pub grades: Vec<Grade>,
    /// Whether each grade is shared out evenly.
    pub fair: Option<FairPull>,
    /// What a rep may choose from.
    pub show: Show,
    /// Most in hand.
    pub limit: InHand,
    /// Most claims of one rep in sliding windows.
    pub claims: Caps,
    /// Part of the own claims that must be worked in time for the whole of them, in millionths.
    pub worked_ppm: Option<u32>,
    /// How long a claimed record may stay unworked before it goes back.
    pub work_within: Option<Span>,
}

/// One axis of a score: a number field from worst to best.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Axis {
    /// Number field of records.
    pub field: FieldNo,
    /// What counts nothing; also what an unknown value counts.
    pub from: Micro,
    /// What counts fully; below `from` where less is better.
    pub to: Micro,
    /// Weight against the other axis, 1 to [`AXIS_WEIGHT_MAX`].
    pub weight: u32,
}

/// One kind of records by score.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grade {
    /// Name, unique within the queue; it keeps its ledger under this name.
    pub name: String,
    /// Least score, 0 to 1.
    pub from: Micro,
}

/// How each grade is shared out evenly.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FairPull {
    /// How far behind the most-owed rep one may be and still take a record, in records.
    pub band: Micro,
    /// How long a record waits before the band for it widens; it widens by itself again and again.
    pub leak: Span,
}

/// What a rep may choose from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Show {
    /// Every record that the rep may take.
    #[default]
    All,
    /// The first so many of them.
    First(u32),
    /// Nothing: the next one only, its details once it is claimed.
    Blind,
}

/// Most records in hand, from one queue.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct InHand {
    /// Claimed and not worked yet.
    pub unworked: Option<u32>,
    /// Claimed and still in the book.
    pub open: Option<u32>,
}

impl Pull {
    /// The score of a record with these numbers: the weighted mean of its axes, each brought to 0
    /// to 1 between `from` and `to`; 0 without axes.
    ///
    /// *Units*: millionths, rounded down.
    pub fn score(&self, number: impl Fn(FieldNo) -> Option<Micro>) -> Micro {
        let (mut sum, mut weights) = (0i128, 0i128);
        for axis in &self.axes {
            let weight = i128::from(axis.weight);
            weights += weight;
            sum += weight * i128::from(axis.place(number(axis.field)).0);
        }
        let mean = if weights == 0 { 0 } else { sum / weights };
        Micro(i64::try_from(mean).expect("a mean of 0 to 1"))
    }

    /// What a record is ordered by, ascending: the moment of its arrival, earlier by its score's
    /// part of `overtake`.
    ///
    /// *Order and ties*: the lower record number. *Bounds*: one that arrives more than `overtake`
    /// after another never comes before it, whatever the scores.
    /// *Source*: Kleinrock 1964; Stanford, Taylor and Ziedins 2014; guide "science" section 7.
    pub fn key(&self, arrival: Moment, score: Micro) -> Moment {
        let ahead = i128::from(score.0) * i128::from(self.overtake.0) / i128::from(ONE.0);
        arrival - Span(i64::try_from(ahead).expect("a part of a span"))
    }

    /// Position of the grade that a score reaches; one past the last for none.
    pub fn grade(&self, score: Micro) -> usize {
        let reached = |grade: &Grade| score >= grade.from;
        let position = self.grades.iter().position(reached);
        position.unwrap_or(self.grades.len())
    }

    /// How many the rep sees to choose from.
    pub fn choice(&self) -> usize {
        match self.show {
            Show::All => SHOW_MAX as usize,
            Show::First(count) => count as usize,
            Show::Blind => 1,
        }
    }
}

impl Axis {
    /// Where a number stands between `from` and `to`, 0 to 1.
    fn place(&self, number: Option<Micro>) -> Micro {
        let (from, to) = (i128::from(self.from.0), i128::from(self.to.0));
        let number = number.map_or(from, |number| i128::from(number.0));
        let place = (number - from) * i128::from(ONE.0) / (to - from);
        Micro(i64::try_from(place.clamp(0, i128::from(ONE.0))).expect("clamped"))
    }
}

impl FairPull {
    /// The band for a record that has waited so long: wider by one more `band` with every `leak`.
    ///
    /// *Bounds*: none, so that no record waits for ever for somebody who does not want it.
    pub fn widened(&self, waited: Span) -> Micro {
        let times = 1 + (waited.0 / self.leak.0).max(0);
        Micro(self.band.0.saturating_mul(times))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::DAY;

    fn pull() -> Pull {
        let axis = |field, from, to| Axis {
            field: FieldNo(field),
            from: Micro::whole(from),
            to: Micro::whole(to),
            weight: 1 + field,
        };
        Pull {
            axes: vec![axis(0, 0, 100), axis(1, 50, 0)],
            overtake: Span::days(5),
            grades: vec![Grade {
                name: "A".into(),
                from: Micro(700_000),
            }],
            ..Pull::default()
        }
    }

    #[test]
    fn a_score_is_the_weighted_mean_of_what_is_known() {
        let pull = pull();
        for (fit, rank, score) in [
            (Some(100), Some(0), 1_000_000),
            (Some(100), Some(50), 333_333),
            (None, None, 0),
            (Some(40), None, 133_333),
            (Some(900), Some(-7), 1_000_000),
            (Some(-5), Some(25), 333_333),
        ] {
            let number = |field: FieldNo| [fit, rank][field.index()].map(Micro::whole);
            assert_eq!(pull.score(number), Micro(score), "{fit:?} {rank:?}");
        }
        assert_eq!(Pull::default().score(|_| None), Micro(0));
    }

    #[test]
    fn keys_age_and_grades_begin_where_they_say() {
        let pull = pull();
        let worst_first = pull.key(Moment(0), Micro(0));
        assert_eq!(pull.key(Moment(5 * DAY.0), ONE), worst_first);
        assert!(pull.key(Moment(5 * DAY.0 + 1), ONE) > worst_first);
        assert_eq!(pull.grade(Micro(700_000)), 0);
        assert_eq!(pull.grade(Micro(699_999)), 1);
    }

    #[test]
    fn the_band_widens_with_every_leak() {
        let fair = FairPull {
            band: Micro::whole(2),
            leak: DAY,
        };
        for (hours, band) in [(-1, 2), (0, 2), (23, 2), (24, 4), (72, 8)] {
            assert_eq!(fair.widened(Span::hours(hours)), Micro::whole(band));
        }
    }
}
