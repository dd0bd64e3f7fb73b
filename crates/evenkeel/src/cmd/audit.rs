//! `evenkeel audit`: does the recorded history follow from its rules, and who gained by hand?
//!
//! Every decision is made again on the state it was made on; overrides are listed; and with fresh
//! draws the cards are dealt again. It reads only. Whether the bytes of the journal hold together
//! is [`crate::cmd::verify`]'s.

use crate::cmd::failure::{EXIT_CODES, Exit, Failure};
use crate::cmd::reseeding::{self, Usual};
use crate::cmd::sheet::{Output, Sheet};
use crate::cmd::sink::{self, Sink};
use crate::cmd::{replay, store};
use crate::host::past::{self, Instant};
use crate::host::workspace::first_workspace;
use evenkeel_core::event::Actor;
use evenkeel_core::ids::{PoolNo, RepNo};
use evenkeel_core::replay::again::History;
use evenkeel_core::replay::ask::Input;
use evenkeel_core::replay::check::{Check, Checked, Differs, Finding};
use evenkeel_core::replay::hands::{Hands, Override};
use evenkeel_core::replay::reseed::{Deals, Firsts, Row, loads};
use evenkeel_core::state::State;
use serde_json::json;
use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

/// Most findings in the text form.
const TOLD_MAX: usize = 50;

/// Which history of which store.
#[derive(Debug, clap::Args)]
#[command(after_help = EXIT_CODES)]
pub struct Args {
    /// The store's file
    #[arg(long, value_name = "FILE")]
    pub data: PathBuf,
    /// Only overrides of turns of this pool
    #[arg(long, value_name = "NAME")]
    pub pool: Option<String>,
    /// From when on: a number, a date or a moment [default: the beginning]
    #[arg(long, value_name = "SEQ|TIME", value_parser = replay::instant)]
    pub from: Option<Instant>,
    /// Until when [default: the end]
    #[arg(long, value_name = "SEQ|TIME", value_parser = replay::instant)]
    pub to: Option<Instant>,
    /// Deal the cards again so many times, with fresh draws
    #[arg(long, value_name = "COUNT", default_value_t = 0)]
    pub replays: usize,
    /// Every override, as CSV
    #[arg(long, value_name = "CSV")]
    pub out: Option<PathBuf>,
    /// How to answer; csv is the table of reps
    #[arg(long, value_enum, default_value = "table")]
    pub output: Output,
}

/// What an audit found.
struct Audited {
    checked: Checked,
    hands: Hands,
    dealt_again: DealtAgain,
    end: State,
}

/// The recorded deals beside those with fresh draws: what the exact test of chance asks for.
pub struct DealtAgain {
    /// Who got each record first.
    pub recorded: Row,
    /// The same in every replay; none unless asked for.
    pub deals: Deals,
}

/// Audits. Exit code 1 when something does not follow.
///
/// *Refuses*, in order: an output that is the store, a store that cannot be read, an unknown pool.
pub fn run(args: &Args) -> Result<ExitCode, Failure> {
    let out = args.out.as_deref().map(|path| ("--out", path));
    sink::apart(&[("--data", args.data.as_path())], out.as_slice())?;
    let audited = audit(args)?;
    let Audited { checked, end, .. } = &audited;
    let pool = match &args.pool {
        None => None,
        Some(name) => Some(end.pool_no(name).ok_or_else(|| {
            let known: Vec<&str> = end.pools().iter().map(|pool| &*pool.name).collect();
            Failure::new(Exit::NotFound, format!("There is no pool {name:?}"))
                .hint(format!("There are: {}.", known.join(", ")))
        })?),
    };
    let overrides = overrides(&audited, pool);
    if let Some(path) = &args.out {
        let mut sink = Sink::open(path)?;
        let written = sink.write_all(&overrides.csv());
        written.map_err(|error| sink.failure(&error))?;
        sink.finish()?;
    }
    let reps = reps(&audited, pool);
    let sentences = sentences(&audited, overrides.len());
    let told = match args.output {
        Output::Csv => reps.csv(),
        Output::Json => {
            let told = json!({
                "follows": checked.follows(), "said": sentences, "reps": reps.json(),
                "findings": findings(checked, end).json(), "overrides": overrides.json(),
            });
            format!("{told}\n").into_bytes()
        }
        Output::Table => {
            let mut text = format!("{}\n", sentences.join("\n"));
            if !checked.follows() {
                text.push_str(&format!("\n{}", findings(checked, end).table()));
            }
            text.push_str(&format!("\n{}", reps.table()));
            text.into_bytes()
        }
    };
    sink::to_stdout(&told)?;
    Ok(match checked.follows() {
        true => ExitCode::SUCCESS,
        false => ExitCode::from(Exit::Failure as u8),
    })
}

fn audit(args: &Args) -> Result<Audited, Failure> {
    let reader = store::look(&args.data)?;
    let workspace = first_workspace(&reader)?;
    let base = past::base(&reader, workspace, args.from)?;
    let whole = past::state_at(
        &reader,
        workspace,
        args.to.unwrap_or(Instant::Seq(u64::MAX)),
    )?;
    let draws = past::draws(&reader, workspace, (base.last_at(), whole.last_at()))?;
    let inputs: Vec<Input> = Vec::new();
    let seen = (Hands::default(), (Firsts::after(&base), inputs));
    let mut all = (Check::new(&draws), seen);
    let end = past::follow(&reader, workspace, &base, args.to, &mut all)?;
    let (check, (hands, (firsts, inputs))) = all;
    let checked = check.checked;
    let recorded = firsts.row;
    let history = History {
        base,
        inputs,
        until: end.last_at(),
        records: end.record_schema().clone(),
        reps: end.rep_schema().clone(),
    };
    let bar = reseeding::bar(args.replays as u64);
    let deals = reseeding::deals(&history, None, args.replays, recorded.len(), &bar)?;
    bar.finish_and_clear();
    Ok(Audited {
        checked,
        hands,
        dealt_again: DealtAgain { recorded, deals },
        end,
    })
}

fn sentences(audited: &Audited, overrides: usize) -> Vec<String> {
    let Audited {
        checked,
        dealt_again,
        ..
    } = audited;
    let mut said = vec![format!(
        "{} commands, {} of them decided again the same, with {} deals; {} only facts; {} could not \
         be made again.",
        checked.commands, checked.same, checked.deals, checked.facts, checked.taken_over
    )];
    said.push(match checked.findings.len() as u64 + checked.unsaid {
        0 => "Every decision that can be made again follows.".to_owned(),
        count => format!("{count} decisions do NOT follow."),
    });
    said.push(format!("{overrides} overrides by hand."));
    if dealt_again.deals.replays() > 0 {
        said.push(format!(
            "Dealt again {} times with fresh draws; in brackets the range of all.",
            dealt_again.deals.replays()
        ));
    }
    said
}

fn findings(checked: &Checked, end: &State) -> Sheet {
    let mut sheet = Sheet::new(&["seq", "at", "record", "recorded", "again", "how"]);
    let rep =
        |rep: Option<RepNo>| rep.map_or_else(String::new, |rep| end.roster().rep(rep).key.clone());
    for finding in checked.findings.iter().take(TOLD_MAX) {
        let Finding {
            seq, at, record, ..
        } = finding;
        let record = record.map(|record| end.records().key(record).to_owned());
        sheet.row([
            seq.to_string(),
            at.to_string(),
            record.unwrap_or_default(),
            rep(finding.recorded),
            rep(finding.again),
            match &finding.how {
                Differs::Elsewhere => "goes elsewhere".to_owned(),
                Differs::OtherReasons => "same place, other reasons".to_owned(),
                Differs::OtherEvents => "other events".to_owned(),
                Differs::OtherDraw => "its bits draw another".to_owned(),
                Differs::Refused(refusal) => format!("would be refused: {}", refusal.code()),
            },
        ]);
    }
    sheet
}

fn overrides(audited: &Audited, pool: Option<PoolNo>) -> Sheet {
    let end = &audited.end;
    let mut sheet = Sheet::new(&["seq", "at", "by", "what", "record", "from", "to", "pool"]);
    let rep =
        |rep: Option<RepNo>| rep.map_or_else(String::new, |rep| end.roster().rep(rep).key.clone());
    for one in of_pool(&audited.hands, pool) {
        sheet.row([
            one.seq.to_string(),
            one.at.to_string(),
            match one.actor {
                Actor::System => "the program".to_owned(),
                Actor::User(number) => format!("user {number}"),
                Actor::Key(number) => format!("key {number}"),
            },
            one.what.word().to_owned(),
            end.records().key(one.record).to_owned(),
            rep(one.from),
            rep(one.to),
            one.pool
                .map_or_else(String::new, |pool| end.pool(pool).name.clone()),
        ]);
    }
    sheet
}

fn of_pool(hands: &Hands, pool: Option<PoolNo>) -> impl Iterator<Item = &Override> {
    let list = hands.list.iter();
    list.filter(move |one| pool.is_none() || one.pool == pool)
}

/// Every rep with records first dealt, what overrides gave and took, and what fresh draws give.
fn reps(audited: &Audited, pool: Option<PoolNo>) -> Sheet {
    let Audited {
        dealt_again,
        end,
        hands,
        ..
    } = audited;
    let reps = end.roster().len();
    let dealt = loads(&dealt_again.recorded, reps);
    let usual = Usual::of(&dealt_again.deals, end);
    let mut header = vec!["rep", "dealt", "gained", "lost"];
    if !usual.is_empty() {
        header.push("by_chance");
    }
    let mut sheet = Sheet::new(&header);
    for (rep, entry) in end.roster().iter() {
        let moved = || of_pool(hands, pool).filter(|one| one.from != one.to);
        let gained = moved().filter(|one| one.to == Some(rep)).count() as u64;
        let lost = moved().filter(|one| one.from == Some(rep)).count() as u64;
        let dealt = dealt[rep.index()];
        if dealt + gained + lost > 0 {
            let counts = [dealt, gained, lost].map(|count| count.to_string());
            let words = usual.get(rep.index()).map(|usual| usual.words());
            sheet.row(
                std::iter::once(entry.key.clone())
                    .chain(counts)
                    .chain(words),
            );
        }
    }
    sheet
}
