//! What the server does whatever it is asked: headers, limits, sign-in, keys, stopping.

use crate::client::Client;
use crate::serving::{PASSWORD, POLICY, Serving};
use evenkeel::config::Config;
use evenkeel::host::access::{Role, Route};
use evenkeel::host::clock::Standing;
use evenkeel::server::edge::Edge;
use evenkeel::server::patience::Patience;
use evenkeel::server::router;
use evenkeel_core::time::{Moment, Span};
use serde_json::json;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::Arc;
use std::time::Duration;

#[test]
fn every_answer_carries_the_security_headers() {
    let serving = Serving::dealing();
    let mut admin = serving.admin();
    let mut routes = router::access();
    routes.push(Route {
        method: "GET",
        path: "/no/such/page".into(),
        need: evenkeel::host::access::Need::Nothing,
    });
    for route in routes {
        let path = route.path.replace(['{', '}'], "");
        let method = if route.path == "/live" {
            "HEAD"
        } else {
            route.method
        };
        let answer = admin.send(method, &path, &[], b"");
        let policy = answer.header("content-security-policy").unwrap_or_default();
        let what = format!("{method} {path}: {answer:?}");
        let page = answer
            .header("content-type")
            .is_some_and(|media| media.starts_with("text/html"));
        let expected = if page {
            "default-src 'none'; script-src 'self';"
        } else {
            "default-src 'none';"
        };
        assert!(policy.starts_with(expected), "{what}");
        for part in ["frame-ancestors 'none'", "base-uri 'none'"] {
            assert!(policy.contains(part), "{what}");
        }
        assert!(!policy.contains("unsafe"), "{what}");
        assert_eq!(
            answer.header("x-content-type-options"),
            Some("nosniff"),
            "{what}"
        );
        assert_eq!(
            answer.header("referrer-policy"),
            Some("same-origin"),
            "{what}"
        );
        assert!(answer.header("x-request-id").is_some(), "{what}");
        assert!(answer.header("cache-control").is_some(), "{what}");
    }
}

#[test]
fn over_tls_cookies_are_bound_to_the_host() {
    let public_url = Some("https://keel.example.com".to_owned());
    let config = Config {
        public_url,
        ..Config::default()
    };
    let serving = Serving::with(config, Arc::new(evenkeel::host::clock::Wall));
    serving.signed_in_over_tls();
    let health = serving.nobody().get("/healthz").expect(200);
    assert_eq!(
        health.header("strict-transport-security"),
        Some("max-age=31536000")
    );
}

impl Serving {
    fn signed_in_over_tls(&self) {
        let body = json!({ "name": "ana", "role": "admin", "password": PASSWORD });
        self.admin().post("/api/v1/users", &body).expect(201);
        let body = json!({ "name": "ana", "password": PASSWORD });
        let entered = self.nobody().post("/api/v1/session", &body).expect(201);
        let cookie = entered.header("set-cookie").expect("a cookie");
        assert!(cookie.starts_with("__Host-evenkeel="), "{cookie}");
        for part in ["; Path=/", "; HttpOnly", "; SameSite=Lax", "; Secure"] {
            assert!(cookie.contains(part), "{cookie}");
        }
    }
}

#[test]
fn a_session_changes_nothing_without_its_token_or_from_another_site() {
    let serving = Serving::dealing();
    let mut manager = serving.signed_in(Role::Manager, None);
    let body = json!({ "key": "L-1", "fields": {} });
    let cross = [
        ("sec-fetch-site", "cross-site"),
        ("content-type", "application/json"),
    ];
    let refused = manager
        .send(
            "POST",
            "/api/v1/records",
            &cross,
            body.to_string().as_bytes(),
        )
        .expect(403);
    assert_eq!(refused.code(), "forged");
    manager.post("/api/v1/records", &body).expect(201);

    let mut without = without_token(&serving);
    let body = json!({ "key": "L-2", "fields": {} });
    assert_eq!(
        without.post("/api/v1/records", &body).expect(403).code(),
        "forged"
    );
    without.get("/api/v1/records").expect(200);
    let sign_in = json!({ "name": "manager", "password": PASSWORD });
    let refused = serving.nobody().send(
        "POST",
        "/api/v1/session",
        &cross,
        sign_in.to_string().as_bytes(),
    );
    assert_eq!(refused.expect(403).code(), "forged");
}

/// A session of the manager whose client forgets the token.
fn without_token(serving: &Serving) -> Client {
    let body = json!({ "name": "manager", "password": PASSWORD });
    let entered = serving.nobody().post("/api/v1/session", &body).expect(201);
    let cookie = entered.header("set-cookie").expect("a cookie");
    let cookie = cookie.split(';').next().expect("a value").to_owned();
    serving.nobody().always("cookie", &cookie)
}

#[test]
fn guessing_is_braked_and_says_nothing() {
    let clock = Arc::new(Standing::at(Moment(1_800_000_000_000)));
    let serving = Serving::with(Config::default(), Arc::clone(&clock) as _);
    serving.signed_in(Role::Manager, None);
    let mut guesser = serving.nobody();
    let guess = |name: &str| json!({ "name": name, "password": "wrong password" });
    let known = guesser
        .post("/api/v1/session", &guess("manager"))
        .expect(401)
        .text();
    let unknown = guesser
        .post("/api/v1/session", &guess("nobody"))
        .expect(401)
        .text();
    assert_eq!(
        known, unknown,
        "a wrong name and a wrong password look the same"
    );
    for _ in 0..4 {
        guesser
            .post("/api/v1/session", &guess("manager"))
            .expect(401);
    }
    let braked = guesser
        .post("/api/v1/session", &guess("manager"))
        .expect(429);
    assert!(braked.header("retry-after").is_some());
    let right = json!({ "name": "manager", "password": PASSWORD });
    guesser.post("/api/v1/session", &right).expect(429);
    clock.set(Moment(1_800_000_000_000) + Span(15 * 60_000));
    guesser.post("/api/v1/session", &right).expect(201);
}

#[test]
fn sessions_end_when_left_and_when_old() {
    let clock = Arc::new(Standing::at(Moment(1_800_000_000_000)));
    let serving = Serving::with(Config::default(), Arc::clone(&clock) as _);
    let mut manager = serving.signed_in(Role::Manager, None);
    let mut second = serving.enter("manager");
    manager.get("/api/v1/session").expect(200);
    manager
        .send("DELETE", "/api/v1/session", &[], b"")
        .expect(204);
    manager.get("/api/v1/session").expect(401);
    second.get("/api/v1/session").expect(200);
    clock.set(Moment(1_800_000_000_000) + Span::hours(8));
    second.get("/api/v1/session").expect(401);
}

#[test]
fn the_first_admin_is_made_once() {
    let serving = Serving::empty();
    let sign_in = evenkeel::host::one_time::Purpose::FirstAdmin;
    let token = serving.issue(sign_in);
    let body = |token: &str, password: &str| json!({ "token": token, "name": "ana", "password": password });
    let mut nobody = serving.nobody();
    let path = "/api/v1/session/first";
    nobody.post(path, &body("wrong", PASSWORD)).expect(401);
    nobody.post(path, &body(&token, "short")).expect(422);
    nobody.post(path, &body(&token, PASSWORD)).expect(201);
    nobody.post(path, &body(&token, PASSWORD)).expect(401);
}

#[test]
fn no_secret_is_in_the_store() {
    let mut serving = Serving::dealing();
    serving.signed_in(Role::Manager, None);
    let token = serving.issue(evenkeel::host::one_time::Purpose::SignIn(1));
    let key = serving.admin.clone();
    let random = key.rsplit('_').next().expect("three parts").to_owned();
    let body = json!({ "name": "manager", "password": PASSWORD });
    let entered = serving.nobody().post("/api/v1/session", &body).expect(201);
    let cookie = entered.header("set-cookie").expect("a cookie").to_owned();
    let cookie = cookie
        .trim_start_matches("evenkeel=")
        .split(';')
        .next()
        .expect("a value");
    let secrets = [random, PASSWORD.to_owned(), cookie.to_owned(), token];
    serving.stop();
    let stored = everything(&serving);
    assert!(
        find(&stored, b"$argon2id$"),
        "the hash of the password is there to be found"
    );
    for secret in secrets {
        assert!(
            !find(&stored, secret.as_bytes()),
            "{secret} is in the store"
        );
        let bytes: Vec<u8> = secret
            .as_bytes()
            .chunks(2)
            .filter_map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok())
            .collect();
        if bytes.len() == 32 {
            assert!(!find(&stored, &bytes), "{secret} is in the store as bytes");
        }
    }
}

/// Every byte of every file of the store.
pub(crate) fn everything(serving: &Serving) -> Vec<u8> {
    let mut bytes = Vec::new();
    for entry in std::fs::read_dir(serving.dir()).expect("the directory is there") {
        let path = entry.expect("an entry").path();
        bytes.extend(std::fs::read(path).expect("a file of the store"));
    }
    assert!(bytes.len() > 10_000, "the store is there");
    bytes
}

pub(crate) fn find(bytes: &[u8], what: &[u8]) -> bool {
    bytes.windows(what.len()).any(|window| window == what)
}

impl Serving {
    fn issue(&self, purpose: evenkeel::host::one_time::Purpose) -> String {
        let issued = self.runtime().block_on(self.sign_in().issue(purpose));
        issued.expect("a token can be made")
    }
}

#[test]
fn bodies_and_methods_have_their_limits() {
    let serving = Serving::dealing();
    let mut admin = serving.admin();
    let json = [("content-type", "application/json")];
    let large = format!("{{\"key\":\"{}\"}}", "x".repeat(1 << 20));
    let refused = admin
        .send("POST", "/api/v1/records", &json, large.as_bytes())
        .expect(413);
    assert_eq!(refused.code(), "too_large");
    // A policy may be longer than other bodies.
    let comment = format!("{POLICY}\n# {}", "x".repeat(2 << 20));
    serving
        .admin()
        .put("/api/v1/policy", &json!({ "text": comment }))
        .expect(200);
    let refused = serving
        .admin()
        .send("POST", "/api/v1/records", &[], b"{}")
        .expect(415);
    assert_eq!(refused.code(), "not_json");
    let packed = [json[0], ("content-encoding", "gzip")];
    let refused = serving
        .admin()
        .send("POST", "/api/v1/records", &packed, b"{}")
        .expect(415);
    assert!(refused.text().contains("gzip"), "{}", refused.text());
    let refused = serving
        .admin()
        .send("PATCH", "/api/v1/records", &json, b"{}")
        .expect(405);
    assert_eq!(refused.code(), "method_not_allowed");
    assert_eq!(
        serving.admin().get("/api/v1/no-such").expect(404).code(),
        "not_found"
    );
    assert_eq!(
        serving
            .admin()
            .get("/api/v1/records?x=1")
            .expect(400)
            .code(),
        "query_malformed"
    );
    let long = [("idempotency-key", "x".repeat(256))].map(|(name, value)| (name, value));
    let headers = [
        ("content-type", "application/json"),
        (long[0].0, long[0].1.as_str()),
    ];
    let refused = serving
        .admin()
        .send("POST", "/api/v1/records", &headers, b"{}")
        .expect(400);
    assert_eq!(refused.code(), "key_malformed");
}

#[test]
fn a_request_too_many_is_told_to_come_back_and_a_slow_one_is_cut() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime starts");
    runtime.block_on(async {
        use axum::http::{Request, StatusCode};
        use axum::response::Response;
        let edge =
            |most, millis| Edge::bounded(&Config::default(), most, Duration::from_millis(millis));
        let request = || Request::new(axum::body::Body::empty());
        let waits = |_| std::future::pending::<Response>();
        let slow = edge(9, 20)
            .pass(&Patience::default(), request(), waits)
            .await;
        assert_eq!(slow.status(), StatusCode::SERVICE_UNAVAILABLE);
        assert!(slow.headers().contains_key("retry-after"));

        let full = edge(1, 60_000);
        let first = full.clone();
        let first =
            tokio::spawn(async move { first.pass(&Patience::default(), request(), waits).await });
        tokio::task::yield_now().await;
        let second = full.pass(&Patience::default(), request(), waits).await;
        assert_eq!(second.status(), StatusCode::SERVICE_UNAVAILABLE);
        assert!(second.headers().contains_key("retry-after"));
        first.abort();

        let panics = |_| async { panic!("secret inside") };
        let defect = edge(9, 60_000)
            .pass(&Patience::default(), request(), panics)
            .await;
        assert_eq!(defect.status(), StatusCode::INTERNAL_SERVER_ERROR);
        let told = axum::body::to_bytes(defect.into_body(), 1 << 20)
            .await
            .expect("a body");
        assert!(!String::from_utf8_lossy(&told).contains("secret"));
    });
}

#[test]
fn figures_are_for_this_machine_or_for_those_who_may() {
    let mut serving = Serving::dealing();
    let figures = serving.nobody().get("/metrics").expect(200).text();
    for figure in [
        "evenkeel_journal_seq",
        "evenkeel_http_requests_total",
        "evenkeel_fairness_worst",
    ] {
        assert!(figures.contains(figure), "{figures}");
    }
    serving.stop();
    let config = Config {
        behind_proxy: true,
        ..Config::default()
    };
    let serving = Serving::with(config, Arc::new(evenkeel::host::clock::Wall));
    serving.nobody().get("/metrics").expect(401);
    serving.admin().get("/metrics").expect(200);
    serving.nobody().get("/healthz").expect(200);
    assert_eq!(
        serving.nobody().get("/readyz").expect(200).text(),
        "ready\n"
    );
}

#[test]
fn stopping_ends_open_streams_and_keeps_everything_acknowledged() {
    let mut serving = Serving::dealing();
    let mut manager = serving.signed_in(Role::Manager, None);
    let cookie = manager.get("/api/v1/session").expect(200);
    assert_eq!(cookie.json()["role"], "manager");
    let mut stream = TcpStream::connect(serving.address).expect("the server listens");
    let key = serving.admin.clone();
    let head = format!("GET /live HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {key}\r\n\r\n");
    stream
        .write_all(head.as_bytes())
        .expect("the request goes out");
    let mut first = [0; 12];
    stream.read_exact(&mut first).expect("the stream begins");
    assert_eq!(&first, b"HTTP/1.1 200");
    for number in 0..20 {
        let body = json!({ "key": format!("L-{number}"), "fields": {} });
        serving.admin().post("/api/v1/records", &body).expect(201);
    }
    serving.stop();
    let mut rest = Vec::new();
    stream.read_to_end(&mut rest).expect("the stream ends");
    let reader = evenkeel_journal::sqlite::open::open_reader(&serving.data()).expect("a store");
    let first = evenkeel::host::workspace::first_workspace(&reader).expect("a workspace");
    let folded = evenkeel::host::fold::fold_all(&reader, first).expect("the journal folds");
    assert_eq!(folded.state.records().len(), 20);
    let from = evenkeel::host::fold::fold(&reader, first).expect("the journal folds");
    assert_eq!(
        from.from,
        from.state.seq(),
        "a snapshot was kept at the end"
    );
    assert_eq!(
        evenkeel::host::fold::digest(&from.state),
        evenkeel::host::fold::digest(&folded.state)
    );
}
