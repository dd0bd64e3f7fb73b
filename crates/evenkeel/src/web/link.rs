//! Paths to things, from their keys.
//!
//! Keys are percent-encoded down to the unreserved letters, so that a key with a slash, a question
//! mark or a quote leads to its own page and nowhere else. Names of persons are never in a path.

use std::fmt::Write;

/// One segment of a path.
fn segment(key: &str) -> String {
    key.bytes()
        .fold(String::with_capacity(key.len()), |mut path, byte| {
            match byte {
                b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'~' => {
                    path.push(byte.into())
                }
                // A lone "." or ".." would be taken for a folder even when encoded.
                b'.' if key.bytes().any(|other| other != b'.') => path.push('.'),
                _ => {
                    let _ = write!(path, "%{byte:02X}");
                }
            }
            path
        })
}

/// A record's story.
pub fn record(key: &str) -> String {
    format!("/records/{}", segment(key))
}

/// Something done to a record.
pub fn record_act(key: &str, act: &str) -> String {
    format!("/records/{}/{act}", segment(key))
}

/// A rep.
pub fn rep(key: &str) -> String {
    format!("/reps/{}", segment(key))
}

/// Something done to a rep.
pub fn rep_act(key: &str, act: &str) -> String {
    format!("/reps/{}/{act}", segment(key))
}

/// A pool.
pub fn pool(name: &str) -> String {
    format!("/pools/{}", segment(name))
}

/// What is earned in a pool.
pub fn earning(name: &str) -> String {
    format!("/pools/{}/earning", segment(name))
}

/// A rep's check-in sheet.
pub fn checkin(key: &str) -> String {
    format!("/checkin/{}", segment(key))
}

/// A queue.
pub fn queue(name: &str) -> String {
    format!("/queues/{}", segment(name))
}

/// Taking a record from a queue.
pub fn claim(name: &str) -> String {
    format!("/queues/{}/claim", segment(name))
}

/// A policy version.
pub fn version(number: u32) -> String {
    format!("/policy/versions/{number}")
}

/// A path with a question: only what was asked.
pub fn question(path: &str, parts: &[(&str, Option<&String>)]) -> String {
    let asked = parts.iter().filter_map(|(name, text)| {
        let text = text.filter(|text| !text.trim().is_empty())?;
        Some(format!("{name}={}", segment(text)))
    });
    let asked: Vec<String> = asked.collect();
    match asked.is_empty() {
        true => path.to_owned(),
        false => format!("{path}?{}", asked.join("&")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_leads_to_one_segment() {
        for (key, path) in [
            ("L-1042", "/records/L-1042"),
            ("a/b?c#d", "/records/a%2Fb%3Fc%23d"),
            ("50%", "/records/50%25"),
            ("é\"'<", "/records/%C3%A9%22%27%3C"),
            ("v1.2", "/records/v1.2"),
            ("..", "/records/%2E%2E"),
        ] {
            assert_eq!(record(key), path);
        }
    }

    #[test]
    fn a_question_holds_only_what_was_asked() {
        let text = |text: &str| Some(text.to_owned());
        let (pool, none) = (text("Hot & cold"), text(" "));
        let parts = [
            ("pool", pool.as_ref()),
            ("won", none.as_ref()),
            ("lost", None),
        ];
        assert_eq!(
            question("/scorecard", &parts),
            "/scorecard?pool=Hot%20%26%20cold"
        );
        assert_eq!(question("/scorecard", &parts[1..]), "/scorecard");
    }
}
