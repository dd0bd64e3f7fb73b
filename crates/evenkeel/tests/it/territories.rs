//! Territories end to end: the API, the page, the command line, and a file dealt by territory.

use crate::bin::{Bin, rows, run_in};
use crate::page::{open, submit};
use crate::serving::{POLICY, Serving};
use evenkeel::host::access::Role;
use serde_json::{Value, json};

const TABLE: &str = "country,territory\nUS,Home\nDE,Abroad\n";

/// The test policy with two territories; everything that no rule takes asks the table.
fn policy() -> String {
    let (before, _) = POLICY
        .split_once("[fallback]")
        .expect("the policy has a fallback");
    format!(
        "{before}[territories]\notherwise = \"queue:triage\"\njoint = \"pool:drawn\"\n\
         [[territory]]\nname = \"Home\"\nto = \"pool:us\"\n\
         [[territory]]\nname = \"Abroad\"\nto = \"pool:drawn\"\n\
         [fallback]\nto = \"territories\"\n"
    )
}

/// A server with that policy.
fn serving() -> Serving {
    let serving = Serving::dealing();
    let body = json!({ "text": policy() });
    serving.admin().put("/api/v1/policy", &body).expect(200);
    serving
}

fn lead(key: &str, country: &str) -> Value {
    json!({ "key": key, "fields": { "country": country, "employees": 50 } })
}

#[test]
fn a_table_is_looked_at_set_and_named_in_the_verdict() {
    let serving = serving();
    let mut admin = serving.admin();
    admin
        .post("/api/v1/records", &lead("L-0", "US"))
        .expect(201);
    let seen = admin
        .post("/api/v1/territories/check", &json!({ "csv": TABLE }))
        .expect(200)
        .json();
    assert_eq!(
        (&seen["accepted"], &seen["added"], &seen["moved"]),
        (&json!(true), &json!(2), &json!(1))
    );
    let body = json!({ "csv": TABLE, "based_on": 0 });
    let set = admin.put("/api/v1/territories", &body).expect(200).json();
    assert_eq!((&set["version"], &set["rows"]), (&json!(1), &json!(2)));
    admin.put("/api/v1/territories", &body).expect(409);
    admin
        .post("/api/v1/records", &lead("L-1", "DE"))
        .expect(201);
    admin
        .post("/api/v1/records", &lead("L-2", "FR"))
        .expect(201);
    let story = admin.get("/api/v1/records/L-1/story").expect(200).text();
    assert!(story.contains("Territory Abroad, by row DE."), "{story}");
    assert!(story.contains("\"row\":\"DE\""), "{story}");
    let look = admin.get("/api/v1/territories").expect(200).json();
    assert_eq!(look["csv"], TABLE);
    assert_eq!(look["found"]["nowhere"], 1);
    assert_eq!(look["found"]["holes"][0]["values"], "FR");
    let bad = json!({ "csv": "contry,territory\nUS,Hme\n" });
    let refused = admin.put("/api/v1/territories", &bad).expect(422).json();
    assert_eq!(refused["code"], "territories_rejected");
    let problems = refused["problems"].to_string();
    assert!(problems.contains("Maybe \\\"country\\\"?"), "{problems}");
    let cost = admin.get("/api/v1/territories/cost").expect(200).json();
    assert_eq!(
        (&cost["records"], &cost["on"]["nobody"]),
        (&json!(3), &json!(1))
    );
    assert_eq!(
        (&cost["off"]["nobody"], &cost["rescued"]),
        (&json!(0), &json!(1))
    );
    admin
        .get("/api/v1/territories/cost?value=nothing")
        .expect(422);
    let events = admin.get("/api/v1/events").expect(200).text();
    assert!(events.contains("\"type\":\"territories_set\""));
}

#[test]
fn the_page_takes_a_pasted_table_after_showing_what_changes() {
    let plain = Serving::dealing();
    let mut manager = plain.signed_in(Role::Manager, None);
    let page = open(&mut manager, "/territories", 200);
    assert!(page.contains("No territories yet"), "{page}");

    let serving = serving();
    let mut manager = serving.signed_in(Role::Manager, None);
    let page = open(&mut manager, "/territories", 200);
    assert!(page.contains("No row yet"), "{page}");
    let pasted = TABLE.replace(',', "\t");
    let seen = submit(
        &mut manager,
        &page,
        "/territories/check",
        &[("csv", &pasted)],
    );
    let seen = seen.expect(200).text();
    assert!(
        seen.contains("2 rows: 2 new, 0 gone, 0 in another territory."),
        "{seen}"
    );
    let fields = crate::page::hidden(&seen, "/territories/check");
    let mut fields = fields.clone();
    fields.push(("csv".into(), pasted.clone()));
    let saved = crate::page::send(&mut manager, "/territories/set", &fields);
    assert_eq!(saved.status, 303, "{}", saved.text());
    let page = open(&mut manager, "/territories?done=territories", 200);
    assert!(
        page.contains("counts from the next record") && page.contains("table 1"),
        "{page}"
    );
    let bad = submit(
        &mut manager,
        &page,
        "/territories/check",
        &[("csv", "<script>")],
    );
    assert_eq!(bad.status, 422);
    let bad = bad.text();
    assert!(
        bad.contains("&lt;script&gt;") && !bad.contains("<script>"),
        "{bad}"
    );

    let off = submit(&mut manager, &page, "/territories/switch", &[]);
    assert_eq!(off.status, 303, "{}", off.text());
    let page = open(&mut manager, "/territories?done=switched", 200);
    assert!(page.contains(">off<") && page.contains("Turn on"), "{page}");
    let on = serving.workspace.glance(|state| {
        let document = state.policy().map(|policy| policy.document().clone());
        document.and_then(|document| document.territories)
    });
    assert!(!on.expect("there are territories").on);
    let cost = open(&mut manager, "/territories/cost", 200);
    assert!(
        cost.contains("no evidence that anybody would have sold more"),
        "{cost}"
    );
}

#[test]
fn a_store_at_rest_takes_a_table_and_shows_it_again() {
    let bin = Bin::new();
    bin.write("p.toml", &policy()).write("t.csv", TABLE);
    assert_eq!(bin.run("init --data x.db").code, 0);
    let early = bin.run("territory import t.csv --data x.db");
    assert!(early.err.contains("policy_missing"), "{}", early.err);
    assert_eq!(bin.run("policy apply p.toml --data x.db").code, 0);
    let checked = bin.run("territory check t.csv --data x.db");
    assert_eq!(checked.code, 0, "{}", checked.err);
    assert!(checked.out.contains("accepted, 2 rows"), "{}", checked.out);
    let set = bin.run("territory import t.csv --data x.db --based-on 0");
    assert_eq!((set.code, set.out.as_str()), (0, "1\n"), "{}", set.err);
    let again = bin.run("territory import t.csv --data x.db --based-on 0");
    assert_eq!(again.code, 4, "{}", again.err);
    let shown = bin.run("territory show --data x.db");
    assert_eq!(shown.out, TABLE, "{}", shown.err);
    bin.write(
        "bad.csv",
        "country,territory\nUS,Home\nUS,Abroad\nDE,Nowhere\n",
    );
    for command in [
        "territory check bad.csv --policy p.toml",
        "territory import bad.csv --data x.db",
    ] {
        let ran = bin.run(command);
        assert_eq!(ran.code, 1, "{command}");
        let said = format!("{}{}", ran.out, ran.err);
        assert!(
            said.contains("US is Abroad here and Home in line 2"),
            "{said}"
        );
        assert!(said.contains("the policy has no territory"), "{said}");
    }
    assert_eq!(bin.run("verify --data x.db").code, 0);
}

#[test]
fn the_guide_says_what_the_example_says() {
    let root = std::path::PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..");
    let files = ["policy.toml", "reps.csv", "territories.csv", "leads.csv"]
        .map(|file| format!("examples/territories/{file}"));
    let [policy, reps, table, leads] = files.each_ref().map(String::as_str);
    let flags = ["--policy", "--reps", "--territories", "--records"];
    let files = flags.into_iter().zip([policy, reps, table, leads]);
    let mut args = vec!["territory", "cost"];
    args.extend(files.flat_map(|(flag, file)| [flag, file]));
    let ran = run_in(&root, &args, "");
    let headline = ran.out.lines().next().expect("it begins with a sentence");
    let guide = std::fs::read_to_string(root.join("docs/guide/territories.md"));
    let guide = guide.expect("the guide is there");
    assert!(guide.contains(headline), "{headline} {}", ran.err);
    assert!(
        ran.out.contains("In no territory: 6 records"),
        "{}",
        ran.out
    );
}

#[test]
fn a_file_is_dealt_by_territory_without_a_store() {
    let bin = Bin::new();
    bin.write("p.toml", &policy()).write("t.csv", TABLE);
    bin.write("reps.csv", "id,role\nana,AE\nben,AE\n");
    bin.write(
        "leads.csv",
        "id,created_at,country,employees\nL-1,2026-03-02T09:00:00Z,US,50\n\
         L-2,2026-03-02T10:00:00Z,FR,50\n",
    );
    let files = "--policy p.toml --reps reps.csv --records leads.csv --territories t.csv";
    let ran = bin.run(&format!("route {files} --out out.csv"));
    assert_eq!(ran.code, 0, "{}", ran.err);
    let out = rows(&bin.read("out.csv"));
    assert_eq!(out[0][3], "us");
    assert!(out[0][5].contains("Territory Home, by row US."), "{out:?}");
    assert_eq!(out[1][1], "queue");
    let cost = bin.run(&format!("territory cost {files}"));
    assert_eq!(cost.code, 0, "{}", cost.err);
    assert!(cost.out.contains("n = 2 records"), "{}", cost.out);
    let missing = bin.run(&format!("route {files}x"));
    assert_eq!(missing.code, 3, "{}", missing.err);
}
