//! What open records cost, what books should hold, and that deals go by both.

use crate::company::{Desk, START};
use crate::rotation_team::cases;
use evenkeel_core::command::Command;
use evenkeel_core::command::assign::{Assign, Expected};
use evenkeel_core::command::close::Close;
use evenkeel_core::command::deactivate_rep::{BookGoes, DeactivateRep};
use evenkeel_core::effort::capacity::{Capacity, Exception, MONTH, YEAR};
use evenkeel_core::effort::cost::{COST_MAX, Effort, Factor, Kind};
use evenkeel_core::event::Event;
use evenkeel_core::ids::FieldNo;
use evenkeel_core::market::value::{Attributes, Value};
use evenkeel_core::people::rep::Profile;
use evenkeel_core::preview::Sight;
use evenkeel_core::sentence::Words;
use evenkeel_core::state::State;
use evenkeel_core::time::{Moment, Span};
use evenkeel_core::units::{Micro, ONE};
use evenkeel_core::verdict::{Standing, Stop};
use proptest::prelude::*;

/// One pool whose books hold by tier; size and contract value make a record heavier.
pub(crate) const POLICY: &str = r#"
evenkeel = 1
name = "Books"

[record]
country = "text"
employees = "number"
acv = "number"
touched = "time"

[rep]
weight = "number"
staff = "number"

[effort]
size = { field = "record.employees", cuts = [100, 500, 2000], factors = [1, 1.4, 2.2, 3.5] }
acv = { field = "record.acv", cuts = [10000], factors = [1, 1.5] }
touched = "record.touched"

[capacity]
support = ["rep.staff"]

[[pool]]
name = "all"
where = 'true'
capacity = "tier"
share = ["headroom"]
nobody = "queue:spare"

[[queue]]
name = "spare"

[fallback]
to = "pool:all"
"#;

fn closer(years: i64) -> impl FnOnce(&mut Profile) {
    move |profile| profile.closing_since = Some(START - Span(years * YEAR.0))
}

pub(crate) fn field(state: &State, name: &str) -> FieldNo {
    state.record_schema().find(name).expect("declared")
}

pub(crate) fn account(state: &State, employees: i64) -> Attributes {
    let mut account = Attributes::default();
    let number = Value::Number(Micro::whole(employees));
    account.set(field(state, "employees"), number);
    account
}

#[test]
fn experience_is_time_as_a_closer_in_half_open_bands() {
    let capacity = Capacity::usual();
    let name = |span| capacity.tiers[capacity.tier(span)].name.as_str();
    for (span, tier) in [
        (Span(-1), "rookie"),
        (Span(0), "rookie"),
        (Span(YEAR.0 - 1), "rookie"),
        (YEAR, "mid"),
        (Span(5 * YEAR.0 - 1), "mid"),
        (Span(5 * YEAR.0), "veteran"),
        (Span(40 * YEAR.0), "veteran"),
    ] {
        assert_eq!(name(span), tier, "{span}");
    }
}

#[test]
fn band_edges_belong_to_the_band_they_begin() {
    let capacity = Capacity::usual();
    let mut profile = crate::company::newcomer();
    for (years, load, over, under) in [
        (0, 44, false, true),
        (0, 45, false, false),
        (0, 74, false, false),
        (0, 75, true, false),
        (1, 74, false, true),
        (1, 75, false, false),
        (1, 124, false, false),
        (1, 125, true, false),
        (5, 124, false, true),
        (5, 125, false, false),
        (5, 175, false, false),
        (5, 176, true, false),
    ] {
        closer(years)(&mut profile);
        let target = capacity.of("ana", &profile, START).expect("known");
        let load = Micro::whole(load);
        let told = (target.is_over(load), target.is_under(load));
        assert_eq!(told, (over, under), "{years} years, {load} accounts");
    }
    profile.closing_since = None;
    assert_eq!(capacity.of("ana", &profile, START), None);
}

#[test]
fn newcomers_ramp_and_support_multiplies() {
    let (staff, started) = (FieldNo(3), FieldNo(4));
    let mut capacity = Capacity::usual();
    capacity.ramp = vec![Micro(250_000), Micro(500_000)];
    capacity.ramp_since = Some(started);
    capacity.support = vec![staff];
    let mut profile = crate::company::newcomer();
    closer(2)(&mut profile);
    let holds = |profile: &Profile, after: Span| {
        let target = capacity.of("ana", profile, START + after);
        target.expect("known").accounts
    };
    assert_eq!(holds(&profile, Span(0)), Micro::whole(100), "no start told");
    profile.attributes.set(started, Value::Time(START));
    assert_eq!(holds(&profile, Span(0)), Micro::whole(25));
    assert_eq!(holds(&profile, Span(MONTH.0 - 1)), Micro::whole(25));
    assert_eq!(holds(&profile, MONTH), Micro::whole(50));
    assert_eq!(holds(&profile, Span(2 * MONTH.0)), Micro::whole(100));
    profile
        .attributes
        .set(staff, Value::Number(Micro(1_200_000)));
    assert_eq!(holds(&profile, MONTH), Micro::whole(60));
    let target = capacity.of("ana", &profile, START + MONTH).expect("known");
    // The band goes along: 75 to 125 of 100 is 45 to 75 of 60.
    assert_eq!(target.least, Micro::whole(45));
    assert_eq!(target.most, Micro::whole(75));
}

#[test]
fn an_exception_beats_experience_until_it_ends() {
    let until = START + Span::days(30);
    let mut capacity = Capacity::usual();
    let exception = Exception {
        accounts: Micro::whole(40),
        reason: "part_time".into(),
        by: "mona".into(),
        until: Some(until),
    };
    capacity.exceptions.insert("ana".into(), exception);
    let mut profile = crate::company::newcomer();
    let holds = |key: &str, profile: &Profile, now: Moment| {
        let target = capacity.of(key, profile, now)?;
        Some((target.accounts, target.excepted))
    };
    let forty = Some((Micro::whole(40), true));
    assert_eq!(holds("ana", &profile, START), forty, "of no known tier");
    closer(6)(&mut profile);
    assert_eq!(holds("ana", &profile, START), forty);
    let usual = Some((Micro::whole(150), false));
    assert_eq!(holds("ana", &profile, until), usual);
    assert_eq!(holds("ben", &profile, START), usual);
}

#[test]
fn a_cost_is_the_product_of_its_factors() {
    let (size, cycle) = (FieldNo(1), FieldNo(2));
    let factor = |kind: Kind, field| Factor {
        kind,
        field,
        levels: kind.usual(),
    };
    let mut effort = Effort {
        base: ONE,
        factors: vec![factor(Kind::Size, size), factor(Kind::Cycle, cycle)],
        neglect: Span::days(30),
        touched: None,
    };
    let mut record = Attributes::default();
    assert_eq!(effort.of(&record), ONE, "nothing known: a standard account");
    record.set(size, Value::Number(Micro::whole(49)));
    assert_eq!(effort.of(&record), ONE);
    record.set(size, Value::Number(Micro::whole(50)));
    assert_eq!(effort.of(&record), Micro(1_400_000), "a cut begins a level");
    record.set(cycle, Value::Number(Micro::whole(200)));
    assert_eq!(effort.of(&record), Micro(2_240_000));
    effort.base = Micro::whole(90);
    assert_eq!(effort.of(&record), COST_MAX);
}

#[test]
fn books_fill_by_effort_and_a_record_that_does_not_fit_goes_on() {
    let mut desk = Desk::empty();
    desk.publish(POLICY).expect("sound");
    desk.set_rep("ana", closer(0)).expect("a rookie");
    desk.set_rep("ben", closer(3)).expect("a mid");
    let give = |desk: &mut Desk, number: usize, employees: i64| {
        let account = account(&desk.state, employees);
        desk.take_in_with(&format!("A-{number}"), "DE", account)
            .expect("taken in")
    };
    // 45 accounts of 3.5 are 157.5 of the 160 that both can hold together.
    for number in 0..45 {
        give(&mut desk, number, 5_000);
    }
    let rep = |key| desk.state.roster().find(key).expect("set");
    let (ana, ben) = (rep("ana"), rep("ben"));
    let tenths = |tenths: i64| Micro(tenths * 100_000);
    assert_eq!(desk.state.load(ana), tenths(595), "17 of 3.5");
    assert_eq!(desk.state.load(ben), tenths(980), "28 of 3.5");
    // 2.2 does not fit into the 0.5 and the 2 that are left, 1 fits with ben alone.
    let events = give(&mut desk, 45, 600);
    let (_, verdict) = events.iter().find_map(Event::deal).expect("dealt");
    let stops = verdict.turns[0].candidates.iter();
    for one in stops {
        let Standing::Stopped(stop @ Stop::BookFull(load)) = &one.standing else {
            panic!("{one:?} is not full");
        };
        assert_eq!(load.adds, Micro(2_200_000));
        let keys = Words::keys(&desk.state);
        let words = Words {
            state: &desk.state,
            rep: &keys,
        };
        let told = words.stop(one.rep, stop);
        let wanted = match one.rep == ana {
            true => "has no room for it, 59.5 of 60 in the book and this is 2.2",
            false => "has no room for it, 98 of 100 in the book and this is 2.2",
        };
        assert_eq!(told, wanted);
    }
    assert_eq!(desk.owner("A-45"), None, "it waits in the queue");
    give(&mut desk, 46, 10);
    assert_eq!(desk.owner("A-46"), Some("ben"));
}

/// Moves the workspace on by one made-up step.
fn step(desk: &mut Desk, number: usize, (what, who, size): (u8, usize, i64)) {
    let reps = ["ana", "ben", "cleo"];
    let record = format!("A-{}", who * 7 % (number + 1));
    let expected = Expected::Any;
    let done = match what {
        0..=4 => {
            let account = account(&desk.state, size);
            desk.take_in_with(&format!("A-{number}"), "DE", account)
        }
        5 => desk.run(&Command::Close(Close {
            record,
            expected,
            reason: "lost".into(),
        })),
        6 => desk.run(&Command::Assign(Assign {
            record,
            expected,
            rep: reps[who % 3].into(),
            note: None,
        })),
        7 => {
            let factors = format!("factors = [1, {}, 2.2, 3.5]", 1 + who % 3);
            desk.publish(&POLICY.replace("factors = [1, 1.4, 2.2, 3.5]", &factors))
        }
        8 => desk.publish(&POLICY.replace("[effort]", "[effort]\nbase = 0.5")),
        _ => desk.run(&Command::DeactivateRep(DeactivateRep {
            rep: reps[who % 3].into(),
            book: BookGoes::Redeal,
            plan: None,
        })),
    };
    // What cannot be done now changes nothing.
    drop(done);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(cases(24)))]

    /// Kept as records move, loads are what counting the books gives; a fold and a snapshot agree.
    #[test]
    fn loads_are_what_the_books_weigh(
        steps in prop::collection::vec((0u8..11, 0usize..40, 1i64..5_000), 1..60)
    ) {
        let mut desk = Desk::empty();
        desk.publish(POLICY).expect("sound");
        for key in ["ana", "ben", "cleo"] {
            desk.set_rep(key, closer(2)).expect("set");
        }
        for (number, one) in steps.into_iter().enumerate() {
            step(&mut desk, number, one);
            let state = &desk.state;
            for (rep, entry) in state.roster().iter() {
                let book = entry.book.iter().map(|record| state.cost(*record));
                prop_assert_eq!(state.load(rep), book.sum::<Micro>());
            }
        }
        let mut read: State =
            postcard::from_bytes(&Desk::bytes(&desk.state)).expect("a snapshot");
        read.revive();
        for (rep, _) in desk.state.roster().iter() {
            prop_assert_eq!(read.load(rep), desk.state.load(rep));
        }
    }
}

/// Looking ahead at another `[effort]` deals as the pool will once it is published.
#[test]
fn a_preview_weighs_the_books_by_the_policy_to_come() {
    let mut desk = Desk::empty();
    desk.publish(&POLICY.replace("[effort]\n", "[effort]\nbase = 0.1\n"))
        .expect("sound");
    desk.set_rep("ana", closer(0)).expect("a rookie");
    desk.set_rep("ben", closer(0)).expect("a rookie");
    for (number, size) in [5_000i64, 10].into_iter().cycle().take(60).enumerate() {
        let account = account(&desk.state, size);
        let (key, who) = (format!("A-{number}"), ["ana", "ben"][number % 2]);
        desk.take_in_with(&key, "DE", account).expect("taken in");
        desk.run(&Command::Assign(Assign {
            record: key,
            expected: Expected::Any,
            rep: who.into(),
            note: None,
        }))
        .ok();
    }
    let command = Command::PublishPolicy(evenkeel_core::command::publish_policy::PublishPolicy {
        text: POLICY.into(),
        based_on: None,
    });
    let envelope = desk.envelope();
    let preview = Sight::of(&desk.state, &command, &envelope)
        .expect("sound")
        .look();
    let after = preview.pools[0].after.as_ref().expect("it stays");
    desk.run(&command).expect("sound");
    let rep = |key| desk.state.roster().find(key).expect("set");
    let (ana, ben) = (rep("ana"), rep("ben"));
    let loads = [ana, ben].map(|rep| desk.state.load(rep));
    assert_eq!(loads, [Micro::whole(105), Micro::whole(30)]);
    assert!(
        after.turns.iter().all(|rep| *rep == ben),
        "ana's book is full"
    );
}
