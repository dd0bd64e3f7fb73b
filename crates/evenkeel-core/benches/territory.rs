//! Nanoseconds to find a record's territory, beside the plain scan of all rows.
//!
//! Run `cargo bench -p evenkeel-core --bench territory`. Half of the rows are postcode beginnings
//! within a state; records are drawn so that nine of ten match a row.

use evenkeel_core::market::schema::{Field, Schema};
use evenkeel_core::market::value::{Attributes, Value};
use evenkeel_core::territory::lookup::Lookup;
use evenkeel_core::territory::table::{Sheet, SheetRow, Table};
use std::hint::black_box;
use std::time::Instant;

const COLUMNS: [&str; 3] = ["country", "state", "postcode"];

fn main() {
    println!("ns per record, median of 7 runs");
    println!(
        "{:>7} {:>9} {:>11} {:>10}",
        "rows", "lookup", "scan", "compile ms"
    );
    let mut schema = Schema::of_records();
    for name in COLUMNS {
        schema.declare(Field::text(name)).expect("no field twice");
    }
    for rows in [10usize, 100, 1_000, 10_000, 20_000] {
        let table = Table::of(&sheet(rows), &schema).expect("a sound table");
        let start = Instant::now();
        let lookup = Lookup::of(&table);
        let compile = start.elapsed().as_secs_f64() * 1_000.0;
        let records: Vec<Attributes> = (0..1_000).map(|at| record(at, rows, &schema)).collect();
        let fast = median(|| {
            records.iter().for_each(|record| {
                black_box(lookup.find(black_box(record)));
            });
            records.len()
        });
        let few = &records[..20];
        for record in few {
            assert_eq!(lookup.find(record), table.scan(record), "the two agree");
        }
        let slow = median(|| {
            few.iter().for_each(|record| {
                black_box(table.scan(black_box(record)));
            });
            few.len()
        });
        println!("{rows:>7} {fast:>9} {slow:>11} {compile:>10.2}");
    }
}

fn median(mut run: impl FnMut() -> usize) -> u128 {
    let mut times: Vec<u128> = (0..7)
        .map(|_| {
            let start = Instant::now();
            let count = run();
            start.elapsed().as_nanos() / count as u128
        })
        .collect();
    times.sort_unstable();
    times[3]
}

fn cells(at: usize) -> [String; 3] {
    let postcode = if at.is_multiple_of(2) {
        format!("{:05}*", at * 7 % 100_000)
    } else {
        String::new()
    };
    [format!("C{}", at % 40), format!("S{}", at / 2), postcode]
}

fn sheet(rows: usize) -> Sheet {
    let row = |at: usize| SheetRow {
        line: at as u64 + 2,
        cells: cells(at).into(),
        territory: format!("T{}", at % 60),
    };
    Sheet {
        columns: COLUMNS.map(str::to_owned).into(),
        rows: (0..rows).map(row).collect(),
    }
}

fn record(at: usize, rows: usize, schema: &Schema) -> Attributes {
    let [country, state, postcode] = cells(at * 31 % rows);
    let postcode = match postcode.strip_suffix('*') {
        Some(start) => format!("{start}99"),
        None => "00000".to_owned(),
    };
    let country = if at.is_multiple_of(10) {
        "nowhere".to_owned()
    } else {
        country
    };
    let mut record = Attributes::default();
    for (name, text) in COLUMNS.into_iter().zip([country, state, postcode]) {
        let field = schema.find(name).expect("declared");
        record.set(field, Value::Text(text.into()));
    }
    record
}
