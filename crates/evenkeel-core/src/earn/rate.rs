//! The close rate of a rep on comparable records, drawn towards the team's: Beta-binomial.
//!
//! Every rep begins with `prior` leads at the team's rate, so three wins of four are no rate of
//! 75 %. The prior's strength is the policy's and not estimated from the team: a rep's own further
//! win then can never lower that rep's rate or share. Deliberately not a test: it shares leads out,
//! and must not be used to say that somebody is worse.

use crate::units::{Micro, ONE};

/// What is known of one rep: leads whose outcome is ripe, and how many of them were won; older ones
/// count less. Whole leads would be millions here.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Evidence {
    /// Ripe leads.
    pub leads: Micro,
    /// Those won.
    pub wins: Micro,
}

/// A rate with its interval.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    /// Posterior mean, 0 to 1.
    pub mean: Micro,
    /// Lower end of an interval of about 95 %.
    pub low: Micro,
    /// Upper end.
    pub high: Micro,
}

/// Twice the standard deviation, nearly: 95 % of a normal distribution.
const TWO_SIGMA: i128 = 1_960_000;

/// The team's rate: all wins over all leads, beginning at one of four (Beta(1, 3)).
///
/// *Example*: without any evidence 0.25; 20 of 100 is 0.201923.
pub fn team(evidence: &[Evidence]) -> Micro {
    let wins: i128 = evidence.iter().map(|one| i128::from(one.wins.0)).sum();
    let leads: i128 = evidence.iter().map(|one| i128::from(one.leads.0)).sum();
    let one = i128::from(ONE.0);
    micro((wins + one) * one / (leads + 4 * one))
}

/// The rate of one rep, who began with `prior` leads at the team's.
///
/// *Bounds*: within 0 to 1. The interval is the normal one around the posterior mean.
/// *Example*: 3 of 4 won, at a team's 0.2 and a prior of 60: 0.234375, from 0.131 to 0.337.
pub fn posterior(evidence: Evidence, team: Micro, prior: u32) -> Rate {
    let one = i128::from(ONE.0);
    let prior = i128::from(prior);
    let leads = i128::from(evidence.leads.0) + prior * one;
    let wins = i128::from(evidence.wins.0) + prior * i128::from(team.0);
    let mean = if leads > 0 {
        (wins * one / leads).clamp(0, one)
    } else {
        i128::from(team.0)
    };
    let variance = mean * (one - mean) * one / (leads + one);
    let reach = variance.isqrt() * TWO_SIGMA / one;
    Rate {
        mean: micro(mean),
        low: micro((mean - reach).max(0)),
        high: micro((mean + reach).min(one)),
    }
}

fn micro(amount: i128) -> Micro {
    Micro(i64::try_from(amount).expect("a rate is at most one"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn of(wins: i64, leads: i64) -> Evidence {
        Evidence {
            leads: Micro::whole(leads),
            wins: Micro::whole(wins),
        }
    }

    #[test]
    fn few_leads_say_little() {
        let team = Micro(200_000);
        let rate = posterior(of(3, 4), team, 60);
        assert_eq!(rate.mean, Micro(234_375));
        assert_eq!((rate.low, rate.high), (Micro(131_393), Micro(337_357)));
        assert_eq!(posterior(of(0, 0), team, 60).mean, team);
        let much = posterior(of(300, 400), team, 60);
        assert!(
            much.mean > Micro(670_000) && much.low > Micro(630_000),
            "{much:?}"
        );
        assert_eq!(super::team(&[]), Micro(250_000));
        assert_eq!(super::team(&[of(20, 100)]), Micro(201_923));
        assert_eq!(
            posterior(of(0, 0), team, 0).mean,
            team,
            "no prior and no leads"
        );
    }

    proptest! {
        #[test]
        fn a_further_win_lifts_the_rate_above_what_it_was_against_anybody(
            mut team in proptest::collection::vec((0i64..80, 0i64..80), 2..9), prior in 1u32..400,
        ) {
            team[0].1 += 1;
            let rates = |team: &[(i64, i64)]| -> Vec<Rate> {
                let one = |(won, lost): &(i64, i64)| of(*won, won + lost);
                let all: Vec<Evidence> = team.iter().map(one).collect();
                let mean = super::team(&all);
                all.iter().map(|one| posterior(*one, mean, prior)).collect()
            };
            let before = rates(&team);
            team[0] = (team[0].0 + 1, team[0].1 - 1);
            let after = rates(&team);
            prop_assert!(after[0].mean >= before[0].mean);
            for other in 1..team.len() {
                let (was, is) = (before[0].mean.0 as i128 * after[other].mean.0 as i128,
                    after[0].mean.0 as i128 * before[other].mean.0 as i128);
                // Rounding down leaves a millionth on each side.
                prop_assert!(is + 2_000_000 >= was, "{before:?} {after:?}");
            }
            for rate in after {
                prop_assert!(rate.low <= rate.mean && rate.mean <= rate.high && rate.high <= ONE);
            }
        }
    }
}
