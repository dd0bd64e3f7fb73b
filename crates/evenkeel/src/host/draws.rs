//! The secret behind keyed draws: one per UTC day, made when first needed, kept in the settings.
//!
//! Nobody without it can guess a draw, and whoever holds it can draw again. Publishing a period's
//! digest before and its secret after it deliberately comes later.

use crate::host::fault::Fault;
use crate::host::secret;
use evenkeel_core::draw::DrawKey;
use evenkeel_core::time::{DAY, Moment};
use evenkeel_journal::journal::Journal;
use evenkeel_journal::setting::{SettingEdit, SettingFault};

/// The table in the settings.
pub const TABLE: &[u8] = b"draw/";

/// The key of the period at hand.
#[derive(Debug, Default)]
pub struct Draws {
    current: Option<(i64, DrawKey)>,
}

impl Draws {
    /// The key for a decision at `at`.
    pub fn key(&mut self, journal: &mut dyn Journal, at: Moment) -> Result<DrawKey, Fault> {
        let period = at.0.div_euclid(DAY.0);
        if let Some((known, key)) = self.current
            && known == period
        {
            return Ok(key);
        }
        let name = setting(at);
        let secret = match journal
            .setting(&name)?
            .and_then(|kept| kept.try_into().ok())
        {
            Some(kept) => kept,
            None => make(journal, name)?,
        };
        self.current = Some((period, DrawKey(secret)));
        Ok(DrawKey(secret))
    }
}

/// The setting that holds the key for a decision at `at`.
pub fn setting(at: Moment) -> Vec<u8> {
    let period = at.0.div_euclid(DAY.0);
    [TABLE, format!("{period:010}").as_bytes()].concat()
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
