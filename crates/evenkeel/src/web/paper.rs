//! A policy document on a page: numbered lines, with each problem under the line it is about.

use evenkeel_core::policy::problem::Problem;
use maud::{Markup, html};

/// Most lines drawn; a longer document is cut, and the page says so.
const LINES_MAX: usize = 1_500;
/// Lines shown around a problem where only problems are shown.
const AROUND: usize = 1;

/// The whole document.
pub fn document(text: &str, problems: &[Problem]) -> Markup {
    let total = text.lines().count();
    html! {
        div.paper {
            @for (at, line) in text.lines().take(LINES_MAX).enumerate() {
                (numbered(at + 1, line))
                @for problem in problems.iter().filter(|problem| problem.line == at + 1) {
                    (note(problem))
                }
            }
        }
        @if total > LINES_MAX { p.foot { "and " (total - LINES_MAX) " more lines" } }
    }
}

/// Only the lines with problems, and those around them.
pub fn problems(text: &str, problems: &[Problem]) -> Markup {
    let lines: Vec<&str> = text.lines().collect();
    html! {
        div.paper {
            @for problem in problems {
                @let at = problem.line.clamp(1, lines.len().max(1));
                @let from = at.saturating_sub(AROUND).max(1);
                @for number in from..=at {
                    (numbered(number, lines.get(number - 1).copied().unwrap_or("")))
                }
                (note(problem))
            }
        }
    }
}

fn numbered(number: usize, line: &str) -> Markup {
    let (said, comment) = line.split_at(comment_start(line));
    let head = said.trim_start().starts_with('[');
    html! {
        i { (number) }
        code {
            @if line.is_empty() { " " }
            @else if head { span.h { (said) } }
            @else { (said) }
            @if !comment.is_empty() { span.c { (comment) } }
        }
    }
}

/// Where the comment of a line begins: at the first `#` outside quotes. Only for the eye, so texts
/// over several lines are not followed.
fn comment_start(line: &str) -> usize {
    let mut quote = None;
    for (at, letter) in line.char_indices() {
        match (letter, quote) {
            ('#', None) => return at,
            ('"' | '\'', None) => quote = Some(letter),
            (_, Some(open)) if letter == open => quote = None,
            _ => {}
        }
    }
    line.len()
}

fn note(problem: &Problem) -> Markup {
    html! {
        div class=(format!("problem {}", problem.level.word())) {
            b { @if problem.is_error() { "Error" } @else { "Warning" } }
            " in column " (problem.column) ": "
            @if !problem.at.is_empty() { (problem.at) ": " }
            (problem.message) "."
            @if !problem.hint.is_empty() {
                br; (problem.hint) @if !problem.hint.ends_with(['?', '.']) { "." }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use evenkeel_core::policy::problem::Level;

    fn problem(line: usize, message: &str) -> Problem {
        Problem {
            level: Level::Error,
            line,
            column: 3,
            span: 0..1,
            at: String::new(),
            message: message.into(),
            hint: "Maybe <b>".into(),
        }
    }

    #[test]
    fn a_problem_stands_under_its_line_and_everything_is_escaped() {
        let page = document("a = 1\n<script>\n", &[problem(2, "no <i>")]).into_string();
        assert!(!page.contains("<script>") && !page.contains("<i>no") && !page.contains("<b>\""));
        let (line, note) = (page.find("&lt;script&gt;"), page.find("no &lt;i&gt;"));
        assert!(line.is_some() && line < note, "{page}");
    }

    #[test]
    fn comments_are_told_from_quoted_signs() {
        for (line, start) in [
            ("a = 1 # b", 6),
            ("a = '#' # b", 8),
            ("a = \"#\"", 7),
            ("# all", 0),
        ] {
            assert_eq!(comment_start(line), start, "{line}");
        }
    }

    #[test]
    fn a_problem_beyond_the_text_is_still_shown() {
        let page = problems("", &[problem(9, "the fallback is missing")]).into_string();
        assert!(page.contains("the fallback is missing"));
    }
}
