//! A sweep over a million records: what finding what is due costs per rule, what the plan with its
//! reasons costs, and how many bytes a record takes.
//!
//! Run `cargo bench -p evenkeel-core --bench sweep`. The workspace is folded from real events:
//! a policy, 2,000 reps, records with 20 attributes that are taken in and given to a rep, some of
//! them worked on since. Times are CPU of this one thread, the median of nine. Bytes are what the
//! system says the process has in memory more than before, so everything counts. Beside it, in the
//! same run, a map from field name to text and number values as a program without columns holds
//! them, filled for fewer records; its figures are per record.

// The system tells memory and CPU of this process by files.
#![allow(clippy::disallowed_methods)]

use evenkeel_core::command::envelope::Envelope;
use evenkeel_core::command::publish_policy::PublishPolicy;
use evenkeel_core::command::{Command, decide};
use evenkeel_core::draw::DrawKey;
use evenkeel_core::event::{Actor, Event, Recorded, Touch};
use evenkeel_core::ids::{CommandId, FieldNo, RecordNo, RepNo};
use evenkeel_core::market::value::{Attributes, Value};
use evenkeel_core::people::hours::Hours;
use evenkeel_core::people::rep::{Profile, Status};
use evenkeel_core::recycling::{find, plan};
use evenkeel_core::state::State;
use evenkeel_core::time::{Moment, Span};
use evenkeel_core::units::Micro;
use std::collections::BTreeMap;
use std::hint::black_box;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Bytes of this process that are in memory, as the system counts them; 0 where it does not tell.
fn resident() -> usize {
    let statm = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
    let pages = statm
        .split(' ')
        .nth(1)
        .and_then(|pages| pages.parse::<usize>().ok());
    pages.unwrap_or(0) * 4_096
}

const RECORDS: usize = 1_000_000;
const CONTRAST: usize = 100_000;
const REPS: usize = 2_000;
const START: Moment = Moment(1_767_225_600_000);
const RUNS: usize = 9;

/// Twelve texts, five numbers, a moment, a flag; with the built-in `kind`, twenty attributes.
const FIELDS: [(&str, &str, u64); 19] = [
    ("country", "text", 40),
    ("state", "text", 200),
    ("city", "text", 5_000),
    ("industry", "text", 60),
    ("segment", "text", 4),
    ("source", "text", 12),
    ("campaign", "text", 300),
    ("product", "text", 8),
    ("language", "text", 12),
    ("rating", "text", 5),
    ("domain", "text", 250_000),
    ("partner", "text", 100),
    ("employees", "number", 10_000),
    ("revenue", "number", 1_000_000),
    ("score", "number", 101),
    ("seats", "number", 500),
    ("arr", "number", 100_000),
    ("founded", "time", 1_000_000_000),
    ("hot", "flag", 2),
];

/// A fixed sequence of numbers (SplitMix64).
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((u128::from(mixed ^ (mixed >> 31)) * u128::from(bound)) >> 64) as u64
    }
}

fn policy() -> String {
    let fields: String = FIELDS
        .iter()
        .map(|(name, kind, _)| format!("{name} = \"{kind}\"\n"))
        .collect();
    format!(
        "evenkeel = 1\nname = \"bench\"\n[record]\n{fields}\
         [[pool]]\nname = \"all\"\nwhere = 'rep.team == \"all\"'\nnobody = \"queue:q\"\n\
         [[queue]]\nname = \"q\"\n[fallback]\nto = \"queue:q\"\n\
         [recycling]\ncadence = \"quarterly\"\nwarn = \"7 days\"\n\
         [[recycling.remove]]\nname = \"Idle\"\nidle = \"30 days\"\n\
         [[recycling.remove]]\nname = \"Small and idle\"\nidle = \"20 days\"\n\
         when = 'record.segment in [\"segment-1\", \"segment-2\"] && record.employees < 500'\n\
         [[recycling.remove]]\nname = \"Cold and idle\"\nidle = \"45 days\"\n\
         when = '!record.hot && record.score < 40 && record.domain.startsWith(\"domain-1\")'\n"
    )
}

fn apply(state: &mut State, at: Moment, event: Event) {
    state.apply(&Recorded {
        at,
        actor: Actor::System,
        command: CommandId([0; 16]),
        event,
    });
}

fn attributes(numbers: &mut Numbers) -> Attributes {
    let mut row = Attributes::default();
    row.set(FieldNo(0), Value::Text("account".into()));
    for (at, (name, kind, distinct)) in FIELDS.iter().enumerate() {
        let number = numbers.below(*distinct);
        let value = match *kind {
            "text" => Value::Text(format!("{name}-{number}").into()),
            "number" => Value::Number(Micro::whole(number as i64)),
            "time" => Value::Time(Moment(number as i64 * 1_000)),
            _ => Value::Flag(number == 1),
        };
        row.set(FieldNo::at(at + 1), value);
    }
    row
}

/// A workspace in which records came in over 60 days, and half were worked on since.
fn workspace(records: usize) -> (State, Moment) {
    let mut state = State::new();
    let envelope = Envelope {
        at: START,
        actor: Actor::System,
        command: CommandId([0; 16]),
        draw: DrawKey::from_seed(0),
    };
    let publish = PublishPolicy {
        text: policy(),
        based_on: None,
    };
    let published = decide(&state, &Command::PublishPolicy(publish), &envelope);
    for event in published.expect("a sound policy").events {
        apply(&mut state, START, event);
    }
    for rep in 0..REPS {
        let key = format!("rep-{rep}");
        let profile = Profile {
            attributes: Attributes::default(),
            closing_since: None,
            zone: "UTC".into(),
            hours: Hours::default(),
            leaves: Vec::new(),
            status: Status::Active,
            private: None,
        };
        let rep = RepNo::at(rep);
        apply(&mut state, START, Event::RepSet { rep, key, profile });
    }
    let mut numbers = Numbers(7);
    let span = Span::days(60);
    for number in 0..records {
        let at = START + Span(span.0 * number as i64 / records as i64);
        let record = RecordNo::at(number);
        let taken = Event::RecordTaken {
            record,
            key: format!("001A{number:011}").into(),
            attributes: Arc::new(attributes(&mut numbers)),
            private: None,
            occurred: at,
            marks: Vec::new(),
        };
        apply(&mut state, at, taken);
        let rep = RepNo::at(numbers.below(REPS as u64) as usize);
        let given = Event::RecordGiven {
            record,
            rep,
            counted: Vec::new(),
            note: None,
        };
        apply(&mut state, at, given);
    }
    let end = START + span;
    let touches = (0..records).filter_map(|number| {
        let worked = numbers.below(2) == 0;
        let back = Span(numbers.below(Span::days(60).0 as u64) as i64);
        let record = RecordNo::at(number);
        worked.then(|| Touch {
            record,
            rep: state.place(record).owner(),
            at: end - back,
            verified: true,
        })
    });
    let touches = touches.collect();
    apply(&mut state, end, Event::RecordsTouched { touches });
    (state, end)
}

fn median(mut run: impl FnMut()) -> Duration {
    let mut times: Vec<Duration> = (0..RUNS)
        .map(|_| {
            let begun = cpu();
            run();
            cpu() - begun
        })
        .collect();
    times.sort();
    times[RUNS / 2]
}

/// CPU of this thread, where the system tells it; else the time that passed.
fn cpu() -> Duration {
    let stat = std::fs::read_to_string("/proc/thread-self/schedstat");
    let nanos = stat
        .ok()
        .and_then(|stat| stat.split(' ').next()?.parse().ok());
    match nanos {
        Some(nanos) => Duration::from_nanos(nanos),
        None => {
            static BEGUN: std::sync::OnceLock<Instant> = std::sync::OnceLock::new();
            BEGUN.get_or_init(Instant::now).elapsed()
        }
    }
}

fn main() {
    let before = resident();
    let (state, now) = workspace(RECORDS);
    let bytes = resident() - before;
    println!(
        "\n{RECORDS} records, {} attributes, {REPS} books: {} bytes a record",
        FIELDS.len() + 1,
        bytes / RECORDS
    );
    let policy = state.policy().expect("published").document();
    let recycling = policy.recycling.as_ref().expect("declared");
    println!("\n{:<16} {:>9} {:>9}", "rule", "due", "ms of CPU");
    for (rule, removal) in recycling.removals.iter().enumerate() {
        let found = find::due(&state, rule, now).len();
        let time = median(|| drop(black_box(find::due(black_box(&state), rule, now))));
        println!("{:<16} {found:>9} {:>9.2}", removal.name, millis(time));
    }
    let planned = plan::ahead(&state, recycling, now);
    let time = median(|| drop(black_box(plan::ahead(black_box(&state), recycling, now))));
    println!(
        "\nplan: {} records out of {} books, with reasons: {:.1} ms",
        planned.lines.len(),
        planned.books.len(),
        millis(time)
    );
    contrast(&state, now);
}

fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1_000.0
}

/// A value as a program without a schema holds it.
enum Loose {
    Text(String),
    Number(f64),
    Flag(bool),
}

/// The first rule over maps from name to value.
fn contrast(state: &State, now: Moment) {
    let before = resident();
    let schema = state.record_schema();
    let row = |number: usize| {
        let record = RecordNo::at(number);
        let values = state.records().columns.attributes(number).values;
        let loose = |(field, value): (FieldNo, Value)| {
            let name = schema.fields()[field.index()].name.clone();
            let value = match value {
                Value::Number(number) => Loose::Number(number.0 as f64 / 1e6),
                Value::Flag(flag) => Loose::Flag(flag),
                other => Loose::Text(other.to_string()),
            };
            (name, value)
        };
        let mut map: BTreeMap<String, Loose> = values.into_iter().map(loose).collect();
        let owner = state.place(record).owner().expect("in a book");
        let active = state.records().activity.active_at(record).expect("owned");
        map.insert(
            "key".into(),
            Loose::Text(state.records().key(record).into()),
        );
        map.insert(
            "owner".into(),
            Loose::Text(state.roster().rep(owner).key.clone()),
        );
        map.insert("last_activity".into(), Loose::Number(active.0 as f64));
        map
    };
    let rows: Vec<BTreeMap<String, Loose>> = (0..CONTRAST).map(row).collect();
    let bytes = (resident() - before) / CONTRAST;
    let latest = (now - Span::days(30)).0 as f64;
    let due = |row: &&BTreeMap<String, Loose>| {
        let owned = matches!(row.get("owner"), Some(Loose::Text(owner)) if !owner.is_empty());
        let flagged = matches!(row.get("deleted"), Some(Loose::Flag(true)));
        let idle = matches!(row.get("last_activity"), Some(Loose::Number(at)) if *at <= latest);
        owned && idle && !flagged
    };
    let found = rows.iter().filter(due).count();
    let same = find::due(state, 0, now);
    let same = same
        .iter()
        .filter(|record| record.index() < CONTRAST)
        .count();
    assert_eq!(found, same, "both find the same");
    let time = median(|| {
        black_box(black_box(&rows).iter().filter(due).count());
    });
    let each = time.as_nanos() as f64 / CONTRAST as f64;
    println!(
        "\ncontrast, maps from name to value, {CONTRAST} records: {bytes} bytes a record, \
         {each:.0} ns each, {:.0} ms for {RECORDS}\n",
        each * RECORDS as f64 / 1e6
    );
}
