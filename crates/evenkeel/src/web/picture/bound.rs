//! The worst credit against the proved bound: one bar, one line.
//!
//! To scale from zero, so that a pool far inside its bound looks like it.

use crate::web::picture::frame::Frame;
use crate::web::picture::scale::Axis;
use crate::web::words;
use evenkeel_core::units::Micro;
use maud::{Markup, html};

/// One pool's worst credit and bound.
#[derive(Clone, Copy, Debug)]
pub struct Bound<'a> {
    /// Unique on the page.
    pub id: &'a str,
    /// Largest credit, in either direction.
    pub worst: Micro,
    /// No credit can be larger.
    pub bound: Micro,
}

impl Bound<'_> {
    /// Draws it; both amounts are in the text beside it.
    pub fn draw(&self) -> Markup {
        let most = self.worst.max(self.bound);
        let axis = Axis::new(0, most.0.saturating_add(most.0 / 20));
        let past = self.worst > self.bound;
        let line = axis.at(self.bound.0);
        let desc = format!(
            "The bar is the worst measured, {}; the line is the proved bound, {}.",
            words::leads(self.worst),
            words::leads(self.bound)
        );
        let frame = Frame {
            id: self.id,
            title: "Worst measured against the bound",
            desc: &desc,
            height: 26,
        };
        frame.alone(html! {
            rect.boundbox x="0" y="7" height="12" width=(line) {}
            rect.bar.past[past] x="0" y="7" height="12" rx="2" width=(axis.width(0, self.worst.0)) {}
            line.bound x1=(line) x2=(line) y1="2" y2="24" {}
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(worst: i64, bound: i64) -> String {
        let (worst, bound) = (Micro(worst), Micro(bound));
        let id = "b";
        Bound { id, worst, bound }.draw().into_string()
    }

    #[test]
    fn the_bar_is_to_scale_and_stands_out_beyond_the_line() {
        let within = drawn(5_250_000, 20_000_000);
        assert!(
            within.contains("width=\"25%\"") && !within.contains("past"),
            "{within}"
        );
        let beyond = drawn(3_000_000, 1_500_000);
        assert!(beyond.contains("class=\"bar past\""), "{beyond}");
        assert!(!drawn(0, 0).contains("NaN"));
    }
}
