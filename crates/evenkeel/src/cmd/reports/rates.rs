//! `evenkeel report rates`: close rates per rep from imported history, with intervals and traps.

use crate::cmd::advise::show::{exact, table};
use crate::cmd::failure::{EXIT_CODES, Exit, Failure};
use crate::cmd::reports::past::{Credit, Past, Which};
use crate::cmd::reports::show;
use crate::cmd::sheet::{Output, Sheet};
use evenkeel_core::ids::RepNo;
use evenkeel_core::measure::close_rate::RepRate;
use evenkeel_core::measure::figure::{Figure, Interval, percent};
use evenkeel_core::measure::past_rates::{Ends, PastRates};
use evenkeel_core::time::Span;
use serde_json::{Value, json};
use std::process::ExitCode;

/// Which history, and how to count.
#[derive(Debug, clap::Args)]
#[command(after_help = EXIT_CODES)]
pub struct Args {
    /// The history.
    #[command(flatten)]
    pub which: Which,
    /// Whose a deal counts as
    #[arg(long, value_name = "RULE", default_value = "outcome")]
    pub credit: Credit,
    /// Wins count when they come within so many days [default: the time within which 90 % of all
    /// wins come]
    #[arg(long, value_name = "DAYS", value_parser = clap::value_parser!(u32).range(1..=3_660))]
    pub within: Option<u32>,
    /// Also say each rep's figures in words
    #[arg(long)]
    pub sentences: bool,
    /// How to show it
    #[arg(long, value_name = "FORMAT", default_value = "table")]
    pub output: Output,
}

/// Reports.
///
/// *Refuses*: a store without history, and what cannot be known from it, with the reason.
pub fn run(args: &Args) -> Result<ExitCode, Failure> {
    let past = Past::read(&args.which)?;
    let within = args.within.map(|days| Span::days(i64::from(days)));
    let rates = PastRates::of(&past.deals, args.credit.rule(), past.as_of, within);
    let rates = rates.map_err(|unknown| Failure::new(Exit::Refused, unknown.sentence()))?;
    let name = |rep: RepNo| past.book.rep(rep);
    show::print(
        args.output,
        || text(args, &past, &rates, &name),
        || json(&past, &rates, &name),
        || csv(&rates, &name),
    )
}

/// One line for each rep; all of them are not comparable.
fn csv(rates: &PastRates, name: &dyn Fn(RepNo) -> String) -> Sheet {
    let mut sheet = Sheet::new(&[
        "rep",
        "comparable",
        "deals",
        "mature",
        "won",
        "lost",
        "disqualified",
        "open",
        "value_won",
        "rate",
        "rate_low",
        "rate_high",
        "rate_n",
        "drawn",
        "drawn_low",
        "drawn_high",
        "drawn_n",
        "decided",
        "decided_low",
        "decided_high",
        "decided_n",
    ]);
    for (rate, ends) in rates.rates.reps.iter().zip(&rates.ends) {
        let decided = ends.decided();
        let decided = (decided.trials > 0.0).then(|| decided.figure());
        let counts = [
            ends.deals,
            rate.counted.mature,
            ends.won,
            ends.lost,
            ends.disqualified,
            ends.open,
        ];
        let value = match ends.valued {
            0 => String::new(),
            _ => show::plain(exact(ends.value)),
        };
        let mut row = vec![name(rate.counted.rep), "no".to_owned()];
        row.extend(counts.iter().map(u64::to_string));
        row.push(value);
        row.extend(show::figure(Some(&rate.own)));
        row.extend(show::figure(Some(&rate.standing.rate)));
        row.extend(show::figure(decided.as_ref()));
        sheet.row(row);
    }
    sheet
}

fn text(args: &Args, past: &Past, rates: &PastRates, name: &dyn Fn(RepNo) -> String) -> String {
    let day = &past.as_of.to_string()[..10];
    let mut text = format!(
        "Close rates from imported history, as of {day}. A deal counts for {}.\n{}\nNot comparable: \
         nobody drew who got which deal, so a difference is no evidence about a rep.\n\n",
        rates.rule.words(),
        rates.rates.sentence()
    );
    let rows = rates.rates.reps.iter().zip(&rates.ends);
    let mut rows: Vec<_> = rows.map(|(rate, ends)| row(rate, ends, name)).collect();
    let nobody = rates.nobody;
    if nobody.deals > 0 {
        let mut row = vec!["(nobody)".to_owned()];
        row.extend(counts(&nobody));
        row.extend((0..6).map(|_| "–".to_owned()));
        rows.push(row);
    }
    let header = [
        "rep",
        "deals",
        "won",
        "lost",
        "disq.",
        "open",
        "value won",
        "close rate",
        "between",
        "drawn",
        "lowest?",
        "of decided",
        "between",
    ];
    text.push_str(&told(&header, rows));
    text.push_str(&format!(
        "\nClose rate: wins within {} of all deals, a young deal counting as the part of one that \
         its age allows; open or lost makes no difference. Between: 95 % interval. Drawn: towards \
         the team's, by how much reps differ at all. Lowest?: the chance of being it. Of \
         decided: won of won and lost, as most tools count.\n\n",
        rates.rates.horizon
    ));
    for sentence in sentences(args, past, rates, name) {
        text.push_str(&sentence);
        text.push('\n');
    }
    text
}

fn sentences(
    args: &Args,
    past: &Past,
    rates: &PastRates,
    name: &dyn Fn(RepNo) -> String,
) -> Vec<String> {
    let mut all = Vec::new();
    if args.sentences {
        let reps = rates.rates.reps.len();
        for rate in &rates.rates.reps {
            all.push(rate.sentence(&name(rate.counted.rep), reps));
        }
    }
    all.push(rates.look_sentence(name));
    all.extend(rates.quarters.sentence());
    all.extend(rates.quarters.pace_sentence());
    all.extend(rates.matter_sentences(name));
    if rates.retold > 0 {
        all.push(format!(
            "{} deals were decided more than once; the last time counts.",
            rates.retold
        ));
    }
    all.push(past.sources());
    all
}

fn counts(ends: &Ends) -> Vec<String> {
    let counts = [
        ends.deals,
        ends.won,
        ends.lost,
        ends.disqualified,
        ends.open,
    ];
    let mut row: Vec<String> = counts.iter().map(u64::to_string).collect();
    row.push(match ends.valued {
        0 => "–".to_owned(),
        _ => format!("{:.0}", exact(ends.value)),
    });
    row
}

fn row(rate: &RepRate, ends: &Ends, name: &dyn Fn(RepNo) -> String) -> Vec<String> {
    let mut row = vec![name(rate.counted.rep)];
    row.extend(counts(ends));
    row.push(percent(rate.own.value));
    row.push(span(&rate.own.interval));
    row.push(percent(rate.standing.rate.value));
    row.push(percent(rate.standing.worst));
    let decided = ends.decided();
    if decided.trials > 0.0 {
        row.push(percent(decided.rate()));
        row.push(span(&decided.wilson()));
    } else {
        row.extend(["–".to_owned(), "–".to_owned()]);
    }
    row
}

fn span(between: &Interval) -> String {
    format!("{} to {}", percent(between.low), percent(between.high))
}

/// The table without the columns that say nothing in any row.
fn told(header: &[&str], mut rows: Vec<Vec<String>>) -> String {
    let says = |column: usize| {
        let mut cells = rows.iter().map(|row| row[column].as_str());
        cells.any(|cell| !matches!(cell, "0" | "–"))
    };
    let keep: Vec<bool> = (0..header.len()).map(says).collect();
    let kept = |at: &usize| keep[*at];
    for row in &mut rows {
        let cells = std::mem::take(row).into_iter().enumerate();
        row.extend(cells.filter(|(at, _)| kept(at)).map(|(_, cell)| cell));
    }
    let header: Vec<&str> = (0..header.len())
        .filter(kept)
        .map(|at| header[at])
        .collect();
    table(&header, &rows)
}

fn figure(figure: &Figure) -> Value {
    json!({
        "value": figure.value, "low": figure.interval.low, "high": figure.interval.high,
        "n": figure.n,
    })
}

fn json(past: &Past, rates: &PastRates, name: &dyn Fn(RepNo) -> String) -> Value {
    let out = rates.look.standing_out();
    let reps = rates.rates.reps.iter().zip(&rates.ends).enumerate();
    let reps = reps.map(|(at, (rate, ends))| {
        json!({
            "rep": name(rate.counted.rep),
            "deals": ends.deals, "won": ends.won, "lost": ends.lost,
            "disqualified": ends.disqualified, "open": ends.open,
            "value_won": exact(ends.value), "valued": ends.valued,
            "own": figure(&rate.own), "drawn": figure(&rate.standing.rate),
            "lowest": rate.standing.worst, "highest": rate.standing.best,
            "decided": { "won": ends.won, "of": ends.won + ends.lost,
                "rate": ends.decided().rate(), "low": ends.decided().wilson().low,
                "high": ends.decided().wilson().high },
            "mature": rate.counted.mature, "stands_out": out.contains(&at),
        })
    });
    json!({
        "as_of": past.as_of.to_string(),
        "comparable": false,
        "credit": rates.rule.words(),
        "within_days": rates.rates.horizon.0 as f64 / 86_400_000.0,
        "team": figure(&rates.rates.team),
        "reps": reps.collect::<Vec<_>>(),
        "nobody": rates.nobody.deals,
        "seeming": rates.look.seeming().len(),
        "standing_out": out.len(),
        "quarter_ends": {
            "trap": rates.quarters.is_trap(),
            "months": rates.quarters.months.map(|month| figure(&month.figure())),
            "last_month_more": figure(&rates.quarters.last_month()),
            "sentence": rates.quarters.sentence(),
        },
        "credit_matters": rates.matter_sentences(name),
        "decided_more_than_once": rates.retold,
        "sources": past.sources_json(),
    })
}
