//! One difference with its interval, on an axis around zero.

use crate::web::picture::frame::Frame;
use crate::web::picture::scale::{Axis, round_up};
use evenkeel_core::measure::figure::{Figure, number};
use evenkeel_core::units::Micro;
use maud::{Markup, html};

/// Beyond it, an end is drawn at the edge.
const EDGE_MAX: f64 = 1.0;

/// A difference of two shares.
#[derive(Clone, Copy, Debug)]
pub struct Difference<'a> {
    /// Unique on the page.
    pub id: &'a str,
    /// The difference.
    pub figure: Figure,
}

fn micro(share: f64) -> i64 {
    let share = if share.is_nan() { 0.0 } else { share };
    (share.clamp(-EDGE_MAX, EDGE_MAX) * 1_000_000.0).round() as i64
}

fn points(share: f64) -> String {
    format!("{} points", number(share * 100.0))
}

impl Difference<'_> {
    /// Draws it.
    pub fn draw(&self) -> Markup {
        let Figure {
            value, interval, ..
        } = self.figure;
        let ends = [interval.low, value, interval.high].map(micro);
        let most = ends.iter().map(|end| end.abs()).max().unwrap_or(0);
        let edge = Micro(round_up(Micro(most * 10)).0 / 10);
        let axis = Axis::around_zero(edge);
        let desc = format!(
            "From −{} to {}. The mark is {}, the line its 95 % interval, {} to {}; the upright line is no \
             difference.",
            points(edge.0 as f64 / 1e6),
            points(edge.0 as f64 / 1e6),
            points(value),
            points(interval.low),
            points(interval.high)
        );
        let frame = Frame {
            id: self.id,
            title: "The difference with its interval",
            desc: &desc,
            height: 52,
        };
        let zero = axis.at(0);
        let [low, middle, high] = ends.map(|end| axis.at(end));
        frame.alone(html! {
            line.grid x1="0" x2="100%" y1="18" y2="18" {}
            line.zero x1=(zero) x2=(zero) y1="4" y2="32" {}
            line.due x1=(low) x2=(high) y1="18" y2="18" {}
            circle.turn cx=(middle) cy="18" r="5.5" {}
            text x="0" y="48" { "−" (points(edge.0 as f64 / 1e6)) }
            text x=(zero) y="48" text-anchor="middle" { "no difference" }
            text x="100%" y="48" text-anchor="end" { "+" (points(edge.0 as f64 / 1e6)) }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use evenkeel_core::measure::figure::Interval;

    #[test]
    fn an_end_without_limit_lies_on_the_edge() {
        let figure = Figure {
            value: 0.1,
            interval: Interval {
                low: -0.05,
                high: f64::INFINITY,
            },
            n: 8.0,
        };
        let drawn = Difference { id: "d", figure }.draw().into_string();
        assert!(
            drawn.contains("x2=\"100%\" y1=\"18\"") && drawn.contains("cx=\"55%\""),
            "{drawn}"
        );
        assert!(!drawn.contains("NaN") && !drawn.contains("inf"), "{drawn}");
    }
}
