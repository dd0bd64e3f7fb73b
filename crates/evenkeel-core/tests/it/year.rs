//! A simulated year with every timer on: holds, claims, clocks, rests, sweeps, cadences, leave.
//!
//! Reps work, claim, return, keep, close and leave by a seeded draw; an auditor that sees only the
//! events checks that no record is ever in two places or in none, that nothing is unscheduled, that
//! no owner regains a record before its cooldown, and that every hold has a deadline. The same seed
//! gives the same digest.
//!
//! `EVENKEEL_YEAR_RECORDS` and `EVENKEEL_YEAR_REPS` set the size (default 1,000 and 20); the size
//! that is claimed is 50,000 and 200.

mod auditor;
mod crew;

use crate::company::Desk;
use crate::replaying::gives_itself_back;
use auditor::Auditor;
use crew::Crew;
use evenkeel_core::command::Command;
use evenkeel_core::command::refusal::Refusal;
use evenkeel_core::event::sweeping::Sweeping;
use evenkeel_core::event::{Event, Recorded};
use evenkeel_core::time::{HOUR, Span};

/// How long a released record stays away from those who had it, in the policy of the year.
const COOLDOWN: Span = Span::days(90);
/// How many hours a year has.
const HOURS: u64 = 365 * 24;

fn size(name: &str, default: u64) -> u64 {
    std::env::var(name)
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(default)
}

/// A year of one seed.
pub(crate) struct Year {
    pub(crate) desk: Desk,
    pub(crate) auditor: Auditor,
    /// What was recorded, where it is to be played again.
    tape: Option<Vec<Recorded>>,
}

impl Year {
    /// Runs a command; what came of it is shown to the auditor and then forgotten.
    pub(crate) fn run(&mut self, command: &Command) -> Result<Vec<Event>, Refusal> {
        let events = self.desk.run(command);
        self.see_all();
        events
    }

    fn see_all(&mut self) {
        for recorded in self.desk.journal.drain(..) {
            self.auditor.see(&recorded);
            if let Some(tape) = &mut self.tape {
                tape.push(recorded);
            }
        }
    }

    /// Ticks until nothing is due any more.
    fn tick(&mut self) {
        while self.run(&Command::Tick).is_ok() {}
    }
}

/// Plays the year of `seed` and returns the digest of the state at its end.
fn play(seed: u64, records: u64, reps: u64) -> ([u8; 32], Year) {
    play_until(HOURS, (seed, records, reps), None)
}

/// Plays the first `hours` of a year, with `records` in them.
fn play_until(
    hours: u64,
    (seed, records, reps): (u64, u64, u64),
    tape: Option<Vec<Recorded>>,
) -> ([u8; 32], Year) {
    let mut year = Year {
        tape,
        desk: Desk::empty(),
        auditor: Auditor::new(COOLDOWN),
    };
    let mut crew = Crew::new(seed, reps);
    crew.begin(&mut year.desk);
    year.see_all();
    let mut taken = 0;
    for hour in 0..hours {
        year.desk.wait(HOUR);
        let until = records * (hour + 1) / hours;
        while taken < until {
            taken += 1;
            crew.take_in(&mut year.desk, taken);
            year.see_all();
        }
        year.tick();
        crew.work(&mut year, hour);
        if hour % 6 == 0 {
            let swept = year.run(&Command::Sweep).unwrap_or_default();
            crew.settle(&mut year, &swept);
        }
        if hour % (24 * 7) == 0 {
            year.tick();
            let (state, now) = (&year.desk.state, year.desk.now);
            year.auditor.compare(state, now);
        }
    }
    let digest = year.desk.state.digest(Desk::bytes);
    (digest, year)
}

/// Which sweeps begin that take something.
fn begun(events: &[Event]) -> Vec<u32> {
    let number = |event: &Event| match event {
        Event::Sweeping(Sweeping::Begun { sweep }) if sweep.records > 0 => Some(sweep.number),
        _ => None,
    };
    events.iter().filter_map(number).collect()
}

/// Whether a sweep is held, and which.
fn held(events: &[Event]) -> Vec<u32> {
    let number = |event: &Event| match event {
        Event::Sweeping(Sweeping::Held { sweep, .. }) => Some(sweep.number),
        _ => None,
    };
    events.iter().filter_map(number).collect()
}

#[test]
fn a_year_with_all_timers_on_keeps_every_law_and_comes_out_the_same_twice() {
    let records = size("EVENKEEL_YEAR_RECORDS", 1_000);
    let reps = size("EVENKEEL_YEAR_REPS", 20);
    let (digest, year) = play(7, records, reps);
    let counts = &year.auditor.counts;
    println!("{records} records, {reps} reps, a year by the hour: {counts:?}");
    for (what, count) in [
        ("taken in", counts.taken),
        ("claimed", counts.claimed),
        ("claims expired", counts.expired),
        ("removed by a sweep", counts.removed),
        ("returned", counts.returned),
        ("overdue", counts.overdue),
        ("rested", counts.rested),
        ("restored", counts.restored),
        ("closed", counts.closed),
    ] {
        assert!(
            count > 0,
            "nothing was {what}: the year shows nothing of it"
        );
    }
    let (again, _) = play(7, records, reps);
    assert_eq!(digest, again, "the same year twice");
}

#[test]
fn a_third_of_a_year_with_all_timers_on_gives_itself_back_to_the_byte() {
    let (_, year) = play_until(HOURS / 3, (7, 250, 10), Some(Vec::new()));
    let counts = &year.auditor.counts;
    for (what, count) in [
        ("claimed", counts.claimed),
        ("claims expired", counts.expired),
        ("removed by a sweep", counts.removed),
        ("returned", counts.returned),
        ("overdue", counts.overdue),
        ("rested", counts.rested),
    ] {
        assert!(count > 0, "nothing was {what}: it shows nothing of it");
    }
    gives_itself_back(&year.tape.expect("it was kept"));
}
