//! How a policy says what open records cost and how much a book holds, and what is said about it.

use evenkeel_core::effort::capacity::{Capacity, Exception};
use evenkeel_core::effort::cost::{Kind, Levels, NEGLECT_USUAL};
use evenkeel_core::market::schema::Schema;
use evenkeel_core::policy::document::{BookSize, Document, Share};
use evenkeel_core::policy::read::read;
use evenkeel_core::time::{Moment, Span};
use evenkeel_core::units::{Micro, ONE};

/// A made-up policy with these lines at its end, from line 17 on, and what is said about it.
fn policy(lines: &str) -> Result<Document, Vec<String>> {
    let text = format!(
        "evenkeel = 1\nname = \"made up\"\n[record]\nemployees = \"number\"\nacv = \"number\"\n\
         motion = \"text\"\ntouched = \"time\"\n[rep]\ntools = \"number\"\nstarted = \"time\"\n\
         cycle_days = \"number\"\n[[queue]]\nname = \"triage\"\n[fallback]\nto = \"queue:triage\"\n\
         \n{lines}\n"
    );
    let reading = read(&text, &Schema::of_records(), &Schema::of_reps());
    let problems = reading.problems.iter().map(ToString::to_string);
    reading.document.ok_or_else(|| problems.collect())
}

fn sound(lines: &str) -> Document {
    policy(lines).unwrap_or_else(|problems| panic!("{lines}: {problems:#?}"))
}

#[test]
fn what_is_left_out_has_a_usual_value() {
    let document = sound("[capacity]\n[effort]\nsize = \"record.employees\"");
    assert_eq!(document.capacity, Some(Capacity::usual()));
    let effort = document.effort.expect("it is there");
    assert_eq!((effort.base, effort.neglect), (ONE, NEGLECT_USUAL));
    assert_eq!(effort.touched, None);
    assert_eq!(effort.factors[0].levels, Kind::Size.usual());
    let neither = sound("");
    assert_eq!((neither.capacity, neither.effort), (None, None));
}

#[test]
fn everything_can_be_said() {
    let document = sound(
        "[effort]\nbase = 0.9\nneglect = \"3 weeks\"\ntouched = \"record.touched\"\n\
         acv = { field = \"record.acv\", cuts = [5000], factors = [1, 1.5] }\n\
         activity = { field = \"record.motion\", levels = { inbound = 0.8, outbound = 1.2 } }\n\
         [capacity]\nramp = [0.25, 0.5]\nramp_since = \"rep.started\"\nsupport = [\"rep.tools\"]\n\
         [[capacity.tier]]\nname = \"new\"\naccounts = 40\nmost = 50\nsuits = [0, 2]\n\
         [[capacity.tier]]\nname = \"old\"\nyears = 2.5\naccounts = 90\nleast = 50\nmost = 120\n\
         [[capacity.exception]]\nrep = \"ana\"\naccounts = 30\nreason = \"part_time\"\nby = \"mona\"\n\
         until = \"2026-12-31T00:00:00Z\"\n\
         [[pool]]\nname = \"all\"\nwhere = 'true'\nnobody = \"queue:triage\"\ncapacity = \"tier\"\n\
         share = [\"tier / rep.cycle_days\", \"headroom\"]",
    );
    let effort = document.effort.expect("it is there");
    assert_eq!(effort.base, Micro(900_000));
    assert_eq!(effort.neglect, Span::days(21));
    let kinds: Vec<Kind> = effort.factors.iter().map(|factor| factor.kind).collect();
    assert_eq!(kinds, [Kind::Acv, Kind::Activity]);
    assert!(matches!(&effort.factors[1].levels, Levels::Words(words) if words.len() == 2));
    let capacity = document.capacity.expect("it is there");
    assert_eq!(capacity.ramp, [Micro(250_000), Micro(500_000)]);
    assert_eq!(capacity.tiers[1].years, Micro(2_500_000));
    assert_eq!(capacity.tiers[0].suits, (Micro(0), Micro::whole(2)));
    let exception = Exception {
        accounts: Micro::whole(30),
        reason: "part_time".into(),
        by: "mona".into(),
        until: Some(Moment(1_798_675_200_000)),
    };
    assert_eq!(capacity.exceptions, [("ana".into(), exception)].into());
    let pool = &document.pools[0];
    assert_eq!(pool.capacity, Some(BookSize::Tier));
    let [Share::Capacity { capacity, .. }, headroom] = pool.shares[..] else {
        panic!("{:?}", pool.shares);
    };
    assert_eq!(capacity, BookSize::Tier);
    assert_eq!(headroom, Share::Headroom(BookSize::Tier));
}

/// What is wrong is said as the only thing, at its place.
fn wrong(cases: &[(&str, &str)]) {
    for (lines, said) in cases {
        let problems = policy(lines).err().unwrap_or_default();
        assert_eq!(problems, [*said], "{lines}");
    }
}

#[test]
fn what_is_wrong_with_an_effort_is_said() {
    wrong(&[
        (
            "[effort]\nsize = \"record.employes\"",
            "18:8 effort size: there is no field \"employes\". Maybe \"employees\"?",
        ),
        (
            "[effort]\nsiz = \"record.employees\"",
            "18:1 effort: there is no key \"siz\" here. Maybe \"size\"?",
        ),
        (
            "[effort]\nsize = \"record.motion\"",
            "18:8 effort size: record.motion is a text. A public field is needed here: number.",
        ),
        (
            "[effort]\nsize = { field = \"record.employees\", cuts = [1, 2] }",
            "18:8 effort size: a factor needs cuts and factors, or levels, or none of them. \
             Like cuts = [50, 200], factors = [1, 1.4, 2.2].",
        ),
        (
            "[effort]\nsize = { field = \"record.employees\", cuts = [2, 1], factors = [1, 1, 1] }",
            "18:45 effort size: cuts must be 1 to 19 numbers, ascending, but is [2, 1].",
        ),
        (
            "[effort]\nsize = { field = \"record.employees\", cuts = [1, 2], factors = [1, 1] }",
            "18:63 effort size: factors must be 3 numbers from 0.01 to 100, one for each level, \
             but is [1, 1].",
        ),
        (
            "[effort]\nneglect = \"soon\"",
            "18:11 effort: neglect must be a length of time, like \"2 days\", \"36 hours\" or \
             \"45 minutes\", but is \"soon\".",
        ),
    ]);
}

#[test]
fn what_is_wrong_with_a_capacity_is_said() {
    let tier = "[[capacity.tier]]\nname = \"a\"\naccounts = 60\nmost = 75\n";
    let exception = "[capacity]\n[[capacity.exception]]\nrep = \"ana\"\naccounts = 30\n";
    wrong(&[
        (
            &format!("[capacity]\n{tier}[[capacity.tier]]\nname = \"b\"\naccounts = 9\nmost = 9\n"),
            "22:1 capacity tier: tiers begin at 0 years and go up. Put them in order, the first \
             with years = 0.",
        ),
        (
            "[capacity]\n[[capacity.tier]]\nname = \"a\"\naccounts = 80\nmost = 75\n",
            "18:1 capacity tier: a target of 80 does not lie between least = 0 and most = 75. \
             Put accounts between them.",
        ),
        (
            "[capacity]\nramp = [0.5, 2]",
            "18:8 capacity: ramp must be 1 to 36 numbers from 0 to 1, one a month, \
             but is [0.5, 2].",
        ),
        (
            &format!("{exception}by = \"mona\""),
            "18:1 capacity exception: reason is missing. An exception needs a reason and who \
             answers for it: reason = \"part_time\", by = \"mona\".",
        ),
        (
            &format!("{exception}by = \"mona\"\nreason = \"has a baby\""),
            "22:10 capacity exception: reason must be 1 to 60 characters without blanks, \
             but is \"has a baby\".",
        ),
        (
            "[[pool]]\nname = \"all\"\nwhere = 'true'\nnobody = \"queue:triage\"\n\
             capacity = \"tier\"",
            "21:12 pool \"all\": the policy does not say what a tier's book holds. Add \
             [capacity], which has usual tiers of its own.",
        ),
    ]);
}
