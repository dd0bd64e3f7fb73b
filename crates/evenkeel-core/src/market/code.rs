//! Codes: the short words of a workspace's own vocabulary, such as reasons and kinds of activity.
//!
//! Which codes there are is data of the workspace and never known here (law 12).

/// Longest code in characters.
pub const CODE_MAX: usize = 60;
/// What a code looks like, in words.
pub const CODE_FORM: &str = "1 to 60 lower-case letters, digits, _ or -";

/// Whether `text` is a code: 1 to [`CODE_MAX`] lower-case letters, digits, `_` or `-`.
pub fn is_code(text: &str) -> bool {
    let plain = |byte: u8| {
        byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_' || byte == b'-'
    };
    !text.is_empty() && text.len() <= CODE_MAX && text.bytes().all(plain)
}
