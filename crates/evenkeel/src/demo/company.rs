//! Quillwater Systems, a made-up company: 24 reps in three teams around the world.
//!
//! Every name is invented. What happens to them over the month is told in
//! [`crate::demo::history`].

use evenkeel_core::market::schema::{REP_ROLE, REP_TEAM, Schema};
use evenkeel_core::market::value::{Attributes, Value};
use evenkeel_core::people::hours::Hours;
use evenkeel_core::people::rep::{Leave, PrivateRef, Profile, Status};
use evenkeel_core::time::{Moment, Span};
use evenkeel_core::units::Micro;

/// One rep as the company's own list has it.
#[derive(Clone, Copy, Debug)]
pub struct Person {
    /// The key.
    pub key: &'static str,
    /// What colleagues say.
    pub name: &'static str,
    team: &'static str,
    role: &'static str,
    region: &'static str,
    zone: &'static str,
    hours: &'static str,
    /// Years as a closing account executive, in tenths.
    closing_tenths: i64,
    weight: i64,
    languages: &'static [&'static str],
    hot_desk: bool,
}

const OFFICE: &str = "Mon-Fri 09:00-17:30";
const EARLY: &str = "Mon-Fri 07:30-16:00";
const LATE: &str = "Mon-Fri 10:30-19:00";
const FOUR_DAYS: &str = "Mon-Thu 08:30-18:00";

/// One line of [`PEOPLE`].
macro_rules! person {
    ($key:literal, $name:literal, $team:literal $role:literal $region:literal, $zone:literal
     $hours:ident, $tenths:literal, weight $weight:literal, $languages:expr, $hot:literal) => {
        Person {
            key: $key,
            name: $name,
            team: $team,
            role: $role,
            region: $region,
            zone: $zone,
            hours: $hours,
            closing_tenths: $tenths,
            weight: $weight,
            languages: &$languages,
            hot_desk: $hot,
        }
    };
}

/// Everybody who works there today. The last one joined this month.
#[rustfmt::skip]
pub const PEOPLE: [Person; 24] = [
    person!("amara", "Amara Okonjo-Bell", "inbound" "AE" "europe", "Africa/Lagos" OFFICE, 31, weight 1, ["en"], true),
    person!("bruno", "Bruno Talvik", "inbound" "AE" "europe", "Europe/Tallinn" OFFICE, 14, weight 1, ["en", "de"], false),
    person!("chidi", "Chidi Marlowe", "inbound" "AE" "americas", "America/Toronto" OFFICE, 22, weight 1, ["en", "fr"], true),
    person!("dalia", "Dalia Ferreiro", "inbound" "AE" "europe", "Europe/Lisbon" LATE, 40, weight 1, ["en", "pt", "es"], false),
    person!("emeka", "Emeka Vance", "enterprise" "AE" "americas", "America/New_York" OFFICE, 68, weight 3, ["en"], false),
    person!("farah", "Farah Lindqvist", "inbound" "AE" "europe", "Europe/Stockholm" OFFICE, 9, weight 1, ["en"], true),
    person!("gustavo", "Gustavo Pryce", "inbound" "AE" "americas", "America/Sao_Paulo" OFFICE, 27, weight 1, ["en", "pt"], false),
    person!("hana", "Hana Morikawa", "inbound" "AE" "apac", "Asia/Tokyo" OFFICE, 18, weight 1, ["en", "ja"], false),
    person!("idris", "Idris Calloway", "enterprise" "AE" "europe", "Europe/London" OFFICE, 91, weight 3, ["en"], false),
    person!("jasna", "Jasna Petrossian", "enterprise" "AE" "europe", "Europe/Berlin" EARLY, 35, weight 2, ["en", "de"], false),
    person!("kofi", "Kofi Sandoval", "inbound" "AE" "americas", "America/Mexico_City" OFFICE, 12, weight 1, ["en", "es"], true),
    person!("leilani", "Leilani Brandt", "inbound" "AE" "americas", "America/Los_Angeles" OFFICE, 44, weight 1, ["en"], true),
    person!("mateus", "Mateus Okafor", "renewals" "AM" "americas", "America/Chicago" OFFICE, 52, weight 1, ["en"], false),
    person!("nadia", "Nadia Thornbury", "renewals" "AM" "europe", "Europe/London" FOUR_DAYS, 29, weight 1, ["en", "fr"], false),
    person!("oskar", "Oskar Villanueva", "enterprise" "AE" "americas", "America/Bogota" OFFICE, 24, weight 2, ["en", "es"], false),
    person!("priya", "Priya Halloran", "inbound" "AE" "apac", "Asia/Kolkata" LATE, 33, weight 1, ["en", "hi"], true),
    person!("quentin", "Quentin Abara", "renewals" "AM" "europe", "Europe/Paris" OFFICE, 16, weight 1, ["en", "fr"], false),
    person!("rosa", "Rosa Lindgren-Diaz", "enterprise" "AE" "americas", "America/Denver" EARLY, 73, weight 3, ["en", "es"], false),
    person!("soren", "Soren Adeyemi", "renewals" "AM" "europe", "Europe/Copenhagen" OFFICE, 61, weight 1, ["en"], false),
    person!("tomoko", "Tomoko Reyes", "renewals" "AM" "americas", "America/Los_Angeles" OFFICE, 20, weight 1, ["en", "ja"], false),
    person!("uma", "Uma Castellane", "inbound" "AE" "apac", "Australia/Sydney" EARLY, 26, weight 1, ["en"], false),
    person!("viktor", "Viktor Nwosu", "enterprise" "AE" "europe", "Europe/Warsaw" OFFICE, 47, weight 2, ["en", "de"], false),
    person!("yusuf", "Yusuf Delacroix", "inbound" "AE" "americas", "America/New_York" OFFICE, 38, weight 1, ["en", "fr"], false),
    person!("wren", "Wren Takahashi", "enterprise" "AE" "apac", "Asia/Singapore" OFFICE, 3, weight 1, ["en"], false),
];

/// Somebody who left in the course of the month; the book was dealt again.
pub const LEAVER: Person = person!("zelda", "Zelda Quist", "inbound" "AE" "americas",
    "America/New_York" OFFICE, 15, weight 1, ["en"], false);

impl Person {
    /// When this person first closed a deal, as the company of `today` counts it.
    pub fn closing_since(&self, today: Moment) -> Moment {
        today - Span::days(self.closing_tenths * 365 / 10)
    }

    /// What a decision may know of this person.
    ///
    /// `schema` is that of the workspace once the company's policy is published; a field it lacks
    /// is left out.
    pub fn profile(
        &self,
        schema: &Schema,
        closing_since: Moment,
        leaves: &[Leave],
        status: Status,
        private: Option<PrivateRef>,
    ) -> Profile {
        let mut attributes = Attributes::default();
        attributes.set(REP_ROLE, Value::Text(self.role.into()));
        attributes.set(REP_TEAM, Value::Text(self.team.into()));
        let languages = self
            .languages
            .iter()
            .map(|language| (*language).to_owned())
            .collect();
        for (name, value) in [
            ("region", Value::Text(self.region.into())),
            ("weight", Value::Number(Micro::whole(self.weight))),
            ("languages", Value::tags(languages)),
            ("hot_desk", Value::Flag(self.hot_desk)),
        ] {
            if let Some(field) = schema.find(name) {
                attributes.set(field, value);
            }
        }
        Profile {
            attributes,
            closing_since: Some(closing_since),
            zone: self.zone.into(),
            hours: Hours::parse(self.hours).expect("the company's own hours are well written"),
            leaves: leaves.to_vec(),
            status,
            private,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use evenkeel_core::people::hours::zone_known;
    use std::collections::BTreeSet;

    #[test]
    fn there_are_24_reps_in_three_teams_around_the_world() {
        let distinct =
            |of: fn(&Person) -> &str| PEOPLE.iter().map(of).collect::<BTreeSet<_>>().len();
        assert_eq!(distinct(|person| person.key), 24);
        assert_eq!(distinct(|person| person.name), 24);
        assert_eq!(distinct(|person| person.team), 3);
        assert!(distinct(|person| person.zone) >= 15);
        assert!(PEOPLE.iter().all(|person| zone_known(person.zone)));
        assert!(
            PEOPLE
                .iter()
                .all(|person| Hours::parse(person.hours).is_ok())
        );
    }
}
