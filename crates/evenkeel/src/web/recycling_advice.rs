//! What the workspace's own history says of the recycling rules: how often they take what is alive,
//! and which times would be better. Advice; the policy is changed by a person.

use crate::app::App;
use crate::host::access::Verb;
use crate::host::signed::Signed;
use crate::web::layout::Here;
use crate::web::picture::wrong::{self, Mark};
use crate::web::refused::Refused;
use crate::web::scene::Scene;
use crate::web::{show, words};
use axum::extract::{Query, State as Shared};
use axum::response::Html;
use evenkeel_core::ids::RecordNo;
use evenkeel_core::measure::own_history::{self, Advice, Ask, Told};
use evenkeel_core::time::Moment;
use maud::{Markup, html};
use serde::Deserialize;

/// What is asked; empty fields are as usual.
#[derive(Debug, Default, Deserialize)]
pub struct Asked {
    #[serde(default)]
    wrong: String,
    #[serde(default)]
    warn: String,
    #[serde(default)]
    horizon: String,
    #[serde(default)]
    won: String,
}

impl Asked {
    fn ask(self) -> Result<Ask, (&'static str, &'static str)> {
        let told = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
        // What is no number is as senseless as one out of bounds, and told in the same words.
        let number = |text: &str| told(text).map(|text| text.parse().unwrap_or(f64::NAN));
        Ask::of(Told {
            wrong: number(&self.wrong),
            warn: number(&self.warn),
            horizon: told(&self.horizon).map(|text| text.parse().unwrap_or(0)),
            abandoned: None,
            won: told(&self.won),
        })
    }
}

/// `GET /recycling/advice`
pub async fn get(
    Shared(app): Shared<App>,
    signed: Signed,
    Query(asked): Query<Asked>,
) -> Result<Html<String>, Refused> {
    signed.may(Verb::MoveRecords)?;
    let (ask, wrong) = match asked.ask() {
        Ok(ask) => (ask, None),
        Err(wrong) => (Ask::default(), Some(wrong)),
    };
    let touches = app.workspace.touches().await?;
    show::page(
        &app,
        &signed,
        Here::Recycling,
        "When records go back",
        |scene| body(scene, &touches, &ask, wrong),
    )
    .await
}

/// The page.
pub fn body(
    scene: &Scene<'_>,
    touches: &[(RecordNo, Moment)],
    ask: &Ask,
    wrong: Option<(&str, &str)>,
) -> Markup {
    let advice = own_history::advise(scene.state, touches.iter().copied(), ask, scene.now);
    html! {
        p.eyebrow { a href="/recycling" { "Recycling" } }
        div.title { h1 { "When records go back" } }
        p.lede {
            "What your own history says of the rules that take records back. It is advice: nothing changes until "
            "somebody changes the policy."
        }
        @if let Some((name, wanted)) = wrong {
            div.notice.bad role="alert" {
                p { b { "Shown with the usual values: " } code { (name) } " must be " (wanted) "." }
            }
        }
        div.columns {
            div.stack { (threshold(&advice)) (times(&advice)) }
            div.stack { (check(&advice)) (form(ask)) }
        }
    }
}

/// After how many days without activity.
fn threshold(advice: &Advice) -> Markup {
    let marks = advice.curve.iter().map(|(days, part)| Mark {
        name: format!("{days} days"),
        part: *part,
        yours: false,
    });
    let rules = advice.rules.iter().filter_map(|rule| {
        Some(Mark {
            name: format!("{} days: yours", rule.days),
            part: *rule.wrong.as_ref().ok()?,
            yours: true,
        })
    });
    let marks: Vec<Mark> = rules.chain(marks).collect();
    html! {
        section.sheet aria-labelledby="threshold" {
            header {
                h2 #threshold { "How often taking back is wrong" }
                span.note { (words::count(advice.gaps as u64, "gap")) " between touches" }
            }
            @if marks.is_empty() {
                div.empty {
                    b { "Not enough history yet" }
                    @match &advice.threshold {
                        Err(none) => { (none.sentence()) }
                        Ok(one) => { (one.sentence()) }
                    }
                    " Log activities, or import them, and look again."
                }
            } @else {
                div.body {
                    p {
                        @match &advice.threshold {
                            Ok(one) => { (one.sentence()) }
                            Err(none) => { (none.sentence()) }
                        }
                    }
                    (wrong::picture(&marks))
                    @for rule in &advice.rules {
                        p.note {
                            "Your rule “" (rule.name) "” takes back after " (rule.days) " days: "
                            @match &rule.wrong {
                                Ok(wrong) => { (wrong) " of it would have been touched again." }
                                Err(none) => { (none.sentence()) }
                            }
                        }
                    }
                }
                p.foot {
                    "Wrong: of the records that nobody touched for so long, the part that would have been touched again. A gap "
                    "that goes on counts as at least so long; the line is an interval of about 95 %."
                }
            }
        }
    }
}

/// After how many days without an answer.
fn times(advice: &Advice) -> Markup {
    html! {
        section.sheet aria-labelledby="times" {
            header {
                h2 #times { "When a place is worth more to another record" }
                span.note { (words::count(advice.stays as u64, "stay")) " in books" }
            }
            div.body {
                p {
                    @match &advice.best {
                        Ok(best) => { (best.sentence()) }
                        Err(none) => { (none.sentence()) }
                    }
                }
                @for rule in &advice.rules {
                    @if let Some(lost) = rule.lost {
                        p.note { "The rule “" (rule.name) "”: " (lost.sentence()) }
                    }
                }
            }
            p.foot {
                "An answer is a record closed as won. Places and days are counted, not effort: it speaks of records that "
                "nobody works on."
            }
        }
    }
}

/// Whether the stated times fit.
fn check(advice: &Advice) -> Markup {
    html! {
        section.sheet aria-labelledby="both" {
            header { h2 #both { "Can both times be true?" } }
            div.body {
                @match &advice.check {
                    Some(check) => { p { (check.sentence()) } }
                    None => {
                        p {
                            "The policy has no rule that takes a record after a time. With one, the stay and the rest are held "
                            "against the size of the market here."
                        }
                    }
                }
            }
            p.foot { "Records that nobody works on, in books and outside: stay and rest share them out." }
        }
    }
}

fn form(ask: &Ask) -> Markup {
    let percent = |part: f64| format!("{part}");
    html! {
        section.sheet aria-labelledby="ask" {
            header { h2 #ask { "Ask differently" } }
            div.body { form.form method="get" action="/recycling/advice" {
                label {
                    "May be wrong (0.1 is one in ten)"
                    input name="wrong" inputmode="decimal" value=(percent(ask.question.wrong)) {}
                }
                label {
                    "Warn where so much would be wrong"
                    input name="warn" inputmode="decimal" value=(percent(ask.question.warn)) {}
                }
                label {
                    "Days without a touch that mean abandoned"
                    input name="horizon" inputmode="numeric"
                        value=[ask.horizon_stated.then_some(ask.question.horizon)]
                        placeholder="as far as the history goes" {}
                }
                label {
                    "Reason of closing that is an answer"
                    input name="won" value=(ask.won.first().map_or("", String::as_str)) {}
                }
                div.acts { button { "Look" } }
            } }
        }
    }
}
