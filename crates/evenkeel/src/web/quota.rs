//! Quota, attainment so far and the chance of the rest, as pages share them: in a sentence, and
//! what the figures mean.
//!
//! The figures are [`crate::host::quota`]'s; nothing is worked out here.

use crate::host::quota::{BOOKED, Booked, QUOTA, Quotas};
use crate::web::scene::Scene;
use crate::web::words;
use evenkeel_core::ids::RepNo;
use evenkeel_core::measure::attainment::{Attainment, WINS_MIN};
use evenkeel_core::time::DAY;
use maud::{Markup, html};

/// A part as whole percent that never rounds to sure or to impossible.
fn percent(part: f64) -> String {
    match (part * 100.0).round() as i64 {
        0 if part > 0.0 => "< 1 %".to_owned(),
        100 if part < 1.0 => "> 99 %".to_owned(),
        whole => format!("{whole} %"),
    }
}

fn money(amount: f64) -> String {
    words::thousands(amount.max(0.0).round() as u64)
}

/// What is booked of the quota: `120,000 of 250,000 (48 %)`.
pub fn attained(stands: &Attainment) -> String {
    format!(
        "{} of {} ({})",
        money(stands.goal.booked),
        money(stands.goal.quota),
        percent(stands.part)
    )
}

/// The chance of the rest: reached, a number, or why there is none.
pub fn chance(stands: &Attainment) -> Markup {
    html! {
        @match stands.chance {
            Ok(_) if stands.part >= 1.0 => span.tag.on { "reached" },
            Ok(chance) => { (percent(chance)) " " span.note { "with " (words::count(stands.open, "open record")) } },
            Err(lack) => span.note { "not told: " (lack.words()) },
        }
    }
}

/// One rep's, on a sheet: both in two lines, or where a quota would be said.
pub fn facts(scene: &Scene<'_>, quotas: Option<&Quotas>, rep: RepNo) -> Markup {
    let stands = quotas.and_then(|quotas| quotas.rep(scene.state, rep));
    html! {
        dt { "Quota" }
        dd {
            @match (&stands, quotas) {
                (Some((stands, from)), Some(quotas)) => {
                    (attained(stands)) " booked " span.note { "(" (source(quotas, *from)) ")" }
                }
                (None, Some(_)) => span.note { "none is set for this rep" },
                _ => span.note { "not known: the policy declares no number field " code { (QUOTA) } " of reps" },
            }
        }
        @if let Some((stands, _)) = &stands {
            dt { "Chance of quota" }
            dd { (chance(stands)) }
        }
    }
}

fn source(quotas: &Quotas, from: Booked) -> Markup {
    html! {
        @match from {
            Booked::Field => "a field of the rep",
            Booked::Wins(count) => {
                (words::count(count, "win")) " since " (words::day("UTC", quotas.since))
            }
        }
    }
}

/// What the figures mean, with what they rest on.
pub fn definition(quotas: Option<&Quotas>) -> Markup {
    html! {
        @match quotas {
            None => {
                "Quota is not known: no pool shares by it, and the policy declares no number field " code { (QUOTA) }
                " under " code { "[rep]" } ". With one, and " code { (BOOKED) } " for what is booked, attainment and the chance of quota are told here."
            }
            Some(quotas) => {
                @let history = &quotas.history;
                "Booked is the rep’s field where there is one, else what the rep’s wins of the calendar quarter were worth. "
                "The chance is that the open records of the book bring what is missing, at the team’s conversion ("
                (history.won) " of " (history.of) " turns at least " (quotas.matures.0 / DAY.0) " days old) and the team’s deals ("
                @match &quotas.worth {
                    Some(field) => { (words::count(history.valued, "win")) " by " code { (field) } },
                    None => "no field of records tells what one is worth",
                }
                "); it is told from " (WINS_MIN) " wins with a value on. What comes in later and how long is left is not in it, so it measures supply and judges nobody. "
                "Quota limits nothing: it scales shares where a pool says so."
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chance_is_never_told_as_sure() {
        for (part, told) in [
            (0.0, "0 %"),
            (0.001, "< 1 %"),
            (0.484, "48 %"),
            (0.999, "> 99 %"),
            (1.0, "100 %"),
            (1.2, "120 %"),
        ] {
            assert_eq!(percent(part), told);
        }
    }
}
