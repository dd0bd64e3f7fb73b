//! When the store cannot: nothing is acknowledged that is not durable, reads go on, and what can
//! recover by itself does.

use crate::failing::{Failing, Failure, Lever};
use crate::serving::POLICY;
use evenkeel::config::Config;
use evenkeel::host::clock::Wall;
use evenkeel::host::directory::Naming;
use evenkeel::host::live::Health;
use evenkeel::host::order::{Denied, Order};
use evenkeel::host::workspace::{Pending, Workspace};
use evenkeel::server::listen::{ServeFault, Server};
use evenkeel_core::command::Command;
use evenkeel_core::command::intake::Intake;
use evenkeel_core::command::publish_policy::PublishPolicy;
use evenkeel_core::command::set_rep::SetRep;
use evenkeel_core::event::{Actor, Event};
use evenkeel_core::market::value::Attributes;
use evenkeel_core::people::hours::Hours;
use evenkeel_core::people::rep::{Profile, Status};
use evenkeel_journal::identity::StoreId;
use evenkeel_journal::journal::Journal;
use evenkeel_journal::memory::MemoryJournal;
use std::collections::BTreeSet;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

fn intake(key: &str) -> Order {
    let (key, attributes) = (key.to_owned(), Attributes::default());
    let command = Command::Intake(Intake {
        key: key.into(),
        attributes: attributes.into(),
        private: None,
        marks: Vec::new(),
        occurred: None,
    });
    Order::once(Actor::System, command)
}

fn rep(key: &str) -> Order {
    let mut attributes = Attributes::default();
    let role = evenkeel_core::market::schema::REP_ROLE;
    attributes.set(role, evenkeel_core::market::value::Value::Text("AE".into()));
    let profile = Profile {
        attributes,
        closing_since: None,
        zone: "UTC".into(),
        hours: Hours::ALWAYS,
        leaves: Vec::new(),
        status: Status::Active,
        private: None,
    };
    let key = key.into();
    let set = Command::SetRep(Box::new(SetRep { key, profile }));
    Order::once(Actor::System, set)
}

/// The workspace with a policy and three reps.
async fn furnished(workspace: Workspace) -> Workspace {
    let publish = PublishPolicy {
        text: POLICY.into(),
        based_on: None,
    };
    let order = Order::once(Actor::System, Command::PublishPolicy(publish));
    workspace.submit(order).await.expect("the policy is sound");
    for key in ["ana", "ben", "cleo"] {
        let set = workspace.submit(rep(key)).await;
        set.expect("a rep can be set");
    }
    workspace
}

async fn dealing() -> (Workspace, Lever) {
    let (journal, lever) = Failing::new();
    let workspace = Workspace::open(Box::new(journal), Arc::new(Wall)).expect("it folds");
    (furnished(workspace).await, lever)
}

async fn count(workspace: &Workspace) -> usize {
    workspace.ask(|state| state.records().len()).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_acknowledges_nothing_and_recovers_by_itself() {
    let (workspace, lever) = dealing().await;
    workspace
        .submit(intake("L-1"))
        .await
        .expect("there is room");
    lever.set(Some(Failure::Full));
    let denied = workspace
        .submit(intake("L-2"))
        .await
        .expect_err("there is none");
    assert!(
        matches!(&denied, Denied::Fault(fault) if fault.disk_full()),
        "{denied}"
    );
    assert_eq!(
        count(&workspace).await,
        1,
        "reads go on, and show what is durable"
    );
    assert!(matches!(&*workspace.health().borrow(), Health::Stalled(_)));
    // Turned away at once, without another try at the store.
    lever.set(None);
    let denied = workspace
        .submit(intake("L-2"))
        .await
        .expect_err("not tried yet");
    assert!(matches!(denied, Denied::Fault(_)));
    let waited = Instant::now();
    while workspace.submit(intake("L-2")).await.is_err() {
        assert!(
            waited.elapsed() < Duration::from_secs(20),
            "it never recovers"
        );
        tokio::task::yield_now().await;
    }
    assert_eq!(count(&workspace).await, 2);
    assert_eq!(*workspace.health().borrow(), Health::Well);
}

#[tokio::test(flavor = "multi_thread")]
async fn another_writer_in_between_is_no_failure() {
    let (workspace, lever) = dealing().await;
    for number in 0..5 {
        lever.set(Some(Failure::Moved));
        let done = workspace
            .submit(intake(&format!("L-{number}")))
            .await
            .expect("decided again");
        assert_eq!(done.last_seq, *workspace.head().borrow());
    }
    assert_eq!(count(&workspace).await, 5);
}

/// Hands in so many records at once.
fn hand_in(workspace: &Workspace, name: &str, count: usize) -> Vec<(String, Pending)> {
    (0..count)
        .map(|number| format!("{name}-{number}"))
        .map(|key| {
            let pending = workspace.enqueue(intake(&key)).expect("there is room");
            (key, pending)
        })
        .collect()
}

/// Which of them were acknowledged, and where.
async fn acknowledged_of(handed_in: Vec<(String, Pending)>) -> Vec<(String, u64)> {
    let mut done = Vec::new();
    for (key, pending) in handed_in {
        if let Ok(told) = pending.done().await {
            done.push((key, told.first_seq));
        }
    }
    done
}

/// What was acknowledged is in the journal at the number told, and nothing else is.
async fn holds_exactly(workspace: &Workspace, acknowledged: &[(String, u64)]) {
    let head = usize::try_from(*workspace.head().borrow()).expect("a small journal");
    let events = workspace.events_after(0, head).await.expect("it is read");
    assert_eq!(events.len(), head);
    let taken = events
        .iter()
        .filter_map(|(seq, recorded)| match &recorded.event {
            Event::RecordTaken { key, .. } => Some((key.to_string(), *seq)),
            _ => None,
        });
    let taken: BTreeSet<(String, u64)> = taken.collect();
    assert_eq!(taken, acknowledged.iter().cloned().collect());
    assert_eq!(count(workspace).await, acknowledged.len());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_batch_is_decided_again_and_nothing_is_told_too_early() {
    let (workspace, lever) = dealing().await;
    let mut acknowledged = Vec::new();
    for round in 0..20 {
        // Somebody else appends while orders wait and are decided.
        let handed_in = hand_in(&workspace, &format!("M{round}"), 60);
        lever.set(Some(Failure::Moved));
        let done = acknowledged_of(handed_in).await;
        assert_eq!(done.len(), 60, "nobody is turned away for it");
        acknowledged.extend(done);
    }
    lever.set(Some(Failure::Full));
    let before = acknowledged_of(hand_in(&workspace, "F", 60)).await;
    assert_eq!(before, [], "nothing is acknowledged that is not durable");
    lever.set(None);
    holds_exactly(&workspace, &acknowledged).await;
    let waited = Instant::now();
    while acknowledged.len() < 1_260 {
        let again = hand_in(&workspace, &format!("A{}", waited.elapsed().as_nanos()), 60);
        let again = acknowledged_of(again).await;
        acknowledged.extend(again);
        assert!(
            waited.elapsed() < Duration::from_secs(20),
            "it never recovers"
        );
    }
    holds_exactly(&workspace, &acknowledged).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_repeated_in_its_batch_or_after_it_gets_the_first_answer() {
    let (workspace, _lever) = dealing().await;
    for round in 0..50 {
        let order = |number: usize| {
            let Order { command, .. } = intake(&format!("K-{round}-{}", number % 7));
            Order::keyed(
                Actor::Key(1),
                &format!("{round}-{}", number % 7),
                [1; 32],
                command,
            )
        };
        let pending: Vec<_> = (0..70)
            .map(|number| workspace.enqueue(order(number)).expect("there is room"))
            .collect();
        let mut firsts = [None; 7];
        for (number, pending) in pending.into_iter().enumerate() {
            let done = pending.done().await.expect("it is decided once");
            let first = firsts[number % 7].get_or_insert(done.first_seq);
            assert_eq!((done.first_seq, done.repeated), (*first, number >= 7));
        }
    }
    assert_eq!(count(&workspace).await, 350);
}

#[tokio::test(flavor = "multi_thread")]
async fn after_an_io_error_nothing_is_taken_and_the_server_ends() {
    let (workspace, lever) = dealing().await;
    let listen = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    let config = Config {
        listen,
        ..Config::default()
    };
    let server = Server::bind(workspace.clone(), config)
        .await
        .expect("it listens");
    lever.set(Some(Failure::Poisoned));
    let denied = workspace
        .submit(intake("L-1"))
        .await
        .expect_err("the disk said no");
    assert!(matches!(denied, Denied::Fault(_)));
    lever.set(None);
    let denied = workspace
        .submit(intake("L-1"))
        .await
        .expect_err("never again");
    assert!(matches!(denied, Denied::ReadOnly(_)), "{denied}");
    let ended = server
        .run(std::future::pending())
        .await
        .expect_err("it must be opened again");
    assert!(matches!(ended, ServeFault::Dead(_)), "{ended}");
}

#[tokio::test(flavor = "multi_thread")]
async fn racing_readers_never_see_what_is_taken_back() {
    let (workspace, lever) = dealing().await;
    let reader = {
        let workspace = workspace.clone();
        tokio::spawn(async move {
            let mut last = 0;
            loop {
                let seen = workspace.ask(|state| state.seq()).await;
                let durable = *workspace.head().borrow();
                assert!(seen <= durable, "{seen} was seen and {durable} is durable");
                assert!(seen >= last, "{seen} was seen after {last}");
                last = seen;
                tokio::task::yield_now().await;
            }
        })
    };
    for number in 0..40 {
        lever.set((number % 4 == 0).then_some(Failure::Moved));
        let orders: Vec<_> = (0..8)
            .map(|one| {
                workspace
                    .enqueue(intake(&format!("L-{number}-{one}")))
                    .expect("room")
            })
            .collect();
        for order in orders {
            order.done().await.expect("decided again");
        }
    }
    assert!(!reader.is_finished(), "the reader saw nothing wrong");
    reader.abort();
    assert_eq!(count(&workspace).await, 320);
}

#[tokio::test(flavor = "multi_thread")]
async fn more_than_the_queue_holds_is_told_to_come_back() {
    let (workspace, _lever) = dealing().await;
    let mut handed_in = Vec::new();
    let mut busy = 0;
    // Faster than any writer: the queue is bounded, and nobody waits for room in it.
    for number in 0..100_000 {
        match workspace.enqueue(intake(&format!("L-{number}"))) {
            Ok(pending) => handed_in.push(pending),
            Err(Denied::Busy) => busy += 1,
            Err(denied) => panic!("{denied}"),
        }
        if busy > 100 {
            break;
        }
    }
    assert!(busy > 0, "the queue is bounded");
    let taken = handed_in.len();
    for pending in handed_in {
        pending.done().await.expect("what was taken is done");
    }
    assert_eq!(count(&workspace).await, taken);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_panic_while_telling_costs_one_answer() {
    let (workspace, _lever) = dealing().await;
    let wordless = intake("L-1").telling(|_, _, _| panic!("no words"));
    let told = workspace.submit(wordless).await;
    assert!(matches!(told, Err(Denied::Fault(_))), "{told:?}");
    let next = workspace.submit(intake("L-2")).await;
    next.expect("the writer goes on");
    assert_eq!(count(&workspace).await, 2);
}

/// What another writer brought is looked up in the directory by every answer to a list.
#[tokio::test(flavor = "multi_thread")]
async fn a_directory_is_not_lost_with_a_batch_of_refusals() {
    let mut journal = MemoryJournal::create(StoreId([5; 16]));
    journal.create_workspace("main").expect("a workspace");
    let open = |journal| Workspace::open(Box::new(journal), Arc::new(Wall)).expect("it folds");
    let ours = furnished(open(journal.clone())).await;
    let theirs = open(journal);
    theirs.submit(rep("dora")).await.expect("a rep");
    theirs.submit(intake("L-1")).await.expect("taken in");
    // Decided, moved, decided again, and refused: nothing to append.
    let known = ours.submit(intake("L-1")).await;
    known.expect_err("known by then");
    let number = ours
        .glance(|state| state.roster().find("dora"))
        .expect("a number");
    assert_eq!(Naming::rep(&*ours.directory(), number), "dora");
}

/// A stall is over after a second, however many keep asking.
#[tokio::test(flavor = "multi_thread")]
async fn a_stall_ends_while_the_queue_never_empties() {
    let (workspace, lever) = dealing().await;
    lever.set(Some(Failure::Full));
    let full = workspace.submit(intake("L-1")).await;
    full.expect_err("no room");
    lever.set(None);
    let stop = Arc::new(AtomicBool::new(false));
    let asking: Vec<_> = (0..8)
        .map(|_| {
            let (workspace, stop) = (workspace.clone(), Arc::clone(&stop));
            let order = intake("L-2");
            std::thread::spawn(move || {
                while !stop.load(Ordering::Relaxed) {
                    drop(workspace.enqueue(order.clone()));
                }
            })
        })
        .collect();
    let mut health = workspace.health();
    let well = health.wait_for(|health| *health == Health::Well);
    let well = tokio::time::timeout(Duration::from_secs(12), well)
        .await
        .is_ok();
    stop.store(true, Ordering::Relaxed);
    for thread in asking {
        thread.join().expect("it ends");
    }
    assert!(well, "it was never tried again");
}
