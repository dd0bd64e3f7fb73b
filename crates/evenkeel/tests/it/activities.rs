//! Activities: kept once and for ever, whether they decide anything or not.

use crate::serving::POLICY;
use evenkeel::host::clock::Wall;
use evenkeel::host::logged::{self, Fate};
use evenkeel::host::order::{Denied, Order};
use evenkeel::host::workspace::Workspace;
use evenkeel_core::command::Command;
use evenkeel_core::command::intake::Intake;
use evenkeel_core::command::log_activities::Activity;
use evenkeel_core::command::publish_policy::PublishPolicy;
use evenkeel_core::event::{Actor, Event};
use evenkeel_core::ids::RecordNo;
use evenkeel_core::market::value::Attributes;
use evenkeel_core::time::{HOUR, Moment};
use evenkeel_journal::identity::StoreId;
use evenkeel_journal::journal::Journal;
use evenkeel_journal::memory::MemoryJournal;
use std::sync::Arc;

async fn with_a_record() -> (Workspace, MemoryJournal) {
    let mut journal = MemoryJournal::create(StoreId([5; 16]));
    journal.create_workspace("main").expect("a new store");
    let kept = journal.clone();
    let workspace = Workspace::open(Box::new(journal), Arc::new(Wall)).expect("it folds");
    let publish = PublishPolicy {
        text: POLICY.into(),
        based_on: None,
    };
    let intake = Intake {
        key: "L-1".into(),
        attributes: Attributes::default().into(),
        private: None,
        marks: Vec::new(),
        occurred: None,
    };
    for command in [Command::PublishPolicy(publish), Command::Intake(intake)] {
        let order = Order::once(Actor::System, command);
        workspace.submit(order).await.expect("sound");
    }
    (workspace, kept)
}

fn call(record: &str, id: &str, at: Moment) -> (Option<String>, Activity) {
    let activity = Activity {
        record: record.into(),
        rep: None,
        at,
        kind: "call".into(),
        verified: true,
    };
    (Some(id.to_owned()), activity)
}

fn fates(done: &evenkeel::host::order::Done) -> Vec<Fate> {
    Fate::read(&done.answer).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn activities_are_kept_once_and_outlive_a_restart() {
    use Fate::{Duplicate, Kept, RecordUnknown};
    let (workspace, kept) = with_a_record().await;
    let now = workspace.now();
    let told = vec![
        call("L-1", "1", now - HOUR),
        call("L-1", "1", now),
        call("L-9", "2", now),
        call("L-1", "3", now),
    ];
    let order = || logged::order(Actor::System, None, "crm", told.clone());
    let first = workspace.submit(order()).await.expect("kept");
    assert_eq!(fates(&first), [Kept, Duplicate, RecordUnknown, Kept]);
    let again = workspace.submit(order()).await.expect("taken");
    assert_eq!(
        fates(&again),
        [Duplicate, Duplicate, RecordUnknown, Duplicate]
    );
    assert_eq!(again.events.len(), 0, "it decides nothing");

    // The last batch of the journal has no event: the next run goes on from it.
    let before = workspace.ask(evenkeel_core::state::State::seq).await;
    workspace.close().await.expect("closed");
    let workspace = Workspace::open(Box::new(kept), Arc::new(Wall)).expect("it folds");
    assert_eq!(
        workspace.ask(evenkeel_core::state::State::seq).await,
        before
    );
    let third = workspace.submit(order()).await.expect("taken");
    assert_eq!(fates(&third)[0], Duplicate);
    let rows = workspace
        .activities(RecordNo(0), 0, 10)
        .await
        .expect("read");
    assert_eq!(rows.len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_key_gives_the_same_answer() {
    let (workspace, _) = with_a_record().await;
    let now = workspace.now();
    let told = vec![call("L-1", "1", now)];
    let order = |body| logged::order(Actor::Key(1), Some(("k", body)), "crm", told.clone());
    let first = workspace.submit(order([1; 32])).await.expect("kept");
    let again = workspace.submit(order([1; 32])).await.expect("known");
    assert!(again.repeated);
    assert_eq!(fates(&again), fates(&first));
    assert_eq!(fates(&first), [Fate::Kept]);
    let other = workspace.submit(order([2; 32])).await;
    assert!(matches!(other, Err(Denied::IdReused)), "{other:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_order_before_it_in_the_same_batch_took_in_is_known() {
    let (workspace, _) = with_a_record().await;
    let now = workspace.now();
    let calls: Vec<_> = (0..40)
        .map(|number| {
            let id = format!("{}", number % 8);
            let told = vec![call("L-1", &id, now)];
            workspace
                .enqueue(logged::order(Actor::System, None, "crm", told))
                .expect("there is room")
        })
        .collect();
    let (mut kept, mut touched) = (0, 0);
    for call in calls {
        let done = call.done().await.expect("taken");
        kept += fates(&done)
            .iter()
            .filter(|fate| **fate == Fate::Kept)
            .count();
        let touches = |event: &Event| matches!(event, Event::RecordsTouched { .. });
        touched += done.events.iter().filter(|one| touches(&one.event)).count();
    }
    assert_eq!((kept, touched), (8, 1));
}
