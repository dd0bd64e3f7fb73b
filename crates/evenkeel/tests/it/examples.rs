//! Every command of `examples/README.md` runs as it stands, and every policy of the guide is sound.

use crate::bin::{Bin, rows, run_in};
use std::path::PathBuf;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The commands of the page, in order, without the name of the program.
fn commands() -> Vec<String> {
    let page = std::fs::read_to_string(root().join("examples/README.md")).expect("is there");
    page.lines()
        .filter_map(|line| line.strip_prefix("evenkeel "))
        .map(str::to_owned)
        .collect()
}

#[test]
fn every_command_of_the_page_runs() {
    let scratch = Bin::new();
    // A stand-in for the data set that the repository does not hold, with the same columns.
    let mut teams = String::from("sales_agent,manager,regional_office\n");
    (0..35).for_each(|rep| teams.push_str(&format!("Rep {rep:02},Manager {},East\n", rep % 6)));
    scratch.write("sales_teams.csv", &teams);
    let mut deals = String::from(
        "opportunity_id,sales_agent,product,account,deal_stage,engage_date,close_date,\
         close_value\n",
    );
    for deal in 0..700 {
        let (day, product) = (deal % 28 + 1, ["GTXPro", "MG Special"][deal % 2]);
        deals.push_str(&format!(
            "D{deal},Rep 01,{product},,Won,2017-02-{day:02},2017-03-01,{deal}\n"
        ));
    }
    deals.push_str("D700,Rep 02,GTXPro,,Prospecting,,,\n");
    scratch.write("sales_pipeline.csv", &deals);
    let mut accounts = String::from(
        "account,sector,year_established,revenue,employees,office_location,subsidiary_of\n",
    );
    for account in 0..85 {
        let (revenue, employees) = (account * account % 97 * 40, account * 61 % 4_000);
        let line = format!("Account {account},retail,1996,{revenue}.25,{employees},Kenya,\n");
        accounts.push_str(&line);
    }
    scratch.write("accounts.csv", &accounts);
    let dir = scratch.path("").display().to_string();
    let dir = dir.trim_end_matches('/');
    let commands = commands();
    assert!(commands.len() >= 10, "{commands:?}");
    for command in commands {
        let command = command
            .replace("$MAVEN", dir)
            .replace("target/", &format!("{dir}/"));
        let args: Vec<&str> = command.split_whitespace().collect();
        let ran = run_in(&root(), &args, "");
        assert_eq!(ran.code, 0, "{command}: {}", ran.err);
        if command.starts_with("route") && command.contains("maven/") {
            assert!(command.contains("maven/reps.map.toml"), "{command}");
            let out = rows(&scratch.read("maven.csv"));
            assert_eq!(out.len(), 701);
            assert!(ran.err.contains("701 turns among 35 reps"), "{}", ran.err);
            let turns = |rep: &str| out.iter().filter(|row| row[2] == rep).count();
            // Weights 1 and 5 of 105 in all: 6.68 and 33.38 turns. Without weights: 20.03.
            let even = command.contains("maven/straight.toml");
            let (low, high) = if even {
                (20..=21, 20..=21)
            } else {
                (6..=7, 33..=34)
            };
            assert!(low.contains(&turns("Rep 00")), "{command}");
            assert!(high.contains(&turns("Rep 04")), "{command}");
        }
    }
    assert_eq!(rows(&scratch.read("rejects.csv")).len(), 4);
}

#[test]
fn numbers_order_as_numbers_and_spreadsheet_dates_are_read() {
    let command = commands()
        .into_iter()
        .find(|line| line.contains("leads.de.csv"))
        .expect("one");
    let args: Vec<&str> = command.split_whitespace().collect();
    let ran = run_in(&root(), &args, "");
    let keys: Vec<String> = rows(&ran.out)
        .into_iter()
        .map(|row| row[0].clone())
        .collect();
    assert_eq!(keys, ["7", "2", "10", "31"]);
}

/// The texts between fences that open with `language`.
fn blocks<'a>(page: &'a str, language: &str) -> Vec<&'a str> {
    let open = format!("```{language}\n");
    let rest = page.split(open.as_str()).skip(1);
    rest.filter_map(|rest| rest.split("```").next()).collect()
}

#[test]
fn every_way_of_the_guide_has_its_policy_and_its_command() {
    let ways = root().join("docs/guide/ways");
    let pages = std::fs::read_dir(&ways).expect("the guide has ways");
    let mut seen = 0;
    for page in pages {
        let page = page.expect("a folder can be read").path();
        if page.extension().is_none_or(|extension| extension != "md") {
            continue;
        }
        seen += 1;
        let text = std::fs::read_to_string(&page).expect("a page can be read");
        let named = page.display();
        assert!(
            text.contains("](../../images/ways-"),
            "{named} has a picture"
        );
        let whole = |block: &&&str| block.starts_with("evenkeel = 1");
        let policies = blocks(&text, "toml");
        assert!(
            policies.iter().any(|block| whole(&block)),
            "{named} has a policy"
        );
        let files = std::fs::read_dir(ways.join("team")).expect("the team is there");
        let files: Vec<String> = files
            .filter_map(|file| std::fs::read_to_string(file.expect("a file").path()).ok())
            .collect();
        for policy in policies.iter().filter(whole) {
            let same = files.iter().any(|file| file.trim() == policy.trim());
            assert!(
                same,
                "{named}: the policy is not a file of the team:\n{policy}"
            );
        }
        let commands: Vec<&str> = blocks(&text, "sh")
            .into_iter()
            .flat_map(str::lines)
            .filter_map(|line| line.strip_prefix("evenkeel "))
            .collect();
        assert!(!commands.is_empty(), "{named} has a command");
        let scratch = Bin::new();
        let dir = scratch.path("").display().to_string();
        for command in commands {
            let command = command.replace("target/", &format!("{dir}/"));
            let args: Vec<&str> = command.split_whitespace().collect();
            let ran = run_in(&root(), &args, "");
            assert_eq!(ran.code, 0, "{named}: {command}: {}", ran.err);
        }
    }
    assert!(seen >= 9, "{seen} ways");
}

#[test]
fn what_the_specialists_stream_got_is_told_beside_what_it_should() {
    let team = |file: &str| format!("docs/guide/ways/team/{file}");
    let (policy, reps, leads) = (team("stream.toml"), team("reps.csv"), team("leads.csv"));
    let args = [
        "route",
        "--policy",
        &policy,
        "--reps",
        &reps,
        "--records",
        &leads,
    ];
    let ran = run_in(&root(), &args, "");
    let told = "the specialists' stream: 30.00 of 120.00 turns, 25.0 %; the policy says 25.0 %";
    assert!(ran.err.contains(told), "{}", ran.err);
    let straight = team("straight.toml");
    let args = [
        "route",
        "--policy",
        &straight,
        "--reps",
        &reps,
        "--records",
        &leads,
    ];
    assert!(!run_in(&root(), &args, "").err.contains("stream"));
}
