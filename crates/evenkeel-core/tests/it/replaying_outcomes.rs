//! What another policy would have won, out of a history that is played again with fresh draws: the
//! interval covers the truth as often as it says, and what the past cannot tell is refused.
//!
//! `EVENKEEL_REPLAYS` is the number of replays by either policy, and of histories (default 40).

use crate::company::Desk;
use crate::measure_chance::{Chance, mean, size};
use crate::replaying::{follow, history};
use evenkeel_core::command::Command;
use evenkeel_core::command::assign::Expected;
use evenkeel_core::command::close::Close;
use evenkeel_core::measure::off_policy::{ESS_MIN, SHIFT_MAX};
use evenkeel_core::measure::unknown::Unknown;
use evenkeel_core::replay::estimate::estimate;
use evenkeel_core::replay::evidence::Outcomes;
use evenkeel_core::replay::reseed::{self, Deals, Firsts, Row};
use evenkeel_core::state::State;
use evenkeel_core::time::Span;

const REPS: usize = 4;
const LEADS: usize = 240;

/// Everybody draws everything.
const TOGETHER: &str = r#"
evenkeel = 1
name = "Together"

[record]
country = "text"

[[pool]]
name = "all"
where = 'rep.team == "inbound"'
method = "random"
band = 2
nobody = "queue:triage"

[[queue]]
name = "triage"

[fallback]
to = "pool:all"
"#;

/// Each country is drawn among the two who know it.
fn apart() -> String {
    let pool = |name: &str, reps: &str| {
        format!(
            "[[pool]]\nname = {name:?}\nmembers = [{reps}]\nmethod = \"random\"\nband = 2\n\
             nobody = \"queue:triage\"\n\n"
        )
    };
    let pools = pool("german", "\"ana\", \"ben\"") + &pool("french", "\"cleo\", \"dina\"");
    let rule =
        "[[rule]]\nname = \"German\"\nwhen = 'record.country == \"DE\"'\nto = \"pool:german\"\n\n";
    TOGETHER
        .replace("[[queue]]", &format!("{pools}[[queue]]"))
        .replace("[fallback]", &format!("{rule}[fallback]"))
        .replace("to = \"pool:all\"", "to = \"pool:french\"")
}

fn is_german(lead: usize) -> bool {
    lead.is_multiple_of(2)
}

/// Who knows the country wins four of ten leads, others one of ten.
fn rate(rep: usize, lead: usize) -> f64 {
    match (rep < 2) == is_german(lead) {
        true => 0.4,
        false => 0.1,
    }
}

/// A history of so many leads under [`TOGETHER`].
fn together(leads: usize) -> Desk {
    let mut desk = Desk::empty();
    desk.publish(TOGETHER).expect("a sound policy");
    for rep in ["ana", "ben", "cleo", "dina"] {
        desk.set_rep(rep, |_| {}).expect("a new rep");
    }
    for lead in 0..leads {
        let country = if is_german(lead) { "DE" } else { "FR" };
        desk.take_in(&format!("L-{lead}"), country).expect("new");
        desk.wait(Span::hours(1));
    }
    desk
}

fn rows(desk: &Desk, policy: Option<&str>, numbers: std::ops::Range<u64>) -> Vec<Row> {
    let history = history(&desk.journal);
    let rows = numbers.map(|number| reseed::row(&history, policy, number));
    rows.map(|row| row.expect("a sound policy")).collect()
}

#[test]
fn an_estimate_covers_what_the_other_policy_would_have_won() {
    let desk = together(LEADS);
    let replays = u64::from(size("EVENKEEL_REPLAYS", 40));
    let all = rows(&desk, None, 0..2 * replays);
    let (recorded, by) = all.split_at(replays as usize);
    let by = Deals::of(by.to_vec());
    let other = Deals::of(rows(&desk, Some(&apart()), 10_000..10_000 + replays));
    let mut chance = Chance::of(38);
    let (mut held, mut values) = (0, Vec::new());
    for row in recorded {
        let won = row.iter().enumerate();
        let won: Vec<Option<bool>> = won
            .map(|(lead, rep)| Some(chance.is(rate(usize::from(*rep), lead))))
            .collect();
        let told = estimate(row, &won, (&by, &other), REPS).expect("the past can tell");
        assert!(told.shift < 0.15, "both give everybody a quarter: {told:?}");
        assert!(
            (60.0..170.0).contains(&told.ess),
            "half of the leads went where they would go: {}",
            told.ess
        );
        assert!(told.now.interval.high < 0.4, "{:?}", told.now);
        held += usize::from(told.dr.interval.holds(0.4));
        values.push(told.dr.value);
    }
    let (value, doubt) = mean(&values);
    println!(
        "{} histories: {value:.3} ± {doubt:.3} for .400 (as dealt .25), interval {:.3}",
        recorded.len(),
        held as f64 / recorded.len() as f64
    );
    assert!((value - 0.4).abs() < 3.0 * doubt, "{value} ± {doubt}");
    assert!(held * 100 >= recorded.len() * 85, "{held}");
}

#[test]
fn what_the_replays_cannot_tell_is_refused_with_the_number() {
    let desk = together(120);
    let by = Deals::of(rows(&desk, None, 0..25));
    let recorded = rows(&desk, None, 50..51).remove(0);
    let won: Vec<Option<bool>> = (0..120).map(|lead| Some(lead % 4 == 0)).collect();
    let told = |policy: &str, won: &[Option<bool>]| {
        let other = Deals::of(rows(&desk, Some(policy), 100..125));
        estimate(&recorded, won, (&by, &other), REPS)
    };
    // Ana and Ben get two of three leads: a third more than the half they had.
    let shifted = TOGETHER.replace(
        "[fallback]\nto = \"pool:all\"",
        "[[pool]]\nname = \"two\"\nmembers = [\"ana\", \"ben\"]\nmethod = \"random\"\n\
         band = 2\nnobody = \"queue:triage\"\n\n[[rule]]\nname = \"Two\"\n\
         when = 'record.country == \"DE\"'\nto = \"pool:two\"\n\n[fallback]\nto = \"pool:all\"",
    );
    let refused = told(&shifted, &won);
    let Err(Unknown::LoadShift { shift, most }) = refused else {
        panic!("{refused:?}")
    };
    assert!(shift > 0.4 && most == SHIFT_MAX, "{shift}");
    let said = refused.expect_err("refused").sentence();
    assert!(
        said.contains("beyond 30 % the past does not tell"),
        "{said}"
    );
    // Loads are those of all records: few with a known outcome do not hide a shift.
    let few: Vec<Option<bool>> = won
        .iter()
        .enumerate()
        .map(|(at, won)| won.filter(|_| at % 2 == 1))
        .collect();
    assert!(matches!(
        told(&shifted, &few),
        Err(Unknown::LoadShift { .. })
    ));
    // The same loads, and half of eighty known leads went where they would go.
    let eighty: Vec<Option<bool>> = won
        .iter()
        .enumerate()
        .map(|(at, won)| won.filter(|_| at < 80))
        .collect();
    let refused = told(&apart(), &eighty);
    let Err(Unknown::TooFew { n, needed, what }) = refused else {
        panic!("{refused:?}")
    };
    assert_eq!((needed, what), (ESS_MIN, "effective lead"));
    assert!((20.0..50.0).contains(&n), "{n}");
    assert_eq!(told(&apart(), &[None; 120]), Err(Unknown::Nothing));
    let one = rows(&desk, None, 0..1);
    let once = Deals::of(one);
    assert!(matches!(
        estimate(&recorded, &won, (&once, &once), REPS),
        Err(Unknown::TooFew { what: "replay", .. })
    ));
}

#[test]
fn outcomes_are_those_within_a_horizon_and_open_is_as_lost() {
    let mut desk = together(20);
    let close = |desk: &mut Desk, lead: usize, reason: &str| {
        desk.run(&Command::Close(Close {
            record: format!("L-{lead}"),
            expected: Expected::Any,
            reason: reason.into(),
        }))
        .expect("open");
    };
    let end = desk.now;
    for lead in [0, 1, 2, 3] {
        close(&mut desk, lead, "won");
    }
    close(&mut desk, 4, "lost");
    desk.wait(Span::days(10));
    close(&mut desk, 5, "won");
    desk.wait(Span::days(1));
    let mut seen = (
        Outcomes::after(&State::new(), "won"),
        Firsts::after(&State::new()),
    );
    follow(&desk.journal, &mut seen);
    let (outcomes, firsts) = seen;
    assert_eq!(firsts.row.len(), 20);
    let now = desk.now;
    let horizon = outcomes.horizon().expect("some were won");
    assert!(horizon >= Span::days(10), "{horizon}");
    let known = outcomes.within(Span::days(2), now);
    assert_eq!(
        &known[..7],
        &[
            Some(true),
            Some(true),
            Some(true),
            Some(true),
            Some(false),
            Some(false),
            Some(false)
        ]
    );
    // An hour after the last came in, nothing is known of those that came in the last two hours.
    let early = outcomes.within(Span::hours(2), end);
    assert!(early[18].is_some() && early[19].is_none(), "{early:?}");
    assert_eq!(Outcomes::after(&State::new(), "won").horizon(), None);
}
