//! How much was worked within how many days: a step curve with its interval as a band.
//!
//! Drawn out of upright and level pieces at percentages of the width, so that nothing is stretched.

use crate::web::picture::frame::Frame;
use evenkeel_core::measure::figure::percent;
use evenkeel_core::measure::validation::{CURVE_DAYS, Point};
use evenkeel_core::time::DAY;
use maud::{Markup, html};

const HEIGHT: f64 = 180.0;
const TOP: f64 = 16.0;
/// Room for the days below.
const FOOT: u32 = 22;

/// One curve.
#[derive(Clone, Copy, Debug)]
pub struct Worked<'a> {
    /// Unique on the page.
    pub id: &'a str,
    /// The points, by time.
    pub points: &'a [Point],
}

fn x(point: &Point) -> String {
    let share = point.after.0 as f64 / (CURVE_DAYS * DAY.0) as f64;
    format!("{:.2}%", share * 100.0)
}

fn y(share: f64) -> String {
    format!("{:.1}", TOP + (1.0 - share.clamp(0.0, 1.0)) * HEIGHT)
}

impl Worked<'_> {
    /// Draws it; `twin` is its table.
    pub fn draw(&self, twin: Markup) -> Markup {
        let last = self.points.last();
        let end = last.map_or_else(
            || "Nothing was watched yet.".to_owned(),
            |last| format!("After {} it is {}.", last.after, last.worked.as_percent()),
        );
        let desc = format!(
            "From 0 to {CURVE_DAYS} days across, from 0 to 100 % upwards. The line is the share \
             worked, the band its 95 % interval. {end}"
        );
        let frame = Frame {
            id: self.id,
            title: "Share worked by time since it came to a rep",
            desc: &desc,
            height: (TOP + HEIGHT) as u32 + FOOT,
        };
        let bottom = TOP + HEIGHT;
        frame.with_twin(
            html! {
                @for share in [0.0, 0.25, 0.5, 0.75, 1.0] {
                    line.grid x1="0" x2="100%" y1=(y(share)) y2=(y(share)) {}
                    text x="2" y=(format!("{:.1}", TOP + (1.0 - share) * HEIGHT - 3.0)) {
                        (percent(share))
                    }
                }
                @for day in [7, 14, 21, 30] {
                    @let at = format!("{:.2}%", f64::from(day) * 100.0 / CURVE_DAYS as f64);
                    line.grid x1=(at) x2=(at) y1=(TOP) y2=(bottom) {}
                    text x=(at) y=(bottom + 15.0) text-anchor=(if day == 30 { "end" } else { "middle" }) {
                        (day) " days"
                    }
                }
                @for two in self.points.windows(2) { (piece(&two[0], &two[1])) }
            },
            twin,
        )
    }
}

/// From one point to the next: level until it, then up.
fn piece(from: &Point, to: &Point) -> Markup {
    let (low, high) = (from.worked.interval.low, from.worked.interval.high);
    let height = (high - low).clamp(0.0, 1.0) * HEIGHT;
    let width = (to.after.0 - from.after.0) as f64 / (CURVE_DAYS * DAY.0) as f64;
    let tip = format!("Within {}: {}", to.after, to.worked.as_percent());
    html! {
        rect.band x=(x(from)) y=(y(high)) width=(format!("{:.2}%", width * 100.0))
            height=(format!("{height:.1}")) data-tip=(tip) {}
        line.curve x1=(x(from)) x2=(x(to)) y1=(y(from.worked.value)) y2=(y(from.worked.value)) {}
        line.curve x1=(x(to)) x2=(x(to)) y1=(y(from.worked.value)) y2=(y(to.worked.value)) {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use evenkeel_core::measure::figure::{Figure, Interval};
    use evenkeel_core::time::Span;

    #[test]
    fn steps_go_level_then_up() {
        let point = |days: i64, value: f64| Point {
            after: Span::days(days),
            worked: Figure {
                value,
                interval: Interval {
                    low: value / 2.0,
                    high: (value * 2.0).min(1.0),
                },
                n: 10.0,
            },
        };
        let points = [point(0, 0.0), point(15, 0.5), point(30, 0.8)];
        let id = "curve";
        let drawn = Worked {
            id,
            points: &points,
        }
        .draw(html! { "twin" })
        .into_string();
        assert!(
            drawn.contains("x1=\"0.00%\" x2=\"50.00%\" y1=\"196.0\" y2=\"196.0\""),
            "{drawn}"
        );
        assert!(
            drawn.contains("x1=\"50.00%\" x2=\"50.00%\" y1=\"196.0\" y2=\"106.0\""),
            "{drawn}"
        );
        assert_eq!(drawn.matches("class=\"band\"").count(), 2);
        let none = Worked { id, points: &[] }.draw(html! {}).into_string();
        assert!(
            none.contains("Nothing was watched yet") && !none.contains("NaN"),
            "{none}"
        );
    }
}
