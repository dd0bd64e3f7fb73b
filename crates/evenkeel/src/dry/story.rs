//! The story of one decision, for people and programs: who, why, and why not the others.
//!
//! One line of an explain file. It is made from the recorded verdict and the names in the state;
//! nothing is decided again. Amounts are exact decimals; moments are RFC 3339 in UTC.

use crate::dry::rung::{self, RungStory};
use evenkeel_core::ids::{FieldNo, RecordNo};
use evenkeel_core::sentence::{Words, leads};
use evenkeel_core::state::State;
use evenkeel_core::time::Moment;
use evenkeel_core::units::Micro;
use evenkeel_core::verdict::{Destination, Standing, Turn, Verdict};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::value::RawValue;
use std::collections::BTreeMap;

/// Most rules a story tells one by one; the rest are counted.
pub const RULES_MAX: usize = 100;

/// Where a record went, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Story {
    /// Key of the record.
    pub record: String,
    /// When it was decided.
    pub at: String,
    /// `rep`, `queue`, `held` or `merged`.
    pub outcome: String,
    /// Key of the rep who got it.
    pub rep: Option<String>,
    /// The last pool that was asked.
    pub pool: Option<String>,
    /// The queue in which it waits.
    pub queue: Option<String>,
    /// Key of the record it was attached to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub into: Option<String>,
    /// The rung that settled it, else the rule that matched, or `fallback`.
    pub rule: String,
    /// Version of the policy that decided.
    pub policy: u32,
    /// How many turns the record uses up.
    pub size: Amount,
    /// What a manager can read aloud.
    pub sentence: String,
    /// The record's public fields, by name.
    pub fields: BTreeMap<String, String>,
    /// What the rules answered, in order, up to the one that matched.
    pub rules: Vec<RuleStory>,
    /// What was asked before the rules, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rungs: Vec<RungStory>,
    /// The pools that were asked, in order.
    pub turns: Vec<TurnStory>,
    /// What was decided about this record earlier in the same run, while it was held.
    pub before: Vec<Story>,
}

/// What one rule answered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RuleStory {
    /// Its name.
    pub rule: String,
    /// `yes`, `no` or `unknown`.
    pub answer: String,
    /// Each clause in words, with its answer.
    pub clauses: Vec<(String, String)>,
}

/// What one pool answered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TurnStory {
    /// Its name.
    pub pool: String,
    /// How far below the most-owed rep the chooser was free.
    pub band: Amount,
    /// Every member.
    pub candidates: Vec<CandidateStory>,
    /// Who was picked, and how; nothing when nobody could take it.
    pub pick: Option<PickStory>,
}

/// What became of one member.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CandidateStory {
    /// Key of the rep.
    pub rep: String,
    /// Weight in force.
    pub weight: u32,
    /// Leads owed before this turn; negative when ahead.
    pub credit: Amount,
    /// What this turn added, when the rep could take it.
    pub share: Option<Amount>,
    /// Of that, what came from the make-up buffer.
    pub makeup: Option<Amount>,
    /// Why the rep could not take it.
    pub stopped: Option<String>,
}

/// How the choice was made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PickStory {
    /// Key of the rep.
    pub rep: String,
    /// What made the choice, in words: `only one`, `deadline`, `most owed`, `draw`, …
    pub chooser: String,
    /// How many were within the band.
    pub in_band: u32,
    /// Probability of this pick given the candidates.
    pub probability: Amount,
    /// How many were exactly level with the picked one, itself included.
    pub level: u32,
    /// The drawn bits in hexadecimal digits, for a draw.
    pub draw: Option<String>,
}

/// An exact decimal, written as a JSON number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Amount(pub Micro);

impl Serialize for Amount {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let raw = RawValue::from_string(self.0.to_string()).map_err(serde::ser::Error::custom)?;
        raw.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Amount {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = <&RawValue>::deserialize(deserializer)?;
        let amount = Micro::parse(raw.get());
        amount
            .map(Self)
            .ok_or_else(|| serde::de::Error::custom("expected a decimal"))
    }
}

/// The story of a decision about `record`.
pub fn of(
    state: &State,
    record: RecordNo,
    at: Moment,
    to: &Destination,
    verdict: &Verdict,
) -> Story {
    let rep_key = Words::keys(state);
    let words = Words {
        state,
        rep: &rep_key,
    };
    let fields = state.record_schema().fields().iter().enumerate();
    let fields = fields.filter_map(|(number, field)| {
        let value = state
            .records()
            .columns
            .value(FieldNo::at(number), record.index())?;
        Some((field.name.clone(), value.to_string()))
    });
    Story {
        fields: fields.collect(),
        rules: rules(state, verdict),
        rungs: rung::of(&words, verdict),
        turns: verdict
            .turns
            .iter()
            .map(|turn| turn_story(&words, turn))
            .collect(),
        ..brief(state, record, at, to, verdict)
    }
}

/// The story without fields, rules and turns: what an outcome file needs.
pub fn brief(
    state: &State,
    record: RecordNo,
    at: Moment,
    to: &Destination,
    verdict: &Verdict,
) -> Story {
    let rep_key = Words::keys(state);
    let words = Words {
        state,
        rep: &rep_key,
    };
    let (outcome, rep, queue) = match to {
        Destination::Rep(rep) => ("rep", Some(rep_key(*rep)), None),
        Destination::Queue(queue) => ("queue", None, Some(state.queue(*queue).name.clone())),
        Destination::Hold { .. } => ("held", None, None),
        Destination::Merged(_) => ("merged", None, None),
    };
    Story {
        record: state.records().key(record).to_owned(),
        at: at.to_string(),
        outcome: outcome.into(),
        rep,
        pool: verdict
            .turns
            .last()
            .map(|turn| state.pool(turn.pool).name.clone()),
        queue,
        into: match to {
            Destination::Merged(into) => Some(state.records().key(*into).to_owned()),
            _ => None,
        },
        rule: words.decider(verdict),
        policy: verdict.policy,
        size: Amount(verdict.size),
        sentence: words.verdict(verdict, to),
        fields: BTreeMap::new(),
        rules: Vec::new(),
        rungs: Vec::new(),
        turns: Vec::new(),
        before: Vec::new(),
    }
}

/// `MostOwed` as `most owed`: a new chooser needs no line here.
fn in_words(name: &str) -> String {
    let mut words = String::new();
    for letter in name
        .chars()
        .take_while(|letter| letter.is_ascii_alphanumeric())
    {
        if letter.is_ascii_uppercase() && !words.is_empty() {
            words.push(' ');
        }
        words.push(letter.to_ascii_lowercase());
    }
    words
}

/// What the rules answered, up to the one that matched.
fn rules(state: &State, verdict: &Verdict) -> Vec<RuleStory> {
    // An old verdict speaks of an old policy, whose clauses this one no longer knows.
    let Some(policy) = state.policy().filter(|_| verdict.policy == state.version()) else {
        return Vec::new();
    };
    let count = policy.document().rules.len();
    let until = verdict
        .rule
        .map_or(count, |rule| rule as usize + 1)
        .min(RULES_MAX);
    let told = (0..until).map(|rule| policy.explain_rule(rule, &verdict.answers));
    told.map(|answer| RuleStory {
        rule: answer.name,
        answer: answer.answer.word().into(),
        clauses: answer
            .clauses
            .into_iter()
            .map(|clause| (clause.words, clause.answer.word().into()))
            .collect(),
    })
    .collect()
}

fn turn_story(words: &Words<'_>, turn: &Turn) -> TurnStory {
    let candidates = turn.candidates.iter().map(|candidate| {
        let (share, makeup, stopped) = match &candidate.standing {
            Standing::Able { share, plain } => {
                (Some(Amount(*share)), Some(Amount(*share - *plain)), None)
            }
            Standing::Stopped(stop) => (None, None, Some(words.stop(candidate.rep, stop))),
        };
        let (rep, weight) = ((words.rep)(candidate.rep), candidate.weight);
        CandidateStory {
            rep,
            weight,
            credit: Amount(candidate.credit),
            share,
            makeup,
            stopped,
        }
    });
    let pick = turn.pick.map(|pick| PickStory {
        rep: (words.rep)(pick.rep),
        chooser: in_words(&format!("{:?}", pick.chooser)),
        in_band: pick.band,
        probability: Amount(Micro(i64::from(pick.probability_ppm))),
        level: pick.level,
        draw: pick.draw.map(|bits| format!("{bits:016x}")),
    });
    TurnStory {
        pool: words.state.pool(turn.pool).name.clone(),
        band: Amount(turn.delta),
        candidates: candidates.collect(),
        pick,
    }
}

impl Story {
    /// The story as text, for a terminal or a file.
    pub fn text(&self) -> String {
        let to = match (&self.rep, &self.queue, &self.into) {
            (Some(rep), ..) => rep.clone(),
            (None, Some(queue), _) => format!("queue {queue}"),
            (None, None, Some(into)) => format!("merged into {into}"),
            (None, None, None) => "held".into(),
        };
        let mut text = format!(
            "{} → {to}   {}   rule {}\n",
            self.record, self.at, self.rule
        );
        for before in &self.before {
            text.push_str(&format!("  {}: {}\n", before.at, before.sentence));
        }
        text.push_str(&format!("  {}\n", self.sentence));
        if !self.fields.is_empty() {
            text.push_str("\nThe record\n");
            let width = widest(self.fields.keys());
            for (name, value) in &self.fields {
                text.push_str(&format!("  {name:width$}  {value}\n"));
            }
        }
        rung::text(&self.rungs, &mut text);
        if !self.rules.is_empty() {
            text.push_str("\nThe rules, in order\n");
        }
        for rule in &self.rules {
            text.push_str(&format!("  {}: {}\n", rule.rule, rule.answer));
            for (clause, answer) in &rule.clauses {
                text.push_str(&format!("    {answer:7}  {clause}\n"));
            }
        }
        for turn in &self.turns {
            text.push_str(&turn.text());
        }
        text
    }
}

impl TurnStory {
    fn text(&self) -> String {
        let mut text = format!("\nThe pool {}\n", self.pool);
        let width = widest(self.candidates.iter().map(|one| &one.rep));
        for one in &self.candidates {
            let (rep, weight, credit) = (&one.rep, one.weight, leads(one.credit.0));
            let picked = self.pick.as_ref().is_some_and(|pick| pick.rep == *rep);
            let fate = match (&one.stopped, one.share) {
                (Some(why), _) => why.clone(),
                (None, Some(share)) => {
                    let owed = leads(one.credit.0 + share.0);
                    format!(
                        "+ share {} = {owed}{}",
                        share.0,
                        if picked { "  ← got it" } else { "" }
                    )
                }
                (None, None) => String::new(),
            };
            text.push_str(&format!(
                "  {rep:width$}  weight {weight:<4} {credit:<24} {fate}\n"
            ));
        }
        match &self.pick {
            None => text.push_str("  Nobody could take it.\n"),
            Some(pick) => text.push_str(&format!("  {}\n", pick.text(self.band))),
        }
        text
    }
}

impl PickStory {
    fn text(&self, band: Amount) -> String {
        let among = format!("{} within {} of the most owed", self.in_band, band.0);
        let mut text = match self.chooser.as_str() {
            "only one" => "The only one who could take it.".to_owned(),
            "draw" => format!("Drawn among {among}; probability {}.", self.probability.0),
            "deadline" => format!("Among {among}: the one whose turn was due first."),
            "most owed" => "The most owed: nobody's turn was due yet.".to_owned(),
            other => format!("Chosen by {other} among {among}."),
        };
        if self.level > 1 {
            text.push_str(&format!(
                " {} were exactly level: the first of them won.",
                self.level
            ));
        }
        text
    }
}

fn widest<'a>(words: impl Iterator<Item = &'a String>) -> usize {
    words
        .map(|word| word.chars().count())
        .max()
        .unwrap_or(0)
        .min(40)
}
