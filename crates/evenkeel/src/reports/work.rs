//! What counts as worked, as it is asked: any work, work of some kinds, so many times.
//!
//! Contact in both directions is a matter of kinds: whoever wants it names those in which two sides
//! meet, such as `call` and `meeting`.

use crate::reports::asked::{self, Wrong};
use evenkeel_core::market::code::{CODE_FORM, is_code};
use evenkeel_core::measure::coverage::Worked;
use evenkeel_core::measure::life::Lives;

/// Most touches that may be asked for.
pub const TOUCHES_MAX: u32 = 100;
/// Most kinds in a question.
const KINDS_MAX: usize = 50;

/// What counts as worked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Work {
    /// Kinds of activities that count; all that count as work if there are none here.
    pub kinds: Vec<String>,
    /// How many of them it takes.
    pub touches: u32,
}

impl Default for Work {
    fn default() -> Self {
        Self {
            kinds: Vec::new(),
            touches: 1,
        }
    }
}

impl Work {
    /// Reads it: kinds with commas between, and how many of them it takes.
    pub fn read(kinds: Option<&String>, touches: Option<&String>) -> Result<Self, Wrong> {
        let list = asked::given(kinds).unwrap_or("").split(',');
        let list = list.map(str::trim).filter(|kind| !kind.is_empty());
        let list: Vec<String> = list.map(str::to_owned).collect();
        if let Some(odd) = list.iter().find(|kind| !is_code(kind)) {
            let expected = format!("kinds of activities with commas between, each {CODE_FORM}");
            return Err(Wrong::new("kinds", odd, expected));
        }
        if list.len() > KINDS_MAX {
            let seen = format!("{} kinds", list.len());
            return Err(Wrong::new("kinds", &seen, format!("at most {KINDS_MAX}")));
        }
        let touches = match asked::given(touches) {
            None => 1,
            Some(text) => {
                let read = text.parse().ok();
                let read = read.filter(|touches| (1..=TOUCHES_MAX).contains(touches));
                let expected = format!("a whole number from 1 to {TOUCHES_MAX}");
                read.ok_or_else(|| Wrong::new("touches", text, expected))?
            }
        };
        Ok(Self {
            kinds: list,
            touches,
        })
    }

    /// Whether the journal's events do not suffice: they hold no kinds, and not every touch.
    pub fn needs_every_touch(&self) -> bool {
        !self.kinds.is_empty() || self.touches > 1
    }

    /// The kinds that count, if any are named.
    pub fn named(&self) -> Option<Vec<String>> {
        (!self.kinds.is_empty()).then(|| self.kinds.clone())
    }

    /// By the numbers of a history; a kind that nobody ever did has none and never counts.
    pub fn of(&self, lives: &Lives) -> Worked {
        let number = |kind: &String| {
            let at = lives.kinds.iter().position(|known| known == kind);
            at.and_then(|at| u32::try_from(at).ok())
        };
        let kinds = self.kinds.iter();
        let kinds = kinds.map(|kind| number(kind).unwrap_or(u32::MAX));
        Worked {
            kinds: kinds.collect(),
            touches: self.touches,
        }
    }

    /// In words, after "worked is".
    pub fn words(&self) -> String {
        let kinds = match self.kinds.is_empty() {
            true => "work of any kind that counts".to_owned(),
            false => self.kinds.join(" or "),
        };
        match self.touches {
            1 => format!("{kinds}, once or more"),
            times => format!("{kinds}, {times} times or more"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_definition_is_read_strictly_and_said() {
        let text = |text: &str| Some(text.to_owned());
        let read = |kinds: &str, touches: &str| {
            let (kinds, touches) = (text(kinds), text(touches));
            Work::read(kinds.as_ref(), touches.as_ref()).map_err(|wrong| wrong.message())
        };
        assert_eq!(read("", ""), Ok(Work::default()));
        assert!(!Work::default().needs_every_touch());
        let two = read(" call, meeting ,", "2").expect("sound");
        assert_eq!(two.words(), "call or meeting, 2 times or more");
        assert!(two.needs_every_touch());
        for bad in ["0", "-1", "101", "two"] {
            assert!(read("", bad).is_err(), "{bad}");
        }
        let wrong = read("Call Back", "1").expect_err("no code");
        assert!(wrong.starts_with("kinds: \"Call Back\" must be"), "{wrong}");
        let mut lives = Lives::none();
        let meeting = lives.kind("meeting");
        let worked = two.of(&lives);
        assert_eq!((worked.kinds, worked.touches), (vec![u32::MAX, meeting], 2));
    }
}
