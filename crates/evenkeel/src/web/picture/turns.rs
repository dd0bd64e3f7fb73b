//! The next turns of a pool: a lane per member, a mark where its turn comes.
//!
//! One drawing per table row. Whether it will really come so depends on what comes in; the page
//! says that, the picture only draws.

use crate::web::picture::frame::Frame;
use maud::{Markup, html};

const ROW: u32 = 31;

/// Lanes over the same turns.
#[derive(Clone, Copy, Debug)]
pub struct Turns {
    /// How many turns ahead.
    pub count: usize,
}

impl Turns {
    /// The head over the lanes: the number of every turn.
    pub fn head(&self, id: &str) -> Markup {
        let desc = format!(
            "One lane per member and one column per turn, {} in all; a mark where the turn comes.",
            self.count
        );
        let frame = Frame {
            id,
            title: "The next turns",
            desc: &desc,
            height: 16,
        };
        frame.alone(html! {
            @for turn in 0..self.count {
                // Every number where there is room for it, every fifth on a phone.
                @let class = if (turn + 1) % 5 == 0 || turn == 0 { "" } else { "roomy" };
                text class=(class) x=(self.middle(turn)) y="12" text-anchor="middle" { (turn + 1) }
            }
        })
    }

    /// One member's lane; `turns` count from 0.
    pub fn row(&self, name: &str, turns: &[usize]) -> Markup {
        let words: Vec<String> = turns.iter().map(|turn| (turn + 1).to_string()).collect();
        let tip = match words.as_slice() {
            [] => format!("{name}: none of the next {}", self.count),
            [only] => format!("{name}: turn {only}"),
            _ => format!("{name}: turns {}", words.join(", ")),
        };
        html! {
            svg role="img" aria-label=(tip) width="100%" height=(ROW) {
                line.grid x1="0" x2="100%" y1="15.5" y2="15.5" {}
                @for turn in turns {
                    circle.turn cx=(self.middle(*turn)) cy="15.5" r="5"
                        data-tip=(format!("Turn {}: {name}", turn + 1)) {}
                }
            }
        }
    }

    fn middle(&self, turn: usize) -> String {
        let hundredths = (2 * turn + 1) * 5_000 / self.count.max(1);
        format!("{}.{:02}%", hundredths / 100, hundredths % 100)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_lie_in_the_middle_of_their_turn() {
        let turns = Turns { count: 4 };
        let row = turns.row("Ana", &[0, 3]).into_string();
        assert!(
            row.contains("cx=\"12.50%\"") && row.contains("cx=\"87.50%\""),
            "{row}"
        );
        assert!(row.contains("aria-label=\"Ana: turns 1, 4\""), "{row}");
        assert!(
            turns
                .row("Ben", &[])
                .into_string()
                .contains("none of the next 4")
        );
        assert!(!Turns { count: 0 }.head("h").into_string().contains("NaN"));
    }
}
