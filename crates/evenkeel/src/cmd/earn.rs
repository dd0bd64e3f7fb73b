//! `evenkeel earn`: who has earned how much of a pool's records, as a store stands.
//!
//! It reads only, beside a server or without one. Granting is a decision of the workspace, taken on
//! the pool's page or through the API; nothing is granted here.

use crate::cmd::failure::{Exit, Failure};
use crate::cmd::{sink, store};
use crate::host::clock::{Clock, Wall};
use crate::host::fold;
use crate::host::workspace::first_workspace;
use evenkeel_connect::out::CsvOut;
use evenkeel_core::earn::proposal::{self, Line, Proposal};
use evenkeel_core::state::State;
use evenkeel_core::units::Micro;
use std::path::PathBuf;
use std::process::ExitCode;

/// Which pool of which store.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The store's file
    #[arg(long, value_name = "FILE")]
    pub data: PathBuf,
    /// The pool's name
    #[arg(long, value_name = "NAME")]
    pub pool: String,
}

/// Prints the proposal: members as CSV to standard output, the outlook to standard error.
///
/// *Refuses*, in order: a store that cannot be read, an unknown pool, a pool without `earn`.
pub fn run(args: &Args) -> Result<ExitCode, Failure> {
    let reader = store::look(&args.data)?;
    let state = fold::fold(&reader, first_workspace(&reader)?)?.state;
    let pool = state.pool_no(&args.pool).ok_or_else(|| {
        let known: Vec<&str> = state.pools().iter().map(|pool| &*pool.name).collect();
        let what = format!("There is no pool {:?}", args.pool);
        Failure::new(Exit::NotFound, what).hint(format!("There are: {}.", known.join(", ")))
    })?;
    let now = Wall.now().max(state.last_at());
    let proposal = proposal::of(&state, pool, now).ok_or_else(|| {
        let what = format!("Nothing has to be earned in {:?}", args.pool);
        Failure::new(Exit::NotFound, what).hint("An `earn` table in the policy changes that.")
    })?;
    sink::to_stdout(&table(&state, &proposal))?;
    eprint!("{}", outlook(&proposal));
    Ok(ExitCode::SUCCESS)
}

/// One line per member, in the order of the pool: shares in percent of the earned records.
fn table(state: &State, proposal: &Proposal) -> Vec<u8> {
    let header = [
        "rep",
        "tier",
        "own_wins",
        "ripe_leads",
        "won",
        "rate",
        "now",
        "earned",
    ];
    let mut out = CsvOut::new(Vec::new(), &header).expect("memory does not fail");
    for line in &proposal.lines {
        let Line { record, rate, .. } = line;
        let counts = [line.wins, record.leads, record.won].map(|count| count.to_string());
        let parts = [rate.mean, line.now, line.earned].map(percent);
        let key = state.roster().rep(line.rep).key.as_str();
        let cells = [key, line.tier.word()].into_iter();
        let cells = cells.chain(counts.iter().chain(&parts).map(String::as_str));
        out.row(cells).expect("memory does not fail");
    }
    out.finish().expect("memory does not fail")
}

/// What the flow is to the team, and what granting would bring.
fn outlook(proposal: &Proposal) -> String {
    let (earned, other) = (proposal.supply.earned, proposal.supply.other);
    format!(
        "{} {} records a month are earned, {} dealt rateably; the team can work {}.\n\
         By the model, from n = {} ripe leads, granting would bring {} more wins than dealing \
         rateably.\n",
        proposal.advice(),
        tenths(earned),
        tenths(other),
        tenths(proposal.capacity),
        proposal.ripe(),
        percent(proposal.gain),
    )
}

/// A part in percent with one decimal, cut.
fn percent(part: Micro) -> String {
    format!("{}%", tenths(Micro(part.0.saturating_mul(100))))
}

/// An amount with one decimal, cut.
fn tenths(amount: Micro) -> String {
    Micro(amount.0 / 100_000 * 100_000).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_told_with_one_decimal() {
        for (part, told) in [
            (0, "0%"),
            (116_499, "11.6%"),
            (1_000_000, "100%"),
            (-1_234, "-0.1%"),
        ] {
            assert_eq!(percent(Micro(part)), told);
        }
    }
}
