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
use crate::chain::StoredBatch;
use crate::fault::StorageFault;
use crate::identity::{Digest, Head, Workspace, WorkspaceId};
use crate::journal::{CommandMark, Counts, Reader};
use crate::report::{Flaw, Report, StoreReport};
use std::cmp::Ordering;

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
        marks: 0,
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

struct Walk<'a> {
    reader: &'a dyn Reader,
    workspace: WorkspaceId,
    audit: Audit<'a>,
    report: Report,
    /// Commands of the chain that have a row.
    marks: u64,
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
            let repeatable = command.body != Digest::NOBODY;
            self.marks += u64::from(repeatable);
            let flaw = match self.reader.command_mark(self.workspace, command.id)? {
                None => repeatable.then_some(Flaw::CommandMissing(command.id)),
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
            chain: self.marks,
        };
        if counts.commands > self.marks {
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
