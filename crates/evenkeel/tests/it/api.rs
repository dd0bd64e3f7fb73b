//! The API's generated documents: compared with what the code says.

use crate::serving::{Serving, golden};
use evenkeel::api::problem;
use evenkeel_core::command::refusal::Refusal;
use evenkeel_core::command::refusal::recycling::NotRecycled;
use serde_json::Value;

#[test]
fn the_description_is_the_documented_one() {
    let text = evenkeel::api::assemble::document_text();
    let served = Serving::empty()
        .nobody()
        .get("/api/v1/openapi.json")
        .expect(200)
        .text();
    assert_eq!(served, text);
    let described: Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!(described["openapi"], "3.1.0");
    golden("docs/reference/openapi.json", &text);
}

#[test]
fn the_refusals_are_the_documented_ones() {
    let mut text = String::from(
        "# Refusals\n\n<!-- Generated from the code; a test compares it. -->\n\nEvery \"no\" is a code \
         of these two closed lists. Over HTTP it comes as a problem document (RFC 9457) with `code`, \
         `detail` (what is wrong, with the values seen), `hint` (what to do) and, where a part of the \
         body is wrong, `pointer`.\n\n## Of the workspace\n\nIn order of precedence: when several \
         would apply, the first is given. A refused command appends nothing.\n\n\
         | code | status | meaning |\n| --- | --- | --- |\n",
    );
    for (code, meaning) in Refusal::CODES {
        let status = status(code);
        text.push_str(&format!("| `{code}` | {status} | {meaning} |\n"));
    }
    text.push_str(
        "\n## Of the server\n\nIn the order in which a request meets them.\n\n\
         | code | status | meaning |\n| --- | --- | --- |\n",
    );
    for (code, status, meaning) in problem::CODES {
        text.push_str(&format!("| `{code}` | {status} | {meaning} |\n"));
    }
    golden("docs/reference/refusals.md", &text);
}

/// The status of a refusal by its code, found by making one of each.
fn status(code: &str) -> u16 {
    use evenkeel_core::holding::place::Place;
    let text = || "x".to_owned();
    let one_of_each = [
        Refusal::PolicyMissing,
        Refusal::PolicyRejected {
            problems: Vec::new(),
        },
        Refusal::PolicyMoved {
            based_on: 1,
            current: 2,
        },
        Refusal::RecordUnknown { record: text() },
        Refusal::RecordKnown {
            record: text(),
            place: Place::Closed,
        },
        Refusal::RecordClosed { record: text() },
        Refusal::OwnerMoved {
            record: text(),
            expected: None,
            found: None,
        },
        Refusal::RepUnknown { rep: text() },
        Refusal::RepLeft { rep: text() },
        Refusal::RepOwnsIt {
            record: text(),
            rep: text(),
        },
        Refusal::QueueUnknown { queue: text() },
        Refusal::ReasonUnknown {
            reason: text(),
            known: Vec::new(),
        },
        Refusal::TurnUnknown { record: text() },
        Refusal::VoidLimitReached {
            rep: text(),
            limit: 1,
            frees: evenkeel_core::time::Moment(0),
        },
        Refusal::BoundExceeded {
            what: "x",
            limit: 1,
            seen: 2,
        },
        Refusal::ValueRefused {
            what: "x",
            seen: text(),
            expected: "y",
        },
        Refusal::NothingToDo,
    ];
    let (later, claims, recycling) = (later(), of_claims(), recycling());
    let mut all = one_of_each
        .iter()
        .chain(&later)
        .chain(&claims)
        .chain(&recycling);
    let found = all.find(|refusal| refusal.code() == code);
    let refusal = found.unwrap_or_else(|| panic!("{code} is new: make one of it here"));
    problem::status_of(refusal).as_u16()
}

/// Those about claims.
fn of_claims() -> Vec<Refusal> {
    use evenkeel_core::holding::place::Place;
    use evenkeel_core::time::Moment;
    use evenkeel_core::verdict::Window;
    use evenkeel_core::verdict::claim::Budget;
    let text = || "x".to_owned();
    vec![
        Refusal::AlreadyTaken {
            record: text(),
            queue: text(),
            place: Place::Closed,
            by: None,
            at: None,
        },
        Refusal::NoPuller {
            queue: text(),
            rep: text(),
        },
        Refusal::RepAway {
            rep: text(),
            until: None,
        },
        Refusal::WipLimitReached {
            queue: text(),
            rep: text(),
            unworked: true,
            limit: 1,
        },
        Refusal::ClaimBudgetReached {
            queue: text(),
            rep: text(),
            budget: Budget {
                window: Window::Day,
                count: 1,
                cap: 1,
                allowed: 1,
                frees: None,
            },
        },
        Refusal::Cooling {
            record: text(),
            rep: text(),
            until: Moment(0),
        },
        Refusal::GradeSpokenFor {
            record: text(),
            rep: text(),
            grade: text(),
            owed: Vec::new(),
            ahead: 1,
        },
        Refusal::NotShown {
            record: text(),
            first: None,
        },
        Refusal::NothingToClaim {
            queue: text(),
            rep: text(),
            waiting: 0,
        },
    ]
}

/// Those about recycling and returns.
fn recycling() -> Vec<Refusal> {
    let text = || "x".to_owned();
    let all = vec![
        NotRecycled::Unowned { record: text() },
        NotRecycled::ReturnUnknown {
            reason: text(),
            known: Vec::new(),
        },
        NotRecycled::ReturnLimit {
            rep: text(),
            limit: 1,
            frees: evenkeel_core::time::Moment(0),
        },
        NotRecycled::KeepLimit {
            record: text(),
            limit: 1,
        },
        NotRecycled::SweepUnknown { sweep: 1 },
        NotRecycled::SweepElsewhere {
            sweep: 1,
            stands: "x",
            needs: "y",
        },
        NotRecycled::PlanMoved,
    ];
    all.into_iter().map(Refusal::Recycling).collect()
}

/// Those about territories, steps and earned shares.
fn later() -> Vec<Refusal> {
    let text = || "x".to_owned();
    vec![
        Refusal::TerritoriesRejected {
            problems: Vec::new(),
        },
        Refusal::TerritoriesMoved {
            based_on: 1,
            current: 2,
        },
        Refusal::StepUnknown {
            step: text(),
            known: Vec::new(),
        },
        Refusal::StepOutOfOrder {
            record: text(),
            now: text(),
            step: text(),
            next: Vec::new(),
        },
        Refusal::PoolUnknown { pool: text() },
        Refusal::PoolRateable { pool: text() },
        Refusal::NobodyEarned {
            pool: text(),
            needed: 2,
        },
    ]
}
