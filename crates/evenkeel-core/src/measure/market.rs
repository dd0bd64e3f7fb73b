//! How much of the market the books cover, and how long an account rests between owners.
//!
//! Arithmetic that must hold whatever a policy says: in a closed market an account that is not in a
//! book rests, so stretch in a book, rest and coverage are tied to one another.
//! *Source*: guide "science" sections 6 and 8.

use crate::time::Span;
use crate::units::{Micro, ONE};

/// Books beside the market they are taken from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Coverage {
    /// Accounts in books.
    pub booked: u64,
    /// Accounts in the market.
    pub market: u64,
}

impl Coverage {
    /// Part of the market in books; above 1 when the market was counted too small. `None` for a
    /// market of nothing.
    ///
    /// *Example*: 600 of 2,400 is 0.25.
    pub fn part(&self) -> Option<Micro> {
        let market = i128::from(self.market);
        let part = (i128::from(self.booked) * i128::from(ONE.0)).checked_div(market)?;
        Some(Micro(i64::try_from(part).unwrap_or(i64::MAX)))
    }

    /// How long an account rests on average between two stretches of this length in a book; `None`
    /// with nothing in books. Below zero does not happen: a market at least as large as the books
    /// is needed for any rest at all.
    ///
    /// *Example*: 30 days in books that are a quarter of the market: 90 days of rest.
    pub fn rest(&self, stretch: Span) -> Option<Span> {
        let resting = i128::from(self.market.saturating_sub(self.booked));
        let rest = (i128::from(stretch.0) * resting).checked_div(i128::from(self.booked))?;
        Some(Span(i64::try_from(rest).unwrap_or(i64::MAX)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stretch_rest_and_coverage_are_tied() {
        let quarter = Coverage {
            booked: 600,
            market: 2_400,
        };
        assert_eq!(quarter.part(), Some(Micro(250_000)));
        // Seed 004's pair of 30 and 90 days holds exactly at four times the books.
        assert_eq!(quarter.rest(Span::days(30)), Some(Span::days(90)));
        let all = Coverage {
            booked: 600,
            market: 600,
        };
        assert_eq!(all.rest(Span::days(30)), Some(Span(0)));
        let none = Coverage {
            booked: 0,
            market: 0,
        };
        assert_eq!((none.part(), none.rest(Span::days(30))), (None, None));
    }
}
