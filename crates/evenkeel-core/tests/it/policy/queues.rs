//! How a queue says who takes records from it and how, and what is said about it.

use evenkeel_core::ids::FieldNo;
use evenkeel_core::market::schema::Schema;
use evenkeel_core::policy::analysis::{Known, check};
use evenkeel_core::policy::document::Caps;
use evenkeel_core::policy::document::pull::{Axis, FairPull, InHand, Pull, Show};
use evenkeel_core::policy::read::read;
use evenkeel_core::time::Span;
use evenkeel_core::units::Micro;

/// A made-up policy; line 11 is the queue's first.
fn policy(line: &str) -> String {
    format!(
        "evenkeel = 1\nname = \"made up\"\n[record]\nfit = \"number\"\namount = \"number\"\n\
         [[pool]]\nname = \"closers\"\nwhere = 'true'\nnobody = \"queue:inbound\"\n\
         [[queue]]\n{line}\nname = \"inbound\"\n[fallback]\nto = \"queue:inbound\"\n"
    )
}

fn pull(line: &str) -> Result<Pull, Vec<String>> {
    let reading = read(&policy(line), &Schema::of_records(), &Schema::of_reps());
    match reading.document {
        Some(mut document) => Ok(document.queues.remove(0).pull),
        None => Err(reading.problems.iter().map(ToString::to_string).collect()),
    }
}

#[test]
fn a_name_alone_is_a_queue_that_everybody_takes_from() {
    assert_eq!(pull(""), Ok(Pull::default()));
}

#[test]
fn everything_can_be_said() {
    let line = "pool = \"closers\"\n\
        score = { likely = { field = \"record.fit\", from = 0, to = 100 }, \
        worth = { field = \"record.amount\", from = 0, to = 50000, weight = 2 } }\n\
        overtake = \"5 days\"\n\
        grades = [{ name = \"A\", from = 0.7 }, { name = \"B\", from = 0.3 }]\n\
        fair = { band = 1.5, leak = \"3 days\" }\nshow = 5\n\
        limit = { unworked = 5, open = 40 }\nclaims = { day = 10, week = 40, month = 120 }\n\
        worked_rate = 0.8\nwork_within = \"2 days\"";
    let pull = pull(line).expect("sound");
    assert_eq!(pull.pool, Some(0));
    let axis = |field, to, weight| Axis {
        field: FieldNo(field),
        from: Micro(0),
        to: Micro::whole(to),
        weight,
    };
    assert_eq!(pull.axes, [axis(1, 100, 1), axis(2, 50_000, 2)]);
    assert_eq!(pull.overtake, Span::days(5));
    let grades = pull
        .grades
        .iter()
        .map(|grade| (grade.name.as_str(), grade.from));
    let grades: Vec<(&str, Micro)> = grades.collect();
    assert_eq!(grades, [("A", Micro(700_000)), ("B", Micro(300_000))]);
    let (band, leak) = (Micro(1_500_000), Span::days(3));
    assert_eq!(pull.fair, Some(FairPull { band, leak }));
    assert_eq!(pull.show, Show::First(5));
    let (unworked, open) = (Some(5), Some(40));
    assert_eq!(pull.limit, InHand { unworked, open });
    let (day, week, month) = (Some(10), Some(40), Some(120));
    assert_eq!(pull.claims, Caps { day, week, month });
    assert_eq!(pull.worked_ppm, Some(800_000));
    assert_eq!(pull.work_within, Some(Span::days(2)));
}

#[test]
fn short_forms_mean_the_usual() {
    let scored = "score = { worth = { field = \"record.amount\", from = 0, to = 9 } }\n\
        grades = [{ name = \"A\", from = 0.5 }]\n";
    let usual = FairPull {
        band: Micro::whole(2),
        leak: Span::days(5),
    };
    let fair = |said: &str| pull(&format!("{scored}fair = {said}")).expect("sound").fair;
    assert_eq!(fair("true"), Some(usual));
    assert_eq!(fair("{}"), Some(usual));
    assert_eq!(fair("false"), None);
    assert_eq!(
        pull("show = \"blind\"").map(|pull| pull.show),
        Ok(Show::Blind)
    );
    assert_eq!(pull("show = \"all\"").map(|pull| pull.show), Ok(Show::All));
    assert_eq!(
        pull("pool = \"pool:closers\"").map(|pull| pull.pool),
        Ok(Some(0))
    );
}

#[test]
fn what_is_wrong_with_it_is_said_where_it_stands() {
    let likely = "score = { likely = { field = \"record.fit\", from = 0, to = 100 } }";
    for (line, said) in [
        ("pool = \"closer\"", "there is no pool \"closer\""),
        ("overtake = \"5 days\"", "overtake needs a score"),
        (
            "grades = [{ name = \"A\", from = 0.7 }]",
            "grades needs a score",
        ),
        ("fair = true", "there are no grades to share out"),
        ("score = {}", "the score has no axis"),
        ("score = { quality = 1 }", "quality"),
        (
            "score = { likely = { field = \"record.fit\", from = 3, to = 3 } }",
            "from and to are both 3",
        ),
        (
            "score = { likely = { field = \"record.kind\", from = 0, to = 3 } }",
            "record.kind is a text",
        ),
        (
            "score = { likely = { from = 0, to = 3 } }",
            "field is missing",
        ),
        ("show = 0", "show must be a whole number from 1 to 100"),
        ("show = \"some\"", "show must be \"all\", \"blind\""),
        ("limit = { unworked = 0 }", "unworked must be"),
        ("limit = { closed = 1 }", "closed"),
        ("claims = { hour = 1 }", "hour"),
        ("worked_rate = 0.8", "worked_rate needs claims"),
        (
            "claims.day = 3\nworked_rate = 0.8",
            "worked_rate needs work_within",
        ),
        (
            "work_within = \"soon\"",
            "work_within must be a length of time",
        ),
        ("when = 'record.fti > 1'", "fti"),
        (
            &format!(
                "{likely}\ngrades = [{{ name = \"A\", from = 0.3 }}, {{ name = \"B\", from = 0.5 }}]"
            ),
            "\"B\" begins at 0.5, not below \"A\"",
        ),
        (&format!("{likely}\ngrades = []"), "grades must be 1 to 10"),
    ] {
        let problems = pull(line).expect_err(line);
        assert!(problems[0].contains(said), "{line}: {problems:?}");
        let (at, _) = problems[0].split_once(':').expect("a line");
        assert!(["11", "12"].contains(&at), "{line}: {problems:?}");
    }
}

#[test]
fn a_condition_of_a_queue_is_checked_like_a_rule() {
    let (record_schema, rep_schema) = (Schema::of_records(), Schema::of_reps());
    let known = Known {
        record_schema: &record_schema,
        rep_schema: &rep_schema,
        reps: Vec::new(),
    };
    let said = |line: &str, rule: &str| -> Vec<String> {
        let text = format!("{}{rule}", policy(line));
        let problems = check(&text, &known).problems;
        problems.iter().map(ToString::to_string).collect()
    };
    let never = said(
        "when = 'record.fit > 3 && record.fit < 2'\npool = \"closers\"",
        "",
    );
    assert!(never[0].contains("this can never hold"), "{never:?}");
    assert!(never[0].contains("queue inbound"), "{never:?}");
    let hidden = said(
        "when = 'record.fit > 3'\npool = \"closers\"",
        "[[rule]]\nname = \"all\"\nwhen = 'record.fit > 2'\nto = \"queue:inbound\"\n",
    );
    assert_eq!(hidden.len(), 1, "{hidden:?}");
    assert!(hidden[0].contains("never reached: \"all\""), "{hidden:?}");
    assert_eq!(said("when = 'true'\npool = \"closers\"", ""), [""; 0]);
}
