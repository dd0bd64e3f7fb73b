//! The words of what was asked before the rules: which rung settled it, what stopped the others.
//!
//! Rungs that found nothing are not told aloud; the verdict lists them.

use super::{Words, local};
use crate::ids::RecordNo;
use crate::precedence::rung::Way;
use crate::units::{Micro, ONE};
use crate::verdict::rung::{Rung, Said};
use crate::verdict::{Destination, Verdict};

impl Words<'_> {
    /// The name of a rung, in the version that decided.
    pub fn rung(&self, verdict: &Verdict, rung: &Rung) -> String {
        let mut versions = self.state.versions().iter();
        versions
            .find(|version| version.number == verdict.policy)
            .and_then(|version| version.rungs.get(rung.rung as usize))
            .map_or_else(
                || format!("rung {}", rung.rung + 1),
                |name| name.to_string(),
            )
    }

    /// What decided: the rung that settled it, or else the rule that matched.
    pub fn decider(&self, verdict: &Verdict) -> String {
        match verdict.settled() {
            Some(rung) => self.rung(verdict, rung),
            None => self.rule(verdict),
        }
    }

    /// The sentence for a record that a rung settled.
    pub(super) fn by_rung(&self, verdict: &Verdict, to: &Destination) -> Option<String> {
        let rung = verdict.settled()?;
        let name = self.rung(verdict, rung);
        let found = rung.found.map_or_else(String::new, |found| self.key(found));
        let rep = rung.rep.map(|rep| (self.rep)(rep));
        let who = rep.as_deref().unwrap_or("nobody");
        Some(match &rung.said {
            Said::Took(charge) => {
                let why = match rung.way {
                    Way::Duplicate => format!("{found} is the same by “{name}”, and {who} has it"),
                    Way::Related => format!("{who} has {found}, related by “{name}”"),
                    Way::Sticky => format!("{who} had {found} lately, alike by “{name}”"),
                };
                format!("{who} got it: {why}. {}.", counted(charge.amount))
            }
            Said::Merged => match &rep {
                Some(who) => format!(
                    "Merged into {found}, which {who} has: the same by “{name}”. No turn is used."
                ),
                None => format!("Merged into {found}: the same by “{name}”. No turn is used."),
            },
            Said::Waits(stop) => {
                let stop = rung.rep.map(|rep| self.stop(rep, stop)).unwrap_or_default();
                let why = format!("“{name}” found {found} of {who}, who {stop}");
                match to {
                    Destination::Hold { until, then, .. } => format!(
                        "{why}. It is held for {who} until {} UTC at the latest, then goes to the \
                         queue {}.",
                        local("UTC", *until),
                        self.queue(*then)
                    ),
                    Destination::Queue(queue) => {
                        format!("{why}; so it waits in the queue {}.", self.queue(*queue))
                    }
                    Destination::Rep(_) | Destination::Merged(_) => format!("{why}."),
                }
            }
            Said::Blank | Said::Nothing | Said::Ownerless | Said::Passed(_) | Said::Flagged => {
                return None;
            }
        })
    }

    /// What the rungs before the one that settled it found, if anything.
    pub(super) fn rungs_before(&self, verdict: &Verdict) -> Vec<String> {
        let told = verdict.rungs.iter().filter_map(|rung| {
            let found = self.key(rung.found?);
            let name = self.rung(verdict, rung);
            match &rung.said {
                Said::Ownerless => Some(format!(
                    "“{name}” found {found}, which is in nobody's book."
                )),
                Said::Passed(stop) => {
                    let rep = rung.rep?;
                    let (who, stop) = ((self.rep)(rep), self.stop(rep, stop));
                    Some(format!("“{name}” found {found} of {who}, who {stop}."))
                }
                Said::Flagged => Some(format!("“{name}” marks it as the same as {found}.")),
                Said::Blank | Said::Nothing | Said::Waits(_) | Said::Merged | Said::Took(_) => None,
            }
        });
        told.collect()
    }

    /// The key of a record.
    pub(super) fn key(&self, record: RecordNo) -> String {
        self.state.records().key(record).to_owned()
    }
}

fn counted(amount: Micro) -> String {
    match amount {
        Micro(0) => "It counts as no turn".to_owned(),
        ONE => "It counts as a turn".to_owned(),
        part => format!("It counts as {part} of a turn"),
    }
}
