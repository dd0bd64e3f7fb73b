//! One condition asked of many stored records: each distinct text is looked at once.
//!
//! A column says for most values by number what they are, so an answer is one look-up. It says the
//! same as [`Condition::answer`] on the values; only a formula has them put together for it.

use crate::market::clause::{Answer, Clause, Condition, Node, Test};
use crate::market::columns::{Cell, Columns};
use crate::market::schema::FieldType;
use crate::market::value::Value;
use crate::time::Moment;
use crate::units::Micro;

/// A condition made ready for one set of columns.
#[derive(Debug)]
pub struct Filter<'a> {
    columns: &'a Columns,
    /// `None` lets everything through.
    tree: Option<Node<usize>>,
    lenses: Vec<Lens>,
}

/// One clause.
#[derive(Debug)]
struct Lens {
    clause: Clause,
    /// Answers per symbol of a text or tags column, as far as they were asked.
    known: Vec<Option<Answer>>,
}

impl<'a> Filter<'a> {
    /// For the records in `columns`; without a condition all of them pass.
    pub fn new(condition: Option<&Condition>, columns: &'a Columns) -> Self {
        let mut lenses = Vec::new();
        let tree = condition.map(|condition| {
            condition.tree.map(&mut |clause| {
                let symbols = match clause {
                    Clause::Field { field, .. } => columns.symbols(*field),
                    Clause::Formula(_) => 0,
                };
                lenses.push(Lens {
                    clause: clause.clone(),
                    known: vec![None; symbols],
                });
                lenses.len() - 1
            })
        });
        Self {
            columns,
            tree,
            lenses,
        }
    }

    /// Whether the condition answers yes for the record in this row.
    #[inline]
    pub fn yes(&mut self, row: usize) -> bool {
        let Self {
            columns,
            tree,
            lenses,
        } = self;
        let Some(tree) = tree else { return true };
        let mut ask = |lens: &usize| lenses[*lens].answer(columns, row);
        tree.answer(&mut ask) == Answer::Yes
    }
}

impl Lens {
    fn answer(&mut self, columns: &Columns, row: usize) -> Answer {
        let (field, test) = match &self.clause {
            Clause::Field { field, test } => (*field, test),
            Clause::Formula(formula) => return formula.answer(&columns.attributes(row)),
        };
        match columns.cell(field, row) {
            Cell::Missing => test.answer(None),
            Cell::Flag(flag) => test.answer(Some(&Value::Flag(flag))),
            Cell::Integer(number) => number_answer(test, number, columns.kind(field)),
            Cell::Symbol(symbol) => {
                let known = &mut self.known[symbol as usize];
                *known.get_or_insert_with(|| test.answer(columns.symbol(field, symbol).as_ref()))
            }
        }
    }
}

fn number_answer(test: &Test, number: i64, kind: Option<FieldType>) -> Answer {
    match kind {
        Some(FieldType::Time) => test.answer(Some(&Value::Time(Moment(number)))),
        _ => test.answer(Some(&Value::Number(Micro(number)))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::FieldNo;
    use crate::market::clause::Compare;
    use crate::market::schema::{Field, Schema};
    use crate::market::value::Attributes;

    /// A schema with one field of each kind, and rows with and without values.
    fn rows() -> (Columns, Vec<Attributes>) {
        let mut schema = Schema::of_records();
        let kinds = [
            ("country", FieldType::Text),
            ("points", FieldType::Number),
            ("seen", FieldType::Time),
            ("hot", FieldType::Flag),
            ("likes", FieldType::Tags),
        ];
        for (name, kind) in kinds {
            let (name, private) = (name.to_owned(), false);
            let field = Field {
                name,
                kind,
                private,
            };
            schema.declare(field).expect("no field twice");
        }
        let mut columns = Columns::new(&schema);
        let rows = (0..64u32).map(|row| {
            let mut values = Attributes::default();
            let text = ["US", "DE", "CA"][row as usize % 3].to_owned();
            if row % 5 > 0 {
                values.set(FieldNo(1), Value::Text(text.as_str().into()));
            }
            if row % 7 > 0 {
                values.set(FieldNo(2), Value::Number(Micro::whole(i64::from(row))));
            }
            values.set(FieldNo(3), Value::Time(Moment(i64::from(row) * 1_000)));
            values.set(FieldNo(4), Value::Flag(row % 2 == 0));
            values.set(FieldNo(5), Value::tags(vec![text, "x".to_owned()]));
            columns.push(&values);
            values
        });
        let rows = rows.collect();
        (columns, rows)
    }

    #[test]
    fn it_says_what_the_condition_says_of_the_values() {
        let (columns, rows) = rows();
        let clause = |field: u32, test| {
            let field = FieldNo(field);
            Node::Clause(Clause::Field { field, test })
        };
        let tests = [
            clause(1, Test::OneOf(vec!["CA".into(), "US".into()])),
            clause(1, Test::Known),
            clause(2, Test::Number(Compare::More, Micro::whole(20))),
            clause(3, Test::Time(Compare::Less, Moment(30_000))),
            clause(4, Test::Flag),
            clause(5, Test::Tag("DE".into())),
        ];
        let pairs = tests
            .iter()
            .flat_map(|one| tests.iter().map(move |other| (one, other)));
        for (one, other) in pairs {
            let trees = [
                Node::All(vec![one.clone(), other.clone()]),
                Node::Any(vec![one.clone(), Node::Not(Box::new(other.clone()))]),
            ];
            for tree in trees {
                let text = String::new();
                let condition = Condition { text, tree };
                let mut filter = Filter::new(Some(&condition), &columns);
                for (row, values) in rows.iter().enumerate() {
                    let says = condition.answer(values) == Answer::Yes;
                    assert_eq!(filter.yes(row), says, "{condition:?} {row}");
                }
            }
        }
    }
}
