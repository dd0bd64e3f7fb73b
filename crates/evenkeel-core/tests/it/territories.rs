//! Territories: the index against the plain rule, tables that are refused, and records dealt.

use crate::company::Desk;
use evenkeel_core::command::Command;
use evenkeel_core::command::refusal::Refusal;
use evenkeel_core::command::set_territories::SetTerritories;
use evenkeel_core::event::Event;
use evenkeel_core::market::schema::{Field, FieldType, REP_TEAM, Schema};
use evenkeel_core::market::value::{Attributes, Value};
use evenkeel_core::policy::read::read;
use evenkeel_core::sentence::Words;
use evenkeel_core::state::State;
use evenkeel_core::territory::check::check;
use evenkeel_core::territory::findings;
use evenkeel_core::territory::lookup::Lookup;
use evenkeel_core::territory::problem::TableProblem;
use evenkeel_core::territory::table::{ROWS_MAX, Sheet, SheetRow, Table};
use evenkeel_core::units::Micro;
use evenkeel_core::verdict::{Destination, Verdict};
use proptest::prelude::*;

/// Two territories with two reps each, and a joint pool.
pub(crate) const POLICY: &str = r#"
evenkeel = 1
name = "Territories"

[record]
country = "text"
state = "text"
postcode = "text"
employees = "number"
value = "number"

[[pool]]
name = "west"
where = 'rep.team == "west"'
nobody = { hold = "2 days", then = "queue:triage" }

[[pool]]
name = "east"
where = 'rep.team == "east"'
nobody = { hold = "2 days", then = "queue:triage" }

[[pool]]
name = "everyone"
where = 'rep.team in ["west", "east"]'
nobody = { hold = "2 days", then = "queue:triage" }

[[queue]]
name = "triage"

[[queue]]
name = "nowhere"

[territories]
otherwise = "queue:nowhere"
joint = "pool:everyone"

[[territory]]
name = "West"
to = "pool:west"

[[territory]]
name = "East"
to = "pool:east"

[[rule]]
name = "Desk"
when = 'record.kind == "desk"'
to = "territory:East"

[fallback]
to = "territories"
"#;

/// A sheet from lines of cells, the last one the territory.
pub(crate) fn sheet(columns: &[&str], lines: &[&str]) -> Sheet {
    let rows = lines.iter().enumerate().map(|(at, line)| {
        let mut cells: Vec<String> = line.split(',').map(str::to_owned).collect();
        let territory = cells.pop().expect("a line has a last cell");
        SheetRow {
            line: at as u64 + 2,
            cells,
            territory,
        }
    });
    Sheet {
        columns: columns.iter().map(|name| (*name).to_owned()).collect(),
        rows: rows.collect(),
    }
}

/// A desk with [`POLICY`], two reps in each team, and no table yet.
pub(crate) fn desk(policy: &str) -> Desk {
    let mut desk = Desk::empty();
    desk.publish(policy).expect("the test policy is sound");
    for (key, team) in [
        ("wanda", "west"),
        ("will", "west"),
        ("eve", "east"),
        ("ed", "east"),
    ] {
        desk.set_rep(key, |profile| {
            profile.attributes.set(REP_TEAM, Value::Text(team.into()));
        })
        .expect("a new rep");
    }
    desk
}

fn set(desk: &mut Desk, sheet: Sheet) -> Result<Vec<Event>, Refusal> {
    let set = SetTerritories {
        sheet,
        based_on: None,
    };
    desk.run(&Command::SetTerritories(Box::new(set)))
}

fn schema() -> Schema {
    let mut schema = Schema::of_records();
    for (name, kind) in [
        ("country", FieldType::Text),
        ("state", FieldType::Text),
        ("postcode", FieldType::Text),
        ("employees", FieldType::Number),
        ("hot", FieldType::Flag),
    ] {
        let name = name.to_owned();
        let private = false;
        let field = Field {
            name,
            kind,
            private,
        };
        schema.declare(field).expect("no field twice");
    }
    schema
}

fn facts(country: &str, state: &str, postcode: &str, employees: Option<i64>) -> Attributes {
    let schema = schema();
    let mut facts = Attributes::default();
    for (name, text) in [
        ("country", country),
        ("state", state),
        ("postcode", postcode),
    ] {
        if !text.is_empty() {
            let field = schema.find(name).expect("declared");
            facts.set(field, Value::Text(text.into()));
        }
    }
    if let Some(number) = employees {
        let field = schema.find("employees").expect("declared");
        facts.set(field, Value::Number(Micro::whole(number)));
    }
    facts
}

fn problems(sheet: &Sheet) -> Vec<TableProblem> {
    match Table::of(sheet, &schema()) {
        Ok(table) => check(&table, sheet),
        Err(problems) => problems,
    }
}

#[test]
fn the_longest_match_in_the_last_column_wins() {
    let sheet = sheet(
        &["country", "state", "postcode*"],
        &[
            "US,,,Rest",
            "US,CA,,California",
            "US,CA,94,Bay",
            "US,CA,941,City",
            ",,9,Nines",
            "DE,,,Germany",
        ],
    );
    let table = Table::of(&sheet, &schema()).expect("a sound table");
    assert_eq!(check(&table, &sheet), []);
    let lookup = Lookup::of(&table);
    for (record, territory) in [
        (facts("US", "NV", "", None), Some("Rest")),
        (facts("US", "CA", "", None), Some("California")),
        (facts("US", "CA", "94", None), Some("Bay")),
        (facts("US", "CA", "94110", None), Some("City")),
        (facts("US", "CA", "95000", None), Some("Nines")),
        (facts("DE", "", "10115", None), Some("Germany")),
        (facts("", "", "90000", None), Some("Nines")),
        (facts("FR", "", "75001", None), None),
        (Attributes::default(), None),
    ] {
        let row = lookup.find(&record);
        assert_eq!(row.map(|row| table.territory(row)), territory, "{record:?}");
        assert_eq!(row, table.scan(&record));
    }
    assert_eq!(table.rows[3].key(), "US/CA/941*");
    assert_eq!(table.rows[4].key(), "*/*/9*");
}

#[test]
fn a_table_says_everything_that_is_wrong_with_it() {
    for (columns, lines, expected) in [
        (
            &["contry"][..],
            &["US,West"][..],
            "records have no field \"contry\". Maybe \"country\"?",
        ),
        (&["hot"], &["yes,West"], "the field \"hot\" is a flag"),
        (&["country", "country"], &["US,,West"], "comes twice"),
        (&["employees*"], &["1,West"], "has no beginning"),
        (&[], &["West"], "there is no key column"),
        (
            &["country"],
            &["US,CA,West"],
            "line 2: 2 cells, but 1 columns",
        ),
        (
            &["employees"],
            &["many,West"],
            "column \"employees\": found \"many\"",
        ),
        (&["country"], &["US,"], "the territory needs a name"),
        (
            &["country"],
            &["US,West", "US,East"],
            "line 3: US is East here and West in line 2",
        ),
        (
            &["country"],
            &["US,West", "US,West"],
            "US is in line 2 already",
        ),
        (
            &["employees"],
            &["0..100,A", "0..50,B", "50..100,C"],
            "line 2: 0..100 can never win",
        ),
        (
            &["employees"],
            &["0..100,A", "50..200,B"],
            "line 3: 50..200 overlaps 0..100 in line 2; what is in both goes to A",
        ),
    ] {
        let found = problems(&sheet(columns, lines));
        let words: Vec<String> = found.iter().map(TableProblem::to_string).collect();
        assert!(
            words.iter().any(|words| words.contains(expected)),
            "{expected}: {words:?}"
        );
    }
    let many = vec!["US,West"; ROWS_MAX + 1];
    let found = problems(&sheet(&["country"], &many));
    assert!(found[0].message.contains("at most 20000 fit"), "{found:?}");
}

#[test]
fn bands_that_leave_something_are_not_called_hidden() {
    for lines in [
        &["0..100,A", "0..50,B", "60..100,C"][..],
        &["0..,A", "0..50,B"],
        &["..100,A", "0..100,B"],
        &["0..100,A", "0..50,A"],
        &["0..50,A", "50..100,B"],
    ] {
        assert_eq!(problems(&sheet(&["employees"], lines)), [], "{lines:?}");
    }
    // Alike only where the other columns are.
    let apart = sheet(&["country", "employees"], &["US,0..100,A", "CA,0..100,B"]);
    assert_eq!(problems(&apart), []);
}

fn verdict(events: &[Event]) -> (Verdict, Destination) {
    let dealt = events.iter().find_map(|event| match event {
        Event::RecordDealt { to, verdict, .. } => Some((verdict.clone(), *to)),
        _ => None,
    });
    dealt.expect("the record was dealt")
}

fn told(desk: &mut Desk, key: &str, country: &str, state: &str) -> String {
    let mut attributes = Attributes::default();
    let field = desk.state.record_schema().find("state").expect("declared");
    attributes.set(field, Value::Text(state.into()));
    let events = desk
        .take_in_with(key, country, attributes)
        .expect("taken in");
    let (verdict, to) = verdict(&events);
    let words = Words {
        state: &desk.state,
        rep: &Words::keys(&desk.state),
    };
    words.verdict(&verdict, &to)
}

#[test]
fn the_verdict_names_the_territory_and_the_row() {
    let mut desk = desk(POLICY);
    let before = told(&mut desk, "L-0", "US", "CA");
    assert!(
        before.contains("No row of the territories takes it."),
        "{before}"
    );
    set(
        &mut desk,
        sheet(&["country", "state"], &["US,CA,West", "US,,East"]),
    )
    .expect("a table");
    let west = told(&mut desk, "L-1", "US", "CA");
    assert!(west.starts_with("wanda got it"), "{west}");
    assert!(west.contains("Territory West, by row US/CA."), "{west}");
    let east = told(&mut desk, "L-2", "US", "NY");
    assert!(east.contains("Territory East, by row US."), "{east}");
    let hole = told(&mut desk, "L-3", "FR", "");
    assert!(
        hole.contains("waits in the queue nowhere") && hole.contains("No row of the territories"),
        "{hole}"
    );
    let findings = findings::find(&desk.state, desk.state.territories().table());
    assert_eq!((findings.records, findings.nowhere), (4, 1));
    assert_eq!(findings.holes[0].values, "FR/");
    assert_eq!(findings.holes[0].example, "L-3");
    let records: Vec<u64> = findings.territories.iter().map(|one| one.records).collect();
    assert_eq!(records, [2, 1]);
    // What was folded is what is there.
    let mut again = State::new();
    desk.journal.iter().for_each(|event| again.apply(event));
    assert_eq!(Desk::bytes(&again), Desk::bytes(&desk.state));
    let mut revived: State =
        postcard::from_bytes(&Desk::bytes(&desk.state)).expect("a state can be read");
    revived.revive();
    let row = facts_in(&desk.state, "US", "CA");
    assert_eq!(revived.territories().lookup().find(&row), Some(0));
}

fn facts_in(state: &State, country: &str, region: &str) -> Attributes {
    let mut facts = Attributes::default();
    for (name, text) in [("country", country), ("state", region)] {
        let field = state.record_schema().find(name).expect("declared");
        facts.set(field, Value::Text(text.into()));
    }
    facts
}

#[test]
fn off_deals_from_the_joint_pool_and_keeps_the_table() {
    let mut desk = desk(POLICY);
    set(
        &mut desk,
        sheet(&["country", "state"], &["US,CA,West", "US,,East"]),
    )
    .expect("a table");
    let off = POLICY.replace("[territories]\n", "[territories]\non = false\n");
    desk.publish(&off).expect("a sound policy");
    let mut owners = Vec::new();
    for number in 0..4 {
        let key = format!("L-{number}");
        let words = told(&mut desk, &key, "US", "CA");
        assert!(words.contains("Territories are off"), "{words}");
        assert!(words.contains("territory West, by row US/CA"), "{words}");
        owners.push(desk.owner(&key).expect("dealt").to_owned());
    }
    owners.sort();
    assert_eq!(owners, ["ed", "eve", "wanda", "will"]);
    assert_eq!(desk.state.territories().table().rows.len(), 2);
    desk.publish(POLICY).expect("a sound policy");
    assert!(told(&mut desk, "L-9", "US", "CA").contains("Territory West, by row US/CA."));
}

#[test]
fn a_rule_may_name_a_territory_and_the_policy_may_hold_the_rows() {
    let inline = POLICY
        .replace(
            "[territories]\n",
            "[territories]\ncolumns = [\"country\", \"state\"]\n",
        )
        .replace(
            "to = \"pool:west\"",
            "to = \"pool:west\"\nrows = [\"US/CA\", \"US/NV\"]",
        )
        .replace("to = \"pool:east\"", "to = \"pool:east\"\nrows = [\"US\"]");
    let mut desk = desk(&inline);
    assert!(desk.state.territories().in_policy());
    let west = told(&mut desk, "L-1", "US", "NV");
    assert!(west.contains("Territory West, by row US/NV."), "{west}");
    let refused = set(&mut desk, sheet(&["country"], &["US,West"]));
    let refused = refused.expect_err("rows are never in two places");
    assert_eq!(refused.code(), "territories_rejected");
    let mut desk_record = Attributes::default();
    let kind = evenkeel_core::market::schema::RECORD_KIND;
    desk_record.set(kind, Value::Text("desk".into()));
    let events = desk
        .take_in_with("L-2", "US", desk_record)
        .expect("taken in");
    let (verdict, _) = verdict(&events);
    let said = verdict.territory.expect("the rule names one");
    assert_eq!((said.name.as_deref(), said.row), (Some("East"), None));
}

#[test]
fn setting_a_table_refuses_in_order() {
    let good = || sheet(&["country"], &["US,West"]);
    let mut empty = Desk::empty();
    assert_eq!(set(&mut empty, good()), Err(Refusal::PolicyMissing));
    let mut desk = desk(POLICY);
    let strange =
        set(&mut desk, sheet(&["country"], &["US,Wesst"])).expect_err("no such territory");
    assert!(
        strange
            .message()
            .contains("no territory \"Wesst\". Maybe \"West\"?"),
        "{strange:?}"
    );
    set(&mut desk, good()).expect("a table");
    assert_eq!(set(&mut desk, good()), Err(Refusal::NothingToDo));
    let late = SetTerritories {
        sheet: sheet(&["country"], &["CA,West"]),
        based_on: Some(0),
    };
    assert_eq!(
        desk.run(&Command::SetTerritories(Box::new(late))),
        Err(Refusal::TerritoriesMoved {
            based_on: 0,
            current: 1
        })
    );
    assert_eq!(desk.state.territories().version(), 1);
    // A policy that drops a territory leaves its rows to `otherwise`.
    let without = POLICY.replace("name = \"West\"", "name = \"North\"");
    desk.publish(&without).expect("a sound policy");
    let words = told(&mut desk, "L-1", "US", "CA");
    assert!(
        words.contains("says West, a territory that the policy does not have"),
        "{words}"
    );
}

#[test]
fn a_policy_says_what_is_wrong_with_its_territories() {
    for (from, to, expected) in [
        (
            "to = \"territories\"",
            "to = \"territory:Wst\"",
            "there is no territory \"Wst\"",
        ),
        (
            "otherwise = \"queue:nowhere\"\n",
            "",
            "it does not say where a record goes",
        ),
        (
            "joint = \"pool:everyone\"",
            "on = false",
            "there is no joint pool",
        ),
        (
            "joint = \"pool:everyone\"",
            "joint = \"queue:triage\"",
            "a pool",
        ),
        ("to = \"pool:west\"\n", "", "does not say which pool"),
        (
            "name = \"East\"\nto",
            "name = \"West\"\nto",
            "the name \"West\" is taken",
        ),
        (
            "joint = ",
            "columns = [\"state\"]\njoint = ",
            "no territory has rows",
        ),
        (
            "to = \"pool:west\"",
            "to = \"pool:west\"\nrows = [\"US\"]",
            "there are rows, but no col",
        ),
    ] {
        assert!(POLICY.contains(from), "{from}");
        let text = POLICY.replace(from, to);
        let reading = read(&text, &Schema::of_records(), &Schema::of_reps());
        let words: Vec<String> = reading.problems.iter().map(ToString::to_string).collect();
        assert!(
            words.iter().any(|words| words.contains(expected)),
            "{expected}: {words:?}"
        );
    }
    let bare =
        "evenkeel = 1\nname = \"x\"\n[[queue]]\nname = \"q\"\n[fallback]\nto = \"territories\"";
    let reading = read(bare, &Schema::of_records(), &Schema::of_reps());
    assert!(
        reading.problems[0]
            .message
            .contains("the policy has no territories")
    );
}

fn cell() -> impl Strategy<Value = String> {
    prop_oneof![
        2 => Just(String::new()),
        3 => "[ab]{1,3}",
        3 => "[ab]{1,3}\\*",
        1 => "[aé]{1,2}\\*",
    ]
}

fn band() -> impl Strategy<Value = String> {
    prop_oneof![
        2 => Just(String::new()),
        2 => (0..20i64, 1..10i64).prop_map(|(from, width)| format!("{from}..{}", from + width)),
        1 => (0..20i64).prop_map(|from| format!("{from}..")),
        1 => (0..20i64).prop_map(|below| format!("..{below}")),
        1 => (0..20i64).prop_map(|number| number.to_string()),
    ]
}

proptest! {
    /// The index finds the row that the plain rule finds, whatever the table and the record.
    #[test]
    fn the_index_is_the_rule(
        rows in prop::collection::vec((cell(), cell(), cell(), band()), 0..40),
        records in prop::collection::vec(
            ("[aé]{0,2}", "[ab]{0,4}", "[ab]{0,4}", prop::option::of(0..22i64)), 1..40),
    ) {
        let rows = rows.into_iter().enumerate().map(|(at, (one, two, three, band))| SheetRow {
            line: at as u64 + 2,
            cells: vec![one, two, three, band],
            territory: format!("T{}", at % 7),
        });
        let columns = ["country", "state", "postcode", "employees"];
        let sheet = Sheet {
            columns: columns.map(str::to_owned).into(),
            rows: rows.collect(),
        };
        let table = Table::of(&sheet, &schema()).expect("cells that can be read");
        let lookup = Lookup::of(&table);
        for (one, two, three, number) in records {
            let facts = facts(&one, &two, &three, number);
            prop_assert_eq!(lookup.find(&facts), table.scan(&facts));
        }
        // A row that is called hidden wins for no record.
        for problem in check(&table, &sheet) {
            if problem.message.contains("can never win") {
                let hidden = problem.line as usize - 2;
                for number in 0..22 {
                    let row = &table.rows[hidden];
                    let of = |at: usize| row.cells[at].to_string().replace('*', "");
                    let facts = facts(&of(0), &of(1), &of(2), Some(number));
                    prop_assert_ne!(table.scan(&facts), Some(hidden));
                }
            }
        }
        // As texts and back it is the same table.
        prop_assert_eq!(Table::of(&table.sheet(&schema()), &schema()), Ok(table));
    }
}
