//! The books before and after a plan, rep by rep, as a table, JSON or CSV.

use crate::cmd::failure::Failure;
use evenkeel_connect::out::CsvOut;
use evenkeel_core::plan::instance::{COUNT, EFFORT, Instance, NOBODY, ONE, VALUE};
use evenkeel_core::plan::setting::Setting;
use evenkeel_core::plan::solve::Plan;
use evenkeel_core::state::State;
use evenkeel_core::units::Micro;
use serde::Serialize;

/// One rep's book.
#[derive(Clone, Debug, Serialize)]
pub struct Book {
    /// Key of the rep.
    pub rep: String,
    /// Accounts before.
    pub before: usize,
    /// Accounts after.
    pub after: usize,
    /// Accounts that come.
    pub come: usize,
    /// Accounts that go.
    pub go: usize,
    /// Value before.
    pub value_before: String,
    /// Value after.
    pub value_after: String,
    /// Effort before.
    pub effort_before: String,
    /// Effort after.
    pub effort_after: String,
    /// Room for effort; empty without a limit.
    pub effort_room: String,
    /// Accounts after that are among the best by value.
    pub best: usize,
}

const HEADER: [&str; 11] = [
    "rep",
    "before",
    "after",
    "come",
    "go",
    "value_before",
    "value_after",
    "effort_before",
    "effort_after",
    "effort_room",
    "best",
];

/// What every book holds by `to`, gauge by gauge.
pub fn held(instance: &Instance, to: &[u32]) -> Vec<Vec<i64>> {
    let mut held = vec![vec![0; instance.gauges]; instance.reps()];
    for (account, rep) in to.iter().enumerate().filter(|(_, rep)| **rep != NOBODY) {
        for (gauge, amount) in instance.accounts.adds(account) {
            held[*rep as usize][gauge] += amount;
        }
    }
    held
}

/// All books, by number of the rep.
pub fn books(state: &State, setting: &Setting, plan: &Plan) -> Vec<Book> {
    let instance = &setting.instance;
    let owners = &instance.accounts.owner;
    let (before, after) = (held(instance, owners), held(instance, &plan.to));
    let best = setting.gauges.iter().position(|gauge| gauge == "best");
    let mut moved = vec![[0; 2]; instance.reps()];
    for (from, to) in owners.iter().zip(&plan.to).filter(|(from, to)| from != to) {
        if let Some(one) = moved.get_mut(*to as usize) {
            one[0] += 1;
        }
        if let Some(one) = moved.get_mut(*from as usize) {
            one[1] += 1;
        }
    }
    let count = |row: &[i64], gauge: usize| (row[gauge] / ONE) as usize;
    let amount = |scaled: i64, power: i64| Micro(scaled.saturating_mul(power)).to_string();
    let book = |(rep, number): (usize, &evenkeel_core::ids::RepNo)| {
        let room = instance.bands_of(rep)[EFFORT];
        let (before, after) = (&before[rep], &after[rep]);
        let [value, effort] = setting.powers;
        Book {
            rep: state.roster().rep(*number).key.clone(),
            before: count(before, COUNT),
            after: count(after, COUNT),
            come: moved[rep][0],
            go: moved[rep][1],
            value_before: amount(before[VALUE], value),
            value_after: amount(after[VALUE], value),
            effort_before: amount(before[EFFORT], effort),
            effort_after: amount(after[EFFORT], effort),
            effort_room: match room.wall > 0 {
                true => amount(room.ceiling, effort),
                false => String::new(),
            },
            best: best.map_or(0, |gauge| count(after, gauge)),
        }
    };
    setting.reps.iter().enumerate().map(book).collect()
}

impl Book {
    fn cells(&self) -> [String; 11] {
        [
            self.rep.clone(),
            self.before.to_string(),
            self.after.to_string(),
            self.come.to_string(),
            self.go.to_string(),
            self.value_before.clone(),
            self.value_after.clone(),
            self.effort_before.clone(),
            self.effort_after.clone(),
            self.effort_room.clone(),
            self.best.to_string(),
        ]
    }
}

/// The books as CSV.
pub fn csv(books: &[Book]) -> Result<Vec<u8>, Failure> {
    let mut out = CsvOut::new(Vec::new(), &HEADER).expect("memory does not fail");
    for book in books {
        let cells = book.cells();
        let row = out.row(cells.iter().map(String::as_str));
        row.expect("memory does not fail");
    }
    Ok(out.finish().expect("memory does not fail"))
}

/// The books as a table for people: names to the left, numbers to the right.
pub fn table(books: &[Book]) -> String {
    let words = HEADER.map(|word| word.replace('_', " "));
    let rows: Vec<[String; 11]> = books.iter().map(Book::cells).collect();
    // A column without a word says nothing: no limits on effort.
    let used = |column: &usize| rows.iter().any(|row| !row[*column].is_empty());
    let columns: Vec<usize> = (0..HEADER.len()).filter(used).collect();
    let width = |column: usize| {
        let cells = rows.iter().map(|row| row[column].chars().count());
        cells.chain([words[column].len()]).max().unwrap_or(0)
    };
    let widths: Vec<usize> = columns.iter().map(|column| width(*column)).collect();
    let mut text = String::new();
    for row in std::iter::once(&words).chain(&rows) {
        for (at, (column, width)) in columns.iter().zip(&widths).enumerate() {
            let cell = &row[*column];
            match at {
                0 => text.push_str(&format!("{cell:<width$}")),
                _ => text.push_str(&format!("  {cell:>width$}")),
            }
        }
        text.push('\n');
    }
    text
}
