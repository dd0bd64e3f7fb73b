//! The words of a claim: who took what, and what was passed over for it.

use super::Words;
use crate::ids::{QueueNo, RepNo};
use crate::verdict::claim::{Claimed, PASSED_MAX};

impl Words<'_> {
    /// Who took a record from a queue, and why that one.
    ///
    /// *Example*: `Ana took it from inbound: the first of 5 on offer. 3 before it were for others,
    /// who are owed more.`
    pub fn claimed(&self, rep: RepNo, queue: QueueNo, claim: &Claimed) -> String {
        let which = match (claim.next, claim.rank, claim.shown) {
            (true, ..) => "the next one".to_owned(),
            (false, 0, 1) => "the only one on offer".to_owned(),
            (false, 0, shown) => format!("the first of {shown} on offer"),
            (false, rank, shown) if rank < shown => {
                format!("chosen as number {} of {shown} on offer", rank + 1)
            }
            (false, ..) => "chosen from further back".to_owned(),
        };
        let mut parts = vec![format!(
            "{} took it from {}: {which}.",
            (self.rep)(rep),
            self.queue(queue)
        )];
        let spoken_for = match claim.passed.spoken_for {
            0 => None,
            1 => Some("One before it was for others, who are owed more.".to_owned()),
            count => Some(format!(
                "{} before it were for others, who are owed more.",
                many(count)
            )),
        };
        let cooling = match claim.passed.cooling {
            0 => None,
            1 => Some("One before it they had not long ago.".to_owned()),
            count => Some(format!("{} before it they had not long ago.", many(count))),
        };
        parts.extend(spoken_for);
        parts.extend(cooling);
        if let Some(until) = claim.until {
            let until = self.when(rep, until);
            parts.push(format!("It goes back if it is not worked by {until}."));
        }
        parts.join(" ")
    }
}

/// A count, with what it means at its bound.
fn many(count: u32) -> String {
    match usize::try_from(count).is_ok_and(|count| count >= PASSED_MAX) {
        true => format!("At least {count}"),
        false => count.to_string(),
    }
}
