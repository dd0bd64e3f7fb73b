//! The operations of a ledger, one by one, on numbers that can be checked by hand.

use evenkeel_core::ids::{PoolNo, RepNo};
use evenkeel_core::rotation::ledger::Ledger;
use evenkeel_core::units::{Micro, ONE};
use evenkeel_core::verdict::{Candidate, Chooser, Ground, Pick, Standing, Stream, Turn};

const ANA: RepNo = RepNo(0);
const BEN: RepNo = RepNo(3);
const CLEO: RepNo = RepNo(5);
const DAN: RepNo = RepNo(8);
const QUARTER: Standing = Standing::Able {
    share: Micro(250_000),
    plain: Micro(250_000),
};

fn even(reps: &[RepNo]) -> Ledger {
    let mut ledger = Ledger::default();
    ledger.apply_change(reps, &[], &[]);
    ledger
}

/// Ana 1, Ben -0.25, Cleo -0.75 leads owed; make-up -2, 1, 1.
fn owing() -> Ledger {
    let mut ledger = even(&[CLEO, ANA, BEN]);
    let others = [(BEN, Micro(-250_000)), (CLEO, Micro(-750_000))];
    ledger.apply_clamp(ANA, ONE, &others);
    ledger.apply_makeup(&[(ANA, Micro::whole(-2)), (BEN, ONE), (CLEO, ONE)]);
    ledger
}

fn columns(ledger: &Ledger) -> Vec<(RepNo, i64, i64)> {
    ledger
        .members()
        .iter()
        .map(|entry| (entry.rep, entry.credit.0, entry.makeup.0))
        .collect()
}

#[test]
fn joiners_stand_in_order_and_start_even() {
    let mut ledger = owing();
    ledger.apply_change(&[DAN, RepNo(4)], &[], &[]);
    let reps: Vec<u32> = ledger.members().iter().map(|entry| entry.rep.0).collect();
    assert_eq!(reps, [0, 3, 4, 5, 8]);
    assert_eq!(
        ledger.entry(DAN).map(|entry| (entry.credit, entry.makeup)),
        Some(Default::default())
    );
}

#[test]
fn what_a_leaver_was_owed_goes_to_the_others_by_weight() {
    let mut ledger = owing();
    let spread = ledger.spread(&[ANA], |rep| if rep == BEN { 3 } else { 1 });
    ledger.apply_change(&[DAN], &[ANA], &spread);
    let after = [
        (BEN, 500_000, -500_000),
        (CLEO, -500_000, 500_000),
        (DAN, 0, 0),
    ];
    assert_eq!(columns(&ledger), after);
}

#[test]
fn when_everybody_leaves_there_is_nothing_to_spread() {
    let mut ledger = owing();
    assert!(ledger.spread(&[ANA, BEN, CLEO], |_| 1).is_empty());
    ledger.apply_change(&[DAN], &[ANA, BEN, CLEO], &[]);
    assert_eq!(columns(&ledger), [(DAN, 0, 0)]);
    assert!(ledger.spread(&[DAN], |_| 1).is_empty());
}

#[test]
fn a_clamp_brings_a_credit_to_the_limit_and_spreads_the_rest() {
    let mut ledger = owing();
    let limit = Micro(500_000);
    assert_eq!(ledger.clamp(BEN, limit, |_| 1), None, "within the limit");
    assert_eq!(ledger.clamp(DAN, limit, |_| 1), None, "no member");
    let (credit, spread) = ledger.clamp(CLEO, limit, |_| 1).expect("beyond the limit");
    assert_eq!(
        (credit, &spread[..]),
        (
            -limit,
            &[(ANA, Micro(-125_000)), (BEN, Micro(-125_000))][..]
        )
    );
    ledger.apply_clamp(CLEO, credit, &spread);
    assert_eq!(ledger.entry(CLEO).map(|entry| entry.credit), Some(-limit));
}

#[test]
fn a_gift_counts_as_a_turn_would_but_in_the_buffers() {
    let mut ledger = even(&[ANA, BEN, CLEO, DAN]);
    let gift = ledger.gift(BEN, ONE, |_| 1);
    let quarter = Micro(250_000);
    assert_eq!(
        gift,
        [
            (ANA, quarter),
            (BEN, Micro(-750_000)),
            (CLEO, quarter),
            (DAN, quarter)
        ]
    );
    ledger.apply_makeup(&gift);
    assert!(
        ledger
            .members()
            .iter()
            .all(|entry| entry.credit == Micro(0))
    );
}

#[test]
fn a_gift_to_nobody_else_or_of_nothing_counts_nothing() {
    assert!(
        even(&[ANA, BEN]).gift(CLEO, ONE, |_| 1).is_empty(),
        "a stranger"
    );
    assert!(
        even(&[ANA]).gift(ANA, ONE, |_| 1).is_empty(),
        "the only member"
    );
    assert!(
        even(&[ANA, BEN]).gift(ANA, Micro(0), |_| 1).is_empty(),
        "nothing"
    );
}

#[test]
fn a_void_gives_back_the_shares_of_those_gone_as_well() {
    let mut ledger = even(&[ANA, BEN, CLEO, DAN]);
    let turn = Turn {
        pool: PoolNo(0),
        delta: Micro(0),
        candidates: [ANA, BEN, CLEO, DAN]
            .map(|rep| Candidate {
                rep,
                weight: 1,
                credit: Micro(0),
                standing: QUARTER,
            })
            .into(),
        pick: Some(Pick {
            rep: BEN,
            chooser: Chooser::Deadline,
            band: 4,
            probability_ppm: 1_000_000,
            draw: None,
            level: 4,
        }),
        ground: Ground::Credits,
        stream: Stream::Whole,
    };
    ledger.apply_turn(&turn, ONE);
    let quarter = Micro(250_000);
    let all = [
        (ANA, -quarter),
        (BEN, Micro(750_000)),
        (CLEO, -quarter),
        (DAN, -quarter),
    ];
    assert_eq!(ledger.void(&turn, ONE, |_| 1), all);
    let spread = ledger.spread(&[DAN], |_| 1);
    ledger.apply_change(&[], &[DAN], &spread);
    let present = [
        (ANA, Micro(-375_000)),
        (BEN, Micro(750_000)),
        (CLEO, Micro(-375_000)),
    ];
    assert_eq!(ledger.void(&turn, ONE, |_| 1), present);
    let spread = ledger.spread(&[BEN], |_| 1);
    ledger.apply_change(&[], &[BEN], &spread);
    assert!(
        ledger.void(&turn, ONE, |_| 1).is_empty(),
        "the picked one is gone"
    );
}

#[test]
#[should_panic(expected = "adds up to zero")]
fn a_change_that_does_not_add_up_stops_the_program() {
    even(&[ANA, BEN]).apply_makeup(&[(ANA, ONE)]);
}

#[test]
#[should_panic(expected = "only a stranger joins")]
fn nobody_joins_twice() {
    even(&[ANA]).apply_change(&[ANA], &[], &[]);
}
