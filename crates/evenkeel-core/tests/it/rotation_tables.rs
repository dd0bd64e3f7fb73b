//! Tables of rotation: one case a line in `tests/data/rotation`, readable without the code.

use crate::rotation_team::{ballot, profile};
use evenkeel_core::ballot::{Apt, Ballot, Counts, Member};
use evenkeel_core::ids::{FieldNo, PoolNo, RepNo};
use evenkeel_core::people::rep::{Profile, Status};
use evenkeel_core::policy::document::Method;
use evenkeel_core::rotation::turn;
use evenkeel_core::units::{Micro, ONE};
use evenkeel_core::verdict::{Level, Load, Pick, Standing, Traits, Turn, Worth};
use proptest::prelude::*;

/// One member of a line: `ana 2 -0.5 +1` or `ana 2 -0.5 away`.
struct Line {
    name: String,
    weight: u32,
    credit: Micro,
    makeup: Micro,
    profile: Profile,
    apt: Apt,
}

fn amount(text: &str) -> Micro {
    Micro::parse(text.trim()).unwrap_or_else(|| panic!("{text:?} is no amount"))
}

fn members(text: &str) -> Vec<Line> {
    let member = |text: &str| {
        let mut words = text.split_whitespace();
        let mut word = || {
            words
                .next()
                .unwrap_or_else(|| panic!("{text:?} lacks a word"))
        };
        let (name, weight) = (word().to_owned(), word().parse().expect("a weight"));
        let mut line = Line {
            name,
            weight,
            credit: amount(word()),
            makeup: Micro(0),
            profile: profile(),
            apt: Apt::default(),
        };
        for word in words {
            match word.split_once('=').unwrap_or((word, "")) {
                ("away", _) => line.profile.status = Status::Left,
                ("fits", _) => line.apt.specialist = true,
                ("level", owed) => line.apt.levels_owed = amount(owed),
                ("value", owed) => line.apt.value_owed = amount(owed),
                ("book", book) => {
                    let (open, capacity) = book.split_once('/').expect("OPEN/CAPACITY");
                    line.apt.load = Some(Load {
                        open: amount(open),
                        adds: ONE,
                        capacity: amount(capacity),
                    });
                }
                (makeup, _) => line.makeup = amount(makeup),
            }
        }
        line
    };
    text.split(',').map(member).collect()
}

fn play(size: Micro, lines: &[Line], method: Method, bits: u64) -> Turn {
    play_with(size, lines, method, bits, Traits::default())
}

fn play_with(size: Micro, lines: &[Line], method: Method, bits: u64, traits: Traits) -> Turn {
    let counts = Counts {
        past: &[],
        pending: 0,
    };
    let members: Vec<Member<'_>> = lines
        .iter()
        .enumerate()
        .map(|(at, line)| Member {
            rep: RepNo::at(at),
            weight: line.weight,
            credit: line.credit,
            makeup: line.makeup,
            profile: &line.profile,
            from_pool: counts,
            from_all: counts,
            apt: line.apt,
        })
        .collect();
    turn(
        PoolNo(0),
        &Ballot {
            size,
            traits,
            ..ballot()
        },
        method,
        &members,
        || bits,
    )
}

/// The cases of a table: their fields, and the line for messages.
pub(crate) fn table(text: &str) -> Vec<(Vec<String>, &str)> {
    let case = |line: &&str| !line.trim().is_empty() && !line.starts_with('#');
    let cases: Vec<_> = text
        .lines()
        .filter(case)
        .map(|line| {
            (
                line.split('|')
                    .map(|field| field.trim().to_owned())
                    .collect(),
                line,
            )
        })
        .collect();
    assert!(cases.len() > 1, "a table has cases");
    cases
}

fn who(lines: &[Line], pick: Option<Pick>) -> &str {
    pick.map_or("nobody", |pick| &lines[pick.rep.index()].name)
}

fn why(pick: Option<Pick>, rest: impl Fn(Pick) -> String) -> String {
    let Some(pick) = pick else {
        return "no pick".into();
    };
    let chooser = pick.chooser.code().replace('_', " ");
    format!("{chooser}, band {}, {}", pick.band, rest(pick))
}

#[test]
fn straight() {
    for (case, line) in table(include_str!("../data/rotation/straight.txt")) {
        let lines = members(&case[1]);
        let turn = play(amount(&case[0]), &lines, Method::Straight, 0);
        assert_eq!(who(&lines, turn.pick), case[2], "{line}");
        assert_eq!(
            why(turn.pick, |pick| format!("level {}", pick.level)),
            case[3],
            "{line}"
        );
        assert!(
            turn.pick.is_none_or(|pick| pick.draw.is_none()),
            "nothing is drawn: {line}"
        );
    }
}

#[test]
fn random() {
    for (case, line) in table(include_str!("../data/rotation/random.txt")) {
        let lines = members(&case[1]);
        let drawn: u64 = case[2].parse().expect("hundredths");
        let method = Method::Random {
            band: amount(&case[0]),
        };
        let turn = play(Micro::whole(1), &lines, method, u64::MAX / 100 * drawn);
        assert_eq!(who(&lines, turn.pick), case[3], "{line}");
        let odds = |pick: Pick| format!("odds {}", pick.probability_ppm);
        assert_eq!(why(turn.pick, odds), case[4], "{line}");
    }
}

/// `level; 300, mean 100, spread 50`: a level of one factor, and a value.
fn traits(text: &str) -> Traits {
    let mut traits = Traits::default();
    for part in text.split(';').map(str::trim) {
        if part == "level" {
            let (field, level) = (FieldNo(1), String::from("any"));
            traits.levels.push(Level { field, level });
        } else if part != "-" {
            let numbers = part.split(", ").map(|word| {
                let number = word.trim_start_matches(|c: char| !c.is_ascii_digit() && c != '-');
                amount(number)
            });
            let numbers: Vec<Micro> = numbers.collect();
            let [amount, mean, spread] = numbers[..] else {
                panic!("{part:?} is no value")
            };
            traits.value = Some(Worth {
                field: FieldNo(2),
                amount,
                mean,
                spread,
                parts: Vec::new(),
            });
        }
    }
    traits
}

#[test]
fn mix() {
    for (case, line) in table(include_str!("../data/rotation/mix.txt")) {
        let lines = members(&case[2]);
        let (random_ppm, bits) = match case[3].as_str() {
            "-" => (0, 0),
            drawn => {
                let drawn: u64 = drawn.parse().expect("hundredths");
                (150_000, u64::MAX / 100 * drawn)
            }
        };
        let method = Method::Mix {
            band: amount(&case[0]),
            random_ppm,
        };
        let turn = play_with(Micro::whole(1), &lines, method, bits, traits(&case[1]));
        assert_eq!(who(&lines, turn.pick), case[4], "{line}");
        let odds = |pick: Pick| format!("odds {}", pick.probability_ppm);
        assert_eq!(why(turn.pick, odds), case[5], "{line}");
    }
}

#[test]
fn fit() {
    for (case, line) in table(include_str!("../data/rotation/fit.txt")) {
        let lines = members(&case[1]);
        let method = Method::Fit {
            band: amount(&case[0]),
        };
        let turn = play(Micro::whole(1), &lines, method, 0);
        assert_eq!(who(&lines, turn.pick), case[2], "{line}");
        let level = |pick: Pick| format!("level {}", pick.level);
        assert_eq!(why(turn.pick, level), case[3], "{line}");
    }
}

#[test]
fn headroom() {
    for (case, line) in table(include_str!("../data/rotation/headroom.txt")) {
        let lines = members(&case[1]);
        let method = Method::Headroom {
            band: amount(&case[0]),
        };
        let turn = play(Micro::whole(1), &lines, method, 0);
        assert_eq!(who(&lines, turn.pick), case[2], "{line}");
        let level = |pick: Pick| format!("level {}", pick.level);
        assert_eq!(why(turn.pick, level), case[3], "{line}");
    }
}

#[test]
fn shares() {
    for (case, line) in table(include_str!("../data/rotation/shares.txt")) {
        let turn = play(amount(&case[0]), &members(&case[1]), Method::Straight, 0);
        let shares = turn
            .candidates
            .iter()
            .map(|candidate| match candidate.standing {
                Standing::Able { share, .. } => share.to_string(),
                Standing::Stopped(_) => "-".to_owned(),
            });
        assert_eq!(shares.collect::<Vec<_>>().join(", "), case[2], "{line}");
    }
}

proptest! {
    #![proptest_config(crate::rotation_team::config(400))]

    /// Numbers only break ties: members in another order give the same pick and the same shares.
    #[test]
    fn order_matters_only_in_ties(
        mut mates in proptest::collection::vec(
            (1..20u32, -2_000_000..2_000_000i64, any::<bool>()), 1..10),
        turns in 1..10usize,
    ) {
        let line = |(at, (weight, credit, away)): (usize, &(u32, i64, bool))| {
            let mut profile = profile();
            if *away {
                profile.status = Status::Left;
            }
            let (name, credit) = (at.to_string(), Micro(*credit));
            Line { name, weight: *weight, credit, makeup: Micro(0), profile, apt: Apt::default() }
        };
        let able = mates.iter().filter(|(_, _, away)| !away).map(|(weight, _, _)| weight);
        // A size that the weights divide, so that no remainder is left to hand out.
        let size = Micro(i64::from(able.sum::<u32>().max(1)) * 10_000);
        let lines: Vec<Line> = mates.iter().enumerate().map(line).collect();
        let forward = play(size, &lines, Method::Straight, 0);
        mates.rotate_left(turns % lines.len());
        let mut moved: Vec<Line> = mates.iter().enumerate().map(line).collect();
        for (at, line) in moved.iter_mut().enumerate() {
            line.name = ((at + turns) % lines.len()).to_string();
        }
        let turned = play(size, &moved, Method::Straight, 0);
        if forward.pick.is_none_or(|pick| pick.level == 1) {
            prop_assert_eq!(who(&lines, forward.pick), who(&moved, turned.pick));
        }
        let facts = |pick: Pick| (pick.band, pick.level, pick.chooser);
        prop_assert_eq!(forward.pick.map(facts), turned.pick.map(facts));
        let standings = |turn: &Turn, lines: &[Line]| {
            let mut list: Vec<_> = turn
                .candidates
                .iter()
                .map(|one| (lines[one.rep.index()].name.clone(), one.standing.clone()))
                .collect();
            list.sort_by(|one, other| one.0.cmp(&other.0));
            list
        };
        prop_assert_eq!(standings(&forward, &lines), standings(&turned, &moved));
    }

    /// Neither the numbers themselves nor members who cannot take it change who is next.
    #[test]
    fn those_away_change_nothing(
        mates in proptest::collection::vec((1..20u32, -2_000_000..2_000_000i64), 1..10),
        size in 10_000..3_000_000i64,
        gap in 0..10usize,
        bits in any::<u64>(),
        band in proptest::option::of(1..3_000_000i64),
    ) {
        let method = band.map_or(Method::Straight, |band| Method::Random { band: Micro(band) });
        let line = |(at, (weight, credit)): (usize, &(u32, i64))| {
            let (name, credit) = (at.to_string(), Micro(*credit));
            let (makeup, apt) = (Micro(0), Apt::default());
            Line { name, weight: *weight, credit, makeup, profile: profile(), apt }
        };
        let alone: Vec<Line> = mates.iter().enumerate().map(line).collect();
        let mut beside: Vec<Line> = mates.iter().enumerate().map(line).collect();
        let mut absent = line((99, &(1_000, 50_000_000)));
        absent.profile.status = Status::Left;
        beside.insert(gap % (alone.len() + 1), absent);
        let one = play(Micro(size), &alone, method, bits);
        let other = play(Micro(size), &beside, method, bits);
        prop_assert_eq!(who(&alone, one.pick), who(&beside, other.pick));
        let facts = |pick: Pick| (pick.band, pick.level, pick.chooser, pick.probability_ppm);
        prop_assert_eq!(one.pick.map(facts), other.pick.map(facts));
        prop_assert_eq!(one.delta, other.delta);
    }
}
