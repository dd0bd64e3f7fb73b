//! Sessions: who is signed in with a browser, until when.
//!
//! The cookie holds 256 random bits; only their digest is kept, so that a copy of the store signs
//! nobody in. The synchroniser token against forged requests is derived from the cookie.

use crate::host::secret;
use evenkeel_core::time::{HOUR, Moment, Span};
use evenkeel_journal::setting::{Setting, SettingEdit};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A session ends after this long without a request.
pub const IDLE: Span = Span::hours(8);
/// A session ends after this long whatever happens.
pub const LIFETIME: Span = Span::days(7);
/// How often the last request is written down; a restart forgets at most this much.
const TOUCH_EVERY: Span = Span(HOUR.0 / 12);
/// Most sessions at once; the one used longest ago ends when another begins.
pub const SESSIONS_MAX: usize = 50_000;
/// The table in the settings.
pub const TABLE: &[u8] = b"session/";

/// The secret in the cookie.
#[derive(Clone, PartialEq, Eq)]
pub struct Token([u8; 32]);

impl std::fmt::Debug for Token {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Token(hidden)")
    }
}

impl Token {
    /// A new one.
    pub fn fresh() -> Self {
        Self(secret::random())
    }

    /// Reads what a cookie holds.
    pub fn read(text: &str) -> Option<Self> {
        secret::unhex(text).map(Self)
    }

    /// What the cookie holds.
    pub fn text(&self) -> String {
        secret::hex(&self.0)
    }

    /// What is kept of it.
    pub fn digest(&self) -> [u8; 32] {
        secret::digest(&[b"session", &self.0])
    }

    /// The token every form and every writing request of this session carries.
    pub fn csrf(&self) -> String {
        secret::hex(&secret::digest(&[b"csrf", &self.0])[..16])
    }
}

/// One session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Session {
    /// Whose it is.
    pub user: u32,
    began: i64,
    used: i64,
    kept: i64,
}

/// All sessions, by the digest of their token.
#[derive(Clone, Debug, Default)]
pub struct Sessions {
    live: BTreeMap<[u8; 32], Session>,
}

impl Sessions {
    /// Reads the table; rows that cannot be read are left out.
    pub fn of(rows: &[Setting]) -> Self {
        let read = |row: &Setting| {
            let digest = secret::unhex(std::str::from_utf8(row.key.get(TABLE.len()..)?).ok()?)?;
            Some((digest, serde_json::from_slice::<Session>(&row.value).ok()?))
        };
        Self {
            live: rows.iter().filter_map(read).collect(),
        }
    }

    /// Begins one, and ends what must make room: the edits keep both.
    pub fn begin(&mut self, token: &Token, user: u32, now: Moment) -> Vec<SettingEdit> {
        let mut edits = self.sweep(now);
        if self.live.len() >= SESSIONS_MAX {
            let oldest = self
                .live
                .iter()
                .min_by_key(|(digest, one)| (one.used, **digest));
            if let Some(digest) = oldest.map(|(digest, _)| *digest) {
                self.live.remove(&digest);
                edits.push(SettingEdit::Delete { key: key(&digest) });
            }
        }
        let session = Session {
            user,
            began: now.0,
            used: now.0,
            kept: now.0,
        };
        self.live.insert(token.digest(), session);
        edits.push(keep(&token.digest(), &session));
        edits
    }

    /// The user behind a token, if the session lives; it has been used now. The edit, when there is
    /// one, writes that down.
    pub fn used(&mut self, token: &Token, now: Moment) -> Option<(u32, Option<SettingEdit>)> {
        let digest = token.digest();
        let session = self
            .live
            .get_mut(&digest)
            .filter(|session| session.lives(now))?;
        session.used = session.used.max(now.0);
        let stale = now - Moment(session.kept) >= TOUCH_EVERY;
        if stale {
            session.kept = now.0;
        }
        Some((session.user, stale.then(|| keep(&digest, session))))
    }

    /// Ends one.
    pub fn end(&mut self, token: &Token) -> Option<SettingEdit> {
        let digest = token.digest();
        self.live
            .remove(&digest)
            .map(|_| SettingEdit::Delete { key: key(&digest) })
    }

    /// Ends all of a user: after a new password, a new role, or when the user is disabled.
    pub fn end_all(&mut self, user: u32) -> Vec<SettingEdit> {
        self.drop_where(|session| session.user == user)
    }

    /// Drops what is over.
    pub fn sweep(&mut self, now: Moment) -> Vec<SettingEdit> {
        self.drop_where(|session| !session.lives(now))
    }

    fn drop_where(&mut self, over: impl Fn(&Session) -> bool) -> Vec<SettingEdit> {
        let gone: Vec<[u8; 32]> = self
            .live
            .iter()
            .filter(|(_, session)| over(session))
            .map(|(d, _)| *d)
            .collect();
        gone.iter()
            .map(|digest| {
                self.live.remove(digest);
                SettingEdit::Delete { key: key(digest) }
            })
            .collect()
    }
}

impl Session {
    fn lives(&self, now: Moment) -> bool {
        now - Moment(self.used) < IDLE && now - Moment(self.began) < LIFETIME
    }
}

fn key(digest: &[u8; 32]) -> Vec<u8> {
    [TABLE, secret::hex(digest).as_bytes()].concat()
}

fn keep(digest: &[u8; 32], session: &Session) -> SettingEdit {
    let value = serde_json::to_vec(session).expect("a session is always JSON");
    SettingEdit::Put {
        key: key(digest),
        value,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: Moment = Moment(1_000_000);

    #[test]
    fn a_session_ends_when_idle_and_when_old() {
        let mut sessions = Sessions::default();
        let token = Token::fresh();
        sessions.begin(&token, 3, START);
        let mut now = START;
        while now + Span(IDLE.0 / 2) < START + LIFETIME {
            assert_eq!(
                sessions.used(&token, now).map(|(user, _)| user),
                Some(3),
                "{now}"
            );
            now = now + Span(IDLE.0 / 2);
        }
        assert_eq!(sessions.used(&token, START + LIFETIME), None);

        let other = Token::fresh();
        sessions.begin(&other, 3, START);
        assert_eq!(sessions.used(&other, START + IDLE), None);
    }

    #[test]
    fn what_is_kept_does_not_sign_in() {
        let mut sessions = Sessions::default();
        let token = Token::fresh();
        let edits = sessions.begin(&token, 3, START);
        let [SettingEdit::Put { key, value }] = edits.as_slice() else {
            panic!("one row")
        };
        let kept = [key.as_slice(), value].concat();
        assert!(!String::from_utf8_lossy(&kept).contains(&token.text()));
        let row = Setting {
            key: key.clone(),
            value: value.clone(),
        };
        assert_eq!(
            Sessions::of(&[row])
                .used(&token, START)
                .map(|(user, _)| user),
            Some(3)
        );
        assert_eq!(
            sessions.used(&Token::read(&"0".repeat(64)).expect("hex"), START),
            None
        );
    }

    #[test]
    fn use_is_written_down_only_now_and_then() {
        let mut sessions = Sessions::default();
        let token = Token::fresh();
        sessions.begin(&token, 3, START);
        assert_eq!(sessions.used(&token, START + Span(1)), Some((3, None)));
        let (_, edit) = sessions.used(&token, START + TOUCH_EVERY).expect("lives");
        assert!(edit.is_some());
        assert_eq!(
            sessions.used(&token, START + TOUCH_EVERY + Span(1)),
            Some((3, None))
        );
    }

    #[test]
    fn all_sessions_of_a_user_end_together() {
        let mut sessions = Sessions::default();
        let (one, two, other) = (Token::fresh(), Token::fresh(), Token::fresh());
        for (token, user) in [(&one, 3), (&two, 3), (&other, 4)] {
            sessions.begin(token, user, START);
        }
        assert_eq!(sessions.end_all(3).len(), 2);
        assert_eq!(sessions.used(&one, START), None);
        assert!(sessions.used(&other, START).is_some());
    }

    #[test]
    fn the_csrf_token_says_nothing_about_the_cookie() {
        let token = Token::fresh();
        assert_eq!(token.csrf().len(), 32);
        assert!(!token.text().contains(&token.csrf()));
        assert_eq!(Token::read(&token.text()), Some(token));
    }
}
