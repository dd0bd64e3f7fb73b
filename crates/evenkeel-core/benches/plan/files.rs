//! Instances as plain text for other solvers, and their plans back.
//!
//! `instance.txt` has a line of sizes (accounts, reps, gauges, factors, cost of an unplaced account
//! in micro-points), a line for every rep and gauge (floor, low, high, ceiling, slope, wall), and a
//! line for every account: effort, value, its gauges of the mix, then rep and cost in micro-points
//! of every pair, the move included. `NAME.plan` has the number of a rep a line, -1 for nobody.

use evenkeel_core::plan::instance::{Instance, NOBODY};
use evenkeel_core::plan::solve::Plan;
use std::fmt::Write as _;
use std::fs::{create_dir_all, read_to_string, write as put};
use std::path::Path;

pub(crate) fn write(folder: &Path, instance: &Instance, plan: &Plan) {
    create_dir_all(folder).expect("a folder");
    let accounts = &instance.accounts;
    let (count, factors) = (accounts.len(), accounts.factors);
    let (reps, gauges) = (instance.reps(), instance.gauges);
    let mut text = format!("{count} {reps} {gauges} {factors} {}\n", instance.unplaced);
    let mut line = |numbers: &mut dyn Iterator<Item = i64>| {
        let words: Vec<String> = numbers.map(|number| number.to_string()).collect();
        writeln!(text, "{}", words.join(" ")).expect("memory does not fail");
    };
    for band in &instance.bands {
        let limits = [
            band.floor,
            band.low,
            band.high,
            band.ceiling,
            band.slope,
            band.wall,
        ];
        line(&mut limits.into_iter());
    }
    for account in 0..count {
        let head = [accounts.effort[account], accounts.value[account]];
        let levels = accounts
            .levels_of(account)
            .iter()
            .map(|level| i64::from(*level));
        let (who, costs) = instance.circles.of(accounts.circle[account]);
        let pairs = who.iter().zip(costs).flat_map(|(rep, cost)| {
            let moving = instance.moving(account, u32::from(*rep));
            [i64::from(*rep), i64::from(*cost) + moving]
        });
        line(&mut head.into_iter().chain(levels).chain(pairs));
    }
    put(folder.join("instance.txt"), text).expect("a file");
    let rep = |rep: &u32| if *rep == NOBODY { -1 } else { i64::from(*rep) };
    let lines: Vec<String> = plan.to.iter().map(|to| rep(to).to_string()).collect();
    put(folder.join("ours.plan"), lines.join("\n")).expect("a file");
}

pub(crate) fn read(folder: &Path, name: &str, count: usize) -> Vec<u32> {
    let text = read_to_string(folder.join(format!("{name}.plan"))).expect("a plan");
    let all = text
        .lines()
        .map(|line| line.trim().parse::<i64>().expect("a number"));
    let all: Vec<u32> = all
        .map(|rep| u32::try_from(rep).unwrap_or(NOBODY))
        .collect();
    assert_eq!(all.len(), count, "a line for every account");
    all
}
