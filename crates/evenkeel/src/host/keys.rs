//! API keys: how programs are known. `ek_<number>_<256 random bits>`, shown once, kept as SHA-256.

use crate::host::access::Role;
use crate::host::secret;
use evenkeel_core::time::Moment;
use evenkeel_journal::setting::{Setting, SettingEdit};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Longest label in characters.
pub const LABEL_MAX: usize = 100;
/// Most keys, revoked ones included.
pub const KEYS_MAX: usize = 10_000;
/// The table in the settings.
pub const TABLE: &[u8] = b"key/";

/// One key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Key {
    /// Number, in order of creation; the journal names it as the actor.
    pub id: u32,
    /// What people call it.
    pub label: String,
    role: String,
    digest: String,
    /// When it was made, in milliseconds since 1970.
    pub made: i64,
    /// When it ends by itself, in milliseconds since 1970.
    pub ends: Option<i64>,
    /// Whether it was revoked.
    pub revoked: bool,
}

/// Why a key was not made or changed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyRefused {
    /// The label is empty, too long, or not printable.
    #[error("a label has 1 to {LABEL_MAX} printable characters")]
    Label,
    /// A key cannot be a rep.
    #[error("a key is an integration, a manager or an admin; reps sign in themselves")]
    Role,
    /// It would have ended already.
    #[error("the key would end before it begins")]
    Ends,
    /// There are too many.
    #[error("{KEYS_MAX} keys are the most there can be")]
    TooMany,
    /// There is no such key.
    #[error("there is no key {0}")]
    Unknown(u32),
}

impl Key {
    /// What it may do.
    pub fn role(&self) -> Role {
        Role::from_word(&self.role).unwrap_or(Role::Integration)
    }

    /// Whether it opens anything at `now`.
    pub fn lives(&self, now: Moment) -> bool {
        !self.revoked && self.ends.is_none_or(|ends| now.0 < ends)
    }
}

/// All keys.
#[derive(Clone, Debug, Default)]
pub struct Keys {
    by_id: BTreeMap<u32, (Key, [u8; 32])>,
}

impl Keys {
    /// Reads the table; rows that cannot be read are left out.
    pub fn of(rows: &[Setting]) -> Self {
        let mut keys = Self::default();
        for key in rows
            .iter()
            .filter_map(|row| serde_json::from_slice::<Key>(&row.value).ok())
        {
            keys.put(key);
        }
        keys
    }

    /// All of them, by number.
    pub fn iter(&self) -> impl Iterator<Item = &Key> {
        self.by_id.values().map(|(key, _)| key)
    }

    /// The key with this number.
    pub fn get(&self, id: u32) -> Option<&Key> {
        self.by_id.get(&id).map(|(key, _)| key)
    }

    /// A key to be made: with its text, to be shown once, and the edit that keeps its digest.
    ///
    /// *Refuses*, in order: label, role, ends, too many.
    pub fn make(
        &self,
        label: &str,
        role: Role,
        ends: Option<Moment>,
        now: Moment,
    ) -> Result<(Key, String, SettingEdit), KeyRefused> {
        let label = label.trim();
        let printable = !label.is_empty() && !label.chars().any(char::is_control);
        if !printable || label.chars().count() > LABEL_MAX {
            return Err(KeyRefused::Label);
        }
        if role == Role::Rep {
            return Err(KeyRefused::Role);
        }
        if ends.is_some_and(|ends| ends <= now) {
            return Err(KeyRefused::Ends);
        }
        if self.by_id.len() >= KEYS_MAX {
            return Err(KeyRefused::TooMany);
        }
        let id = self.by_id.last_key_value().map_or(1, |(id, _)| id + 1);
        let bytes = secret::random::<32>();
        let text = format!("ek_{id}_{}", secret::hex(&bytes));
        let key = Key {
            id,
            label: label.to_owned(),
            role: role.word().to_owned(),
            digest: secret::hex(&digest(&bytes)),
            made: now.0,
            ends: ends.map(|ends| ends.0),
            revoked: false,
        };
        let edit = keep(&key);
        Ok((key, text, edit))
    }

    /// A key to be revoked, with the edit that says so.
    pub fn revoke(&self, id: u32) -> Result<(Key, SettingEdit), KeyRefused> {
        let mut key = self.get(id).ok_or(KeyRefused::Unknown(id))?.clone();
        key.revoked = true;
        let edit = keep(&key);
        Ok((key, edit))
    }

    /// Remembers a key whose edit is durable.
    pub fn put(&mut self, key: Key) {
        if let Some(digest) = secret::unhex(&key.digest) {
            self.by_id.insert(key.id, (key, digest));
        }
    }

    /// The living key behind `text`.
    pub fn find(&self, text: &str, now: Moment) -> Option<&Key> {
        let (id, bytes) = text.strip_prefix("ek_")?.split_once('_')?;
        let (key, known) = self.by_id.get(&id.parse().ok()?)?;
        let bytes: [u8; 32] = secret::unhex(bytes)?;
        (secret::same(&digest(&bytes), known) && key.lives(now)).then_some(key)
    }
}

fn digest(bytes: &[u8; 32]) -> [u8; 32] {
    secret::digest(&[b"key", bytes])
}

fn keep(key: &Key) -> SettingEdit {
    let name = [TABLE, format!("{:010}", key.id).as_bytes()].concat();
    let value = serde_json::to_vec(key).expect("a key is always JSON");
    SettingEdit::Put { key: name, value }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Moment = Moment(1_000);

    #[test]
    fn a_key_opens_until_it_ends_or_is_revoked() {
        let mut keys = Keys::default();
        let ends = Some(Moment(2_000));
        let (key, text, _) = keys
            .make("CRM", Role::Integration, ends, NOW)
            .expect("fits");
        keys.put(key);
        assert!(keys.find(&text, NOW).is_some());
        assert!(keys.find(&text, Moment(2_000)).is_none());
        let (revoked, _) = keys.revoke(1).expect("known");
        keys.put(revoked);
        assert!(keys.find(&text, NOW).is_none());
    }

    #[test]
    fn only_the_whole_key_opens() {
        let mut keys = Keys::default();
        let (key, text, edit) = keys
            .make("CRM", Role::Integration, None, NOW)
            .expect("fits");
        keys.put(key);
        let secret = text.rsplit('_').next().expect("three parts");
        let wrong = format!("ek_1_{}", "0".repeat(64));
        for bad in [
            "",
            "ek_1_",
            "ek_2_00",
            secret,
            &wrong,
            &text.replace("ek_1", "ek_2"),
        ] {
            assert!(keys.find(bad, NOW).is_none(), "{bad:?}");
        }
        let SettingEdit::Put { value, .. } = edit else {
            panic!("a key is put")
        };
        assert!(!String::from_utf8_lossy(&value).contains(secret));
    }

    #[test]
    fn refusals_come_in_order() {
        let keys = Keys::default();
        let make = |label, role, ends| keys.make(label, role, ends, NOW).map(|(key, ..)| key.id);
        assert_eq!(make(" ", Role::Rep, None), Err(KeyRefused::Label));
        assert_eq!(make("x", Role::Rep, Some(NOW)), Err(KeyRefused::Role));
        assert_eq!(make("x", Role::Admin, Some(NOW)), Err(KeyRefused::Ends));
        assert_eq!(
            keys.revoke(1).map(|(key, _)| key.id),
            Err(KeyRefused::Unknown(1))
        );
    }
}
