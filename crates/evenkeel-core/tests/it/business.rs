//! Business time over every change of clocks of every zone from 2020 to 2040, against a model that
//! asks the calendar minute by minute.
//!
//! Zones that change alike in that time are one: each way to change is walked once.

use evenkeel_core::market::value::Attributes;
use evenkeel_core::people::business::Working;
use evenkeel_core::people::hours::Hours;
use evenkeel_core::people::rep::{Leave, Profile, Status};
use evenkeel_core::people::zone::Zone;
use evenkeel_core::time::{HOUR, Moment, Span};
use jiff::Timestamp;
use jiff::tz::{self, TimeZone};
use std::collections::BTreeMap;

const MINUTE: Span = Span(60_000);
/// 2020-01-01 and 2040-01-01, UTC.
const YEARS: (Moment, Moment) = (Moment(1_577_836_800_000), Moment(2_208_988_800_000));

fn profile(zone: &str, hours: &str, leaves: Vec<Leave>) -> Profile {
    Profile {
        attributes: Attributes::default(),
        closing_since: None,
        zone: zone.into(),
        hours: Hours::parse(hours).expect("hours"),
        leaves,
        status: Status::Active,
        private: None,
    }
}

fn stamp(at: Moment) -> Timestamp {
    Timestamp::from_millisecond(at.0).expect("within the calendar")
}

/// Every change of clocks of a zone in those years, with the offsets before and after it.
fn changes(zone: &str) -> Vec<(Moment, i32, i32)> {
    let found = Zone::find(zone).expect("listed");
    let all = found.changes_after(YEARS.0);
    all.take_while(|at| *at < YEARS.1)
        .map(|at| {
            let before = found.offset_seconds(Moment(at.0 - 1));
            (at, before, found.offset_seconds(at))
        })
        .filter(|(_, before, after)| before != after)
        .collect()
}

/// A zone by name, and when its offset changes from what to what, in seconds.
type Changes = (String, Vec<(Moment, i32, i32)>);

/// One name for each way of changing clocks, with all changes.
fn zones() -> Vec<Changes> {
    let mut ways: BTreeMap<Vec<(Moment, i32, i32)>, String> = BTreeMap::new();
    let mut names = 0;
    for name in tz::db().available() {
        names += 1;
        let changes = changes(name.as_str());
        if !changes.is_empty() {
            ways.entry(changes).or_insert_with(|| name.to_string());
        }
    }
    assert!(names > 400, "the bundled database has all zones: {names}");
    assert!(ways.len() > 40, "they change in many ways: {}", ways.len());
    ways.into_iter()
        .map(|(changes, name)| (name, changes))
        .collect()
}

/// What the calendar library says the wall shows: minutes since Monday 00:00.
fn wall(zone: &TimeZone, at: Moment) -> i64 {
    let shown = stamp(at).to_zoned(zone.clone());
    let day = i64::from(shown.weekday().to_monday_zero_offset());
    (day * 24 + i64::from(shown.hour())) * 60 + i64::from(shown.minute())
}

/// Working hours as shifts of minutes since Monday 00:00, and the same as text.
fn hours_around(wall: i64) -> Vec<(String, Vec<(i64, i64)>)> {
    const DAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
    let time = |minute: i64| format!("{:02}:{:02}", minute / 60 % 24, minute % 60);
    // Shifts that begin, end, or lie wholly in what a change may leave out or repeat.
    [(-150, 31), (-61, 1), (-29, 45), (0, 60), (13, 200)]
        .into_iter()
        .map(|(from, until)| {
            let from = (wall + from).rem_euclid(7 * 1440);
            let until = (wall + until).rem_euclid(7 * 1440);
            let day = DAYS[usize::try_from(from / 1440).expect("a day")];
            let text = format!("{day} {}-{}", time(from % 1440), time(until % 1440));
            (text, vec![(from, until)])
        })
        .collect()
}

/// Whether a wall minute is in one of the shifts.
fn inside(shifts: &[(i64, i64)], minute: i64) -> bool {
    shifts.iter().any(|(from, until)| match from < until {
        true => (*from..*until).contains(&minute),
        false => minute >= *from || minute < *until,
    })
}

#[test]
fn around_every_change_of_clocks_no_moment_is_lost_or_counted_twice() {
    let (mut walked, mut open_minutes) = (0, 0);
    for (name, changes) in zones() {
        let zone = TimeZone::get(&name).expect("listed");
        for (change, ..) in &changes {
            let from = *change - Span(150 * MINUTE.0);
            let minutes: Vec<Moment> = (0..300).map(|at| from + Span(at * MINUTE.0)).collect();
            let walls: Vec<i64> = minutes.iter().map(|at| wall(&zone, *at)).collect();
            for (text, shifts) in hours_around(walls[150]) {
                let open: Vec<bool> = walls.iter().map(|wall| inside(&shifts, *wall)).collect();
                agrees((&name, &text), &minutes, &open);
                open_minutes += open.iter().filter(|open| **open).count();
            }
            walked += 1;
        }
    }
    println!("{walked} changes of clocks, {open_minutes} minutes of work around them");
    assert!(walked > 1_000, "changes walked: {walked}");
}

/// Holds working time against the minutes in which the model has the rep at work.
fn agrees((zone, hours): (&str, &str), minutes: &[Moment], open: &[bool]) {
    let profile = profile(zone, hours, Vec::new());
    let working = Working::of(&profile);
    let here = || format!("{zone}, {hours}, from {}", minutes[0]);
    for (at, open) in minutes.iter().zip(open).step_by(3) {
        assert_eq!(working.at(*at), *open, "{} at {at}", here());
    }
    let end = minutes[minutes.len() - 1] + MINUTE;
    // The difference is the model's from every half hour on, and adding finds the way back.
    for start in (0..minutes.len()).step_by(30) {
        let worked = open[start..].iter().filter(|open| **open).count();
        let between = working.between(minutes[start], end);
        let model = Span(worked as i64 * MINUTE.0);
        assert_eq!(between, model, "{} from minute {start}", here());
        let half = worked / 2;
        if half == 0 {
            continue;
        }
        let span = Span(half as i64 * MINUTE.0);
        let reached = working.add(minutes[start], span);
        let works = (start..minutes.len()).filter(|minute| open[*minute]);
        let last = works.take(half).last().expect("there is as much");
        let model = Some(minutes[last] + MINUTE);
        assert_eq!(reached, model, "{} from minute {start}", here());
    }
}

#[test]
fn adding_and_taking_the_difference_are_each_others_inverse() {
    let leave = Leave {
        from: Moment(1_774_000_000_000),
        until: Moment(1_774_400_000_000),
    };
    for (zone, hours) in [
        ("America/New_York", "Mon-Fri 09:00-17:30"),
        ("Europe/Berlin", "Sat-Sun 22:00-06:00; Mon 00:00-03:30"),
        ("Australia/Lord_Howe", "Mon-Sun 01:15-02:45"),
        ("Asia/Kathmandu", "always"),
    ] {
        let profile = profile(zone, hours, vec![leave]);
        let working = Working::of(&profile);
        let mut from = Moment(1_772_442_000_123);
        for step in 0..400 {
            let span = Span(1 + step * step * 1_234_567 % (40 * HOUR.0));
            let until = working.add(from, span).expect("within a year");
            assert_eq!(
                working.between(from, until),
                span,
                "{zone} from {from} for {span:?}"
            );
            let short = working.between(from, until - Span(1));
            assert_eq!(
                short,
                Span(span.0 - 1),
                "the last millisecond is worked: {zone} {from}"
            );
            assert!(
                until <= leave.from || until > leave.until,
                "{zone}: not on leave"
            );
            from = from + Span(7 * HOUR.0 + step * 61_003);
        }
    }
}

#[test]
fn who_never_works_has_no_answer_and_nothing_takes_no_time() {
    let always_away = Leave {
        from: Moment(0),
        until: Moment(i64::MAX),
    };
    let profile = profile("UTC", "Mon 09:00-10:00", vec![always_away]);
    let working = Working::of(&profile);
    let now = Moment(1_772_442_000_000);
    assert_eq!(working.add(now, MINUTE), None);
    assert_eq!(working.add(now, Span(0)), Some(now));
    assert_eq!(working.between(now, now + Span::days(30)), Span(0));
    assert_eq!(working.between(now, now - HOUR), Span(0));
}
