//! The file of the lines that were skipped, with the reason of each.

use crate::cmd::failure::Failure;
use crate::cmd::feed::is_stdio;
use crate::cmd::sink::Sink;
use evenkeel_connect::bad::Reject;
use evenkeel_connect::rejects::Rejects;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// A rejects file in the making.
pub struct RejectsFile {
    rejects: Rejects<Sink>,
    path: PathBuf,
}

impl RejectsFile {
    /// Begins it; its name is given when it is finished.
    pub fn open(path: PathBuf) -> Result<Self, Failure> {
        let sink = Sink::open(&path)?;
        let rejects = Rejects::new(sink).map_err(|error| Failure::file(&path, &error))?;
        Ok(Self { rejects, path })
    }

    /// Adds a line.
    pub fn write(&mut self, reject: &Reject) -> Result<(), Failure> {
        let written = self.rejects.write(reject);
        written.map_err(|error| Failure::file(&self.path, &error))
    }

    /// Puts it in its place; gives how many lines it holds, and its name.
    pub fn finish(self) -> Result<(u64, PathBuf), Failure> {
        let (rejects, path) = (self.rejects, self.path);
        let count = rejects.count();
        let sink = rejects
            .finish()
            .map_err(|error| Failure::file(&path, &error))?;
        sink.finish()?;
        Ok((count, path))
    }
}

/// Where the skipped lines of `input` go unless told otherwise: its name followed by
/// `.rejects.csv`, in the current directory.
pub fn beside(input: &Path) -> PathBuf {
    let mut name: OsString = match is_stdio(input) {
        true => "stdin".into(),
        false => input.file_name().unwrap_or_default().to_os_string(),
    };
    name.push(".rejects.csv");
    name.into()
}
