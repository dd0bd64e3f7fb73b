//! What a question asks: figures by name, read within bounds, each with its default.
//!
//! For questions that only want an answer, from a page or the API; nothing here changes anything.

use std::collections::BTreeMap;

/// The fields of an address.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Asked(BTreeMap<String, String>);

impl From<BTreeMap<String, String>> for Asked {
    fn from(fields: BTreeMap<String, String>) -> Self {
        Self(fields)
    }
}

impl Asked {
    /// From pairs.
    pub fn of<'a>(pairs: impl Iterator<Item = (&'a str, &'a str)>) -> Self {
        let own = |(name, text): (&str, &str)| (name.to_owned(), text.to_owned());
        Self(pairs.map(own).collect())
    }

    /// From figures; those that nobody gave are left out.
    pub fn figures(figures: &[(&str, Option<f64>)]) -> Self {
        let given = figures.iter();
        let given = given.filter_map(|(name, figure)| Some(((*name).to_owned(), figure.as_ref()?)));
        Self(
            given
                .map(|(name, figure)| (name, figure.to_string()))
                .collect(),
        )
    }

    /// The same with a word.
    pub fn and(mut self, name: &str, word: Option<String>) -> Self {
        if let Some(word) = word {
            self.0.insert(name.to_owned(), word);
        }
        self
    }

    /// Whether anything was asked.
    pub fn anything(&self) -> bool {
        !self.0.is_empty()
    }

    /// The text of a field, without space around it; empty when it is missing.
    pub fn text(&self, name: &str) -> &str {
        self.0.get(name).map_or("", |text| text.trim())
    }

    /// The number in a field; the default when it is missing or left empty.
    ///
    /// *Refuses* in words what is no number within `least` and `most`.
    pub fn number(
        &self,
        (name, label): (&str, &str),
        usual: f64,
        (least, most): (f64, f64),
    ) -> Result<f64, String> {
        let text = self.text(name);
        if text.is_empty() {
            return Ok(usual);
        }
        let plain = text.replace([',', ' ', '_'], "");
        let number = plain.parse::<f64>().ok();
        let number = number.filter(|number| (least..=most).contains(number));
        number.ok_or_else(|| {
            let seen: String = text.chars().take(40).collect();
            format!("{label} is “{seen}”, but must be a number from {least} to {most}.")
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_within_their_bounds() {
        let asked = Asked::of([("a", " 1,250 "), ("b", "NaN"), ("c", "-1")].into_iter());
        let read = |name| asked.number((name, "It"), 7.0, (0.0, 9_999.0));
        assert_eq!(read("a"), Ok(1_250.0));
        assert_eq!(read("none"), Ok(7.0));
        assert!(read("b").is_err() && read("c").is_err());
    }
}
