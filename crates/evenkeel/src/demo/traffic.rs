//! What comes in at the made-up company: leads, demos, renewals, through the hours of its world.
//!
//! A stream is endless and depends on its seed alone. Volume, countries and sizes are invented and
//! say nothing about any industry.

use crate::demo::dice::Dice;
use evenkeel_core::market::schema::{RECORD_KIND, Schema};
use evenkeel_core::market::value::{Attributes, Value};
use evenkeel_core::units::Micro;

/// One record on its way in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Incoming {
    /// Its key at the source.
    pub key: String,
    /// Lead, demo or renewal.
    pub kind: &'static str,
    /// Public values by field name.
    pub values: Vec<(&'static str, Value)>,
    /// Personal values by field name.
    pub private: [(&'static str, String); 2],
}

/// A stream of records.
#[derive(Clone, Debug)]
pub struct Traffic {
    dice: Dice,
    next: u64,
}

/// Countries by how often they ask, per part of the world.
const AMERICAS: [(&str, u64); 8] = [
    ("US", 60),
    ("CA", 12),
    ("MX", 9),
    ("BR", 7),
    ("CO", 4),
    ("CL", 3),
    ("AR", 3),
    ("UY", 1),
];
const EUROPE: [(&str, u64); 15] = [
    ("GB", 24),
    ("DE", 18),
    ("FR", 12),
    ("NL", 8),
    ("ES", 8),
    ("IT", 7),
    ("SE", 6),
    ("PL", 6),
    ("IE", 4),
    ("PT", 4),
    ("NG", 4),
    ("ZA", 3),
    ("KE", 2),
    ("AE", 3),
    ("AO", 1),
];
const APAC: [(&str, u64); 7] = [
    ("IN", 30),
    ("AU", 22),
    ("SG", 16),
    ("JP", 14),
    ("NZ", 6),
    ("KR", 6),
    ("ID", 6),
];

/// Share of each part of the world by hour of the day in UTC: Americas, Europe, Asia and Pacific.
const AWAKE: [[u64; 3]; 24] = [
    [20, 3, 45],
    [16, 3, 50],
    [12, 4, 52],
    [8, 6, 52],
    [6, 12, 48],
    [5, 24, 40],
    [5, 48, 34],
    [6, 70, 28],
    [8, 80, 22],
    [12, 82, 16],
    [20, 78, 10],
    [34, 74, 6],
    [52, 74, 5],
    [70, 72, 4],
    [82, 66, 3],
    [86, 54, 3],
    [86, 38, 3],
    [84, 26, 3],
    [80, 18, 4],
    [74, 12, 6],
    [66, 8, 10],
    [52, 6, 18],
    [40, 4, 28],
    [28, 3, 38],
];

const KINDS: [(&str, u64); 3] = [("lead", 74), ("demo", 17), ("renewal", 9)];
/// Employees: from, to, how often.
const SIZES: [((i64, i64), u64); 7] = [
    ((1, 1), 3),
    ((2, 49), 34),
    ((50, 199), 28),
    ((200, 499), 14),
    ((500, 999), 9),
    ((1_000, 4_999), 9),
    ((5_000, 90_000), 3),
];
const SOURCES: [(&str, u64); 7] = [
    ("web form", 34),
    ("webinar", 16),
    ("partner", 10),
    ("trial", 22),
    ("event", 9),
    ("referral", 7),
    ("student form", 2),
];
const INTERESTS: [&str; 6] = [
    "routing",
    "forecasts",
    "inventory",
    "billing",
    "api",
    "security",
];

const PREFIXES: [&str; 28] = [
    "Alder", "Bram", "Cobalt", "Dun", "Ember", "Fenni", "Grey", "Hallow", "Iron", "Juniper", "Kes",
    "Larch", "Merri", "North", "Oaken", "Pem", "Quarry", "Rill", "Sable", "Thistle", "Umber",
    "Vesper", "Wind", "Yarrow", "Zephyr", "Bright", "Copper", "Harrow",
];
const SUFFIXES: [&str; 14] = [
    "moor", "wick", "holm", "field", "more", "ford", "stead", "bridge", "crest", "vale", "gate",
    "mere", "combe", "ridge",
];
const BUSINESSES: [&str; 14] = [
    "Group", "Foods", "Freight", "Health", "Mutual", "Robotics", "Textiles", "Energy", "Papers",
    "Optics", "Clinics", "Outdoors", "Schools", "Ceramics",
];
const FIRST_NAMES: [&str; 30] = [
    "Ada", "Bilal", "Carmen", "Dmitri", "Eun-ji", "Femi", "Greta", "Hugo", "Ines", "Jamal",
    "Kavya", "Lars", "Mei", "Noor", "Otis", "Paloma", "Rafael", "Sana", "Tariq", "Una", "Vikram",
    "Wanjiru", "Xander", "Yara", "Zofia", "Aiko", "Bastien", "Chloe", "Diego", "Elif",
];
const LAST_NAMES: [&str; 26] = [
    "Abernathy",
    "Bakshi",
    "Cordero",
    "Dube",
    "Eriksen",
    "Fontaine",
    "Gupta",
    "Haddad",
    "Ibarra",
    "Jansen",
    "Kimura",
    "Lombardi",
    "Mbeki",
    "Novak",
    "Osei",
    "Pereira",
    "Quinn",
    "Rahman",
    "Silva",
    "Tanaka",
    "Ueda",
    "Varga",
    "Wolfe",
    "Xu",
    "Yilmaz",
    "Zielinski",
];
/// Accounts that belong to one rep by name.
const NAMED: [&str; 2] = ["Aldermoor Group", "Fennimore Mutual"];

impl Traffic {
    /// The stream of `seed`, whose first record is number `first`.
    pub fn new(seed: u64, first: u64) -> Self {
        Self {
            dice: Dice::new(seed ^ first.rotate_left(32), "traffic"),
            next: first,
        }
    }

    /// How many records the company gets in the hour `hour` (UTC) of a week day or another day.
    pub fn in_hour(&mut self, hour: u64, week_day: bool) -> u64 {
        let awake: u64 = AWAKE[hour as usize % 24].iter().sum();
        // About 128 on a week day and 24 on another; what a division leaves is up to the dice.
        let thousandths = awake * if week_day { 55 } else { 10 };
        thousandths / 1_000 + u64::from(self.dice.below(1_000) < thousandths % 1_000)
    }

    /// The next record, as it comes in in the hour `hour` (UTC).
    pub fn next(&mut self, hour: u64) -> Incoming {
        let dice = &mut self.dice;
        let [americas, europe, apac] = AWAKE[hour as usize % 24];
        let parts: [(&[(&str, u64)], u64); 3] =
            [(&AMERICAS, americas), (&EUROPE, europe), (&APAC, apac)];
        let countries = *dice.weighed(&parts);
        let country = *dice.weighed(countries);
        let kind = *dice.weighed(&KINDS);
        let account = if dice.percent(2) {
            (*dice.one(&NAMED)).to_owned()
        } else {
            let (prefix, suffix) = (dice.one(&PREFIXES), dice.one(&SUFFIXES));
            format!("{prefix}{suffix} {}", dice.one(&BUSINESSES))
        };
        let (low, high) = *dice.weighed(&SIZES);
        let employees = if NAMED.contains(&account.as_str()) {
            12_000
        } else {
            dice.between(low, high)
        };
        let interests: Vec<&str> = INTERESTS.into_iter().filter(|_| dice.percent(30)).collect();
        let interests = interests.into_iter().map(str::to_owned);
        let mut values = vec![
            ("account", Value::Text(account.as_str().into())),
            ("country", Value::Text(country.into())),
            ("employees", Value::Number(Micro::whole(employees))),
            ("source", Value::Text((*dice.weighed(&SOURCES)).into())),
            ("interests", Value::tags(interests.collect())),
            ("hot", Value::Flag(kind == "demo" && dice.percent(55))),
        ];
        // One in nine has no score: the clause that asks for it answers unknown.
        if !dice.percent(11) {
            values.push(("score", Value::Number(Micro::whole(dice.between(1, 100)))));
        }
        if kind == "renewal" {
            values.push((
                "arr",
                Value::Number(Micro::whole(dice.between(12, 900) * 250)),
            ));
        }
        let (first, last) = (dice.one(&FIRST_NAMES), dice.one(&LAST_NAMES));
        let host: String = account
            .to_lowercase()
            .split(' ')
            .collect::<Vec<_>>()
            .join("-");
        let email = format!(
            "{}.{}@{host}.example",
            first.to_lowercase(),
            last.to_lowercase()
        );
        let private = [("contact", format!("{first} {last}")), ("email", email)];
        let key = format!("Q-{:05}", self.next);
        self.next += 1;
        Incoming {
            key,
            kind,
            values,
            private,
        }
    }

    /// A number in `low..=high` from the same stream.
    pub fn between(&mut self, low: i64, high: i64) -> i64 {
        self.dice.between(low, high)
    }
}

impl Incoming {
    /// The public values by field number; fields that `schema` lacks or keeps private are left out.
    pub fn attributes(&self, schema: &Schema) -> Attributes {
        let mut attributes = Attributes::default();
        attributes.set(RECORD_KIND, Value::Text(self.kind.into()));
        for (name, value) in &self.values {
            if let Some(field) = schema.find(name) {
                attributes.set(field, value.clone());
            }
        }
        attributes
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn a_stream_depends_on_its_seed_alone() {
        let stream = |seed, first| {
            let mut traffic = Traffic::new(seed, first);
            [8, 9, 22].map(|hour| traffic.next(hour))
        };
        assert_eq!(stream(1, 1), stream(1, 1));
        assert_ne!(stream(1, 1), stream(2, 1));
        assert_eq!(stream(1, 41)[2].key, "Q-00043");
    }

    #[test]
    fn a_month_is_some_three_thousand_records_of_every_kind() {
        let mut traffic = Traffic::new(1, 1);
        let mut records = Vec::new();
        for day in 0..30 {
            for hour in 0..24 {
                for _ in 0..traffic.in_hour(hour, day % 7 < 5) {
                    records.push(traffic.next(hour));
                }
            }
        }
        assert!((2_700..3_300).contains(&records.len()), "{}", records.len());
        let keys: BTreeSet<&str> = records.iter().map(|record| record.key.as_str()).collect();
        assert_eq!(keys.len(), records.len());
        for (kind, weight) in KINDS {
            let count = records.iter().filter(|record| record.kind == kind).count() as u64;
            let fair = records.len() as u64 * weight / 100;
            assert!(
                count.abs_diff(fair) < fair / 3,
                "{kind}: {count} of about {fair}"
            );
        }
    }
}
