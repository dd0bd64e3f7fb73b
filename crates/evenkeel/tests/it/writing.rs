//! Where the writer works: as a task beside the callers it answers, or on a thread of its own.

use crate::failing::{Failing, Failure, Lever};
use crate::serving::POLICY;
use evenkeel::host::clock::Wall;
use evenkeel::host::order::Order;
use evenkeel::host::workspace::Workspace;
use evenkeel_core::command::Command;
use evenkeel_core::command::intake::Intake;
use evenkeel_core::command::publish_policy::PublishPolicy;
use evenkeel_core::event::Actor;
use evenkeel_core::market::value::Attributes;
use evenkeel_journal::identity::StoreId;
use evenkeel_journal::journal::Journal;
use evenkeel_journal::memory::MemoryJournal;
use evenkeel_journal::sqlite::open;
use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpStream};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::runtime::{Builder, Runtime};

fn intake() -> Order {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let command = Command::Intake(Intake {
        key: format!("L-{}", COUNT.fetch_add(1, Ordering::Relaxed)).into(),
        attributes: Attributes::default().into(),
        private: None,
        marks: Vec::new(),
        occurred: None,
    });
    Order::once(Actor::System, command)
}

async fn furnished(journal: impl Journal + 'static, orders_max: usize) -> Workspace {
    let workspace = Workspace::bounded(Box::new(journal), Arc::new(Wall), orders_max);
    let workspace = workspace.expect("it folds");
    let publish = PublishPolicy {
        text: POLICY.into(),
        based_on: None,
    };
    let order = Order::once(Actor::System, Command::PublishPolicy(publish));
    workspace.submit(order).await.expect("the policy is sound");
    workspace
}

fn runtime(workers: usize) -> Runtime {
    let mut builder = Builder::new_multi_thread();
    let runtime = builder.worker_threads(workers).enable_all().build();
    runtime.expect("a runtime starts")
}

/// Lets the disk answer at the end.
struct Answers(Lever);

impl Drop for Answers {
    fn drop(&mut self) {
        self.0.set(None);
    }
}

/// Whoever comes in alone is read and decided by one worker, and all others sleep: one of them must
/// look what else comes in while that worker waits for the disk.
#[test]
fn others_are_heard_while_a_lone_order_waits_for_the_disk() {
    let (journal, lever) = Failing::new();
    let runtime = runtime(2);
    let workspace = runtime.block_on(furnished(journal, 64));
    let listener = runtime.block_on(TcpListener::bind((Ipv4Addr::LOCALHOST, 0)));
    let listener = listener.expect("port 0 can be listened on");
    let address = listener.local_addr().expect("an address");
    let accepting = runtime.spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let workspace = workspace.clone();
            tokio::spawn(async move {
                // An order for an `o`; and whatever was sent comes back.
                while let Ok(sent) = stream.read_u8().await {
                    if sent == b'o' {
                        workspace.submit(intake()).await.expect("there is room");
                    }
                    stream.write_u8(sent).await.expect("it goes back");
                }
            });
        }
    });
    let call = || TcpStream::connect(address).expect("it listens");
    let said = |mut stream: &TcpStream, word: u8| {
        stream.write_all(&[word]).expect("it goes out");
    };
    let heard = |mut stream: &TcpStream, seconds| {
        let (mut back, patience) = ([0], Some(Duration::from_secs(seconds)));
        stream.set_read_timeout(patience).expect("it can be set");
        stream.read_exact(&mut back).map(|()| back[0])
    };
    let (ordering, other) = (call(), call());
    // Also when this fails: the runtime does not end before the disk has answered.
    let _answers = Answers(lever.clone());
    let mut meanwhile = 0;
    for _ in 0..10 {
        lever.set(Some(Failure::Slow));
        said(&ordering, b'o');
        lever.waited_for();
        said(&other, b'x');
        let at_once = heard(&other, 1);
        meanwhile += usize::from(at_once.is_ok());
        lever.set(None);
        assert_eq!(heard(&ordering, 30).expect("the order is answered"), b'o');
        let word = at_once.or_else(|_| heard(&other, 30));
        assert_eq!(word.expect("the other is heard then"), b'x');
    }
    accepting.abort();
    // The runtime promises nothing: on a busy machine one of a thousand was heard only then.
    assert!(meanwhile >= 5, "heard in {meanwhile} rounds of 10");
}

/// A runtime keeps who was woken last for the worker that woke it. The writer, under load, is a
/// task that never rests: without care, the last one it answers waits for a hundred commits more.
#[test]
fn whoever_is_answered_last_need_not_wait_until_the_writer_rests() {
    const BATCH: usize = 16;
    let mut journal = MemoryJournal::create(StoreId([5; 16]));
    journal.create_workspace("main").expect("a workspace");
    let runtime = runtime(2);
    let workspace = runtime.block_on(furnished(journal, BATCH));
    let stop = Arc::new(AtomicBool::new(false));
    let feeding = std::thread::spawn({
        let (workspace, stop) = (workspace.clone(), Arc::clone(&stop));
        move || {
            while !stop.load(Ordering::Relaxed) {
                // Always some, and never so many that another finds no room.
                if workspace.waiting() > 700 {
                    std::thread::yield_now();
                    continue;
                }
                // Nobody waits for these, so nobody is woken by their answers.
                drop(workspace.enqueue(intake()));
            }
        }
    });
    let waiting = runtime.spawn(async move {
        let mut behind = Vec::new();
        for _ in 0..20 {
            let done = workspace.submit(intake()).await.expect("there is room");
            let head = *workspace.head().borrow();
            // Each leaves two events.
            behind.push((head - done.last_seq) / 2 / BATCH as u64);
        }
        behind
    });
    let mut behind = runtime.block_on(waiting).expect("it ends");
    stop.store(true, Ordering::Relaxed);
    feeding.join().expect("it ends");
    behind.sort_unstable();
    assert!(behind[behind.len() / 2] < 30, "commits behind: {behind:?}");
}

fn made(path: &Path) {
    let mut journal = open::create(path, StoreId([6; 16])).expect("a store can be made");
    journal.create_workspace("main").expect("a workspace");
}

/// Nothing of the writer outlives the runtime it was a task of, closed or not.
#[test]
fn a_store_is_free_when_the_runtime_of_its_writer_has_ended() {
    let dir = TempDir::new().expect("a directory");
    let path = dir.path().join("x.db");
    made(&path);
    let mut records = 0;
    for round in 0..6 {
        let journal = open::open(&path, None).expect("the store is free");
        let runtime = runtime(2);
        let kept = runtime.block_on(async {
            let workspace = Workspace::open(Box::new(journal), Arc::new(Wall)).expect("it folds");
            if round == 0 {
                let publish = PublishPolicy {
                    text: POLICY.into(),
                    based_on: None,
                };
                let order = Order::once(Actor::System, Command::PublishPolicy(publish));
                workspace.submit(order).await.expect("the policy is sound");
            }
            assert_eq!(workspace.glance(|state| state.records().len()), records);
            for _ in 0..5 {
                workspace.submit(intake()).await.expect("there is room");
                records += 1;
            }
            if round % 2 == 0 {
                workspace.close().await.expect("a snapshot is kept");
            }
            workspace
        });
        drop(runtime);
        drop(kept);
    }
}

/// A single worker could serve nobody while the writer waits for the disk.
#[test]
fn a_runtime_with_one_worker_is_served_from_a_thread() {
    let dir = TempDir::new().expect("a directory");
    let path = dir.path().join("x.db");
    made(&path);
    let journal = open::open(&path, None).expect("the store is free");
    let runtime = runtime(1);
    let workspace = runtime.block_on(async { furnished(journal, 64).await });
    // The one worker waits here without giving way, as nobody should.
    let blocked = runtime.spawn({
        let workspace = workspace.clone();
        async move {
            let before = *workspace.head().borrow();
            let pending = workspace.enqueue(intake()).expect("there is room");
            while *workspace.head().borrow() == before {
                std::thread::yield_now();
            }
            pending.done().await.expect("taken in")
        }
    });
    let done = runtime.block_on(blocked).expect("it ends");
    runtime.block_on(workspace.close()).expect("it ends well");
    assert_eq!(done.last_seq, *workspace.head().borrow());
}
