//! Writing an exception to a capacity into a policy's text, with everything else left as its author
//! wrote it. It publishes nothing and does not ask whether the result is sound.

use toml_edit::{ArrayOfTables, DocumentMut, Item, Table, value};

/// An exception as a form asks for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewException {
    /// Key of the rep.
    pub rep: String,
    /// What the book should hold, in standard accounts, as decimals.
    pub accounts: String,
    /// A reason code.
    pub reason: String,
    /// Who answers for it.
    pub by: String,
    /// Until when, with its offset; empty for good.
    pub until: String,
}

/// The text with the exception, in place of one for the same rep; `None` when it is no TOML, or has
/// exceptions in another form than `[[capacity.exception]]`.
pub fn set(text: &str, new: &NewException) -> Option<String> {
    let mut document: DocumentMut = text.parse().ok()?;
    let capacity = document
        .entry("capacity")
        .or_insert(Item::Table(Table::new()));
    let list = capacity
        .as_table_mut()?
        .entry("exception")
        .or_insert(Item::ArrayOfTables(ArrayOfTables::new()));
    let list = list.as_array_of_tables_mut()?;
    let same = |table: &Table| table.get("rep").and_then(Item::as_str) == Some(&new.rep);
    list.retain(|table| !same(table));
    let mut table = Table::new();
    table.decor_mut().set_prefix("\n");
    table.insert("rep", value(&new.rep));
    let accounts: toml_edit::Value = new.accounts.parse().ok()?;
    table.insert("accounts", value(accounts));
    table.insert("reason", value(&new.reason));
    table.insert("by", value(&new.by));
    if !new.until.is_empty() {
        table.insert("until", value(&new.until));
    }
    list.push(table);
    Some(document.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn new(accounts: &str) -> NewException {
        NewException {
            rep: "ana".into(),
            accounts: accounts.into(),
            reason: "feedback".into(),
            by: "mona".into(),
            until: String::new(),
        }
    }

    #[test]
    fn an_exception_is_written_once_and_nothing_else_changes() {
        let text = "a = 1 # kept\n\n[capacity]\nramp = [0.5] # slowly\n";
        let set_once = set(text, &new("40")).expect("it has a capacity");
        let line = "\n[[capacity.exception]]\nrep = \"ana\"\naccounts = 40\nreason = \"feedback\"\nby = \"mona\"\n";
        assert_eq!(set_once, format!("{text}{line}"));
        let again = set(&set_once, &new("55.5")).expect("it has one");
        assert_eq!(again, set_once.replace("40", "55.5"));
        let bare = set("a = 1\n", &new("40")).expect("it has none yet");
        assert!(
            bare.starts_with("a = 1\n") && bare.ends_with(line),
            "{bare}"
        );
        assert_eq!(set("a = = 1", &new("40")), None);
        assert_eq!(set("[capacity]\nexception = []\n", &new("40")), None);
    }
}
