//! A second opinion on claims: a walk through the journal with a naive queue of its own.
//!
//! It knows nothing of how the program orders, limits or decides. Checked are: every record claimed
//! at most once while it waits (I2, I3), "next" gives the first of the queue, nobody holds more
//! than the limit (I8), every record in one place (I7), every answer in the journal as told (I1),
//! in real time (I4), and whoever was too late was told who had it.

use std::collections::{BTreeMap, BTreeSet};

/// One fact of the journal, in its order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Fact {
    /// A record came into the queue, to be taken in the order of this number, then of arrival.
    Queued { record: String, order: i64 },
    /// A rep took it.
    Claimed {
        record: String,
        rep: String,
        next: bool,
    },
    /// It was closed.
    Closed { record: String },
    /// Something else.
    Other,
}

/// What a caller was told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Told {
    /// That the rep has the record, with the number of the event.
    Has { record: String, seq: u64 },
    /// That another rep has it.
    Late { record: String, by: String },
    /// No for another reason.
    No,
}

/// One attempt of a rep to take something.
#[derive(Clone, Debug)]
pub(crate) struct Attempt {
    pub(crate) rep: String,
    /// Nanoseconds since the history began.
    pub(crate) began: u64,
    pub(crate) ended: u64,
    pub(crate) told: Told,
}

/// Says what is wrong with a history, in sentences; nothing when it holds. Fact `n` is event
/// `n + 1`.
pub(crate) fn check(facts: &[Fact], attempts: &[Attempt], limit: usize) -> Vec<String> {
    let mut wrong = Vec::new();
    let claimed = walk(facts, limit, &mut wrong);
    answers(facts, attempts, &claimed, &mut wrong);
    real_time(attempts, &mut wrong);
    wrong
}

/// Walks the journal; gives everybody who ever had each record.
fn walk(
    facts: &[Fact],
    limit: usize,
    wrong: &mut Vec<String>,
) -> BTreeMap<String, BTreeSet<String>> {
    let mut queue: BTreeSet<(i64, usize, String)> = BTreeSet::new();
    let mut waiting: BTreeMap<String, (i64, usize)> = BTreeMap::new();
    let mut hands: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut owners: BTreeMap<String, String> = BTreeMap::new();
    let mut ever: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (at, fact) in facts.iter().enumerate() {
        match fact {
            Fact::Queued { record, order } => {
                if owners.contains_key(record) || waiting.contains_key(record) {
                    wrong.push(format!("{record} is queued while it is elsewhere"));
                }
                waiting.insert(record.clone(), (*order, at));
                queue.insert((*order, at, record.clone()));
            }
            Fact::Claimed { record, rep, next } => {
                let first = queue.first().map(|(.., record)| record.clone());
                match waiting.remove(record) {
                    Some((order, since)) => {
                        queue.remove(&(order, since, record.clone()));
                    }
                    None => wrong.push(format!("{record} is claimed by {rep}, but does not wait")),
                }
                if *next && first.as_ref() != Some(record) {
                    wrong.push(format!("{rep} got {record} as the next one, not {first:?}"));
                }
                owners.insert(record.clone(), rep.clone());
                ever.entry(record.clone()).or_default().insert(rep.clone());
                let hand = hands.entry(rep.clone()).or_default();
                hand.insert(record.clone());
                if hand.len() > limit {
                    wrong.push(format!("{rep} holds {} of at most {limit}", hand.len()));
                }
            }
            Fact::Closed { record } => match owners.remove(record) {
                Some(rep) => {
                    hands.entry(rep).or_default().remove(record);
                }
                None => wrong.push(format!("{record} is closed, but nobody has it")),
            },
            Fact::Other => {}
        }
    }
    ever
}

/// Everybody was told what the journal says, and every claim of the journal was told to somebody.
fn answers(
    facts: &[Fact],
    attempts: &[Attempt],
    ever: &BTreeMap<String, BTreeSet<String>>,
    wrong: &mut Vec<String>,
) {
    let mut seqs = BTreeSet::new();
    for attempt in attempts {
        match &attempt.told {
            Told::Has { record, seq } => {
                let fact = (*seq as usize).checked_sub(1).and_then(|at| facts.get(at));
                let as_told = matches!(fact, Some(Fact::Claimed { record: found, rep, .. })
                    if found == record && *rep == attempt.rep);
                if !as_told || !seqs.insert(*seq) {
                    wrong.push(format!(
                        "{attempt:?} is not what event {seq} says: {fact:?}"
                    ));
                }
            }
            Told::Late { record, by } => {
                let had = ever.get(record).is_some_and(|reps| reps.contains(by));
                if !had || *by == attempt.rep {
                    wrong.push(format!("{attempt:?}: {by} never had it"));
                }
            }
            Told::No => {}
        }
    }
    let claims = facts.iter().enumerate();
    for (at, fact) in claims.filter(|(_, fact)| matches!(fact, Fact::Claimed { .. })) {
        if !seqs.contains(&(at as u64 + 1)) {
            wrong.push(format!("nobody was told of event {}: {fact:?}", at + 1));
        }
    }
}

/// What had ended before another attempt began comes before it.
fn real_time(attempts: &[Attempt], wrong: &mut Vec<String>) {
    let seq = |attempt: &Attempt| match attempt.told {
        Told::Has { seq, .. } => Some(seq),
        Told::Late { .. } | Told::No => None,
    };
    let times = attempts.iter();
    let times = times.filter_map(|attempt| Some((attempt.began, attempt.ended, seq(attempt)?)));
    let mut starts: Vec<(u64, u64, u64)> = times.collect();
    let mut ends: Vec<(u64, u64)> = starts.iter().map(|(_, end, seq)| (*end, *seq)).collect();
    starts.sort_unstable();
    ends.sort_unstable();
    let (mut next, mut highest) = (0, 0);
    for (start, _, seq) in starts {
        while next < ends.len() && ends[next].0 < start {
            highest = highest.max(ends[next].1);
            next += 1;
        }
        if seq < highest {
            wrong.push(format!("event {seq} was asked for after event {highest}"));
        }
    }
}

/// The checker must catch what it is there for: each defect is put into a sound history.
mod tests {
    use super::*;

    fn facts() -> Vec<Fact> {
        let queued = |record: &str, order| Fact::Queued {
            record: record.into(),
            order,
        };
        let claimed = |record: &str, rep: &str, next| Fact::Claimed {
            record: record.into(),
            rep: rep.into(),
            next,
        };
        vec![
            queued("A", 5),
            queued("B", 3),
            queued("C", 5),
            queued("D", 9),
            claimed("B", "ana", true),
            claimed("A", "ben", true),
            claimed("D", "ana", false),
            Fact::Closed { record: "B".into() },
            claimed("C", "ana", true),
        ]
    }

    fn attempts() -> Vec<Attempt> {
        let attempt = |rep: &str, began, ended, told| Attempt {
            rep: rep.into(),
            began,
            ended,
            told,
        };
        let has = |record: &str, seq| Told::Has {
            record: record.into(),
            seq,
        };
        let late = Told::Late {
            record: "A".into(),
            by: "ben".into(),
        };
        vec![
            attempt("ana", 0, 10, has("B", 5)),
            attempt("ben", 5, 20, has("A", 6)),
            attempt("ana", 6, 20, late),
            attempt("ana", 21, 30, has("D", 7)),
            attempt("ana", 31, 32, Told::No),
            attempt("ana", 40, 50, has("C", 9)),
        ]
    }

    #[test]
    fn a_sound_history_of_claims_is_sound() {
        assert_eq!(check(&facts(), &attempts(), 2), Vec::<String>::new());
    }

    #[test]
    fn every_seeded_defect_of_claims_is_caught() {
        type Defect = fn(&mut Vec<Fact>, &mut Vec<Attempt>);
        fn claim(fact: &mut Fact) -> (&mut String, &mut String) {
            match fact {
                Fact::Claimed { record, rep, .. } => (record, rep),
                other => panic!("{other:?} is no claim"),
            }
        }
        let defects: [(&str, Defect); 9] = [
            ("a record is claimed twice", |facts, _| {
                *claim(&mut facts[8]).0 = "A".into();
            }),
            ("another than the next is given", |facts, _| {
                facts.swap(0, 3);
            }),
            ("a limit is passed", |facts, _| facts[7] = Fact::Other),
            ("somebody else closes it", |facts, _| {
                facts[7] = Fact::Closed { record: "C".into() };
            }),
            ("a queued record is somebody's", |facts, _| {
                facts[7] = Fact::Queued {
                    record: "B".into(),
                    order: 1,
                };
            }),
            ("another rep than told", |facts, _| {
                *claim(&mut facts[5]).1 = "cleo".into();
            }),
            ("an answer is lost", |_, attempts| drop(attempts.pop())),
            ("the winner is made up", |_, attempts| {
                attempts[2].told = Told::Late {
                    record: "A".into(),
                    by: "cleo".into(),
                };
            }),
            ("real time is turned round", |_, attempts| {
                (attempts[3].began, attempts[3].ended) = (1, 2);
            }),
        ];
        for (what, seed) in defects {
            let (mut facts, mut attempts) = (facts(), attempts());
            seed(&mut facts, &mut attempts);
            assert!(
                !check(&facts, &attempts, 2).is_empty(),
                "{what} is not caught"
            );
        }
    }
}
