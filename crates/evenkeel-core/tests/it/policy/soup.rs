//! Any text at all gets an answer: conditions from a soup of tokens, documents cut and spliced.
//!
//! Whatever is said about it points into the text, so that a page can underline it.

use super::documents::SOUND;
use super::world;
use evenkeel_core::market::schema::Schema;
use evenkeel_core::policy::analysis::{Known, check};
use evenkeel_core::policy::cel::{Vocabulary, condition};
use proptest::prelude::*;
use std::ops::Range;

/// What conditions are made of, and what they should not be made of.
const TOKENS: [&str; 52] = [
    "record.country",
    "record.employees",
    "record.hot",
    "record.interests",
    "record.created_at",
    "record",
    "rep.team",
    ".",
    "x",
    "has(",
    "size(",
    "timestamp(",
    "\"2026-03-01T00:00:00Z\"",
    "\"US\"",
    "'é'",
    "r'\\d'",
    "b\"x\"",
    "\"\"\"",
    "'",
    "\"",
    "\\",
    "1",
    "-2.5",
    "0x1F",
    "3u",
    "1e9",
    "true",
    "null",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    ",",
    ":",
    "?",
    "&&",
    "||",
    "!",
    "==",
    "!=",
    "<",
    ">=",
    " in ",
    "+",
    "-",
    "/",
    "%",
    ".startsWith(",
    ".exists(x, x == 1)",
    "// note\n",
];

fn within(text: &str, span: &Range<usize>) -> bool {
    span.start <= span.end && text.get(span.clone()).is_some()
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 2_000,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn any_soup_of_tokens_is_answered(
        tokens in prop::collection::vec(prop::sample::select(&TOKENS), 0..24),
        blanks in any::<bool>(),
    ) {
        let text = tokens.join(if blanks { " " } else { "" });
        let vocabulary = Vocabulary::new("record", &world::schema(), |_, _| true);
        match condition(&text, &vocabulary) {
            Ok(condition) => prop_assert_eq!(condition.text, text),
            Err(faults) => {
                prop_assert!(!faults.is_empty());
                for fault in faults {
                    prop_assert!(within(&text, &fault.span), "{:?} in {:?}", fault, text);
                }
            }
        }
    }

    #[test]
    fn any_spliced_document_is_answered(
        from in 0..SOUND.len(),
        len in 0usize..40,
        to in 0..SOUND.len(),
        junk in prop_oneof![Just(""), Just("'"), Just("\n[[rule]]\n"), Just("é = "), Just("\0")],
    ) {
        let part = SOUND.get(from..(from + len).min(SOUND.len())).unwrap_or("");
        let mut text = SOUND.replacen(part, "", usize::from(len % 2 == 0));
        let to = to.min(text.len());
        if text.is_char_boundary(to) {
            text.insert_str(to, part);
            text.insert_str(to, junk);
        }
        let (record_schema, rep_schema) = (Schema::of_records(), Schema::of_reps());
        let known = Known { record_schema: &record_schema, rep_schema: &rep_schema, reps: vec![] };
        let analysis = check(&text, &known);
        let errors = analysis.problems.iter().filter(|problem| problem.is_error()).count();
        prop_assert_eq!(analysis.document.is_none(), errors > 0, "{:?}", analysis.problems);
        for problem in analysis.problems {
            prop_assert!(within(&text, &problem.span), "{:?} in {:?}", problem, text);
            prop_assert!(problem.line >= 1 && problem.column >= 1);
        }
    }
}
