//! Secrets: random bytes, how they are written, and what is kept of them.
//!
//! Tokens and keys are 256 random bits, so a plain SHA-256 of them is kept and never the secret
//! itself. Passwords are weak by nature and go another way ([`crate::host::users`]).

use sha2::{Digest, Sha256};
use std::cell::RefCell;
use std::fmt::Write;

/// `N` random bytes from the operating system.
///
/// *Bounds*: panics when the operating system has no randomness, since nothing safe can be done.
pub fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).expect("the operating system gives random bytes");
    bytes
}

/// `N` random bytes, drawn from the operating system a page at a time: for salts, of which every
/// record with personal data takes one.
pub fn salt<const N: usize>() -> [u8; N] {
    const PAGE: usize = 4_096;
    thread_local! {
        static LEFT: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
    }
    LEFT.with_borrow_mut(|left| {
        if left.len() < N {
            left.clear();
            left.extend_from_slice(&random::<PAGE>());
        }
        let at = left.len() - N;
        let mut bytes = [0; N];
        bytes.copy_from_slice(&left[at..]);
        left.truncate(at);
        bytes
    })
}

/// SHA-256 over the parts, each told apart by its length.
pub fn digest(parts: &[&[u8]]) -> [u8; 32] {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update((part.len() as u64).to_le_bytes());
        hasher.update(part);
    }
    hasher.finalize().into()
}

/// Bytes as lower-case hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    bytes
        .iter()
        .fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        })
}

/// The bytes behind lower- or upper-case hexadecimal of exactly `N` bytes.
pub fn unhex<const N: usize>(text: &str) -> Option<[u8; N]> {
    let digits = text.as_bytes();
    if digits.len() != 2 * N {
        return None;
    }
    let mut bytes = [0; N];
    for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
        *byte = digit(pair[0])? * 16 + digit(pair[1])?;
    }
    Some(bytes)
}

fn digit(hex: u8) -> Option<u8> {
    match hex {
        b'0'..=b'9' => Some(hex - b'0'),
        b'a'..=b'f' => Some(hex - b'a' + 10),
        b'A'..=b'F' => Some(hex - b'A' + 10),
        _ => None,
    }
}

/// Whether two digests are equal, in the same time wherever they differ.
pub fn same(one: &[u8; 32], other: &[u8; 32]) -> bool {
    one.iter()
        .zip(other)
        .fold(0, |difference, (a, b)| difference | (a ^ b))
        == 0
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn hexadecimal_goes_both_ways() {
        assert_eq!(hex(&[0, 255, 16]), "00ff10");
        assert_eq!(unhex::<3>("00fF10"), Some([0, 255, 16]));
        for bad in ["", "00ff1", "00ff1g", "00ff1000", "éé0000"] {
            assert_eq!(unhex::<3>(bad), None, "{bad:?}");
        }
    }

    #[test]
    fn no_salt_comes_twice() {
        let salts: BTreeSet<[u8; 16]> = (0..1_000).map(|_| salt()).collect();
        assert_eq!(salts.len(), 1_000);
    }

    #[test]
    fn parts_are_told_apart() {
        assert_ne!(digest(&[b"ab", b"c"]), digest(&[b"a", b"bc"]));
        assert!(same(&digest(&[b"x"]), &digest(&[b"x"])));
        assert!(!same(&digest(&[b"x"]), &digest(&[b"y"])));
    }
}
