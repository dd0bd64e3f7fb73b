//! Specialists by result: found from closings alone, beside plain rotation and raw rates.

use crate::company::Desk;
use evenkeel_core::command::Command;
use evenkeel_core::command::assign::Expected;
use evenkeel_core::command::close::Close;
use evenkeel_core::draw::{DrawKey, pick};
use evenkeel_core::event::Event;
use evenkeel_core::market::value::{Attributes, Value};
use evenkeel_core::time::Span;
use evenkeel_core::verdict::Ground;

const REPS: [&str; 6] = ["ana", "ben", "cleo", "dan", "eve", "fay"];
const KINDS: [&str; 3] = ["health", "finance", "retail"];

/// Six reps; which of them close which kind well is known to nobody but the market.
fn desk(dealing: &str) -> Desk {
    let text = format!(
        "evenkeel = 1\nname = \"made up\"\n[record]\ncountry = \"text\"\nindustry = \"text\"\n\
         [[queue]]\nname = \"triage\"\n[fallback]\nto = \"pool:all\"\n[[pool]]\nname = \"all\"\n\
         where = 'rep.team == \"inbound\"'\nnobody = \"queue:triage\"\n{dealing}\n"
    );
    let mut desk = Desk::empty();
    desk.publish(&text).expect("a sound policy");
    for key in REPS {
        desk.set_rep(key, |_| {}).expect("a new rep");
    }
    desk
}

/// What came of it: hundredths are of the last third of the leads.
struct Played {
    /// Hundredths that went to a rep who closes their kind well.
    suited: u32,
    /// Hundredths that were won.
    won: u32,
    /// Specialists that a turn named, in hundredths of a rep.
    named: u32,
    /// The most and the fewest leads of any rep, in all.
    ends: [usize; 2],
}

/// Deals and closes `leads`; `odds` in a hundred for the two who know a kind, and for the others.
fn play(dealing: &str, odds: [usize; 2], leads: u32) -> Played {
    let mut desk = desk(dealing);
    let key = DrawKey::from_seed(11);
    let (mut suited, mut won, mut named) = (0, 0, 0);
    let mut counts = [0; 6];
    for number in 0..leads {
        let kind = pick(key.bits("kind", "lead", number), 3);
        let field = desk
            .state
            .record_schema()
            .find("industry")
            .expect("declared");
        let mut record = Attributes::default();
        record.set(field, Value::Text(KINDS[kind].into()));
        let name = format!("L-{number}");
        desk.take_in_with(&name, "US", record).expect("taken in");
        let owner = desk.owner(&name).expect("dealt");
        let rep = REPS
            .iter()
            .position(|rep| *rep == owner)
            .expect("one of six");
        counts[rep] += 1;
        let odds = odds[usize::from(rep % 3 != kind)];
        let wins = pick(key.bits("wins", "lead", number), 100) < odds;
        if number >= leads * 2 / 3 {
            suited += u32::from(rep % 3 == kind);
            won += u32::from(wins);
            named += named_last(&desk);
        }
        let close = Close {
            record: name,
            expected: Expected::Any,
            reason: if wins { "won" } else { "lost" }.to_owned(),
        };
        desk.run(&Command::Close(close)).expect("closed");
        desk.wait(Span::hours(2));
    }
    let last = leads - leads * 2 / 3;
    let ends = [counts.iter().max(), counts.iter().min()];
    let ends = ends.map(|end| *end.expect("six"));
    Played {
        suited: 100 * suited / last,
        won: 100 * won / last,
        named: 100 * named / last,
        ends,
    }
}

/// How many specialists the last deal named.
fn named_last(desk: &Desk) -> u32 {
    let last = desk.journal.iter().rev().find_map(|one| match &one.event {
        Event::RecordDealt { verdict, .. } => verdict.turns.last(),
        _ => None,
    });
    match last.map(|turn| &turn.ground) {
        Some(Ground::Fit(reps)) => reps.len() as u32,
        _ => 0,
    }
}

#[test]
fn specialists_are_found_from_what_they_close() {
    let plain = play("method = \"straight\"", [30, 12], 1_800);
    let found = play(
        "method = \"fit\"\nspecialist = [{ closes = \"record.industry\", matures = \"14 days\" }]",
        [30, 12],
        1_800,
    );
    let [most, fewest] = found.ends;
    eprintln!(
        "to who closes the kind well: in turn {} %, by result {} %; won {} % and {} %; most and \
         fewest leads {most} and {fewest}",
        plain.suited, found.suited, plain.won, found.won
    );
    assert!((28..=39).contains(&plain.suited), "{} %", plain.suited);
    assert!(found.suited >= 70, "{} %", found.suited);
    assert!(found.won > plain.won, "{} % of {} %", found.won, plain.won);
    assert!(most - fewest <= 4, "{most} and {fewest}");
}

#[test]
fn where_all_are_alike_raw_rates_name_the_lucky_and_shrunken_ones_few() {
    let lines = |more: &str| {
        format!(
            "method = \"fit\"\nspecialist = [{{ closes = \"record.industry\", matures = \"1 day\"\
             {more} }}]"
        )
    };
    // As good as no prior, and whoever is above the team at all: the rule of thumb.
    let raw = play(&lines(", prior = 1, better = 1"), [18, 18], 360).named;
    let shrunken = play(&lines(""), [18, 18], 360).named;
    eprintln!(
        "specialists named a turn where there is none: raw {raw}, shrunken {shrunken} of 600"
    );
    assert!(raw >= 150, "{raw}");
    assert!(shrunken * 2 <= raw, "{shrunken} of {raw}");
}
