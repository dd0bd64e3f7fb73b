//! Every "no" of the API: a status, a code from a closed list, and words for people (RFC 9457).
//!
//! Refusals of the core keep their own codes and words; the codes added here are those of HTTP, of
//! bodies and of sign-in. `docs/reference/refusals.md` is generated from both lists.

use crate::host::fault::Fault;
use crate::host::keys::KeyRefused;
use crate::host::order::Denied;
use crate::host::sign_in::{NotChanged, NotEntered};
use crate::host::signed::TurnedAway;
use crate::host::users::UserRefused;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use evenkeel_core::command::refusal::Refusal;
use evenkeel_core::command::refusal::recycling::NotRecycled;
use evenkeel_core::territory::problem::TableProblem;
use serde::Serialize;
use std::borrow::Cow;

/// The media type of a problem document.
pub const MEDIA_TYPE: &str = "application/problem+json";

/// Codes of this room, with what they mean; in the order in which a request meets them.
pub const CODES: [(&str, u16, &str); 23] = [
    (
        "busy",
        503,
        "Too much is waiting; the same request works in a moment.",
    ),
    ("not_found", 404, "There is nothing at this address."),
    (
        "method_not_allowed",
        405,
        "This address does not know the method.",
    ),
    ("signed_out", 401, "Nobody is signed in, or no longer."),
    ("may_not", 403, "The role does not allow it."),
    (
        "forged",
        403,
        "The request did not come from a page of the session it claims.",
    ),
    ("not_json", 415, "The body is not declared as JSON."),
    ("too_large", 413, "The body is longer than its bound."),
    (
        "json_malformed",
        400,
        "The body is not JSON, or a field is of another form.",
    ),
    (
        "query_malformed",
        400,
        "A parameter of the address is of another form.",
    ),
    (
        "key_malformed",
        400,
        "The Idempotency-Key is empty, too long or not printable.",
    ),
    (
        "field_unknown",
        422,
        "The policy declares no field of this name.",
    ),
    (
        "field_malformed",
        422,
        "A field's value is not of its declared type.",
    ),
    (
        "key_reused",
        422,
        "The Idempotency-Key was used before for another request.",
    ),
    (
        "wrong_credentials",
        401,
        "Name, password or token are wrong.",
    ),
    (
        "too_many_tries",
        429,
        "Too many failed tries; wait before the next.",
    ),
    (
        "account_refused",
        422,
        "The user, password or key was not accepted.",
    ),
    (
        "unknown",
        404,
        "There is no such user, key, pool, event or version.",
    ),
    (
        "disk_full",
        507,
        "There is no room on the disk; nothing was written.",
    ),
    ("storage", 503, "The store could not; nothing was done."),
    (
        "read_only",
        503,
        "The workspace takes no changes until somebody has looked at it.",
    ),
    (
        "too_slow",
        503,
        "The answer took too long; whether it was done is told by a retry.",
    ),
    ("defect", 500, "A defect of the program; nothing was done."),
];

/// An answer that says no.
#[derive(Clone, Debug)]
pub struct Problem {
    status: StatusCode,
    code: &'static str,
    title: &'static str,
    detail: String,
    hint: Cow<'static, str>,
    pointer: Option<String>,
    retry_after: Option<u64>,
    problems: Vec<PolicyProblem>,
}

/// One thing wrong with a policy document or a territory table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct PolicyProblem {
    /// `error` or `warning`.
    pub level: &'static str,
    /// Line in the document, from 1; 0 for a table as a whole.
    pub line: usize,
    /// Column in characters, from 1; 0 in a table, where `at` names the column.
    pub column: usize,
    /// Which part, in words.
    pub at: String,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub hint: String,
}

impl PolicyProblem {
    /// The form in which the API tells a problem of the analysis.
    pub fn of(problem: &evenkeel_core::policy::problem::Problem) -> Self {
        Self {
            level: problem.level.word(),
            line: problem.line,
            column: problem.column,
            at: problem.at.clone(),
            message: problem.message.clone(),
            hint: problem.hint.clone(),
        }
    }
}

impl PolicyProblem {
    /// The same form for a territory table: the line is the file's, the column is told by name.
    pub fn of_row(problem: &TableProblem) -> Self {
        Self {
            level: problem.level.word(),
            line: usize::try_from(problem.line).unwrap_or(usize::MAX),
            column: 0,
            at: problem.column.clone(),
            message: problem.message.clone(),
            hint: problem.hint.clone(),
        }
    }
}

/// A problem document, as it is written.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = Problem)]
pub struct Document<'a> {
    /// `urn:evenkeel:problem:` and the code.
    r#type: String,
    /// What the code means.
    title: &'a str,
    /// The status of the answer.
    status: u16,
    /// The code programs look at.
    code: &'a str,
    /// What is wrong, with the values seen.
    detail: &'a str,
    /// What to do.
    #[serde(skip_serializing_if = "str::is_empty")]
    hint: &'a str,
    /// JSON pointer to the part of the body that is wrong.
    #[serde(skip_serializing_if = "Option::is_none")]
    pointer: Option<&'a str>,
    /// For `policy_rejected` and `territories_rejected`: everything that is wrong.
    #[serde(skip_serializing_if = "<[PolicyProblem]>::is_empty")]
    problems: &'a [PolicyProblem],
}

impl Problem {
    /// A problem of this room's own list.
    pub fn own(code: &'static str, detail: impl Into<String>) -> Self {
        let (code, status, title) = CODES
            .into_iter()
            .find(|(known, ..)| *known == code)
            .expect("a code of the list");
        Self {
            status: StatusCode::from_u16(status).expect("the list holds true statuses"),
            code,
            title,
            detail: detail.into(),
            hint: Cow::Borrowed(""),
            pointer: None,
            retry_after: (status == 503).then_some(1),
            problems: Vec::new(),
        }
    }

    /// Adds what to do.
    pub fn hint(mut self, hint: impl Into<Cow<'static, str>>) -> Self {
        self.hint = hint.into();
        self
    }

    /// Adds where in the body it is.
    pub fn at(mut self, pointer: impl Into<String>) -> Self {
        self.pointer = Some(pointer.into());
        self
    }

    /// Puts `prefix` before the place in the body, for an item of a list.
    pub fn within(mut self, prefix: &str) -> Self {
        self.pointer = Some(format!("{prefix}{}", self.pointer.unwrap_or_default()));
        self
    }

    /// There is no such thing at this address.
    pub fn unknown(what: &str, name: &str) -> Self {
        let name: String = name.chars().take(80).collect();
        Self::own("unknown", format!("There is no {what} {name:?}."))
    }

    /// The code programs look at.
    pub fn code(&self) -> &'static str {
        self.code
    }

    /// The status of the answer.
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// The document.
    pub fn document(&self) -> Document<'_> {
        Document {
            r#type: format!("urn:evenkeel:problem:{}", self.code),
            title: self.title,
            status: self.status.as_u16(),
            code: self.code,
            detail: &self.detail,
            hint: &self.hint,
            pointer: self.pointer.as_deref(),
            problems: &self.problems,
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let body = serde_json::to_vec(&self.document()).expect("a problem is always JSON");
        let media = HeaderValue::from_static(MEDIA_TYPE);
        let mut response = (self.status, [(header::CONTENT_TYPE, media)], body).into_response();
        let headers = response.headers_mut();
        if let Some(seconds) = self.retry_after {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        if self.status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }
}

/// The status of a refusal. No wildcard: a new refusal must be given its status here.
pub fn status_of(refusal: &Refusal) -> StatusCode {
    match refusal {
        Refusal::RecordUnknown { .. }
        | Refusal::RepUnknown { .. }
        | Refusal::PoolUnknown { .. }
        | Refusal::Recycling(NotRecycled::SweepUnknown { .. }) => StatusCode::NOT_FOUND,
        Refusal::PolicyRejected { .. }
        | Refusal::TerritoriesRejected { .. }
        | Refusal::QueueUnknown { .. }
        | Refusal::StepUnknown { .. }
        | Refusal::ReasonUnknown { .. }
        | Refusal::Recycling(NotRecycled::ReturnUnknown { .. })
        | Refusal::BoundExceeded { .. }
        | Refusal::ValueRefused { .. } => StatusCode::UNPROCESSABLE_ENTITY,
        Refusal::PolicyMissing
        | Refusal::PolicyMoved { .. }
        | Refusal::TerritoriesMoved { .. }
        | Refusal::RecordKnown { .. }
        | Refusal::RecordClosed { .. }
        | Refusal::OwnerMoved { .. }
        | Refusal::RepLeft { .. }
        | Refusal::RepOwnsIt { .. }
        | Refusal::StepOutOfOrder { .. }
        | Refusal::TurnUnknown { .. }
        | Refusal::VoidLimitReached { .. }
        | Refusal::PoolRateable { .. }
        | Refusal::NobodyEarned { .. }
        | Refusal::NothingToDo
        | Refusal::AlreadyTaken { .. }
        | Refusal::NoPuller { .. }
        | Refusal::RepAway { .. }
        | Refusal::WipLimitReached { .. }
        | Refusal::ClaimBudgetReached { .. }
        | Refusal::Cooling { .. }
        | Refusal::GradeSpokenFor { .. }
        | Refusal::NotShown { .. }
        | Refusal::NothingToClaim { .. }
        | Refusal::Recycling(_) => StatusCode::CONFLICT,
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        let code = refusal.code();
        let meaning = Refusal::CODES.into_iter().find(|(known, _)| *known == code);
        let problems = match &refusal {
            Refusal::PolicyRejected { problems } => {
                problems.iter().map(PolicyProblem::of).collect()
            }
            Refusal::TerritoriesRejected { problems } => {
                problems.iter().map(PolicyProblem::of_row).collect()
            }
            _ => Vec::new(),
        };
        Self {
            status: status_of(&refusal),
            code,
            title: meaning.map_or("", |(_, meaning)| meaning),
            detail: refusal.message(),
            hint: Cow::Borrowed(refusal.hint()),
            pointer: None,
            retry_after: None,
            problems,
        }
    }
}

impl From<Denied> for Problem {
    fn from(denied: Denied) -> Self {
        match denied {
            Denied::Refused(refusal) => refusal.into(),
            Denied::Fault(fault) => fault.into(),
            Denied::IdReused => Self::own("key_reused", "This key was used before.").hint(
                "Use a new key for a new request, and the same body when you send one again.",
            ),
            Denied::Busy => Self::own("busy", "Too much is waiting; nothing was done."),
            Denied::ReadOnly(why) => {
                let mut problem = Self::own("read_only", format!("No changes are taken: {why}."))
                    .hint(
                        "Look at the server's log; `evenkeel verify` and `evenkeel doctor` help.",
                    );
                problem.retry_after = Some(60);
                problem
            }
        }
    }
}

impl From<Fault> for Problem {
    fn from(fault: Fault) -> Self {
        match &fault {
            Fault::Storage(_) if fault.disk_full() => {
                let mut problem = Self::own("disk_full", "There is no room on the disk.")
                    .hint("Free some space; the same request works then.");
                problem.retry_after = Some(5);
                problem
            }
            Fault::Storage(_) | Fault::Stopping | Fault::Changed => {
                Self::own("storage", format!("{fault}."))
            }
            Fault::Defect(_) | Fault::Unreadable { .. } => {
                // The cause is in the log; a caller has no use for it.
                tracing::error!(%fault, "answered with a defect");
                Self::own("defect", "The command could not be worked out.")
                    .hint("The server's log says more; `evenkeel doctor` may, too.")
            }
        }
    }
}

impl From<TurnedAway> for Problem {
    fn from(why: TurnedAway) -> Self {
        let code = match why {
            TurnedAway::SignedOut => "signed_out",
            TurnedAway::MayNot { .. } => "may_not",
            TurnedAway::Forged => "forged",
        };
        Self::own(code, why.message()).hint(why.hint())
    }
}

impl From<NotEntered> for Problem {
    fn from(why: NotEntered) -> Self {
        match why {
            NotEntered::Wrong => {
                Self::own("wrong_credentials", "Name, password or token are wrong.")
            }
            NotEntered::Wait(span) => {
                let detail = format!("There were too many failed tries; wait {span}.");
                let mut problem = Self::own("too_many_tries", detail);
                problem.retry_after = Some((span.0 / 1_000).unsigned_abs() + 1);
                problem
            }
            NotEntered::Refused(refused) => refused.into(),
            NotEntered::Fault(fault) => fault.into(),
        }
    }
}

impl From<UserRefused> for Problem {
    fn from(refused: UserRefused) -> Self {
        match refused {
            UserRefused::Unknown(id) => Self::unknown("user", &id.to_string()),
            refused => Self::own("account_refused", sentence(&refused)),
        }
    }
}

impl From<NotChanged> for Problem {
    fn from(why: NotChanged) -> Self {
        match why {
            NotChanged::User(refused) => refused.into(),
            NotChanged::Key(KeyRefused::Unknown(id)) => Self::unknown("key", &id.to_string()),
            NotChanged::Key(refused) => Self::own("account_refused", sentence(&refused)),
            NotChanged::Fault(fault) => fault.into(),
        }
    }
}

/// A message with a capital letter and a full stop.
fn sentence(message: &impl std::fmt::Display) -> String {
    let text = message.to_string();
    let mut letters = text.chars();
    let first = letters
        .next()
        .map(|letter| letter.to_uppercase().to_string());
    format!("{}{}.", first.unwrap_or_default(), letters.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn codes_are_told_apart_everywhere() {
        let own = CODES.iter().map(|(code, ..)| *code);
        let all: Vec<&str> = own
            .chain(Refusal::CODES.iter().map(|(code, _)| *code))
            .collect();
        assert_eq!(all.iter().collect::<BTreeSet<_>>().len(), all.len());
    }

    #[test]
    fn a_problem_says_what_where_and_what_to_do() {
        let problem = Problem::own("field_malformed", "employees is \"many\".")
            .hint("Send a number.")
            .at("/fields/employees")
            .within("/3");
        let text = serde_json::to_string(&problem.document()).expect("JSON");
        let expected = "{\"type\":\"urn:evenkeel:problem:field_malformed\",\
            \"title\":\"A field's value is not of its declared type.\",\"status\":422,\
            \"code\":\"field_malformed\",\"detail\":\"employees is \\\"many\\\".\",\
            \"hint\":\"Send a number.\",\"pointer\":\"/3/fields/employees\"}";
        assert_eq!(text, expected);
    }

    #[test]
    fn a_defect_tells_a_caller_nothing_of_the_inside() {
        let problem = Problem::from(Fault::Defect("secret inside".into()));
        assert!(!format!("{:?}", problem.document()).contains("secret"));
        assert_eq!(problem.status(), StatusCode::INTERNAL_SERVER_ERROR);
    }
}
