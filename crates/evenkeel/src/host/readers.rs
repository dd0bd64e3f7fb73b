//! A few pairs of eyes on the store, for stories, listings and personal data.
//!
//! Reading waits for no writer. More callers than readers wait for one to come free.

use crate::host::fault::Fault;
use crate::host::fold::{self, words};
use evenkeel_core::event::Recorded;
use evenkeel_journal::chain::StoredBatch;
use evenkeel_journal::fault::StorageFault;
use evenkeel_journal::identity::WorkspaceId;
use evenkeel_journal::journal::{Journal, PAGE_ROWS_MAX, Reader};
use evenkeel_journal::setting::Setting;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::Semaphore;

/// How many readers there are.
const READERS: usize = 4;

/// The readers.
pub struct Readers {
    idle: Arc<Mutex<Vec<Box<dyn Reader>>>>,
    permits: Arc<Semaphore>,
    workspace: WorkspaceId,
}

impl std::fmt::Debug for Readers {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Readers")
    }
}

impl Readers {
    /// Opens them.
    pub fn of(journal: &dyn Journal, workspace: WorkspaceId) -> Result<Self, StorageFault> {
        let idle = (0..READERS)
            .map(|_| journal.reader())
            .collect::<Result<_, _>>()?;
        let permits = Arc::new(Semaphore::new(READERS));
        Ok(Self {
            idle: Arc::new(Mutex::new(idle)),
            permits,
            workspace,
        })
    }

    /// Reads on a thread where waiting for the disk holds up nobody.
    pub async fn read<T: Send + 'static>(
        &self,
        read: impl FnOnce(&dyn Reader, WorkspaceId) -> Result<T, Fault> + Send + 'static,
    ) -> Result<T, Fault> {
        let permit = Arc::clone(&self.permits)
            .acquire_owned()
            .await
            .map_err(|_| Fault::Stopping)?;
        let (idle, workspace) = (Arc::clone(&self.idle), self.workspace);
        let work = move || {
            let lock = || idle.lock().unwrap_or_else(PoisonError::into_inner);
            let reader = lock().pop().expect("there are as many readers as permits");
            let answer = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
                read(&*reader, workspace)
            }));
            lock().push(reader);
            drop(permit);
            answer.unwrap_or_else(|panic| Err(Fault::Defect(words(&*panic))))
        };
        tokio::task::spawn_blocking(work)
            .await
            .map_err(|_| Fault::Stopping)?
    }

    /// Lets the readers go; what is read now ends first, and nothing is read after it.
    pub async fn close(&self) {
        let all = self.permits.acquire_many(READERS as u32).await;
        self.permits.close();
        drop(all);
        self.idle
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clear();
    }

    /// The events with these numbers, in the order asked for.
    pub async fn events(&self, seqs: Vec<u64>) -> Result<Vec<(u64, Recorded)>, Fault> {
        self.read(move |reader, workspace| {
            let mut batch: Option<StoredBatch> = None;
            let mut events = Vec::with_capacity(seqs.len());
            for seq in seqs {
                let inside =
                    |batch: &StoredBatch| batch.expected_seq < seq && seq <= batch.last_seq;
                if !batch.as_ref().is_some_and(inside) {
                    batch = reader
                        .read(workspace, seq.saturating_sub(1), 1)?
                        .into_iter()
                        .next();
                }
                let found = batch
                    .as_ref()
                    .filter(|batch| inside(batch))
                    .ok_or_else(|| {
                        let what = "the journal does not have it".to_owned();
                        Fault::Unreadable { seq, what }
                    })?;
                events.push((seq, event_at(found, seq)?));
            }
            Ok(events)
        })
        .await
    }

    /// Up to `count` events after `after`, oldest first.
    pub async fn after(&self, after: u64, count: usize) -> Result<Vec<(u64, Recorded)>, Fault> {
        self.read(move |reader, workspace| {
            let mut events = Vec::new();
            let mut at = after;
            while events.len() < count {
                let batches = reader.read(workspace, at, count - events.len())?;
                let Some(last) = batches.last() else { break };
                let end = last.last_seq;
                for batch in &batches {
                    let skip = at.saturating_sub(batch.expected_seq) as usize;
                    let room = count - events.len();
                    events.extend(fold::events_of(batch, skip)?.into_iter().take(room));
                }
                at = end;
            }
            Ok(events)
        })
        .await
    }

    /// All settings whose key begins with `prefix`.
    pub async fn settings(&self, prefix: &'static [u8]) -> Result<Vec<Setting>, Fault> {
        self.read(move |reader, _| settings(reader, prefix)).await
    }
}

/// All settings whose key begins with `prefix`.
pub fn settings(reader: &dyn Reader, prefix: &[u8]) -> Result<Vec<Setting>, Fault> {
    let mut all: Vec<Setting> = Vec::new();
    loop {
        let after = all.last().map(|row| row.key.clone());
        let page = reader.settings(prefix, after.as_deref(), PAGE_ROWS_MAX)?;
        let last = page.len() < PAGE_ROWS_MAX;
        all.extend(page);
        if last {
            return Ok(all);
        }
    }
}

fn event_at(batch: &StoredBatch, seq: u64) -> Result<Recorded, Fault> {
    let body = batch.parse().map_err(|fault| Fault::Unreadable {
        seq,
        what: fault.to_string(),
    })?;
    let at = (seq - batch.expected_seq - 1) as usize;
    let bytes = body.events.get(at).ok_or_else(|| {
        let what = "the batch is shorter than it says".to_owned();
        Fault::Unreadable { seq, what }
    })?;
    fold::decode(seq, bytes)
}
