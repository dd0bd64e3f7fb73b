//! The tables of the validation: parts, steps, the curve, reasons, weeks.
//!
//! Only how figures are laid out and what their columns mean; what they are is the core's.

use crate::reports::table::{Cell, Column, Table};
use crate::reports::validation::{Change, Read};
use evenkeel_core::measure::figure::{Figure, count};
use evenkeel_core::measure::periods::WEEK;
use evenkeel_core::measure::proportion::Tally;
use evenkeel_core::measure::validation::{Disqualified, Funnel, Line, Part, Point, Validation};
use evenkeel_core::time::Span;
use evenkeel_core::units::ONE;

/// A share with its interval; nothing of none.
pub fn share(part: u64, of: u64) -> Cell {
    match of {
        0 => Cell::None,
        of => Cell::Shares(Tally::of(part as f64, of as f64).figure()),
    }
}

/// All records together and part by part.
pub fn parts(validation: &Validation, part: &dyn Fn(Part) -> Cell) -> Table {
    let at = |line: &Line, day: i64| -> Option<Figure> {
        let coverage = line.coverage.as_ref().ok()?;
        let found = coverage.days.iter().find(|by| by.day == day);
        found.map(|by| by.worked)
    };
    let row = |line: &Line| {
        let funnel = &line.funnel;
        vec![
            part(line.part),
            Cell::Count(funnel.came),
            Cell::Count(funnel.dealt),
            Cell::maybe(at(line, 7), Cell::Shares),
            Cell::maybe(at(line, 30), Cell::Shares),
            share(funnel.won, funnel.dealt),
            share(funnel.disqualified, funnel.dealt),
            share(funnel.self_sourced, funnel.origin_known),
            Cell::Count(funnel.open),
            match funnel.valued {
                0 => Cell::None,
                _ => Cell::Number(funnel.pipeline as f64 / ONE.0 as f64),
            },
        ]
    };
    let all = std::iter::once(&validation.whole).chain(&validation.parts);
    Table {
        name: "parts",
        title: "Worked, won, no fit".to_owned(),
        n: format!("n = {}", count(validation.whole.funnel.came as f64, "record")),
        definition: "Worked: the first rep did what is stated as work before the record went \
                     elsewhere; read from the time to first work, in which young records count for as \
                     long as they have been watched. Won so far is of everything dealt, also of what \
                     is young; closed rates are on the scorecard. No fit: closed with a reason that is \
                     neither won nor lost, or given back and with nobody since. Worth: of open and won records \
                     whose worth is known."
            .to_owned(),
        columns: vec![
            Column::words("part", "Records of"),
            Column::number("came", "Came"),
            Column::number("dealt", "Came to a rep"),
            Column::figure("worked_7", "Worked by day 7"),
            Column::figure("worked_30", "Worked by day 30"),
            Column::figure("won", "Won so far"),
            Column::figure("disqualified", "No fit"),
            Column::figure("self_sourced", "Self-sourced"),
            Column::number("open", "Open"),
            Column::number("worth", "Worth"),
        ],
        rows: all.map(row).collect(),
    }
}

/// How far records came, step by step.
pub fn funnel_table(funnel: &Funnel) -> Table {
    let rows = [
        ("came", "Came in", funnel.came),
        ("dealt", "Came to a rep", funnel.dealt),
        ("worked", "Worked by that rep", funnel.worked),
        ("won", "Won", funnel.won),
        ("lost", "Lost", funnel.lost),
        ("disqualified", "No fit", funnel.disqualified),
        ("open", "Open", funnel.open),
    ];
    let row = |(step, words, records): (&str, &str, u64)| {
        // Nobody knows: that is not the same as none.
        let known = step != "worked" || funnel.work_known > 0;
        vec![
            Cell::Text(step.to_owned()),
            Cell::Text(words.to_owned()),
            Cell::maybe(known.then_some(records), Cell::Count),
            match known {
                true => share(records, funnel.came),
                false => Cell::None,
            },
        ]
    };
    Table {
        name: "funnel",
        title: "How far records came".to_owned(),
        n: format!("n = {}", count(funnel.came as f64, "record")),
        definition:
            "Everything that came in, apart from records that turned out to be others. Won, \
                     lost, no fit and open add up to it."
                .to_owned(),
        columns: vec![
            Column::words("step", "Step"),
            Column::words("means", "Records that"),
            Column::number("records", "Records"),
            Column::figure("share", "Of all"),
        ],
        rows: rows.into_iter().map(row).collect(),
    }
}

/// The time to first work.
pub fn curve(points: &[Point], dealt: u64) -> Table {
    let row = |point: &Point| vec![Cell::Span(point.after), Cell::Shares(point.worked)];
    let far = points.last().map_or(Span(0), |point| point.after);
    Table {
        name: "curve",
        title: "Time to first work".to_owned(),
        n: format!("n = {}", count(dealt as f64, "record")),
        definition: format!(
            "Share worked within so many days of coming to a rep, with its 95 % interval; records that \
             left before are no longer waited for. Watched as far as {far}."
        ),
        columns: vec![
            Column::number("days", "Within"),
            Column::figure("worked", "Worked"),
        ],
        rows: points.iter().map(row).collect(),
    }
}

/// What was no fit, by reason.
pub fn disqualified(validation: &Validation) -> Table {
    let row = |one: &Disqualified| {
        vec![
            Cell::Text(one.reason.clone()),
            Cell::Count(one.records),
            Cell::Shares(one.share),
        ]
    };
    Table {
        name: "disqualified",
        title: "No fit, by reason".to_owned(),
        n: format!(
            "n = {} that came to a rep",
            count(validation.whole.funnel.dealt as f64, "record")
        ),
        definition:
            "Closed with a reason that is neither won nor lost, or given back by a rep; each record \
             once, by its first reason."
                .to_owned(),
        columns: vec![
            Column::words("reason", "Reason"),
            Column::number("records", "Records"),
            Column::figure("share", "Of what came to a rep"),
        ],
        rows: validation.disqualified.iter().map(row).collect(),
    }
}

/// Before and after a change, by week.
pub fn weeks(change: &Change, read: &Read) -> Table {
    let begins = |at: usize| change.weeks.begin + Span(WEEK.0 * at as i64);
    let all = change.weeks.all.iter().enumerate();
    let rows = all.map(|(at, week)| {
        let from = begins(at);
        let side = match from {
            from if from + WEEK <= change.at => "before",
            from if from >= change.at => "after",
            _ => "the week of the change",
        };
        vec![
            Cell::Text(from.to_string()),
            Cell::Text(side.to_owned()),
            Cell::Text(
                if week.whole && week.ripe {
                    "counts"
                } else {
                    "left out"
                }
                .to_owned(),
            ),
            Cell::Number(week.tally.trials),
            match week.tally.trials > 0.0 {
                true => Cell::Shares(week.tally.figure()),
                false => Cell::None,
            },
        ]
    });
    let rows: Vec<Vec<Cell>> = rows.collect();
    let (well, horizon) = read.well;
    Table {
        name: "weeks",
        title: format!("Before and after: {}, week by week", well.rate()),
        n: format!("n = {}", count(rows.len() as f64, "week")),
        definition: format!(
            "Records by the week in which they came to a rep, and the share that was {} within \
             {horizon}. Only whole weeks all of whose records are that old count.",
            well.word()
        ),
        columns: vec![
            Column::words("week", "Week from"),
            Column::words("side", "Side"),
            Column::words("counts", "In the comparison"),
            Column::number("records", "Records"),
            Column::figure("share", "Share"),
        ],
        rows,
    }
}
