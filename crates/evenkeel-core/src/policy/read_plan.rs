//! Reading how named accounts are planned.

use crate::ids::FieldNo;
use crate::market::clause::Condition;
use crate::market::schema::FieldType;
use crate::policy::cel::Vocabulary;
use crate::policy::document::planning::{
    Amount, BOOK_MAX, Book, EVEN_MAX, LINES_MAX, POINTS_MAX, Planning, Preference,
};
use crate::policy::document::{Factor, Specialist};
use crate::policy::read::Reader;
use crate::policy::source::{Entry, Section};
use crate::units::{Micro, ONE};

/// The keys of `[plan]`.
const KEYS: [&str; 17] = [
    "accounts",
    "value",
    "effort",
    "priority",
    "owner",
    "lock",
    "move",
    "tolerance",
    "even_value",
    "even_mix",
    "mix",
    "bands",
    "best",
    "pools",
    "only",
    "prefer",
    "book",
];
/// The field that is the value when the policy does not say.
const VALUE: &str = "value";
/// As the `effort` of a book: as much as the rep's tier holds.
const TIER: &str = "tier";
/// Half of the accounts cannot be the best.
const BEST_MAX: Micro = Micro(500_000);
/// Largest tolerance.
const TOLERANCE_MAX: Micro = ONE;
/// Most effort of one book.
const EFFORT_MAX: Micro = Micro::whole(1_000_000_000);

impl<'a> Reader<'a, '_> {
    /// `[plan]`, or what holds without it.
    pub(super) fn plan(
        &mut self,
        root: Section<'a>,
        words: (&Vocabulary, &Vocabulary),
    ) -> Option<Planning> {
        let value = words.0.find(VALUE);
        let value = value.filter(|(_, field)| field.kind == FieldType::Number && !field.private);
        let usual = Planning::usual(value.map(|(number, _)| number));
        let Some(entry) = root.get("plan") else {
            return Some(usual);
        };
        let at = "plan";
        let table = self.source.section(entry, "")?;
        self.source.only(table, at, &KEYS);
        let records = words.0;
        let value = self.field_or(table, "value", at, records, FieldType::Number);
        let effort = self.field_or(table, "effort", at, records, FieldType::Number);
        let priority = self.field_or(table, "priority", at, records, FieldType::Number);
        let owner = self.field_or(table, "owner", at, records, FieldType::Text);
        let accounts = self.asked(table, "accounts", at, records);
        let lock = self.asked(table, "lock", at, records);
        let mut number = |key, usual, most| match table.get(key) {
            None => Some(usual),
            Some(entry) => self.source.decimal(entry, at, Micro(0)..=most),
        };
        let moving = number("move", usual.moving, POINTS_MAX);
        let tolerance = number("tolerance", usual.tolerance, TOLERANCE_MAX);
        let even_value = number("even_value", usual.even_value, EVEN_MAX);
        let even_mix = number("even_mix", usual.even_mix, EVEN_MAX);
        let best = number("best", usual.best, BEST_MAX);
        let pools = match table.get("pools") {
            None => Some(usual.pools),
            Some(entry) => self.source.flag(entry, at),
        };
        let mix = self.plan_mix(table, at, records);
        let only = self.plan_only(table, words);
        let prefer = self.preferences(table, words);
        let books = self.books(table, words.1);
        Some(Planning {
            accounts: accounts?,
            value: value?.or(usual.value),
            effort: effort?,
            priority: priority?,
            owner: owner?,
            lock: lock?,
            moving: moving?,
            tolerance: tolerance?,
            even_value: even_value?,
            even_mix: even_mix?,
            mix: mix?,
            best: best?,
            pools: pools?,
            only: only?,
            prefer: prefer?,
            books: books?,
        })
    }

    /// The condition that `key` holds; `Some(None)` when it holds none.
    fn asked(
        &mut self,
        table: Section<'a>,
        key: &str,
        at: &str,
        words: &Vocabulary,
    ) -> Option<Option<Condition>> {
        match table.get(key) {
            None => Some(None),
            Some(entry) => self.condition(entry, at, words).map(Some),
        }
    }

    /// The field that `key` names; `Some(None)` when it names none.
    fn field_or(
        &mut self,
        table: Section<'a>,
        key: &str,
        at: &str,
        words: &Vocabulary,
        kind: FieldType,
    ) -> Option<Option<FieldNo>> {
        match table.get(key) {
            None => Some(None),
            Some(entry) => self.entry_field(entry, at, words, &[kind]).map(Some),
        }
    }

    fn plan_mix(
        &mut self,
        table: Section<'a>,
        at: &str,
        words: &Vocabulary,
    ) -> Option<Vec<Factor>> {
        let bands = match table.get("bands") {
            None => Some(Vec::new()),
            Some(entry) => self.bands(entry, at),
        };
        match table.get("mix") {
            None => Some(Vec::new()),
            Some(entry) => self.factors(entry, at, words, &bands?),
        }
    }

    fn lines(&mut self, table: Section<'a>, key: &str, at: &str) -> Option<Vec<Section<'a>>> {
        let Some(entry) = table.get(key) else {
            return Some(Vec::new());
        };
        let lines = self.source.sections(entry, at)?;
        if lines.len() > LINES_MAX {
            let wanted = format!("a list of at most {LINES_MAX} lines");
            return self.source.other(entry, at, &wanted);
        }
        Some(lines)
    }

    fn plan_only(
        &mut self,
        table: Section<'a>,
        words: (&Vocabulary, &Vocabulary),
    ) -> Option<Vec<Specialist>> {
        let at = "plan only";
        let lines = self.lines(table, "only", at)?;
        let lines = lines.into_iter().map(|line| {
            self.source
                .only(line, at, &["when", "reps", "record", "rep"]);
            self.pairing(line, at, words)
        });
        lines.collect()
    }

    fn preferences(
        &mut self,
        table: Section<'a>,
        words: (&Vocabulary, &Vocabulary),
    ) -> Option<Vec<Preference>> {
        let at = "plan prefer";
        let lines = self.lines(table, "prefer", at)?;
        let lines = lines.into_iter().map(|line| {
            self.source
                .only(line, at, &["when", "reps", "record", "rep", "miss"]);
            let miss = match line.get("miss") {
                None => Some(ONE),
                Some(entry) => self.source.decimal(entry, at, Micro(0)..=POINTS_MAX),
            };
            Some(Preference {
                line: self.pairing(line, at, words)?,
                miss: miss?,
            })
        });
        lines.collect()
    }

    fn books(&mut self, table: Section<'a>, words: &Vocabulary) -> Option<Vec<Book>> {
        let at = "plan book";
        let lines = self.lines(table, "book", at)?;
        let lines = lines.into_iter().map(|line| {
            self.source
                .only(line, at, &["reps", "low", "high", "effort", "share"]);
            let reps: Option<Option<Condition>> = match line.get("reps") {
                None => Some(None),
                Some(entry) => self.condition(entry, at, words).map(Some),
            };
            let most = Micro::whole(i64::from(BOOK_MAX));
            let low = self.amount(line, "low", at, words, most);
            let high = self.amount(line, "high", at, words, most);
            let effort = match line.get("effort").and_then(|entry| entry.as_text()) {
                Some(text) if text == TIER => Some(Some(Amount::Tier)),
                _ => self.amount(line, "effort", at, words, EFFORT_MAX),
            };
            let share = self.amount(line, "share", at, words, most);
            if let (Some(Some(Amount::Each(low))), Some(Some(Amount::Each(high)))) = (low, high)
                && low > high
            {
                let message = format!("a book of at least {low} and at most {high} cannot be");
                return self
                    .source
                    .error(line.span(), at, message, "Turn them round");
            }
            Some(Book {
                reps: reps?,
                low: low?,
                high: high?,
                effort: effort?,
                share: share?,
            })
        });
        lines.collect()
    }

    /// A number, or a number field of the rep; `Some(None)` when `key` is not there.
    fn amount(
        &mut self,
        line: Section<'a>,
        key: &str,
        at: &str,
        words: &Vocabulary,
        most: Micro,
    ) -> Option<Option<Amount>> {
        let Some(entry) = line.get(key) else {
            return Some(None);
        };
        if entry.as_text().is_some() {
            let field = self.entry_field(entry, at, words, &[FieldType::Number]);
            return field.map(|field| Some(Amount::Field(field)));
        }
        let each: Option<Micro> = self.source.decimal(entry as Entry<'a>, at, Micro(0)..=most);
        each.map(|each| Some(Amount::Each(each)))
    }
}
