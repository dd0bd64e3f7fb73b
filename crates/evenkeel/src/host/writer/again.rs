//! What the writer does about a batch that was not appended: everything that is not durable is
//! taken back, by folding the journal again, and its orders are decided once more or turned away.

use crate::host::committer::Refused;
use crate::host::draft::{Draft, Poisoned};
use crate::host::fault::Fault;
use crate::host::fold;
use crate::host::live::{Health, Progress};
use crate::host::order::Denied;
use crate::host::writer::{STALL, TRIES_MAX, Waiting, Writer};
use evenkeel_journal::fault::{AppendFault, StorageFault};
use std::sync::{Arc, PoisonError};
use std::time::Instant;

impl Writer {
    /// Takes back the batch that was refused for `fault`.
    pub(super) fn refused(&mut self, fault: AppendFault, mut orders: Vec<Waiting>) {
        match fault {
            AppendFault::Storage(_) => self.deny(std::mem::take(&mut orders), fault),
            AppendFault::Moved { .. } => {}
            fault => tracing::warn!(%fault, "a batch was refused; its orders are decided again"),
        }
        self.again(orders);
    }

    /// Takes everything back that is not durable, and decides these orders one batch after the
    /// other.
    pub(super) fn again(&mut self, mut orders: Vec<Waiting>) {
        if self.rebuild().is_err() {
            self.give_up(orders);
            orders = Vec::new();
        }
        while !orders.is_empty() {
            orders = self.commit(orders);
        }
        self.draft = Draft::after(self.head.seq);
    }

    /// Commits as many of `orders` as fit into one batch, and gives back the rest.
    fn commit(&mut self, mut orders: Vec<Waiting>) -> Vec<Waiting> {
        if let Some(denied) = self.turned_away() {
            for waiting in orders {
                waiting.tell(Err(denied.clone()));
            }
            return Vec::new();
        }
        let mut most = self.orders_max;
        for _ in 0..TRIES_MAX {
            self.draft = Draft::after(self.head.seq);
            if let Err((at, poisoned)) = self.decide_some(&orders, most) {
                hold_out(orders.remove(at), poisoned);
                if self.rebuild().is_err() || orders.is_empty() {
                    break;
                }
                continue;
            }
            let rest = orders.split_off(self.draft.outcomes.len());
            self.orders = orders;
            let (draft, waiting) = self.batch();
            match self.committer.commit(&mut *self.journal, draft, waiting) {
                Ok(appended) => {
                    self.appended(appended);
                    return rest;
                }
                Err(Refused {
                    fault,
                    orders: refused,
                }) => {
                    let failed = refused.len();
                    orders = refused;
                    orders.extend(rest);
                    if self.rebuild().is_err() {
                        break;
                    }
                    match fault {
                        AppendFault::Moved { .. } => {}
                        // Decide one by one, so that only the order at fault is turned away.
                        AppendFault::Malformed { .. }
                        | AppendFault::DoubleOwner { .. }
                        | AppendFault::CommandKnown { .. }
                            if most > 1 =>
                        {
                            most = 1;
                        }
                        fault => {
                            let rest = orders.split_off(failed);
                            self.deny(orders, fault);
                            return rest;
                        }
                    }
                }
            }
        }
        self.give_up(orders);
        Vec::new()
    }

    /// Decides up to `most` orders, fewer when the batch is full. The error names the order.
    fn decide_some(&mut self, orders: &[Waiting], most: usize) -> Result<(), (usize, Poisoned)> {
        for (at, Waiting { order, .. }) in orders.iter().enumerate().take(most) {
            if self.draft.is_full() {
                break;
            }
            let decided = self.decide_here(order);
            decided.map_err(|poisoned| (at, poisoned))?;
        }
        Ok(())
    }

    fn give_up(&self, orders: Vec<Waiting>) {
        let denied = self.turned_away().unwrap_or(Denied::Busy);
        for waiting in orders {
            waiting.tell(Err(denied.clone()));
        }
    }

    /// Turns away the orders of a batch that could not be appended.
    fn deny(&mut self, orders: Vec<Waiting>, fault: AppendFault) {
        let fault = match fault {
            AppendFault::Storage(fault) => {
                self.failed(&fault);
                Fault::from(fault)
            }
            AppendFault::Moved { .. } | AppendFault::CommandKnown { .. } => Fault::Changed,
            AppendFault::Malformed { .. } | AppendFault::DoubleOwner { .. } => {
                Fault::Defect(fault.to_string())
            }
        };
        let told = |known: &(Instant, Fault)| known.1.to_string() == fault.to_string();
        // Once a stall, not once a batch: a full disk would fill the log as well.
        match self.stalled.as_ref().is_some_and(told) {
            true => tracing::debug!(%fault, "another batch was not appended"),
            false => tracing::error!(%fault, "a batch was not appended"),
        }
        if fault.transient() {
            self.stalled = Some((Instant::now() + STALL, fault.clone()));
        }
        for waiting in orders {
            waiting.tell(Err(Denied::Fault(fault.clone())));
        }
    }

    fn failed(&self, fault: &StorageFault) {
        let why: Arc<str> = fault.to_string().into();
        self.shared.health.send_replace(match fault {
            StorageFault::Poisoned { .. } | StorageFault::Damaged { .. } => Health::Dead(why),
            _ => Health::Stalled(why),
        });
    }

    /// Why no order is taken at the moment, if so.
    pub(super) fn turned_away(&self) -> Option<Denied> {
        match &*self.shared.health.borrow() {
            Health::ReadOnly(why) | Health::Dead(why) => {
                return Some(Denied::ReadOnly(Arc::clone(why)));
            }
            Health::Well | Health::Stalled(_) => {}
        }
        let (until, fault) = self.stalled.as_ref()?;
        (Instant::now() < *until).then(|| Denied::Fault(fault.clone()))
    }

    /// Throws the state in memory away and folds the journal again.
    fn rebuild(&mut self) -> Result<(), Fault> {
        self.draws.look_again();
        let mut live = self
            .shared
            .live
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        // Takes its time: whatever else waits for this worker goes to another.
        let fold = || fold::fold(&*self.journal, self.workspace);
        match tokio::task::block_in_place(fold) {
            Ok(folded) => {
                live.state = folded.state;
                live.life += 1;
                self.head = folded.head;
                let progress = Progress {
                    seq: self.head.seq,
                    life: live.life,
                };
                self.shared.progress.send_replace(progress);
                Ok(())
            }
            Err(fault) => {
                tracing::error!(%fault, "the journal could not be folded again");
                let why: Arc<str> = fault.to_string().into();
                self.shared.health.send_replace(Health::Dead(why));
                Err(fault)
            }
        }
    }
}

/// Answers an order whose events could not be applied.
pub(super) fn hold_out(waiting: Waiting, Poisoned(fault): Poisoned) {
    tracing::error!(%fault, "an event could not be applied; its command is held out");
    waiting.tell(Err(Denied::Fault(fault)));
}
