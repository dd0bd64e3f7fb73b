//! A rate with its interval for everybody, on one axis, and the team's as a line through all.
//!
//! One drawing per table row, as in [`super::shares`]. The filled mark is the rate drawn towards
//! the team's, with its interval; the ring is the rep's own.

use crate::web::picture::frame::Frame;
use crate::web::picture::scale::{Axis, round_up};
use evenkeel_core::measure::figure::{Figure, percent};
use evenkeel_core::units::Micro;
use maud::{Markup, html};

const ROW: u32 = 31;
/// Millionths in one.
const MILLION: f64 = 1_000_000.0;

/// The shared axis.
#[derive(Clone, Copy, Debug)]
pub struct Forest {
    axis: Axis,
    most: i64,
    team: i64,
}

fn micro(share: f64) -> i64 {
    (share.clamp(0.0, 1.0) * MILLION).round() as i64
}

impl Forest {
    /// For these rates and the team's, from zero to a round share above all of them.
    pub fn new<'a>(team: &Figure, rates: impl Iterator<Item = (&'a Figure, f64)>) -> Self {
        let ends = rates.map(|(drawn, own)| drawn.interval.high.max(own));
        let most = ends.fold(team.interval.high, f64::max);
        // Round in tenths of a percent: the axis is in hundredths.
        let tenfold = round_up(Micro(micro(most) * 10)).0;
        let most = ((tenfold + 9) / 10).min(1_000_000);
        Self {
            axis: Axis::new(0, most),
            most,
            team: micro(team.value),
        }
    }

    /// The head over the rows.
    pub fn head(&self, id: &str) -> Markup {
        let most = percent(self.most as f64 / MILLION);
        let team = percent(self.team as f64 / MILLION);
        let desc = format!(
            "From 0 to {most}. The filled mark is the rate drawn towards the team’s with its 95 % \
             interval, the ring the rep’s own rate, the upright line the team’s, {team}."
        );
        let frame = Frame {
            id,
            title: "Close rates with their intervals",
            desc: &desc,
            height: 16,
        };
        let at = self.axis.at(self.team);
        let near_end = self.team * 10 > self.most * 8 || self.team * 10 < self.most * 2;
        frame.alone(html! {
            text x="0" y="12" { "0" }
            @if !near_end { text x=(at) y="12" text-anchor="middle" { "team " (team) } }
            text x="100%" y="12" text-anchor="end" { (most) }
        })
    }

    /// One rep.
    pub fn row(&self, name: &str, drawn: &Figure, own: f64) -> Markup {
        let tip = format!("{name}: {}, own rate {}", drawn.as_percent(), percent(own));
        let [low, value, high] = [drawn.interval.low, drawn.value, drawn.interval.high]
            .map(|end| self.axis.at(micro(end)));
        let team = self.axis.at(self.team);
        html! {
            svg role="img" aria-label=(tip) width="100%" height=(ROW) data-tip=(tip) {
                line.zero x1=(team) x2=(team) y1="0" y2=(ROW) {}
                line.due x1=(low) x2=(high) y1="15.5" y2="15.5" {}
                circle.was cx=(self.axis.at(micro(own))) cy="15.5" r="4" {}
                circle.turn cx=(value) cy="15.5" r="5" {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use evenkeel_core::measure::figure::Interval;

    fn figure(value: f64, low: f64, high: f64) -> Figure {
        Figure {
            value,
            interval: Interval { low, high },
            n: 100.0,
        }
    }

    #[test]
    fn marks_lie_on_one_axis_that_ends_at_a_round_share() {
        let team = figure(0.2, 0.15, 0.25);
        let rates = [
            (figure(0.1, 0.05, 0.2), 0.08),
            (figure(0.22, 0.1, 0.38), 0.24),
        ];
        let forest = Forest::new(&team, rates.iter().map(|(figure, own)| (figure, *own)));
        assert_eq!(forest.most, 500_000);
        let row = forest.row("<i>D", &rates[0].0, rates[0].1).into_string();
        assert!(row.contains("x1=\"10%\" x2=\"40%\""), "{row}");
        assert!(
            row.contains("cx=\"16%\"") && row.contains("cx=\"20%\""),
            "{row}"
        );
        assert!(
            row.contains("&lt;i&gt;D: 10 % (between 5 % and 20 %), own rate 8 %"),
            "{row}"
        );
        let head = forest.head("forest").into_string();
        assert!(
            head.contains("team 20 %") && head.contains("50 %"),
            "{head}"
        );
        let none = figure(f64::NAN, 0.0, f64::INFINITY);
        assert!(!forest.row("x", &none, 0.0).into_string().contains("NaN%"));
    }
}
