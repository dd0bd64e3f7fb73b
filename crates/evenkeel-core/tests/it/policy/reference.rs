//! The pages about policies say what the program does: bounds, keys, and examples that run.

use evenkeel_core::effort::capacity::{EXCEPTIONS_MAX, RAMP_MAX, TIERS_MAX};
use evenkeel_core::effort::cost::LEVELS_MAX;
use evenkeel_core::market::clause::{DEPTH_MAX, NODES_MAX, SOURCE_MAX};
use evenkeel_core::market::schema::{FIELD_NAME_MAX, FIELDS_MAX, Schema};
use evenkeel_core::people::skills::SKILLS_MAX;
use evenkeel_core::policy::analysis::{FORMULA_NODES_MAX, Known, check};
use evenkeel_core::policy::document::pull::{GRADES_MAX, SHOW_MAX};
use evenkeel_core::policy::document::{
    BAND_MAX, BAND_MIN, CAP_MAX, HOLD_MAX, NAME_MAX, POOLS_MAX, RECORD_WEIGHT_MAX,
    RECORD_WEIGHT_MIN, RULES_MAX, SEATS_MAX, STAND_INS_MAX, STEP_RULES_MAX, STEPS_MAX, TEXT_MAX,
    WEIGHT_MAX,
};
use evenkeel_core::policy::formulate::JOINS_MAX;
use evenkeel_core::policy::problem::PROBLEMS_MAX;
use evenkeel_core::policy::scan::{BRACKETS_MAX, CHAIN_MAX};
use evenkeel_core::territory::cell::CELL_MAX;
use evenkeel_core::territory::table;

const REFERENCE: &str = include_str!("../../../../../docs/reference/policy.md");
const GUIDE: &str = include_str!("../../../../../docs/guide/policy.md");

#[test]
fn bounds_in_the_reference_are_those_of_the_program() {
    let bounds = [
        ("bytes of a policy", TEXT_MAX.to_string()),
        ("rules", RULES_MAX.to_string()),
        ("pools, and queues", POOLS_MAX.to_string()),
        ("characters of a name", NAME_MAX.to_string()),
        (
            "fields of records, and of reps, over all versions",
            FIELDS_MAX.to_string(),
        ),
        ("characters of a field name", FIELD_NAME_MAX.to_string()),
        ("weight of a rep", format!("1 to {WEIGHT_MAX}")),
        (
            "weight of a record",
            format!("{RECORD_WEIGHT_MIN} to {RECORD_WEIGHT_MAX}"),
        ),
        ("band", format!("{BAND_MIN} to {BAND_MAX}")),
        ("cap", format!("1 to {CAP_MAX}")),
        ("hold", HOLD_MAX.to_string()),
        ("grades of a queue", GRADES_MAX.to_string()),
        ("records of a choice", format!("1 to {SHOW_MAX}")),
        ("bytes of a condition", SOURCE_MAX.to_string()),
        ("parts of a condition", NODES_MAX.to_string()),
        ("nesting of a condition", DEPTH_MAX.to_string()),
        ("brackets within brackets", BRACKETS_MAX.to_string()),
        ("operators in a row", CHAIN_MAX.to_string()),
        ("texts joined in one formula", JOINS_MAX.to_string()),
        (
            "steps of all formulas of the rules together",
            FORMULA_NODES_MAX.to_string(),
        ),
        ("problems listed", PROBLEMS_MAX.to_string()),
        ("steps", STEPS_MAX.to_string()),
        ("rules of one step", STEP_RULES_MAX.to_string()),
        ("seats of a pod, and reps in a seat", SEATS_MAX.to_string()),
        ("stand-ins for one rep", STAND_INS_MAX.to_string()),
        ("levels of a factor", LEVELS_MAX.to_string()),
        ("tiers", TIERS_MAX.to_string()),
        ("months of a ramp", RAMP_MAX.to_string()),
        ("exceptions from a tier", EXCEPTIONS_MAX.to_string()),
        ("rep fields that hold skills", SKILLS_MAX.to_string()),
        ("territories", table::TERRITORIES_MAX.to_string()),
        ("rows of a territory table", table::ROWS_MAX.to_string()),
        (
            "key columns of a territory table",
            table::COLUMNS_MAX.to_string(),
        ),
        ("bytes of a cell of a territory table", CELL_MAX.to_string()),
        (
            "bytes of text in a territory table",
            table::TEXT_MAX.to_string(),
        ),
    ];
    for (what, bound) in bounds {
        let row = format!("| {what} | {bound} |");
        assert!(
            REFERENCE.lines().any(|line| line == row),
            "the reference lacks {row}"
        );
    }
}

/// What the program says about a text, with nothing known of the workspace.
fn said(text: &str) -> Vec<String> {
    let (record_schema, rep_schema) = (Schema::of_records(), Schema::of_reps());
    let known = Known {
        record_schema: &record_schema,
        rep_schema: &rep_schema,
        reps: Vec::new(),
    };
    check(text, &known)
        .problems
        .iter()
        .map(ToString::to_string)
        .collect()
}

#[test]
fn the_policy_in_the_guide_is_sound() {
    let policies: Vec<&str> = GUIDE
        .split("```toml\n")
        .skip(1)
        .filter_map(|rest| rest.split("```").next())
        .filter(|text| text.starts_with("evenkeel = 1"))
        .collect();
    assert!(!policies.is_empty(), "the guide has a whole policy");
    for policy in policies {
        assert_eq!(said(policy), [""; 0], "{policy}");
    }
}

/// Reads the keys the program offers where one is wrong, and looks them up in the reference.
#[test]
fn every_key_is_in_the_reference() {
    let document = |part: &str| format!("evenkeel = 1\nname = \"x\"\n{part}\n");
    for part in [
        "zzzzzzzz = 1",
        "[caps]\nzzzzzzzz = 1",
        "[activity]\nzzzzzzzz = 1",
        "[effort]\nzzzzzzzz = 1",
        "[effort]\nsize = { zzzzzzzz = 1 }",
        "[capacity]\nzzzzzzzz = 1",
        "[[capacity.tier]]\nzzzzzzzz = 1",
        "[[capacity.exception]]\nzzzzzzzz = 1",
        "[guard]\nzzzzzzzz = 1",
        "[[sla]]\nname = \"s\"\nzzzzzzzz = 1",
        "[[pool]]\nname = \"p\"\nzzzzzzzz = 1",
        "[[queue]]\nname = \"q\"\nzzzzzzzz = 1",
        "[[queue]]\nname = \"q\"\nscore = { zzzzzzzz = 1 }",
        "[[queue]]\nname = \"q\"\nscore = { worth = { zzzzzzzz = 1 } }",
        "[[queue]]\nname = \"q\"\nscore = {}\ngrades = [{ zzzzzzzz = 1 }]",
        "[[queue]]\nname = \"q\"\ngrades = 1\nfair = { zzzzzzzz = 1 }",
        "[[queue]]\nname = \"q\"\nlimit = { zzzzzzzz = 1 }",
        "[[queue]]\nname = \"q\"\nclaims = { zzzzzzzz = 1 }",
        "[[rule]]\nname = \"r\"\nzzzzzzzz = 1",
        "[fallback]\nzzzzzzzz = 1",
        "[[pool]]\nname = \"p\"\nbalance = { zzzzzzzz = 1 }",
        "[[pool]]\nname = \"p\"\nspecialist = [{ zzzzzzzz = 1 }]",
        "[[rule]]\nname = \"r\"\nto = { zzzzzzzz = 1 }",
        "[[pool]]\nname = \"p\"\nearn = { zzzzzzzz = 1 }",
        "[[pool]]\nname = \"p\"\nnobody = { zzzzzzzz = 1 }",
        "[record]\na = { zzzzzzzz = 1 }",
        "[returns]\nzzzzzzzz = 1",
        "[guard]\nzzzzzzzz = 1",
        "[recycling]\nzzzzzzzz = 1",
        "[recycling]\n[[recycling.remove]]\nname = \"r\"\nzzzzzzzz = 1",
        "[recycling]\n[[recycling.available]]\nzzzzzzzz = 1",
        "[territories]\nzzzzzzzz = 1",
        "[territories]\n[[territory]]\nname = \"t\"\nzzzzzzzz = 1",
    ] {
        let said = said(&document(part));
        let line = said
            .iter()
            .find(|line| line.contains("zzzzzzzz"))
            .expect(part);
        let (_, keys) = line.split_once("There are ").expect(line);
        for key in keys.trim_end_matches('.').split(", ") {
            let forms = [format!("`{key}`"), format!("[{key}]"), format!("{key} =")];
            let found = forms.iter().any(|form| REFERENCE.contains(form.as_str()));
            assert!(found, "the reference does not tell of {key} ({part:?})");
        }
    }
}
