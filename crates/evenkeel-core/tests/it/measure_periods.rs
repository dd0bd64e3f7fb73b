//! Whole weeks of a history: what came in each, which count, and on which side of a change.

use crate::measure_scorecards::four;
use evenkeel_core::measure::life::{Fate, Reading};
use evenkeel_core::measure::periods::{WEEK, Weeks, Well};
use evenkeel_core::time::Span;

#[test]
fn weeks_hold_every_record_once_and_only_ripe_ones_count() {
    let lives = four(300, true);
    let codes: Vec<Option<Fate>> = Reading::default().of(&lives);
    let horizon = Span::days(90);
    let weeks = Weeks::of(&lives, lives.all.iter(), (Well::Won, &codes), horizon);
    let trials: f64 = weeks.all.iter().map(|week| week.tally.trials).sum();
    let wins: f64 = weeks.all.iter().map(|week| week.tally.wins).sum();
    assert_eq!(trials, 1_200.0);
    assert_eq!(wins, 66.0 + 72.0 + 57.0 + 24.0, "22, 24, 19 and 8 % of 300");
    for (at, week) in weeks.all.iter().enumerate() {
        let end = weeks.begin + Span(WEEK.0 * (at as i64 + 1));
        assert_eq!(week.ripe, end + horizon <= lives.until);
    }
    let change = weeks.begin + Span(WEEK.0 * 3 + 1);
    let (before, after) = weeks.around(change);
    assert_eq!(before.len(), 3);
    assert_eq!(
        before.len() + after.len() + 1,
        weeks.all.len(),
        "one week is on neither side"
    );
    let none = Weeks::of(&lives, std::iter::empty(), (Well::Worked, &codes), horizon);
    assert!(none.all.is_empty());
}
