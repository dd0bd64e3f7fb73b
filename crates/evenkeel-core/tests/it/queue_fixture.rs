//! The queue of guide "science" section 7: eight reps, some of whom look every quarter of an hour
//! and some every few hours, once pulling freely and once with the best grade shared out.
//!
//! Everything goes through the real verb. Whoever comes takes the best of what is on offer until
//! the limit in hand is reached, works one record after the other, and closes it. A record is worth
//! its score, less 3 % of it for every day until it is done.

use crate::company::{Desk, START, newcomer};
use crate::racing::Dice;
use evenkeel_core::claiming::counter::Counter;
use evenkeel_core::command::Command;
use evenkeel_core::command::assign::Expected;
use evenkeel_core::command::claim::{Claim, Pick};
use evenkeel_core::command::close::Close;
use evenkeel_core::command::intake::Intake;
use evenkeel_core::command::set_rep::SetRep;
use evenkeel_core::event::Event;
use evenkeel_core::ids::{RecordNo, RepNo};
use evenkeel_core::market::value::{Attributes, Value};
use evenkeel_core::time::{DAY, Moment, Span};
use evenkeel_core::units::Micro;
use std::collections::{BTreeMap, VecDeque};

const REPS: usize = 8;
/// A quarter of an hour.
const STEP: Span = Span(900_000);
/// How many steps a record takes to work, on average: two hours.
const WORK_STEPS: u64 = 8;
/// In how many steps a rep looks once, on average: from every quarter of an hour to every eight
/// hours.
const LOOKS_EVERY: [u64; REPS] = [1, 1, 2, 4, 8, 16, 16, 32];
const OVERTAKE: Span = Span::days(2);

/// What one run came to.
#[derive(Debug)]
struct Run {
    /// Records of grade A that each rep took, in thousandths of an even share.
    a_shares: Vec<u64>,
    a_records: u64,
    /// Value of all records worked.
    value: u64,
    taken_in: u64,
    worked: u64,
    /// The longest that a taken record had come after one still waiting that it could not skip.
    overtaken: Span,
    /// Largest credit of grade A in the ledger, either way, and its bound.
    credit: (Micro, Micro),
}

impl Run {
    fn words(&self) -> String {
        format!(
            "grade A {:?} thousandths of even, {} of {} records worked, {} of grade A taken; value {}; \
             credit {} of at most {}; overtaken by {}",
            self.a_shares,
            self.worked,
            self.taken_in,
            self.a_records,
            self.value,
            self.credit.0,
            self.credit.1,
            self.overtaken,
        )
    }
}

/// How the reps of a run behave.
#[derive(Clone, Copy)]
struct Manner {
    fair: bool,
    /// Whether they pick the best of what is on offer, rather than the next.
    picks: bool,
    load_percent: u64,
    days: u64,
}

fn policy(manner: Manner) -> String {
    let fair = if manner.fair { "fair = true" } else { "" };
    format!(
        "evenkeel = 1\nname = \"Queue fixture\"\n[record]\nfit = \"number\"\n\
         [[queue]]\nname = \"inbound\"\nwhen = 'true'\n\
         score = {{ likely = {{ field = \"record.fit\", from = 0, to = 100 }} }}\n\
         overtake = \"2 days\"\nshow = 5\nlimit = {{ unworked = 5 }}\n\
         grades = [{{ name = \"A\", from = 0.8 }}]\n{fair}\n\
         [fallback]\nto = \"queue:inbound\"\n"
    )
}

struct Floor {
    desk: Desk,
    /// What comes in is the same in every run, whatever the reps do.
    arrivals: Dice,
    dice: Dice,
    manner: Manner,
    /// Per rep: what is in hand, and the steps left on the first.
    hands: Vec<VecDeque<RecordNo>>,
    left: Vec<u64>,
    value: u64,
    worked: u64,
    overtaken: Span,
}

impl Floor {
    fn open(manner: Manner) -> Self {
        let mut desk = Desk::empty();
        desk.publish(&policy(manner)).expect("a sound policy");
        for rep in 0..REPS {
            let (key, profile) = (format!("rep-{rep}"), newcomer());
            let set = Command::SetRep(Box::new(SetRep { key, profile }));
            desk.run(&set).expect("a new rep");
        }
        Self {
            desk,
            arrivals: Dice::new(7),
            dice: Dice::new(8),
            manner,
            hands: vec![VecDeque::new(); REPS],
            left: vec![0; REPS],
            value: 0,
            worked: 0,
            overtaken: Span(0),
        }
    }

    fn arrive(&mut self) {
        for _ in 0..4 {
            if self.arrivals.below(400) >= self.manner.load_percent {
                continue;
            }
            let number = self.desk.state.records().len();
            let fit = self.desk.state.record_schema().find("fit");
            let mut attributes = Attributes::default();
            let points = i64::try_from(self.arrivals.below(101)).expect("small");
            attributes.set(fit.expect("declared"), Value::Number(Micro::whole(points)));
            let intake = Command::Intake(Intake {
                key: format!("R-{number}").into(),
                attributes: attributes.into(),
                private: None,
                marks: Vec::new(),
                occurred: None,
            });
            self.desk.run(&intake).expect("a new record");
        }
    }

    /// The rep takes what there is until something says no.
    fn pull(&mut self, rep: usize) {
        loop {
            let state = &self.desk.state;
            let queue = state.queue_no("inbound").expect("declared");
            let counter = Counter::of(state, queue, RepNo::at(rep), self.desk.now);
            let offers = counter.expect("declared").offers(5);
            let best = offers.iter().max_by_key(|offer| offer.rank.score);
            let pick = match best.filter(|_| self.manner.picks) {
                Some(best) => Pick::This(state.records().key(best.record).to_owned()),
                None => Pick::Next,
            };
            let claim = Command::Claim(Claim {
                queue: "inbound".into(),
                rep: format!("rep-{rep}"),
                pick,
            });
            let waiting = state.queue(queue).order.first().copied();
            let Ok(events) = self.desk.run(&claim) else {
                return;
            };
            for event in events {
                let Event::RecordClaimed { record, claim, .. } = event else {
                    continue;
                };
                if let Some((first, _)) = waiting {
                    self.overtaken = Span(self.overtaken.0.max((claim.arrival - first).0));
                }
                self.hands[rep].push_back(record);
                if self.hands[rep].len() == 1 {
                    self.left[rep] = self.dice.below(WORK_STEPS) + WORK_STEPS / 2 + 1;
                }
            }
        }
    }

    /// The rep works for one step; who is done with a record closes it.
    fn work(&mut self, rep: usize) {
        let Some(record) = self.hands[rep].front().copied() else {
            return;
        };
        self.left[rep] = self.left[rep].saturating_sub(1);
        if self.left[rep] > 0 {
            return;
        }
        self.hands[rep].pop_front();
        self.left[rep] = self.dice.below(WORK_STEPS) + WORK_STEPS / 2 + 1;
        let records = self.desk.state.records();
        let age = self.desk.now - records.occurred(record);
        let fit = self.desk.state.record_schema().find("fit");
        let worth = match records
            .columns
            .value(fit.expect("declared"), record.index())
        {
            Some(Value::Number(fit)) => u64::try_from(fit.0).expect("positive"),
            _ => 0,
        };
        let stale = u64::try_from(age.0 * 3 / DAY.0).expect("positive").min(100);
        self.value += worth * (100 - stale) / 100_000_000;
        self.worked += 1;
        let key = records.key(record).to_owned();
        let close = Command::Close(Close {
            record: key,
            expected: Expected::Any,
            reason: "done".into(),
        });
        self.desk.run(&close).expect("an open record");
    }

    fn run(mut self) -> Run {
        let steps = self.manner.days * 96;
        for step in 0..steps {
            self.desk.now = Moment(START.0 + i64::try_from(step).expect("small") * STEP.0);
            self.arrive();
            for turn in 0..REPS {
                let rep = (turn + step as usize) % REPS;
                self.work(rep);
                if self.dice.below(LOOKS_EVERY[rep]) == 0 {
                    self.pull(rep);
                }
            }
        }
        self.sum_up()
    }

    fn sum_up(self) -> Run {
        let state = &self.desk.state;
        let queue = state.queue_no("inbound").expect("declared");
        let mut taken: BTreeMap<RepNo, u64> = BTreeMap::new();
        for recorded in &self.desk.journal {
            if let Event::RecordClaimed { rep, claim, .. } = &recorded.event
                && claim
                    .graded
                    .as_ref()
                    .is_some_and(|graded| graded.grade == "A")
            {
                *taken.entry(*rep).or_default() += 1;
            }
        }
        let total: u64 = taken.values().sum();
        let share = |rep| {
            let own = taken.get(&RepNo::at(rep)).copied().unwrap_or(0);
            own * 1_000 * REPS as u64 / total
        };
        let book = state.claims().grade(queue, "A").expect("claimed");
        Run {
            a_shares: (0..REPS).map(share).collect(),
            a_records: total,
            value: self.value,
            taken_in: state.records().len() as u64,
            worked: self.worked,
            overtaken: self.overtaken,
            credit: (book.fairness.worst, book.fairness.bound()),
        }
    }
}

fn run(manner: Manner) -> Run {
    Floor::open(manner).run()
}

#[test]
fn a_grade_is_shared_evenly_between_eager_and_slow_clickers() {
    for load_percent in [80, 93] {
        let manner = Manner {
            fair: true,
            picks: true,
            load_percent,
            days: 40,
        };
        let fair = run(manner);
        let free = run(Manner {
            fair: false,
            ..manner
        });
        println!("{load_percent} % load, shared out: {}", fair.words());
        println!("{load_percent} % load, free: {}", free.words());
        let even = |share: &u64| (930..=1_070).contains(share);
        assert!(fair.a_shares.iter().all(even), "{fair:?}");
        let (least, most) = (free.a_shares.iter().min(), free.a_shares.iter().max());
        assert!(
            least < Some(&500) && most > Some(&1_500),
            "free pull is even, so the fixture shows nothing: {free:?}"
        );
        assert!(fair.credit.0 <= fair.credit.1, "{fair:?}");
        let lost = free.value.saturating_sub(fair.value) * 1_000 / free.value;
        println!("{load_percent} % load: {lost} thousandths of the value lost");
        assert!(lost < 15, "{lost} thousandths: {fair:?} {free:?}");
    }
}

#[test]
fn nothing_is_overtaken_by_what_arrives_later_than_the_policy_says() {
    let run = run(Manner {
        fair: false,
        picks: false,
        load_percent: 120,
        days: 20,
    });
    println!("overload: {}", run.words());
    assert!(run.overtaken <= OVERTAKE, "{run:?}");
    assert!(run.overtaken > Span(OVERTAKE.0 * 9 / 10), "{run:?}");
}
