//! Tables of gates: one case a line in `tests/data/eligibility`.

use crate::rotation_tables::table;
use crate::rotation_team::{START, ballot, profile};
use evenkeel_core::ballot::{Apt, Ballot, Counts, Member};
use evenkeel_core::eligibility::{GATES, gate};
use evenkeel_core::ids::RepNo;
use evenkeel_core::people::hours::Hours;
use evenkeel_core::people::rep::{Leave, Profile, Status};
use evenkeel_core::policy::document::Caps;
use evenkeel_core::time::{HOUR, Moment, Span};
use evenkeel_core::units::{Micro, ONE};
use evenkeel_core::verdict::{Load, Stop, Stream, Window};

/// What a line says of the rep.
struct Facts {
    profile: Profile,
    given: Vec<Moment>,
    elsewhere: Vec<Moment>,
    pending: u32,
    apt: Apt,
}

/// `3d` or `-5h`.
fn span(text: &str) -> Span {
    let (count, unit) = text.trim().split_at(text.trim().len() - 1);
    let count: i64 = count
        .parse()
        .unwrap_or_else(|_| panic!("{text:?} is no span"));
    match unit {
        "h" => Span::hours(count),
        "d" => Span::days(count),
        _ => panic!("{text:?} is no span"),
    }
}

/// `1h, 2h` ago, ascending.
fn moments(text: &str) -> Vec<Moment> {
    let mut moments: Vec<Moment> = text.split(',').map(|ago| START - span(ago)).collect();
    moments.sort();
    moments
}

fn facts(text: &str) -> Facts {
    let (given, elsewhere) = (Vec::new(), Vec::new());
    let mut facts = Facts {
        profile: profile(),
        given,
        elsewhere,
        pending: 0,
        apt: Apt::default(),
    };
    for fact in text.split(';').map(str::trim) {
        let (word, rest) = fact.split_once(' ').unwrap_or((fact, ""));
        match word {
            "active" => {}
            "left" => facts.profile.status = Status::Left,
            "paused" => {
                let review = rest.strip_prefix("until ").map(|wait| START + span(wait));
                facts.profile.status = Status::Paused {
                    since: START,
                    review,
                    reason: None,
                };
            }
            "leave" => {
                let (from, until) = rest.split_once(" to ").expect("leave FROM to UNTIL");
                let (from, until) = (START + span(from), START + span(until));
                facts.profile.leaves.push(Leave { from, until });
            }
            "hours" => {
                let (hours, zone) = match rest.rsplit_once(' ') {
                    Some((hours, zone)) if zone.contains('/') => (hours, zone),
                    _ => (rest, "UTC"),
                };
                facts.profile.hours = Hours::parse(hours).expect("hours");
                facts.profile.zone = zone.to_owned();
            }
            "cooling" => facts.apt.cooling = Some(START + span(rest)),
            "given" => facts.given = moments(rest),
            "elsewhere" => facts.elsewhere = moments(rest),
            "book" => {
                let (open, capacity) = rest.split_once('/').expect("OPEN/CAPACITY");
                facts.apt.load = Some(Load {
                    open: Micro::parse(open).expect("a load"),
                    adds: ONE,
                    capacity: Micro::parse(capacity).expect("a capacity"),
                });
            }
            "specialist" => facts.apt.specialist = true,
            "pending" => facts.pending = rest.parse().expect("a count"),
            _ => panic!("{fact:?} is no fact of a rep"),
        }
    }
    facts
}

/// `2/day 5/week`.
fn caps(text: &str) -> Caps {
    let mut caps = Caps::default();
    for cap in text.split_whitespace() {
        let (count, window) = cap.split_once('/').expect("COUNT/WINDOW");
        let count = Some(count.parse().expect("a count"));
        match window {
            "day" => caps.day = count,
            "week" => caps.week = count,
            "month" => caps.month = count,
            _ => panic!("{window:?} is no window"),
        }
    }
    caps
}

fn ballot_of(text: &str) -> Ballot {
    let mut ballot = ballot();
    for fact in text
        .split(';')
        .map(str::trim)
        .filter(|fact| !fact.is_empty())
    {
        match fact.split_once(' ').unwrap_or((fact, "")) {
            ("special", "stream") => {
                ballot.stream = Stream::Special { accrued: Micro(0) };
            }
            ("keeps", "hours") => ballot.keeps_hours = true,
            ("excludes", "") => ballot.excluded = Some(RepNo(7)),
            ("caps", rest) => ballot.pool_caps = caps(rest),
            ("overall", rest) => ballot.all_caps = caps(rest),
            _ => panic!("{fact:?} is no fact of a pool"),
        }
    }
    ballot
}

/// A moment as seen from now: `in 5h`, `in 3d`, `3d ago`.
fn seen(moment: Moment) -> String {
    let hours = (moment - START).0 / HOUR.0;
    assert_eq!(
        START + Span::hours(hours),
        moment,
        "the tables use whole hours"
    );
    let (count, unit) = if hours % 24 == 0 && hours.abs() > 24 {
        (hours / 24, "d")
    } else {
        (hours, "h")
    };
    if count < 0 {
        format!("{}{unit} ago", -count)
    } else {
        format!("in {count}{unit}")
    }
}

fn said(stop: Option<Stop>) -> String {
    match stop {
        None => "may".into(),
        Some(Stop::Left) => "left".into(),
        Some(Stop::Paused { review: None }) => "paused".into(),
        Some(Stop::Paused {
            review: Some(review),
        }) => format!("paused, review {}", seen(review)),
        Some(Stop::OnLeave { until }) => format!("on leave, back {}", seen(until)),
        Some(Stop::OutOfHours { opens: None }) => "out of hours".into(),
        Some(Stop::OutOfHours { opens: Some(opens) }) => {
            format!("out of hours, opens {}", seen(opens))
        }
        Some(Stop::Excluded) => "excluded".into(),
        Some(Stop::CapReached {
            window,
            everywhere,
            count,
            cap,
            frees,
        }) => {
            let window = match window {
                Window::Day => "day",
                Window::Week => "week",
                Window::Month => "month",
            };
            let everywhere = if everywhere { " everywhere" } else { "" };
            let frees = seen(frees);
            format!("cap of {cap} a {window}{everywhere} reached with {count}, frees {frees}")
        }
        Some(Stop::BookFull(load)) => format!("book full, {load}"),
        Some(Stop::NoSpecialist) => "no specialist".into(),
        Some(Stop::NotEarned) => "not earned".into(),
        Some(Stop::Cooling { until }) => format!("cooling, again in {}", until - START),
    }
}

#[test]
fn gates() {
    for (case, line) in table(include_str!("../data/eligibility/gates.txt")) {
        let facts = facts(&case[0]);
        let mut everywhere = [facts.given.clone(), facts.elsewhere].concat();
        everywhere.sort();
        let pending = facts.pending;
        let member = Member {
            rep: RepNo(7),
            weight: 1,
            credit: Micro(0),
            makeup: Micro(0),
            profile: &facts.profile,
            from_pool: Counts {
                past: &facts.given,
                pending,
            },
            from_all: Counts {
                past: &everywhere,
                pending,
            },
            apt: facts.apt,
        };
        assert_eq!(said(gate(&member, &ballot_of(&case[1]))), case[2], "{line}");
    }
}

#[test]
fn the_gates_are_asked_in_the_order_of_their_stops() {
    let names: Vec<&str> = GATES.iter().map(|(name, _)| *name).collect();
    assert_eq!(
        names,
        [
            "left",
            "paused",
            "leave",
            "hours",
            "excluded",
            "cooling",
            "cap",
            "book",
            "specialist",
            "unearned"
        ]
    );
}
