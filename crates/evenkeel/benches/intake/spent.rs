//! Processor time of a process, by its threads, as Linux counts it.
//!
//! On a machine that others use too, a rate says as much about them as about us; processor time a
//! request says what a request costs. Elsewhere than on Linux nothing is told.

use std::fs;
use std::path::PathBuf;
use std::time::Duration;

/// What a process has spent so far: all its threads, and the writer's alone.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Spent {
    pub(crate) all: Duration,
    pub(crate) writer: Duration,
}

impl Spent {
    /// What the process of this number has spent. Threads that have ended are not counted; those of
    /// a server live as long as it does.
    pub(crate) fn by(process: u32) -> Self {
        let mut spent = Self::default();
        let threads = fs::read_dir(format!("/proc/{process}/task"));
        for thread in threads.into_iter().flatten().flatten() {
            let time = ran(thread.path().join("schedstat")).unwrap_or_default();
            spent.all += time;
            let name = fs::read_to_string(thread.path().join("comm")).unwrap_or_default();
            if name.trim() == "writer" {
                spent.writer += time;
            }
        }
        spent
    }

    /// What was spent since `before`.
    pub(crate) fn since(self, before: Self) -> Self {
        Self {
            all: self.all.saturating_sub(before.all),
            writer: self.writer.saturating_sub(before.writer),
        }
    }
}

/// The first number of `schedstat`: nanoseconds on a processor.
fn ran(file: PathBuf) -> Option<Duration> {
    let text = fs::read_to_string(file).ok()?;
    let nanos = text.split_whitespace().next()?.parse().ok()?;
    Some(Duration::from_nanos(nanos))
}
