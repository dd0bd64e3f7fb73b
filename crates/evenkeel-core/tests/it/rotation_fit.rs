//! Specialists beside plain rotation, on the same leads.
//!
//! *Source*: guide "science" section 1, modified round robin (the figures quoted are its own).

use crate::rotation_team::Team;
use evenkeel_core::draw::{DrawKey, pick};
use evenkeel_core::ids::FieldNo;
use evenkeel_core::market::value::{Attributes, Value};
use evenkeel_core::policy::document::{Method, Specialist};
use evenkeel_core::units::{Micro, ONE};
use evenkeel_core::verdict::Ground;

const INDUSTRY: FieldNo = FieldNo(1);
const SKILLS: FieldNo = FieldNo(3);
const INDUSTRIES: [&str; 3] = ["health", "finance", "retail"];

/// Six reps, two of them at home in each of three industries.
fn team(method: Method) -> Team {
    let mut team = Team::of(&[1; 6]);
    team.method = method;
    team.spec.specialists = vec![Specialist::Same {
        record: INDUSTRY,
        rep: SKILLS,
    }];
    for (at, mate) in team.mates.iter_mut().enumerate() {
        let skills = Value::tags(vec![INDUSTRIES[at % 3].to_owned()]);
        mate.profile.attributes.set(SKILLS, skills);
    }
    team
}

/// Percent of leads that went to a specialist, and the furthest any count was from fair, in
/// micro-leads. `odds` say how frequent each industry is, in hundredths.
fn play(mut team: Team, odds: [usize; 3], count: u32) -> (u32, i64) {
    let key = DrawKey::from_seed(7);
    let (mut served, mut worst) = (0, 0);
    for number in 0..count {
        let drawn = pick(key.bits("industry", "lead", number), 100);
        let industry = usize::from(drawn >= odds[0]) + usize::from(drawn >= odds[0] + odds[1]);
        let mut record = Attributes::default();
        record.set(INDUSTRY, Value::Text(INDUSTRIES[industry].into()));
        team.record = record;
        let turn = team.deal(ONE, |_| true);
        let who = team.picked(&turn).expect("everybody is here");
        served += u32::from(who % 3 == industry);
        worst = worst.max(team.worst());
        if let Ground::Fit(specialists) = &turn.ground {
            assert_eq!(specialists.len(), 2, "two of six for every industry");
        }
    }
    (100 * served / count, worst)
}

const FIT: Method = Method::Fit {
    band: Micro(1_500_000),
};

/// What must be shown: at least 85 % of matching leads to specialists, counts equal within the
/// band.
#[test]
fn specialists_get_what_fits_and_nobody_gets_more() {
    let even = [34, 33, 33];
    let (plain, _) = play(team(Method::Straight), even, 3_000);
    assert!((30..=37).contains(&plain), "plain rotation: {plain} %");
    let (served, worst) = play(team(FIT), even, 3_000);
    assert!(served >= 85, "{served} %");
    assert!(worst <= 1_500_000 + ONE.0, "worst credit {}", Micro(worst));
}

/// When one industry is half of what comes, its two specialists cannot take it all without getting
/// more than their share, and do not.
#[test]
fn skewed_industries_do_not_skew_the_counts() {
    let (served, worst) = play(team(FIT), [50, 30, 20], 3_000);
    assert!(served >= 75, "{served} %");
    assert!(worst <= 1_500_000 + ONE.0, "worst credit {}", Micro(worst));
}

/// A narrower band finds a specialist less often: it is the price asked.
#[test]
fn the_band_is_what_it_costs() {
    let served = |band: i64| {
        let band = Micro(band);
        play(team(Method::Fit { band }), [34, 33, 33], 3_000).0
    };
    let bands = [10_000, 500_000, 1_000_000, 2_000_000].map(served);
    assert!(bands.is_sorted(), "{bands:?}");
    assert!(bands[0] + 15 < bands[3], "{bands:?}");
}
