//! Whose an outcome counts as, when a record had several owners; and how much that matters.
//!
//! The rule is the team's to choose; the owner at the time of the outcome is the default (law 8).
//! Because whole rankings can hang on it, [`matter`] tells how much would change under each other
//! rule. Deliberately splits no outcome between reps.
//! *Source*: mission 2.2; law 8.

use super::figure::{Figure, count};
use super::proportion::Tally;
use crate::ids::RepNo;
use crate::time::Moment;
use std::collections::BTreeMap;

/// Whose an outcome counts as.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum CreditRule {
    /// Who owned the record when the outcome came.
    #[default]
    OwnerAtOutcome,
    /// Who owned it first.
    OwnerAtCreation,
    /// Who owns it now.
    CurrentOwner,
    /// Who worked it first.
    FirstTouch,
    /// Who worked it last before the outcome.
    LastTouch,
}

/// Every rule, the default first.
pub const RULES: [CreditRule; 5] = [
    CreditRule::OwnerAtOutcome,
    CreditRule::OwnerAtCreation,
    CreditRule::CurrentOwner,
    CreditRule::FirstTouch,
    CreditRule::LastTouch,
];

impl CreditRule {
    /// In words, after "counts for".
    pub fn words(self) -> &'static str {
        match self {
            Self::OwnerAtOutcome => "who owned it at the outcome",
            Self::OwnerAtCreation => "who owned it first",
            Self::CurrentOwner => "who owns it now",
            Self::FirstTouch => "who worked it first",
            Self::LastTouch => "who worked it last",
        }
    }
}

/// Who had a record and who worked it, each in the order of time.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct History {
    /// From when on which rep owned it; `None` is nobody.
    pub owners: Vec<(Moment, Option<RepNo>)>,
    /// When which rep worked it.
    pub touches: Vec<(Moment, RepNo)>,
    /// When it was won or lost; `None` while it is open.
    pub outcome: Option<Moment>,
    /// Whether it was won.
    pub won: bool,
}

impl History {
    /// Whose it counts as; `None` when the rule finds nobody.
    ///
    /// *Order and ties*: an owner who came at the very moment of the outcome was not yet the owner,
    /// unless there was none before; of touches at one moment the later in the list is the last.
    /// *Bounds*: an open record counts for its owner now where the outcome is asked for.
    pub fn credit(&self, rule: CreditRule) -> Option<RepNo> {
        let before = |at: &Moment, inclusive: bool| match self.outcome {
            Some(outcome) => *at < outcome || inclusive && *at == outcome,
            None => true,
        };
        let owner = |inclusive: bool| {
            let mut until = self
                .owners
                .iter()
                .rev()
                .filter(|(at, _)| before(at, inclusive));
            until.next().and_then(|(_, rep)| *rep)
        };
        match rule {
            CreditRule::OwnerAtOutcome => owner(false).or_else(|| owner(true)),
            CreditRule::OwnerAtCreation => self.owners.iter().find_map(|(_, rep)| *rep),
            CreditRule::CurrentOwner => self.owners.last().and_then(|(_, rep)| *rep),
            CreditRule::FirstTouch => self.touches.first().map(|(_, rep)| *rep),
            CreditRule::LastTouch => {
                let mut until = self.touches.iter().rev().filter(|(at, _)| before(at, true));
                until.next().map(|(_, rep)| *rep)
            }
        }
    }
}

/// What another rule would change.
#[derive(Clone, Debug, PartialEq)]
pub struct Matter {
    /// The other rule.
    pub rule: CreditRule,
    /// Share of the records that would count for somebody else, or for nobody; n is the records.
    pub moved: Figure,
    /// Each rep's wins under the default rule and under this one, ascending by rep.
    pub wins: Vec<(RepNo, u64, u64)>,
    /// Records for which it finds nobody.
    pub nobody: u64,
}

impl Matter {
    /// The rep whose wins would change most, and by how many; the first of equals.
    pub fn most(&self) -> Option<(RepNo, i64)> {
        let change =
            |(rep, usual, other): &(RepNo, u64, u64)| (*rep, *other as i64 - *usual as i64);
        let changes = self.wins.iter().map(change).filter(|(_, by)| *by != 0);
        changes.min_by_key(|(rep, by)| (-by.abs(), *rep))
    }

    /// In words.
    pub fn sentence(&self, name: &dyn Fn(RepNo) -> String) -> String {
        let most = match self.most() {
            None => "No rep would have more or fewer wins.".to_owned(),
            Some((rep, by)) => {
                let more = if by > 0 { "more" } else { "fewer" };
                let wins = count(by.unsigned_abs() as f64, "win");
                format!("Most would change for {}: {wins} {more}.", name(rep))
            }
        };
        format!(
            "If a record counted for {}, {} of {} would count for somebody else. {most}",
            self.rule.words(),
            self.moved.as_percent(),
            count(self.moved.n, "record")
        )
    }
}

/// What every other rule would change, in the order of [`RULES`].
pub fn matter(histories: &[&History]) -> Vec<Matter> {
    let usual = CreditRule::default();
    let others = RULES.iter().filter(|rule| **rule != usual);
    others.map(|rule| one(histories, usual, *rule)).collect()
}

fn one(histories: &[&History], usual: CreditRule, rule: CreditRule) -> Matter {
    let mut wins: BTreeMap<RepNo, (u64, u64)> = BTreeMap::new();
    let (mut moved, mut nobody) = (0.0, 0);
    for history in histories {
        let (before, after) = (history.credit(usual), history.credit(rule));
        moved += f64::from(u8::from(before != after));
        nobody += u64::from(after.is_none());
        if history.won {
            if let Some(rep) = before {
                wins.entry(rep).or_default().0 += 1;
            }
            if let Some(rep) = after {
                wins.entry(rep).or_default().1 += 1;
            }
        }
    }
    Matter {
        rule,
        moved: Tally::of(moved, histories.len() as f64).figure(),
        wins: wins
            .into_iter()
            .map(|(rep, (usual, other))| (rep, usual, other))
            .collect(),
        nobody,
    }
}
