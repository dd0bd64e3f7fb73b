//! `evenkeel doctor`: what is well and what is not, in plain words, each with what to do.
//!
//! It reads only, beside a server or without one. It verifies the store as `verify` does, and looks
//! at everything around it; `verify` says every finding and compares with a head noted elsewhere.

use crate::cmd::failure::{Exit, Failure};
use crate::cmd::{sink, verify};
use crate::host::clock::{Clock, Wall};
use crate::host::fold;
use crate::host::readers;
use crate::host::users::{self, Users};
use crate::host::workspace::first_workspace;
use evenkeel_core::policy::analysis;
use evenkeel_core::state::State;
use evenkeel_core::time::{DAY, HOUR, Moment, Span};
use evenkeel_journal::journal::Reader;
use evenkeel_journal::sqlite::open;
use std::fmt;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Free space under which a warning is given.
const SPACE_LOW: u64 = 1 << 30;
/// Free space under which trouble is near.
const SPACE_OUT: u64 = 64 << 20;
/// No server of ours ran before this: a clock that says so has lost its battery.
const BORN: Moment = Moment(1_767_225_600_000);

/// What to look at.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The store's file
    #[arg(long, value_name = "FILE")]
    pub data: PathBuf,
}

/// How something is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Mark {
    Well,
    Look,
    Bad,
}

/// The findings so far.
#[derive(Debug, Default)]
struct Findings(Vec<(Mark, String)>);

impl Findings {
    fn well(&mut self, text: impl Into<String>) {
        self.0.push((Mark::Well, text.into()));
    }

    fn look(&mut self, text: impl Into<String>) {
        self.0.push((Mark::Look, text.into()));
    }

    fn bad(&mut self, text: impl Into<String>) {
        self.0.push((Mark::Bad, text.into()));
    }
}

impl fmt::Display for Findings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (mark, text) in &self.0 {
            let mark = match mark {
                Mark::Well => "ok  ",
                Mark::Look => "look",
                Mark::Bad => "BAD ",
            };
            writeln!(f, "{mark}  {text}")?;
        }
        Ok(())
    }
}

/// Looks, tells, and fails when something is bad.
pub fn run(args: &Args) -> Result<ExitCode, Failure> {
    let mut findings = Findings::default();
    let now = Wall.now();
    program(&mut findings);
    clock(&mut findings, now);
    space(&mut findings, &args.data);
    // Asked before the store is opened: see `is_in_use`.
    let in_use = open::is_in_use(&args.data);
    match open::open_reader(&args.data) {
        Err(fault) => {
            let failure = Failure::from(fault);
            findings.bad(format!(
                "{}. {}",
                failure.message,
                failure.hint.unwrap_or_default()
            ));
        }
        Ok(reader) => {
            used(&mut findings, in_use);
            inside(&mut findings, &reader, now)?
        }
    }
    sink::to_stdout(findings.to_string().as_bytes())?;
    let worst = findings.0.iter().map(|(mark, _)| *mark).max();
    Ok(match worst {
        Some(Mark::Bad) => ExitCode::from(Exit::Failure as u8),
        _ => ExitCode::SUCCESS,
    })
}

fn program(findings: &mut Findings) {
    let version = env!("CARGO_PKG_VERSION");
    // An SQLite that is too old is refused when the store is opened, and told then.
    findings.well(format!(
        "evenkeel {version}, SQLite {}",
        open::linked_version()
    ));
}

fn clock(findings: &mut Findings, now: Moment) {
    if now < BORN {
        findings.bad(format!(
            "the clock says {now}; set it, or leaves and deadlines come out wrong"
        ));
    } else {
        findings.well(format!("the clock says {now}"));
    }
}

#[cfg(unix)]
fn space(findings: &mut Findings, data: &Path) {
    let folder = match data.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    match rustix::fs::statvfs(folder) {
        Err(error) => findings.look(format!("free space could not be read: {error}")),
        Ok(disk) => {
            let free = disk.f_bavail.saturating_mul(disk.f_frsize);
            let text = format!("{} MiB free where the store is", free >> 20);
            match free {
                ..SPACE_OUT => findings.bad(format!("{text}: make room, or writing stops soon")),
                SPACE_OUT..SPACE_LOW => findings.look(format!("{text}: make room in time")),
                _ => findings.well(text),
            }
        }
    }
}

#[cfg(not(unix))]
fn space(findings: &mut Findings, _: &Path) {
    findings.look("free space is not looked at on this system");
}

fn inside(findings: &mut Findings, reader: &dyn Reader, now: Moment) -> Result<(), Failure> {
    let identity = reader.identity()?;
    findings.well(format!(
        "store {}, epoch {}",
        identity.store, identity.epoch
    ));
    let users = Users::of(&readers::settings(reader, users::TABLE)?);
    if users.no_admin() {
        findings.look("nobody can sign in as admin yet; `serve` shows a token for the first one");
    } else {
        findings.well(format!(
            "{} users, an admin among them",
            users.iter().count()
        ));
    }
    let workspace = first_workspace(reader)?;
    match fold::fold(reader, workspace) {
        Err(fault) => findings.bad(format!("{fault}; `evenkeel verify` says where and what")),
        Ok(folded) => {
            let events = folded.state.seq();
            findings.well(format!("the journal folds: {events} events"));
            folded_state(findings, &folded.state, now);
        }
    }
    sound(findings, reader)
}

/// The newest state is folded from a snapshot; this walks the whole chain and what stands beside
/// it.
fn sound(findings: &mut Findings, reader: &dyn Reader) -> Result<(), Failure> {
    for workspace in reader.workspaces()? {
        let verified = verify::verified(reader, workspace.id, None)?;
        if verified.is_sound() {
            findings.well(format!("workspace {:?} is sound", workspace.name));
            continue;
        }
        let first = verified.sentences().into_iter().next();
        findings.bad(format!(
            "workspace {:?} is NOT SOUND: {}; `evenkeel verify` says all, restore a sound backup",
            workspace.name,
            first.unwrap_or_default()
        ));
    }
    Ok(())
}

fn used(findings: &mut Findings, in_use: Result<bool, open::OpenFault>) {
    match in_use {
        Ok(false) => findings.well("no server runs on it"),
        Ok(true) => findings.well("a server runs on it"),
        Err(fault) => findings.bad(Failure::from(fault).message),
    }
}

fn folded_state(findings: &mut Findings, state: &State, now: Moment) {
    let ahead = state.last_at() - now;
    if ahead > HOUR {
        findings.bad(format!(
            "the last event is {ahead} ahead of the clock: it was wrong before, or is wrong now"
        ));
    }
    policy(findings, state);
    waiting(findings, state, now);
}

fn policy(findings: &mut Findings, state: &State) {
    if state.version() == 0 {
        findings.look("no policy yet: `evenkeel policy apply`, or the Policy page");
        return;
    }
    let analysis = analysis::check(state.policy_text(), &state.known());
    let problems = analysis.problems.len();
    if problems == 0 {
        findings.well(format!(
            "policy version {} has no problems",
            state.version()
        ));
    }
    for problem in analysis.problems {
        let text = format!("policy version {}, {problem}", state.version());
        if problem.is_error() {
            findings.bad(text)
        } else {
            findings.look(text)
        }
    }
}

fn waiting(findings: &mut Findings, state: &State, now: Moment) {
    let overdue = state.held().filter(|(_, hold)| hold.until < now).count();
    if overdue > 0 {
        findings.look(format!(
            "{overdue} held records are past their deadline; a running server moves them on"
        ));
    }
    match state.held().next() {
        None => findings.well("no record is held"),
        Some((record, hold)) => {
            let text = format!(
                "{} records are held, the oldest ({}) for {} since {}",
                state.held().len(),
                state.records().key(record),
                state.pool(hold.pool).name,
                hold.since
            );
            if now - hold.since > DAY {
                findings.look(text)
            } else {
                findings.well(text)
            }
        }
    }
    for queue in state.queues() {
        let Some(oldest) = queue.records.values().min() else {
            continue;
        };
        let (count, age): (usize, Span) = (queue.records.len(), now - *oldest);
        findings.well(format!(
            "queue {}: {count} records, the oldest waits {age}",
            queue.name
        ));
    }
}
