//! Where a command writes: standard output, or a file that appears only when it is whole.
//!
//! A file is written beside its place under the name `….partial` and renamed at the end, so that
//! a run that fails leaves no half result behind that looks like one.

use crate::cmd::failure::{Exit, Failure};
use std::fs::{File, Metadata};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

/// A file of a command line, under the name of its flag.
pub type Flag<'a> = (&'static str, &'a Path);

/// Refuses an output that is an input or another output; to be asked before anything is opened.
///
/// Files are told apart by canonical path and, on Unix, by device and inode, so links are seen
/// through; the `.partial` of an output counts as the output. Standard input and output, pipes and
/// devices are let through.
pub fn apart(inputs: &[Flag<'_>], outputs: &[Flag<'_>]) -> Result<(), Failure> {
    for (at, (flag, path)) in outputs.iter().enumerate() {
        let places = Place::written(path);
        let clash = |other: &[Place]| places.iter().any(|place| other.contains(place));
        let others = outputs[..at].iter();
        let others = others.map(|(other, path)| (other, Place::written(path)));
        let read = |path| Place::of(path).into_iter().collect();
        let inputs = inputs.iter().map(|(other, path)| (other, read(path)));
        if let Some((other, _)) = inputs.chain(others).find(|(_, other)| clash(other)) {
            let message = format!(
                "{flag} would overwrite the file of {other}: {}",
                path.display()
            );
            return Err(
                Failure::new(Exit::Usage, message).hint(format!("Give {flag} a file of its own"))
            );
        }
    }
    Ok(())
}

/// Where a file is, or would be.
struct Place {
    path: PathBuf,
    /// Device and inode of a file that is there.
    node: Option<(u64, u64)>,
}

impl Place {
    /// `None` for what cannot be overwritten by a file put in its place.
    fn of(path: &Path) -> Option<Self> {
        let known = path.metadata().ok();
        if path.as_os_str() == "-" || known.as_ref().is_some_and(|known| !known.is_file()) {
            return None;
        }
        let canonical = path.canonicalize().ok().or_else(|| {
            let parent = match path.parent()? {
                here if here.as_os_str().is_empty() => Path::new("."),
                parent => parent,
            };
            Some(parent.canonicalize().ok()?.join(path.file_name()?))
        });
        Some(Self {
            path: canonical.unwrap_or_else(|| path.to_owned()),
            node: known.and_then(|known| node(&known)),
        })
    }

    /// The places that writing to `path` touches.
    fn written(path: &Path) -> Vec<Self> {
        match Self::of(path) {
            None => Vec::new(),
            Some(place) => std::iter::once(place)
                .chain(Self::of(&partial(path)))
                .collect(),
        }
    }
}

impl PartialEq for Place {
    fn eq(&self, other: &Self) -> bool {
        self.path == other.path || (self.node.is_some() && self.node == other.node)
    }
}

#[cfg(unix)]
fn node(known: &Metadata) -> Option<(u64, u64)> {
    use std::os::unix::fs::MetadataExt;
    Some((known.dev(), known.ino()))
}

#[cfg(not(unix))]
fn node(_: &Metadata) -> Option<(u64, u64)> {
    None
}

/// The name of a file while it is being written.
fn partial(path: &Path) -> PathBuf {
    let mut partial = path.as_os_str().to_owned();
    partial.push(".partial");
    partial.into()
}

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
        let partial = partial(path);
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
