//! What a policy amounts to, before it is accepted: is it meant so?
//!
//! Errors keep it from being published: whatever [`crate::policy::read`] refuses, a rule that can
//! never match, pools that send a record round in a circle. Warnings do not: a rule hidden by
//! earlier ones, a pool with nobody, parts that nothing uses.

use crate::market::schema::Schema;
use crate::market::value::Attributes;
use crate::policy::document::Document;
use crate::policy::problem::Problem;
use crate::policy::read::read;

/// What the check may know of the workspace.
#[derive(Clone, Debug)]
pub struct Known<'a> {
    /// Record fields in force.
    pub record_schema: &'a Schema,
    /// Rep fields in force.
    pub rep_schema: &'a Schema,
    /// Every rep who has not left, by key. With none at all, pools are not checked for members.
    pub reps: Vec<(&'a str, &'a Attributes)>,
}

/// What came of the check.
#[derive(Debug)]
pub struct Analysis {
    /// The document, unless there are errors.
    pub document: Option<Document>,
    /// Record fields in force once it is published.
    pub records: Schema,
    /// Rep fields in force once it is published.
    pub reps: Schema,
    /// Everything found, in document order; at the same place errors before warnings.
    pub problems: Vec<Problem>,
}

/// Checks a policy text.
pub fn check(text: &str, known: &Known<'_>) -> Analysis {
    let reading = read(text, known.record_schema, known.rep_schema);
    Analysis {
        document: reading.document,
        records: reading.records,
        reps: reading.reps,
        problems: reading.problems,
    }
}
