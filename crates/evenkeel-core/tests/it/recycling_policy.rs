//! What a policy may say of recycling, returns and filling up, and what is refused with a hint.

use crate::recycling::{AT_ONCE, policy};
use evenkeel_core::policy::analysis::check;
use evenkeel_core::policy::document::guard::Guard;
use evenkeel_core::policy::document::recycling::{Cadence, Period, ReturnThen};
use evenkeel_core::state::State;
use evenkeel_core::time::Span;

fn problems(text: &str) -> Vec<String> {
    let state = State::new();
    let found = check(text, &state.known());
    found.problems.iter().map(ToString::to_string).collect()
}

#[test]
fn everything_that_can_be_said_is_read() {
    let text = policy(
        "cadence = \"quarterly\"\nzone = \"America/New_York\"\nat = \"06:00\"\nfirst_month = 2\n\
         cooldown = \"120 days\"\nwarn = \"7 days\"\nkeep = \"10 days\"\nkeeps = 1\n\
         [[recycling.remove]]\nname = \"Idle\"\nwhen = 'record.country == \"US\"'\n\
         idle = \"30 days\"\nexecute = \"at once\"\n\
         [[recycling.remove]]\nname = \"No budget\"\nreasons = [\"no_budget\"]\n\
         then = \"queue:triage\"\n\
         [[recycling.available]]\nidle = \"90 days\"\n\
         [[recycling.available]]\nnew_contacts = true\n\
         [guard]\nbook = 0.1\nrecords = 50\n\
         [returns]\nper_month = 20\n\
         [[returns.reason]]\nname = \"poor_fit\"\nthen = \"rest 2 weeks\"\n",
        "target = 60\ntop_up = \"queue:waiting\"",
    );
    let state = State::new();
    let found = check(&text, &state.known());
    let told: Vec<String> = found.problems.iter().map(ToString::to_string).collect();
    assert!(found.problems.iter().all(|one| !one.is_error()), "{told:?}");
    let document = found.document.expect("sound");
    let recycling = document.recycling.expect("read");
    let Cadence::Every(schedule) = &recycling.cadence else {
        panic!("{:?}", recycling.cadence);
    };
    assert_eq!(
        (schedule.period, schedule.minute, schedule.first_month),
        (Period::Quarter, 360, 2)
    );
    assert_eq!(document.cooldown, Span::days(120));
    assert_eq!(
        document.guard,
        Guard {
            book_ppm: 100_000,
            records: 50,
            timers: 50,
        }
    );
    assert!(recycling.is_at_once(&recycling.removals[0]));
    assert!(!recycling.is_at_once(&recycling.removals[1]));
    let returns = document.returns.expect("read");
    assert_eq!(
        returns.then("poor_fit"),
        Some(ReturnThen::Rest(Span::days(14)))
    );
    assert_eq!(document.guard.of_book(10), 1);
    assert_eq!(document.guard.of_book(11), 2, "rounded up");
}

const IDLE: &str = "[[recycling.remove]]\nname = \"Idle\"\nidle = \"30 days\"\n";

#[test]
fn the_seed_s_thirty_and_ninety_agree_with_a_rest_of_sixty() {
    let seed =
        format!("cadence = \"quarterly\"\n{IDLE}[[recycling.available]]\nidle = \"90 days\"");
    let found = problems(&policy(&seed, ""));
    assert!(
        found.iter().all(|one| !one.contains("recycling")),
        "{found:?}"
    );
}

#[test]
fn what_contradicts_itself_is_refused_where_it_stands() {
    let idle = IDLE;
    for (recycling, wanted) in [
        ("", "the cadence is missing"),
        (
            "cadence = \"daily\"",
            "cadence must be \"at once\", \"weekly\"",
        ),
        (
            "cadence = \"weekly\"\nzone = \"Mars\"",
            "zone must be a time zone",
        ),
        (
            "cadence = \"weekly\"\nat = \"25:00\"",
            "at must be a time of day",
        ),
        (
            "cadence = \"weekly\"\n[[recycling.remove]]\nname = \"All\"\nwhen = 'true'",
            "this would take a record the moment it is dealt",
        ),
        (
            "cadence = \"weekly\"\n[[recycling.remove]]\nname = \"All\"\nidle = \"2 hours\"",
            "2 hours without work is too short",
        ),
        (
            &format!("cadence = \"weekly\"\nwarn = \"30 days\"\n{idle}"),
            "owners would be warned the moment they get a record",
        ),
        (
            &format!("cadence = \"weekly\"\n{idle}[[recycling.available]]\nidle = \"30 days\""),
            "what \"Idle\" takes after 30 days without work would be available at once. Use more \
             than 30 days; with the rest, 90 days.",
        ),
        (
            &format!("cadence = \"weekly\"\n{idle}[[recycling.available]]\nidle = \"91 days\""),
            "no rest ends early by this: it is over 90 days after work",
        ),
        (
            &format!("cadence = \"weekly\"\n{idle}[[recycling.available]]\nnew_contacts = false"),
            "this would end every rest at once",
        ),
        (
            &format!("cadence = \"weekly\"\n{idle}then = \"pool:desk\""),
            "then must be \"deal\" or \"queue:…\"",
        ),
        (
            "cadence = \"weekly\"\n[returns]\nper_month = 3",
            "the reasons are missing",
        ),
        (
            "cadence = \"weekly\"\n[[returns.reason]]\nname = \"x\"\nthen = \"rest soon\"",
            "then must be a rest of at most",
        ),
        (
            "cadence = \"weekly\"\n[guard]\nbook = 2",
            "book must be a number from",
        ),
    ] {
        let found = problems(&policy(recycling, ""));
        assert!(
            found.iter().any(|one| one.contains(wanted)),
            "{recycling}: {found:?}"
        );
        let placed = found
            .iter()
            .all(|one| one.starts_with(|c: char| c.is_ascii_digit()));
        assert!(placed, "{found:?}");
    }
}

#[test]
fn filling_up_takes_a_target_and_a_queue() {
    for (pool, wanted) in [
        ("target = 60", "it takes both"),
        ("top_up = \"queue:waiting\"", "it takes both"),
        (
            "best = \"record.points\"",
            "best says what fills up books, but nothing does",
        ),
        (
            "target = 60\ntop_up = \"pool:desk\"",
            "top_up must be a queue",
        ),
        (
            "target = \"rep.size\"\ntop_up = \"queue:waiting\"",
            "there is no field \"size\"",
        ),
    ] {
        let found = problems(&policy(AT_ONCE, pool));
        assert!(
            found.iter().any(|one| one.contains(wanted)),
            "{pool}: {found:?}"
        );
    }
}
