//! The brake on guessing passwords and tokens: failures are counted per name and per address.
//!
//! It deliberately forgets on restart, and it never locks an account for everybody: the count that
//! bites first is that of one name from one address.

use evenkeel_core::time::{Moment, Span};
use std::collections::{BTreeMap, VecDeque};
use std::net::IpAddr;

/// How long a failure is remembered.
pub const WINDOW: Span = Span(15 * 60_000);
/// Failures of one name from one address.
pub const PER_NAME_AND_ADDRESS: usize = 5;
/// Failures from one address, whatever the name.
pub const PER_ADDRESS: usize = 30;
/// Failures of one name, whatever the address.
pub const PER_NAME: usize = 100;
/// Most counts kept; the one that began longest ago makes room.
const COUNTS_MAX: usize = 50_000;

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Count {
    Both(String, IpAddr),
    Address(IpAddr),
    Name(String),
}

/// The failures remembered.
#[derive(Debug, Default)]
pub struct Throttle {
    failures: BTreeMap<Count, VecDeque<Moment>>,
}

impl Throttle {
    /// How long `name` from `address` must wait; `None` when it may try.
    pub fn wait(&self, name: &str, address: IpAddr, now: Moment) -> Option<Span> {
        counts(name, address)
            .into_iter()
            .filter_map(|(count, most)| {
                let failures = self.failures.get(&count)?;
                let recent: Vec<Moment> = failures
                    .iter()
                    .filter(|at| now - **at < WINDOW)
                    .copied()
                    .collect();
                let frees = recent.len().checked_sub(most)?;
                Some(recent[frees] + WINDOW - now)
            })
            .max()
    }

    /// Remembers a failure.
    pub fn failed(&mut self, name: &str, address: IpAddr, now: Moment) {
        for (count, most) in counts(name, address) {
            if self.failures.len() >= COUNTS_MAX && !self.failures.contains_key(&count) {
                self.make_room(now);
            }
            let failures = self.failures.entry(count).or_default();
            failures.push_back(now);
            if failures.len() > most {
                failures.pop_front();
            }
        }
    }

    /// Forgets the failures of a name from an address: it got in.
    pub fn succeeded(&mut self, name: &str, address: IpAddr) {
        self.failures
            .remove(&Count::Both(name.to_lowercase(), address));
    }

    fn make_room(&mut self, now: Moment) {
        self.failures
            .retain(|_, at| at.back().is_some_and(|last| now - *last < WINDOW));
        if self.failures.len() >= COUNTS_MAX {
            let oldest = self
                .failures
                .iter()
                .min_by_key(|(_, at)| at.front().copied());
            if let Some(count) = oldest.map(|(count, _)| count.clone()) {
                self.failures.remove(&count);
            }
        }
    }
}

fn counts(name: &str, address: IpAddr) -> [(Count, usize); 3] {
    let name: String = name.trim().to_lowercase().chars().take(200).collect();
    [
        (Count::Both(name.clone(), address), PER_NAME_AND_ADDRESS),
        (Count::Address(address), PER_ADDRESS),
        (Count::Name(name), PER_NAME),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::Ipv4Addr;

    const NOW: Moment = Moment(1_000_000_000);

    fn address(last: u8) -> IpAddr {
        Ipv4Addr::new(192, 0, 2, last).into()
    }

    #[test]
    fn the_sixth_try_waits_until_the_first_failure_is_old() {
        let mut throttle = Throttle::default();
        for minute in 0..5 {
            assert_eq!(throttle.wait("ana", address(1), NOW), None);
            throttle.failed("Ana ", address(1), NOW + Span(minute));
        }
        assert_eq!(
            throttle.wait("ana", address(1), NOW + Span(5)),
            Some(Span(WINDOW.0 - 5))
        );
        assert_eq!(throttle.wait("ana", address(2), NOW + Span(5)), None);
        assert_eq!(throttle.wait("ben", address(1), NOW + Span(5)), None);
        assert_eq!(throttle.wait("ana", address(1), NOW + WINDOW), None);
    }

    #[test]
    fn one_address_cannot_try_many_names() {
        let mut throttle = Throttle::default();
        for name in 0..PER_ADDRESS {
            throttle.failed(&name.to_string(), address(1), NOW);
        }
        assert!(throttle.wait("another", address(1), NOW).is_some());
        assert_eq!(throttle.wait("another", address(2), NOW), None);
    }

    #[test]
    fn getting_in_clears_the_count() {
        let mut throttle = Throttle::default();
        (0..5).for_each(|_| throttle.failed("ana", address(1), NOW));
        throttle.succeeded("ana", address(1));
        assert_eq!(throttle.wait("ana", address(1), NOW), None);
    }
}
