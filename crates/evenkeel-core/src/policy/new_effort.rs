//! Writing factors of effort into a policy's text, with everything else left as its author wrote
//! it. It publishes nothing and does not ask whether the result is sound.

use crate::effort::cost::{Kind, Levels};
use toml_edit::{Array, DocumentMut, InlineTable, Item, TableLike, Value};

/// The text with these levels in place of those of the same kinds; `None` when it is no TOML, or
/// has no such factor.
pub fn set(text: &str, factors: &[(Kind, Levels)]) -> Option<String> {
    let mut document: DocumentMut = text.parse().ok()?;
    let effort = document.get_mut("effort")?.as_table_like_mut()?;
    for (kind, levels) in factors {
        let factor = effort.get_mut(kind.word())?;
        if let Some(field) = factor.as_str() {
            let mut table = InlineTable::new();
            table.insert("field", field.into());
            *factor = Item::Value(Value::InlineTable(table));
        }
        write(factor.as_table_like_mut()?, levels)?;
    }
    Some(document.to_string())
}

fn write(table: &mut dyn TableLike, levels: &Levels) -> Option<()> {
    match levels {
        Levels::Bands { cuts, factors } => {
            if !table.contains_key("cuts") {
                table.insert("cuts", numbers(cuts)?);
            }
            table.insert("factors", numbers(factors)?);
        }
        Levels::Words(words) => {
            let written = table.get_mut("levels")?.as_table_like_mut()?;
            for (word, factor) in words {
                let number: Value = factor.to_string().parse().ok()?;
                written.insert(word, Item::Value(number));
            }
        }
    }
    Some(())
}

fn numbers(numbers: &[crate::units::Micro]) -> Option<Item> {
    let mut array = Array::new();
    for number in numbers {
        array.push(number.to_string().parse::<Value>().ok()?);
    }
    array.fmt();
    Some(Item::Value(array.into()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::Micro;

    fn bands() -> Levels {
        Levels::Bands {
            cuts: vec![Micro::whole(100)],
            factors: vec![Micro::whole(1), Micro(2_450_000)],
        }
    }

    #[test]
    fn factors_are_written_and_nothing_else_changes() {
        let table = "a = 1 # kept\n[effort]\nsize = { field = \"record.x\", cuts = [100], factors = [1, 2] }\n";
        let written = set(table, &[(Kind::Size, bands())]);
        let wanted = table.replace("factors = [1, 2]", "factors = [1, 2.45]");
        assert_eq!(written.as_deref(), Some(wanted.as_str()));
        let bare = "[effort]\nsize = \"record.x\"\nneglect = \"9 days\" # kept\n";
        let written = set(bare, &[(Kind::Size, bands())]);
        let field = "{ field = \"record.x\", cuts = [100], factors = [1, 2.45] }";
        let wanted = bare.replace("\"record.x\"", field);
        assert_eq!(written.as_deref(), Some(wanted.as_str()));
        let words =
            "[effort.activity]\nfield = \"record.y\"\n[effort.activity.levels]\na = 1\nb = 0.8\n";
        let levels = [("a", 1_000_000), ("b", 900_000)];
        let levels = levels.map(|(word, factor)| (word.to_owned(), Micro(factor)));
        let written = set(words, &[(Kind::Activity, Levels::Words(levels.into()))]);
        assert_eq!(written, Some(words.replace("0.8", "0.9")));
        assert_eq!(set("[effort]\n", &[(Kind::Size, bands())]), None);
        assert_eq!(set("a = = 1", &[(Kind::Size, bands())]), None);
    }
}
