//! The planner, measured: time, memory, and how far a plan can be from the best.
//!
//! - `cargo bench -p evenkeel-core --bench plan` plans every instance below;
//! - `… -- 10000 100 balanced` plans one;
//! - `… -- export FOLDER 10000 100 balanced` writes an instance for other solvers, and our plan;
//! - `… -- judge FOLDER 10000 100 balanced NAME` checks the plan that another solver left there.
//!
//! Every plan, ours or another's, is judged by the core's independent checker. How the others are
//! run stands in `crates/evenkeel-core/benches/peers/plan.py`.

// A bench reads its arguments, and writes instances for other solvers.
#![allow(clippy::disallowed_methods)]

mod files;
mod world;

use evenkeel_core::plan::check::check;
use evenkeel_core::plan::instance::Instance;
use evenkeel_core::plan::solve::{Plan, solve};
use std::time::Instant;

const ALL: [(usize, usize, &str); 6] = [
    (10_000, 100, "separable"),
    (100_000, 500, "separable"),
    (1_000_000, 1_000, "separable"),
    (10_000, 100, "balanced"),
    (100_000, 500, "balanced"),
    (1_000_000, 1_000, "balanced"),
];

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let args: Vec<&str> = args
        .iter()
        .map(String::as_str)
        .filter(|arg| *arg != "--bench")
        .collect();
    let number = |text: &str| text.parse::<usize>().expect("a whole number");
    match args[..] {
        [] => {
            head();
            ALL.iter()
                .for_each(|(accounts, reps, kind)| drop(line(*accounts, *reps, kind)));
        }
        [accounts, reps, kind] => {
            head();
            line(number(accounts), number(reps), kind);
        }
        ["export", folder, accounts, reps, kind] => {
            head();
            let (instance, plan) = line(number(accounts), number(reps), kind);
            files::write(folder.as_ref(), &instance, &plan);
        }
        ["judge", folder, accounts, reps, kind, name] => {
            let instance = world::instance(number(accounts), number(reps), kind == "balanced");
            let to = files::read(folder.as_ref(), name, instance.accounts.len());
            match check(&instance, &to) {
                Ok(tally) => println!("{name}: {}", points(tally.objective)),
                Err(wrong) => println!("{name}: no plan ({wrong:?})"),
            }
        }
        _ => panic!("see the head of this file for what can be asked"),
    }
}

fn head() {
    println!(
        "{:>10} {:>6} {:>10} {:>10} {:>16} {:>16} {:>8} {:>8} {:>9} {:>9}",
        "accounts",
        "reps",
        "kind",
        "pairs",
        "objective",
        "bound",
        "gap %",
        "moved",
        "seconds",
        "MB"
    );
}

/// Plans one instance and prints its line.
fn line(accounts: usize, reps: usize, kind: &str) -> (Instance, Plan) {
    let instance = world::instance(accounts, reps, kind == "balanced");
    let begun = Instant::now();
    let plan = solve(&instance, |_| ()).expect("a sound instance");
    let seconds = begun.elapsed().as_secs_f64();
    let tally = check(&instance, &plan.to).expect("a plan");
    assert_eq!(tally.objective, plan.objective);
    assert_eq!((tally.unplaced, tally.crossed.len()), (0, 0));
    let gap = (plan.objective - plan.bound) as f64 / plan.bound as f64 * 100.0;
    println!(
        "{accounts:>10} {reps:>6} {kind:>10} {:>10} {:>16} {:>16} {gap:>8.4} {:>8} {seconds:>9.2} {:>9}",
        instance.circles.pairs(),
        points(plan.objective),
        points(plan.bound),
        tally.moved,
        memory().map_or("-".into(), |kb| (kb / 1024).to_string()),
    );
    (instance, plan)
}

/// Points with three decimals, cut.
fn points(pico: i128) -> String {
    let milli = pico / 1_000_000_000;
    format!("{}.{:03}", milli / 1_000, milli % 1_000)
}

/// The most memory this process has held, the instance included, where the system tells.
fn memory() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    line.split_whitespace().nth(1)?.parse().ok()
}
