//! The policy: read, checked, planned, tried and published.
//!
//! Checking, planning and trying change nothing; publishing refuses when another version came in
//! between.

use crate::api::body::{IdempotencyKey, Raw};
use crate::api::fields::RawFields;
use crate::api::moves::keyed;
use crate::api::pools::looking;
use crate::api::problem::{Document, PolicyProblem, Problem};
use crate::api::routes::Routes;
use crate::api::verdict::VerdictOut;
use crate::app::App;
use crate::host::access::{Need, Verb};
use crate::host::fault::Fault;
use crate::host::signed::Signed;
use axum::extract::State;
use evenkeel_core::choose::Draft;
use evenkeel_core::command::Command;
use evenkeel_core::command::publish_policy::PublishPolicy;
use evenkeel_core::command::refusal::Refusal;
use evenkeel_core::ids::RecordNo;
use evenkeel_core::market::columns::Columns;
use evenkeel_core::market::schema::Schema;
use evenkeel_core::market::value::Attributes;
use evenkeel_core::policy::analysis::{self, Known};
use evenkeel_core::policy::compiled::Compiled;
use evenkeel_core::policy::document::{self, Target};
use evenkeel_core::state::State as Workspace;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa_axum::routes;

/// Longest body of a request that carries a policy: its text, with every character escaped.
pub const POLICY_BYTES_MAX: usize = 2 * document::TEXT_MAX;
/// Records a plan looks at: the newest.
pub const PLAN_RECORDS: usize = 2_000;
/// Examples a plan tells of.
const PLAN_EXAMPLES: usize = 50;

/// The routes of this resource.
pub fn routes() -> Routes {
    Routes::new()
        .add(Need::May(Verb::SeePolicy), routes!(look))
        .add(Need::May(Verb::PublishPolicy), routes!(publish))
        .add(Need::May(Verb::SeePolicy), routes!(versions))
        .add(Need::May(Verb::TryPolicy), routes!(check))
        .add(Need::May(Verb::TryPolicy), routes!(plan))
        .add(Need::May(Verb::TryPolicy), routes!(try_record))
}

/// The policy in force.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct PolicyOut {
    /// Its version; 0 before the first.
    version: u32,
    /// The whole document, TOML.
    text: String,
}

/// The policy in force.
#[utoipa::path(get, path = "/policy", tag = "policy", responses((status = 200, body = PolicyOut)))]
async fn look(State(app): State<App>) -> axum::Json<PolicyOut> {
    let policy = app.workspace.ask(|state| PolicyOut {
        version: state.version(),
        text: state.policy_text().to_owned(),
    });
    axum::Json(policy.await)
}

/// A policy to publish.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PublishIn {
    /// The whole document, TOML.
    pub text: String,
    /// The version the author started from; absent publishes whatever is in force.
    #[serde(default)]
    pub based_on: Option<u32>,
}

/// A policy came into force.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct Published {
    version: u32,
    seq: u64,
}

/// Publishes a policy. Records dealt before stay where they are.
#[utoipa::path(
    put, path = "/policy", tag = "policy", request_body = PublishIn,
    params(("Idempotency-Key" = Option<String>, Header, description = "1 to 255 characters")),
    responses((status = 200, body = Published), (status = 409, body = Document),
        (status = 422, body = Document)),
)]
async fn publish(
    State(app): State<App>,
    signed: Signed,
    key: IdempotencyKey,
    raw: Raw<POLICY_BYTES_MAX>,
) -> Result<axum::Json<Published>, Problem> {
    let PublishIn { text, based_on } = raw.parse()?;
    let command = Command::PublishPolicy(PublishPolicy { text, based_on });
    let done = app
        .workspace
        .submit(keyed(&signed, key, &raw, command))
        .await?;
    let version = done
        .events
        .iter()
        .find_map(|recorded| match recorded.event {
            evenkeel_core::event::Event::PolicyPublished { version, .. } => Some(version),
            _ => None,
        });
    let version = version.expect("publishing publishes a version");
    Ok(axum::Json(Published {
        version,
        seq: done.first_seq,
    }))
}

/// A version published before.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct VersionOut {
    version: u32,
    /// Since when.
    at: String,
    /// The event that holds its text.
    seq: u64,
    /// How many rules it has.
    rules: usize,
}

/// All versions, oldest first.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct Versions {
    versions: Vec<VersionOut>,
}

/// Every version published so far.
#[utoipa::path(
    get, path = "/policy/versions", tag = "policy", responses((status = 200, body = Versions)),
)]
async fn versions(State(app): State<App>) -> axum::Json<Versions> {
    let versions = app.workspace.ask(|state| {
        let versions = state.versions().iter();
        let version = versions.map(|version| VersionOut {
            version: version.number,
            at: version.at.to_string(),
            seq: version.seq,
            rules: version.rules.len(),
        });
        Versions {
            versions: version.collect(),
        }
    });
    axum::Json(versions.await)
}

/// A policy text.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct TextIn {
    /// The whole document, TOML.
    text: String,
}

/// What the analysis says.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct Checked {
    /// Whether it would be accepted.
    accepted: bool,
    /// Errors and warnings, by line and column.
    problems: Vec<PolicyProblem>,
}

/// Analyses a policy and changes nothing.
#[utoipa::path(
    post, path = "/policy/check", tag = "policy", request_body = TextIn,
    responses((status = 200, body = Checked)),
)]
async fn check(
    State(app): State<App>,
    raw: Raw<POLICY_BYTES_MAX>,
) -> Result<axum::Json<Checked>, Problem> {
    let TextIn { text } = raw.parse()?;
    let known = app.workspace.ask(|state| Aside::of(state, 0)).await;
    let checked = apart(move || {
        let analysis = analysis::check(&text, &known.known());
        Checked {
            accepted: analysis.document.is_some(),
            problems: analysis.problems.iter().map(PolicyProblem::of).collect(),
        }
    });
    Ok(axum::Json(checked.await?))
}

/// What the analysis may know, copied out: it takes too long to be done while the writer waits.
struct Aside {
    version: u32,
    records: Schema,
    reps: Schema,
    people: Vec<(String, Attributes)>,
    newest: Vec<(String, Attributes)>,
}

impl Aside {
    /// With the values of the `newest` records, the newest first.
    fn of(state: &Workspace, newest: usize) -> Self {
        let known = state.known();
        let people = known
            .reps
            .iter()
            .map(|(key, one)| ((*key).to_owned(), (*one).clone()));
        let count = state.records().len();
        let newest = (count.saturating_sub(newest)..count).rev().map(|row| {
            let key = state.records().key(RecordNo::at(row)).to_owned();
            (key, state.records().columns.attributes(row))
        });
        Self {
            version: state.version(),
            records: known.record_schema.clone(),
            reps: known.rep_schema.clone(),
            people: people.collect(),
            newest: newest.collect(),
        }
    }

    fn known(&self) -> Known<'_> {
        Known {
            record_schema: &self.records,
            rep_schema: &self.reps,
            reps: self
                .people
                .iter()
                .map(|(key, one)| (key.as_str(), one))
                .collect(),
        }
    }
}

/// Works on a thread where it holds up nobody.
async fn apart<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, Fault> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|_| Fault::Stopping)
}

/// What a policy would change.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct Plan {
    /// The version it was compared with: publish with this as `based_on`.
    based_on: u32,
    /// Errors and warnings.
    problems: Vec<PolicyProblem>,
    /// Whether it would be accepted; only then is anything compared.
    accepted: bool,
    /// How many records were asked: the newest ones.
    records: usize,
    /// How many of them would go another way.
    changed: usize,
    /// From where to where, and how many.
    moves: Vec<Move>,
    /// Some of them, the newest first.
    examples: Vec<Example>,
}

/// Records that would go another way.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct Move {
    from: String,
    to: String,
    count: usize,
}

/// One record that would go another way.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct Example {
    record: String,
    from: String,
    to: String,
}

/// Compares a policy with the one in force over the newest 2,000 records, by rule and destination.
///
/// Nothing is changed, and nobody's turn is counted: who of a pool would get a record depends on
/// everything dealt in between, which `evenkeel policy plan` replays over a file.
#[utoipa::path(
    post, path = "/policy/plan", tag = "policy", request_body = TextIn,
    responses((status = 200, body = Plan)),
)]
async fn plan(
    State(app): State<App>,
    raw: Raw<POLICY_BYTES_MAX>,
) -> Result<axum::Json<Plan>, Problem> {
    let TextIn { text } = raw.parse()?;
    let aside = app
        .workspace
        .ask(|state| Aside::of(state, PLAN_RECORDS))
        .await;
    let now = app.workspace.edition(aside.version).await?;
    Ok(axum::Json(
        apart(move || planned(&aside, now.as_deref(), &text)).await?,
    ))
}

fn planned(aside: &Aside, now: Option<&Compiled>, text: &str) -> Plan {
    let analysis = analysis::check(text, &aside.known());
    let mut plan = Plan {
        based_on: aside.version,
        problems: analysis.problems.iter().map(PolicyProblem::of).collect(),
        accepted: analysis.document.is_some(),
        records: 0,
        changed: 0,
        moves: Vec::new(),
        examples: Vec::new(),
    };
    let Some(document) = analysis.document else {
        return plan;
    };
    let new = Compiled::new(
        document,
        analysis.records,
        analysis.reps,
        &Columns::default(),
    );
    let mut moves: BTreeMap<(String, String), usize> = BTreeMap::new();
    for (record, attributes) in &aside.newest {
        plan.records += 1;
        let from = now.map_or_else(
            || "nowhere".to_owned(),
            |now| way(now, now.first(attributes)),
        );
        let to = way(&new, new.first(attributes));
        if from != to {
            plan.changed += 1;
            if plan.examples.len() < PLAN_EXAMPLES {
                let record = record.clone();
                plan.examples.push(Example {
                    record,
                    from: from.clone(),
                    to: to.clone(),
                });
            }
            *moves.entry((from, to)).or_default() += 1;
        }
    }
    plan.moves = moves
        .into_iter()
        .map(|((from, to), count)| Move { from, to, count })
        .collect();
    plan
}

/// Which way a rule sends a record, in words.
fn way(policy: &Compiled, rule: Option<usize>) -> String {
    let document = policy.document();
    let (name, target) = match rule {
        Some(rule) => (document.rules[rule].name.as_str(), &document.rules[rule].to),
        None => ("fallback", &document.fallback),
    };
    let target = match target {
        Target::Pool(pool) => format!("pool:{}", document.pools[*pool].name),
        Target::Queue(queue) => format!("queue:{}", document.queues[*queue].name),
        Target::Rep { rep, .. } => format!("rep:{rep}"),
        Target::Territories => "territories".to_owned(),
        Target::Territory(at) => match &document.territories {
            Some(territories) => format!("territory:{}", territories.list[*at].name),
            None => "territories".to_owned(),
        },
    };
    format!("{name} → {target}")
}

/// A record to be tried.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct TryIn<'a> {
    /// Values of the fields the policy declares.
    #[serde(borrow, default)]
    #[schema(value_type = Object)]
    fields: RawFields<'a>,
}

/// What would become of a record.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct Tried {
    /// `rep`, `queue` or `held`.
    outcome: &'static str,
    /// Key of the rep.
    #[serde(skip_serializing_if = "Option::is_none")]
    rep: Option<String>,
    /// The queue.
    #[serde(skip_serializing_if = "Option::is_none")]
    queue: Option<String>,
    /// Why.
    verdict: VerdictOut,
}

/// Where a record with these fields would go now, and why. Changes nothing.
#[utoipa::path(
    post, path = "/policy/try", tag = "policy", request_body = TryIn,
    responses((status = 200, body = Tried), (status = 409, body = Document),
        (status = 422, body = Document)),
)]
async fn try_record(
    State(app): State<App>,
    signed: Signed,
    raw: Raw,
) -> Result<axum::Json<Tried>, Problem> {
    let wish: TryIn<'_> = raw.parse()?;
    let names = signed
        .role
        .may(Verb::SeePersons)
        .then(|| app.workspace.names());
    let now = app.workspace.now();
    let tried = app.workspace.ask(|state| {
        let policy = state.policy().ok_or(Refusal::PolicyMissing)?;
        let read = wish.fields.read(state.record_schema())?;
        let envelope = looking(now.max(state.last_at()));
        let mut draft = Draft::new(state, policy, &envelope);
        let (to, verdict) = draft.deal_attributes("", &read.attributes, 0, None);
        let (outcome, rep, queue) = crate::api::story::outcome(state, &to);
        let told = VerdictOut::of(state, names.as_deref(), &verdict, &to);
        let verdict = told.with_rules(policy, &verdict);
        Ok::<_, Problem>(Tried {
            outcome,
            rep,
            queue,
            verdict,
        })
    });
    Ok(axum::Json(tried.await?))
}
