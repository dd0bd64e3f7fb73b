//! A year of records played again: events a second, and the re-seeded replays of a back-test.
//!
//! Run `cargo bench -p evenkeel-core --bench replay`; `EVENKEEL_RECORDS` and `EVENKEEL_REPLAYS` set
//! the sizes. The year has 35 reps with hours, leaves and caps, two random pools and a straight
//! one, 40 rules, and records that are closed, passed on and given by hand. The replays run on two
//! threads, as `evenkeel backtest` runs them.

// The sizes come from the environment, and the processor's time from the system.
#![allow(clippy::disallowed_methods)]

use evenkeel_core::command::assign::{Assign, Expected};
use evenkeel_core::command::close::Close;
use evenkeel_core::command::envelope::Envelope;
use evenkeel_core::command::intake::Intake;
use evenkeel_core::command::publish_policy::PublishPolicy;
use evenkeel_core::command::reassign::Reassign;
use evenkeel_core::command::set_rep::SetRep;
use evenkeel_core::command::{Command, decide};
use evenkeel_core::draw::DrawKey;
use evenkeel_core::event::{Actor, Recorded};
use evenkeel_core::ids::CommandId;
use evenkeel_core::market::schema::{RECORD_KIND, REP_TEAM};
use evenkeel_core::market::value::{Attributes, Value};
use evenkeel_core::people::hours::Hours;
use evenkeel_core::people::rep::{Leave, Profile, Status};
use evenkeel_core::replay::again::{History, How};
use evenkeel_core::replay::draws::Draws;
use evenkeel_core::replay::reseed::{self, Row};
use evenkeel_core::replay::stream::{Follow, Stream};
use evenkeel_core::state::State;
use evenkeel_core::time::{DAY, HOUR, Moment, Span};
use evenkeel_core::units::Micro;
use std::collections::BTreeSet;
use std::time::Instant;

/// The program's own allocator.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const START: Moment = Moment(1_735_689_600_000);
const YEAR: Span = Span::days(365);
const REPS: u64 = 35;

fn main() {
    let records = size("EVENKEEL_RECORDS", 100_000);
    let replays = size("EVENKEEL_REPLAYS", 200);
    let journal = Year::new().play(records);
    println!("{records} records, {} events, {REPS} reps", journal.len());
    let start = Instant::now();
    let history = read(&journal);
    let folded = start.elapsed().as_secs_f64();
    println!(
        "folded, and what was asked read: {folded:.2} s, {:.0} events a second",
        journal.len() as f64 / folded
    );
    let start = Instant::now();
    play_again(&history, &journal);
    let played = start.elapsed().as_secs_f64();
    println!(
        "decided again, the same to the byte: {played:.2} s, {:.2} us a record",
        played * 1e6 / records as f64
    );
    let start = Instant::now();
    let (rows, busy) = reseeded(&history, replays);
    let spent = start.elapsed().as_secs_f64();
    assert_eq!(rows.len(), replays);
    let fresh = rows.windows(2).all(|two| two[0] != two[1]);
    assert!(fresh, "fresh draws are other draws");
    println!(
        "{replays} re-seeded replays on two threads: {spent:.1} s; {busy:.1} s of processor, \
         {:.2} us a record",
        busy * 1e6 / (replays * records) as f64
    );
}

fn read(journal: &[Recorded]) -> History {
    let mut inputs = Vec::new();
    let mut stream = Stream::after(State::new());
    for recorded in journal {
        stream.event(recorded.clone(), &mut inputs);
    }
    let end = stream.finish(&mut inputs);
    History {
        base: State::new(),
        inputs,
        until: end.last_at(),
        records: end.record_schema().clone(),
        reps: end.rep_schema().clone(),
    }
}

fn play_again(history: &History, journal: &[Recorded]) {
    let how = How {
        policy: None,
        draws: Draws::of_key(DrawKey::from_seed(1)),
        between: false,
    };
    let mut again = Again(0, journal);
    let played = history.play(&how, &mut again);
    played.expect("no policy is published");
    assert_eq!(again.0, journal.len(), "as long as the journal");
}

/// The rows, and the seconds of processor that both threads used.
fn reseeded(history: &History, replays: usize) -> (Vec<Row>, f64) {
    let half = move |odd: usize| {
        let before = processor();
        let numbers = (odd..replays).step_by(2);
        let rows = numbers.map(|number| reseed::row(history, None, number as u64));
        let rows: Vec<Row> = rows.map(|row| row.expect("no policy")).collect();
        (rows, processor() - before)
    };
    std::thread::scope(|scope| {
        let threads = [0, 1].map(|odd| scope.spawn(move || half(odd)));
        let done = threads.map(|thread| thread.join().expect("no thread fails"));
        let busy = done.iter().map(|(_, busy)| busy).sum();
        (done.into_iter().flat_map(|(rows, _)| rows).collect(), busy)
    })
}

/// Seconds of processor this thread used; 0 where the system does not tell.
fn processor() -> f64 {
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let spent = told.split(' ').next().and_then(|word| word.parse().ok());
    spent.unwrap_or(0.0) / 1e9
}

fn size(name: &str, usual: usize) -> usize {
    let told = std::env::var(name).ok().and_then(|text| text.parse().ok());
    told.unwrap_or(usual)
}

/// Compares each event with the recorded one.
struct Again<'a>(usize, &'a [Recorded]);

impl Follow for Again<'_> {
    fn event(&mut self, _: &State, recorded: &Recorded) {
        assert_eq!(*recorded, self.1[self.0]);
        self.0 += 1;
    }
}

/// Chance from a number: a multiplicative generator, for the made-up year only.
struct Dice(u64);

impl Dice {
    fn below(&mut self, count: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        (self.0 >> 33) % count
    }
}

fn policy() -> String {
    let mut text = String::from(
        "evenkeel = 1\nname = \"A year\"\n[record]\ncountry = \"text\"\nindustry = \"text\"\n\
         source = \"text\"\nemployees = \"number\"\nvalue = \"number\"\n[rep]\nweight = \"number\"\n\
         [[pool]]\nname = \"north\"\nwhere = 'rep.team == \"north\"'\nmethod = \"random\"\nband = 1\n\
         cap = { day = 30 }\nnobody = { hold = \"3 days\", then = \"queue:late\" }\n\
         [[pool]]\nname = \"south\"\nwhere = 'rep.team == \"south\"'\nmethod = \"random\"\nband = 2\n\
         weight = \"rep.weight\"\nnobody = \"queue:late\"\n\
         [[pool]]\nname = \"house\"\nwhere = 'rep.team == \"house\"'\nnobody = \"queue:late\"\n\
         [[queue]]\nname = \"late\"\n",
    );
    for rule in 0..40 {
        let (pool, industry) = (["north", "south", "house"][rule % 3], rule % 20);
        let least = rule * 7;
        text.push_str(&format!(
            "[[rule]]\nname = \"Rule {rule}\"\n\
             when = 'record.industry == \"i{industry}\" && record.employees >= {least}'\n\
             to = \"pool:{pool}\"\n"
        ));
    }
    text.push_str("[fallback]\nto = \"pool:south\"\n");
    text
}

/// A year in the making.
struct Year {
    state: State,
    journal: Vec<Recorded>,
    dice: Dice,
    commands: u64,
    closes: BTreeSet<(Moment, usize)>,
}

impl Year {
    /// The policy and the reps.
    fn new() -> Self {
        let mut year = Self {
            state: State::new(),
            journal: Vec::new(),
            dice: Dice(7),
            commands: 0,
            closes: BTreeSet::new(),
        };
        let publish = PublishPolicy {
            text: policy(),
            based_on: None,
        };
        year.run(START, &Command::PublishPolicy(publish));
        for rep in 0..REPS {
            let command = set_rep(&year.state, rep, &mut year.dice);
            year.run(START, &command);
        }
        year
    }

    /// Its records, evenly over the year, and what became of them.
    fn play(mut self, records: usize) -> Vec<Recorded> {
        let mut ticked = START;
        for at in 0..records {
            let now = START + Span(YEAR.0 / records as i64 * at as i64);
            while let Some((when, record)) = self.closes.first().copied().filter(|due| due.0 <= now)
            {
                self.closes.pop_first();
                let reason = ["won", "lost", "lost", "lost"][self.dice.below(4) as usize];
                let close = Close {
                    record: format!("L-{record}"),
                    expected: Expected::Any,
                    reason: reason.to_owned(),
                };
                self.run(when, &Command::Close(close));
            }
            if self.state.held().len() > 0 && now - ticked > HOUR {
                ticked = now;
                self.run(now, &Command::Tick);
            }
            let intake = self.intake(at);
            self.run(now, &intake);
            self.override_some(now, at);
            if self.dice.below(10) < 9 {
                let later = Span(self.dice.below(20 * DAY.0 as u64) as i64);
                self.closes.insert((now + later, at));
            }
        }
        self.journal
    }

    fn intake(&mut self, at: usize) -> Command {
        let schema = self.state.record_schema();
        let field = |name| schema.find(name).expect("declared");
        let mut attributes = Attributes::default();
        attributes.set(RECORD_KIND, Value::Text("lead".into()));
        for (name, kinds) in [("country", 30), ("industry", 20), ("source", 8)] {
            let text = format!("{}{}", &name[..1], self.dice.below(kinds));
            attributes.set(field(name), Value::Text(text.into()));
        }
        for (name, most) in [("employees", 500), ("value", 90_000)] {
            let number = Micro::whole(self.dice.below(most) as i64);
            attributes.set(field(name), Value::Number(number));
        }
        Command::Intake(Intake {
            key: format!("L-{at}").into(),
            attributes: attributes.into(),
            private: None,
            occurred: None,
            marks: Vec::new(),
        })
    }

    fn override_some(&mut self, now: Moment, at: usize) {
        let (record, expected) = (format!("L-{at}"), Expected::Any);
        let command = match self.dice.below(100) {
            0 => Command::Assign(Assign {
                record,
                rep: format!("r{}", self.dice.below(REPS)),
                expected,
                note: None,
            }),
            1 => Command::Reassign(Reassign { record, expected }),
            _ => return,
        };
        self.run(now, &command);
    }

    /// What is refused changes nothing and is not recorded, as in a real store.
    fn run(&mut self, at: Moment, command: &Command) {
        self.commands += 1;
        let mut id = [0; 16];
        id[..8].copy_from_slice(&self.commands.to_le_bytes());
        let envelope = Envelope {
            at,
            actor: Actor::System,
            command: CommandId(id),
            draw: DrawKey::from_seed(1),
        };
        if let Ok(decision) = decide(&self.state, command, &envelope) {
            for recorded in decision.recorded(&envelope) {
                self.state.apply(&recorded);
                self.journal.push(recorded);
            }
        }
    }
}

fn set_rep(state: &State, rep: u64, dice: &mut Dice) -> Command {
    let team = ["north", "south", "house"][(rep % 3) as usize];
    let mut attributes = Attributes::default();
    attributes.set(REP_TEAM, Value::Text(team.into()));
    let weight = state.rep_schema().find("weight").expect("declared");
    attributes.set(weight, Value::Number(Micro::whole(1 + (rep % 4) as i64)));
    let leaves = (0..3).map(|_| {
        let from = START + Span::days(dice.below(360) as i64);
        let until = from + Span::days(1 + dice.below(14) as i64);
        Leave { from, until }
    });
    Command::SetRep(Box::new(SetRep {
        key: format!("r{rep}"),
        profile: Profile {
            attributes,
            closing_since: None,
            zone: "UTC".into(),
            hours: Hours::default(),
            leaves: leaves.collect(),
            status: Status::Active,
            private: None,
        },
    }))
}
