//! Plays what happened at the made-up company through the workspace's one door.
//!
//! Every step is a real command with its moment in the past; nothing is written behind the door's
//! back. Steps are handed in a few hundred at a time, so that many share a commit.

use crate::demo::act::{Act, Step};
use crate::host::draws;
use crate::host::fault::Fault;
use crate::host::logged;
use crate::host::order::{Denied, Order};
use crate::host::private::Private;
use crate::host::workspace::{Pending, Workspace};
use evenkeel_core::command::log_activities::ACTIVITIES_MAX;
use evenkeel_core::command::refusal::Refusal;
use evenkeel_core::draw::DrawKey;
use evenkeel_core::event::Actor;
use evenkeel_core::people::rep::PrivateRef;
use evenkeel_core::time::{DAY, Moment};
use evenkeel_journal::batch::PrivateRow;
use evenkeel_journal::setting::SettingEdit;
use std::collections::BTreeMap;

/// Steps in the writer's hands at once.
const WINDOW: usize = 512;

/// Work is logged every so many ticks.
const LOG_TICKS: u32 = 4;
/// Who tells what was done.
const SOURCE: &str = "dialer";

/// What came of playing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Played {
    /// Steps that changed something.
    pub done: u64,
    /// Steps that had nothing to change: most ticks, and a few wishes that were already so.
    pub idle: u64,
}

/// Makes the draws of a made-up past repeatable: gives every day of `steps` a key made from `seed`.
/// Nothing is at stake in them; the days after are the server's own, which nobody can guess.
pub async fn settle_draws(workspace: &Workspace, seed: u64, steps: &[Step]) -> Result<(), Fault> {
    let days: BTreeMap<i64, Moment> = steps
        .iter()
        .map(|step| (step.at.0.div_euclid(DAY.0), step.at))
        .collect();
    let edit = |(day, at): (i64, Moment)| SettingEdit::Put {
        key: draws::setting(at),
        value: DrawKey::from_seed(seed.wrapping_add(day as u64)).0.to_vec(),
    };
    workspace.edit(days.into_iter().map(edit).collect()).await
}

/// Plays `steps` in order, each with a command id made of `story` and its position.
///
/// *Refuses*: whatever the workspace refuses, except that there is nothing to change or to claim.
pub async fn play(workspace: &Workspace, story: &str, steps: &[Step]) -> Result<Played, Denied> {
    let mut player = Player::new(workspace);
    let mut played = Played::default();
    let mut pending: Vec<Pending> = Vec::with_capacity(WINDOW);
    let (mut work, mut ticks) = (Vec::new(), 0);
    for (number, step) in steps.iter().enumerate() {
        // A policy declares fields, and what follows needs their numbers: wait for it alone.
        let alone = matches!(step.act, Act::Publish(_));
        if alone || pending.len() == WINDOW {
            finish(&mut pending, &mut played).await?;
        }
        let due = match &step.act {
            Act::Work { .. } => {
                work.push(step);
                continue;
            }
            Act::Tick => {
                ticks += 1;
                ticks % LOG_TICKS == 0
            }
            _ => work.len() >= ACTIVITIES_MAX,
        };
        if due && !work.is_empty() {
            // Who owns each by now is known once everything before is decided.
            finish(&mut pending, &mut played).await?;
            let log = player.log(&work, &format!("{story}/{number}/work"));
            pending.push(workspace.enqueue(log.at(step.at))?);
            work.clear();
        }
        let order = player.order(step, &format!("{story}/{number}"));
        pending.push(workspace.enqueue(order)?);
        if alone {
            finish(&mut pending, &mut played).await?;
        }
    }
    finish(&mut pending, &mut played).await?;
    Ok(played)
}

async fn finish(pending: &mut Vec<Pending>, played: &mut Played) -> Result<(), Denied> {
    for one in pending.drain(..) {
        match one.done().await {
            Ok(_) => played.done += 1,
            Err(Denied::Refused(
                Refusal::NothingToDo
                | Refusal::RepOwnsIt { .. }
                | Refusal::NothingToClaim { .. }
                | Refusal::WipLimitReached { .. }
                | Refusal::RepAway { .. }
                | Refusal::Recycling(_),
            )) => played.idle += 1,
            Err(denied) => return Err(denied),
        }
    }
    Ok(())
}

/// Turns steps into orders for one workspace.
#[derive(Debug)]
pub struct Player<'a> {
    workspace: &'a Workspace,
    /// Personal data of reps, kept once.
    people: BTreeMap<&'static str, PrivateRef>,
}

impl<'a> Player<'a> {
    /// A player for this workspace.
    pub fn new(workspace: &'a Workspace) -> Self {
        Self {
            workspace,
            people: BTreeMap::new(),
        }
    }

    /// The order for a step, under the idempotency key `key`, with the personal data it needs.
    pub fn order(&mut self, step: &Step, key: &str) -> Order {
        let (row, private) = self.private(&step.act).unzip();
        let command = self.workspace.glance(|state| {
            step.act
                .command(step.at, state.record_schema(), state.rep_schema(), private)
        });
        Order::keyed(Actor::System, key, [0; 32], command)
            .at(step.at)
            .with(row.flatten())
    }

    /// The order that logs what owners did, under the idempotency key `key`.
    fn log(&self, work: &[&Step], key: &str) -> Order {
        let told = self.workspace.glance(|state| {
            let owner = |record: &str| {
                let owner = state.place(state.record_no(record)?).owner()?;
                Some(state.roster().rep(owner).key.clone())
            };
            let told = work.iter().filter_map(|step| match &step.act {
                Act::Work { record, .. } => step.act.activity(step.at, owner(record)),
                _ => None,
            });
            told.map(|activity| (None, activity)).collect()
        });
        logged::order(Actor::System, Some((key, [0; 32])), SOURCE, told)
    }

    /// The row to keep with an act, if it is not kept yet, and the reference to it.
    fn private(&mut self, act: &Act) -> Option<(Option<PrivateRow>, PrivateRef)> {
        if let Act::Set { person, .. } = act
            && let Some(known) = self.people.get(person.key)
        {
            return Some((None, *known));
        }
        let fields = act
            .private()
            .into_iter()
            .map(|(name, text)| (name.to_owned(), text));
        let private = Private {
            fields: fields.collect(),
        };
        let (row, reference) = private.row(self.workspace.new_subject())?;
        if let Act::Set { person, .. } = act {
            self.people.insert(person.key, reference);
        }
        Some((Some(row), reference))
    }
}
