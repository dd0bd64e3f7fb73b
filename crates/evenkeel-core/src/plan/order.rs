//! Which accounts of a book are worked first.
//!
//! Nothing is dealt here; a rank is a number beside an account.

use crate::plan::instance::NOBODY;

/// The place of every account in its book, from 1; 0 without a rep.
///
/// *Order and ties*: the higher priority first, then less effort, then the account listed first.
///
/// *Example*: priorities 5, 9, 9 with efforts 1, 2, 1 in one book are ranks 3, 2, 1.
pub fn ranks(to: &[u32], priority: &[i128], effort: &[i64]) -> Vec<u32> {
    let mut order: Vec<usize> = (0..to.len())
        .filter(|account| to[*account] != NOBODY)
        .collect();
    order.sort_by_key(|account| {
        let first = std::cmp::Reverse(priority[*account]);
        (to[*account], first, effort[*account], *account)
    });
    let mut ranks = vec![0; to.len()];
    let (mut book, mut rank) = (NOBODY, 0);
    for account in order {
        if to[account] != book {
            (book, rank) = (to[account], 0);
        }
        rank += 1;
        ranks[account] = rank;
    }
    ranks
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_best_come_first_in_every_book() {
        let to = [1, 0, 1, NOBODY, 1, 0];
        let ranks = ranks(&to, &[5, 1, 9, 99, 9, 1], &[1, 1, 2, 1, 1, 1]);
        assert_eq!(ranks, [3, 1, 2, 0, 1, 2]);
    }
}
