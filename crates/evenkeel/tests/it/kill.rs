//! The true program, killed under load at any instant, again and again: nothing acknowledged is
//! lost, nothing is done twice, and nobody repairs anything by hand.
//!
//! `EVENKEEL_KILLS` says how often (50 when absent): `EVENKEEL_KILLS=1000 cargo nextest run -p
//! evenkeel kill`.

use crate::checker::{self, Asked, Call};
use crate::client::Client;
use crate::racers::{Choices, call, journal, places_agree};
use crate::serving::POLICY;
use evenkeel::host::access::Role;
use evenkeel::host::clock::Wall;
use evenkeel::host::sign_in::SignIn;
use evenkeel::host::workspace::{Workspace, first_workspace};
use evenkeel_journal::identity::StoreId;
use evenkeel_journal::journal::Journal;
use evenkeel_journal::sqlite::open;
use serde_json::json;
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Condvar, Mutex};
use std::time::Instant;

/// Callers at once.
const CALLERS: u64 = 6;
/// A kill comes after at most so many answers.
const ANSWERS_MAX: u64 = 120;

/// A store with an admin's key in it.
fn store(data: &Path) -> String {
    let mut journal = open::create(data, StoreId([9; 16])).expect("a store can be made");
    journal
        .create_workspace("main")
        .expect("a workspace can be made");
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime starts");
    runtime.block_on(async {
        let workspace =
            Workspace::open(Box::new(journal), Arc::new(Wall)).expect("the journal folds");
        let sign_in = SignIn::open(workspace.clone(), false)
            .await
            .expect("it can be read");
        let made = sign_in.make_key("test", Role::Admin, None).await;
        workspace.close().await.expect("the store closes");
        made.expect("a key can be made").1
    })
}

/// Starts the true program and waits until it says where it listens.
fn start(data: &Path) -> (Child, SocketAddr) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_evenkeel"))
        .args(["serve", "--listen", "127.0.0.1:0", "--data"])
        .arg(data)
        .env_remove("EVENKEEL_LOG")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("the program starts");
    let mut line = String::new();
    let stdout = child.stdout.take().expect("standard output is piped");
    BufReader::new(stdout)
        .read_line(&mut line)
        .expect("the program says where it listens");
    let address = line.trim().trim_start_matches("http://").parse();
    (
        child,
        address.unwrap_or_else(|_| panic!("not ready without a hand: {line:?}")),
    )
}

/// Where the server is now; callers wait here while it is down.
struct Whereabouts {
    address: Mutex<(u64, SocketAddr)>,
    moved: Condvar,
}

impl Whereabouts {
    fn now(&self) -> (u64, SocketAddr) {
        *self.address.lock().expect("no caller panics here")
    }

    fn after(&self, life: u64) -> (u64, SocketAddr) {
        let address = self.address.lock().expect("no caller panics here");
        let moved = self.moved.wait_while(address, |(now, _)| *now <= life);
        *moved.expect("no caller panics here")
    }

    fn set(&self, address: SocketAddr) {
        let mut now = self.address.lock().expect("no caller panics here");
        *now = (now.0 + 1, address);
        self.moved.notify_all();
    }
}

/// One caller: asks, and asks again with the same key until there is an answer.
fn ask_on(
    here: &Whereabouts,
    key: &str,
    began: Instant,
    caller: u64,
    over: &AtomicBool,
    answered: &Sender<()>,
) -> Vec<Call> {
    let mut choices = Choices::new(caller + 77);
    let mut calls = Vec::new();
    let (mut life, address) = here.now();
    let mut client = Client::with_key(address, key);
    for number in 0.. {
        if over.load(Ordering::SeqCst) {
            break;
        }
        let last = format!("K-{caller}-{}", choices.below(number + 1));
        let rep = ["ana", "ben", "cleo"][choices.below(3) as usize].to_owned();
        let asked = match choices.below(8) {
            0 => Asked::Assign {
                record: last,
                rep,
                expected: None,
            },
            1 => Asked::Reassign {
                record: last,
                expected: None,
            },
            2 => Asked::Close { record: last },
            _ => Asked::TakeIn {
                record: format!("K-{caller}-{number}"),
            },
        };
        let idempotency = format!("{caller}-{number}");
        loop {
            let (call, answer) = call(&mut client, began, &idempotency, &asked);
            let known = answer.is_ok();
            calls.push(call);
            if known {
                // Nobody listens any more once the last kill is done.
                let _ = answered.send(());
                break;
            }
            let (now, address) = here.after(life);
            life = now;
            client = Client::with_key(address, key);
        }
    }
    calls
}

/// Kills and starts again, each time after a number of answers that nobody can guess.
fn kill_on(
    mut child: Child,
    data: &Path,
    here: &Whereabouts,
    kills: u64,
    answers: &Receiver<()>,
) -> Child {
    let mut choices = Choices::new(u64::from(child.id()));
    for _ in 0..kills {
        for _ in 0..=choices.below(ANSWERS_MAX) {
            answers.recv().expect("callers go on");
        }
        child.kill().expect("the program can be killed");
        child.wait().expect("it is gone");
        // Answers from before the kill say nothing about the next life.
        while answers.try_recv().is_ok() {}
        let (next, address) = start(data);
        child = next;
        here.set(address);
    }
    child
}

#[test]
fn killed_under_load_nothing_acknowledged_is_lost() {
    let kills = std::env::var("EVENKEEL_KILLS")
        .ok()
        .and_then(|kills| kills.parse().ok());
    let kills: u64 = kills.unwrap_or(50);
    let dir = tempfile::TempDir::new().expect("a directory can be made");
    let data = dir.path().join("x.db");
    let key = store(&data);
    let (child, address) = start(&data);
    let mut admin = Client::with_key(address, &key);
    admin
        .put("/api/v1/policy", &json!({ "text": POLICY }))
        .expect(200);
    for rep in ["ana", "ben", "cleo"] {
        admin
            .put(&format!("/api/v1/reps/{rep}"), &json!({ "role": "AE" }))
            .expect(200);
    }
    let here = Whereabouts {
        address: Mutex::new((1, address)),
        moved: Condvar::new(),
    };
    let (answered, answers) = channel();
    let over = AtomicBool::new(false);
    let began = Instant::now();
    let (mut child, calls) = std::thread::scope(|scope| {
        let callers: Vec<_> = (0..CALLERS)
            .map(|caller| {
                let (here, key, over, answered) = (&here, &key, &over, answered.clone());
                scope.spawn(move || ask_on(here, key, began, caller, over, &answered))
            })
            .collect();
        let child = kill_on(child, &data, &here, kills, &answers);
        over.store(true, Ordering::SeqCst);
        let calls: Vec<Call> = callers
            .into_iter()
            .flat_map(|caller| caller.join().expect("a history"))
            .collect();
        (child, calls)
    });
    let mut admin = Client::with_key(here.now().1, &key);
    let journal = journal(&mut admin);
    let wrong = checker::check(&calls, &journal);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let cut = calls.iter().filter(|call| call.told.is_none()).count();
    assert!(cut as u64 >= kills, "{cut} calls were cut by {kills} kills");
    places_agree(&mut admin, &journal);
    child.kill().expect("the program can be killed");
    child.wait().expect("it is gone");

    let reader = open::open_reader(&data).expect("the store opens");
    let workspace = first_workspace(&reader).expect("a workspace");
    let verified = evenkeel::cmd::verify::verified(&reader, workspace, None).expect("it reads");
    assert!(verified.is_sound(), "{verified:?}");
}
