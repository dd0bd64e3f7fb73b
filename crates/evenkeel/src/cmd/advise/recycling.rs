//! `evenkeel advise recycling`: after how many days a record should go back, by the store's own
//! history.

use crate::cmd::advise::show::{Answer, Output, part, senseless};
use crate::cmd::failure::{EXIT_CODES, Failure};
use crate::cmd::store;
use crate::host::clock::{Clock, Wall};
use crate::host::workspace::first_workspace;
use crate::host::{advice, fold, touches};
use evenkeel_core::measure::own_history::{self, Advice, Ask, Told, WON};
use evenkeel_core::units::Micro;
use std::path::PathBuf;
use std::process::ExitCode;

/// Which store, and what is asked.
#[derive(Debug, clap::Args)]
#[command(after_help = EXIT_CODES)]
pub struct Args {
    /// The store's file
    #[arg(long, value_name = "FILE")]
    pub data: PathBuf,
    /// How much of what is taken back may have been alive, 0 to 1
    #[arg(long, value_name = "PART", value_parser = part, default_value = "0.1")]
    pub wrong: Micro,
    /// When to warn: where so much would have been alive, 0 to 1
    #[arg(long, value_name = "PART", value_parser = part, default_value = "0.25")]
    pub warn: Micro,
    /// Not touched for so many days is abandoned; 180, or as far as the history goes, when absent
    #[arg(long, value_name = "DAYS", value_parser = clap::value_parser!(u32).range(1..=3_650))]
    pub horizon: Option<u32>,
    /// The part of gaps that never end, where the history is too short to tell
    #[arg(long, value_name = "PART", value_parser = part)]
    pub abandoned: Option<Micro>,
    /// A reason of closing that counts as an answer; more than once for several
    #[arg(long, value_name = "REASON", default_value = WON)]
    pub won: Vec<String>,
    /// How to show it
    #[arg(long, value_name = "FORMAT", default_value = "table")]
    pub output: Output,
}

/// Answers.
///
/// *Refuses*, in order: a store that is not there, a part of nothing.
pub fn run(args: &Args) -> Result<ExitCode, Failure> {
    let reader = store::look(&args.data)?;
    let workspace = first_workspace(&reader)?;
    let state = fold::fold(&reader, workspace)?.state;
    let touches = touches::all(&reader, workspace)?;
    let now = Wall.now().max(state.last_at());
    let exact = |part: Micro| part.0 as f64 / 1e6;
    let ask = Ask::of(Told {
        wrong: Some(exact(args.wrong)),
        warn: Some(exact(args.warn)),
        horizon: args.horizon,
        abandoned: args.abandoned.map(exact),
        won: None,
    });
    let ask = ask.map_err(|(name, wanted)| senseless(format!("--{name} must be {wanted}")))?;
    let ask = Ask {
        won: args.won.clone(),
        ..ask
    };
    let found = own_history::advise(&state, touches, &ask, now);
    let answer = Answer {
        text: text(&found),
        json: advice::told(&found),
    };
    answer.print(args.output)
}

fn text(advice: &Advice) -> String {
    let mut lines = vec![match &advice.threshold {
        Ok(threshold) => threshold.sentence(),
        Err(none) => none.sentence(),
    }];
    for rule in &advice.rules {
        lines.push(match &rule.wrong {
            Ok(wrong) => format!(
                "The rule {:?} takes back after {} days: {wrong} of that would have been touched again.",
                rule.name, rule.days
            ),
            Err(none) => format!("The rule {:?} ({} days): {none}", rule.name, rule.days),
        });
        lines.extend(rule.lost.map(|lost| lost.sentence()));
    }
    lines.push(match &advice.best {
        Ok(best) => best.sentence(),
        Err(none) => none.sentence(),
    });
    lines.extend(advice.check.map(|check| check.sentence()));
    lines.join("\n\n") + "\n"
}
