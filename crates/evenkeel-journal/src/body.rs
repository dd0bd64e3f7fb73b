//! The canonical bytes of a batch: what is stored, hashed, and never written again.
//!
//! Everything the chain must vouch for is in them: command ids, request digests, answers, events,
//! and the digests of private rows. Places and outbox rows are not: a replay of the events gives
//! them again. Events stay opaque bytes here; [`crate::codec`] reads them.
//!
//! Layout 1, all integers big-endian: `u8` layout, `u32` commands, `u32` private rows, `u32`
//! events; per command `[16]` id, `[32]` request digest, `u32` event count, `u32` answer length,
//! answer; per private row `u64` subject, `[32]` digest; per event `u32` length, bytes.

use crate::batch::Batch;
use crate::identity::Digest;
use evenkeel_core::ids::CommandId;
use std::fmt;

/// The layout written today.
const LAYOUT: u8 = 1;
const HEADER_BYTES: usize = 1 + 3 * 4;
const COMMAND_BYTES: usize = 16 + 32 + 4 + 4;
const PRIVATE_BYTES: usize = 8 + 32;
const EVENT_BYTES: usize = 4;

/// The length [`encode`] will give.
pub(crate) fn encoded_len(batch: &Batch) -> usize {
    HEADER_BYTES
        + batch
            .commands
            .iter()
            .map(|c| COMMAND_BYTES + c.answer.len())
            .sum::<usize>()
        + batch.private.len() * PRIVATE_BYTES
        + batch.events.framed_len()
}

/// The canonical bytes of a batch that passed [`crate::check::check`].
pub(crate) fn encode(batch: &Batch) -> Vec<u8> {
    encode_into(batch, Vec::new())
}

/// The same into memory that is there already; what it held is gone.
pub(crate) fn encode_into(batch: &Batch, mut bytes: Vec<u8>) -> Vec<u8> {
    fn count(value: usize) -> [u8; 4] {
        u32::try_from(value)
            .expect("check bounds every count and length")
            .to_be_bytes()
    }
    bytes.clear();
    bytes.reserve(encoded_len(batch));
    bytes.push(LAYOUT);
    bytes.extend(count(batch.commands.len()));
    bytes.extend(count(batch.private.len()));
    bytes.extend(count(batch.events.len()));
    for command in &batch.commands {
        let events = command.last_seq + 1 - command.first_seq;
        bytes.extend(command.id.0);
        bytes.extend(command.body.0);
        bytes.extend(count(usize::try_from(events).unwrap_or(usize::MAX)));
        bytes.extend(count(command.answer.len()));
        bytes.extend(&command.answer);
    }
    for row in &batch.private {
        bytes.extend(row.subject.to_be_bytes());
        bytes.extend(row.digest().0);
    }
    bytes.extend_from_slice(batch.events.framed());
    bytes
}

/// A command as the body tells it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BodyCommand<'a> {
    /// Its id.
    pub id: CommandId,
    /// Digest of the request.
    pub body: Digest,
    /// How many events it caused.
    pub event_count: u32,
    /// The answer.
    pub answer: &'a [u8],
}

/// A body taken apart; borrows the bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Body<'a> {
    /// The commands, in order.
    pub commands: Vec<BodyCommand<'a>>,
    /// Subjects and digests of the private rows, in order.
    pub private: Vec<(u64, Digest)>,
    /// The events, in order.
    pub events: Vec<&'a [u8]>,
}

/// Why bytes are not a body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BodyFault {
    /// A layout this program does not know: written by a newer one, or damaged.
    Layout(u8),
    /// The bytes end too early.
    Short {
        /// What was being read.
        reading: &'static str,
    },
    /// Bytes are left over.
    Trailing(usize),
    /// The commands' event counts do not add up to the number of events.
    EventCount {
        /// Events the commands claim.
        claimed: u64,
        /// Events there are.
        found: u64,
    },
}

impl fmt::Display for BodyFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Layout(layout) => write!(f, "body layout {layout} is unknown to this program"),
            Self::Short { reading } => write!(f, "the body ends inside {reading}"),
            Self::Trailing(count) => write!(f, "{count} bytes follow the end of the body"),
            Self::EventCount { claimed, found } => {
                write!(
                    f,
                    "the commands claim {claimed} events, the body has {found}"
                )
            }
        }
    }
}

impl std::error::Error for BodyFault {}

/// Takes a body apart.
///
/// *Refuses*, in order: an unknown layout, a short body, bytes left over, counts that disagree.
pub fn parse(bytes: &[u8]) -> Result<Body<'_>, BodyFault> {
    let mut rest = Rest(bytes);
    let layout = rest.array::<1>("the layout")?[0];
    if layout != LAYOUT {
        return Err(BodyFault::Layout(layout));
    }
    let commands_count = rest.length("the header")?;
    let private_count = rest.length("the header")?;
    let events_count = rest.length("the header")?;
    // A damaged count must not reserve memory: no part is shorter than its fixed bytes.
    let room = |count: usize, each: usize| count.min(bytes.len() / each);

    let mut commands = Vec::with_capacity(room(commands_count, COMMAND_BYTES));
    for _ in 0..commands_count {
        let id = CommandId(rest.array("a command id")?);
        let body = Digest(rest.array("a request digest")?);
        let event_count = u32::from_be_bytes(rest.array("an event count")?);
        let answer_bytes = rest.length("an answer length")?;
        let answer = rest.take(answer_bytes, "an answer")?;
        commands.push(BodyCommand {
            id,
            body,
            event_count,
            answer,
        });
    }
    let mut private = Vec::with_capacity(room(private_count, PRIVATE_BYTES));
    for _ in 0..private_count {
        let subject = u64::from_be_bytes(rest.array("a subject")?);
        private.push((subject, Digest(rest.array("a private digest")?)));
    }
    let mut events = Vec::with_capacity(room(events_count, EVENT_BYTES));
    for _ in 0..events_count {
        let event_bytes = rest.length("an event length")?;
        events.push(rest.take(event_bytes, "an event")?);
    }
    if !rest.0.is_empty() {
        return Err(BodyFault::Trailing(rest.0.len()));
    }
    let claimed = commands.iter().map(|c| u64::from(c.event_count)).sum();
    let found = events.len() as u64;
    if claimed != found {
        return Err(BodyFault::EventCount { claimed, found });
    }
    Ok(Body {
        commands,
        private,
        events,
    })
}

/// The bytes not read yet.
struct Rest<'a>(&'a [u8]);

impl<'a> Rest<'a> {
    fn take(&mut self, count: usize, reading: &'static str) -> Result<&'a [u8], BodyFault> {
        let (taken, rest) = self
            .0
            .split_at_checked(count)
            .ok_or(BodyFault::Short { reading })?;
        self.0 = rest;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self, reading: &'static str) -> Result<[u8; N], BodyFault> {
        let (taken, rest) = self
            .0
            .split_first_chunk::<N>()
            .ok_or(BodyFault::Short { reading })?;
        self.0 = rest;
        Ok(*taken)
    }

    fn length(&mut self, reading: &'static str) -> Result<usize, BodyFault> {
        Ok(u32::from_be_bytes(self.array(reading)?) as usize)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::batch::{CommandRow, PrivateRow};

    fn sample() -> Batch {
        Batch {
            expected_seq: 7,
            commands: vec![
                CommandRow {
                    id: CommandId([1; 16]),
                    body: Digest([2; 32]),
                    first_seq: 8,
                    last_seq: 9,
                    answer: b"done".to_vec(),
                },
                CommandRow {
                    id: CommandId([3; 16]),
                    body: Digest([4; 32]),
                    first_seq: 10,
                    last_seq: 9,
                    answer: Vec::new(),
                },
            ],
            events: [&b"first"[..], b""].into_iter().collect(),
            private: vec![PrivateRow {
                subject: 5,
                salt: [6; 16],
                body: b"Ana".to_vec(),
            }],
            ..Batch::default()
        }
    }

    #[test]
    fn what_goes_in_comes_out() {
        let batch = sample();
        let bytes = encode(&batch);
        assert_eq!(bytes.len(), encoded_len(&batch));
        let body = parse(&bytes).expect("our own bytes");
        assert_eq!(body.events, [b"first".as_slice(), b""]);
        assert_eq!(body.private, [(5, batch.private[0].digest())]);
        let counts: Vec<u32> = body.commands.iter().map(|c| c.event_count).collect();
        assert_eq!(counts, [2, 0]);
        assert_eq!(body.commands[0].answer, b"done");
        assert_eq!(body.commands[1].id, CommandId([3; 16]));
    }

    #[test]
    fn the_layout_is_frozen() {
        // Stored bytes outlive every release: this text may only ever gain cases.
        let mut batch = sample();
        batch.private.clear();
        let expected = concat!(
            "01000000020000000000000002",
            "01010101010101010101010101010101",
            "0202020202020202020202020202020202020202020202020202020202020202",
            "0000000200000004646f6e65",
            "03030303030303030303030303030303",
            "0404040404040404040404040404040404040404040404040404040404040404",
            "0000000000000000",
            "000000056669727374",
            "00000000",
        );
        assert_eq!(crate::identity::hex(&encode(&batch)), expected);
    }

    #[test]
    fn every_cut_and_every_tail_is_a_fault() {
        let bytes = encode(&sample());
        for end in 0..bytes.len() {
            assert!(parse(&bytes[..end]).is_err(), "cut to {end} bytes");
        }
        let mut longer = bytes.clone();
        longer.push(0);
        assert_eq!(parse(&longer), Err(BodyFault::Trailing(1)));
        let mut newer = bytes;
        newer[0] = 2;
        assert_eq!(parse(&newer), Err(BodyFault::Layout(2)));
    }

    #[test]
    fn huge_counts_reserve_no_memory() {
        let mut bytes = vec![LAYOUT];
        bytes.extend([0xff; 12]);
        assert_eq!(
            parse(&bytes),
            Err(BodyFault::Short {
                reading: "a command id"
            })
        );
    }
}
