//! Territories: the table in force with what it does, a new table looked at or set, and the cost.
//!
//! Tables come as CSV text, as people have them; the pools inside the territories and the switch
//! are the policy's.

use crate::api::body::{IdempotencyKey, Query, Raw};
use crate::api::fields::exact;
use crate::api::moves::keyed;
use crate::api::problem::{Document, PolicyProblem, Problem};
use crate::api::routes::Routes;
use crate::app::App;
use crate::host::access::{Need, Verb};
use crate::host::fault::Fault;
use crate::host::signed::Signed;
use crate::territories::{arrivals, figures, sheet};
use axum::extract::State;
use evenkeel_core::command::Command;
use evenkeel_core::command::refusal::Refusal;
use evenkeel_core::command::set_territories::SetTerritories;
use evenkeel_core::rehearsal::Base;
use evenkeel_core::state::State as Workspace;
use evenkeel_core::territory::cost::{self, Asked, Cost, Side};
use evenkeel_core::territory::findings::{self, Findings};
use evenkeel_core::territory::preview;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa_axum::routes;

/// Longest body of a request that carries a table: its text, with every character escaped.
pub const TABLE_BYTES_MAX: usize = 2 * evenkeel_connect::territories::BYTES_MAX;

/// The routes of this resource.
pub fn routes() -> Routes {
    Routes::new()
        .add(Need::May(Verb::SeePolicy), routes!(look))
        .add(Need::May(Verb::PublishPolicy), routes!(set))
        .add(Need::May(Verb::TryPolicy), routes!(check))
        .add(Need::May(Verb::TryPolicy), routes!(weigh))
}

/// The table in force, and what it does with the newest records.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct TerritoriesOut {
    /// How many tables were set so far.
    version: u32,
    /// Since when; absent before the first.
    #[serde(skip_serializing_if = "Option::is_none")]
    since: Option<String>,
    /// Whether the policy has territories at all.
    declared: bool,
    /// Whether records are dealt by territory; off, all come from the joint pool.
    on: bool,
    /// Whether the rows stand in the policy itself.
    in_policy: bool,
    /// The table as CSV.
    csv: String,
    /// What it does.
    found: FoundOut,
}

/// What a table does with the newest records whose rule asks the territories.
#[derive(Debug, Default, Serialize, utoipa::ToSchema)]
struct FoundOut {
    /// Records looked at.
    records: u64,
    /// How many of them no row takes.
    nowhere: u64,
    /// The values these have, the most frequent first.
    holes: Vec<HoleOut>,
    /// Rows into which none of the records fell.
    idle_rows: u64,
    /// The territories.
    territories: Vec<TerritoryOut>,
}

/// Values that no row takes.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct HoleOut {
    /// What stands in the key columns.
    values: String,
    count: u64,
    /// Key of the newest record that has them.
    example: String,
}

/// One territory.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct TerritoryOut {
    name: String,
    /// Its pool; absent when the policy does not have the territory.
    #[serde(skip_serializing_if = "Option::is_none")]
    pool: Option<String>,
    members: u64,
    /// Members who are not paused.
    active: u64,
    rows: u64,
    records: u64,
}

impl FoundOut {
    fn of(found: Findings) -> Self {
        let hole = |hole: findings::Hole| HoleOut {
            values: hole.values,
            count: hole.count,
            example: hole.example,
        };
        let territory = |one: findings::Territory| TerritoryOut {
            name: one.name,
            pool: one.pool,
            members: one.members,
            active: one.active,
            rows: one.rows,
            records: one.records,
        };
        Self {
            records: found.records,
            nowhere: found.nowhere,
            holes: found.holes.into_iter().map(hole).collect(),
            idle_rows: found.idle_rows,
            territories: found.territories.into_iter().map(territory).collect(),
        }
    }
}

/// The table in force and what it does with the newest 5,000 records.
#[utoipa::path(
    get, path = "/territories", tag = "territories",
    responses((status = 200, body = TerritoriesOut)),
)]
async fn look(State(app): State<App>) -> axum::Json<TerritoriesOut> {
    let (mut out, sheet) = app
        .workspace
        .ask(|state| {
            let standing = state.territories();
            let (table, policy) = (standing.table(), state.policy());
            let declared = policy.and_then(|policy| policy.document().territories.as_ref());
            let out = TerritoriesOut {
                version: standing.version(),
                since: standing.since().map(|since| since.to_string()),
                declared: declared.is_some(),
                on: declared.is_some_and(|territories| territories.on),
                in_policy: standing.in_policy(),
                csv: String::new(),
                found: FoundOut::of(findings::find(state, table)),
            };
            (out, table.sheet(state.record_schema()))
        })
        .await;
    out.csv = sheet::text(&sheet);
    axum::Json(out)
}

/// A table.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct TableIn {
    /// The whole table, CSV with a header: key columns named like record fields, and `territory`.
    csv: String,
    /// The version the author started from; absent replaces whatever is in force.
    #[serde(default)]
    based_on: Option<u32>,
}

/// A table came into force.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct TableSet {
    version: u32,
    rows: usize,
    seq: u64,
}

/// Sets the whole table. It counts from the next record on.
#[utoipa::path(
    put, path = "/territories", tag = "territories", request_body = TableIn,
    params(("Idempotency-Key" = Option<String>, Header, description = "1 to 255 characters")),
    responses((status = 200, body = TableSet), (status = 409, body = Document),
        (status = 422, body = Document)),
)]
async fn set(
    State(app): State<App>,
    signed: Signed,
    key: IdempotencyKey,
    raw: Raw<TABLE_BYTES_MAX>,
) -> Result<axum::Json<TableSet>, Problem> {
    let TableIn { csv, based_on } = raw.parse()?;
    let sheet = sheet::read("csv", &csv)?;
    let rows = sheet.rows.len();
    let set = SetTerritories { sheet, based_on };
    let command = Command::SetTerritories(Box::new(set));
    let done = app
        .workspace
        .submit(keyed(&signed, key, &raw, command))
        .await?;
    let version = done
        .events
        .iter()
        .find_map(|recorded| match recorded.event {
            evenkeel_core::event::Event::TerritoriesSet { version, .. } => Some(version),
            _ => None,
        });
    Ok(axum::Json(TableSet {
        version: version.expect("setting a table sets a version"),
        rows,
        seq: done.first_seq,
    }))
}

/// What a table would change.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct PreviewOut {
    /// The version it was compared with: set with this as `based_on`.
    based_on: u32,
    /// Whether it would be accepted; only then is anything compared.
    accepted: bool,
    /// Errors and warnings; the line is the one of the file, the column is always 0.
    problems: Vec<PolicyProblem>,
    rows: u64,
    /// Keys that are new.
    added: u64,
    /// Keys that are gone.
    removed: u64,
    /// Keys that name another territory.
    changed: u64,
    /// Records compared: the newest whose rule asks the territories.
    records: u64,
    /// How many of them would fall elsewhere.
    moved: u64,
    /// From where to where, and how many.
    moves: Vec<MoveOut>,
    /// What the table does with the same records.
    found: FoundOut,
}

/// Records that would fall elsewhere.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = TerritoryMove)]
struct MoveOut {
    from: String,
    to: String,
    count: u64,
}

/// Looks at a table as setting it would, and changes nothing.
#[utoipa::path(
    post, path = "/territories/check", tag = "territories", request_body = TableIn,
    responses((status = 200, body = PreviewOut), (status = 409, body = Document),
        (status = 422, body = Document)),
)]
async fn check(
    State(app): State<App>,
    raw: Raw<TABLE_BYTES_MAX>,
) -> Result<axum::Json<PreviewOut>, Problem> {
    let TableIn { csv, .. } = raw.parse()?;
    let sheet = sheet::read("csv", &csv)?;
    let look = |state: &Workspace| preview::preview(state, &sheet);
    let seen = app.workspace.ask(look).await?;
    let [added, removed, changed] = seen.keys;
    let moves = seen.moves.into_iter();
    Ok(axum::Json(PreviewOut {
        based_on: seen.based_on,
        accepted: seen.accepted,
        problems: seen.problems.iter().map(PolicyProblem::of_row).collect(),
        rows: seen.rows,
        added,
        removed,
        changed,
        records: seen.records,
        moved: seen.moved,
        moves: moves
            .map(|(from, to, count)| MoveOut { from, to, count })
            .collect(),
        found: FoundOut::of(seen.findings),
    }))
}

/// What else the report needs to know.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Which {
    /// Most that a rep can take in 7 days; a quarter more than an even spread when absent.
    most_per_week: Option<u64>,
    /// A number field that tells what a record is worth.
    value: Option<String>,
}

/// The recorded arrivals dealt twice, with territories on and off.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct CostOut {
    /// Arrivals whose rule asks the territories; all figures are about these.
    records: u64,
    /// First and last of them.
    between: Option<[String; 2]>,
    /// The line above which a rep is over capacity, in records per 7 days.
    most_per_week: u64,
    on: SideOut,
    off: SideOut,
    /// Records nobody could take with territories on, and somebody did with them off.
    rescued: u64,
    /// The other way round.
    lost: u64,
    territories: Vec<InOneOut>,
    /// The same in one sentence.
    sentence: String,
    /// What every figure means.
    definitions: Vec<DefinitionOut>,
}

/// One of the two replays.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct SideOut {
    dealt: u64,
    nobody: u64,
    waited: u64,
    wait_mean_ms: i64,
    wait_longest_ms: i64,
    over_capacity: u64,
    reps: u64,
    fewest: u64,
    most: u64,
    /// Records that would have to change hands until loads differ by at most one.
    to_change_hands: u64,
}

/// One territory, with territories on.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct InOneOut {
    name: String,
    reps: u64,
    records: u64,
    nobody: u64,
    /// How many of its records have a value.
    #[serde(skip_serializing_if = "Option::is_none")]
    valued: Option<u64>,
    /// The mean of these values.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<f64>)]
    value_mean: Option<Value>,
}

/// What a figure means.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct DefinitionOut {
    figure: &'static str,
    means: &'static str,
}

/// Deals the recorded arrivals of the last 200,000 events twice and compares. Arithmetic about what
/// was recorded, no forecast and no evidence that anybody would have sold more.
#[utoipa::path(
    get, path = "/territories/cost", tag = "territories", params(Which),
    responses((status = 200, body = CostOut), (status = 409, body = Document),
        (status = 422, body = Document)),
)]
async fn weigh(
    State(app): State<App>,
    Query(which): Query<Which>,
) -> Result<axum::Json<CostOut>, Problem> {
    let (base, value) = app.workspace.glance(|state| {
        let value = which.value.as_deref();
        (
            Base::of(state),
            value.map(|name| state.record_schema().find(name)),
        )
    });
    let value = match value {
        Some(None) => {
            let seen = which.value.unwrap_or_default().chars().take(80).collect();
            let what = "value";
            let expected = "the name of a record field that is a number";
            return Err(Refusal::ValueRefused {
                what,
                seen,
                expected,
            }
            .into());
        }
        other => other.flatten(),
    };
    let asked = Asked {
        most_per_week: which.most_per_week,
        value,
    };
    let arrivals = arrivals::recorded(&app.workspace).await?;
    let work = move || cost::compare(&base, &arrivals, asked);
    let cost = tokio::task::spawn_blocking(work)
        .await
        .map_err(|_| Fault::Stopping)??;
    Ok(axum::Json(CostOut::of(&cost)))
}

impl CostOut {
    fn of(cost: &Cost) -> Self {
        let means = cost::DEFINITIONS.into_iter();
        Self {
            records: cost.records,
            between: cost
                .between
                .map(|(first, last)| [first.to_string(), last.to_string()]),
            most_per_week: cost.most_per_week,
            on: SideOut::of(&cost.on),
            off: SideOut::of(&cost.off),
            rescued: cost.rescued,
            lost: cost.lost,
            territories: cost
                .territories
                .iter()
                .map(|one| InOneOut {
                    name: one.name.clone(),
                    reps: one.reps,
                    records: one.records,
                    nobody: one.nobody,
                    valued: one.value.map(|(count, _)| count),
                    value_mean: one.value.map(|(_, mean)| exact(mean)),
                })
                .collect(),
            sentence: figures::headline(cost),
            definitions: means
                .map(|(figure, means)| DefinitionOut { figure, means })
                .collect(),
        }
    }
}

impl SideOut {
    fn of(side: &Side) -> Self {
        Self {
            dealt: side.dealt,
            nobody: side.nobody,
            waited: side.waited,
            wait_mean_ms: side.wait_mean.0,
            wait_longest_ms: side.wait_longest.0,
            over_capacity: side.over,
            reps: side.spread.reps,
            fewest: side.spread.fewest,
            most: side.spread.most,
            to_change_hands: side.spread.to_move,
        }
    }
}
