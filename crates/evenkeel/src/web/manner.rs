//! How a pool deals and how even it is, in words: the same on every page that shows a pool.
//!
//! Words are made from the policy in force and from what the ledger counted; nothing is decided.

use crate::web::picture::keel::Keel;
use crate::web::scene::Scene;
use crate::web::words;
use evenkeel_core::people::pool::Pool;
use evenkeel_core::policy::document::{ManualCounts, Method, Nobody, PoolSpec, Weights};
use evenkeel_core::time::Moment;

/// Worst now, worst ever, and the bound, in words.
pub fn evenness(pool: &Pool, keel: &Keel) -> String {
    if pool.dealt == 0 {
        return "No turn has been dealt yet.".to_owned();
    }
    if pool.ledger.members().len() < 2 {
        return format!(
            "Over {}: with nobody to share with, always exactly even.",
            words::count(pool.dealt, "turn")
        );
    }
    format!(
        "Over {}: the furthest anybody is from even now is {}, since its last change the \
         furthest was {}; the proved bound is {}.",
        words::count(pool.dealt, "turn"),
        words::leads(keel.worst()),
        words::leads(pool.fairness.worst),
        words::leads(pool.fairness.bound())
    )
}

/// What the policy in force says about this pool.
pub fn spec_of<'a>(scene: &Scene<'a>, pool: &Pool) -> Option<&'a PoolSpec> {
    let policy = scene.state.policy()?;
    policy
        .document()
        .pools
        .iter()
        .find(|spec| spec.name == pool.name)
}

/// `straight`, `random`, …
pub fn method_word(spec: &PoolSpec) -> &'static str {
    spec.method.word()
}

/// How the pool deals, one sentence a line.
pub fn manner(scene: &Scene<'_>, spec: &PoolSpec) -> Vec<(&'static str, String)> {
    let method = match spec.method {
        Method::Straight => {
            "Straight: whose turn is due first goes next. No chance involved.".into()
        }
        Method::Random { band } => format!(
            "Random: drawn among those within {} of the most owed.",
            words::leads(band)
        ),
        Method::Mix { band, .. } => format!(
            "Mix: whoever's mix the record evens out best, of those within {} of the most owed.",
            words::leads(band)
        ),
        Method::Fit { band } => format!(
            "Fit: a specialist for the record, of those within {} of the most owed.",
            words::leads(band)
        ),
        Method::Headroom { band } => format!(
            "Headroom: the emptiest book for its size, of those within {} of the most owed.",
            words::leads(band)
        ),
    };
    let weights = match &spec.weights {
        Weights::Equal => "Everyone the same share.".to_owned(),
        Weights::ByRep(_) => "Shares by the weights in the policy.".to_owned(),
        Weights::ByField(field) => format!("Shares by the rep field “{field}”."),
    };
    let limits = [
        ("day", spec.caps.day),
        ("7 days", spec.caps.week),
        ("30 days", spec.caps.month),
    ];
    let caps: Vec<String> = limits
        .iter()
        .filter_map(|(window, cap)| cap.map(|cap| format!("{cap} in any {window}")))
        .collect();
    let caps = if caps.is_empty() {
        "None in this pool.".into()
    } else {
        format!("At most {}.", caps.join(", "))
    };
    let hours = match spec.keeps_hours {
        true => "Members outside working hours are passed over.",
        false => "Working hours are not looked at.",
    };
    let manual = match spec.manual_counts {
        ManualCounts::None => "Counts nothing: a gift.".to_owned(),
        ManualCounts::Full => "Counts a whole turn, spread over the next ones.".to_owned(),
        ManualCounts::Fraction(ppm) => format!("Counts {} % of a turn.", ppm / 10_000),
    };
    vec![
        ("Method", method),
        ("Weights", weights),
        ("Caps", caps),
        ("Hours", hours.to_owned()),
        ("By hand", manual),
        ("Nobody can", nobody(scene, &spec.nobody)),
    ]
}

/// Where a record goes that no member can take.
fn nobody(scene: &Scene<'_>, nobody: &Nobody) -> String {
    let policy = scene.state.policy().map(|policy| policy.document());
    let queue = |at: usize| policy.map_or("", |document| document.queues[at].name.as_str());
    match *nobody {
        Nobody::Rep { ref rep, otherwise } => format!(
            "To {}, outside rotation; when they cannot either, into the queue {}.",
            known(scene, rep),
            queue(otherwise)
        ),
        Nobody::Pool(next) => {
            let pool = policy.map_or("", |document| document.pools[next].name.as_str());
            format!("The pool {pool} is asked next.")
        }
        Nobody::Queue(next) => format!("Into the queue {}.", queue(next)),
        Nobody::Hold { span, then } => {
            let span = words::span(span);
            format!(
                "Held for at most {span}, then into the queue {}.",
                queue(then)
            )
        }
    }
}

/// What a rep of the policy is called; the key when nobody has it.
fn known(scene: &Scene<'_>, key: &str) -> String {
    let rep = scene.state.roster().find(key);
    rep.map_or_else(|| key.to_owned(), |rep| scene.name(rep))
}

/// How many of these ascending moments lie after `since`.
pub fn count_since(moments: &[Moment], since: Moment) -> usize {
    moments.len() - moments.partition_point(|at| *at <= since)
}
