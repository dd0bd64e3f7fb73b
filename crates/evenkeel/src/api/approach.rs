//! Named accounts, a queue or a mix, by five questions.
//!
//! Advice only; what nobody answers is answered by figures of the workspace where it has them.

use crate::api::body::Query;
use crate::api::problem::{Document, Problem};
use crate::api::routes::Routes;
use crate::app::App;
use crate::host::access::{Need, Verb};
use crate::host::approach::told;
use crate::host::asked::Asked;
use axum::extract::State;
use evenkeel_core::measure::approach::{Advice, Question, Reason, Way};
use serde::{Deserialize, Serialize};
use utoipa_axum::routes;

/// The routes of this resource.
pub fn routes() -> Routes {
    Routes::new().add(Need::May(Verb::AskAdvice), routes!(look))
}

/// What is answered; what is absent is read off the workspace.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ApproachAsked {
    /// Many reps, or few.
    many: Option<bool>,
    /// Strictly defined territories, or loose ones or none.
    strict: Option<bool>,
    /// A large market for the accounts all reps need, or a small one.
    large: Option<bool>,
    /// Sure how many accounts a quota takes, or not.
    sure: Option<bool>,
    /// RevOps has time for named books, or not.
    revops: Option<bool>,
    /// Accounts one rep needs for quota.
    needed: Option<f64>,
    /// Accounts in the market.
    market: Option<f64>,
}

/// One question, and what its answer speaks for.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct ReasonOut {
    /// `reps`, `territories`, `market`, `confidence` or `revops`.
    question: &'static str,
    /// The answer in words, with the figure it rests on.
    because: String,
    /// `named` or `queue`; absent when nothing is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    speaks_for: Option<&'static str>,
}

/// What suits, and why.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct ApproachOut {
    /// `named`, `queue`, `mix`, or `open` when too little is known.
    advice: &'static str,
    /// In a sentence.
    says: &'static str,
    /// Answers for named accounts, and for a queue.
    votes: [usize; 2],
    reasons: Vec<ReasonOut>,
}

/// Which way to distribute suits: named accounts, a queue, or a mix.
#[utoipa::path(get, path = "/advice/approach", tag = "advice", params(ApproachAsked),
    responses((status = 200, body = ApproachOut), (status = 422, body = Document)))]
async fn look(
    State(app): State<App>,
    Query(asked): Query<ApproachAsked>,
) -> Result<axum::Json<ApproachOut>, Problem> {
    let figures = [("needed", asked.needed), ("market", asked.market)];
    let yes = |answer: Option<bool>| answer.map(|yes| if yes { "yes" } else { "no" }.to_owned());
    let asked = Asked::figures(&figures)
        .and("many", yes(asked.many))
        .and("strict", yes(asked.strict))
        .and("large", yes(asked.large))
        .and("sure", yes(asked.sure))
        .and("revops", yes(asked.revops));
    let now = app.workspace.now();
    let told = app.workspace.ask(|state| told(state, now, &asked)).await;
    if let Some(wrong) = told.wrong {
        return Err(Problem::own("field_malformed", wrong));
    }
    let approach = told.approach;
    let (named, queue) = approach.votes;
    Ok(axum::Json(ApproachOut {
        advice: match approach.advice {
            Advice::One(way) => word(way),
            Advice::Mix => "mix",
            Advice::Open => "open",
        },
        says: approach.advice.sentence(),
        votes: [named, queue],
        reasons: approach.reasons.into_iter().map(reason).collect(),
    }))
}

fn word(way: Way) -> &'static str {
    match way {
        Way::Named => "named",
        Way::Queue => "queue",
    }
}

fn reason(reason: Reason) -> ReasonOut {
    ReasonOut {
        question: match reason.question {
            Question::Reps => "reps",
            Question::Territories => "territories",
            Question::Market => "market",
            Question::Confidence => "confidence",
            Question::RevOps => "revops",
        },
        because: reason.because,
        speaks_for: reason.speaks_for.map(word),
    }
}
