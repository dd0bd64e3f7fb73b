//! The ticking of the server: what waits on time moves without anybody looking (law 10).
//!
//! Time is an input of the core; this is the one place that keeps submitting it. It decides
//! nothing: a tick that finds nothing to do is refused, and appends nothing.

use crate::host::alarm::Alarm;
use crate::host::clock::{Jump, Steady, Watch};
use crate::host::fairness::Told;
use crate::host::live::Health;
use crate::host::order::{Denied, Order};
use crate::host::sign_in::SignIn;
use crate::host::workspace::Workspace;
use evenkeel_core::claiming::due;
use evenkeel_core::command::Command;
use evenkeel_core::command::hold_timers::HoldTimers;
use evenkeel_core::command::sweep;
use evenkeel_core::event::Actor;
use evenkeel_core::recycling::moving;
use evenkeel_core::state::State;
use evenkeel_core::time::Moment;
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
    let steady = Steady::begin();
    // A store that was never written to has no time to make up for.
    let last = match workspace.glance(State::last_at) {
        Moment(0) => workspace.now(),
        last => last,
    };
    let mut watch = Watch::begin(last, Duration::ZERO);
    for beat in 1.. {
        beats.tick().await;
        told.tell(&workspace);
        let now = workspace.now();
        jumped(&workspace, watch.look(now, steady.elapsed())).await;
        let (waits, cadence) = workspace.glance(|state| {
            alarm.log(state, now);
            let rings = state.clocks().next().is_some_and(|at| at <= now);
            let some = rings
                || waiting::any(state)
                || state.journeys().standing().len() > 0
                || due::any(state, now)
                || moving::any(state, now);
            let cadence = sweep::cadence_is_due(state, now);
            (some && state.policy().is_some(), cadence)
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

/// Asks, before the next tick, whether a jump of the clock would move too many records at once.
async fn jumped(workspace: &Workspace, jump: Option<Jump>) {
    let (from, to) = match jump {
        None => return,
        Some(Jump::Back { from, to }) => {
            metrics::counter!("evenkeel_clock_jumps_total", "way" => "back").increment(1);
            tracing::warn!(%from, %to, "the clock went back; nothing recorded goes back with it");
            return;
        }
        Some(Jump::Ahead { from, to }) => (from, to),
    };
    metrics::counter!("evenkeel_clock_jumps_total", "way" => "ahead").increment(1);
    let hold = Order::once(Actor::System, Command::HoldTimers(HoldTimers { from, to }));
    match workspace.submit(hold).await {
        Ok(_) => tracing::warn!(
            %from, %to,
            "the clock jumped; timers take nothing out of books until somebody confirms it"
        ),
        Err(Denied::Refused(_)) => tracing::info!(%from, %to, "time was made up for"),
        Err(denied) => tracing::warn!(%denied, "a jump of the clock could not be looked at"),
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
