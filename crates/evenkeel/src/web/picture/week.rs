//! A week of one rep: when working hours are, when leave is, and where now is.
//!
//! Stretches come in already worked out; the picture knows no zone and no calendar.

use crate::web::picture::scale::Axis;
use evenkeel_core::time::Moment;
use maud::{Markup, html};

/// Seven days in the rep's zone.
#[derive(Clone, Debug)]
pub struct Week {
    /// Local midnights, one more than days; ascending.
    pub days: Vec<(String, Moment)>,
    /// End of the last day.
    pub end: Moment,
    /// Working hours, ascending.
    pub open: Vec<(Moment, Moment)>,
    /// Absences, ascending.
    pub away: Vec<(Moment, Moment)>,
    /// The present.
    pub now: Moment,
}

/// The head over many strips, each of which begins at its own rep's midnight.
pub fn head() -> Markup {
    html! {
        svg width="100%" height="14" aria-hidden="true" {
            @for day in 0..7 {
                text x=(format!("{}.{:02}%", 10_000 * day / 700, 10_000 * day / 7 % 100)) y="11" {
                    @if day == 0 { "today" } @else { "+" (day) }
                }
            }
        }
    }
}

impl Week {
    /// The strip; `label` says whose week it is and what it shows, in words.
    pub fn draw(&self, label: &str, tall: bool) -> Markup {
        let Some((_, start)) = self.days.first() else {
            return html! {};
        };
        let axis = Axis::new(start.0, self.end.0);
        let (height, top, lane) = if tall { (44, 18, 20) } else { (31, 10, 11) };
        let days: Vec<(&str, Moment, Moment)> = self
            .days
            .iter()
            .enumerate()
            .map(|(at, (label, from))| {
                let until = self.days.get(at + 1).map_or(self.end, |(_, next)| *next);
                (label.as_str(), *from, until)
            })
            .collect();
        // A small gap between days is what makes them days.
        let gap = (self.end.0 - start.0) / 500;
        html! {
            svg role="img" aria-label=(label) width="100%" height=(height) {
                @for (label, from, until) in days {
                    rect.lane x=(axis.at(from.0)) width=(axis.width(from.0, until.0 - gap))
                        y=(top) height=(lane) rx="2" {}
                    @if tall { text x=(axis.at(from.0)) y="12" { (label) } }
                }
                @for (from, until) in &self.open {
                    rect.hours x=(axis.at(from.0)) width=(axis.width(from.0, until.0 - gap))
                        y=(top) height=(lane) rx="1" {}
                }
                @for (from, until) in &self.away {
                    rect.leave x=(axis.at(from.0)) width=(axis.width(from.0, until.0 - gap))
                        y=(top + lane / 2 - 3) height="6" rx="3" {}
                }
                @if self.now.0 >= start.0 && self.now.0 < self.end.0 {
                    line.now x1=(axis.at(self.now.0)) x2=(axis.at(self.now.0))
                        y1=(top - 4) y2=(top + lane + 4) {}
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hours_leave_and_now_lie_on_one_axis() {
        let hour = 3_600_000;
        let week = Week {
            days: (0..7)
                .map(|day| (format!("d{day}"), Moment(day * 24 * hour)))
                .collect(),
            end: Moment(7 * 24 * hour),
            open: vec![(Moment(9 * hour), Moment(17 * hour))],
            away: vec![(Moment(24 * hour), Moment(48 * hour))],
            now: Moment(84 * hour),
        };
        let drawn = week.draw("Ana's week", true).into_string();
        assert_eq!(drawn.matches("class=\"lane\"").count(), 7);
        assert!(drawn.contains("x1=\"50%\""), "{drawn}");
        assert!(drawn.contains("Ana's week"), "{drawn}");
        assert!(!week.draw("w", false).into_string().contains("<text"));
    }
}
