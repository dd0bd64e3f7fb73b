//! The places of all records, packed: one number per record, and what belongs to a hold or a rest
//! beside it.
//!
//! A workspace has far more records in books and closed than held, so these cost four bytes each.
//! Which place a record should have is not known here.

use crate::holding::place::{Hold, Place, Rest};
use crate::ids::{QueueNo, RecordNo, RepNo};
use crate::market::tall::Tall;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Kind in the two highest bits, number of rep or queue in the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Spot(u32);

const BOOK: u32 = 0 << 30;
const QUEUE: u32 = 1 << 30;
const HELD: u32 = 2 << 30;
const CLOSED: u32 = 3 << 30;
const NUMBER: u32 = BOOK | !CLOSED;

/// Where each record is, by record number.
///
/// *Bounds*: rep and queue numbers below 2^30, far above what a workspace may hold.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Places {
    spots: Tall<Spot>,
    holds: BTreeMap<RecordNo, Hold>,
    rests: BTreeMap<RecordNo, Rest>,
}

impl Places {
    /// Adds a record, closed until the event that places it.
    pub fn push(&mut self) {
        self.spots.push(Spot(CLOSED));
    }

    /// Where the record is. *Bounds*: panics on a number the journal never gave.
    #[inline]
    pub fn get(&self, record: RecordNo) -> Place {
        let Spot(spot) = self.spots[record.index()];
        match spot & CLOSED {
            BOOK => Place::Book(RepNo(spot & NUMBER)),
            QUEUE => Place::Queue(QueueNo(spot & NUMBER)),
            HELD => match self.holds.get(&record) {
                Some(hold) => Place::Held(*hold),
                None => Place::Resting(self.rests[&record]),
            },
            _ => Place::Closed,
        }
    }

    /// Moves the record and returns where it was.
    pub fn set(&mut self, record: RecordNo, place: Place) -> Place {
        let before = self.get(record);
        match before {
            Place::Held(_) => drop(self.holds.remove(&record)),
            Place::Resting(_) => drop(self.rests.remove(&record)),
            Place::Book(_) | Place::Queue(_) | Place::Closed => {}
        }
        self.spots[record.index()] = Spot(match place {
            Place::Book(rep) => BOOK | rep.0,
            Place::Queue(queue) => QUEUE | queue.0,
            Place::Held(hold) => {
                self.holds.insert(record, hold);
                HELD
            }
            Place::Resting(rest) => {
                self.rests.insert(record, rest);
                HELD
            }
            Place::Closed => CLOSED,
        });
        before
    }

    /// Every record in a book with its owner, ascending by record: the quick way through all of
    /// them.
    pub fn owned(&self) -> impl Iterator<Item = (RecordNo, RepNo)> {
        let spots = self.spots.iter().enumerate();
        let owned = spots.filter(|(_, spot)| spot.0 & CLOSED == BOOK);
        owned.map(|(at, spot)| (RecordNo::at(at), RepNo(spot.0 & NUMBER)))
    }

    /// Every resting record with its rest, ascending by record.
    pub fn resting(&self) -> impl ExactSizeIterator<Item = (RecordNo, &Rest)> {
        self.rests.iter().map(|(record, rest)| (*record, rest))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::holding::place::AfterRest;
    use crate::ids::PoolNo;
    use crate::time::Moment;

    #[test]
    fn what_is_put_there_is_found_there() {
        let mut places = Places::default();
        let record = RecordNo(1);
        places.push();
        places.push();
        let hold = Hold {
            pool: PoolNo(3),
            since: Moment(1),
            until: Moment(2),
            then: QueueNo(4),
            excluded: None,
            awaits: Some(RepNo(7)),
        };
        let rest = Rest {
            since: Moment(1),
            until: Moment(9),
            then: AfterRest::Back(RepNo(2)),
            from: Some(RepNo(2)),
        };
        let mut before = Place::Closed;
        for place in [
            Place::Book(RepNo(0)),
            Place::Held(hold),
            Place::Resting(rest),
            Place::Queue(QueueNo(5)),
            Place::Resting(rest),
            Place::Held(hold),
            Place::Book(RepNo(20_000)),
            Place::Closed,
        ] {
            assert_eq!(places.set(record, place), before);
            assert_eq!(places.get(record), place);
            assert_eq!(places.get(RecordNo(0)), Place::Closed);
            before = place;
        }
        assert_eq!((places.holds.len(), places.rests.len()), (0, 0));
        places.set(RecordNo(0), Place::Book(RepNo(6)));
        assert_eq!(
            places.owned().collect::<Vec<_>>(),
            [(RecordNo(0), RepNo(6))]
        );
    }
}
