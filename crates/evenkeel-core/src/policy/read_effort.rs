//! Reading what an open record costs.

use crate::effort::cost::{
    COST_MAX, COST_MIN, Effort, FACTOR_MAX, FACTOR_MIN, Factor, Kind, LEVELS_MAX, Levels,
    NEGLECT_USUAL,
};
use crate::market::schema::FieldType;
use crate::policy::cel::Vocabulary;
use crate::policy::document::HOLD_MAX;
use crate::policy::read::Reader;
use crate::policy::source::{Entry, Section};
use crate::units::ONE;
use std::collections::BTreeMap;

/// Longest word that is a level, in bytes.
const WORD_MAX: usize = 100;

impl<'a> Reader<'a, '_> {
    /// `[effort]`, if it is there.
    pub(super) fn effort(
        &mut self,
        root: Section<'a>,
        words: &Vocabulary,
    ) -> Option<Option<Effort>> {
        let at = "effort";
        let Some(entry) = root.get(at) else {
            return Some(None);
        };
        let table = self.source.section(entry, "")?;
        let known = [
            "base", "size", "cycle", "acv", "activity", "neglect", "touched",
        ];
        self.source.only(table, at, &known);
        let base = match table.get("base") {
            Some(entry) => self.source.decimal(entry, at, COST_MIN..=COST_MAX),
            None => Some(ONE),
        };
        let mut factors = Some(Vec::new());
        for kind in Kind::ALL {
            let Some(entry) = table.get(kind.word()) else {
                continue;
            };
            let factor = self.effort_factor(kind, entry, words);
            factors = factors.zip(factor).map(|(mut all, factor)| {
                all.push(factor);
                all
            });
        }
        let neglect = match table.get("neglect") {
            Some(entry) => self.source.duration(entry, at, HOLD_MAX),
            None => Some(NEGLECT_USUAL),
        };
        let touched = match table.get("touched") {
            Some(entry) => self
                .entry_field(entry, at, words, &[FieldType::Time])
                .map(Some),
            None => Some(None),
        };
        Some(Some(Effort {
            base: base?,
            factors: factors?,
            neglect: neglect?,
            touched: touched?,
        }))
    }

    /// `"record.field"`, or a table with the field and its levels.
    fn effort_factor(
        &mut self,
        kind: Kind,
        entry: Entry<'a>,
        words: &Vocabulary,
    ) -> Option<Factor> {
        let at = &format!("effort {}", kind.word());
        let Some(table) = entry.as_section() else {
            let field = self.entry_field(entry, at, words, &[FieldType::Number])?;
            let levels = kind.usual();
            return Some(Factor {
                kind,
                field,
                levels,
            });
        };
        self.source
            .only(table, at, &["field", "cuts", "factors", "levels"]);
        let Some(field) = table.get("field") else {
            let hint = "Add field = \"record.…\"";
            let message = "it does not say which field tells the level";
            return self.source.error(table.span(), at, message, hint);
        };
        let levels = match (table.get("cuts"), table.get("factors"), table.get("levels")) {
            (None, None, None) => Some((FieldType::Number, kind.usual())),
            (Some(cuts), Some(factors), None) => self
                .bands_of(cuts, factors, at)
                .map(|levels| (FieldType::Number, levels)),
            (None, None, Some(levels)) => self
                .words_of(levels, at)
                .map(|levels| (FieldType::Text, levels)),
            _ => {
                let message = "a factor needs cuts and factors, or levels, or none of them";
                let hint = "Like cuts = [50, 200], factors = [1, 1.4, 2.2]";
                self.source.error(table.span(), at, message, hint)
            }
        };
        let (needs, levels) = levels?;
        let field = self.entry_field(field, at, words, &[needs])?;
        Some(Factor {
            kind,
            field,
            levels,
        })
    }

    fn bands_of(&mut self, cuts_at: Entry<'a>, at_factors: Entry<'a>, at: &str) -> Option<Levels> {
        let cuts = self.source.decimals(cuts_at, at)?;
        let factors = self.source.decimals(at_factors, at)?;
        let ascending = cuts.is_sorted_by(|one, next| one < next);
        if cuts.is_empty() || cuts.len() >= LEVELS_MAX || !ascending {
            let wanted = format!("1 to {} numbers, ascending", LEVELS_MAX - 1);
            return self.source.other(cuts_at, at, &wanted);
        }
        let bounds = FACTOR_MIN..=FACTOR_MAX;
        let fit = factors.iter().all(|factor| bounds.contains(factor));
        if factors.len() != cuts.len() + 1 || !fit {
            let wanted = format!(
                "{} numbers from {FACTOR_MIN} to {FACTOR_MAX}, one for each level",
                cuts.len() + 1
            );
            return self.source.other(at_factors, at, &wanted);
        }
        Some(Levels::Bands { cuts, factors })
    }

    fn words_of(&mut self, entry: Entry<'a>, at: &str) -> Option<Levels> {
        let table = self.source.section(entry, at)?;
        let mut words = BTreeMap::new();
        for level in table.entries() {
            let factor = self.source.decimal(level, at, FACTOR_MIN..=FACTOR_MAX)?;
            words.insert(level.key.to_owned(), factor);
        }
        let fit = words.keys().all(|word| word.len() <= WORD_MAX);
        if words.is_empty() || words.len() > LEVELS_MAX || !fit {
            let wanted = format!("1 to {LEVELS_MAX} words of up to {WORD_MAX} bytes");
            return self.source.other(entry, at, &wanted);
        }
        Some(Levels::Words(words))
    }
}
