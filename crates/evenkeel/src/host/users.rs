//! Users: people who sign in. A rep is not a user; a user may *be* a rep.
//!
//! Passwords are kept as Argon2id hashes. There is no default user and no default password.

use crate::host::access::Role;
use crate::host::secret;
use argon2::Argon2;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use evenkeel_journal::setting::{Setting, SettingEdit};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Longest user name in characters.
pub const NAME_MAX: usize = 100;
/// Shortest password in characters; 15 or more are advised.
pub const PASSWORD_MIN: usize = 8;
/// Longest password in bytes.
pub const PASSWORD_MAX: usize = 1_024;
/// Most users.
pub const USERS_MAX: usize = 20_000;
/// The table in the settings.
pub const TABLE: &[u8] = b"user/";

/// Passwords everybody tries first, and that are long enough to pass the length rule.
const WORST: [&str; 16] = [
    "12345678",
    "123456789",
    "1234567890",
    "password",
    "password1",
    "password123",
    "passw0rd",
    "qwertyui",
    "qwertyuiop",
    "qwerty123",
    "11111111",
    "00000000",
    "abcd1234",
    "iloveyou",
    "sunshine",
    "changeme",
];

/// One user.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct User {
    /// Number, in order of creation; the journal names it as the actor.
    pub id: u32,
    /// The name they sign in with.
    pub name: String,
    /// The word for their role.
    role: String,
    /// Key of the rep they are, for the role `rep`.
    pub rep: Option<String>,
    /// Whether they may no longer sign in.
    pub disabled: bool,
    /// Argon2id hash; absent until they have chosen a password.
    password: Option<String>,
}

impl User {
    /// What they may do.
    pub fn role(&self) -> Role {
        // An unknown word comes from a later program; the least is the safest.
        Role::from_word(&self.role).unwrap_or(Role::Rep)
    }

    /// Whether `password` is theirs. Takes tens of milliseconds by intent; call it off the
    /// threads that answer requests.
    pub fn has_password(&self, password: &str) -> bool {
        let known = self.password.as_deref();
        let right = Argon2::default()
            .verify_password(password.as_bytes(), known.unwrap_or(NOBODYS))
            .is_ok();
        right && known.is_some()
    }
}

/// A hash nobody knows the password of: an unknown name must take as long as a wrong password.
const NOBODYS: &str = "$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5IGF0IGFsbCE$V5W8b1Hd1Jm4nqJ6Jm1r2cS7m0c9Gk0m6XyJx8bq0eY";

/// Takes as long as a real check, and says no.
pub fn check_nobody(password: &str) {
    let _ = Argon2::default().verify_password(password.as_bytes(), NOBODYS);
}

/// Why a user or password was not accepted.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UserRefused {
    /// The name is empty, too long, or not printable.
    #[error("a user name has 1 to {NAME_MAX} printable characters")]
    Name,
    /// Somebody has the name.
    #[error("there is already a user named {0:?}")]
    NameTaken(String),
    /// The password is too short or too long.
    #[error(
        "a password has at least {PASSWORD_MIN} characters and at most {PASSWORD_MAX} bytes; 15 or more characters are advised"
    )]
    PasswordLength,
    /// The password is one of those tried first.
    #[error("this password is among those that are tried first, or is the user name")]
    PasswordWeak,
    /// There is no such user.
    #[error("there is no user {0}")]
    Unknown(u32),
    /// The last admin cannot be disabled or lose the role.
    #[error("this is the only admin; make another one first")]
    LastAdmin,
    /// Only a user with the role `rep` is a rep, and must say which.
    #[error("a user with the role rep names the rep they are, and no other role does")]
    RepMissing,
    /// There are too many.
    #[error("{USERS_MAX} users are the most there can be")]
    TooMany,
}

/// Checks a new password.
///
/// *Refuses*, in order: [`UserRefused::PasswordLength`], [`UserRefused::PasswordWeak`].
pub fn password_fits(name: &str, password: &str) -> Result<(), UserRefused> {
    if password.chars().count() < PASSWORD_MIN || password.len() > PASSWORD_MAX {
        return Err(UserRefused::PasswordLength);
    }
    let lower = password.to_lowercase();
    if WORST.contains(&lower.as_str()) || lower == name.to_lowercase() {
        return Err(UserRefused::PasswordWeak);
    }
    Ok(())
}

/// Hashes a password. Takes tens of milliseconds by intent.
pub fn hash(password: &str) -> String {
    Argon2::default()
        .hash_password_with_salt(password.as_bytes(), &secret::random::<16>())
        .expect("the salt and the length of the password are within bounds")
        .to_string()
}

/// All users.
#[derive(Clone, Debug, Default)]
pub struct Users {
    by_id: BTreeMap<u32, User>,
}

/// What a new user is to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewUser {
    /// The name they sign in with.
    pub name: String,
    /// What they may do.
    pub role: Role,
    /// Key of the rep they are.
    pub rep: Option<String>,
    /// Hash of the password ([`hash`]); `None` until they choose one.
    pub password: Option<String>,
}

impl Users {
    /// Reads the table; rows that cannot be read are left out.
    pub fn of(rows: &[Setting]) -> Self {
        let users = rows
            .iter()
            .filter_map(|row| serde_json::from_slice::<User>(&row.value).ok());
        Self {
            by_id: users.map(|user| (user.id, user)).collect(),
        }
    }

    /// All of them, by number.
    pub fn iter(&self) -> impl Iterator<Item = &User> {
        self.by_id.values()
    }

    /// The user with this number.
    pub fn get(&self, id: u32) -> Option<&User> {
        self.by_id.get(&id)
    }

    /// The user with this name; case does not matter.
    pub fn named(&self, name: &str) -> Option<&User> {
        let name = name.trim().to_lowercase();
        self.by_id
            .values()
            .find(|user| user.name.to_lowercase() == name)
    }

    /// Whether nobody can run the workspace yet.
    pub fn no_admin(&self) -> bool {
        !self
            .by_id
            .values()
            .any(|user| user.role() == Role::Admin && !user.disabled)
    }

    /// A user to be added: with the edit that keeps it.
    ///
    /// *Refuses*, in order: name, name taken, rep missing, too many.
    pub fn add(&self, new: NewUser) -> Result<(User, SettingEdit), UserRefused> {
        let name = new.name.trim().to_owned();
        let printable = !name.is_empty() && !name.chars().any(char::is_control);
        if !printable || name.chars().count() > NAME_MAX {
            return Err(UserRefused::Name);
        }
        if self.named(&name).is_some() {
            return Err(UserRefused::NameTaken(name));
        }
        if (new.role == Role::Rep) != new.rep.is_some() {
            return Err(UserRefused::RepMissing);
        }
        if self.by_id.len() >= USERS_MAX {
            return Err(UserRefused::TooMany);
        }
        let id = self.by_id.last_key_value().map_or(1, |(id, _)| id + 1);
        let role = new.role.word().to_owned();
        let user = User {
            id,
            name,
            role,
            rep: new.rep,
            disabled: false,
            password: new.password,
        };
        let edit = keep(&user);
        Ok((user, edit))
    }

    /// A user to be changed: with the edit that keeps the change.
    ///
    /// *Refuses*, in order: unknown, rep missing, last admin.
    pub fn change(
        &self,
        id: u32,
        change: impl FnOnce(&mut UserChange),
    ) -> Result<(User, SettingEdit), UserRefused> {
        let mut user = self.get(id).ok_or(UserRefused::Unknown(id))?.clone();
        let mut wish = UserChange {
            role: user.role(),
            rep: user.rep.clone(),
            disabled: user.disabled,
            password: None,
        };
        change(&mut wish);
        if (wish.role == Role::Rep) != wish.rep.is_some() {
            return Err(UserRefused::RepMissing);
        }
        user.role = wish.role.word().to_owned();
        user.rep = wish.rep;
        user.disabled = wish.disabled;
        user.password = wish.password.or(user.password);
        let mut after = self.clone();
        after.put(user.clone());
        if after.no_admin() && !self.no_admin() {
            return Err(UserRefused::LastAdmin);
        }
        let edit = keep(&user);
        Ok((user, edit))
    }

    /// Remembers a user whose edit is durable.
    pub fn put(&mut self, user: User) {
        self.by_id.insert(user.id, user);
    }
}

/// What may be changed of a user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UserChange {
    /// What they may do.
    pub role: Role,
    /// Key of the rep they are.
    pub rep: Option<String>,
    /// Whether they may no longer sign in.
    pub disabled: bool,
    /// Hash of a new password.
    pub password: Option<String>,
}

fn keep(user: &User) -> SettingEdit {
    let mut key = TABLE.to_vec();
    key.extend(format!("{:010}", user.id).into_bytes());
    let value = serde_json::to_vec(user).expect("a user is always JSON");
    SettingEdit::Put { key, value }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn new(name: &str, role: Role, rep: Option<&str>) -> NewUser {
        NewUser {
            name: name.into(),
            role,
            rep: rep.map(Into::into),
            password: None,
        }
    }

    #[test]
    fn refusals_come_in_order() {
        let mut users = Users::default();
        let (ana, _) = users.add(new("Ana", Role::Admin, None)).expect("the first");
        users.put(ana);
        let cases = [
            (new("", Role::Admin, None), UserRefused::Name),
            (new("a\u{7}b", Role::Admin, None), UserRefused::Name),
            (
                new(" ana ", Role::Rep, None),
                UserRefused::NameTaken("ana".into()),
            ),
            (new("ben", Role::Rep, None), UserRefused::RepMissing),
            (
                new("ben", Role::Manager, Some("ben")),
                UserRefused::RepMissing,
            ),
        ];
        for (wish, refused) in cases {
            assert_eq!(users.add(wish).map(|(user, _)| user), Err(refused));
        }
    }

    #[test]
    fn the_last_admin_stays() {
        let mut users = Users::default();
        let (ana, _) = users.add(new("ana", Role::Admin, None)).expect("the first");
        users.put(ana);
        let disabled = users
            .change(1, |user| user.disabled = true)
            .map(|(user, _)| user);
        assert_eq!(disabled, Err(UserRefused::LastAdmin));
        let (ben, _) = users
            .add(new("ben", Role::Admin, None))
            .expect("the second");
        users.put(ben);
        assert!(users.change(1, |user| user.role = Role::Manager).is_ok());
    }

    #[test]
    fn a_password_is_right_or_not_and_never_kept() {
        let mut wish = new("ana", Role::Admin, None);
        wish.password = Some(hash("correct horse battery"));
        let (ana, edit) = Users::default().add(wish).expect("fits");
        assert!(ana.has_password("correct horse battery"));
        assert!(!ana.has_password("correct horse batterz"));
        let SettingEdit::Put { value, .. } = edit else {
            panic!("a user is put")
        };
        assert!(!String::from_utf8_lossy(&value).contains("horse"));
        let (nobody, _) = Users::default()
            .add(new("ben", Role::Admin, None))
            .expect("fits");
        assert!(!nobody.has_password(""));
    }

    #[test]
    fn nobodys_hash_is_well_formed() {
        let refused = Argon2::default()
            .verify_password(b"x", NOBODYS)
            .expect_err("nobody");
        assert_eq!(refused, argon2::password_hash::Error::PasswordInvalid);
    }

    #[test]
    fn weak_passwords_are_refused() {
        assert_eq!(
            password_fits("ana", "short"),
            Err(UserRefused::PasswordLength)
        );
        assert_eq!(
            password_fits("ana", "Password123"),
            Err(UserRefused::PasswordWeak)
        );
        assert_eq!(
            password_fits("Anastasia", "anastasia"),
            Err(UserRefused::PasswordWeak)
        );
        assert_eq!(password_fits("ana", "correct horse"), Ok(()));
    }
}
