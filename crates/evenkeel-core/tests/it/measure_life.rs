//! Lives gathered from a journal: they end where the state says, and only what chance decided
//! among several compares reps.

use crate::company::Desk;
use crate::replaying::busy;
use crate::replaying_timers::half_worked;
use evenkeel_core::event::Event;
use evenkeel_core::holding::place::Place;
use evenkeel_core::ids::RecordNo;
use evenkeel_core::measure::coverage;
use evenkeel_core::measure::credit::CreditRule;
use evenkeel_core::measure::gather::Gather;
use evenkeel_core::measure::life::{Fate, Lives, Reading};
use evenkeel_core::measure::maturity::Outcome;
use std::sync::Arc;

/// The lives of a journal.
pub(crate) fn lives(desk: &Desk) -> Arc<Lives> {
    let mut gather = Gather::default();
    desk.journal.iter().for_each(|one| gather.event(one));
    gather.lives
}

#[test]
fn lives_end_where_the_state_says() {
    for desk in [busy(), half_worked()] {
        let lives = lives(&desk);
        let reading = Reading::default().of(&lives);
        assert_eq!(lives.all.len(), desk.state.records().len());
        assert_eq!(lives.until, desk.state.last_at());
        for (at, life) in lives.all.iter().enumerate() {
            let record = RecordNo::at(at);
            assert_eq!(life.key, desk.state.records().key(record));
            let owner = life.owners.last().and_then(|(_, rep)| *rep);
            let history = life.history(&reading);
            match desk.state.place(record) {
                Place::Closed => {
                    assert_ne!(life.fate(&reading), Some(Fate::Open), "{life:?}");
                    assert_eq!(history.credit(CreditRule::OwnerAtOutcome), owner);
                }
                place => {
                    assert_eq!(owner, place.owner(), "{life:?}");
                    assert_eq!(life.fate(&reading), Some(Fate::Open));
                    assert_eq!(life.outcome(&reading), Outcome::Open);
                }
            }
            assert!(life.owners.is_sorted_by_key(|(at, _)| *at));
            assert_eq!(life.deals.is_empty(), life.first().is_none());
        }
    }
}

#[test]
fn only_what_chance_decided_among_several_is_random() {
    let desk = busy();
    let lives = lives(&desk);
    let lottery = desk.state.pool_no("lottery").expect("named");
    let mut drawn = 0;
    for life in &lives.all {
        let Some((deal, turn)) = life.random() else {
            continue;
        };
        drawn += 1;
        assert_eq!(turn.pool, lottery);
        assert!(turn.drawn.contains(&deal.rep));
        let able = |rep| turn.able.iter().any(|(one, _)| *one == rep);
        assert!(turn.drawn.iter().all(|rep| able(*rep)));
    }
    assert!(drawn > 30, "{drawn}");
}

#[test]
fn work_of_the_first_owner_is_what_covers_a_record() {
    let desk = half_worked();
    let lives = lives(&desk);
    let reading = Reading::default().of(&lives);
    let any = coverage::Worked {
        kinds: Vec::new(),
        touches: 1,
    };
    for one in &desk.journal {
        let Event::FirstWorked {
            record,
            rep,
            started,
            waited,
            ..
        } = &one.event
        else {
            continue;
        };
        let life = &lives.all[record.index()];
        let first = life.first().expect("somebody worked on it");
        if (first.rep, first.at) == (*rep, *started) {
            let dealt = life.dealt(&reading, false, lives.until).expect("dealt");
            // Stamps are whole seconds.
            let worked = any.first(&dealt).expect("worked");
            assert!((worked.0 - waited.0).abs() < 1_000, "{life:?}");
        }
    }
    let dealt = lives
        .all
        .iter()
        .filter_map(|life| life.dealt(&reading, false, lives.until));
    let dealt: Vec<coverage::Dealt> = dealt.collect();
    let worked = dealt.iter().filter(|one| any.first(one).is_some()).count();
    assert!(
        worked > 10 && worked < dealt.len(),
        "{worked} of {}",
        dealt.len()
    );
}
