//! How a pool says that some of its records are earned, and what is said about it.

use evenkeel_core::market::schema::Schema;
use evenkeel_core::policy::document::Share;
use evenkeel_core::policy::document::earn::{Earn, EarnCapacity};
use evenkeel_core::policy::read::read;
use evenkeel_core::time::Span;
use evenkeel_core::units::Micro;

/// The `earn` table of a made-up pool, and what is said about it; line 12 is its line.
fn earn(table: &str) -> Result<(Earn, Vec<Share>), Vec<String>> {
    let text = format!(
        "evenkeel = 1\nname = \"made up\"\n[record]\nacv = \"number\"\nsource = \"text\"\n\
         [rep]\nmonthly = \"number\"\n[[queue]]\nname = \"triage\"\n[[pool]]\nname = \"all\"\n\
         earn = {table}\nwhere = 'true'\nnobody = \"queue:triage\"\n[fallback]\nto = \"pool:all\"\n"
    );
    let reading = read(&text, &Schema::of_records(), &Schema::of_reps());
    match reading.document {
        Some(mut document) => {
            let pool = document.pools.remove(0);
            Ok((pool.earn.expect("it has one"), pool.shares))
        }
        None => Err(reading.problems.iter().map(ToString::to_string).collect()),
    }
}

#[test]
fn what_is_left_out_has_a_usual_value() {
    let (earn, shares) = earn("{ records = 'record.acv > 3000', capacity = 45 }").expect("sound");
    assert_eq!(shares, [Share::Earned]);
    assert_eq!(earn.capacity, EarnCapacity::Each(Micro::whole(45)));
    assert_eq!((earn.floor, earn.most), (Micro(500_000), Micro(350_000)));
    assert_eq!((earn.matures, earn.prior), (Span::days(60), 60));
    assert_eq!(earn.won, ["won"]);
    assert!(earn.gate.is_none());
}

#[test]
fn everything_can_be_said() {
    let (earn, _) = earn(
        "{ records = 'record.acv > 3000', capacity = \"rep.monthly\", \
         self_sourced = 'record.source == \"self\"', wins = 3, window = \"26 weeks\", \
         floor = 0.25, most = 0.5, matures = \"120 days\", won = [\"won\", \"renewed\"], \
         prior = 100 }",
    )
    .expect("sound");
    assert!(matches!(earn.capacity, EarnCapacity::Field(_)));
    let gate = earn.gate.expect("a gate");
    assert_eq!((gate.wins, gate.window), (3, Span::days(182)));
    assert_eq!((earn.floor, earn.most), (Micro(250_000), Micro(500_000)));
    assert_eq!((earn.matures, earn.prior), (Span::days(120), 100));
    assert_eq!(earn.won, ["won", "renewed"]);
}

#[test]
fn what_is_wrong_with_it_is_said() {
    let rest = "records = 'true', capacity = 45";
    for (table, said) in [
        (
            "{ capacity = 45 }",
            "it does not say which records are earned",
        ),
        (
            "{ records = 'true' }",
            "it does not say how many records a month a rep works well",
        ),
        ("{ records = 'record.avc > 1', capacity = 45 }", "avc"),
        (
            "{ records = 'true', capacity = \"rep.team\" }",
            "rep.team is a text",
        ),
        ("{ records = 'true', capacity = 0 }", "capacity must be"),
        (
            &format!("{{ {rest}, wins = 2 }}"),
            "a gate needs both wins and self_sourced",
        ),
        (
            &format!("{{ {rest}, self_sourced = 'true' }}"),
            "a gate needs both",
        ),
        (
            &format!("{{ {rest}, window = \"9 days\" }}"),
            "there is no gate that a window",
        ),
        (&format!("{{ {rest}, floor = 1.5 }}"), "floor must be"),
        (&format!("{{ {rest}, most = 0 }}"), "most must be"),
        (
            &format!("{{ {rest}, matures = \"2 years\" }}"),
            "matures must be a length of time",
        ),
        (
            &format!("{{ {rest}, won = [] }}"),
            "won must be 1 to 50 reason codes",
        ),
        (
            &format!("{{ {rest}, prior = 0 }}"),
            "prior must be a whole number from 1",
        ),
        (&format!("{{ {rest}, floors = 1 }}"), "floors"),
    ] {
        let problems = earn(table).expect_err(table);
        assert_eq!(problems.len(), 1, "{table}: {problems:?}");
        let one = &problems[0];
        assert!(
            one.contains(said) && one.starts_with("12:"),
            "{table}: {one}"
        );
    }
}
