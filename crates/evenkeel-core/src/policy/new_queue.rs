//! Adding a queue to a policy's text, with everything else left as its author wrote it. It
//! publishes nothing and does not ask whether the result is sound.

use toml_edit::{Array, ArrayOfTables, DocumentMut, InlineTable, Item, Table, Value, value};

/// A queue as a form asks for it; what is empty or 0 is left out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NewQueue {
    /// Its name.
    pub name: String,
    /// Which records it takes, as a condition.
    pub when: String,
    /// The pool whose members take from it.
    pub pool: String,
    /// What makes a record better.
    pub score: Option<ScoreBy>,
    /// How many a rep may choose from.
    pub show: u32,
    /// Most unworked in hand.
    pub unworked: u32,
    /// Days until an unworked one goes back.
    pub work_days: u32,
}

/// One number field that makes a record better, and what follows from it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScoreBy {
    /// Name of the record field.
    pub field: String,
    /// What counts nothing.
    pub from: i64,
    /// What counts fully.
    pub to: i64,
    /// Days by which the best may overtake the worst.
    pub overtake_days: u32,
    /// Whether the best three tenths are shared out evenly.
    pub fair: bool,
}

/// Least score of the grade that is shared out: three tenths of the way from the best.
const BEST_FROM: &str = "0.7";

/// The text with the queue behind the others; `None` when it is no TOML, or has queues in another
/// form than `[[queue]]`.
pub fn add(text: &str, new: &NewQueue) -> Option<String> {
    let mut document: DocumentMut = text.parse().ok()?;
    let queues = document
        .entry("queue")
        .or_insert(Item::ArrayOfTables(ArrayOfTables::new()));
    queues.as_array_of_tables_mut()?.push(table(new));
    Some(document.to_string())
}

fn table(new: &NewQueue) -> Table {
    let mut table = Table::new();
    table.decor_mut().set_prefix("\n");
    table.insert("name", value(&new.name));
    for (key, text) in [("when", &new.when), ("pool", &new.pool)] {
        if !text.is_empty() {
            table.insert(key, value(text));
        }
    }
    if let Some(score) = &new.score {
        scored(&mut table, score);
    }
    if new.show > 0 {
        table.insert("show", value(i64::from(new.show)));
    }
    if new.unworked > 0 {
        let limit = InlineTable::from_iter([("unworked", Value::from(i64::from(new.unworked)))]);
        table.insert("limit", value(limit));
    }
    if new.work_days > 0 {
        table.insert("work_within", value(format!("{} days", new.work_days)));
    }
    table
}

fn scored(table: &mut Table, score: &ScoreBy) {
    let axis = InlineTable::from_iter([
        ("field", Value::from(format!("record.{}", score.field))),
        ("from", Value::from(score.from)),
        ("to", Value::from(score.to)),
    ]);
    let axes = InlineTable::from_iter([("likely", Value::from(axis))]);
    table.insert("score", value(axes));
    if score.overtake_days > 0 {
        table.insert("overtake", value(format!("{} days", score.overtake_days)));
    }
    if score.fair {
        let best = InlineTable::from_iter([
            ("name", Value::from("A")),
            ("from", BEST_FROM.parse().expect("a number")),
        ]);
        table.insert("grades", value(Array::from_iter([Value::from(best)])));
        table.insert("fair", value(true));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_queue_comes_behind_the_others_and_nothing_else_changes() {
        let text = "a = 1 # kept\n[[queue]]\nname = \"x\"\n\n[fallback]\nto = \"queue:x\" # last\n";
        let new = NewQueue {
            name: "inbound".into(),
            ..NewQueue::default()
        };
        let added = add(text, &new).expect("it has queues");
        let expected = text.replace("[fallback]", "[[queue]]\nname = \"inbound\"\n\n[fallback]");
        assert_eq!(added, expected);
        let none = add("a = 1\n", &new).expect("it has none yet");
        assert_eq!(none, "a = 1\n\n[[queue]]\nname = \"inbound\"\n");
        assert_eq!(add("a = = 1", &new), None);
        assert_eq!(add("queue = [{ name = \"x\" }]", &new), None);
    }

    #[test]
    fn everything_a_form_asks_for_is_written() {
        let new = NewQueue {
            name: "in".into(),
            when: "record.kind == \"lead\"".into(),
            pool: "closers".into(),
            score: Some(ScoreBy {
                field: "fit".into(),
                from: 0,
                to: 100,
                overtake_days: 5,
                fair: true,
            }),
            show: 5,
            unworked: 4,
            work_days: 2,
        };
        let added = add("", &new).expect("an empty text");
        for line in [
            "when = 'record.kind == \"lead\"'",
            "pool = \"closers\"",
            "score = { likely = { field = \"record.fit\", from = 0, to = 100 } }",
            "overtake = \"5 days\"",
            "grades = [{ name = \"A\", from = 0.7 }]",
            "fair = true",
            "show = 5",
            "limit = { unworked = 4 }",
            "work_within = \"2 days\"",
        ] {
            assert!(added.lines().any(|found| found == line), "{line}:\n{added}");
        }
    }
}
