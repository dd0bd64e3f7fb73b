//! Amounts, spans and moments in words, the same on every page.
//!
//! Sentences about decisions are the core's ([`evenkeel_core::sentence`]); here are only the small
//! pieces around them.

use evenkeel_core::policy::document::WEIGHT_MAX;
use evenkeel_core::sentence;
use evenkeel_core::time::{Moment, Span};
use evenkeel_core::units::Micro;
use maud::{Markup, html};

/// An amount to two places, without sign: `0.6`, `12`, `1.25`.
pub fn amount(amount: Micro) -> String {
    Micro((amount.abs().0.saturating_add(5_000)) / 10_000 * 10_000).to_string()
}

/// An amount with its sign: `+0.6`, `−1.25`, `0`.
pub fn signed(credit: Micro) -> String {
    match amount(credit) {
        zero if zero == "0" => zero,
        words if credit.0 < 0 => format!("−{words}"),
        words => format!("+{words}"),
    }
}

/// An amount with its noun: `0.6 of a lead`, `1 lead`, `1.25 leads`, `no lead at all`.
pub fn leads(leads: Micro) -> String {
    match amount(leads) {
        none if none == "0" => "no lead at all".to_owned(),
        one if one == "1" => "1 lead".to_owned(),
        part if part.starts_with("0.") => format!("{part} of a lead"),
        more => format!("{more} leads"),
    }
}

/// `owed 0.6 of a lead`, `ahead by 2 leads`, `exactly even`.
pub fn owed(credit: Micro) -> String {
    sentence::leads(credit)
}

/// `1 record`, `12 records`, `1,204 turns`.
pub fn count(count: u64, noun: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{} {noun}{plural}", thousands(count))
}

/// `1,204`.
pub fn thousands(count: u64) -> String {
    let digits = count.to_string();
    let mut words = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            words.push(',');
        }
        words.push(digit);
    }
    words
}

/// A weight as the verdict has it: plain, or as part of the heaviest where shares scale it.
pub fn weight(weight: u32) -> String {
    match weight {
        0..=WEIGHT_MAX => weight.to_string(),
        scaled => format!("{} %", scaled / 10_000),
    }
}

/// How long ago, for the eye; the moment itself is in the element. Kept true by the script.
pub fn ago(now: Moment, at: Moment) -> Markup {
    let seconds = (now - at).0.max(0) / 1000;
    let words = match seconds {
        0..60 => "just now".to_owned(),
        60..3_600 => format!("{} min ago", seconds / 60),
        3_600..172_800 => format!("{} h ago", seconds / 3_600),
        _ => format!("{} days ago", seconds / 86_400),
    };
    html! { time datetime=(at) data-ago="" title=(utc(at)) { (words) } }
}

/// A span in its largest unit: `5 hours`.
pub fn span(span: Span) -> String {
    Span(span.0.max(0)).to_string()
}

/// A moment for the eye: `3 Mar 2026, 09:30 UTC`.
pub fn utc(at: Moment) -> String {
    match jiff::Timestamp::from_millisecond(at.0) {
        Ok(stamp) => stamp.strftime("%-d %b %Y, %H:%M UTC").to_string(),
        Err(_) => at.to_string(),
    }
}

/// A moment in a zone, as short as a table needs it: `Mon 23 Nov 09:00`.
pub fn short(zone: &str, at: Moment) -> String {
    let local = jiff::Timestamp::from_millisecond(at.0).and_then(|stamp| stamp.in_tz(zone));
    match local {
        Ok(local) if local.hour() == 0 && local.minute() == 0 => {
            local.strftime("%a %-d %b").to_string()
        }
        Ok(local) => local.strftime("%a %-d %b %H:%M").to_string(),
        Err(_) => at.to_string(),
    }
}

/// A day in a zone, with its year: `18 October 2021`.
pub fn day(zone: &str, at: Moment) -> String {
    jiff::Timestamp::from_millisecond(at.0)
        .and_then(|stamp| stamp.in_tz(zone))
        .map_or_else(
            |_| at.to_string(),
            |local| local.strftime("%-d %B %Y").to_string(),
        )
}

/// The same as an element that machines can read.
pub fn moment(at: Moment) -> Markup {
    html! { time datetime=(at) { (utc(at)) } }
}

/// Up to two letters of a name, for the round mark beside it.
pub fn initials(name: &str) -> String {
    let mut words = name
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty());
    let first = words.next().and_then(|word| word.chars().next());
    let last = words.next_back().and_then(|word| word.chars().next());
    first
        .into_iter()
        .chain(last)
        .flat_map(char::to_uppercase)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_have_two_places_and_a_sign_only_when_there_is_one() {
        for (credit, words) in [
            (0, "0"),
            (4_999, "0"),
            (-4_000, "0"),
            (600_000, "+0.6"),
            (-1_254_999, "−1.25"),
            (12_000_000, "+12"),
        ] {
            assert_eq!(signed(Micro(credit)), words);
        }
    }

    #[test]
    fn counts_have_their_noun_and_their_commas() {
        for (number, words) in [
            (0, "0 records"),
            (1, "1 record"),
            (1_204, "1,204 records"),
            (1_000_000, "1,000,000 records"),
        ] {
            assert_eq!(count(number, "record"), words);
        }
    }

    #[test]
    fn initials_are_two_letters_of_any_script() {
        for (name, letters) in [
            ("Ana Silva", "AS"),
            ("ben", "B"),
            ("Łucja van der Berg", "ŁB"),
            ("王 伟", "王伟"),
            ("<>", ""),
        ] {
            assert_eq!(initials(name), letters);
        }
    }

    #[test]
    fn ago_is_never_in_the_future() {
        let words = |seconds: i64| ago(Moment(0), Moment(-1_000 * seconds)).into_string();
        assert!(words(-5).contains("just now"));
        assert!(words(125).contains(">2 min ago<"));
        assert!(words(200_000).contains(">2 days ago<"));
    }
}
