//! What is asked before the rules: duplicates, owners of related accounts, whoever had it lately;
//! merges by hand; and that turn counts are right after any of them.

use crate::company::{Desk, START};
use evenkeel_core::command::Command;
use evenkeel_core::command::assign::{Assign, Expected};
use evenkeel_core::command::close::Close;
use evenkeel_core::command::forget::Forget;
use evenkeel_core::command::intake::Intake;
use evenkeel_core::command::merge::Merge;
use evenkeel_core::command::void::Void;
use evenkeel_core::event::{Event, Recorded};
use evenkeel_core::holding::place::Place;
use evenkeel_core::ids::RecordNo;
use evenkeel_core::market::schema::RECORD_KIND;
use evenkeel_core::market::value::{Attributes, Value};
use evenkeel_core::policy::read::read;
use evenkeel_core::precedence::mark::{self, MarkKey};
use evenkeel_core::sentence::Words;
use evenkeel_core::state::State;
use evenkeel_core::time::{DAY, Span};
use evenkeel_core::units::Micro;
use evenkeel_core::verdict::rung::Said;
use evenkeel_core::verdict::{Destination, Verdict};
use proptest::prelude::*;
use std::collections::BTreeMap;

/// A straight pool of four that holds nothing, with these lines before it.
fn policy(lines: &str) -> String {
    format!(
        "evenkeel = 1\nname = \"made up\"\nfree_mail = [\"post.example\"]\n\
         [voids]\nreasons = [\"bad_data\"]\nthen = \"stay\"\n[record]\ncountry = \"text\"\n\
         company = \"text\"\nwebsite = \"text\"\naccount = \"text\"\npoints = \"number\"\n\
         email = {{ type = \"text\", private = true }}\n\
         first = {{ type = \"text\", private = true }}\n{lines}\n\
         [[queue]]\nname = \"triage\"\n[[queue]]\nname = \"stand-in\"\n\
         [[rule]]\nname = \"Named\"\nwhen = 'record.country == \"NZ\"'\n\
         to = {{ rep = \"dan\", otherwise = \"queue:triage\" }}\n\
         [fallback]\nto = \"pool:all\"\n\
         [[pool]]\nname = \"all\"\nwhere = 'rep.team == \"inbound\"'\nnobody = \"queue:triage\"\n"
    )
}

fn desk(lines: &str) -> Desk {
    let mut desk = Desk::empty();
    desk.publish(&policy(lines)).expect("a sound policy");
    for key in ["ana", "ben", "cleo", "dan"] {
        desk.set_rep(key, |_| {}).expect("a new rep");
    }
    desk
}

const EMAIL: &str = "[[duplicate]]\nname = \"Same e-mail\"\nby = \"record.email\"\nas = \"email\"";

/// Takes in a record whose fields are written `company=Acme email=ana@acme.example`.
fn take(desk: &mut Desk, key: &str, fields: &str) -> Verdict {
    let events = try_take(desk, key, fields).expect("taken in");
    match &events[1] {
        Event::RecordDealt { verdict, .. } => verdict.clone(),
        other => panic!("{other:?}"),
    }
}

fn try_take(desk: &mut Desk, key: &str, fields: &str) -> Result<Vec<Event>, &'static str> {
    let schema = desk.state.record_schema().clone();
    let (mut attributes, mut private) = (Attributes::default(), BTreeMap::new());
    attributes.set(RECORD_KIND, Value::Text("lead".into()));
    for (name, value) in fields.split(';').filter_map(|field| field.split_once('=')) {
        let number = schema.find(name).expect("declared");
        let field = schema.field(number).expect("found");
        match field.private {
            true => drop(private.insert(name.to_owned(), value.to_owned())),
            false => attributes.set(number, Value::Text(value.to_owned())),
        }
    }
    let ladder = &desk.state.policy().expect("published").document().ladder;
    let marks = mark::marks(ladder, &MarkKey([7; 32]), &schema, &attributes, &private);
    let intake = Intake {
        key: key.to_owned(),
        attributes: attributes.into(),
        private: None,
        occurred: None,
        marks,
    };
    desk.run(&Command::Intake(intake))
        .map_err(|refusal| refusal.code())
}

fn place(desk: &Desk, key: &str) -> Place {
    desk.state
        .place(desk.state.record_no(key).expect("taken in"))
}

fn close(desk: &mut Desk, key: &str) {
    let close = Close {
        record: key.to_owned(),
        expected: Expected::Any,
        reason: "lost".into(),
    };
    desk.run(&Command::Close(close)).expect("closed");
}

fn give(desk: &mut Desk, key: &str, rep: &str) {
    let assign = Assign {
        record: key.to_owned(),
        rep: rep.to_owned(),
        expected: Expected::Any,
        note: None,
    };
    desk.run(&Command::Assign(assign)).expect("given");
}

/// The turn of a record, as the journal holds it.
fn turn_of(desk: &Desk, key: &str) -> Option<(u64, Verdict)> {
    let dealt = desk.state.records().turn(desk.state.record_no(key)?)?;
    let recorded: &Recorded = &desk.journal[dealt as usize - 1];
    recorded
        .event
        .deal()
        .map(|(_, verdict)| (dealt, verdict.clone()))
}

fn merge(desk: &mut Desk, key: &str, into: &str) -> Result<Vec<Event>, &'static str> {
    let merge = Merge {
        record: key.to_owned(),
        into: into.to_owned(),
        expected: Expected::Any,
        turn: turn_of(desk, key),
    };
    desk.run(&Command::Merge(Box::new(merge)))
        .map_err(|refusal| refusal.code())
}

fn said(verdict: &Verdict) -> Vec<&'static str> {
    verdict.rungs.iter().map(|rung| rung.said.code()).collect()
}

fn sentence(desk: &Desk, key: &str) -> String {
    let record = desk.state.record_no(key).expect("taken in");
    let deal = desk
        .journal
        .iter()
        .rev()
        .find_map(|recorded| match &recorded.event {
            Event::RecordDealt {
                record: dealt,
                to,
                verdict,
                ..
            } if *dealt == record => Some((to, verdict)),
            _ => None,
        });
    let (to, verdict) = deal.expect("dealt");
    let rep = Words::keys(&desk.state);
    let words = Words {
        state: &desk.state,
        rep: &rep,
    };
    words.verdict(verdict, to)
}

/// Credit and make-up together, by member.
fn owed(desk: &Desk) -> Vec<Micro> {
    let members = desk.state.pools()[0].ledger.members().iter();
    members.map(|entry| entry.credit + entry.makeup).collect()
}

fn turns(desk: &Desk) -> Vec<u64> {
    desk.state.pools()[0]
        .tallies
        .iter()
        .map(|tally| tally.turns)
        .collect()
}

fn refolded(desk: &Desk) {
    let mut again = State::new();
    desk.journal
        .iter()
        .for_each(|recorded| again.apply(recorded));
    assert!(
        Desk::bytes(&again) == Desk::bytes(&desk.state),
        "fold(events) = live state"
    );
    let bytes = Desk::bytes(&desk.state);
    let mut revived: State = postcard::from_bytes(&bytes).expect("a snapshot can be read");
    revived.revive();
    for record in (0..desk.state.records().len()).map(RecordNo::at) {
        assert_eq!(
            revived.alike(record),
            desk.state.alike(record),
            "{record:?}"
        );
        assert_eq!(again.alike(record), desk.state.alike(record), "{record:?}");
    }
}

#[test]
fn a_duplicate_is_merged_into_the_older_record_and_takes_no_turn() {
    let mut desk = desk(EMAIL);
    take(&mut desk, "L-1", "email=Ana.Ruiz+fair@Acme.example");
    let before = (owed(&desk), turns(&desk));
    let verdict = take(&mut desk, "L-2", "email= ana.ruiz@acme.example ");
    assert_eq!(said(&verdict), ["merged"]);
    assert_eq!((owed(&desk), turns(&desk)), before, "no turn");
    assert_eq!(place(&desk, "L-2"), Place::Closed);
    assert_eq!(desk.owner("L-1"), Some("ana"));
    let number = |key| desk.state.record_no(key).expect("taken in");
    let records = desk.state.records();
    assert_eq!(records.merged_into(number("L-2")), Some(number("L-1")));
    assert_eq!(
        records.absorbed(number("L-1")).collect::<Vec<_>>(),
        [number("L-2")]
    );
    // The owner is told in the story of the older one.
    assert_eq!(
        records.story(number("L-1")).last(),
        records.story(number("L-2")).last()
    );
    assert_eq!(
        sentence(&desk, "L-2"),
        "Merged into L-1, which ana has: the same by “Same e-mail”. No turn is used."
    );
    // The next goes to ben: the duplicate moved nobody up.
    take(&mut desk, "L-3", "email=other@acme.example");
    assert_eq!(desk.owner("L-3"), Some("ben"));
    refolded(&desk);
}

#[test]
fn a_duplicate_of_a_duplicate_finds_the_survivor_and_one_of_a_closed_record_nothing() {
    let lines = format!(
        "{EMAIL}\n[[duplicate]]\nname = \"Same name\"\nby = [\"record.first\", \"record.company\"]\n\
         as = [\"exact\", \"name\"]"
    );
    let mut desk = desk(&lines);
    take(
        &mut desk,
        "L-1",
        "first=Ana;company=Acme Ltd;email=a@acme.example",
    );
    take(
        &mut desk,
        "L-2",
        "first=Ana;company=ACME;email=b@acme.example",
    );
    let verdict = take(
        &mut desk,
        "L-3",
        "first=Bob;company=Acme;email=B@acme.example",
    );
    assert_eq!(
        said(&verdict),
        ["merged"],
        "by the e-mail of the absorbed one"
    );
    let number = |key: &str| desk.state.record_no(key).expect("taken in");
    assert_eq!(
        desk.state.records().merged_into(number("L-3")),
        Some(number("L-1"))
    );
    close(&mut desk, "L-1");
    let verdict = take(
        &mut desk,
        "L-4",
        "first=Ana;company=Acme;email=b@acme.example",
    );
    assert_eq!(said(&verdict), ["nothing", "nothing"]);
    let blank = take(&mut desk, "L-5", "company=Acme");
    assert_eq!(said(&blank), ["blank", "blank"], "half a key is none");
    refolded(&desk);
}

#[test]
fn a_duplicate_may_go_to_the_owner_or_only_be_marked() {
    let owner = format!("{EMAIL}\nthen = \"owner\"\ncounts = 0.5");
    let mut desk = desk(&owner);
    take(&mut desk, "L-1", "email=a@acme.example");
    let before = owed(&desk);
    let verdict = take(&mut desk, "L-2", "email=a@acme.example");
    assert_eq!(desk.owner("L-2"), Some("ana"));
    assert_eq!(said(&verdict), ["took"]);
    assert_eq!(
        sentence(&desk, "L-2"),
        "ana got it: L-1 is the same by “Same e-mail”, and ana has it. It counts as 0.5 of a turn."
    );
    let moved: Vec<Micro> = owed(&desk)
        .into_iter()
        .zip(before)
        .map(|(a, b)| a - b)
        .collect();
    assert_eq!(moved, [-375_000, 125_000, 125_000, 125_000].map(Micro));
    assert_eq!(turns(&desk), [1, 0, 0, 0], "outside rotation");
    let alike = desk
        .state
        .alike(desk.state.record_no("L-2").expect("taken in"));
    assert_eq!(alike, [desk.state.record_no("L-1").expect("taken in")]);

    let mut flag = self::desk(&format!("{EMAIL}\nthen = \"flag\""));
    take(&mut flag, "L-1", "email=a@acme.example");
    let verdict = take(&mut flag, "L-2", "email=a@acme.example");
    assert_eq!(said(&verdict), ["flagged"]);
    assert_eq!(flag.owner("L-2"), Some("ben"));
    assert!(
        sentence(&flag, "L-2").ends_with("“Same e-mail” marks it as the same as L-1."),
        "{}",
        sentence(&flag, "L-2")
    );
    refolded(&flag);
}

const RELATED: &str = "[[related]]\nname = \"Owner of the account\"\nby = \"record.account\"";

#[test]
fn a_lead_goes_to_the_owner_of_its_account() {
    let mut desk = desk(RELATED);
    take(&mut desk, "A-1", "company=Acme");
    take(&mut desk, "A-2", "company=Other");
    give(&mut desk, "A-1", "cleo");
    let verdict = take(&mut desk, "L-1", "account= A-1");
    assert_eq!(
        (said(&verdict), desk.owner("L-1")),
        (vec!["took"], Some("cleo"))
    );
    assert_eq!(
        sentence(&desk, "L-1"),
        "cleo got it: cleo has A-1, related by “Owner of the account”. It counts as no turn."
    );
    for (key, fields, wanted) in [
        ("L-2", "account=A-9", "nothing"),
        ("L-3", "company=Acme", "blank"),
    ] {
        assert_eq!(said(&take(&mut desk, key, fields)), [wanted], "{key}");
    }
    close(&mut desk, "A-1");
    let verdict = take(&mut desk, "L-4", "account=A-1");
    assert_eq!(said(&verdict), ["ownerless"]);
    assert!(sentence(&desk, "L-4").contains("found A-1, which is in nobody's book"));
}

#[test]
fn an_address_finds_the_account_by_its_website_and_a_free_provider_finds_none() {
    let lines = "[[related]]\nname = \"Domain\"\nby = \"record.email\"\nwith = \"record.website\"\n\
                 as = \"domain\"";
    let mut desk = desk(lines);
    take(&mut desk, "A-1", "website=https://www.acme.example/about");
    take(&mut desk, "A-2", "website=www.gmail.com");
    take(&mut desk, "A-3", "website=post.example");
    assert_eq!(
        said(&take(&mut desk, "L-1", "email=zoe@acme.example")),
        ["took"]
    );
    assert_eq!(desk.owner("L-1"), desk.owner("A-1"));
    for (key, email) in [("L-2", "zoe@gmail.com"), ("L-3", "zoe@post.example")] {
        let fields = format!("email={email}");
        assert_eq!(said(&take(&mut desk, key, &fields)), ["blank"], "{email}");
    }
    refolded(&desk);
}

#[test]
fn an_owner_who_is_away_is_passed_by_waited_for_or_stood_in_for() {
    for (otherwise, wanted) in [
        ("", "passed"),
        ("otherwise = \"rotation\"", "passed"),
        ("otherwise = \"queue:stand-in\"", "waits"),
        (
            "otherwise = { hold = \"2 days\", then = \"queue:triage\" }",
            "waits",
        ),
    ] {
        let mut desk = desk(&format!("{RELATED}\n{otherwise}"));
        take(&mut desk, "A-1", "company=Acme");
        let until = desk.now + Span::days(1);
        desk.leave("ana", until);
        let verdict = take(&mut desk, "L-1", "account=A-1");
        assert_eq!(said(&verdict), [wanted], "{otherwise}");
        let told = sentence(&desk, "L-1");
        assert!(
            told.contains("of ana, who is on leave until Tuesday 3 March 09:00"),
            "{told}"
        );
        match (wanted, otherwise.contains("hold")) {
            ("passed", _) => assert_eq!(desk.owner("L-1"), Some("ben")),
            (_, false) => assert!(matches!(place(&desk, "L-1"), Place::Queue(_))),
            (_, true) => {
                assert!(matches!(place(&desk, "L-1"), Place::Held(hold) if hold.awaits.is_some()));
                assert!(told.contains("It is held for ana until"), "{told}");
                assert!(
                    desk.run(&Command::Tick).is_err(),
                    "nothing to do while she is away"
                );
                desk.wait(Span::days(1));
                desk.run(&Command::Tick).expect("she is back");
                assert_eq!(desk.owner("L-1"), Some("ana"));
            }
        }
        refolded(&desk);
    }
    // Who is gone for good is not waited for.
    let mut desk = desk(&format!("{RELATED}\notherwise = \"queue:stand-in\""));
    take(&mut desk, "A-1", "company=Acme");
    desk.set_rep("ana", |profile| {
        profile.status = evenkeel_core::people::rep::Status::Paused {
            since: START,
            review: None,
        }
    })
    .expect("paused");
    assert_eq!(said(&take(&mut desk, "L-1", "account=A-1")), ["waits"]);
}

/// One who waits for a rep does not keep the pool's own waiters waiting.
#[test]
fn a_hold_for_one_rep_runs_out_into_its_queue() {
    let mut desk = desk(&format!(
        "{RELATED}\notherwise = {{ hold = \"2 days\", then = \"queue:stand-in\" }}"
    ));
    take(&mut desk, "A-1", "company=Acme");
    let until = desk.now + Span::days(9);
    desk.leave("ana", until);
    take(&mut desk, "L-1", "account=A-1");
    desk.wait(Span::days(2));
    let events = desk.run(&Command::Tick).expect("the deadline");
    assert!(
        matches!(events.as_slice(), [Event::HoldExpired { .. }]),
        "{events:?}"
    );
}

const STICKY: &str = "[[sticky]]\nname = \"Same company\"\nby = \"record.company\"\nas = \"name\"\n\
                      within = \"30 days\"\ncounts = \"full\"";

#[test]
fn the_same_company_goes_back_to_whoever_had_it_lately() {
    let mut desk = desk(STICKY);
    take(&mut desk, "L-1", "company=Acme Ltd");
    give(&mut desk, "L-1", "cleo");
    let verdict = take(&mut desk, "L-2", "company=ACME");
    assert_eq!(
        (said(&verdict), desk.owner("L-2")),
        (vec!["took"], Some("cleo"))
    );
    assert_eq!(
        sentence(&desk, "L-2"),
        "cleo got it: cleo had L-2 lately, alike by “Same company”. It counts as a turn."
            .replace("L-2 lately", "L-1 lately")
    );
    close(&mut desk, "L-1");
    close(&mut desk, "L-2");
    desk.now = START + Span::days(30);
    take(&mut desk, "L-3", "company=acme");
    assert_eq!(desk.owner("L-3"), Some("cleo"), "on the thirtieth day");
    close(&mut desk, "L-3");
    desk.now = START + Span::days(60) + DAY;
    assert_eq!(said(&take(&mut desk, "L-4", "company=acme")), ["nothing"]);
    refolded(&desk);
}

#[test]
fn duplicates_come_before_related_ones_named_accounts_before_sticky() {
    let lines = format!("{STICKY}\n{RELATED}\n{EMAIL}\nthen = \"owner\"");
    let mut desk = desk(&lines);
    let named: Vec<&str> = {
        let ladder = &desk.state.policy().expect("published").document().ladder;
        let rungs = ladder.rungs.iter();
        assert_eq!(
            rungs.map(|rung| rung.name.as_str()).collect::<Vec<_>>(),
            ["Same e-mail", "Owner of the account", "Same company"]
        );
        vec!["ana", "ben", "cleo"]
    };
    for (key, rep, fields) in [
        ("A-1", named[0], "email=a@acme.example"),
        ("A-2", named[1], "website=acme.example"),
        ("A-3", named[2], "company=Acme"),
    ] {
        take(&mut desk, key, fields);
        give(&mut desk, key, rep);
    }
    let all = "email=a@acme.example;account=A-2;company=Acme;country=NZ";
    for (key, fields, owner, wanted) in [
        ("L-1", all, "ana", vec!["took"]),
        (
            "L-2",
            "account=A-2;company=Acme;country=NZ",
            "ben",
            vec!["blank", "took"],
        ),
        (
            "L-3",
            "company=Acme;country=NZ",
            "dan",
            vec!["blank", "blank"],
        ),
        (
            "L-4",
            "company=Acme",
            "cleo",
            vec!["blank", "blank", "took"],
        ),
    ] {
        let verdict = take(&mut desk, key, fields);
        assert_eq!(
            (desk.owner(key), said(&verdict)),
            (Some(owner), wanted),
            "{key}"
        );
        close(&mut desk, key);
    }
}

#[test]
fn kinds_say_what_is_asked_and_what_may_be_found() {
    let lines = format!("{EMAIL}\nkinds = [\"contact\"]");
    let mut desk = desk(&lines);
    take(&mut desk, "L-1", "email=a@acme.example");
    assert_eq!(
        said(&take(&mut desk, "L-2", "email=a@acme.example")),
        [""; 0],
        "leads are not"
    );
    let lines = format!("{RELATED}\namong = [\"account\"]");
    let mut desk = self::desk(&lines);
    take(&mut desk, "A-1", "company=Acme");
    assert_eq!(
        said(&take(&mut desk, "L-1", "account=A-1")),
        ["nothing"],
        "A-1 is a lead"
    );
}

#[test]
fn a_merge_by_hand_gives_one_turn_of_two_back() {
    let mut desk = desk("");
    let even = owed(&desk);
    take(&mut desk, "L-1", "company=Acme");
    let one = owed(&desk);
    take(&mut desk, "L-2", "company=ACME");
    assert_eq!(desk.owner("L-2"), Some("ben"));
    let events = merge(&mut desk, "L-2", "L-1").expect("merged");
    assert!(matches!(
        events.as_slice(),
        [Event::RecordMerged { back: Some(_), .. }]
    ));
    assert_eq!(
        owed(&desk),
        one,
        "as if L-2 had never been dealt, to the millionth"
    );
    assert_eq!(place(&desk, "L-2"), Place::Closed);
    assert_eq!(turn_of(&desk, "L-2"), None, "it cannot come back twice");
    // The survivor's own turn can still be given back.
    let (dealt, verdict) = turn_of(&desk, "L-1").expect("a turn");
    let void = Void {
        record: "L-1".into(),
        reason: "bad_data".into(),
        dealt,
        verdict,
    };
    desk.run(&Command::Void(Box::new(void)))
        .expect("given back");
    assert_eq!(owed(&desk), even);
    refolded(&desk);
}

#[test]
fn a_merge_by_hand_leaves_the_only_turn_with_the_rep_who_keeps_the_record() {
    let mut desk = desk("");
    take(&mut desk, "L-1", "company=Acme");
    take(&mut desk, "L-2", "company=Acme");
    give(&mut desk, "L-1", "ben");
    // L-1 was given by hand, so only L-2 has a turn, and ben has both.
    let before = owed(&desk);
    let events = merge(&mut desk, "L-2", "L-1").expect("merged");
    assert!(matches!(
        events.as_slice(),
        [Event::RecordMerged { back: None, .. }]
    ));
    assert_eq!(owed(&desk), before);
    assert!(
        turn_of(&desk, "L-1").is_some(),
        "it stands for the survivor"
    );
    refolded(&desk);
}

#[test]
fn a_merge_by_hand_is_refused_in_order() {
    let mut none = Desk::empty();
    assert_eq!(merge(&mut none, "L-1", "L-2"), Err("policy_missing"));
    let mut desk = desk("");
    for key in ["L-1", "L-2", "L-3"] {
        take(&mut desk, key, "company=Acme");
    }
    close(&mut desk, "L-3");
    assert_eq!(merge(&mut desk, "L-9", "L-9"), Err("record_unknown"));
    assert_eq!(merge(&mut desk, "L-1", "L-9"), Err("record_unknown"));
    assert_eq!(merge(&mut desk, "L-3", "L-3"), Err("value_refused"));
    assert_eq!(merge(&mut desk, "L-1", "L-3"), Err("record_closed"));
    assert_eq!(merge(&mut desk, "L-3", "L-1"), Err("record_closed"));
    let told = |expected, turn| Merge {
        record: "L-2".into(),
        into: "L-1".into(),
        expected,
        turn,
    };
    let mut run = |merge: Merge| {
        desk.run(&Command::Merge(Box::new(merge)))
            .map_err(|refusal| refusal.code())
    };
    let ana = Expected::Owner(Some("ana".into()));
    assert_eq!(run(told(ana, None)), Err("owner_moved"));
    assert_eq!(run(told(Expected::Any, None)), Err("turn_unknown"));
    merge(&mut desk, "L-2", "L-1").expect("merged");
    assert_eq!(merge(&mut desk, "L-2", "L-1"), Err("record_closed"));
}

#[test]
fn a_forgotten_record_matches_nothing_any_more() {
    let mut desk = desk(&format!("{EMAIL}\nthen = \"flag\""));
    take(&mut desk, "L-1", "email=a@acme.example");
    let record = desk.state.record_no("L-1").expect("taken in");
    let text = format!("{:?}", desk.journal);
    assert!(!text.contains("acme"), "no personal data in an event");
    let forget = |desk: &mut Desk, key: &str| {
        let forget = Forget { record: key.into() };
        desk.run(&Command::Forget(forget))
            .map_err(|refusal| refusal.code())
    };
    assert_eq!(forget(&mut desk, "L-9"), Err("record_unknown"));
    forget(&mut desk, "L-1").expect("forgotten");
    assert_eq!(forget(&mut desk, "L-1"), Err("nothing_to_do"));
    assert_eq!(desk.state.records().marks(record), []);
    assert_eq!(
        said(&take(&mut desk, "L-2", "email=a@acme.example")),
        ["nothing"]
    );
    refolded(&desk);
}

#[test]
fn a_policy_that_compares_something_else_finds_what_was_there_before() {
    let mut desk = desk("");
    take(&mut desk, "L-1", "company=Acme Ltd");
    let lines = "[[duplicate]]\nname = \"Company\"\nby = \"record.company\"\nas = \"name\"";
    desk.publish(&policy(lines)).expect("published");
    assert_eq!(said(&take(&mut desk, "L-2", "company=acme")), ["merged"]);
    refolded(&desk);
}

#[test]
fn what_is_wrong_with_a_ladder_is_said() {
    let told = |lines: &str| {
        let (records, reps) = Default::default();
        let problems = read(&policy(lines), &records, &reps).problems;
        let problems: Vec<String> = problems.iter().map(ToString::to_string).collect();
        problems.join("\n")
    };
    for (lines, wanted) in [
        (EMAIL, ""),
        (
            "[[duplicate]]\nname = \"x\"",
            "duplicate \"x\": it does not say by which field. Add by = \"record.…\".",
        ),
        (
            "[[duplicate]]\nname = \"x\"\nby = \"record.emal\"",
            "duplicate \"x\": there is no field \"record.emal\". Maybe you meant \"email\".",
        ),
        (
            "[[duplicate]]\nname = \"x\"\nby = \"record.email\"\nas = \"fuzzy\"",
            "there is no form \"fuzzy\". There are exact, email, domain, name.",
        ),
        (
            "[[duplicate]]\nname = \"x\"\nby = \"record.points\"\nas = \"name\"",
            "record.points is a number, which has no name. Leave as out, or name a text.",
        ),
        (
            "[[duplicate]]\nname = \"x\"\nby = \"record.email\"\ncounts = \"full\"",
            "counts has no meaning without an owner. Leave it out, or say then = \"owner\".",
        ),
        (
            "[[related]]\nname = \"x\"\nby = \"record.email\"",
            "the key of a record is compared with one field that is not private. Add with = \
             \"record.…\", the field of the other record.",
        ),
        (
            "[[sticky]]\nname = \"x\"\nby = \"record.company\"",
            "it does not say how long ago somebody may have had it. Add within = \"90 days\".",
        ),
        (
            "[[sticky]]\nname = \"x\"\nby = \"record.company\"\nwithin = \"9 days\"\n\
             [[duplicate]]\nname = \"x\"\nby = \"record.company\"",
            "the name \"x\" is taken by an earlier one. Give each its own name.",
        ),
    ] {
        let said = told(lines);
        assert!(
            said.ends_with(wanted) && said.is_empty() == wanted.is_empty(),
            "{lines}\n{said}"
        );
    }
}

/// One step of a made-up stream.
#[derive(Clone, Debug)]
enum Step {
    Take {
        company: u8,
        person: u8,
        account: u8,
    },
    Merge {
        from: u8,
        into: u8,
    },
    Void(u8),
    Close(u8),
    Give {
        record: u8,
        rep: u8,
    },
    Leave {
        rep: u8,
        days: u8,
    },
    Wait(u8),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        8 => (0..6u8, 0..12u8, any::<u8>())
            .prop_map(|(company, person, account)| Step::Take { company, person, account }),
        3 => (any::<u8>(), any::<u8>()).prop_map(|(from, into)| Step::Merge { from, into }),
        1 => any::<u8>().prop_map(Step::Void),
        1 => any::<u8>().prop_map(Step::Close),
        1 => (any::<u8>(), 0..4u8).prop_map(|(record, rep)| Step::Give { record, rep }),
        1 => (0..4u8, 1..5u8).prop_map(|(rep, days)| Step::Leave { rep, days }),
        1 => (1..40u8).prop_map(Step::Wait),
    ]
}

const REPS: [&str; 4] = ["ana", "ben", "cleo", "dan"];

fn walk(desk: &mut Desk, step: &Step) {
    let count = desk.state.records().len();
    let key = |at: u8| format!("L-{}", usize::from(at) % count.max(1));
    match step {
        Step::Take {
            company,
            person,
            account,
        } => {
            let fields = format!(
                "company=Company {company};email=p{person}@c{company}.example;account={}",
                key(*account)
            );
            take(desk, &format!("L-{count}"), &fields);
        }
        Step::Merge { from, into } => drop(merge(desk, &key(*from), &key(*into))),
        Step::Void(at) => {
            if let Some((dealt, verdict)) = turn_of(desk, &key(*at)) {
                let (record, reason) = (key(*at), "bad_data".into());
                let void = Void {
                    record,
                    reason,
                    dealt,
                    verdict,
                };
                desk.run(&Command::Void(Box::new(void)))
                    .expect("a turn comes back once");
            }
        }
        Step::Close(at) => {
            let close = Close {
                record: key(*at),
                expected: Expected::Any,
                reason: "lost".into(),
            };
            drop(desk.run(&Command::Close(close)));
        }
        Step::Give { record, rep } => {
            let assign = Assign {
                record: key(*record),
                rep: REPS[usize::from(*rep)].into(),
                expected: Expected::Any,
                note: None,
            };
            drop(desk.run(&Command::Assign(assign)));
        }
        Step::Leave { rep, days } => {
            let until = desk.now + Span::days(i64::from(*days));
            desk.leave(REPS[usize::from(*rep)], until);
        }
        Step::Wait(hours) => {
            desk.wait(Span(i64::from(*hours) * 3_600_000));
            drop(desk.run(&Command::Tick));
        }
    }
}

/// What is owed, worked out again from the journal alone: entitlement less turns, less turns that
/// came back, and what was counted outside rotation.
fn audited(desk: &Desk) -> Vec<Micro> {
    let mut owed = [Micro(0); 4];
    let mut add = |parts: &[(evenkeel_core::ids::RepNo, Micro)]| {
        parts
            .iter()
            .for_each(|(rep, amount)| owed[rep.index()] += *amount);
    };
    for recorded in &desk.journal {
        match &recorded.event {
            Event::RecordDealt { verdict, .. } => {
                if let Some((turn, pick)) = verdict.picked() {
                    for candidate in &turn.candidates {
                        use evenkeel_core::verdict::Standing;
                        if let Standing::Able { plain, .. } = candidate.standing {
                            add(&[(candidate.rep, plain)]);
                        }
                    }
                    add(&[(pick.rep, -verdict.size)]);
                }
                if let Some(Said::Took(charge)) = verdict.settled().map(|rung| &rung.said) {
                    add(&charge.makeup);
                }
            }
            Event::RecordGiven { counted, .. } => {
                counted.iter().for_each(|counted| add(&counted.makeup));
            }
            Event::TurnVoided { makeup, .. } => add(makeup),
            Event::RecordMerged {
                back: Some(back), ..
            } => match &back.taken {
                evenkeel_core::event::Taken::Turn { makeup, .. } => add(makeup),
                evenkeel_core::event::Taken::Handoff(owing) => add(&owing.makeup),
            },
            Event::CreditClamped {
                rep,
                credit,
                spread,
                ..
            } => {
                let _ = (rep, credit);
                add(spread);
                let rest: Micro = spread.iter().map(|(_, amount)| *amount).sum();
                add(&[(*rep, -rest)]);
            }
            _ => {}
        }
    }
    owed.to_vec()
}

/// Open records of which no other open one is the same by the duplicates that are merged.
fn no_open_twins(desk: &Desk) -> bool {
    let all = (0..desk.state.records().len()).map(RecordNo::at);
    let mut open = all.filter(|record| desk.state.place(*record) != Place::Closed);
    open.all(|record| desk.state.alike(record).is_empty())
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: std::env::var("EVENKEEL_CASES").ok().and_then(|n| n.parse().ok()).unwrap_or(64),
        ..ProptestConfig::default()
    })]

    /// After any sequence of intakes, merges, voids and gifts the books of turns are right, every
    /// credit is within the proved bound, and the fold of the journal is the state.
    #[test]
    fn turn_counts_are_right_after_anything(steps in prop::collection::vec(step(), 1..80)) {
        let lines = format!(
            "{EMAIL}\n{RELATED}\ncounts = 0.5\n\
             otherwise = {{ hold = \"1 days\", then = \"queue:stand-in\" }}\n{STICKY}"
        );
        let mut desk = desk(&lines);
        for one in &steps {
            walk(&mut desk, one);
            let pool = &desk.state.pools()[0];
            let bound = Micro::whole(3) / 2;
            for entry in pool.ledger.members() {
                prop_assert!(entry.credit.abs() <= bound + Micro::whole(1), "{:?}", entry);
            }
        }
        prop_assert_eq!(owed(&desk), audited(&desk));
        prop_assert!(no_open_twins(&desk));
        for record in (0..desk.state.records().len()).map(RecordNo::at) {
            if let Some(into) = desk.state.records().merged_into(record) {
                prop_assert_eq!(desk.state.place(record), Place::Closed);
                prop_assert_eq!(turn_of(&desk, desk.state.records().key(record)), None);
                prop_assert!(desk.state.records().survivor(into) != record);
            }
        }
        refolded(&desk);
    }
}

/// What a look-up costs does not grow with what is not alike; printed by `--nocapture`.
#[test]
fn a_match_among_many_is_a_look_up() {
    let lines = "[[duplicate]]\nname = \"Company\"\nby = \"record.company\"\nas = \"name\"";
    let mut desk = desk(lines);
    for number in 0..2_000 {
        take(
            &mut desk,
            &format!("L-{number}"),
            &format!("company=Company {number}"),
        );
        desk.journal.clear();
    }
    let verdict = take(&mut desk, "again", "company=COMPANY 7 Ltd");
    assert_eq!(
        verdict.settled().and_then(|rung| rung.found),
        desk.state.record_no("L-7")
    );
    let to = Destination::Merged(desk.state.record_no("L-7").expect("taken in"));
    assert!(matches!(&desk.journal[1].event, Event::RecordDealt { to: found, .. } if *found == to));
}
