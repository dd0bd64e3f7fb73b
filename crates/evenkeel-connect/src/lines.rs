//! Physical lines of a file, one at a time, in bounded memory.
//!
//! Knows line ends, the byte-order mark and the bound on a line, and nothing of quotes or JSON.
//! A line can be put back, so that a reader that ran astray can start again behind its mistake.

use std::collections::VecDeque;
use std::io::{self, BufRead, BufReader, Read};

/// Most bytes of one record: a line, or the lines that one quoted value spans.
///
/// A longer line is refused as one bad line and skipped without being held in memory.
pub const LINE_MAX: usize = 1 << 20;
/// Most lines of one record, that is, the lines that quoted values span.
///
/// When a quote is never closed these are read again, line by line: a file of nothing else is read
/// this many times at most.
pub const LINES_MAX: usize = 1_000;
/// How much of an over-long line is kept for the message and the rejects file.
const HEAD_MAX: usize = 200;

/// One physical line, without its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// From 1.
    pub number: u64,
    /// The bytes; only the beginning when [`Line::over`].
    pub bytes: Vec<u8>,
    /// Whether it was longer than [`LINE_MAX`].
    pub over: bool,
}

/// Reads lines.
pub struct Lines {
    source: BufReader<Box<dyn Read + Send>>,
    number: u64,
    back: VecDeque<Line>,
}

impl Lines {
    /// Starts at the first line.
    pub fn new(source: Box<dyn Read + Send>) -> Self {
        Self {
            source: BufReader::with_capacity(1 << 16, source),
            number: 0,
            back: VecDeque::new(),
        }
    }

    /// The next line, or `None` at the end. A last line without an end counts; LF and CRLF end a
    /// line; a UTF-8 byte-order mark before the first line is dropped.
    pub fn next_line(&mut self) -> io::Result<Option<Line>> {
        if let Some(line) = self.back.pop_front() {
            return Ok(Some(line));
        }
        let mut bytes = Vec::new();
        let limit = LINE_MAX as u64 + 2;
        let read = self
            .source
            .by_ref()
            .take(limit)
            .read_until(b'\n', &mut bytes)?;
        if read == 0 {
            return Ok(None);
        }
        self.number += 1;
        let mut over = false;
        if bytes.last() == Some(&b'\n') {
            bytes.pop();
            if bytes.last() == Some(&b'\r') {
                bytes.pop();
            }
        } else if read as u64 == limit {
            self.skip_line()?;
        }
        if bytes.len() > LINE_MAX {
            over = true;
            bytes.truncate(HEAD_MAX);
            bytes.shrink_to_fit();
        }
        if self.number == 1 && bytes.starts_with(b"\xEF\xBB\xBF") {
            bytes.drain(..3);
        }
        Ok(Some(Line {
            number: self.number,
            bytes,
            over,
        }))
    }

    /// Puts lines back, in their order, before all that is still to come.
    pub fn put_back(&mut self, lines: impl DoubleEndedIterator<Item = Line>) {
        for line in lines.rev() {
            self.back.push_front(line);
        }
    }

    /// Drops everything up to and including the next line end, without keeping it.
    fn skip_line(&mut self) -> io::Result<()> {
        loop {
            let chunk = self.source.fill_buf()?;
            if chunk.is_empty() {
                return Ok(());
            }
            match chunk.iter().position(|byte| *byte == b'\n') {
                Some(at) => {
                    self.source.consume(at + 1);
                    return Ok(());
                }
                None => {
                    let all = chunk.len();
                    self.source.consume(all);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &[u8]) -> Vec<(u64, String, bool)> {
        let mut lines = Lines::new(Box::new(io::Cursor::new(text.to_vec())));
        let mut all = Vec::new();
        while let Some(line) = lines.next_line().expect("memory does not fail") {
            all.push((
                line.number,
                String::from_utf8_lossy(&line.bytes).into_owned(),
                line.over,
            ));
        }
        all
    }

    #[test]
    fn line_ends_and_the_byte_order_mark_are_dropped() {
        assert_eq!(
            read(b"\xEF\xBB\xBFa\r\nb\n\nc"),
            [
                (1, "a".into(), false),
                (2, "b".into(), false),
                (3, String::new(), false),
                (4, "c".into(), false)
            ]
        );
        assert!(read(b"").is_empty());
    }

    #[test]
    fn a_line_at_the_bound_is_whole_and_one_over_it_is_skipped() {
        let full = "x".repeat(LINE_MAX);
        for end in ["\n", "\r\n"] {
            let lines = read(format!("{full}{end}b{end}").as_bytes());
            assert_eq!((lines[0].1.len(), lines[0].2), (LINE_MAX, false));
            let lines = read(format!("{full}y{end}b{end}").as_bytes());
            assert_eq!((lines[0].1.len(), lines[0].2), (HEAD_MAX, true));
            assert_eq!(lines[1], (2, "b".into(), false));
        }
        let lines = read(format!("{}\nb", "x".repeat(3 * LINE_MAX)).as_bytes());
        assert_eq!(
            (lines[0].2, lines[1].1.as_str(), lines.len()),
            (true, "b", 2)
        );
    }

    #[test]
    fn lines_put_back_come_again_in_order() {
        let mut lines = Lines::new(Box::new(io::Cursor::new(b"a\nb\nc\n".to_vec())));
        let first = lines.next_line().expect("reads").expect("is there");
        let second = lines.next_line().expect("reads").expect("is there");
        lines.put_back([first.clone(), second].into_iter());
        assert_eq!(lines.next_line().expect("reads"), Some(first));
        assert_eq!(
            lines.next_line().expect("reads").map(|line| line.number),
            Some(2)
        );
        assert_eq!(
            lines.next_line().expect("reads").map(|line| line.number),
            Some(3)
        );
    }
}
