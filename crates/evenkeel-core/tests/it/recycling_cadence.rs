//! The next moment of a cadence on wall clocks: quarter ends, fiscal years, daylight saving.

use evenkeel_core::people::zone::Zone;
use evenkeel_core::policy::document::recycling::{Period, Schedule};
use evenkeel_core::recycling::cadence::next;
use evenkeel_core::time::{DAY, HOUR, Moment, Span};

fn schedule(period: Period, zone: &str, minute: u16, first_month: u8) -> Schedule {
    Schedule {
        period,
        zone: zone.to_owned(),
        minute,
        first_month,
    }
}

fn moment(text: &str) -> Moment {
    let stamp: jiff::Timestamp = text.parse().expect("a moment");
    Moment(stamp.as_millisecond())
}

/// Cadence, zone, time of day, first month, now, and what comes next.
const NEXT: &str = "
quarterly UTC 00:00 1 2026-03-31T23:59:59Z 2026-04-01T00:00:00Z
quarterly UTC 00:00 1 2026-04-01T00:00:00Z 2026-07-01T00:00:00Z
quarterly UTC 06:00 2 2026-02-10T00:00:00Z 2026-05-01T06:00:00Z
quarterly UTC 06:00 2 2026-01-31T23:00:00Z 2026-02-01T06:00:00Z
quarterly UTC 00:00 12 2026-11-30T23:00:00Z 2026-12-01T00:00:00Z
quarterly UTC 00:00 12 2026-12-31T23:00:00Z 2027-03-01T00:00:00Z
monthly America/New_York 06:00 1 2026-02-27T00:00:00Z 2026-03-01T11:00:00Z
monthly America/New_York 06:00 1 2026-03-15T00:00:00Z 2026-04-01T10:00:00Z
weekly Europe/Berlin 06:00 1 2026-03-24T00:00:00Z 2026-03-30T04:00:00Z
weekly Europe/Berlin 06:00 1 2026-10-20T00:00:00Z 2026-10-26T05:00:00Z
weekly Europe/Berlin 06:00 1 2026-10-26T05:00:00Z 2026-11-02T05:00:00Z
";

#[test]
fn the_beginning_of_the_next_period() {
    for row in NEXT.trim().lines() {
        let [word, zone, clock, first, now, wanted] = row
            .split(' ')
            .collect::<Vec<_>>()
            .try_into()
            .expect("six columns");
        let mut periods = [Period::Week, Period::Month, Period::Quarter].into_iter();
        let period = periods.find(|one| one.word() == word).expect("a cadence");
        let hour: u16 = clock[..2].parse().expect("an hour");
        let first = first.parse().expect("a month");
        let found = next(&schedule(period, zone, hour * 60, first), moment(now));
        assert_eq!(found, Some(moment(wanted)), "{row}");
    }
}

/// Every transition of some zones 2020–2040: the moment that comes next is later, at the minute the
/// policy says unless that is skipped, and no period is left out.
#[test]
fn every_change_of_the_clock_is_survived() {
    let zones = [
        "Europe/Berlin",
        "America/New_York",
        "America/Sao_Paulo",
        "Australia/Lord_Howe",
        "Asia/Beirut",
        "Africa/Casablanca",
        "America/Santiago",
        "Pacific/Apia",
        "Asia/Tehran",
        "Africa/Cairo",
        "UTC",
    ];
    let (from, to) = (
        moment("2020-01-01T00:00:00Z"),
        moment("2040-01-01T00:00:00Z"),
    );
    let mut crossed = 0;
    for name in zones {
        let zone = Zone::find(name).expect("bundled");
        let changes: Vec<Moment> = zone.changes_after(from).take_while(|at| *at < to).collect();
        for minute in [0, 30, 150, 360] {
            for change in &changes {
                let schedule = schedule(Period::Week, name, minute, 1);
                let mut now = *change - Span::days(9);
                for _ in 0..3 {
                    let at = next(&schedule, now).expect("within the calendar");
                    let gap = at - now;
                    assert!(
                        gap.0 > 0 && gap.0 <= 7 * DAY.0 + HOUR.0,
                        "{name} {now} {at}"
                    );
                    let shown = zone.clock(at);
                    let wanted = format!("{:02}:{:02}", minute / 60, minute % 60);
                    let skipped = zone.offset_seconds(at) != zone.offset_seconds(at - HOUR);
                    assert!(
                        shown.ends_with(&wanted) || skipped,
                        "{name} {shown} {wanted}"
                    );
                    now = at;
                    crossed += 1;
                }
            }
        }
    }
    assert!(crossed > 1_000, "{crossed}");
}
