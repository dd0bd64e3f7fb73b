//! The made-up company from now on: records keep coming in, at a pace one can watch.
//!
//! Unlike the month before, this follows the server's clock, and what people do on the pages mixes
//! with it. A record that cannot be taken is logged and passed over; the company goes on.

use crate::demo::act::{Act, Step};
use crate::demo::dice::Dice;
use crate::demo::play::Player;
use crate::demo::traffic::Traffic;
use crate::host::workspace::Workspace;
use evenkeel_core::time::{DAY, HOUR};
use std::time::Duration;

/// Most records a minute.
pub const PACE_MAX: u32 = 6_000;
const MINUTE_MS: u64 = 60_000;

/// Takes in about `per_minute` records a minute until dropped; the first has number `first`.
///
/// *Bounds*: 0 a minute takes in nothing; more than [`PACE_MAX`] is cut to it.
pub async fn run(workspace: Workspace, seed: u64, first: u64, per_minute: u32) {
    let Some(mean) = MINUTE_MS.checked_div(u64::from(per_minute.min(PACE_MAX))) else {
        return;
    };
    let mut traffic = Traffic::new(seed, first);
    let mut dice = Dice::new(seed ^ first, "live");
    let mut player = Player::new(&workspace);
    for number in first.. {
        // Uneven, as callers are: from a fifth of the mean to nine fifths.
        let wait = mean / 5 + dice.below(mean * 8 / 5 + 1);
        tokio::time::sleep(Duration::from_millis(wait)).await;
        let at = workspace.now();
        let hour = at.0.rem_euclid(DAY.0) / HOUR.0;
        let step = Step {
            at,
            act: Act::TakeIn(traffic.next(hour as u64)),
        };
        let order = player.order(&step, &format!("live/{number}"));
        if let Err(denied) = workspace.submit(order).await {
            tracing::warn!(%denied, "a made-up record was not taken");
        }
    }
}
