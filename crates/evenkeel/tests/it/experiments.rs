//! Experiments over generated histories whose truth is known: a planted effect is found with an
//! interval that holds it, none is seldom said, and each ground is called what it is.

use evenkeel::reports::asking::Asks;
use evenkeel::reports::experiments::{self, Found, Question};
use evenkeel::reports::history::{History, Source};
use evenkeel::reports::table::Report;
use evenkeel_core::draw::{DrawKey, split};
use evenkeel_core::ids::RepNo;
use evenkeel_core::measure::life::{COUNTED, Deal, Life, Lives, Touch, Way};
use evenkeel_core::measure::periods::{WEEK, Weeks};
use evenkeel_core::measure::rollout::Ground;
use evenkeel_core::measure::unknown::Unknown;
use evenkeel_core::people::hours::Hours;
use evenkeel_core::people::rep::{Profile, Status};
use evenkeel_core::rehearsal::{Base, Rehearsal};
use evenkeel_core::state::State;
use evenkeel_core::time::{Moment, Span};
use std::sync::Arc;

const REPS: usize = 8;
const WEEKS: i64 = 20;
/// Records a rep gets a week.
const RECORDS: i64 = 25;
/// The week from which on those who begin have the change.
const CHANGE: i64 = 10;

/// Monday 6 January 2025.
fn begin() -> Moment {
    Weeks::monday(Moment(1_736_200_000_000))
}

/// A workspace with eight reps, `r0` to `r7`.
fn workspace() -> State {
    let mut desk = Rehearsal::with_fields(&Base::of(&State::new()));
    for rep in 0..REPS {
        let profile = Profile {
            attributes: Default::default(),
            closing_since: None,
            zone: "UTC".into(),
            hours: Hours::default(),
            leaves: Vec::new(),
            status: Status::Active,
            private: None,
        };
        desk.set_rep(&format!("r{rep}"), &profile)
            .expect("a new rep");
    }
    desk.state
}

/// Seeded chance, evenly from 0 to 1.
struct Chance(DrawKey, u32);

impl Chance {
    fn even(&mut self) -> f64 {
        self.1 += 1;
        let bits = self.0.bits("experiment", "chance", self.1);
        f64::from(split(bits, 1_000_000).0) / 1e6
    }
}

/// Eight reps who work half of what they get, each a little more or less, in weeks that are better
/// or worse for all of them; those of `begun` work so much more from [`CHANGE`] on.
fn weeks(seed: u64, begun: &[usize], effect: f64) -> Lives {
    let mut chance = Chance(DrawKey::from_seed(seed), 0);
    let mut lives = Lives::none();
    let levels: Vec<f64> = (0..REPS).map(|_| 0.4 + 0.2 * chance.even()).collect();
    for week in 0..WEEKS {
        let season = 0.1 * (chance.even() - 0.5) + 0.004 * week as f64;
        for (rep, level) in levels.iter().enumerate() {
            let more = match begun.contains(&rep) && week >= CHANGE {
                true => effect,
                false => 0.0,
            };
            for number in 0..RECORDS {
                let at = begin() + Span(WEEK.0 * week) + Span::hours(6 * number);
                let rep = RepNo::at(rep);
                let mut life = Life::new(&format!("L-{}", lives.all.len()), None, at);
                let way = Way::Named;
                life.deals.push(Deal { at, rep, way });
                life.owners.push((at, Some(rep)));
                if chance.even() < level + season + more {
                    life.touches.push(Touch {
                        at: at + Span::hours(30),
                        rep: Some(rep),
                        kind: COUNTED,
                    });
                }
                lives.all.push(life);
            }
        }
    }
    lives.until = begin() + Span(WEEK.0 * (WEEKS + 2));
    lives
}

/// The question in which these began, and the others never.
fn asked(state: &State, lives: &Lives, begun: &[usize], dealt: &str) -> (Found, Report) {
    let day = (begin() + Span(WEEK.0 * CHANGE)).to_string();
    let one = |rep: usize| match begun.contains(&rep) {
        true => format!("r{rep}={}", &day[..10]),
        false => format!("r{rep}=never"),
    };
    let starts: Vec<String> = (0..REPS).map(one).collect();
    let question = Question {
        starts: Some(starts.join(", ")),
        dealt: Some(dealt.to_owned()),
        ..Question::default()
    };
    let read = question.read(state, &own()).expect("a sound question");
    let found = experiments::find(lives, &read);
    let report = experiments::report(lives, &read, &found);
    (found, report)
}

/// A history of nothing, of which the question asks nothing.
fn own() -> History {
    History {
        lives: Arc::new(Lives::none()),
        source: Source::Own,
        imported: false,
        sources: Vec::new(),
    }
}

/// Four of eight, by the seed.
fn four(seed: u64) -> Vec<usize> {
    let names: Vec<String> = (0..REPS).map(|rep| rep.to_string()).collect();
    let dealt = experiments::deal(&names, 2, &DrawKey::from_seed(seed), begin());
    let first = dealt.iter().map(|(_, at)| *at).min().expect("eight");
    let begun = dealt.iter().enumerate().filter(|(_, one)| one.1 == first);
    begun.map(|(at, _)| at).collect()
}

#[test]
fn a_planted_effect_is_found_on_either_ground_and_none_is_not_said() {
    let state = workspace();
    for (dealt, ground) in [("random", Ground::Randomized), ("chosen", Ground::Compared)] {
        let (mut found_it, mut held, mut alarms) = (0, 0, 0);
        let histories = 12;
        for seed in 0..histories {
            let begun = four(seed);
            assert_eq!(begun.len(), 4);
            let lives = weeks(seed, &begun, 0.15);
            let (found, report) = asked(&state, &lives, &begun, dealt);
            let effect = found.effect.expect("eight reps in twenty weeks");
            assert_eq!((effect.ground, effect.arrangements), (ground, 70));
            found_it += u32::from(effect.p <= 0.05);
            held += u32::from(effect.size.interval.holds(0.15));
            let width = effect.size.interval.high - effect.size.interval.low;
            assert!(width > 0.02 && width < 0.25, "{:?}", effect.size);
            assert!(report.said[0].starts_with("The worked share"), "{report:?}");
            assert!(report.said[0].ends_with(ground.words()), "{report:?}");
            assert!(found.step.is_none(), "some never began");

            let lives = weeks(seed + 5_000, &begun, 0.0);
            let (found, report) = asked(&state, &lives, &begun, dealt);
            let effect = found.effect.expect("eight reps in twenty weeks");
            alarms += u32::from(effect.p <= 0.05);
            if effect.p > 0.05 {
                assert!(effect.size.interval.holds(0.0), "{effect:?}");
                let said = &report.said[0];
                assert!(said.contains("is not known to have changed"), "{said}");
            }
        }
        println!(
            "{dealt}: {found_it} of {histories} found, {held} intervals held .15, {alarms} alarms without \
             an effect"
        );
        assert!(found_it * 10 >= histories as u32 * 9, "{found_it}");
        assert!(held * 10 >= histories as u32 * 8, "{held}");
        assert!(alarms <= 3, "{alarms}");
    }
}

#[test]
fn all_at_once_is_called_suggestive_and_never_evidence() {
    let state = workspace();
    let all: Vec<usize> = (0..REPS).collect();
    let lives = weeks(3, &all, 0.2);
    for dealt in ["random", "chosen"] {
        let (found, report) = asked(&state, &lives, &all, dealt);
        assert!(
            matches!(
                found.effect,
                Err(Unknown::NothingToCompare | Unknown::TooFew { .. })
            ),
            "nobody was left without: {:?}",
            found.effect
        );
        let step = found
            .step
            .expect("all began at once")
            .expect("ten weeks a side");
        assert!(step.size.interval.holds(0.2), "{step:?}");
        let said = report.said.last().expect("the step");
        assert!(said.ends_with(Ground::Suggestive.words()), "{said}");
        assert!(
            !report
                .said
                .iter()
                .any(|said| said.contains("so this is evidence")),
            "{report:?}"
        );
    }
}

#[test]
fn weeks_that_are_not_ripe_and_groups_too_few_are_refused() {
    let state = workspace();
    let begun = [0, 1, 2, 3];
    let mut lives = weeks(4, &begun, 0.2);
    // Three days into the week after the change began nothing of it is known.
    lives.until = begin() + Span(WEEK.0 * CHANGE) + Span::days(3);
    lives.all.retain(|life| life.came <= lives.until);
    let (found, report) = asked(&state, &lives, &begun, "random");
    assert!(found.effect.is_err(), "{:?}", found.effect);
    assert!(!report.said[0].contains("changed"), "{report:?}");
    // Two groups can be arranged in two ways: no chance of five in a hundred can come out.
    let lives = weeks(4, &begun, 0.2);
    let day = (begin() + Span(WEEK.0 * CHANGE)).to_string();
    let question = Question {
        starts: Some(format!("r0={}, r7=never", &day[..10])),
        dealt: Some("random".to_owned()),
        ..Question::default()
    };
    let read = question.read(&state, &own()).expect("a sound question");
    let found = experiments::find(&lives, &read);
    assert!(
        matches!(found.effect, Err(Unknown::TooFew { .. })),
        "{:?}",
        found.effect
    );
}
