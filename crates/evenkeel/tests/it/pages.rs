//! The pages over a real server: who may open which, what the forms do, where the links lead.

use crate::client::Client;
use crate::page::{hidden, links, open, send, submit};
use crate::serving::Serving;
use evenkeel::host::access::{Need, Role};
use evenkeel::web;
use evenkeel_core::drawing::Period;
use evenkeel_core::time::Span;
use serde_json::json;
use std::collections::{BTreeSet, VecDeque};

/// A server with a few records in books, in a queue and held.
fn busy() -> Serving {
    let serving = Serving::dealing();
    let mut admin = serving.admin();
    for (key, employees, country) in [
        ("L-1", 50, "US"),
        ("L-2", 60, "PT"),
        ("L-3", 5, "US"),
        ("a/b ?#", 70, "US"),
    ] {
        let fields = json!({ "employees": employees, "country": country, "contact": "Kim Vance" });
        admin
            .post("/api/v1/records", &json!({ "key": key, "fields": fields }))
            .expect(201);
    }
    admin.post("/api/v1/plans", &json!({})).expect(201);
    serving
}

/// A manager who uses pages: without the header that only programs send.
fn manager(serving: &Serving) -> Client {
    serving.signed_in(Role::Manager, None)
}

fn owner(serving: &Serving, record: &str) -> Option<String> {
    serving.workspace.glance(|state| {
        let record = state.record_no(record).expect("it is there");
        state
            .place(record)
            .owner()
            .map(|rep| state.roster().rep(rep).key.clone())
    })
}

#[test]
fn every_page_opens_for_exactly_whom_the_table_says() {
    let serving = busy();
    let mine = serving.workspace.glance(|state| {
        let ana = state.roster().find("ana").expect("she is there");
        let first = state.roster().rep(ana).book.first().copied();
        state.records().key(first.expect("she got one")).to_owned()
    });
    for role in [Role::Admin, Role::Manager, Role::Rep] {
        let rep = (role == Role::Rep).then_some("ana");
        let mut client = serving.signed_in(role, rep);
        for route in web::access()
            .into_iter()
            .filter(|route| route.method == "GET")
        {
            let Need::May(verb) = route.need else {
                continue;
            };
            if route.path == "/live" {
                continue;
            }
            let key = if route.path.starts_with("/records") {
                mine.as_str()
            } else {
                "ana"
            };
            let name = if route.path.starts_with("/queues") {
                "triage"
            } else {
                "us"
            };
            let path = route.path.replace("{key}", &crate::page::encode(key));
            let path = path.replace("{name}", name).replace("{number}", "1");
            let status = if role.may(verb) { 200 } else { 403 };
            let page = open(&mut client, &path, status);
            assert!(page.starts_with("<!DOCTYPE html>"), "{path}");
            assert_eq!(page.matches("<h1").count(), 1, "{path} for {role:?}");
            assert!(
                !page.contains(" style=") && !page.contains(" onclick="),
                "{path}"
            );
        }
    }
}

#[test]
fn every_link_leads_to_a_page_and_none_to_another_server() {
    let serving = busy();
    for (role, rep) in [(Role::Admin, None), (Role::Rep, Some("ben"))] {
        let mut client = serving.signed_in(role, rep);
        let mut seen = BTreeSet::from(["/".to_owned()]);
        let mut next = VecDeque::from(["/".to_owned()]);
        while let Some(path) = next.pop_front() {
            let page = open(&mut client, &path, 200);
            for link in links(&page) {
                assert!(
                    link.starts_with('/') || link.starts_with('#'),
                    "{link:?} on {path}"
                );
                // A name of a person is never part of an address.
                let lower = link.to_lowercase();
                assert!(
                    !lower.contains("example") && !lower.contains("kim"),
                    "{link} on {path}"
                );
                let link = link.split('#').next().unwrap_or("").to_owned();
                // Forms are sent by other tests; what they lead to needs its method.
                let act = page.contains(&format!("action=\"{link}\""));
                if !link.is_empty() && !act && seen.insert(link.clone()) {
                    next.push_back(link);
                }
            }
        }
        let enough = if role == Role::Admin { 25 } else { 8 };
        assert!(seen.len() >= enough, "{role:?} found only {seen:?}");
    }
}

#[test]
fn a_record_is_given_by_hand_once_however_often_the_form_is_sent() {
    let serving = busy();
    let mut client = manager(&serving);
    let before = owner(&serving, "L-1").expect("somebody got it");
    let heir = if before == "ana" { "ben" } else { "ana" };
    let page = open(&mut client, "/records/L-1", 200);
    let mut fields = hidden(&page, "/records/L-1/assign");
    fields.push(("rep".into(), heir.into()));
    fields.push(("note".into(), "Asked for by name".into()));
    for _ in 0..3 {
        let answer = send(&mut client, "/records/L-1/assign", &fields).expect(303);
        assert_eq!(
            answer.header("location"),
            Some("/records/L-1?done=assigned")
        );
    }
    assert_eq!(owner(&serving, "L-1").as_deref(), Some(heir));
    let page = open(&mut client, "/records/L-1?done=assigned", 200);
    assert_eq!(page.matches("by hand</h3>").count(), 1, "{page}");
    assert!(
        page.contains("Asked for by name") && page.contains("Done. The record has its new owner")
    );
    // The page was drawn before the owner changed: whoever changed it first wins.
    let third = ["ana", "ben", "cleo"]
        .into_iter()
        .find(|rep| *rep != heir && *rep != before);
    let stale = [("rep".to_owned(), third.expect("there are three").to_owned())];
    let stale: Vec<_> = hidden_again(&fields).into_iter().chain(stale).collect();
    let answer = send(&mut client, "/records/L-1/assign", &stale).expect(409);
    assert!(
        answer.text().contains("Look at the record again"),
        "{}",
        answer.text()
    );
    assert_eq!(owner(&serving, "L-1").as_deref(), Some(heir));
}

/// The hidden fields of a form sent before, as if it had been loaded twice.
fn hidden_again(fields: &[(String, String)]) -> Vec<(String, String)> {
    let kept = fields
        .iter()
        .filter(|(name, _)| name == "csrf" || name == "owner");
    kept.cloned().collect()
}

#[test]
fn the_policy_reassigns_and_a_record_is_closed() {
    let serving = busy();
    let mut client = manager(&serving);
    let before = owner(&serving, "a/b ?#").expect("somebody got it");
    let path = "/records/a%2Fb%20%3F%23";
    let page = open(&mut client, path, 200);
    submit(&mut client, &page, &format!("{path}/reassign"), &[]).expect(303);
    let after = owner(&serving, "a/b ?#");
    assert!(after.is_some() && after.as_deref() != Some(&before));
    let page = open(&mut client, path, 200);
    let close = format!("{path}/close");
    submit(&mut client, &page, &close, &[("reason", "Not OK!")]).expect(422);
    submit(&mut client, &page, &close, &[("reason", "won")]).expect(303);
    let page = open(&mut client, path, 200);
    assert!(
        page.contains("Closed.") && !page.contains("Assign by hand"),
        "{page}"
    );
}

#[test]
fn a_form_without_its_token_changes_nothing() {
    let serving = busy();
    let mut client = manager(&serving);
    let before = serving.workspace.glance(|state| state.seq());
    let forms = web::access()
        .into_iter()
        .filter(|route| route.method == "POST");
    let mut tried = 0;
    for route in forms.filter(|route| route.need != Need::Nothing) {
        let path = route.path.replace("{key}", "L-1");
        for csrf in [None, Some("0123456789abcdef0123456789abcdef")] {
            let fields: Vec<_> = csrf
                .map(|csrf| ("csrf".to_owned(), csrf.to_owned()))
                .into_iter()
                .collect();
            let answer = send(&mut client, &path, &fields);
            assert_eq!(answer.status, 403, "{path}: {}", answer.text());
            tried += 1;
        }
    }
    assert!(tried > 20);
    assert_eq!(serving.workspace.glance(|state| state.seq()), before);
}

/// Dora as a manager types her in.
const DORA: [(&str, &str); 5] = [
    ("key", "dora"),
    ("name", "Dora Vance"),
    ("zone", "Europe/Lisbon"),
    ("hours", "Mon-Fri 09:00-17:00"),
    ("field-1", "AE"),
];

#[test]
fn a_rep_is_added_and_changed() {
    let serving = busy();
    let mut client = manager(&serving);
    let page = open(&mut client, "/add-rep", 200);
    let bad = DORA.map(|(name, text)| (name, if name == "hours" { "sometimes" } else { text }));
    let answer = submit(&mut client, &page, "/add-rep", &bad).expect(422);
    let again = answer.text();
    assert!(
        again.contains("sometimes") && again.contains("Dora Vance"),
        "what was typed stays"
    );
    submit(&mut client, &page, "/add-rep", &DORA).expect(303);
    submit(&mut client, &page, "/add-rep", &DORA).expect(409);
    let page = open(&mut client, "/reps/dora", 200);
    assert!(page.contains("Dora Vance") && page.contains("Europe/Lisbon"));

    let page = open(&mut client, "/reps/dora/edit", 200);
    let mut edited = [
        ("name", "Dora Vance-Lind"),
        ("zone", "Mars/Olympus"),
        ("hours", "always"),
        ("field-1", "AE"),
    ];
    submit(&mut client, &page, "/reps/dora/edit", &edited).expect(422);
    edited[1].1 = "UTC";
    submit(&mut client, &page, "/reps/dora/edit", &edited).expect(303);
    assert!(open(&mut client, "/reps/dora", 200).contains("Dora Vance-Lind"));
}

#[test]
fn a_rep_goes_on_leave_is_paused_and_comes_back() {
    let serving = busy();
    let mut client = manager(&serving);
    let page = open(&mut client, "/reps/ana", 200);
    let soon = [("from", "soon"), ("until", "later")];
    submit(&mut client, &page, "/reps/ana/leave", &soon).expect(422);
    let backwards = [("from", "2031-03-07"), ("until", "2031-03-03")];
    submit(&mut client, &page, "/reps/ana/leave", &backwards).expect(422);
    let leave = [("from", "2031-03-03"), ("until", "2031-03-07")];
    submit(&mut client, &page, "/reps/ana/leave", &leave).expect(303);
    let page = open(&mut client, "/reps/ana", 200);
    assert!(
        page.contains("Monday 3 March until Saturday 8 March"),
        "{page}"
    );
    submit(&mut client, &page, "/reps/ana/leave/remove", &[]).expect(303);
    for day in ["", "2001-01-01", "2031-04-01"] {
        submit(&mut client, &page, "/reps/ana/pause", &[("review", day)]).expect(422);
    }
    let month = Period::of(serving.workspace.now() + Span::days(30)).to_string();
    submit(&mut client, &page, "/reps/ana/pause", &[("review", &month)]).expect(303);
    let page = open(&mut client, "/reps/ana?done=paused", 200);
    assert!(page.contains("to be reviewed on") && !page.contains("Monday 3 March"));
    submit(&mut client, &page, "/reps/ana/resume", &[]).expect(303);
    assert!(open(&mut client, "/reps/ana", 200).contains("In rotation."));
}

#[test]
fn a_rep_leaves_only_with_a_word_about_the_book() {
    let serving = busy();
    let mut client = manager(&serving);
    let books = || {
        serving.workspace.glance(|state| {
            let size = |key| {
                state
                    .roster()
                    .rep(state.roster().find(key).expect("there"))
                    .book
                    .len()
            };
            (size("ana"), size("ben"))
        })
    };
    let (ana, ben) = books();
    let page = open(&mut client, "/reps/ana", 200);
    submit(&mut client, &page, "/reps/ana/deactivate", &[]).expect(422);
    let heir = [("book", "rep"), ("heir", "ana")];
    submit(&mut client, &page, "/reps/ana/deactivate", &heir).expect(422);
    assert_eq!(books(), (ana, ben));
    let heir = [("book", "rep"), ("heir", "ben")];
    submit(&mut client, &page, "/reps/ana/deactivate", &heir).expect(303);
    assert_eq!(books(), (0, ana + ben));
    let page = open(&mut client, "/reps/ana", 200);
    assert!(page.contains("Has left") && !page.contains("Add leave"));
}

#[test]
fn a_policy_is_checked_published_and_never_over_somebody_elses() {
    let serving = busy();
    let mut client = manager(&serving);
    let page = open(&mut client, "/policy/edit", 200);
    let text = crate::serving::POLICY.replace("record.employees < 10", "record.employes < 10");
    // Browsers send line ends as CR LF.
    let sent = text.replace('\n', "\r\n");
    let version = || serving.workspace.glance(|state| state.version());
    let before = version();
    let fields = |text: &str| {
        let mut fields = hidden(&page, "/policy/publish");
        fields.push(("text".into(), text.into()));
        fields
    };
    let checked = send(&mut client, "/policy/check", &fields(&sent))
        .expect(200)
        .text();
    assert!(
        checked.contains("employes") && checked.contains("problem error"),
        "{checked}"
    );
    let refused = send(&mut client, "/policy/publish", &fields(&sent))
        .expect(422)
        .text();
    assert!(refused.contains("Not published") && refused.contains("problem error"));
    assert_eq!(version(), before);
    let good = crate::serving::POLICY.replace("< 10", "< 11");
    let answer = send(
        &mut client,
        "/policy/publish",
        &fields(&good.replace('\n', "\r\n")),
    );
    assert_eq!(
        answer.expect(303).header("location"),
        Some("/policy?done=published")
    );
    assert_eq!(version(), before + 1);
    assert_eq!(
        serving
            .workspace
            .glance(|state| state.policy_text().to_owned()),
        good
    );
    let mut late = fields(&crate::serving::POLICY.replace("< 10", "< 12"));
    late.retain(|(name, _)| name != "once");
    let answer = send(&mut client, "/policy/publish", &late)
        .expect(409)
        .text();
    assert!(answer.contains("is in force"), "{answer}");
    assert!(open(&mut client, "/policy/versions/1", 200).contains("Version 1"));
    open(&mut client, "/policy/versions/99", 404);
}

#[test]
fn a_tried_record_shows_its_way_and_changes_nothing() {
    let serving = busy();
    let mut client = manager(&serving);
    let page = open(&mut client, "/policy/try", 200);
    let before = serving.workspace.glance(|state| state.seq());
    let tried = [("field-1", "PT"), ("field-2", "50")];
    let page = submit(&mut client, &page, "/policy/try#outcome", &tried)
        .expect(200)
        .text();
    assert!(
        page.contains("If it came in now") && page.contains("clause yes"),
        "{page}"
    );
    assert!(
        page.contains("Drawn") && page.contains("Candidates in drawn"),
        "{page}"
    );
    let wrong = submit(
        &mut client,
        &page,
        "/policy/try#outcome",
        &[("field-2", "many")],
    );
    assert!(
        wrong
            .expect(200)
            .text()
            .contains("“many”, but must be a plain decimal")
    );
    assert_eq!(serving.workspace.glance(|state| state.seq()), before);
}

#[test]
fn nobody_is_led_to_sign_in_and_back() {
    let serving = busy();
    let mut nobody = serving.nobody();
    let answer = nobody.get("/records/L-1").expect(303);
    assert_eq!(
        answer.header("location"),
        Some("/sign-in?next=/records/L-1")
    );
    let _ = serving.signed_in(Role::Manager, None);
    let fields = |password: &str| {
        [
            ("name", "manager"),
            ("password", password),
            ("next", "/records/L-1"),
        ]
        .map(|(name, text)| (name.to_owned(), text.to_owned()))
    };
    let wrong = send(&mut nobody, "/sign-in", &fields("not this")).expect(401);
    assert!(wrong.text().contains("That was not right"));
    let answer = send(&mut nobody, "/sign-in", &fields(crate::serving::PASSWORD)).expect(303);
    assert_eq!(answer.header("location"), Some("/records/L-1"));
    let cookie = answer.header("set-cookie").expect("a cookie");
    assert!(
        cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"),
        "{cookie}"
    );
}

#[test]
fn today_says_what_needs_somebody_and_nothing_else() {
    let serving = Serving::dealing();
    let mut client = manager(&serving);
    let page = open(&mut client, "/", 200);
    assert!(
        page.contains("Nothing needs you") && page.contains("Nothing waits."),
        "{page}"
    );
    for rep in ["ana", "ben", "cleo"] {
        let paused = json!({ "role": "AE", "paused": { "review": "2001-01-01T00:00:00Z" } });
        let mut admin = serving.admin();
        admin
            .put(&format!("/api/v1/reps/{rep}"), &paused)
            .expect(200);
    }
    let body = json!({ "key": "L-9", "fields": { "employees": 50 } });
    serving.admin().post("/api/v1/records", &body).expect(201);
    let page = open(&mut client, "/", 200);
    for words in [
        "L-9 is held for us",
        "Nobody in us takes records now",
        "ana example is out of rotation",
        "The review was due",
        "things are pressing",
        "Nobody can take a record, and nobody is about to.",
    ] {
        assert!(page.contains(words), "{words}: {page}");
    }
    let waiting = open(&mut client, "/waiting", 200);
    assert!(waiting.contains("L-9") && waiting.contains("queue <a href=\"/queues/triage\""));
}
