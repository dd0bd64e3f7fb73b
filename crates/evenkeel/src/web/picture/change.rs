//! What every book holds before and after: a hollow dot moves to a full one on a shared axis.
//!
//! One drawing per table row, so that rows join into one picture. Whole amounts only; what they
//! are amounts of is the caller's to say.

use crate::web::picture::frame::Frame;
use crate::web::picture::scale::{Axis, round_up};
use crate::web::words;
use evenkeel_core::units::Micro;
use maud::{Markup, html};

/// Height of one row in pixels.
const ROW: u32 = 31;

/// The shared axis.
#[derive(Clone, Copy, Debug)]
pub struct Changes {
    axis: Axis,
    edge: Micro,
    /// The mean after, drawn through all rows.
    mean: Micro,
}

impl Changes {
    /// An axis on which every amount has room.
    pub fn new(rows: &[(Micro, Micro)]) -> Self {
        let far = rows.iter().map(|(before, after)| (*before).max(*after));
        let edge = round_up(far.max().unwrap_or_default());
        let sum: i128 = rows.iter().map(|(_, after)| i128::from(after.0)).sum();
        let mean = sum / rows.len().max(1) as i128;
        Self {
            axis: Axis::new(-edge.0 / 50, edge.0 + edge.0 / 50),
            edge,
            mean: Micro(i64::try_from(mean).unwrap_or(i64::MAX)),
        }
    }

    /// The head over the rows.
    pub fn head(&self, id: &str, what: &str) -> Markup {
        let title = format!("{what} of each book, before and after");
        let frame = Frame {
            id,
            title: &title,
            desc: "One row per rep: the hollow dot is the book as it is, the full dot as it would \
                   be. The upright line is the mean of all books afterwards.",
            height: 20,
        };
        frame.alone(html! {
            text x=(self.axis.at(0)) y="14" { "0" }
            text x="100%" y="14" text-anchor="end" { (words::amount(self.edge)) }
        })
    }

    /// The mean of all books afterwards.
    pub fn mean(&self) -> Micro {
        self.mean
    }

    /// One book.
    pub fn row(&self, name: &str, before: Micro, after: Micro) -> Markup {
        let tip = format!(
            "{name}: {} before, {} after",
            words::amount(before),
            words::amount(after)
        );
        let at = |amount: Micro| self.axis.at(amount.0);
        html! {
            svg role="img" aria-label=(tip) width="100%" height=(ROW) {
                line.grid x1="0" x2="100%" y1="15" y2="15" {}
                line.mean x1=(at(self.mean)) x2=(at(self.mean)) y1="0" y2=(ROW) {}
                line.way x1=(at(before)) x2=(at(after)) y1="15" y2="15" {}
                circle.was cx=(at(before)) cy="15" r="4.5" data-tip=(tip) {}
                circle.turn cx=(at(after)) cy="15" r="5.5" data-tip=(tip) {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_book_has_two_dots_and_its_words() {
        let changes = Changes::new(&[
            (Micro::whole(2), Micro::whole(4)),
            (Micro::whole(8), Micro::whole(6)),
        ]);
        assert_eq!(
            (changes.edge, changes.mean()),
            (Micro::whole(10), Micro::whole(5))
        );
        let drawn = changes
            .row("<i>", Micro::whole(2), Micro::whole(4))
            .into_string();
        assert_eq!(drawn.matches("<circle").count(), 2);
        assert!(drawn.contains("&lt;i&gt;: 2 before, 4 after"), "{drawn}");
        assert!(changes.head("h", "Value").into_string().contains(">10<"));
    }

    #[test]
    fn no_books_have_an_axis_too() {
        assert_eq!(Changes::new(&[]).mean(), Micro(0));
    }
}
