//! What was engaged and what came of it: records, accounts and contacts worked, self-sourced ones,
//! opportunities by number and value.
//!
//! What nobody tells is said to be unknown, with what would tell it, and never counted as none.
//! *Source*: mission 4.36, 4.38, 4.40, 4.41.

use crate::reports::table::{Cell, Column, Table};
use crate::reports::validation_tables::share;
use evenkeel_core::measure::figure::count;
use evenkeel_core::measure::validation::Funnel;
use evenkeel_core::units::ONE;

/// One line: its word, what is counted, how many of how many, the value, and what to know of it.
struct Counted {
    word: &'static str,
    what: &'static str,
    number: Option<u64>,
    of: u64,
    value: Option<f64>,
    note: String,
}

/// The table. `told` is that figures may stand on imported files.
pub fn table(funnel: &Funnel, told: bool) -> Table {
    let lines = [
        worked(funnel),
        accounts(funnel, told),
        contacts(told),
        sourced(funnel, told),
        pipeline(funnel, told),
    ];
    let row = |line: Counted| {
        vec![
            Cell::Text(line.word.to_owned()),
            Cell::Text(line.what.to_owned()),
            Cell::maybe(line.number, Cell::Count),
            line.number
                .map_or(Cell::None, |number| share(number, line.of)),
            Cell::maybe(line.value, Cell::Number),
            Cell::Text(line.note),
        ]
    };
    Table {
        name: "productivity",
        title: "What was engaged, and what it made".to_owned(),
        n: format!("n = {}", count(funnel.came as f64, "record")),
        definition:
            "Engaged is worked, as stated above. Opportunities made are records that are open \
                     or were won; their value is of those whose worth is known, as it stands now."
                .to_owned(),
        columns: vec![
            Column::words("line", "Line"),
            Column::words("what", "What"),
            Column::number("number", "Number"),
            Column::figure("share", "Share"),
            Column::number("value", "Value"),
            Column::words("note", "To know"),
        ],
        rows: lines.into_iter().map(row).collect(),
    }
}

fn worked(funnel: &Funnel) -> Counted {
    let unwatched = funnel.dealt - funnel.work_known;
    let (number, note) = match (funnel.work_known, unwatched) {
        (0, 0) => (None, "nothing came to a rep".to_owned()),
        (0, _) => (None, "not known: the import names no activities".to_owned()),
        (known, 0) => (
            Some(funnel.worked),
            format!("of {known} that came to a rep"),
        ),
        (known, unwatched) => (
            Some(funnel.worked),
            format!("of {known}; of {unwatched} more the import names no activities"),
        ),
    };
    Counted {
        word: "records",
        what: "Records engaged",
        number,
        of: funnel.work_known,
        value: None,
        note,
    }
}

fn accounts(funnel: &Funnel, told: bool) -> Counted {
    let note = match (funnel.accounts, told) {
        (Some(_), false) => String::new(),
        (Some(_), true) => "of the journal's records; the import names no account".to_owned(),
        (None, false) => "not known: the question names no field of accounts".to_owned(),
        (None, true) => "not known: the import names no account".to_owned(),
    };
    Counted {
        word: "accounts",
        what: "Accounts engaged",
        number: funnel.accounts,
        of: 0,
        value: None,
        note,
    }
}

fn contacts(told: bool) -> Counted {
    let who = if told {
        "the import names"
    } else {
        "activities name"
    };
    Counted {
        word: "contacts",
        what: "Contacts engaged",
        number: None,
        of: 0,
        value: None,
        note: format!("not known: {who} no contact"),
    }
}

fn sourced(funnel: &Funnel, told: bool) -> Counted {
    let note = match (funnel.origin_known, told) {
        (0, true) => "not known: the import names no origin".to_owned(),
        (0, false) => "not known: no pool's gate says what is self-sourced".to_owned(),
        (known, _) => format!("of {known} of known origin"),
    };
    Counted {
        word: "self_sourced",
        what: "Self-sourced",
        number: (funnel.origin_known > 0).then_some(funnel.self_sourced),
        of: funnel.origin_known,
        value: None,
        note,
    }
}

fn pipeline(funnel: &Funnel, told: bool) -> Counted {
    let made = funnel.opportunities();
    let note = match (funnel.valued, told) {
        (0, true) => "value not known: the import names no value".to_owned(),
        (0, false) => "value not known: the question names no field of worth".to_owned(),
        (valued, _) => format!("the value of {valued} of {made} is known"),
    };
    Counted {
        word: "opportunities",
        what: "Opportunities made",
        number: Some(made),
        of: funnel.came,
        value: (funnel.valued > 0).then(|| funnel.pipeline as f64 / ONE.0 as f64),
        note,
    }
}
