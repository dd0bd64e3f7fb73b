//! Replay: a history played again gives itself back to the byte, another policy gives what that
//! policy would have given, and fresh draws give others.
//!
//! The law streams of the other tests end in [`gives_itself_back`] as well.

use crate::company::Desk;
use crate::company::POLICY;
use evenkeel_core::command::Command;
use evenkeel_core::command::assign::{Assign, Expected};
use evenkeel_core::command::close::Close;
use evenkeel_core::command::reassign::Reassign;
use evenkeel_core::draw::DrawKey;
use evenkeel_core::event::{Event, Recorded};
use evenkeel_core::holding::place::Place;
use evenkeel_core::replay::again::{History, How};
use evenkeel_core::replay::check::{Check, Differs};
use evenkeel_core::replay::compare::{Because, CAVEAT, Comparison, Seen};
use evenkeel_core::replay::draws::Draws;
use evenkeel_core::replay::hands::{Hands, What};
use evenkeel_core::replay::reseed::{self, Deals, NOBODY};
use evenkeel_core::replay::side::Side;
use evenkeel_core::replay::stream::{Follow, Stream};
use evenkeel_core::state::State;
use evenkeel_core::time::Span;
use evenkeel_core::units::Micro;
use evenkeel_core::verdict::Destination;

/// The key of every desk.
pub(crate) fn draws() -> Draws {
    Draws::of_key(DrawKey::from_seed(1))
}

/// Follows a journal from its first event.
pub(crate) fn follow(journal: &[Recorded], follow: &mut impl Follow) -> State {
    let mut stream = Stream::after(State::new());
    for recorded in journal {
        stream.event(recorded.clone(), follow);
    }
    stream.finish(follow)
}

/// A journal as a history that begins with nothing.
pub(crate) fn history(journal: &[Recorded]) -> History {
    let mut inputs = Vec::new();
    let end = follow(journal, &mut inputs);
    History {
        base: State::new(),
        inputs,
        until: end.last_at(),
        records: end.record_schema().clone(),
        reps: end.rep_schema().clone(),
    }
}

/// Everything that is recorded.
#[derive(Default)]
pub(crate) struct Tape(pub(crate) Vec<Recorded>);

impl Follow for Tape {
    fn event(&mut self, _: &State, recorded: &Recorded) {
        self.0.push(recorded.clone());
    }
}

fn recorded_way() -> How {
    How {
        policy: None,
        draws: draws(),
        between: false,
    }
}

fn bytes(journal: &[Recorded]) -> Vec<u8> {
    postcard::to_stdvec(journal).expect("events can be written")
}

/// Played again from what was asked for, the journal comes out the same to the byte, and every
/// decision follows from the state it was made on.
pub(crate) fn gives_itself_back(journal: &[Recorded]) {
    let history = history(journal);
    let mut tape = Tape::default();
    let played = history.play(&recorded_way(), &mut tape);
    let played = played.expect("no policy is published");
    assert_eq!(played.refused.into_iter().next(), None);
    assert_eq!(played.foreign, 0);
    let other = tape.0.iter().zip(journal).find(|(again, was)| again != was);
    assert_eq!(other, None, "the first event that differs");
    assert_eq!(
        bytes(&tape.0),
        bytes(journal),
        "the same journal to the byte"
    );
    let secrets = draws();
    let mut check = Check::new(&secrets);
    follow(journal, &mut check);
    assert_eq!(check.checked.findings, []);
    assert_eq!(check.checked.taken_over, 0);
}

/// A desk with some of everything that its policy can do.
pub(crate) fn busy() -> Desk {
    let mut desk = Desk::with_reps(&["ana", "ben", "cleo", "dina"]);
    for at in 0..120u32 {
        desk.wait(Span::hours(3));
        let country = ["US", "DE", "DE", "NZ", "FR"][at as usize % 5];
        desk.take_in(&format!("L-{at}"), country).expect("new");
        let record = format!("L-{}", at / 2);
        let command = match at % 10 {
            3 => Command::Assign(Assign {
                record,
                rep: "ben".into(),
                expected: Expected::Any,
                note: None,
            }),
            5 => Command::Reassign(Reassign {
                record,
                expected: Expected::Any,
            }),
            7 => Command::Close(Close {
                record: format!("L-{}", at / 3),
                expected: Expected::Any,
                reason: "won".into(),
            }),
            _ => Command::Tick,
        };
        // Some have nothing to change: that is not recorded either.
        let _ = desk.run(&command);
        if at % 40 == 20 {
            let until = desk.now + Span::days(2);
            desk.leave("ana", until);
        }
    }
    desk
}

#[test]
fn an_unchanged_policy_gives_back_the_recorded_history_to_the_byte() {
    let desk = busy();
    gives_itself_back(&desk.journal);
    let history = history(&desk.journal);
    assert!(history.is_policy(POLICY));
    let how = How {
        policy: Some(POLICY.to_owned()),
        ..recorded_way()
    };
    let mut tape = Tape::default();
    let played = history
        .play(&how, &mut tape)
        .expect("the policy was accepted before");
    assert_eq!(bytes(&tape.0), bytes(&desk.journal));
    assert_eq!(Desk::bytes(&played.state), Desk::bytes(&desk.state));
}

#[test]
fn from_the_middle_on_the_rest_comes_out_the_same_too() {
    let desk = busy();
    let half = desk.journal.len() / 2;
    let command = desk.journal[half].command;
    let cut = desk.journal.iter().position(|one| one.command == command);
    let cut = cut.expect("it is there");
    let mut base = State::new();
    desk.journal[..cut].iter().for_each(|one| base.apply(one));
    let mut stream = Stream::after(base.clone());
    let mut inputs = Vec::new();
    for recorded in &desk.journal[cut..] {
        stream.event(recorded.clone(), &mut inputs);
    }
    let end = stream.finish(&mut inputs);
    let history = History {
        base,
        inputs,
        until: end.last_at(),
        records: end.record_schema().clone(),
        reps: end.rep_schema().clone(),
    };
    let mut tape = Tape::default();
    history.play(&recorded_way(), &mut tape).expect("no policy");
    assert_eq!(bytes(&tape.0), bytes(&desk.journal[cut..]));
}

#[test]
fn another_policy_deals_the_same_records_by_its_own_rules() {
    let desk = busy();
    let history = history(&desk.journal);
    let text = POLICY.replace("to = \"pool:lottery\"", "to = \"queue:triage\"");
    let how = How {
        policy: Some(text),
        draws: draws(),
        between: true,
    };
    let mut tape = Tape::default();
    let played = history.play(&how, &mut tape).expect("a sound policy");
    assert_eq!(
        played.state.version(),
        1,
        "it stands where the first one stood"
    );
    let taken = |journal: &[Recorded]| {
        let taken = journal.iter().filter_map(|one| match &one.event {
            Event::RecordTaken { key, .. } => Some((one.at, key.clone())),
            _ => None,
        });
        taken.collect::<Vec<_>>()
    };
    assert_eq!(
        taken(&tape.0),
        taken(&desk.journal),
        "the same arrivals at the same moments"
    );
    let lottery = played.state.pool_no("lottery").expect("still a pool");
    assert_eq!(played.state.pool(lottery).dealt, 0);
    let queue = played.state.queue_no("triage").expect("still a queue");
    let waiting = played.state.queue(queue).records.len();
    assert!(waiting > 20, "what the lottery dealt waits: {waiting}");
}

#[test]
fn a_refused_policy_is_refused() {
    let history = history(&busy().journal);
    let how = How {
        policy: Some("evenkeel = 1".to_owned()),
        ..recorded_way()
    };
    let refused = history
        .play(&how, &mut Tape::default())
        .expect_err("no pool");
    assert_eq!(refused.code(), "policy_rejected");
}

#[test]
fn what_waits_goes_on_between_the_recorded_ticks() {
    let mut desk = Desk::with_reps(&["ana"]);
    let until = desk.now + Span::hours(30);
    desk.leave("ana", until);
    desk.take_in("L-1", "FR").expect("new");
    desk.wait(Span::days(5));
    desk.take_in("L-2", "FR").expect("new");
    let history = history(&desk.journal);
    let how = How {
        between: true,
        ..recorded_way()
    };
    let mut tape = Tape::default();
    history.play(&how, &mut tape).expect("no policy");
    let dealt = tape.0.iter().find_map(|one| match &one.event {
        Event::RecordDealt {
            record,
            to: Destination::Rep(_),
            ..
        } if record.0 == 0 => Some(one.at),
        _ => None,
    });
    assert_eq!(dealt, Some(until), "at the end of the leave");
}

#[test]
fn fresh_draws_give_others_and_the_same_number_the_same() {
    let desk = busy();
    let history = history(&desk.journal);
    let rows: Vec<_> = (0..60)
        .map(|number| reseed::row(&history, None, number).expect("no policy"))
        .collect();
    assert_eq!(reseed::row(&history, None, 7).expect("no policy"), rows[7]);
    assert!(rows.windows(2).any(|two| two[0] != two[1]));
    let deals = Deals::of(rows);
    assert_eq!((deals.replays(), deals.records()), (60, 120));
    let reps = desk.state.roster().len();
    for record in 0..deals.records() {
        let counts = deals.counts(record, reps);
        let nobody = (0..60)
            .filter(|row| deals.row(*row)[record] == NOBODY)
            .count();
        assert_eq!(counts.iter().sum::<u32>() as usize + nobody, 60);
    }
    // What is drawn among four is spread over all of them; what is named is not.
    let lottery: Vec<u32> = (0..reps)
        .map(|rep| {
            (0..120)
                .filter(|at| at % 5 == 1)
                .map(|at| deals.counts(at, reps)[rep])
                .sum()
        })
        .collect();
    assert!(lottery.iter().all(|count| *count > 200), "{lottery:?}");
    let named = deals.counts(3, reps);
    assert_eq!(named.iter().filter(|count| **count > 0).count(), 1);
}

#[test]
fn a_decision_that_does_not_follow_is_found() {
    let desk = busy();
    let dealt = |one: &Recorded| match &one.event {
        Event::RecordDealt {
            verdict,
            to: Destination::Rep(_),
            ..
        } => verdict.picked().is_some(),
        _ => false,
    };
    let at = desk.journal.iter().rposition(dealt).expect("a pool deals");
    let mut journal = desk.journal[..=at].to_vec();
    let Event::RecordDealt { to, verdict, .. } = &mut journal[at].event else {
        panic!("it was one just now");
    };
    let pick = verdict.turns.last_mut().and_then(|turn| turn.pick.as_mut());
    let pick = pick.expect("somebody was picked");
    let mut others = desk.state.roster().iter().map(|(rep, _)| rep);
    let other = others.find(|rep| *rep != pick.rep).expect("there are four");
    pick.rep = other;
    *to = Destination::Rep(other);
    let secrets = draws();
    let mut check = Check::new(&secrets);
    follow(&journal, &mut check);
    let found: Vec<_> = check
        .checked
        .findings
        .iter()
        .map(|one| (one.seq, &one.how))
        .collect();
    assert_eq!(found, [(at as u64 + 1, &Differs::Elsewhere)]);
    assert_eq!(check.checked.findings[0].recorded, Some(other));

    let unknown = Draws::unknown();
    let mut check = Check::new(&unknown);
    follow(&desk.journal, &mut check);
    assert_eq!(
        check.checked.findings,
        [],
        "recorded bits draw the recorded reps"
    );
    assert!(
        check.checked.taken_over > 20,
        "picks of days whose secret is not known"
    );
}

#[test]
fn overrides_are_told_with_who_gained() {
    let mut desk = Desk::with_reps(&["ana", "ben"]);
    desk.take_in("L-1", "FR").expect("new");
    desk.take_in("L-2", "FR").expect("new");
    let owner = desk.owner("L-1").expect("dealt").to_owned();
    let other = if owner == "ana" { "ben" } else { "ana" };
    desk.run(&Command::Assign(Assign {
        record: "L-1".into(),
        rep: other.into(),
        expected: Expected::Any,
        note: None,
    }))
    .expect("given");
    let mut hands = Hands::default();
    let state = follow(&desk.journal, &mut hands);
    assert_eq!(hands.count, 1);
    let one = hands.list[0];
    let rep = |key: &str| state.roster().find(key);
    assert_eq!(
        (one.what, one.from, one.to),
        (What::Given, rep(&owner), rep(other))
    );
    assert_eq!(one.pool, state.pool_no("inbound"));
    let balance = |key: &str| hands.balance[&rep(key).expect("known")];
    assert_eq!((balance(other).gained, balance(other).lost), (1, 0));
    assert_eq!((balance(&owner).gained, balance(&owner).lost), (0, 1));
    assert!(matches!(state.place(one.record), Place::Book(_)));
}

/// A journal and its replay by `policy`, compared.
fn compared(journal: &[Recorded], policy: Option<String>) -> Comparison {
    let history = history(journal);
    let (mut recorded, mut replayed) = (Side::after(&history.base), Side::after(&history.base));
    let end = follow(journal, &mut recorded);
    let how = How {
        between: policy.is_some(),
        policy,
        draws: draws(),
    };
    let played = history.play(&how, &mut replayed).expect("a sound policy");
    let until = history.until;
    let seen = |side, state| Seen { side, state, until };
    Comparison::of(seen(&recorded, &end), seen(&replayed, &played.state))
}

#[test]
fn nothing_differs_without_a_change_and_both_sides_are_counted_alike() {
    let desk = busy();
    let comparison = compared(&desk.journal, None);
    assert_eq!(
        (comparison.records, &comparison.differences[..]),
        (120, &[][..])
    );
    assert_eq!(comparison.waits.recorded, comparison.waits.replayed);
    for line in &comparison.reps {
        assert_eq!(line.dealt.recorded, line.dealt.replayed);
        assert_eq!(line.load.recorded, line.load.replayed);
        assert!(line.load.recorded <= Micro::whole(i64::from(line.most.recorded)));
        // Over the history, and not since 1970.
        assert!(line.load.recorded > Micro(0), "{line:?}");
    }
    let dealt: u64 = comparison.reps.iter().map(|line| line.dealt.recorded).sum();
    assert_eq!(dealt, comparison.waits.recorded.records);
    assert!(comparison.between.0 >= crate::company::START);
    let said = comparison.sentences();
    assert_eq!(said[0], CAVEAT);
    assert_eq!(said[1], "All 120 records would have gone where they went.");
}

#[test]
fn a_book_is_measured_over_time() {
    let mut desk = Desk::with_reps(&["ana"]);
    for record in ["L-1", "L-2"] {
        desk.take_in(record, "FR").expect("new");
        desk.wait(Span::days(1));
    }
    desk.run(&Command::Close(Close {
        record: "L-1".into(),
        expected: Expected::Any,
        reason: "won".into(),
    }))
    .expect("open");
    desk.wait(Span::days(2));
    desk.take_in("L-3", "FR").expect("new");
    let mut side = Side::after(&State::new());
    follow(&desk.journal, &mut side);
    let ana = desk.state.roster().find("ana").expect("known");
    let fill = side.books[&ana];
    // One for a day, two for a day, one for two days.
    assert_eq!((fill.now, fill.most), (2, 2));
    let mean = fill.mean(crate::company::START, desk.now);
    assert_eq!(mean, Micro(1_250_000));
}

#[test]
fn what_differs_is_told_with_what_is_responsible() {
    let desk = busy();
    let text = POLICY
        .replace("to = \"pool:lottery\"", "to = \"pool:inbound\"")
        .replace("country == \"NZ\"", "country == \"US\"");
    let comparison = compared(&desk.journal, Some(text));
    let reasons = comparison.reasons();
    assert_eq!(
        reasons.values().sum::<u64>() as usize,
        comparison.differences.len()
    );
    assert!(
        reasons[&Because::Pool] > 0 && reasons[&Because::Rule] > 0,
        "{reasons:?}"
    );
    for one in &comparison.differences {
        let same = one.recorded.by == one.replayed.by;
        assert_eq!(same, one.because != Because::Rule, "{one:?}");
        assert_ne!(one.recorded.place, one.replayed.place);
    }
    let (before, after, most) = comparison.rules()[0];
    assert!(most > 0 && !before.is_empty() && !after.is_empty());
    let pools: Vec<&str> = comparison.pools.iter().map(|line| &*line.pool).collect();
    assert_eq!(pools, ["inbound", "lottery"]);
    let lottery = comparison.pools[1].even;
    assert!(lottery.recorded.turns > 0);
    assert_eq!(lottery.replayed.turns, 0);
    assert!(
        comparison
            .pools
            .iter()
            .all(|line| line.even.replayed.worst <= line.even.replayed.bound)
    );
}
