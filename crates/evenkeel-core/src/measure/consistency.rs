//! Whether a time in a book and a time of rest can both be true: in a closed market, one follows
//! from the other.
//!
//! If every record of the market is either in a book, for `T` days, or rests, for `C` days, then
//! `book / market = T / (T + C)`, so `C = T (market / book - 1)`. Thirty days in a book and ninety
//! of rest are both true exactly when the market is four times the books. Otherwise one of the two
//! is not what happens, and this says which. Arithmetic, not statistics: there is no interval.
//!
//! Closed means that as many records come in as leave for good. `T` is how long records do stay,
//! which the rule for untouched ones sets; worked ones that stay longer are to be left out of both
//! counts.
//! *Source*: guide "science" section 8, time conservation.

use super::words;

/// Days may differ by this part of the stated rest and still count as the same: one in ten.
const TOLERANCE: u64 = 10;

/// What is stated, and the market it is stated for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stated {
    /// Days a record stays in a book.
    pub stay: u32,
    /// Days it then rests.
    pub rest: u32,
    /// Records of the market.
    pub market: usize,
    /// Records in books.
    pub booked: usize,
}

/// What happens instead of the stated rest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Both numbers are what happens.
    Consistent,
    /// Records rest longer than stated, since the books take them no sooner.
    RestsLonger,
    /// Not enough records are rested when the books want them: the rest is cut short, or the books
    /// shrink.
    RestsShorter,
    /// The books hold the whole market: nothing rests at all.
    NoRest,
    /// There are no books: nothing is dealt.
    NoBooks,
}

/// The stated pair against what follows from the market.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Consistency {
    /// What was stated.
    pub stated: Stated,
    /// What happens.
    pub outcome: Outcome,
    /// Days a record rests in truth, if it stays as stated; `None` without books.
    pub rest: Option<u64>,
    /// Days a record may stay so that the stated rest is true; `None` when nothing can rest.
    pub stay: Option<u64>,
    /// Records the books may hold so that both are true.
    pub booked: usize,
    /// Records of the market: what all this was counted on.
    pub n: usize,
}

/// Checks a stated pair.
///
/// *Bounds*: books above the market count as the whole market. Days and records are rounded to
/// the nearest; the same within a tenth of the stated rest (at least a day) is consistent.
/// *Example*: 30 days and 90 in a market of 4,000 with 1,000 in books are consistent.
pub fn check(stated: Stated) -> Consistency {
    let Stated {
        stay,
        rest,
        market,
        booked,
    } = stated;
    let (stay, rest) = (u64::from(stay), u64::from(rest));
    let resting = market.saturating_sub(booked) as u64;
    let held = booked.min(market) as u64;
    let true_rest = rounded(stay, resting, held);
    let tolerance = (rest / TOLERANCE).max(1);
    let outcome = match true_rest {
        None => Outcome::NoBooks,
        Some(_) if resting == 0 && rest > 0 => Outcome::NoRest,
        Some(days) if days.abs_diff(rest) <= tolerance => Outcome::Consistent,
        Some(days) if days > rest => Outcome::RestsLonger,
        Some(_) => Outcome::RestsShorter,
    };
    let sustained = rounded(market as u64, stay, stay + rest).unwrap_or(market as u64);
    Consistency {
        stated,
        outcome,
        rest: true_rest,
        stay: rounded(rest, held, resting),
        booked: usize::try_from(sustained).unwrap_or(usize::MAX),
        n: market,
    }
}

/// `amount * part / of`, to the nearest; `None` of nothing.
fn rounded(amount: u64, part: u64, of: u64) -> Option<u64> {
    if of == 0 {
        return None;
    }
    let (product, of) = (u128::from(amount) * u128::from(part), u128::from(of));
    Some(u64::try_from((product + of / 2) / of).unwrap_or(u64::MAX))
}

impl Consistency {
    /// In plain words.
    pub fn sentence(&self) -> String {
        let Stated {
            stay,
            rest,
            market,
            booked,
        } = self.stated;
        let pair = format!(
            "{} in a book and {} of rest",
            words::days(u64::from(stay)),
            words::days(u64::from(rest))
        );
        let counted = format!(
            "{} in the market, {} in books",
            words::count(market, "record"),
            words::number(booked)
        );
        let happens = words::days(self.rest.unwrap_or(0));
        let room = words::number(self.booked);
        let longer = |days: u64| format!("stay {} in a book", words::days(days));
        match self.outcome {
            Outcome::Consistent => format!("{pair} are both what happens ({counted})."),
            Outcome::RestsLonger => format!(
                "{pair} are not both what happens ({counted}): records rest {happens}, since the \
                 books take them no sooner. For the stated rest the books would hold {room} \
                 records, or records would {}.",
                longer(self.stay.unwrap_or(0))
            ),
            Outcome::RestsShorter => format!(
                "{pair} are not both what happens ({counted}): to keep the books as full, records \
                 rest only {happens}. For the stated rest the books can hold {room} records, or \
                 records must {}.",
                longer(self.stay.unwrap_or(0))
            ),
            Outcome::NoRest => format!(
                "{pair} are not both what happens ({counted}): the whole market is in books, and \
                 nothing rests. For the stated rest the books can hold {room} records."
            ),
            Outcome::NoBooks => format!("Nothing is in books, so nothing comes back ({counted})."),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(stay: u32, rest: u32, market: usize, booked: usize) -> Consistency {
        check(Stated {
            stay,
            rest,
            market,
            booked,
        })
    }

    #[test]
    fn rest_and_stay_follow_from_the_market() {
        for (stay, rest, market, booked, outcome, true_rest, true_stay, holds) in [
            (
                30,
                90,
                4_000,
                1_000,
                Outcome::Consistent,
                90,
                Some(30),
                1_000,
            ),
            (
                30,
                90,
                4_200,
                1_000,
                Outcome::Consistent,
                96,
                Some(28),
                1_050,
            ),
            (
                30,
                90,
                6_000,
                1_000,
                Outcome::RestsLonger,
                150,
                Some(18),
                1_500,
            ),
            (
                30,
                90,
                2_000,
                1_000,
                Outcome::RestsShorter,
                30,
                Some(90),
                500,
            ),
            (30, 90, 1_000, 1_000, Outcome::NoRest, 0, None, 250),
            (30, 90, 900, 1_000, Outcome::NoRest, 0, None, 225),
            (30, 0, 1_000, 1_000, Outcome::Consistent, 0, None, 1_000),
            (0, 0, 1_000, 500, Outcome::Consistent, 0, Some(0), 1_000),
        ] {
            let found = of(stay, rest, market, booked);
            let at = format!("{stay} {rest} {market} {booked}: {found:?}");
            assert_eq!(found.outcome, outcome, "{at}");
            assert_eq!(found.rest, Some(true_rest), "{at}");
            assert_eq!((found.stay, found.booked), (true_stay, holds), "{at}");
        }
        let none = of(30, 90, 4_000, 0);
        assert_eq!((none.outcome, none.rest), (Outcome::NoBooks, None));
    }
}
