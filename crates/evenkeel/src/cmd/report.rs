//! What is wrong with a document, shown at its place in the text.

use crate::cmd::failure::{Exit, Failure};
use evenkeel_core::policy::problem::{Level, Problem};
use evenkeel_core::territory::problem::TableProblem;
use miette::{GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteDiagnostic, NamedSource};
use miette::{Report, Severity};
use std::io::IsTerminal;

/// Widest line of a report.
const WIDTH: usize = 100;

/// All problems, each with its piece of the text.
///
/// `colored` for a terminal; without it, plain text that files and tests can keep.
pub fn graphical(name: &str, text: &str, problems: &[Problem], colored: bool) -> String {
    let theme = match colored {
        true => GraphicalTheme::unicode(),
        false => GraphicalTheme::unicode_nocolor(),
    };
    let handler = GraphicalReportHandler::new_themed(theme).with_width(WIDTH);
    let mut all = String::new();
    for problem in problems {
        let title = match problem.at.as_str() {
            "" => problem.message.clone(),
            at => format!("{at}: {}", problem.message),
        };
        let start = problem.span.start.min(text.len());
        let span = start..problem.span.end.clamp(start, text.len());
        let mut diagnostic = MietteDiagnostic::new(title)
            .with_severity(match problem.level {
                Level::Error => Severity::Error,
                Level::Warning => Severity::Warning,
            })
            .with_label(LabeledSpan::at(span, "here"));
        if !problem.hint.is_empty() {
            diagnostic = diagnostic.with_help(&problem.hint);
        }
        let source = NamedSource::new(name, text.to_owned());
        let report = Report::new(diagnostic).with_source_code(source);
        if handler.render_report(&mut all, report.as_ref()).is_err() {
            all.push_str(&format!("{name}:{problem}\n"));
        }
    }
    all
}

/// Shows problems on standard error, when there are any.
pub fn to_stderr(name: &str, text: &str, problems: &[Problem]) {
    if !problems.is_empty() {
        let colored = colored(&std::io::stderr());
        eprint!("{}", graphical(name, text, problems, colored));
    }
}

/// The failure of a policy that is not accepted, after its problems were shown.
pub fn rejected(name: &str, text: &str, problems: &[Problem]) -> Failure {
    to_stderr(name, text, problems);
    let errors = problems.iter().filter(|problem| problem.is_error()).count();
    let s = if errors == 1 { "" } else { "s" };
    Failure::new(
        Exit::Failure,
        format!("{name}: the policy has {errors} error{s}"),
    )
}

/// The failure of a territory table that is not accepted: every problem, one a line.
pub fn rejected_table(name: &str, problems: &[TableProblem]) -> Failure {
    let lines = problems.iter().map(|problem| format!("{name}: {problem}"));
    let lines: Vec<String> = lines.collect();
    Failure::new(Exit::Failure, lines.join("\n"))
}

/// Whether to color what goes to `stream`: a terminal, and NO_COLOR is not set.
pub fn colored(stream: &impl IsTerminal) -> bool {
    stream.is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
}
