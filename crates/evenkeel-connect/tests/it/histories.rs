//! History as people have it: every form of dates and money, marks, blanks, and what is refused.

use evenkeel_connect::bad::Trouble;
use evenkeel_connect::histories::{FactIn, Form, Histories, PastLine};
use evenkeel_connect::mapping::Mapping;
use evenkeel_connect::mapping_toml;
use evenkeel_connect::source::{Format, Rows};
use evenkeel_core::measure::past::Happened;
use std::io::Cursor;

fn open(form: Form, format: Format, bytes: &[u8], map: &str) -> Result<Histories, String> {
    let mapping = match map {
        "" => Mapping::none(),
        map => mapping_toml::read("map.toml", &format!("mapping = 1\n{map}")).expect("is sound"),
    };
    let file = match format {
        Format::Csv => "past.csv",
        Format::Ndjson => "past.ndjson",
    };
    let source = Box::new(Cursor::new(bytes.to_vec()));
    let rows = Rows::open(file, source, format, mapping.delimiter).expect("has a header");
    Histories::open(file, rows, &mapping, form).map_err(|bad| bad.to_string())
}

/// Each line as facts in one text, or as what is wrong with it.
fn told(form: Form, bytes: &[u8], map: &str) -> Vec<String> {
    let lines = open(form, Format::Csv, bytes, map).expect("opens");
    lines.map(said).collect()
}

fn said(line: Result<PastLine, Trouble>) -> String {
    match line {
        Ok(line) => {
            let facts: Vec<String> = line.facts.iter().map(fact).collect();
            format!("{}: {}", line.record, facts.join("; "))
        }
        Err(trouble) => format!("! {}", trouble.bad()),
    }
}

fn fact(fact: &FactIn) -> String {
    let mut text = format!("{:?} {}", fact.what, fact.at);
    for more in [&fact.rep, &fact.word] {
        text.push_str(
            &more
                .as_ref()
                .map_or(String::new(), |more| format!(" {more}")),
        );
    }
    text + &fact
        .value
        .map_or(String::new(), |value| format!(" {value}"))
}

/// How a company in New York exports its deals.
const US: &str = "blanks = [\"N/A\", \"-\"]\n[columns]\nrecord = \"Id\"\nrep = \"Owner\"\n\
        created_at = \"Created\"\noutcome = \"Stage\"\nclosed_at = \"Closed\"\nvalue = \"Amount\"\n\
        reason = \"Why\"\n[replace.outcome]\n\"Closed Won\" = \"won\"\n\"Closed Lost\" = \"lost\"\n\
        Junk = \"disqualified\"\nNegotiation = \"open\"\n[dates]\n\
        forms = [\"%m/%d/%Y\", \"%d.%m.%Y %H:%M\", \"epoch-ms\"]\nzone = \"America/New_York\"\n\
        [numbers]\nthousands = \",\"\nstrip = [\"$\", \"USD\"]\n";

/// Every line, with what it tells or what is wrong with it; with a byte-order mark and with Windows
/// line ends as well.
fn exported(cases: &[(&str, &str)]) {
    let header = "Id,Owner,Created,Stage,Closed,Amount,Why";
    for (line, expected) in cases {
        for text in [
            format!("{header}\n{line}\n"),
            format!("\u{feff}{header}\r\n{line}\r\n"),
        ] {
            let found = told(Form::Deals, text.as_bytes(), US);
            assert_eq!(found, [*expected], "{line}");
        }
    }
}

#[test]
fn deals_as_exports_write_them() {
    exported(&[
        (
            "D-1,ana,03/01/2026,Closed Won,03/31/2026,\"$1,250.50\",",
            "D-1: Created 2026-03-01T05:00:00Z; Assigned 2026-03-01T05:00:00Z ana; \
             Won 2026-03-31T04:00:00Z 1250.5",
        ),
        (
            "D-2,ana,01.03.2026 09:30,Closed Lost,1767225600000,USD 0,Too expensive",
            "D-2: Created 2026-03-01T14:30:00Z; Assigned 2026-03-01T14:30:00Z ana; \
             Lost 2026-01-01T00:00:00Z too_expensive 0",
        ),
        (
            "D-3, N/A ,03/01/2026,Junk,03/02/2026,-,no_fit",
            "D-3: Created 2026-03-01T05:00:00Z; Disqualified 2026-03-02T05:00:00Z no_fit",
        ),
        // The day on which an open deal is expected to close is no fact.
        (
            "D-4,ben,03/01/2026,Negotiation,12/31/2027,900,",
            "D-4: Created 2026-03-01T05:00:00Z 900; Assigned 2026-03-01T05:00:00Z ben",
        ),
        ("D-5,ben,-,N/A,N/A,,", "D-5: "),
    ]);
}

/// Where a record came from and what an open one may be worth are told of its beginning.
#[test]
fn origin_and_worth_are_told_of_the_beginning() {
    let header = "record,rep,assigned_at,outcome,closed_at,value,origin";
    for (line, expected) in [
        (
            "D-1,ana,2026-03-01,open,,900,Self Sourced",
            "D-1: Created 2026-03-01T00:00:00Z self_sourced 900; Assigned 2026-03-01T00:00:00Z ana",
        ),
        (
            "D-2,ana,2026-03-01,won,2026-03-02,900,web",
            "D-2: Created 2026-03-01T00:00:00Z web; Assigned 2026-03-01T00:00:00Z ana; \
             Won 2026-03-02T00:00:00Z 900",
        ),
        (
            "D-3,ana,2026-03-01,won,2026-03-02,900,",
            "D-3: Assigned 2026-03-01T00:00:00Z ana; Won 2026-03-02T00:00:00Z 900",
        ),
        ("D-4,ana,,open,,900,web", "D-4: "),
    ] {
        let text = format!("{header}\n{line}\n");
        assert_eq!(told(Form::Deals, text.as_bytes(), ""), [expected], "{line}");
    }
}

#[test]
fn what_is_wrong_with_a_deal_is_told_with_its_place() {
    exported(&[
        (
            "D-6,ben,,Closed Won,03/31/2026,1,",
            "! past.csv:2: column 3 \"Created\": found \"\", expected since when the rep has a \
             record that was decided",
        ),
        (
            "D-7,ben,03/01/2026,Closed Won,,1,",
            "! past.csv:2: column 5 \"Closed\": found \"\", expected when a decided record was \
             decided",
        ),
        (
            "D-8,ben,2026-03-01,Closed Won,03/31/2026,1,",
            "! past.csv:2: column 3 \"Created\": found \"2026-03-01\", expected a date in the form \
             %m/%d/%Y or %d.%m.%Y %H:%M or epoch-ms, years 1800 to 2199",
        ),
        (
            "D-9,ben,03/01/2026,Closed Won,03/31/2026,1.250 EUR,",
            "! past.csv:2: column 6 \"Amount\": found \"1.250 EUR\", expected a number such as \
             1,250.5. Signs of currency and marks between thousands are named in the mapping's \
             [numbers]",
        ),
        (
            "D-10,ben,03/01/2026,Signed,03/31/2026,1,",
            "! past.csv:2: column 4 \"Stage\": found \"Signed\", expected open, won, lost or \
             disqualified. What other words mean, the mapping says: [replace.outcome]",
        ),
        (
            ",ben,03/01/2026,Closed Won,03/31/2026,1,",
            "! past.csv:2: column 1 \"Id\": found \"\", expected an id on every line",
        ),
        (
            "D-11,ben,03/01/2026,Closed Lost,03/31/2026,1,\"call Jo at +1 555, angry\"",
            "! past.csv:2: column 7 \"Why\": found \"call Jo at +1 555, angry\", expected a code \
             of 1 to 60 lower-case letters, digits, _ or -",
        ),
    ]);
}

#[test]
fn each_kind_of_file_has_its_columns() {
    for (form, text, expected) in [
        (
            Form::Assignments,
            "record,at,rep\nD-1,2026-03-01T09:30:00+02:00,ana\nD-1,2026-03-01,\n",
            vec![
                "D-1: Assigned 2026-03-01T07:30:00Z ana",
                "! past.csv:3: column 3 \"rep\": found \"\", expected a rep on every line",
            ],
        ),
        (
            Form::Owners,
            "record,at,rep\nD-1,2026-03-01,ben\nD-1,2026-03-05,\nD-1,,ben\n",
            vec![
                "D-1: Owned 2026-03-01T00:00:00Z ben",
                "D-1: Owned 2026-03-05T00:00:00Z",
                "! past.csv:4: column 2 \"at\": found \"\", expected a moment on every line",
            ],
        ),
        (
            Form::Activities,
            "record,at,kind,rep\nD-1,2026-03-01 09:30,Outbound  Call,ben\nD-1,2026-03-01,,ben\n",
            vec![
                "D-1: Worked 2026-03-01T09:30:00Z ben outbound_call",
                "! past.csv:3: column 3 \"kind\": found \"\", expected a kind on every line",
            ],
        ),
        (
            Form::Outcomes,
            "record,at,outcome,value\nD-1,2026-03-01,WON,12.5\nD-1,2026-03-02,open,\n",
            vec![
                "D-1: Won 2026-03-01T00:00:00Z 12.5",
                "D-1: Reopened 2026-03-02T00:00:00Z",
            ],
        ),
        (
            Form::Facts,
            "record,at,what,rep,kind\nD-1,2026-03-01,created,,\nD-1,2026-03-02,Assigned,ana,\n\
             D-1,2026-03-03,worked,ana,call\nD-1,2026-03-04,lost,,\nD-1,2026-03-04,gone,,\n",
            vec![
                "D-1: Created 2026-03-01T00:00:00Z",
                "D-1: Assigned 2026-03-02T00:00:00Z ana",
                "D-1: Worked 2026-03-03T00:00:00Z ana call",
                "D-1: Lost 2026-03-04T00:00:00Z",
                "! past.csv:6: column 3 \"what\": found \"gone\", expected one of created, \
                 assigned, owned, worked, reopened, won, lost, disqualified",
            ],
        ),
    ] {
        assert_eq!(told(form, text.as_bytes(), ""), expected, "{form:?}");
    }
}

#[test]
fn lines_of_json_tell_the_same() {
    let text = "{\"record\":\"D-1\",\"outcome\":\"won\",\"rep\":\"ana\",\"value\":1250.5,\
        \"created_at\":\"2026-03-01\",\"closed_at\":\"2026-03-09\"}\n\
        {\"record\":\"D-2\",\"outcome\":null}\n";
    let lines = open(Form::Deals, Format::Ndjson, text.as_bytes(), "").expect("opens");
    let found: Vec<String> = lines.map(said).collect();
    let first = "D-1: Created 2026-03-01T00:00:00Z; Assigned 2026-03-01T00:00:00Z ana; \
        Won 2026-03-09T00:00:00Z 1250.5";
    assert_eq!(found, [first, "D-2: "]);
}

#[test]
fn what_does_not_fit_is_told_before_the_first_line() {
    let told = open(Form::Outcomes, Format::Csv, b"record,at,outcom\n", "").err();
    let told = told.expect("a column is missing");
    assert!(
        told.contains("a column \"outcome\"") && told.contains("Maybe"),
        "{told}"
    );
    let map = "[columns]\nnotes = \"at\"\n";
    let told = open(Form::Owners, Format::Csv, b"record,at,rep\n", map).err();
    let told = told.expect("there are no notes");
    assert!(told.contains("map.toml:3:1: found \"notes\""), "{told}");
    let names = b"record,at,rep,contact_email,rep_name\nD-1,2026-01-01,7,jo@x.com,Ana\n";
    let mut lines = open(Form::Owners, Format::Csv, names, "").expect("opens");
    assert_eq!(lines.unused(), ["contact_email", "rep_name"]);
    let line = lines.next().expect("one").expect("is sound");
    assert_eq!(line.facts[0].what, Happened::Owned);
    assert_eq!(line.facts[0].rep.as_deref(), Some("7"));
}
