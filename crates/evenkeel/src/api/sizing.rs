//! How many accounts a rep needs for a stated chance of quota.
//!
//! Advice only; what nobody says is filled in from the workspace, as on the page.

use crate::api::body::Query;
use crate::api::problem::{Document, Problem};
use crate::api::routes::Routes;
use crate::app::App;
use crate::host::access::{Need, Verb};
use crate::host::asked::Asked;
use crate::host::fault::Fault;
use crate::host::sizing::{self, Answer};
use axum::extract::State;
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
struct SizingAsked {
    /// Quota of one rep; 250,000 when absent.
    quota: Option<f64>,
    /// Chance of reaching it in percent, 50 to 99; 80 when absent.
    chance: Option<f64>,
    /// Accounts that closed.
    won: Option<f64>,
    /// Of so many worked.
    of: Option<f64>,
    /// Mean deal.
    deal: Option<f64>,
    /// Spread of deals over their mean.
    spread: Option<f64>,
}

/// Accounts, with the chance of quota both ways.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct Accounts {
    accounts: u64,
    /// Chance of quota by the formula, 0 to 1.
    by_formula: f64,
    /// The same worked out on a grid of amounts.
    exact: f64,
}

/// How many accounts a rep needs.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct SizingOut {
    quota: f64,
    /// The chance asked for, 0 to 1.
    chance: f64,
    /// Accounts that closed, of so many worked: what the conversion is learned from.
    won: u64,
    of: u64,
    /// The conversion reckoned with (Jeffreys).
    conversion: f64,
    deal: f64,
    spread: f64,
    /// Quota over what an account brings on average.
    plain: Accounts,
    /// For the chance asked for; absent when so little history leaves more doubt than any number
    /// of accounts can make good.
    #[serde(skip_serializing_if = "Option::is_none")]
    needed: Option<Accounts>,
}

/// How many accounts a rep needs for a stated chance of quota, with the doubt of little history.
#[utoipa::path(get, path = "/advice/sizing", tag = "advice", params(SizingAsked),
    responses((status = 200, body = SizingOut), (status = 422, body = Document)))]
async fn look(
    State(app): State<App>,
    Query(asked): Query<SizingAsked>,
) -> Result<axum::Json<SizingOut>, Problem> {
    let asked = Asked::figures(&[
        ("quota", asked.quota),
        ("chance", asked.chance),
        ("won", asked.won),
        ("of", asked.of),
        ("deal", asked.deal),
        ("spread", asked.spread),
    ]);
    let now = app.workspace.now();
    let known = app.workspace.ask(|state| sizing::known(state, now)).await;
    let question = sizing::question(&asked, &known);
    let work = move || question.and_then(sizing::answer);
    let answered = tokio::task::spawn_blocking(work).await;
    let answered = answered.map_err(|_| Fault::Stopping)?;
    let answer = answered.map_err(|why| Problem::own("field_malformed", why))?;
    Ok(axum::Json(out(&answer)))
}

fn out(answer: &Answer) -> SizingOut {
    let (question, need) = (answer.question, &answer.need);
    let needed = need.accounts.zip(answer.formula.1).zip(need.chance);
    SizingOut {
        quota: question.quota,
        chance: question.chance,
        won: question.won,
        of: question.of,
        conversion: answer.conversion,
        deal: question.mean,
        spread: question.cv,
        plain: Accounts {
            accounts: need.plain,
            by_formula: answer.formula.0,
            exact: need.plain_chance,
        },
        needed: needed.map(|((accounts, by_formula), exact)| Accounts {
            accounts,
            by_formula,
            exact,
        }),
    }
}
