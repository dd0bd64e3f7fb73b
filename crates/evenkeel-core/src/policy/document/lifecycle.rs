//! What a policy's steps and pods say of one record or one rep: lookups only.

use super::{Document, Pair, PodSpec, Seat, StepSpec, Target};

impl Document {
    /// The position of the step at which a record begins that the rules send to `target`: the
    /// first step that deals from that pool, else the first step. `None` without steps.
    pub fn begins(&self, target: &Target) -> Option<usize> {
        let seated = |step: usize, pool: usize| {
            let mut seats = self.pods.iter().flat_map(|pod| &pod.seats);
            seats.any(|seat| seat.step == step && seat.pool == Some(pool))
        };
        let deals = |(at, step): (usize, &StepSpec)| {
            matches!(target, Target::Pool(pool)
                if step.targets().any(|own| own == target) || seated(at, *pool))
        };
        let found = self.steps.iter().enumerate().position(deals);
        found.or((!self.steps.is_empty()).then_some(0))
    }

    /// What decides before any pool when `giver` hands a record to the step at `step`: the first
    /// pod, in document order, with a pair for it, else the first in which the giver sits and
    /// that has somebody at the step.
    pub fn pod_of(&self, giver: &str, step: usize) -> Option<(&PodSpec, Option<&Pair>)> {
        let pair = |pod: &PodSpec| {
            let mut pairs = pod.pairs.iter().enumerate();
            pairs.find_map(|(at, pair)| (pair.from == giver && pair.step == step).then_some(at))
        };
        let paired = self.pods.iter().find_map(|pod| Some((pod, pair(pod)?)));
        if let Some((pod, at)) = paired {
            return Some((pod, Some(&pod.pairs[at])));
        }
        let sits = |pod: &&PodSpec| {
            let mut seats = pod.seats.iter();
            seats.any(|seat| seat.reps.iter().any(|rep| rep == giver))
        };
        let pod = self.pods.iter().filter(sits);
        let mut pod = pod.filter(|pod| pod.seat_at(step).is_some());
        pod.next().map(|pod| (pod, None))
    }
}

impl StepSpec {
    /// Every target of the step: of its rules in order, then its own.
    pub fn targets(&self) -> impl Iterator<Item = &Target> {
        self.rules.iter().map(|rule| &rule.to).chain([&self.to])
    }
}

impl PodSpec {
    /// The seat at the step at this position.
    pub fn seat_at(&self, step: usize) -> Option<&Seat> {
        self.seats.iter().find(|seat| seat.step == step)
    }
}
