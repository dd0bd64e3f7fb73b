//! The secret behind keyed draws: one per UTC day, made when first needed, kept in the settings.
//!
//! Nobody without it can guess a draw, and whoever holds it can draw again. Its digest is promised
//! in the journal before anything is drawn with it, mostly the day before, and the secret itself is
//! shown there when the day is over: [`Draws::first`] says which commands do that. Nothing is
//! decided here.

use crate::host::fault::Fault;
use crate::host::secret;
use evenkeel_core::command::Command;
use evenkeel_core::command::commit_draw::{self, CommitDraw};
use evenkeel_core::command::reveal_draw::RevealDraw;
use evenkeel_core::draw::DrawKey;
use evenkeel_core::drawing::Period;
use evenkeel_core::state::State;
use evenkeel_core::time::Moment;
use evenkeel_journal::fault::StorageFault;
use evenkeel_journal::journal::{Journal, Reader};
use evenkeel_journal::setting::{SettingEdit, SettingFault};

/// The table in the settings.
pub const TABLE: &[u8] = b"draw/";

/// The key of the period at hand.
#[derive(Debug, Default)]
pub struct Draws {
    current: Option<(Period, DrawKey)>,
    /// Day and policy version for which promises were looked at.
    looked: Option<(Period, u32)>,
}

impl Draws {
    /// The key for a decision at `at`.
    pub fn key(&mut self, journal: &mut dyn Journal, at: Moment) -> Result<DrawKey, Fault> {
        let period = Period::of(at);
        if let Some((known, key)) = self.current
            && known == period
        {
            return Ok(key);
        }
        let key = kept_or_made(journal, period)?;
        self.current = Some((period, key));
        Ok(key)
    }

    /// What must be decided before anything else at `now`: promises for this day and the next, and
    /// the secrets of days that are over. Looked for once a day and policy version.
    pub fn first(
        &mut self,
        journal: &mut dyn Journal,
        state: &State,
        now: Moment,
    ) -> Result<Vec<Command>, Fault> {
        let looked = (Period::of(now), state.version());
        if self.looked == Some(looked) {
            return Ok(Vec::new());
        }
        let mut commands = Vec::new();
        for owed in state.promises().owed(now) {
            let period = owed.period;
            match kept(journal, period)? {
                Some(secret) if secret.commitment() == owed.commitment => {
                    commands.push(Command::RevealDraw(RevealDraw { period, secret }));
                }
                _ => tracing::error!(%period, "the promised secret of a day's draws is not kept"),
            }
        }
        let today = Period::of(now);
        for period in [today, today.next()] {
            let kept = kept(journal, period)?.map(|secret| secret.commitment());
            let promised = state.promises().of(period);
            if promised.is_some_and(|promise| Some(promise.commitment) != kept) {
                // Dealing goes on, with draws that nobody can make again: verify will say so too.
                tracing::error!(%period, "the promised secret is gone; restore it from a backup");
            }
        }
        for period in commit_draw::due(state, now) {
            let commitment = kept_or_made(journal, period)?.commitment();
            commands.push(Command::CommitDraw(CommitDraw { period, commitment }));
        }
        self.looked = Some(looked);
        Ok(commands)
    }

    /// What was decided may have been taken back: look again.
    pub fn look_again(&mut self) {
        self.looked = None;
    }
}

/// The secret kept for a period, if one is.
pub fn kept(reader: &dyn Reader, period: Period) -> Result<Option<DrawKey>, StorageFault> {
    let kept = reader.setting(&setting(period.begins()))?;
    Ok(kept.and_then(|kept| kept.try_into().ok()).map(DrawKey))
}

fn kept_or_made(journal: &mut dyn Journal, period: Period) -> Result<DrawKey, Fault> {
    match kept(journal, period)? {
        Some(kept) => Ok(kept),
        None => make(journal, setting(period.begins())).map(DrawKey),
    }
}

/// The setting that holds the key for a decision at `at`.
pub fn setting(at: Moment) -> Vec<u8> {
    let Period(day) = Period::of(at);
    [TABLE, format!("{day:010}").as_bytes()].concat()
}

fn make(journal: &mut dyn Journal, key: Vec<u8>) -> Result<[u8; 32], Fault> {
    let secret = secret::random::<32>();
    let edits = [
        SettingEdit::Expect {
            key: key.clone(),
            value: None,
        },
        SettingEdit::Put {
            key,
            value: secret.to_vec(),
        },
    ];
    match journal.edit_settings(&edits) {
        Ok(()) => Ok(secret),
        Err(SettingFault::Changed { .. }) => Err(Fault::Changed),
        Err(SettingFault::Storage(fault)) => Err(fault.into()),
    }
}
