//! Settings: the server's own small tables in the same file as the journal.
//!
//! Users, sessions, hashes of API keys and draw secrets are not facts of a workspace: they are kept
//! as keys and values, changed in place, and never part of the chain. What a key or value means is
//! the caller's business; `kind/…` prefixes are its tables.

use crate::fault::StorageFault;

/// Longest key in bytes.
pub const KEY_BYTES_MAX: usize = 512;
/// Longest value in bytes.
pub const VALUE_BYTES_MAX: usize = 1 << 20;
/// Most edits in one call.
pub const EDITS_MAX: usize = 10_000;

/// One key with its value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setting {
    /// The key.
    pub key: Vec<u8>,
    /// The value.
    pub value: Vec<u8>,
}

/// One step of a change. Steps see what the steps before them did.
///
/// *Example*: a one-time token is spent by `Expect` its value, then `Delete`; a user name is taken
/// by `Expect` nothing, then `Put`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SettingEdit {
    /// The key must have this value now, or none.
    Expect {
        /// The key.
        key: Vec<u8>,
        /// Its value, `None` for absent.
        value: Option<Vec<u8>>,
    },
    /// The key has this value from now on.
    Put {
        /// The key.
        key: Vec<u8>,
        /// Its value.
        value: Vec<u8>,
    },
    /// The key is gone from now on; no matter if it was not there.
    Delete {
        /// The key.
        key: Vec<u8>,
    },
}

/// Why settings were not changed.
#[derive(Debug, thiserror::Error)]
pub enum SettingFault {
    /// An `Expect` did not hold.
    #[error("setting edit {index} expected another value; nothing was changed")]
    Changed {
        /// Position of the edit, from 0.
        index: usize,
    },
    /// The store could not.
    #[error(transparent)]
    Storage(#[from] StorageFault),
}

/// Checks the bounds of a change.
pub(crate) fn check_edits(edits: &[SettingEdit]) -> Result<(), StorageFault> {
    StorageFault::bound("setting edits", edits.len() as u64, EDITS_MAX as u64)?;
    for edit in edits {
        let (key, value_bytes) = match edit {
            SettingEdit::Expect { key, value } => (key, value.as_ref().map_or(0, Vec::len)),
            SettingEdit::Put { key, value } => (key, value.len()),
            SettingEdit::Delete { key } => (key, 0),
        };
        StorageFault::bound("bytes of a key", key.len() as u64, KEY_BYTES_MAX as u64)?;
        StorageFault::bound(
            "bytes of a value",
            value_bytes as u64,
            VALUE_BYTES_MAX as u64,
        )?;
    }
    Ok(())
}

/// The first key after all keys that begin with `prefix`; `None` when there is no such key.
pub(crate) fn prefix_end(prefix: &[u8]) -> Option<Vec<u8>> {
    let keep = prefix.iter().rposition(|byte| *byte != u8::MAX)?;
    let mut end = prefix[..=keep].to_vec();
    end[keep] += 1;
    Some(end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_prefix_ends_before_its_successor() {
        assert_eq!(prefix_end(b"user/"), Some(b"user0".to_vec()));
        assert_eq!(prefix_end(&[1, 255, 255]), Some(vec![2]));
        assert_eq!(prefix_end(&[255, 255]), None);
        assert_eq!(prefix_end(b""), None);
    }

    #[test]
    fn keys_and_values_are_bounded() {
        let long = SettingEdit::Put {
            key: vec![0; KEY_BYTES_MAX + 1],
            value: Vec::new(),
        };
        assert!(check_edits(&[long]).is_err());
        let large = SettingEdit::Put {
            key: vec![0],
            value: vec![0; VALUE_BYTES_MAX + 1],
        };
        assert!(check_edits(&[large]).is_err());
        let fits = SettingEdit::Put {
            key: vec![0; KEY_BYTES_MAX],
            value: vec![0; VALUE_BYTES_MAX],
        };
        assert!(check_edits(&[fits]).is_ok());
    }
}
