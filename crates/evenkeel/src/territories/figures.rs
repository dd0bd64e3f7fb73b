//! The cost of territories in words and in rows: the same on the page and at the command line.

use evenkeel_core::territory::cost::{Cost, Side};
use evenkeel_core::time::{HOUR, Span};

/// One figure: its name, with territories on, and off.
pub type Figure = (&'static str, String, String);

/// What the two replays say, figure by figure.
pub fn figures(cost: &Cost) -> Vec<Figure> {
    let both = |name, say: fn(&Side) -> String| (name, say(&cost.on), say(&cost.off));
    vec![
        both("dealt to a rep", |side| side.dealt.to_string()),
        both("nobody could take", |side| side.nobody.to_string()),
        both("waited", |side| side.waited.to_string()),
        both("mean wait of these", |side| {
            wait(side.waited, side.wait_mean)
        }),
        both("longest wait", |side| wait(side.waited, side.wait_longest)),
        both("over capacity", |side| side.over.to_string()),
        both("fewest to most per rep", |side| {
            format!("{} to {}", side.spread.fewest, side.spread.most)
        }),
        both("would have to change hands", |side| {
            let (moved, ppm) = (side.spread.to_move, side.spread.uneven_ppm());
            format!("{moved} ({})", percent(ppm))
        }),
    ]
}

/// The one sentence a manager reads first.
pub fn headline(cost: &Cost) -> String {
    if cost.records == 0 {
        return "No recorded record asks the territories, so there is nothing to compare yet."
            .to_owned();
    }
    let spread = |side: &Side| percent(side.spread.uneven_ppm());
    let rescued = match cost.rescued {
        0 => "Every record that somebody could take was taken either way.".to_owned(),
        1 => {
            "1 record that nobody in its territory could take would have gone to a rep.".to_owned()
        }
        count => format!(
            "{count} records that nobody in their territory could take would have gone to a rep."
        ),
    };
    format!(
        "Over {} recorded arrivals among {} reps, with territories {} of what was dealt would have \
         to change hands for an even spread; without, {}. {rescued}",
        cost.records,
        cost.on.spread.reps,
        spread(&cost.on),
        spread(&cost.off),
    )
}

/// `40.0 %`
pub fn percent(ppm: u64) -> String {
    let tenths = (ppm + 500) / 1_000;
    format!("{}.{} %", tenths / 10, tenths % 10)
}

fn wait(count: u64, span: Span) -> String {
    match count {
        0 => "–".to_owned(),
        _ => format!("{} h", span.0 / HOUR.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_rounded_to_tenths_of_a_percent() {
        assert_eq!(percent(400_000), "40.0 %");
        assert_eq!(percent(333_333), "33.3 %");
        assert_eq!(percent(999_500), "100.0 %");
    }
}
