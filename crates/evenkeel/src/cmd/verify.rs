//! `evenkeel verify`: does the journal hold together, and does everything kept beside it agree?
//!
//! Walks the whole chain, folds every event again, and compares the places, the personal data and
//! the newest snapshot with what comes out; makes every random pick again whose day's secret is
//! shown ([`crate::cmd::redraws`]). It reads only, beside a server or without one.

use crate::cmd::failure::{Exit, Failure};
use crate::cmd::redraws::Redraws;
use crate::cmd::{sink, store};
use crate::host::draws;
use crate::host::fold;
use crate::host::history;
use crate::host::rows;
use crate::host::secret;
use evenkeel_core::holding::place::Place;
use evenkeel_core::ids::RecordNo;
use evenkeel_core::state::State;
use evenkeel_journal::batch;
use evenkeel_journal::identity::{Digest, Head, WorkspaceId};
use evenkeel_journal::journal::Reader;
use evenkeel_journal::report::Report;
use evenkeel_journal::verify::{self, Audit, Replay};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::ExitCode;

/// What to verify.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The store's file
    #[arg(long, value_name = "FILE")]
    pub data: PathBuf,
    /// A head noted elsewhere, as SEQ:HASH, that the chain must contain
    #[arg(long, value_name = "SEQ:HASH")]
    pub known: Option<String>,
    /// How to answer
    #[arg(long, value_enum, default_value = "text")]
    pub output: Output,
}

/// The form of the answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Output {
    /// For people
    Text,
    /// For programs
    Json,
}

/// What was found.
#[derive(Debug)]
pub struct Verified {
    /// The walk.
    pub report: Report,
    /// The digest of the state that all events fold to.
    pub digest: Digest,
    /// Random picks made again.
    pub redraws: Redraws,
    /// What else is wrong, in sentences.
    pub complaints: Vec<String>,
}

impl Verified {
    /// Whether nothing is wrong.
    pub fn is_sound(&self) -> bool {
        self.report.is_sound() && self.complaints.is_empty() && self.redraws.complaints.is_empty()
    }

    /// How many more things are wrong than there are sentences.
    pub fn unsaid(&self) -> u64 {
        let said = self.report.findings.len() as u64;
        self.report.finding_count.saturating_sub(said) + self.redraws.unsaid
    }

    /// Everything that is wrong, the walk first.
    pub fn sentences(&self) -> Vec<String> {
        let findings = self.report.findings.iter().map(ToString::to_string);
        let complaints = self.complaints.iter().chain(&self.redraws.complaints);
        findings.chain(complaints.cloned()).collect()
    }
}

/// Verifies a store.
pub fn run(args: &Args) -> Result<ExitCode, Failure> {
    let reader = store::look(&args.data)?;
    let known = args.known.as_deref().map(head).transpose()?;
    let identity = reader.identity()?;
    let mut sound = true;
    let mut text = String::new();
    for workspace in reader.workspaces()? {
        let verified = verified(&reader, workspace.id, known)?;
        sound &= verified.is_sound();
        let Verified {
            report,
            digest,
            redraws,
            ..
        } = &verified;
        if args.output == Output::Json {
            let told = serde_json::json!({
                "store": identity.store.to_string(),
                "epoch": identity.epoch,
                "workspace": workspace.name,
                "sound": verified.is_sound(),
                "batches": report.batches,
                "events": report.events,
                "commands": report.commands,
                "head": format!("{}:{}", report.head.seq, report.head.hash),
                "state": digest.to_string(),
                "draws": redraws.json(),
                "findings": verified.sentences(),
            });
            text.push_str(&format!("{told}\n"));
            continue;
        }
        text.push_str(&format!(
            "workspace {:?} of store {}, epoch {}\n  {} batches, {} commands, {} events\n  \
             head {}:{}\n  state {digest}\n",
            workspace.name,
            identity.store,
            identity.epoch,
            report.batches,
            report.commands,
            report.events,
            report.head.seq,
            report.head.hash,
        ));
        if !redraws.words().is_empty() {
            text.push_str(&format!("  {}\n", redraws.words()));
        }
        for sentence in verified.sentences() {
            text.push_str(&format!("  WRONG {sentence}\n"));
        }
        if verified.unsaid() > 0 {
            text.push_str(&format!("  and {} more\n", verified.unsaid()));
        }
    }
    if args.output == Output::Text {
        text.push_str(if sound {
            "sound\n"
        } else {
            "NOT SOUND: restore a sound backup\n"
        });
    }
    sink::to_stdout(text.as_bytes())?;
    Ok(if sound {
        ExitCode::SUCCESS
    } else {
        ExitCode::from(Exit::Failure as u8)
    })
}

/// Walks one workspace and compares everything kept beside its chain.
pub fn verified(
    reader: &dyn Reader,
    workspace: WorkspaceId,
    known: Option<Head>,
) -> Result<Verified, Failure> {
    let mut replayed = Replayed(State::new(), Redraws::default());
    let audit = Audit {
        replay: Some(&mut replayed),
        known,
    };
    let report = verify::verify(reader, workspace, audit);
    let Replayed(state, mut redraws) = replayed;
    let mut secrets = BTreeMap::new();
    for promise in state.promises().all() {
        if let Some(secret) = draws::kept(reader, promise.period)? {
            secrets.insert(promise.period, secret);
        }
    }
    redraws.finish(&state, |period| secrets.get(&period).copied());
    let digest = fold::digest(&state);
    let mut complaints = reader.self_check()?;
    complaints.extend(history::complaints(reader, workspace, state.imports())?);
    for mark in reader.snapshots(workspace)? {
        let here = mark.head.seq == report.head.seq && mark.engine == fold::ENGINE;
        if here && mark.format == fold::SNAPSHOT_FORMAT && mark.digest != digest {
            complaints.push(format!(
                "the snapshot at seq {} is of another state than its events; it will be passed over",
                mark.head.seq
            ));
        }
    }
    Ok(Verified {
        report,
        digest,
        redraws,
        complaints,
    })
}

fn head(text: &str) -> Result<Head, Failure> {
    let parts = text.split_once(':');
    let read = parts.and_then(|(seq, hash)| Some((seq.parse().ok()?, secret::unhex(hash)?)));
    let (seq, hash) = read.ok_or_else(|| {
        let message = format!("--known is {text:?}, but must be SEQ:HASH as verify prints it");
        Failure::new(Exit::Usage, message)
    })?;
    Ok(Head {
        seq,
        hash: Digest(hash),
    })
}

/// A state that is folded along, and the draws that are made again.
struct Replayed(State, Redraws);

impl Replay for Replayed {
    fn event(&mut self, seq: u64, event: &[u8]) -> Result<(), String> {
        let recorded = fold::decode(seq, event).map_err(|fault| fault.to_string())?;
        self.1.event(&self.0, seq, &recorded);
        fold::apply(&mut self.0, seq, &recorded).map_err(|fault| fault.to_string())
    }

    fn place(&self, record: u32) -> Option<(batch::Place, Option<i64>)> {
        let known = (record as usize) < self.0.records().len();
        known.then(|| {
            let place = self.0.place(RecordNo(record));
            let due = match place {
                Place::Held(hold) => Some(hold.until.0),
                Place::Resting(rest) => Some(rest.until.0),
                Place::Book(_) | Place::Queue(_) | Place::Closed => None,
            };
            (rows::stored(place), due)
        })
    }

    fn record_count(&self) -> u64 {
        self.0.records().len() as u64
    }
}
