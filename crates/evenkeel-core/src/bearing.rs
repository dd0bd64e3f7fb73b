//! How a record bears on a pool's members, as far as the pool's settings ask: its levels and value
//! for the mix, who is a specialist for it, how full the books are.
//!
//! Turns fields into the plain facts of a ballot; who gets the record is deliberately not known
//! here. What a pool does not ask for is not looked up.

use crate::ballot::Apt;
use crate::ids::RepNo;
use crate::market::clause::Answer;
use crate::market::value::{Attributes, Facts, Value};
use crate::people::grants::{Grant, Grants};
use crate::policy::document::{Factor, PoolSpec, Specialist};
use crate::rotation::memory::Memory;
use crate::time::Moment;
use crate::units::Micro;
use crate::verdict::{Candidate, Ground, Load, Standing, Traits, Turn};

/// What the record adds to the pool's mix.
///
/// *Order and ties*: levels in the policy's order. A missing value is a level of its own.
pub fn traits(spec: &PoolSpec, record: &Attributes, memory: &Memory) -> Traits {
    let levels = spec.balance.factors.iter().map(|factor| {
        let value = record.fact(factor.field);
        memory.mixture.level(factor.field, &level(factor, value))
    });
    let value = spec
        .balance
        .value
        .and_then(|field| match record.fact(field) {
            Some(Value::Number(amount)) => Some(memory.mixture.worth(field, *amount)),
            _ => None,
        });
    Traits {
        levels: levels.collect(),
        value,
        leans: Vec::new(),
    }
}

/// The turn with what everybody in its band is owed of each level, for whoever asks why.
pub fn leaning(mut turn: Turn, memory: &Memory) -> Turn {
    let Ground::Mix(traits) = &mut turn.ground else {
        return turn;
    };
    let owed = |one: &Candidate| match one.standing {
        Standing::Able { share, .. } => Some((one.rep, one.credit + share, share)),
        Standing::Stopped(_) => None,
    };
    let able = || turn.candidates.iter().filter_map(owed);
    let most = able().map(|(_, owed, _)| owed).max().unwrap_or_default();
    let near = able().filter(|(_, owed, _)| *owed >= most - turn.delta);
    let levels = &traits.levels;
    let leans = near.map(|(rep, _, share)| {
        let of = |level| memory.mixture.owed(level, rep) + share;
        (rep, levels.iter().map(of).collect())
    });
    traits.leans = leans.collect();
    turn
}

/// How a member stands to the record, with this much in its book.
pub fn apt(
    spec: &PoolSpec,
    record: &Attributes,
    (rep, profile): (RepNo, &Attributes),
    load: Option<Load>,
    (memory, traits): (&Memory, &Traits),
) -> Apt {
    let levels_owed = traits
        .levels
        .iter()
        .map(|level| memory.mixture.owed(level, rep));
    let (value_owed, valued_owed) = match traits.value {
        Some(_) => memory.mixture.value_owed(rep),
        None => Default::default(),
    };
    Apt {
        specialist: is_specialist(spec, record, profile),
        unearned: false,
        cooling: None,
        load,
        levels_owed: levels_owed.sum(),
        value_owed,
        valued_owed,
    }
}

/// The grant by which a record of the pool is dealt; `None` when it is dealt rateably: no grant is
/// in force, or the record is none of those that are earned.
pub fn grant<'p>(
    spec: &PoolSpec,
    record: Option<&Attributes>,
    grants: &'p Grants,
    now: Moment,
) -> Option<&'p Grant> {
    let (earn, record) = (spec.earn.as_ref()?, record?);
    let grant = grants.in_force(now).filter(|grant| grant.earned())?;
    (earn.records.answer(record) == Answer::Yes).then_some(grant)
}

/// Whether any line of the pool's specialists holds for this record and this rep.
pub fn is_specialist(spec: &PoolSpec, record: &Attributes, rep: &Attributes) -> bool {
    let mut lines = spec.specialists.iter();
    lines.any(|line| pairs(line, record, rep))
}

/// Whether a line pairs this record with this rep.
pub fn pairs(line: &Specialist, record: &Attributes, rep: &Attributes) -> bool {
    match line {
        Specialist::When { when, reps } => {
            when.answer(record) == Answer::Yes && reps.answer(rep) == Answer::Yes
        }
        Specialist::Same {
            record: field,
            rep: other,
        } => common(record.fact(*field), rep.fact(*other)),
        // What was closed is not known here: `choose` asks for it.
        Specialist::Closes(_) => false,
    }
}

/// Whether two texts or sets of tags have something in common; a missing one never does.
fn common(one: Option<&Value>, other: Option<&Value>) -> bool {
    let words = |value: Option<&Value>| match value {
        Some(Value::Text(text)) => vec![text.to_string()],
        Some(Value::Tags(tags)) => tags.clone(),
        _ => Vec::new(),
    };
    let other = words(other);
    words(one).iter().any(|word| other.contains(word))
}

/// The level of a value in words: the text, `yes` or `no`, or the number band as `200 to 1000`.
pub fn level(factor: &Factor, value: Option<&Value>) -> String {
    match value {
        None => String::new(),
        Some(Value::Number(number)) => band(&factor.bands, *number),
        Some(value) => value.to_string(),
    }
}

fn band(bands: &[Micro], number: Micro) -> String {
    let at = bands.partition_point(|begin| *begin <= number);
    match (at.checked_sub(1).map(|below| bands[below]), bands.get(at)) {
        (None, Some(end)) => format!("below {end}"),
        (Some(begin), None) => format!("{begin} and more"),
        (Some(begin), Some(end)) => format!("{begin} to {end}"),
        (None, None) => String::new(),
    }
}
