//! From the deals that files tell to the lives that reports read; and both histories as one.
//!
//! A deal of a file becomes a life whose every owner came as [`Way::Told`]: no turn, no pool, no
//! version of a policy, so that nothing of it is ever taken for a comparison. What became of it the
//! file says, whatever its reasons are called. Deliberately guesses nothing: who worked where no
//! name is told, and what a record is worth where no amount is, stays open.
//! *Source*: ADR 39; law 8.

use super::life::{Deal, End, Fate, Life, Lives, Touch, Way};
use super::past;
use crate::ids::RepNo;
use crate::time::Moment;
use std::collections::{BTreeMap, BTreeSet};

/// The reason of an outcome for which a file gives none.
pub const NO_REASON: &str = "no reason told";
/// The kind of an activity for which a file gives none.
pub const NO_KIND: &str = "no kind told";
/// The origin of a record that its rep brought.
pub const SELF_SOURCED: &str = "self_sourced";
/// A name that was erased.
const ERASED: &str = "(erased)";

/// What the numbers of some deals stand for.
#[derive(Clone, Debug, Default)]
pub struct Called {
    /// Keys of records, by number; `None` once erased.
    pub records: Vec<Option<String>>,
    /// Kinds of activities, reasons and origins, by number.
    pub words: Vec<Option<String>>,
    /// Reps as the lives have them, by number.
    pub reps: Vec<RepNo>,
    /// What those are called that the workspace does not know, from [`super::life::STRANGERS`] on.
    pub strangers: Vec<String>,
}

impl Called {
    fn rep(&self, rep: RepNo) -> RepNo {
        self.reps.get(rep.index()).copied().unwrap_or(rep)
    }

    fn word(&self, word: u32) -> &str {
        let known = self.words.get(word as usize).and_then(Option::as_deref);
        known.unwrap_or(ERASED)
    }

    fn record(&self, record: u32) -> String {
        let known = self.records.get(record as usize).cloned().flatten();
        known.unwrap_or_else(|| format!("{ERASED} {record}"))
    }

    /// Whether the rep brought it; `None` where no origin is told.
    fn brought(&self, deal: &past::Deal) -> Option<bool> {
        Some(self.word(deal.origin?) == SELF_SOURCED)
    }
}

/// Deals as lives, known up to a moment, in the order in which they came (ties: by number).
pub fn lives(mut deals: Vec<past::Deal>, called: &Called, until: Moment) -> Lives {
    deals.sort_by_key(|deal| (deal.came, deal.record));
    let mut codes = Codes {
        called,
        lives: Lives::none(),
        kinds: BTreeMap::new(),
        reasons: BTreeMap::new(),
    };
    codes.lives.until = until;
    codes.lives.strangers.clone_from(&called.strangers);
    let all = deals.into_iter().map(|deal| codes.life(deal)).collect();
    codes.lives.all = all;
    codes.lives
}

/// Words on their way to the numbers of lives.
struct Codes<'a> {
    called: &'a Called,
    lives: Lives,
    kinds: BTreeMap<Option<u32>, u32>,
    reasons: BTreeMap<Option<u32>, u32>,
}

impl Codes<'_> {
    fn life(&mut self, deal: past::Deal) -> Life {
        let rep = |rep: Option<RepNo>| rep.map(|rep| self.called.rep(rep));
        let own = self.called.brought(&deal);
        let owners = deal.credit.owners.iter();
        let owners: Vec<_> = owners.map(|(at, owner)| (*at, rep(*owner))).collect();
        let mut deals: Vec<Deal> = Vec::new();
        let mut last = None;
        for (at, owner) in &owners {
            if let Some(rep) = owner.filter(|_| *owner != last) {
                let (at, way) = (*at, Way::Told);
                deals.push(Deal { at, rep, way });
            }
            last = *owner;
        }
        let end = end(&deal).map(|(at, fate)| End {
            at,
            reason: self.reason(deal.reason),
            told: Some(fate),
        });
        let touches = deal.work.iter().map(|work| Touch {
            at: work.at,
            rep: work.rep.map(|rep| self.called.rep(rep)),
            kind: self.kind(work.kind),
        });
        Life {
            touches: touches.collect(),
            deals,
            owners,
            end,
            value: deal.worth,
            self_sourced: own,
            ..Life::new(&self.called.record(deal.record), None, deal.came)
        }
    }

    fn kind(&mut self, word: Option<u32>) -> u32 {
        if let Some(known) = self.kinds.get(&word) {
            return *known;
        }
        let name = word.map_or(NO_KIND, |word| self.called.word(word));
        let number = self.lives.kind(name);
        self.kinds.insert(word, number);
        number
    }

    fn reason(&mut self, word: Option<u32>) -> u32 {
        if let Some(known) = self.reasons.get(&word) {
            return *known;
        }
        let code = word.map_or(NO_REASON, |word| self.called.word(word));
        let number = self.lives.reason(code);
        self.reasons.insert(word, number);
        number
    }
}

fn end(deal: &past::Deal) -> Option<(Moment, Fate)> {
    let fate = match deal.end {
        past::End::Open => return None,
        past::End::Won => Fate::Won,
        past::End::Lost => Fate::Lost,
        past::End::Disqualified => Fate::Disqualified,
    };
    Some((deal.closed?, fate))
}

/// Both histories as one: what files tell after what the journal has, each known as far as it
/// goes. A record that both know is counted once, as the journal has it.
pub fn both(own: &Lives, told: &Lives) -> Lives {
    let mut all = own.clone();
    let known: BTreeSet<&str> = own.all.iter().map(|life| life.key.as_str()).collect();
    let reasons: Vec<u32> = told.reasons.iter().map(|code| all.reason(code)).collect();
    let kinds: Vec<u32> = told.kinds.iter().map(|name| all.kind(name)).collect();
    for life in &told.all {
        if known.contains(life.key.as_str()) {
            all.twice += 1;
            continue;
        }
        let mut life = life.clone();
        life.until = Some(told.known(&life));
        for touch in &mut life.touches {
            touch.kind = kinds[touch.kind as usize];
        }
        if let Some(end) = &mut life.end {
            end.reason = reasons[end.reason as usize];
        }
        all.all.push(life);
    }
    for life in all.all.iter_mut().take(own.all.len()) {
        life.until = Some(own.until);
    }
    all.until = own.until.max(told.until);
    all.strangers.clone_from(&told.strangers);
    all
}
