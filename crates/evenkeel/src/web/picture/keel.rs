//! A pool on one line: every member a dot at what it is owed, between the proved bounds.
//!
//! To scale, so that a pool far inside its bound looks like it. The magnified form with names is
//! [`super::owed`].

use crate::web::picture::frame::Frame;
use crate::web::picture::scale::Axis;
use crate::web::words;
use evenkeel_core::units::{Micro, ONE};
use maud::{Markup, html};

/// Most dots drawn: those furthest from even.
const DOTS_MAX: usize = 400;

/// One pool's credits.
#[derive(Clone, Debug)]
pub struct Keel {
    /// Unique on the page.
    pub id: String,
    /// The pool.
    pub pool: String,
    /// Each member's name and what it is owed.
    pub members: Vec<(String, Micro)>,
    /// No credit can be further from zero; 0 before the first turn.
    pub bound: Micro,
}

impl Keel {
    /// Largest amount any member is owed or ahead by.
    pub fn worst(&self) -> Micro {
        self.members
            .iter()
            .map(|(_, credit)| credit.abs())
            .max()
            .unwrap_or_default()
    }

    /// Draws it, 30 pixels high; the amounts are in the text beside it and in the pool's table.
    pub fn draw(&self) -> Markup {
        let axis = Axis::around_zero(Micro(self.edge().0 + self.edge().0 / 24));
        let desc = format!(
            "{} Each dot is a rep, to the right when owed and to the left when ahead. The largest \
             amount now is {}; the proved bound, drawn as the two end lines, is {}.",
            words::count(self.members.len() as u64, "member"),
            words::leads(self.worst()),
            words::amount(self.bound),
        );
        let title = format!("How even {} is", self.pool);
        let frame = Frame {
            id: &self.id,
            title: &title,
            desc: &desc,
            height: 30,
        };
        let mut marks: Vec<&(String, Micro)> = self.members.iter().collect();
        marks.sort_by_key(|(_, credit)| std::cmp::Reverse(credit.abs()));
        marks.truncate(DOTS_MAX);
        marks.sort_by_key(|(_, credit)| *credit);
        frame.alone(html! {
            @if self.bound > Micro(0) {
                rect.boundbox y="9" height="12" x=(axis.at(-self.bound.0))
                    width=(axis.width(-self.bound.0, self.bound.0)) {}
            }
            line.grid x1="0" x2="100%" y1="15" y2="15" {}
            line.zero x1="50%" x2="50%" y1="4" y2="26" {}
            @if self.bound > Micro(0) {
                line.bound x1=(axis.at(-self.bound.0)) x2=(axis.at(-self.bound.0)) y1="7" y2="23" {}
                line.bound x1=(axis.at(self.bound.0)) x2=(axis.at(self.bound.0)) y1="7" y2="23" {}
            }
            @for (name, credit) in marks {
                circle.dot.past[self.beyond(*credit)] cx=(axis.at(credit.0)) cy="15" r="5"
                    data-tip=(format!("{name}: {}", words::owed(*credit))) {}
            }
        })
    }

    fn edge(&self) -> Micro {
        self.bound.max(self.worst()).max(ONE)
    }

    fn beyond(&self, credit: Micro) -> bool {
        self.bound > Micro(0) && credit.abs() > self.bound
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keel(credits: &[i64], bound: i64) -> Keel {
        Keel {
            id: "k".into(),
            pool: "<b>us</b>".into(),
            members: credits
                .iter()
                .map(|credit| ("\"><script>".into(), Micro(*credit)))
                .collect(),
            bound: Micro(bound),
        }
    }

    #[test]
    fn every_member_is_a_dot_and_every_name_is_escaped() {
        let drawn = keel(&[600_000, -600_000, 0], 1_500_000)
            .draw()
            .into_string();
        assert_eq!(drawn.matches("<circle").count(), 3);
        assert_eq!(drawn.matches("class=\"bound\"").count(), 2);
        assert!(
            !drawn.contains("<script") && !drawn.contains("<b>"),
            "{drawn}"
        );
        assert!(
            drawn.contains("The largest amount now is 0.6 of a lead"),
            "{drawn}"
        );
    }

    #[test]
    fn a_credit_beyond_the_bound_stands_out() {
        let drawn = keel(&[2_000_000, -2_000_000], 1_500_000)
            .draw()
            .into_string();
        assert_eq!(drawn.matches("dot past").count(), 2);
    }

    #[test]
    fn a_pool_without_turns_or_members_can_be_drawn() {
        assert_eq!(keel(&[], 0).worst(), Micro(0));
        assert!(
            !keel(&[0], 0)
                .draw()
                .into_string()
                .contains("class=\"bound\"")
        );
    }
}
