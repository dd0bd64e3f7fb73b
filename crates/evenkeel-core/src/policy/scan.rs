//! A look at a condition before the parser sees it: is it small enough, and free of the slips
//! people make.
//!
//! The CEL parser is recursive and takes about 0.2 MB of stack per bracket in a debug build, so
//! nesting and length are bounded here; its own words for a single `=` or a curly quote help
//! nobody, so those are caught here too. This deliberately understands no grammar.

use crate::market::clause::SOURCE_MAX;
use crate::policy::problem::Fault;

/// Deepest nesting of brackets of any kind in one condition.
pub const BRACKETS_MAX: usize = 6;
/// Most operators in a row without `&&`, `||`, a comma or a colon between them, brackets around
/// them included.
pub const CHAIN_MAX: usize = 64;

/// A pair of brackets by byte position.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Brackets {
    /// Where the opening one is.
    pub(super) open: usize,
    /// Where the closing one is.
    pub(super) close: usize,
}

/// The bracket pairs of a condition, in the order of closing.
///
/// *Refuses*: an empty or too long text, brackets that do not match or nest too deep, texts that
/// never end, words and signs of other languages.
pub(super) fn scan(source: &str) -> Result<Vec<Brackets>, Fault> {
    if source.len() > SOURCE_MAX {
        let message = format!(
            "the condition has {} bytes, at most {SOURCE_MAX} fit",
            source.len()
        );
        return Err(Fault::new(
            0..source.len(),
            message,
            "Split it into several rules",
        ));
    }
    let mut scan = Scan {
        source,
        at: 0,
        open: Vec::new(),
        chain: 0,
        pairs: Vec::new(),
    };
    let mut empty = true;
    let mut after_dot = false;
    while let Some(start) = scan.next_start() {
        empty = false;
        scan.token(start, after_dot)?;
        after_dot = &source[start..scan.at] == ".";
    }
    if empty {
        return Err(Fault::new(
            0..0,
            "the condition is empty",
            "For every record, write true",
        ));
    }
    match scan.open.pop() {
        Some((open, _)) => {
            let bracket = &source[open..=open];
            Err(Fault::new(
                open..open + 1,
                format!("this {bracket} is never closed"),
                "",
            ))
        }
        None => Ok(scan.pairs),
    }
}

struct Scan<'a> {
    source: &'a str,
    at: usize,
    /// Open brackets: position, and how long the chain of operators was before.
    open: Vec<(usize, usize)>,
    chain: usize,
    pairs: Vec<Brackets>,
}

impl Scan<'_> {
    fn rest(&self) -> &str {
        &self.source[self.at..]
    }

    /// Skips blanks and comments; the position of the next token.
    fn next_start(&mut self) -> Option<usize> {
        loop {
            let blank = self.rest().len() - self.rest().trim_start().len();
            self.at += blank;
            if !self.rest().starts_with("//") {
                break;
            }
            self.at += self.rest().find('\n').unwrap_or(self.rest().len());
        }
        (self.at < self.source.len()).then_some(self.at)
    }

    fn token(&mut self, start: usize, after_dot: bool) -> Result<(), Fault> {
        let rest = self.rest();
        let first = rest.chars().next().expect("a token starts before the end");
        if first.is_ascii_alphabetic() || first == '_' {
            return self.word(start, after_dot);
        }
        if first.is_ascii_digit() {
            let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '.');
            self.at += end.unwrap_or(rest.len());
            return Ok(());
        }
        if first == '"' || first == '\'' {
            return self.text(start, false);
        }
        let two = rest.get(..2).unwrap_or("");
        match two {
            "&&" | "||" => {
                self.chain = self.open.last().map_or(0, |(_, chain)| *chain);
                self.at += 2;
                return Ok(());
            }
            "==" | "!=" | "<=" | ">=" => {
                self.at += 2;
                return self.link(start);
            }
            "<>" => {
                let message = "\"<>\" is no operator";
                return Err(Fault::new(start..start + 2, message, "Write !="));
            }
            _ => {}
        }
        self.at += first.len_utf8();
        let instead = match first {
            '(' | '[' | '{' => return self.opens(start),
            ')' | ']' | '}' => return self.closes(start),
            ',' | '?' | ':' => {
                self.chain = self.open.last().map_or(0, |(_, chain)| *chain);
                return Ok(());
            }
            '+' | '-' | '*' | '/' | '%' | '<' | '>' | '.' => return self.link(start),
            '!' => return Ok(()),
            '=' => "Write == to compare",
            '&' => "Write &&",
            '|' => "Write ||",
            '“' | '”' | '„' | '«' | '»' => "Write \" around a text",
            '‘' | '’' | '‚' => "Write ' around a text",
            '≥' => "Write >=",
            '≤' => "Write <=",
            '≠' => "Write !=",
            _ => "Texts stand in quotes, fields have plain names",
        };
        let message = format!("{:?} cannot stand here", first.to_string());
        Err(Fault::new(start..self.at, message, instead))
    }

    /// Skips a name, or a text with letters before its quotes.
    fn word(&mut self, start: usize, after_dot: bool) -> Result<(), Fault> {
        let rest = self.rest();
        let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_');
        let word = &rest[..end.unwrap_or(rest.len())];
        let prefix = matches!(word.to_ascii_lowercase().as_str(), "r" | "b" | "rb" | "br");
        if prefix && rest[word.len()..].starts_with(['"', '\'']) {
            let raw = word.contains(['r', 'R']);
            self.at += word.len();
            return self.text(start, raw);
        }
        let instead = match word.to_ascii_lowercase().as_str() {
            "and" => Some("&&"),
            "or" => Some("||"),
            "not" => Some("!"),
            _ => None,
        };
        if let Some(instead) = instead.filter(|_| !after_dot) {
            let message = format!("{word:?} is no operator");
            let span = start..start + word.len();
            return Err(Fault::new(span, message, format!("Write {instead}")));
        }
        let (len, links) = (word.len(), word == "in");
        self.at += len;
        if links { self.link(start) } else { Ok(()) }
    }

    /// Skips a text in quotes, the opening one of which is at the present position.
    fn text(&mut self, start: usize, raw: bool) -> Result<(), Fault> {
        let rest = self.rest();
        let one = &rest[..1];
        let three = one.repeat(3);
        let quote = if rest.starts_with(&three) {
            three.as_str()
        } else {
            one
        };
        let mut at = quote.len();
        while let Some(here) = rest.get(at..) {
            if here.starts_with(quote) {
                self.at += at + quote.len();
                return Ok(());
            }
            let Some(c) = here.chars().next() else { break };
            if c == '\n' && quote.len() == 1 {
                break;
            }
            at += c.len_utf8();
            if c == '\\' && !raw {
                at += rest
                    .get(at..)
                    .and_then(|next| next.chars().next())
                    .map_or(0, char::len_utf8);
            }
        }
        let hint = format!("Close it with {quote}");
        Err(Fault::new(start..start + 1, "this text never ends", hint))
    }

    fn opens(&mut self, start: usize) -> Result<(), Fault> {
        self.open.push((start, self.chain));
        if self.open.len() > BRACKETS_MAX {
            let message = format!("brackets nest deeper than {BRACKETS_MAX}");
            return Err(Fault::new(
                start..start + 1,
                message,
                "Split it into several rules",
            ));
        }
        Ok(())
    }

    fn closes(&mut self, start: usize) -> Result<(), Fault> {
        let close = self.source.as_bytes()[start];
        let wanted = |open: u8| match open {
            b'(' => b')',
            b'[' => b']',
            _ => b'}',
        };
        match self.open.pop() {
            Some((open, chain)) if wanted(self.source.as_bytes()[open]) == close => {
                self.chain = chain;
                self.pairs.push(Brackets { open, close: start });
                Ok(())
            }
            Some((open, _)) => {
                let bracket = &self.source[open..=open];
                let message = format!("this closes the {bracket} before it with another bracket");
                Err(Fault::new(start..start + 1, message, ""))
            }
            None => Err(Fault::new(
                start..start + 1,
                "this bracket was never opened",
                "",
            )),
        }
    }

    /// Counts one more operator in a row.
    fn link(&mut self, start: usize) -> Result<(), Fault> {
        self.chain += 1;
        if self.chain > CHAIN_MAX {
            let message = format!("more than {CHAIN_MAX} operators in a row");
            return Err(Fault::new(
                start..start + 1,
                message,
                "Split it into several rules",
            ));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_are_named_where_they_stand() {
        for (source, at, message) in [
            ("", 0, "the condition is empty"),
            ("  // nothing", 0, "the condition is empty"),
            ("record.a = 3", 9, "\"=\" cannot stand here"),
            ("record.a and record.b", 9, "\"and\" is no operator"),
            ("record.a <> 3", 9, "\"<>\" is no operator"),
            ("record.a == “x”", 12, "\"“\" cannot stand here"),
            ("record.a == 'x", 12, "this text never ends"),
            ("record.a == 'x\\'", 12, "this text never ends"),
            ("(record.a", 0, "this ( is never closed"),
            ("record.a)", 8, "this bracket was never opened"),
            (
                "[record.a)",
                9,
                "this closes the [ before it with another bracket",
            ),
            ("(((((((1)))))))", 6, "brackets nest deeper than 6"),
        ] {
            let fault = scan(source).expect_err(source);
            assert_eq!(
                (fault.span.start, fault.message.as_str()),
                (at, message),
                "{source}"
            );
        }
    }

    #[test]
    fn what_stands_in_texts_and_comments_does_not_count() {
        for source in [
            "record.a == '((((((((= and “'",
            "record.a == r'\\' && record.or == \"\"\"a \" b\"\"\"",
            "record.a == 'it\\'s' // ((((((((",
            "record.not",
        ] {
            assert!(scan(source).is_ok(), "{source}");
        }
    }

    #[test]
    fn long_chains_are_refused_and_long_lists_are_not() {
        assert!(scan(&format!("1{} < 2", " + 1".repeat(60))).is_ok());
        let fault = scan(&format!("1{} < 2", " + 1".repeat(64))).expect_err("one too many");
        assert_eq!(fault.message, "more than 64 operators in a row");
        assert!(scan(&format!("record.a in [{}1]", "1, ".repeat(1_000))).is_ok());
        assert!(scan(&format!("record.a{}", " || record.b == 1".repeat(200))).is_ok());
        let part = format!("(1{})", " + 1".repeat(30));
        let parts = [part.as_str(); 4].join(" * ");
        assert!(scan(&parts).is_ok(), "brackets side by side do not add up");
        let fault = scan(&"a".repeat(4_097)).expect_err("too long");
        assert_eq!(
            fault.message,
            "the condition has 4097 bytes, at most 4096 fit"
        );
    }
}
