//! The lives that files tell, for reports: read from the side tables once, and kept until another
//! import or another rep changes them.
//!
//! Reps of a file are those of the workspace where their keys are the same, and strangers else. Of
//! a moment in the past they stand as they did then, whenever the file came; of an event's number
//! they are what had been imported by it. Nothing is worked out here.

use crate::host::fault::Fault;
use crate::host::history::PastBook;
use crate::host::past::Instant;
use evenkeel_core::holding::imports::Imports;
use evenkeel_core::ids::RepNo;
use evenkeel_core::measure::life::{Lives, STRANGERS};
use evenkeel_core::measure::past;
use evenkeel_core::measure::told::{self, Called};
use evenkeel_core::state::State;
use evenkeel_core::time::Moment;
use evenkeel_journal::history::KeyKind;
use evenkeel_journal::identity::WorkspaceId;
use evenkeel_journal::journal::Reader;
use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError, Weak};

/// Most lives of files kept in memory; the oldest go.
pub const KEPT_MAX: usize = 3;

/// What the workspace says of the files it was told, and of its reps.
#[derive(Clone, Debug, Default)]
pub struct Vouched {
    imports: Imports,
    reps: BTreeMap<String, RepNo>,
}

impl Vouched {
    /// As the state has it.
    pub fn of(state: &State) -> Self {
        let reps = state.roster().iter();
        Self {
            imports: state.imports().clone(),
            reps: reps.map(|(no, rep)| (rep.key.clone(), no)).collect(),
        }
    }

    /// The imports that count at an instant.
    fn until(&self, instant: Option<Instant>) -> Imports {
        let mut imports = Imports::default();
        for one in self.imports.all() {
            if !matches!(instant, Some(Instant::Seq(last)) if one.seq > last) {
                imports.note(&one.import, one.at, one.seq);
            }
        }
        imports
    }
}

/// What lives of files were made of: imports, reps, and the moment asked for.
type Made = (usize, usize, Option<Moment>);
/// Both histories as one, with what it was made of.
type Both = (Weak<Lives>, Arc<Lives>, Arc<Lives>);

/// Lives of files that were asked for.
#[derive(Debug, Default)]
pub struct Kept {
    told: Mutex<VecDeque<(Made, Arc<Lives>)>>,
    both: Mutex<Option<Both>>,
}

impl Kept {
    /// The lives that files tell, as of an instant or now.
    pub fn told(
        &self,
        reader: &dyn Reader,
        workspace: WorkspaceId,
        vouched: &Vouched,
        instant: Option<Instant>,
    ) -> Result<Arc<Lives>, Fault> {
        let imports = vouched.until(instant);
        let at = match instant {
            Some(Instant::Time(at)) => Some(at),
            Some(Instant::Seq(_)) | None => None,
        };
        let made = (imports.all().len(), vouched.reps.len(), at);
        let mut kept = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, lives)) = kept.iter().find(|(one, _)| *one == made) {
            return Ok(Arc::clone(lives));
        }
        let lives = read(reader, workspace, (&imports, &vouched.reps), at)?;
        let lives = Arc::new(lives);
        while kept.len() >= KEPT_MAX {
            kept.pop_front();
        }
        kept.push_back((made, Arc::clone(&lives)));
        Ok(lives)
    }

    /// Both histories as one.
    pub fn both(&self, own: &Arc<Lives>, told: &Arc<Lives>) -> Arc<Lives> {
        let mut kept = self.both.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((of, with, both)) = &*kept {
            // The journal's own lives are carried on in place: then they are no longer there.
            let same = of.upgrade().is_some_and(|of| Arc::ptr_eq(&of, own));
            if same && Arc::ptr_eq(with, told) {
                return Arc::clone(both);
            }
        }
        let both = Arc::new(told::both(own, told));
        *kept = Some((Arc::downgrade(own), Arc::clone(told), Arc::clone(&both)));
        both
    }
}

/// Reads the lives that imports vouch for, as of a moment or the latest fact.
pub fn read(
    reader: &dyn Reader,
    workspace: WorkspaceId,
    (imports, reps): (&Imports, &BTreeMap<String, RepNo>),
    at: Option<Moment>,
) -> Result<Lives, Fault> {
    if imports.all().is_empty() {
        return Ok(Lives::none());
    }
    let mut book = PastBook::read(reader, workspace, imports)?;
    let latest = book.latest().unwrap_or(Moment(0));
    let until = at.map_or(latest, |at| at.min(latest));
    let mut called = Called::default();
    for key in &book.keys[usize::from(KeyKind::Rep.code() - 1)] {
        let known = key.as_ref().and_then(|key| reps.get(key));
        called.reps.push(known.copied().unwrap_or_else(|| {
            let place = called.strangers.len();
            let erased = || format!("(erased {place})");
            called.strangers.push(key.clone().unwrap_or_else(erased));
            RepNo(STRANGERS + u32::try_from(place).expect("keys have 32 bits"))
        }));
    }
    let mut keys = |kind: KeyKind| std::mem::take(&mut book.keys[usize::from(kind.code() - 1)]);
    called.records = keys(KeyKind::Record);
    called.words = keys(KeyKind::Word);
    let deals = past::deals(std::mem::take(&mut book.facts), until);
    Ok(told::lives(deals, &called, until))
}
