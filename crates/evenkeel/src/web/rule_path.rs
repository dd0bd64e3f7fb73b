//! The way a record took through the rules: which were asked, and what each clause answered.
//!
//! Read from the answers in the verdict, with the words of the policy version that decided; no
//! condition is asked again.

use evenkeel_core::market::columns::Columns;
use evenkeel_core::policy::compiled::{Compiled, RuleAnswer};
use evenkeel_core::state::State;
use evenkeel_core::verdict::Verdict;

/// Most rules shown one by one: the last ones asked.
const RULES_MAX: usize = 20;

/// The rules that were asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RulePath {
    /// The last of those asked, in order.
    pub rules: Vec<RuleAnswer>,
    /// How many were asked before them, all without a yes.
    pub before: usize,
    /// Whether the last one said yes; otherwise the fallback took the record.
    pub hit: bool,
}

impl RulePath {
    /// The path of `verdict` through `policy`, which must be the version that decided. `None` when
    /// no rule was asked: a person or a departure moved the record.
    pub fn of(policy: &Compiled, verdict: &Verdict) -> Option<Self> {
        let handed = verdict.step.as_ref().is_some_and(|at| at.handed);
        if handed || verdict.answers.len() != policy.clauses().len() {
            return None;
        }
        let count = policy.document().rules.len();
        let hit = verdict
            .rule
            .map(|rule| rule as usize)
            .filter(|rule| *rule < count);
        let asked = hit.map_or(count, |rule| rule + 1);
        let before = asked.saturating_sub(RULES_MAX);
        let explain = |rule| policy.explain_rule(rule, &verdict.answers);
        Some(Self {
            rules: (before..asked).map(explain).collect(),
            before,
            hit: hit.is_some(),
        })
    }

    /// How many rules were asked.
    pub fn asked(&self) -> usize {
        self.before + self.rules.len()
    }
}

/// An earlier policy version, made readable again. Its clauses are numbered as they were then,
/// since numbers come from the text alone.
pub fn revived(state: &State, text: &str) -> Compiled {
    Compiled::of_published(
        text,
        state.record_schema(),
        state.rep_schema(),
        &Columns::default(),
    )
}
