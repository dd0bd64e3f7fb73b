//! Imported history in the same reports, pages and exports as the own: labelled, never comparable,
//! and what it does not tell is said to be unknown.

use crate::bin::run_in;
use crate::history_files::{IMPORTS, MAP, Size, files};
use crate::page::{links, open};
use crate::reports::{table, told};
use crate::serving::Serving;
use evenkeel::host::access::Role;
use serde_json::{Value, json};

const SCORECARD: &str = "/api/v1/reports/scorecard";
const VALIDATION: &str = "/api/v1/reports/validation";
const VOLUME: &str = "/api/v1/reports/volume?source=imported";
const AUDIT: &str = "/api/v1/reports/audit";

const SIZE: Size = Size {
    records: 300,
    owners: 200,
    activities: 900,
    reps: 3,
};

/// Imports into the store of a server, which is stopped meanwhile: deals, owners and, if they are
/// wanted, activities.
fn importing(mut serving: Serving, commands: &[&str]) -> Serving {
    serving.stop();
    let made = files(SIZE, 1);
    let dir = serving.dir();
    for (name, text) in [
        ("deals.csv", made.deals.as_str()),
        ("owners.csv", &made.owners),
        ("activities.csv", &made.activities),
        ("map.toml", MAP),
        ("more.csv", MORE),
    ] {
        std::fs::write(dir.join(name), text).expect("a file can be written");
    }
    for command in commands {
        let args: Vec<&str> = command.split(' ').collect();
        let ran = run_in(&dir, &args, "");
        assert_eq!(ran.code, 0, "{command}: {}", ran.err);
    }
    serving.again()
}

/// A record that the journal has too, one of a rep of the workspace, and where they came from.
const MORE: &str = "record,rep,assigned_at,outcome,closed_at,value,origin\n\
    L-0,u001,2024-03-01,won,2024-03-20,100,web\n\
    M-1,ana,2024-03-02,won,2024-03-20,100,self sourced\n\
    M-2,ana,2024-03-02,open,,250,web\n";

const MORE_IMPORT: &str = "import history more.csv --data x.db --what deals --quiet";

fn caveats(report: &Value) -> String {
    let all = report["caveats"].as_array().expect("a list").iter();
    let all: Vec<&str> = all.map(|one| one.as_str().expect("words")).collect();
    all.join(" ")
}

fn said(report: &Value) -> String {
    let all = report["said"].as_array().expect("a list").iter();
    let all: Vec<&str> = all.map(|one| one.as_str().expect("words")).collect();
    all.join(" ")
}

fn step(report: &Value, name: &str) -> Value {
    let rows = table(report, "funnel")["rows"].as_array().expect("rows");
    let row = rows.iter().find(|row| row["step"] == name);
    row.expect("a step")["records"].clone()
}

fn line(report: &Value, name: &str) -> Value {
    let rows = table(report, "productivity")["rows"]
        .as_array()
        .expect("rows");
    let row = rows.iter().find(|row| row["line"] == name);
    row.expect("a line").clone()
}

/// The first hour of a new customer: nothing was dealt here, and everything says what it knows.
#[test]
fn a_workspace_with_only_an_import_shows_what_it_tells_and_what_it_cannot() {
    let serving = importing(Serving::empty(), &IMPORTS);
    let mut admin = serving.admin();
    let report = admin.get(VALIDATION).expect(200).json();
    assert!(caveats(&report).contains("300 records from imported files (told by crm, dialer)"));
    assert!(caveats(&report).contains("compares reps"), "{report}");
    assert!(
        caveats(&report).contains("Worked is work of any kind"),
        "{report}"
    );
    assert_eq!(step(&report, "came"), 300);
    assert!(step(&report, "worked").as_u64() > Some(0), "{report}");
    let sum: u64 = ["won", "lost", "disqualified", "open"]
        .map(|name| step(&report, name).as_u64().expect("a count"))
        .iter()
        .sum();
    assert_eq!(sum, 300);
    let reasons = table(&report, "disqualified")["rows"]
        .as_array()
        .expect("rows");
    assert_eq!(reasons[0]["reason"], "no_fit");
    let note = |name| {
        line(&report, name)["note"]
            .as_str()
            .expect("words")
            .to_owned()
    };
    assert_eq!(note("accounts"), "not known: the import names no account");
    assert_eq!(note("contacts"), "not known: the import names no contact");
    assert_eq!(
        note("self_sourced"),
        "not known: the import names no origin"
    );
    assert_eq!(line(&report, "contacts")["number"], Value::Null);
    let made = line(&report, "opportunities");
    let (open, won) = (step(&report, "open"), step(&report, "won"));
    assert_eq!(
        made["number"].as_u64(),
        Some(open.as_u64().expect("n") + won.as_u64().expect("n"))
    );
    assert!(made["value"].as_f64() > Some(90_000.0), "{made}");
}

/// Follow-up is told from activities and never from their absence.
#[test]
fn volume_says_what_files_tell_and_what_it_is_not() {
    let serving = importing(Serving::empty(), &[IMPORTS[0]]);
    let mut manager = serving.signed_in(Role::Manager, None);
    let report = manager.get(VOLUME).expect(200).json();
    assert!(
        caveats(&report).contains("What was worked is not known"),
        "{report}"
    );
    assert!(!said(&report).contains("follows up"), "{report}");
    let rows = table(&report, "reps")["rows"].as_array().expect("rows");
    assert!(!rows.is_empty() && rows.iter().all(|row| row["follow_up"].is_null()));
    let page = open(&mut manager, "/volume?source=imported", 200);
    for once in [
        "others decided who got what",
        "What was worked is not known",
    ] {
        assert_eq!(page.matches(once).count(), 1, "{once}: {page}");
    }
    let advice = "<b>Advice, never applied by itself</b><p>This is advice";
    assert!(page.contains(advice), "{page}");
    let serving = importing(serving, &[IMPORTS[2]]);
    let report = serving.admin().get(VOLUME).expect(200).json();
    assert!(!caveats(&report).contains("not known:"), "{report}");
    let rows = table(&report, "reps")["rows"].as_array().expect("rows");
    assert!(
        rows.iter().any(|row| !row["follow_up"].is_null()),
        "{report}"
    );
}

/// Rates only when asked for, and then labelled; the audit tests what a history without verdicts
/// has.
#[test]
fn imported_rates_come_when_asked_for_and_are_not_comparable() {
    let serving = importing(Serving::empty(), &IMPORTS);
    let mut admin = serving.admin();
    let card = admin.get(SCORECARD).expect(200).json();
    let why = card["unknown"].as_str().expect("words");
    assert!(
        why.contains("Nothing here compares reps: none of 300"),
        "{why}"
    );
    let card = admin
        .get(&format!("{SCORECARD}?leads=all"))
        .expect(200)
        .json();
    assert!(caveats(&card).contains("Not comparable"), "{card}");
    assert!(
        caveats(&card).contains("dealt in the same quarter"),
        "{card}"
    );
    let reps = table(&card, "reps")["rows"].as_array().expect("rows");
    let mut names: Vec<&str> = reps
        .iter()
        .map(|row| row["rep"].as_str().expect("a name"))
        .collect();
    names.sort_unstable();
    assert_eq!(names, ["u000", "u001", "u002"]);
    for row in reps {
        assert_eq!(
            (&row["said"], &row["evidence"]),
            (&json!("not comparable"), &Value::Null)
        );
        let over = &row["over_expected"];
        assert!(over["low"].as_f64() < over["high"].as_f64(), "{row}");
    }
    let csv = admin
        .get(&format!("{SCORECARD}?leads=all&format=csv"))
        .expect(200);
    assert!(
        csv.text().contains("\nu001,not comparable,"),
        "{}",
        csv.text()
    );

    let audit = admin.get(AUDIT).expect(200).json();
    assert!(
        caveats(&audit).contains("No decision was made here"),
        "{audit}"
    );
    let gains = table(&audit, "gains")["rows"].as_array().expect("rows");
    let net: f64 = gains
        .iter()
        .map(|row| row["net"].as_f64().expect("a number"))
        .sum();
    assert_eq!((gains.len(), net), (3, 0.0), "who gained, others lost");
    assert!(
        !table(&audit, "changes")["rows"]
            .as_array()
            .expect("rows")
            .is_empty()
    );
    let both = admin.get(&format!("{AUDIT}?source=both")).expect(400);
    assert!(
        both.text().contains("one of own, imported"),
        "{}",
        both.text()
    );
}

#[test]
fn what_is_worked_is_the_questions_to_say() {
    let serving = importing(Serving::empty(), &IMPORTS);
    let mut admin = serving.admin();
    let mut worked = |asked: &str| {
        let report = admin
            .get(&format!("{VALIDATION}?{asked}"))
            .expect(200)
            .json();
        let words = caveats(&report);
        (step(&report, "worked").as_u64().expect("a count"), words)
    };
    let (any, _) = worked("");
    let (calls, words) = worked("kinds=call");
    assert!(words.contains("Worked is call, once or more"), "{words}");
    let (twice, words) = worked("kinds=call,meeting&touches=2");
    assert!(
        words.contains("Worked is call or meeting, 2 times or more"),
        "{words}"
    );
    assert!(
        any > calls && calls > 0 && any > twice,
        "{any} {calls} {twice}"
    );
    assert_eq!(worked("kinds=fax").0, 0);
    for bad in [
        "kinds=Call%20Back",
        "touches=0",
        "touches=many",
        "source=theirs",
    ] {
        let refused = admin.get(&format!("{VALIDATION}?{bad}")).expect(400);
        assert_eq!(refused.code(), "query_malformed", "{bad}");
    }
}

/// The same definition of the journal's own activities, which logs more than its events need.
#[test]
fn kinds_and_times_are_counted_in_the_own_history_too() {
    let serving = told();
    let mut admin = serving.admin();
    // L-4 is open; its call was a moment ago.
    let record = admin.get("/api/v1/records/L-4").expect(200).json();
    let work = json!({ "source": "crm", "activities": [{
        "record": "L-4", "rep": record["place"]["rep"], "kind": "meeting",
        "at": serving.workspace.now().to_string(), "id": "B-4",
    }] });
    admin.post("/api/v1/activities", &work).expect(200);
    let mut worked = |asked: &str| {
        let report = admin
            .get(&format!("{VALIDATION}?{asked}"))
            .expect(200)
            .json();
        step(&report, "worked").as_u64().expect("a count")
    };
    assert_eq!(worked(""), 21);
    assert_eq!(worked("kinds=call"), 21);
    assert_eq!(worked("kinds=meeting"), 1);
    assert_eq!(worked("touches=2"), 1, "a call and a meeting");
    assert_eq!(worked("kinds=meeting&touches=2"), 0);
}

#[test]
fn both_count_each_record_once_and_reps_are_matched_by_key() {
    let serving = importing(told(), &[IMPORTS[0], MORE_IMPORT]);
    let mut admin = serving.admin();
    let own = admin.get(VALIDATION).expect(200).json();
    assert_eq!(
        step(&own, "came"),
        42,
        "the own one is the default while there is any"
    );
    assert!(!caveats(&own).contains("imported"), "{own}");
    let both = admin
        .get(&format!("{VALIDATION}?source=both&by=rep"))
        .expect(200)
        .json();
    let words = caveats(&both);
    assert!(
        words.contains("302 records of 344 are from imported files"),
        "{words}"
    );
    assert!(
        words.contains("1 record of the files are in the journal too"),
        "{words}"
    );
    assert_eq!(step(&both, "came"), 344);
    // Of the files nobody knows what was worked: nothing of them counts as not worked.
    assert_eq!(step(&both, "worked"), 21);
    let note = line(&both, "records")["note"].clone();
    assert!(
        note.as_str()
            .expect("words")
            .contains("names no activities"),
        "{note}"
    );
    let parts = table(&both, "parts")["rows"].as_array().expect("rows");
    let came = |name: &str| {
        let row = parts.iter().find(|row| row["part"] == name);
        row.expect("a part")["came"].as_u64().expect("a count")
    };
    let imported = admin
        .get(&format!("{VALIDATION}?source=imported&by=rep"))
        .expect(200)
        .json();
    let rows = table(&imported, "parts")["rows"].as_array().expect("rows");
    let ana = rows.iter().find(|row| row["part"] == "ana").expect("ana");
    assert_eq!(ana["came"], 2, "ana of the files is ana here");
    let alone = admin
        .get(&format!("{VALIDATION}?by=rep"))
        .expect(200)
        .json();
    let rows = table(&alone, "parts")["rows"].as_array().expect("rows");
    let here = rows.iter().find(|row| row["part"] == "ana").expect("ana");
    assert_eq!(came("ana"), here["came"].as_u64().expect("a count") + 2);
    assert_eq!(line(&imported, "self_sourced")["number"], 1);
    assert_eq!(
        line(&imported, "self_sourced")["note"],
        "of 3 of known origin"
    );
    let worked = said(&imported);
    assert!(
        worked.contains("not known: the import names no activities"),
        "{worked}"
    );
    assert_eq!(step(&imported, "worked"), Value::Null);
}

/// The drawn leads compare as before; the imported are beside them, told apart.
#[test]
fn imported_leads_change_nothing_of_what_compares() {
    let serving = importing(told(), &[IMPORTS[0], MORE_IMPORT]);
    let mut admin = serving.admin();
    let card = admin
        .get(&format!("{SCORECARD}?source=both"))
        .expect(200)
        .json();
    let only = admin.get(SCORECARD).expect(200).json();
    assert_eq!(table(&card, "reps")["rows"], table(&only, "reps")["rows"]);
    let all = admin
        .get(&format!("{SCORECARD}?source=both&leads=all"))
        .expect(200)
        .json();
    let reps = table(&all, "reps")["rows"].as_array().expect("rows");
    assert_eq!(reps.len(), 6, "three of here and three strangers");
}

#[test]
fn as_of_then_is_what_had_happened_and_as_of_an_event_what_was_imported() {
    let serving = importing(Serving::empty(), &[IMPORTS[0], MORE_IMPORT]);
    let mut admin = serving.admin();
    let mut came = |asked: &str| {
        let report = admin
            .get(&format!("{VALIDATION}?{asked}"))
            .expect(200)
            .json();
        match report["unknown"].as_str() {
            Some(_) => 0,
            None => step(&report, "came").as_u64().expect("a count"),
        }
    };
    assert_eq!(came(""), 303);
    let then = came("as_of=2024-06-30");
    assert!(then > 0 && then < 303, "{then}");
    assert_eq!(came("as_of=2019-01-01"), 0);
    let events = admin.get("/api/v1/events?after=0").expect(200).text();
    let imports: Vec<u64> = events
        .lines()
        .filter(|line| line.contains("history_imported"))
        .filter_map(|line| serde_json::from_str::<Value>(line).ok()?["seq"].as_u64())
        .collect();
    assert_eq!(imports.len(), 2, "{events}");
    let mut at = |seq: u64| {
        let path = format!("{VALIDATION}?source=imported&as_of={seq}");
        let report = admin.get(&path).expect(200).json();
        step(&report, "came").as_u64().expect("a count")
    };
    assert_eq!((at(imports[0]), at(imports[1])), (300, 303));
}

#[test]
fn pages_show_imports_and_say_how_to_begin() {
    let empty = Serving::empty();
    let mut manager = empty.signed_in(Role::Manager, None);
    let page = open(&mut manager, "/imports", 200);
    assert!(page.contains("Nothing was imported yet"), "{page}");
    assert!(page.contains("evenkeel import history deals.csv"), "{page}");
    let page = open(&mut manager, "/validation", 200);
    assert!(links(&page).iter().any(|link| link == "/imports"), "{page}");
    assert!(
        !page.contains("name=\"source\""),
        "no choice without a choice"
    );
    let nothing = manager.get("/api/v1/reports/imports").expect(200).json();
    assert!(nothing["unknown"].as_str().is_some(), "{nothing}");

    let serving = importing(Serving::empty(), &IMPORTS);
    let mut manager = serving.signed_in(Role::Manager, None);
    let page = open(&mut manager, "/imports", 200);
    for words in [
        "Imported files",
        "dialer",
        "3 files",
        "kept aside",
        "See it in",
    ] {
        assert!(page.contains(words), "{words}: {page}");
    }
    let csv = manager
        .get("/api/v1/reports/imports?format=csv")
        .expect(200)
        .text();
    assert_eq!(csv.lines().count(), 4, "{csv}");
    assert!(
        csv.starts_with("source,imported,created,assigned,owned,worked"),
        "{csv}"
    );
    let page = open(&mut manager, "/validation?by=rep", 200);
    for words in [
        "others decided",
        "u001",
        "Time to first work",
        "names no contact",
    ] {
        assert!(page.contains(words), "{words}: {page}");
    }
    let page = open(&mut manager, "/scorecard", 200);
    let all = links(&page)
        .into_iter()
        .find(|link| link.contains("leads=all"));
    let page = open(&mut manager, &all.expect("a way on"), 200);
    assert!(
        page.contains("Not comparable") && page.contains("u002"),
        "{page}"
    );
    for link in links(&page)
        .iter()
        .filter(|link| link.contains("format=csv"))
    {
        manager.get(link).expect(200);
    }
    let page = open(&mut manager, "/audit", 200);
    assert!(page.contains("Who gained by changes of owner"), "{page}");
    let mut rep = serving.keyed(Role::Admin);
    rep.get("/api/v1/reports/imports").expect(200);
}
