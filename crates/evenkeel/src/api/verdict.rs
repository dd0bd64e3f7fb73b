//! A verdict as JSON: everything the event holds, with keys and names in place of numbers.
//!
//! Nothing is worked out again; amounts are in leads, exact to a millionth.

use crate::api::fields::exact;
use crate::api::handoff::{StepOut, step_out};
use crate::api::rung::{self, RungOut};
use crate::host::directory::Naming;
use crate::host::names::Names;
use evenkeel_core::ids::RepNo;
use evenkeel_core::policy::compiled::Compiled;
use evenkeel_core::sentence::{Words, owed_with_share};
use evenkeel_core::state::State;
use evenkeel_core::verdict::{
    Candidate, Destination, InTerritory, Pick, Standing, Stream, Turn, Verdict,
};
use serde::Serialize;
use serde_json::Value;

/// Why a record went where it went.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct VerdictOut {
    /// The words of a manager to the rep.
    sentence: String,
    /// Version of the policy that decided.
    policy: u32,
    /// The rule that matched; absent for the fallback.
    #[serde(skip_serializing_if = "Option::is_none")]
    rule: Option<String>,
    /// How many turns the record uses up.
    #[schema(value_type = f64)]
    size: Value,
    /// The rules asked, up to the one that matched, each with its clauses' answers; only where a
    /// single verdict is looked at.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    rules: Vec<RuleOut>,
    /// What the territories said, where the rule asks them.
    #[serde(skip_serializing_if = "Option::is_none")]
    territory: Option<TerritoryOut>,
    /// What was asked before the rules, in order; only the last can have settled it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    rungs: Vec<RungOut>,
    /// The step of the lifecycle it was for, in a policy with steps.
    #[serde(skip_serializing_if = "Option::is_none")]
    step: Option<StepOut>,
    /// The pools tried, in order. Only the last can have picked.
    turns: Vec<TurnOut>,
}

/// What the territories said about a record.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = VerdictTerritory)]
struct TerritoryOut {
    /// The territory; absent when no row takes the record, or the policy does not have it.
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    /// Key of the row that took it, such as `US/CA/94*`.
    #[serde(skip_serializing_if = "Option::is_none")]
    row: Option<String>,
    /// Number of that row, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    number: Option<u32>,
    /// Version of the table; absent for rows in the policy.
    #[serde(skip_serializing_if = "Option::is_none")]
    table: Option<u32>,
    /// Whether territories were off, so that it was dealt from the joint pool.
    joint: bool,
}

impl TerritoryOut {
    fn of(said: &InTerritory) -> Self {
        let row = said.row.as_ref();
        Self {
            name: said.name.clone(),
            row: row.map(|row| row.key.clone()),
            number: row.map(|row| row.number),
            table: row.and_then(|row| row.table),
            joint: said.joint,
        }
    }
}

/// One rule and what it answered.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct RuleOut {
    /// Its name.
    name: String,
    /// `yes`, `no` or `unknown`.
    answer: &'static str,
    /// Its clauses.
    clauses: Vec<ClauseOut>,
}

/// One clause and what it answered.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct ClauseOut {
    /// The clause in words.
    words: String,
    /// `yes`, `no` or `unknown`.
    answer: &'static str,
}

/// One pool's ballot.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct TurnOut {
    /// The pool.
    pool: String,
    /// `base` or `special`: whose turn it was, in a pool with a stream for specialists.
    #[serde(skip_serializing_if = "Option::is_none")]
    stream: Option<&'static str>,
    /// Width of the band below the most-owed rep within which the chooser was free, in leads.
    #[schema(value_type = f64)]
    band_width: Value,
    /// Every member, with what became of it.
    candidates: Vec<CandidateOut>,
    /// Who was picked; absent when nobody could take it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pick: Option<PickOut>,
}

/// One member on the ballot.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct CandidateOut {
    /// Key of the rep.
    rep: String,
    /// Weight in force for this turn, up to 1,000; where shares scale the weights, millionths of
    /// the heaviest. Absent, as every amount, where the caller may not see this rep's.
    #[serde(skip_serializing_if = "Option::is_none")]
    weight: Option<u32>,
    /// Leads owed before this turn; negative when ahead.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<f64>)]
    owed_before: Option<Value>,
    /// Entitlement from this turn, for those who could take it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<f64>)]
    share: Option<Value>,
    /// Leads owed with this turn's share, when the pick was made.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<f64>)]
    owed: Option<Value>,
    /// The gate that stopped the rep, such as `on_leave` or `cap_reached`.
    #[serde(skip_serializing_if = "Option::is_none")]
    stopped: Option<&'static str>,
    /// The same in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    why: Option<String>,
}

/// Who was picked, and how.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct PickOut {
    /// Key of the rep.
    rep: String,
    /// What made the choice, such as `only_one`, `deadline`, `most_owed` or `draw`.
    chooser: &'static str,
    /// How many reps were in the band.
    band: u32,
    /// Probability of this pick given the ballot, in millionths.
    probability_ppm: u32,
    /// How many were exactly level; above 1, the rep known longest won.
    level: u32,
    /// The drawn bits, as text, for a draw.
    #[serde(skip_serializing_if = "Option::is_none")]
    draw: Option<String>,
}

impl VerdictOut {
    /// Tells a verdict. Reps are called by their keys where `names` is absent.
    pub fn of(state: &State, names: Option<&Names>, verdict: &Verdict, to: &Destination) -> Self {
        let called = |rep: RepNo| match names {
            Some(names) => names.rep(state, rep),
            None => state.roster().rep(rep).key.clone(),
        };
        let words = Words {
            state,
            rep: &called,
        };
        Self {
            sentence: words.verdict(verdict, to),
            policy: verdict.policy,
            rule: state.rule(verdict).map(str::to_owned),
            size: exact(verdict.size),
            rules: Vec::new(),
            rungs: rung::of(&words, verdict),
            territory: verdict.territory.as_ref().map(TerritoryOut::of),
            step: step_out(&words, verdict),
            turns: verdict
                .turns
                .iter()
                .map(|turn| turn_out(&words, turn))
                .collect(),
        }
    }

    /// Leaves out the weights and amounts of everybody but this rep, and keeps what became of them.
    /// For callers who see one book only: what colleagues have earned is theirs and the manager's.
    pub fn for_rep(mut self, own: Option<&str>) -> Self {
        let candidates = self.turns.iter_mut().flat_map(|turn| &mut turn.candidates);
        for other in candidates.filter(|one| Some(one.rep.as_str()) != own) {
            (other.weight, other.owed_before) = (None, None);
            (other.share, other.owed) = (None, None);
        }
        self
    }

    /// Adds what each rule answered, from the policy that decided.
    pub fn with_rules(mut self, policy: &Compiled, verdict: &Verdict) -> Self {
        let handed = verdict.step.as_ref().is_some_and(|at| at.handed);
        if handed || verdict.answers.len() != policy.clauses().len() {
            return self;
        }
        let count = policy.document().rules.len();
        let asked = verdict
            .rule
            .map_or(count, |rule| (rule as usize + 1).min(count));
        self.rules = (0..asked)
            .map(|rule| {
                let told = policy.explain_rule(rule, &verdict.answers);
                let clauses = told.clauses.into_iter();
                RuleOut {
                    name: told.name,
                    answer: told.answer.word(),
                    clauses: clauses
                        .map(|clause| ClauseOut {
                            words: clause.words,
                            answer: clause.answer.word(),
                        })
                        .collect(),
                }
            })
            .collect();
        self
    }
}

fn turn_out(words: &Words<'_>, turn: &Turn) -> TurnOut {
    let state = words.state;
    TurnOut {
        pool: state.pool(turn.pool).name.clone(),
        stream: match turn.stream {
            Stream::Whole => None,
            Stream::Base { .. } => Some("base"),
            Stream::Special { .. } => Some("special"),
        },
        band_width: exact(turn.delta),
        candidates: turn
            .candidates
            .iter()
            .map(|one| candidate_out(words, one))
            .collect(),
        pick: turn.pick.map(|pick| pick_out(state, pick)),
    }
}

fn candidate_out(words: &Words<'_>, candidate: &Candidate) -> CandidateOut {
    let out = CandidateOut {
        rep: words.state.roster().rep(candidate.rep).key.clone(),
        weight: Some(candidate.weight),
        owed_before: Some(exact(candidate.credit)),
        share: None,
        owed: None,
        stopped: None,
        why: None,
    };
    match &candidate.standing {
        Standing::Able { share, .. } => CandidateOut {
            share: Some(exact(*share)),
            owed: Some(exact(owed_with_share(candidate))),
            ..out
        },
        Standing::Stopped(stop) => CandidateOut {
            stopped: Some(stop.code()),
            why: Some(words.stop(candidate.rep, stop)),
            ..out
        },
    }
}

fn pick_out(state: &State, pick: Pick) -> PickOut {
    PickOut {
        rep: state.roster().rep(pick.rep).key.clone(),
        chooser: pick.chooser.code(),
        band: pick.band,
        probability_ppm: pick.probability_ppm,
        level: pick.level,
        draw: pick.draw.map(|draw| format!("{draw:016x}")),
    }
}
