//! Why a chooser took this one of those close enough to the most owed: in the words of what it
//! goes by, with the figures the verdict recorded.

use super::{Words, leads, owed_with_share};
use crate::ids::RepNo;
use crate::units::Micro;
use crate::verdict::{Candidate, Chooser, Ground, Level, Load, Pick, Standing, Traits, Turn};

impl Words<'_> {
    /// What follows `Ana got it: owed 0.6 of a lead, and`: whom the chooser compared, and why it
    /// took this one.
    ///
    /// *Example*: `of the 3 within 1 lead of the most owed the one owed most of source “webinar”:
    /// 0.8 of a lead, the next 0.2 of a lead`.
    pub(super) fn reason(&self, turn: &Turn, pick: Pick, level: &str) -> String {
        let band = amount(turn.delta);
        if pick.band <= 1 {
            return format!("nobody else was within {band} of the most owed");
        }
        let why = match &turn.ground {
            Ground::Mix(traits) => self.mix(traits, pick.rep),
            Ground::Fit(specialists) => fit(turn, specialists),
            Ground::Headroom(loads) => headroom(loads, pick.rep),
            Ground::Credits => "the one owed the most".to_owned(),
        };
        let among = format!("of the {} within {band} of the most owed", pick.band);
        format!("{among} {why}{level}")
    }

    /// The level of which this one is owed more than any other, by the most; else all together.
    fn mix(&self, traits: &Traits, picked: RepNo) -> String {
        let of = |at: usize, (_, owed): &(RepNo, Vec<Micro>)| owed.get(at).copied();
        let mine = traits.leans.iter().find(|(rep, _)| *rep == picked);
        let lead = |at: usize| {
            let mine = of(at, mine?)?;
            let others = traits.leans.iter().filter(|(rep, _)| *rep != picked);
            let next = others.filter_map(|lean| of(at, lean)).max()?;
            (mine > next).then_some((mine - next, mine, next))
        };
        let levels = traits.levels.iter().enumerate();
        let decisive = levels.filter_map(|(at, level)| Some((lead(at)?, level)));
        // Of equal leads the last in the policy's order.
        match decisive.max_by_key(|((by, ..), _)| *by) {
            None => "the one whose mix it evens out best, all it counts taken together".to_owned(),
            Some(((_, mine, next), level)) => format!(
                "the one {} in {}, the next {}",
                leads(mine),
                self.level(level),
                leads(next)
            ),
        }
    }

    fn level(&self, level: &Level) -> String {
        let field = self.state.record_schema().field(level.field);
        let name = field.map_or("field", |field| field.name.as_str());
        match level.level.as_str() {
            "" => format!("records without {name}"),
            value => format!("{name} “{value}”"),
        }
    }
}

/// Whoever is a specialist for it, among those in the band.
fn fit(turn: &Turn, specialists: &[RepNo]) -> String {
    let near = in_band(turn).filter(|one| specialists.binary_search(&one.rep).is_ok());
    match near.count() {
        0 => "the one owed the most, as none of them is a specialist for it".to_owned(),
        1 => "the only specialist for it".to_owned(),
        count => format!("the one owed the most of the {count} specialists for it"),
    }
}

fn headroom(loads: &[(RepNo, Load)], picked: RepNo) -> String {
    let load = loads.iter().find(|(rep, _)| *rep == picked);
    match load {
        Some((_, load)) => format!("the one with the emptiest book for its size, {load}"),
        None => "the one with the emptiest book; without a capacity it counts as half full".into(),
    }
}

/// Those close enough to the most owed, ascending by rep.
pub(super) fn in_band(turn: &Turn) -> impl Iterator<Item = &Candidate> {
    let able = |one: &&Candidate| matches!(one.standing, Standing::Able { .. });
    let most = turn.candidates.iter().filter(able).map(owed_with_share);
    let least = most.max().map(|most| most - turn.delta);
    turn.candidates
        .iter()
        .filter(able)
        .filter(move |one| least.is_some_and(|least| owed_with_share(one) >= least))
}

/// Whether the chooser goes by more than credits, so that a reason is told.
pub(super) fn compares(chooser: Chooser) -> bool {
    matches!(chooser, Chooser::Mix | Chooser::Fit | Chooser::Headroom)
}

/// `1 lead`, `0.6 of a lead`, without saying which way.
fn amount(delta: Micro) -> String {
    match delta.0 {
        0 => "nothing".to_owned(),
        _ => leads(delta.abs()).trim_start_matches("owed ").to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::{FieldNo, PoolNo};
    use crate::market::schema::RECORD_KIND;
    use crate::state::State;
    use crate::units::ONE;
    use crate::verdict::Stream;

    fn turn(owed: &[i64], delta: i64, ground: Ground) -> Turn {
        let candidates = owed.iter().enumerate().map(|(at, owed)| Candidate {
            rep: RepNo::at(at),
            weight: 1,
            credit: Micro(*owed),
            standing: Standing::Able {
                share: Micro(0),
                plain: Micro(0),
            },
        });
        Turn {
            pool: PoolNo(0),
            delta: Micro(delta),
            candidates: candidates.collect(),
            pick: None,
            ground,
            stream: Stream::Whole,
        }
    }

    fn said(turn: &Turn, rep: usize, band: u32) -> String {
        let state = State::new();
        let words = Words {
            state: &state,
            rep: &|_| String::new(),
        };
        let pick = Pick {
            rep: RepNo::at(rep),
            chooser: Chooser::Mix,
            band,
            probability_ppm: 1_000_000,
            draw: None,
            level: 1,
        };
        words.reason(turn, pick, "")
    }

    #[test]
    fn a_mix_names_the_level_that_decided_with_its_figures() {
        let level = |field, level: &str| Level {
            field,
            level: level.to_owned(),
        };
        let owed = |rep: usize, owed: [i64; 2]| (RepNo::at(rep), owed.map(Micro).to_vec());
        let mut traits = Traits {
            levels: vec![level(RECORD_KIND, "demo"), level(FieldNo(99), "")],
            value: None,
            leans: vec![owed(0, [200_000, 900_000]), owed(1, [800_000, 1_000_000])],
        };
        let told = said(&turn(&[0, 0], 1_000_000, Ground::Mix(traits.clone())), 1, 2);
        assert_eq!(
            told,
            "of the 2 within 1 lead of the most owed the one owed 0.8 of a lead in kind “demo”, \
             the next owed 0.2 of a lead"
        );
        traits.leans = vec![owed(0, [1, 1]), owed(1, [0, 0])];
        let told = said(&turn(&[0, 0], 1_000_000, Ground::Mix(traits)), 1, 2);
        assert!(told.ends_with("all it counts taken together"), "{told}");
    }

    #[test]
    fn fit_counts_the_specialists_in_the_band_only() {
        let rep = RepNo::at;
        for (specialists, told) in [
            (vec![], "none of them is a specialist for it"),
            (vec![rep(2)], "none of them is a specialist for it"),
            (vec![rep(1), rep(2)], "the only specialist for it"),
            (
                vec![rep(0), rep(1)],
                "owed the most of the 2 specialists for it",
            ),
        ] {
            let turn = turn(&[0, -100_000, -2_000_000], ONE.0, Ground::Fit(specialists));
            let said = said(&turn, 1, 2);
            assert!(said.ends_with(told), "{said}");
        }
    }

    #[test]
    fn headroom_says_how_full_the_book_is_and_a_band_of_one_that_it_was_alone() {
        let load = Load {
            open: Micro::whole(12),
            adds: ONE,
            capacity: Micro::whole(40),
        };
        let ground = Ground::Headroom(vec![(RepNo(0), load)]);
        let turn = turn(&[0, 0], 500_000, ground);
        assert!(said(&turn, 0, 2).ends_with("for its size, 12 of 40"));
        assert!(said(&turn, 1, 2).ends_with("counts as half full"));
        assert_eq!(
            said(&turn, 0, 1),
            "nobody else was within 0.5 of a lead of the most owed"
        );
    }
}
