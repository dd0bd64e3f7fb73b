//! Two amounts on one axis, joined: a ring for what was, a filled mark for what would be.
//!
//! One drawing per table row, as in [`super::shares`]. Counts, so there is no interval.

use crate::web::picture::frame::Frame;
use crate::web::picture::scale::Axis;
use crate::web::words;
use maud::{Markup, html};

const ROW: u32 = 31;

/// The shared axis, from zero to the largest amount.
#[derive(Clone, Copy, Debug)]
pub struct Pairs {
    axis: Axis,
    most: u64,
}

impl Pairs {
    /// For amounts up to `most`.
    pub fn new(most: u64) -> Self {
        let edge = i64::try_from(most + most / 20).unwrap_or(i64::MAX);
        Self {
            axis: Axis::new(0, edge),
            most,
        }
    }

    /// The head over the rows.
    pub fn head(&self, id: &str, was: &str, would: &str) -> Markup {
        let desc = format!(
            "From 0 to {}. The ring is {was}, the filled mark {would}.",
            words::thousands(self.most)
        );
        let title = format!("{was} and {would}");
        let frame = Frame {
            id,
            title: &title,
            desc: &desc,
            height: 16,
        };
        frame.alone(html! {
            text x="0" y="12" { "0" }
            text x="100%" y="12" text-anchor="end" { (words::thousands(self.most)) }
        })
    }

    /// One row.
    pub fn row(&self, name: &str, was: u64, would: u64) -> Markup {
        let tip = format!(
            "{name}: {} and {}",
            words::thousands(was),
            words::thousands(would)
        );
        let at = |amount: u64| self.axis.at(i64::try_from(amount).unwrap_or(i64::MAX));
        html! {
            svg role="img" aria-label=(tip) width="100%" height=(ROW) data-tip=(tip) {
                line.grid x1="0" x2="100%" y1="15.5" y2="15.5" {}
                line.due x1=(at(was)) x2=(at(would)) y1="15.5" y2="15.5" {}
                circle.was cx=(at(was)) cy="15.5" r="4.5" {}
                circle.turn cx=(at(would)) cy="15.5" r="4.5" {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_marks_share_one_axis() {
        let pairs = Pairs::new(100);
        let row = pairs.row("<i>", 21, 84).into_string();
        assert!(
            row.contains("cx=\"20%\"") && row.contains("cx=\"80%\""),
            "{row}"
        );
        assert!(row.contains("&lt;i&gt;: 21 and 84"), "{row}");
        assert!(!Pairs::new(0).row("x", 0, 0).into_string().contains("NaN"));
    }
}
