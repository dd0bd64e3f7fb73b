//! Earned records: the gate, the grant, what it deals, and when it ends.

use crate::company::{Desk, START};
use evenkeel_core::command::Command;
use evenkeel_core::command::assign::{Assign, Expected};
use evenkeel_core::command::close::Close;
use evenkeel_core::command::grant_shares::GrantShares;
use evenkeel_core::earn::proposal::{self, Proposal, Tier};
use evenkeel_core::earn::regime::Regime;
use evenkeel_core::event::Event;
use evenkeel_core::ids::PoolNo;
use evenkeel_core::market::value::{Attributes, Value};
use evenkeel_core::state::State;
use evenkeel_core::time::{DAY, Moment, Span};
use evenkeel_core::units::{Micro, ONE};
use evenkeel_core::verdict::{Standing, Stop};

const GATE: &str = "self_sourced = 'record.source == \"self\"', wins = 2, window = \"90 days\", ";
const REPS: [&str; 4] = ["ana", "ben", "cleo", "dan"];

/// One pool of four, whose records above 3,000 are earned.
fn desk(gate: &str) -> Desk {
    let text = format!(
        "evenkeel = 1\nname = \"made up\"\n[record]\ncountry = \"text\"\nsource = \"text\"\n\
         acv = \"number\"\n[[queue]]\nname = \"triage\"\n[[rule]]\nname = \"Own\"\n\
         when = 'record.source == \"self\"'\nto = \"queue:triage\"\n[fallback]\nto = \"pool:all\"\n\
         [[pool]]\nname = \"all\"\nwhere = 'rep.team == \"inbound\"'\nnobody = \"queue:triage\"\n\
         earn = {{ records = 'record.acv > 3000', capacity = 45, {gate}matures = \"30 days\" }}\n\
         [[pool]]\nname = \"plain\"\nwhere = 'rep.team == \"none\"'\nnobody = \"queue:triage\"\n"
    );
    let mut desk = Desk::empty();
    desk.publish(&text).expect("a sound policy");
    for key in REPS {
        desk.set_rep(key, |_| {}).expect("a new rep");
    }
    desk
}

fn take_in(desk: &mut Desk, key: &str, source: &str, acv: i64) {
    let field = |name| desk.state.record_schema().find(name).expect("declared");
    let (from, value) = (field("source"), field("acv"));
    let mut attributes = Attributes::default();
    attributes.set(from, Value::Text(source.into()));
    attributes.set(value, Value::Number(Micro::whole(acv)));
    desk.take_in_with(key, "US", attributes).expect("taken in");
}

fn close(desk: &mut Desk, key: &str, reason: &str) {
    let close = Close {
        record: key.to_owned(),
        expected: Expected::Any,
        reason: reason.to_owned(),
    };
    desk.run(&Command::Close(close)).expect("closed");
}

/// A rep brings in a customer.
fn own_win(desk: &mut Desk, key: &str, rep: &str) {
    take_in(desk, key, "self", 9_000);
    let assign = Assign {
        record: key.to_owned(),
        rep: rep.to_owned(),
        expected: Expected::Any,
        note: None,
    };
    desk.run(&Command::Assign(assign)).expect("given");
    close(desk, key, "won");
}

/// This many inbound records, of which each rep wins so many in a hundred, the last ones open.
fn season(desk: &mut Desk, records: usize, rates: [usize; 4], lost: bool) {
    let mut seen = [0; 4];
    for number in 0..records {
        let key = format!("L-{number}");
        take_in(desk, &key, "web", 9_000);
        let owner = desk.owner(&key).expect("dealt").to_owned();
        let at = REPS
            .iter()
            .position(|rep| *rep == owner)
            .expect("one of four");
        seen[at] += 1;
        let (now, before) = (seen[at] * rates[at] / 100, (seen[at] - 1) * rates[at] / 100);
        match now > before {
            true => close(desk, &key, "won"),
            false if lost => close(desk, &key, "lost"),
            false => {}
        }
    }
    desk.wait(Span::days(40));
}

fn grant(desk: &mut Desk, from: Option<Moment>, until: Option<Moment>) -> Result<Event, String> {
    let (pool, rateably) = ("all".to_owned(), false);
    give(
        desk,
        GrantShares {
            pool,
            from,
            until,
            rateably,
        },
    )
}

fn give(desk: &mut Desk, grant: GrantShares) -> Result<Event, String> {
    match desk.run(&Command::GrantShares(grant)) {
        Ok(mut events) => Ok(events.remove(0)),
        Err(refusal) => Err(refusal.code().to_owned()),
    }
}

fn proposed(desk: &Desk) -> Proposal {
    proposal::of(&desk.state, PoolNo(0), desk.now).expect("a pool that is earned")
}

/// How many of `records` each rep gets, worth `acv` each.
fn received(desk: &mut Desk, name: &str, records: usize, acv: i64) -> [usize; 4] {
    let mut counts = [0; 4];
    for number in 0..records {
        let key = format!("{name}-{number}");
        take_in(desk, &key, "web", acv);
        let owner = desk.owner(&key).expect("dealt").to_owned();
        counts[REPS
            .iter()
            .position(|rep| *rep == owner)
            .expect("one of four")] += 1;
    }
    counts
}

#[test]
fn only_own_wins_open_the_gate_and_only_to_earned_records() {
    let mut desk = desk(GATE);
    assert_eq!(
        grant(&mut desk, None, None),
        Err("nobody_earned".to_owned())
    );
    assert_eq!(
        received(&mut desk, "A", 8, 9_000),
        [2; 4],
        "rateably while nothing is granted"
    );
    own_win(&mut desk, "S-1", "ana");
    // A win on an inbound record opens nothing.
    close(&mut desk, "A-1", "won");
    let (pool, ana, ben) = (
        PoolNo(0),
        desk.state.roster().find("ana"),
        desk.state.roster().find("ben"),
    );
    let (ana, ben) = (ana.expect("here"), ben.expect("here"));
    let progress = |desk: &Desk, rep| proposal::progress(&desk.state, pool, rep, desk.now);
    assert_eq!(progress(&desk, ana), Some((1, 2)));
    assert_eq!(progress(&desk, ben), Some((0, 2)));
    assert_eq!(
        grant(&mut desk, None, None),
        Err("nobody_earned".to_owned())
    );
    own_win(&mut desk, "S-2", "ana");
    assert_eq!(proposed(&desk).lines[0].tier, Tier::Starting);
    grant(&mut desk, None, None).expect("granted");
    let tier = |desk: &Desk, rep| proposal::tier_now(&desk.state, pool, rep, desk.now);
    assert_eq!(tier(&desk, ana), Some(Tier::Raised));
    assert_eq!(tier(&desk, ben), Some(Tier::Hunting));
    assert_eq!(received(&mut desk, "B", 4, 9_000), [4, 0, 0, 0]);
    let stopped = desk
        .journal
        .iter()
        .rev()
        .find_map(|recorded| recorded.event.deal());
    let turn = &stopped.expect("dealt").1.turns[0];
    let stop = Standing::Stopped(Stop::NotEarned);
    assert!(turn.candidates[1..].iter().all(|one| one.standing == stop));
    // Below the threshold everybody has what they had, and is made even for nothing.
    assert_eq!(received(&mut desk, "C", 8, 3_000), [2; 4]);
    let mut again = State::new();
    desk.journal
        .iter()
        .for_each(|recorded| again.apply(recorded));
    assert_eq!(Desk::bytes(&again), Desk::bytes(&desk.state));
    // The window passes, and the next grant finds nobody; the one in force stays.
    desk.wait(Span::days(91));
    assert_eq!(
        grant(&mut desk, None, None),
        Err("nobody_earned".to_owned())
    );
    assert_eq!(received(&mut desk, "D", 4, 9_000), [4, 0, 0, 0]);
}

#[test]
fn a_better_close_rate_earns_more_above_a_floor_for_all() {
    let mut desk = desk("");
    season(&mut desk, 200, [40, 20, 20, 5], true);
    let proposal = proposed(&desk);
    let [ana, ben, cleo, dan] = [0, 1, 2, 3].map(|at| proposal.lines[at]);
    assert_eq!((ana.record.leads, ana.record.won), (50, 20));
    assert!(ana.rate.mean > ben.rate.mean && ben.rate.mean > dan.rate.mean);
    assert!(
        ana.rate.mean < Micro(400_000),
        "drawn towards the team: {:?}",
        ana.rate
    );
    assert_eq!((ana.tier, dan.tier), (Tier::Raised, Tier::Base));
    assert_eq!(ben.rate, cleo.rate);
    assert!(
        dan.earned >= Micro(125_000) - Micro(10),
        "half of a quarter: {}",
        dan.earned
    );
    assert!(ana.earned <= Micro(350_010), "the limit: {}", ana.earned);
    let whole: Micro = proposal.lines.iter().map(|line| line.earned).sum();
    assert!((ONE - whole).abs() < Micro(10), "{whole}");
    assert_eq!(
        proposal.others,
        Some(Micro(500_000)),
        "without a gate newcomers have the floor"
    );
    // 200 records in a moment, over 40 days at four times 45 a month: about five sixths of it.
    assert_eq!(proposal.regime(), Regime::Enough);
    assert!(
        proposal.gain > Micro(0) && proposal.gain > proposal.raw,
        "{proposal:?}"
    );
    grant(&mut desk, None, None).expect("granted");
    assert_eq!(
        grant(&mut desk, None, None),
        Err("nothing_to_do".to_owned())
    );
    let counts = received(&mut desk, "E", 200, 9_000);
    for (line, count) in proposal.lines.iter().zip(counts) {
        let fair = line.earned.0 as i128 * 200;
        assert!(
            (count as i128 * 1_000_000 - fair).abs() <= 1_000_000,
            "{counts:?}"
        );
    }
    assert_eq!(
        received(&mut desk, "F", 40, 1_000),
        [10; 4],
        "rateably below the threshold"
    );
    let pool = desk.state.pool(PoolNo(0));
    assert!(
        pool.ledger
            .members()
            .iter()
            .all(|entry| entry.credit.abs() <= ONE)
    );
    desk.set_rep("eve", |_| {}).expect("a new rep");
    let eve = desk.state.roster().find("eve").expect("here");
    assert_eq!(
        proposal::tier_now(&desk.state, PoolNo(0), eve, desk.now),
        Some(Tier::Base)
    );
}

#[test]
fn a_rate_is_not_mended_by_leaving_records_open() {
    let (mut open, mut lost) = (desk(""), desk(""));
    season(&mut open, 120, [30, 20, 20, 10], false);
    season(&mut lost, 120, [30, 20, 20, 10], true);
    assert_eq!(proposed(&open).lines, proposed(&lost).lines);
    // Records too young to say are not counted, won or not.
    take_in(&mut open, "young", "web", 9_000);
    close(&mut open, "young", "won");
    assert_eq!(
        proposed(&open).lines[0].record,
        proposed(&lost).lines[0].record
    );
}

#[test]
fn a_grant_holds_from_its_beginning_to_its_end() {
    let mut desk = desk("");
    season(&mut desk, 200, [40, 20, 20, 5], true);
    let (from, until) = (desk.now + Span::days(10), desk.now + Span::days(20));
    grant(&mut desk, Some(from), Some(until)).expect("granted");
    let alike =
        |counts: [usize; 4]| counts.iter().max() <= counts.iter().min().map(|few| few + 1).as_ref();
    assert!(alike(received(&mut desk, "A", 40, 9_000)));
    desk.now = from;
    let counts = received(&mut desk, "B", 40, 9_000);
    assert!(counts[0] > counts[3] + 5, "{counts:?}");
    desk.now = until;
    let counts = received(&mut desk, "C", 40, 9_000);
    assert!(alike(counts), "{counts:?}");
    // An end can also be put to it by hand.
    grant(&mut desk, None, None).expect("granted");
    let back = |desk: &mut Desk| {
        let pool = "all".to_owned();
        give(
            desk,
            GrantShares {
                pool,
                from: None,
                until: None,
                rateably: true,
            },
        )
    };
    back(&mut desk).expect("put an end to");
    assert_eq!(back(&mut desk), Err("nothing_to_do".to_owned()));
    assert!(alike(received(&mut desk, "D", 40, 9_000)));
}

#[test]
fn a_grant_is_refused_in_order() {
    let ask = |pool: &str, from, until| GrantShares {
        pool: pool.to_owned(),
        from,
        until,
        rateably: false,
    };
    let mut none = Desk::empty();
    assert_eq!(
        give(&mut none, ask("all", None, None)),
        Err("policy_missing".to_owned())
    );
    let mut desk = desk(GATE);
    let soon = START + DAY;
    for (asked, code) in [
        (ask("other", None, None), "pool_unknown"),
        (ask("plain", None, None), "pool_rateable"),
        (ask("all", None, Some(START)), "value_refused"),
        (ask("all", Some(soon), Some(soon)), "value_refused"),
        (
            ask("all", Some(START + Span::days(800)), None),
            "value_refused",
        ),
        (
            ask("all", None, Some(START + Span::days(800))),
            "value_refused",
        ),
        (ask("all", None, None), "nobody_earned"),
    ] {
        assert_eq!(
            give(&mut desk, asked.clone()),
            Err(code.to_owned()),
            "{asked:?}"
        );
    }
    own_win(&mut desk, "S-1", "ana");
    own_win(&mut desk, "S-2", "ana");
    for day in 1..=12 {
        let from = desk.now + Span::days(day);
        grant(&mut desk, Some(from), None).expect("granted");
    }
    let from = desk.now + Span::days(20);
    assert_eq!(
        grant(&mut desk, Some(from), None),
        Err("bound_exceeded".to_owned())
    );
}
