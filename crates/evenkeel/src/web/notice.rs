//! What became of the last thing somebody asked for, at the top of the page.
//!
//! Success comes back in the address as a word from a closed list, so that nobody can put words
//! into our mouth; a refusal is shown where it happened, with its hint.

use crate::web::form::Fields;
use evenkeel_core::command::refusal::Refusal;
use maud::{Markup, html};

/// Said at the top of a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    bad: bool,
    title: String,
    words: String,
    kept: Option<Kept>,
}

/// A form that was refused, and what was filled in, so that nobody types it twice.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Kept {
    form: &'static str,
    fields: Fields,
}

/// Words in the address and what they stand for.
const DONE: [(&str, &str); 30] = [
    (
        "said",
        "Done. It is kept, and those who run the team see it.",
    ),
    (
        "agreed",
        "Done. The policy has the exception, and the view is kept.",
    ),
    ("planned", "Done. The plan is below; nothing has moved."),
    (
        "plan-approved",
        "Done. The plan is approved; it moves nothing until it is carried out.",
    ),
    (
        "plan-applied",
        "Done. Every record of the plan is with its new owner.",
    ),
    (
        "plan-undone",
        "Done. What had not moved since is back with its former owner.",
    ),
    ("plan-dropped", "Done. The plan is dropped."),
    (
        "assigned",
        "Done. The record has its new owner, and it is in the story below.",
    ),
    (
        "reassigned",
        "Done. The policy dealt the record again; the verdict is below.",
    ),
    (
        "handed-on",
        "Done. The record is at its next step; who got it and why is below.",
    ),
    (
        "claimed",
        "Done. The record is yours; it is first among what you have in hand.",
    ),
    (
        "queue-added",
        "Done. The queue is in the policy and open; records come in from the next one on.",
    ),
    (
        "returned",
        "Done. The record is given back; where it is now is below.",
    ),
    (
        "kept",
        "Done. It stays, with the next step in its story below.",
    ),
    (
        "retrieved",
        "Done. The record is out of the book; where it is now is below.",
    ),
    (
        "approved",
        "Done. The sweep runs; what it takes shows here as it goes.",
    ),
    (
        "dropped",
        "Done. The sweep takes nothing, and its records are left alone for a while.",
    ),
    (
        "undone",
        "Done. What nobody has got since goes back to its owners.",
    ),
    ("closed", "Done. The record is closed."),
    ("worked", "Done. It is logged, as your own word."),
    (
        "voided",
        "Done. The turn is given back; it is made up for over the next ones.",
    ),
    (
        "merged",
        "Done. The record is closed and points at the one that stands for it.",
    ),
    (
        "leave",
        "Done. The leave is in the calendar; nothing comes in while it lasts.",
    ),
    (
        "paused",
        "Done. Out of rotation until somebody says otherwise; the book stays.",
    ),
    ("resumed", "Done. Back in rotation, without a flood."),
    ("saved", "Done. It counts from the next record on."),
    (
        "left",
        "Done. The rep has left and every record of the book has its new place.",
    ),
    (
        "published",
        "Done. The new version is in force from the next record on.",
    ),
    (
        "territories",
        "Done. The new table counts from the next record on.",
    ),
    (
        "switched",
        "Done. The switch counts from the next record on; the table is as it was.",
    ),
];

impl Notice {
    /// Something was done; `None` for a word that is not ours.
    pub fn done(word: Option<&str>) -> Option<Self> {
        let (_, words) = DONE.iter().find(|(known, _)| Some(*known) == word)?;
        Some(Self {
            bad: false,
            title: (*words).to_owned(),
            words: String::new(),
            kept: None,
        })
    }

    /// The workspace said no.
    pub fn refusal(refusal: &Refusal) -> Self {
        Self {
            bad: true,
            title: refusal.message(),
            words: refusal.hint().to_owned(),
            kept: None,
        }
    }

    /// The same, with what it means here.
    pub fn besides(mut self, words: &str) -> Self {
        self.words = format!("{} {words}", self.words).trim_start().to_owned();
        self
    }

    /// A form was not filled in as needed.
    pub fn form(title: impl Into<String>, words: impl Into<String>) -> Self {
        Self {
            bad: true,
            title: title.into(),
            words: words.into(),
            kept: None,
        }
    }

    /// The same, with what was filled in. A form is known by its word of success.
    pub fn keeping(self, form: &'static str, fields: &Fields) -> Self {
        let fields = fields.clone();
        Self {
            kept: Some(Kept { form, fields }),
            ..self
        }
    }

    /// The markup.
    pub fn show(&self) -> Markup {
        html! {
            div.say.bad[self.bad] role=(if self.bad { "alert" } else { "status" }) {
                b { (self.title) }
                @if !self.words.is_empty() { p { (self.words) } }
            }
        }
    }
}

/// The markup of a notice, if there is one.
pub fn show(notice: Option<&Notice>) -> Markup {
    notice.map_or_else(|| html! {}, Notice::show)
}

/// What was filled in as `field` of `form`, if that form was just refused; empty otherwise.
pub fn kept<'a>(notice: Option<&'a Notice>, form: &str, field: &str) -> &'a str {
    let kept = notice.and_then(|notice| notice.kept.as_ref());
    kept.filter(|kept| kept.form == form)
        .map_or("", |kept| kept.fields.text(field))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_refused_form_is_filled_in_again() {
        let fields = Fields::of(&[("reason", " no_show ")]);
        let notice = Notice::form("No.", "Because.").keeping("voided", &fields);
        let reason = |form| kept(Some(&notice), form, "reason");
        assert_eq!((reason("voided"), reason("closed")), ("no_show", ""));
        assert_eq!(
            kept(Notice::done(Some("voided")).as_ref(), "voided", "reason"),
            ""
        );
    }

    #[test]
    fn only_our_own_words_are_said() {
        assert_eq!(Notice::done(Some("<script>")), None);
        assert_eq!(Notice::done(None), None);
        assert!(Notice::done(Some("paused")).is_some());
    }

    #[test]
    fn a_refusal_is_escaped() {
        let refusal = Refusal::RecordUnknown {
            record: "<img src=x>".into(),
        };
        let shown = Notice::refusal(&refusal).show().into_string();
        assert!(
            !shown.contains("<img") && shown.contains("role=\"alert\""),
            "{shown}"
        );
    }
}
