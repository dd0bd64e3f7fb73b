//! Intake, measured: durable decisions through the door, and the whole way over HTTP.
//!
//! `cargo bench -p evenkeel --bench intake`. Two comparisons, each side by side in one run:
//! submitters at once who share commits against the same with a commit each; and intake over
//! HTTP to a durable verdict against a bare handler that parses and answers the same JSON. The two
//! sides alternate in short rounds, and what is told is the median of the rounds' ratios, so that
//! whatever else the machine does falls on both alike. The load comes from this process, each
//! server is a process of its own. Figures of another machine differ; the ratios are what to look
//! at.

mod load;
mod ring;
mod served;
mod spent;

use evenkeel::host::workspace::ORDERS_MAX;
use load::{Form, Round};
use std::env;
use std::time::Duration;

/// As in the binary; the bare handler has it too.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    let role = env::var("EVENKEEL_BENCH_ROLE");
    match role.as_deref() {
        Ok("bare") => served::bare(),
        Ok("keel") => served::keel(),
        _ => measure(),
    }
}

/// How long a round lasts, and how many pairs of rounds there are.
#[derive(Clone, Copy)]
struct Pace {
    span: Duration,
    pairs: usize,
}

fn said(word: &str) -> bool {
    env::args().any(|arg| arg == word)
}

/// `cargo bench … -- quick` for a look, `-- http` or `-- door` for one half, `busiest` for 256
/// at once only; what is published is the full run.
fn measure() {
    let (span, pairs) = if said("quick") { (700, 3) } else { (1_500, 9) };
    let span = Duration::from_millis(span);
    let pace = Pace { span, pairs };
    if !said("http") {
        println!("# Durable decisions\n");
        durable(pace);
    }
    if !said("door") {
        println!("\n# HTTP intake\n");
        http(pace);
    }
}

/// How many at once.
fn crowds() -> &'static [usize] {
    if said("busiest") {
        &[256]
    } else {
        &[1, 16, 64, 256]
    }
}

/// The same door with one order a commit and with as many as have come; then against decisions on
/// one thread, each with a commit of its own and nothing in between, not even a door.
fn durable(pace: Pace) {
    let (each, shared) = (ring::Ring::new(1), ring::Ring::new(ORDERS_MAX));
    println!("| submitters | one commit each/s | p50 | shared/s | p50 | p99 | ratio | from to |");
    println!("| --- | --- | --- | --- | --- | --- | --- | --- |");
    let row = |submitters: &str, pairs: &Pairs| {
        let [alone, together] = pairs.sides();
        println!(
            "| {submitters} | {:.0} | {} | {:.0} | {} | {} | {:.1} | {} |",
            rate(&alone),
            quantile(&alone, 50),
            rate(&together),
            quantile(&together, 50),
            quantile(&together, 99),
            median(pairs.ratios()),
            ends(pairs.ratios(), 1.0),
        );
    };
    for submitters in crowds() {
        let load = |ring: &ring::Ring, span| ring.submitters(*submitters, span);
        let pairs = alternate(pace, |span| load(&each, span), |span| load(&shared, span));
        row(&submitters.to_string(), &pairs);
    }
    let pairs = alternate(pace, ring::one_commit_each, |span| {
        shared.submitters(256, span)
    });
    row("256, against one thread without a door", &pairs);
}

fn http(pace: Pace) {
    let keel = served::Child::start("keel");
    let bare = served::Child::start("bare").asked_like(&keel);
    println!(
        "| connections | bare/s | p50 | p99 | durable/s | p50 | p99 | of bare | from to | \
         µs a request: bare, durable, client of each |"
    );
    println!("| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |");
    let forms = [(Form::Public, ""), (Form::Personal, ", personal data")];
    for (form, told) in forms {
        let crowds = match form {
            Form::Public => crowds(),
            Form::Personal => &[256],
        };
        for connections in crowds {
            let load =
                |child: &served::Child, span| load::run(child.target(), *connections, form, span);
            let pairs = alternate(pace, |span| load(&bare, span), |span| load(&keel, span));
            let [plain, ours] = pairs.sides();
            println!(
                "| {connections}{told} | {:.0} | {} | {} | {:.0} | {} | {} | {:.0} % | {} | {} |",
                rate(&plain),
                quantile(&plain, 50),
                quantile(&plain, 99),
                rate(&ours),
                quantile(&ours, 50),
                quantile(&ours, 99),
                median(pairs.ratios()) * 100.0,
                ends(pairs.ratios(), 100.0),
                costs(&plain, &ours),
            );
        }
    }
    println!("\n{}", keel.figures());
}

/// Rounds of both sides, in the order in which they were run.
struct Pairs(Vec<[Round; 2]>);

/// One short round of each to warm up, then pairs of rounds, one side after the other.
fn alternate(
    pace: Pace,
    plain: impl Fn(Duration) -> Round,
    ours: impl Fn(Duration) -> Round,
) -> Pairs {
    plain(pace.span / 4);
    ours(pace.span / 4);
    let rounds = (0..pace.pairs).map(|_| [plain(pace.span), ours(pace.span)]);
    Pairs(rounds.collect())
}

impl Pairs {
    fn sides(&self) -> [Vec<&Round>; 2] {
        [0, 1].map(|side| self.0.iter().map(|pair| &pair[side]).collect())
    }

    /// Ours against the plain one, pair by pair.
    fn ratios(&self) -> Vec<f64> {
        let ratios = self
            .0
            .iter()
            .map(|[plain, ours]| ours.rate() / plain.rate());
        ratios.collect()
    }
}

fn rate(rounds: &[&Round]) -> f64 {
    median(rounds.iter().map(|round| round.rate()).collect())
}

/// Of all rounds together.
fn quantile(rounds: &[&Round], percent: usize) -> String {
    let spans = rounds.iter().flat_map(|round| &round.spans);
    let mut spans: Vec<Duration> = spans.copied().collect();
    spans.sort_unstable();
    let span = spans[(spans.len() - 1) * percent / 100];
    format!("{:.2} ms", span.as_secs_f64() * 1_000.0)
}

/// Processor time a request: of the bare server, of ours, of the client of each.
fn costs(plain: &[&Round], ours: &[&Round]) -> String {
    let each = |rounds: &[&Round], of: fn(&Round) -> Duration| {
        let total: Duration = rounds.iter().map(|round| of(round)).sum();
        let count: usize = rounds.iter().map(|round| round.spans.len()).sum();
        format!("{:.1}", total.as_secs_f64() * 1e6 / count as f64)
    };
    let (server, client) = (
        |round: &Round| round.server.0,
        |round: &Round| round.client.0,
    );
    format!(
        "{}, {}, {} {}",
        each(plain, server),
        each(ours, server),
        each(plain, client),
        each(ours, client),
    )
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

/// The least and the most of them.
fn ends(mut values: Vec<f64>, times: f64) -> String {
    values.sort_by(f64::total_cmp);
    let (least, most) = (values[0] * times, values[values.len() - 1] * times);
    format!("{least:.1} to {most:.1}")
}
