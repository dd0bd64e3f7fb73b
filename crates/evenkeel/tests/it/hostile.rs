//! Bodies that no good client sends: each is refused in words, changes nothing and breaks nothing.

use crate::serving::Serving;
use serde_json::json;

/// Body, status, code, and what the answer must contain.
const BODIES: &[(&str, u16, &str, &str)] = &[
    ("", 400, "json_malformed", "column"),
    ("nonsense", 400, "json_malformed", "column 2"),
    ("{", 400, "json_malformed", "EOF"),
    ("null", 400, "json_malformed", ""),
    ("7", 400, "json_malformed", ""),
    ("{}", 400, "json_malformed", "key"),
    (
        "{\"key\":\"L-1\",}",
        400,
        "json_malformed",
        "trailing comma",
    ),
    ("{\"key\":\"L-1\"} {}", 400, "json_malformed", "trailing"),
    ("{\"key\":7}", 400, "json_malformed", "\"pointer\":\"/key\""),
    (
        "{\"key\":\"L-1\",\"key\":\"L-2\"}",
        400,
        "json_malformed",
        "duplicate",
    ),
    (
        "{\"key\":\"L-1\",\"keys\":1}",
        400,
        "json_malformed",
        "unknown field",
    ),
    (
        "{\"key\":\"L-1\",\"fields\":[]}",
        400,
        "json_malformed",
        "/fields",
    ),
    (
        "{\"key\":\"L-1\",\"fields\":{\"hot\":true,\"hot\":false}}",
        400,
        "json_malformed",
        "there twice",
    ),
    (
        "{\"key\":\"L-1\",\"fields\":{\"hot\":maybe}}",
        400,
        "json_malformed",
        "",
    ),
    (
        "{\"key\":\"L-1\",\"fields\":{\"employees\":NaN}}",
        400,
        "json_malformed",
        "",
    ),
    (
        "{\"key\":\"L-1\",\"fields\":{\"employees\":Infinity}}",
        400,
        "json_malformed",
        "",
    ),
    (
        "{\"key\":\"L-1\",\"fields\":{\"employees\":-Infinity}}",
        400,
        "json_malformed",
        "",
    ),
    (
        "{\"key\":\"L-1\",\"fields\":{\"employees\":0x10}}",
        400,
        "json_malformed",
        "",
    ),
    (
        "{\"key\":\"L-1\",\"fields\":{\"employees\":01}}",
        400,
        "json_malformed",
        "",
    ),
    (
        "{\"key\":\"L-1\",\"fields\":{\"employees\":1e309}}",
        422,
        "field_malformed",
        "1e309",
    ),
    (
        "{\"key\":\"L-1\",\"fields\":{\"employees\":-1e309}}",
        422,
        "field_malformed",
        "/employees",
    ),
    (
        "{\"key\":\"L-1\",\"fields\":{\"employees\":9223372036854.775808}}",
        422,
        "field_malformed",
        "decimal",
    ),
    (
        "{\"key\":\"L-1\",\"fields\":{\"employees\":0.0000001}}",
        422,
        "field_malformed",
        "six places",
    ),
    ("{\"key\":\"\\ud800\"}", 400, "json_malformed", "hex escape"),
    (
        "{\"key\":\"L-1\",\"fields\":{\"country\":\"\\ud800x\"}}",
        422,
        "field_malformed",
        "country",
    ),
    (
        "{\"key\":\"L-1\",\"fields\":{\"country\":\"a\\u0000b\"}}",
        422,
        "field_malformed",
        "country",
    ),
    (
        "{\"key\":\"L-1\",\"fields\":{\"email\":\"a\\u0000b\"}}",
        422,
        "field_malformed",
        "email",
    ),
    (
        "{\"key\":\"L-1\",\"fields\":{\"tags\":[\"a\\u0000\"]}}",
        422,
        "field_malformed",
        "tags",
    ),
    (
        "{\"key\":\"a\\u0000b\"}",
        422,
        "value_refused",
        "record key",
    ),
    ("{\"key\":\"a\\nb\"}", 422, "value_refused", "record key"),
    ("{\"key\":\"  \"}", 422, "value_refused", "record key"),
    (
        "{\"key\":\"\u{202e}gnitset\"}",
        422,
        "value_refused",
        "visible",
    ),
    ("{\"key\":\"L-1\u{200b}\"}", 422, "value_refused", "visible"),
    (
        "{\"key\":\"L-1\",\"fields\":{\"__proto__\":1}}",
        422,
        "field_unknown",
        "__proto__",
    ),
    (
        "{\"key\":\"L-1\",\"fields\":{\"a/b~c\":1}}",
        422,
        "field_unknown",
        "/fields/a~1b~0c",
    ),
    (
        "{\"key\":\"L-1\",\"fields\":{\"country\":{\"$ne\":1}}}",
        422,
        "field_malformed",
        "country",
    ),
    (
        "{\"key\":\"L-1\",\"occurred_at\":\"yesterday\"}",
        422,
        "field_malformed",
        "/occurred_at",
    ),
    (
        "{\"key\":\"L-1\",\"occurred_at\":\"99999-01-01T00:00:00Z\"}",
        422,
        "field_malformed",
        "",
    ),
    ("[1]", 400, "json_malformed", "\"pointer\":\"/0\""),
    (
        "[{\"key\":\"L-1\"},{\"key\":[]}]",
        400,
        "json_malformed",
        "/1/key",
    ),
];

#[test]
fn hostile_bodies_are_refused_in_words() {
    let serving = Serving::dealing();
    let mut admin = serving.admin();
    let before = admin.get("/api/v1/events").expect(200).text();
    let json = [("content-type", "application/json")];
    for (body, status, code, contains) in BODIES {
        let answer = admin.send("POST", "/api/v1/records", &json, body.as_bytes());
        let text = answer.text();
        assert_eq!(
            (answer.status, answer.code().as_str()),
            (*status, *code),
            "{body}: {text}"
        );
        assert!(text.contains(contains), "{body}: {text}");
        assert!(
            !text.contains("RecordIn") && !text.contains("serde"),
            "{body}: {text}"
        );
    }
    let after = admin.get("/api/v1/events").expect(200).text();
    assert_eq!(before, after, "nothing was changed");
}

#[test]
fn bytes_that_are_no_text_are_refused() {
    let serving = Serving::dealing();
    let mut admin = serving.admin();
    let json = [("content-type", "application/json")];
    let bodies: [&[u8]; 4] = [
        b"{\"key\":\"\xff\"}",
        b"\xef\xbb\xbf{\"key\":\"L-1\"}",
        b"\x00\x00\x00",
        b"{\"key\":\"L-1\",\"fields\":{\"country\":\"\xc3\x28\"}}",
    ];
    for body in bodies {
        let answer = admin.send("POST", "/api/v1/records", &json, body);
        let refused = answer.status == 400 || answer.status == 422;
        assert!(refused, "{body:?}: {}", answer.text());
    }
}

#[test]
fn deep_wide_and_long_bodies_take_no_harm() {
    let serving = Serving::dealing();
    let mut admin = serving.admin();
    let json = [("content-type", "application/json")];
    let deep = |value: String| format!("{{\"key\":\"L-1\",\"fields\":{{\"country\":{value}}}}}");
    let nested = |open: &str, close: &str| open.repeat(100_000) + &close.repeat(100_000);
    let wide: Vec<String> = (0..50_000)
        .map(|number| format!("\"f{number}\":1"))
        .collect();
    let bodies = [
        deep(nested("[", "]")),
        deep("[".repeat(400_000)),
        deep("{\"a\":".repeat(100_000)),
        "[".repeat(1_000_000),
        format!("{{\"key\":\"L-1\",\"fields\":{{{}}}}}", wide.join(",")),
        format!("{{\"key\":\"{}\"}}", "x".repeat(900_000)),
        deep(format!("\"{}\"", "é".repeat(100_000))),
        deep("9".repeat(500_000)),
        format!("[{}]", vec!["{}"; 300_000].join(",")),
    ];
    for body in bodies {
        let start: String = body.chars().take(60).collect();
        let answer = admin.send("POST", "/api/v1/records", &json, body.as_bytes());
        assert!(
            (400..500).contains(&answer.status),
            "{start}: {}",
            answer.status
        );
        assert!(answer.body.len() < 20_000, "{start}: an answer is short");
    }
    admin
        .post("/api/v1/records", &json!({ "key": "L-1" }))
        .expect(201);
}

#[test]
fn requests_that_are_none_end_their_connection_and_nothing_else() {
    let serving = Serving::dealing();
    let head = |line: &str| format!("{line}\r\nhost: x\r\n\r\n");
    let many = (0..5_000)
        .map(|number| format!("x-{number}: y\r\n"))
        .collect::<String>();
    let requests = [
        "nonsense\r\n\r\n".to_owned(),
        head("GET / HTTP/9.9"),
        head("GET /\u{0} HTTP/1.1"),
        head(&format!("GET /{} HTTP/1.1", "x".repeat(100_000))),
        format!("GET / HTTP/1.1\r\n{many}\r\n"),
        "POST /api/v1/records HTTP/1.1\r\nhost: x\r\ncontent-length: -1\r\n\r\n".to_owned(),
        "POST /api/v1/records HTTP/1.1\r\nhost: x\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\n"
            .to_owned(),
        "POST /api/v1/records HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n"
            .to_owned(),
    ];
    for request in requests {
        let start: String = request.chars().take(60).collect();
        if let Ok(answer) = serving.nobody().raw(request.as_bytes()) {
            assert!(
                (400..500).contains(&answer.status),
                "{start}: {}",
                answer.status
            );
        }
    }
    assert_eq!(
        serving.nobody().get("/healthz").expect(200).text(),
        "alive\n"
    );
}

#[test]
fn hostile_names_come_back_as_they_were_and_escaped() {
    let serving = Serving::dealing();
    let mut admin = serving.admin();
    let names = [
        "<script>alert(1)</script>",
        "'; DROP TABLE batch; --",
        "../../etc/passwd",
        "=cmd|' /C calc'!A0",
        "Zoë \u{1f600} \u{5d0}\u{5d1}",
        "{{7*7}} ${7*7} %0d%0aset-cookie:x=1",
    ];
    for name in names {
        let body = json!({ "key": name, "fields": { "country": name, "email": name } });
        let taken = admin.post("/api/v1/records", &body).expect(201);
        assert_eq!(taken.json()["record"], name);
        assert!(taken.header("set-cookie").is_none());
        let path: String = name.bytes().map(|byte| format!("%{byte:02X}")).collect();
        let record = admin.get(&format!("/api/v1/records/{path}")).expect(200);
        assert_eq!(record.header("content-type"), Some("application/json"));
        let record = record.json();
        assert_eq!(
            (&record["fields"]["country"], &record["personal"]["email"]),
            (&json!(name), &json!(name))
        );
    }
}
