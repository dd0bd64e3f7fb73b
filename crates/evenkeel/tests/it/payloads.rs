//! Hostile text in every field that people or programs can fill, looked for on every page.
//!
//! A lead's name is written by strangers and shown to managers. Each payload carries a tag of its
//! own that no page of ours has: if it is ever found as a tag, something was not escaped.

use crate::client::Client;
use crate::page::{encode, links, open, send, submit};
use crate::serving::{POLICY, Serving};
use evenkeel::host::access::Role;
use serde_json::json;
use std::collections::{BTreeSet, VecDeque};

/// Each breaks out of another place: text, attributes, scripts, styles, addresses, comments.
const PAYLOADS: [&str; 8] = [
    "<hostile-tag>",
    "\"><hostile-tag x=\"",
    "'><hostile-tag x='",
    "</title></textarea></script></style><hostile-tag>",
    "--><hostile-tag>",
    "javascript:alert(1)//<hostile-tag>",
    "{{7*7}}<hostile-tag>",
    "\u{202e}<hostile-tag>\u{200b}",
];

/// A policy with hostile names of its own.
fn policy() -> String {
    let named = POLICY
        .replace("\"us\"", "'us <hostile-tag>'")
        .replace("pool:us", "pool:us <hostile-tag>")
        .replace("\"later\"", "'later \"><hostile-tag>'")
        .replace("\"queue:later\"", "'queue:later \"><hostile-tag>'")
        .replace("name = \"Small\"", "name = '</script><hostile-tag> Small'");
    let title = "name = '<hostile-tag> \"policy\"' # </textarea><hostile-tag>";
    named.replace("name = \"Test\"", title)
}

fn filled() -> Serving {
    let serving = Serving::empty();
    let mut admin = serving.admin();
    admin
        .put("/api/v1/policy", &json!({ "text": policy() }))
        .expect(200);
    for (number, payload) in PAYLOADS.iter().enumerate() {
        let body = json!({ "name": payload, "role": "AE", "team": payload });
        // Keys with invisible characters are refused at the door; those are hostile elsewhere.
        let key = match payload.is_ascii() {
            true => format!("{payload}{number}"),
            false => format!("rep-{number}"),
        };
        admin
            .put(&format!("/api/v1/reps/{}", encode(&key)), &body)
            .expect(200);
    }
    for (number, payload) in PAYLOADS.iter().enumerate() {
        let key = if payload.is_ascii() {
            format!("{payload}{number}")
        } else {
            format!("L-{number}")
        };
        let fields = json!({
            "kind": payload, "country": payload, "employees": if number % 3 == 0 { 5 } else { 50 },
            "tags": [payload], "email": payload, "contact": payload,
        });
        admin
            .post("/api/v1/records", &json!({ "key": key, "fields": fields }))
            .expect(201);
    }
    serving
}

/// Nothing hostile became markup, and nothing that runs stands where a browser would run it.
fn harmless(page: &str, path: &str) {
    let lower = page.to_lowercase();
    assert!(!lower.contains("<hostile-tag"), "{path}: {page}");
    assert_eq!(lower.matches("<script").count(), 1, "{path}");
    let own = |link: &String| link.starts_with('/') || link.starts_with('#');
    assert!(links(page).iter().all(own), "{path}: {:?}", links(page));
}

/// Opens every page there is a link to: how many, and how often something hostile stood there as
/// text.
fn walk(client: &mut Client) -> (usize, usize) {
    let mut shown = 0;
    let mut seen = BTreeSet::from(["/".to_owned()]);
    let mut next = VecDeque::from(["/".to_owned()]);
    while let Some(path) = next.pop_front() {
        let page = open(client, &path, 200);
        harmless(&page, &path);
        shown += page.matches("&lt;hostile-tag").count();
        for link in links(&page) {
            let link = link.split('#').next().unwrap_or("").to_owned();
            let act = page.contains(&format!("action=\"{link}\""));
            // Exports are files, not pages: nothing in them is markup.
            let file = link.starts_with("/assets/") || link.starts_with("/api/");
            if link.starts_with('/') && !act && !file && seen.insert(link.clone()) {
                next.push_back(link);
            }
        }
    }
    (seen.len(), shown)
}

#[test]
fn no_page_runs_what_strangers_write() {
    let serving = filled();
    let name = "<hostile-tag>\"'";
    let password = Some(crate::serving::PASSWORD.to_owned());
    let added = serving
        .sign_in()
        .add_user(name, Role::Admin, None, password);
    serving
        .runtime()
        .block_on(added)
        .expect("a name may hold any sign");
    let mut client = serving.enter(name);
    // By hand, with a hostile note; the newest record is in somebody's book.
    let (record, heir) = serving.workspace.glance(|state| {
        let rep = state
            .roster()
            .iter()
            .find(|(_, rep)| !rep.book.is_empty())
            .expect("one got one");
        let record = state
            .records()
            .key(*rep.1.book.first().expect("a record"))
            .to_owned();
        let heir = state
            .roster()
            .iter()
            .find(|(other, _)| *other != rep.0)
            .expect("another");
        (record, heir.1.key.clone())
    });
    let found = open(
        &mut client,
        &format!("/records?key={}", encode(&record)),
        303,
    );
    assert!(found.is_empty());
    let path = evenkeel::web::link::record(&record);
    let page = open(&mut client, &path, 200);
    let act = evenkeel::web::link::record_act(&record, "assign");
    submit(
        &mut client,
        &page,
        &act,
        &[("rep", &heir), ("note", PAYLOADS[1])],
    )
    .expect(303);

    let (pages, shown) = walk(&mut client);
    assert!(
        pages > 30 && shown > 500,
        "only {shown} times on {pages} pages"
    );
}

#[test]
fn what_is_typed_comes_back_harmless() {
    let serving = filled();
    let mut client = serving.signed_in(Role::Admin, None);
    for payload in PAYLOADS {
        let answer = client.get(&format!("/records?key={}", encode(payload)));
        harmless(&answer.expect(200).text(), "search");
        for path in ["/records/", "/reps/", "/pools/", "/queues/"] {
            let path = format!("{path}{}x", encode(payload));
            harmless(&client.get(&path).expect(404).text(), &path);
        }
        let page = open(&mut client, "/policy/try", 200);
        let tried = [("field-0", payload), ("field-2", payload)];
        let answer = submit(&mut client, &page, "/policy/try#outcome", &tried);
        harmless(&answer.expect(200).text(), "try");
        let page = open(&mut client, "/policy/edit", 200);
        let mut fields = crate::page::hidden(&page, "/policy/publish");
        fields.push(("text".into(), format!("{payload}\nname = '{payload}'")));
        harmless(
            &send(&mut client, "/policy/check", &fields)
                .expect(200)
                .text(),
            "check",
        );
        harmless(
            &send(&mut client, "/policy/publish", &fields)
                .expect(422)
                .text(),
            "publish",
        );
        let page = open(&mut client, "/add-rep", 200);
        let filled = [
            ("key", payload),
            ("name", payload),
            ("zone", payload),
            ("hours", payload),
        ];
        harmless(
            &submit(&mut client, &page, "/add-rep", &filled)
                .expect(422)
                .text(),
            "add",
        );
        let fields = [("name", payload), ("next", payload)];
        let fields = fields.map(|(name, text)| (name.to_owned(), text.to_owned()));
        let answer = send(&mut serving.nobody(), "/sign-in", &fields);
        assert!([401, 429].contains(&answer.status));
        harmless(&answer.text(), "sign-in");
    }
}
