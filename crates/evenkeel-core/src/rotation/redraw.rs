//! Drawing again: whether a recorded draw is what the revealed secret of its period gives.
//!
//! The digest of a period's secret is published when the period begins ([`DrawKey::commitment`])
//! and the secret when it is over. Whoever holds the journal can then check that the secret is the
//! one that was promised, and with this file that every draw of the period came from it: nobody can
//! have tried several keys until the favourite came out. Deliberately reads verdicts only, so an
//! auditor needs neither the state nor the policy.

use crate::draw::{self, DrawKey};
use crate::ids::RepNo;
use crate::units::Micro;
use crate::verdict::{Chooser, Standing, Turn};

/// What came of drawing again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Redraw {
    /// Nothing was drawn in this turn.
    NotDrawn,
    /// The same again.
    Same,
    /// The recorded bits are not those of this key, pool and record.
    OtherBits {
        /// In the verdict.
        recorded: u64,
        /// What the key gives.
        drawn: u64,
    },
    /// The bits are right, but they draw somebody else.
    OtherRep {
        /// In the verdict.
        recorded: RepNo,
        /// Whom the bits draw; `None` when the band is not the recorded one either.
        drawn: Option<RepNo>,
    },
}

/// Draws a recorded turn again. `pool` and `record` are the names the draw was keyed with, `deals`
/// how often the record had been dealt before.
///
/// *Bounds*: of a mix, only picks left to chance are drawn again; for the others the bits are
/// checked, since who evens out a mix best is no draw.
pub fn redraw(turn: &Turn, key: &DrawKey, pool: &str, record: &str, deals: u32) -> Redraw {
    let Some(recorded) = turn.pick.and_then(|pick| pick.draw) else {
        return Redraw::NotDrawn;
    };
    let drawn = key.bits(pool, record, deals);
    if drawn != recorded {
        return Redraw::OtherBits { recorded, drawn };
    }
    repeat(turn)
}

/// Draws a recorded turn again from the recorded bits, whatever key they came from: what can be
/// checked before the period is over.
///
/// *Bounds*: as [`redraw`].
pub fn repeat(turn: &Turn) -> Redraw {
    let Some((pick, bits)) = turn.pick.and_then(|pick| Some((pick, pick.draw?))) else {
        return Redraw::NotDrawn;
    };
    let bits = match pick.chooser {
        Chooser::Draw => bits,
        Chooser::MixDraw => draw::split(bits, draw::CHANCES).1,
        _ => return Redraw::Same,
    };
    let band = band(turn);
    let drawn = band.get(draw::pick(bits, band.len())).copied();
    match drawn == Some(pick.rep) && band.len() == pick.band as usize {
        true => Redraw::Same,
        false => Redraw::OtherRep {
            recorded: pick.rep,
            drawn,
        },
    }
}

/// Everybody within the recorded band, ascending.
pub fn band(turn: &Turn) -> Vec<RepNo> {
    let owed = turn
        .candidates
        .iter()
        .filter_map(|candidate| match candidate.standing {
            Standing::Able { share, .. } => Some((candidate.rep, candidate.credit + share)),
            Standing::Stopped(_) => None,
        });
    let owed: Vec<(RepNo, Micro)> = owed.collect();
    let most = owed.iter().map(|(_, owed)| *owed).max().unwrap_or_default();
    let near = owed
        .into_iter()
        .filter(|(_, owed)| *owed >= most - turn.delta);
    near.map(|(rep, _)| rep).collect()
}
