//! What one rep more would win, with its range.
//!
//! Advice only; the team is the workspace's own, as the page fills it in.

use crate::api::body::Query;
use crate::api::problem::{Document, Problem};
use crate::api::routes::Routes;
use crate::app::App;
use crate::host::access::{Need, Verb};
use crate::host::asked::Asked;
use crate::host::hire::{self, Answer, NEWCOMER};
use axum::extract::State;
use evenkeel_core::units::Micro;
use serde::{Deserialize, Serialize};
use utoipa_axum::routes;

/// The routes of this resource.
pub fn routes() -> Routes {
    Routes::new().add(Need::May(Verb::AskAdvice), routes!(look))
}

/// What is asked; what is absent is the workspace's own.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct HireAsked {
    /// Leads a month; the turns of the last 30 days when absent.
    leads: Option<f64>,
    /// Close rate of the hire once ramped, in percent; the team's average when absent.
    rate: Option<f64>,
    /// Leads a month the hire works well; the team's average when absent.
    capacity: Option<f64>,
    /// Part of the close rate to begin with, in percent; 50 when absent.
    rate_begins: Option<f64>,
    /// Part of the capacity to begin with, in percent; 30 when absent.
    capacity_begins: Option<f64>,
    /// Months until ramped, 1 to 36; 12 when absent.
    ramp: Option<f64>,
    /// Months looked at, 1 to 60; 12 when absent.
    months: Option<f64>,
    /// Mean deal; that of the own wins when absent.
    deal: Option<f64>,
    /// Spread of deals over it.
    spread: Option<f64>,
    /// Key of a rep: play it with the policy in force, as somebody with the same fields.
    like: Option<String>,
}

/// From and to, in eight of ten draws.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct RangeOut {
    low: f64,
    high: f64,
}

/// What the policy in force would make of the hire.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct ByPolicy {
    /// Months dealt: the first of those asked for, as many as are played at once.
    months: u64,
    /// Pools the hire would belong to.
    pools: usize,
    /// Leads the hire would get.
    leads: u64,
    /// By how much the team's wins change.
    wins: f64,
    /// Leads that nobody gets, without the hire and with.
    nobody: [u64; 2],
}

/// What one rep more would win.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct HireOut {
    /// In a sentence.
    says: String,
    months: u64,
    /// Leads a month.
    leads: u64,
    /// Leads over what the team can work without the hire.
    load: f64,
    /// Wins more, leads shared out as well as can be.
    wins: f64,
    /// The same with rates as unsure as the turns behind them.
    wins_range: RangeOut,
    /// Ramp times capacity times close rate, the usual forecast.
    naive: f64,
    /// Wins more, month by month.
    monthly: Vec<f64>,
    /// Revenue more: rates, wins and deals drawn 200 times. Absent where nobody knows what a deal
    /// is worth.
    #[serde(skip_serializing_if = "Option::is_none")]
    revenue_range: Option<RangeOut>,
    /// With `like`: dealt by the policy in force.
    #[serde(skip_serializing_if = "Option::is_none")]
    by_policy: Option<ByPolicy>,
}

/// What one rep more would win with the leads there are, and what revenue that is, as a range.
#[utoipa::path(get, path = "/advice/hire", tag = "advice", params(HireAsked),
    responses((status = 200, body = HireOut), (status = 422, body = Document)))]
async fn look(
    State(app): State<App>,
    Query(asked): Query<HireAsked>,
) -> Result<axum::Json<HireOut>, Problem> {
    let figures = [
        ("leads", asked.leads),
        ("rate", asked.rate),
        ("capacity", asked.capacity),
        ("rate_begins", asked.rate_begins),
        ("capacity_begins", asked.capacity_begins),
        ("ramp", asked.ramp),
        ("months", asked.months),
        ("deal", asked.deal),
        ("spread", asked.spread),
    ];
    let asked = Asked::figures(&figures).and("like", asked.like);
    let known = hire::known(&app.workspace).await;
    let answered = hire::ask(&app.workspace, &known, &asked).await?;
    let answer = answered.map_err(|why| Problem::own("field_malformed", why))?;
    Ok(axum::Json(out(answer)?))
}

fn number(amount: Micro) -> f64 {
    amount.0 as f64 / 1e6
}

fn out(answer: Answer) -> Result<HireOut, Problem> {
    let (worth, range) = (&answer.worth, &answer.range);
    let by_policy = match answer.played {
        None | Some(hire::ByPolicy::TooMany) => None,
        Some(hire::ByPolicy::Dealt {
            played: Err(refusal),
            ..
        }) => return Err(Problem::from(refusal)),
        Some(hire::ByPolicy::Dealt {
            months,
            played: Ok(played),
        }) => Some(ByPolicy {
            months,
            pools: played.pools,
            leads: played.with.dealt.get(NEWCOMER).into_iter().flatten().sum(),
            wins: number(played.with.wins - played.without.wins),
            nobody: [played.without.nobody, played.with.nobody],
        }),
    };
    let (low, high) = range.revenue;
    Ok(HireOut {
        says: worth.sentence(),
        months: answer.question.months,
        leads: answer.question.leads,
        load: number(worth.load),
        wins: number(worth.more),
        wins_range: RangeOut {
            low: number(range.wins.0),
            high: number(range.wins.1),
        },
        naive: number(worth.naive),
        monthly: worth.monthly.iter().map(|wins| number(*wins)).collect(),
        revenue_range: (answer.question.deal > 0.0).then_some(RangeOut { low, high }),
        by_policy,
    })
}
