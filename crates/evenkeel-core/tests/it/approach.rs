//! Named accounts or a queue: what five answers come to, and what figures answer by themselves.

use evenkeel_core::measure::approach::{Advice, Figures, Inputs, Question, Way, advise, inbound};
use evenkeel_core::units::Micro;

/// The table of seed 004: the left column is named accounts, the right one a queue.
#[test]
fn the_columns_of_the_table_are_the_two_ways() {
    let named = Inputs {
        reps_many: Some(true),
        territories_strict: Some(true),
        market_large: Some(false),
        confident: Some(true),
        revops: Some(true),
    };
    let approach = advise(named, Figures::default());
    assert_eq!(approach.advice, Advice::One(Way::Named));
    assert_eq!(approach.votes, (5, 0));
    let queue = Inputs {
        reps_many: Some(false),
        territories_strict: Some(false),
        market_large: Some(true),
        confident: Some(false),
        revops: Some(false),
    };
    let approach = advise(queue, Figures::default());
    assert_eq!(approach.advice, Advice::One(Way::Queue));
    assert_eq!(approach.votes, (0, 5));
}

/// All 32 sets of answers: four of five decide, three of five are a mix.
#[test]
fn four_of_five_decide() {
    for bits in 0u32..32 {
        let bit = |at: u32| Some(bits >> at & 1 == 1);
        let approach = advise(
            Inputs {
                reps_many: bit(0),
                territories_strict: bit(1),
                market_large: bit(2).map(|named| !named),
                confident: bit(3),
                revops: bit(4),
            },
            Figures::default(),
        );
        let advice = match bits.count_ones() {
            0 | 1 => Advice::One(Way::Queue),
            2 | 3 => Advice::Mix,
            _ => Advice::One(Way::Named),
        };
        assert_eq!(approach.advice, advice, "{bits:05b}");
        assert_eq!(approach.votes.0, bits.count_ones() as usize);
    }
}

/// Nothing is advised from nothing: an empty workspace is no small team with a large market.
#[test]
fn too_little_known_is_said() {
    let none = Figures {
        reps: Some(0),
        market: Some(0),
        needed: Some(0),
        ..Figures::default()
    };
    let approach = advise(Inputs::default(), none);
    assert_eq!((approach.advice, approach.votes), (Advice::Open, (0, 0)));
    let one = Figures {
        territories: Some(false),
        ..none
    };
    let approach = advise(Inputs::default(), one);
    assert_eq!((approach.advice, approach.votes), (Advice::Open, (0, 1)));
    assert!(approach.advice.sentence().contains("Too little is known"));
}

#[test]
fn figures_answer_what_nobody_did_and_answers_beat_them() {
    let figures = Figures {
        reps: Some(12),
        territories: Some(false),
        market: Some(9_600),
        needed: Some(200),
        wins: Some(6),
    };
    let approach = advise(Inputs::default(), figures);
    let told: Vec<(Option<Way>, &str)> = approach
        .reasons
        .iter()
        .map(|reason| (reason.speaks_for, reason.because.as_str()))
        .collect();
    assert_eq!(
        told,
        [
            (Some(Way::Named), "many reps (12 of at least 10)"),
            (
                Some(Way::Queue),
                "loose territories, or none (as the policy has it)"
            ),
            (
                Some(Way::Queue),
                "a large market for the reps (9600 accounts, and 12 reps need 200 each; large is \
                 4 times that)"
            ),
            (
                Some(Way::Queue),
                "not sure how many accounts a quota takes (6 wins of at least 16 behind the number)"
            ),
            (None, "not known"),
        ]
    );
    assert_eq!(approach.advice, Advice::Mix);
    let inputs = Inputs {
        reps_many: Some(false),
        ..Inputs::default()
    };
    let approach = advise(inputs, figures);
    assert_eq!(approach.reasons[0].question, Question::Reps);
    assert_eq!(approach.reasons[0].because, "few reps");
    assert_eq!(approach.advice, Advice::One(Way::Queue));
}

#[test]
fn both_ways_say_what_speaks_for_them_and_against() {
    for way in [Way::Named, Way::Queue] {
        let (pros, cons) = way.pros_and_cons();
        assert!(pros.len() >= 2 && cons.len() >= 2, "{way:?}");
    }
}

/// Seed 002: small contracts stay rateable; scarcer leads go to those who earned them.
#[test]
fn inbound_is_earned_where_leads_are_short_and_deals_are_not_small() {
    let (scarce, plenty) = (Micro(350_000), Micro(1_160_000));
    let small = inbound(Some(Micro::whole(3_000)), scarce);
    assert!(small.contains("deal them rateably"), "{small}");
    let large = inbound(Some(Micro::whole(3_001)), scarce);
    assert_eq!(large, "Leads are scarce: earning them pays most here.");
    assert!(inbound(None, plenty).contains("deal them rateably"));
}
