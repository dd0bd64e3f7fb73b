//! Nanoseconds per record matched: the index beside the clause trees and the `cel` interpreter.
//!
//! Run `cargo bench -p evenkeel-core --bench matching`. Rules mix `==`, `in`, ranges, prefixes and
//! tags over 12 columns, made from a fixed seed; the same answers are asserted of all. The
//! interpreter gets what its library offers for speed: programs compiled once, an environment
//! shared, a record's values bound once for all rules; it stops at the first match too.

use cel::{Context, Program};
use evenkeel_core::ids::FieldNo;
use evenkeel_core::market::clause::Answer;
use evenkeel_core::market::columns::Columns;
use evenkeel_core::market::schema::Schema;
use evenkeel_core::market::value::{Attributes, Value};
use evenkeel_core::policy::analysis::{Known, check};
use evenkeel_core::policy::compiled::Compiled;
use evenkeel_core::policy::document::Document;
use evenkeel_core::time::Moment;
use evenkeel_core::units::Micro;
use std::fmt::Write;
use std::hint::black_box;
use std::time::{Duration, Instant};

const FIELDS: [(&str, &str); 12] = [
    ("country", "text"),
    ("state", "text"),
    ("industry", "text"),
    ("source", "text"),
    ("segment", "text"),
    ("city", "text"),
    ("employees", "number"),
    ("revenue", "number"),
    ("score", "number"),
    ("created_at", "time"),
    ("hot", "flag"),
    ("interests", "tags"),
];

/// Part of the records that no rule may take, in percent; as in the peers' measurement.
const UNMATCHED: u64 = 17;

/// A fixed sequence of numbers (SplitMix64).
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((u128::from(mixed ^ (mixed >> 31)) * u128::from(bound)) >> 64) as u64
    }
}

fn main() {
    let benches: Vec<(Bench, usize)> = [(100, 400), (1_000, 40), (10_000, 0)]
        .map(|(count, judged)| (Bench::new(count), judged))
        .into();
    println!("\nns per record, 20,000 records, 12 columns, median of 7 runs (interpreter: 3)");
    print!(
        "{:>6} {:>8} {:>8} {:>9}",
        "rules", "matched", "index", "+answers"
    );
    print!(
        " {:>9} {:>9} {:>10} {:>10}",
        "stranger", "+intern", "tree", "cel"
    );
    println!(" {:>9} {:>10}", "x tree", "x cel");
    for (bench, judged) in &benches {
        bench.measure(*judged);
    }
}

/// One policy and records for it.
struct Bench {
    conditions: Vec<String>,
    document: Document,
    fields: Schema,
    /// Compiled before there was any record.
    empty: Compiled,
    rows: Vec<Attributes>,
}

impl Bench {
    /// A policy of `count` rules.
    fn new(count: usize) -> Self {
        let mut numbers = Numbers(count as u64);
        let conditions: Vec<String> = (0..count).map(|_| condition(&mut numbers, count)).collect();
        let begun = Instant::now();
        let (document, fields) = read(&conditions);
        let read = begun.elapsed();
        let begun = Instant::now();
        let empty = compile(&document, &fields, &Columns::default());
        println!(
            "{count} rules: read and checked in {read:.1?}, compiled in {:.1?}",
            begun.elapsed()
        );
        let rows = rows(&mut numbers, &empty);
        Self {
            conditions,
            document,
            fields,
            empty,
            rows,
        }
    }

    /// The first rule that matches, by walking the trees.
    fn tree(&self, row: &Attributes) -> Option<usize> {
        self.document
            .rules
            .iter()
            .position(|rule| rule.when.answer(row) == Answer::Yes)
    }

    /// Measures, and prints a line; the interpreter on the first `judged` records only.
    fn measure(&self, judged: usize) {
        let Self {
            document,
            fields,
            empty,
            rows,
            ..
        } = self;
        let mut columns = Columns::new(fields);
        rows.iter().for_each(|row| drop(columns.push(row)));
        let policy = compile(document, fields, &columns);
        let row_count = 0..rows.len();
        let first: Vec<Option<usize>> = row_count
            .clone()
            .map(|row| policy.first_row(&columns, row))
            .collect();
        let some = rows.len().min(2_000_000 / document.rules.len());
        let programs: Vec<Program> = match judged {
            0 => Vec::new(),
            _ => self.conditions.iter().map(|text| program(text)).collect(),
        };
        self.agree(&policy, &programs, &first, [some, judged]);

        let index = per(7, rows.len(), || {
            row_count
                .clone()
                .filter_map(|row| policy.first_row(&columns, row))
                .sum()
        });
        let answers = per(7, rows.len(), || {
            row_count
                .clone()
                .filter_map(|row| policy.matching_row(&columns, row).rule)
                .sum()
        });
        let stranger = per(7, rows.len(), || {
            rows.iter().filter_map(|row| policy.first(row)).sum()
        });
        let intern = per(7, rows.len(), || interning(empty, fields, rows));
        let tree = per(7, some, || {
            rows[..some].iter().filter_map(|row| self.tree(row)).sum()
        });
        let matched = first.iter().flatten().count() * 100 / first.len();
        print!(
            "{:>6} {matched:>7}% {index:>8.0} {answers:>9.0}",
            document.rules.len()
        );
        print!(" {stranger:>9.0} {intern:>9.0} {tree:>10.0}");
        if judged == 0 {
            println!(" {:>10} {:>9.1} {:>10}", "-", tree / index, "-");
            return;
        }
        let cel = per(3, judged, || {
            rows[..judged]
                .iter()
                .filter_map(|row| interpreted(&programs, fields, row))
                .sum()
        });
        println!(" {cel:>10.0} {:>9.1} {:>10.0}", tree / index, cel / index);
    }

    /// Asserts that trees, and the interpreter for fewer records, say what the index says.
    fn agree(
        &self,
        policy: &Compiled,
        programs: &[Program],
        first: &[Option<usize>],
        [some, judged]: [usize; 2],
    ) {
        for (row, first) in self.rows[..some].iter().zip(first) {
            assert_eq!(self.tree(row), *first, "index and tree on {row:?}");
            assert_eq!(policy.first(row), *first, "stored and stranger");
            assert_eq!(
                policy.matching(row).rule,
                *first,
                "with and without answers"
            );
        }
        for (row, first) in self.rows[..judged].iter().zip(first) {
            assert_eq!(
                interpreted(programs, &self.fields, row),
                *first,
                "interpreter on {row:?}"
            );
        }
    }
}

fn compile(document: &Document, fields: &Schema, columns: &Columns) -> Compiled {
    Compiled::new(document.clone(), fields.clone(), Schema::of_reps(), columns)
}

/// Stores every record, learns its texts, and matches it.
fn interning(empty: &Compiled, fields: &Schema, rows: &[Attributes]) -> usize {
    let (mut columns, mut policy, mut sum) = (Columns::new(fields), empty.clone(), 0);
    for (at, row) in rows.iter().enumerate() {
        let fresh = columns.push(row);
        policy.learn(&fresh, &columns);
        sum += policy.first_row(&columns, at).unwrap_or(0);
    }
    sum
}

/// Median nanoseconds of `runs` runs of `work` over `count` records.
fn per(runs: usize, count: usize, mut work: impl FnMut() -> usize) -> f64 {
    let mut times: Vec<Duration> = (0..runs)
        .map(|_| {
            let begun = Instant::now();
            black_box(work());
            begun.elapsed()
        })
        .collect();
    times.sort();
    times[runs / 2].as_nanos() as f64 / count as f64
}

/// A random condition of 2 to 4 parts. With more rules each is narrower, so that about as many
/// records match.
fn condition(numbers: &mut Numbers, rules: usize) -> String {
    let parts = 2 + numbers.below(2) + u64::from(rules > 100);
    let mut chosen: Vec<u64> = Vec::new();
    while chosen.len() < parts as usize {
        let field = numbers.below(12);
        if !chosen.contains(&field) {
            chosen.push(field);
        }
    }
    let parts: Vec<String> = chosen
        .into_iter()
        .map(|field| part(numbers, field))
        .collect();
    format!("record.segment != \"none\" && {}", parts.join(" && "))
}

fn part(numbers: &mut Numbers, field: u64) -> String {
    let name = FIELDS[field as usize].0;
    match field {
        0..=4 if numbers.below(2) == 0 => format!("record.{name} == \"{}\"", word(numbers, field)),
        0..=4 => {
            let words: Vec<String> = (0..4)
                .map(|_| format!("\"{}\"", word(numbers, field)))
                .collect();
            format!("record.{name} in [{}]", words.join(", "))
        }
        5 => format!("record.city.startsWith(\"city {}\")", numbers.below(10)),
        6..=8 if numbers.below(2) == 0 => {
            let low = numbers.below(600);
            format!(
                "record.{name} >= {low} && record.{name} < {}",
                low + 100 + numbers.below(400)
            )
        }
        6..=8 => format!("record.{name} >= {}", numbers.below(900)),
        9 => {
            let day = 1 + numbers.below(28);
            format!("record.created_at >= timestamp(\"2026-02-{day:02}T00:00:00Z\")")
        }
        10 => "record.hot".to_owned(),
        _ => format!("\"tag {}\" in record.interests", numbers.below(8)),
    }
}

/// How many different texts each text column has.
fn word(numbers: &mut Numbers, field: u64) -> String {
    let kinds = [60, 50, 20, 12, 5][field as usize];
    // Squared: some texts are much more common than others.
    let draw = numbers.below(1_000) * numbers.below(1_000) / 1_000;
    format!("{} {}", FIELDS[field as usize].0, draw * kinds / 1_000)
}

fn row(numbers: &mut Numbers) -> Attributes {
    let mut row = Attributes::default();
    for field in 0..12u64 {
        if field > 4 && numbers.below(20) == 0 {
            continue;
        }
        let value = match field {
            0..=4 => Value::Text(word(numbers, field).into()),
            5 => Value::Text(format!("city {}", numbers.below(3_000)).into()),
            6..=8 => Value::Number(Micro::whole(numbers.below(1_000) as i64)),
            9 => Value::Time(Moment(
                1_769_904_000_000 + numbers.below(2_419_200_000) as i64,
            )),
            10 => Value::Flag(numbers.below(3) == 0),
            _ => Value::tags(
                (0..2)
                    .map(|_| format!("tag {}", numbers.below(8)))
                    .collect(),
            ),
        };
        // Field 0 is the built-in kind.
        row.set(FieldNo(field as u32 + 1), value);
    }
    row
}

/// 20,000 records, of which [`UNMATCHED`] percent are kept from every rule.
fn rows(numbers: &mut Numbers, policy: &Compiled) -> Vec<Attributes> {
    let mut rows = Vec::with_capacity(20_000);
    while rows.len() < 20_000 {
        let mut row = row(numbers);
        if numbers.below(100) < UNMATCHED {
            row.set(FieldNo(5), Value::Text("none".into()));
        } else if policy.first(&row).is_none() {
            continue;
        }
        rows.push(row);
    }
    rows
}

fn read(conditions: &[String]) -> (Document, Schema) {
    let mut text = String::from("evenkeel = 1\nname = \"bench\"\n[record]\n");
    for (name, kind) in FIELDS {
        writeln!(text, "{name} = \"{kind}\"").expect("writing to a string");
    }
    text += "[[queue]]\nname = \"all\"\n[fallback]\nto = \"queue:all\"\n";
    for (at, condition) in conditions.iter().enumerate() {
        write!(
            text,
            "[[rule]]\nname = \"{at}\"\nwhen = '{condition}'\nto = \"queue:all\"\n"
        )
        .expect("writing to a string");
    }
    let (record_schema, rep_schema) = (Schema::of_records(), Schema::of_reps());
    let known = Known {
        record_schema: &record_schema,
        rep_schema: &rep_schema,
        reps: Vec::new(),
    };
    let analysis = check(&text, &known);
    let errors: Vec<String> = analysis
        .problems
        .iter()
        .filter(|problem| problem.is_error())
        .map(ToString::to_string)
        .collect();
    assert_eq!(errors, [""; 0]);
    (
        analysis.document.expect("there are no errors"),
        analysis.records,
    )
}

fn program(text: &str) -> Program {
    // The interpreter is built without a calendar here; moments reach it as numbers.
    let mut text = text.to_owned();
    while let Some(start) = text.find("timestamp(") {
        let end = start + text[start..].find(')').expect("a closing bracket");
        let stamp = text[start + 11..end - 1]
            .parse::<jiff::Timestamp>()
            .expect("a sound moment");
        text.replace_range(start..=end, &stamp.as_millisecond().to_string());
    }
    Program::compile(&text).expect("a sound condition")
}

fn interpreted(programs: &[Program], schema: &Schema, row: &Attributes) -> Option<usize> {
    let values = row.values.iter().map(|(field, value)| {
        let value = match value {
            Value::Text(text) => cel::Value::from(text.as_str()),
            Value::Number(number) => cel::Value::Float(number.0 as f64 / 1e6),
            Value::Flag(flag) => cel::Value::Bool(*flag),
            Value::Time(moment) => cel::Value::Int(moment.0),
            Value::Tags(tags) => cel::Value::from(tags.clone()),
        };
        (
            schema.field(*field).expect("a declared field").name.clone(),
            value,
        )
    });
    #[expect(
        clippy::disallowed_types,
        reason = "the interpreter wants its own kind of map"
    )]
    let values: std::collections::HashMap<String, cel::Value> = values.collect();
    thread_local! {
        static ENV: std::sync::Arc<cel::Env> = std::sync::Arc::new(cel::Env::stdlib());
    }
    let mut context = Context::with_env(ENV.with(std::sync::Arc::clone));
    context.add_variable_from_value("record", values);
    programs
        .iter()
        .position(|program| matches!(program.execute(&context), Ok(cel::Value::Bool(true))))
}
