//! Reports over the workspace's own history and imported ones: sentences and tables as JSON, each
//! table as CSV.
//!
//! The same questions as on the pages. A rep's own figures are no report: the rates of colleagues
//! are for those who run the team.

use crate::api::body::{Query, Raw};
use crate::api::policy::POLICY_BYTES_MAX;
use crate::api::problem::{Document, Problem};
use crate::api::routes::Routes;
use crate::app::App;
use crate::host::access::{Need, Verb};
use crate::reports::asked::{self, Wrong};
use crate::reports::asking::{self, Asks};
use crate::reports::backtest::NotPlayed;
use crate::reports::table::{Report, Table};
use crate::reports::{
    audit, backtest, experiments, imports, scorecard, steadiness, validation, volume,
};
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use evenkeel_core::ids::RepNo;
use evenkeel_core::state::State as Workspace;
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa_axum::routes;

/// The routes of this resource.
pub fn routes() -> Routes {
    Routes::new()
        .add(Need::May(Verb::SeeReports), routes!(scorecard))
        .add(Need::May(Verb::SeeReports), routes!(steadiness))
        .add(Need::May(Verb::SeeReports), routes!(volume))
        .add(Need::May(Verb::SeeReports), routes!(validation))
        .add(Need::May(Verb::SeeReports), routes!(audit))
        .add(Need::May(Verb::TryPolicy), routes!(backtest))
        .add(Need::May(Verb::SeeReports), routes!(experiments))
        .add(Need::May(Verb::SeeReports), routes!(imported))
}

/// A report.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct ReportOut {
    /// The last moment that is known, RFC 3339.
    until: String,
    /// Why there are no figures; absent when there are.
    #[serde(skip_serializing_if = "Option::is_none")]
    unknown: Option<String>,
    /// What is to be known before any figure.
    caveats: Vec<String>,
    /// What the figures say, in words.
    said: Vec<String>,
    /// The figures.
    tables: Vec<TableOut>,
}

/// One table of a report.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct TableOut {
    /// Its name, for `table`.
    name: &'static str,
    title: String,
    /// What it stands on.
    n: String,
    /// What its columns mean.
    definition: String,
    /// The columns, in order.
    columns: Vec<ColumnOut>,
    /// Objects by column. A figure is an object of `value`, `low`, `high` and `n`; what is not
    /// known is null; spans are in days.
    #[schema(value_type = Vec<Object>)]
    rows: Vec<Map<String, Value>>,
}

/// A column.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct ColumnOut {
    name: &'static str,
    title: &'static str,
}

/// Every rep of a pool beside the team: rates with intervals, and what may be said of each.
#[utoipa::path(
    get, path = "/reports/scorecard", tag = "reports", params(scorecard::Question),
    responses(
        (status = 200, content((ReportOut = "application/json"), (String = "text/csv"))),
        (status = 400, body = Document),
    ),
)]
async fn scorecard(
    State(app): State<App>,
    Query(question): Query<scorecard::Question>,
) -> Result<Response, Problem> {
    answered(&app, &question).await
}

/// How even results are period by period, of each rep, of the team and between reps; and how long
/// reps take to a target.
#[utoipa::path(
    get, path = "/reports/steadiness", tag = "reports", params(steadiness::Question),
    responses(
        (status = 200, content((ReportOut = "application/json"), (String = "text/csv"))),
        (status = 400, body = Document),
    ),
)]
async fn steadiness(
    State(app): State<App>,
    Query(question): Query<steadiness::Question>,
) -> Result<Response, Problem> {
    answered(&app, &question).await
}

/// Up to how many leads a month each rep follows up, and what a further one brings. Advice, never
/// applied by itself.
#[utoipa::path(
    get, path = "/reports/volume", tag = "reports", params(volume::Question),
    responses(
        (status = 200, content((ReportOut = "application/json"), (String = "text/csv"))),
        (status = 400, body = Document),
    ),
)]
async fn volume(
    State(app): State<App>,
    Query(question): Query<volume::Question>,
) -> Result<Response, Problem> {
    answered(&app, &question).await
}

/// How much of what was dealt is worked and how soon, what became of it, and what changed.
#[utoipa::path(
    get, path = "/reports/validation", tag = "reports", params(validation::Question),
    responses(
        (status = 200, content((ReportOut = "application/json"), (String = "text/csv"))),
        (status = 400, body = Document),
    ),
)]
async fn validation(
    State(app): State<App>,
    Query(question): Query<validation::Question>,
) -> Result<Response, Problem> {
    answered(&app, &question).await
}

/// Whether every decision follows, whether a pool's turns were a rotation, who gained by hand, and
/// what other draws would have given.
#[utoipa::path(
    get, path = "/reports/audit", tag = "reports", params(audit::Question),
    responses(
        (status = 200, content((ReportOut = "application/json"), (String = "text/csv"))),
        (status = 400, body = Document),
    ),
)]
async fn audit(
    State(app): State<App>,
    Query(question): Query<audit::Question>,
) -> Result<Response, Problem> {
    answered(&app, &question).await
}

/// What another policy would have given to whom, over the recorded history. Nothing is published;
/// outcomes are not replayed.
#[utoipa::path(
    post, path = "/reports/backtest", tag = "reports", request_body = backtest::Question,
    responses(
        (status = 200, content((ReportOut = "application/json"), (String = "text/csv"))),
        (status = 400, body = Document), (status = 422, body = Document),
    ),
)]
async fn backtest(State(app): State<App>, raw: Raw<POLICY_BYTES_MAX>) -> Result<Response, Problem> {
    let question: backtest::Question = raw.parse()?;
    let form = Form::of(question.format.as_ref(), question.table.as_ref())?;
    let read = question.read()?;
    let find = app
        .workspace
        .read(move |reader, workspace| backtest::find(reader, workspace, &read));
    let found = find.await?.map_err(|why| match why {
        NotPlayed::Refused(refusal) => Problem::from(refusal),
        NotPlayed::Unfit(why) => Problem::own("query_malformed", why),
    })?;
    let answer = |state: &Workspace| {
        let key = |rep: RepNo| state.roster().rep(rep).key.clone();
        form.answer(&backtest::report(&found), &key)
    };
    app.workspace.ask(answer).await
}

/// Whether a change worked, from groups that began with it at different times.
#[utoipa::path(
    get, path = "/reports/experiments", tag = "reports", params(experiments::Question),
    responses(
        (status = 200, content((ReportOut = "application/json"), (String = "text/csv"))),
        (status = 400, body = Document),
    ),
)]
async fn experiments(
    State(app): State<App>,
    Query(question): Query<experiments::Question>,
) -> Result<Response, Problem> {
    answered(&app, &question).await
}

/// The files of past history that were imported: what each told, and between when.
#[utoipa::path(
    get, path = "/reports/imports", tag = "reports", params(imports::Question),
    responses(
        (status = 200, content((ReportOut = "application/json"), (String = "text/csv"))),
        (status = 400, body = Document),
    ),
)]
async fn imported(
    State(app): State<App>,
    Query(question): Query<imports::Question>,
) -> Result<Response, Problem> {
    let form = Form::of(question.format.as_ref(), question.table.as_ref())?;
    let cut = app.workspace.cut().await?;
    let tell = |state: &Workspace| {
        let key = |rep: RepNo| state.roster().rep(rep).key.clone();
        form.answer(&imports::report(state, cut), &key)
    };
    app.workspace.ask(tell).await
}

/// Answers a question that is asked of a history.
async fn answered<Q: Asks>(app: &App, question: &Q) -> Result<Response, Problem> {
    let (format, table) = question.form();
    let form = Form::of(format, table)?;
    let answer = asking::answer(&app.workspace, question).await??;
    let tell = |state: &Workspace| {
        let key = |rep: RepNo| state.roster().rep(rep).key.clone();
        form.answer(&answer.keyed(state), &key)
    };
    app.workspace.ask(tell).await
}

impl From<Wrong> for Problem {
    fn from(wrong: Wrong) -> Self {
        Self::own("query_malformed", wrong.message())
    }
}

/// In which form an answer is wanted.
struct Form {
    csv: bool,
    table: Option<String>,
}

impl Form {
    fn of(format: Option<&String>, table: Option<&String>) -> Result<Self, Problem> {
        let csv = asked::one_of("format", format, &[("json", false), ("csv", true)])?;
        let table = asked::given(table).map(str::to_owned);
        Ok(Self { csv, table })
    }

    fn answer(&self, report: &Report, key: &dyn Fn(RepNo) -> String) -> Result<Response, Problem> {
        if !self.csv {
            return Ok(axum::Json(out(report, key)).into_response());
        }
        let table = match &self.table {
            Some(name) => report.table(name).ok_or_else(|| {
                let names: Vec<&str> = report.tables.iter().map(|table| table.name).collect();
                let expected = match (&report.unknown, names.is_empty()) {
                    (Some(why), _) => format!("asked for when there are figures: {why}"),
                    (None, _) => format!("one of {}", names.join(", ")),
                };
                Problem::from(Wrong::new("table", name, expected))
            })?,
            None => report.tables.first().ok_or_else(|| {
                let why = report.unknown.as_deref().unwrap_or("There is no table.");
                Problem::own(
                    "query_malformed",
                    format!("There is nothing to export. {why}"),
                )
            })?,
        };
        let named = format!("attachment; filename=\"{}.csv\"", table.name);
        let headers = [
            (header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
            (header::CONTENT_DISPOSITION, named),
        ];
        Ok((headers, table.csv(key)).into_response())
    }
}

fn out(report: &Report, key: &dyn Fn(RepNo) -> String) -> ReportOut {
    let table = |table: &Table| TableOut {
        name: table.name,
        title: table.title.clone(),
        n: table.n.clone(),
        definition: table.definition.clone(),
        columns: table
            .columns
            .iter()
            .map(|column| ColumnOut {
                name: column.name,
                title: column.head,
            })
            .collect(),
        rows: table.json(key),
    };
    ReportOut {
        until: report.until.to_string(),
        unknown: report.unknown.clone(),
        caveats: report.caveats.clone(),
        said: report.said.clone(),
        tables: report.tables.iter().map(table).collect(),
    }
}
