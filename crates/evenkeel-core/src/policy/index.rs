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
use crate::policy::bits::{CHUNK_BITS, Chunk, Pool, Rows, full};
use crate::policy::classes::{ClassSet, Lane};
use crate::policy::layout::{Layout, Term};

/// Lanes of most policies; with more, the classes of a record take an allocation.
const LANES_INLINE: usize = 48;

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

/// One lane, with what follows from each of its classes.
#[derive(Clone, Debug)]
struct Column {
    lane: Lane,
    /// Terms left standing, by class.
    terms: Rows,
    /// Clauses of this lane that answer yes, by class, counted from `start`.
    yes: Rows,
    /// First clause of the lane.
    start: usize,
    /// How many clauses it has.
    count: usize,
    /// Whether its first clause asks for presence, and so is never *unknown*.
    asks_presence: bool,
    /// Class by symbol, for the symbols seen so far.
    by_symbol: Vec<u32>,
}

/// The index of one policy.
#[derive(Clone, Debug)]
pub(super) struct Index {
    columns: Vec<Column>,
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

/// The class of a record in each lane.
#[derive(Clone, Debug)]
pub(super) struct Classes {
    count: usize,
    inline: [u32; LANES_INLINE],
    spilled: Vec<u32>,
}

impl Classes {
    fn new(count: usize) -> Self {
        let spilled = if count > LANES_INLINE {
            vec![0; count]
        } else {
            Vec::new()
        };
        Self {
            count,
            inline: [0; LANES_INLINE],
            spilled,
        }
    }

    fn as_mut(&mut self) -> &mut [u32] {
        if self.count > LANES_INLINE {
            &mut self.spilled
        } else {
            &mut self.inline[..self.count]
        }
    }

    /// The classes, by lane.
    pub(super) fn as_slice(&self) -> &[u32] {
        if self.count > LANES_INLINE {
            &self.spilled
        } else {
            &self.inline[..self.count]
        }
    }
}

impl Index {
    /// The index of the rules in `layout`, for records as they stand in `columns`.
    pub(super) fn of(layout: &Layout, columns: &Columns) -> Self {
        let mut pool = Pool::default();
        let mut sets: Vec<Vec<(usize, &ClassSet)>> = vec![Vec::new(); layout.lanes.len()];
        for (bit, term) in layout.terms.iter().enumerate() {
            for (lane, set) in &term.lanes {
                sets[*lane].push((bit, set));
            }
        }
        let lanes = layout.lanes.iter().enumerate().zip(&sets);
        let columns_of = lanes.map(|((number, lane), sets)| {
            let (start, end) = (layout.starts[number], layout.starts[number + 1]);
            let asked = start..end;
            let answering = |clause| lane.answering(layout.test(clause), true);
            let yes: Vec<ClassSet> = asked.clone().map(answering).collect();
            let yes: Vec<(usize, &ClassSet)> = yes.iter().enumerate().collect();
            Column {
                lane: lane.clone(),
                terms: Rows::new(&mut pool, lane.classes(), layout.terms.len(), sets),
                yes: Rows::new(&mut pool, lane.classes(), asked.len(), &yes),
                start,
                count: asked.len(),
                asks_presence: *layout.test(start) == Test::Known,
                by_symbol: Vec::new(),
            }
        });
        let columns_of: Vec<Column> = columns_of.collect();
        pool.close();
        let terms = layout
            .terms
            .iter()
            .map(|term| (term.rule as u32, check(term)))
            .collect();
        let all = full(layout.terms.len());
        let clauses = layout.clauses.len();
        let mut index = Self {
            columns: columns_of,
            pool,
            all,
            terms,
            clauses,
        };
        for column in 0..index.columns.len() {
            index.catch_up(column, columns);
        }
        index
    }

    /// Sorts what `field` has seen since the last time.
    pub(super) fn learn(&mut self, field: FieldNo, columns: &Columns) {
        let first = self
            .columns
            .partition_point(|column| column.lane.field < field);
        let lanes = self.columns[first..]
            .iter()
            .take_while(|column| column.lane.field == field);
        for column in first..first + lanes.count() {
            self.catch_up(column, columns);
        }
    }

    fn catch_up(&mut self, column: usize, columns: &Columns) {
        let column = &mut self.columns[column];
        if !column.lane.sorts_symbols() {
            return;
        }
        for symbol in column.by_symbol.len()..columns.symbols(column.lane.field) {
            let value = columns.symbol(column.lane.field, symbol as u32);
            column.by_symbol.push(column.lane.class_of(value.as_ref()));
        }
    }

    /// Sorts attributes that need not be stored anywhere.
    pub(super) fn classes_of(&self, attributes: &Attributes) -> Classes {
        let mut classes = Classes::new(self.columns.len());
        let mut values = attributes.values.iter().peekable();
        for (column, class) in self.columns.iter().zip(classes.as_mut()) {
            while values
                .next_if(|(field, _)| *field < column.lane.field)
                .is_some()
            {}
            let value = values
                .peek()
                .filter(|(field, _)| *field == column.lane.field);
            *class = column.lane.class_of(value.map(|(_, value)| value));
        }
        classes
    }

    /// Sorts a stored record.
    #[inline]
    pub(super) fn classes_of_row(&self, columns: &Columns, row: usize) -> Classes {
        let mut classes = Classes::new(self.columns.len());
        for (column, class) in self.columns.iter().zip(classes.as_mut()) {
            let cell = columns.cell(column.lane.field, row);
            *class = match column.lane.class_of_cell(cell, &column.by_symbol) {
                Some(class) => class,
                None => column.unsorted(cell, columns),
            };
        }
        classes
    }

    /// The first rule that matches.
    #[inline]
    pub(super) fn first(&self, classes: &Classes, ask: &mut dyn Ask) -> Option<usize> {
        let mut found = None;
        self.candidates(classes.as_slice(), &mut |term| {
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

    /// Shows every term that the classes leave standing, in order, until one is `taken`.
    #[inline]
    pub(super) fn candidates(&self, classes: &[u32], taken: &mut dyn FnMut(usize) -> bool) {
        for (number, all) in self.all.iter().enumerate() {
            let mut standing = *all;
            for (column, class) in self.columns.iter().zip(classes) {
                let chunk = self.pool.chunk(column.terms.id(*class, number));
                for (word, other) in standing.iter_mut().zip(chunk) {
                    *word &= other;
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
    pub(super) fn answers(&self, classes: &Classes) -> Answers {
        let mut answers = Answers::all_no(self.clauses);
        for (column, class) in self.columns.iter().zip(classes.as_slice()) {
            if *class == column.lane.missing() {
                let known = usize::from(column.asks_presence);
                answers.set_unknown(column.start + known..column.start + column.count);
                continue;
            }
            for chunk in 0..column.yes.per_row() {
                let words = self.pool.chunk(column.yes.id(*class, chunk));
                answers.set_yes(column.start + chunk * CHUNK_BITS, words);
            }
        }
        answers
    }
}

impl Column {
    /// The class of a symbol that was stored, but not yet learned.
    #[cold]
    fn unsorted(&self, cell: Cell, columns: &Columns) -> u32 {
        match cell {
            Cell::Symbol(symbol) => self
                .lane
                .class_of(columns.symbol(self.lane.field, symbol).as_ref()),
            Cell::Missing | Cell::Integer(_) | Cell::Flag(_) => self.lane.missing(),
        }
    }
}

fn check(term: &Term) -> Check {
    match (term.tree, term.formulas.is_empty()) {
        (true, _) => Check::Tree,
        (false, true) => Check::None,
        (false, false) => Check::Formulas(term.formulas.clone()),
    }
}
