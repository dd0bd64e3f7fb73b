//! Working hours: tables in `tests/data/hours`, and every change of clocks walked through.

use crate::rotation_tables::table;
use crate::rotation_team::{cases, config};
use evenkeel_core::people::hours::{HOURS_TEXT_MAX, Hours, zone_known};
use evenkeel_core::people::zone::Zone;
use evenkeel_core::time::{DAY, Moment, Span};
use jiff::Timestamp;
use jiff::civil::Weekday;
use jiff::tz::TimeZone;
use proptest::prelude::*;

const MINUTE: Span = Span(60_000);

#[test]
fn text_is_read_and_shown_or_refused_with_its_place() {
    for (case, line) in table(include_str!("../data/hours/text.txt")) {
        match Hours::parse(&case[0]) {
            Ok(hours) => {
                assert_eq!(hours.to_string(), case[1], "{line}");
                assert_eq!(
                    Hours::parse(&case[1]).as_ref(),
                    Ok(&hours),
                    "reads back: {line}"
                );
            }
            Err(error) => {
                assert_eq!(
                    error.to_string(),
                    format!("working hours, {}", case[1]),
                    "{line}"
                );
            }
        }
    }
}

#[test]
fn text_beyond_the_bound_is_refused() {
    let fits = format!("Mon 09:00-10:00{}", " ".repeat(HOURS_TEXT_MAX - 15));
    assert!(Hours::parse(&fits).is_ok());
    let error = Hours::parse(&format!("{fits} ")).expect_err("one byte too long");
    assert!(
        error.to_string().contains("longer than 500 bytes"),
        "{error}"
    );
    assert_eq!(Hours::parse("").expect_err("nothing").character, 1);
    let error = Hours::parse("Mon 09:00-10:00; Montäg 09:00-10:00").expect_err("no day");
    assert_eq!((error.character, error.seen.as_str()), (18, "Montäg"));
}

#[test]
fn hours_open_and_close_with_the_clock_on_the_wall() {
    let moment = |text: &str| {
        Moment(
            text.parse::<Timestamp>()
                .unwrap_or_else(|_| panic!("{text:?}"))
                .as_millisecond(),
        )
    };
    for (case, line) in table(include_str!("../data/hours/open.txt")) {
        let hours = Hours::parse(&case[0]).expect("hours");
        let (zone, now) = (&case[1], moment(&case[2]));
        let opens = if case[3] == "open" {
            now
        } else {
            moment(&case[3])
        };
        assert_eq!(hours.open_at(zone, now), opens == now, "{line}");
        assert_eq!(hours.opens_next(zone, now), Some(opens), "{line}");
    }
}

#[test]
fn zones_are_those_of_the_database() {
    for known in [
        "UTC",
        "America/New_York",
        "Asia/Kolkata",
        "America/Argentina/Ushuaia",
    ] {
        assert!(zone_known(known), "{known}");
    }
    for unknown in ["", "Mars/Olympus", "New York", "+01:00", "America/"] {
        assert!(!zone_known(unknown), "{unknown}");
    }
}

#[test]
fn hours_travel_as_their_text() {
    let hours = Hours::parse("Mon-Fri 09:00-17:30").expect("hours");
    let bytes = postcard::to_stdvec(&hours).expect("encodes");
    assert_eq!(bytes[1..], *b"Mon-Fri 09:00-17:30");
    assert_eq!(postcard::from_bytes::<Hours>(&bytes), Ok(hours));
    let wrong = postcard::to_stdvec("Mon-Fri").expect("encodes");
    assert!(postcard::from_bytes::<Hours>(&wrong).is_err());
}

/// Ranges as minutes of the week, for a model that walks instead of computing.
struct Model {
    open: Vec<bool>,
}

impl Model {
    /// Days from Monday, and ranges that do not pass midnight.
    fn of(ranges: &[(usize, usize, usize)]) -> Self {
        let mut open = vec![false; 7 * 1_440];
        for (day, from, until) in ranges {
            open[day * 1_440 + from..day * 1_440 + until].fill(true);
        }
        Self { open }
    }

    fn text(ranges: &[(usize, usize, usize)]) -> String {
        let day = |day: usize| ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"][day];
        let time = |minute: usize| format!("{:02}:{:02}", minute / 60, minute % 60);
        let range = |(at, from, until): &(usize, usize, usize)| {
            format!("{} {}-{}", day(*at), time(*from), time(*until))
        };
        ranges.iter().map(range).collect::<Vec<_>>().join("; ")
    }

    /// What the calendar library shows on the wall decides.
    fn open_at(&self, zone: &TimeZone, now: Moment) -> bool {
        let stamp = Timestamp::from_millisecond(now.0).expect("a year of this century");
        let wall = zone.to_datetime(stamp);
        let day = wall.weekday().since(Weekday::Monday) as usize;
        self.open[day * 1_440 + wall.hour() as usize * 60 + wall.minute() as usize]
    }
}

/// Every change of clocks in `zone` from 2020 to 2040, three hours before and after, in steps.
fn walk_changes(name: &str, ranges: &[(usize, usize, usize)], step: Span) -> u32 {
    let model = Model::of(ranges);
    let hours = Hours::parse(&Model::text(ranges)).expect("hours");
    let (zone, ours) = (TimeZone::get(name).expect("a zone"), Zone::named(name));
    let start: Timestamp = "2020-01-01T00:00:00Z".parse().expect("a time");
    let end: Timestamp = "2041-01-01T00:00:00Z".parse().expect("a time");
    let mut changes = 0;
    for change in zone.following(start).map(|change| change.timestamp()) {
        if change >= end {
            break;
        }
        changes += 1;
        let change = Moment(change.as_millisecond());
        // Backwards, so that the next opening is known at every minute.
        let mut opens = None;
        let mut now = change + DAY + Span::hours(5);
        while now >= change - Span::hours(3) {
            let open = model.open_at(&zone, now);
            if open {
                opens = Some(now);
            }
            if now <= change + Span::hours(3) {
                assert_eq!(hours.open_in(&ours, now), open, "{name} {now} {hours}");
                assert_eq!(hours.opens_in(&ours, now), opens, "{name} {now} {hours}");
            }
            now = now - step;
        }
    }
    changes
}

/// Every day the same range, given in minutes.
fn daily(from: usize, until: usize) -> Vec<(usize, usize, usize)> {
    (0..7).map(|day| (day, from, until)).collect()
}

#[test]
fn every_change_of_clocks_is_as_the_wall_shows_it() {
    const ZONES: [&str; 12] = [
        "America/New_York",
        "America/Los_Angeles",
        "America/Santiago",
        "America/Havana",
        "America/St_Johns",
        "Europe/Lisbon",
        "Europe/Berlin",
        "Africa/Casablanca",
        "Asia/Beirut",
        "Australia/Sydney",
        "Australia/Lord_Howe",
        "Pacific/Auckland",
    ];
    let patterns = [
        daily(75, 105),
        daily(120, 180),
        daily(150, 300),
        daily(0, 90),
        daily(1_380, 1_440),
    ];
    let mut changes = 0;
    for zone in ZONES {
        for pattern in &patterns {
            changes += walk_changes(zone, pattern, Span(5 * MINUTE.0));
        }
    }
    assert!(changes > 12 * 5 * 30, "{changes} changes of clocks");

    // EVENKEEL_CASES of 1,000 and more walks every zone there is, minute by minute.
    if cases(0) >= 1_000 {
        for zone in jiff::tz::db().available() {
            for pattern in &patterns {
                walk_changes(zone.as_str(), pattern, MINUTE);
            }
        }
    }
}

proptest! {
    #![proptest_config(config(200))]

    #[test]
    fn hours_read_back_and_open_as_a_walk_through_the_week_does(
        ranges in proptest::collection::vec((0..7usize, 0..1_439usize, 1..1_440usize), 1..8),
        zone in proptest::sample::select(vec!["UTC", "America/New_York", "Asia/Kolkata", "Pacific/Apia"]),
        minute in 0..60 * 24 * 1_000i64,
    ) {
        let ranges: Vec<_> = ranges
            .into_iter()
            .map(|(day, from, length)| (day, from, (from + length).min(1_440)))
            .collect();
        let (model, text) = (Model::of(&ranges), Model::text(&ranges));
        let hours = Hours::parse(&text).expect("a text of ranges");
        prop_assert_eq!(Hours::parse(&hours.to_string()), Ok(hours.clone()));
        let (zone, ours) = (TimeZone::get(zone).expect("a zone"), Zone::named(zone));
        let now = Moment(1_772_409_600_000 + minute * MINUTE.0);
        let opens = (0..8 * 1_440i64)
            .map(|wait| now + Span(wait * MINUTE.0))
            .find(|later| model.open_at(&zone, *later));
        prop_assert_eq!(hours.open_in(&ours, now), opens == Some(now));
        prop_assert_eq!(hours.opens_in(&ours, now), opens);
    }

    #[test]
    fn no_text_does_harm(text in "[A-Za-z0-9:;, \\-äß]{0,60}") {
        if let Ok(hours) = Hours::parse(&text) {
            prop_assert_eq!(Hours::parse(&hours.to_string()), Ok(hours));
        }
    }
}
