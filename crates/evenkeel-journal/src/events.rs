//! The events of a batch, encoded, one after the other in one piece of memory.
//!
//! They stand here as they will stand in the body, so that a body takes them over in one go. What
//! an event means is deliberately unknown here; how long one may be is said in [`crate::check`].

/// Bytes before each event that say how long it is.
const LENGTH_BYTES: usize = 4;
/// Most bytes, and most events, that a used piece of memory may have room for to be used again: a
/// batch that follows a large one is mostly small.
pub const ROOM_MAX: usize = 1 << 20;

/// Encoded events in order, numbered from 0.
///
/// *Example*: of `ab` and nothing, the framed bytes are `00000002 6162 00000000`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Events {
    /// Before each event its length, as a `u32`, big-endian.
    framed: Vec<u8>,
    /// Where each ends.
    ends: Vec<usize>,
}

impl Events {
    /// None yet, in the memory of these: fresh memory of this size costs the system a page fault
    /// for each page. *Bounds*: [`ROOM_MAX`] of either; what is larger is given back.
    pub fn emptied(mut self) -> Self {
        self.framed.clear();
        self.ends.clear();
        self.framed.shrink_to(ROOM_MAX);
        self.ends.shrink_to(ROOM_MAX);
        self
    }

    /// For how many bytes there is room before more memory is needed.
    pub fn room(&self) -> usize {
        self.framed.capacity()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// Their length altogether, each with what says how long it is.
    pub fn framed_len(&self) -> usize {
        self.framed.len()
    }

    /// All of them as they stand in the body: before each its length.
    pub(crate) fn framed(&self) -> &[u8] {
        &self.framed
    }

    /// The event with this number.
    pub fn get(&self, number: usize) -> Option<&[u8]> {
        let end = *self.ends.get(number)?;
        let before = number.checked_sub(1).map_or(0, |before| self.ends[before]);
        Some(&self.framed[before + LENGTH_BYTES..end])
    }

    /// All of them, in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &[u8]> {
        let mut begin = 0;
        self.ends.iter().map(move |end| {
            let event = &self.framed[begin + LENGTH_BYTES..*end];
            begin = *end;
            event
        })
    }

    /// Adds an event.
    pub fn push(&mut self, event: &[u8]) {
        self.write(|mut bytes| {
            bytes.extend_from_slice(event);
            bytes
        });
    }

    /// Adds the event that `write` puts behind the bytes it is given.
    pub fn write(&mut self, write: impl FnOnce(Vec<u8>) -> Vec<u8>) {
        let begin = self.framed.len();
        let mut bytes = std::mem::take(&mut self.framed);
        bytes.extend_from_slice(&[0; LENGTH_BYTES]);
        self.framed = write(bytes);
        let len = self.framed.len() - begin - LENGTH_BYTES;
        // One that is longer than four bytes can tell is refused before anybody reads this.
        let told = u32::try_from(len).unwrap_or(u32::MAX);
        self.framed[begin..begin + LENGTH_BYTES].copy_from_slice(&told.to_be_bytes());
        self.ends.push(self.framed.len());
    }

    /// Takes the last one out.
    pub fn pop(&mut self) -> Option<Vec<u8>> {
        let last = self.get(self.len().checked_sub(1)?)?.to_vec();
        self.ends.pop();
        self.framed.truncate(self.ends.last().copied().unwrap_or(0));
        Some(last)
    }
}

impl<E: AsRef<[u8]>> FromIterator<E> for Events {
    fn from_iter<I: IntoIterator<Item = E>>(events: I) -> Self {
        let mut all = Self::default();
        events
            .into_iter()
            .for_each(|event| all.push(event.as_ref()));
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_goes_in_comes_out_and_stands_as_in_a_body() {
        let mut events = Events::default();
        assert_eq!((events.pop(), events.get(0)), (None, None));
        events.push(b"ab");
        events.write(|bytes| bytes);
        assert_eq!(events.framed(), [0, 0, 0, 2, b'a', b'b', 0, 0, 0, 0]);
        events.push(b"cde");
        let all: Events = [&b"ab"[..], b"", b"cde"].into_iter().collect();
        assert_eq!(events, all);
        assert!(events.iter().eq([&b"ab"[..], b"", b"cde"]));
        assert_eq!((events.get(2), events.get(3)), (Some(&b"cde"[..]), None));
        assert_eq!((events.framed_len(), events.iter().len()), (17, 3));
        for left in (0..3).rev() {
            let last = all.get(left).map(<[u8]>::to_vec);
            assert_eq!((events.pop(), events.len()), (last, left));
        }
        assert_eq!(events, Events::default());
    }

    #[test]
    fn emptied_events_keep_their_memory_within_bounds() {
        let small: Events = [[7; 100]; 3].into_iter().collect();
        let room = small.room();
        let emptied = small.emptied();
        assert_eq!((emptied.len(), emptied.framed_len()), (0, 0));
        assert_eq!(emptied.room(), room);
        let large: Events = [vec![7; ROOM_MAX], vec![7; ROOM_MAX]].into_iter().collect();
        assert!(large.room() > ROOM_MAX);
        assert!(large.emptied().room() <= ROOM_MAX);
    }
}
