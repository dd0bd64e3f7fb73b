//! Shares of months against their volume, one row a rep: dots at how many leads came in, and steps
//! where the share drops.
//!
//! One drawing per table row, as in [`super::shares`], on one axis of leads. Filled dots are shares
//! followed up, rings shares closed; a dot that lies higher is a higher share.

use crate::web::picture::frame::Frame;
use crate::web::picture::scale::Axis;
use evenkeel_core::measure::figure::percent;
use maud::{Markup, html};

/// Height of a row, and of the room for shares within it.
const ROW: u32 = 76;
const TOP: f64 = 8.0;
const HEIGHT: f64 = 60.0;

/// One month.
#[derive(Clone, Debug)]
pub struct Month {
    /// What it is called.
    pub name: String,
    /// Leads that came in.
    pub leads: u32,
    /// The share followed up, where it is known.
    pub followed_up: Option<f64>,
    /// The share closed, where it is known.
    pub closed: Option<f64>,
}

/// Where it drops.
#[derive(Clone, Copy, Debug)]
pub struct Drop {
    /// The most leads before the drop.
    pub up_to: u32,
    /// The share up to there.
    pub below: f64,
    /// The share beyond.
    pub above: f64,
}

/// The shared axis, from no lead to the largest month.
#[derive(Clone, Copy, Debug)]
pub struct Months {
    axis: Axis,
    most: u32,
}

fn y(share: f64) -> String {
    format!("{:.1}", TOP + (1.0 - share.clamp(0.0, 1.0)) * HEIGHT)
}

impl Months {
    /// For months of up to so many leads.
    pub fn new(most: u32) -> Self {
        let most = most.max(1).div_ceil(10) * 10;
        Self {
            axis: Axis::new(0, i64::from(most)),
            most,
        }
    }

    /// The head over the rows.
    pub fn head(&self, id: &str) -> Markup {
        let desc = format!(
            "Across: from 0 to {} leads in a month. Upwards: from 0 to 100 %. Filled dots are months by \
             the share followed up, rings by the share closed. Where follow-up drops, an upright line \
             stands at the volume and a line on each side at the share there.",
            self.most
        );
        let frame = Frame {
            id,
            title: "Follow-up and close rate against monthly volume",
            desc: &desc,
            height: 16,
        };
        frame.alone(html! {
            text x="0" y="12" { "0" }
            text x="50%" y="12" text-anchor="middle" { (self.most / 2) }
            text x="100%" y="12" text-anchor="end" { (self.most) " leads" }
        })
    }

    /// One rep.
    pub fn row(&self, name: &str, months: &[Month], drop: Option<Drop>) -> Markup {
        let told = match drop {
            Some(drop) => format!(
                "{name}: {} followed up in months of up to {} leads, {} beyond",
                percent(drop.below),
                drop.up_to,
                percent(drop.above)
            ),
            None if !months.is_empty() && months.iter().all(|one| one.followed_up.is_none()) => {
                format!("{name}: {} months, follow-up not known", months.len())
            }
            None => format!("{name}: {} months, no drop known", months.len()),
        };
        html! {
            svg role="img" aria-label=(told) width="100%" height=(ROW) {
                @for share in [0.0, 0.5, 1.0] {
                    line.grid x1="0" x2="100%" y1=(y(share)) y2=(y(share)) {}
                }
                @if let Some(drop) = drop { (self.steps(drop)) }
                @for month in months {
                    @let at = self.axis.at(i64::from(month.leads));
                    @let told = format!("{}: {} leads", month.name, month.leads);
                    @if let Some(closed) = month.closed {
                        circle.was cx=(at) cy=(y(closed)) r="3"
                            data-tip=(format!("{told}, {} closed", percent(closed))) {}
                    }
                    @if let Some(followed_up) = month.followed_up {
                        circle.dot cx=(at) cy=(y(followed_up)) r="4.5"
                            data-tip=(format!("{told}, {} followed up", percent(followed_up))) {}
                    }
                }
            }
        }
    }

    fn steps(&self, drop: Drop) -> Markup {
        // Between the largest month that is still well and the next.
        let at = self.axis.at(i64::from(drop.up_to));
        html! {
            line.mean x1=(at) x2=(at) y1=(y(1.0)) y2=(y(0.0)) {}
            line.due x1="0" x2=(at) y1=(y(drop.below)) y2=(y(drop.below)) {}
            line.now x1=(at) x2="100%" y1=(y(drop.above)) y2=(y(drop.above)) {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dots_lie_at_their_volume_and_a_drop_is_drawn_and_told() {
        let month = |leads, followed_up, closed| Month {
            name: "<b>".to_owned(),
            leads,
            followed_up,
            closed,
        };
        let months = [month(20, Some(1.0), Some(0.5)), month(40, Some(0.5), None)];
        let picture = Months::new(37);
        let drop = Some(Drop {
            up_to: 20,
            below: 1.0,
            above: 0.5,
        });
        let drawn = picture.row("<i>", &months, drop).into_string();
        assert!(drawn.contains("cx=\"50%\" cy=\"8.0\""), "{drawn}");
        assert!(drawn.contains("cx=\"100%\" cy=\"38.0\""), "{drawn}");
        assert_eq!(drawn.matches("class=\"was\"").count(), 1);
        assert!(drawn.contains("100 % followed up in months of up to 20 leads, 50 % beyond"));
        assert!(!drawn.contains("<i>") && !drawn.contains("<b>"), "{drawn}");
        let none = picture.row("x", &[], None).into_string();
        assert!(
            none.contains("no drop known") && !none.contains("NaN"),
            "{none}"
        );
        assert!(picture.head("months").into_string().contains("40 leads"));
        assert!(
            Months::new(0)
                .row("x", &[], None)
                .into_string()
                .contains("svg")
        );
    }
}
