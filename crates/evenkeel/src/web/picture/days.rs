//! Assignments per day: one bar a day, the present one pale because it is not over.
//!
//! Which day a moment belongs to is the caller's business.

use crate::web::picture::frame::Frame;
use crate::web::picture::scale::Axis;
use maud::{Markup, html};

/// Height of the bars in pixels.
const BARS: u64 = 74;

/// Days, oldest first; the last is today.
#[derive(Clone, Debug)]
pub struct Days {
    /// Unique on the page.
    pub id: String,
    /// Label (`"Mon 3 Mar"`) and count.
    pub days: Vec<(String, u64)>,
}

impl Days {
    /// Draws it, with its table.
    pub fn draw(&self) -> Markup {
        let most = self
            .days
            .iter()
            .map(|(_, count)| *count)
            .max()
            .unwrap_or(0)
            .max(1);
        let busiest = self.days.iter().position(|(_, count)| *count == most);
        let total: u64 = self.days.iter().map(|(_, count)| count).sum();
        let desc = format!(
            "{total} assignments in {} days; the busiest day had {most}. The last bar is today so far.",
            self.days.len()
        );
        let frame = Frame {
            id: &self.id,
            title: "Assignments per day",
            desc: &desc,
            height: 108,
        };
        let slots = Axis::new(0, 100 * self.days.len() as i64);
        let marks = html! {
            line.grid x1="0" x2="100%" y1="90" y2="90" {}
            @for (at, (label, count)) in self.days.iter().enumerate() {
                @let left = 100 * at as i64;
                @let height = (count * BARS).div_ceil(most);
                @let class = if at + 1 == self.days.len() { "bar part" } else { "bar" };
                rect class=(class) x=(slots.at(left + 12)) width=(slots.width(left + 12, left + 88))
                    y=(90 - height) height=(height) rx="2"
                    data-tip=(format!("{label}: {count}")) {}
                @if Some(at) == busiest {
                    text x=(slots.at(left + 50)) y=(84 - height) text-anchor="middle" { (count) }
                }
                @if at == 0 { text x="0" y="105" { (label) } }
                @if at > 0 && at + 1 == self.days.len() {
                    text x="100%" y="105" text-anchor="end" { "today" }
                }
            }
        };
        frame.with_twin(
            marks,
            html! {
                table {
                    thead { tr { th scope="col" { "Day" } th.n scope="col" { "Assignments" } } }
                    tbody {
                        @for (label, count) in self.days.iter().rev() {
                            tr { td { (label) } td.n { (count) } }
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
    fn bars_stand_on_the_line_and_the_table_says_the_same() {
        let days = vec![
            ("Mon".to_owned(), 0),
            ("Tue".to_owned(), 74),
            ("Wed".to_owned(), 37),
        ];
        let drawn = Days {
            id: "d".into(),
            days,
        }
        .draw()
        .into_string();
        assert!(drawn.contains("y=\"16\" height=\"74\""), "{drawn}");
        assert!(drawn.contains("y=\"53\" height=\"37\""), "{drawn}");
        assert!(drawn.contains("111 assignments in 3 days"), "{drawn}");
        assert_eq!(drawn.matches("<tr>").count(), 4);
    }

    #[test]
    fn nothing_at_all_can_be_drawn() {
        let drawn = Days {
            id: "d".into(),
            days: vec![("Mon".into(), 0)],
        }
        .draw()
        .into_string();
        assert!(drawn.contains("height=\"0\""), "{drawn}");
    }
}
