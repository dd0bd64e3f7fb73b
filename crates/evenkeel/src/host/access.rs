//! Who may do what: one table of roles and verbs, read by every route.
//!
//! A route names its verb; nothing else in the program asks for a role. What a role may see of the
//! records of others is [`Role::sees`], since that is a question of rows and not of routes.

use std::fmt;

/// What a user or an API key is allowed to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// Runs the workspace: everything.
    Admin,
    /// Runs a team: everything but people's accounts, keys and erasure.
    Manager,
    /// Sells: sees their own records and where they stand.
    Rep,
    /// A program: takes records in and moves them, reads the journal.
    Integration,
}

/// One thing a route does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verb {
    /// Look at records, their stories and verdicts: all of them, or a rep's own.
    SeeRecords,
    /// Look at names, e-mail addresses and free text of records.
    SeePersons,
    /// Take records in.
    TakeIn,
    /// Give a record to another owner, by hand or by the policy.
    MoveRecords,
    /// Hand records on to another step.
    HandOff,
    /// Close records.
    CloseRecords,
    /// Say what was done on records; a rep, what they did on their own.
    LogActivities,
    /// Say that the clock is right after it jumped, so that held timers go on.
    ConfirmClock,
    /// Give a turn back: what was dealt was no lead.
    VoidTurns,
    /// Give records back with a reason, or keep those that would be taken.
    ReturnRecords,
    /// Approve, drop and undo sweeps.
    SettleSweeps,
    /// Look at reps, their availability and books.
    SeeReps,
    /// Add reps and change them.
    SetReps,
    /// Let a rep leave, and say where the book goes.
    DeactivateReps,
    /// Look at loads, headroom, neglect and check-in sheets: all of them, or a rep's own.
    SeeBooks,
    /// Plan books: make plans, approve them, carry them out and take them back.
    PlanBooks,
    /// Ask before deciding: accounts for a quota, one rep more, named or queue. Changes nothing.
    AskAdvice,
    /// Say how much a book is: too much, too little, right. A rep, about the own one.
    GiveFeedback,
    /// Look at pools: who is owed what, who is next.
    SeePools,
    /// Look at queues: what waits, in which order, who takes from them.
    SeeQueues,
    /// Take records from queues: for oneself, or for anybody.
    ClaimRecords,
    /// Look at the policy.
    SeePolicy,
    /// Check a policy, plan it, try a record on it: changes nothing.
    TryPolicy,
    /// Bring a policy into force.
    PublishPolicy,
    /// Look at who has earned how much of a pool's records, and grant it.
    GrantShares,
    /// Look at reports: how reps and policies do.
    SeeReports,
    /// Read the journal.
    SeeEvents,
    /// Erase personal data for ever.
    ErasePersons,
    /// Add users, change their roles, disable them.
    ManageUsers,
    /// Make and revoke API keys.
    ManageKeys,
    /// Look at the server's own figures.
    SeeMetrics,
    /// See and end one's own session.
    OwnSession,
}

/// What a route needs before it is entered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// Nobody needs to be signed in.
    Nothing,
    /// Somebody whose role allows the verb.
    May(Verb),
}

/// Which records a caller sees.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sees {
    /// All of them.
    All,
    /// Those in the caller's own book.
    Own,
}

/// A route as the access table knows it: method, path as written in the router, and its need.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Route {
    /// `GET`, `POST`, …
    pub method: &'static str,
    /// The path with its parameters in braces.
    pub path: String,
    /// What it needs.
    pub need: Need,
}

impl Role {
    /// Every role, in the order of the table's columns.
    pub const ALL: [Self; 4] = [Self::Admin, Self::Manager, Self::Rep, Self::Integration];

    /// The word for it, in requests, settings and pages.
    pub fn word(self) -> &'static str {
        match self {
            Self::Admin => "admin",
            Self::Manager => "manager",
            Self::Rep => "rep",
            Self::Integration => "integration",
        }
    }

    /// The role behind a word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.word() == word)
    }

    /// Whether this role may do `verb`: the table.
    pub fn may(self, verb: Verb) -> bool {
        use Role::{Admin, Integration, Manager, Rep};
        let allowed: &[Self] = match verb {
            Verb::SeeRecords => &[Admin, Manager, Rep, Integration],
            Verb::SeePersons => &[Admin, Manager, Rep],
            Verb::TakeIn => &[Admin, Manager, Integration],
            Verb::MoveRecords => &[Admin, Manager, Integration],
            Verb::HandOff => &[Admin, Manager, Rep, Integration],
            Verb::CloseRecords => &[Admin, Manager, Rep, Integration],
            Verb::LogActivities => &[Admin, Manager, Rep, Integration],
            Verb::ConfirmClock => &[Admin, Manager],
            Verb::VoidTurns => &[Admin, Manager, Rep, Integration],
            Verb::ReturnRecords => &[Admin, Manager, Rep, Integration],
            Verb::SettleSweeps => &[Admin, Manager],
            Verb::SeeReps => &[Admin, Manager, Rep, Integration],
            Verb::SetReps => &[Admin, Manager, Integration],
            Verb::DeactivateReps => &[Admin, Manager],
            Verb::SeeBooks => &[Admin, Manager, Rep, Integration],
            Verb::PlanBooks => &[Admin, Manager],
            Verb::AskAdvice => &[Admin, Manager],
            Verb::GiveFeedback => &[Admin, Manager, Rep],
            Verb::SeePools => &[Admin, Manager, Rep, Integration],
            Verb::SeeQueues => &[Admin, Manager, Rep, Integration],
            Verb::ClaimRecords => &[Admin, Manager, Rep, Integration],
            Verb::SeePolicy => &[Admin, Manager, Integration],
            Verb::TryPolicy => &[Admin, Manager, Integration],
            Verb::PublishPolicy => &[Admin, Manager],
            Verb::GrantShares => &[Admin, Manager],
            Verb::SeeReports => &[Admin, Manager, Integration],
            Verb::SeeEvents => &[Admin, Manager, Integration],
            Verb::ErasePersons => &[Admin],
            Verb::ManageUsers => &[Admin],
            Verb::ManageKeys => &[Admin],
            Verb::SeeMetrics => &[Admin, Manager, Integration],
            Verb::OwnSession => &[Admin, Manager, Rep, Integration],
        };
        allowed.contains(&self)
    }

    /// Which records this role sees, moves and closes where the verb allows it.
    pub fn sees(self) -> Sees {
        match self {
            Self::Admin | Self::Manager | Self::Integration => Sees::All,
            Self::Rep => Sees::Own,
        }
    }
}

impl Verb {
    /// Every verb, in the order of the table's rows.
    pub const ALL: [Self; 32] = [
        Self::SeeRecords,
        Self::SeePersons,
        Self::TakeIn,
        Self::MoveRecords,
        Self::HandOff,
        Self::CloseRecords,
        Self::LogActivities,
        Self::ConfirmClock,
        Self::VoidTurns,
        Self::ReturnRecords,
        Self::SettleSweeps,
        Self::SeeReps,
        Self::SetReps,
        Self::DeactivateReps,
        Self::SeeBooks,
        Self::PlanBooks,
        Self::AskAdvice,
        Self::GiveFeedback,
        Self::SeePools,
        Self::SeeQueues,
        Self::ClaimRecords,
        Self::SeePolicy,
        Self::TryPolicy,
        Self::PublishPolicy,
        Self::GrantShares,
        Self::SeeReports,
        Self::SeeEvents,
        Self::ErasePersons,
        Self::ManageUsers,
        Self::ManageKeys,
        Self::SeeMetrics,
        Self::OwnSession,
    ];

    /// What it allows, in words: "you may not …".
    pub fn words(self) -> &'static str {
        match self {
            Self::SeeRecords => "look at records",
            Self::SeePersons => "look at personal data",
            Self::TakeIn => "take records in",
            Self::MoveRecords => "give records to another owner",
            Self::HandOff => "hand records on",
            Self::CloseRecords => "close records",
            Self::LogActivities => "log activities",
            Self::ConfirmClock => "confirm the clock",
            Self::VoidTurns => "give turns back",
            Self::ReturnRecords => "give records back or keep them",
            Self::SettleSweeps => "approve or undo sweeps",
            Self::SeeReps => "look at reps",
            Self::SetReps => "change reps",
            Self::DeactivateReps => "let a rep leave",
            Self::SeeBooks => "look at what books weigh",
            Self::PlanBooks => "plan books",
            Self::AskAdvice => "ask for advice",
            Self::GiveFeedback => "say how much a book is",
            Self::SeePools => "look at pools",
            Self::SeeQueues => "look at queues",
            Self::ClaimRecords => "take records from queues",
            Self::SeePolicy => "look at the policy",
            Self::TryPolicy => "check or try a policy",
            Self::PublishPolicy => "publish a policy",
            Self::GrantShares => "grant earned shares",
            Self::SeeReports => "look at reports",
            Self::SeeEvents => "read the journal",
            Self::ErasePersons => "erase personal data",
            Self::ManageUsers => "manage users",
            Self::ManageKeys => "manage API keys",
            Self::SeeMetrics => "look at the server's figures",
            Self::OwnSession => "see this session",
        }
    }
}

impl fmt::Display for Need {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Nothing => f.write_str("nothing"),
            Self::May(verb) => f.write_str(verb.words()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_admin_may_do_everything() {
        assert!(Verb::ALL.into_iter().all(|verb| Role::Admin.may(verb)));
    }

    #[test]
    fn only_an_admin_touches_accounts_keys_and_erasure() {
        for verb in [Verb::ManageUsers, Verb::ManageKeys, Verb::ErasePersons] {
            let allowed: Vec<Role> = Role::ALL
                .into_iter()
                .filter(|role| role.may(verb))
                .collect();
            assert_eq!(allowed, [Role::Admin], "{verb:?}");
        }
    }

    #[test]
    fn a_rep_closes_own_records_and_gives_their_turns_back_and_changes_nothing_else() {
        let changing = [
            Verb::TakeIn,
            Verb::MoveRecords,
            Verb::SetReps,
            Verb::DeactivateReps,
            Verb::PublishPolicy,
            Verb::GrantShares,
        ];
        assert!(changing.into_iter().all(|verb| !Role::Rep.may(verb)));
        assert!(Role::Rep.may(Verb::CloseRecords) && Role::Rep.may(Verb::VoidTurns));
        assert_eq!(Role::Rep.sees(), Sees::Own);
    }

    #[test]
    fn words_and_roles_agree_both_ways() {
        for role in Role::ALL {
            assert_eq!(Role::from_word(role.word()), Some(role));
        }
        assert_eq!(Role::from_word("root"), None);
    }
}
