//! Books: what each weighs, what it should hold, what is neglected, how it changed since the last
//! talk, and how its rep stands to quota; what the pages Books and Check-in show.
//!
//! Read only. A rep sees the own book.

use crate::api::body::Name;
use crate::api::body::Query;
use crate::api::feedback::near;
use crate::api::fields::exact;
use crate::api::problem::{Document, Problem};
use crate::api::routes::Routes;
use crate::app::App;
use crate::host::access::Sees;
use crate::host::access::{Need, Verb};
use crate::host::quota::{Booked, Quotas};
use crate::host::signed::Signed;
use crate::host::turnover::Then;
use axum::extract::State;
use evenkeel_core::checkin::{Sheet, Stand, sheets};
use evenkeel_core::effort::capacity::Target;
use evenkeel_core::state::State as Workspace;
use evenkeel_core::time::Moment;
use evenkeel_core::turnover::Out;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;
use utoipa_axum::routes;

/// The routes of this resource.
pub fn routes() -> Routes {
    let see = Need::May(Verb::SeeBooks);
    Routes::new().add(see, routes!(all)).add(see, routes!(one))
}

/// Since when changes are told.
#[derive(Clone, Copy, Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct BooksAsked {
    /// Days since the last talk: 7 or 14; 7 when absent. Counted from the beginning of that day in
    /// UTC.
    days: Option<u8>,
}

/// What a book should hold, in standard accounts.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct TargetOut {
    #[schema(value_type = f64)]
    accounts: Value,
    /// Below this it is under-supplied.
    #[schema(value_type = f64)]
    least: Value,
    /// Above this, or from here on but in the last tier, it is overloaded.
    #[schema(value_type = f64)]
    most: Value,
    /// Whether somebody decided it for this rep.
    exception: bool,
}

/// How a rep stands to quota.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct QuotaOut {
    quota: f64,
    booked: f64,
    /// Wins behind `booked` where no field tells it.
    #[serde(skip_serializing_if = "Option::is_none")]
    wins: Option<u64>,
    /// Part of the quota that is booked.
    attained: f64,
    /// Chance that what is open brings the rest, at the team's conversion and deals.
    #[serde(skip_serializing_if = "Option::is_none")]
    chance: Option<f64>,
    /// Why there is no chance.
    #[serde(skip_serializing_if = "Option::is_none")]
    chance_lacks: Option<String>,
}

/// How a book changed.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct ChangesOut {
    since: String,
    /// Load, open records and neglected ones then; absent for a rep who was not here.
    #[serde(skip_serializing_if = "Option::is_none")]
    then: Option<ThenOut>,
    /// Records that came in for the first time, and that came back.
    came: u64,
    came_back: u64,
    /// Records that went out, by way: `closed`, `given_back`, `recycled`, `pulled_out`,
    /// `handed_on`, `reassigned`, `planned`.
    went: BTreeMap<&'static str, u64>,
}

/// A book as it was.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct ThenOut {
    #[schema(value_type = f64)]
    load: Value,
    open: usize,
    neglected: usize,
}

/// One rep's book.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct BookStand {
    rep: String,
    /// Open records.
    open: usize,
    /// What they cost, in standard accounts.
    #[schema(value_type = f64)]
    load: Value,
    #[serde(skip_serializing_if = "Option::is_none")]
    target: Option<TargetOut>,
    /// `overloaded`, `fits`, `undersupplied` or `unknown`.
    stand: &'static str,
    /// Open records that nobody touched for too long.
    neglected: usize,
    /// Those untouched for longest, at most ten.
    neglected_longest: Vec<String>,
    /// Open records lighter, and heavier, than suits the tier.
    misfits: [usize; 2],
    #[serde(skip_serializing_if = "Option::is_none")]
    quota: Option<QuotaOut>,
    /// Absent when the workspace is younger.
    #[serde(skip_serializing_if = "Option::is_none")]
    changes: Option<ChangesOut>,
}

/// Books, by rep.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct BooksOut {
    books: Vec<BookStand>,
}

/// Every book: load against target, neglect, quota, and what changed since the last talk.
#[utoipa::path(get, path = "/books", tag = "books", params(BooksAsked),
    responses((status = 200, body = BooksOut), (status = 422, body = Document)))]
async fn all(
    State(app): State<App>,
    signed: Signed,
    Query(asked): Query<BooksAsked>,
) -> Result<axum::Json<BooksOut>, Problem> {
    let books = read(&app, &signed, asked).await?;
    Ok(axum::Json(BooksOut { books }))
}

/// One rep's book; a rep sees the own one.
#[utoipa::path(get, path = "/reps/{key}/book", tag = "books",
    params(("key" = String, Path, description = "Key of the rep"), BooksAsked),
    responses((status = 200, body = BookStand), (status = 404, body = Document),
        (status = 422, body = Document)))]
async fn one(
    State(app): State<App>,
    signed: Signed,
    Name(rep): Name,
    Query(asked): Query<BooksAsked>,
) -> Result<axum::Json<BookStand>, Problem> {
    near(&app, &signed, &rep)?;
    let books = read(&app, &signed, asked).await?;
    let book = books.into_iter().find(|book| book.rep == rep);
    let book = book.ok_or_else(|| Problem::own("not_found", "This rep has left."))?;
    Ok(axum::Json(book))
}

async fn read(app: &App, signed: &Signed, asked: BooksAsked) -> Result<Vec<BookStand>, Problem> {
    let days = match asked.days {
        None | Some(7) => 7,
        Some(14) => 14,
        Some(days) => {
            let why = format!("days is {days}, and must be 7 or 14.");
            return Err(Problem::own("field_malformed", why).at("/days"));
        }
    };
    let then = Then::of(&app.workspace, days).await?;
    let now = app.workspace.now();
    let all = signed.role.sees() == Sees::All;
    let told = app.workspace.ask(|state| {
        let now = now.max(state.last_at());
        let quotas = Quotas::of(state, now);
        let known = sheets_of(state, now, &then);
        let seen = known.iter();
        let seen = seen.filter(|sheet| all || signed.rep == Some(sheet.rep));
        seen.map(|sheet| book(state, sheet, (&then, quotas.as_ref())))
            .collect()
    });
    Ok(told.await)
}

fn sheets_of(state: &Workspace, now: Moment, then: &Then) -> Vec<Sheet> {
    let activity = &state.records().activity;
    let touched = |record| activity.active_at(record);
    sheets(state, now, &touched, &then.last())
}

fn book(state: &Workspace, sheet: &Sheet, (then, quotas): (&Then, Option<&Quotas>)) -> BookStand {
    let key = |record| state.records().key(record).to_owned();
    BookStand {
        rep: state.roster().rep(sheet.rep).key.clone(),
        open: sheet.open,
        load: exact(sheet.load),
        target: sheet.target.map(target),
        stand: match sheet.stand {
            Stand::Overloaded => "overloaded",
            Stand::Fits => "fits",
            Stand::Undersupplied => "undersupplied",
            Stand::Unknown => "unknown",
        },
        neglected: sheet.neglected.count,
        neglected_longest: sheet
            .neglected
            .longest
            .iter()
            .map(|(one, _)| key(*one))
            .collect(),
        misfits: [sheet.misfits.0, sheet.misfits.1],
        quota: quotas.and_then(|quotas| quota(state, sheet, quotas)),
        changes: changes(sheet, then),
    }
}

fn target(target: Target) -> TargetOut {
    TargetOut {
        accounts: exact(target.accounts),
        least: exact(target.floor()),
        most: exact(target.most),
        exception: target.excepted,
    }
}

fn quota(state: &Workspace, sheet: &Sheet, quotas: &Quotas) -> Option<QuotaOut> {
    let (stands, from) = quotas.rep(state, sheet.rep)?;
    Some(QuotaOut {
        quota: stands.goal.quota,
        booked: stands.goal.booked,
        wins: match from {
            Booked::Field => None,
            Booked::Wins(count) => Some(count),
        },
        attained: stands.part,
        chance: stands.chance.ok(),
        chance_lacks: stands.chance.err().map(|lack| lack.words()),
    })
}

fn changes(sheet: &Sheet, then: &Then) -> Option<ChangesOut> {
    let (turnover, last) = then.known.as_ref()?;
    let flow = turnover.of(sheet.rep);
    Some(ChangesOut {
        since: then.since.to_string(),
        then: last.get(&sheet.rep).map(|last| ThenOut {
            load: exact(last.load),
            open: last.open,
            neglected: last.neglected,
        }),
        came: flow.came,
        came_back: flow.back,
        went: Out::ALL
            .into_iter()
            .map(|way| (way.code(), flow.out(way)))
            .collect(),
    })
}
