//! The next turns without a change and with it: two lines of marks per rep, one above the other.
//!
//! One drawing per table row, as in [`super::turns`]. The shape tells the two apart as well as the
//! color: rings are without the change, filled marks with it.

use crate::web::picture::frame::Frame;
use maud::{Markup, html};

const ROW: u32 = 31;

/// Lanes over the same turns.
#[derive(Clone, Copy, Debug)]
pub struct Ahead {
    /// How many turns ahead.
    pub count: usize,
}

impl Ahead {
    /// The head over the lanes: every tenth turn.
    pub fn head(&self, id: &str) -> Markup {
        let desc = format!(
            "One lane per rep and one column per turn, {} in all. A ring above the line is a turn \
             without the change, a filled mark below it a turn with the change.",
            self.count
        );
        let frame = Frame {
            id,
            title: "The next turns, without the change and with it",
            desc: &desc,
            height: 16,
        };
        frame.alone(html! {
            @for turn in (0..self.count).filter(|turn| *turn == 0 || (turn + 1) % 10 == 0) {
                text x=(self.middle(turn)) y="12" text-anchor="middle" { (turn + 1) }
            }
        })
    }

    /// One rep's lane; turns count from 0.
    pub fn row(&self, name: &str, before: &[usize], after: &[usize]) -> Markup {
        let label = format!(
            "{name}: {} without the change, {} with it",
            words(before),
            words(after)
        );
        html! {
            svg role="img" aria-label=(label) width="100%" height=(ROW) {
                line.grid x1="0" x2="100%" y1="15.5" y2="15.5" {}
                @for turn in before {
                    circle.was cx=(self.middle(*turn)) cy="9" r="3.5"
                        data-tip=(format!("Turn {} without the change: {name}", turn + 1)) {}
                }
                @for turn in after {
                    circle.turn cx=(self.middle(*turn)) cy="22" r="4"
                        data-tip=(format!("Turn {} with the change: {name}", turn + 1)) {}
                }
            }
        }
    }

    fn middle(&self, turn: usize) -> String {
        let hundredths = (2 * turn + 1) * 5_000 / self.count.max(1);
        format!("{}.{:02}%", hundredths / 100, hundredths % 100)
    }
}

fn words(turns: &[usize]) -> String {
    match turns {
        [] => "no turn".to_owned(),
        [only] => format!("turn {}", only + 1),
        _ => {
            let numbers: Vec<String> = turns.iter().map(|turn| (turn + 1).to_string()).collect();
            format!("turns {}", numbers.join(", "))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_sides_are_drawn_and_said() {
        let row = Ahead { count: 4 }
            .row("<i>Ana", &[0, 3], &[2])
            .into_string();
        assert_eq!(row.matches("class=\"was\"").count(), 2);
        assert_eq!(row.matches("class=\"turn\"").count(), 1);
        assert!(row.contains("cx=\"62.50%\""), "{row}");
        assert!(
            row.contains("&lt;i&gt;Ana: turns 1, 4 without the change, turn 3 with it"),
            "{row}"
        );
        let none = Ahead { count: 0 };
        assert!(!none.head("h").into_string().contains("<text"));
        assert!(none.row("Ben", &[], &[]).into_string().contains("no turn"));
    }
}
