//! The next moment of a cadence: the beginning of a week, month or fiscal quarter on a wall clock.
//!
//! Resolved once, to a moment in UTC that goes into the journal; nothing else computes with local
//! time, so an update of the zone rules moves no date that was already announced.

use crate::event::Event;
use crate::event::sweeping::Sweeping;
use crate::people::zone::Zone;
use crate::policy::document::recycling::{Cadence, Period, Recycling, Schedule};
use crate::time::Moment;
use jiff::civil::{Date, Weekday};

/// The event that sets the next moment after `now`; `None` when everything goes at once.
pub fn set(recycling: &Recycling, now: Moment) -> Option<Event> {
    let Cadence::Every(schedule) = &recycling.cadence else {
        return None;
    };
    let at = next(schedule, now)?;
    let zone = Zone::named(&schedule.zone);
    let local = format!("{} {}", zone.clock(at), schedule.zone);
    Some(Event::Sweeping(Sweeping::CadenceSet { at, local }))
}

/// The first beginning of a period after `now`. *Bounds*: `None` beyond the calendar.
pub fn next(schedule: &Schedule, now: Moment) -> Option<Moment> {
    let zone = Zone::named(&schedule.zone);
    let mut begins = begin(schedule, zone.date(now)?)?;
    loop {
        let at = zone.moment(begins, schedule.minute)?;
        if at > now {
            return Some(at);
        }
        begins = after(schedule.period, begins)?;
    }
}

/// The first day of the period that a day is in.
fn begin(schedule: &Schedule, day: Date) -> Option<Date> {
    let first = day.first_of_month();
    match schedule.period {
        Period::Week => {
            let back = day.weekday().since(Weekday::Monday);
            day.checked_sub(jiff::Span::new().days(i64::from(back)))
                .ok()
        }
        Period::Month => Some(first),
        Period::Quarter => {
            let into = (day.month() - schedule.first_month as i8).rem_euclid(3);
            first
                .checked_sub(jiff::Span::new().months(i64::from(into)))
                .ok()
        }
    }
}

/// The first day of the next period.
fn after(period: Period, begins: Date) -> Option<Date> {
    let span = jiff::Span::new();
    let span = match period {
        Period::Week => span.days(7),
        Period::Month => span.months(1),
        Period::Quarter => span.months(3),
    };
    begins.checked_add(span).ok()
}
