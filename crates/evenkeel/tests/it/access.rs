//! The access table, walked: every route as nobody and as every role, compared with what the table
//! says; and the table as a document.

use crate::client::Client;
use crate::serving::{Serving, golden};
use evenkeel::host::access::{Need, Role, Route, Sees, Verb};
use evenkeel::server::router;
use std::collections::BTreeSet;

/// Every caller: nobody, each role by session, each role that may have one by key.
fn callers(serving: &Serving) -> Vec<(String, Option<Role>, Client)> {
    let mut callers = vec![("nobody".to_owned(), None, serving.nobody())];
    for role in Role::ALL {
        let rep = (role == Role::Rep).then_some("ana");
        let client = serving.signed_in(role, rep);
        callers.push((format!("{} by session", role.word()), Some(role), client));
        if role != Role::Rep {
            let client = serving.keyed(role);
            callers.push((format!("{} by key", role.word()), Some(role), client));
        }
    }
    callers
}

/// A request to the route that fits nobody's data: it must be turned away before that matters.
fn ask(client: &mut Client, route: &Route) -> (u16, String) {
    let path = route
        .path
        .replace("{key}", "no-such")
        .replace("{name}", "no-such");
    let path = path
        .replace("{id}", "999")
        .replace("{seq}", "999")
        .replace("{number}", "999");
    assert!(
        !path.contains('{'),
        "{path} has a parameter this test does not know"
    );
    // The stream of live pages never ends; asking with another method shows nothing, so its head is
    // all that is read.
    let method = if route.path == "/live" {
        "HEAD"
    } else {
        route.method
    };
    let (json, form) = ("application/json", "application/x-www-form-urlencoded");
    let media = if path.starts_with("/api/") {
        json
    } else {
        form
    };
    let answer = client.send(method, &path, &[("content-type", media)], b"");
    (
        answer.status,
        answer.header("location").unwrap_or_default().to_owned(),
    )
}

#[test]
fn every_route_lets_in_exactly_whom_the_table_says() {
    let serving = Serving::dealing();
    let mut wrong = Vec::new();
    for (who, role, mut client) in callers(&serving) {
        for route in router::access() {
            // Ends the session that the walk still needs.
            let ends = ["/sign-out", "/api/v1/session"].contains(&route.path.as_str());
            if ends && route.method != "GET" {
                continue;
            }
            let (status, location) = ask(&mut client, &route);
            let allowed = match (route.need, role) {
                (Need::Nothing, _) => true,
                (Need::May(_), None) => false,
                (Need::May(verb), Some(role)) => role.may(verb),
            };
            let sent_to_sign_in = status == 303 && location.starts_with("/sign-in");
            let turned_away = match role {
                None => status == 401 || sent_to_sign_in,
                Some(_) => status == 403 || status == 401 || sent_to_sign_in,
            };
            // A page's form without its own token is refused as forged, which is also a 403: the
            // API's requests carry the token, so only there does a 403 mean the role.
            let form = route.method == "POST" && !route.path.starts_with("/api/");
            let unclear = form && allowed && role.is_some() && status == 403;
            let failed = status >= 500;
            if failed || (turned_away == allowed && !unclear && route.need != Need::Nothing) {
                wrong.push(format!(
                    "{who}: {} {} gave {status}",
                    route.method, route.path
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_described_route_is_in_the_table_and_the_other_way_round() {
    let described = evenkeel::api::assemble::document();
    let mut operations = BTreeSet::new();
    for (path, item) in &described.paths.paths {
        let methods = [
            ("GET", &item.get),
            ("POST", &item.post),
            ("PUT", &item.put),
            ("PATCH", &item.patch),
            ("DELETE", &item.delete),
        ];
        for (method, operation) in methods {
            if operation.is_some() {
                operations.insert((method.to_owned(), path.clone()));
            }
        }
    }
    let table = evenkeel::api::assemble::table().into_iter();
    let routes: BTreeSet<(String, String)> = table
        .filter(|route| route.path != evenkeel::api::assemble::DOCUMENT)
        .map(|route| (route.method.to_owned(), route.path))
        .collect();
    assert_eq!(operations, routes);
}

#[test]
fn a_rep_sees_the_own_book_and_nothing_else() {
    let serving = Serving::dealing();
    let mut admin = serving.admin();
    let mut owners = Vec::new();
    for number in 0..6 {
        let body = serde_json::json!({
            "key": format!("L-{number}"),
            "fields": { "employees": 50, "email": "kim@example.com" },
        });
        let dealt = admin.post("/api/v1/records", &body).expect(201).json();
        owners.push(dealt["rep"].as_str().expect("a rep got it").to_owned());
    }
    let mut ana = serving.signed_in(Role::Rep, Some("ana"));
    let listed = ana.get("/api/v1/records").expect(200).json();
    let mine = owners.iter().filter(|owner| *owner == "ana").count();
    assert_eq!(listed["records"].as_array().expect("a list").len(), mine);
    assert!(mine > 0 && mine < 6, "{owners:?}");
    for (number, owner) in owners.iter().enumerate() {
        let expected = if owner == "ana" { 200 } else { 404 };
        for path in ["", "/story"] {
            let path = format!("/api/v1/records/L-{number}{path}");
            assert_eq!(ana.get(&path).status, expected, "{path} of {owner}");
        }
        let body = serde_json::json!({ "reason": "won" });
        let path = format!("/api/v1/records/L-{number}/close");
        assert_eq!(ana.post(&path, &body).status, expected, "{path} of {owner}");
    }
    let others = ana.get("/api/v1/records?rep=ben").expect(200).json();
    assert_eq!(others["records"], serde_json::json!([]));
}

#[test]
fn a_role_that_is_taken_away_counts_from_the_next_request() {
    let serving = Serving::dealing();
    let mut manager = serving.signed_in(Role::Manager, None);
    manager.get("/api/v1/policy").expect(200);
    let mut admin = serving.admin();
    let users = admin.get("/api/v1/users").expect(200).json();
    let id = users["users"][0]["id"].as_u64().expect("a number");
    let body = serde_json::json!({ "disabled": true });
    admin
        .json("PATCH", &format!("/api/v1/users/{id}"), &body)
        .expect(200);
    manager.get("/api/v1/policy").expect(401);
    let body = serde_json::json!({ "name": "manager", "password": crate::serving::PASSWORD });
    serving.nobody().post("/api/v1/session", &body).expect(401);
}

#[test]
fn the_table_is_the_documented_one() {
    let mut text = String::from(
        "# Who may do what\n\n<!-- Generated from the route tables; a test compares it. -->\n\n\
         One table of roles and verbs decides about every route of the API and of the pages. A route \
         that is in no table is not entered.\n\n## Roles and verbs\n\n| verb |",
    );
    for role in Role::ALL {
        text.push_str(&format!(" {} |", role.word()));
    }
    text.push_str("\n| --- | --- | --- | --- | --- |\n");
    for verb in Verb::ALL {
        text.push_str(&format!("| {} |", verb.words()));
        for role in Role::ALL {
            text.push_str(if role.may(verb) { " yes |" } else { " – |" });
        }
        text.push('\n');
    }
    let own: Vec<&str> = Role::ALL
        .into_iter()
        .filter(|role| role.sees() == Sees::Own)
        .map(Role::word)
        .collect();
    text.push_str(&format!(
        "\nWho signs in as {} sees and closes the records of the own book only, and gives back their turns; a record of somebody \
         else and a record that is not there look the same.\n\n## Routes\n\n\
         | route | needs |\n| --- | --- |\n",
        own.join(", ")
    ));
    for route in router::access() {
        text.push_str(&format!(
            "| `{} {}` | {} |\n",
            route.method, route.path, route.need
        ));
    }
    golden("docs/reference/access.md", &text);
}
