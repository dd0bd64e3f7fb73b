//! Reps from a file: leave, hours, zone, status, and what is wrong with them.

use evenkeel_connect::mapping::Mapping;
use evenkeel_connect::mapping_toml;
use evenkeel_connect::reps::{LEAVE_OPEN, RepIn, Reps};
use evenkeel_connect::source::{Format, Rows};
use evenkeel_core::market::schema::{Field, FieldType, Schema};
use evenkeel_core::people::rep::Status;
use std::io::Cursor;

fn read(text: &str, mapping: &str) -> Vec<Result<RepIn, String>> {
    let mut schema = Schema::of_reps();
    let weight = Field {
        name: "weight".into(),
        kind: FieldType::Number,
        private: false,
    };
    schema.declare(weight).expect("is new");
    let mapping = match mapping {
        "" => Mapping::none(),
        text => mapping_toml::read("map.toml", text).expect("is sound"),
    };
    let source = Box::new(Cursor::new(text.as_bytes().to_vec()));
    let rows = Rows::open("reps.csv", source, Format::Csv, b',').expect("opens");
    let reps = Reps::open("reps.csv", rows, &mapping, &schema).expect("opens");
    reps.map(|rep| rep.map_err(|trouble| trouble.bad().to_string()))
        .collect()
}

fn one(header: &str, line: &str) -> Result<RepIn, String> {
    read(&format!("{header}\n{line}\n"), "").remove(0)
}

#[test]
fn a_rep_has_a_profile_and_a_private_name() {
    let rep = one(
        "id,name,role,team,weight,closing_since,zone,hours,status",
        "ana,Ana Ruiz,AE,inbound,3,2024-02-01,America/New_York,Mon-Fri 09:00-17:30,active",
    )
    .expect("is sound");
    assert_eq!(
        (rep.key.as_str(), rep.profile.role(), rep.profile.team()),
        ("ana", "AE", "inbound")
    );
    assert_eq!(rep.private["name"], "Ana Ruiz");
    assert_eq!(
        rep.profile
            .closing_since
            .map(|at| at.to_string())
            .as_deref(),
        Some("2024-02-01T05:00:00Z")
    );
    assert_eq!(rep.profile.hours.to_string(), "Mon-Fri 09:00-17:30");
    assert_eq!(rep.profile.status, Status::Active);
    assert!(
        !format!("{:?}", rep.profile).contains("Ruiz"),
        "names stay out of the profile"
    );
}

#[test]
fn leave_is_resolved_in_the_rep_s_zone_with_the_last_day_included() {
    for (leave, resolved) in [
        (
            "2026-03-01..2026-03-15",
            "2026-03-01T05:00:00Z..2026-03-16T04:00:00Z",
        ),
        ("2026-12-24", "2026-12-24T05:00:00Z..2026-12-25T05:00:00Z"),
        ("2026-07-01..", "2026-07-01T04:00:00Z..2200-01-01T00:00:00Z"),
        (
            "2026-03-02T12:00..2026-03-02T18:00",
            "2026-03-02T17:00:00Z..2026-03-02T23:00:00Z",
        ),
        (
            " 2026-05-01 .. 2026-05-02 ;2026-01-01;",
            "2026-01-01T05:00:00Z..2026-01-02T05:00:00Z 2026-05-01T04:00:00Z..2026-05-03T04:00:00Z",
        ),
        ("", ""),
    ] {
        let rep = one("id,zone,leave", &format!("ana,America/New_York,{leave}")).expect("is sound");
        let leaves: Vec<String> = rep
            .profile
            .leaves
            .iter()
            .map(|leave| format!("{}..{}", leave.from, leave.until))
            .collect();
        assert_eq!(leaves.join(" "), resolved, "{leave:?}");
    }
    assert_eq!(LEAVE_OPEN.to_string(), "2200-01-01T00:00:00Z");
}

#[test]
fn a_status_may_have_its_dates() {
    for (status, wanted) in [
        ("", Status::Active),
        ("Active", Status::Active),
        ("left", Status::Left),
        ("paused", "1970-01-01T00:00:00Z/-".into_paused()),
        ("paused 2026-03-01", "2026-03-01T00:00:00Z/-".into_paused()),
        (
            "Paused 2026-03-01..2026-04-01",
            "2026-03-01T00:00:00Z/2026-04-01T00:00:00Z".into_paused(),
        ),
    ] {
        assert_eq!(
            one("id,status", &format!("ana,{status}"))
                .expect("is sound")
                .profile
                .status,
            wanted
        );
    }
}

/// `since/review` as the moments print.
trait IntoPaused {
    fn into_paused(self) -> Status;
}

impl IntoPaused for &str {
    fn into_paused(self) -> Status {
        let moment = |text: &str| {
            let stamp: jiff::Timestamp = text.parse().expect("is a moment");
            evenkeel_core::time::Moment(stamp.as_millisecond())
        };
        let (since, review) = self.split_once('/').expect("has a slash");
        let review = (review != "-").then(|| moment(review));
        Status::Paused {
            since: moment(since),
            review,
            reason: None,
        }
    }
}

#[test]
fn what_is_wrong_with_a_rep_is_told() {
    for (header, line, words) in [
        (
            "id,zone",
            "ana,Mars/Olympus",
            "reps.csv:2: column 2 \"zone\": found \"Mars/Olympus\", expected a time zone such as \
             America/New_York or UTC",
        ),
        (
            "id,leave",
            "ana,2026-03-15..2026-03-01",
            "reps.csv:2: column 2 \"leave\": found \"2026-03-15..2026-03-01\", expected leave that \
             ends after it begins. Look at \"2026-03-15..2026-03-01\"",
        ),
        (
            "id,leave",
            "ana,next week",
            "reps.csv:2: column 2 \"leave\": found \"next week\", expected a date such as \
             2026-03-01 or 2026-03-01T09:30:00Z, years 1800 to 2199. Other forms are named in the \
             mapping's [dates]",
        ),
        (
            "id,status",
            "ana,asleep",
            "reps.csv:2: column 2 \"status\": found \"asleep\", expected active, paused, paused \
             2026-03-01..2026-04-01, or left",
        ),
        (
            "id,hours",
            "ana,Mon-Fri",
            "reps.csv:2: column 2 \"hours\": found \"Mon-Fri\", expected hours such as Mon-Fri \
             09:00-17:30; Sat 10:00-14:00, or always. working hours, character 1: \"Mon-Fri\" has \
             no times; write days and times, like \"Mon-Fri 09:00-17:30\"",
        ),
        (
            "id,weight",
            "ana,much",
            "reps.csv:2: column 2 \"weight\": found \"much\", expected a number \
             such as 1250.5. Signs of currency and marks between thousands are named in the \
             mapping's [numbers]",
        ),
    ] {
        assert_eq!(one(header, line), Err(words.to_owned()), "{line}");
    }
    let many = "2026-01-01;".repeat(201);
    let words = one("id,leave", &format!("ana,{many}")).expect_err("is too much");
    assert!(
        words.contains("expected at most 200 leaves, found 201"),
        "{words}"
    );
    let twice = read("id\nana\nben\nana\n", "");
    assert_eq!(
        twice[2].as_ref().expect_err("is there twice"),
        "reps.csv:4: column 1 \"id\": found \"ana\", expected every id once, but line 2 has it"
    );
}

#[test]
fn a_cycle_hands_out_values_row_after_row() {
    let mapping = "mapping = 1\n[cycle]\nweight = [1, 2, 3]\n";
    let weights: Vec<String> = read("id\na\n\nb\nc\nd\n", mapping)
        .into_iter()
        .map(|rep| {
            rep.expect("is sound").profile.attributes.values[1]
                .1
                .to_string()
        })
        .collect();
    assert_eq!(weights, ["1", "2", "3", "1"]);
}

#[test]
fn a_mapping_renames_joins_replaces_and_fills_in() {
    let text = "first,last,office,share\nAna,Ruiz,Zentrale,2\nBen,,Nord,1\n";
    let mapping = "mapping = 1\njoin = \".\"\n[columns]\nid = [\"first\", \"last\"]\nname = \
                   \"first\"\nteam = \"office\"\nweight = \"share\"\n[constants]\nrole = \"AE\"\n\
                   [replace.team]\nZentrale = \"HQ\"\n";
    let reps = read(text, mapping);
    let ana = reps[0].as_ref().expect("is sound");
    assert_eq!(
        (ana.key.as_str(), ana.profile.role(), ana.profile.team()),
        ("Ana.Ruiz", "AE", "HQ")
    );
    assert_eq!(
        reps[1].as_ref().expect_err("has no last name"),
        "reps.csv:3: column 1 \"first, last\": found \"\", expected an id on every line"
    );
}
