//! What one rep more would win, in figures: with its range, month by month, and by the policy in
//! force.
//!
//! Only shown here; [`crate::host::hire`] reckons.

use crate::host::hire::{Answer, ByPolicy, NEWCOMER, PLAYED_MAX};
use crate::web::words;
use evenkeel_core::earn::regime::Regime;
use evenkeel_core::measure::hire::Worth;
use evenkeel_core::measure::hire_range::DRAWS;
use evenkeel_core::units::Micro;
use maud::{Markup, html};
use std::cmp::Ordering;

fn wins(amount: Micro) -> String {
    format!("{:.1}", amount.0 as f64 / 1e6)
}

/// The figures.
pub fn told(answer: &Answer) -> Markup {
    let (worth, question, range) = (&answer.worth, &answer.question, &answer.range);
    // Two figures: the range is no surer than that.
    let money = |amount: f64| {
        let whole = amount.max(0.0).round() as u64;
        let step = 10u64.pow(whole.checked_ilog10().unwrap_or(0).saturating_sub(1));
        words::thousands((whole + step / 2) / step * step)
    };
    html! {
        section.sheet { p.quote { (worth.sentence()) } }
        dl.sheet.figures {
            div {
                dt { "Wins more" }
                dd {
                    (wins(worth.more))
                    small {
                        "in " (question.months) " months, leads shared out as well as can be; "
                        (wins(range.wins.0)) " to " (wins(range.wins.1)) " with rates as unsure as the turns behind them"
                    }
                }
            }
            div {
                dt { "Ramp times capacity" }
                dd { (wins(worth.naive)) small { (naive(worth)) } }
            }
            div {
                dt { "Leads" }
                dd {
                    (crate::web::load::percent(worth.load))
                    small { (words::thousands(question.leads)) " a month, of what the team can work" }
                }
            }
            div {
                dt { "Revenue more" }
                dd {
                    @if question.deal > 0.0 {
                        (money(range.revenue.0)) " to " (money(range.revenue.1))
                        small {
                            "in eight of ten of " (DRAWS) " draws of rates, wins and deals; "
                            (money(worth.more.0 as f64 / 1e6 * question.deal)) " is wins times the mean deal"
                        }
                    } @else { "–" small { "say what a deal is worth" } }
                }
            }
        }
    }
}

/// What is to be said of the usual forecast at this supply.
fn naive(worth: &Worth) -> &'static str {
    let plenty = Regime::at(worth.load) == Regime::Plenty;
    match (plenty, worth.naive.cmp(&worth.more)) {
        (true, Ordering::Less) => {
            "the usual forecast; it leaves out that the others, with fewer leads each, follow up better"
        }
        (true, _) => "the usual forecast; there are leads enough for it",
        (false, Ordering::Greater) => "the usual forecast; it counts leads that do not exist",
        (false, _) => "the usual forecast",
    }
}

/// The same month by month.
pub fn months(answer: &Answer) -> Markup {
    let monthly = answer.worth.monthly.iter().enumerate();
    let month = |(at, wins): (usize, &Micro)| {
        let tenths = u64::try_from(wins.0 / 100_000).unwrap_or(0);
        (at + 1, tenths)
    };
    let all: Vec<(usize, u64)> = monthly.map(month).collect();
    let rows = all.iter();
    let most = rows.clone().map(|(_, tenths)| *tenths).max().unwrap_or(0);
    html! {
        @if most > 0 {
            section.sheet aria-labelledby="monthly" {
                header { h2 #monthly { "Month by month" } span.note { "wins more, as the hire ramps" } }
                div.wide role="group" tabindex="0" aria-labelledby="monthly" {
                    table {
                        thead {
                            tr { @for (month, _) in rows.clone() { th.n scope="col" { (month) } } }
                        }
                        tbody {
                            tr {
                                @for (_, tenths) in rows { td.n { (tenths / 10) "." (tenths % 10) } }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// What the policy in force would make of it.
pub fn by_policy(answer: &Answer) -> Markup {
    let (months, played) = match &answer.played {
        None => {
            return html! {
                p.note {
                    "Not dealt by the policy in force: choose whom the hire would be like, and the same months are dealt twice by it."
                }
            };
        }
        Some(ByPolicy::TooMany) => {
            return html! {
                p.note {
                    "Not dealt by the policy in force: " (words::thousands(answer.question.leads))
                    " leads a month are more than the " (words::thousands(PLAYED_MAX as u64)) " that are played on a page."
                }
            };
        }
        Some(ByPolicy::Dealt { months, played }) => (*months, played),
    };
    html! {
        section.sheet aria-labelledby="policy" {
            header { h2 #policy { "By the policy in force" } span.note {
                @if months < answer.question.months { "the first " (months) " of " (answer.question.months) " months" } @else { "the same months" }
                " dealt twice, with the newest records as leads"
            } }
            div.body {
                @match played {
                    Err(refusal) => p { (refusal.message()) },
                    Ok(played) if played.pools == 0 => p {
                        b { "Such a rep belongs to no pool" } " and gets nothing: choose somebody else, or look at who the pools are for."
                    },
                    Ok(played) => {
                        @let got: u64 = played.with.dealt.get(NEWCOMER).into_iter().flatten().sum();
                        @let more = played.with.wins - played.without.wins;
                        p {
                            "The hire is in "
                            (words::count(played.pools as u64, "pool"))
                            ", gets "
                            b { (words::thousands(got)) " leads" }
                            " and changes the team’s wins by " b { (format!("{:+.1}", more.0 as f64 / 1e6)) }
                            @if months < answer.question.months { " in these months; more leads than " (words::thousands(PLAYED_MAX as u64)) " are not played on a page" }
                            "."
                        }
                        p.note {
                            "Nobody gets "
                            (words::thousands(played.with.nobody))
                            " of the leads with the hire, and "
                            (words::thousands(played.without.nobody))
                            " without. A lead stays open for 30 days."
                        }
                        @if more < Micro(0) {
                            p.note { "Fewer wins: equal shares give a newcomer leads that others would have closed. A ramp under " code { "[capacity]" } " keeps the first months small." }
                        }
                    }
                }
            }
        }
    }
}
