//! What a sweep takes out of a book: the book as a bar, the part that goes, and how much may go
//! without approval.
//!
//! One drawing per table row. Every book has the full width, since it is the part that matters.

use crate::web::picture::scale::Axis;
use maud::{Markup, html};

const ROW: u32 = 31;

/// One book: so many of so many go, and `most` may without approval.
pub fn row(name: &str, (records, held): (u32, u32), most: u32) -> Markup {
    let axis = Axis::new(0, i64::from(held.max(1)));
    let tip = format!("{name}: {records} of {held} records would go, {most} without approval");
    let due = axis.at(i64::from(most.min(held)));
    let class = if records > most { "bar past" } else { "bar" };
    html! {
        svg role="img" aria-label=(tip) width="100%" height=(ROW) data-tip=(tip) {
            rect.lane x="0" y="9" height="13" rx="2" width="100%" {}
            rect class=(class) x="0" y="9" height="13" rx="2"
                width=(axis.width(0, i64::from(records.min(held)))) {}
            line.due x1=(due) x2=(due) y1="5" y2="26" {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_part_that_goes_stands_out_when_it_takes_an_approval() {
        let calm = row("<i>", (1, 20), 1).into_string();
        assert!(
            calm.contains("class=\"bar\"") && calm.contains("x1=\"5%\""),
            "{calm}"
        );
        assert!(calm.contains("&lt;i&gt;: 1 of 20 records"), "{calm}");
        assert!(
            row("a", (2, 20), 1)
                .into_string()
                .contains("class=\"bar past\"")
        );
    }
}
