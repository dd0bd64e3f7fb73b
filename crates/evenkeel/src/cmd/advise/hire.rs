//! `evenkeel advise hire`: what one rep more would win, with the leads there are.

use crate::cmd::advise::show::{Answer, Output, amount, exact, part, senseless, table, tenths};
use crate::cmd::advise::store::{Cells, rows, workspace};
use crate::cmd::failure::{EXIT_CODES, Exit, Failure};
use crate::host::hire::twice;
use crate::host::hiring;
use evenkeel_core::measure::hire::{Hire, MONTHS_MAX, Ramped, Seat, Worth, worth};
use evenkeel_core::measure::hire_deal::{LEADS_MAX, Play, Played, play};
use evenkeel_core::rehearsal::Base;
use evenkeel_core::time::Span;
use evenkeel_core::units::Micro;
use serde_json::json;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Key of the made-up rep.
const NEWCOMER: &str = "new-hire";

/// The team, the leads and who may be hired.
#[derive(Debug, clap::Args)]
#[command(after_help = EXIT_CODES)]
pub struct Args {
    /// The team: CSV or NDJSON with rep, rate (part of leads won) and capacity (leads a month)
    #[arg(long, value_name = "FILE")]
    pub team: PathBuf,
    /// Leads a month
    #[arg(long, value_name = "COUNT")]
    pub leads: u32,
    /// Close rate of the hire once ramped [default: the team's average]
    #[arg(long, value_name = "PART", value_parser = part)]
    pub rate: Option<Micro>,
    /// Leads a month the hire works well once ramped [default: the team's average]
    #[arg(long, value_name = "COUNT", value_parser = amount)]
    pub capacity: Option<Micro>,
    /// Part of the close rate to begin with
    #[arg(long, value_name = "PART", default_value = "0.5", value_parser = part)]
    pub rate_begins: Micro,
    /// Part of the capacity to begin with
    #[arg(long, value_name = "PART", default_value = "0.3", value_parser = part)]
    pub capacity_begins: Micro,
    /// Months until ramped
    #[arg(
        long,
        value_name = "MONTHS",
        default_value_t = 12,
        value_parser = clap::value_parser!(u32).range(1..=36)
    )]
    pub ramp: u32,
    /// Months looked at
    #[arg(
        long,
        value_name = "MONTHS",
        default_value_t = 12,
        value_parser = clap::value_parser!(u32).range(1..=60)
    )]
    pub months: u32,
    /// Mean deal, to tell wins as revenue
    #[arg(long, value_name = "AMOUNT", value_parser = amount)]
    pub deal: Option<Micro>,
    /// Play the year with the policy, reps and newest records of a store too
    #[arg(long, value_name = "FILE", requires = "like")]
    pub data: Option<PathBuf>,
    /// With --data: the rep whose fields the hire would have
    #[arg(long, value_name = "REP", requires = "data")]
    pub like: Option<String>,
    /// With --data: days a lead stays open
    #[arg(
        long,
        value_name = "DAYS",
        default_value_t = 30,
        value_parser = clap::value_parser!(u32).range(1..=366)
    )]
    pub stays: u32,
    /// How to show it
    #[arg(long, value_name = "FORMAT", default_value = "table")]
    pub output: Output,
}

/// Answers.
///
/// *Refuses*, in order: a team that cannot be read, is empty or names a rep twice, too many leads,
/// a store, policy or rep that is not there.
pub fn run(args: &Args) -> Result<ExitCode, Failure> {
    let team = rows(&args.team, &["rep", "rate", "capacity"], seat)?;
    if team.is_empty() {
        return Err(senseless("The team has nobody in it"));
    }
    if let Some(twice) = twice(&team) {
        return Err(senseless(format!("The team names {twice:?} twice")));
    }
    if args.leads as usize * args.months as usize > LEADS_MAX {
        let message = format!("More than {LEADS_MAX} leads in all: look at fewer months");
        return Err(senseless(message));
    }
    let seats: Vec<Seat> = team.iter().map(|(_, seat)| *seat).collect();
    let average = |of: &dyn Fn(&Seat) -> Micro| {
        let sum: Micro = seats.iter().map(of).sum();
        Micro(sum.0 / seats.len() as i64)
    };
    let begins = Ramped {
        rate: args.rate_begins,
        capacity: args.capacity_begins,
    };
    let seat = Seat {
        rate: args.rate.unwrap_or_else(|| average(&|seat| seat.rate)),
        capacity: args
            .capacity
            .unwrap_or_else(|| average(&|seat| seat.capacity)),
    };
    let look = (args.months as usize).min(MONTHS_MAX);
    let hire = Hire::ramping(seat, begins, args.ramp, look);
    let worth = worth(&seats, &hire, Micro::whole(i64::from(args.leads)));
    let played = match (&args.data, &args.like) {
        (Some(data), Some(like)) => Some(real(args, (data, like), team, &hire)?),
        _ => None,
    };
    answer(args, &worth, played.as_ref()).print(args.output)
}

/// One line of the team.
fn seat(cells: &Cells<'_>) -> Result<(String, Seat), Box<evenkeel_connect::bad::Bad>> {
    let seat = Seat {
        rate: cells.part("rate")?,
        capacity: cells.number("capacity")?,
    };
    Ok((cells.text("rep"), seat))
}

/// The year as the policy of a store would deal it.
fn real(
    args: &Args,
    (data, like): (&Path, &str),
    team: Vec<(String, Seat)>,
    hire: &Hire,
) -> Result<Played, Failure> {
    let (state, now) = workspace(data)?;
    let profile = hiring::newcomer(&state, like, now)
        .ok_or_else(|| Failure::new(Exit::NotFound, format!("--like: there is no rep {like:?}")))?;
    let leads = hiring::leads(&state);
    let seats: BTreeMap<String, Seat> = team.into_iter().collect();
    Ok(play(&Play {
        base: &Base::of(&state),
        seats: &seats,
        hire: (NEWCOMER, &profile, hire),
        leads: &leads,
        monthly: args.leads as usize,
        stays: Span::days(i64::from(args.stays)),
        from: now,
    })?)
}

fn answer(args: &Args, worth: &Worth, played: Option<&Played>) -> Answer {
    let mut text = format!("{}\n\n", worth.sentence());
    let mut rows = vec![
        vec!["ramp times capacity".to_owned(), tenths(worth.naive)],
        vec![
            "leads shared out as well as can be".to_owned(),
            tenths(worth.more),
        ],
    ];
    let real = played.map(|played| played.with.wins - played.without.wins);
    rows.extend(real.map(|real| vec!["by the policy of the store".to_owned(), tenths(real)]));
    let months = args.months;
    let mut header = vec![String::new(), format!("wins more in {months} months")];
    if let Some(deal) = args.deal {
        header.push("revenue".to_owned());
        let wins = [Some(worth.naive), Some(worth.more), real];
        for (row, wins) in rows.iter_mut().zip(wins.into_iter().flatten()) {
            row.push(format!("{:.0}", exact(wins) * exact(deal)));
        }
    }
    let header: Vec<&str> = header.iter().map(String::as_str).collect();
    text.push_str(&table(&header, &rows));
    if let Some(played) = played {
        text.push_str(&real_words(played));
    }
    text.push_str(
        "\nA forecast by a model: what a rep gets beyond capacity is followed up less and less. \
         Rates and capacities are taken as given.\n",
    );
    let json = json!({
        "leads": args.leads,
        "months": months,
        "load": exact(worth.load),
        "naive": exact(worth.naive),
        "best": exact(worth.more),
        "monthly": worth.monthly.iter().map(|wins| exact(*wins)).collect::<Vec<f64>>(),
        "sentence": worth.sentence(),
        "policy": played.map(|played| json!({
            "wins": exact(played.with.wins - played.without.wins),
            "pools": played.pools,
            "nobody_without": played.without.nobody,
            "nobody_with": played.with.nobody,
            "dealt_to_hire": played.with.dealt.get(NEWCOMER),
        })),
    });
    Answer { text, json }
}

fn real_words(played: &Played) -> String {
    if played.pools == 0 {
        return "\nBy the policy such a rep belongs to no pool and gets nothing: choose another \
                --like, or look at who the pools are for.\n"
            .to_owned();
    }
    let got: u64 = played.with.dealt.get(NEWCOMER).into_iter().flatten().sum();
    let pools = match played.pools {
        1 => "one pool".to_owned(),
        count => format!("{count} pools"),
    };
    format!(
        "\nBy the policy the hire belongs to {pools} and gets {got} leads; nobody gets {} of them, \
         and {} without the hire.\n",
        played.with.nobody, played.without.nobody
    )
}
