//! Set rep: a rep is new or changed, and every pool that asks about it is brought in line.
//!
//! A rep cannot leave by this verb; what happens to the book is part of [`super::deactivate_rep`].

use crate::command::envelope::Envelope;
use crate::command::intake::key_fits;
use crate::command::refusal::Refusal;
use crate::event::Event;
use crate::ids::RepNo;
use crate::market::schema::REP_ID;
use crate::market::value::Value;
use crate::membership::{self, Changed};
use crate::people::hours;
use crate::people::rep::{LEAVES_MAX, Profile, REP_KEY_MAX, REPS_MAX, Status};
use crate::state::{State, fit};

/// A rep is new or changed.
///
/// *Refuses*, in order: `bound_exceeded`, `value_refused` (key, field, zone, leave that does not
/// end after it starts, status `left`), `nothing_to_do`.
#[derive(Clone, Debug, PartialEq)]
pub struct SetRep {
    /// The key people use; unique for ever.
    pub key: String,
    /// Everything a decision may know. The built-in `id` is set to the key; leaves are sorted.
    pub profile: Profile,
}

impl SetRep {
    pub(super) fn decide(&self, state: &State, _: &Envelope) -> Result<Vec<Event>, Refusal> {
        let profile = self.checked(state)?;
        let known = state.roster().find(&self.key);
        if known.is_some_and(|rep| state.roster().rep(rep).profile == profile) {
            return Err(Refusal::NothingToDo);
        }
        let rep = known.unwrap_or(RepNo::at(state.roster().len()));
        let changed = Changed {
            rep,
            key: &self.key,
            profile: &profile,
        };
        let pools = state.policy().map_or_else(Vec::new, |policy| {
            membership::changes(state, policy.document(), Some(changed))
        });
        let mut events = vec![Event::RepSet {
            rep,
            key: self.key.clone(),
            profile,
        }];
        events.extend(pools.into_iter().map(|(event, _)| event));
        Ok(events)
    }

    fn checked(&self, state: &State) -> Result<Profile, Refusal> {
        key_fits("rep key", &self.key, REP_KEY_MAX)?;
        let bound = |what, limit: usize, seen: usize| {
            let (limit, seen) = (limit as u64, seen as u64);
            if seen > limit {
                Err(Refusal::BoundExceeded { what, limit, seen })
            } else {
                Ok(())
            }
        };
        let known = state.roster().find(&self.key).is_some();
        bound(
            "reps in the workspace",
            REPS_MAX,
            state.roster().len() + usize::from(!known),
        )?;
        bound(
            "leave intervals of one rep",
            LEAVES_MAX,
            self.profile.leaves.len(),
        )?;
        let mut profile = self.profile.clone();
        profile
            .attributes
            .set(REP_ID, Value::Text(self.key.as_str().into()));
        profile.leaves.sort();
        fit(state.rep_schema(), &profile.attributes)?;
        let refused = |what, seen: String, expected| Refusal::ValueRefused {
            what,
            seen,
            expected,
        };
        if !hours::zone_known(&profile.zone) {
            let expected = "an IANA time zone such as Europe/Lisbon";
            return Err(refused(
                "time zone",
                profile.zone.chars().take(80).collect(),
                expected,
            ));
        }
        if let Some(leave) = profile
            .leaves
            .iter()
            .find(|leave| leave.until <= leave.from)
        {
            let seen = format!("{} to {}", leave.from, leave.until);
            return Err(refused("leave", seen, "an end after its start"));
        }
        if profile.status == Status::Left {
            let expected = "active or paused; a rep leaves by being deactivated";
            return Err(refused("status", "left".into(), expected));
        }
        Ok(profile)
    }
}
