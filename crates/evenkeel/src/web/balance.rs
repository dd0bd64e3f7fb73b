//! The strip over the pages about balance: what books weigh, and what to do about it.
//!
//! Only links; a page is shown where the viewer's role may see it.

use crate::host::access::Verb;
use crate::web::scene::Scene;
use maud::{Markup, html};

/// Every page of the strip, in the order of a week's work.
const PAGES: [(&str, &str, Verb); 7] = [
    ("/books", "Books", Verb::SeeBooks),
    ("/checkin", "Check-in", Verb::SeeBooks),
    ("/plan", "Plan", Verb::PlanBooks),
    ("/capacity", "Capacity", Verb::SeePolicy),
    ("/sizing", "Sizing", Verb::AskAdvice),
    ("/hire", "Hire", Verb::AskAdvice),
    ("/approach", "Approach", Verb::AskAdvice),
];

/// The strip, with the page one is on.
pub fn strip(scene: &Scene<'_>, here: &str) -> Markup {
    html! {
        nav.strip aria-label="Balance" {
            @for (href, name, verb) in PAGES {
                @if scene.viewer.role.may(verb) {
                    a href=(href) aria-current=[(href == here).then_some("page")] { (name) }
                }
            }
        }
    }
}
