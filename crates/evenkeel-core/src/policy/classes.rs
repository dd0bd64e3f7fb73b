//! Values of a field sorted into classes: two values of one class answer every clause alike.
//!
//! A *lane* is one way of sorting the values of a field: texts by the literals that conditions
//! name, numbers and moments by the points they are compared with, flags by themselves, and
//! anything else (a prefix, a tag) by the answer to one test. The last class of every lane is
//! *missing*. Nothing here knows rules.

use crate::ids::FieldNo;
use crate::market::clause::{Compare, Test};
use crate::market::value::Value;

/// Some classes of one lane: half-open ranges, ascending, apart from each other.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct ClassSet(Vec<(u32, u32)>);

impl ClassSet {
    /// The classes from `start` up to, but without, `end`.
    pub(super) fn range(start: u32, end: u32) -> Self {
        if start < end {
            Self(vec![(start, end)])
        } else {
            Self::default()
        }
    }

    /// One class.
    pub(super) fn one(class: u32) -> Self {
        Self::range(class, class + 1)
    }

    /// These classes, ascending.
    pub(super) fn points(classes: impl Iterator<Item = u32>) -> Self {
        let mut ranges: Vec<(u32, u32)> = Vec::new();
        for class in classes {
            match ranges.last_mut() {
                Some((_, end)) if *end == class => *end += 1,
                _ => ranges.push((class, class + 1)),
            }
        }
        Self(ranges)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn ranges(&self) -> &[(u32, u32)] {
        &self.0
    }

    /// Every class, ascending.
    pub(super) fn iter(&self) -> impl DoubleEndedIterator<Item = u32> {
        self.0.iter().flat_map(|(start, end)| *start..*end)
    }

    pub(super) fn has(&self, class: u32) -> bool {
        let at = self.0.partition_point(|(_, end)| *end <= class);
        self.0.get(at).is_some_and(|(start, _)| *start <= class)
    }

    /// The classes in both.
    pub(super) fn and(&self, other: &Self) -> Self {
        let (mut left, mut right) = (self.0.iter().peekable(), other.0.iter().peekable());
        let mut ranges = Vec::new();
        while let (Some(a), Some(b)) = (left.peek(), right.peek()) {
            let (start, end) = (a.0.max(b.0), a.1.min(b.1));
            if start < end {
                ranges.push((start, end));
            }
            if a.1 <= b.1 {
                left.next()
            } else {
                right.next()
            };
        }
        Self(ranges)
    }

    /// The classes in `self` and not in `other`.
    pub(super) fn without(&self, other: &Self) -> Self {
        let mut ranges = Vec::new();
        let mut cuts = other.0.iter().peekable();
        for &(mut start, end) in &self.0 {
            while let Some(&&(from, to)) = cuts.peek() {
                if from >= end {
                    break;
                }
                if start < from {
                    ranges.push((start, from));
                }
                start = start.max(to);
                if to > end {
                    break;
                }
                cuts.next();
            }
            if start < end {
                ranges.push((start, end));
            }
        }
        Self(ranges)
    }
}

/// One way of sorting the values of a field.
#[derive(Clone, Debug)]
pub(super) struct Lane {
    /// The field.
    pub(super) field: FieldNo,
    /// How.
    pub(super) kind: Kind,
}

/// How values are sorted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// One class for each of these texts, ascending, and one for any other present value.
    Texts(Vec<String>),
    /// One class for each of these numbers, ascending, and one for each gap around them.
    Numbers(Vec<i64>),
    /// No and yes.
    Flags,
    /// Whether this test holds.
    One(Test),
}

impl Lane {
    /// How many classes there are, *missing* included.
    pub(super) fn classes(&self) -> u32 {
        let count = match &self.kind {
            Kind::Texts(texts) => texts.len() + 2,
            Kind::Numbers(cuts) => 2 * cuts.len() + 2,
            Kind::Flags | Kind::One(_) => 3,
        };
        u32::try_from(count).expect("conditions are bounded, and so are their literals")
    }

    /// The class of no value at all.
    pub(super) fn missing(&self) -> u32 {
        self.classes() - 1
    }

    /// Every class that some value can be in. The gap between two neighbouring numbers is none.
    pub(super) fn possible(&self) -> ClassSet {
        let all = ClassSet::range(0, self.classes());
        match &self.kind {
            Kind::Numbers(cuts) => {
                let pairs = cuts.windows(2).enumerate();
                let shut = pairs.filter(|(_, pair)| pair[1] - pair[0] == 1);
                all.without(&ClassSet::points(shut.map(|(at, _)| 2 * (at as u32 + 1))))
            }
            _ => all,
        }
    }

    /// The classes in which `test` answers yes (`wanted`), or no (not `wanted`).
    pub(super) fn answering(&self, test: &Test, wanted: bool) -> ClassSet {
        let present = ClassSet::range(0, self.missing());
        if *test == Test::Known {
            return if wanted {
                present
            } else {
                ClassSet::one(self.missing())
            };
        }
        let yes = match (&self.kind, test) {
            (Kind::Texts(texts), Test::OneOf(any)) => {
                let at = any.iter().map(|text| texts.binary_search(text));
                ClassSet::points(at.map(|at| at.expect("the lane has every literal") as u32))
            }
            (Kind::Numbers(cuts), Test::Number(compare, literal)) => {
                self.compared(cuts, *compare, literal.0)
            }
            (Kind::Numbers(cuts), Test::Time(compare, literal)) => {
                self.compared(cuts, *compare, literal.0)
            }
            (Kind::Numbers(cuts), Test::NumberIn(any)) => {
                ClassSet::points(any.iter().map(|number| cut(cuts, number.0)))
            }
            (Kind::Flags, Test::Flag) | (Kind::One(_), _) => ClassSet::one(1),
            (kind, test) => unreachable!("{test:?} is not sorted by {kind:?}"),
        };
        if wanted { yes } else { present.without(&yes) }
    }

    fn compared(&self, cuts: &[i64], compare: Compare, literal: i64) -> ClassSet {
        let (at, end) = (cut(cuts, literal), self.missing());
        match compare {
            Compare::Less => ClassSet::range(0, at),
            Compare::AtMost => ClassSet::range(0, at + 1),
            Compare::Equal => ClassSet::one(at),
            Compare::AtLeast => ClassSet::range(at, end),
            Compare::More => ClassSet::range(at + 1, end),
        }
    }

    /// The class of a value.
    pub(super) fn class_of(&self, value: Option<&Value>) -> u32 {
        let Some(value) = value else {
            return self.missing();
        };
        match (&self.kind, value) {
            (Kind::Texts(texts), Value::Text(text)) => {
                let found = texts.binary_search_by(|one| one.as_str().cmp(text));
                found.unwrap_or(texts.len()) as u32
            }
            // Other fields have such a lane only to be asked whether they have a value.
            (Kind::Texts(texts), _) => texts.len() as u32,
            (Kind::Numbers(_), Value::Number(number)) => self.class_of_integer(number.0),
            (Kind::Numbers(_), Value::Time(moment)) => self.class_of_integer(moment.0),
            (Kind::Flags, Value::Flag(flag)) => self.class_of_flag(*flag),
            (Kind::One(test), value) => match test.answer(Some(value)) {
                crate::market::clause::Answer::Yes => 1,
                crate::market::clause::Answer::No => 0,
                crate::market::clause::Answer::Unknown => self.missing(),
            },
            _ => self.missing(),
        }
    }

    /// The class of a flag.
    #[inline]
    pub(super) fn class_of_flag(&self, flag: bool) -> u32 {
        u32::from(flag && self.kind == Kind::Flags)
    }

    /// The class of a number, or of a moment.
    #[inline]
    pub(super) fn class_of_integer(&self, number: i64) -> u32 {
        // A field that is only asked whether it has a value is not cut anywhere.
        let Kind::Numbers(cuts) = &self.kind else {
            return 0;
        };
        let at = cuts.partition_point(|cut| *cut < number);
        2 * at as u32 + u32::from(cuts.get(at) == Some(&number))
    }
}

/// The class of a number that is a cut.
fn cut(cuts: &[i64], number: i64) -> u32 {
    2 * cuts
        .binary_search(&number)
        .expect("the lane has every literal") as u32
        + 1
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::Micro;

    fn set(ranges: &[(u32, u32)]) -> ClassSet {
        ClassSet(ranges.to_vec())
    }

    #[test]
    fn sets_meet_and_part() {
        let a = set(&[(0, 4), (6, 9)]);
        let b = set(&[(2, 7), (8, 12)]);
        assert_eq!(a.and(&b), set(&[(2, 4), (6, 7), (8, 9)]));
        assert_eq!(a.without(&b), set(&[(0, 2), (7, 8)]));
        assert_eq!(b.without(&a), set(&[(4, 6), (9, 12)]));
        assert_eq!(a.without(&ClassSet::default()), a);
        assert_eq!(a.without(&a), ClassSet::default());
        assert!(a.has(3) && !a.has(4) && a.has(6) && !a.has(9));
    }

    #[test]
    fn numbers_fall_on_cuts_and_into_gaps() {
        let lane = Lane {
            field: FieldNo(1),
            kind: Kind::Numbers(vec![10, 11, 20]),
        };
        let classes = |numbers: &[i64]| {
            let class = |n: &i64| lane.class_of(Some(&Value::Number(Micro(*n))));
            numbers.iter().map(class).collect::<Vec<u32>>()
        };
        assert_eq!(classes(&[9, 10, 11, 15, 20, 21]), [0, 1, 3, 4, 5, 6]);
        assert_eq!(lane.class_of(None), 7);
        assert!(!lane.possible().has(2), "nothing lies between 10 and 11");
        let below = Test::Number(Compare::Less, Micro(20));
        assert_eq!(lane.answering(&below, true), set(&[(0, 5)]));
        assert_eq!(lane.answering(&below, false), set(&[(5, 7)]));
        assert_eq!(lane.answering(&Test::Known, false), set(&[(7, 8)]));
    }
}
