//! What each of those who could take a record is entitled to of it.
//!
//! The weight in force and what drips from make-up. Only those able share, so nothing accrues while
//! away. What makes the weight is [`crate::entitlement`]'s; deliberately knows nothing of credits.

use crate::ballot::Member;
use crate::rotation::{makeup, share};
use crate::units::Micro;
use crate::verdict::{Candidate, Standing};

/// Writes into each able candidate what it is entitled to of this record.
///
/// *Order and ties*: shares add up to `size`; left-over micro-units as [`share::split`].
/// *Bounds*: when nobody able has any weight, all weigh the same.
pub fn entitle(size: Micro, members: &[Member<'_>], candidates: &mut [Candidate]) {
    let able = |candidate: &Candidate| matches!(candidate.standing, Standing::Able { .. });
    let both = members.iter().zip(candidates.iter());
    let in_contest = both.filter(|(_, candidate)| able(candidate));
    let mut weights = Vec::with_capacity(members.len());
    let mut owing = false;
    for (member, _) in in_contest.clone() {
        weights.push(member.weight);
        owing |= member.makeup != Micro(0);
    }
    if weights.is_empty() {
        return;
    }
    if weights.iter().all(|weight| *weight == 0) {
        weights.fill(1);
    }
    let amount = size.0.unsigned_abs();
    let plain: Vec<u64> = weights.iter().map(|weight| u64::from(*weight)).collect();
    let plain = share::split(amount, &plain);
    let shares = owing.then(|| {
        let scaled = in_contest.zip(&weights);
        let scaled = scaled.map(|((member, _), weight)| makeup::scaled(*weight, member.makeup));
        share::split(amount, &scaled.collect::<Vec<u64>>())
    });
    let micro = |part: u64| Micro(i64::try_from(part).expect("a part is no larger than the size"));
    let able = candidates.iter_mut().filter(|candidate| able(candidate));
    for (at, candidate) in able.enumerate() {
        let share = shares.as_ref().map_or(plain[at], |shares| shares[at]);
        candidate.standing = Standing::Able {
            share: micro(share),
            plain: micro(plain[at]),
        };
    }
}
