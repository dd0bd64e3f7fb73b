//! Turning territories on or off in a policy's text, with everything else left as its author wrote
//! it, comments included. It publishes nothing and does not ask whether the result is sound.

use toml_edit::{DocumentMut, Item, value};

/// The text with `on` under `[territories]` as told; `None` when it is no TOML or has no such
/// table.
pub fn territories(text: &str, on: bool) -> Option<String> {
    let mut document: DocumentMut = text.parse().ok()?;
    let table = document.get_mut("territories")?.as_table_like_mut()?;
    match table.get_mut("on").and_then(Item::as_value_mut) {
        Some(old) => {
            let around = old.decor().clone();
            *old = on.into();
            *old.decor_mut() = around;
        }
        None => drop(table.insert("on", value(on))),
    }
    Some(document.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_switch_changes() {
        let text = "a = 1 # kept\n[territories]\non = true # for now\notherwise = \"queue:x\"\n";
        let off = territories(text, false).expect("there is a table");
        assert_eq!(off, text.replace("true", "false"));
        assert_eq!(territories(&off, true).as_deref(), Some(text));
        let without = "[territories]\notherwise = \"queue:x\"\n";
        let added = territories(without, false).expect("there is a table");
        assert_eq!(added, format!("{without}on = false\n"));
        assert_eq!(territories("a = 1", true), None);
        assert_eq!(territories("a = = 1", true), None);
    }
}
