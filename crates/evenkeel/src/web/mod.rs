//! The pages: rendered on the server, one page a file; this file is only the list of routes.
//!
//! Every route names what it needs, and the access table of the whole server is made from that.
//! A page never calls a page; what two pages share is a part: `feed`, `needs`, `verdict`, `manner`.

pub mod ahead;
pub mod alarm;
pub mod approach;
pub mod asked;
pub mod assets;
pub mod audit;
pub mod availability;
pub mod backtest;
pub mod balance;
pub mod books;
pub mod capacity;
pub mod checkin;
pub mod checkin_changes;
pub mod drawn;
pub mod draws;
pub mod earning;
pub mod effort_advice;
pub mod experiments;
pub mod fairness;
pub mod feed;
pub mod first_run;
pub mod form;
pub mod handoff;
pub mod hire;
pub mod hire_answer;
pub mod icons;
pub mod imports;
pub mod ladder;
pub mod layout;
pub mod leaving;
pub mod link;
pub mod live;
pub mod load;
pub mod manner;
pub mod merge;
pub mod mine;
pub mod my_queue;
pub mod needs;
pub mod notice;
pub mod overdue;
pub mod paper;
pub mod pick;
pub mod picture;
pub mod plan;
pub mod plan_beside;
pub mod plan_books;
pub mod plan_moves;
pub mod plan_sheet;
pub mod pods;
pub mod policy;
pub mod pool;
pub mod pools;
pub mod preview;
pub mod queue;
pub mod queue_form;
pub mod queue_people;
pub mod queues;
pub mod quota;
pub mod record;
pub mod record_forms;
pub mod records;
pub mod recycling;
pub mod recycling_advice;
pub mod recycling_health;
pub mod recycling_plan;
pub mod refused;
pub mod rep;
pub mod rep_acts;
pub mod rep_form;
pub mod report;
pub mod reps;
pub mod returns;
pub mod review;
pub mod rule_path;
pub mod scene;
pub mod scorecard;
pub mod show;
pub mod sign_in;
pub mod sizing;
pub mod skills;
pub mod steadiness;
pub mod story;
mod story_life;
mod story_recycled;
pub mod territories;
pub mod territory_cost;
pub mod territory_preview;
pub mod today;
pub mod trial;
pub mod validation;
pub mod verdict;
pub mod void;
pub mod volume;
pub mod waiting;
pub mod words;
pub mod work;
pub mod workload;

use crate::app::App;
use crate::host::access::{Need, Route, Verb};
use axum::Router;
use axum::routing::{MethodRouter, get, post};

/// One route with its handler.
type Page = (&'static str, &'static str, Need, MethodRouter<App>);

/// One route a line.
#[rustfmt::skip]
fn pages() -> Vec<Page> {
    let may = Need::May;
    vec![
        ("GET", "/", may(Verb::SeeRecords), get(today::get)),
        ("GET", "/waiting", may(Verb::MoveRecords), get(waiting::get)),
        ("GET", "/queues", may(Verb::SeeQueues), get(queues::get)),
        ("GET", "/queues/{name}", may(Verb::SeeQueues), get(queue::get)),
        ("POST", "/queues/{name}/claim", may(Verb::ClaimRecords), post(queue::claim)),
        ("GET", "/add-queue", may(Verb::PublishPolicy), get(queue_form::get)),
        ("POST", "/add-queue", may(Verb::PublishPolicy), post(queue_form::post)),
        ("GET", "/records", may(Verb::SeeRecords), get(records::get)),
        ("GET", "/records/{key}", may(Verb::SeeRecords), get(record::get)),
        ("POST", "/records/{key}/assign", may(Verb::MoveRecords), post(record::assign)),
        ("POST", "/records/{key}/reassign", may(Verb::MoveRecords), post(record::reassign)),
        ("POST", "/records/{key}/merge", may(Verb::MoveRecords), post(merge::post)),
        ("POST", "/records/{key}/handoff", may(Verb::HandOff), post(handoff::post)),
        ("POST", "/records/{key}/close", may(Verb::CloseRecords), post(record::close)),
        ("POST", "/records/{key}/work", may(Verb::LogActivities), post(work::post)),
        ("POST", "/clock/confirm", may(Verb::ConfirmClock), post(overdue::confirm)),
        ("POST", "/records/{key}/void", may(Verb::VoidTurns), post(void::post)),
        ("POST", "/records/{key}/return", may(Verb::ReturnRecords), post(returns::give_back)),
        ("POST", "/records/{key}/keep", may(Verb::ReturnRecords), post(returns::keep)),
        ("POST", "/records/{key}/retrieve", may(Verb::MoveRecords), post(returns::retrieve)),
        ("GET", "/recycling", may(Verb::MoveRecords), get(recycling::get)),
        ("GET", "/recycling/advice", may(Verb::MoveRecords), get(recycling_advice::get)),
        ("POST", "/recycling/sweeps/{number}/approve", may(Verb::SettleSweeps), post(recycling::approve)),
        ("POST", "/recycling/sweeps/{number}/drop", may(Verb::SettleSweeps), post(recycling::dismiss)),
        ("POST", "/recycling/sweeps/{number}/undo", may(Verb::SettleSweeps), post(recycling::undo)),
        ("GET", "/pools", may(Verb::SeePools), get(pools::get)),
        ("GET", "/pools/{name}", may(Verb::SeePools), get(pool::get)),
        ("GET", "/pools/{name}/earning", may(Verb::GrantShares), get(earning::get)),
        ("POST", "/pools/{name}/earning", may(Verb::GrantShares), post(earning::grant)),
        ("GET", "/reps", may(Verb::SeeReps), get(reps::get)),
        ("GET", "/add-rep", may(Verb::SetReps), get(rep_form::add)),
        ("POST", "/add-rep", may(Verb::SetReps), post(rep_form::added)),
        ("GET", "/reps/{key}", may(Verb::SeeReps), get(rep::get)),
        ("GET", "/reps/{key}/edit", may(Verb::SetReps), get(rep_form::edit)),
        ("POST", "/reps/{key}/edit", may(Verb::SetReps), post(rep_form::edited)),
        ("POST", "/reps/{key}/leave", may(Verb::SetReps), post(rep_acts::leave)),
        ("POST", "/reps/{key}/leave/remove", may(Verb::SetReps), post(rep_acts::remove_leave)),
        ("POST", "/reps/{key}/leave/plan", may(Verb::DeactivateReps), post(leaving::plan)),
        ("POST", "/reps/{key}/pause", may(Verb::SetReps), post(review::pause)),
        ("POST", "/reps/{key}/resume", may(Verb::SetReps), post(review::resume)),
        ("POST", "/reps/{key}/deactivate", may(Verb::DeactivateReps), post(rep_acts::deactivate)),
        ("GET", "/policy", may(Verb::SeePolicy), get(policy::get)),
        ("GET", "/policy/versions/{number}", may(Verb::SeePolicy), get(policy::version)),
        ("GET", "/policy/edit", may(Verb::TryPolicy), get(policy::edit)),
        ("POST", "/policy/check", may(Verb::TryPolicy), post(policy::check)),
        ("POST", "/policy/publish", may(Verb::PublishPolicy), post(policy::publish)),
        ("GET", "/policy/try", may(Verb::TryPolicy), get(trial::get)),
        ("POST", "/policy/try", may(Verb::TryPolicy), post(trial::post)),
        ("GET", "/territories", may(Verb::SeePolicy), get(territories::get)),
        ("GET", "/territories/cost", may(Verb::TryPolicy), get(territory_cost::get)),
        ("POST", "/territories/check", may(Verb::TryPolicy), post(territories::check)),
        ("POST", "/territories/set", may(Verb::PublishPolicy), post(territories::set)),
        ("POST", "/territories/switch", may(Verb::PublishPolicy), post(territories::switch)),
        ("GET", "/live", may(Verb::OwnSession), get(live::get)),
        ("POST", "/sign-out", may(Verb::OwnSession), post(sign_in::leave)),
        ("GET", "/sign-in", Need::Nothing, get(sign_in::get)),
        ("POST", "/sign-in", Need::Nothing, post(sign_in::post)),
        ("GET", "/first-run", Need::Nothing, get(first_run::get)),
        ("POST", "/first-run", Need::Nothing, post(first_run::post)),
        ("GET", "/assets/{name}", Need::Nothing, get(assets::get)),
    ]
}

/// The pages about balance: what books weigh, and what to do about it.
#[rustfmt::skip]
fn balance_pages() -> Vec<Page> {
    let may = Need::May;
    vec![
        ("GET", "/books", may(Verb::SeeBooks), get(books::get)),
        ("GET", "/checkin", may(Verb::SeeBooks), get(checkin::all)),
        ("GET", "/checkin/{key}", may(Verb::SeeBooks), get(checkin::one)),
        ("POST", "/checkin/{key}", may(Verb::GiveFeedback), post(workload::say)),
        ("GET", "/capacity", may(Verb::SeePolicy), get(capacity::get)),
        ("GET", "/sizing", may(Verb::AskAdvice), get(sizing::get)),
        ("GET", "/hire", may(Verb::AskAdvice), get(hire::get)),
        ("POST", "/hire", may(Verb::AskAdvice), post(hire::post)),
        ("GET", "/approach", may(Verb::AskAdvice), get(approach::get)),
        ("GET", "/plan", may(Verb::PlanBooks), get(plan::list)),
        ("POST", "/plan", may(Verb::PlanBooks), post(plan::make)),
        ("GET", "/plan/{number}", may(Verb::PlanBooks), get(plan::one)),
        ("POST", "/plan/{number}", may(Verb::PlanBooks), post(plan::settle)),
    ]
}

/// Every route with its handler.
fn every() -> impl Iterator<Item = Page> {
    pages().into_iter().chain(balance_pages()).chain(reports())
}

/// Reports, one route a line.
#[rustfmt::skip]
fn reports() -> Vec<Page> {
    let may = Need::May;
    vec![
        ("GET", "/scorecard", may(Verb::SeeReports), get(scorecard::get)),
        ("GET", "/steadiness", may(Verb::SeeReports), get(steadiness::get)),
        ("GET", "/volume", may(Verb::SeeReports), get(volume::get)),
        ("GET", "/validation", may(Verb::SeeReports), get(validation::get)),
        ("GET", "/audit", may(Verb::SeeReports), get(audit::get)),
        ("GET", "/backtest", may(Verb::TryPolicy), get(backtest::get)),
        ("POST", "/backtest", may(Verb::TryPolicy), post(backtest::post)),
        ("GET", "/experiments", may(Verb::SeeReports), get(experiments::get)),
        ("GET", "/imports", may(Verb::SeeReports), get(imports::get)),
        ("GET", "/experiments/rollout", may(Verb::SeeReports), get(experiments::rollout)),
    ]
}

/// The pages' part of the access table.
pub fn access() -> Vec<Route> {
    let route = |(method, path, need, _): Page| Route {
        method,
        path: path.to_owned(),
        need,
    };
    every().map(route).collect()
}

/// Every page, and the page for addresses that are none.
pub fn routes() -> Router<App> {
    let add = |router: Router<App>, (_, path, _, handler): Page| router.route(path, handler);
    every().fold(Router::new(), add).fallback(refused::nowhere)
}
