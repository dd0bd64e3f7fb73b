//! One sentence for everybody of whom the same is to be said: why nothing is known is the same for
//! most reps, and two dozen lines of it hide the one that matters.

use std::collections::BTreeMap;

/// Most names that are told one by one.
const NAMES_MAX: usize = 6;

/// Sentences with the names of whom they are said, in the order in which each is first said.
pub fn together(said: impl Iterator<Item = (String, String)>) -> Vec<String> {
    let mut order: Vec<String> = Vec::new();
    let mut names: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (name, sentence) in said {
        if !names.contains_key(&sentence) {
            order.push(sentence.clone());
        }
        names.entry(sentence).or_default().push(name);
    }
    let one = |sentence: String| {
        let names = names.get(&sentence).map_or(&[][..], Vec::as_slice);
        match names.len() {
            0..=NAMES_MAX => format!("{}: {sentence}", names.join(", ")),
            many => format!("{many} reps: {sentence}"),
        }
    };
    order.into_iter().map(one).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_is_said_once_with_who_it_is_said_of() {
        let said = |names: &[&str], sentence: &str| -> Vec<(String, String)> {
            let own = |name: &&str| ((*name).to_owned(), sentence.to_owned());
            names.iter().map(own).collect()
        };
        let mut all = said(&["ana", "ben"], "Too few.");
        all.extend(said(&["cleo"], "Nothing."));
        all.extend(said(&["dina"], "Too few."));
        assert_eq!(
            together(all.into_iter()),
            ["ana, ben, dina: Too few.", "cleo: Nothing."]
        );
        let many = said(&["a", "b", "c", "d", "e", "f", "g"], "Too few.");
        assert_eq!(together(many.into_iter()), ["7 reps: Too few."]);
        assert!(together(std::iter::empty()).is_empty());
    }
}
