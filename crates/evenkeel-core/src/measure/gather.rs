//! From a journal to the lives of its records: every event in order, folded once.
//!
//! Reads events alone and needs no state, so that it can be asked of any part of a journal and be
//! carried on from where it stopped. Deliberately keeps nothing that no report asks for.

use super::life::{COUNTED, Deal, End, Life, Lives, MERGED, Touch, Turn, Void, Way};
use crate::event::{Cause, Event, Recorded, Release};
use crate::ids::{RecordNo, RepNo};
use crate::rotation::redraw;
use crate::time::Moment;
use crate::verdict::{Chooser, Destination, Standing, Verdict};
use std::sync::Arc;

/// Lives as far as they are gathered.
#[derive(Clone, Debug)]
pub struct Gather {
    /// What is known so far.
    pub lives: Arc<Lives>,
    /// The last lists of who could take a record and of who was drawn from: most turns repeat them.
    able: Arc<[(RepNo, u32)]>,
    drawn: Arc<[RepNo]>,
}

impl Default for Gather {
    fn default() -> Self {
        Self {
            lives: Arc::new(Lives::none()),
            able: Arc::new([]),
            drawn: Arc::new([]),
        }
    }
}

impl Gather {
    /// Folds one event in.
    ///
    /// *Bounds*: panics on a record that no event before it took in.
    pub fn event(&mut self, recorded: &Recorded) {
        let at = recorded.at;
        let lives = self.lives();
        lives.until = lives.until.max(at);
        match &recorded.event {
            Event::RecordTaken {
                record,
                key,
                attributes,
                ..
            } => {
                let attributes = Some(Arc::clone(attributes));
                let life = Life::new(key, Some(*record), at);
                self.lives().all.push(Life { attributes, ..life });
            }
            Event::RecordDealt {
                record,
                to,
                verdict,
                cause,
            } => self.dealt(*record, *to, (verdict, *cause), at),
            Event::RecordGiven { record, rep, .. } => self.came(*record, *rep, Way::Hand, at),
            Event::RecordClaimed { record, rep, .. } => self.came(*record, *rep, Way::Claim, at),
            Event::RecordReleased { record, why, .. } => {
                if let Release::Closed(reason) = why {
                    self.recycled(*record, reason, at);
                }
                self.left(*record, at);
            }
            Event::RecordClosed { record, reason } => self.ended(*record, reason, at),
            Event::RecordMerged { record, .. } => self.ended(*record, MERGED, at),
            Event::TurnVoided {
                record,
                turn,
                reason,
                ..
            } => {
                if let Some(pick) = turn.pick {
                    self.voided((*record, pick.rep), reason, at);
                }
            }
            Event::HandoffVoided {
                record,
                rep,
                reason,
                ..
            } => self.voided((*record, *rep), reason, at),
            Event::RecordReturned {
                record,
                rep,
                reason,
                ..
            } => self.voided((*record, *rep), reason, at),
            Event::RecordRestored { record, rep, .. } => {
                self.life(*record).owners.push((at, Some(*rep)));
            }
            Event::RecordsTouched { touches } => {
                for touch in touches {
                    let (at, rep, kind) = (touch.at, touch.rep, COUNTED);
                    self.life(touch.record)
                        .touches
                        .push(Touch { at, rep, kind });
                }
            }
            _ => {}
        }
    }

    /// A report that still looks at them keeps what it looks at.
    fn lives(&mut self) -> &mut Lives {
        Arc::make_mut(&mut self.lives)
    }

    fn life(&mut self, record: RecordNo) -> &mut Life {
        &mut self.lives().all[record.index()]
    }

    fn dealt(
        &mut self,
        record: RecordNo,
        to: Destination,
        (verdict, cause): (&Verdict, Cause),
        at: Moment,
    ) {
        match to {
            Destination::Rep(rep) => {
                let way = match (self.turn(verdict), cause) {
                    (Some(turn), _) => Way::Turn(turn),
                    (None, Cause::OwnerLeft) if verdict.turns.is_empty() => Way::Hand,
                    (None, _) => Way::Named,
                };
                self.came(record, rep, way, at);
            }
            Destination::Queue(_) | Destination::Hold { .. } => self.left(record, at),
            Destination::Merged(_) => self.ended(record, MERGED, at),
        }
    }

    fn turn(&mut self, verdict: &Verdict) -> Option<Turn> {
        let (turn, pick) = verdict.picked()?;
        let able = turn.candidates.iter();
        let able = able.filter_map(|candidate| match candidate.standing {
            Standing::Able { .. } => Some((candidate.rep, candidate.weight)),
            Standing::Stopped(_) => None,
        });
        let able: Vec<(RepNo, u32)> = able.collect();
        if *self.able != *able {
            self.able = able.into();
        }
        // What a mix leaves to chance is drawn evenly too; what it decides by the mix is not.
        let drawn = match pick.chooser {
            Chooser::Draw | Chooser::MixDraw => redraw::band(turn),
            _ => Vec::new(),
        };
        if *self.drawn != *drawn {
            self.drawn = drawn.into();
        }
        Some(Turn {
            pool: turn.pool,
            policy: verdict.policy,
            rule: verdict.rule,
            able: Arc::clone(&self.able),
            drawn: Arc::clone(&self.drawn),
        })
    }

    fn came(&mut self, record: RecordNo, rep: RepNo, way: Way, at: Moment) {
        let life = self.life(record);
        life.deals.push(Deal { at, rep, way });
        life.owners.push((at, Some(rep)));
        life.end = None;
    }

    fn left(&mut self, record: RecordNo, at: Moment) {
        let life = self.life(record);
        if life.owners.last().is_some_and(|(_, rep)| rep.is_some()) {
            life.owners.push((at, None));
        }
        life.end = None;
    }

    fn ended(&mut self, record: RecordNo, reason: &str, at: Moment) {
        let reason = self.lives().reason(reason);
        self.life(record).end = Some(End {
            at,
            reason,
            told: None,
        });
    }

    /// It was closed, and comes back all the same: that it was no fit for its owner stays.
    fn recycled(&mut self, record: RecordNo, reason: &str, at: Moment) {
        let owner = self.life(record).owners.last().and_then(|(_, rep)| *rep);
        if let Some(rep) = owner {
            self.voided((record, rep), reason, at);
        }
    }

    fn voided(&mut self, (record, rep): (RecordNo, RepNo), reason: &str, at: Moment) {
        let reason = self.lives().reason(reason);
        self.life(record).voids.push(Void { at, rep, reason });
    }
}
