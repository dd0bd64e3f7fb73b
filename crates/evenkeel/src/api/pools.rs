//! Pools: who is owed what, what each was entitled to and received, and who is next.

use crate::api::body::{Name, Query};
use crate::api::fields::exact;
use crate::api::past::AsOf;
use crate::api::problem::{Document, Problem};
use crate::api::routes::Routes;
use crate::app::App;
use crate::host::access::{Need, Verb};
use axum::extract::State;
use evenkeel_core::choose::Draft;
use evenkeel_core::command::envelope::Envelope;
use evenkeel_core::draw::DrawKey;
use evenkeel_core::event::Actor;
use evenkeel_core::ids::{CommandId, PoolNo};
use evenkeel_core::policy::document::Method;
use evenkeel_core::sentence::{Words, owed_with_share};
use evenkeel_core::state::State as Workspace;
use evenkeel_core::time::Moment;
use evenkeel_core::units::Micro;
use evenkeel_core::verdict::{Standing, Turn};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa_axum::routes;

/// Most turns a preview shows.
pub const PREVIEW_MAX: usize = 200;

/// The routes of this resource.
pub fn routes() -> Routes {
    Routes::new()
        .add(Need::May(Verb::SeePools), routes!(list))
        .add(Need::May(Verb::SeePools), routes!(look))
        .add(Need::May(Verb::SeePools), routes!(next))
}

/// A pool in short.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct PoolOut {
    name: String,
    /// Whether the policy in force still has it.
    in_force: bool,
    /// `straight`, `random`, …; absent for a pool that is not in force.
    #[serde(skip_serializing_if = "Option::is_none")]
    method: Option<&'static str>,
    /// Members now.
    members: usize,
    /// Turns dealt ever.
    dealt: u64,
    /// Largest amount any member was owed or ahead since the last change of members or method, in
    /// leads.
    #[schema(value_type = f64)]
    worst: Value,
    /// The proved bound on it.
    #[schema(value_type = f64)]
    bound: Value,
    /// How many records are held for it.
    held: usize,
}

/// All pools.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct Pools {
    pools: Vec<PoolOut>,
}

/// A pool with its ledger.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct PoolWhole {
    #[serde(flatten)]
    pool: PoolOut,
    /// How even it is, and what is proved.
    fairness: FairnessOut,
    /// The specialists' stream, in a pool that has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    stream: Option<StreamOut>,
    /// The members, by rep, with what a record that came now would meet.
    ledger: Vec<EntryOut>,
}

/// What the specialists' stream of a pool is to have, and has had since there is one.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct StreamOut {
    /// The part that the policy says, 0 to 1.
    #[schema(value_type = f64)]
    wanted: Value,
    /// The part it has had, 0 to 1; absent before the first turn.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<f64>)]
    part: Option<Value>,
    /// Leads dealt by the stream.
    #[schema(value_type = f64)]
    dealt: Value,
    /// Leads dealt by stream and base together.
    #[schema(value_type = f64)]
    all: Value,
}

/// The proved bound of a pool as it stands, and the worst measured beside it, in leads.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct FairnessOut {
    /// The last change of members or method, RFC 3339; absent before anybody belonged to the pool.
    #[serde(skip_serializing_if = "Option::is_none")]
    since: Option<String>,
    /// Turns dealt since: all of them are counted.
    turns: u64,
    /// Largest amount any member was owed or ahead since.
    #[schema(value_type = f64)]
    worst: Value,
    /// Nobody can be further from even: half of reach, for each of the other members.
    #[schema(value_type = f64)]
    bound: Value,
    /// Heaviest record since.
    #[schema(value_type = f64)]
    heaviest: Value,
    /// Widest band since.
    #[schema(value_type = f64)]
    band: Value,
    /// What the stretch began with where a departure had left members further apart than its turns
    /// explain; it then stands for heaviest record and widest band.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<f64>)]
    raised: Option<Value>,
    /// The alarm: the first time that the bound was passed. A defect, never a setting.
    #[serde(skip_serializing_if = "Option::is_none")]
    passed: Option<PassedOut>,
}

/// The bound was passed.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct PassedOut {
    /// When, RFC 3339.
    at: String,
    /// Key of the rep.
    rep: String,
    /// What the rep was owed; negative when ahead.
    #[schema(value_type = f64)]
    owed: Value,
    /// The bound at that moment.
    #[schema(value_type = f64)]
    bound: Value,
}

/// One member.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct EntryOut {
    /// Key of the rep.
    rep: String,
    /// Leads owed; negative when ahead.
    #[schema(value_type = f64)]
    owed: Value,
    /// Leads that still drip into entitlement; negative when too many were given.
    #[schema(value_type = f64)]
    makeup: Value,
    /// Records received by turn, since joining.
    turns: u64,
    /// Their sizes added up.
    #[schema(value_type = f64)]
    received: Value,
    /// Entitlement added up over the turns the member could take.
    #[schema(value_type = f64)]
    entitled: Value,
    /// Turns given back; they stay counted above, and come back by make-up.
    voided: u64,
    /// Why the member cannot take a record now; absent when it can.
    #[serde(skip_serializing_if = "Option::is_none")]
    stopped: Option<String>,
}

/// Lists the pools a policy ever named.
#[utoipa::path(
    get, path = "/pools", tag = "pools", params(AsOf),
    responses((status = 200, body = Pools), (status = 400, body = Document)),
)]
async fn list(
    State(app): State<App>,
    Query(as_of): Query<AsOf>,
) -> Result<axum::Json<Pools>, Problem> {
    let pools = as_of.read(&app, |state| {
        let pools = (0..state.pools().len()).map(PoolNo::at);
        Pools {
            pools: pools.map(|pool| pool_out(state, pool)).collect(),
        }
    });
    pools.await.map(axum::Json)
}

/// One pool with its ledger.
#[utoipa::path(
    get, path = "/pools/{name}", tag = "pools",
    params(("name" = String, Path, description = "Name of the pool"), AsOf),
    responses(
        (status = 200, body = PoolWhole), (status = 400, body = Document),
        (status = 404, body = Document),
    ),
)]
async fn look(
    State(app): State<App>,
    Name(name): Name,
    Query(as_of): Query<AsOf>,
) -> Result<axum::Json<PoolWhole>, Problem> {
    let present = (!as_of.is_past()).then(|| app.workspace.now());
    let found = as_of.read(&app, |state| {
        // Of then, what a record would have met that came right after.
        let now = present.unwrap_or_else(|| state.last_at());
        let pool = state.pool_no(&name)?;
        Some(PoolWhole {
            pool: pool_out(state, pool),
            fairness: fairness_out(state, pool),
            stream: stream_out(state, pool),
            ledger: ledger(state, pool, now),
        })
    });
    found
        .await?
        .map(axum::Json)
        .ok_or_else(|| Problem::unknown("pool", &name))
}

/// How many turns.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct HowMany {
    /// How many turns, 1 to 200; 20 when absent.
    count: Option<usize>,
}

/// The turns that come next if nothing changes.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct Preview {
    pool: String,
    /// Whether the pool draws: then this is one possible order, and not the one to come.
    example: bool,
    turns: Vec<TurnOut>,
}

/// One turn to come.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct TurnOut {
    /// Key of the rep.
    rep: String,
    /// Leads the rep will be owed when it comes.
    #[schema(value_type = f64)]
    owed: Value,
}

/// The next turns of a pool if nothing changes and every record uses up one turn.
#[utoipa::path(
    get, path = "/pools/{name}/next", tag = "pools",
    params(("name" = String, Path, description = "Name of the pool"), HowMany),
    responses((status = 200, body = Preview), (status = 404, body = Document)),
)]
async fn next(
    State(app): State<App>,
    Name(name): Name,
    Query(how): Query<HowMany>,
) -> Result<axum::Json<Preview>, Problem> {
    let (now, count) = (
        app.workspace.now(),
        how.count.unwrap_or(20).clamp(1, PREVIEW_MAX),
    );
    let found = app.workspace.ask(|state| {
        let pool = state.pool_no(&name)?;
        let policy = state.policy()?;
        let turns = Draft::new(state, policy, &looking(now)).preview(pool, count);
        let example = method(state, pool).is_some_and(draws);
        let turns = turns
            .iter()
            .filter_map(|turn| turn_out(state, turn))
            .collect();
        Some(Preview {
            pool: name.clone(),
            example,
            turns,
        })
    });
    found
        .await
        .map(axum::Json)
        .ok_or_else(|| Problem::unknown("pool", &name))
}

/// Whether a method leaves anything to a draw.
fn draws(method: Method) -> bool {
    match method {
        Method::Random { .. } => true,
        Method::Mix { random_ppm, .. } => random_ppm > 0,
        Method::Straight | Method::Fit { .. } | Method::Headroom { .. } => false,
    }
}

/// The circumstances of a look at what would be: nothing comes of it.
pub fn looking(now: Moment) -> Envelope {
    let draw = DrawKey::from_seed(0);
    Envelope {
        at: now,
        actor: Actor::System,
        command: CommandId([0; 16]),
        draw,
    }
}

fn turn_out(state: &Workspace, turn: &Turn) -> Option<TurnOut> {
    let pick = turn.pick?;
    let picked = turn
        .candidates
        .iter()
        .find(|candidate| candidate.rep == pick.rep)?;
    let rep = state.roster().rep(pick.rep).key.clone();
    Some(TurnOut {
        rep,
        owed: exact(owed_with_share(picked)),
    })
}

fn method(state: &Workspace, pool: PoolNo) -> Option<Method> {
    let name = &state.pool(pool).name;
    let spec = state
        .policy()?
        .document()
        .pools
        .iter()
        .find(|spec| spec.name == *name)?;
    Some(spec.method)
}

fn pool_out(state: &Workspace, number: PoolNo) -> PoolOut {
    let pool = state.pool(number);
    let method = method(state, number);
    PoolOut {
        name: pool.name.clone(),
        in_force: method.is_some(),
        method: method.map(Method::word),
        members: pool.ledger.members().len(),
        dealt: pool.dealt,
        worst: exact(pool.fairness.worst),
        bound: exact(pool.fairness.bound()),
        held: state.held().filter(|(_, hold)| hold.pool == number).count(),
    }
}

fn stream_out(state: &Workspace, number: PoolNo) -> Option<StreamOut> {
    let pool = state.pool(number);
    let pools = &state.policy()?.document().pools;
    let spec = pools.iter().find(|spec| spec.name == pool.name)?;
    let special = &pool.memory.special;
    let part = |ppm: u32| exact(Micro(i64::from(ppm)));
    Some(StreamOut {
        wanted: part(spec.stream_ppm?),
        part: special.part_ppm().map(part),
        dealt: exact(special.dealt),
        all: exact(special.all()),
    })
}

fn fairness_out(state: &Workspace, number: PoolNo) -> FairnessOut {
    let fairness = state.pool(number).fairness;
    let passed = fairness.passed.map(|passed| PassedOut {
        at: passed.at.to_string(),
        rep: state.roster().rep(passed.rep).key.clone(),
        owed: exact(passed.credit),
        bound: exact(passed.bound),
    });
    FairnessOut {
        since: fairness.since.map(|since| since.to_string()),
        turns: fairness.turns,
        worst: exact(fairness.worst),
        bound: exact(fairness.bound()),
        heaviest: exact(fairness.size_max),
        band: exact(fairness.delta_max),
        raised: fairness.raised().then(|| exact(fairness.carried)),
        passed,
    }
}

fn ledger(state: &Workspace, number: PoolNo, now: Moment) -> Vec<EntryOut> {
    let pool = state.pool(number);
    let envelope = looking(now.max(state.last_at()));
    let ballot = state
        .policy()
        .and_then(|policy| Draft::new(state, policy, &envelope).ballot(number));
    let keys = Words::keys(state);
    let words = Words { state, rep: &keys };
    let stopped = |rep| {
        let candidates = &ballot.as_ref()?.candidates;
        match &candidates
            .iter()
            .find(|candidate| candidate.rep == rep)?
            .standing
        {
            Standing::Stopped(stop) => Some(words.stop(rep, stop)),
            Standing::Able { .. } => None,
        }
    };
    let members = pool.ledger.members().iter();
    members
        .map(|entry| {
            let tally = pool.tally(entry.rep);
            EntryOut {
                rep: state.roster().rep(entry.rep).key.clone(),
                owed: exact(entry.credit),
                makeup: exact(entry.makeup),
                turns: tally.map_or(0, |tally| tally.turns),
                received: exact(tally.map(|tally| tally.received).unwrap_or_default()),
                entitled: exact(tally.map(|tally| tally.entitled).unwrap_or_default()),
                voided: tally.map_or(0, |tally| tally.voided),
                stopped: stopped(entry.rep),
            }
        })
        .collect()
}
