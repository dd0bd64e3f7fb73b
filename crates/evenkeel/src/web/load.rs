//! What books weigh, as pages and the list of needs share it: sheets, words, and what is wrong.
//!
//! The figures are the core's ([`evenkeel_core::checkin`]); nothing is worked out here.

use crate::web::needs::Need;
use crate::web::scene::Scene;
use crate::web::{icons, link, words};
use evenkeel_core::checkin::{self, Last, Sheet, Stand};
use evenkeel_core::effort::capacity::{Capacity, Target};
use evenkeel_core::ids::RepNo;
use evenkeel_core::units::Micro;
use maud::{Markup, html};
use std::collections::BTreeMap;

/// The sheets of everybody whose book the viewer may see, by number.
pub fn sheets(scene: &Scene<'_>) -> Vec<Sheet> {
    sheets_since(scene, &BTreeMap::new())
}

/// The same with what has changed since earlier ones.
pub fn sheets_since(scene: &Scene<'_>, last: &BTreeMap<RepNo, Last>) -> Vec<Sheet> {
    let activity = &scene.state.records().activity;
    let touched = |record| activity.active_at(record);
    let now = scene.now.max(scene.state.last_at());
    let all = checkin::sheets(scene.state, now, &touched, last);
    let seen = all.into_iter();
    seen.filter(|sheet| scene.sees_book(sheet.rep)).collect()
}

/// How a book stands, as a mark.
pub fn mark(stand: Stand) -> Markup {
    html! {
        @match stand {
            Stand::Overloaded => span.tag.warn { "overloaded" },
            Stand::Fits => span.tag.on { "fits" },
            Stand::Undersupplied => span.tag { "under-supplied" },
            Stand::Unknown => span.note { "not known" },
        }
    }
}

/// A part as whole percent; above nothing it is never shown as nothing.
pub fn percent(part: Micro) -> String {
    match (part.0.saturating_mul(100).saturating_add(500_000)) / 1_000_000 {
        0 if part > Micro(0) => "< 1 %".to_owned(),
        whole => format!("{whole} %"),
    }
}

/// The tier of a target, by name.
pub fn tier(scene: &Scene<'_>, target: Target) -> Option<String> {
    let document = scene.state.policy().map(|policy| policy.document());
    let capacity = document.and_then(|document| document.capacity.clone());
    let capacity = capacity.unwrap_or_else(Capacity::usual);
    Some(capacity.tiers.get(target.tier?)?.name.clone())
}

/// Books that are too large or too small by a policy that says how large they should be.
pub fn needs(scene: &Scene<'_>) -> Vec<Need> {
    let document = scene.state.policy().map(|policy| policy.document());
    if document.is_none_or(|document| document.capacity.is_none()) {
        return Vec::new();
    }
    let now = scene.now.max(scene.state.last_at());
    let stands = checkin::stands(scene.state, now).into_iter();
    let seen = stands.filter(|(rep, ..)| scene.sees_book(*rep));
    let mut over = Vec::new();
    let mut under = Vec::new();
    for (rep, load, target, stand) in seen {
        match (stand, target) {
            (Stand::Overloaded, Some(target)) => over.push((rep, load, target)),
            (Stand::Undersupplied, Some(target)) => under.push((rep, load, target)),
            _ => {}
        }
    }
    let mut needs: Vec<Need> = over
        .into_iter()
        .map(|(rep, load, target)| overloaded(scene, rep, load, target))
        .collect();
    needs.extend(undersupplied(scene, &under));
    needs
}

fn overloaded(scene: &Scene<'_>, rep: RepNo, load: Micro, target: Target) -> Need {
    let told = format!(
        "It weighs {} standard accounts and should stay {} {}. Take something out, or say why it is \
         right.",
        words::amount(load),
        if target.most_fits { "within" } else { "below" },
        words::amount(target.most)
    );
    let title = format!("{}’s book is overloaded", scene.name(rep));
    let href = link::checkin(&scene.state.roster().rep(rep).key);
    Need::new(false, icons::BOOKS, (title, told), (href, "Check in"))
}

/// One line for all of them: too few accounts miss a quota slowly, not today.
fn undersupplied(scene: &Scene<'_>, under: &[(RepNo, Micro, Target)]) -> Option<Need> {
    let (rep, load, target) = under
        .iter()
        .min_by_key(|(rep, load, target)| (part(*load, target.floor()), *rep))?;
    let title = match under.len() {
        1 => format!("{}’s book is under-supplied", scene.name(*rep)),
        count => format!("{} are under-supplied", words::count(count as u64, "book")),
    };
    let told = format!(
        "Too few accounts miss a quota. {}’s weighs {} standard accounts of at least {}.",
        scene.name(*rep),
        words::amount(*load),
        words::amount(target.floor())
    );
    Some(Need::new(
        false,
        icons::BOOKS,
        (title, told),
        ("/books".to_owned(), "Look"),
    ))
}

/// How much of `whole` an amount is; all of nothing.
pub fn part(amount: Micro, whole: Micro) -> Micro {
    let part = i128::from(amount.0) * 1_000_000;
    let part = part.checked_div(i128::from(whole.0)).unwrap_or(1_000_000);
    Micro(i64::try_from(part).unwrap_or(i64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_whole_percent_and_never_lose_the_last_bit() {
        for (part, told) in [
            (0, "0 %"),
            (1, "< 1 %"),
            (5_000, "1 %"),
            (272_727, "27 %"),
            (1_283_333, "128 %"),
        ] {
            assert_eq!(percent(Micro(part)), told);
        }
        assert_eq!(part(Micro(3), Micro(0)), Micro(1_000_000));
    }
}
