//! The month before today at the made-up company, as a list of what happened when.
//!
//! It depends on the seed, the number of days and the end alone. It only tells; playing it through
//! the real commands is [`crate::demo::play`].

use crate::demo::act::{Act, Step};
use crate::demo::company::{LEAVER, PEOPLE, Person};
use crate::demo::dice::Dice;
use crate::demo::policy;
use crate::demo::traffic::Traffic;
use evenkeel_core::people::rep::{Leave, Status};
use evenkeel_core::time::{DAY, HOUR, Moment, Span};

/// Most days of history.
pub const DAYS_MAX: u32 = 365;
/// How often the clock ticks in the past.
const TICK_EVERY: Span = Span(30 * 60_000);

/// Who is on leave: key, first day away and first day back, counted from today.
const LEAVES: [(&str, i64, i64); 6] = [
    ("farah", -21, -14),
    ("mateus", -12, -7),
    ("soren", -26, -23),
    ("nadia", -8, 1),
    ("dalia", -3, 4),
    ("tomoko", 1, 8),
];
/// Who was paused, since which day.
const PAUSED: (&str, i64) = ("gustavo", -6);
/// Who joined this month.
const NEWCOMER: &str = "wren";
/// Days before today: the new policy, the one who leaves, the newcomer.
const SECOND_POLICY: i64 = -16;
const LEAVING: i64 = -12;
const JOINING: i64 = -9;

/// How often a sweep looks in the past.
const SWEEP_EVERY: Span = Span(6 * 60 * 60_000);
/// More sweeps than a story has.
const SWEEPS: u32 = 8;
/// Days since 1970 of a Tuesday, less whole weeks.
const TUESDAY: i64 = 5;
/// Why a rep gives a record back.
const RETURNS: [&str; 3] = ["poor_fit", "poor_fit", "not_my_market"];
/// What a rep will do with a record that would be taken.
const NEXT_STEPS: [&str; 4] = [
    "Demo on Thursday",
    "Their budget is decided next week",
    "Call back after the trade fair",
    "Waiting for the security form",
];

/// How a record ends, and how often.
const REASONS: [(&str, u64); 5] = [
    ("won", 17),
    ("lost", 34),
    ("disqualified", 27),
    ("no_answer", 18),
    ("duplicate", 4),
];
/// What is done on a record, and how often.
const KINDS: [(&str, u64); 4] = [("call", 45), ("email", 40), ("meeting", 10), ("note", 5)];
/// Who takes records from the queue of small fish, and in which hours (UTC) of a week day: some
/// look all the time, some now and then.
const PULLS: [(&str, &[i64]); 4] = [
    ("chidi", &[13, 14, 15, 16, 18, 19, 20, 21]),
    ("kofi", &[15, 17, 20]),
    ("leilani", &[17, 22]),
    ("yusuf", &[14]),
];
/// The queue.
const PULLED: &str = "Nurture";
/// Why a manager gives a record by hand.
const NOTES: [&str; 4] = [
    "Asked for by name on the phone",
    "Worked with them at their last company",
    "Met them at the spring fair",
    "Speaks their language",
];

/// Everything that happened in the `days` before `end`, in order of time.
///
/// *Bounds*: at least 1 day and at most [`DAYS_MAX`].
pub fn history(seed: u64, days: u32, end: Moment) -> Vec<Step> {
    let days = i64::from(days.clamp(1, DAYS_MAX));
    let today = Moment(end.0 - end.0.rem_euclid(DAY.0));
    let mut story = Story {
        today,
        start: today - Span::days(days),
        end,
        steps: Vec::new(),
    };
    story.people();
    story.records(seed, days);
    story.pulls(days);
    let mut tick = story.start + HOUR + HOUR;
    while tick < end {
        story.steps.push(Step {
            at: tick,
            act: Act::Tick,
        });
        tick = tick + TICK_EVERY;
    }
    story.sweeps();
    let mut steps = story.steps;
    steps.retain(|step| step.at < end);
    steps.sort_by_key(|step| step.at);
    steps
}

/// The number the first record after a history of `steps` gets.
pub fn next_record(steps: &[Step]) -> u64 {
    1 + steps
        .iter()
        .filter(|step| matches!(step.act, Act::TakeIn(_)))
        .count() as u64
}

struct Story {
    today: Moment,
    start: Moment,
    end: Moment,
    steps: Vec<Step>,
}

impl Story {
    /// What was before the first day is already so when the story begins.
    fn tell(&mut self, at: Moment, act: Act) {
        self.steps.push(Step {
            at: at.max(self.start),
            act,
        });
    }

    /// The policy, everybody's first day, leaves, the pause, the departure.
    fn people(&mut self) {
        let day = |story: &Self, day| story.today + Span::days(day);
        self.tell(self.start, Act::Publish(policy::first()));
        for person in PEOPLE {
            let joined = day(self, JOINING) + Span::hours(7);
            let at = if person.key == NEWCOMER {
                joined
            } else {
                self.start
            };
            self.set(person, at, Status::Active);
        }
        let leaving = day(self, LEAVING) + Span::hours(16);
        if leaving > self.start {
            self.set(LEAVER, self.start, Status::Active);
            self.tell(leaving, Act::Leave(LEAVER.key));
        }
        for (key, from, _) in LEAVES {
            // Entered two days ahead.
            self.set(
                person(key),
                day(self, from - 2) + Span::hours(9),
                Status::Active,
            );
        }
        let since = day(self, PAUSED.1) + Span::hours(14);
        let review = Some(self.today + Span::hours(9));
        let reason = None;
        let paused = Status::Paused {
            since,
            review,
            reason,
        };
        self.set(person(PAUSED.0), since, paused);
        self.tell(
            day(self, SECOND_POLICY) + Span::hours(8),
            Act::Publish(policy::second()),
        );
    }

    /// Sets a person with every leave that was known at `at`.
    fn set(&mut self, person: Person, at: Moment, status: Status) {
        let leave = |(_, from, until): &(&str, i64, i64)| {
            // Whole days on the rep's own wall would need a calendar; mornings in UTC are close.
            let at = |day: &i64| self.today + Span::days(*day) + Span::hours(5);
            Leave {
                from: at(from),
                until: at(until),
            }
        };
        let known = LEAVES
            .iter()
            .filter(|(key, ..)| *key == person.key)
            .map(leave);
        let ahead = Span::days(2);
        let leaves = known.filter(|leave| leave.from - ahead <= at).collect();
        let closing_since = person.closing_since(self.today);
        self.tell(
            at,
            Act::Set {
                person,
                closing_since,
                leaves,
                status,
            },
        );
    }

    /// Sweeps look several times a day, and on most Tuesdays somebody approves what waits.
    fn sweeps(&mut self) {
        let mut at = self.start + HOUR;
        while at < self.end {
            let act = Act::Sweep;
            self.steps.push(Step { at, act });
            let days = (self.end - at).0 / DAY.0;
            if days > 6 && at.0.div_euclid(DAY.0).rem_euclid(7) == TUESDAY {
                // Whichever of them waits; the others are as they are.
                for sweep in 1..=SWEEPS {
                    let (at, act) = (at + HOUR, Act::Approve(sweep));
                    self.steps.push(Step { at, act });
                }
            }
            at = at + SWEEP_EVERY;
        }
    }

    /// What came in, and what became of it.
    fn records(&mut self, seed: u64, days: i64) {
        let mut traffic = Traffic::new(seed, 1);
        let mut fate = Dice::new(seed, "fate");
        let mut work = Dice::new(seed, "work");
        for hour in 0..=(days * 24 + 24) {
            let begin = self.start + Span::hours(hour);
            let opened = Span::hours(hour) >= Span::hours(8);
            if begin >= self.end || !opened {
                continue;
            }
            let hour_of_day = begin.0.rem_euclid(DAY.0) as u64 / HOUR.0 as u64;
            let count = traffic.in_hour(hour_of_day, is_week_day(begin));
            let mut moments: Vec<i64> =
                (0..count).map(|_| traffic.between(0, HOUR.0 - 1)).collect();
            moments.sort_unstable();
            for offset in moments.into_iter().map(Span) {
                let at = begin + offset;
                if at >= self.end {
                    break;
                }
                let incoming = traffic.next(hour_of_day);
                let key = incoming.key.clone();
                self.tell(at, Act::TakeIn(incoming));
                self.fate(&mut fate, &key, at);
                self.work(&mut work, &key, at);
            }
        }
    }

    /// When whoever owns a record works on it: mostly soon, some never.
    fn work(&mut self, dice: &mut Dice, record: &str, at: Moment) {
        if !dice.percent(96) {
            return;
        }
        let minutes = |count| Span(count * 60_000);
        // Most first touches come within the hour, a few take half a day.
        let mut next = at + minutes(dice.between(4, 40) * dice.between(1, 6));
        for _ in 0..dice.between(1, 5) {
            let act = Act::Work {
                record: record.to_owned(),
                kind: dice.weighed::<&'static str>(&KINDS),
                verified: dice.percent(70),
            };
            self.tell(next, act);
            next = next + minutes(dice.between(180, 4_000));
        }
    }

    /// Who took what from a queue.
    fn pulls(&mut self, days: i64) {
        for day in 0..=days {
            let morning = self.start + Span::days(day);
            if !is_week_day(morning) {
                continue;
            }
            for (rep, hours) in PULLS {
                for hour in hours {
                    let minutes = Span((hour * 7 + day * 11) % 60 * 60_000);
                    let at = morning + Span::hours(*hour) + minutes;
                    let queue = PULLED;
                    self.tell(at, Act::Claim { queue, rep });
                }
            }
        }
    }

    /// What becomes of one record: passed on, given by hand, closed, or nothing yet.
    fn fate(&mut self, dice: &mut Dice, record: &str, at: Moment) {
        let minutes = |count| Span(count * 60_000);
        let record = record.to_owned();
        match dice.below(1_000) {
            0..6 => {
                let (record, rep) = (record.clone(), dice.one(&PEOPLE[..23]).key);
                let note = dice.one(&NOTES);
                let act = Act::Give { record, rep, note };
                self.tell(at + minutes(dice.between(10, 300)), act);
            }
            6..16 => {
                let later = at + minutes(dice.between(60, 1_500));
                self.tell(later, Act::PassOn(record.clone()));
            }
            16..36 => {
                let reason = dice.one(&RETURNS);
                let later = at + minutes(dice.between(120, 2_800));
                let record = record.clone();
                self.tell(later, Act::GiveBack { record, reason });
            }
            _ => {}
        }
        if dice.percent(72) {
            let reason = dice.weighed(&REASONS);
            // Most are settled within a week; some take three.
            let days = dice.between(1, 7) * dice.between(1, 3);
            let later = at + Span::days(days) + minutes(dice.between(26 * 60, 34 * 60) % 1_440);
            self.tell(later, Act::Close { record, reason });
        } else if dice.percent(35) {
            let next_step = dice.one(&NEXT_STEPS);
            let later = at + Span::days(11) + minutes(dice.between(9 * 60, 60 * 60));
            self.tell(later, Act::Keep { record, next_step });
        }
    }
}

fn person(key: &str) -> Person {
    *PEOPLE
        .iter()
        .find(|person| person.key == key)
        .expect("the story is about people who exist")
}

/// Whether a UTC day is Monday to Friday. *Source*: 1970-01-01 was a Thursday.
fn is_week_day(at: Moment) -> bool {
    (at.0.div_euclid(DAY.0) + 3).rem_euclid(7) < 5
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Thursday 5 March 2026, 15:20 UTC.
    const END: Moment = Moment(1_772_724_000_000);

    #[test]
    fn the_same_seed_tells_the_same_story_and_another_seed_another() {
        let told = |seed| format!("{:?}", history(seed, 5, END));
        assert_eq!(told(1), told(1));
        assert_ne!(told(1), told(2));
    }

    #[test]
    fn a_story_is_in_order_ends_in_time_and_takes_records_in_before_anything_befalls_them() {
        for days in [1, 30] {
            let steps = history(3, days, END);
            assert!(steps.is_sorted_by_key(|step| step.at));
            assert!(steps.iter().all(|step| step.at < END));
            let mut seen = std::collections::BTreeSet::new();
            for step in &steps {
                match &step.act {
                    Act::TakeIn(incoming) => assert!(seen.insert(incoming.key.clone())),
                    Act::Give { record, .. }
                    | Act::PassOn(record)
                    | Act::Work { record, .. }
                    | Act::Close { record, .. } => {
                        assert!(seen.contains(record), "{record}");
                    }
                    _ => {}
                }
            }
            assert_eq!(next_record(&steps), seen.len() as u64 + 1);
        }
    }

    #[test]
    fn week_days_are_monday_to_friday() {
        let days = (0..7).map(|day| is_week_day(END + Span::days(day)));
        assert_eq!(
            days.collect::<Vec<_>>(),
            [true, true, false, false, true, true, true]
        );
    }
}
