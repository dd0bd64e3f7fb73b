//! Walks a workspace from its first batch and says what is wrong, and where first.
//!
//! Checked are: every hash, every link, every number, every command row and private row against its
//! batch, and, with a [`Replay`], every place against the events. Snapshots are not: they are never
//! truth. What an event means is known to the replay only.
//!
//! The walk goes on after a finding, trusting what is stored, so that one flipped byte gives one
//! finding. A chain that was rewritten whole, or cut and its side rows with it, agrees with itself:
//! give a head that was noted elsewhere ([`Audit::known`]) to find that too.

use crate::batch::Place;
use crate::body::Body;
use crate::chain::{ChainFault, StoredBatch};
use crate::fault::StorageFault;
use crate::identity::{Head, Workspace, WorkspaceId, hex};
use crate::journal::{CommandMark, Counts, Reader};
use evenkeel_core::ids::CommandId;
use std::cmp::Ordering;
use std::fmt;

/// Findings kept of one workspace; further ones are only counted.
pub const FINDINGS_MAX: usize = 100;
/// Rows fetched at once.
const PAGE_ROWS: usize = 1_000;

/// Folds events and knows where they put each record.
pub trait Replay {
    /// Applies the next event, or says why it cannot.
    fn event(&mut self, seq: u64, event: &[u8]) -> Result<(), String>;

    /// Where the events so far put a record, and until when.
    fn place(&self, record: u32) -> Option<(Place, Option<i64>)>;

    /// How many records they placed.
    fn record_count(&self) -> u64;
}

/// What to verify besides the store's agreement with itself.
#[derive(Default)]
pub struct Audit<'a> {
    /// Compares the places with the events.
    pub replay: Option<&'a mut dyn Replay>,
    /// A head noted elsewhere, which the chain must contain.
    pub known: Option<Head>,
}

/// What was walked and found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// Batches walked.
    pub batches: u64,
    /// Events in them.
    pub events: u64,
    /// Commands in them.
    pub commands: u64,
    /// The head arrived at.
    pub head: Head,
    /// What is wrong, in the order of the walk; the first of [`FINDINGS_MAX`].
    pub findings: Vec<Finding>,
    /// How many findings there were.
    pub finding_count: u64,
}

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The first event in doubt.
    pub seq: u64,
    /// The batch, where one is concerned.
    pub batch: Option<u64>,
    /// What is wrong.
    pub flaw: Flaw,
}

/// What can be wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Flaw {
    /// A batch is missing, doubled or out of order.
    BatchGap {
        /// The number expected.
        expected: u64,
    },
    /// The batch itself.
    Chain(ChainFault),
    /// The replay refused the event.
    Event(String),
    /// A command has no row; a retry of it would be done twice.
    CommandMissing(CommandId),
    /// A command's row says something else than its batch.
    CommandDiffers(CommandId),
    /// There are more command rows than commands in the chain.
    CommandsExtra {
        /// Rows there are.
        rows: u64,
        /// Commands in the chain.
        chain: u64,
    },
    /// Personal data is not what the chain vouches for.
    PrivateDiffers {
        /// Whose.
        subject: u64,
    },
    /// There are private rows the chain does not vouch for.
    PrivateExtra {
        /// Rows there are.
        rows: u64,
        /// Rows the chain vouches for.
        chain: u64,
    },
    /// A record is not where the events put it.
    PlaceDiffers {
        /// The record.
        record: u32,
        /// Where its row says.
        row: Place,
        /// Where the events say, with the deadline.
        replay: Option<(Place, Option<i64>)>,
    },
    /// A place is of an event that is not in the chain: its end was cut off.
    PlaceAhead {
        /// The record.
        record: u32,
    },
    /// An outbox row is of an event that is not in the chain.
    OutboxAhead {
        /// The record.
        record: u32,
    },
    /// Records the events placed have no row.
    PlacesMissing {
        /// Rows there are.
        rows: u64,
        /// Records the events placed.
        replay: u64,
    },
    /// The chain does not contain the head noted elsewhere: it is an older copy, or another one.
    HeadUnknown(Head),
    /// The store failed while it was read; the walk ended here.
    Storage(String),
}

impl Report {
    /// Whether nothing is wrong.
    pub fn is_sound(&self) -> bool {
        self.finding_count == 0
    }

    fn find(&mut self, seq: u64, batch: Option<u64>, flaw: Flaw) {
        self.finding_count += 1;
        if self.findings.len() < FINDINGS_MAX {
            self.findings.push(Finding { seq, batch, flaw });
        }
    }
}

/// Verifies one workspace.
pub fn verify<'a>(reader: &'a dyn Reader, workspace: WorkspaceId, audit: Audit<'a>) -> Report {
    let report = Report {
        batches: 0,
        events: 0,
        commands: 0,
        head: Head::GENESIS,
        findings: Vec::new(),
        finding_count: 0,
    };
    let known_met = audit.known.is_none_or(|known| known == Head::GENESIS);
    let mut walk = Walk {
        reader,
        workspace,
        audit,
        report,
        private: 0,
        last: 0,
        known_met,
        broken: false,
    };
    if let Err(fault) = walk.run() {
        let (seq, words) = (walk.report.head.seq + 1, describe(&fault));
        walk.report.find(seq, None, Flaw::Storage(words));
    }
    walk.report
}

/// Verifies a whole store as far as it goes without replays: one report per workspace, after the
/// backend's own complaints.
pub fn verify_store(reader: &dyn Reader) -> Result<StoreReport, StorageFault> {
    let complaints = reader.self_check()?;
    let verified = |workspace: Workspace| {
        let report = verify(reader, workspace.id, Audit::default());
        (workspace, report)
    };
    let workspaces = reader.workspaces()?.into_iter().map(verified).collect();
    Ok(StoreReport {
        complaints,
        workspaces,
    })
}

/// What was found in a store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoreReport {
    /// The backend's own complaints about its files.
    pub complaints: Vec<String>,
    /// The workspaces, by number.
    pub workspaces: Vec<(Workspace, Report)>,
}

impl StoreReport {
    /// Whether nothing is wrong.
    pub fn is_sound(&self) -> bool {
        self.first_finding().is_none()
    }

    /// The first thing that is wrong, in words.
    pub fn first_finding(&self) -> Option<String> {
        let found = self.workspaces.iter().find_map(|(workspace, report)| {
            let finding = report.findings.first()?;
            Some(format!("workspace {:?}, {finding}", workspace.name))
        });
        found.or_else(|| self.complaints.first().cloned())
    }
}

struct Walk<'a> {
    reader: &'a dyn Reader,
    workspace: WorkspaceId,
    audit: Audit<'a>,
    report: Report,
    /// Private rows the chain vouches for.
    private: u64,
    /// Number of the last batch walked.
    last: u64,
    /// Whether the head noted elsewhere was met.
    known_met: bool,
    /// Whether a batch was broken. What hangs on it would only repeat the finding, so the replay
    /// ends there and totals are not compared.
    broken: bool,
}

impl Walk<'_> {
    fn run(&mut self) -> Result<(), StorageFault> {
        loop {
            let page = self.reader.walk(self.workspace, self.last, PAGE_ROWS)?;
            if page.is_empty() {
                break;
            }
            for batch in &page {
                self.batch(batch)?;
            }
        }
        if let Some(known) = self.audit.known.filter(|_| !self.known_met) {
            self.report.find(known.seq, None, Flaw::HeadUnknown(known));
        }
        let counts = self.reader.counts(self.workspace)?;
        if !self.broken {
            self.totals(counts);
        }
        self.places(counts)?;
        self.outbox()
    }

    fn batch(&mut self, batch: &StoredBatch) -> Result<(), StorageFault> {
        let mut before = self.report.head;
        if batch.batch != self.last + 1 {
            let flaw = Flaw::BatchGap {
                expected: self.last + 1,
            };
            self.broken(before.seq + 1, batch.batch, flaw);
            before = Head {
                seq: batch.expected_seq,
                hash: batch.prev,
            };
        }
        let checked = batch.check(self.workspace, before);
        self.last = batch.batch;
        self.report.batches += 1;
        self.report.head = batch.head();
        self.known_met |= self.audit.known == Some(batch.head());
        match checked {
            Ok(body) => {
                self.commands(batch, &body)?;
                self.private(batch, &body)?;
                self.events(batch, &body);
            }
            Err(fault) => self.broken(before.seq + 1, batch.batch, Flaw::Chain(fault)),
        }
        Ok(())
    }

    fn broken(&mut self, seq: u64, batch: u64, flaw: Flaw) {
        self.report.find(seq, Some(batch), flaw);
        self.broken = true;
        self.audit.replay = None;
    }

    fn commands(&mut self, batch: &StoredBatch, body: &Body<'_>) -> Result<(), StorageFault> {
        let mut first_seq = batch.expected_seq + 1;
        for command in &body.commands {
            let next = first_seq + u64::from(command.event_count);
            let expected = CommandMark {
                batch: batch.batch,
                first_seq,
                last_seq: next - 1,
            };
            let flaw = match self.reader.command_mark(self.workspace, command.id)? {
                None => Some(Flaw::CommandMissing(command.id)),
                Some(found) if found != expected => Some(Flaw::CommandDiffers(command.id)),
                Some(_) => None,
            };
            if let Some(flaw) = flaw {
                self.report.find(first_seq, Some(batch.batch), flaw);
            }
            self.report.commands += 1;
            first_seq = next;
        }
        Ok(())
    }

    /// A row of this batch must have its digest; an absent row was erased, and a row of a later
    /// batch replaced this one.
    fn private(&mut self, batch: &StoredBatch, body: &Body<'_>) -> Result<(), StorageFault> {
        for (subject, digest) in &body.private {
            let Some(kept) = self.reader.private(self.workspace, *subject)? else {
                continue;
            };
            let sound = match kept.batch.cmp(&batch.batch) {
                Ordering::Less => false,
                Ordering::Equal => kept.row.digest() == *digest,
                Ordering::Greater => true,
            };
            self.private += u64::from(kept.batch == batch.batch);
            if !sound {
                let flaw = Flaw::PrivateDiffers { subject: *subject };
                self.report
                    .find(batch.expected_seq + 1, Some(batch.batch), flaw);
            }
        }
        Ok(())
    }

    fn events(&mut self, batch: &StoredBatch, body: &Body<'_>) {
        self.report.events += body.events.len() as u64;
        for (seq, event) in (batch.expected_seq + 1..).zip(&body.events) {
            let Some(replay) = self.audit.replay.as_deref_mut() else {
                return;
            };
            if let Err(words) = replay.event(seq, event) {
                self.report.find(seq, Some(batch.batch), Flaw::Event(words));
                self.audit.replay = None;
            }
        }
    }

    fn totals(&mut self, counts: Counts) {
        let seq = self.report.head.seq + 1;
        let commands = Flaw::CommandsExtra {
            rows: counts.commands,
            chain: self.report.commands,
        };
        if counts.commands > self.report.commands {
            self.report.find(seq, None, commands);
        }
        let private = Flaw::PrivateExtra {
            rows: counts.private,
            chain: self.private,
        };
        if counts.private > self.private {
            self.report.find(seq, None, private);
        }
    }

    fn places(&mut self, counts: Counts) -> Result<(), StorageFault> {
        let mut after = None;
        loop {
            let page = self.reader.places(self.workspace, after, PAGE_ROWS)?;
            let Some((last, _)) = page.last() else { break };
            after = Some(*last);
            for (record, row) in page {
                if row.seq > self.report.head.seq {
                    self.report.find(row.seq, None, Flaw::PlaceAhead { record });
                    continue;
                }
                let Some(replay) = self.audit.replay.as_deref() else {
                    continue;
                };
                let replayed = replay.place(record);
                if replayed != Some((row.place, row.due_ms)) {
                    let flaw = Flaw::PlaceDiffers {
                        record,
                        row: row.place,
                        replay: replayed,
                    };
                    self.report.find(row.seq, None, flaw);
                }
            }
        }
        if let Some(replay) = self.audit.replay.as_deref()
            && replay.record_count() > counts.places
        {
            let flaw = Flaw::PlacesMissing {
                rows: counts.places,
                replay: replay.record_count(),
            };
            self.report.find(self.report.head.seq, None, flaw);
        }
        Ok(())
    }

    fn outbox(&mut self) -> Result<(), StorageFault> {
        let mut after = None;
        loop {
            let page = self.reader.outbox(self.workspace, after, PAGE_ROWS)?;
            let Some(last) = page.last() else {
                return Ok(());
            };
            after = Some(last.record);
            let end = self.report.head.seq;
            for row in page.iter().filter(|row| row.seq > end) {
                self.report
                    .find(row.seq, None, Flaw::OutboxAhead { record: row.record });
            }
        }
    }
}

/// A fault and what caused it, in one line.
fn describe(fault: &StorageFault) -> String {
    use std::error::Error;
    match fault.source() {
        Some(source) => format!("{fault}: {source}"),
        None => fault.to_string(),
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "seq {}", self.seq)?;
        if let Some(batch) = self.batch {
            write!(f, ", batch {batch}")?;
        }
        write!(f, ": {}", self.flaw)
    }
}

impl fmt::Display for Flaw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::BatchGap { expected } => write!(f, "batch {expected} should be here"),
            Self::Chain(fault) => fault.fmt(f),
            Self::Event(words) => write!(f, "the event cannot be replayed: {words}"),
            Self::CommandMissing(id) => write!(f, "command {} has no row", hex(&id.0)),
            Self::CommandDiffers(id) => {
                write!(
                    f,
                    "the row of command {} is not what its batch says",
                    hex(&id.0)
                )
            }
            Self::CommandsExtra { rows, chain } => {
                write!(f, "{rows} command rows, but the chain has {chain} commands")
            }
            Self::PrivateDiffers { subject } => {
                write!(
                    f,
                    "personal data of subject {subject} is not what was recorded"
                )
            }
            Self::PrivateExtra { rows, chain } => {
                write!(
                    f,
                    "{rows} rows of personal data, but the chain vouches for {chain}"
                )
            }
            Self::PlaceDiffers {
                record,
                row,
                replay,
            } => {
                write!(
                    f,
                    "record {record} has place {row:?}, but the events say {replay:?}"
                )
            }
            Self::PlaceAhead { record } => {
                write!(
                    f,
                    "the place of record {record} is of an event after the end"
                )
            }
            Self::PlacesMissing { rows, replay } => {
                write!(
                    f,
                    "{rows} records have a place, but the events placed {replay}"
                )
            }
            Self::OutboxAhead { record } => {
                write!(
                    f,
                    "the outbox row of record {record} is of an event after the end"
                )
            }
            Self::HeadUnknown(head) => write!(
                f,
                "the chain does not contain the head noted before ({}): this is an older copy, \
                 or another journal",
                head.hash
            ),
            Self::Storage(words) => f.write_str(words),
        }
    }
}
