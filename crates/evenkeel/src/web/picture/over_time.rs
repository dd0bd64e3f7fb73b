//! A rate with its interval in each period, from left to right, one row a rep; the team's rate of
//! the same period beside it.
//!
//! One drawing per table row, as in [`super::shares`]; all rows have the same two axes.

use crate::web::picture::frame::Frame;
use crate::web::picture::scale::round_up;
use evenkeel_core::measure::figure::{Figure, percent};
use evenkeel_core::units::Micro;
use maud::{Markup, html};

const ROW: u32 = 58;
const TOP: f64 = 5.0;
const HEIGHT: f64 = 48.0;

/// One period.
#[derive(Clone, Debug)]
pub struct Point {
    /// What the period is called.
    pub name: String,
    /// The rate; `None` without leads.
    pub rate: Option<Figure>,
    /// The rate of all; `None` without leads.
    pub team: Option<f64>,
}

/// The shared axes: periods across, rates from zero to a round one upwards.
#[derive(Clone, Copy, Debug)]
pub struct OverTime {
    periods: usize,
    most: f64,
}

impl OverTime {
    /// For so many periods with rates of up to this.
    pub fn new(periods: usize, most: f64) -> Self {
        let tenfold = round_up(Micro((most.clamp(0.0, 1.0) * 1e7).round() as i64)).0;
        Self {
            periods: periods.max(1),
            most: (tenfold as f64 / 1e7).clamp(0.01, 1.0),
        }
    }

    fn x(&self, at: usize) -> String {
        format!("{:.2}%", (at as f64 + 0.5) * 100.0 / self.periods as f64)
    }

    fn y(&self, rate: f64) -> String {
        let part = (rate / self.most).clamp(0.0, 1.0);
        format!("{:.1}", TOP + (1.0 - part) * HEIGHT)
    }

    /// The head over the rows, with the first and the last period.
    pub fn head(&self, id: &str, (first, last): (&str, &str)) -> Markup {
        let desc = format!(
            "Across: {} periods, from {first} to {last}. Upwards: close rates from 0 to {}. The filled mark \
             is the rate of a period with its 95 % interval, the short level line the team’s rate of it.",
            self.periods,
            percent(self.most)
        );
        let frame = Frame {
            id,
            title: "Close rates period by period",
            desc: &desc,
            height: 16,
        };
        frame.alone(html! {
            text x="0" y="12" { (first) }
            text x="50%" y="12" text-anchor="middle" { "0 to " (percent(self.most)) }
            @if last != first { text x="100%" y="12" text-anchor="end" { (last) } }
        })
    }

    /// One rep.
    pub fn row(&self, name: &str, points: &[Point]) -> Markup {
        let known = points.iter().filter(|point| point.rate.is_some()).count();
        let told = format!("{name}: rates of {known} periods");
        let half = 30.0 / self.periods as f64;
        html! {
            svg role="img" aria-label=(told) width="100%" height=(ROW) {
                @for rate in [0.0, self.most] {
                    line.grid x1="0" x2="100%" y1=(self.y(rate)) y2=(self.y(rate)) {}
                }
                @for (at, point) in points.iter().enumerate() {
                    @let middle = (at as f64 + 0.5) * 100.0 / self.periods as f64;
                    @if let Some(team) = point.team {
                        line.zero x1=(format!("{:.2}%", middle - half)) x2=(format!("{:.2}%", middle + half))
                            y1=(self.y(team)) y2=(self.y(team)) {}
                    }
                    @if let Some(rate) = &point.rate {
                        line.way x1=(self.x(at)) x2=(self.x(at))
                            y1=(self.y(rate.interval.high)) y2=(self.y(rate.interval.low)) {}
                        circle.turn cx=(self.x(at)) cy=(self.y(rate.value)) r="3.5"
                            data-tip=(format!("{}: {}", point.name, rate.as_percent())) {}
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use evenkeel_core::measure::figure::Interval;

    #[test]
    fn periods_stand_side_by_side_on_one_axis_of_rates() {
        let rate = Figure {
            value: 0.2,
            interval: Interval {
                low: 0.1,
                high: 0.4,
            },
            n: 50.0,
        };
        let point = |rate, team| Point {
            name: "<b>".to_owned(),
            rate,
            team,
        };
        let picture = OverTime::new(2, 0.4);
        let drawn = picture
            .row("<i>", &[point(Some(rate), Some(0.5)), point(None, None)])
            .into_string();
        assert!(drawn.contains("cx=\"25.00%\" cy=\"33.8\""), "{drawn}");
        assert!(drawn.contains("y1=\"14.6\" y2=\"43.4\""), "{drawn}");
        assert_eq!(drawn.matches("class=\"turn\"").count(), 1);
        assert!(!drawn.contains("<i>") && !drawn.contains("<b>"));
        let none = OverTime::new(0, f64::NAN).row("x", &[]).into_string();
        assert!(!none.contains("NaN"), "{none}");
        let head = picture.head("over", ("2026-01", "2026-02")).into_string();
        assert!(head.contains("0 to 50 %"), "{head}");
    }
}
