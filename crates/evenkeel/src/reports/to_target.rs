//! How long until a target: read from a question, told in words and as tables.
//!
//! Counted is in the core; which wins count and who is there stands with it.

use crate::reports::asked::{Wrong, given};
use crate::reports::table::{Cell, Column, Table};
use crate::reports::together::together;
use evenkeel_core::ids::RepNo;
use evenkeel_core::market::schema::FieldType;
use evenkeel_core::market::value::Value;
use evenkeel_core::measure::calendar::Stretch;
use evenkeel_core::measure::figure::{Figure, Interval, count};
use evenkeel_core::measure::reached::{Reached, RepReach};
use evenkeel_core::measure::survival::{Curve, Quantile};
use evenkeel_core::measure::target::ToTarget;
use evenkeel_core::measure::unknown::Unknown;
use evenkeel_core::state::State;
use evenkeel_core::time::Span;
use evenkeel_core::units::ONE;
use std::collections::BTreeMap;

/// Most wins of a target.
const TARGET_MAX: u32 = 10_000;

/// Who is to win how many in a period.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// Everybody as many.
    Wins(u32),
    /// As a field of the reps says; by rep, without those who have none.
    Field(String, BTreeMap<RepNo, u32>),
}

/// A target and the periods it is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Aim {
    /// Who is to win how many.
    pub target: Target,
    /// In what.
    pub stretch: Stretch,
}

impl Aim {
    /// What a rep is to win.
    pub fn of(&self, rep: RepNo) -> Option<u32> {
        match &self.target {
            Target::Wins(wins) => Some(*wins),
            Target::Field(_, each) => each.get(&rep).copied(),
        }
    }
}

/// Reads a target; `None` when none is named.
pub fn target(state: &State, text: Option<&String>) -> Result<Option<Target>, Wrong> {
    let Some(text) = given(text) else {
        return Ok(None);
    };
    let wins = |wins: i64| u32::try_from(wins).ok().filter(|wins| *wins <= TARGET_MAX);
    if let Some(wins) = text.parse().ok().and_then(wins).filter(|wins| *wins > 0) {
        return Ok(Some(Target::Wins(wins)));
    }
    let schema = state.rep_schema();
    let field = schema.find(text).filter(|field| {
        let field = schema.field(*field);
        field.is_some_and(|field| field.kind == FieldType::Number && !field.private)
    });
    let expected = format!("a number of wins, 1 to {TARGET_MAX}, or a number field of the reps");
    let field = field.ok_or_else(|| Wrong::new("target", text, expected))?;
    let each = state.roster().iter().filter_map(|(rep, one)| {
        let values = &one.profile.attributes.values;
        let value = values.iter().find(|(number, _)| *number == field)?;
        match value.1 {
            Value::Number(amount) => Some((rep, wins(amount.0 / ONE.0)?)),
            _ => None,
        }
    });
    Ok(Some(Target::Field(text.to_owned(), each.collect())))
}

/// The team's way to the target, in words.
pub fn team(reached: &Reached, aim: &Aim) -> String {
    let word = aim.stretch.word();
    let median = reached.team.median();
    let what = match &aim.target {
        Target::Wins(wins) => count(f64::from(*wins), "win"),
        Target::Field(name, _) => format!("the wins of “{name}”"),
    };
    let counted = format!(
        "n = {} of reps, {} of them with the target",
        count(reached.team.n() as f64, word),
        reached.team.ended()
    );
    match in_days(median) {
        Some(figure) => format!(
            "Half of the reps have {what} {} days after a {word} began ({counted}).",
            figure.as_number()
        ),
        None => format!("Fewer than half of the reps come to {what} within a {word} ({counted})."),
    }
}

/// Where reps stand in the running period, in words.
pub fn on_the_way(reached: &Reached, aim: &Aim, name: &dyn Fn(RepNo) -> String) -> Vec<String> {
    let word = aim.stretch.word();
    let known = reached.reps.iter().filter_map(|one| {
        let told = one.running.as_ref()?.as_ref().ok()?;
        Some(told.sentence(&name(one.rep)))
    });
    let unknown = reached.reps.iter().filter_map(|one| {
        let why = match &one.running {
            Some(Ok(_)) => return None,
            None => format!("not in the running {word}."),
            Some(Err(Unknown::NoWins { .. })) => {
                format!("no win yet in the running {word}, so there is no pace to go by.")
            }
            Some(Err(unknown)) => unknown.sentence(),
        };
        Some((name(one.rep), why))
    });
    known.chain(together(unknown)).collect()
}

/// A length as days with its interval; n is what was looked at. `None` when fewer than half are
/// there.
pub fn in_days(quantile: Quantile) -> Option<Figure> {
    let days = |length: u64| length as f64 / evenkeel_core::time::DAY.0 as f64;
    Some(Figure {
        value: days(quantile.length?),
        interval: Interval {
            low: quantile.low.map_or(0.0, days),
            high: quantile.high.map_or(f64::INFINITY, days),
        },
        n: quantile.n as f64,
    })
}

/// How many of those looked at have the target, how long half of them took, and the share that had
/// it by the end.
fn to_target(curve: &Curve) -> [Cell; 3] {
    let ended = curve.ended();
    let by_end = curve.over_by(curve.longest());
    let by_end = Figure {
        value: by_end.value,
        interval: Interval {
            low: by_end.low,
            high: by_end.high,
        },
        n: curve.n() as f64,
    };
    [
        Cell::Count(ended as u64),
        Cell::maybe(in_days(curve.median()), Cell::Numbers),
        Cell::maybe(Some(by_end).filter(|_| curve.n() > 0), Cell::Shares),
    ]
}

/// Rep by rep.
pub fn by_rep(reached: &Reached, aim: &Aim) -> Table {
    let row = |one: &RepReach| {
        let [ended, median, by_end] = to_target(&one.curve);
        let running = one.running.as_ref().and_then(|told| told.as_ref().ok());
        let after = running.and_then(|told| match told {
            ToTarget::Reached { after, .. } => Some(*after),
            ToTarget::Ahead { .. } => None,
        });
        let ahead = running.and_then(|told| match told {
            ToTarget::Ahead { days, .. } => Some(*days),
            ToTarget::Reached { .. } => None,
        });
        vec![
            Cell::Rep(one.rep),
            Cell::Count(u64::from(one.target)),
            Cell::Count(one.curve.n() as u64),
            ended,
            median,
            by_end,
            Cell::maybe(one.running.as_ref(), |_| Cell::Count(one.wins as u64)),
            Cell::maybe(after, Cell::Span),
            Cell::maybe(ahead, Cell::Numbers),
        ]
    };
    let word = aim.stretch.word();
    Table {
        name: "target",
        title: "How long until the target, rep by rep".to_owned(),
        n: format!(
            "n = {}",
            count(reached.team.n() as f64, &format!("rep’s {word}"))
        ),
        definition: format!(
            "The clock starts with each {word}, or when the rep’s first lead came, and stops at the win \
             that makes the target; a win counts for who owned the record when it was won. A {word} that \
             ended without the target, or goes on, counts as “at least so long”. Half: days after which \
             half of the rep’s {word}s have the target. Still: days from now at the pace of the running \
             {word} so far, without season and pipeline; they may lie beyond its end.",
        ),
        columns: vec![
            Column::words("rep", "Rep"),
            Column::number("target", "Target"),
            Column::number("periods", "Periods"),
            Column::number("reached", "With the target"),
            Column::figure("median_days", "Half, days"),
            Column::figure("by_end", "By the end"),
            Column::number("wins", "Wins now"),
            Column::number("after", "Reached after"),
            Column::figure("still_days", "Still, days"),
        ],
        rows: reached.reps.iter().map(row).collect(),
    }
}

/// Period by period.
pub fn by_period(reached: &Reached, aim: &Aim) -> Table {
    let all = reached.periods.iter().map(|one| {
        let [ended, median, by_end] = to_target(&one.curve);
        let name = aim.stretch.name(one.number);
        vec![
            Cell::Text(name),
            Cell::Text(if one.running { "running" } else { "over" }.to_owned()),
            Cell::Count(one.curve.n() as u64),
            ended,
            median,
            by_end,
        ]
    });
    let word = aim.stretch.word();
    Table {
        name: "target_periods",
        title: format!("Does the team get there sooner, {word} by {word}?"),
        n: format!("n = {}", count(reached.periods.len() as f64, word)),
        definition: format!(
            "The reps of each {word}: how many had the target, the days after which half of them had it, \
             and the share that had it by the end, or by now."
        ),
        columns: vec![
            Column::words("period", "Period"),
            Column::words("state", "Is"),
            Column::number("reps", "Reps"),
            Column::number("reached", "With the target"),
            Column::figure("median_days", "Half, days"),
            Column::figure("by_end", "By the end"),
        ],
        rows: all.collect(),
    }
}

/// The longest that a period takes.
pub fn longest(stretch: Stretch) -> Span {
    match stretch {
        Stretch::Month => Span::days(31),
        Stretch::Quarter => Span::days(92),
    }
}
