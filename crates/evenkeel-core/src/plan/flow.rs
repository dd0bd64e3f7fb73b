//! How much of what is offered fits where it may go, and where it gets stuck: maximum flow and its
//! cut.
//!
//! Used to explain, not to plan. It knows groups and rooms, no accounts and reps.
//!
//! *Source*: Dinic 1970; Hall 1935 and Ford-Fulkerson 1956 for what the cut proves.

/// A group that is stuck: it offers more than there is room for, wherever it may go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stuck {
    /// Groups, by number.
    pub groups: Vec<usize>,
    /// All rooms that any of them may go to, by number.
    pub rooms: Vec<usize>,
    /// What the groups offer.
    pub offered: i64,
    /// What the rooms hold.
    pub room: i64,
}

/// Finds what is stuck: nothing, or groups that no arrangement can serve, each as small as the cut
/// falls apart. `ways[group]` are the rooms it may go to.
pub fn stuck(offers: &[i64], rooms: &[i64], ways: &[Vec<usize>]) -> Vec<Stuck> {
    let mut flow = Flow::new(offers, rooms, ways);
    while flow.levels() {
        flow.rest = vec![0; flow.heads.len()];
        for group in 0..offers.len() {
            while flow.offer[group] > 0 {
                let pushed = flow.push(group, flow.offer[group]);
                if pushed == 0 {
                    break;
                }
                flow.offer[group] -= pushed;
            }
        }
    }
    flow.pieces(offers, rooms)
}

/// Groups are the first nodes, rooms follow.
struct Flow<'w> {
    ways: &'w [Vec<usize>],
    /// What every group still offers.
    offer: Vec<i64>,
    /// What every room still holds.
    left: Vec<i64>,
    /// Flow from group to room, beside `ways`.
    sent: Vec<Vec<i64>>,
    /// For every room, (group, position in its ways).
    back: Vec<Vec<(usize, usize)>>,
    heads: Vec<u32>,
    rest: Vec<usize>,
}

const FAR: u32 = u32::MAX;

impl<'w> Flow<'w> {
    fn new(offers: &[i64], rooms: &[i64], ways: &'w [Vec<usize>]) -> Self {
        let mut back = vec![Vec::new(); rooms.len()];
        for (group, to) in ways.iter().enumerate() {
            for (at, room) in to.iter().enumerate() {
                back[*room].push((group, at));
            }
        }
        let nodes = offers.len() + rooms.len();
        Self {
            ways,
            offer: offers.to_vec(),
            left: rooms.to_vec(),
            sent: ways.iter().map(|to| vec![0; to.len()]).collect(),
            back,
            heads: vec![FAR; nodes],
            rest: vec![0; nodes],
        }
    }

    /// Distances from what still offers; whether any room with space is reached.
    fn levels(&mut self) -> bool {
        let groups = self.ways.len();
        self.heads.fill(FAR);
        let mut queue: Vec<usize> = (0..groups).filter(|group| self.offer[*group] > 0).collect();
        queue.iter().for_each(|group| self.heads[*group] = 0);
        let (mut at, mut reached) = (0, false);
        while at < queue.len() {
            let node = queue[at];
            at += 1;
            let next = self.heads[node] + 1;
            let mut visit = |to: usize| {
                if self.heads[to] == FAR {
                    self.heads[to] = next;
                    queue.push(to);
                }
            };
            if node < groups {
                self.ways[node].iter().for_each(|room| visit(groups + room));
            } else {
                let room = node - groups;
                reached |= self.left[room] > 0;
                let back = self.back[room].iter();
                let back = back.filter(|(group, at)| self.sent[*group][*at] > 0);
                back.for_each(|(group, _)| visit(*group));
            }
        }
        reached
    }

    /// Pushes up to `most` from `node` towards a room with space, along rising distances.
    fn push(&mut self, node: usize, most: i64) -> i64 {
        let groups = self.ways.len();
        if node >= groups && self.left[node - groups] > 0 {
            let taken = most.min(self.left[node - groups]);
            self.left[node - groups] -= taken;
            return taken;
        }
        loop {
            let at = self.rest[node];
            let (to, most) = if node < groups {
                let Some(room) = self.ways[node].get(at) else {
                    return 0;
                };
                (groups + room, most)
            } else {
                let Some((group, way)) = self.back[node - groups].get(at) else {
                    return 0;
                };
                (*group, most.min(self.sent[*group][*way]))
            };
            if most > 0 && self.heads[to] == self.heads[node] + 1 {
                let pushed = self.push(to, most);
                if pushed > 0 {
                    if node < groups {
                        self.sent[node][at] += pushed;
                    } else {
                        let (group, way) = self.back[node - groups][at];
                        self.sent[group][way] -= pushed;
                    }
                    return pushed;
                }
            }
            self.rest[node] += 1;
        }
    }

    /// What the last search reached, as far as it hangs together.
    fn pieces(&self, offers: &[i64], rooms: &[i64]) -> Vec<Stuck> {
        let groups = self.ways.len();
        let mut seen = vec![false; self.heads.len()];
        let mut pieces = Vec::new();
        for first in 0..groups {
            if self.heads[first] == FAR || seen[first] {
                continue;
            }
            let mut piece = vec![first];
            seen[first] = true;
            let mut at = 0;
            while at < piece.len() {
                let node = piece[at];
                at += 1;
                let beside: Vec<usize> = match node < groups {
                    true => self.ways[node].iter().map(|room| groups + room).collect(),
                    false => self.back[node - groups].iter().map(|back| back.0).collect(),
                };
                for to in beside {
                    if self.heads[to] != FAR && !seen[to] {
                        seen[to] = true;
                        piece.push(to);
                    }
                }
            }
            piece.sort_unstable();
            let split = piece.partition_point(|node| *node < groups);
            let (inside, around) = piece.split_at(split);
            let around: Vec<usize> = around.iter().map(|node| node - groups).collect();
            pieces.push(Stuck {
                offered: inside.iter().map(|group| offers[*group]).sum(),
                room: around.iter().map(|room| rooms[*room]).sum(),
                groups: inside.to_vec(),
                rooms: around,
            });
        }
        pieces
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_fits_is_not_stuck() {
        assert_eq!(stuck(&[2, 3], &[3, 2], &[vec![0, 1], vec![0, 1]]), []);
        assert_eq!(
            stuck(&[2, 2, 2], &[2, 2, 2], &[vec![0, 1], vec![0, 2], vec![0]]),
            []
        );
    }

    #[test]
    fn what_is_stuck_is_told_group_by_group() {
        let ways = [vec![0], vec![0, 1], vec![2], vec![2, 3]];
        let all = stuck(&[5, 4, 3, 1], &[4, 3, 1, 9], &ways);
        let told: Vec<_> = all
            .iter()
            .map(|one| (&*one.groups, &*one.rooms, one.offered, one.room))
            .collect();
        assert_eq!(
            told,
            [(&[0, 1][..], &[0, 1][..], 9, 7), (&[2][..], &[2][..], 3, 1)]
        );
    }
}
