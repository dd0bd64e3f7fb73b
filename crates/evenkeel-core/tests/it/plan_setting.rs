//! From a policy, reps and accounts to a plan; and what is wrong with a `[plan]`, with line and
//! column.

use crate::company::Desk;
use crate::plan_world::cv;
use evenkeel_core::holding::planned::Barred;
use evenkeel_core::market::schema::Schema;
use evenkeel_core::market::value::{Attributes, Value};
use evenkeel_core::people::rep::Status;
use evenkeel_core::plan::check::check;
use evenkeel_core::plan::instance::{COUNT, EFFORT, LEVELS, NOBODY, ONE, VALUE};
use evenkeel_core::plan::setting::{Draft, Setting};
use evenkeel_core::plan::solve::solve;
use evenkeel_core::policy::read::read;
use evenkeel_core::time::Moment;
use evenkeel_core::units::Micro;

const HEAD: &str = "evenkeel = 1\nname = \"made up\"\n[record]\nregion = \"text\"\nvalue = \"number\"\n\
    work = \"number\"\nsize = \"number\"\nowner = \"text\"\nkept = \"flag\"\n\
    [rep]\nregions = \"tags\"\nroom = \"number\"\n\
    [[queue]]\nname = \"none\"\n[[pool]]\nname = \"all\"\nwhere = 'true'\nnobody = \"queue:none\"\n\
    [[rule]]\nname = \"house\"\nwhen = 'record.region == \"house\"'\nto = \"queue:none\"\n\
    [[rule]]\nname = \"named\"\nwhen = 'record.region == \"dan only\"'\n\
    to = { rep = \"dan\", otherwise = \"queue:none\" }\n\
    [fallback]\nto = \"pool:all\"\n";
const REPS: [&str; 4] = ["ana", "ben", "cleo", "dan"];

/// A company of four: ana and ben in the east, cleo in both regions, dan in the west.
fn desk(plan: &str) -> Desk {
    let mut desk = Desk::empty();
    desk.publish(&format!("{HEAD}{plan}"))
        .expect("a sound policy");
    let regions = desk.state.rep_schema().find("regions").expect("declared");
    let room = desk.state.rep_schema().find("room").expect("declared");
    for (rep, places) in REPS
        .iter()
        .zip([&["east"][..], &["east"], &["east", "west"], &["west"]])
    {
        let tags = Value::tags(places.iter().map(|place| (*place).to_owned()).collect());
        let set = desk.set_rep(rep, |profile| {
            profile.attributes.set(regions, tags);
            profile.attributes.set(room, Value::Number(Micro::whole(5)));
        });
        set.expect("a new rep");
    }
    desk
}

/// An account's fields: text where there is some.
fn account(desk: &Desk, fields: &[(&str, &str)]) -> Attributes {
    let mut attributes = Attributes::default();
    for (name, text) in fields {
        let field = desk.state.record_schema().find(name).expect("declared");
        let value = match Micro::parse(text) {
            Some(number) => Value::Number(number),
            None if *name == "kept" => Value::Flag(*text == "yes"),
            None => Value::Text((*text).into()),
        };
        attributes.set(field, value);
    }
    attributes
}

fn setting(desk: &Desk, accounts: &[Vec<(&str, &str)>]) -> Setting {
    let mut draft = Draft::new(&desk.state).expect("there is a policy");
    for fields in accounts {
        draft.take(&account(desk, fields), None, false);
    }
    draft.finish()
}

fn planned(setting: &Setting) -> Vec<u32> {
    solve(&setting.instance, |_| ())
        .expect("a sound instance")
        .to
}

#[test]
fn without_a_plan_counts_are_even_and_so_is_the_value() {
    let desk = desk("");
    let values = ["9", "8", "7", "6", "5", "4", "3", "2"];
    let accounts: Vec<Vec<(&str, &str)>> =
        values.iter().map(|value| vec![("value", *value)]).collect();
    let setting = setting(&desk, &accounts);
    let tally = check(&setting.instance, &planned(&setting)).expect("a plan");
    for book in tally.amounts.chunks(setting.instance.gauges) {
        assert_eq!((book[COUNT], book[VALUE]), (2 * ONE, 11 * ONE));
    }
    assert_eq!(
        setting.gauges[..3],
        ["accounts", "effort", "value"].map(String::from)
    );
    assert_eq!(setting.gauges[3..], ["best", "not best"].map(String::from));
}

#[test]
fn regions_rules_and_pauses_say_who_may_have_an_account() {
    let mut desk = desk("[plan]\nonly = [{ record = \"record.region\", rep = \"rep.regions\" }]\n");
    let status = Status::Paused {
        since: Moment(0),
        review: None,
        reason: None,
    };
    desk.set_rep("ben", |profile| profile.status = status)
        .expect("set again");
    let regions = ["east", "west", "north", "house", "dan only", ""];
    let accounts = regions.map(|region| match region {
        "" => vec![("value", "1")],
        region => vec![("value", "1"), ("region", region)],
    });
    let setting = setting(&desk, &accounts);
    let instance = &setting.instance;
    let who = |account: usize| {
        instance
            .circles
            .of(instance.accounts.circle[account])
            .0
            .to_vec()
    };
    // Ben is paused, and lost his regions when he was set again: nothing new for him.
    assert_eq!(who(0), [0, 2]);
    assert_eq!(who(1), [2, 3]);
    assert_eq!(who(2), []);
    assert_eq!(who(3), []);
    assert_eq!(who(4), [], "the rule names dan, the line forbids him");
    assert_eq!(who(5), [0, 2, 3], "a missing region asks nothing");
    let barred = |account: usize| &setting.barred[&instance.accounts.circle[account]];
    assert_eq!(barred(2), &Barred::Only);
    assert_eq!(barred(3), &Barred::Queue("none".into()));
    assert_eq!(barred(4), &Barred::Only);
    let to = planned(&setting);
    assert_eq!(to[2..5], [NOBODY; 3]);
}

#[test]
fn owners_locks_preferences_and_books_become_numbers() {
    let desk = desk(
        "[plan]\neffort = \"record.work\"\nowner = \"record.owner\"\nlock = 'record.kept'\nmove = 2\n\
         mix = [\"record.size\"]\nbands = { size = [10] }\nbest = 0\n\
         prefer = [{ when = 'record.size >= 10', reps = 'rep.id == \"ana\"', miss = 0.5 }]\n\
         [[plan.book]]\nreps = 'rep.id == \"ana\"'\nlow = 1\nhigh = 3\neffort = \"rep.room\"\n\
         [[plan.book]]\nreps = 'rep.id == \"ben\"'\neffort = 7.5\n",
    );
    let setting = setting(
        &desk,
        &[
            vec![("size", "12"), ("owner", "ben"), ("work", "2.5")],
            vec![("size", "3"), ("owner", "ben"), ("kept", "yes")],
            vec![
                ("size", "3"),
                ("owner", "zoe"),
                ("kept", "yes"),
                ("value", "4000"),
            ],
        ],
    );
    let instance = &setting.instance;
    let accounts = &instance.accounts;
    assert_eq!(accounts.owner, [1, 1, NOBODY]);
    assert_eq!(
        (setting.strangers, &accounts.locked[..]),
        (1, &[false, true, false][..])
    );
    assert_eq!(accounts.keep, [2_000_000; 3]);
    assert_eq!(accounts.effort, [ONE * 5 / 2, ONE, ONE]);
    assert_eq!(
        instance.circles.of(accounts.circle[0]).1,
        [0, 500_000, 500_000, 500_000]
    );
    assert_eq!(
        instance.circles.of(accounts.circle[1]),
        (&[1][..], &[0][..])
    );
    assert_eq!(instance.circles.of(accounts.circle[2]).1, [0; 4]);
    // The value is scaled by a power of ten; levels are those seen, the most frequent first.
    assert_eq!((setting.powers, accounts.value[2]), ([1_000, 1], 4 * ONE));
    assert_eq!(
        setting.gauges[LEVELS..],
        ["below 10", "10 and more"].map(String::from)
    );
    let [ana, ben, cleo] = [0, 1, 2].map(|rep| instance.bands_of(rep));
    assert_eq!((ana[COUNT].floor, ana[COUNT].ceiling), (ONE, 3 * ONE));
    assert_eq!(
        (ana[EFFORT].ceiling, ben[EFFORT].ceiling),
        (5 * ONE, 15 * ONE / 2)
    );
    assert_eq!((ben[COUNT].floor, cleo[COUNT].floor), (0, 0));
    assert!(ben[COUNT].ceiling > 99 * ONE && cleo[COUNT].ceiling > 99 * ONE);
}

#[test]
fn nobody_is_measured_by_a_closed_region() {
    let desk = desk("[plan]\nonly = [{ record = \"record.region\", rep = \"rep.regions\" }]\n");
    let mut accounts = Vec::new();
    for _ in 0..6 {
        accounts.push(vec![("region", "east"), ("value", "10")]);
        accounts.push(vec![("region", "west"), ("value", "1")]);
    }
    // Cleo links the two: all four are one group. Without her they would be two.
    let all = setting(&desk, &accounts);
    let parts: Vec<i64> = (0..4)
        .map(|rep| all.instance.bands_of(rep)[VALUE].low)
        .collect();
    assert!(parts.windows(2).all(|pair| pair[0] == pair[1]), "{parts:?}");
    let mut apart = desk;
    let regions = apart.state.rep_schema().find("regions").expect("declared");
    let east = Value::tags(vec!["east".to_owned()]);
    apart
        .set_rep("cleo", |profile| profile.attributes.set(regions, east))
        .expect("set again");
    let two = setting(&apart, &accounts);
    let to = planned(&two);
    let tally = check(&two.instance, &to).expect("a plan");
    let values: Vec<i64> = (0..4)
        .map(|rep| tally.amounts[rep * two.instance.gauges + VALUE])
        .collect();
    assert!(
        cv(&values[..3]) < 1e-9 && values[3] < values[0],
        "{values:?}"
    );
    assert_eq!(tally.objective, 0, "and nothing is held against anybody");
}

#[test]
fn what_is_wrong_with_a_plan_is_told_by_line_and_column() {
    for (plan, line, column, said) in [
        (
            "valu = \"record.value\"",
            1,
            1,
            "there is no key \"valu\" here",
        ),
        ("value = \"record.region\"", 1, 9, "record.region is a text"),
        (
            "value = \"record.worth\"",
            1,
            9,
            "there is no field \"worth\"",
        ),
        ("owner = \"record.value\"", 1, 9, "record.value is a number"),
        ("lock = 'record.value'", 1, 9, "number"),
        ("move = -1", 1, 8, "must be a number from 0 to 1000"),
        ("tolerance = 2", 1, 13, "must be a number from 0 to 1"),
        ("best = 0.6", 1, 8, "must be a number from 0 to 0.5"),
        ("pools = \"no\"", 1, 9, "must be true or false"),
        ("mix = [\"record.size\"]", 1, 8, "has no bands"),
        (
            "only = [{ record = \"record.region\" }]",
            1,
            9,
            "a line needs when and reps",
        ),
        (
            "only = [{ closes = \"record.region\" }]",
            1,
            11,
            "there is no key \"closes\"",
        ),
        (
            "prefer = [{ when = 'true', reps = 'true', miss = 1001 }]",
            1,
            50,
            "0 to 1000",
        ),
        (
            "book = [{ low = 9, high = 3 }]",
            1,
            9,
            "at least 9 and at most 3",
        ),
        ("book = [{ effort = \"rep.regions\" }]", 1, 20, "is a tags"),
        (
            "\n[[plan.book]]\nreps = 'rep.region'",
            3,
            9,
            "there is no field \"region\"",
        ),
    ] {
        let text = format!("{HEAD}[plan]\n{plan}\n");
        let reading = read(&text, &Schema::of_records(), &Schema::of_reps());
        let first = HEAD.lines().count() + 1;
        let found = reading
            .problems
            .first()
            .unwrap_or_else(|| panic!("{plan} is refused"));
        let place = (found.line - first, found.column);
        assert_eq!(place, (line, column), "{plan}: {found:?}");
        assert!(found.message.contains(said), "{plan}: {}", found.message);
    }
}
