//! Shares as bars from the left, one a row: how far records came, or a share by week.
//!
//! One drawing per table row, as in [`super::shares`], on an axis from 0 to 100 %.

use evenkeel_core::measure::figure::{Figure, percent};
use maud::{Markup, html};

const ROW: u32 = 31;

fn at(share: f64) -> String {
    format!("{:.2}%", share.clamp(0.0, 1.0) * 100.0)
}

/// A share that is counted: all of it is known.
pub fn counted(name: &str, share: f64) -> Markup {
    let tip = format!("{name}: {}", percent(share));
    html! {
        svg role="img" aria-label=(tip) width="100%" height=(ROW) data-tip=(tip) {
            rect.lane x="0" y="9" height="13" rx="2" width="100%" {}
            rect.bar x="0" y="9" height="13" rx="2" width=(at(share)) {}
        }
    }
}

/// A share with its interval; `past` marks what is after the change.
pub fn estimated(name: &str, figure: &Figure, past: bool) -> Markup {
    let tip = format!("{name}: {}", figure.as_percent());
    let (low, high) = (at(figure.interval.low), at(figure.interval.high));
    html! {
        svg role="img" aria-label=(tip) width="100%" height=(ROW) data-tip=(tip) {
            line.grid x1="0" x2="100%" y1="15.5" y2="15.5" {}
            line.due x1=(low) x2=(high) y1="15.5" y2="15.5" {}
            @if past { circle.turn cx=(at(figure.value)) cy="15.5" r="5" {} }
            @else { circle.was cx=(at(figure.value)) cy="15.5" r="4.5" {} }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use evenkeel_core::measure::figure::Interval;

    #[test]
    fn bars_stay_within_and_names_are_escaped() {
        let drawn = counted("<i>", 1.4).into_string();
        assert!(
            drawn.contains("width=\"100.00%\"") && drawn.contains("&lt;i&gt;"),
            "{drawn}"
        );
        let figure = Figure {
            value: 0.25,
            interval: Interval {
                low: 0.1,
                high: 0.5,
            },
            n: 8.0,
        };
        let drawn = estimated("week", &figure, true).into_string();
        assert!(drawn.contains("x1=\"10.00%\" x2=\"50.00%\""), "{drawn}");
        assert!(
            drawn.contains("circle class=\"turn\" cx=\"25.00%\""),
            "{drawn}"
        );
    }
}
