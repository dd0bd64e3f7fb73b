//! The back-test: another policy over the workspace's own history, side by side with what was.
//!
//! Nothing is published and nothing is kept. What differs is the policy's doing; what reps would
//! have made of other records nobody knows, and the page says so before any figure.

use crate::app::App;
use crate::host::access::Verb;
use crate::host::signed::Signed;
use crate::reports::backtest::{self, Found, NotPlayed, Question};
use crate::reports::table::Report;
use crate::web::form::{Fields, Sent};
use crate::web::layout::{self, Here};
use crate::web::notice::Notice;
use crate::web::picture::pair::Pairs;
use crate::web::refused::Refused;
use crate::web::scene::Scene;
use crate::web::{report, show, words};
use axum::extract::State as Shared;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use evenkeel_core::command::refusal::Refusal;
use maud::{Markup, html};

const PATH: &str = "/backtest";
/// Most problems of a policy that are told; the editor shows all of them at their lines.
const PROBLEMS_MAX: usize = 5;

/// What the page shows.
struct Drawn {
    /// What was asked; the policy in force where nothing was.
    question: Option<Question>,
    /// What came of it.
    outcome: Option<Result<Found, Notice>>,
}

/// `GET /backtest`
pub async fn get(Shared(app): Shared<App>, signed: Signed) -> Result<Html<String>, Refused> {
    signed.may(Verb::TryPolicy)?;
    let drawn = Drawn {
        question: None,
        outcome: None,
    };
    page(&app, &signed, &drawn).await
}

/// `POST /backtest`
pub async fn post(
    Shared(app): Shared<App>,
    signed: Signed,
    sent: Sent,
) -> Result<Response, Refused> {
    signed.may(Verb::TryPolicy)?;
    let fields = sent.by(&signed)?;
    let question = question(&fields);
    let outcome = match question.read() {
        Err(wrong) => Err(Notice::form(
            "The question could not be read.",
            wrong.message(),
        )),
        Ok(read) => {
            let find = app
                .workspace
                .read(move |reader, workspace| backtest::find(reader, workspace, &read));
            find.await?.map_err(not_played)
        }
    };
    if let (Ok(found), name) = (&outcome, fields.text("export"))
        && let Some(table) = backtest::report(found).table(name)
    {
        return Ok(app.workspace.ask(|state| report::csv(state, table)).await);
    }
    let status = match outcome {
        Ok(_) => StatusCode::OK,
        Err(_) => StatusCode::UNPROCESSABLE_ENTITY,
    };
    let drawn = Drawn {
        question: Some(question),
        outcome: Some(outcome),
    };
    Ok((status, page(&app, &signed, &drawn).await?).into_response())
}

fn question(fields: &Fields) -> Question {
    let text = |name: &str| Some(fields.text(name).to_owned());
    Question {
        policy: fields.raw("policy").replace("\r\n", "\n"),
        from: text("from"),
        to: text("to"),
        chance: text("chance"),
        won: text("won"),
        horizon: text("horizon"),
        format: None,
        table: None,
    }
}

fn not_played(why: NotPlayed) -> Notice {
    match why {
        NotPlayed::Unfit(why) => Notice::form("Nothing was played.", why),
        NotPlayed::Refused(Refusal::PolicyRejected { problems }) => {
            let errors = problems.iter().filter(|problem| problem.is_error());
            let told = errors
                .take(PROBLEMS_MAX)
                .map(|problem| format!("line {}: {}", problem.line, problem.message));
            let told: Vec<String> = told.collect();
            Notice::form("The policy has errors.", told.join(" "))
        }
        NotPlayed::Refused(refusal) => Notice::refusal(&refusal),
    }
}

async fn page(app: &App, signed: &Signed, drawn: &Drawn) -> Result<Html<String>, Refused> {
    let body = |scene: &Scene<'_>| body(scene, drawn);
    show::page(app, signed, Here::Results, "Back-test", body).await
}

fn body(scene: &Scene<'_>, drawn: &Drawn) -> Markup {
    html! {
        (report::head(PATH, "Back-test", "What another policy would have given to whom, over your own \
            history. Nothing is published. Assignments are played again; outcomes are not."))
        @if let Some(Err(notice)) = &drawn.outcome { (notice.show()) }
        div.stack {
            @if let Some(Ok(found)) = &drawn.outcome {
                (results(scene, found, &backtest::report(found)))
            }
            (form(scene, drawn))
        }
    }
}

fn form(scene: &Scene<'_>, drawn: &Drawn) -> Markup {
    let question = drawn.question.clone().unwrap_or_else(|| Question {
        policy: scene.state.policy_text().to_owned(),
        ..Question::default()
    });
    let chance = [
        ("no", "no".to_owned()),
        ("yes", "yes, with fresh draws (takes a while)".to_owned()),
    ];
    let asked = question.chance.as_deref().unwrap_or("no");
    html! {
        form.sheet #question action=(PATH) method="post" aria-labelledby="other" {
            header {
                h2 #other { "The other policy" }
                span.note { "begins with the one in force: change it, or put another in its place" }
            }
            div.body.form {
                (layout::csrf(scene.viewer))
                label {
                    span.unseen { "The other policy" }
                    textarea name="policy" rows="18" spellcheck="false" required { (question.policy) }
                }
                div.form.flat.tight {
                    (report::text("from", "From", "the beginning, or 2026-01-01", question.from.as_ref()))
                    (report::text("to", "Until", "now, or 2026-04-01", question.to.as_ref()))
                    (report::choice("chance", "What chance alone does", &chance, asked))
                    (report::text("won", "Reason that is a win", "won", question.won.as_ref()))
                    (report::text("horizon", "Won within days", "when 9 of 10 are", question.horizon.as_ref()))
                    div.acts { button.main type="submit" { "Play it" } }
                }
            }
        }
    }
}

fn results(scene: &Scene<'_>, found: &Found, report: &Report) -> Markup {
    let comparison = &found.comparison;
    let (begin, end) = comparison.between;
    html! {
        div.say role="note" { b { "Outcomes are not replayed" } p { (report.caveats[0]) } }
        section.sheet aria-labelledby="told" {
            header {
                h2 #told { "What would have been otherwise" }
                span.note { (words::utc(begin)) " to " (words::utc(end)) }
            }
            div.body.stack { @for said in &report.said { p { (said) } } }
        }
        (loads(scene, found))
        @for table in &report.tables {
            section.sheet aria-labelledby=(table.name) {
                header {
                    h2 id=(table.name) { (table.title) }
                    span.note { (table.n) }
                    button.bare form="question" name="export" value=(table.name) {
                        "Export" span.unseen { " " (table.title) " as CSV" }
                    }
                }
                (report::grid(scene, table))
                p.foot { (table.definition) }
            }
        }
    }
}

fn loads(scene: &Scene<'_>, found: &Found) -> Markup {
    let reps = &found.comparison.reps;
    let most = reps
        .iter()
        .map(|line| line.dealt.recorded.max(line.dealt.replayed));
    let pairs = Pairs::new(most.max().unwrap_or(0));
    html! {
        section.sheet aria-labelledby="loads" {
            header {
                h2 #loads { "Records dealt, as it was and as it would be" }
                span.note { "n = " (words::count(found.comparison.records, "record")) }
            }
            div.wide role="group" tabindex="0" aria-labelledby="loads" {
                table.drawn {
                    thead { tr {
                        th scope="col" { "Rep" }
                        th.plot scope="col" {
                            (pairs.head("loads-picture", "Records dealt", "what would be dealt"))
                        }
                        th.n scope="col" { "Dealt" }
                        th.n scope="col" { "Would be" }
                    } }
                    tbody {
                        @for line in reps.iter().take(report::ROWS_MAX) {
                            @let rep = backtest::rep_of(found, line);
                            @let name = rep.map_or_else(|| line.rep.clone(), |rep| scene.name(rep));
                            tr {
                                th scope="row" {
                                    @match rep { Some(rep) => (scene.person(rep)), None => (name) }
                                }
                                @let (was, would) = (line.dealt.recorded, line.dealt.replayed);
                                td.plot { (pairs.row(&name, was, would)) }
                                td.n { (words::thousands(line.dealt.recorded)) }
                                td.n { (words::thousands(line.dealt.replayed)) }
                            }
                        }
                    }
                }
            }
            div.legend {
                span { svg width="12" height="12" aria-hidden="true" { circle.was cx="6" cy="6" r="4.5" {} }
                    "as it was" }
                span { svg width="12" height="12" aria-hidden="true" { circle.turn cx="6" cy="6" r="4.5" {} }
                    "by the other policy" }
            }
        }
    }
}
