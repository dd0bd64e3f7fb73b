//! When a rep can take records: the coming week in the rep's zone, and how much of each cap is
//! used.
//!
//! Nothing is decided here; the gates of the core do that on every turn.

use crate::web::manner::count_since;
use crate::web::picture::week::Week;
use crate::web::scene::Scene;
use crate::web::words;
use evenkeel_core::ids::RepNo;
use evenkeel_core::people::rep::{Profile, Status};
use evenkeel_core::people::zone::Zone;
use evenkeel_core::sentence;
use evenkeel_core::time::{DAY, HOUR, Moment, Span};
use jiff::{Timestamp, ToSpan, tz::TimeZone};
use maud::{Markup, html};

/// How finely working hours are looked at; people write them in whole and half hours.
const STEP: Span = Span(HOUR.0 / 4);

/// The seven days from today's midnight in the rep's zone.
pub fn week(profile: &Profile, now: Moment) -> Week {
    let midnights = midnights(&profile.zone, now);
    let (start, end) = (midnights[0].1, midnights[7].1);
    let zone = Zone::named(&profile.zone);
    let mut open: Vec<(Moment, Moment)> = Vec::new();
    let mut at = start;
    while at < end {
        let next = at + STEP;
        if profile.hours.open_in(&zone, at) {
            match open.last_mut() {
                Some(last) if last.1 == at => last.1 = next,
                _ => open.push((at, next)),
            }
        }
        at = next;
    }
    let away = profile
        .leaves
        .iter()
        .filter(|leave| leave.until > start && leave.from < end)
        .map(|leave| (leave.from.max(start), leave.until.min(end)))
        .collect();
    let days = midnights.into_iter().take(7).collect();
    Week {
        days,
        end,
        open,
        away,
        now,
    }
}

/// Eight local midnights from today's on, with the name of the day that begins.
fn midnights(zone: &str, now: Moment) -> Vec<(String, Moment)> {
    let zone = TimeZone::get(zone).unwrap_or(TimeZone::UTC);
    let local = Timestamp::from_millisecond(now.0)
        .unwrap_or_default()
        .to_zoned(zone);
    (0..8)
        .map(|day| {
            let midnight = local
                .checked_add(day.days())
                .and_then(|then| then.start_of_day())
                .map_or(now.0 + i64::from(day) * DAY.0, |then| {
                    then.timestamp().as_millisecond()
                });
            let name = local.checked_add(day.days());
            let name = name.map_or_else(|_| String::new(), |then| then.strftime("%a").to_string());
            (name, Moment(midnight))
        })
        .collect()
}

/// The week in words, for those who do not see the strip.
pub fn week_words(profile: &Profile, name: &str, now: Moment) -> String {
    let mut words = format!(
        "{name}, the next seven days in {}: {}.",
        profile.zone,
        hours_words(profile)
    );
    for leave in profile
        .leaves
        .iter()
        .filter(|leave| leave.until > now)
        .take(3)
    {
        words.push_str(&format!(
            " On leave from {} until {}.",
            sentence::local(&profile.zone, leave.from),
            sentence::local(&profile.zone, leave.until)
        ));
    }
    words
}

/// `Mon-Fri 09:00-17:30`, or `all hours`.
pub fn hours_words(profile: &Profile) -> String {
    match profile.hours.is_always() {
        true => "all hours".to_owned(),
        false => profile.hours.to_string(),
    }
}

/// Where the rep stands, as a small mark.
pub fn mark(profile: &Profile, now: Moment) -> Markup {
    html! {
        @match profile.status {
            Status::Left => span.tag { "left" },
            Status::Paused { review: Some(review), .. } if review <= now => {
                span.tag.warn { "paused, review due" }
            }
            Status::Paused { .. } => span.tag { "paused" },
            Status::Active => {
                @if profile.leave_at(now).is_some() { span.tag { "on leave" } }
                @else if profile.hours.open_at(&profile.zone, now) { span.tag.on { "in rotation" } }
                @else { span.tag { "outside hours" } }
            }
        }
    }
}

/// Every cap that limits this rep, with how much of it is used.
///
/// *Order*: those over all pools, then by pool; the shortest window first.
pub fn caps(scene: &Scene<'_>, rep: RepNo) -> Vec<CapUsed> {
    let Some(policy) = scene.state.policy() else {
        return Vec::new();
    };
    let document = policy.document();
    let mut used = Vec::new();
    let mut add =
        |caps: &evenkeel_core::policy::document::Caps, moments: &[Moment], pool: Option<&str>| {
            for (cap, days, window) in [
                (caps.day, 1, "24 h"),
                (caps.week, 7, "7 days"),
                (caps.month, 30, "30 days"),
            ] {
                if let Some(cap) = cap {
                    let count = count_since(moments, scene.now - Span::days(days)) as u32;
                    used.push(CapUsed {
                        pool: pool.map(str::to_owned),
                        window,
                        count,
                        cap,
                    });
                }
            }
        };
    add(
        &document.caps,
        scene.state.roster().rep(rep).history.moments(),
        None,
    );
    for spec in &document.pools {
        let pool = scene
            .state
            .pool_no(&spec.name)
            .map(|pool| scene.state.pool(pool));
        if let Some(pool) = pool.filter(|pool| pool.ledger.entry(rep).is_some()) {
            let moments = pool
                .tally(rep)
                .map_or(&[][..], |tally| tally.history.moments());
            add(&spec.caps, moments, Some(&spec.name));
        }
    }
    used
}

/// One cap and how much of it is used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CapUsed {
    /// The pool it belongs to; `None` is over all pools.
    pub pool: Option<String>,
    window: &'static str,
    count: u32,
    cap: u32,
}

impl CapUsed {
    /// Whether nothing more fits.
    pub fn reached(&self) -> bool {
        self.count >= self.cap
    }

    /// `3 of 5 in 24 h from pool us`, or `from all pools`.
    pub fn named(&self) -> String {
        match &self.pool {
            Some(pool) => format!("{} from pool {pool}", self.words()),
            None => format!("{} from all pools", self.words()),
        }
    }

    /// `3 of 5 in 24 h`.
    pub fn words(&self) -> String {
        let (count, cap) = (
            words::thousands(self.count.into()),
            words::thousands(self.cap.into()),
        );
        format!("{count} of {cap} in {}", self.window)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use evenkeel_core::market::value::Attributes;
    use evenkeel_core::people::hours::Hours;
    use evenkeel_core::people::rep::Leave;

    fn profile(zone: &str, hours: &str) -> Profile {
        Profile {
            attributes: Attributes::default(),
            closing_since: None,
            zone: zone.into(),
            hours: Hours::parse(hours).expect("written right"),
            leaves: Vec::new(),
            status: Status::Active,
            private: None,
        }
    }

    /// Wednesday 4 March 2026, 12:00 UTC; New York's clocks change on the Sunday after.
    const NOW: Moment = Moment(1_772_625_600_000);

    #[test]
    fn a_week_has_seven_local_days_also_when_clocks_change() {
        let week = week(&profile("America/New_York", "Mon-Fri 09:00-17:00"), NOW);
        assert_eq!(week.days.len(), 7);
        assert_eq!(week.days[0].0, "Wed");
        assert_eq!(
            week.end - week.days[0].1,
            Span(7 * DAY.0 - HOUR.0),
            "one hour is left out"
        );
        assert_eq!(week.open.len(), 5);
        for (from, until) in &week.open {
            assert_eq!(*until - *from, Span::hours(8));
        }
    }

    #[test]
    fn leave_is_cut_to_the_week() {
        let mut rep = profile("UTC", "always");
        let (from, until) = (NOW - Span::days(30), NOW + Span::days(2));
        rep.leaves.push(Leave { from, until });
        let week = week(&rep, NOW);
        assert_eq!(week.away, [(week.days[0].1, until)]);
        assert_eq!(week.open.len(), 1);
        assert!(week_words(&rep, "Ana", NOW).contains("all hours. On leave"));
    }

    #[test]
    fn an_unknown_zone_counts_as_utc() {
        assert_eq!(week(&profile("Mars/Olympus", "always"), NOW).days.len(), 7);
    }
}
