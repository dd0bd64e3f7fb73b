//! Which skills a rep has and since when, and what was added, raised, lowered or removed over time.
//!
//! A skill is what a rep field says that the policy names under `[skills]`: each tag, a number as a
//! level, a flag. All of it is read off the profiles that were set; nothing is entered twice.
//! Deliberately decides nothing and ranks nobody.

use crate::ids::{FieldNo, RepNo};
use crate::market::value::{Attributes, Facts, Value};
use crate::time::Moment;
use crate::units::{Micro, ONE};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Most rep fields that hold skills.
pub const SKILLS_MAX: usize = 16;
/// Most changes kept of one rep; the oldest go first.
pub const CHANGES_MAX: usize = 200;

/// One skill: a field, and of tags which one (of numbers and flags an empty text).
pub type Skill = (FieldNo, Box<str>);

/// A skill that a rep has now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Held {
    /// The number; of tags and flags 1.
    pub level: Micro,
    /// Since when the rep has it, at whatever level.
    pub since: Moment,
    /// Whether it was there already at `since`, when the policy first named its field.
    pub before: bool,
}

/// How a skill changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Growth {
    /// It was not there before.
    Added,
    /// To a higher number.
    Raised,
    /// To a lower number.
    Lowered,
    /// It is not there any more.
    Removed,
}

/// One change of one skill.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// When.
    pub at: Moment,
    /// Which.
    pub skill: Skill,
    /// The level before; `None` without the skill.
    pub from: Option<Micro>,
    /// The level after.
    pub to: Option<Micro>,
}

/// What is known of one rep.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Repertoire {
    held: BTreeMap<Skill, Held>,
    changes: Vec<Change>,
}

/// All reps, and the fields looked at.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Skills {
    fields: Vec<FieldNo>,
    reps: BTreeMap<RepNo, Repertoire>,
}

impl Change {
    /// Which way it went.
    pub fn growth(&self) -> Growth {
        match (self.from, self.to) {
            (None, _) => Growth::Added,
            (_, None) => Growth::Removed,
            (from, to) if from < to => Growth::Raised,
            _ => Growth::Lowered,
        }
    }
}

impl Repertoire {
    /// What the rep has now, by field and tag.
    pub fn held(&self) -> impl Iterator<Item = (&Skill, &Held)> {
        self.held.iter()
    }

    /// What changed, oldest first; at most [`CHANGES_MAX`].
    pub fn changes(&self) -> &[Change] {
        &self.changes
    }

    fn set(&mut self, levels: &BTreeMap<Skill, Micro>, at: Moment) {
        let gone = self
            .held
            .iter()
            .filter(|(one, _)| !levels.contains_key(*one));
        let gone: Vec<(Skill, Micro)> = gone
            .map(|(skill, held)| (skill.clone(), held.level))
            .collect();
        for (skill, level) in gone {
            self.held.remove(&skill);
            self.note(at, skill, (Some(level), None));
        }
        for (skill, &level) in levels {
            let known = self.held.get(skill).copied();
            let before = known.map(|held| held.level);
            if before == Some(level) {
                continue;
            }
            let new = Held {
                level,
                since: at,
                before: false,
            };
            let held = known.map_or(new, |held| Held { level, ..held });
            self.held.insert(skill.clone(), held);
            self.note(at, skill.clone(), (before, Some(level)));
        }
    }

    fn note(&mut self, at: Moment, skill: Skill, (from, to): (Option<Micro>, Option<Micro>)) {
        if self.changes.len() == CHANGES_MAX {
            self.changes.remove(0);
        }
        self.changes.push(Change {
            at,
            skill,
            from,
            to,
        });
    }
}

impl Skills {
    /// The fields that hold skills, as the policy names them.
    pub fn fields(&self) -> &[FieldNo] {
        &self.fields
    }

    /// What is known of a rep; `None` when no skill was ever seen.
    pub fn of(&self, rep: RepNo) -> Option<&Repertoire> {
        self.reps.get(&rep)
    }

    /// Applies `RepSet`.
    pub fn set(&mut self, rep: RepNo, attributes: &Attributes, at: Moment) {
        let levels = levels(&self.fields, attributes);
        if !levels.is_empty() || self.reps.contains_key(&rep) {
            self.reps.entry(rep).or_default().set(&levels, at);
        }
    }

    /// A policy names these fields. What reps have in new ones was there before; what was held in
    /// fields that are not named any more is let go, and the changes stay.
    pub fn name<'a>(
        &mut self,
        fields: &[FieldNo],
        reps: impl Iterator<Item = (RepNo, &'a Attributes)>,
        at: Moment,
    ) {
        if self.fields == fields {
            return;
        }
        let new = fields.iter().filter(|field| !self.fields.contains(field));
        let new: Vec<FieldNo> = new.copied().collect();
        fields.clone_into(&mut self.fields);
        for known in self.reps.values_mut() {
            known.held.retain(|(field, _), _| fields.contains(field));
        }
        for (rep, attributes) in reps {
            for (skill, level) in levels(&new, attributes) {
                let held = Held {
                    level,
                    since: at,
                    before: true,
                };
                self.reps.entry(rep).or_default().held.insert(skill, held);
            }
        }
    }
}

/// What a profile says in these fields.
fn levels(fields: &[FieldNo], attributes: &Attributes) -> BTreeMap<Skill, Micro> {
    let mut levels = BTreeMap::new();
    for &field in fields {
        match attributes.fact(field) {
            Some(Value::Tags(tags)) => {
                let tags = tags.iter().map(|tag| ((field, tag.as_str().into()), ONE));
                levels.extend(tags);
            }
            Some(Value::Number(level)) => {
                levels.insert((field, "".into()), *level);
            }
            Some(Value::Flag(true)) => {
                levels.insert((field, "".into()), ONE);
            }
            _ => {}
        }
    }
    levels
}
