//! Every way to deal through the verbs: a policy, reps, records, and the verdicts that come of it.

use crate::company::{Desk, newcomer};
use evenkeel_core::command::Command;
use evenkeel_core::command::intake::Intake;
use evenkeel_core::event::Event;
use evenkeel_core::market::value::{Attributes, Value};
use evenkeel_core::sentence::Words;
use evenkeel_core::units::Micro;
use evenkeel_core::verdict::{Chooser, Destination, Ground, Standing, Stop, Stream, Verdict};

/// A workspace whose one pool deals as `lines` say, with ana, ben and cleo in it.
fn desk(lines: &str) -> Desk {
    let text = format!(
        "evenkeel = 1\nname = \"made up\"\n[record]\nindustry = \"text\"\nvalue = \"number\"\n\
         [rep]\nskills = \"tags\"\ncapacity = \"number\"\n[[queue]]\nname = \"triage\"\n\
         [fallback]\nto = \"pool:all\"\n[[pool]]\nname = \"all\"\nwhere = 'rep.team == \"inbound\"'\n\
         nobody = \"queue:triage\"\n{lines}\n"
    );
    let mut desk = Desk::empty();
    desk.publish(&text).expect("a sound policy");
    for (key, skill, capacity) in [("ana", "health", 3), ("ben", "finance", 2), ("cleo", "", 2)] {
        let (skills, room) = (field(&desk, "skills"), field(&desk, "capacity"));
        desk.set_rep(key, |profile| {
            *profile = newcomer();
            let tags = Value::tags(vec![skill.to_owned()]);
            profile.attributes.set(skills, tags);
            let capacity = Value::Number(Micro::whole(capacity));
            profile.attributes.set(room, capacity);
        })
        .expect("a new rep");
    }
    desk
}

fn field(desk: &Desk, name: &str) -> evenkeel_core::ids::FieldNo {
    desk.state.rep_schema().find(name).expect("declared")
}

/// Takes a record in, and says where it went and why.
fn take(desk: &mut Desk, key: &str, industry: &str, value: i64) -> (Destination, Verdict) {
    let mut attributes = Attributes::default();
    let schema = desk.state.record_schema();
    let (one, other) = (schema.find("industry"), schema.find("value"));
    attributes.set(one.expect("declared"), Value::Text(industry.into()));
    attributes.set(other.expect("declared"), Value::Number(Micro::whole(value)));
    let events = desk
        .run(&Command::Intake(Intake {
            key: key.into(),
            attributes: attributes.into(),
            private: None,
            marks: Vec::new(),
            occurred: None,
        }))
        .expect("taken in");
    match events.into_iter().last() {
        Some(Event::RecordDealt { to, verdict, .. }) => (to, verdict),
        other => panic!("a record is dealt, not {other:?}"),
    }
}

fn sentence(desk: &Desk, (to, verdict): &(Destination, Verdict)) -> String {
    let rep = Words::keys(&desk.state);
    let words = Words {
        state: &desk.state,
        rep: &rep,
    };
    words.verdict(verdict, to)
}

/// What the fold remembers is what replaying the journal remembers.
fn replayed(desk: &Desk) {
    let mut again = evenkeel_core::state::State::new();
    desk.journal
        .iter()
        .for_each(|recorded| again.apply(recorded));
    assert_eq!(Desk::bytes(&again), Desk::bytes(&desk.state));
}

#[test]
fn a_mix_tells_what_the_record_added_to_it() {
    let mut desk = desk(
        "method = \"mix\"\nbalance = { factors = [\"record.industry\"], value = \"record.value\", \
         random = 0 }",
    );
    let mut owners = Vec::new();
    for (number, industry) in ["health", "health", "health", "tech", "tech", "tech"]
        .iter()
        .enumerate()
    {
        let dealt = take(&mut desk, &format!("L-{number}"), industry, 100);
        let turn = dealt.1.turns.last().expect("a turn");
        let Ground::Mix(traits) = &turn.ground else {
            panic!("{:?}", turn.ground)
        };
        assert_eq!(traits.levels[0].level, *industry);
        let worth = traits.value.as_ref().expect("a value");
        assert_eq!(
            worth.parts.iter().copied().sum::<Micro>(),
            Micro::whole(100)
        );
        assert_eq!(worth.mean, Micro::whole(100));
        assert!(sentence(&desk, &dealt).contains("of the most owed"));
        owners.push(
            desk.owner(&format!("L-{number}"))
                .expect("an owner")
                .to_owned(),
        );
    }
    for industry in owners.chunks(3) {
        let mut industry = industry.to_vec();
        industry.sort();
        assert_eq!(industry, ["ana", "ben", "cleo"], "{owners:?}");
    }
    replayed(&desk);
}

#[test]
fn a_specialist_gets_what_fits() {
    let mut desk = desk(
        "method = \"fit\"\nspecialist = [{ record = \"record.industry\", rep = \"rep.skills\" }]",
    );
    let dealt = take(&mut desk, "L-1", "finance", 1);
    assert_eq!(desk.owner("L-1"), Some("ben"));
    let (turn, pick) = dealt.1.picked().expect("a pick");
    assert_eq!(pick.chooser, Chooser::Fit);
    assert!(matches!(&turn.ground, Ground::Fit(reps) if reps.len() == 1));
    assert!(sentence(&desk, &dealt).contains("the only specialist"));
    let dealt = take(&mut desk, "L-2", "tech", 1);
    let (_, pick) = dealt.1.picked().expect("a pick");
    assert_eq!(pick.chooser, Chooser::MostOwed);
    replayed(&desk);
}

#[test]
fn a_stream_leaves_the_base_alone() {
    let mut desk = desk(
        "stream = { share = 0.25 }\n\
         specialist = [{ record = \"record.industry\", rep = \"rep.skills\" }]",
    );
    let mut special = 0;
    for number in 0..40 {
        let before: Vec<_> = desk.state.pools()[0].ledger.members().to_vec();
        let dealt = take(&mut desk, &format!("L-{number}"), "health", 1);
        let turn = dealt.1.turns.last().expect("a turn");
        if matches!(turn.stream, Stream::Special { .. }) {
            special += 1;
            assert_eq!(desk.owner(&format!("L-{number}")), Some("ana"));
            assert_eq!(desk.state.pools()[0].ledger.members(), before);
            let stopped = Standing::Stopped(Stop::NoSpecialist);
            assert_eq!(turn.candidates[1].standing, stopped);
        }
    }
    assert_eq!(special, 10, "a quarter of forty");
    let pool = &desk.state.pools()[0];
    assert_eq!(pool.memory.special.dealt, Micro::whole(10));
    assert_eq!(pool.memory.special.base, Micro::whole(30));
    let turns: Vec<u64> = pool.tallies.iter().map(|tally| tally.turns).collect();
    assert_eq!(turns, [20, 10, 10]);
    replayed(&desk);
}

#[test]
fn a_joining_specialist_is_not_flooded_by_the_stream() {
    let mut desk = desk(
        "method = \"random\"\nstream = { share = 0.25 }\n\
         specialist = [{ record = \"record.industry\", rep = \"rep.skills\" }]",
    );
    for number in 0..80 {
        take(&mut desk, &format!("L-{number}"), "health", 1);
    }
    let skills = field(&desk, "skills");
    let join = |profile: &mut evenkeel_core::people::rep::Profile| {
        let tags = Value::tags(vec!["health".to_owned()]);
        profile.attributes.set(skills, tags);
    };
    desk.set_rep("dan", join).expect("a new rep");
    let mut special = Vec::new();
    for number in 80..160 {
        let key = format!("L-{number}");
        let dealt = take(&mut desk, &key, "health", 1);
        let turn = dealt.1.turns.last().expect("a turn");
        if matches!(turn.stream, Stream::Special { .. }) {
            special.push(desk.owner(&key).expect("an owner").to_owned());
        }
    }
    assert_eq!(special.len(), 20, "a quarter of eighty");
    let dan = special.iter().filter(|owner| *owner == "dan").count();
    assert_eq!(dan, 10, "he shares alike from the first day: {special:?}");
    let base: Vec<u64> = desk.state.pools()[0]
        .tallies
        .iter()
        .map(|tally| tally.turns - (tally.turns.min(special_of(&desk, tally.rep))))
        .collect();
    // Base turns: 20 each of the first sixty, then 15 each; drawn within a lead of fair.
    for (turns, due) in base.iter().zip([35u64, 35, 35, 15]) {
        assert!(turns.abs_diff(due) <= 2, "{base:?}");
    }
    replayed(&desk);
}

/// Turns a rep had from the stream.
fn special_of(desk: &Desk, rep: evenkeel_core::ids::RepNo) -> u64 {
    let received = desk.state.pools()[0].memory.special.received(rep);
    received.0.unsigned_abs() / 1_000_000
}

#[test]
fn a_full_book_is_passed_over_and_then_nobody_can() {
    let mut desk = desk("method = \"headroom\"\ncapacity = \"rep.capacity\"");
    for number in 0..7 {
        take(&mut desk, &format!("L-{number}"), "tech", 1);
    }
    let books = desk.state.roster().iter().map(|(_, rep)| rep.book.len());
    assert_eq!(books.collect::<Vec<_>>(), [3, 2, 2]);
    let dealt = take(&mut desk, "L-8", "tech", 1);
    assert!(matches!(dealt.0, Destination::Queue(_)));
    assert!(sentence(&desk, &dealt).contains("ana has a full book, 3 of 3."));
    replayed(&desk);
}

#[test]
fn shares_scale_what_everybody_is_entitled_to() {
    let mut desk = desk("capacity = \"rep.capacity\"\nshare = [\"headroom\"]");
    let dealt = take(&mut desk, "L-1", "tech", 1);
    let turn = dealt.1.turns.last().expect("a turn");
    let weights: Vec<u32> = turn.candidates.iter().map(|one| one.weight).collect();
    assert_eq!(weights, [1_000_000, 666_666, 666_666]);
    assert_eq!(desk.owner("L-1"), Some("ana"));
    let dealt = take(&mut desk, "L-2", "tech", 1);
    let turn = dealt.1.turns.last().expect("a turn");
    let weights: Vec<u32> = turn.candidates.iter().map(|one| one.weight).collect();
    assert_eq!(weights, [1_000_000; 3], "two free places each");
    replayed(&desk);
}
