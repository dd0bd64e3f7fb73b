//! Where a command writes: standard output, or a file that appears only when it is whole.
//!
//! A file is written beside its place under the name `….partial` and renamed at the end, so that
//! a run that fails leaves no half result behind that looks like one.

use crate::cmd::failure::Failure;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

/// Writes bytes.
pub struct Sink {
    writer: BufWriter<Box<dyn Write + Send>>,
    file: Option<Pending>,
}

/// A file on its way; removed unless it is finished.
struct Pending {
    path: PathBuf,
    partial: PathBuf,
    done: bool,
}

impl Sink {
    /// Opens `path`; `-` is standard output.
    pub fn open(path: &Path) -> Result<Self, Failure> {
        if path.as_os_str() == "-" {
            return Ok(Self {
                writer: BufWriter::new(Box::new(io::stdout())),
                file: None,
            });
        }
        // A pipe or a device cannot be renamed into place.
        if path.metadata().is_ok_and(|known| !known.is_file()) {
            let file = File::options().write(true).open(path);
            let file = file.map_err(|error| Failure::file(path, &error))?;
            return Ok(Self {
                writer: BufWriter::new(Box::new(file)),
                file: None,
            });
        }
        let mut partial = path.as_os_str().to_owned();
        partial.push(".partial");
        let partial = PathBuf::from(partial);
        let file = File::create(&partial).map_err(|error| Failure::file(path, &error))?;
        let pending = Pending {
            path: path.to_owned(),
            partial,
            done: false,
        };
        Ok(Self {
            writer: BufWriter::new(Box::new(file)),
            file: Some(pending),
        })
    }

    /// What messages call it.
    pub fn name(&self) -> &Path {
        self.file
            .as_ref()
            .map_or(Path::new("standard output"), |file| &file.path)
    }

    /// An error of writing, with the name.
    pub fn failure(&self, error: &io::Error) -> Failure {
        Failure::file(self.name(), error)
    }

    /// Writes what is held back and puts the file in its place.
    pub fn finish(mut self) -> Result<(), Failure> {
        self.writer.flush().map_err(|error| self.failure(&error))?;
        if let Some(file) = &mut self.file {
            std::fs::rename(&file.partial, &file.path)
                .map_err(|error| Failure::file(&file.path, &error))?;
            file.done = true;
        }
        Ok(())
    }
}

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.writer.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.writer.flush()
    }
}

impl Drop for Pending {
    fn drop(&mut self) {
        if !self.done {
            // Nothing better can be done with an error here: the run has already failed.
            let _ = std::fs::remove_file(&self.partial);
        }
    }
}

/// Writes everything to standard output.
pub fn to_stdout(bytes: &[u8]) -> Result<(), Failure> {
    let mut stdout = io::stdout().lock();
    stdout
        .write_all(bytes)
        .and_then(|()| stdout.flush())
        .map_err(|error| Failure::file(Path::new("standard output"), &error))
}
