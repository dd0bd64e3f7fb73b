//! Share received against share entitled: a bar for what came, a line for what was due.
//!
//! One drawing per table row, as in [`super::owed`]. Counts, not estimates: all turns are there,
//! so there is no interval to show.

use crate::web::picture::frame::Frame;
use crate::web::picture::scale::Axis;
use crate::web::words;
use evenkeel_core::units::Micro;
use maud::{Markup, html};

const ROW: u32 = 31;

/// The shared axis of one pool.
#[derive(Clone, Copy, Debug)]
pub struct Shares {
    axis: Axis,
    most: Micro,
    turns: u64,
}

impl Shares {
    /// `most`: the largest amount received or entitled by any member, in leads.
    pub fn new(most: Micro, turns: u64) -> Self {
        Self {
            axis: Axis::new(0, most.0 + most.0 / 20),
            most,
            turns,
        }
    }

    /// The head over the bars.
    pub fn head(&self, id: &str) -> Markup {
        let desc = format!(
            "All {} counted, in leads by size. The bar is what the rep received, the line what the \
             rep was entitled to.",
            words::count(self.turns, "turn")
        );
        let frame = Frame {
            id,
            title: "Received against entitled",
            desc: &desc,
            height: 16,
        };
        frame.alone(html! {
            text x="0" y="12" { "0" }
            text x=(self.axis.at(self.most.0)) y="12" text-anchor="end" {
                (words::amount(self.most))
            }
        })
    }

    /// One member.
    pub fn row(&self, name: &str, received: Micro, entitled: Micro) -> Markup {
        let tip = format!(
            "{name}: received {}, entitled to {}",
            words::amount(received),
            words::amount(entitled)
        );
        let due = self.axis.at(entitled.0);
        html! {
            svg role="img" aria-label=(tip) width="100%" height=(ROW) data-tip=(tip) {
                rect.got x="0" y="9" height="13" rx="2" width=(self.axis.width(0, received.0)) {}
                line.due x1=(due) x2=(due) y1="5" y2="26" {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bar_and_line_share_one_axis() {
        let shares = Shares::new(Micro(20_000_000), 60);
        let row = shares
            .row("<i>", Micro(10_500_000), Micro(21_000_000))
            .into_string();
        assert!(
            row.contains("width=\"50%\"") && row.contains("x1=\"100%\""),
            "{row}"
        );
        assert!(
            row.contains("&lt;i&gt;: received 10.5, entitled to 21"),
            "{row}"
        );
    }
}
