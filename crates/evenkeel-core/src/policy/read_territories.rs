//! Reading the territories of a policy: the switch, a pool in each, and rows for small tables.

use crate::policy::document::{Landing, Target, Territories, TerritorySpec};
use crate::policy::problem::{Level, did_you_mean};
use crate::policy::read::{Reader, Spot};
use crate::policy::source::{Entry, Section};
use crate::territory::check::check;
use crate::territory::problem::TableProblem;
use crate::territory::table::{Sheet, SheetRow, TERRITORIES_MAX, Table};
use std::ops::Range;

/// What a rule writes to send a record to the territory the table puts it in.
const BY_TABLE: &str = "territories";
/// What stands before the name of one territory.
const BY_NAME: &str = "territory:";

/// Rows on their way into a table, each with where it stands.
type Rows = (Vec<SheetRow>, Vec<Range<usize>>);

impl<'a> Reader<'a, '_> {
    /// `[territories]` and `[[territory]]`, if they are there.
    pub(super) fn territories(&mut self, root: Section<'a>) -> Option<Option<Territories>> {
        let at = "territories";
        let sections = self.list(root, "territory", TERRITORIES_MAX);
        self.names.territories = self.names_of(&sections, "territory");
        let Some(entry) = root.get(at) else {
            let Some(first) = sections.first() else {
                return Some(None);
            };
            let message = "the policy has territories, but no [territories]";
            let hint = "Add [territories] with otherwise = \"queue:…\"";
            return self.source.error(first.span(), at, message, hint);
        };
        self.reading.places.territories = entry.key_span();
        let table = self.source.section(entry, "")?;
        self.source
            .only(table, at, &["on", "columns", "otherwise", "joint"]);
        let on = match table.get("on") {
            None => Some(true),
            Some(entry) => self.source.flag(entry, at),
        };
        let otherwise = self.otherwise(table, at);
        let joint = match table.get("joint") {
            None => Some(None),
            Some(entry) => self.pool_of(entry, at).map(Some),
        };
        if (on, joint) == (Some(false), Some(None)) {
            let message = "territories are off, but there is no joint pool to deal from";
            let hint = "Add joint = \"pool:…\"";
            self.source.error::<()>(table.span(), at, message, hint);
        }
        let list: Vec<Option<TerritorySpec>> = sections
            .iter()
            .enumerate()
            .map(|(position, section)| self.territory(*section, position))
            .collect();
        let rows = self.rows_of(table, &sections);
        Some(Some(Territories {
            on: on?,
            list: list.into_iter().collect::<Option<_>>()?,
            rows: rows?,
            otherwise: otherwise?,
            joint: joint?,
        }))
    }

    /// `"territories"` or `"territory:…"` as a target; `None` when it is another.
    pub(super) fn territory_target(
        &mut self,
        entry: Entry<'a>,
        at: &str,
    ) -> Option<Option<Target>> {
        let text = entry.as_text()?;
        if text == BY_TABLE {
            if !self.reading.places.territories.is_empty() {
                return Some(Some(Target::Territories));
            }
            let message = "the policy has no territories";
            let hint = "Add [territories] and a [[territory]] for each";
            return Some(self.source.error(entry.span(), at, message, hint));
        }
        let name = text.strip_prefix(BY_NAME)?;
        let names = &self.names.territories;
        Some(match names.iter().position(|known| known == name) {
            Some(territory) => Some(Target::Territory(territory)),
            None => {
                let hint = did_you_mean(name, names.iter().map(String::as_str))
                    .unwrap_or_else(|| format!("Add [[territory]] with name = {name:?}"));
                let message = format!("there is no territory {name:?}");
                self.source.error(entry.span(), at, message, hint)
            }
        })
    }

    fn otherwise(&mut self, table: Section<'a>, at: &str) -> Option<Landing> {
        let Some(entry) = table.get("otherwise") else {
            let message = "it does not say where a record goes that is in no territory";
            let hint = "Add otherwise = \"queue:…\"";
            return self.source.error(table.span(), at, message, hint);
        };
        self.spot(entry, at).map(|spot| match spot {
            Spot::Pool(pool) => Landing::Pool(pool),
            Spot::Queue(queue) => Landing::Queue(queue),
        })
    }

    fn pool_of(&mut self, entry: Entry<'a>, at: &str) -> Option<usize> {
        match self.spot(entry, at)? {
            Spot::Pool(pool) => Some(pool),
            Spot::Queue(_) => self
                .source
                .other(entry, at, "a pool, like \"pool:everyone\""),
        }
    }

    fn territory(&mut self, section: Section<'a>, position: usize) -> Option<TerritorySpec> {
        let name = self.names.territories[position].clone();
        let at = format!("territory {name:?}");
        self.source.only(section, &at, &["name", "to", "rows"]);
        let pool = match section.get("to") {
            Some(entry) => self.pool_of(entry, &at),
            None => {
                let message = "the territory does not say which pool deals in it";
                let hint = "Add to = \"pool:…\"";
                self.source.error(section.span(), &at, message, hint)
            }
        };
        Some(TerritorySpec { name, pool: pool? })
    }

    /// The table made of the rows that stand in the policy; `None` inside when there are none.
    fn rows_of(&mut self, table: Section<'a>, sections: &[Section<'a>]) -> Option<Option<Table>> {
        let columns = match table.get("columns") {
            Some(entry) => Some((self.source.texts(entry, "territories")?, entry)),
            None => None,
        };
        let (rows, spans) = self.inline_rows(sections);
        let Some((columns, entry)) = columns else {
            let Some(first) = spans.first() else {
                return Some(None);
            };
            let message = "there are rows, but no columns";
            let hint = "Add columns = [\"country\", \"state\"] to [territories]";
            return self
                .source
                .error(first.clone(), "territories", message, hint);
        };
        if rows.is_empty() {
            let message = "there are columns, but no territory has rows";
            let hint = "Take columns out: an imported table brings its own";
            return self
                .source
                .error(entry.span(), "territories", message, hint);
        }
        let columns = columns.iter().map(|(name, _)| (*name).to_owned());
        let sheet = Sheet {
            columns: columns.collect(),
            rows,
        };
        let typed = Table::of(&sheet, &self.reading.records);
        let problems = match &typed {
            Ok(table) => check(table, &sheet),
            Err(problems) => problems.clone(),
        };
        for problem in &problems {
            self.note_row(problem, &spans, entry.span());
        }
        typed.ok().map(Some)
    }

    /// The rows as texts; their line is their position, which leads back to where they stand.
    fn inline_rows(&mut self, sections: &[Section<'a>]) -> Rows {
        let (mut rows, mut spans) = (Vec::new(), Vec::new());
        for (position, section) in sections.iter().enumerate() {
            let territory = self.names.territories[position].clone();
            let at = format!("territory {territory:?}");
            let texts = section
                .get("rows")
                .and_then(|entry| self.source.texts(entry, &at));
            for (text, span) in texts.into_iter().flatten() {
                spans.push(span);
                rows.push(SheetRow {
                    line: spans.len() as u64,
                    cells: text.split('/').map(str::to_owned).collect(),
                    territory: territory.clone(),
                });
            }
        }
        (rows, spans)
    }

    fn note_row(&mut self, problem: &TableProblem, spans: &[Range<usize>], whole: Range<usize>) {
        let at = match problem.line {
            0 => None,
            line => usize::try_from(line - 1).ok(),
        };
        let span = at.and_then(|at| spans.get(at)).cloned().unwrap_or(whole);
        let level = match problem.is_error() {
            true => Level::Error,
            false => Level::Warning,
        };
        let words = [problem.message.clone(), problem.hint.clone()];
        self.source.note(level, span, "territories", words);
    }
}
