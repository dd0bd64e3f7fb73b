//! Advice on recycling as JSON, the same on the command line and in the API.
//!
//! How it is worked out is `evenkeel_core::measure::own_history`; the words are its sentences.

use evenkeel_core::measure::own_history::{self, Advice};
use evenkeel_core::measure::part::Part;
use serde_json::{Value, json};

/// The advice as JSON.
pub fn told(advice: &Advice) -> Value {
    let figure = |part: &Part| json!({ "part": part.value, "low": part.low, "high": part.high, "n": part.n });
    let threshold = advice.threshold.as_ref().ok().map(|one| {
        json!({
            "days": one.days, "low": one.low, "high": one.high, "warn": one.warn,
            "wrong": figure(&one.wrong), "abandoned": figure(&one.abandoned),
            "stated": one.stated, "horizon": one.horizon, "accounts": one.accounts,
        })
    });
    let best = advice.best.as_ref().ok().map(|one| {
        json!({
            "days": one.days, "low": one.low, "high": one.high, "at_end": one.at_end,
            "answers_a_day_per_hundred_places": one.per_hundred, "answers": one.answers,
        })
    });
    let rule = |rule: &own_history::Rule| {
        json!({
            "rule": rule.name, "days": rule.days,
            "wrong": rule.wrong.as_ref().ok().map(figure),
            "lost": rule.lost.map(|lost| json!({
                "part": lost.value, "low": lost.low, "high": lost.high, "n": lost.n,
            })),
        })
    };
    json!({
        "gaps": advice.gaps,
        "stays": advice.stays,
        "threshold": threshold,
        "threshold_says": match &advice.threshold {
            Ok(threshold) => threshold.sentence(),
            Err(none) => none.sentence(),
        },
        "curve": advice.curve.iter().map(|(days, wrong)| json!({
            "days": days, "wrong": figure(wrong),
        })).collect::<Vec<_>>(),
        "best": best,
        "best_says": match &advice.best {
            Ok(best) => best.sentence(),
            Err(none) => none.sentence(),
        },
        "rules": advice.rules.iter().map(rule).collect::<Vec<_>>(),
        "check": advice.check.map(|check| check.sentence()),
    })
}
