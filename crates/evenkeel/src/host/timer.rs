//! The ticking of the server: what waits on time moves without anybody looking (law 10).
//!
//! Time is an input of the core; this is the one place that keeps submitting it. It decides
//! nothing: a tick that finds nothing to do is refused, and appends nothing.

use crate::host::alarm::Alarm;
use crate::host::fairness::Told;
use crate::host::live::Health;
use crate::host::order::{Denied, Order};
use crate::host::sign_in::SignIn;
use crate::host::workspace::Workspace;
use evenkeel_core::command::{Command, sweep};
use evenkeel_core::event::Actor;
use evenkeel_core::recycling::moving;
use evenkeel_core::waiting;
use evenkeel_journal::setting::SettingEdit;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::MissedTickBehavior;

/// How often something that waits is looked at.
const EVERY: Duration = Duration::from_secs(1);
/// How often, in beats, a tick is submitted although nothing seems to wait, and a sweep looks for
/// what nobody works on.
const IDLE_BEATS: u64 = 60;
/// How often, in beats, sessions that are over are dropped.
const SWEEP_BEATS: u64 = 600;

/// Ticks until dropped.
pub async fn run(workspace: Workspace, sign_in: Arc<SignIn>) {
    let mut beats = tokio::time::interval(EVERY);
    beats.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut alarm = Alarm::default();
    let mut told = Told::default();
    for beat in 1.. {
        beats.tick().await;
        told.tell(&workspace);
        let now = workspace.now();
        let (waits, cadence) = workspace.glance(|state| {
            alarm.log(state, now);
            let some = waiting::any(state) || state.journeys().standing().len() > 0;
            let waits = (some || moving::any(state, now)) && state.policy().is_some();
            (waits, sweep::cadence_is_due(state, now))
        });
        if cadence || beat % IDLE_BEATS == 0 {
            submit(&workspace, Command::Sweep).await;
        }
        if waits || beat % IDLE_BEATS == 0 {
            submit(&workspace, Command::Tick).await;
        }
        if beat % SWEEP_BEATS == 0
            && let Err(fault) = sign_in.sweep().await
        {
            tracing::warn!(%fault, "sessions that are over were not dropped");
        }
        if matches!(&*workspace.health().borrow(), Health::Stalled(_)) {
            probe(&workspace).await;
        }
    }
}

async fn submit(workspace: &Workspace, command: Command) {
    match workspace.submit(Order::once(Actor::System, command)).await {
        Ok(_) | Err(Denied::Refused(_) | Denied::Busy) => {}
        Err(denied) => tracing::warn!(%denied, "a tick or sweep was not taken"),
    }
}

/// Writes something small, so that a store that had no room is known to have some again.
async fn probe(workspace: &Workspace) {
    let key = b"probe".to_vec();
    let value = workspace.now().0.to_be_bytes().to_vec();
    // A failure needs no word here: the state of health already says so.
    let _ = workspace.edit(vec![SettingEdit::Put { key, value }]).await;
}
