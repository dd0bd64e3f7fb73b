//! What is asked before the rules: duplicates, owners of related accounts, whoever had it lately.

use crate::company::{Desk, START};
use evenkeel_core::command::Command;
use evenkeel_core::command::assign::{Assign, Expected};
use evenkeel_core::command::close::Close;
use evenkeel_core::command::intake::Intake;
use evenkeel_core::command::merge::Merge;
use evenkeel_core::event::{Event, Recorded};
use evenkeel_core::holding::place::Place;
use evenkeel_core::ids::RecordNo;
use evenkeel_core::market::schema::RECORD_KIND;
use evenkeel_core::market::value::{Attributes, Value};
use evenkeel_core::precedence::mark::{self, MarkKey};
use evenkeel_core::sentence::Words;
use evenkeel_core::state::State;
use evenkeel_core::time::{DAY, Span};
use evenkeel_core::units::Micro;
use evenkeel_core::verdict::Verdict;
use std::collections::BTreeMap;

/// A straight pool of four that holds nothing, with these lines before it.
pub(crate) fn policy(lines: &str) -> String {
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

pub(crate) fn desk(lines: &str) -> Desk {
    let mut desk = Desk::empty();
    desk.publish(&policy(lines)).expect("a sound policy");
    for key in ["ana", "ben", "cleo", "dan"] {
        desk.set_rep(key, |_| {}).expect("a new rep");
    }
    desk
}

pub(crate) const EMAIL: &str =
    "[[duplicate]]\nname = \"Same e-mail\"\nby = \"record.email\"\nas = \"email\"";

/// Takes in a record whose fields are written `company=Acme email=ana@acme.example`.
pub(crate) fn take(desk: &mut Desk, key: &str, fields: &str) -> Verdict {
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
            false => attributes.set(number, Value::Text(value.into())),
        }
    }
    let ladder = &desk.state.policy().expect("published").document().ladder;
    let marks = mark::marks(ladder, &MarkKey([7; 32]), &schema, &attributes, &private);
    let intake = Intake {
        key: key.into(),
        attributes: attributes.into(),
        private: None,
        occurred: None,
        marks,
    };
    desk.run(&Command::Intake(intake))
        .map_err(|refusal| refusal.code())
}

pub(crate) fn place(desk: &Desk, key: &str) -> Place {
    desk.state
        .place(desk.state.record_no(key).expect("taken in"))
}

pub(crate) fn close(desk: &mut Desk, key: &str) {
    let close = Close {
        record: key.to_owned(),
        expected: Expected::Any,
        reason: "lost".into(),
    };
    desk.run(&Command::Close(close)).expect("closed");
}

pub(crate) fn give(desk: &mut Desk, key: &str, rep: &str) {
    let assign = Assign {
        record: key.to_owned(),
        rep: rep.to_owned(),
        expected: Expected::Any,
        note: None,
    };
    desk.run(&Command::Assign(assign)).expect("given");
}

/// The turn of a record, as the journal holds it.
pub(crate) fn turn_of(desk: &Desk, key: &str) -> Option<(u64, Verdict)> {
    let dealt = desk.state.records().turn(desk.state.record_no(key)?)?;
    let recorded: &Recorded = &desk.journal[dealt as usize - 1];
    recorded
        .event
        .deal()
        .map(|(_, verdict)| (dealt, verdict.clone()))
}

pub(crate) fn merge(desk: &mut Desk, key: &str, into: &str) -> Result<Vec<Event>, &'static str> {
    let merge = Merge {
        record: key.to_owned(),
        into: into.to_owned(),
        expected: Expected::Any,
        turn: turn_of(desk, key),
    };
    desk.run(&Command::Merge(Box::new(merge)))
        .map_err(|refusal| refusal.code())
}

pub(crate) fn said(verdict: &Verdict) -> Vec<&'static str> {
    verdict.rungs.iter().map(|rung| rung.said.code()).collect()
}

pub(crate) fn sentence(desk: &Desk, key: &str) -> String {
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
pub(crate) fn owed(desk: &Desk) -> Vec<Micro> {
    let members = desk.state.pools()[0].ledger.members().iter();
    members.map(|entry| entry.credit + entry.makeup).collect()
}

pub(crate) fn turns(desk: &Desk) -> Vec<u64> {
    desk.state.pools()[0]
        .tallies
        .iter()
        .map(|tally| tally.turns)
        .collect()
}

pub(crate) fn refolded(desk: &Desk) {
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

pub(crate) const RELATED: &str =
    "[[related]]\nname = \"Owner of the account\"\nby = \"record.account\"";

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
            reason: None,
        }
    })
    .expect("paused");
    assert_eq!(said(&take(&mut desk, "L-1", "account=A-1")), ["waits"]);
}

#[test]
fn one_who_waits_for_a_rep_keeps_the_pools_own_waiters_from_nothing() {
    let lines =
        format!("{RELATED}\notherwise = {{ hold = \"2 days\", then = \"queue:stand-in\" }}");
    let mut desk = desk(&lines);
    let nobody = "nobody = \"queue:triage\"";
    let holds = "nobody = { hold = \"9 days\", then = \"queue:triage\" }";
    let text = policy(&lines).replace(nobody, holds);
    desk.publish(&text).expect("a sound policy");
    take(&mut desk, "A-1", "company=Acme");
    let ana_is_back = desk.now + Span::days(9);
    desk.leave("ana", ana_is_back);
    take(&mut desk, "L-1", "account=A-1");
    let others_are_back = desk.now + Span::days(1);
    for rep in ["ben", "cleo", "dan"] {
        desk.leave(rep, others_are_back);
    }
    take(&mut desk, "L-2", "company=Other");
    let awaits = |desk: &Desk, key: &str| match place(desk, key) {
        Place::Held(hold) => hold.awaits.is_some(),
        other => panic!("{key} is not held: {other:?}"),
    };
    assert!(awaits(&desk, "L-1") && !awaits(&desk, "L-2"));
    // L-1 came first, is held for the same pool, and cannot move: L-2 does.
    desk.wait(Span::days(1));
    desk.run(&Command::Tick).expect("the others are back");
    assert_eq!(desk.owner("L-2"), Some("ben"));
    assert!(awaits(&desk, "L-1"), "still for ana alone");
    desk.wait(Span::days(1));
    let events = desk.run(&Command::Tick).expect("the deadline");
    assert!(
        matches!(events.as_slice(), [Event::HoldExpired { .. }]),
        "{events:?}"
    );
    let stand_in = desk.state.queue_no("stand-in").expect("declared");
    assert_eq!(place(&desk, "L-1"), Place::Queue(stand_in));
    refolded(&desk);
}

pub(crate) const STICKY: &str = "[[sticky]]\nname = \"Same company\"\nby = \"record.company\"\nas = \"name\"\n\
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
    let ladder = &desk.state.policy().expect("published").document().ladder;
    let names = ladder.rungs.iter().map(|rung| rung.name.as_str());
    let order = ["Same e-mail", "Owner of the account", "Same company"];
    assert_eq!(names.collect::<Vec<_>>(), order);
    for (key, rep, fields) in [
        ("A-1", "ana", "email=a@acme.example"),
        ("A-2", "ben", "website=acme.example"),
        ("A-3", "cleo", "company=Acme"),
    ] {
        take(&mut desk, key, fields);
        if desk.owner(key) != Some(rep) {
            give(&mut desk, key, rep);
        }
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
