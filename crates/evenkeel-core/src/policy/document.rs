//! What RevOps publishes, as types: fields, pools, queues, rules, fallback.
//!
//! Read by [`crate::policy::read`], checked by [`crate::policy::analysis`]; nothing here decides.
//! Pools, queues and rules refer to each other by position within one document; the workspace maps
//! positions to the lasting numbers of [`crate::ids`].

use crate::effort::capacity::Capacity;
use crate::effort::cost::Effort;
use crate::ids::FieldNo;
use crate::market::clause::Condition;
use crate::market::schema::Field;
use crate::policy::document::activity::ActivitySpec;
use crate::policy::document::earn::Earn;
use crate::policy::document::guard::Guard;
use crate::policy::document::planning::Planning;
use crate::policy::document::pull::Pull;
use crate::policy::document::recycling::{Recycling, Returns, TopUp};
use crate::policy::document::sla::SlaSpec;
use crate::precedence::rung::Ladder;
use crate::territory::table::Table;
use crate::time::Span;
use crate::units::Micro;
use std::collections::BTreeMap;

pub mod activity;
pub mod earn;
pub mod guard;
mod lifecycle;
pub mod planning;
pub mod pull;
pub mod recycling;
pub mod sla;

/// Most rules one policy may hold.
pub const RULES_MAX: usize = 20_000;
/// Most pools, and most queues, one policy may hold.
pub const POOLS_MAX: usize = 1_000;
/// Most bytes of one policy document.
pub const TEXT_MAX: usize = 4 << 20;
/// Longest name of a pool, queue or rule in characters.
pub const NAME_MAX: usize = 100;
/// Heaviest rep weight; the lightest is 1.
pub const WEIGHT_MAX: u32 = 1_000;
/// Heaviest record: how many turns one record may use up.
pub const RECORD_WEIGHT_MAX: Micro = Micro::whole(20);
/// Lightest record.
pub const RECORD_WEIGHT_MIN: Micro = Micro(10_000);
/// Narrowest band of a random pool, in leads.
pub const BAND_MIN: Micro = Micro(10_000);
/// Widest band of a random pool, in leads.
pub const BAND_MAX: Micro = Micro::whole(20);
/// Most factors of one mix.
pub const FACTORS_MAX: usize = 8;
/// Most bands of one number factor.
pub const BANDS_MAX: usize = 50;
/// Most lines that say who is a specialist in one pool.
pub const SPECIALISTS_MAX: usize = 200;
/// Most of a pool's flow that its specialists' stream may take.
pub const STREAM_MAX: Micro = Micro(500_000);
/// Most shares that scale one another in one pool.
pub const SHARES_MAX: usize = 8;
/// Most reasons for giving a turn back.
pub const REASONS_MAX: usize = 50;
/// Most steps of one lifecycle.
pub const STEPS_MAX: usize = 50;
/// Most rules of one step.
pub const STEP_RULES_MAX: usize = 100;
/// Most seats of one pod, and most reps in one seat.
pub const SEATS_MAX: usize = 200;
/// Most stand-ins for one rep.
pub const STAND_INS_MAX: usize = 20;
/// Highest cap that can be set.
pub const CAP_MAX: u32 = 1_000_000;
/// Longest hold before the record must go on to its next place.
pub const HOLD_MAX: Span = Span::days(366);

/// How long a released record does not go back to those who had it, where the policy is silent.
pub const COOLDOWN: Span = Span::days(90);

/// One policy document, read and lowered.
#[derive(Clone, Debug, PartialEq)]
pub struct Document {
    /// What people call this policy.
    pub name: String,
    /// Declared record fields, in document order (without the built-in ones).
    pub record_fields: Vec<Field>,
    /// Declared rep fields, in document order (without the built-in ones).
    pub rep_fields: Vec<Field>,
    /// Pools in document order.
    pub pools: Vec<PoolSpec>,
    /// Queues in document order.
    pub queues: Vec<QueueSpec>,
    /// Rules in order: the first whose condition answers yes wins. Behind those written as rules
    /// come those that queues take by their own condition.
    pub rules: Vec<RuleSpec>,
    /// Where a record goes that no rule takes. Never absent (law 2).
    pub fallback: Target,
    /// Caps on what one rep may get from all pools together.
    pub caps: Caps,
    /// What an open record costs; `None` is one standard account each.
    pub effort: Option<Effort>,
    /// How book capacities are derived; `None` leaves them to rep fields.
    pub capacity: Option<Capacity>,
    /// Rep fields that hold skills.
    pub skills: Vec<FieldNo>,
    /// How turns are given back; `None` is not at all.
    pub voids: Option<Voids>,
    /// What is asked about a record before the rules.
    pub ladder: Ladder,
    /// When somebody is told that something is not as it should be.
    pub alarms: Alarms,
    /// Steps of the customer lifecycle, in order.
    pub steps: Vec<StepSpec>,
    /// Pods in document order.
    pub pods: Vec<PodSpec>,
    /// The territories there are, and what happens in each; `None` is without.
    pub territories: Option<Territories>,
    /// How long a released record does not go back to those who had it before.
    pub cooldown: Span,
    /// Which activities count as work.
    pub activity: ActivitySpec,
    /// How soon records must be worked on; the first line that matches counts.
    pub slas: Vec<SlaSpec>,
    /// How records that nobody works on leave their books; `None` is not at all.
    pub recycling: Option<Recycling>,
    /// How much time may take out of books before somebody is asked.
    pub guard: Guard,
    /// How reps give records back; `None` is not at all.
    pub returns: Option<Returns>,
    /// How named accounts are planned.
    pub plan: Planning,
}

/// The territories of a policy: a pool in each.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Territories {
    /// Whether records are dealt by territory; off, all of them come from the joint pool.
    pub on: bool,
    /// The territories in document order.
    pub list: Vec<TerritorySpec>,
    /// Rows that stand in the policy itself; `None` leaves them to the imported table.
    pub rows: Option<Table>,
    /// Where a record goes that is in no territory.
    pub otherwise: Landing,
    /// The pool that deals everything while territories are off.
    pub joint: Option<usize>,
}

impl Territories {
    /// Position of the territory called `name`.
    pub fn position(&self, name: &str) -> Option<usize> {
        self.list.iter().position(|one| one.name == name)
    }
}

/// Where territories send a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Landing {
    /// To the next rep of this pool.
    Pool(usize),
    /// Into this queue.
    Queue(usize),
}

/// One territory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TerritorySpec {
    /// Name, unique among territories.
    pub name: String,
    /// The pool that deals what falls into it.
    pub pool: usize,
}

/// When somebody is told that something is not as it should be.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Alarms {
    /// Longest that a record should wait, held or in a queue; `None` is no alarm.
    pub waiting: Option<Span>,
}

/// How turns are given back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Voids {
    /// The reason codes there are, in document order.
    pub reasons: Vec<String>,
    /// Most that one rep may give back in any 30 days.
    pub per_month: Option<u32>,
    /// What becomes of the record.
    pub then: VoidThen,
}

/// What becomes of a record whose turn was given back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VoidThen {
    /// It is closed, with the reason.
    Close,
    /// Whoever has it keeps it.
    Stay,
    /// Into this queue.
    Queue(usize),
    /// Back to whoever held it at the step it was handed on from.
    Back {
        /// Queue for when there is nobody, or they cannot take it.
        otherwise: usize,
    },
}

/// A set of reps sharing one way to deal.
#[derive(Clone, Debug, PartialEq)]
pub struct PoolSpec {
    /// Name, unique among pools.
    pub name: String,
    /// Who belongs to it.
    pub members: Members,
    /// How the next rep is chosen within the band.
    pub method: Method,
    /// How much of the flow each member is entitled to.
    pub weights: Weights,
    /// What scales the weights, one on top of another.
    pub shares: Vec<Share>,
    /// How much a book should hold; who has no room for the record is passed over.
    pub capacity: Option<BookSize>,
    /// What a mix evens out.
    pub balance: Balance,
    /// Who is a specialist for which records; any line that holds makes one.
    pub specialists: Vec<Specialist>,
    /// Part of the flow for the specialists' own stream, in millionths.
    pub stream_ppm: Option<u32>,
    /// How some of its records are earned; `None` deals all of them rateably.
    pub earn: Option<Earn>,
    /// Caps on what one member may get from this pool.
    pub caps: Caps,
    /// Whether a member outside working hours is passed over.
    pub keeps_hours: bool,
    /// What a manual assignment to a member counts against the member's turns.
    pub manual_counts: ManualCounts,
    /// Where a record goes when no member can take it.
    pub nobody: Nobody,
    /// How books are filled up; `None` is not.
    pub top_up: Option<TopUp>,
}

/// Who belongs to a pool.
#[derive(Clone, Debug, PartialEq)]
pub enum Members {
    /// These reps, by key.
    List(Vec<String>),
    /// Every rep for whom the condition over rep fields answers yes.
    Where(Condition),
}

/// The chooser within the band (guide "science" section 0).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// Deterministic: earliest deadline within the band (Tijdeman's rule).
    Straight,
    /// A keyed uniform draw among those within `band` leads of the most-owed rep.
    Random {
        /// Width of the band in leads; more is less predictable and less tight.
        band: Micro,
    },
    /// Whoever's mix the record evens out best, of those within `band`.
    Mix {
        /// Width of the band in leads; more evens out the mix better and counts less tightly.
        band: Micro,
        /// Part of the picks left to an even draw within the band, in millionths.
        random_ppm: u32,
    },
    /// A specialist for the record, the most owed of those within `band`.
    Fit {
        /// Width of the band in leads; more finds a specialist more often.
        band: Micro,
    },
    /// The emptiest book for its size, of those within `band`.
    Headroom {
        /// Width of the band in leads.
        band: Micro,
    },
}

impl Method {
    /// The word people write in a policy.
    pub fn word(self) -> &'static str {
        match self {
            Self::Straight => "straight",
            Self::Random { .. } => "random",
            Self::Mix { .. } => "mix",
            Self::Fit { .. } => "fit",
            Self::Headroom { .. } => "headroom",
        }
    }
}

/// How much of a pool's flow each member is entitled to, relative to the others.
#[derive(Clone, Debug, PartialEq)]
pub enum Weights {
    /// All the same.
    Equal,
    /// By rep key; 1 for a member not named.
    ByRep(BTreeMap<String, u32>),
    /// The whole number in a rep field; 1 where it is missing. Clamped to 1..=[`WEIGHT_MAX`].
    ByField(String),
}

/// Where it stands how much a book should hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BookSize {
    /// In a rep field: its whole part.
    Field(FieldNo),
    /// By experience, as `[capacity]` says.
    Tier,
}

/// Something measured that scales what a member is entitled to, relative to the others. A member
/// for whom it is not known counts as the average of those for whom it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Share {
    /// In proportion to a number.
    Weight(FieldNo),
    /// In proportion to how much a book holds over how long a record stays in it.
    Capacity {
        /// Most the book holds.
        capacity: BookSize,
        /// How long a record stays.
        cycle: FieldNo,
    },
    /// In proportion to what is still free in the book.
    Headroom(BookSize),
    /// In proportion to what is missing from the sales target.
    Quota {
        /// The target.
        quota: FieldNo,
        /// What is there already.
        booked: FieldNo,
    },
    /// In proportion to what was earned and granted, for the records that are earned.
    Earned,
}

/// What a mix evens out between the members.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Balance {
    /// Factors whose levels everybody gets alike.
    pub factors: Vec<Factor>,
    /// Number field of which everybody gets the same sum.
    pub value: Option<FieldNo>,
}

/// One factor of a mix.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Factor {
    /// The record field: text, flag, or a number with bands.
    pub field: FieldNo,
    /// Where the bands of a number begin, ascending; the first band is below all of them.
    pub bands: Vec<Micro>,
}

/// What makes a rep a specialist for a record.
#[derive(Clone, Debug, PartialEq)]
pub enum Specialist {
    /// Both conditions hold: one over the record's fields, one over the rep's.
    When {
        /// Which records.
        when: Condition,
        /// Which reps.
        reps: Condition,
    },
    /// The record's text or tags and the rep's have something in common.
    Same {
        /// Record field.
        record: FieldNo,
        /// Rep field.
        rep: FieldNo,
    },
    /// The rep closes records with the same value more often than the team does.
    Closes(Closes),
}

/// What makes a rep a specialist by result ([`crate::aptitude`]).
#[derive(Clone, Debug, PartialEq)]
pub struct Closes {
    /// Record field whose value is the kind: text or flag.
    pub field: FieldNo,
    /// Reasons of closing that are wins.
    pub won: Vec<String>,
    /// How long an outcome takes.
    pub matures: Span,
    /// Leads at the team's rate that every rep begins with.
    pub prior: u32,
    /// How many times the team's rate makes a specialist.
    pub better: Micro,
}

/// Limits on assignments in sliding windows; `None` is no limit. Never a calendar reset.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Caps {
    /// Most in any 24 hours.
    pub day: Option<u32>,
    /// Most in any 7 days.
    pub week: Option<u32>,
    /// Most in any 30 days.
    pub month: Option<u32>,
}

impl Caps {
    /// Whether there is any limit.
    pub fn are_set(&self) -> bool {
        self.day.or(self.week).or(self.month).is_some()
    }
}

/// What an assignment by hand counts against the member's turns in the pool.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ManualCounts {
    /// Nothing: a gift.
    None,
    /// A whole turn.
    Full,
    /// This part of a turn, in millionths.
    Fraction(u32),
}

/// Where a record goes when no member of a pool can take it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Nobody {
    /// Try this pool next; chains are finite, the analysis refuses circles.
    Pool(usize),
    /// Into this queue.
    Queue(usize),
    /// Held for somebody of this pool to become able, at most this long, then into the queue.
    Hold {
        /// Longest wait.
        span: Span,
        /// The queue that takes it at the deadline.
        then: usize,
    },
    /// To this rep by key, outside rotation; `otherwise` when the rep cannot.
    Rep {
        /// Key of the rep.
        rep: String,
        /// Queue for when the rep is away, paused or gone.
        otherwise: usize,
    },
}

/// A prioritised list of records.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueueSpec {
    /// Name, unique among queues.
    pub name: String,
    /// Whether what waits here is dealt again by the policy, the oldest first, the moment somebody
    /// can take it.
    pub redeal: bool,
    /// How reps take records from it.
    pub pull: Pull,
}

/// One line of the policy: which records, where to, how heavy.
#[derive(Clone, Debug, PartialEq)]
pub struct RuleSpec {
    /// Name, unique among rules.
    pub name: String,
    /// Which records.
    pub when: Condition,
    /// Where they go.
    pub to: Target,
    /// How many turns one record uses up.
    pub weight: RecordWeight,
}

/// Where a rule or the fallback sends a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// To the next rep of this pool.
    Pool(usize),
    /// To this rep by key, outside rotation (a named account); `otherwise` when the rep cannot.
    Rep {
        /// Key of the rep.
        rep: String,
        /// Queue for when the rep is away, paused or gone.
        otherwise: usize,
    },
    /// Into this queue.
    Queue(usize),
    /// To the pool of the territory that the table puts the record in.
    Territories,
    /// To the pool of this territory.
    Territory(usize),
}

/// How many turns one record uses up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RecordWeight {
    /// A fixed number of turns; [`crate::units::ONE`] unless the rule says otherwise.
    Fixed(Micro),
    /// The number in a record field; one turn where it is missing. Clamped to
    /// [`RECORD_WEIGHT_MIN`]..=[`RECORD_WEIGHT_MAX`].
    Field(String),
}

/// One step of the customer lifecycle: who may own a record there, and whence it may come.
#[derive(Clone, Debug, PartialEq)]
pub struct StepSpec {
    /// Name, unique among steps; the same in every policy version.
    pub name: String,
    /// Steps from which a record may be handed to this one.
    pub after: Vec<usize>,
    /// Its own rules in order: the first whose condition answers yes wins.
    pub rules: Vec<StepRule>,
    /// Where a record goes that none of them takes.
    pub to: Target,
    /// How many turns one record uses up here.
    pub weight: RecordWeight,
}

/// One rule of a step.
#[derive(Clone, Debug, PartialEq)]
pub struct StepRule {
    /// Which records.
    pub when: Condition,
    /// Where they go.
    pub to: Target,
}

/// A small fixed team across steps.
#[derive(Clone, Debug, PartialEq)]
pub struct PodSpec {
    /// Name, unique among pods.
    pub name: String,
    /// Who sits at which step; each step at most once.
    pub seats: Vec<Seat>,
    /// Who hands to whom; each giver at most once for each step.
    pub pairs: Vec<Pair>,
    /// What a handoff to the fixed rep counts against that rep's turns in the seat's pool.
    pub counts: ManualCounts,
    /// The same for a handoff to a stand-in.
    pub stand_in_counts: ManualCounts,
    /// Whether a record goes back to the fixed rep when that rep can take it again.
    pub goes_back: bool,
}

/// The reps of a pod at one step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seat {
    /// The step.
    pub step: usize,
    /// Who sits there, by key.
    pub reps: Vec<String>,
    /// The pool that deals what the fixed reps and stand-ins cannot take; without one, the step's
    /// own target does.
    pub pool: Option<usize>,
}

/// A fixed handoff inside a pod.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pair {
    /// Who hands on, by key.
    pub from: String,
    /// Who takes it, by key.
    pub to: String,
    /// The step at which `to` sits.
    pub step: usize,
    /// Who stands in, by key, first choice first.
    pub stand_in: Vec<String>,
}
