//! Processor time of a process, as Linux counts it.
//!
//! On a machine that others use too, a rate says as much about them as about us; processor time a
//! request says what a request costs. Elsewhere than on Linux nothing is told.

use std::fs;
use std::path::PathBuf;
use std::time::Duration;

/// What a process has spent so far.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Spent(pub(crate) Duration);

impl Spent {
    /// What the process of this number has spent. Threads that have ended are not counted; those of
    /// a server live as long as it does.
    pub(crate) fn by(process: u32) -> Self {
        let threads = fs::read_dir(format!("/proc/{process}/task"));
        let threads = threads.into_iter().flatten().flatten();
        Self(
            threads
                .filter_map(|thread| ran(thread.path().join("schedstat")))
                .sum(),
        )
    }

    /// What was spent since `before`.
    pub(crate) fn since(self, before: Self) -> Self {
        Self(self.0.saturating_sub(before.0))
    }
}

/// The first number of `schedstat`: nanoseconds on a processor.
fn ran(file: PathBuf) -> Option<Duration> {
    let text = fs::read_to_string(file).ok()?;
    let nanos = text.split_whitespace().next()?.parse().ok()?;
    Some(Duration::from_nanos(nanos))
}
