//! `evenkeel policy apply`: publish a policy, on a running server or on a store at rest.
//!
//! Through a server it is one request with an API key; the address is `http://` only, since TLS is
//! ended by a proxy: run it where the server is, or let another client talk to the proxy. On a
//! store it takes the writer's lock, so it refuses while a server runs.

use crate::cmd::failure::{EXIT_CODES, Exit, Failure};
use crate::cmd::feed::read_text;
use crate::cmd::store;
use crate::config::ANSWER_TIMEOUT;
use crate::host::clock::Wall;
use crate::host::order::Order;
use crate::host::workspace::Workspace;
use evenkeel_core::command::Command;
use evenkeel_core::command::publish_policy::PublishPolicy;
use evenkeel_core::event::Actor;
use evenkeel_core::policy::document;
use hyper::client::conn::http1;
use hyper::{Method, Request, StatusCode, header};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use tokio::net::TcpStream;

/// Longest answer that is read.
const ANSWER_BYTES_MAX: usize = 1 << 20;

/// What to publish, and where.
#[derive(Debug, clap::Args)]
#[command(after_help = EXIT_CODES)]
#[command(group = clap::ArgGroup::new("where").required(true).args(["data", "server"]))]
pub struct Args {
    /// The policy; - for standard input
    pub policy: PathBuf,
    /// A store that no server runs on
    #[arg(long, value_name = "FILE")]
    pub data: Option<PathBuf>,
    /// A running server, such as http://127.0.0.1:7474
    #[arg(long, value_name = "URL", env = "EVENKEEL_SERVER")]
    pub server: Option<String>,
    /// API key of a manager or admin, for --server
    #[arg(long, value_name = "KEY", env = "EVENKEEL_KEY", hide_env_values = true)]
    pub key: Option<String>,
    /// The version this was written from: refuse when another is in force by now
    #[arg(long, value_name = "VERSION")]
    pub based_on: Option<u32>,
}

/// Publishes.
pub fn run(args: &Args) -> Result<ExitCode, Failure> {
    let text = read_text(&args.policy, document::TEXT_MAX)?;
    let runtime = store::runtime()?;
    let version = match (&args.data, &args.server) {
        (Some(_), _) | (None, None) => runtime.block_on(at_rest(args, text))?,
        (None, Some(server)) => runtime.block_on(through(server, args, text))?,
    };
    println!("{version}");
    eprintln!("Policy version {version} is in force.");
    Ok(ExitCode::SUCCESS)
}

async fn at_rest(args: &Args, text: String) -> Result<u64, Failure> {
    let Some(data) = &args.data else {
        return Err(Failure::new(
            Exit::Usage,
            "name a store with --data or a server with --server",
        ));
    };
    let journal = store::open(data)?;
    let workspace = Workspace::open(Box::new(journal), Arc::new(Wall))?;
    let publish = PublishPolicy {
        text,
        based_on: args.based_on,
    };
    let order = Order::once(Actor::System, Command::PublishPolicy(publish));
    let published = workspace.submit(order).await;
    let version = workspace.glance(|state| u64::from(state.version()));
    workspace.close().await?;
    published?;
    Ok(version)
}

async fn through(server: &str, args: &Args, text: String) -> Result<u64, Failure> {
    let usage = |message: String| Failure::new(Exit::Usage, message);
    let address = server
        .strip_prefix("http://")
        .map(|rest| rest.trim_end_matches('/'));
    let address = address.filter(|rest| !rest.is_empty() && !rest.contains('/')).ok_or_else(|| {
        usage(format!("--server is {server:?}, but must be http://HOST:PORT"))
            .hint("TLS is ended by a proxy: run this where the server is, or send PUT /api/v1/policy.")
    })?;
    let key = args.key.as_deref().ok_or_else(|| {
        usage("--server needs an API key".into())
            .hint("Give --key, or set EVENKEEL_KEY to the key of a manager or admin.")
    })?;
    let body = serde_json::json!({ "text": text, "based_on": args.based_on }).to_string();
    let asked = tokio::time::timeout(ANSWER_TIMEOUT, ask(address, key, body)).await;
    let (status, answer) = asked
        .map_err(|_| failed(address, "no answer in time"))?
        .map_err(|error| failed(address, error))?;
    let said: Value = serde_json::from_slice(&answer).unwrap_or_default();
    match said["version"].as_u64().filter(|_| status.is_success()) {
        Some(version) => Ok(version),
        None => Err(refused(status, &said)),
    }
}

async fn ask(
    address: &str,
    key: &str,
    body: String,
) -> Result<(StatusCode, Vec<u8>), Box<dyn std::error::Error + Send + Sync>> {
    let with_port = if address.contains(':') {
        address.to_owned()
    } else {
        format!("{address}:80")
    };
    let stream = TcpStream::connect(with_port).await?;
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
    tokio::spawn(connection);
    let request = Request::builder()
        .method(Method::PUT)
        .uri("/api/v1/policy")
        .header(header::HOST, address)
        .header(header::CONTENT_TYPE, "application/json")
        .header(header::AUTHORIZATION, format!("Bearer {key}"))
        .body(body)?;
    let response = sender.send_request(request).await?;
    let status = response.status();
    let body = axum::body::Body::new(response.into_body());
    Ok((
        status,
        axum::body::to_bytes(body, ANSWER_BYTES_MAX).await?.to_vec(),
    ))
}

fn failed(address: &str, why: impl std::fmt::Display) -> Failure {
    Failure::new(
        Exit::Failure,
        format!("{address} could not be asked: {why}"),
    )
    .hint("Look whether the server runs and listens there.")
}

fn refused(status: StatusCode, said: &Value) -> Failure {
    let exit = match status {
        StatusCode::NOT_FOUND => Exit::NotFound,
        StatusCode::CONFLICT => Exit::Conflict,
        _ if status.is_client_error() => Exit::Refused,
        _ => Exit::Failure,
    };
    let words = |field: &str| said[field].as_str().unwrap_or_default().to_owned();
    let mut message = match words("detail") {
        detail if detail.is_empty() => format!("the server answered {status}"),
        detail => format!("{detail} ({})", words("code")),
    };
    for problem in said["problems"].as_array().into_iter().flatten() {
        let part = |field: &str| problem[field].as_str().unwrap_or_default();
        message.push_str(&format!(
            "\n  {}:{} {}: {}",
            problem["line"],
            problem["column"],
            part("level"),
            part("message")
        ));
    }
    let failure = Failure::new(exit, message);
    match words("hint") {
        hint if hint.is_empty() => failure,
        hint => failure.hint(hint),
    }
}
