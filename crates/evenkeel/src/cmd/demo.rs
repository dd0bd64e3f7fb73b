//! `evenkeel demo`: a made-up company with a month behind it, on a server of its own.
//!
//! One command from a fresh clone. The store is in a temporary folder that goes away at the end,
//! unless a file is named; nothing outside it is touched, and nothing is fetched.

use crate::cmd::failure::{Exit, Failure};
use crate::cmd::{serve, store};
use crate::config::{Config, LISTEN};
use crate::demo::company::PEOPLE;
use crate::demo::history::{DAYS_MAX, history};
use crate::demo::live::{self, PACE_MAX};
use crate::demo::play;
use crate::host::access::Role;
use crate::host::clock::Wall;
use crate::host::one_time::Purpose;
use crate::host::secret;
use crate::host::workspace::Workspace;
use crate::server::listen::Server;
use clap::value_parser;
use evenkeel_core::people::rep::Status;
use evenkeel_journal::identity::StoreId;
use evenkeel_journal::journal::{Journal, Reader};
use evenkeel_journal::sqlite::open::create;
use std::net::SocketAddr;
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use tempfile::TempDir;

/// What the made-up company is called.
const COMPANY: &str = "Quillwater Systems";
/// The user the first link signs in.
const ADMIN: &str = "demo";
const DAYS: RangeInclusive<i64> = 1..=DAYS_MAX as i64;
const PACE: RangeInclusive<i64> = 0..=PACE_MAX as i64;

/// Shows a made-up company: 24 reps, a month of history, and records coming in.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Where to listen; port 0 lets the system choose one.
    #[arg(long, value_name = "ADDRESS:PORT", default_value_t = LISTEN)]
    listen: SocketAddr,
    /// Listen to other machines without TLS: what is shown goes over the network in the clear.
    #[arg(long)]
    allow_plain_http: bool,
    /// The same seed makes the same history (up to the time of day).
    #[arg(long, value_name = "NUMBER", default_value_t = 1)]
    seed: u64,
    /// Days of history.
    #[arg(long, default_value_t = 30, value_parser = value_parser!(u32).range(DAYS))]
    days: u32,
    /// Records a minute from now on; 0 for none.
    #[arg(long, default_value_t = 6, value_parser = value_parser!(u32).range(PACE))]
    pace: u32,
    /// Keep the store in this file, and go on with it if it is there.
    #[arg(long, value_name = "FILE")]
    data: Option<PathBuf>,
}

/// Runs until interrupted.
pub fn run(args: &Args) -> Result<ExitCode, Failure> {
    if !args.listen.ip().is_loopback() && !args.allow_plain_http {
        let message = format!(
            "{} can be reached from other machines, without TLS",
            args.listen
        );
        return Err(Failure::new(Exit::Usage, message)
            .hint("Add --allow-plain-http if the network is trusted; the company is made up."));
    }
    store::runtime()?.block_on(show(args))
}

async fn show(args: &Args) -> Result<ExitCode, Failure> {
    let (journal, folder) = opened(args.data.as_deref())?;
    let workspace = Workspace::open(journal, Arc::new(Wall))?;
    let config = Config {
        listen: args.listen,
        data: args.data.clone(),
        title: COMPANY.into(),
        ..Config::default()
    };
    // Before the history, so that a taken port is known at once.
    let server = Server::bind(workspace.clone(), config).await?;
    let began = workspace.now();
    if workspace.glance(|state| state.seq()) == 0 {
        let steps = history(args.seed, args.days, began);
        play::settle_draws(&workspace, args.seed, &steps).await?;
        play::play(&workspace, "demo", &steps).await?;
    }
    let took = workspace.now() - began;
    let (reps, records) = workspace
        .ask(|state| {
            let here = |status| status != Status::Left;
            let reps = state
                .roster()
                .iter()
                .filter(|(_, rep)| here(rep.profile.status))
                .count();
            (reps, state.records().len())
        })
        .await;
    let admin = link(&server, ADMIN, Role::Admin, None).await?;
    let person = PEOPLE[0];
    let rep = link(&server, person.key, Role::Rep, Some(person.key.to_owned())).await?;
    let kept = match &args.data {
        Some(file) => format!("the store stays in {}", file.display()),
        None => "the store goes away".to_owned(),
    };
    let coming = match args.pace {
        0 => "Nothing comes in by itself.".to_owned(),
        pace => format!("About {pace} records come in a minute."),
    };
    println!(
        "{COMPANY}, which is made up: {reps} reps, {records} records, dealt in {} ms.\n\n  \
         Open {admin}\n  to see it as the admin, or\n  {rep}\n  as the rep {}. Each link signs in \
         once, within an hour.\n\n{coming} Ctrl-C ends it; {kept}.",
        took.0, person.name
    );
    // From here on, so that the first words are the ones above.
    serve::log(false);
    let coming = live::run(workspace, args.seed, records as u64 + 1, args.pace);
    let coming = tokio::spawn(coming);
    server.run(serve::stopped()).await?;
    coming.abort();
    drop(folder);
    Ok(ExitCode::SUCCESS)
}

/// The store: the file named, or one in a folder that goes away when dropped.
fn opened(data: Option<&Path>) -> Result<(Box<dyn Journal>, Option<TempDir>), Failure> {
    let (file, folder) = match data {
        Some(file) => (file.to_owned(), None),
        None => {
            let folder = tempfile::Builder::new().prefix("evenkeel-demo-").tempdir();
            let folder = folder.map_err(failed)?;
            (folder.path().join("demo.db"), Some(folder))
        }
    };
    let mut journal = if file.exists() {
        store::open(&file)?
    } else {
        create(&file, StoreId(secret::random()))?
    };
    match journal.workspaces()?.first() {
        Some(known) if known.name == COMPANY => {}
        Some(known) => {
            let message = format!("{} holds {}, not the demo", file.display(), known.name);
            return Err(Failure::new(Exit::Conflict, message)
                .hint("Name a file that is not there yet; made-up records belong in no other."));
        }
        None => {
            journal.create_workspace(COMPANY).map_err(failed)?;
        }
    }
    Ok((Box::new(journal), folder))
}

/// An address that signs the user called `name` in once; the user is made where it is not there.
async fn link(
    server: &Server,
    name: &str,
    role: Role,
    rep: Option<String>,
) -> Result<String, Failure> {
    let sign_in = &server.app().sign_in;
    let known = sign_in.users().into_iter().find(|user| user.name == name);
    let user = match known {
        Some(user) => user,
        None => sign_in
            .add_user(name, role, rep, None)
            .await
            .map_err(failed)?,
    };
    let once = sign_in
        .issue(Purpose::SignIn(user.id))
        .await
        .map_err(failed)?;
    Ok(format!("{}/sign-in?once={once}", server.url()))
}

fn failed(why: impl std::fmt::Display) -> Failure {
    Failure::new(Exit::Failure, why.to_string())
}
