//! How many days something takes, one row each: a mark with its interval, and the part that came to
//! it at all as a bar below.
//!
//! One drawing per table row, as in [`super::shares`]. Without a mark, fewer than half came to it.

use crate::web::picture::frame::Frame;
use crate::web::picture::scale::Axis;
use evenkeel_core::measure::figure::{Figure, number, percent};
use maud::{Markup, html};

const ROW: u32 = 36;

/// The shared axis, from the beginning to the end of a period.
#[derive(Clone, Copy, Debug)]
pub struct Reach {
    axis: Axis,
    days: i64,
}

impl Reach {
    /// For a period of so many days.
    pub fn new(days: i64) -> Self {
        Self {
            axis: Axis::new(0, days.max(1) * 100),
            days,
        }
    }

    fn at(&self, days: f64) -> String {
        let days = if days.is_finite() { days } else { 1e9 };
        self.axis.at((days * 100.0).round() as i64)
    }

    /// The head over the rows.
    pub fn head(&self, id: &str) -> Markup {
        let desc = format!(
            "From 0 to {} days after the period began. The filled mark is when half have the target, with \
             its 95 % interval; the bar below is the share that has it by the end, of the whole width.",
            self.days
        );
        let frame = Frame {
            id,
            title: "Days until the target",
            desc: &desc,
            height: 16,
        };
        frame.alone(html! {
            text x="0" y="12" { "0" }
            text x="50%" y="12" text-anchor="middle" { "half of it" }
            text x="100%" y="12" text-anchor="end" { (self.days) " days" }
        })
    }

    /// One row.
    pub fn row(&self, name: &str, half: Option<&Figure>, by_end: f64) -> Markup {
        let told = match half {
            Some(half) => format!("{name}: half after {} days", half.as_number()),
            None => format!("{name}: fewer than half, {} by the end", percent(by_end)),
        };
        let width = format!("{:.2}%", by_end.clamp(0.0, 1.0) * 100.0);
        html! {
            svg role="img" aria-label=(told) width="100%" height=(ROW) data-tip=(told) {
                line.grid x1="0" x2="100%" y1="13.5" y2="13.5" {}
                @if let Some(half) = half {
                    line.due x1=(self.at(half.interval.low)) x2=(self.at(half.interval.high))
                        y1="13.5" y2="13.5" {}
                    circle.turn cx=(self.at(half.value)) cy="13.5" r="5"
                        data-tip=(format!("{name}: {} days", number(half.value))) {}
                }
                rect.lane x="0" y="25" height="6" rx="2" width="100%" {}
                rect.bar.part x="0" y="25" height="6" rx="2" width=(width) {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use evenkeel_core::measure::figure::Interval;

    #[test]
    fn a_mark_lies_at_its_day_and_an_open_end_at_the_edge() {
        let half = Figure {
            value: 23.0,
            interval: Interval {
                low: 9.2,
                high: f64::INFINITY,
            },
            n: 8.0,
        };
        let reach = Reach::new(92);
        let drawn = reach.row("<i>", Some(&half), 0.75).into_string();
        assert!(drawn.contains("cx=\"25%\""), "{drawn}");
        assert!(drawn.contains("x1=\"10%\" x2=\"100%\""), "{drawn}");
        assert!(drawn.contains("width=\"75.00%\"") && !drawn.contains("<i>"));
        let none = reach.row("x", None, 0.2).into_string();
        assert!(none.contains("fewer than half, 20 % by the end"), "{none}");
    }
}
