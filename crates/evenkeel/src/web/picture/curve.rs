//! A chance that grows with a number: one bar a step, with the steps that matter named.
//!
//! Parts in micro-units; which steps are drawn is the caller's to say.

use crate::web::picture::frame::Frame;
use crate::web::picture::scale::Axis;
use evenkeel_core::units::{Micro, ONE};
use maud::{Markup, html};

/// Height of the bars in pixels.
const BARS: i64 = 120;

/// Steps in ascending order.
#[derive(Clone, Debug)]
pub struct Curve<'a> {
    /// Unique on the page.
    pub id: &'a str,
    /// What it shows.
    pub title: &'a str,
    /// What the steps count: `accounts`.
    pub unit: &'a str,
    /// Each step and its chance.
    pub steps: Vec<(u64, Micro)>,
    /// Steps to name.
    pub named: Vec<(u64, &'static str)>,
    /// The chance that is asked for.
    pub asked: Micro,
}

impl Curve<'_> {
    fn name(&self, step: u64) -> Option<&'static str> {
        let (_, name) = self.named.iter().find(|(named, _)| *named == step)?;
        Some(name)
    }

    /// Draws it, with its table.
    pub fn draw(&self) -> Markup {
        let percent = |part: Micro| format!("{} %", (part.0 + 5_000) / 10_000);
        let desc = format!(
            "The chance by number of {}; the line is the chance asked for, {}.",
            self.unit,
            percent(self.asked)
        );
        let frame = Frame {
            id: self.id,
            title: self.title,
            desc: &desc,
            height: 160,
        };
        let slots = Axis::new(0, 100 * self.steps.len() as i64);
        let top = |part: Micro| BARS + 10 - part.0.clamp(0, ONE.0) * BARS / ONE.0;
        let marks = html! {
            line.grid x1="0" x2="100%" y1="130" y2="130" {}
            @for (at, (step, chance)) in self.steps.iter().enumerate() {
                @let left = 100 * at as i64;
                @let name = self.name(*step);
                @let class = if name.is_some() { "bar" } else { "bar part" };
                rect class=(class) x=(slots.at(left + 10)) width=(slots.width(left + 10, left + 90))
                    y=(top(*chance)) height=(BARS + 10 - top(*chance)) rx="2"
                    data-tip=(format!("{step} {}: {}", self.unit, percent(*chance))) {}
                @if let Some(name) = name {
                    text x=(slots.at(left + 50)) y="145" text-anchor="middle" { (step) }
                    text x=(slots.at(left + 50)) y="158" text-anchor="middle" { (name) }
                }
            }
            line.mean x1="0" x2="100%" y1=(top(self.asked)) y2=(top(self.asked)) {}
            text x="100%" y=(top(self.asked) - 4) text-anchor="end" { (percent(self.asked)) }
        };
        frame.with_twin(
            marks,
            html! {
                table {
                    thead { tr { th.n scope="col" { (self.unit) } th.n scope="col" { "Chance" } } }
                    tbody {
                        @for (step, chance) in &self.steps {
                            tr { td.n { (step) } td.n { (percent(*chance)) } }
                        }
                    }
                }
            },
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_step_is_a_bar_and_the_named_ones_stand_out() {
        let curve = Curve {
            id: "c",
            title: "<b>",
            unit: "accounts",
            steps: vec![(100, Micro(250_000)), (200, Micro(800_000))],
            named: vec![(200, "asked for")],
            asked: Micro(800_000),
        };
        let drawn = curve.draw().into_string();
        assert_eq!(drawn.matches("<rect").count(), 2);
        assert_eq!(drawn.matches("class=\"bar\"").count(), 1);
        assert!(
            drawn.contains("&lt;b&gt;") && drawn.contains("200 accounts: 80 %"),
            "{drawn}"
        );
    }
}
