//! The audit of what files tell: were these assignments a rotation, and who gained by changes of
//! owner?
//!
//! Nobody's decision is checked: none was made here. Who could have got a record no file says, so
//! everybody is taken to be able from the first record that came to them until the last.

use crate::reports::audit::{Found, LIST_MAX, Sequence, past_turns};
use crate::reports::table::{Cell, Column, Report, Table};
use evenkeel_core::ids::RepNo;
use evenkeel_core::measure::audit::{self, Past};
use evenkeel_core::measure::figure::count;
use evenkeel_core::measure::life::{Deal, Life, Lives};
use evenkeel_core::measure::unknown::Unknown;
use evenkeel_core::time::Moment;
use std::collections::BTreeMap;

/// Looks at the sequence of first owners.
pub fn find(lives: &Lives) -> Found {
    Found {
        decided: None,
        rotation: sequence(lives),
    }
}

/// Tests who first got each record, in the order in which they were assigned.
fn sequence(lives: &Lives) -> Result<Sequence, Unknown> {
    let first = |life: &'_ Life| life.first().map(|deal| (deal.at, deal.rep));
    let dealt = lives.all.iter();
    let mut dealt: Vec<(Moment, RepNo, &String)> = dealt
        .filter_map(|life| first(life).map(|(at, rep)| (at, rep, &life.key)))
        .collect();
    dealt.sort_by_key(|(at, _, _)| *at);
    let mut spans: BTreeMap<RepNo, (Moment, Moment)> = BTreeMap::new();
    for (at, rep, _) in &dealt {
        let span = spans.entry(*rep).or_insert((*at, *at));
        span.1 = *at;
    }
    let reps: Vec<RepNo> = spans.keys().copied().collect();
    let past = |(at, rep, _): &(Moment, RepNo, &String)| Past {
        got: reps.binary_search(rep).unwrap_or(usize::MAX),
        able: spans
            .values()
            .map(|(from, to)| from <= at && at <= to)
            .collect(),
    };
    let history: Vec<Past> = dealt.iter().map(past).collect();
    Ok(Sequence {
        audit: audit::audit(&vec![1; reps.len()], &history)?,
        records: dealt.iter().map(|(_, _, key)| (*key).clone()).collect(),
        reweighted: false,
        reps,
    })
}

/// A record that went from one rep to another.
struct Moved<'a> {
    at: Moment,
    record: &'a str,
    from: RepNo,
    to: RepNo,
}

/// Every change of owner between reps, oldest first.
fn moves(lives: &Lives) -> Vec<Moved<'_>> {
    let of = |life: &'_ Life| -> Vec<(Moment, RepNo, RepNo)> {
        let pair = |pair: &[Deal]| (pair[1].at, pair[0].rep, pair[1].rep);
        let pairs = life.deals.windows(2).map(pair);
        pairs.filter(|(_, from, to)| from != to).collect()
    };
    let mut all: Vec<Moved<'_>> = Vec::new();
    for life in &lives.all {
        let record = life.key.as_str();
        let moved = of(life).into_iter();
        all.extend(moved.map(|(at, from, to)| Moved {
            at,
            record,
            from,
            to,
        }));
    }
    all.sort_by_key(|moved| moved.at);
    all
}

/// As a report; `name` says what a rep is called in sentences.
pub fn report(lives: &Lives, found: &Found, name: &dyn Fn(RepNo) -> String) -> Report {
    let moves = moves(lives);
    let mut said = vec![match &found.rotation {
        Ok(sequence) => sequence.audit.sentence(&|place| name(sequence.reps[place])),
        Err(unknown) => format!("The sequence of assignments: {}", unknown.sentence()),
    }];
    said.push(match moves.len() {
        0 => "No record went from one rep to another.".to_owned(),
        n => format!("{} between reps.", count(n as f64, "change of owner")),
    });
    let mut tables = vec![gains(&moves), list(&moves)];
    // Where it was no rotation, nearly every turn is unforeseen, and the list says nothing.
    let rotation = found.rotation.as_ref().ok();
    let rotation = rotation.filter(|sequence| sequence.audit.is_rotation());
    tables.extend(rotation.map(past_turns));
    Report {
        until: lives.until,
        unknown: lives.all.is_empty().then(|| Unknown::Nothing.sentence()),
        caveats: vec![
            "No decision was made here, so none can be made again; who could have got a record, and \
             by which rule, no file says. Everybody is taken to have been able, with the same weight, \
             from the first record that came to them until the last."
                .to_owned(),
            "Why a record went to another rep is not known; whether it was right to do so neither."
                .to_owned(),
        ],
        said,
        tables,
    }
}

fn gains(moves: &[Moved<'_>]) -> Table {
    let mut reps: BTreeMap<RepNo, (u64, u64)> = BTreeMap::new();
    for moved in moves {
        reps.entry(moved.to).or_default().0 += 1;
        reps.entry(moved.from).or_default().1 += 1;
    }
    let row = |(rep, (gained, lost)): (&RepNo, &(u64, u64))| {
        vec![
            Cell::Rep(*rep),
            Cell::Count(*gained),
            Cell::Count(*lost),
            Cell::Number(*gained as f64 - *lost as f64),
        ]
    };
    Table {
        name: "gains",
        title: "Who gained by changes of owner".to_owned(),
        n: format!("n = {}", count(moves.len() as f64, "change")),
        definition: "Records that came to a rep from another one, and those that went to another."
            .to_owned(),
        columns: vec![
            Column::words("rep", "Rep"),
            Column::number("gained", "Gained"),
            Column::number("lost", "Lost"),
            Column::number("net", "Net"),
        ],
        rows: reps.iter().map(row).collect(),
    }
}

fn list(moves: &[Moved<'_>]) -> Table {
    let row = |moved: &Moved<'_>| {
        vec![
            Cell::Text(moved.at.to_string()),
            Cell::Text(moved.record.to_owned()),
            Cell::Rep(moved.from),
            Cell::Rep(moved.to),
        ]
    };
    Table {
        name: "changes",
        title: "Every change of owner".to_owned(),
        n: format!("n = {}", count(moves.len() as f64, "change")),
        definition: format!(
            "From one rep to another, also with nobody in between, oldest first; at most {LIST_MAX} \
             here."
        ),
        columns: vec![
            Column::words("at", "When"),
            Column::words("record", "Record"),
            Column::words("from", "From"),
            Column::words("to", "To"),
        ],
        rows: moves.iter().take(LIST_MAX).map(row).collect(),
    }
}
