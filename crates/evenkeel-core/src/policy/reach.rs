//! Which rules can match at all, and which are hidden by earlier ones.
//!
//! For a rule, take any point of what it asks for and see who takes it: nobody before it, and the
//! rule can be reached; an earlier rule, and what that one covers is cut off before the next point
//! is taken. When nothing is left, the rule is hidden. Formulas count as questions of their own,
//! so what is said here is never too much; on running out of steps a rule counts as reachable.

use crate::market::columns::Columns;
use crate::policy::classes::{ClassSet, Kind};
use crate::policy::index::Index;
use crate::policy::layout::{Layout, Literal, Term};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

/// Most points taken for one rule.
const STEPS_MAX: usize = 1_000;
/// Most points taken for all rules of a policy together.
const ALL_STEPS_MAX: usize = 50_000;
/// Overlaps are only looked for among at most this many terms.
const OVERLAP_TERMS_MAX: usize = 500;
/// Most literals whose classes are looked into one by one.
const LITERALS_MAX: usize = 64;

/// What became of a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Reach {
    /// Some record can get there, as far as can be told.
    Open,
    /// No record can satisfy it. Two literals that exclude each other, where there are two.
    Never(Option<[Literal; 2]>),
    /// These earlier rules take everything, ascending.
    Hidden(Vec<usize>),
}

/// Part of the space of records: per dimension the classes it spans, where not all. The first
/// dimensions are the lanes, the rest formulas with the classes no, yes, unknown.
type Piece = BTreeMap<usize, ClassSet>;

/// The space of records that the rules of one policy divide.
pub(super) struct Space<'a> {
    layout: &'a Layout,
    index: Index,
    /// The lanes of each field.
    fields: Vec<Range<usize>>,
    steps: usize,
}

impl<'a> Space<'a> {
    pub(super) fn of(layout: &'a Layout) -> Self {
        let index = Index::of(layout, &Columns::default());
        Self {
            layout,
            index,
            fields: layout.fields(),
            steps: 0,
        }
    }

    /// What becomes of each rule.
    pub(super) fn reach(&mut self) -> Vec<Reach> {
        let mut terms: Vec<Vec<&Term>> = vec![Vec::new(); self.layout.rules.len()];
        for term in &self.layout.terms {
            terms[term.rule].push(term);
        }
        (0..terms.len())
            .map(|rule| self.reach_of(rule, &terms[rule]))
            .collect()
    }

    fn reach_of(&mut self, rule: usize, terms: &[&Term]) -> Reach {
        if terms.iter().any(|term| term.tree) {
            return Reach::Open;
        }
        let mut pieces = Vec::new();
        for term in terms {
            let mut piece: Piece = dimensions(self.layout, term).collect();
            if self.tighten(&mut piece) {
                pieces.push(piece);
            }
        }
        if pieces.is_empty() {
            return Reach::Never(self.clash(rule));
        }
        let mut by = BTreeSet::new();
        let mut steps = 0;
        while let Some(piece) = pieces.pop() {
            steps += 1;
            self.steps += 1;
            if steps > STEPS_MAX || self.steps > ALL_STEPS_MAX {
                return Reach::Open;
            }
            let Some(point) = self.point(&piece) else {
                return Reach::Open;
            };
            match self.taker(&point, rule) {
                None => return Reach::Open,
                Some(term) => {
                    by.insert(term.rule);
                    self.cut(piece, term, &mut pieces);
                }
            }
        }
        Reach::Hidden(by.into_iter().collect())
    }

    fn whole(&self, dimension: usize) -> ClassSet {
        match self.layout.lanes.get(dimension) {
            Some(lane) => lane.possible(),
            None => ClassSet::range(0, 3),
        }
    }

    fn span(&self, piece: &Piece, dimension: usize) -> ClassSet {
        piece
            .get(&dimension)
            .cloned()
            .unwrap_or_else(|| self.whole(dimension))
    }

    /// Narrows what follows from the rest; `false` when nothing is left.
    fn tighten(&self, piece: &mut Piece) -> bool {
        for lanes in &self.fields {
            let touched = piece.range(lanes.clone()).next().is_some();
            if touched && !self.tighten_field(piece, lanes) {
                return false;
            }
        }
        piece.values().all(|set| !set.is_empty())
    }

    /// A value is there in all lanes of its field or in none; and a text that is one of a few
    /// known ones has their beginnings and ends.
    fn tighten_field(&self, piece: &mut Piece, lanes: &Range<usize>) -> bool {
        let missing = |lane: usize| self.layout.lanes[lane].missing();
        let spans: Vec<ClassSet> = lanes.clone().map(|lane| self.span(piece, lane)).collect();
        let present = spans
            .iter()
            .zip(lanes.clone())
            .any(|(set, lane)| !set.has(missing(lane)));
        let absent = spans
            .iter()
            .zip(lanes.clone())
            .any(|(set, lane)| set.without(&ClassSet::one(missing(lane))).is_empty());
        for (span, lane) in spans
            .iter()
            .zip(lanes.clone())
            .filter(|_| present || absent)
        {
            let side = match present {
                true => ClassSet::range(0, missing(lane)),
                false => ClassSet::one(missing(lane)),
            };
            piece.insert(lane, span.and(&side));
        }
        let Kind::Texts(texts) = &self.layout.lanes[lanes.start].kind else {
            return true;
        };
        let span = self.span(piece, lanes.start);
        let count = span
            .ranges()
            .iter()
            .map(|(start, end)| (end - start) as usize)
            .sum::<usize>();
        let literals = ClassSet::range(0, texts.len() as u32);
        if lanes.len() == 1 || count > LITERALS_MAX || !span.without(&literals).is_empty() {
            return true;
        }
        let class = |lane: usize, text: u32| {
            let text = crate::market::value::Value::Text(texts[text as usize].as_str().into());
            self.layout.lanes[lane].class_of(Some(&text))
        };
        let others = lanes.start + 1..lanes.end;
        let fits = |text: &u32| {
            others
                .clone()
                .all(|lane| self.span(piece, lane).has(class(lane, *text)))
        };
        let left: Vec<u32> = span.iter().filter(fits).collect();
        for lane in others {
            let classes: BTreeSet<u32> = left.iter().map(|text| class(lane, *text)).collect();
            piece.insert(lane, ClassSet::points(classes.into_iter()));
        }
        piece.insert(lanes.start, ClassSet::points(left.iter().copied()));
        !left.is_empty()
    }

    /// Some point of a piece: a class in every dimension. It prefers missing values and others
    /// than those named, which earlier rules take least often.
    fn point(&self, piece: &Piece) -> Option<Vec<u32>> {
        let lanes = self.layout.lanes.len();
        let mut point = Vec::with_capacity(lanes + self.layout.clauses.len() - self.layout.plain);
        for field in &self.fields {
            if piece.range(field.clone()).next().is_none() {
                point.extend(field.clone().map(|lane| self.layout.lanes[lane].missing()));
                continue;
            }
            let mut part: Piece = piece
                .range(field.clone())
                .map(|(lane, set)| (*lane, set.clone()))
                .collect();
            for lane in field.clone() {
                let span = self.span(&part, lane);
                let mut classes = span.iter().rev().take(LITERALS_MAX);
                let (class, settled) = classes.find_map(|class| {
                    let mut tried = part.clone();
                    tried.insert(lane, ClassSet::one(class));
                    let left = self.tighten(&mut tried);
                    left.then_some((class, tried))
                })?;
                part = settled;
                point.push(class);
            }
        }
        let formulas = lanes..lanes + self.layout.clauses.len() - self.layout.plain;
        for formula in formulas {
            point.push(self.span(piece, formula).iter().next_back()?);
        }
        Some(point)
    }

    /// The first term of a rule before `rule` that takes a point.
    fn taker(&self, point: &[u32], rule: usize) -> Option<&'a Term> {
        let (classes, formulas) = point.split_at(self.layout.lanes.len());
        let mut found = None;
        self.index
            .candidates(&self.index.sort_classes(classes), |term| {
                let term = &self.layout.terms[term];
                let answered = |(clause, wanted): &(u32, bool)| {
                    formulas[*clause as usize - self.layout.plain] == u32::from(*wanted)
                };
                if term.rule < rule && !term.tree && term.formulas.iter().all(answered) {
                    found = Some(term);
                }
                found.is_some() || term.rule >= rule
            });
        found
    }

    /// What is left of a piece without the box of a term.
    fn cut(&self, piece: Piece, term: &Term, left: &mut Vec<Piece>) {
        let mut rest = piece;
        for (dimension, set) in dimensions(self.layout, term) {
            let span = self.span(&rest, dimension);
            let beyond = span.without(&set);
            if !beyond.is_empty() {
                let mut outside = rest.clone();
                outside.insert(dimension, beyond);
                if self.tighten(&mut outside) {
                    left.push(outside);
                }
            }
            rest.insert(dimension, span.and(&set));
        }
    }

    /// Two literals of a rule that no value can satisfy together.
    fn clash(&self, rule: usize) -> Option<[Literal; 2]> {
        let ways = self.layout.ways(rule)?;
        let literals: Vec<Literal> = ways.first()?.iter().copied().take(LITERALS_MAX).collect();
        let excluded = |pair: &[Literal; 2]| match self.layout.boxed(rule, &BTreeSet::from(*pair)) {
            Some(term) => !self.tighten(&mut dimensions(self.layout, &term).collect()),
            None => true,
        };
        let pairs = literals
            .iter()
            .enumerate()
            .flat_map(|(at, right)| literals[..at].iter().map(move |left| [*left, *right]));
        pairs.into_iter().find(excluded)
    }

    /// Pairs of rules that some record satisfies both of, the earlier first; at most `most`, and
    /// none in a policy of more than [`OVERLAP_TERMS_MAX`] terms.
    pub(super) fn overlaps(&self, most: usize) -> Vec<(usize, usize)> {
        let mut pairs = BTreeSet::new();
        let terms = self.layout.terms.as_slice();
        if terms.len() > OVERLAP_TERMS_MAX {
            return Vec::new();
        }
        for (at, later) in terms.iter().enumerate() {
            for earlier in &terms[..at] {
                let pair = (earlier.rule, later.rule);
                if pair.0 == pair.1 || later.tree || earlier.tree || pairs.contains(&pair) {
                    continue;
                }
                let mut piece: Piece = dimensions(self.layout, later).collect();
                for (dimension, set) in dimensions(self.layout, earlier) {
                    let both = self.span(&piece, dimension).and(&set);
                    piece.insert(dimension, both);
                }
                if self.tighten(&mut piece) {
                    pairs.insert(pair);
                    if pairs.len() >= most {
                        return pairs.into_iter().collect();
                    }
                }
            }
        }
        pairs.into_iter().collect()
    }
}

/// The box of a term, dimension by dimension.
fn dimensions<'a>(layout: &Layout, term: &'a Term) -> impl Iterator<Item = (usize, ClassSet)> + 'a {
    let (lanes, plain) = (layout.lanes.len(), layout.plain);
    let formulas = term.formulas.iter().map(move |(clause, wanted)| {
        (
            lanes + *clause as usize - plain,
            ClassSet::one(u32::from(*wanted)),
        )
    });
    term.lanes.iter().cloned().chain(formulas)
}
