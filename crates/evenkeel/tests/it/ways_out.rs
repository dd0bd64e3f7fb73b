//! Turns given back, pauses with a review, waiting with its alarm: over the API and on the pages.

use crate::client::Client;
use crate::page::{open, submit};
use crate::serving::{POLICY, Serving};
use evenkeel::config::Config;
use evenkeel::host::access::Role;
use evenkeel::host::alarm::{Alarm, Said};
use evenkeel::host::clock::Standing;
use evenkeel_core::time::{DAY, HOUR, Moment, Span};
use serde_json::json;
use std::sync::Arc;

/// Monday 2 March 2026, 12:00 UTC.
pub(crate) const NOON: Moment = Moment(1_772_452_800_000);

/// A server with the test policy and these lines in it, by a clock that stands at noon.
pub(crate) fn standing(lines: &str) -> (Serving, Arc<Standing>) {
    let clock = Arc::new(Standing::at(NOON));
    let serving = Serving::with(Config::default(), Arc::<Standing>::clone(&clock));
    let mut admin = serving.admin();
    let text = POLICY.replace("[record]", &format!("{lines}\n[record]"));
    admin
        .put("/api/v1/policy", &json!({ "text": text }))
        .expect(200);
    for rep in ["ana", "ben", "cleo"] {
        let body = json!({ "name": format!("{rep} example"), "role": "AE" });
        admin.put(&format!("/api/v1/reps/{rep}"), &body).expect(200);
    }
    (serving, clock)
}

const VOIDS: &str = "[voids]\nreasons = [\"bad_data\", \"no_show\"]\nper_month = 2\n";

/// Takes in a lead, and says who got it.
pub(crate) fn take_in(admin: &mut Client, key: &str, country: &str) -> Option<String> {
    let body = json!({ "key": key, "fields": { "country": country, "employees": 50 } });
    let dealt = admin.post("/api/v1/records", &body).expect(201).json();
    dealt["rep"].as_str().map(str::to_owned)
}

#[test]
fn a_rep_gives_back_own_turns_within_the_limit_and_nobody_elses() {
    let (serving, _) = standing(VOIDS);
    let mut admin = serving.admin();
    let mut anas = Vec::new();
    let mut others = Vec::new();
    for number in 0..9 {
        let key = format!("L-{number}");
        let own = take_in(&mut admin, &key, "US").as_deref() == Some("ana");
        if own {
            anas.push(key)
        } else {
            others.push(key)
        }
    }
    let mut ana = serving.signed_in(Role::Rep, Some("ana"));
    let void = |client: &mut Client, key: &str, reason: &str| {
        client.post(
            &format!("/api/v1/records/{key}/void"),
            &json!({ "reason": reason }),
        )
    };
    assert_eq!(
        void(&mut ana, &others[0], "bad_data").expect(404).code(),
        "record_unknown"
    );
    let wrong = void(&mut ana, &anas[0], "tired").expect(422);
    assert_eq!(wrong.code(), "reason_unknown");
    let told = void(&mut ana, &anas[0], "bad_data").expect(200).json();
    assert_eq!(
        (&told["outcome"], &told["then"]),
        (&json!("voided"), &json!("closed"))
    );
    void(&mut ana, &anas[1], "no_show").expect(200);
    assert_eq!(
        void(&mut ana, &anas[2], "no_show").expect(409).code(),
        "void_limit_reached"
    );
    // A manager may for others; the limit is each rep's own. Given back once, it is back.
    let mut manager = serving.signed_in(Role::Manager, None);
    void(&mut manager, &others[0], "bad_data").expect(200);
    assert_eq!(
        void(&mut manager, &others[0], "bad_data")
            .expect(409)
            .code(),
        "turn_unknown"
    );
    assert_eq!(
        void(&mut manager, "no-such", "bad_data").expect(404).code(),
        "record_unknown"
    );
    let pool = admin.get("/api/v1/pools/us").expect(200).json();
    let ledger = pool["ledger"].as_array().expect("a list");
    let voided: Vec<u64> = ledger
        .iter()
        .map(|entry| entry["voided"].as_u64().expect("a count"))
        .collect();
    assert_eq!(voided.iter().sum::<u64>(), 3);
    assert!(open(&mut manager_page(&serving), "/reps/ana", 200).contains("Given back"));
}

fn manager_page(serving: &Serving) -> Client {
    serving.enter("manager")
}

#[test]
fn the_same_void_sent_twice_is_one() {
    let (serving, _) = standing(VOIDS);
    let mut admin = serving.admin();
    take_in(&mut admin, "L-1", "US");
    let mut keyed = serving
        .keyed(Role::Integration)
        .always("idempotency-key", "k-1");
    let body = json!({ "reason": "no_show" });
    let first = keyed
        .post("/api/v1/records/L-1/void", &body)
        .expect(200)
        .json();
    let again = keyed
        .post("/api/v1/records/L-1/void", &body)
        .expect(200)
        .json();
    assert_eq!(first, again);
}

#[test]
fn the_form_says_what_it_does_and_what_is_left() {
    let (serving, _) = standing(VOIDS);
    let mut admin = serving.admin();
    let owner = take_in(&mut admin, "L-1", "US").expect("somebody got it");
    let mut rep = serving.signed_in(Role::Rep, Some(&owner));
    let page = open(&mut rep, "/records/L-1", 200);
    assert!(
        page.contains("It was no lead") && page.contains("The record is closed with the reason.")
    );
    assert!(
        page.contains("may give back 2 more turns now, of 2 in any 30 days."),
        "{page}"
    );
    submit(
        &mut rep,
        &page,
        "/records/L-1/void",
        &[("reason", "no_show")],
    )
    .expect(303);
    let mut manager = serving.signed_in(Role::Manager, None);
    let page = open(&mut manager, "/records/L-1?done=voided", 200);
    assert!(page.contains("Turn given back") && page.contains("Done. The turn is given back"));
    assert!(!page.contains("It was no lead"), "there is no turn left");
    // Without [voids] there is no form, and the API says what is missing.
    let plain = Serving::dealing();
    let mut admin = plain.admin();
    take_in(&mut admin, "L-1", "US");
    let mut manager = plain.signed_in(Role::Manager, None);
    assert!(!open(&mut manager, "/records/L-1", 200).contains("It was no lead"));
    let refused = admin.post("/api/v1/records/L-1/void", &json!({ "reason": "no_show" }));
    assert_eq!(refused.expect(422).code(), "reason_unknown");
}

#[test]
fn at_a_review_somebody_is_asked_and_nothing_is_assumed() {
    let (serving, clock) = standing("");
    let mut admin = serving.admin();
    take_in(&mut admin, "L-1", "US");
    let path = "/api/v1/reps/ana/pause";
    let review = (NOON + DAY).to_string();
    let body = json!({ "review": review, "reason": "Turnaround after two slow quarters" });
    let out = admin.post(path, &body).expect(200).json();
    assert_eq!(
        (&out["status"], &out["due"]),
        (&json!("paused"), &json!(false))
    );
    assert_eq!(
        admin
            .post(path, &json!({ "review": "soon" }))
            .expect(422)
            .code(),
        "field_malformed"
    );
    let past = json!({ "review": NOON.to_string() });
    assert_eq!(admin.post(path, &past).expect(422).code(), "value_refused");
    let reviews = |admin: &mut Client| {
        let told = admin.get("/api/v1/reviews").expect(200).json();
        told["reviews"].as_array().expect("a list").len()
    };
    assert_eq!(reviews(&mut admin), 0);
    clock.set(NOON + DAY + HOUR);
    assert_eq!(reviews(&mut admin), 1);
    let still = admin.get("/api/v1/reps/ana").expect(200).json();
    assert_eq!(still["status"], "paused", "the date alone changes nothing");
    let mut manager = serving.signed_in(Role::Manager, None);
    assert!(open(&mut manager, "/", 200).contains("is out of rotation"));
    let page = open(&mut manager, "/reps/ana", 200);
    assert!(page.contains("The review is due. What comes next?"));
    assert!(page.contains("Turnaround after two slow quarters"));
    // The rep sees why; another rep does not.
    let mut ana = serving.signed_in(Role::Rep, Some("ana"));
    assert!(open(&mut ana, "/reps/ana", 200).contains("Turnaround"));
    let mut ben = serving.signed_in(Role::Rep, Some("ben"));
    assert!(!open(&mut ben, "/reps/ana", 200).contains("Turnaround"));
    // Out longer, by the form; then back.
    let later = [("review", "2026-03-20"), ("reason", "")];
    submit(&mut manager, &page, "/reps/ana/pause", &later).expect(303);
    assert_eq!(reviews(&mut admin), 0);
    let page = open(&mut manager, "/reps/ana", 200);
    assert!(page.contains("Turnaround"), "the reason stays");
    submit(&mut manager, &page, "/reps/ana/resume", &[]).expect(303);
    let back = admin.get("/api/v1/reps/ana").expect(200).json();
    assert_eq!(back["status"], "active");
    let empty = json!({});
    assert_eq!(
        admin
            .post("/api/v1/reps/ana/resume", &empty)
            .expect(409)
            .code(),
        "nothing_to_do"
    );
    // As the description says, it needs no body.
    let bare = admin.send("POST", "/api/v1/reps/ana/resume", &[], b"");
    assert_eq!(bare.expect(409).code(), "nothing_to_do");
    let form = [("content-type", "text/plain")];
    let odd = admin.send("POST", "/api/v1/reps/ana/resume", &form, b"");
    assert_eq!(odd.expect(415).code(), "not_json");
}

#[test]
fn what_waits_too_long_is_told_everywhere_and_once_in_the_log() {
    let (serving, clock) = standing("[alarms]\nwaiting = \"4 hours\"\n");
    let mut admin = serving.admin();
    let leave = json!([{ "from": NOON.to_string(), "until": (NOON + Span::days(5)).to_string() }]);
    for rep in ["ana", "ben", "cleo"] {
        let body = json!({ "role": "AE", "leaves": leave });
        admin.put(&format!("/api/v1/reps/{rep}"), &body).expect(200);
    }
    assert_eq!(take_in(&mut admin, "L-1", "US"), None, "held");
    let ready = |serving: &Serving| serving.nobody().get("/readyz").expect(200).text();
    assert_eq!(ready(&serving), "ready\n");
    let mut alarm = Alarm::default();
    let look = |alarm: &mut Alarm, now| serving.workspace.glance(|state| alarm.look(state, now));
    assert_eq!(look(&mut alarm, NOON), None);
    let late = NOON + Span::hours(5);
    clock.set(late);
    assert_eq!(
        ready(&serving),
        "ready\nalarm: 1 record waits longer than 4 hours\n"
    );
    let mut manager = serving.signed_in(Role::Manager, None);
    let page = open(&mut manager, "/", 200);
    assert!(
        page.contains("1 record waits longer than 4 hours."),
        "{page}"
    );
    let figures = serving.nobody().get("/metrics").expect(200).text();
    let line = |name: &str| {
        let mut lines = figures.lines().filter(|line| line.starts_with(name));
        let found = lines.find(|line| line.contains("name=\"us\""));
        found
            .unwrap_or_else(|| panic!("{name}: {figures}"))
            .to_owned()
    };
    assert!(line("evenkeel_waiting_records").ends_with(" 1"));
    assert!(line("evenkeel_waiting_oldest_seconds").ends_with(" 18000"));
    let Some(Said::Begins(words)) = look(&mut alarm, late) else {
        panic!("the alarm begins");
    };
    assert!(words.contains("held for the pool \"us\""), "{words}");
    assert_eq!(look(&mut alarm, late), None, "said once");
    assert_eq!(look(&mut alarm, NOON), Some(Said::Ends));
    assert_eq!(look(&mut alarm, NOON), None);
}
