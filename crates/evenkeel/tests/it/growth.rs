//! What is learned over time, on the pages: what records take, as a proposal, and skills of reps.

use crate::page::{open, submit};
use crate::serving::Serving;
use crate::ways_out::{NOON, standing};
use evenkeel::host::access::Role;
use evenkeel_core::time::{DAY, Span};
use serde_json::{Value, json};

const EFFORT: &str =
    "[effort]\nsize = { field = \"record.employees\", cuts = [100], factors = [1, 2] }\n";
const SKILLS: &str = "[rep]\nlanguages = \"tags\"\ncertified = \"number\"\n\
                      [skills]\nfields = [\"rep.languages\", \"rep.certified\"]\n";

/// Large records are worked on six times, small ones twice.
fn work(serving: &Serving, records: usize, day: i64) {
    let one = |number: usize, at: usize| {
        let at = NOON + Span((day - at as i64) * DAY.0);
        json!({ "id": format!("{number}-{at}"), "record": format!("L-{number}"),
                "kind": "call", "at": at.to_string() })
    };
    let each = |number: usize| (0..[2, 6][number % 2]).map(move |at| one(number, at));
    let all: Vec<Value> = (0..records).flat_map(each).collect();
    let body = json!({ "activities": all });
    let mut crm = serving.keyed(Role::Integration);
    crm.post("/api/v1/activities", &body).expect(200);
}

#[test]
fn effort_is_learned_from_the_own_activities_and_published_only_when_pressed() {
    let (serving, clock) = standing(EFFORT);
    let mut admin = serving.admin();
    for number in 0..40 {
        let employees = [50, 150][number % 2];
        let fields = json!({ "employees": employees });
        let body = json!({ "key": format!("L-{number}"), "fields": fields });
        admin.post("/api/v1/records", &body).expect(201);
    }
    let mut manager = serving.signed_in(Role::Admin, None);
    let page = open(&mut manager, "/capacity", 200);
    assert!(page.contains("/capacity?learn=90#learned"), "{page}");
    let page = open(&mut manager, "/capacity?learn=90", 200);
    assert!(
        page.contains("No record has been with one rep for 90 days"),
        "{page}"
    );
    clock.set(NOON + Span::days(100));
    let mut manager = serving.enter("admin");
    let page = open(&mut manager, "/capacity?learn=90", 200);
    assert!(page.contains("Nobody has logged an activity"), "{page}");
    work(&serving, 40, 99);
    let (seq, text) = serving
        .workspace
        .glance(|state| (state.seq(), state.policy_text().to_owned()));
    let page = open(&mut manager, "/capacity?learn=90", 200);
    for said in ["From 40 records", "160 activities", "size 100 and more"] {
        assert!(page.contains(said), "{said}: {page}");
    }
    // Half of 40 records beside a prior of 20: between the 2 in force and the 3 they took.
    let (_, row) = page.split_once("size 100 and more").expect("a row");
    let cells: Vec<&str> = row.split("<td class=\"n\">").skip(1).take(4).collect();
    assert!(cells[0].starts_with("20<"), "{cells:?}");
    assert!(cells[1].starts_with("2.00<"), "{cells:?}");
    let learned = cells[2].trim_start_matches("<b>");
    let learned: f64 = learned[..4].parse().expect("a factor");
    assert!(learned > 2.1 && learned < 3.0, "{cells:?}");
    assert!(cells[3].contains(" to "), "an interval: {cells:?}");
    let editor = submit(&mut manager, &page, "/policy/check", &[]).expect(200);
    let written = format!("factors = [1, {learned}");
    assert!(
        editor.text().contains(&written),
        "{written}: {}",
        editor.text()
    );
    let after = serving
        .workspace
        .glance(|state| (state.seq(), state.policy_text().to_owned()));
    assert_eq!(after, (seq, text), "nothing was published");
}

#[test]
fn the_page_says_when_there_are_no_factors_to_learn() {
    let serving = Serving::dealing();
    let mut admin = serving.signed_in(Role::Admin, None);
    let page = open(&mut admin, "/capacity?learn=30", 200);
    assert!(page.contains("There are no factors to learn"), "{page}");
}

fn set(serving: &Serving, fields: Value) {
    let body = json!({ "name": "ana example", "role": "AE", "fields": fields });
    serving.admin().put("/api/v1/reps/ana", &body).expect(200);
}

#[test]
fn skills_and_their_growth_are_on_the_reps_page_and_the_check_in() {
    let (serving, clock) = standing(SKILLS);
    let mut manager = serving.signed_in(Role::Manager, None);
    let page = open(&mut manager, "/reps/ana", 200);
    assert!(page.contains("None recorded yet"), "{page}");
    set(&serving, json!({ "languages": ["German"], "certified": 1 }));
    clock.set(NOON + Span::days(10));
    set(
        &serving,
        json!({ "languages": ["German", "<b>Dutch"], "certified": 2 }),
    );
    let mut manager = serving.enter("manager");
    let page = open(&mut manager, "/reps/ana", 200);
    let said = [
        "3 skills",
        "languages: German",
        "added languages: &lt;b&gt;Dutch",
        "raised certified from 1 to 2",
        "added certified at 1",
    ];
    for said in said {
        assert!(page.contains(said), "{said}: {page}");
    }
    let sheet = open(&mut manager, "/checkin/ana", 200);
    let (_, lately) = sheet.split_once("Skills in 7 days").expect("a line");
    let lately = lately.split("</dd>").next().expect("its end");
    assert!(lately.contains("raised certified from 1 to 2"), "{lately}");
    assert!(!lately.contains("German"), "older than a week: {lately}");
    assert!(sheet.contains("id=\"skills\""), "{sheet}");
    let mut ana = serving.signed_in(Role::Rep, Some("ana"));
    assert!(open(&mut ana, "/reps/ana", 200).contains("raised certified"));
    let mut ben = serving.signed_in(Role::Rep, Some("ben"));
    let page = open(&mut ben, "/reps/ana", 200);
    assert!(!page.contains("raised certified"), "{page}");
    assert!(!page.contains("German"), "{page}");
    let told = ben.get("/api/v1/reps/ana").expect(200).json();
    assert_eq!(told["fields"], json!({}), "{told}");
    assert_eq!(
        ana.get("/api/v1/reps/ana").expect(200).json()["fields"]["certified"],
        2
    );
    // Where the policy names none, whoever could is told how, and a rep sees nothing of it.
    let plain = Serving::dealing();
    let mut revops = plain.signed_in(Role::Admin, None);
    let page = open(&mut revops, "/reps/ana", 200);
    assert!(page.contains("No field holds skills"), "{page}");
    let mut ana = plain.signed_in(Role::Rep, Some("ana"));
    assert!(!open(&mut ana, "/reps/ana", 200).contains("No field holds skills"));
}
