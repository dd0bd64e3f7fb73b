//! A Rust file seen three ways: its code, the text in its strings, and its comments.
//!
//! Each view has the same lines and columns as the file, with spaces for what belongs to another
//! view, so that a word in a comment is never taken for code. It is a scanner, not a parser: macros
//! and generics mean nothing here.

/// The three views.
#[derive(Debug, Default)]
pub(crate) struct Views {
    /// Code with empty strings and without comments.
    pub(crate) code: String,
    /// The insides of strings.
    pub(crate) strings: String,
    /// Comments, with their slashes.
    pub(crate) comments: String,
}

#[derive(Clone, Copy)]
enum View {
    Code,
    Strings,
    Comments,
}

impl Views {
    /// Takes a file apart.
    pub(crate) fn of(source: &str) -> Self {
        let chars: Vec<char> = source.chars().collect();
        let mut views = Self::default();
        let mut at = 0;
        while at < chars.len() {
            let (view, end) = piece(&chars, at);
            for (offset, &c) in chars[at..end].iter().enumerate() {
                let quote = offset == 0 || at + offset + 1 == end;
                let view = if matches!(view, View::Strings) && quote {
                    View::Code
                } else {
                    view
                };
                views.push(view, c);
            }
            at = end;
        }
        views
    }

    /// The code without what is compiled for tests only.
    pub(crate) fn product_code(&self) -> String {
        let mut chars: Vec<char> = self.code.chars().collect();
        let marker: Vec<char> = "#[cfg(test)]".chars().collect();
        let mut at = 0;
        while at + marker.len() <= chars.len() {
            if chars[at..at + marker.len()] != marker[..] {
                at += 1;
                continue;
            }
            let end = item_end(&chars, at + marker.len());
            chars[at..end]
                .iter_mut()
                .filter(|c| **c != '\n')
                .for_each(|c| *c = ' ');
            at = end;
        }
        chars.into_iter().collect()
    }

    fn push(&mut self, view: View, c: char) {
        let blank = if c == '\n' { '\n' } else { ' ' };
        self.code
            .push(if matches!(view, View::Code) { c } else { blank });
        self.strings.push(if matches!(view, View::Strings) {
            c
        } else {
            blank
        });
        self.comments.push(if matches!(view, View::Comments) {
            c
        } else {
            blank
        });
    }
}

/// The piece that begins at `at`, and its end.
fn piece(chars: &[char], at: usize) -> (View, usize) {
    let next = |offset: usize| chars.get(at + offset).copied().unwrap_or('\0');
    match chars[at] {
        '/' if next(1) == '/' => {
            let length = chars[at..].iter().position(|c| *c == '\n');
            (
                View::Comments,
                length.map_or(chars.len(), |length| at + length),
            )
        }
        '/' if next(1) == '*' => (View::Comments, block_end(chars, at)),
        '"' => (View::Strings, quoted_end(chars, at)),
        '\'' if next(1) == '\\' => {
            let close = (at + 3..chars.len()).find(|at| chars[*at] == '\'');
            (View::Strings, close.map_or(chars.len(), |close| close + 1))
        }
        '\'' if next(2) == '\'' => (View::Strings, at + 3),
        'r' if at == 0 || !in_word(chars[at - 1]) || is_raw_prefix(chars, at) => {
            let hashes = chars[at + 1..].iter().take_while(|c| **c == '#').count();
            if next(1 + hashes) == '"' {
                (View::Strings, raw_end(chars, at + 1 + hashes, hashes))
            } else {
                (View::Code, at + 1)
            }
        }
        _ => (View::Code, at + 1),
    }
}

/// Whether the `r` at `at` is that of `br"` or `cr"`.
fn is_raw_prefix(chars: &[char], at: usize) -> bool {
    matches!(chars[at - 1], 'b' | 'c') && (at == 1 || !in_word(chars[at - 2]))
}

fn block_end(chars: &[char], start: usize) -> usize {
    let (mut depth, mut at) = (0, start);
    while at + 1 < chars.len() {
        match (chars[at], chars[at + 1]) {
            ('/', '*') => (depth, at) = (depth + 1, at + 2),
            ('*', '/') if depth == 1 => return at + 2,
            ('*', '/') => (depth, at) = (depth - 1, at + 2),
            _ => at += 1,
        }
    }
    chars.len()
}

fn quoted_end(chars: &[char], start: usize) -> usize {
    let mut at = start + 1;
    while at < chars.len() {
        match chars[at] {
            '\\' => at += 2,
            '"' => return at + 1,
            _ => at += 1,
        }
    }
    chars.len()
}

fn raw_end(chars: &[char], quote: usize, hashes: usize) -> usize {
    (quote + 1..chars.len())
        .find(|at| {
            chars[*at] == '"'
                && chars[at + 1..]
                    .iter()
                    .take(hashes)
                    .filter(|c| **c == '#')
                    .count()
                    == hashes
        })
        .map_or(chars.len(), |at| at + 1 + hashes)
}

/// The end of the item that begins after `from`: its closing brace, or its semicolon.
pub(crate) fn item_end(chars: &[char], from: usize) -> usize {
    let (mut depth, mut inner) = (0, 0);
    for (at, c) in chars.iter().enumerate().skip(from) {
        match c {
            '(' | '[' => inner += 1,
            ')' | ']' => inner -= 1,
            ';' if depth == 0 && inner == 0 => return at + 1,
            '{' => depth += 1,
            '}' if depth <= 1 => return at + 1,
            '}' => depth -= 1,
            _ => {}
        }
    }
    chars.len()
}

/// Whether `c` can be part of a name.
pub(crate) fn in_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// Where `word` stands in `text` on its own, as (line, column), both from 1.
///
/// A name at either end of `word` must end there: `f64` is not found in `of64`.
pub(crate) fn places(text: &str, word: &str) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    for (number, line) in text.lines().enumerate() {
        for (at, _) in line.match_indices(word) {
            let before = line[..at].chars().next_back();
            let after = line[at + word.len()..].chars().next();
            let glued = |inner: Option<char>, outer: Option<char>| {
                inner.is_some_and(in_word) && outer.is_some_and(in_word)
            };
            let starts_free = !glued(word.chars().next(), before);
            if starts_free && !glued(word.chars().next_back(), after) {
                found.push((number + 1, line[..at].chars().count() + 1));
            }
        }
    }
    found
}

#[test]
fn strings_comments_and_code_are_told_apart() {
    let source = concat!(
        "let a = \"one // two\"; // three \"four\"\n",
        "let b = r#\"five \"six\"#; let r#type = 'x'; let c: &'static str = b\"\\\"seven\";\n",
        "/* eight /* nine */ ten */ call('\"', '\\'');\n",
    );
    let views = Views::of(source);
    let lines: Vec<&str> = views.code.lines().map(str::trim_end).collect();
    assert_eq!(lines[0], "let a = \"          \";");
    assert!(
        lines[1].ends_with("let r#type = ' '; let c: &'static str = b\"       \";"),
        "{}",
        lines[1]
    );
    assert!(lines[2].trim_start().starts_with("call("), "{}", lines[2]);
    for inside in ["one // two", "five \"six", "seven"] {
        assert!(
            views.strings.contains(inside),
            "{inside}: {}",
            views.strings
        );
    }
    for comment in ["// three \"four\"", "/* eight /* nine */ ten */"] {
        assert!(
            views.comments.contains(comment),
            "{comment}: {}",
            views.comments
        );
    }
    for view in [&views.code, &views.strings, &views.comments] {
        assert_eq!(view.chars().count(), source.chars().count());
    }
}

#[test]
fn what_is_only_for_tests_is_no_product_code() {
    let source =
        "fn kept() {}\n#[cfg(test)]\nmod tests {\n fn gone() { {} }\n}\nfn also_kept() {}\n";
    let code = Views::of(source).product_code();
    assert!(
        code.contains("kept") && code.contains("also_kept") && !code.contains("gone"),
        "{code}"
    );
    assert_eq!(code.lines().count(), source.lines().count());
}

#[test]
fn a_word_is_found_on_its_own_only() {
    assert_eq!(places("a f64, of64, f64x\n f64", "f64"), [(1, 3), (2, 2)]);
    assert_eq!(places("x.unwrap() y.unwrap_or()", ".unwrap()"), [(1, 2)]);
}
