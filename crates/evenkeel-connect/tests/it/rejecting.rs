//! Nothing is lost: every line is a record or a reject, and a mended reject can come again.

use crate::reading::read;
use evenkeel_connect::bad::Trouble;
use evenkeel_connect::out::plain;
use evenkeel_connect::rejects::Rejects;
use evenkeel_connect::source::Format;
use proptest::prelude::*;

/// A line of a table with the header `id,country,employees`, sound or not.
fn line() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => "[0-9]{1,3},[A-Z]{2},[0-9]{1,4}",
        1 => "[0-9]{1,3},[A-Z]{2},[0-9]{1,2}k",
        1 => "[0-9]{1,3},[A-Z]{2}",
        1 => "[0-9]{1,3},\"[A-Z]{2},[0-9]",
        1 => "=[0-9]{1,3},\"[A-Z]{2}\"x,[0-9]",
    ]
}

fn rejects_of(troubles: &[Trouble]) -> Vec<csv::StringRecord> {
    let mut text = Vec::new();
    let mut rejects = Rejects::new(&mut text).expect("memory does not fail");
    for trouble in troubles {
        match trouble {
            Trouble::Line(reject) => rejects.write(reject).expect("memory does not fail"),
            Trouble::File(bad) => panic!("{bad}"),
        }
    }
    assert_eq!(rejects.count(), troubles.len() as u64);
    rejects.finish().expect("memory does not fail");
    csv::Reader::from_reader(&text[..])
        .into_records()
        .map(|row| row.expect("is CSV"))
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn lines_in_are_records_plus_rejects(lines in proptest::collection::vec(line(), 0..20)) {
        let mut text = String::from("id,country,employees\n");
        for line in &lines {
            text.push_str(line);
            text.push('\n');
        }
        let (good, bad) = read(Format::Csv, text.as_bytes());
        let rejected = rejects_of(&bad);
        // A quoted value may run over several lines; each of them belongs to exactly one outcome.
        let mut covered = vec![0; lines.len() + 2];
        for row in &rejected {
            let at: usize = row[0].parse().expect("is a line number");
            let original = plain(&row[3]).to_owned();
            prop_assert!(text.contains(&original), "{:?}", original);
            let end = at + original.matches('\n').count();
            covered[at..=end].iter_mut().for_each(|count| *count += 1);
        }
        for record in &good {
            covered[record.line as usize] += 1;
        }
        prop_assert!(covered[2..].iter().all(|count| *count == 1), "{:?} {}", covered, text);
    }
}

#[test]
fn a_reject_holds_line_column_reason_and_the_original() {
    let text = "id,country,employees\n=1,DE,12k\n2,FR\n";
    let (_, bad) = read(Format::Csv, text.as_bytes());
    let rows: Vec<Vec<String>> = rejects_of(&bad)
        .iter()
        .map(|row| row.iter().map(str::to_owned).collect())
        .collect();
    let hint = "Signs of currency and marks between thousands are named in the mapping's [numbers]";
    assert_eq!(
        rows,
        [
            [
                "2",
                "employees",
                &format!("found \"12k\", expected a number such as 1250.5. {hint}"),
                "'=1,DE,12k"
            ],
            [
                "3",
                "",
                "expected 3 cells as in the header, found 2",
                "2,FR"
            ],
        ]
    );
}
