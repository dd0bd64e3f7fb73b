//! The two servers, each a process of its own: the bare handler and the true one.

use crate::load::Target;
use crate::ring;
use axum::http::StatusCode;
use axum::routing::post;
use axum::{Json, Router};
use evenkeel::config::Config;
use evenkeel::host::access::Role;
use evenkeel::host::clock::Wall;
use evenkeel::host::workspace::Workspace;
use evenkeel::server::listen::{self, Server};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::process::{Command, Stdio};
use std::sync::Arc;

/// What the bare handler parses: the same body.
#[derive(Deserialize)]
struct RecordIn {
    key: String,
    fields: BTreeMap<String, serde_json::Value>,
}

/// What it answers: the same fields as the true one.
#[derive(Serialize)]
struct Dealt {
    record: String,
    seq: u64,
    at: &'static str,
    outcome: &'static str,
    rep: &'static str,
    pool: &'static str,
    policy: u32,
}

async fn take_in(Json(record): Json<RecordIn>) -> (StatusCode, Json<Dealt>) {
    let seq = record.fields.len() as u64;
    let dealt = Dealt {
        record: record.key,
        seq,
        at: "2026-03-02T09:05:00Z",
        outcome: "rep",
        rep: "rep-00",
        pool: "west",
        policy: 1,
    };
    (StatusCode::CREATED, Json(dealt))
}

/// A handler with nothing behind it.
pub(crate) fn bare() {
    runtime().block_on(async {
        let router = Router::new().route("/api/v1/records", post(take_in));
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        let listener = listen::listen(address).expect("it listens");
        println!("{} -", listener.local_addr().expect("an address"));
        let listener = axum::serve::ListenerExt::tap_io(listener, |stream| {
            // As the true server does.
            stream
                .set_nodelay(true)
                .expect("a connection takes options");
        });
        axum::serve(listener, router).await.expect("it serves");
    });
}

/// The true server.
pub(crate) fn keel() {
    let (journal, _dir) = ring::store();
    runtime().block_on(async {
        let workspace = Workspace::open(Box::new(journal), Arc::new(Wall)).expect("it folds");
        ring::furnish(&workspace).await;
        let listen = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        let config = Config {
            listen,
            ..Config::default()
        };
        let server = Server::bind(workspace, config).await.expect("it listens");
        let made = server
            .app()
            .sign_in
            .make_key("bench", Role::Integration, None)
            .await;
        let (_, key) = made.expect("a key can be made");
        println!("{} {key}", server.bound());
        // Ends with its parent: nobody writes to standard input, so it ends when that closes.
        let parent = tokio::task::spawn_blocking(|| std::io::stdin().read_to_end(&mut Vec::new()));
        server
            .run(async { drop(parent.await) })
            .await
            .expect("it ends well");
    });
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .expect("a runtime starts")
}

/// A server in a process of its own; it ends when this is dropped.
pub(crate) struct Child {
    process: std::process::Child,
    target: Target,
}

impl Child {
    pub(crate) fn start(role: &str) -> Self {
        let program = std::env::current_exe().expect("this program has a path");
        let mut process = Command::new(program)
            .env("EVENKEEL_BENCH_ROLE", role)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("this program starts again");
        let stdout = process.stdout.take().expect("standard output is piped");
        let mut line = String::new();
        BufReader::new(stdout)
            .read_line(&mut line)
            .expect("the server says where it is");
        let (address, key) = line.trim().split_once(' ').expect("an address and a key");
        let target = Target {
            process: process.id(),
            address: address.parse().expect("an address"),
            key: key.to_owned(),
        };
        Self { process, target }
    }

    /// The same, asked by the key of another, so that both read as much.
    pub(crate) fn asked_like(mut self, other: &Self) -> Self {
        self.target.key.clone_from(&other.target.key);
        self
    }

    /// Where it is.
    pub(crate) fn target(&self) -> &Target {
        &self.target
    }

    /// What the server counted itself.
    pub(crate) fn figures(&self) -> String {
        let mut stream = TcpStream::connect(self.target.address).expect("the server listens");
        let request = "GET /metrics HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n";
        stream
            .write_all(request.as_bytes())
            .expect("a request goes out");
        let mut text = String::new();
        stream.read_to_string(&mut text).expect("an answer comes");
        let wanted = ["evenkeel_commit_commands", "evenkeel_commit_seconds"];
        let lines = text
            .lines()
            .filter(|line| wanted.iter().any(|want| line.starts_with(want)));
        lines.collect::<Vec<_>>().join("\n")
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        drop(self.process.stdin.take());
        // The bare server knows no end of its own.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
