//! `evenkeel advise sizing`: how many accounts a rep needs for a stated chance of quota.

use crate::cmd::advise::show::{Answer, Output, exact, percent, senseless, table};
use crate::cmd::advise::store::{number_field, workspace};
use crate::cmd::failure::{EXIT_CODES, Failure};
use evenkeel_core::measure::history::History;
use evenkeel_core::measure::market::Coverage;
use evenkeel_core::measure::sizing::{Conversion, Deals, Need};
use evenkeel_core::time::Span;
use serde_json::json;
use std::path::PathBuf;
use std::process::ExitCode;

/// What is planned.
#[derive(Debug, clap::Args)]
#[command(after_help = EXIT_CODES)]
pub struct Args {
    /// The quota of one rep for the period
    #[arg(long, value_name = "AMOUNT")]
    pub quota: f64,
    /// Chance of reaching it that is asked for, 0.5 to 0.99
    #[arg(long, value_name = "PART", default_value = "0.8")]
    pub chance: f64,
    /// Part of accounts that close, taken for known
    #[arg(long, value_name = "PART", conflicts_with_all = ["won", "data"])]
    pub conversion: Option<f64>,
    /// Accounts that closed, of those worked (--of)
    #[arg(long, value_name = "COUNT", requires = "of", conflicts_with = "data")]
    pub won: Option<u64>,
    /// Accounts that were worked
    #[arg(long, value_name = "COUNT", requires = "won")]
    pub of: Option<u64>,
    /// Mean deal
    #[arg(long, value_name = "AMOUNT", required_unless_present = "data")]
    pub deal: Option<f64>,
    /// Standard deviation of deals over their mean
    #[arg(long, value_name = "PART", required_unless_present = "data")]
    pub spread: Option<f64>,
    /// Take conversion and deals from the history of a store
    #[arg(long, value_name = "FILE", requires = "value")]
    pub data: Option<PathBuf>,
    /// With --data: the number field that tells what a deal is worth
    #[arg(long, value_name = "FIELD")]
    pub value: Option<String>,
    /// With --data: a reason of closing that is a win; may be given again
    #[arg(long, value_name = "REASON", default_value = "won")]
    pub win: Vec<String>,
    /// With --data: days until an outcome counts
    #[arg(
        long,
        value_name = "DAYS",
        default_value_t = 60,
        value_parser = clap::value_parser!(u32).range(1..=731)
    )]
    pub matures: u32,
    /// Reps with such a quota, for the coverage of the market
    #[arg(long, value_name = "COUNT", requires = "market")]
    pub reps: Option<u64>,
    /// Accounts in the market
    #[arg(long, value_name = "COUNT", requires = "reps")]
    pub market: Option<u64>,
    /// How to show it
    #[arg(long, value_name = "FORMAT", default_value = "table")]
    pub output: Output,
}

/// Answers.
///
/// *Refuses*, in order: a store or field that is not there, figures that make no plan.
pub fn run(args: &Args) -> Result<ExitCode, Failure> {
    if !(args.quota > 0.0 && args.quota.is_finite()) {
        return Err(senseless("--quota must be above 0"));
    }
    if !(0.5..=0.99).contains(&args.chance) {
        return Err(senseless("--chance lies between 0.5 and 0.99"));
    }
    let (conversion, mean, cv) = known(args)?;
    let deals = Deals::new(conversion, mean, cv).map_err(senseless)?;
    let need = deals.need(args.quota, args.chance);
    answer(args, (conversion, mean, cv), &deals, &need).print(args.output)
}

/// Conversion, mean deal and spread, as given or as the store has them; what is given beats it.
fn known(args: &Args) -> Result<(Conversion, f64, f64), Failure> {
    let Some(path) = &args.data else {
        let conversion = match (args.conversion, args.won, args.of) {
            (Some(part), ..) => Conversion::Known(part),
            (None, Some(won), Some(of)) => Conversion::Seen { won, of },
            _ => return Err(senseless("Say --conversion, or --won and --of, or --data")),
        };
        return Ok((
            conversion,
            args.deal.unwrap_or_default(),
            args.spread.unwrap_or_default(),
        ));
    };
    let (state, now) = workspace(path)?;
    let name = args.value.as_deref().unwrap_or_default();
    let field = number_field(&state, "--value", name)?;
    let ripe = (Span::days(i64::from(args.matures)), &args.win[..]);
    let history = History::of(&state, now, ripe, Some(field));
    if history.of == 0 {
        return Err(
            senseless("No turn in the store is old enough for an outcome")
                .hint("Say a shorter --matures, or the figures themselves"),
        );
    }
    let mean = args.deal.unwrap_or(history.mean);
    Ok((
        history.conversion(),
        mean,
        args.spread.unwrap_or(history.cv),
    ))
}

fn answer(
    args: &Args,
    (conversion, mean, cv): (Conversion, f64, f64),
    deals: &Deals,
    need: &Need,
) -> Answer {
    let based = match conversion {
        Conversion::Known(part) => format!("{} of accounts close, taken for known", percent(part)),
        Conversion::Seen { won, of } => format!("{won} of {of} accounts closed"),
    };
    let mut text = format!(
        "For a quota of {}: {based}; deals of {mean:.0} on average, spread {cv:.2} of that.\n\n",
        args.quota
    );
    let row = |what: &str, accounts: Option<u64>, chance: Option<f64>| {
        let accounts = accounts.map_or("–".to_owned(), |accounts| accounts.to_string());
        vec![
            what.to_owned(),
            accounts,
            chance.map_or("–".to_owned(), percent),
        ]
    };
    let asked = format!("for {}", percent(args.chance));
    let rows = vec![
        row("plain division", Some(need.plain), Some(need.plain_chance)),
        row(&asked, need.accounts, need.chance),
    ];
    text.push_str(&table(&["", "accounts", "chance of quota"], &rows));
    if need.accounts.is_none() {
        text.push_str("\nNo number gives that chance on so little history: collect more of it.\n");
    }
    let coverage = coverage(args, need);
    if let Some((_, words)) = &coverage {
        text.push_str(words);
    }
    let (won, of) = match conversion {
        Conversion::Known(_) => (None, None),
        Conversion::Seen { won, of } => (Some(won), Some(of)),
    };
    let json = json!({
        "quota": args.quota,
        "conversion": { "used": deals.conversion(), "won": won, "of": of },
        "deal": { "mean": mean, "spread": cv },
        "plain": { "accounts": need.plain, "chance": need.plain_chance },
        "asked": { "chance": args.chance, "accounts": need.accounts, "chance_exact": need.chance },
        "coverage": coverage.map(|(part, _)| part),
    });
    Answer { text, json }
}

/// What the books of all reps would cover, and in words.
fn coverage(args: &Args, need: &Need) -> Option<(f64, String)> {
    let (reps, market) = (args.reps?, args.market?);
    let booked = need.accounts?.saturating_mul(reps);
    let coverage = Coverage { booked, market };
    let part = coverage.part()?;
    let part = exact(part);
    let rest = coverage.rest(Span::days(30))?;
    let words = match market < booked {
        true => format!(
            "\n{reps} reps need {booked} accounts, and the market has {market}: not enough for all \
             of them.\n"
        ),
        false => format!(
            "\n{reps} reps work {} of the market at a time; after 30 days in a book an account \
             rests {rest}.\n",
            percent(part)
        ),
    };
    Some((part, words))
}
