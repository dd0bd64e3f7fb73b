//! The mix beside plain rotation, on the same leads.
//!
//! *Source*: guide "science" section 2 (the figures quoted are its measurements).

use crate::rotation_team::{Team, config};
use evenkeel_core::draw::{DrawKey, pick};
use evenkeel_core::ids::FieldNo;
use evenkeel_core::market::value::{Attributes, Value};
use evenkeel_core::policy::document::{Balance, Factor, Method};
use evenkeel_core::units::{Micro, ONE};
use proptest::prelude::*;

const GRADE: FieldNo = FieldNo(1);
const SOURCE: FieldNo = FieldNo(2);
const SIZE: FieldNo = FieldNo(3);
const VALUE: FieldNo = FieldNo(4);

/// Grade, source and size in 4 × 3 × 5 levels, and a skewed value.
fn lead(key: &DrawKey, number: u32) -> Attributes {
    let drawn = |what: &str, count: usize| pick(key.bits(what, "lead", number), count);
    let mut attributes = Attributes::default();
    attributes.set(
        GRADE,
        Value::Text(["A", "B", "C", "D"][drawn("grade", 4)].into()),
    );
    attributes.set(
        SOURCE,
        Value::Text(["web", "fair", "call"][drawn("source", 3)].into()),
    );
    let size = [10, 60, 300, 900, 5_000][drawn("size", 5)];
    attributes.set(SIZE, Value::Number(Micro::whole(size)));
    // Six steps up or down: a bell of logarithms with a standard deviation of about 0.9.
    let mut cents = 1_000_000i64;
    for step in ["one", "two", "three", "four", "five", "six"] {
        cents = cents * [60, 77, 100, 130, 167][drawn(step, 5)] / 100;
    }
    attributes.set(VALUE, Value::Number(Micro(cents * 10_000)));
    attributes
}

/// Evens out grade, source, size and value.
fn balance() -> Balance {
    let factor = |field, bands: &[i64]| Factor {
        field,
        bands: bands.iter().map(|begin| Micro::whole(*begin)).collect(),
    };
    Balance {
        factors: vec![
            factor(GRADE, &[]),
            factor(SOURCE, &[]),
            factor(SIZE, &[50, 200, 500, 1_000]),
        ],
        value: Some(VALUE),
    }
}

fn mixed(weights: &[u32], random_ppm: u32) -> Team {
    let mut team = Team::of(weights);
    team.method = Method::Mix {
        band: ONE,
        random_ppm,
    };
    team.spec.balance = balance();
    team
}

/// What became of a stretch of leads.
#[derive(Debug)]
struct Outcome {
    /// Standard deviation of value over the reps by its mean, in millionths.
    value_cv_ppm: i128,
    /// Most A-leads of any rep less the fewest.
    best_spread: u32,
    /// Furthest that any count is from its entitlement, in micro-leads.
    count_worst: i64,
}

fn play(mut team: Team, count: u32) -> Outcome {
    let key = DrawKey::from_seed(42);
    let reps = team.mates.len();
    let (mut value, mut best) = (vec![0i128; reps], vec![0u32; reps]);
    let mut count_worst = 0;
    for number in 0..count {
        team.record = lead(&key, number);
        let turn = team.deal(ONE, |_| true);
        let who = team.picked(&turn).expect("everybody is here");
        for (field, value_of) in &team.record.values {
            match (*field, value_of) {
                (VALUE, Value::Number(amount)) => value[who] += i128::from(amount.0 / 10_000),
                (GRADE, Value::Text(grade)) if grade == "A" => best[who] += 1,
                _ => {}
            }
        }
        count_worst = count_worst.max(team.worst());
    }
    let reps = reps as i128;
    let total: i128 = value.iter().sum();
    let squares: i128 = value.iter().map(|one| (one * reps - total).pow(2)).sum();
    Outcome {
        value_cv_ppm: (squares * 1_000_000_000_000 / reps).isqrt() / total,
        best_spread: best.iter().max().unwrap_or(&0) - best.iter().min().unwrap_or(&0),
        count_worst,
    }
}

/// What must be shown: value within 3 % over the reps and at most a quarter of plain rotation's,
/// with the counts within the bound of the band.
#[test]
fn a_thousand_leads_are_worth_the_same_to_twelve_reps() {
    let plain = play(Team::of(&[1; 12]), 1_000);
    for random_ppm in [0, 150_000] {
        let even = play(mixed(&[1; 12], random_ppm), 1_000);
        assert!(even.value_cv_ppm <= 30_000, "{even:?}");
        assert!(
            4 * even.value_cv_ppm <= plain.value_cv_ppm,
            "{even:?} {plain:?}"
        );
        assert!(even.best_spread <= 4, "{even:?} {plain:?}");
        assert!(
            even.count_worst <= 11 * ONE.0,
            "theorem 1 allows 11 leads: {even:?}"
        );
        assert!(even.count_worst <= 3 * ONE.0, "{even:?}");
    }
}

#[test]
fn five_reps_are_closer_still() {
    let (plain, even) = (
        play(Team::of(&[1; 5]), 1_000),
        play(mixed(&[1; 5], 150_000), 1_000),
    );
    assert!(even.value_cv_ppm <= 20_000, "{even:?}");
    assert!(
        4 * even.value_cv_ppm <= plain.value_cv_ppm,
        "{even:?} {plain:?}"
    );
}

#[test]
fn the_chance_that_is_told_is_the_chance_there_is() {
    // Over many keys for the same turn, every rep in the band is drawn as often as its odds say.
    let mut team = mixed(&[1; 3], 300_000);
    let key = DrawKey::from_seed(1);
    let mut odds_of = [0u32; 3];
    let mut drawn = [0u32; 3];
    team.record = lead(&key, 0);
    team.memory.apply_turn(&team.next(ONE, |_| true), ONE);
    for seed in 0..2_000 {
        team.draw_with(DrawKey::from_seed(seed));
        let turn = team.next(ONE, |_| true);
        let who = team.picked(&turn).expect("everybody is here");
        drawn[who] += 1;
        odds_of[who] = turn.pick.expect("everybody is here").probability_ppm;
    }
    assert_eq!(odds_of.iter().sum::<u32>(), 1_000_000, "{odds_of:?}");
    for (count, odds) in drawn.iter().zip(odds_of) {
        assert!(
            (count * 500).abs_diff(odds) <= 30_000,
            "{drawn:?} {odds_of:?}"
        );
    }
}

#[test]
fn a_turn_taken_back_leaves_no_trace_in_the_columns() {
    let mut team = mixed(&[1, 2, 3], 0);
    let key = DrawKey::from_seed(9);
    for number in 0..50 {
        team.record = lead(&key, number);
        team.deal(ONE, |_| true);
    }
    let reps: Vec<_> = team.mates.iter().map(|mate| mate.rep).collect();
    let seen = |team: &Team| {
        let levels: Vec<_> = team
            .memory
            .mixture
            .levels()
            .map(|(_, reps)| reps.clone())
            .collect();
        let value = reps.iter().map(|rep| team.memory.mixture.value_owed(*rep));
        (levels, value.collect::<Vec<_>>())
    };
    let before = seen(&team);
    let turn = team.deal(ONE, |_| true);
    assert_ne!(seen(&team), before);
    team.memory.reverse_turn(&turn, ONE);
    assert_eq!(seen(&team), before);
}

proptest! {
    #![proptest_config(config(64))]

    /// Every column adds up to zero over members who never changed, whatever is dealt.
    #[test]
    fn columns_add_up_to_zero(
        weights in prop::collection::vec(1..9u32, 2..8),
        sizes in prop::collection::vec(10_000..3_000_000i64, 1..60),
        random_ppm in 0..1_000_000u32,
        able in any::<u64>(),
    ) {
        let mut team = mixed(&weights, random_ppm);
        let key = DrawKey::from_seed(able);
        for (size, number) in sizes.iter().zip(0..) {
            team.record = lead(&key, number);
            let turn = team.deal(Micro(*size), |at| able.rotate_left(number) & (1 << at) != 0);
            prop_assert!(turn.delta <= ONE);
        }
        for (level, reps) in team.memory.mixture.levels() {
            prop_assert_eq!(reps.values().copied().sum::<Micro>(), Micro(0), "{:?}", level);
        }
        let value = team.mates.iter().map(|mate| team.memory.mixture.value_owed(mate.rep));
        prop_assert_eq!(value.map(|(value, _)| value).sum::<Micro>(), Micro(0));
    }
}
