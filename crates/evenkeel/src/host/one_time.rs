//! One-time tokens: the first admin of a new store, and links that sign a user in once.
//!
//! A token lives an hour, works once, and is kept as a digest. Whoever can read the server's own
//! output or its 0600 file may run it anyway, so that is where the first one is shown.

use crate::host::secret;
use evenkeel_core::time::{HOUR, Moment, Span};
use evenkeel_journal::setting::{Setting, SettingEdit};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// How long a token lives.
pub const LIFETIME: Span = HOUR;
/// Most tokens at once; the one that ends first makes room.
pub const TOKENS_MAX: usize = 1_000;
/// The table in the settings.
pub const TABLE: &[u8] = b"once/";

/// What a token is good for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Purpose {
    /// To make the first admin.
    FirstAdmin,
    /// To sign this user in.
    SignIn(u32),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Kept {
    purpose: Purpose,
    ends: i64,
}

/// The tokens not spent yet.
#[derive(Clone, Debug, Default)]
pub struct Tokens {
    live: BTreeMap<[u8; 32], Kept>,
}

impl Tokens {
    /// Reads the table; rows that cannot be read are left out.
    pub fn of(rows: &[Setting]) -> Self {
        let read = |row: &Setting| {
            let digest = secret::unhex(std::str::from_utf8(row.key.get(TABLE.len()..)?).ok()?)?;
            Some((digest, serde_json::from_slice(&row.value).ok()?))
        };
        Self {
            live: rows.iter().filter_map(read).collect(),
        }
    }

    /// Makes a token: its text, to be shown once, and the edits that keep it.
    pub fn issue(&mut self, purpose: Purpose, now: Moment) -> (String, Vec<SettingEdit>) {
        let mut edits = Vec::new();
        let over = |kept: &Kept| kept.ends <= now.0 || kept.purpose == purpose;
        let mut gone: Vec<[u8; 32]> = self
            .live
            .iter()
            .filter(|(_, kept)| over(kept))
            .map(|(digest, _)| *digest)
            .collect();
        if self.live.len() - gone.len() >= TOKENS_MAX {
            let first = self
                .live
                .iter()
                .min_by_key(|(digest, kept)| (kept.ends, **digest));
            gone.extend(first.map(|(digest, _)| *digest));
        }
        for digest in gone {
            self.live.remove(&digest);
            edits.push(SettingEdit::Delete { key: key(&digest) });
        }
        let bytes = secret::random::<32>();
        let kept = Kept {
            purpose,
            ends: (now + LIFETIME).0,
        };
        let digest = digest(&bytes);
        self.live.insert(digest, kept);
        let value = serde_json::to_vec(&kept).expect("a token is always JSON");
        edits.push(SettingEdit::Put {
            key: key(&digest),
            value,
        });
        (secret::hex(&bytes), edits)
    }

    /// Whether there is a token for this.
    pub fn lives(&self, purpose: Purpose, now: Moment) -> bool {
        self.live
            .values()
            .any(|kept| kept.purpose == purpose && now.0 < kept.ends)
    }

    /// What `text` is good for now. It is not spent yet.
    pub fn find(&self, text: &str, now: Moment) -> Option<Purpose> {
        let kept = self.live.get(&digest(&secret::unhex(text.trim())?))?;
        (now.0 < kept.ends).then_some(kept.purpose)
    }

    /// Spends a token: what it was good for, and the edit that makes sure it was the only time.
    pub fn spend(&mut self, text: &str, now: Moment) -> Option<(Purpose, SettingEdit)> {
        let purpose = self.find(text, now)?;
        let digest = digest(&secret::unhex(text.trim())?);
        self.live.remove(&digest);
        Some((purpose, SettingEdit::Delete { key: key(&digest) }))
    }
}

fn digest(bytes: &[u8; 32]) -> [u8; 32] {
    secret::digest(&[b"once", bytes])
}

fn key(digest: &[u8; 32]) -> Vec<u8> {
    [TABLE, secret::hex(digest).as_bytes()].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Moment = Moment(5_000);

    #[test]
    fn a_token_works_once_and_for_an_hour() {
        let mut tokens = Tokens::default();
        let (text, _) = tokens.issue(Purpose::SignIn(3), NOW);
        assert_eq!(tokens.find(&text, NOW + LIFETIME), None);
        assert_eq!(
            tokens.spend(&text, NOW).map(|(purpose, _)| purpose),
            Some(Purpose::SignIn(3))
        );
        assert_eq!(tokens.spend(&text, NOW), None);
        assert_eq!(tokens.spend("no token", NOW), None);
    }

    #[test]
    fn a_new_token_ends_the_one_before() {
        let mut tokens = Tokens::default();
        let (first, _) = tokens.issue(Purpose::FirstAdmin, NOW);
        let (second, edits) = tokens.issue(Purpose::FirstAdmin, NOW);
        assert_eq!(tokens.find(&first, NOW), None);
        assert_eq!(tokens.find(&second, NOW), Some(Purpose::FirstAdmin));
        assert_eq!(edits.len(), 2);
        assert!(!format!("{edits:?}").contains(&second));
    }
}
