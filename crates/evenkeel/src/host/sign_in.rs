//! Signing in and out: users with passwords, programs with keys, the first admin with a token.
//!
//! Everything here is kept in memory and in the settings; a change counts once it is durable.
//! Answers to a wrong name, a wrong password and a disabled user are the same, and take as long.

use crate::host::access::Role;
use crate::host::fault::Fault;
use crate::host::keys::{self, Key, KeyRefused, Keys};
use crate::host::one_time::{self, Purpose, Tokens};
use crate::host::sessions::{self, LIFETIME, Sessions, Token};
use crate::host::signed::{Signed, cookie};
use crate::host::throttle::Throttle;
use crate::host::users::{self, NewUser, User, UserChange, UserRefused, Users};
use crate::host::workspace::Workspace;
use axum::http::{HeaderMap, header};
use evenkeel_core::event::Actor;
use evenkeel_core::time::{Moment, Span};
use evenkeel_journal::setting::SettingEdit;
use std::net::IpAddr;
use std::sync::{Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};
use tokio::sync::Semaphore;

/// Passwords checked at once; each takes tens of milliseconds and 19 MiB.
const CHECKS_AT_ONCE: usize = 2;

/// Who may sign in, and who is.
pub struct SignIn {
    workspace: Workspace,
    secure: bool,
    accounts: RwLock<Accounts>,
    sessions: Mutex<Sessions>,
    throttle: Mutex<Throttle>,
    checks: Semaphore,
    /// Held while an account changes, so that two changes never start from the same state.
    changing: tokio::sync::Mutex<()>,
}

#[derive(Default)]
struct Accounts {
    users: Users,
    keys: Keys,
    tokens: Tokens,
}

impl std::fmt::Debug for SignIn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SignIn")
    }
}

/// Somebody came in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entered {
    /// Who.
    pub user: User,
    /// The value of the `Set-Cookie` header.
    pub cookie: String,
    /// The token every form of the session carries.
    pub csrf: String,
}

/// Why somebody did not come in.
#[derive(Clone, Debug)]
pub enum NotEntered {
    /// Name, password or token are wrong, or the user is disabled: which one is not said.
    Wrong,
    /// Too many failures; try again after this long.
    Wait(Span),
    /// The new user or password was not accepted.
    Refused(UserRefused),
    /// The store could not.
    Fault(Fault),
}

/// Why an account was not changed.
#[derive(Clone, Debug, thiserror::Error)]
pub enum NotChanged {
    /// The user was not accepted.
    #[error(transparent)]
    User(#[from] UserRefused),
    /// The key was not accepted.
    #[error(transparent)]
    Key(#[from] KeyRefused),
    /// The store could not.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl From<Fault> for NotEntered {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

impl SignIn {
    /// Reads the accounts. `secure` says that browsers reach the server over TLS.
    pub async fn open(workspace: Workspace, secure: bool) -> Result<Self, Fault> {
        let accounts = Accounts {
            users: Users::of(&workspace.settings(users::TABLE).await?),
            keys: Keys::of(&workspace.settings(keys::TABLE).await?),
            tokens: Tokens::of(&workspace.settings(one_time::TABLE).await?),
        };
        let sessions = Sessions::of(&workspace.settings(sessions::TABLE).await?);
        Ok(Self {
            workspace,
            secure,
            accounts: RwLock::new(accounts),
            sessions: Mutex::new(sessions),
            throttle: Mutex::default(),
            checks: Semaphore::new(CHECKS_AT_ONCE),
            changing: tokio::sync::Mutex::default(),
        })
    }

    /// Who sends a request with these headers: a key before a cookie.
    pub fn caller(&self, headers: &HeaderMap) -> Option<Signed> {
        if let Some(value) = headers.get(header::AUTHORIZATION) {
            let key = value.to_str().ok()?.strip_prefix("Bearer ")?;
            let accounts = self.accounts();
            let key = accounts.keys.find(key.trim(), self.workspace.now())?;
            return Some(Signed {
                actor: Actor::Key(key.id),
                role: key.role(),
                name: key.label.as_str().into(),
                rep: None,
                csrf: String::new(),
            });
        }
        let token = Token::read(cookie(headers, self.cookie_name())?)?;
        let user = self.session_user(&token)?;
        let rep = user.rep.as_deref();
        Some(Signed {
            actor: Actor::User(user.id),
            role: user.role(),
            name: user.name.as_str().into(),
            rep: rep.and_then(|rep| self.workspace.glance(|state| state.roster().find(rep))),
            csrf: token.csrf(),
        })
    }

    fn session_user(&self, token: &Token) -> Option<User> {
        let (user, edit) = self.sessions().used(token, self.workspace.now())?;
        if let Some(edit) = edit {
            // Losing this costs at most a few minutes of the idle time, so nobody waits for it.
            let workspace = self.workspace.clone();
            tokio::spawn(async move { workspace.edit(vec![edit]).await });
        }
        self.accounts()
            .users
            .get(user)
            .filter(|user| !user.disabled)
            .cloned()
    }

    /// Signs a user in by name and password.
    pub async fn enter(
        &self,
        name: &str,
        password: &str,
        from: IpAddr,
    ) -> Result<Entered, NotEntered> {
        self.throttled(name, from)?;
        let user = self
            .accounts()
            .users
            .named(name)
            .filter(|user| !user.disabled)
            .cloned();
        let password = password.to_owned();
        let checked = self
            .apart(move || match user {
                _ if password.len() > users::PASSWORD_MAX => None,
                Some(user) => user.has_password(&password).then_some(user),
                None => {
                    users::check_nobody(&password);
                    None
                }
            })
            .await?;
        match checked {
            Some(user) => {
                self.throttle().succeeded(name, from);
                self.begin(user).await
            }
            None => Err(self.failed(name, from)),
        }
    }

    /// Signs the user of a one-time link in.
    pub async fn enter_once(&self, token: &str, from: IpAddr) -> Result<Entered, NotEntered> {
        self.throttled("", from)?;
        let _changing = self.changing.lock().await;
        let now = self.workspace.now();
        let found = self.accounts().tokens.find(token, now);
        let Some(Purpose::SignIn(id)) = found else {
            return Err(self.failed("", from));
        };
        let user = self
            .accounts()
            .users
            .get(id)
            .filter(|user| !user.disabled)
            .cloned();
        let spent = self.accounts_mut().tokens.spend(token, now);
        let (Some(user), Some((_, edit))) = (user, spent) else {
            return Err(self.failed("", from));
        };
        self.workspace.edit(vec![edit]).await?;
        self.begin(user).await
    }

    /// Makes the first admin, and signs them in.
    pub async fn first_admin(
        &self,
        token: &str,
        name: &str,
        password: &str,
        from: IpAddr,
    ) -> Result<Entered, NotEntered> {
        self.throttled("", from)?;
        let now = self.workspace.now();
        if self.accounts().tokens.find(token, now) != Some(Purpose::FirstAdmin) {
            return Err(self.failed("", from));
        }
        users::password_fits(name, password).map_err(NotEntered::Refused)?;
        let plain = password.to_owned();
        let hash = self.apart(move || users::hash(&plain)).await?;
        let _changing = self.changing.lock().await;
        let new = NewUser {
            name: name.to_owned(),
            role: Role::Admin,
            rep: None,
            password: Some(hash),
        };
        let (user, added) = self
            .accounts()
            .users
            .add(new)
            .map_err(NotEntered::Refused)?;
        let Some((_, spent)) = self.accounts_mut().tokens.spend(token, now) else {
            return Err(self.failed("", from));
        };
        self.workspace.edit(vec![spent, added]).await?;
        self.accounts_mut().users.put(user.clone());
        self.begin(user).await
    }

    /// Signs out: the value of the `Set-Cookie` header that ends the cookie.
    pub async fn leave(&self, headers: &HeaderMap) -> Result<String, Fault> {
        let token = cookie(headers, self.cookie_name()).and_then(Token::read);
        let edit = token.and_then(|token| self.sessions().end(&token));
        self.workspace.edit(edit.into_iter().collect()).await?;
        Ok(self.cookie("", Span(0)))
    }

    /// Whether nobody can run the workspace yet.
    pub fn needs_first_admin(&self) -> bool {
        self.accounts().users.no_admin()
    }

    /// Whether a token for the first admin was shown before and still works.
    pub fn awaits_first_admin(&self) -> bool {
        self.accounts()
            .tokens
            .lives(Purpose::FirstAdmin, self.workspace.now())
    }

    /// A one-time token, to be shown once.
    pub async fn issue(&self, purpose: Purpose) -> Result<String, Fault> {
        let _changing = self.changing.lock().await;
        let (text, edits) = self
            .accounts_mut()
            .tokens
            .issue(purpose, self.workspace.now());
        self.workspace.edit(edits).await?;
        Ok(text)
    }

    /// All users, by number.
    pub fn users(&self) -> Vec<User> {
        self.accounts().users.iter().cloned().collect()
    }

    /// Adds a user; the password is plain here and hashed on the way.
    pub async fn add_user(
        &self,
        name: &str,
        role: Role,
        rep: Option<String>,
        password: Option<String>,
    ) -> Result<User, NotChanged> {
        let password = self.hashed(name, password).await?;
        let _changing = self.changing.lock().await;
        let new = NewUser {
            name: name.to_owned(),
            role,
            rep,
            password,
        };
        let (user, edit) = self.accounts().users.add(new)?;
        self.workspace.edit(vec![edit]).await?;
        self.accounts_mut().users.put(user.clone());
        Ok(user)
    }

    /// Changes a user. All their sessions end, so that the change counts at once.
    pub async fn change_user(
        &self,
        id: u32,
        password: Option<String>,
        change: impl FnOnce(&mut UserChange) + Send,
    ) -> Result<User, NotChanged> {
        let name = self.accounts().users.get(id).map(|user| user.name.clone());
        let name = name.ok_or(UserRefused::Unknown(id))?;
        let password = self.hashed(&name, password).await?;
        let _changing = self.changing.lock().await;
        let (user, edit) = self.accounts().users.change(id, |user| {
            change(user);
            user.password = password;
        })?;
        let mut edits = vec![edit];
        edits.extend(self.sessions().end_all(id));
        self.workspace.edit(edits).await?;
        self.accounts_mut().users.put(user.clone());
        Ok(user)
    }

    /// All keys, by number.
    pub fn keys(&self) -> Vec<Key> {
        self.accounts().keys.iter().cloned().collect()
    }

    /// Makes a key: with its text, to be shown once.
    pub async fn make_key(
        &self,
        label: &str,
        role: Role,
        ends: Option<Moment>,
    ) -> Result<(Key, String), NotChanged> {
        let _changing = self.changing.lock().await;
        let made = self
            .accounts()
            .keys
            .make(label, role, ends, self.workspace.now());
        let (key, text, edit) = made?;
        self.workspace.edit(vec![edit]).await?;
        self.accounts_mut().keys.put(key.clone());
        Ok((key, text))
    }

    /// Revokes a key.
    pub async fn revoke_key(&self, id: u32) -> Result<Key, NotChanged> {
        let _changing = self.changing.lock().await;
        let (key, edit) = self.accounts().keys.revoke(id)?;
        self.workspace.edit(vec![edit]).await?;
        self.accounts_mut().keys.put(key.clone());
        Ok(key)
    }

    /// Drops sessions that are over.
    pub async fn sweep(&self) -> Result<(), Fault> {
        let edits = self.sessions().sweep(self.workspace.now());
        self.workspace.edit(edits).await
    }

    async fn begin(&self, user: User) -> Result<Entered, NotEntered> {
        let token = Token::fresh();
        let edits = self.sessions().begin(&token, user.id, self.workspace.now());
        self.workspace.edit(edits).await?;
        let cookie = self.cookie(&token.text(), LIFETIME);
        Ok(Entered {
            user,
            cookie,
            csrf: token.csrf(),
        })
    }

    async fn hashed(
        &self,
        name: &str,
        password: Option<String>,
    ) -> Result<Option<String>, NotChanged> {
        let Some(password) = password else {
            return Ok(None);
        };
        users::password_fits(name, &password)?;
        Ok(Some(self.apart(move || users::hash(&password)).await?))
    }

    /// Works on a thread of its own, a few at once.
    async fn apart<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Fault> {
        let _permit = self.checks.acquire().await.map_err(|_| Fault::Stopping)?;
        tokio::task::spawn_blocking(work)
            .await
            .map_err(|_| Fault::Stopping)
    }

    fn throttled(&self, name: &str, from: IpAddr) -> Result<(), NotEntered> {
        let wait = self.throttle().wait(name, from, self.workspace.now());
        wait.map_or(Ok(()), |wait| Err(NotEntered::Wait(wait)))
    }

    fn failed(&self, name: &str, from: IpAddr) -> NotEntered {
        self.throttle().failed(name, from, self.workspace.now());
        metrics::counter!("evenkeel_sign_in_failures_total").increment(1);
        NotEntered::Wrong
    }

    /// `__Host-` makes browsers insist on TLS, on this host and on the whole of it.
    fn cookie_name(&self) -> &'static str {
        if self.secure {
            "__Host-evenkeel"
        } else {
            "evenkeel"
        }
    }

    fn cookie(&self, value: &str, age: Span) -> String {
        let (name, seconds) = (self.cookie_name(), age.0 / 1_000);
        let secure = if self.secure { "; Secure" } else { "" };
        format!("{name}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}")
    }

    fn accounts(&self) -> RwLockReadGuard<'_, Accounts> {
        self.accounts.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn accounts_mut(&self) -> RwLockWriteGuard<'_, Accounts> {
        self.accounts
            .write()
            .unwrap_or_else(PoisonError::into_inner)
    }

    fn sessions(&self) -> MutexGuard<'_, Sessions> {
        self.sessions.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn throttle(&self) -> MutexGuard<'_, Throttle> {
        self.throttle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The edits that give a new store its first token, before any server runs: for `init`.
pub fn first_token(now: Moment) -> (String, Vec<SettingEdit>) {
    Tokens::default().issue(Purpose::FirstAdmin, now)
}
