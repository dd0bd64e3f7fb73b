//! Intake, measured: durable decisions through the door, and the whole way over HTTP.
//!
//! `cargo bench -p evenkeel --bench intake`. Two comparisons, each side by side in one run:
//! submitters at once against one commit per decision, on the same store settings; and intake over
//! HTTP to a durable verdict against a bare handler that parses and answers the same JSON, in
//! alternating rounds. The load comes from this process, each server is a process of its own.
//! Figures of another machine differ; the ratios are what to look at.

mod load;
mod ring;
mod served;

use load::{Form, Round};
use std::env;
use std::time::Duration;

/// As in the binary; the bare handler has it too.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Rounds of each measurement; medians are told.
const ROUNDS: usize = 3;

fn main() {
    let role = env::var("EVENKEEL_BENCH_ROLE");
    match role.as_deref() {
        Ok("bare") => served::bare(),
        Ok("keel") => served::keel(),
        _ => measure(),
    }
}

/// `cargo bench … -- quick` for a look, `-- http` or `-- door` for one half, `busiest` for
/// 256 connections only; what is published is the full run.
fn measure() {
    let said = |word: &str| env::args().any(|arg| arg == word);
    let span = Duration::from_millis(if said("quick") { 700 } else { 4_000 });
    if !said("http") {
        println!("# Durable decisions\n");
        durable(span);
    }
    if !said("door") {
        println!("\n# HTTP intake\n");
        http(span);
    }
}

fn durable(span: Duration) {
    let bench = ring::Ring::new();
    let (mut alone, mut together) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        alone.push(ring::one_commit_each(span));
        together.push(bench.submitters(256, span));
    }
    let alone = median(alone);
    println!("| way | decisions/s | against one commit each | p50 | p99 |");
    println!("| --- | --- | --- | --- | --- |");
    told("one commit per decision", &alone, &alone);
    told("256 submitters", &median(together), &alone);
    for submitters in [1, 16, 64] {
        told(
            &format!("{submitters} submitters"),
            &bench.submitters(submitters, span),
            &alone,
        );
    }
}

fn http(span: Duration) {
    let (bare, keel) = (served::Child::start("bare"), served::Child::start("keel"));
    println!("| connections | bare/s | p50 | p99 | durable/s | p50 | p99 | of bare |");
    println!("| --- | --- | --- | --- | --- | --- | --- | --- |");
    let busiest = env::args().any(|arg| arg == "busiest");
    for connections in [1, 16, 64, 256]
        .into_iter()
        .skip(if busiest { 3 } else { 0 })
    {
        let row = side_by_side([&bare, &keel], connections, Form::Public, span);
        println!("| {connections} | {row}");
    }
    let row = side_by_side([&bare, &keel], 256, Form::Personal, span);
    println!("| 256, personal data | {row}");
    println!("\n{}", keel.figures());
}

/// Alternating rounds, medians of each side, and the median of the ratios.
fn side_by_side(
    [bare, keel]: [&served::Child; 2],
    connections: usize,
    form: Form,
    span: Duration,
) -> String {
    let load = |child: &served::Child, span| load::run(child.address, connections, form, span);
    load(bare, span / 8);
    load(keel, span / 8);
    let pairs: Vec<(Round, Round)> = (0..ROUNDS)
        .map(|_| (load(bare, span), load(keel, span)))
        .collect();
    let ratios = pairs.iter().map(|(plain, ours)| ours.rate() / plain.rate());
    let mut ratios: Vec<f64> = ratios.collect();
    ratios.sort_by(f64::total_cmp);
    let (plain, ours) = pairs.into_iter().unzip();
    let (plain, ours) = (median(plain), median(ours));
    format!(
        "{:.0} | {} | {} | {:.0} | {} | {} | {:.0} % |",
        plain.rate(),
        millis(plain.p50),
        millis(plain.p99),
        ours.rate(),
        millis(ours.p50),
        millis(ours.p99),
        ratios[ratios.len() / 2] * 100.0,
    )
}

fn told(way: &str, round: &Round, alone: &Round) {
    println!(
        "| {way} | {:.0} | {:.1} | {} | {} |",
        round.rate(),
        round.rate() / alone.rate(),
        millis(round.p50),
        millis(round.p99),
    );
}

fn median(mut rounds: Vec<Round>) -> Round {
    rounds.sort_by(|a, b| a.rate().total_cmp(&b.rate()));
    rounds.swap_remove(rounds.len() / 2)
}

fn millis(span: Duration) -> String {
    format!("{:.2} ms", span.as_secs_f64() * 1_000.0)
}
