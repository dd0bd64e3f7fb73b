//! `policy check`, `policy test` and `policy plan`, from the outside.

use crate::bin::Bin;

const POLICY: &str = r#"evenkeel = 1
name = "small"
[record]
country = "text"
employees = "number"
[[pool]]
name = "all"
where = 'rep.role == "AE"'
nobody = "queue:triage"
[[queue]]
name = "triage"
[[rule]]
name = "Large"
when = 'record.employees >= 200'
to = "queue:triage"
[fallback]
to = "pool:all"
"#;

const REPS: &str = "id,role,leave\nana,AE,\nben,AE,2026-03-01\n";

fn bin() -> Bin {
    let bin = Bin::new();
    bin.write("p.toml", POLICY).write("r.csv", REPS);
    bin
}

#[test]
fn a_sound_policy_is_accepted() {
    let bin = bin();
    for args in ["policy check p.toml", "policy check p.toml --reps r.csv"] {
        let ran = bin.run(args);
        let wanted = "p.toml: accepted, 0 errors, 0 warnings\n";
        assert_eq!((ran.code, ran.out.as_str()), (0, wanted), "{}", ran.err);
    }
    let piped = bin.run_with("policy check -", POLICY);
    assert_eq!(
        piped.out,
        "standard input: accepted, 0 errors, 0 warnings\n"
    );
}

#[test]
fn every_error_is_shown_at_its_place() {
    let bin = bin();
    let bad = POLICY
        .replace("record.employees", "record.employes")
        .replace("\"pool:all\"", "\"pool:al\"");
    bin.write("bad.toml", &bad);
    let ran = bin.run("policy check bad.toml");
    assert_eq!(ran.code, 1);
    for words in [
        "rule \"Large\" when: there is no field \"employes\"",
        "bad.toml:14:9",
        "when = 'record.employes >= 200'",
        "fallback: there is no pool \"al\"",
        "bad.toml:17:6",
        "bad.toml: not accepted, 2 errors, 0 warnings",
    ] {
        assert!(ran.out.contains(words), "{words}: {}", ran.out);
    }
    assert!(!ran.out.contains('\u{1b}'), "no colors in a pipe");
    bin.write(
        "one.toml",
        &POLICY.replace("record.employees", "record.employes"),
    );
    let ran = bin.run("policy check one.toml");
    let words = "one.toml: not accepted, 1 error, 0 warnings";
    assert!(ran.out.contains(words), "{}", ran.out);
    let ran = bin.run("policy check bad.toml --output json");
    let found: serde_json::Value = serde_json::from_str(&ran.out).expect("is JSON");
    assert_eq!(
        (
            ran.code,
            found["accepted"].as_bool(),
            found["errors"].as_u64()
        ),
        (1, Some(false), Some(2))
    );
    assert_eq!(found["problems"][0]["line"], 14);
    assert_eq!(found["problems"][1]["column"], 6);
}

#[test]
fn cases_pass_or_say_what_happened_instead() {
    let bin = bin();
    bin.write(
        "cases.toml",
        r#"cases = 1
reps = "r.csv"
[[case]]
name = "large waits"
record = { employees = 200 }
expect = { queue = "triage", rule = "Large", outcome = "queue" }
[[case]]
name = "small is dealt"
record = { employees = 199.5 }
expect = { pool = "all", rep = "ana", rule = "fallback" }
[[case]]
name = "ben's day off"
record = { created_at = 2026-03-01T12:00:00Z }
away = ["ana"]
expect = { queue = "triage" }
[[case]]
name = "wrong on purpose"
record = { employees = 300 }
expect = { rep = "ana" }
"#,
    );
    let ran = bin.run("policy test p.toml cases.toml");
    assert_eq!(ran.code, 1, "{}", ran.err);
    for words in [
        "pass  large waits\npass  small is dealt\npass  ben's day off\n",
        "FAIL  wrong on purpose   (cases.toml:16)\n      rep: expected ana, found none\n",
        "rule Large: yes\n        yes      employees is at least 200\n",
        "3 passed, 1 failed\n",
    ] {
        assert!(ran.out.contains(words), "{words}: {}", ran.out);
    }
    let json = bin.run("policy test p.toml cases.toml --output ndjson").out;
    let lines: Vec<serde_json::Value> = json
        .lines()
        .map(|line| serde_json::from_str(line).expect("is JSON"))
        .collect();
    let passed: Vec<_> = lines.iter().map(|line| line["passed"].as_bool()).collect();
    assert_eq!(passed, [Some(true), Some(true), Some(true), Some(false)]);
}

#[test]
fn a_case_that_makes_no_sense_is_named() {
    let bin = bin();
    for (case, words) in [
        ("", "there are no cases"),
        (
            "[[case]]\nname = \"x\"\nrecord = {}\nexpect = {}",
            "c.toml:3: found \"x\", expected expect to name",
        ),
        (
            "[[case]]\nname = \"x\"\nrecord = { contry = \"US\" }\nexpect = { pool = \"all\" }",
            "c.toml:3: found \"contry\", expected one of kind, country, employees, id, created_at. \
             Maybe you meant \"country\"",
        ),
        (
            "[[case]]\nname = \"x\"\nrecord = { employees = \"many\" }\n\
             expect = { pool = \"all\" }",
            "c.toml:3: column 2 \"employees\": found \"many\", expected a number",
        ),
        (
            "[[case]]\nname = \"x\"\nrecord = {}\naway = [\"anna\"]\nexpect = { pool = \"all\" }",
            "c.toml:3: found \"anna\", expected away to name a rep of the file of reps. \
             Maybe you meant \
             \"ana\"",
        ),
        (
            "[[case]]\nname = \"x\"\nrecord = {}\nexpect = { poool = \"all\" }",
            "c.toml:6: expected a file of cases",
        ),
        (
            "[[case]]\nname = \"x\"\nnow = \"soon\"\nrecord = {}\nexpect = { pool = \"all\" }",
            "c.toml:3: found \"soon\", expected now: a date such as",
        ),
    ] {
        bin.write("c.toml", &format!("cases = 1\nreps = \"r.csv\"\n{case}\n"));
        let ran = bin.run("policy test p.toml c.toml");
        assert_eq!(ran.code, 1, "{case}");
        assert!(ran.err.contains(words), "{case}: {}", ran.err);
    }
}

#[test]
fn a_plan_says_who_gains_who_loses_and_what_it_was_made_against() {
    let bin = bin();
    let next = POLICY.replace(">= 200", ">= 100");
    bin.write("next.toml", &next);
    bin.write("l.csv", "id,employees\nA,50\nB,150\nC,250\nD,150\nE,50\n");
    let args =
        "policy plan next.toml --against p.toml --reps r.csv --records l.csv --out plan.json";
    let ran = bin.run(args);
    assert_eq!(ran.code, 0, "{}", ran.err);
    for words in [
        "Of 5 records, 2 would go elsewhere.",
        "queue triage        1        3       +2",
        "rep ben             2        1       -1",
        "B: rep ben → queue triage. It waits in the queue triage.",
    ] {
        assert!(ran.out.contains(words), "{words}: {}", ran.out);
    }
    let plan: serde_json::Value = serde_json::from_str(&bin.read("plan.json")).expect("is JSON");
    assert_eq!(
        (plan["records"].as_u64(), plan["moved"].as_u64()),
        (Some(5), Some(2))
    );
    assert_eq!(plan["policy"]["text"], next);
    let digest = plan["base"]["sha256"].as_str().expect("is text").to_owned();
    assert_eq!(digest.len(), 64);
    assert_eq!(bin.run(args).out, ran.out);
    for (more, other) in [("p.toml", "--against"), ("next.toml", "the new policy")] {
        let ran = bin.run(&args.replace("plan.json", more));
        assert_eq!(ran.code, 2, "{more}: {}", ran.err);
        let words = format!("--out would overwrite the file of {other}: {more}");
        assert!(ran.err.contains(&words), "{}", ran.err);
    }
    bin.write("p.toml", &format!("{POLICY}\n# changed\n"));
    bin.run(args);
    let plan: serde_json::Value = serde_json::from_str(&bin.read("plan.json")).expect("is JSON");
    assert_ne!(plan["base"]["sha256"].as_str(), Some(digest.as_str()));
    let piped = bin.run_with(
        "policy plan next.toml --against p.toml --reps r.csv --records -",
        "id\n",
    );
    assert_eq!(piped.code, 2, "{}", piped.err);
}

#[test]
fn a_plan_looks_ahead_in_the_pools_that_deal_another_way() {
    let bin = bin();
    let next = POLICY.replace("nobody =", "weights = { ana = 4 }\nnobody =");
    bin.write("next.toml", &next);
    bin.write("r.csv", "id,role\nana,AE\nben,AE\n");
    bin.write("l.csv", "id,employees\nA,50\nB,150\nC,250\n");
    let args =
        "policy plan next.toml --against p.toml --reps r.csv --records l.csv --out plan.json";
    let ran = bin.run(args);
    assert_eq!(ran.code, 0, "{}", ran.err);
    for words in [
        "The next 50 turns, if the newest records of each pool came again",
        "    ana       25       40        1          4",
        "    ben       25       10",
    ] {
        assert!(ran.out.contains(words), "{words}: {}", ran.out);
    }
    let plan: serde_json::Value = serde_json::from_str(&bin.read("plan.json")).expect("is JSON");
    let pool = &plan["turns"][0];
    assert_eq!(pool["pool"], "all");
    for side in ["before", "after"] {
        assert_eq!(pool[side].as_array().map(Vec::len), Some(50), "{side}");
    }
}
