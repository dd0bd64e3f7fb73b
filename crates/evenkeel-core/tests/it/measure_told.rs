//! What files tell, read by the reports on lives: the same figures, never called comparable, and
//! what is not told stays unknown.

use crate::measure_volumes::steady;
use evenkeel_core::ids::{RecordNo, RepNo};
use evenkeel_core::measure::calendar::Stretch;
use evenkeel_core::measure::coverage::Worked;
use evenkeel_core::measure::credit::{CreditRule, RULES};
use evenkeel_core::measure::life::{
    Deal, End, Life, Lives, Reading, STRANGERS, Telling, Touch, Way,
};
use evenkeel_core::measure::past::{Fact, Happened, deals};
use evenkeel_core::measure::past_rates::PastRates;
use evenkeel_core::measure::reached::Reached;
use evenkeel_core::measure::scorecard::{Asked, Scorecard};
use evenkeel_core::measure::told::{Called, NO_REASON, both, lives};
use evenkeel_core::measure::unknown::Unknown;
use evenkeel_core::measure::validation::{By, Part, Validation};
use evenkeel_core::measure::volume::{self, Volume};
use evenkeel_core::time::{Moment, Span};
use evenkeel_core::units::Micro;

const START: Moment = Moment(1_704_067_200_000);

fn day(day: u32) -> Moment {
    START + Span::days(i64::from(day))
}

fn fact(record: u32, at: u32, what: Happened, rep: Option<u32>) -> Fact {
    Fact {
        record,
        at: day(at),
        what,
        row: u64::from(record) * 100 + u64::from(at),
        told: Moment(0),
        rep: rep.map(RepNo),
        word: None,
        value: None,
    }
}

/// Two reps; of every five records two are won, one is lost, one is no fit and one is open. Every
/// other is worked by its owner on the second day, by call, and every sixth by the other rep.
fn facts(records: u32) -> Vec<Fact> {
    let mut all = Vec::new();
    for record in 0..records {
        let (rep, dealt) = (record % 2, record * 3);
        all.push(Fact {
            word: Some(if record % 10 == 0 { 2 } else { 3 }),
            value: Some(Micro(7_000_000)),
            ..fact(record, dealt, Happened::Created, None)
        });
        all.push(fact(record, dealt, Happened::Assigned, Some(rep)));
        all.push(fact(record, dealt, Happened::Owned, Some(rep)));
        if record % 4 < 2 {
            let work = fact(record, dealt + 1, Happened::Worked, Some(rep));
            all.push(Fact {
                word: Some(0),
                ..work
            });
        }
        if record % 6 == 0 {
            let other = fact(record, dealt + 2, Happened::Worked, Some(1 - rep));
            all.push(Fact {
                word: Some(1),
                ..other
            });
        }
        let end = match record % 5 {
            0 | 1 => Happened::Won,
            2 => Happened::Lost,
            3 => Happened::Disqualified,
            _ => continue,
        };
        let value = (end == Happened::Won).then_some(Micro(5_000_000));
        let ended = fact(record, dealt + 20, end, None);
        all.push(Fact { value, ..ended });
    }
    all
}

fn called(records: u32) -> Called {
    let text = |text: &str| Some(text.to_owned());
    Called {
        records: (0..records)
            .map(|record| text(&format!("D-{record}")))
            .collect(),
        words: ["call", "e-mail", "self_sourced", "web"].map(text).to_vec(),
        // The first is a rep of the workspace, the second is not.
        reps: vec![RepNo(4), RepNo(STRANGERS)],
        strangers: vec!["jo".to_owned()],
    }
}

fn history(records: u32) -> Lives {
    let until = day(records * 3 + 100);
    lives(deals(facts(records), until), &called(records), until)
}

const ALL: Asked = Asked {
    pool: None,
    rule: CreditRule::OwnerAtOutcome,
    all: true,
    horizon: None,
};

#[test]
fn the_rates_are_those_of_the_imported_deals_and_never_comparable() {
    let (records, until) = (200, day(700));
    let told = history(records);
    let facts = deals(facts(records), until);
    for rule in RULES {
        let asked = Asked { rule, ..ALL };
        let card = Scorecard::of(&told, &Reading::default(), &asked).expect("a card");
        let rates = PastRates::of(&facts, rule, until, None).expect("rates");
        assert!(!card.comparable);
        assert_eq!(card.told, u64::from(records));
        assert_eq!(card.quarters, rates.quarters);
        assert!(card.reps.iter().all(|line| line.known.is_none()));
        // The one who is no rep of the workspace comes last in both.
        let own = |rates: &evenkeel_core::measure::close_rate::CloseRates| {
            let own = rates.reps.iter().map(|rate| (rate.counted.tally, rate.own));
            own.collect::<Vec<_>>()
        };
        assert_eq!(own(&card.rates), own(&rates.rates), "{rule:?}");
    }
    let drawn = Asked { all: false, ..ALL };
    let none = Scorecard::of(&told, &Reading::default(), &drawn).expect_err("nobody drew");
    assert_eq!(none, Unknown::NotDrawn { n: 200.0 });
    let card = Scorecard::of(&told, &Reading::default(), &ALL).expect("a card");
    let reps: Vec<RepNo> = card.reps.iter().map(|line| line.rep).collect();
    assert_eq!(reps, [RepNo(4), RepNo(STRANGERS)]);
    assert_eq!(told.stranger(reps[0]), None);
    assert_eq!(told.stranger(reps[1]), Some("jo"));
    // Expected are the team's rates in the quarter of dealing; over all reps they add up.
    let sums = card.reps.iter().filter_map(|line| line.standard);
    let (wins, expected) = sums.fold((0.0, 0.0), |(wins, expected), one| {
        (wins + one.wins, expected + one.expected)
    });
    assert!((wins - expected).abs() < 1e-6, "{wins} {expected}");
}

#[test]
fn a_rep_known_only_on_won_records_gives_no_rate() {
    let mut facts = facts(200);
    facts.retain(|fact| fact.rep.is_none() || fact.record % 5 < 2);
    let until = day(700);
    let told = lives(deals(facts, until), &called(200), until);
    let refused = Scorecard::of(&told, &Reading::default(), &ALL).expect_err("no rate");
    assert!(
        matches!(refused, Unknown::RepOnlyOnWon { .. }),
        "{refused:?}"
    );
}

fn validated(lives: &Lives, worked: &Worked) -> Validation {
    let all = (&Reading::default(), Telling::default());
    Validation::of(lives, lives.all.iter(), all, (By::Rep, worked)).expect("records")
}

#[test]
fn what_is_worked_follows_the_definition_and_the_rest_adds_up() {
    let told = history(200);
    let worked = |kinds: &[&str], touches| {
        let kinds = kinds.iter().map(|kind| {
            let at = told.kinds.iter().position(|one| one == kind);
            u32::try_from(at.expect("a kind")).expect("few")
        });
        let worked = Worked {
            kinds: kinds.collect(),
            touches,
        };
        validated(&told, &worked).whole.funnel.worked
    };
    assert_eq!(
        worked(&[], 1),
        100,
        "what another rep did is not the owner's"
    );
    assert_eq!((worked(&["call"], 1), worked(&["e-mail"], 1)), (100, 0));
    assert_eq!(worked(&[], 2), 0);
    let all = Worked {
        kinds: Vec::new(),
        touches: 1,
    };
    let found = validated(&told, &all);
    let whole = found.whole.funnel;
    assert_eq!((whole.came, whole.dealt, whole.won), (200, 200, 80));
    assert_eq!((whole.lost, whole.disqualified, whole.open), (40, 40, 40));
    assert_eq!((whole.origin_known, whole.self_sourced), (200, 20));
    // Won ones at what they brought, open ones at what they were said to be worth.
    assert_eq!(whole.valued, 120);
    assert_eq!(whole.pipeline, 80 * 5_000_000 + 40 * 7_000_000);
    assert_eq!(found.disqualified[0].reason, NO_REASON);
    let parts: Vec<Part> = found.parts.iter().map(|line| line.part).collect();
    assert_eq!(parts, [RepNo(4), RepNo(STRANGERS)].map(Part::Rep));
}

/// Nobody says who worked: then the owner did, until it went elsewhere.
#[test]
fn work_of_nobody_named_is_the_owners() {
    let mut facts = facts(200);
    for fact in &mut facts {
        if fact.what == Happened::Worked {
            fact.rep = None;
        }
    }
    let until = day(700);
    let told = lives(deals(facts, until), &called(200), until);
    let all = Worked {
        kinds: Vec::new(),
        touches: 1,
    };
    // The owner's of before, and what the other rep did on 17 records that were not worked else.
    let funnel = validated(&told, &all).whole.funnel;
    let more = (0..200)
        .filter(|record| record % 4 >= 2 && record % 6 == 0)
        .count() as u64;
    assert_eq!(funnel.worked, 100 + more);
}

/// A journal with three records: one that the files know too.
fn own() -> Lives {
    let mut own = Lives::none();
    let reason = own.reason("won");
    for (number, key) in ["L-1", "D-7", "L-2"].into_iter().enumerate() {
        let at = day(2_000);
        let mut life = Life::new(key, Some(RecordNo::at(number)), at);
        let way = Way::Hand;
        life.deals.push(Deal {
            at,
            rep: RepNo(4),
            way,
        });
        life.owners.push((at, Some(RepNo(4))));
        let (kind, rep) = (0, Some(RepNo(4)));
        life.touches.push(Touch { at, rep, kind });
        if number == 0 {
            let told = None;
            life.end = Some(End {
                at: day(2_010),
                reason,
                told,
            });
        }
        own.all.push(life);
    }
    own.until = day(2_050);
    own
}

#[test]
fn both_count_each_record_once_and_each_as_far_as_it_is_known() {
    let (own, told) = (own(), history(200));
    let all = both(&own, &told);
    assert_eq!((all.all.len(), all.twice, all.told()), (202, 1, 199));
    let journal = all.all.iter().filter(|life| life.key == "D-7");
    assert_eq!(
        journal.map(|life| life.record).collect::<Vec<_>>(),
        [Some(RecordNo(1))]
    );
    assert_eq!(all.until, own.until);
    let reading = Reading::default().of(&all);
    for life in &all.all {
        let (from, codes) = match life.is_told() {
            true => (&told, Reading::default().of(&told)),
            false => (&own, Reading::default().of(&own)),
        };
        assert_eq!(all.known(life), from.until, "{}", life.key);
        let same = from.all.iter().find(|one| one.key == life.key);
        let same = same.expect("it comes from there");
        assert_eq!(life.fate(&reading), same.fate(&codes), "{}", life.key);
        let kind = |lives: &Lives, life: &Life| {
            let kinds = life
                .touches
                .iter()
                .map(|touch| lives.kinds[touch.kind as usize].clone());
            kinds.collect::<Vec<_>>()
        };
        assert_eq!(kind(&all, life), kind(from, same));
    }
    // An open record of the files is no older for what the journal knows later.
    let worked = Worked {
        kinds: Vec::new(),
        touches: 1,
    };
    let ages = |lives: &Lives| {
        let open = lives
            .all
            .iter()
            .filter(|life| life.is_told() && life.end.is_none());
        let reading = Reading::default().of(lives);
        let age = |life: &Life| {
            life.dealt(&reading, false, lives.known(life))
                .map(|one| one.age)
        };
        open.map(age).collect::<Vec<_>>()
    };
    assert_eq!(ages(&all), ages(&told));
    assert_eq!(validated(&all, &worked).whole.funnel.won, 81);
}

fn volume(lives: &Lives) -> Volume {
    let asked = volume::Asked {
        follow: Span::days(7),
        won: Span::days(30),
    };
    let about = (&Reading::default(), Telling::default());
    Volume::of(lives, about, asked).expect("months")
}

/// The rest of the files is no work: nobody knows what was followed up, and wins are known.
#[test]
fn files_without_activities_tell_wins_and_no_follow_up() {
    let mut facts = facts(200);
    // In some months fewer came.
    let fewer = |record: u32| (record / 20).is_multiple_of(2) && record % 10 < 5;
    facts.retain(|fact| fact.what != Happened::Worked && !fewer(fact.record));
    let until = day(700);
    let told = lives(deals(facts, until), &called(200), until);
    for lives in [&told, &both(&own(), &told)] {
        let volume = volume(lives);
        assert_eq!(volume.known(), 0);
        let jo = volume.reps.iter().find(|one| one.rep == RepNo(STRANGERS));
        let jo = jo.expect("jo had leads").told.expect("months");
        assert_eq!((jo.follow_up, jo.drop), (None, None));
        assert!(jo.close.interval.holds(0.4), "{:?}", jo.close);
        let said = jo.sentence("jo");
        let words = "jo: what was followed up is not known (19 months). A further lead a month";
        assert!(said.starts_with(words), "{said}");
    }
    // The months of one are too much alike to tell anything.
    assert_eq!(volume(&history(200)).known(), 1);
}

/// Years lie between the files and the journal: what the files tell is the same with both, no month
/// in between counts, and nobody missed a target in it.
#[test]
fn where_nobody_tells_anything_nothing_is_counted() {
    let mut told = history(200);
    // One record that both know is the journal's.
    told.all.retain(|life| life.key != "D-7");
    let all = both(&own(), &told);
    assert_eq!(told.gap(), None);
    assert_eq!(all.gap(), Some((told.until, day(2_000))));
    let jo = RepNo(STRANGERS);
    let months = |lives: &Lives| {
        let of = volume(lives).reps.into_iter().find(|one| one.rep == jo);
        of.expect("jo had leads").months
    };
    assert_eq!(months(&all), months(&told));
    let (mut periods, of_files) = (steady(&all).periods, steady(&told).periods);
    let last = periods.pop().expect("that of the journal");
    assert_eq!(last.number, Stretch::Month.of(day(2_000)));
    assert_eq!(periods, of_files);
    let reached = |lives: &Lives| {
        let codes = Reading::default().of(lives);
        Reached::of(lives, &codes, Stretch::Month, &|_| Some(2)).expect("months")
    };
    let (here, there) = (reached(&all), reached(&told));
    // The rep of both is seen in the months of the files and in those of the journal.
    let seen = |reached: &Reached, at: usize| reached.reps[at].curve.n();
    assert_eq!(seen(&here, 1), seen(&there, 1));
    assert_eq!(seen(&here, 0), seen(&there, 0) + 2);
    assert!(here.reps[1].running.is_none() && here.reps[0].running.is_some());
}
