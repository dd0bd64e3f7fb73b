//! A verdict on a page: the sentence, the way through the rules, and the candidates in order.
//!
//! All of it is read from the recorded verdict (law 3); nothing is decided or worked out again.

use crate::web::rule_path::RulePath;
use crate::web::scene::Scene;
use crate::web::{ladder, words};
use evenkeel_core::market::clause::Answer;
use evenkeel_core::sentence::owed_with_share;
use evenkeel_core::units::{Micro, ONE};
use evenkeel_core::verdict::{
    Candidate, Chooser, Destination, Ground, Pick, Standing, Stream, Turn, Verdict,
};
use maud::{Markup, html};

/// The whole verdict. `id` is unique on the page; `open` unfolds the details.
pub fn block(
    scene: &Scene<'_>,
    verdict: &Verdict,
    to: &Destination,
    path: Option<&RulePath>,
    id: &str,
    open: bool,
) -> Markup {
    let sentence = scene.words(|words| words.verdict(verdict, to));
    html! {
        div.sheet.verdict {
            div.quote {
                p { (sentence) }
                p.note {
                    @if verdict.settled().is_some() { "Before the rules" } @else { "Rule" }
                    " “" (scene.words(|words| words.decider(verdict))) "”, policy version "
                    (verdict.policy)
                    @if verdict.size != ONE {
                        "; it used up " (words::leads(verdict.size)) " of turns"
                    }
                    "."
                    button.bare type="button" data-copy=(sentence) hidden { "Copy the sentence" }
                }
            }
            (ladder::rungs(scene, verdict, open))
            @if let Some(path) = path.filter(|_| verdict.settled().is_none()) {
                (rules(path, open))
            }
            @for (at, turn) in verdict.turns.iter().enumerate() {
                (candidates(scene, turn, verdict.size, &format!("{id}-{at}"), open))
            }
        }
    }
}

fn rules(path: &RulePath, open: bool) -> Markup {
    let last = path.rules.len().saturating_sub(1);
    html! {
        details open[open] {
            summary {
                "The way through the rules "
                small {
                    (words::count(path.asked() as u64, "rule")) " asked, "
                    @if path.hit { "the last one said yes" } @else { "none said yes" }
                }
            }
            ol.rules {
                @if path.before > 0 {
                    li.note { (path.before) " rules before these did not say yes" }
                }
                @for (at, rule) in path.rules.iter().enumerate() {
                    li.hit[path.hit && at == last] {
                        p {
                            (rule.rule + 1) ". " b { (rule.name) } " "
                            span.note { (answer_words(rule.answer)) }
                        }
                        div.clauses {
                            @for clause in &rule.clauses {
                                (clause_mark(&clause.words, clause.answer))
                            }
                            @if rule.clauses.is_empty() {
                                span.note { "asks nothing: takes every record" }
                            }
                        }
                    }
                }
                @if !path.hit {
                    li.hit { p { b { "Fallback" } " " span.note { "for what no rule takes" } } }
                }
            }
        }
    }
}

fn answer_words(answer: Answer) -> &'static str {
    match answer {
        Answer::Yes => "yes",
        Answer::No => "no",
        Answer::Unknown => "unknown, which is not a yes",
    }
}

/// One clause with its answer, told apart by sign and words, not only by color.
fn clause_mark(clause: &str, answer: Answer) -> Markup {
    let sign = match answer {
        Answer::Yes => "✓",
        Answer::No => "✗",
        Answer::Unknown => "?",
    };
    html! {
        span class=(format!("clause {}", answer.word())) {
            span aria-hidden="true" { (sign) " " }
            span.unseen { (answer.word()) ": " }
            (clause)
        }
    }
}

/// The ballot of one pool: those who could take it, most owed first, then those who could not.
fn candidates(scene: &Scene<'_>, turn: &Turn, size: Micro, id: &str, open: bool) -> Markup {
    let mut able: Vec<&Candidate> = Vec::new();
    let mut stopped: Vec<&Candidate> = Vec::new();
    for candidate in &turn.candidates {
        match candidate.standing {
            Standing::Able { .. } => able.push(candidate),
            Standing::Stopped(_) => stopped.push(candidate),
        }
    }
    // The order would tell what the amounts do.
    let told = |one: &Candidate| scene.sees_book(one.rep);
    able.sort_by_key(|one| {
        (
            !told(one),
            told(one).then(|| -owed_with_share(one)),
            one.rep,
        )
    });
    let pool = &scene.state.pool(turn.pool).name;
    let weighted = turn.candidates.iter().any(|one| one.weight != 1);
    html! {
        details open[open] {
            summary #(id) {
                "Candidates in " (pool) " "
                small {
                    (able.len()) " of " (turn.candidates.len()) " could take it; " (chosen_by(turn))
                    @if let Stream::Special { .. } = turn.stream { "; by the specialists’ stream" }
                }
            }
            div.wide role="group" tabindex="0" aria-labelledby=(id) {
                table {
                    caption {
                        "Leads owed: before, this turn’s share, at the pick, and after."
                        @if !turn.candidates.iter().all(told) {
                            " Amounts are those of your own book only."
                        }
                    }
                    thead {
                        tr {
                            th scope="col" { "Rep" }
                            th.n scope="col" { "Before" }
                            th.n scope="col" { "Share" }
                            th.n scope="col" { "At pick" }
                            th.n scope="col" { "After" }
                            th scope="col" { "What happened" }
                            @if weighted { th.n scope="col" { "Weight" } }
                        }
                    }
                    tbody {
                        @for candidate in able {
                            (able_row(scene, turn, candidate, size, weighted))
                        }
                        @for candidate in stopped { (stopped_row(scene, candidate, weighted)) }
                    }
                }
            }
        }
    }
}

fn chosen_by(turn: &Turn) -> String {
    match turn.pick {
        None => "so it went on".to_owned(),
        Some(Pick {
            chooser: Chooser::OnlyOne,
            ..
        }) => "there was no choice".to_owned(),
        Some(pick) => {
            let close = match pick.band {
                1 => "nobody else was close".to_owned(),
                band => format!(
                    "of {band} within {} of the most owed",
                    words::leads(turn.delta)
                ),
            };
            let how = match pick.chooser {
                Chooser::Draw => "drawn",
                Chooser::Deadline => "earliest turn due",
                Chooser::MostOwed => "most owed",
                Chooser::Mix => "evens out the mix best",
                Chooser::MixDraw => "drawn, as a part of the picks is",
                Chooser::Fit => "specialist for it",
                Chooser::Headroom => "emptiest book for its size",
                Chooser::OnlyOne => "the only one",
            };
            match pick.level {
                0 | 1 => format!("{how}, {close}"),
                level => format!(
                    "{how}, {close}; {level} were level, the first on the roster goes first"
                ),
            }
        }
    }
}

fn able_row(
    scene: &Scene<'_>,
    turn: &Turn,
    candidate: &Candidate,
    size: Micro,
    weighted: bool,
) -> Markup {
    let Standing::Able { share, plain } = candidate.standing else {
        return html! {};
    };
    let pick = turn.pick.filter(|pick| pick.rep == candidate.rep);
    let owed = candidate.credit + share;
    let told = scene.sees_book(candidate.rep);
    let after = match (turn.pick, pick) {
        (None, _) => candidate.credit,
        (Some(_), None) => owed,
        (Some(_), Some(_)) => owed - size,
    };
    html! {
        tr.won[pick.is_some()] {
            th scope="row" { (scene.person(candidate.rep)) }
            @if told {
                td.n { (words::signed(candidate.credit)) }
                td.n {
                    (words::amount(share))
                    @if words::amount(share - plain) != "0" {
                        " " span.note { "(" (words::signed(share - plain)) " make-up)" }
                    }
                }
                td.n { (words::signed(owed)) }
                td.n { (words::signed(after)) }
            } @else {
                (untold())
            }
            td {
                @match pick {
                    Some(pick) if pick.chooser == Chooser::Draw => {
                        b { "got it" } ", drawn with a chance of " (percent(pick.probability_ppm))
                    }
                    Some(_) => { b { "got it" } }
                    None if beside_credits(turn) && near(turn, candidate) => {
                        (passed_over(turn, candidate))
                    }
                    None if beside_credits(turn) => "too far below the most owed"
                    None if owed_behind(turn, candidate) => "not as close to its turn"
                    None => "less owed",
                }
            }
            @if weighted { td.n { (weight(candidate, told)) } }
        }
    }
}

/// The four amounts of a rep whose book the viewer may not see.
fn untold() -> Markup {
    html! { @for _ in 0..4 { td.n { "–" } } }
}

fn weight(candidate: &Candidate, told: bool) -> String {
    match told {
        true => words::weight(candidate.weight),
        false => "–".to_owned(),
    }
}

/// Whether the chooser went by more than what everybody was owed.
fn beside_credits(turn: &Turn) -> bool {
    let chooser = turn.pick.map(|pick| pick.chooser);
    matches!(
        chooser,
        Some(Chooser::Mix | Chooser::MixDraw | Chooser::Fit | Chooser::Headroom)
    )
}

/// Whether this candidate was close enough to the most owed to be picked.
fn near(turn: &Turn, candidate: &Candidate) -> bool {
    let able = turn
        .candidates
        .iter()
        .filter(|one| matches!(one.standing, Standing::Able { .. }));
    let most = able.map(owed_with_share).max();
    most.is_some_and(|most| owed_with_share(candidate) >= most - turn.delta)
}

/// Why one who was close enough was not picked.
fn passed_over(turn: &Turn, candidate: &Candidate) -> String {
    match &turn.ground {
        Ground::Fit(reps) if reps.contains(&candidate.rep) => {
            "a specialist too, but less owed".into()
        }
        Ground::Fit(_) => "close enough, but no specialist".into(),
        Ground::Headroom(loads) => {
            let load = loads.iter().find(|(rep, _)| *rep == candidate.rep);
            load.map_or("close enough, no capacity said".into(), |(_, load)| {
                format!("close enough, book {load}")
            })
        }
        Ground::Mix(_) => "close enough, mix evened out less".into(),
        Ground::Credits => "close enough".into(),
    }
}

/// Whether the one who got it was owed no more than this candidate: then not the amount decided.
fn owed_behind(turn: &Turn, candidate: &Candidate) -> bool {
    let picked = turn
        .pick
        .and_then(|pick| turn.candidates.iter().find(|one| one.rep == pick.rep));
    picked.is_some_and(|picked| owed_with_share(picked) <= owed_with_share(candidate))
}

fn stopped_row(scene: &Scene<'_>, candidate: &Candidate, weighted: bool) -> Markup {
    let Standing::Stopped(stop) = candidate.standing else {
        return html! {};
    };
    let told = scene.sees_book(candidate.rep);
    html! {
        tr.off {
            th scope="row" { (scene.person(candidate.rep)) }
            @if told {
                td.n { (words::signed(candidate.credit)) }
                td.n { "–" }
                td.n { "–" }
                td.n { (words::signed(candidate.credit)) }
            } @else {
                (untold())
            }
            td { (scene.words(|words| words.stop(candidate.rep, &stop))) }
            @if weighted { td.n { (weight(candidate, told)) } }
        }
    }
}

fn percent(ppm: u32) -> String {
    format!("{}.{} %", ppm / 10_000, ppm / 1_000 % 10)
}
