//! Reading how some of a pool's records have to be earned.

use crate::market::schema::FieldType;
use crate::policy::cel::Vocabulary;
use crate::policy::document::earn::{Earn, EarnCapacity, EarnGate};
use crate::policy::document::{Closes, HOLD_MAX, REASONS_MAX};
use crate::policy::read::Reader;
use crate::policy::source::{Entry, Section};
use crate::time::Span;
use crate::units::{Micro, ONE};

/// Part of the rateable share that everybody keeps when the policy does not say: half.
const FLOOR_USUAL: Micro = Micro(500_000);
/// Largest part of the earned records for one rep when the policy does not say: 35 %.
const MOST_USUAL: Micro = Micro(350_000);
/// How long an outcome takes when the policy does not say.
const MATURES_USUAL: Span = Span::days(60);
/// How far back own wins count when the policy does not say.
const WINDOW_USUAL: Span = Span::days(90);
/// Leads at the team's rate that a rep begins with: skill 5 points apart around 20 %.
const PRIOR_USUAL: u32 = 60;
/// Longest look back for own wins: as far as outcomes are remembered.
const WINDOW_MAX: Span = Span::days(731);
/// Most own wins a gate may ask for.
const WINS_MAX: u32 = 1_000;
/// How many times the team's rate makes a specialist when the policy does not say.
const BETTER_USUAL: Micro = Micro(1_100_000);
/// The most that may be asked of one.
const BETTER_MAX: Micro = Micro::whole(10);
/// Largest prior.
const PRIOR_MAX: u32 = 10_000;
/// Smallest limit on one rep's part.
const MOST_MIN: Micro = Micro(10_000);
/// Largest number of records a month that one rep works.
const CAPACITY_MAX: Micro = Micro::whole(100_000);

impl<'a> Reader<'a, '_> {
    /// The pool's `earn` table; `Some(None)` without one.
    pub(super) fn earn(
        &mut self,
        pool: Section<'a>,
        at: &str,
        (records, reps): (&Vocabulary, &Vocabulary),
    ) -> Option<Option<Earn>> {
        let Some(entry) = pool.get("earn") else {
            return Some(None);
        };
        let at = &format!("{at} earn");
        let table = self.source.section(entry, at)?;
        let known = [
            "records",
            "capacity",
            "self_sourced",
            "wins",
            "window",
            "floor",
            "most",
            "matures",
            "won",
            "prior",
        ];
        self.source.only(table, at, &known);
        let wanted = match table.get("records") {
            Some(entry) => self.condition(entry, at, records),
            None => {
                let message = "it does not say which records are earned";
                let hint = "Add records = 'record.acv > 3000'; the others are dealt rateably";
                self.source.error(table.span(), at, message, hint)
            }
        };
        let capacity = self.earn_capacity(table, at, reps);
        let gate = self.gate(table, at, records);
        let mut part = |key, usual, least| match table.get(key) {
            Some(entry) => self.source.decimal(entry, at, least..=ONE),
            None => Some(usual),
        };
        let floor = part("floor", FLOOR_USUAL, Micro(0));
        let most = part("most", MOST_USUAL, MOST_MIN);
        let (matures, prior, won) = self.ripening(table, at);
        Some(Some(Earn {
            records: wanted?,
            capacity: capacity?,
            gate: gate?,
            floor: floor?,
            most: most?,
            matures: matures?,
            won: won?,
            prior: prior?,
        }))
    }

    fn earn_capacity(
        &mut self,
        table: Section<'a>,
        at: &str,
        reps: &Vocabulary,
    ) -> Option<EarnCapacity> {
        let Some(entry) = table.get("capacity") else {
            let message = "it does not say how many records a month a rep works well";
            let hint = "Add capacity = 45, or capacity = \"rep.…\", a number field";
            return self.source.error(table.span(), at, message, hint);
        };
        if entry.as_text().is_some() {
            let field = self.entry_field(entry, at, reps, &[FieldType::Number]);
            return field.map(EarnCapacity::Field);
        }
        let each = self.source.decimal(entry, at, ONE..=CAPACITY_MAX);
        each.map(EarnCapacity::Each)
    }

    /// The gate: `Some(None)` when nobody has to bring own wins first.
    fn gate(
        &mut self,
        table: Section<'a>,
        at: &str,
        records: &Vocabulary,
    ) -> Option<Option<EarnGate>> {
        let window = match table.get("window") {
            Some(entry) => self.source.duration(entry, at, WINDOW_MAX),
            None => Some(WINDOW_USUAL),
        };
        match (table.get("wins"), table.get("self_sourced")) {
            (None, None) => match table.get("window") {
                None => Some(None),
                Some(entry) => {
                    let message = "there is no gate that a window could be for";
                    let hint = "Add wins = 2 and self_sourced = '…', or leave it out";
                    self.source.error(entry.key_span(), at, message, hint)
                }
            },
            (Some(wins), Some(own)) => {
                let wins = self.source.whole(wins, at, 1..=WINS_MAX);
                let self_sourced = self.condition(own, at, records);
                Some(Some(EarnGate {
                    wins: wins?,
                    self_sourced: self_sourced?,
                    window: window?,
                }))
            }
            (Some(entry), None) | (None, Some(entry)) => {
                let message = "a gate needs both wins and self_sourced";
                let hint = "Like wins = 2 and self_sourced = 'record.source == \"self\"'";
                self.source.error(entry.key_span(), at, message, hint)
            }
        }
    }

    /// A line of specialists by result.
    pub(super) fn closes(
        &mut self,
        line: Section<'a>,
        entry: Entry<'a>,
        at: &str,
        records: &Vocabulary,
    ) -> Option<Closes> {
        for key in ["when", "reps", "record", "rep"] {
            if let Some(entry) = line.get(key) {
                let message = "a line by result names the record field alone";
                let hint = "Put the other condition into a line of its own";
                return self.source.error(entry.key_span(), at, message, hint);
            }
        }
        let kinds = [FieldType::Text, FieldType::Flag];
        let field = self.entry_field(entry, at, records, &kinds);
        let (matures, prior, won) = self.ripening(line, at);
        let better = match line.get("better") {
            Some(entry) => self.source.decimal(entry, at, ONE..=BETTER_MAX),
            None => Some(BETTER_USUAL),
        };
        Some(Closes {
            field: field?,
            won: won?,
            matures: matures?,
            prior: prior?,
            better: better?,
        })
    }

    /// When an outcome is ripe, how much it takes to say something, and what a win is.
    fn ripening(
        &mut self,
        table: Section<'a>,
        at: &str,
    ) -> (Option<Span>, Option<u32>, Option<Vec<String>>) {
        let matures = match table.get("matures") {
            Some(entry) => self.source.duration(entry, at, HOLD_MAX),
            None => Some(MATURES_USUAL),
        };
        let prior = match table.get("prior") {
            Some(entry) => self.source.whole(entry, at, 1..=PRIOR_MAX),
            None => Some(PRIOR_USUAL),
        };
        let won = match table.get("won") {
            Some(entry) => self.reasons_won(entry, at),
            None => Some(vec!["won".to_owned()]),
        };
        (matures, prior, won)
    }

    fn reasons_won(&mut self, entry: Entry<'a>, at: &str) -> Option<Vec<String>> {
        let texts = self.source.texts(entry, at)?;
        if texts.is_empty() || texts.len() > REASONS_MAX {
            let wanted = format!("1 to {REASONS_MAX} reason codes");
            return self.source.other(entry, at, &wanted);
        }
        Some(texts.into_iter().map(|(code, _)| code.to_owned()).collect())
    }
}
