//! Who is owed what: a bar per member to the right of zero when owed, to the left when ahead.
//!
//! One drawing per table row, so that names, amounts and bars are the same table. Where the proved
//! bound lies beyond the edge, the head says so and [`super::keel`] shows it to scale.

use crate::web::picture::frame::Frame;
use crate::web::picture::scale::{Axis, round_up};
use crate::web::words;
use evenkeel_core::units::Micro;
use maud::{Markup, html};

/// Height of one row in pixels: bars join into one picture.
const ROW: u32 = 31;

/// The shared axis of one pool's bars.
#[derive(Clone, Copy, Debug)]
pub struct Owed {
    axis: Axis,
    edge: Micro,
    bound: Micro,
}

impl Owed {
    /// An axis that fits the largest credit; as wide as the bound where that is not far away.
    pub fn new(worst: Micro, bound: Micro) -> Self {
        let near = bound.0 <= worst.0.max(500_000).saturating_mul(3);
        let edge = if near && bound.0 > 0 {
            bound.max(worst)
        } else {
            round_up(worst)
        };
        let margin = Micro(edge.0.saturating_add(edge.0 / 6));
        Self {
            axis: Axis::around_zero(margin),
            edge,
            bound,
        }
    }

    /// The head over the bars.
    pub fn head(&self, id: &str) -> Markup {
        let shown = self.bound_shown();
        let bound = words::amount(self.bound);
        let desc = format!(
            "One bar per member: to the right of zero what it is owed in leads, to the left what \
             it is ahead by. The proved bound is {bound}{}.",
            if shown {
                ", drawn as lines"
            } else {
                ", beyond the edge"
            }
        );
        let frame = Frame {
            id,
            title: "Who is owed what",
            desc: &desc,
            height: 34,
        };
        let label = |value: i64, words: String| {
            html! { text x=(self.axis.at(value)) y="28" text-anchor="middle" { (words) } }
        };
        frame.alone(html! {
            text x="0" y="11" { "← ahead" }
            text x="100%" y="11" text-anchor="end" { "owed →" }
            (label(0, "0".into()))
            (label(-self.edge.0, words::signed(-self.edge)))
            (label(self.edge.0, words::signed(self.edge)))
        })
    }

    /// One member's bar.
    pub fn row(&self, name: &str, credit: Micro) -> Markup {
        let class = match credit.0 {
            _ if self.bound > Micro(0) && credit.abs() > self.bound => "past",
            0.. => "owed",
            _ => "ahead",
        };
        let tip = format!("{name}: {}", words::owed(credit));
        html! {
            svg role="img" aria-label=(tip) width="100%" height=(ROW) {
                @if self.bound_shown() {
                    @for at in [-self.bound.0, self.bound.0] {
                        line.bound x1=(self.axis.at(at)) x2=(self.axis.at(at)) y1="0" y2=(ROW) {}
                    }
                } @else {
                    @for at in [-self.edge.0, self.edge.0] {
                        line.grid x1=(self.axis.at(at)) x2=(self.axis.at(at)) y1="0" y2=(ROW) {}
                    }
                }
                rect class=(class) data-tip=(tip) x=(self.axis.at(credit.0.min(0))) y="8" rx="2"
                    height="15" width=(self.axis.width(0, credit.0)) {}
                line.zero x1="50%" x2="50%" y1="0" y2=(ROW) {}
            }
        }
    }

    /// Whether the bound lies on the axis.
    pub fn bound_shown(&self) -> bool {
        self.bound > Micro(0) && self.bound.0 <= self.axis.to()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_near_bound_is_drawn_and_a_far_one_is_said() {
        let near = Owed::new(Micro(600_000), Micro(1_500_000));
        assert!(near.bound_shown());
        assert_eq!(
            near.row("Ana", Micro(600_000))
                .into_string()
                .matches("bound")
                .count(),
            2
        );
        let far = Owed::new(Micro(600_000), Micro(11_000_000));
        assert!(!far.bound_shown());
        assert!(far.head("h").into_string().contains("11, beyond the edge"));
    }

    #[test]
    fn bars_lie_on_their_side_of_zero() {
        let owed = Owed::new(Micro(1_000_000), Micro(0));
        let right = owed.row("Ana", Micro(1_000_000)).into_string();
        assert!(
            right.contains("class=\"owed\"") && right.contains("x=\"50%\""),
            "{right}"
        );
        let left = owed.row("Ben & \"Co\"", Micro(-1_000_000)).into_string();
        assert!(left.contains("class=\"ahead\""), "{left}");
        assert!(
            left.contains("Ben &amp; &quot;Co&quot;: ahead by 1 lead"),
            "{left}"
        );
    }
}
