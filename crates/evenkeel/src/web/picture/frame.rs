//! The frame of a picture: a title, a description for those who do not see it, and its table.
//!
//! What is drawn comes from the picture; the frame only makes sure that nothing is shown that
//! cannot also be read.

use maud::{Markup, html};

/// One picture with its words.
#[derive(Clone, Copy, Debug)]
pub struct Frame<'a> {
    /// Unique on the page: letters, digits and `-`.
    pub id: &'a str,
    /// What it shows.
    pub title: &'a str,
    /// How to read it, and what it says.
    pub desc: &'a str,
    /// In pixels.
    pub height: u32,
}

impl Frame<'_> {
    /// The picture with its table folded in below.
    pub fn with_twin(self, marks: Markup, twin: Markup) -> Markup {
        html! {
            figure.picture {
                (self.alone(marks))
                details.twin {
                    summary { "The same as a table" span.unseen { ": " (self.title) } }
                    (twin)
                }
            }
        }
    }

    /// The picture where the table is already on the page, beside or around it.
    pub fn alone(self, marks: Markup) -> Markup {
        let (title, desc) = (format!("{}-title", self.id), format!("{}-desc", self.id));
        html! {
            svg role="img" width="100%" height=(self.height)
                aria-labelledby=(title) aria-describedby=(desc) {
                title id=(title) { (self.title) }
                desc id=(desc) { (self.desc) }
                (marks)
            }
        }
    }
}
