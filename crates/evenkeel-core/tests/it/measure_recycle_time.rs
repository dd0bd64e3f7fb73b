//! The best time to take untouched records back, on shapes whose best time is known.
//!
//! Of all records a part answers, after a Weibull time: one shape whose chance to answer rises
//! (k of 1.3, best 25 days, 30 days cost 0.9 %, 90 days 41 %), and two that answer early or hardly
//! at all (k of 0.7, best 6 and 11 days). The guide gives the shapes, their best times and what 30
//! and 90 days cost; part, scale and the cost of a switch are chosen so that they come out.
//! *Source*: guide "science" section 8, where 300 records lose 3.2 % on average, 1,000 lose 1.5 %.
//!
//! `EVENKEEL_CASES` is the number of companies per shape and size; 40 without it.

use crate::measure_draws::{Draws, weibull};
use crate::rotation_team::cases;
use evenkeel_core::measure::recycle_time::{NoAdvice, Returns, Terms};
use evenkeel_core::measure::survival::Observed;

const DAYS: u32 = 90;

#[derive(Clone, Copy)]
struct Shape {
    answers: f64,
    shape: f64,
    scale: f64,
    switch: f64,
    best: u32,
}

const SHAPES: [Shape; 3] = [
    Shape {
        answers: 0.2,
        shape: 1.3,
        scale: 30.0,
        switch: 2.5,
        best: 25,
    },
    Shape {
        answers: 0.2,
        shape: 0.7,
        scale: 10.0,
        switch: 5.0,
        best: 6,
    },
    Shape {
        answers: 0.3,
        shape: 0.7,
        scale: 30.0,
        switch: 8.0,
        best: 11,
    },
];

impl Shape {
    fn terms(self) -> Terms {
        Terms {
            switch: self.switch,
            days_max: DAYS,
        }
    }

    /// What a place truly brings, by days, integrated in steps of a hundredth.
    fn truth(self) -> Vec<f64> {
        let over = |t: f64| self.answers * (1.0 - (-(t / self.scale).powf(self.shape)).exp());
        let mut stayed = 0.0;
        let mut rates = vec![0.0];
        for day in 0..DAYS {
            for step in 0..100 {
                let t = f64::from(day) + (f64::from(step) + 0.5) / 100.0;
                stayed += (1.0 - over(t)) / 100.0;
            }
            rates.push(over(f64::from(day + 1)) / (stayed + self.switch));
        }
        rates
    }

    /// Records of a company, each followed for 60 to 180 days.
    fn drawn(self, draws: &mut Draws, count: usize) -> Vec<Observed> {
        let one = |_| {
            let followed = 60.0 + 120.0 * draws.even();
            let days = if draws.even() < self.answers {
                weibull(draws.even(), self.shape, self.scale)
            } else {
                f64::INFINITY
            };
            Observed {
                length: days.min(followed) as u64,
                ended: days <= followed,
            }
        };
        (0..count).map(one).collect()
    }
}

fn best(rates: &[f64]) -> usize {
    let better = |best: usize, days: usize| {
        if rates[days] > rates[best] {
            days
        } else {
            best
        }
    };
    (1..rates.len()).fold(1, better)
}

#[test]
fn the_shapes_are_those_of_the_guide() {
    for (shape, cost_30, cost_90) in [
        (SHAPES[0], 0.009, 0.41),
        (SHAPES[1], 0.40, 0.74),
        (SHAPES[2], 0.14, 0.49),
    ] {
        let truth = shape.truth();
        let most = truth[shape.best as usize];
        assert_eq!(best(&truth), shape.best as usize);
        let cost = |days: usize| 1.0 - truth[days] / most;
        assert!((cost(30) - cost_30).abs() < 0.01, "{}", cost(30));
        assert!((cost(90) - cost_90).abs() < 0.01, "{}", cost(90));
    }
}

#[test]
fn the_advice_recovers_the_known_best_within_ten_per_cent_of_value() {
    let companies = cases(40);
    for (at, shape) in SHAPES.into_iter().enumerate() {
        let truth = shape.truth();
        for count in [300, 1_000] {
            let mut draws = Draws::of(100 * at as u64 + count as u64);
            let (mut losses, mut held, mut held_cost, mut raw) = (Vec::new(), 0, 0, 0.0);
            for _ in 0..companies {
                let records = shape.drawn(&mut draws, count);
                let returns = Returns::of(&records, shape.terms()).expect("enough");
                let found = returns.best();
                losses.push(1.0 - truth[found.days as usize] / truth[shape.best as usize]);
                held += usize::from((found.low..=found.high).contains(&shape.best));
                let (cost, truly) = (
                    returns.lost(30),
                    1.0 - truth[30] / truth[found.days as usize],
                );
                held_cost += usize::from(cost.low <= truly && truly <= cost.high);
                raw += 1.0 - truth[unsmoothed(&records, shape)] / truth[shape.best as usize];
            }
            losses.sort_by(f64::total_cmp);
            let mean = losses.iter().sum::<f64>() / companies as f64;
            println!(
                "k {}, best {} days, {count} records: {:.1} % lost on average ({:.1} % unsmoothed), \
                 {:.1} % at most in 9 of 10, {:.1} % at worst; intervals of {companies} that hold \
                 the best: {held}, that hold the cost of 30 days: {held_cost}",
                shape.shape,
                shape.best,
                100.0 * mean,
                100.0 * raw / companies as f64,
                100.0 * losses[companies as usize * 9 / 10 - 1],
                100.0 * losses[losses.len() - 1],
            );
            assert!(
                mean <= 0.1 && mean <= raw / companies as f64 + 0.002,
                "{mean}"
            );
            assert!(mean <= if count == 300 { 0.032 } else { 0.015 }, "{mean}");
            assert!(losses[companies as usize * 9 / 10 - 1] <= 0.1, "{losses:?}");
            let most = companies as usize;
            assert!(
                held * 10 >= most * 8 && held_cost * 10 >= most * 8,
                "{held} {held_cost}"
            );
        }
    }
}

/// The naive best day: that of the plain curve.
fn unsmoothed(records: &[Observed], shape: Shape) -> usize {
    let mut rates = vec![0.0];
    let (mut lasts, mut stayed) = (1.0, 0.0);
    for day in 0..u64::from(DAYS) {
        let risk = records.iter().filter(|one| one.length >= day).count();
        let gone = records.iter().filter(|one| one.ended && one.length == day);
        let next = lasts * (1.0 - gone.count() as f64 / risk.max(1) as f64);
        stayed += (lasts + next) / 2.0;
        lasts = next;
        rates.push((1.0 - lasts) / (stayed + shape.switch));
    }
    best(&rates)
}

#[test]
fn what_another_time_gives_up_is_told_with_how_sure_that_is() {
    let mut draws = Draws::of(7);
    let shape = SHAPES[1];
    let returns = Returns::of(&shape.drawn(&mut draws, 3_000), shape.terms()).expect("enough");
    let (best, lost) = (returns.best(), returns.lost(30));
    println!("{}\n{}", best.sentence(), lost.sentence());
    assert!(
        lost.low <= 0.40 && 0.40 <= lost.high && lost.low > 0.2,
        "{lost:?}"
    );
    assert!(
        lost.sentence()
            .starts_with("Taking back after 30 days gives up 40 %")
    );
    let near = returns.lost(best.days + 1);
    assert!(near.low <= 0.0, "{near:?}");
    assert!(
        near.sentence().contains("do not tell them apart"),
        "{}",
        near.sentence()
    );
    assert_eq!(returns.lost(best.days).value, 0.0);
}

#[test]
fn a_small_segment_is_drawn_to_all_and_a_large_one_speaks_for_itself() {
    let mut draws = Draws::of(9);
    let (all, other) = (SHAPES[0], SHAPES[1]);
    let terms = all.terms();
    let whole = Returns::of(&all.drawn(&mut draws, 5_000), terms).expect("enough");
    let none = Returns::of_segment(&[], &whole, terms).best();
    assert!(
        none.days.abs_diff(whole.best().days) <= 3 && none.n == 0,
        "{none:?}"
    );
    let few = Returns::of_segment(&other.drawn(&mut draws, 10), &whole, terms).best();
    let many = Returns::of_segment(&other.drawn(&mut draws, 2_000), &whole, terms).best();
    println!(
        "all {}, few {}, many {}",
        whole.best().days,
        few.days,
        many.days
    );
    assert!(few.days >= 15 && many.days <= 9, "{few:?} {many:?}");
}

#[test]
fn too_few_are_refused_and_a_best_at_the_end_is_no_best() {
    let mut draws = Draws::of(2);
    let shape = SHAPES[0];
    let records = shape.drawn(&mut draws, 99);
    let refused = Returns::of(&records, shape.terms()).expect_err("few");
    assert_eq!(
        refused.sentence(),
        "Not enough data: 99 records, and it takes 100."
    );
    let silent = vec![
        Observed {
            length: 50,
            ended: false
        };
        500
    ];
    let refused = Returns::of(&silent, shape.terms());
    assert_eq!(refused, Err(NoAdvice::FewAnswers { have: 0, need: 20 }));
    let rising = |at: u64| Observed {
        length: 20 + at % 11,
        ended: at % 11 < 10,
    };
    let late: Vec<Observed> = (0..440).map(rising).collect();
    let found = Returns::of(&late, shape.terms()).expect("enough").best();
    assert!(found.at_end, "{found:?}");
    assert!(
        found
            .sentence()
            .starts_with("Do not take untouched records back before")
    );
}
