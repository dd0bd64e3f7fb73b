//! The words of a handoff: who hands on to whom, who was asked first, and why somebody stands in.

use crate::sentence::Words;
use crate::verdict::{AtStep, Destination, Link, Named, Verdict};

impl Words<'_> {
    /// How a handoff went; `None` for a record that the rules dealt.
    ///
    /// *Example*: `Ana hands it on to Ben; Ben is on leave until Tuesday 3 March, so Cleo stands
    /// in.`
    pub(super) fn handed(&self, verdict: &Verdict, to: &Destination) -> Option<String> {
        let at = verdict.step.as_ref().filter(|at| at.handed)?;
        let step = self.state.journeys().name(at.step);
        let giver = match at.from {
            Some(giver) => format!("{} hands it on", (self.rep)(giver)),
            None => "It goes on".to_owned(),
        };
        let pod = at.pod.as_ref();
        let pod = pod.map_or_else(String::new, |pod| format!(" in the pod {pod}"));
        let Some((link, taker)) = at.taker() else {
            let mut parts = vec![format!("{giver} to the step {step}{pod}.")];
            parts.extend(self.stopped(at).map(|stopped| format!("{stopped}.")));
            parts.push(self.outcome(verdict, to));
            return Some(parts.join(" "));
        };
        let taker = (self.rep)(taker);
        Some(match link {
            Link::Fixed => {
                format!("{giver} to {taker}, the fixed partner at the step {step}{pod}.")
            }
            Link::StandIn => {
                let fixed = at.stood_in_for().map(|named| self.called(named));
                let fixed = fixed.unwrap_or_else(|| format!("the step {step}"));
                let stopped = self.stopped(at).unwrap_or_default();
                let back = match at.goes_back {
                    true => format!(" It goes back as soon as {fixed} can take it."),
                    false => String::new(),
                };
                format!("{giver} to {fixed}{pod}; {stopped}, so {taker} stands in.{back}")
            }
            Link::Before => {
                format!("It goes back to {taker}, who held it at the step {step} before.")
            }
            Link::Returned => {
                let from = at.from.map(|rep| (self.rep)(rep));
                let from = from.unwrap_or_else(|| "whoever stood in".to_owned());
                format!("{taker} can take it again, so {from}, who stood in, gives it back.")
            }
        })
    }

    /// What was said by each who could not take it: `Ben is on leave until Tuesday 3 March and
    /// Dina has left`.
    fn stopped(&self, at: &AtStep) -> Option<String> {
        let stopped = at.tried.iter().filter_map(|tried| {
            let (rep, stop) = (tried.named.rep?, tried.named.stop.as_ref()?);
            Some(format!("{} {}", (self.rep)(rep), self.stop(rep, stop)))
        });
        let all: Vec<String> = stopped.collect();
        (!all.is_empty()).then(|| all.join(" and "))
    }

    fn called(&self, named: &Named) -> String {
        named
            .rep
            .map_or_else(|| named.key.clone(), |rep| (self.rep)(rep))
    }
}
