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
    let in_contest = || {
        members
            .iter()
            .zip(candidates.iter())
            .filter(|(_, candidate)| able(candidate))
    };
    let none = in_contest().all(|(member, _)| member.weight == 0);
    let weight = |member: &Member<'_>| if none { 1 } else { member.weight };
    let weights: Vec<u64> = in_contest()
        .map(|(member, _)| u64::from(weight(member)))
        .collect();
    if weights.is_empty() {
        return;
    }
    let amount = size.0.unsigned_abs();
    let plain = share::split(amount, &weights);
    let shares = match in_contest().all(|(member, _)| member.makeup == Micro(0)) {
        true => None,
        false => {
            let scaled: Vec<u64> = in_contest()
                .map(|(member, _)| makeup::scaled(weight(member), member.makeup))
                .collect();
            Some(share::split(amount, &scaled))
        }
    };
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
