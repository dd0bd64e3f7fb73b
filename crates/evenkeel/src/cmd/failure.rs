//! How a command ends when it does not end well: what to say, and the exit code for programs.

use crate::dry::cases::Untried;
use evenkeel_connect::bad::Bad;
use evenkeel_core::command::refusal::Refusal;
use std::fmt;
use std::io;
use std::path::Path;
use std::process::ExitCode;

/// Exit codes, as `--help` documents them. 0 is success.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// Something could not be done: bad input, a failed check, no disk space.
    Failure = 1,
    /// The command line makes no sense; `clap` uses the same code.
    Usage = 2,
    /// What was asked for is not there.
    NotFound = 3,
    /// Something moved in the meantime.
    Conflict = 4,
    /// The rules of the workspace say no.
    Refused = 5,
}

/// The table of exit codes under every `--help`.
pub const EXIT_CODES: &str = "Exit codes: 0 done, 1 failed (bad input, a failed check), 2 wrong \
     usage, 3 not found, 4 conflict (something moved in the meantime), 5 refused by the rules";

/// Why a command stopped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// For programs.
    pub exit: Exit,
    /// What is wrong, with the values seen.
    pub message: String,
    /// What to do.
    pub hint: Option<String>,
    /// Nobody listens any more (a closed pipe): end without a word.
    pub silent: bool,
}

impl Failure {
    /// A failure to be told.
    pub fn new(exit: Exit, message: impl Into<String>) -> Self {
        Self {
            exit,
            message: message.into(),
            hint: None,
            silent: false,
        }
    }

    /// Adds what to do.
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// A file that cannot be read or written.
    pub fn file(path: &Path, error: &io::Error) -> Self {
        let exit = match error.kind() {
            io::ErrorKind::NotFound => Exit::NotFound,
            _ => Exit::Failure,
        };
        let mut failure = Self::new(exit, format!("{}: {error}", path.display()));
        failure.silent = error.kind() == io::ErrorKind::BrokenPipe;
        failure
    }

    /// The exit code; a closed pipe is no failure.
    pub fn code(&self) -> ExitCode {
        if self.silent {
            ExitCode::SUCCESS
        } else {
            ExitCode::from(self.exit as u8)
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "error: {}", self.message)?;
        match &self.hint {
            Some(hint) => write!(f, "\n  hint: {hint}"),
            None => Ok(()),
        }
    }
}

impl From<Box<Bad>> for Failure {
    fn from(bad: Box<Bad>) -> Self {
        Self::new(Exit::Failure, bad.to_string())
    }
}

impl From<Untried> for Failure {
    fn from(untried: Untried) -> Self {
        match untried {
            Untried::Bad(bad) => bad.into(),
            Untried::Refused(refusal) => refusal.into(),
        }
    }
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        let exit = match refusal.code() {
            code if code.ends_with("_unknown") => Exit::NotFound,
            code if code.ends_with("_moved") || code.ends_with("_known") => Exit::Conflict,
            _ => Exit::Refused,
        };
        Self::new(exit, format!("{} ({})", refusal.message(), refusal.code())).hint(refusal.hint())
    }
}
