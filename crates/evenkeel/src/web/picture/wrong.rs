//! How often taking back is wrong, by threshold: a dot with its interval for each, from never to
//! always.
//!
//! The same scale for every row, so that rows can be held against each other.

use crate::web::picture::frame::Frame;
use evenkeel_core::measure::part::Part;
use maud::{Markup, html};

const ROW: u32 = 26;
const TOP: u32 = 18;

/// One threshold.
#[derive(Clone, Debug)]
pub struct Mark {
    /// What it is called.
    pub name: String,
    /// The part that is wrong.
    pub part: Part,
    /// Whether it is a rule of the policy in force.
    pub yours: bool,
}

/// The picture, with its table.
pub fn picture(marks: &[Mark]) -> Markup {
    let height = TOP + ROW * marks.len() as u32 + 6;
    let frame = Frame {
        id: "wrong",
        title: "How often taking back is wrong",
        desc: "Each row is a threshold: the dot is the part of what it takes that would have been \
               touched again, the line its interval. Rows with the name of a rule are the policy's.",
        height,
    };
    let marked = html! {
        @for part in [0, 25, 50, 75, 100] {
            line.grid x1=(across(f64::from(part) / 100.0)) x2=(across(f64::from(part) / 100.0))
                y1=(TOP) y2=(height) {}
            text.tick x=(across(f64::from(part) / 100.0)) y="11" text-anchor="middle" { (part) " %" }
        }
        @for (at, mark) in marks.iter().enumerate() {
            (row(mark, TOP + ROW * at as u32 + ROW / 2))
        }
    };
    frame.with_twin(marked, table(marks))
}

fn row(mark: &Mark, y: u32) -> Markup {
    let class = if mark.yours { "dot past" } else { "dot" };
    let tip = format!("{}: {}", mark.name, mark.part);
    html! {
        g data-tip=(tip) {
            text.name x="0" y=(y + 4) { (mark.name) }
            line.reach x1=(across(mark.part.low)) x2=(across(mark.part.high)) y1=(y) y2=(y) {}
            circle class=(class) cx=(across(mark.part.value)) cy=(y) r="5" {}
        }
    }
}

/// Where a part lies: names take the left third.
fn across(part: f64) -> String {
    format!("{:.1}%", 38.0 + 58.0 * part.clamp(0.0, 1.0))
}

fn table(marks: &[Mark]) -> Markup {
    let percent = |part: f64| format!("{:.0} %", part * 100.0);
    html! {
        table {
            thead { tr {
                th scope="col" { "Threshold" } th.num scope="col" { "Wrong" }
                th.num scope="col" { "Interval" } th.num scope="col" { "Gaps that got there" }
            } }
            tbody {
                @for mark in marks {
                    tr {
                        th scope="row" { (mark.name) }
                        td.num { (percent(mark.part.value)) }
                        td.num { (percent(mark.part.low)) " to " (percent(mark.part.high)) }
                        td.num { (mark.part.n) }
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_stands_out_and_its_name_is_text() {
        let part = Part {
            value: 0.28,
            low: 0.25,
            high: 0.31,
            n: 812,
        };
        let mark = |name: &str, yours| Mark {
            name: name.into(),
            part,
            yours,
        };
        let drawn = picture(&[mark("<b> (30 days)", true), mark("45 days", false)]).into_string();
        assert!(drawn.contains("&lt;b&gt; (30 days)"), "{drawn}");
        assert_eq!(drawn.matches("dot past").count(), 1);
        assert!(
            drawn.contains("cx=\"54.2%\"") && drawn.contains("812"),
            "{drawn}"
        );
    }
}
