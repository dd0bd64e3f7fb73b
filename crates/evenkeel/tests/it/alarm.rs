//! The alarm of fairness, end to end: a journal in which somebody always got the record, as a
//! broken chooser would have written it, is told on every page that matters, in the health detail
//! and in the metrics. An honest one says nothing.

use crate::api_records::lead;
use crate::page::open;
use crate::serving::Serving;
use evenkeel::host::access::Role;
use evenkeel::host::fairness::Told;
use evenkeel::host::fold::{ENGINE, fold_all};
use evenkeel::host::rows;
use evenkeel::host::workspace::first_workspace;
use evenkeel_core::command::envelope::Envelope;
use evenkeel_core::command::intake::Intake;
use evenkeel_core::command::{Command, decide};
use evenkeel_core::draw::DrawKey;
use evenkeel_core::event::{Actor, Event, Recorded};
use evenkeel_core::ids::{CommandId, RepNo};
use evenkeel_core::market::value::Attributes;
use evenkeel_core::state::State;
use evenkeel_core::verdict::Destination;
use evenkeel_journal::batch::{Batch, CommandRow};
use evenkeel_journal::codec;
use evenkeel_journal::identity::Digest;
use evenkeel_journal::journal::Journal;
use evenkeel_journal::sqlite::open;

/// Records that all went to the first rep, although decided on honest ballots.
fn forge(serving: &mut Serving, count: u8) {
    serving.stop();
    let mut journal = open::open(&serving.data(), None).expect("the store is free");
    let workspace = first_workspace(&journal).expect("there is one");
    let mut state = fold_all(&journal, workspace).expect("it folds").state;
    for number in 0..count {
        let mut batch = Batch {
            expected_seq: state.seq(),
            engine: ENGINE,
            ..Batch::default()
        };
        let id = CommandId([200 + number; 16]);
        let mut entered = None;
        for recorded in favored(&state, number, id) {
            batch.at_ms = recorded.at.0;
            let seq = state.seq() + 1;
            rows::note(&mut batch, &state, &recorded, seq, &mut entered);
            state.apply(&recorded);
            batch.events.push(&codec::encode(&recorded));
        }
        batch.commands.push(CommandRow {
            id,
            body: Digest([0; 32]),
            first_seq: batch.expected_seq + 1,
            last_seq: state.seq(),
            answer: Vec::new(),
        });
        journal.append(workspace, &batch).expect("well formed");
    }
}

/// An intake as decided, with the first rep in place of whoever was picked.
fn favored(state: &State, number: u8, command: CommandId) -> Vec<Recorded> {
    let intake = Intake {
        key: format!("F-{number}").into(),
        attributes: Attributes::default().into(),
        private: None,
        marks: Vec::new(),
        occurred: None,
    };
    let envelope = Envelope {
        at: state.last_at(),
        actor: Actor::System,
        command,
        draw: DrawKey::from_seed(1),
    };
    let decision = decide(state, &Command::Intake(intake), &envelope).expect("a new record");
    let mut events: Vec<Recorded> = decision.recorded(&envelope).collect();
    for recorded in &mut events {
        if let Event::RecordDealt { to, verdict, .. } = &mut recorded.event {
            *to = Destination::Rep(RepNo(0));
            let turn = verdict.turns.last_mut().expect("a pool was asked");
            turn.pick.as_mut().expect("somebody could").rep = RepNo(0);
        }
    }
    events
}

#[test]
fn a_forged_journal_is_told_on_pages_in_health_and_in_metrics() {
    let mut serving = Serving::dealing();
    let mut admin = serving.admin();
    for number in 0..6 {
        let key = format!("L-{number}");
        admin.post("/api/v1/records", &lead(&key)).expect(201);
    }
    let mut reader = serving.signed_in(Role::Manager, None);
    for path in ["/", "/pools", "/pools/us"] {
        assert!(!open(&mut reader, path, 200).contains("bound was passed"));
    }
    assert_eq!(admin.get("/readyz").text(), "ready\n");
    assert_eq!(Told::default().tell(&serving.workspace), 0);

    forge(&mut serving, 9);
    let serving = serving.again();
    let mut admin = serving.admin();
    let mut told = Told::default();
    assert_eq!(told.tell(&serving.workspace), 1, "one line in the log");
    assert_eq!(told.tell(&serving.workspace), 0, "and no second one");
    let mut reader = serving.enter("manager");
    for path in ["/", "/pools", "/pools/us"] {
        let page = open(&mut reader, path, 200);
        assert!(page.contains("A fairness bound was passed"), "{path}");
        assert!(page.contains("pool us: ana was ahead by"), "{path}: {page}");
    }
    assert!(!open(&mut reader, "/pools/drawn", 200).contains("bound was passed"));
    let ready = admin.get("/readyz").expect(200).text();
    assert!(
        ready.starts_with("ready\nalarm: pool us: ana was ahead by"),
        "{ready}"
    );
    let pool = admin.get("/api/v1/pools/us").expect(200).json();
    assert_eq!(pool["fairness"]["passed"]["rep"], "ana", "{pool}");
    assert!(pool["fairness"]["worst"].as_f64() > pool["fairness"]["bound"].as_f64());
}
