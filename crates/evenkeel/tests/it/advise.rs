//! Questions asked on the command line: of figures, and of a store.

use crate::bin::{Bin, Ran, run_in};
use crate::serving::{POLICY, Serving};
use serde_json::{Value, json};

const TEAM: &str = "rep,rate,capacity\nana,0.3,40\nben,0.2,40\ncleo,0.1,40\n";

/// The answer for programs.
fn asked(bin: &Bin, question: &str) -> Value {
    let ran = bin.run(&format!("advise {question} --output json"));
    assert_eq!(ran.code, 0, "{question}: {}", ran.err);
    serde_json::from_str(&ran.out).expect("JSON")
}

#[test]
fn sizing_answers_with_the_chance_beside_the_number() {
    let bin = Bin::new();
    let plan = "sizing --quota 250000 --deal 30000 --spread 0.8";
    let known = asked(&bin, &format!("{plan} --conversion 0.06"));
    assert_eq!(known["plain"]["accounts"], 139);
    assert_eq!(known["asked"]["accounts"], 200);
    let plain = known["plain"]["chance"].as_f64().expect("a chance");
    assert!((0.44..0.46).contains(&plain), "{plain}");
    let seen = asked(
        &bin,
        &format!("{plan} --won 6 --of 100 --reps 10 --market 9000"),
    );
    assert_eq!(seen["asked"]["accounts"], 224);
    assert_eq!(seen["conversion"]["of"], 100);
    assert_eq!(seen["coverage"], json!(0.248888));
    let table = bin.run(&format!("advise {plan} --won 6 --of 100"));
    assert!(
        table.out.contains("6 of 100 accounts closed"),
        "{}",
        table.out
    );
    let hopeless = bin.run(&format!("advise {plan} --won 1 --of 50 --chance 0.99"));
    assert!(
        hopeless.out.contains("No number gives that chance"),
        "{}",
        hopeless.out
    );
}

#[test]
fn a_hire_adds_nothing_while_leads_are_scarce() {
    let bin = Bin::new();
    bin.write("team.csv", TEAM);
    let scarce = bin.run("advise hire --team team.csv --leads 40");
    assert!(
        scarce
            .out
            .starts_with("Over 12 months the hire adds nothing"),
        "{}",
        scarce.out
    );
    assert!(
        scarce.out.contains("another rep does not"),
        "{}",
        scarce.out
    );
    let plenty = asked(&bin, "hire --team team.csv --leads 200");
    let best = plenty["best"].as_f64().expect("wins");
    assert!(
        best > 10.0 && best < plenty["naive"].as_f64().expect("wins"),
        "{plenty}"
    );
    assert_eq!(plenty["monthly"].as_array().map(Vec::len), Some(12));
}

#[test]
fn an_approach_comes_with_its_reasons() {
    let bin = Bin::new();
    let told = asked(
        &bin,
        "approach --reps 12 --strict-territories yes --large-market no --wins 40 --revops yes \
         --inbound-load 0.35 --acv 3000",
    );
    assert_eq!(told["advice"], "named");
    assert_eq!(told["votes"], json!({ "named": 5, "queue": 0 }));
    assert_eq!(
        told["reasons"][0]["because"],
        "many reps (12 of at least 10)"
    );
    assert_eq!(told["ways"][1]["against"].as_array().map(Vec::len), Some(2));
    assert!(told["inbound"].as_str().expect("said").contains("rateably"));
}

#[test]
fn what_makes_no_sense_is_refused() {
    let bin = Bin::new();
    bin.write("empty.csv", "rep,rate,capacity\n")
        .write("bad.csv", "rep,rate,capacity\nana,much,40\n")
        .write("percent.csv", "rep,rate,capacity\nana,22,40\n")
        .write("twice.csv", "rep,rate,capacity\nana,0.2,40\nana,0.3,40\n")
        .write("short.csv", "rep,rate\nana,0.2\n");
    let plan = "advise sizing --deal 30000 --spread 0.8";
    for (command, code, says) in [
        (format!("{plan} --quota 0 --conversion 0.1"), 2, "--quota"),
        (
            format!("{plan} --quota 9 --conversion 1.5"),
            2,
            "between 0 and 1",
        ),
        (format!("{plan} --quota 9"), 2, "Say --conversion"),
        (format!("{plan} --quota 9 --won 3"), 2, "--of"),
        (
            "advise hire --team empty.csv --leads 9".into(),
            2,
            "nobody in it",
        ),
        (
            "advise hire --team bad.csv --leads 9".into(),
            1,
            "bad.csv:2",
        ),
        (
            "advise hire --team percent.csv --leads 9".into(),
            1,
            "from 0 to 1",
        ),
        (
            "advise hire --team twice.csv --leads 9".into(),
            2,
            "\"ana\" twice",
        ),
        (
            "advise hire --team short.csv --leads 9".into(),
            1,
            "capacity",
        ),
        (
            "advise hire --team none.csv --leads 9".into(),
            3,
            "none.csv",
        ),
        ("advise checkin --data none.db".into(), 3, "none.db"),
    ] {
        let ran = bin.run(&command);
        assert_eq!(ran.code, code, "{command}: {}", ran.err);
        assert!(ran.err.contains(says), "{command}: {}", ran.err);
    }
}

/// A server whose policy weighs records, with twelve of them dealt.
fn serving() -> Serving {
    let serving = Serving::dealing();
    let mut admin = serving.admin();
    let weighed = "[effort]\nsize = { field = \"record.employees\", cuts = [100], \
                   factors = [1, 2] }\n[capacity]\n[[pool]]";
    let text = POLICY.replacen("[[pool]]", weighed, 1);
    let body = json!({ "text": text });
    admin.put("/api/v1/policy", &body).expect(200);
    for number in 0..12 {
        let employees = [50, 150][number % 2];
        let fields = json!({ "kind": "lead", "employees": employees });
        let body = json!({ "key": format!("L-{number}"), "fields": fields });
        admin.post("/api/v1/records", &body).expect(201);
    }
    serving
}

fn ask(serving: &Serving, words: &str) -> Ran {
    let data = serving.data().display().to_string();
    let mut args: Vec<&str> = vec!["advise"];
    args.extend(words.split_whitespace());
    args.extend(["--data", &data]);
    run_in(&serving.dir(), &args, "")
}

fn told(ran: &Ran) -> Value {
    assert_eq!(ran.code, 0, "{}", ran.err);
    serde_json::from_str(&ran.out).expect("JSON")
}

/// Writes a file beside the store.
fn file(serving: &Serving, name: &str, text: &str) {
    std::fs::write(serving.dir().join(name), text).expect("a file can be written");
}

fn reps(sheets: &Value) -> impl Iterator<Item = &Value> {
    sheets["reps"].as_array().expect("reps").iter()
}

#[test]
fn check_ins_weigh_books_and_say_what_has_changed() {
    let serving = serving();
    let first = ask(&serving, "checkin --output json");
    let sheets = told(&first);
    let load: f64 = reps(&sheets)
        .map(|rep| rep["load"].as_f64().expect("a load"))
        .sum();
    assert_eq!(load, 18.0, "six of 1 and six of 2: {sheets}");
    file(&serving, "last.json", &first.out);
    serving
        .admin()
        .post("/api/v1/records/L-1/close", &json!({ "reason": "lost" }))
        .expect(200);
    let second = told(&ask(&serving, "checkin --last last.json --output json"));
    let changed = |what: &str| -> f64 {
        reps(&second)
            .map(|rep| rep["changes"][what].as_f64().expect("a number"))
            .sum()
    };
    assert_eq!(
        (changed("closed"), changed("load")),
        (1.0, -2.0),
        "{second}"
    );
    let table = ask(&serving, "checkin --last last.json");
    assert!(table.out.contains("-2.0"), "{}", table.out);
}

#[test]
fn factors_are_learned_from_minutes_and_nothing_is_changed() {
    let serving = serving();
    // Large accounts take four times the minutes: the proposal goes from 2 towards 4.
    let minutes = |number: usize| [10, 40][number % 2];
    let lines = (0..12).map(|number| format!("L-{number},{}\n", minutes(number)));
    let lines = lines.collect::<String>();
    file(
        &serving,
        "minutes.csv",
        &format!("record,minutes\n{lines}gone,5\n"),
    );
    let question = "effort --minutes minutes.csv --output json";
    let effort = told(&ask(&serving, question));
    assert_eq!(effort["records"], 12);
    assert_eq!(effort["unknown_lines"], 1);
    let large = &effort["factors"][0]["levels"][1];
    assert_eq!(large["level"], "100 and more");
    assert_eq!((&large["records"], &large["now"]), (&json!(6), &json!(2.0)));
    let learned = large["learned"].as_f64().expect("a factor");
    assert!(learned > 2.1 && learned < 4.0, "{effort}");
    assert_eq!(told(&ask(&serving, question)), effort, "asked again");
}

#[test]
fn a_hire_is_dealt_by_the_policy_of_a_store() {
    let serving = serving();
    file(&serving, "team.csv", TEAM);
    let hire = "hire --team team.csv --leads 40 --months 3 --ramp 3 --like ana --output json";
    let hire = told(&ask(&serving, hire));
    assert_eq!(hire["policy"]["pools"], 2, "us and drawn: {hire}");
    let got = hire["policy"]["dealt_to_hire"].as_array().expect("months");
    let got: u64 = got
        .iter()
        .map(|month| month.as_u64().expect("a count"))
        .sum();
    assert!((28..=32).contains(&got), "a quarter of 120: {hire}");
    let unknown = ask(&serving, "hire --team team.csv --leads 40 --like nobody");
    assert_eq!(unknown.code, 3, "{}", unknown.err);
}

#[test]
fn a_store_answers_for_itself_as_far_as_it_can() {
    let serving = serving();
    let sizing = ask(&serving, "sizing --quota 9 --value employees --matures 1");
    assert_eq!(sizing.code, 2, "nothing is ripe yet");
    let said = "No turn in the store is old enough";
    assert!(sizing.err.contains(said), "{}", sizing.err);
    let text = ask(&serving, "sizing --quota 9 --value country");
    assert!(text.err.contains("no number field"), "{}", text.err);
    let approach = told(&ask(&serving, "approach --output json"));
    assert_eq!(
        approach["reasons"][0]["because"],
        "few reps (3 of at least 10)"
    );
}
