//! `evenkeel backtest`: what another policy would have given to whom, over a recorded history.
//!
//! The history is a store's, or the records of a file dealt by the policy they are compared with.
//! Nothing is published. Outcomes are not replayed, and the answer says so.

use crate::cmd::deal::deal;
use crate::cmd::failure::{EXIT_CODES, Exit, Failure};
use crate::cmd::feed::{Files, FormatName, OnError, count_records, progress, read_text, shown};
use crate::cmd::report;
use crate::cmd::reseeding::{self, Usual};
use crate::cmd::sheet::{Output, Sheet};
use crate::cmd::sink::{self, Sink};
use crate::cmd::{replay, store};
use crate::host::past::{self, Instant};
use crate::host::workspace::first_workspace;
use crate::reports::asked::DAYS_MAX;
use crate::reports::estimated::{AsRecorded, Estimated};
use evenkeel_core::command::refusal::Refusal;
use evenkeel_core::draw::DrawKey;
use evenkeel_core::event::Recorded;
use evenkeel_core::policy::document;
use evenkeel_core::replay::again::{History, How, INPUTS_MAX, Played};
use evenkeel_core::replay::ask::Input;
use evenkeel_core::replay::compare::{CAVEAT, Comparison, End, Seen, tenths};
use evenkeel_core::replay::draws::Draws;
use evenkeel_core::replay::evidence::Outcomes;
use evenkeel_core::replay::reseed::{Deals, Firsts};
use evenkeel_core::replay::side::Side;
use evenkeel_core::replay::stream::{Follow, Stream};
use evenkeel_core::state::State;
use evenkeel_core::time::Span;
use indicatif::ProgressBar;
use serde_json::json;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Most pairs of rules in the text form: those between which most records move.
const RULES_MAX: usize = 12;

/// Which history, and which policy.
#[derive(Debug, clap::Args)]
#[command(after_help = EXIT_CODES)]
pub struct Args {
    /// The new policy
    #[arg(long, value_name = "TOML")]
    pub policy: PathBuf,
    /// The store whose history is played again
    #[arg(long, value_name = "FILE", conflicts_with_all = ["records", "reps", "against"],
        required_unless_present = "records")]
    pub data: Option<PathBuf>,
    /// From when on the new policy deals: a number, a date or a moment [default: the beginning]
    #[arg(long, value_name = "SEQ|TIME", value_parser = replay::instant, requires = "data")]
    pub from: Option<Instant>,
    /// Until when [default: the end]
    #[arg(long, value_name = "SEQ|TIME", value_parser = replay::instant, requires = "data")]
    pub to: Option<Instant>,
    /// Without a store: the records, read as `route` reads them
    #[arg(long, value_name = "FILE", requires_all = ["reps", "against"])]
    pub records: Option<PathBuf>,
    /// Without a store: the reps
    #[arg(long, value_name = "FILE")]
    pub reps: Option<PathBuf>,
    /// Without a store: the policy that deals the records first
    #[arg(long, value_name = "TOML")]
    pub against: Option<PathBuf>,
    /// Mapping document for the records
    #[arg(long, value_name = "TOML", requires = "records")]
    pub map: Option<PathBuf>,
    /// Mapping document for the reps
    #[arg(long, value_name = "TOML", requires = "records")]
    pub reps_map: Option<PathBuf>,
    /// Territory table, as for `route`
    #[arg(long, value_name = "CSV", requires = "records")]
    pub territories: Option<PathBuf>,
    /// Order of dealing, as for `route`
    #[arg(long, value_name = "KEYS", requires = "records")]
    pub order_by: Option<String>,
    /// Seed of the draws of random pools, without a store
    #[arg(long, default_value_t = 0)]
    pub seed: u64,
    /// Play it so many times more with fresh draws by either policy: what chance alone does, and
    /// what may be said of outcomes (from 20 on; 200 are good)
    #[arg(long, value_name = "COUNT", default_value_t = 0)]
    pub reseed: usize,
    /// With --reseed: the reason code by which a closed record is a success
    #[arg(long, value_name = "REASON", default_value = "won")]
    pub won: String,
    /// With --reseed: days within which a success counts [default: those in which nine of ten came]
    #[arg(long, value_name = "DAYS", value_parser = clap::value_parser!(i64).range(1..=DAYS_MAX))]
    pub horizon: Option<i64>,
    /// Every record that would have gone elsewhere, as CSV
    #[arg(long, value_name = "CSV")]
    pub out: Option<PathBuf>,
    /// End with exit code 4 when any record would have gone elsewhere
    #[arg(long)]
    pub check: bool,
    /// How to answer; csv is the table of reps
    #[arg(long, value_enum, default_value = "table")]
    pub output: Output,
}

/// A history with what was counted while it was recorded.
struct Subject {
    history: History,
    draws: Draws,
    recorded: Side,
    /// Who got each record first, and what became of it.
    deals: (Firsts, Outcomes),
    end: State,
}

/// What is counted while a history is recorded, and the inputs to play it from.
type Counted = ((Side, (Firsts, Outcomes)), Vec<Input>);

fn counted(base: &State, args: &Args) -> Counted {
    let deals = (Firsts::after(base), Outcomes::after(base, &args.won));
    ((Side::after(base), deals), Vec::new())
}

/// Compares.
pub fn run(args: &Args) -> Result<ExitCode, Failure> {
    let inputs = [
        ("--policy", Some(&args.policy)),
        ("--data", args.data.as_ref()),
        ("--records", args.records.as_ref()),
        ("--reps", args.reps.as_ref()),
        ("--against", args.against.as_ref()),
    ];
    let flags = inputs.iter();
    let inputs: Vec<sink::Flag<'_>> = flags
        .filter_map(|(flag, path)| Some((*flag, path.as_ref()?.as_path())))
        .collect();
    let out = args.out.as_deref().map(|path| ("--out", path));
    sink::apart(&inputs, out.as_slice())?;
    let text = read_text(&args.policy, document::TEXT_MAX)?;
    let subject = match (&args.data, &args.records) {
        (Some(data), _) => of_store(args, data)?,
        (None, Some(_)) => of_files(args)?,
        (None, None) => return Err(Failure::new(Exit::Usage, "--data or --records is needed")),
    };
    let (replayed, played) = play(args, &text, &subject)?;
    let until = subject.history.until;
    let seen = |side, state| Seen { side, state, until };
    let comparison = Comparison::of(
        seen(&subject.recorded, &subject.end),
        seen(&replayed, &played.state),
    );
    let chance = chance(args, &text, &subject)?;
    if let Some(path) = &args.out {
        let mut sink = Sink::open(path)?;
        let written = sink.write_all(&differences(&comparison).csv());
        written.map_err(|error| sink.failure(&error))?;
        sink.finish()?;
    }
    let reps = reps(&comparison, &chance, &subject.end);
    let mut notes = left_out(&played);
    let estimated = estimated(args, &subject, &chance);
    notes.extend(estimated.iter().flat_map(Estimated::sentences));
    let told = match args.output {
        Output::Csv => reps.csv(),
        Output::Table => text_of(&comparison, &reps, &notes).into_bytes(),
        Output::Json => {
            let outcomes = estimated.as_ref().map(Estimated::json);
            format!("{}\n", json_of(&comparison, &reps, (&notes, outcomes))).into_bytes()
        }
    };
    sink::to_stdout(&told)?;
    Ok(match args.check && !comparison.differences.is_empty() {
        true => ExitCode::from(Exit::Conflict as u8),
        false => ExitCode::SUCCESS,
    })
}

fn of_store(args: &Args, data: &Path) -> Result<Subject, Failure> {
    let reader = store::look(data)?;
    let workspace = first_workspace(&reader)?;
    let base = past::base(&reader, workspace, args.from)?;
    let mut counted = counted(&base, args);
    let end = past::follow(&reader, workspace, &base, args.to, &mut counted)?;
    let draws = past::draws(&reader, workspace, (base.last_at(), end.last_at()))?;
    subject(base, counted, end, draws)
}

fn subject(
    base: State,
    ((recorded, deals), inputs): Counted,
    end: State,
    draws: Draws,
) -> Result<Subject, Failure> {
    if recorded.fates.is_empty() {
        let message = "no record came in within this part of the history";
        return Err(Failure::new(Exit::NotFound, message));
    }
    if inputs.len() > INPUTS_MAX {
        let message = format!("{} commands are more than {INPUTS_MAX}", inputs.len());
        return Err(Failure::new(Exit::Failure, message).hint("Take a part with --from and --to."));
    }
    let history = History {
        until: end.last_at(),
        records: end.record_schema().clone(),
        reps: end.rep_schema().clone(),
        base,
        inputs,
    };
    Ok(Subject {
        history,
        draws,
        recorded,
        deals,
        end,
    })
}

/// The records of a file, dealt by the policy they are compared with.
fn of_files(args: &Args) -> Result<Subject, Failure> {
    let (Some(records), Some(reps), Some(against)) = (&args.records, &args.reps, &args.against)
    else {
        let message = "--records goes with --reps and --against";
        return Err(Failure::new(Exit::Usage, message));
    };
    let files = Files {
        reps: reps.clone(),
        reps_map: args.reps_map.clone(),
        territories: args.territories.clone(),
        records: records.clone(),
        map: args.map.clone(),
        order_by: args.order_by.clone(),
        on_error: OnError::Stop,
        rejects: None,
        format: FormatName::Csv,
        seed: args.seed,
        now: None,
    };
    files.check()?;
    let mut bench = files.bench(against, true)?;
    let base = bench.state().clone();
    bench.tape();
    let bar = progress();
    let mut feed = files.feed(bench.state().record_schema(), &bar)?;
    deal(&mut bench, &mut feed, None, |_, _| Ok(()))?;
    feed.finish()?;
    bar.finish_and_clear();
    let mut counted = counted(&base, args);
    let mut stream = Stream::after(base.clone());
    for recorded in bench.taped() {
        stream.event(recorded, &mut counted);
    }
    let end = stream.finish(&mut counted);
    let draws = Draws::of_key(DrawKey::from_seed(args.seed));
    subject(base, counted, end, draws)
}

/// A side that tells how far it is.
struct Watched<'b>(Side, &'b ProgressBar);

impl Follow for Watched<'_> {
    fn event(&mut self, after: &State, recorded: &Recorded) {
        self.0.event(after, recorded);
        self.1.set_position(self.0.fates.len() as u64);
    }
}

/// Plays the history by the new policy.
fn play(args: &Args, text: &str, subject: &Subject) -> Result<(Side, Played), Failure> {
    let bar = progress();
    count_records(&bar, subject.recorded.fates.len() as u64);
    let how = How {
        between: !subject.history.is_policy(text),
        policy: Some(text.to_owned()),
        draws: subject.draws.clone(),
    };
    let mut watched = Watched(Side::after(&subject.history.base), &bar);
    let played = subject.history.play(&how, &mut watched);
    bar.finish_and_clear();
    match played {
        Ok(played) => Ok((watched.0, played)),
        Err(Refusal::PolicyRejected { problems }) => {
            Err(report::rejected(&shown(&args.policy), text, &problems))
        }
        Err(refusal) => Err(refusal.into()),
    }
}

/// The history with fresh draws, by the recorded policies and by the new one; empty unless asked
/// for.
#[derive(Default)]
struct Chance {
    recorded: Deals,
    replayed: Deals,
}

fn chance(args: &Args, text: &str, subject: &Subject) -> Result<Chance, Failure> {
    if args.reseed == 0 {
        return Ok(Chance::default());
    }
    let bar = reseeding::bar(2 * args.reseed as u64);
    let records = subject.recorded.fates.len();
    let deals = |policy| reseeding::deals(&subject.history, policy, args.reseed, records, &bar);
    let chance = Chance {
        recorded: deals(None)?,
        replayed: deals(Some(text))?,
    };
    bar.finish_and_clear();
    Ok(chance)
}

/// What may be said of outcomes, if it was played again.
fn estimated(args: &Args, subject: &Subject, chance: &Chance) -> Option<Estimated> {
    if chance.recorded.replays() == 0 {
        return None;
    }
    let (firsts, outcomes) = &subject.deals;
    let recorded = AsRecorded {
        firsts: &firsts.row,
        outcomes,
        until: subject.history.until,
        reps: subject.end.roster().len(),
    };
    let deals = (&chance.recorded, &chance.replayed);
    Some(Estimated::of(recorded, deals, args.horizon.map(Span::days)))
}

/// Every rep on both sides.
fn reps(comparison: &Comparison, chance: &Chance, end: &State) -> Sheet {
    let mut header = vec![
        "rep",
        "dealt",
        "dealt_would",
        "load",
        "load_would",
        "most",
        "most_would",
        "capped",
        "capped_would",
    ];
    let usual = [&chance.recorded, &chance.replayed].map(|deals| Usual::of(deals, end));
    let reseeded = chance.recorded.replays() > 0;
    if reseeded {
        header.extend(["by_chance", "by_chance_would"]);
    }
    let mut sheet = Sheet::new(&header);
    for line in &comparison.reps {
        let mut row = vec![
            line.rep.clone(),
            line.dealt.recorded.to_string(),
            line.dealt.replayed.to_string(),
            tenths(line.load.recorded).to_string(),
            tenths(line.load.replayed).to_string(),
            line.most.recorded.to_string(),
            line.most.replayed.to_string(),
            line.capped.recorded.to_string(),
            line.capped.replayed.to_string(),
        ];
        if reseeded {
            let rep = end.roster().find(&line.rep);
            let words = |usual: &Vec<Usual>| {
                let usual = rep.and_then(|rep| usual.get(rep.index()));
                usual.map_or_else(String::new, |usual| usual.words())
            };
            row.extend(usual.iter().map(words));
        }
        sheet.row(row);
    }
    sheet
}

fn differences(comparison: &Comparison) -> Sheet {
    let mut sheet = Sheet::new(&[
        "record",
        "came",
        "to",
        "to_would",
        "pool",
        "pool_would",
        "by",
        "by_would",
        "waited_ms",
        "waited_ms_would",
        "because",
    ]);
    let waited = |end: &End| {
        end.waited
            .map_or_else(String::new, |span| span.0.to_string())
    };
    for one in &comparison.differences {
        sheet.row([
            one.record.clone(),
            one.taken.to_string(),
            one.recorded.place.clone(),
            one.replayed.place.clone(),
            one.recorded.pool.clone().unwrap_or_default(),
            one.replayed.pool.clone().unwrap_or_default(),
            one.recorded.by.clone(),
            one.replayed.by.clone(),
            waited(&one.recorded),
            waited(&one.replayed),
            one.because.words().to_owned(),
        ]);
    }
    sheet
}

fn pools(comparison: &Comparison) -> Sheet {
    let mut sheet = Sheet::new(&[
        "pool",
        "turns",
        "turns_would",
        "special",
        "special_would",
        "worst",
        "bound",
        "worst_would",
        "bound_would",
    ]);
    for line in &comparison.pools {
        let (was, would) = (line.even.recorded, line.even.replayed);
        sheet.row([
            line.pool.clone(),
            was.turns.to_string(),
            would.turns.to_string(),
            was.special.to_string(),
            would.special.to_string(),
            was.worst.to_string(),
            was.bound.to_string(),
            would.worst.to_string(),
            would.bound.to_string(),
        ]);
    }
    sheet
}

fn rules(comparison: &Comparison) -> Sheet {
    let mut sheet = Sheet::new(&["records", "by", "by_would"]);
    for (before, after, count) in comparison.rules().into_iter().take(RULES_MAX) {
        sheet.row([count.to_string(), before.to_owned(), after.to_owned()]);
    }
    sheet
}

/// What could not be played, in sentences.
fn left_out(played: &Played) -> Vec<String> {
    let mut said = Vec::new();
    let count: u64 = played.refused.values().sum();
    if count > 0 {
        let codes = played.refused.iter();
        let codes = codes.map(|(code, count)| format!("{count} {code}"));
        let codes = codes.collect::<Vec<_>>().join(", ");
        said.push(format!(
            "{count} facts could not apply to the records as replayed: {codes}."
        ));
    }
    if played.foreign > 0 {
        let count = played.foreign;
        said.push(format!(
            "{count} decisions of another program version were left out."
        ));
    }
    said
}

fn text_of(comparison: &Comparison, reps: &Sheet, notes: &[String]) -> String {
    let mut text = String::new();
    for sentence in comparison.sentences().iter().chain(notes) {
        text.push_str(&format!("{sentence}\n"));
    }
    text.push_str(&format!(
        "\n{}\n{}",
        reps.table(),
        pools(comparison).table()
    ));
    if !comparison.differences.is_empty() {
        text.push_str(&format!("\n{}", rules(comparison).table()));
    }
    text
}

fn json_of(
    comparison: &Comparison,
    reps: &Sheet,
    (notes, outcomes): (&[String], Option<serde_json::Value>),
) -> serde_json::Value {
    let waits = |waits: evenkeel_core::replay::compare::Waits| {
        json!({
            "records": waits.records, "median_ms": waits.median.0, "most_ms": waits.most.0,
            "nobody": waits.nobody,
        })
    };
    json!({
        "caveat": CAVEAT,
        "from": comparison.between.0.to_string(),
        "until": comparison.between.1.to_string(),
        "records": comparison.records,
        "elsewhere": comparison.differences.len(),
        "because": comparison.reasons().into_iter()
            .map(|(because, count)| (because.words().to_owned(), count.into()))
            .collect::<serde_json::Map<String, serde_json::Value>>(),
        "reps": reps.json(),
        "pools": pools(comparison).json(),
        "rules": rules(comparison).json(),
        "waits": { "recorded": waits(comparison.waits.recorded),
            "replayed": waits(comparison.waits.replayed) },
        "outcomes": outcomes,
        "notes": notes,
    })
}
