//! Orders that were done before: remembered in memory, or found in the journal by their id.

use crate::host::draft::Outcome;
use crate::host::fault::Fault;
use crate::host::fold;
use crate::host::live::Known;
use crate::host::order::{Denied, Done, Order};
use crate::host::writer::Writer;
use std::sync::PoisonError;

impl Writer {
    /// What an order done before this batch is answered.
    pub(super) fn known(&self, order: &Order) -> Result<Option<Outcome>, Fault> {
        if order.is_fresh() {
            return Ok(None);
        }
        // Let go before the journal is asked, which may take its time.
        let recent = {
            let recent = self.shared.recent.lock();
            let recent = recent.unwrap_or_else(PoisonError::into_inner);
            recent.get(order.id).cloned()
        };
        let known = match recent {
            Some(known) => Some(known),
            None => self.journalled(order)?,
        };
        Ok(known.map(|known| {
            if known.body == order.body {
                Outcome::Before(Done {
                    repeated: true,
                    ..known.done
                })
            } else {
                Outcome::Denied(Denied::IdReused)
            }
        }))
    }

    fn journalled(&self, order: &Order) -> Result<Option<Known>, Fault> {
        let mark = self.journal.command_mark(self.workspace, order.id)?;
        if mark.is_none() {
            return Ok(None);
        }
        let Some(row) = self.journal.command(self.workspace, order.id)? else {
            return Ok(None);
        };
        let mut events = Vec::new();
        let mut after = row.first_seq - 1;
        while after < row.last_seq {
            let batches = self.journal.read(self.workspace, after, 1)?;
            let Some(batch) = batches.first() else { break };
            let skip = (after - batch.expected_seq) as usize;
            let here = fold::events_of(batch, skip)?;
            events.extend(
                here.into_iter()
                    .filter(|(seq, _)| *seq <= row.last_seq)
                    .map(|(_, one)| one),
            );
            after = batch.last_seq;
        }
        let (first_seq, last_seq) = (row.first_seq, row.last_seq);
        let state = &self.live().state;
        let (events, answer) = order.answered(state, first_seq, events, row.answer)?;
        let done = Done {
            first_seq,
            last_seq,
            repeated: true,
            events,
            answer,
        };
        Ok(Some(Known {
            body: row.body.0,
            done,
        }))
    }
}
