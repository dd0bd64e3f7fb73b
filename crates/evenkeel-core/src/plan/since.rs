//! What has changed since a plan was made, as far as it matters to the plan; and what of a plan
//! that was carried out can still go back.
//!
//! Records that came in, were worked on or went elsewhere without touching a move do not matter:
//! books are never still. Nothing is decided here.

use crate::command::refusal::Refusal;
use crate::holding::activity::Stamp;
use crate::holding::place::Place;
use crate::holding::planned::{Kept, Lost, Made, Shift, Spot, Stage};
use crate::ids::{RecordNo, RepNo};
use crate::people::rep::Status;
use crate::plan::gather::{Gathered, gather};
use crate::plan::instance::{COUNT, EFFORT, NOBODY, ONE};
use crate::plan::made::held;
use crate::state::State;
use crate::units::Micro;

/// One change that matters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// Another policy is in force.
    Policy {
        /// The version it was made by.
        made: u32,
        /// The version in force.
        now: u32,
    },
    /// Another territory table is in force.
    Territories {
        /// The table it was made by.
        made: u32,
        /// The table in force.
        now: u32,
    },
    /// A rep who should get records has left.
    Left(RepNo),
    /// A record is closed, held or resting, or is no longer planned.
    Gone(RecordNo),
    /// A record is in another place.
    Moved {
        /// The record.
        record: RecordNo,
        /// Where it is.
        now: Spot,
    },
    /// A record may no longer go to the rep, or is locked.
    MayNot {
        /// The record.
        record: RecordNo,
        /// The rep.
        rep: RepNo,
    },
    /// A book would now hold too much.
    Over {
        /// Whose.
        rep: RepNo,
        /// How much: records, or effort.
        holds: Micro,
        /// The most it may hold.
        most: Micro,
        /// Whether it is effort.
        effort: bool,
    },
}

/// Everything that matters, in this order: policy, territories, reps, records, books.
pub fn changes(state: &State, made: &Made) -> Result<Vec<Change>, Refusal> {
    let mut all = Vec::new();
    let (policy, territories) = (state.version(), state.territories().version());
    if policy != made.policy {
        all.push(Change::Policy {
            made: made.policy,
            now: policy,
        });
    }
    if territories != made.territories {
        all.push(Change::Territories {
            made: made.territories,
            now: territories,
        });
    }
    if !all.is_empty() {
        return Ok(all);
    }
    let gathered = gather(state)?;
    if gathered.setting.instance.digest() == made.basis {
        return Ok(all);
    }
    let left = |book: &&crate::holding::planned::Book| gathered.number(book.rep) == NOBODY;
    let gone = made.books.iter().filter(left).map(|book| book.rep);
    let gets = |rep: &RepNo| made.moves.iter().any(|line| line.to == *rep);
    all.extend(gone.filter(gets).map(Change::Left));
    let mut to = gathered.setting.instance.accounts.owner.clone();
    for line in &made.moves {
        match moved(&gathered, state, (line.record, line.from, line.to)) {
            Some(change) => all.push(change),
            None => {
                let account = gathered.account(line.record).expect("it is gathered");
                to[account] = gathered.number(line.to);
            }
        }
    }
    if all.is_empty() {
        all.extend(over(&gathered, made, &to));
    }
    Ok(all)
}

/// What has become of one move.
fn moved(
    gathered: &Gathered,
    state: &State,
    (record, from, rep): (RecordNo, Spot, RepNo),
) -> Option<Change> {
    let now = match state.place(record) {
        Place::Book(rep) => Spot::Book(rep),
        Place::Queue(queue) => Spot::Queue(queue),
        _ => return Some(Change::Gone(record)),
    };
    if now != from {
        return Some(Change::Moved { record, now });
    }
    let Some(account) = gathered.account(record) else {
        return Some(Change::Gone(record));
    };
    let number = gathered.number(rep);
    if number == NOBODY {
        // Told once, as a rep who has left.
        return state_left(state, rep).then_some(Change::MayNot { record, rep });
    }
    let instance = &gathered.setting.instance;
    let barred = instance.accounts.locked[account] || instance.pair(account, number).is_none();
    barred.then_some(Change::MayNot { record, rep })
}

fn state_left(state: &State, rep: RepNo) -> bool {
    state.roster().rep(rep).profile.status == Status::Left
}

/// Books that would hold more than they may, and did not by the plan itself.
fn over(gathered: &Gathered, made: &Made, to: &[u32]) -> Vec<Change> {
    let (setting, instance) = (&gathered.setting, &gathered.setting.instance);
    let mut all = Vec::new();
    for (at, row) in held(instance, to).iter().enumerate() {
        let rep = setting.reps[at];
        if !made.moves.iter().any(|line| line.to == rep) {
            continue;
        }
        let planned = made.books.iter().find(|book| book.rep == rep);
        let planned = planned.map_or((0, Micro(0)), |book| {
            (book.after.records, book.after.effort)
        });
        let bands = instance.bands_of(at);
        let count = bands[COUNT];
        let records = row[COUNT] / ONE;
        if count.wall > 0 && row[COUNT] > count.ceiling && records > i64::from(planned.0) {
            all.push(Change::Over {
                rep,
                holds: Micro(row[COUNT]),
                most: Micro(count.ceiling),
                effort: false,
            });
        }
        let room = bands[EFFORT];
        let amount = |scaled: i64| Micro(scaled.saturating_mul(setting.powers[1]));
        let effort = amount(row[EFFORT]);
        if room.wall > 0 && row[EFFORT] > room.ceiling && effort > planned.1 {
            all.push(Change::Over {
                rep,
                holds: effort,
                most: amount(room.ceiling),
                effort: true,
            });
        }
    }
    all
}

/// What of a plan that was carried out can go back, and what cannot.
///
/// A record goes back when it is still where the plan put it, in one stretch since then.
pub fn back(state: &State, kept: &Kept) -> (Vec<Shift>, Vec<(RecordNo, Lost)>) {
    let applied = kept.at(Stage::Applied).map(Stamp::of);
    let (mut shifts, mut lost) = (Vec::new(), Vec::new());
    for line in &kept.made.moves {
        let record = line.record;
        let now = Spot::Book(line.to);
        let here = state.place(record) == Place::Book(line.to);
        let since = state.records().activity.owned_since(record).map(Stamp::of);
        let why = match line.from {
            _ if state.place(record) == Place::Closed => Some(Lost::Closed),
            _ if !here || since != applied => Some(Lost::Moved),
            Spot::Book(rep) if state_left(state, rep) => Some(Lost::Left),
            _ => None,
        };
        match why {
            Some(why) => lost.push((record, why)),
            None => shifts.push(Shift {
                record,
                from: now,
                to: line.from,
            }),
        }
    }
    (shifts, lost)
}
