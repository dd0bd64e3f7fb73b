//! The frame around every page: rail, bar, search, who is signed in.
//!
//! Knows the pages by name and nothing of what they show.

use crate::host::access::{Role, Verb};
use crate::web::assets;
use crate::web::icons;
use crate::web::words;
use maud::{DOCTYPE, Markup, PreEscaped, html};

/// Who looks at a page.
#[derive(Clone, Debug)]
pub struct Viewer {
    /// The name to show.
    pub name: String,
    /// What they may do.
    pub role: Role,
    /// Goes into every form.
    pub csrf: String,
    /// How many records wait, for the mark in the rail; `None` for those who do not see them all.
    pub waiting: Option<usize>,
}

/// The pages of the rail, in the order of a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Here {
    /// What needs me.
    Today,
    /// One record's story.
    Records,
    /// What waits to be taken.
    Queues,
    /// Who is owed what.
    Pools,
    /// Who is there.
    Reps,
    /// What is taken back and given out again.
    Recycling,
    /// What every book weighs and should hold.
    Books,
    /// How records are dealt.
    Policy,
    /// What came of it.
    Results,
    /// None of the rail's.
    Elsewhere,
}

impl Here {
    const RAIL: [(Self, &'static str, &'static str, Verb); 9] = [
        (Self::Today, "/", "Today", Verb::SeeRecords),
        (Self::Records, "/records", "Records", Verb::SeeRecords),
        (Self::Queues, "/queues", "Queues", Verb::SeeQueues),
        (Self::Pools, "/pools", "Pools", Verb::SeePools),
        (Self::Reps, "/reps", "Reps", Verb::SeeReps),
        (
            Self::Recycling,
            "/recycling",
            "Recycling",
            Verb::MoveRecords,
        ),
        (Self::Books, "/books", "Books", Verb::SeeBooks),
        (Self::Policy, "/policy", "Policy", Verb::SeePolicy),
        (Self::Results, "/scorecard", "Results", Verb::SeeReports),
    ];

    fn icon(self) -> PreEscaped<&'static str> {
        match self {
            Self::Today | Self::Elsewhere => icons::TODAY,
            Self::Records => icons::RECORDS,
            Self::Queues => icons::QUEUE,
            Self::Pools => icons::POOLS,
            Self::Reps => icons::REPS,
            Self::Recycling => icons::RECYCLING,
            Self::Books => icons::BOOKS,
            Self::Policy => icons::POLICY,
            Self::Results => icons::RESULTS,
        }
    }
}

/// A page for somebody who is signed in.
pub fn page(viewer: &Viewer, here: Here, title: &str, body: Markup) -> Markup {
    document(
        title,
        html! {
            a.skip href="#main" { "Skip to the page" }
            div.frame {
                nav.rail aria-label="Pages" {
                    (brand("/"))
                    ul {
                        @for (page, href, name, verb) in Here::RAIL {
                            @if viewer.role.may(verb) {
                                li {
                                    a href=(href) aria-current=[(page == here).then_some("page")] {
                                        (page.icon())
                                        span { (name) }
                                        @if page == Here::Today { (waiting(viewer)) }
                                    }
                                }
                            }
                        }
                    }
                    footer { "Every record to the right rep, and the proof of it." }
                }
                header.bar {
                    (brand("/"))
                    form.find action="/records" method="get" role="search" {
                        label.unseen for="find" { "Find a record by its key" }
                        (icons::FIND)
                        input #find type="search" name="key" maxlength="200" autocomplete="off"
                            placeholder="Find a record by its key";
                        kbd aria-hidden="true" { "/" }
                    }
                    details.who {
                        summary {
                            span.face aria-hidden="true" { (words::initials(&viewer.name)) }
                            span.words { (viewer.name) }
                            span.unseen { "Your session" }
                        }
                        div.sheet {
                            p {
                                b { (viewer.name) }
                                br;
                                span.note { "Signed in as " (viewer.role.word()) }
                            }
                            form method="post" action="/sign-out" {
                                (csrf(viewer))
                                button type="submit" { "Sign out" }
                            }
                        }
                    }
                }
                main.page #main tabindex="-1" { (body) }
            }
        },
    )
}

/// A page of its own, without the rail: signing in, refusals to strangers.
pub fn alone(title: &str, body: Markup) -> Markup {
    document(
        title,
        html! {
            div.alone { main #main { div.sheet { (brand("/")) (body) } } }
        },
    )
}

/// The hidden field that proves a form came from one of our pages.
pub fn csrf(viewer: &Viewer) -> Markup {
    html! { input type="hidden" name="csrf" value=(viewer.csrf); }
}

fn waiting(viewer: &Viewer) -> Markup {
    match viewer.waiting {
        Some(count) if count > 0 => html! {
            span.count #waiting data-live="" {
                (words::thousands(count as u64)) span.unseen { " waiting" }
            }
        },
        _ => html! {},
    }
}

fn brand(href: &str) -> Markup {
    html! {
        a.brand href=(href) aria-label="Evenkeel, to the first page" { (icons::KEEL) "Evenkeel" }
    }
}

fn document(title: &str, body: Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (title) " · Evenkeel" }
                link rel="icon" href=(assets::ICON.path()) type="image/svg+xml";
                link rel="stylesheet" href=(assets::STYLE.path());
                script src=(assets::SCRIPT.path()) defer {}
            }
            body { (body) }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn viewer(role: Role) -> Viewer {
        let name = "<img src=x onerror=alert(1)>".into();
        Viewer {
            name,
            role,
            csrf: "\"><script>".into(),
            waiting: Some(1_200),
        }
    }

    #[test]
    fn names_and_titles_are_escaped() {
        let page = page(
            &viewer(Role::Admin),
            Here::Reps,
            "</title><script>",
            html! { "body" },
        );
        let page = page.into_string();
        assert!(
            !page.contains("<img") && page.matches("<script").count() == 1,
            "{page}"
        );
        assert!(page.contains("1,200"));
    }

    #[test]
    fn the_rail_shows_only_what_a_role_may_see() {
        for role in Role::ALL {
            let page = page(&viewer(role), Here::Today, "Today", html! {}).into_string();
            assert_eq!(
                page.contains("href=\"/policy\""),
                role.may(Verb::SeePolicy),
                "{role:?}"
            );
            assert_eq!(page.matches("aria-current=\"page\"").count(), 1, "{role:?}");
        }
    }

    #[test]
    fn nothing_inline_and_nothing_from_elsewhere() {
        let page = page(&viewer(Role::Admin), Here::Today, "Today", html! {}).into_string();
        assert!(!page.contains("style=") && !page.contains("http"), "{page}");
        assert!(!page.contains(" onclick"), "{page}");
    }
}
