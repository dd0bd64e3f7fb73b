//! Events to bytes and back: the only room here that knows what an event is.
//!
//! One leading byte is the level of the encoding; the rest is postcard. What cannot be read whole
//! is a fault and never skipped: a program that meets an event of a newer one must stop, or its
//! state would silently be another. Bytes once stored are read by every later release: a level is
//! never changed, only followed by the next.

use evenkeel_core::event::Recorded;
use postcard::ser_flavors::Flavor;

/// The level written today.
pub const LEVEL: u8 = 1;

/// Why an event could not be encoded or decoded.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CodecFault {
    /// There are no bytes.
    #[error("the event is empty")]
    Empty,
    /// A level this program does not know.
    #[error("the event has level {found}, and this program reads level {LEVEL}; update it")]
    Level {
        /// The level found.
        found: u8,
    },
    /// Bytes are left over: it is another event than it seems.
    #[error("{count} bytes follow the end of the event")]
    Trailing {
        /// How many.
        count: usize,
    },
    /// The bytes are no event this program knows: damaged, or of a newer kind.
    #[error("the event cannot be read: {what}")]
    Unreadable {
        /// The decoder's words.
        what: String,
    },
}

/// The bytes of an event.
///
/// *Bounds*: none here; the journal refuses events longer than
/// [`crate::batch::EVENT_BYTES_MAX`].
pub fn encode(recorded: &Recorded) -> Vec<u8> {
    encode_onto(Vec::new(), recorded)
}

/// The same behind the bytes that are there.
pub fn encode_onto(mut bytes: Vec<u8>, recorded: &Recorded) -> Vec<u8> {
    // A deal among a dozen reps fits without growing.
    bytes.reserve(384);
    bytes.push(LEVEL);
    postcard::serialize_with_flavor(recorded, Growing(bytes))
        .expect("a vector grows, and events hold no maps or sequences of unknown length")
}

/// Bytes after those that are there, whole pieces at once. The library's own way to go on with a
/// vector adds them one by one.
struct Growing(Vec<u8>);

impl Flavor for Growing {
    type Output = Vec<u8>;

    #[inline]
    fn try_push(&mut self, byte: u8) -> postcard::Result<()> {
        self.0.push(byte);
        Ok(())
    }

    #[inline]
    fn try_extend(&mut self, bytes: &[u8]) -> postcard::Result<()> {
        // Nearly all are numbers of a byte or three: calling for a copy costs more than they do.
        if bytes.len() <= 8 {
            bytes.iter().for_each(|byte| self.0.push(*byte));
        } else {
            self.0.extend_from_slice(bytes);
        }
        Ok(())
    }

    fn finalize(self) -> postcard::Result<Vec<u8>> {
        Ok(self.0)
    }
}

/// The event of these bytes.
///
/// *Refuses*, in order: no bytes, an unknown level, unreadable bytes, bytes left over.
pub fn decode(bytes: &[u8]) -> Result<Recorded, CodecFault> {
    let (level, rest) = bytes.split_first().ok_or(CodecFault::Empty)?;
    if *level != LEVEL {
        return Err(CodecFault::Level { found: *level });
    }
    let (recorded, rest) =
        postcard::take_from_bytes(rest).map_err(|error| CodecFault::Unreadable {
            what: error.to_string(),
        })?;
    match rest.len() {
        0 => Ok(recorded),
        count => Err(CodecFault::Trailing { count }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::identity::hex;
    use evenkeel_core::event::{Actor, Event};
    use evenkeel_core::ids::{CommandId, QueueNo, RecordNo};
    use evenkeel_core::time::Moment;

    fn recorded(event: Event) -> Recorded {
        let (at, command) = (Moment(1_767_225_600_000), CommandId([0xab; 16]));
        Recorded {
            at,
            actor: Actor::User(3),
            command,
            event,
        }
    }

    fn samples() -> [Recorded; 3] {
        [
            recorded(Event::PolicyPublished {
                version: 7,
                text: "[pool]".to_owned(),
            }),
            recorded(Event::HoldExpired {
                record: RecordNo(300),
                queue: QueueNo(2),
            }),
            recorded(Event::RecordClosed {
                record: RecordNo(0),
                reason: "won".to_owned(),
            }),
        ]
    }

    #[test]
    fn what_goes_in_comes_out() {
        for sample in samples() {
            assert_eq!(decode(&encode(&sample)), Ok(sample));
        }
    }

    #[test]
    fn whatever_is_not_whole_is_a_fault() {
        for sample in samples() {
            let bytes = encode(&sample);
            assert_eq!(decode(&[]), Err(CodecFault::Empty));
            for end in 1..bytes.len() {
                let cut = decode(&bytes[..end]);
                assert!(
                    matches!(cut, Err(CodecFault::Unreadable { .. })),
                    "cut to {end}"
                );
            }
            let mut longer = bytes.clone();
            longer.extend([0, 0]);
            assert_eq!(decode(&longer), Err(CodecFault::Trailing { count: 2 }));
            let mut newer = bytes;
            newer[0] = LEVEL + 1;
            assert_eq!(decode(&newer), Err(CodecFault::Level { found: LEVEL + 1 }));
        }
    }

    #[test]
    fn an_unknown_kind_is_a_fault() {
        let mut bytes = encode(&samples()[1]);
        // Level, 6 bytes of time, 2 of actor, 16 of command; then the kind.
        bytes[1 + 6 + 2 + 16] = 0x7f;
        assert!(matches!(decode(&bytes), Err(CodecFault::Unreadable { .. })));
    }

    #[test]
    fn level_1_is_frozen() {
        // Once released, these bytes are read for ever: a change here is a change of the level.
        let envelope = "0180a0d5edee660103abababababababababababababababab";
        let [policy, _, _] = samples();
        assert_eq!(
            hex(&encode(&policy)),
            format!("{envelope}0007065b706f6f6c5d")
        );
    }
}
