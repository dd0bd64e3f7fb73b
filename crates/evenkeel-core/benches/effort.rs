//! Microseconds for one record to be taken in and dealt, with books counted and with books weighed.
//!
//! Run `cargo bench -p evenkeel-core --bench effort`. Thirty-five reps in one pool; each record is
//! decided and applied, and the oldest closed, so that books stay as they are. Besides, how long it
//! takes to weigh all books anew, as publishing a policy does.

use evenkeel_core::command::Command;
use evenkeel_core::command::assign::Expected;
use evenkeel_core::command::close::Close;
use evenkeel_core::command::intake::Intake;
use evenkeel_core::market::schema::{REP_TEAM, Schema};
use evenkeel_core::market::value::{Attributes, Value};
use evenkeel_core::people::hours::Hours;
use evenkeel_core::people::rep::{Profile, Status};
use evenkeel_core::rehearsal::{Base, Rehearsal};
use evenkeel_core::state::State;
use evenkeel_core::time::{Moment, Span};
use evenkeel_core::units::Micro;
use std::hint::black_box;
use std::time::Instant;

const REPS: usize = 35;
const OPEN: usize = 2_000;
const DEALT: usize = 4_000;
const START: Moment = Moment(1_772_442_000_000);

const EFFORT: &str = r#"
[effort]
size = "record.employees"
cycle = "record.cycle_days"
acv = "record.acv"
activity = { field = "record.motion", levels = { inbound = 0.8, outbound = 1 } }
"#;

fn policy(tables: &str, pool: &str) -> String {
    format!(
        "evenkeel = 1\nname = \"bench\"\n[record]\nemployees = \"number\"\ncycle_days = \
         \"number\"\nacv = \"number\"\nmotion = \"text\"\n[rep]\nholds = \"number\"\n{tables}\n\
         [[pool]]\nname = \"all\"\nwhere = 'rep.team == \"all\"'\n{pool}\nnobody = \
         \"queue:spare\"\n[[queue]]\nname = \"spare\"\n[fallback]\nto = \"pool:all\"\n"
    )
}

fn main() {
    let ramped = format!("{EFFORT}[capacity]\nramp = [0.5]\n");
    println!("us per record (dealt and another closed), median of 5 runs");
    for (name, tables, pool) in [
        ("books not looked at", String::new(), ""),
        (
            "books counted",
            String::new(),
            "capacity = \"rep.holds\"\nshare = [\"headroom\"]",
        ),
        (
            "books weighed",
            EFFORT.to_owned(),
            "capacity = \"rep.holds\"\nshare = [\"headroom\"]",
        ),
        (
            "weighed, by tier",
            ramped,
            "capacity = \"tier\"\nshare = [\"headroom\"]",
        ),
    ] {
        let mut times: Vec<f64> = (0..5).map(|_| run(&policy(&tables, pool)).0).collect();
        times.sort_by(f64::total_cmp);
        println!("{name:<22} {:>8.2}", times[2]);
    }
    let (_, desk) = run(&policy(EFFORT, ""));
    let start = Instant::now();
    black_box(desk.state.loads_by(black_box(desk.state.effort())));
    let open: usize = desk
        .state
        .roster()
        .iter()
        .map(|(_, rep)| rep.book.len())
        .sum();
    let each = start.elapsed().as_nanos() / open as u128;
    println!("weighing anew: {each} ns for each of {open} open records");
}

/// Microseconds for a record, and the workspace afterwards.
fn run(text: &str) -> (f64, Rehearsal) {
    let mut desk = Rehearsal::with_fields(&Base::of(&State::new()));
    desk.now = START;
    desk.publish(text.to_owned()).expect("sound");
    let holds = desk.state.rep_schema().find("holds").expect("declared");
    for rep in 0..REPS {
        let mut attributes = Attributes::default();
        attributes.set(REP_TEAM, Value::Text("all".into()));
        attributes.set(holds, Value::Number(Micro::whole(250)));
        let profile = Profile {
            attributes,
            closing_since: Some(START - Span::days(3_000)),
            zone: "UTC".into(),
            hours: Hours::default(),
            leaves: Vec::new(),
            status: Status::Active,
            private: None,
        };
        desk.set_rep(&format!("rep-{rep}"), &profile).expect("new");
    }
    for number in 0..OPEN {
        take_in(&mut desk, number);
    }
    let start = Instant::now();
    for number in OPEN..OPEN + DEALT {
        take_in(&mut desk, number);
        close(&mut desk, number - OPEN);
    }
    let spent = start.elapsed().as_secs_f64() * 1e6 / DEALT as f64;
    (spent, desk)
}

fn take_in(desk: &mut Rehearsal, number: usize) {
    desk.now = desk.now + Span(60_000);
    let attributes = attributes(desk.state.record_schema(), number);
    desk.submit(&Command::Intake(Intake {
        key: format!("A-{number}").into(),
        attributes: attributes.into(),
        private: None,
        occurred: None,
        marks: Vec::new(),
    }))
    .expect("taken in");
}

fn close(desk: &mut Rehearsal, number: usize) {
    desk.submit(&Command::Close(Close {
        record: format!("A-{number}"),
        expected: Expected::Any,
        reason: "lost".into(),
    }))
    .expect("open");
}

fn attributes(schema: &Schema, number: usize) -> Attributes {
    let mut attributes = Attributes::default();
    let mut set = |name: &str, value: Value| {
        attributes.set(schema.find(name).expect("declared"), value);
    };
    let whole = |amount: usize| Value::Number(Micro::whole(amount as i64));
    set("employees", whole(number * 37 % 1_500));
    set("cycle_days", whole(number * 11 % 120));
    set("acv", whole(number * 997 % 90_000));
    let motion = ["inbound", "outbound"][number % 2];
    set("motion", Value::Text(motion.into()));
    attributes
}
