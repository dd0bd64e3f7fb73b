//! What books weigh: a bar per rep over the band that the book should stay in.
//!
//! One drawing per table row on one shared axis, so that rows join into one picture. It draws; how
//! a load stands is the core's to say.

use crate::web::picture::frame::Frame;
use crate::web::picture::scale::{Axis, round_up};
use crate::web::words;
use evenkeel_core::checkin::Stand;
use evenkeel_core::effort::capacity::Target;
use evenkeel_core::units::Micro;
use maud::{Markup, html};

/// Height of one row in pixels.
const ROW: u32 = 31;

/// The shared axis.
#[derive(Clone, Copy, Debug)]
pub struct Loads {
    axis: Axis,
    edge: Micro,
}

impl Loads {
    /// An axis on which every load and every band has room.
    pub fn new(rows: impl Iterator<Item = (Micro, Option<Target>)>) -> Self {
        let far = |(load, target): (Micro, Option<Target>)| {
            let band = target.map(|target| target.most.max(target.accounts));
            load.max(band.unwrap_or_default())
        };
        let edge = round_up(rows.map(far).max().unwrap_or_default());
        Self {
            axis: Axis::new(0, edge.0),
            edge,
        }
    }

    /// The head over the bars.
    pub fn head(&self, id: &str) -> Markup {
        let frame = Frame {
            id,
            title: "Load of each book against its band",
            desc: "One bar per rep: what the open records cost, in standard accounts, from 0 at \
                   the left. The box is the band the book should stay in, the upright line its \
                   target.",
            height: 20,
        };
        let half = Micro(self.edge.0 / 2);
        frame.alone(html! {
            text x="0" y="14" { "0" }
            text x=(self.axis.at(half.0)) y="14" text-anchor="middle" { (words::amount(half)) }
            text x="100%" y="14" text-anchor="end" { (words::amount(self.edge)) }
        })
    }

    /// One book.
    pub fn row(&self, name: &str, load: Micro, target: Option<Target>, stand: Stand) -> Markup {
        let class = match stand {
            Stand::Overloaded => "load over",
            Stand::Fits => "load",
            Stand::Undersupplied => "load under",
            Stand::Unknown => "load unknown",
        };
        let tip = match target {
            Some(target) => format!(
                "{name}: {} of {} standard accounts, band {} to {}",
                words::amount(load),
                words::amount(target.accounts),
                words::amount(target.least),
                words::amount(target.most)
            ),
            None => format!("{name}: {} standard accounts", words::amount(load)),
        };
        let at = |amount: Micro| self.axis.at(amount.0);
        html! {
            svg role="img" aria-label=(tip) width="100%" height=(ROW) {
                line.grid x1=(at(Micro(self.edge.0 / 2))) x2=(at(Micro(self.edge.0 / 2)))
                    y1="0" y2=(ROW) {}
                @if let Some(target) = target {
                    rect.band x=(at(target.least)) y="3" height="25" rx="3"
                        width=(self.axis.width(target.least.0, target.most.0)) {}
                }
                rect class=(class) data-tip=(tip) x="0" y="10" height="11" rx="2"
                    width=(self.axis.width(0, load.0)) {}
                @if let Some(target) = target {
                    line.target x1=(at(target.accounts)) x2=(at(target.accounts)) y1="5" y2="26" {}
                }
                line.zero x1="0" x2="0" y1="0" y2=(ROW) {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn target() -> Target {
        Target {
            tier: Some(0),
            accounts: Micro::whole(60),
            least: Micro(0),
            most: Micro::whole(75),
            most_fits: false,
            ramp: Micro::whole(1),
            support: Micro::whole(1),
            excepted: false,
        }
    }

    #[test]
    fn every_row_has_its_load_its_band_and_its_words() {
        let target = Some(target());
        let loads = Loads::new([(Micro::whole(90), target)].into_iter());
        let drawn = loads
            .row("<b>", Micro::whole(90), target, Stand::Overloaded)
            .into_string();
        assert!(drawn.contains("class=\"load over\"") && drawn.contains("width=\"90%\""));
        assert!(drawn.contains("class=\"band\"") && drawn.contains("width=\"75%\""));
        assert!(drawn.contains("&lt;b&gt;: 90 of 60 standard accounts, band 0 to 75"));
        let unknown = loads.row("ana", Micro::whole(9), None, Stand::Unknown);
        assert!(!unknown.into_string().contains("band"));
    }

    #[test]
    fn nobody_has_an_axis_too() {
        let head = Loads::new(std::iter::empty()).head("h").into_string();
        assert!(head.contains("0.05") && head.contains("0.1"), "{head}");
    }
}
