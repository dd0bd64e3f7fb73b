//! Deals put together from facts that others told: who had them, who worked them, how they ended.
//!
//! The facts may come in any order and from several files. They are put into one total order: by
//! event time; of facts at one moment by what happened, as listed in [`Happened`]; then by the row
//! under which the store learned them. What came of a deal is what the last outcome in that order
//! says; but what a later import tells of a record's outcome takes the place of what an earlier one
//! told, for that is how a corrected export comes. Deliberately judges nothing: who gets the credit
//! is asked of [`crate::measure::credit`], what a young deal counts of
//! [`crate::measure::maturity`].

use super::coverage::{Dealt, Left, Touch};
use super::credit::{CreditRule, History};
use super::maturity::{Lead, Outcome};
use crate::ids::RepNo;
use crate::time::{Moment, Span};
use crate::units::Micro;

/// What happened, in the order in which facts of one moment came.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Happened {
    /// The record came into being.
    Created,
    /// It was assigned to a rep.
    Assigned,
    /// It had another owner from then on, or none.
    Owned,
    /// Somebody worked on it.
    Worked,
    /// It was open again.
    Reopened,
    /// It was won.
    Won,
    /// It was lost.
    Lost,
    /// It was disqualified.
    Disqualified,
}

/// One fact.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fact {
    /// The record, by the caller's numbers.
    pub record: u32,
    /// When it happened.
    pub at: Moment,
    /// What happened.
    pub what: Happened,
    /// The number under which it was learned; the last tie-break.
    pub row: u64,
    /// Record time: when it was learned, the same for all facts of one import.
    pub told: Moment,
    /// The rep; `None` for nobody.
    pub rep: Option<RepNo>,
    /// Kind of activity, reason of an outcome or where a record came from, by the caller's numbers.
    pub word: Option<u32>,
    /// What the record is worth.
    pub value: Option<Micro>,
}

/// How a deal stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum End {
    /// Still open.
    #[default]
    Open,
    /// Won.
    Won,
    /// Lost.
    Lost,
    /// Turned out to be no deal.
    Disqualified,
}

/// One activity on a deal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Work {
    /// When.
    pub at: Moment,
    /// Who; `None` when it was not told.
    pub rep: Option<RepNo>,
    /// What kind, by the caller's numbers.
    pub kind: Option<u32>,
}

/// One record, as it stood at a moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deal {
    /// The record, by the caller's numbers.
    pub record: u32,
    /// When the first thing happened to it.
    pub came: Moment,
    /// Where it came from, by the caller's numbers, if that was told.
    pub origin: Option<u32>,
    /// When its first owner got it; when it came into being, if it never had one.
    pub dealt: Moment,
    /// Owners, touches by reps and outcome, for the credit.
    pub credit: History,
    /// Everything done on it, in order.
    pub work: Vec<Work>,
    /// How it stands.
    pub end: End,
    /// Since when, unless it is open.
    pub closed: Option<Moment>,
    /// Why, by the caller's numbers.
    pub reason: Option<u32>,
    /// What it was worth, if it was won and that was told.
    pub value: Option<Micro>,
    /// What it is worth however it stands, as the last fact that says so has it.
    pub worth: Option<Micro>,
    /// How many outcomes it had; more than one means that somebody changed their mind.
    pub outcomes: u32,
}

/// Puts the facts up to `as_of` into order and together, ascending by record.
///
/// *Order and ties*: see the top of this file.
pub fn deals(mut facts: Vec<Fact>, as_of: Moment) -> Vec<Deal> {
    facts.retain(|fact| fact.at <= as_of);
    facts.sort_unstable_by_key(|fact| (fact.record, fact.at, fact.what, fact.row));
    let same = |one: &Fact, other: &Fact| one.record == other.record;
    facts.chunk_by(same).map(Deal::of).collect()
}

impl Deal {
    /// Folds the facts of one record, in order; there is one at least.
    fn of(facts: &[Fact]) -> Self {
        let first = facts[0];
        let mut deal = Self {
            record: first.record,
            came: first.at,
            origin: None,
            dealt: first.at,
            credit: History::default(),
            work: Vec::new(),
            end: End::Open,
            closed: None,
            reason: None,
            value: None,
            worth: None,
            outcomes: 0,
        };
        let outcomes = facts.iter().filter(|fact| fact.what >= Happened::Reopened);
        let newest = outcomes.map(|fact| fact.told).max();
        let stale = |fact: &&Fact| fact.what >= Happened::Reopened && Some(fact.told) < newest;
        for fact in facts.iter().filter(|fact| !stale(fact)) {
            deal.add(fact);
        }
        let owners = deal.credit.owners.iter();
        let mut owned = owners.filter(|(_, rep)| rep.is_some());
        deal.dealt = owned.next().map_or(deal.dealt, |(at, _)| *at);
        deal.credit.outcome = deal.closed;
        deal.credit.won = deal.end == End::Won;
        deal
    }

    fn add(&mut self, fact: &Fact) {
        self.worth = fact.value.or(self.worth);
        let end = match fact.what {
            Happened::Created => {
                self.origin = fact.word.or(self.origin);
                return;
            }
            Happened::Assigned | Happened::Owned => {
                return self.credit.owners.push((fact.at, fact.rep));
            }
            Happened::Worked => {
                let (at, rep, kind) = (fact.at, fact.rep, fact.word);
                self.work.push(Work { at, rep, kind });
                return self.credit.touches.extend(rep.map(|rep| (at, rep)));
            }
            Happened::Reopened => End::Open,
            Happened::Won => End::Won,
            Happened::Lost => End::Lost,
            Happened::Disqualified => End::Disqualified,
        };
        self.outcomes += u32::from(end != End::Open);
        self.end = end;
        self.closed = (end != End::Open).then_some(fact.at);
        self.reason = fact.word.filter(|_| end != End::Open);
        self.value = fact.value.filter(|_| end == End::Won);
    }

    /// The deal as a lead of whoever gets the credit; the disqualified count as not won.
    pub fn lead(&self, rule: CreditRule, as_of: Moment) -> Lead {
        Lead {
            rep: self.credit.credit(rule),
            age: since(self.dealt, as_of),
            outcome: match (self.end, self.closed) {
                (End::Won, Some(closed)) => Outcome::Won {
                    after: since(self.dealt, closed),
                },
                (End::Open, _) => Outcome::Open,
                _ => Outcome::Lost,
            },
        }
    }

    /// The deal as something that is worked or not. Work before it was dealt is not counted, and
    /// from a lost or won deal on nobody is expected to work.
    pub fn dealt(&self, as_of: Moment) -> Dealt {
        let until = match self.end {
            End::Won | End::Lost => self.closed.unwrap_or(as_of),
            End::Open | End::Disqualified => as_of,
        };
        let work = self.work.iter().filter(|work| work.at >= self.dealt);
        let touch = |work: &Work| Touch {
            after: since(self.dealt, work.at),
            kind: work.kind.unwrap_or(u32::MAX),
        };
        let gone = self.closed.filter(|_| self.end == End::Disqualified);
        Dealt {
            age: since(self.dealt, until),
            touches: work.map(touch).collect(),
            left: gone.map(|at| (since(self.dealt, at), Left::Disqualified)),
        }
    }

    /// How long it took to end.
    pub fn took(&self) -> Option<Span> {
        self.closed.map(|closed| since(self.dealt, closed))
    }
}

/// From one moment to another; nothing when the other was before it.
fn since(from: Moment, to: Moment) -> Span {
    (to - from).max(Span(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fact(row: u64, day: i64, what: Happened, rep: Option<u32>) -> Fact {
        Fact {
            record: 1,
            at: Moment(0) + Span::days(day),
            what,
            row,
            told: Moment(0),
            rep: rep.map(RepNo),
            word: None,
            value: (what == Happened::Won).then_some(Micro(5)),
        }
    }

    const FAR: Moment = Moment(i64::MAX / 2);

    /// Every order in which the facts may come gives the same deal.
    #[test]
    fn a_deal_is_the_same_in_whatever_order_it_is_told() {
        use Happened::{Assigned, Created, Lost, Owned, Reopened, Won, Worked};
        let facts = [
            fact(9, 0, Created, None),
            fact(8, 1, Assigned, Some(1)),
            fact(7, 3, Worked, Some(1)),
            fact(6, 5, Owned, Some(2)),
            fact(5, 9, Lost, None),
            fact(4, 12, Reopened, None),
            fact(3, 20, Won, None),
            // On the day of the win somebody else gets it: too late for the credit.
            fact(2, 20, Owned, Some(3)),
        ];
        let mut turned = facts.to_vec();
        let expected = deals(facts.to_vec(), FAR);
        for _ in 0..facts.len() {
            turned.rotate_left(1);
            assert_eq!(deals(turned.clone(), FAR), expected);
            let back = turned.iter().rev().copied().collect();
            assert_eq!(deals(back, FAR), expected);
        }
        let deal = &expected[0];
        assert_eq!((deal.end, deal.outcomes), (End::Won, 2));
        assert_eq!(deal.value, Some(Micro(5)));
        assert_eq!(deal.dealt, Moment(0) + Span::days(1));
        assert_eq!(deal.took(), Some(Span::days(19)));
        let credit = |rule| deal.credit.credit(rule).map(|rep| rep.0);
        assert_eq!(credit(CreditRule::OwnerAtOutcome), Some(2));
        assert_eq!(credit(CreditRule::OwnerAtCreation), Some(1));
        assert_eq!(credit(CreditRule::CurrentOwner), Some(3));
        assert_eq!(credit(CreditRule::FirstTouch), Some(1));
    }

    /// A later export says that the deal was lost after all, and earlier.
    #[test]
    fn what_is_learned_later_corrects_an_outcome_and_no_owner() {
        let mut facts = vec![
            fact(1, 0, Happened::Assigned, Some(1)),
            fact(2, 9, Happened::Won, None),
            fact(3, 4, Happened::Lost, None),
            fact(4, 2, Happened::Owned, Some(2)),
        ];
        assert_eq!(deals(facts.clone(), FAR)[0].end, End::Won);
        facts[2].told = Moment(1);
        let deal = deals(facts, FAR).remove(0);
        assert_eq!((deal.end, deal.outcomes, deal.value), (End::Lost, 1, None));
        let credit = deal.credit.credit(CreditRule::OwnerAtOutcome);
        assert_eq!(credit, Some(RepNo(2)));
    }

    #[test]
    fn as_of_a_moment_nothing_later_is_known() {
        let facts = [
            fact(1, 0, Happened::Assigned, Some(1)),
            fact(2, 5, Happened::Won, None),
        ];
        let at = |day| deals(facts.to_vec(), Moment(0) + Span::days(day));
        assert_eq!(at(-1), []);
        assert_eq!(at(4)[0].end, End::Open);
        assert_eq!(at(5)[0].end, End::Won);
    }

    #[test]
    fn a_deal_that_was_closed_before_it_was_dealt_took_no_time() {
        let facts = vec![
            fact(1, 5, Happened::Assigned, Some(1)),
            fact(2, 3, Happened::Won, None),
        ];
        assert_eq!(deals(facts, FAR)[0].took(), Some(Span(0)));
    }
}
