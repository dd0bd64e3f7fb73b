//! How a pool says it deals: one way a line, with what is said about it.

use evenkeel_core::market::schema::Schema;
use evenkeel_core::policy::document::{
    Balance, BookSize, Factor, Method, PoolSpec, Share, Specialist,
};
use evenkeel_core::policy::read::read;
use evenkeel_core::units::{Micro, ONE};

/// A policy whose one pool has these lines, and what is said about it.
fn pool(lines: &str) -> Result<PoolSpec, Vec<String>> {
    let text = format!(
        "evenkeel = 1\nname = \"made up\"\n[record]\nsegment = \"text\"\nhot = \"flag\"\n\
         employees = \"number\"\nvalue = \"number\"\ntopics = \"tags\"\nborn = \"time\"\n\
         secret = {{ type = \"text\", private = true }}\n[rep]\ncapacity = \"number\"\n\
         cycle_days = \"number\"\nquota = \"number\"\nbooked = \"number\"\nskills = \"tags\"\n\
         [[queue]]\nname = \"triage\"\n[fallback]\nto = \"pool:all\"\n[[pool]]\nname = \"all\"\n\
         where = 'true'\nnobody = \"queue:triage\"\n{lines}\n"
    );
    let reading = read(&text, &Schema::of_records(), &Schema::of_reps());
    match reading.document {
        Some(mut document) => Ok(document.pools.remove(0)),
        None => Err(reading.problems.iter().map(ToString::to_string).collect()),
    }
}

fn sound(lines: &str) -> PoolSpec {
    pool(lines).unwrap_or_else(|problems| panic!("{lines}: {problems:#?}"))
}

fn record(name: &str) -> evenkeel_core::ids::FieldNo {
    let names = ["kind", "segment", "hot", "employees", "value", "topics"];
    let at = names.iter().position(|known| *known == name);
    evenkeel_core::ids::FieldNo::at(at.expect("declared"))
}

fn rep(name: &str) -> evenkeel_core::ids::FieldNo {
    let names = [
        "id",
        "role",
        "team",
        "capacity",
        "cycle_days",
        "quota",
        "booked",
        "skills",
    ];
    let at = names.iter().position(|known| *known == name);
    evenkeel_core::ids::FieldNo::at(at.expect("declared"))
}

#[test]
fn a_mix_names_its_factors_and_its_value() {
    let spec = sound(
        "method = \"mix\"\nbalance = { factors = [\"record.segment\", \"record.employees\"], \
         bands = { employees = [50, 200.5] }, value = \"record.value\", random = 0.1 }",
    );
    let (band, random_ppm) = (ONE, 100_000);
    assert_eq!(spec.method, Method::Mix { band, random_ppm });
    let balance = Balance {
        factors: vec![
            Factor {
                field: record("segment"),
                bands: Vec::new(),
            },
            Factor {
                field: record("employees"),
                bands: vec![Micro::whole(50), Micro(200_500_000)],
            },
        ],
        value: Some(record("value")),
    };
    assert_eq!(spec.balance, balance);
    let usual = sound("method = \"mix\"\nband = 2\nbalance = { value = \"record.value\" }");
    let (band, random_ppm) = (Micro::whole(2), 150_000);
    assert_eq!(usual.method, Method::Mix { band, random_ppm });
}

#[test]
fn specialists_are_named_by_conditions_or_by_what_they_share() {
    let spec = sound(
        "method = \"fit\"\nspecialist = [{ record = \"record.topics\", rep = \"rep.skills\" }, \
         { when = 'record.value >= 50000', reps = 'rep.role == \"senior\"' }]",
    );
    let band = Micro(1_500_000);
    assert_eq!(spec.method, Method::Fit { band });
    let [same, when] = spec.specialists.as_slice() else {
        panic!("two lines")
    };
    let (topics, skills) = (record("topics"), rep("skills"));
    let wanted = Specialist::Same {
        record: topics,
        rep: skills,
    };
    assert_eq!(*same, wanted);
    assert!(matches!(when, Specialist::When { .. }));
    let spec = sound(
        "method = \"random\"\nstream = { share = 0.25 }\n\
         specialist = [{ record = \"record.segment\", rep = \"rep.skills\" }]",
    );
    assert_eq!(spec.stream_ppm, Some(250_000));
}

#[test]
fn shares_are_read_by_their_form() {
    let spec = sound(
        "capacity = \"rep.capacity\"\nshare = [\"rep.capacity / rep.cycle_days\", \"headroom\", \
         \"rep.quota - rep.booked\", \"rep.cycle_days\"]",
    );
    let shares = [
        Share::Capacity {
            capacity: BookSize::Field(rep("capacity")),
            cycle: rep("cycle_days"),
        },
        Share::Headroom(BookSize::Field(rep("capacity"))),
        Share::Quota {
            quota: rep("quota"),
            booked: rep("booked"),
        },
        Share::Weight(rep("cycle_days")),
    ];
    assert_eq!(spec.shares, shares);
    assert_eq!(spec.capacity, Some(BookSize::Field(rep("capacity"))));
    let spec = sound("method = \"headroom\"\ncapacity = \"rep.capacity\"");
    assert_eq!(spec.method, Method::Headroom { band: ONE });
}

/// Holds every case of the table against what is said.
#[test]
fn what_is_wrong_is_said_with_a_hint() {
    let table = include_str!("../../data/policy/methods.txt");
    let mut lines = table
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .peekable();
    let (mut count, mut wrong) = (0, String::new());
    while let Some(case) = lines.next() {
        let mut wanted = Vec::new();
        while let Some(line) = lines.next_if(|line| line.starts_with("    ")) {
            wanted.push(line.trim().to_owned());
        }
        let found = pool(&case.replace(" ;; ", "\n")).err().unwrap_or_default();
        if found != wanted {
            wrong += &format!("{case}\n    {}\n\n", found.join("\n    "));
        }
        count += 1;
    }
    assert!(count > 20, "the table has only {count} cases");
    assert!(wrong.is_empty(), "\n{wrong}");
}
