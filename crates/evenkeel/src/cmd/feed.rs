//! The files a command deals from: policy, reps and records, opened, read and complained about.
//!
//! Shared by every command that deals without a store. What is done with the records is the
//! command's own business.

use crate::cmd::failure::{Exit, Failure};
use crate::cmd::report;
use crate::cmd::sink::{Flag, Sink, apart};
use crate::dry::bench::Bench;
use clap::ValueEnum;
use evenkeel_connect::bad::{Bad, Reject, Trouble};
use evenkeel_connect::forms::Forms;
use evenkeel_connect::mapping::Mapping;
use evenkeel_connect::mapping_toml;
use evenkeel_connect::order::OrderBy;
use evenkeel_connect::records::{RecordIn, Records};
use evenkeel_connect::rejects::Rejects;
use evenkeel_connect::reps::Reps;
use evenkeel_connect::source::{Format, Rows};
use evenkeel_connect::territories;
use evenkeel_core::command::refusal::Refusal;
use evenkeel_core::market::schema::Schema;
use evenkeel_core::policy::document::{self, Weights};
use evenkeel_core::state::State;
use evenkeel_core::territory::table::Sheet;
use evenkeel_core::time::Moment;
use indicatif::{ProgressBar, ProgressStyle};
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

/// Most bad lines told one by one before a run stops.
const TOLD_MAX: usize = 20;
/// The moment of a record that has none, in a file where none came before it:
/// 2000-01-01T00:00:00Z.
pub const FIRST_MOMENT: Moment = Moment(946_684_800_000);

/// Which files, and how to read them.
#[derive(Clone, Debug, clap::Args)]
pub struct Files {
    /// Who may get records: CSV or NDJSON with a header; `id` is needed, see docs/guide/files.md
    #[arg(long, value_name = "FILE")]
    pub reps: PathBuf,
    /// Mapping document for the reps: which column is which field
    #[arg(long, value_name = "TOML")]
    pub reps_map: Option<PathBuf>,
    /// Territory table: CSV, one column called territory, the others fields of records
    #[arg(long, value_name = "CSV")]
    pub territories: Option<PathBuf>,
    /// What is dealt: CSV or NDJSON, or - for standard input
    #[arg(long, value_name = "FILE")]
    pub records: PathBuf,
    /// Mapping document for the records
    #[arg(long, value_name = "TOML")]
    pub map: Option<PathBuf>,
    /// Deal in this order, for example created_at,id (numeric ids as numbers, missing last, - turns
    /// a key round) [default: the order of the file]
    #[arg(long, value_name = "KEYS")]
    pub order_by: Option<String>,
    /// What to do with a line that cannot be read
    #[arg(long, value_name = "WHAT", default_value = "stop")]
    pub on_error: OnError,
    /// Where skipped lines go, with the reason [default: the name of the records file followed by
    /// .rejects.csv, in the current directory]
    #[arg(long, value_name = "CSV")]
    pub rejects: Option<PathBuf>,
    /// Format of standard input and output, and of files whose name does not tell
    #[arg(long, value_name = "FORMAT", default_value = "csv")]
    pub format: FormatName,
    /// Seed of the draws of random pools
    #[arg(long, default_value_t = 0)]
    pub seed: u64,
    /// Deal every record at this moment. Without it a record is dealt at its own created_at, but
    /// never before the record dealt before it; one without created_at is dealt at the moment of
    /// the record before it, or at 2000-01-01T00:00:00Z when it is the first
    #[arg(long, value_name = "MOMENT", value_parser = moment)]
    pub now: Option<Moment>,
}

/// What to do with a line that cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum OnError {
    /// Tell it and stop.
    Stop,
    /// Write it to the rejects file and go on.
    Skip,
}

/// A format, as typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum FormatName {
    /// Comma-separated values with a header.
    Csv,
    /// One JSON object per line.
    Ndjson,
}

fn moment(text: &str) -> Result<Moment, String> {
    Forms::default()
        .moment(text)
        .map_err(|unfit| format!("expected {}", unfit.expected))
}

impl Files {
    /// Refuses what makes no sense together, before anything is opened.
    pub fn check(&self) -> Result<(), Failure> {
        if self.rejects.is_some() && self.on_error == OnError::Stop {
            let failure = Failure::new(Exit::Usage, "--rejects goes with --on-error skip");
            return Err(failure.hint("Without skip, the first bad line ends the run"));
        }
        if is_stdio(&self.reps) && is_stdio(&self.records) {
            let message = "reps and records cannot both come from standard input";
            return Err(Failure::new(Exit::Usage, message));
        }
        Ok(())
    }

    /// Refuses an output of the command, the rejects file included, that is one of its inputs or
    /// another output, before anything is opened.
    pub fn apart(&self, inputs: &[Flag<'_>], outputs: &[Flag<'_>]) -> Result<(), Failure> {
        let mut inputs = inputs.to_vec();
        inputs.extend([("--reps", &*self.reps), ("--records", &*self.records)]);
        inputs.extend(self.reps_map.as_deref().map(|path| ("--reps-map", path)));
        inputs.extend(self.map.as_deref().map(|path| ("--map", path)));
        let territories = self.territories.as_deref();
        inputs.extend(territories.map(|path| ("--territories", path)));
        let rejects = (self.on_error == OnError::Skip).then(|| self.rejects_path());
        let mut outputs = outputs.to_vec();
        outputs.extend(rejects.as_deref().map(|path| ("--rejects", path)));
        apart(&inputs, &outputs)
    }

    /// A workspace with the policy and the reps in it. Problems go to standard error.
    pub fn bench(&self, policy: &Path, quiet: bool) -> Result<Bench, Failure> {
        let text = read_text(policy, document::TEXT_MAX)?;
        let name = shown(policy);
        let mut bench = match Bench::open(&text, self.seed) {
            Ok(bench) => bench,
            Err(Refusal::PolicyRejected { problems }) => {
                return Err(report::rejected(&name, &text, &problems));
            }
            Err(refusal) => return Err(refusal.into()),
        };
        set_reps(
            &mut bench,
            &self.reps,
            self.reps_map.as_deref(),
            Some(self.format),
            quiet,
        )?;
        if let Some(path) = &self.territories {
            let sheet = territory_sheet(path)?;
            let set = bench.set_territories(sheet);
            set.map_err(|refusal| territory_refused(path, refusal))?;
        }
        let problems = bench.problems();
        if problems.iter().any(|problem| problem.is_error()) {
            return Err(report::rejected(&name, &text, &problems));
        }
        if !quiet {
            report::to_stderr(&name, &text, &problems);
        }
        Ok(bench)
    }

    /// The records, in the order in which they are to be dealt.
    pub fn feed(&self, schema: &Schema, bar: &ProgressBar) -> Result<Feed, Failure> {
        let order = match &self.order_by {
            None => None,
            Some(keys) => Some(OrderBy::parse(keys, schema).map_err(|words| {
                Failure::new(Exit::Usage, format!("--order-by {keys:?}: {words}"))
            })?),
        };
        let mapping = read_mapping(self.map.as_deref())?;
        let source = open(&self.records, bar)?;
        let file = shown(&self.records);
        let format = format_of(&self.records, Some(self.format));
        let rows = Rows::open(&file, source, format, mapping.delimiter)?;
        let records = Records::open(&file, rows, &mapping, schema)?;
        let rejects = match self.on_error {
            OnError::Stop => None,
            OnError::Skip => Some(RejectsFile::open(self.rejects_path())?),
        };
        let look_ahead = !is_stdio(&self.records);
        let mut feed = Feed {
            records,
            sorted: None,
            rejects,
            look_ahead,
        };
        if let Some(order) = order {
            let mut all = Vec::new();
            while let Some(record) = feed.read() {
                all.push(record?);
            }
            order.sort(&mut all);
            feed.sorted = Some(all.into_iter());
        }
        Ok(feed)
    }

    fn rejects_path(&self) -> PathBuf {
        self.rejects.clone().unwrap_or_else(|| {
            let name = match is_stdio(&self.records) {
                true => "stdin".into(),
                false => self.records.file_name().unwrap_or_default().to_os_string(),
            };
            let mut name: std::ffi::OsString = name;
            name.push(".rejects.csv");
            name.into()
        })
    }
}

/// Records on their way to be dealt.
pub struct Feed {
    records: Records,
    sorted: Option<std::vec::IntoIter<RecordIn>>,
    rejects: Option<RejectsFile>,
    look_ahead: bool,
}

struct RejectsFile {
    rejects: Rejects<Sink>,
    path: PathBuf,
}

impl RejectsFile {
    fn open(path: PathBuf) -> Result<Self, Failure> {
        let sink = Sink::open(&path)?;
        let rejects = Rejects::new(sink).map_err(|error| Failure::file(&path, &error))?;
        Ok(Self { rejects, path })
    }
}

impl Feed {
    /// The next record to deal.
    pub fn next_record(&mut self) -> Option<Result<RecordIn, Failure>> {
        match &mut self.sorted {
            Some(sorted) => sorted.next().map(Ok),
            None => self.read(),
        }
    }

    /// How many records there are; `None` when they are dealt as they are read.
    pub fn known_len(&self) -> Option<u64> {
        self.sorted.as_ref().map(|sorted| sorted.len() as u64)
    }

    /// What the person who wrote the mapping might have overlooked, in words.
    pub fn remarks(&self) -> Vec<String> {
        let mut remarks = Vec::new();
        if !self.records.absent().is_empty() {
            let fields = self.records.absent().join(", ");
            remarks.push(format!("no column for the fields {fields}: always missing"));
        }
        if !self.records.unused().is_empty() {
            remarks.push(format!(
                "columns not used: {}",
                self.records.unused().join(", ")
            ));
        }
        remarks
    }

    /// Puts the rejects file in its place; gives how many lines it holds, and its name.
    pub fn finish(self) -> Result<Option<(u64, PathBuf)>, Failure> {
        let Some(RejectsFile { rejects, path }) = self.rejects else {
            return Ok(None);
        };
        let count = rejects.count();
        let sink = rejects
            .finish()
            .map_err(|error| Failure::file(&path, &error))?;
        sink.finish()?;
        Ok(Some((count, path)))
    }

    fn read(&mut self) -> Option<Result<RecordIn, Failure>> {
        loop {
            match self.records.next()? {
                Ok(record) => return Some(Ok(record)),
                Err(Trouble::File(bad)) => return Some(Err(bad.into())),
                Err(Trouble::Line(reject)) => match &mut self.rejects {
                    None => return Some(Err(self.stopped(*reject))),
                    Some(RejectsFile { rejects, path }) => {
                        if let Err(error) = rejects.write(&reject) {
                            return Some(Err(Failure::file(path, &error)));
                        }
                    }
                },
            }
        }
    }

    /// The first bad line, with those that follow, as far as they are worth telling. Behind a pipe
    /// nothing is looked for: there may be a long wait for more.
    fn stopped(&mut self, first: Reject) -> Failure {
        let mut bad = vec![first.bad];
        if self.look_ahead {
            let rest = self.records.by_ref().filter_map(Result::err);
            bad.extend(rest.take(TOLD_MAX).map(|trouble| trouble.bad().clone()));
        }
        bad_lines(bad).hint(
            "Mend the lines, or use --on-error skip to deal the others and collect these in a file",
        )
    }
}

/// The format of `path`: by its name, else as told, else CSV.
pub fn format_of(path: &Path, told: Option<FormatName>) -> Format {
    path.to_str().and_then(Format::of).unwrap_or(match told {
        None | Some(FormatName::Csv) => Format::Csv,
        Some(FormatName::Ndjson) => Format::Ndjson,
    })
}

/// A failure that tells each bad line, at most [`TOLD_MAX`] of them.
fn bad_lines(bad: Vec<Bad>) -> Failure {
    let mut message = bad
        .iter()
        .take(TOLD_MAX)
        .map(Bad::to_string)
        .collect::<Vec<_>>()
        .join("\n");
    if bad.len() > TOLD_MAX {
        message.push_str("\nand more bad lines");
    }
    Failure::new(Exit::Failure, message)
}

/// Sets every rep of the file. A rep that cannot be read always stops the run: to leave one out
/// silently would shift everybody's share.
pub fn set_reps(
    bench: &mut Bench,
    path: &Path,
    map: Option<&Path>,
    told: Option<FormatName>,
    quiet: bool,
) -> Result<(), Failure> {
    let mapping = read_mapping(map)?;
    let file = shown(path);
    let source = open(path, &ProgressBar::hidden())?;
    let rows = Rows::open(&file, source, format_of(path, told), mapping.delimiter)?;
    let reps = Reps::open(&file, rows, &mapping, bench.state().rep_schema())?;
    let unused = reps.unused().join(", ");
    if !quiet && !unused.is_empty() {
        eprintln!("note: {file}: columns not used: {unused}");
    }
    let unweighed = unweighed(bench.state(), reps.absent()).join(", ");
    if !quiet && !unweighed.is_empty() {
        eprintln!("note: reps: no column for {unweighed}; everybody counts 1");
    }
    let mut bad = Vec::new();
    let mut gone = Vec::new();
    for rep in reps {
        match rep {
            Ok(rep) => {
                let key = rep.key.clone();
                if !bench.set_rep(rep)? {
                    gone.push(key);
                }
            }
            Err(trouble) => {
                bad.push(trouble.bad().clone());
                if bad.len() > TOLD_MAX {
                    break;
                }
            }
        }
    }
    if !bad.is_empty() {
        return Err(
            bad_lines(bad).hint("Every rep must be readable: without one, all shares shift")
        );
    }
    if !quiet && !gone.is_empty() {
        eprintln!(
            "note: {file}: left out, as they have left: {}",
            gone.join(", ")
        );
    }
    Ok(())
}

/// Fields of `absent` by which a pool weighs its members, each once.
fn unweighed<'a>(state: &State, absent: &'a [String]) -> Vec<&'a str> {
    let pools = state.policy().map(|policy| &policy.document().pools);
    let weighs = |name: &str| {
        let mut pools = pools.into_iter().flatten();
        pools.any(|pool| matches!(&pool.weights, Weights::ByField(field) if field == name))
    };
    let absent = absent.iter().map(String::as_str);
    absent.filter(|name| weighs(name)).collect()
}

/// A mapping document, or none.
pub fn read_mapping(path: Option<&Path>) -> Result<Mapping, Failure> {
    match path {
        None => Ok(Mapping::none()),
        Some(path) => Ok(mapping_toml::read(
            &shown(path),
            &read_text(path, mapping_toml::TEXT_MAX)?,
        )?),
    }
}

/// The whole text of a document of at most `max` bytes.
pub fn read_text(path: &Path, max: usize) -> Result<String, Failure> {
    let mut bytes = Vec::new();
    open(path, &ProgressBar::hidden())?
        .take(max as u64 + 1)
        .read_to_end(&mut bytes)
        .map_err(|error| Failure::file(path, &error))?;
    if bytes.len() > max {
        let message = format!("{}: a document has at most {max} bytes", shown(path));
        return Err(Failure::new(Exit::Failure, message));
    }
    String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        let message = format!(
            "{}: expected text in UTF-8, but byte {at} is none",
            shown(path)
        );
        Failure::new(Exit::Failure, message)
    })
}

/// A territory table as texts.
pub fn territory_sheet(path: &Path) -> Result<Sheet, Failure> {
    let text = read_text(path, territories::BYTES_MAX)?;
    territories::read(&shown(path), &text).map_err(bad_lines)
}

/// Why a territory table is not taken, every line of it.
pub fn territory_refused(path: &Path, refusal: Refusal) -> Failure {
    match refusal {
        Refusal::TerritoriesRejected { problems } => {
            report::rejected_table(&shown(path), &problems)
        }
        refusal => refusal.into(),
    }
}

/// What messages call a file.
pub fn shown(path: &Path) -> String {
    if is_stdio(path) {
        "standard input".into()
    } else {
        path.display().to_string()
    }
}

/// Whether a path means standard input or output.
pub fn is_stdio(path: &Path) -> bool {
    path.as_os_str() == "-"
}

/// Opens a file or standard input; the bar follows what is read.
pub fn open(path: &Path, bar: &ProgressBar) -> Result<Box<dyn Read + Send>, Failure> {
    if is_stdio(path) {
        return Ok(Box::new(bar.wrap_read(io::stdin())));
    }
    let file = File::open(path).map_err(|error| Failure::file(path, &error))?;
    let size = file
        .metadata()
        .map_err(|error| Failure::file(path, &error))?;
    if size.is_dir() {
        let message = format!("{}: expected a file, found a directory", shown(path));
        return Err(Failure::new(Exit::Failure, message));
    }
    bar.set_length(size.len());
    Ok(Box::new(bar.wrap_read(file)))
}

/// A bar over the bytes of a file, on standard error when that is a terminal.
pub fn progress() -> ProgressBar {
    let style = ProgressStyle::with_template("{bar:30} {bytes}/{total_bytes} {elapsed} left {eta}")
        .expect("the template is sound");
    ProgressBar::no_length().with_style(style)
}

/// Turns the bar into one over records, for when the file has been read.
pub fn count_records(bar: &ProgressBar, count: u64) {
    let style = ProgressStyle::with_template("{bar:30} {pos}/{len} records {elapsed} left {eta}");
    bar.set_style(style.expect("the template is sound"));
    bar.set_length(count);
    bar.set_position(0);
}
