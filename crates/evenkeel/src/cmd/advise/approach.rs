//! `evenkeel advise approach`: named accounts, a queue or a mix, with reasons.

use crate::cmd::advise::show::{Answer, Output, amount, part, table};
use crate::cmd::advise::store::workspace;
use crate::cmd::failure::{EXIT_CODES, Failure};
use clap::ValueEnum;
use evenkeel_core::measure::approach::{
    Advice, Approach, Figures, Inputs, Question, Reason, Way, advise, inbound,
};
use evenkeel_core::people::rep::Status;
use evenkeel_core::units::Micro;
use serde_json::json;
use std::path::PathBuf;
use std::process::ExitCode;

/// What is known; whatever is left out is answered by figures, or not counted.
#[derive(Debug, clap::Args)]
#[command(after_help = EXIT_CODES)]
pub struct Args {
    /// Many reps?
    #[arg(long, value_name = "ANSWER")]
    pub many_reps: Option<Answered>,
    /// Strictly defined territories?
    #[arg(long, value_name = "ANSWER")]
    pub strict_territories: Option<Answered>,
    /// A large market for the accounts that all reps need?
    #[arg(long, value_name = "ANSWER")]
    pub large_market: Option<Answered>,
    /// Sure how many accounts a quota takes?
    #[arg(long, value_name = "ANSWER")]
    pub sure_of_need: Option<Answered>,
    /// Somebody in RevOps who can keep named books?
    #[arg(long, value_name = "ANSWER")]
    pub revops: Option<Answered>,
    /// Reps who close
    #[arg(long, value_name = "COUNT")]
    pub reps: Option<u64>,
    /// Accounts in the market
    #[arg(long, value_name = "COUNT")]
    pub market: Option<u64>,
    /// Accounts one rep needs, as `advise sizing` says
    #[arg(long, value_name = "COUNT")]
    pub needed: Option<u64>,
    /// Wins behind that number
    #[arg(long, value_name = "COUNT")]
    pub wins: Option<u64>,
    /// Take reps and territories from a store
    #[arg(long, value_name = "FILE")]
    pub data: Option<PathBuf>,
    /// Inbound leads over what the team can work: says whether to have them earned
    #[arg(long, value_name = "PART", value_parser = load)]
    pub inbound_load: Option<Micro>,
    /// Contract value a year of inbound records
    #[arg(long, value_name = "AMOUNT", value_parser = amount, requires = "inbound_load")]
    pub acv: Option<Micro>,
    /// How to show it
    #[arg(long, value_name = "FORMAT", default_value = "table")]
    pub output: Output,
}

/// Yes or no.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Answered {
    /// Yes.
    Yes,
    /// No.
    No,
}

/// Leads over capacity: up to ten times.
fn load(text: &str) -> Result<Micro, String> {
    match part(text) {
        Ok(part) => Ok(part),
        Err(_) => amount(text),
    }
}

/// Answers.
pub fn run(args: &Args) -> Result<ExitCode, Failure> {
    let yes = |answered: Option<Answered>| answered.map(|answered| answered == Answered::Yes);
    let inputs = Inputs {
        reps_many: yes(args.many_reps),
        territories_strict: yes(args.strict_territories),
        market_large: yes(args.large_market),
        confident: yes(args.sure_of_need),
        revops: yes(args.revops),
    };
    let mut figures = Figures {
        reps: args.reps,
        territories: None,
        market: args.market,
        needed: args.needed,
        wins: args.wins,
    };
    if let Some(path) = &args.data {
        let (state, _) = workspace(path)?;
        let here = state.roster().iter();
        let here = here.filter(|(_, rep)| rep.profile.status != Status::Left);
        figures.reps = figures.reps.or(Some(here.count() as u64));
        let territories = state.policy().map(|policy| &policy.document().territories);
        figures.territories = territories.map(|one| one.as_ref().is_some_and(|one| one.on));
    }
    let approach = advise(inputs, figures);
    let earned = args.inbound_load.map(|load| inbound(args.acv, load));
    answer(&approach, earned).print(args.output)
}

fn answer(approach: &Approach, earned: Option<String>) -> Answer {
    let (named, queue) = approach.votes;
    let mut text = format!(
        "{}\n{named} of the answers speak for named accounts, {queue} for a queue.\n\n",
        approach.advice.sentence()
    );
    let row = |reason: &Reason| {
        let way = reason.speaks_for.map_or("–", word);
        vec![
            format!("{}: {}", question(reason.question), reason.because),
            way.to_owned(),
        ]
    };
    let rows: Vec<Vec<String>> = approach.reasons.iter().map(row).collect();
    text.push_str(&table(&["answer", "speaks for"], &rows));
    for way in [Way::Named, Way::Queue] {
        let (pros, cons) = way.pros_and_cons();
        text.push_str(&format!("\n{}\n", title(way)));
        let pros = pros.iter().map(|line| format!("  + {line}\n"));
        text.extend(pros.chain(cons.iter().map(|line| format!("  - {line}\n"))));
    }
    if let Some(earned) = &earned {
        text.push_str(&format!("\nInbound: {earned}\n"));
    }
    let reasons: Vec<_> = approach
        .reasons
        .iter()
        .map(|reason| {
            json!({
                "question": question(reason.question),
                "speaks_for": reason.speaks_for.map(word),
                "because": reason.because,
            })
        })
        .collect();
    let ways = [Way::Named, Way::Queue].map(|way| {
        let (pros, cons) = way.pros_and_cons();
        json!({ "way": word(way), "for": pros, "against": cons })
    });
    let json = json!({
        "advice": match approach.advice {
            Advice::One(way) => word(way),
            Advice::Mix => "mix",
            Advice::Open => "open",
        },
        "sentence": approach.advice.sentence(),
        "votes": { "named": named, "queue": queue },
        "reasons": reasons,
        "ways": ways,
        "inbound": earned,
    });
    Answer { text, json }
}

fn word(way: Way) -> &'static str {
    match way {
        Way::Named => "named",
        Way::Queue => "queue",
    }
}

fn title(way: Way) -> &'static str {
    match way {
        Way::Named => "Named accounts",
        Way::Queue => "Queue",
    }
}

fn question(question: Question) -> &'static str {
    match question {
        Question::Reps => "reps",
        Question::Territories => "territories",
        Question::Market => "market",
        Question::Confidence => "accounts for quota",
        Question::RevOps => "RevOps",
    }
}
