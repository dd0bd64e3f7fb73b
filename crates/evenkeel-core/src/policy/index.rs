//! The rules of a policy as bit sets: which terms does each class of each lane leave standing?
//!
//! To match a record: sort each of its values into a class, AND the rows of these classes chunk by
//! chunk, and take the first bit that stands; terms are numbered in the order of their rules. Only
//! a term with formulas, or one that stands for a whole tree, is then asked further. What it says
//! is held equal to the trees and to the `cel` interpreter by test.
//! *Source*: bit-parallel packet classification (Lakshman and Stiliadis, SIGCOMM 1998).

use crate::ids::FieldNo;
use crate::market::clause::{Answer, Answers, Test};
use crate::market::columns::{Cell, Columns};
use crate::market::value::Attributes;
use crate::policy::bits::{CHUNK_BITS, Chunk, NONE, Pool, chunks, full, put, rows};
use crate::policy::classes::{ClassSet, Lane};
use crate::policy::layout::{Layout, Term};
use std::collections::BTreeMap;
use std::ops::Range;

/// Units of most policies; with more, a sorted record takes an allocation.
const UNITS_INLINE: usize = 48;

/// What has to be asked of a term whose bit stands.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Check {
    /// Nothing more: it matches.
    None,
    /// These formulas must answer so.
    Formulas(Vec<(u32, bool)>),
    /// The tree of the rule has the last word.
    Tree,
}

/// Something records are sorted by: a lane, or all lanes of a field at once. Every class of it has
/// a row of chunk numbers: the terms it leaves standing, the clauses of the unit that answer yes,
/// and those that answer *unknown*.
#[derive(Clone, Debug)]
struct Unit {
    /// First clause it answers.
    start: usize,
    /// How many clauses it answers.
    count: usize,
}

/// One way of sorting one field.
#[derive(Clone, Debug)]
struct Track {
    lane: Lane,
    unit: Unit,
    /// Where the row of its first class is, and how long each row is.
    base: usize,
    stride: usize,
}

/// All ways of sorting one field at once, for stored records.
#[derive(Clone, Debug)]
struct Column {
    field: FieldNo,
    tracks: Range<usize>,
    unit: Unit,
    /// Where the row of a missing value is.
    missing: u32,
    /// Where the row of each symbol is, for the symbols seen so far.
    by_symbol: Vec<u32>,
    /// Where the row of each combination of classes is, for the combinations seen so far.
    joint: BTreeMap<Vec<u32>, u32>,
}

/// The index of one policy.
#[derive(Clone, Debug)]
pub(super) struct Index {
    tracks: Vec<Track>,
    columns: Vec<Column>,
    /// All rows, one after the other.
    ids: Vec<u32>,
    pool: Pool,
    /// Every term.
    all: Vec<Chunk>,
    /// Rule and further questions of each term.
    terms: Vec<(u32, Check)>,
    clauses: usize,
}

/// Further questions of a term, by whoever knows the values.
pub(super) trait Ask {
    /// The answer of a formula, by clause number.
    fn formula(&mut self, clause: u32) -> Answer;
    /// The answer of a whole rule.
    fn tree(&mut self, rule: u32) -> Answer;
}

/// A record sorted: where the row of each unit is.
#[derive(Clone, Debug)]
pub(super) struct Sorted {
    /// Whether the units are columns (a stored record) or tracks.
    stored: bool,
    count: usize,
    inline: [u32; UNITS_INLINE],
    spilled: Vec<u32>,
}

impl Sorted {
    #[inline]
    fn new(stored: bool, count: usize) -> Self {
        let spilled = if count > UNITS_INLINE {
            vec![0; count]
        } else {
            Vec::new()
        };
        Self {
            stored,
            count,
            inline: [0; UNITS_INLINE],
            spilled,
        }
    }

    #[inline]
    fn as_mut(&mut self) -> &mut [u32] {
        if self.count > UNITS_INLINE {
            &mut self.spilled
        } else {
            &mut self.inline[..self.count]
        }
    }

    #[inline]
    fn as_slice(&self) -> &[u32] {
        if self.count > UNITS_INLINE {
            &self.spilled
        } else {
            &self.inline[..self.count]
        }
    }
}

impl Index {
    /// The index of the rules in `layout`, for records as they stand in `columns`.
    pub(super) fn of(layout: &Layout, columns: &Columns) -> Self {
        let mut index = Self {
            tracks: Vec::new(),
            columns: Vec::new(),
            ids: Vec::new(),
            pool: Pool::new(),
            all: full(layout.terms.len()),
            terms: layout
                .terms
                .iter()
                .map(|term| (term.rule as u32, check(term)))
                .collect(),
            clauses: layout.clauses.len(),
        };
        let mut sets: Vec<Vec<(usize, &ClassSet)>> = vec![Vec::new(); layout.lanes.len()];
        for (bit, term) in layout.terms.iter().enumerate() {
            for (lane, set) in &term.lanes {
                sets[*lane].push((bit, set));
            }
        }
        for (number, sets) in sets.iter().enumerate() {
            index.add_track(layout, number, sets);
        }
        for lanes in layout.fields() {
            index.add_column(lanes, columns);
        }
        index
    }

    fn add_track(&mut self, layout: &Layout, number: usize, sets: &[(usize, &ClassSet)]) {
        let lane = &layout.lanes[number];
        let asked = layout.starts[number]..layout.starts[number + 1];
        let tests = || asked.clone().map(|clause| layout.test(clause));
        let yes: Vec<ClassSet> = tests().map(|test| lane.answering(test, true)).collect();
        let unknown = tests().map(|test| match test {
            Test::Known => ClassSet::default(),
            _ => ClassSet::one(lane.missing()),
        });
        let unknown: Vec<ClassSet> = unknown.collect();
        let numbered = |sets: &'_ [ClassSet]| -> Vec<(usize, ClassSet)> {
            sets.iter().cloned().enumerate().collect()
        };
        let (yes, unknown) = (numbered(&yes), numbered(&unknown));
        let by_ref = |sets: &[(usize, ClassSet)], pool: &mut Pool| {
            let sets: Vec<(usize, &ClassSet)> = sets.iter().map(|(bit, set)| (*bit, set)).collect();
            rows(pool, lane.classes(), asked.len(), &sets)
        };
        let base = self.ids.len();
        let terms = rows(&mut self.pool, lane.classes(), layout.terms.len(), sets);
        let yes = by_ref(&yes, &mut self.pool);
        let unknown = by_ref(&unknown, &mut self.pool);
        for ((terms, yes), unknown) in terms.iter().zip(&yes).zip(&unknown) {
            self.ids.extend(terms.iter().chain(yes).chain(unknown));
        }
        let unit = Unit {
            start: asked.start,
            count: asked.len(),
        };
        let stride = self.all.len() + 2 * chunks(unit.count);
        self.tracks.push(Track {
            lane: lane.clone(),
            unit,
            base,
            stride,
        });
    }

    fn add_column(&mut self, tracks: Range<usize>, columns: &Columns) {
        let (first, last) = (&self.tracks[tracks.start], &self.tracks[tracks.end - 1]);
        let start = first.unit.start;
        let unit = Unit {
            start,
            count: last.unit.start + last.unit.count - start,
        };
        let (by_symbol, joint) = (Vec::new(), BTreeMap::new());
        let field = first.lane.field;
        let missing = tracks
            .clone()
            .map(|track| self.tracks[track].lane.missing())
            .collect();
        self.columns.push(Column {
            field,
            tracks,
            unit,
            missing: 0,
            by_symbol,
            joint,
        });
        let column = self.columns.len() - 1;
        self.columns[column].missing = self.join(column, missing);
        self.catch_up(column, columns);
    }

    /// The row of a combination of classes, made when it is first seen.
    fn join(&mut self, column: usize, classes: Vec<u32>) -> u32 {
        let Self {
            tracks,
            columns,
            ids,
            pool,
            all,
            ..
        } = self;
        let Column {
            tracks: range,
            unit,
            joint,
            ..
        } = &mut columns[column];
        if let Some(row) = joint.get(&classes) {
            return *row;
        }
        let mut terms = all.clone();
        let mut yes = vec![[0; 8]; chunks(unit.count)];
        let mut unknown = yes.clone();
        for (track, class) in tracks[range.clone()].iter().zip(&classes) {
            let row = &ids[track.base + *class as usize * track.stride..][..track.stride];
            let (of_terms, answers) = row.split_at(terms.len());
            for (terms, id) in terms.iter_mut().zip(of_terms) {
                for (word, other) in terms.iter_mut().zip(pool.chunk(*id)) {
                    *word &= other;
                }
            }
            let (of_yes, of_unknown) = answers.split_at(answers.len() / 2);
            let start = track.unit.start - unit.start;
            for (at, (of_yes, of_unknown)) in of_yes.iter().zip(of_unknown).enumerate() {
                put(&mut yes, start + at * CHUNK_BITS, pool.chunk(*of_yes));
                put(
                    &mut unknown,
                    start + at * CHUNK_BITS,
                    pool.chunk(*of_unknown),
                );
            }
        }
        let row = u32::try_from(ids.len()).expect("policies are bounded, and so are their rows");
        ids.extend(
            terms
                .into_iter()
                .chain(yes)
                .chain(unknown)
                .map(|chunk| pool.intern(chunk)),
        );
        joint.insert(classes, row);
        row
    }

    /// Sorts what `field` has seen since the last time.
    pub(super) fn learn(&mut self, field: FieldNo, columns: &Columns) {
        if let Ok(column) = self
            .columns
            .binary_search_by_key(&field, |column| column.field)
        {
            self.catch_up(column, columns);
        }
    }

    fn catch_up(&mut self, column: usize, columns: &Columns) {
        let Column {
            field,
            tracks,
            by_symbol,
            ..
        } = &self.columns[column];
        let (field, tracks) = (*field, tracks.clone());
        for symbol in by_symbol.len()..columns.symbols(field) {
            let value = columns.symbol(field, symbol as u32);
            let class = |track: &Track| track.lane.class_of(value.as_ref());
            let classes = self.tracks[tracks.clone()].iter().map(class).collect();
            let row = self.join(column, classes);
            self.columns[column].by_symbol.push(row);
        }
    }

    /// Sorts attributes that need not be stored anywhere.
    pub(super) fn sort(&self, attributes: &Attributes) -> Sorted {
        let mut sorted = Sorted::new(false, self.tracks.len());
        let mut values = attributes.values.iter().peekable();
        for (track, row) in self.tracks.iter().zip(sorted.as_mut()) {
            while values
                .next_if(|(field, _)| *field < track.lane.field)
                .is_some()
            {}
            let value = values
                .peek()
                .filter(|(field, _)| *field == track.lane.field);
            *row = track.row(track.lane.class_of(value.map(|(_, value)| value)));
        }
        sorted
    }

    /// Sorts a stored record. A text that was stored but not yet learned makes it a stranger.
    #[inline]
    pub(super) fn sort_row(&self, columns: &Columns, row: usize) -> Sorted {
        let mut sorted = Sorted::new(true, self.columns.len());
        for (column, to) in self.columns.iter().zip(sorted.as_mut()) {
            let track = &self.tracks[column.tracks.start];
            *to = match columns.cell(column.field, row) {
                Cell::Missing => column.missing,
                Cell::Integer(number) => track.row(track.lane.class_of_integer(number)),
                Cell::Flag(flag) => track.row(track.lane.class_of_flag(flag)),
                Cell::Symbol(symbol) => match column.by_symbol.get(symbol as usize) {
                    Some(row) => *row,
                    None => return self.sort(&columns.attributes(row)),
                },
            };
        }
        sorted
    }

    /// A record with these classes, by lane.
    pub(super) fn sort_classes(&self, classes: &[u32]) -> Sorted {
        let mut sorted = Sorted::new(false, self.tracks.len());
        for ((track, class), row) in self.tracks.iter().zip(classes).zip(sorted.as_mut()) {
            *row = track.row(*class);
        }
        sorted
    }

    /// The first rule that matches.
    #[inline]
    pub(super) fn first(&self, sorted: &Sorted, ask: &mut impl Ask) -> Option<usize> {
        let mut found = None;
        self.candidates(sorted, |term| {
            let (rule, check) = &self.terms[term];
            let matches = match check {
                Check::None => true,
                Check::Formulas(formulas) => formulas
                    .iter()
                    .all(|(clause, wanted)| ask.formula(*clause) == Answer::of(*wanted)),
                Check::Tree => ask.tree(*rule) == Answer::Yes,
            };
            if matches {
                found = Some(*rule as usize);
            }
            matches
        });
        found
    }

    /// Shows every term that is left standing, in order, until one is `taken`.
    #[inline]
    pub(super) fn candidates(&self, sorted: &Sorted, mut taken: impl FnMut(usize) -> bool) {
        for (number, all) in self.all.iter().enumerate() {
            let mut standing = *all;
            for row in sorted.as_slice() {
                let id = self.ids[*row as usize + number];
                let chunk = self.pool.chunk(id);
                for (word, other) in standing.iter_mut().zip(chunk) {
                    *word &= other;
                }
                if id == NONE {
                    break;
                }
            }
            for (at, mut word) in standing.into_iter().enumerate() {
                while word != 0 {
                    if taken(number * CHUNK_BITS + at * 64 + word.trailing_zeros() as usize) {
                        return;
                    }
                    word &= word - 1;
                }
            }
        }
    }

    /// What every clause about a field answers; formulas answer *no* here.
    pub(super) fn answers(&self, sorted: &Sorted) -> Answers {
        let mut answers = Answers::all_no(self.clauses);
        let mut note = |unit: &Unit, row: u32| {
            let chunks = chunks(unit.count);
            let row = &self.ids[row as usize + self.all.len()..][..2 * chunks];
            for (at, (yes, unknown)) in row[..chunks].iter().zip(&row[chunks..]).enumerate() {
                let start = unit.start + at * CHUNK_BITS;
                let words = (unit.count - at * CHUNK_BITS).min(CHUNK_BITS).div_ceil(64);
                if *yes != NONE {
                    answers.set_yes(start, &self.pool.chunk(*yes)[..words]);
                }
                if *unknown != NONE {
                    answers.set_unknown(start, &self.pool.chunk(*unknown)[..words]);
                }
            }
        };
        match sorted.stored {
            true => self
                .columns
                .iter()
                .zip(sorted.as_slice())
                .for_each(|(column, row)| note(&column.unit, *row)),
            false => self
                .tracks
                .iter()
                .zip(sorted.as_slice())
                .for_each(|(track, row)| note(&track.unit, *row)),
        }
        answers
    }
}

impl Track {
    #[inline]
    fn row(&self, class: u32) -> u32 {
        (self.base + class as usize * self.stride) as u32
    }
}

fn check(term: &Term) -> Check {
    match (term.tree, term.formulas.is_empty()) {
        (true, _) => Check::Tree,
        (false, true) => Check::None,
        (false, false) => Check::Formulas(term.formulas.clone()),
    }
}
