//! Rates from history that others made: nobody equal is flagged, somebody different is, and the
//! quarter-end trap is warned about where there is one.
//!
//! `EVENKEEL_PATHS` is the number of simulated teams of equals (default 200).

use crate::measure_chance::{Chance, size};
use evenkeel_core::command::Command;
use evenkeel_core::command::decide;
use evenkeel_core::command::envelope::Envelope;
use evenkeel_core::command::import_history::ImportHistory;
use evenkeel_core::draw::DrawKey;
use evenkeel_core::event::{Actor, Recorded};
use evenkeel_core::holding::imports::{Import, Told};
use evenkeel_core::ids::{CommandId, RepNo};
use evenkeel_core::measure::credit::CreditRule;
use evenkeel_core::measure::maturity::{Lead, Maturity};
use evenkeel_core::measure::past::{Deal, Fact, Happened, deals};
use evenkeel_core::measure::past_look::PastLook;
use evenkeel_core::measure::past_rates::PastRates;
use evenkeel_core::measure::quarter::Quarters;
use evenkeel_core::measure::unknown::Unknown;
use evenkeel_core::state::State;
use evenkeel_core::time::{Moment, Span};

/// 2016-10-20, and the end of 2017: the shape of a CRM's export.
const START: Moment = Moment(1_476_921_600_000);
const END: Moment = Moment(1_514_678_400_000);

/// How a team's deals go.
#[derive(Clone, Copy)]
struct Shape {
    reps: u32,
    deals: u32,
    /// Of a hundred wins that are not in the last month of a quarter, so many are pushed there.
    pushed: u32,
    /// The chance in percent that a decided deal is won, for the first rep and for the others.
    wins: (u32, u32),
    /// The chance in percent that a deal is left open, for the first rep and for the others.
    open: (u32, u32),
}

const EQUALS: Shape = Shape {
    reps: 6,
    deals: 1_500,
    pushed: 45,
    wins: (63, 63),
    open: (19, 19),
};

/// Facts of a made-up team: half of the deals end within three weeks, half after six to twenty;
/// wins are pushed into the last month of the quarter, as people do.
fn facts(shape: Shape, seed: u64) -> Vec<Fact> {
    let mut chance = Chance::of(seed);
    let mut below = |most: u32| chance.under(most as usize) as u32;
    let mut all = Vec::new();
    for record in 0..shape.deals {
        let rep = below(shape.reps * 3 / 2) % shape.reps;
        let chances = |pair: (u32, u32)| if rep == 0 { pair.0 } else { pair.1 };
        let dealt = START + Span::days(i64::from(below(430)));
        let fact = |what, at, rep: Option<u32>| Fact {
            record,
            at,
            what,
            row: u64::from(record),
            told: Moment(0),
            rep: rep.map(RepNo),
            word: None,
            value: None,
        };
        all.push(fact(Happened::Assigned, dealt, Some(rep)));
        let (open, won) = (chances(shape.open), chances(shape.wins));
        if below(100) < open {
            continue;
        }
        let won = below(100) < won;
        let took = match below(100) < 45 {
            true => 1 + below(20),
            false => 40 + below(98),
        };
        let mut closed = dealt + Span::days(i64::from(took));
        let day = (closed - Moment(1_475_280_000_000)).0 / 86_400_000;
        if won && day % 91 < 61 && below(100) < shape.pushed {
            closed = closed + Span::days(61 - day % 91 + i64::from(below(28)));
        }
        let what = if won { Happened::Won } else { Happened::Lost };
        all.push(fact(what, closed, None));
    }
    all
}

fn team(shape: Shape, seed: u64) -> Vec<Deal> {
    deals(facts(shape, seed), END)
}

fn rates(deals: &[Deal]) -> PastRates {
    let rule = CreditRule::OwnerAtOutcome;
    PastRates::of(deals, rule, END, None).expect("there are wins")
}

/// Who stands out, without working out every rate.
fn look(deals: &[Deal]) -> PastLook {
    let lead = |deal: &Deal| deal.lead(CreditRule::OwnerAtOutcome, END);
    let leads: Vec<Lead> = deals.iter().map(lead).collect();
    let maturity = Maturity::of(&leads, None).expect("there are wins");
    PastLook::of(deals, &leads, maturity.horizon)
}

fn name(rep: RepNo) -> String {
    format!("rep {}", rep.0)
}

#[test]
fn nobody_of_equals_is_flagged_and_looking_one_by_one_would() {
    let paths = size("EVENKEEL_PATHS", 200);
    let (mut flagged, mut alone) = (0, 0);
    for seed in 0..u64::from(paths) {
        let look = look(&team(EQUALS, seed));
        flagged += u32::from(!look.standing_out().is_empty());
        alone += u32::from(!look.seeming().is_empty());
    }
    // 5 % and three standard errors; one by one it is a quarter of all teams.
    let most = 0.05 * f64::from(paths) + 3.0 * (0.0475 * f64::from(paths)).sqrt();
    assert!(f64::from(flagged) <= most, "{flagged} of {paths}");
    assert!(alone * 8 > paths, "{alone} of {paths}");
}

#[test]
fn thirty_agents_have_rates_with_intervals_and_the_trap_is_warned_about() {
    let shape = Shape {
        reps: 30,
        deals: 3_000,
        ..EQUALS
    };
    let deals = team(shape, 7);
    let rates = rates(&deals);
    assert_eq!((rates.rates.reps.len(), rates.ends.len()), (30, 30));
    assert_eq!(rates.look.standing_out(), [0; 0]);
    for (rate, ends) in rates.rates.reps.iter().zip(&rates.ends) {
        let own = rate.own;
        assert!(own.interval.holds(own.value) && own.n > 0.0);
        assert!(own.interval.high - own.interval.low > 0.05);
        assert_eq!(ends.deals, ends.won + ends.lost + ends.open);
    }
    assert!(rates.quarters.is_trap(), "{:?}", rates.quarters);
    let warned = rates.quarters.sentence().expect("a warning");
    assert!(warned.starts_with("Beware of quarter ends: of what was decided in the last month"));
    let sentence = rates.look_sentence(&name);
    assert!(
        sentence.ends_with("Looked at together, nobody does."),
        "{sentence}"
    );

    let even = Shape {
        pushed: 0,
        ..EQUALS
    };
    let calm = Quarters::of(&team(even, 7));
    assert!(!calm.is_trap(), "{calm:?}");
    assert_eq!(calm.sentence(), None);
}

#[test]
fn who_wins_less_stands_out_and_who_leaves_none_open_does_not() {
    let weak = Shape {
        wins: (35, 63),
        ..EQUALS
    };
    let weak = rates(&team(weak, 3));
    assert_eq!(weak.look.standing_out(), [0]);
    let sentence = weak.look_sentence(&name);
    assert!(
        sentence.contains("rep 0 still does and won less often"),
        "{sentence}"
    );
    assert!(sentence.contains("no evidence about the rep"), "{sentence}");

    let tidy = Shape {
        open: (0, 30),
        ..EQUALS
    };
    let tidy = rates(&team(tidy, 3));
    assert_eq!(tidy.look.standing_out(), [0; 0]);
    assert!(tidy.look.untidy().contains(&0));
    let sentence = tidy.look_sentence(&name);
    assert!(
        sentence.contains("rep 0 differs over all deals"),
        "{sentence}"
    );
}

/// What must-show 4 asks of all rates holds for these.
#[test]
fn calling_open_deals_lost_moves_no_rate() {
    let facts = facts(EQUALS, 11);
    let before = rates(&deals(facts.clone(), END));
    let decided: Vec<u32> = facts
        .iter()
        .filter(|fact| fact.what >= Happened::Won)
        .map(|fact| fact.record)
        .collect();
    let open = facts.iter().filter(|fact| !decided.contains(&fact.record));
    let lost = open.map(|fact| Fact {
        what: Happened::Lost,
        at: fact.at + Span::days(1),
        rep: None,
        ..*fact
    });
    let lost: Vec<Fact> = lost.collect();
    assert!(lost.len() > 200);
    let after = rates(&deals([facts.clone(), lost].concat(), END));
    for (one, other) in before.rates.reps.iter().zip(&after.rates.reps) {
        assert_eq!(one.own, other.own);
    }
}

#[test]
fn a_rep_known_only_on_won_deals_gives_no_rate() {
    let mut facts = facts(EQUALS, 5);
    let won: Vec<u32> = facts
        .iter()
        .filter(|fact| fact.what == Happened::Won)
        .map(|fact| fact.record)
        .collect();
    for fact in &mut facts {
        if fact.what == Happened::Assigned && !won.contains(&fact.record) {
            (fact.what, fact.rep) = (Happened::Created, None);
        }
    }
    let refused = PastRates::of(&deals(facts, END), CreditRule::OwnerAtOutcome, END, None);
    assert!(
        matches!(refused, Err(Unknown::RepOnlyOnWon { .. })),
        "{refused:?}"
    );
}

#[test]
fn an_import_is_told_once_and_moves_nothing() {
    let mut state = State::new();
    let import = Import {
        source: "crm".into(),
        file: [1; 32],
        keys: [2, 1, 1],
        last_row: 5,
        digest: [2; 32],
        told: Told::default(),
        known: 0,
        rejected: 0,
        between: (START, END),
    };
    let ask = |state: &State, import: &Import| {
        let envelope = Envelope {
            actor: Actor::System,
            command: CommandId([1; 16]),
            at: END,
            draw: DrawKey([0; 32]),
        };
        let import = import.clone();
        let command = Command::ImportHistory(Box::new(ImportHistory { import }));
        decide(state, &command, &envelope)
    };
    let decision = ask(&state, &import).expect("a first one");
    assert_eq!(decision.events.len(), 1);
    for event in decision.events {
        state.apply(&Recorded {
            at: END,
            actor: Actor::System,
            command: CommandId([1; 16]),
            event,
        });
    }
    assert_eq!(state.imports().last_row(), 5);
    assert_eq!(state.imports().all()[0].at, END);
    assert_eq!((state.records().len(), state.roster().len()), (0, 0));
    let again = ask(&state, &import).expect_err("nothing new");
    assert_eq!(again.code(), "nothing_to_do");
    let odd = Import {
        source: "Our CRM".into(),
        last_row: 9,
        ..import
    };
    let odd = ask(&state, &odd).expect_err("no code");
    assert_eq!(odd.code(), "value_refused");
}
