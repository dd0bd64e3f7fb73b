//! Measures durable appends: events a second at 1, 16, 64 and 256 commands per commit.
//!
//! Run it with `cargo run --release -p evenkeel-journal --example append_rate [FOLDER]`. Every
//! command has one event of 300 bytes, one place row, one outbox row. Ids that grow with time keep
//! the index of commands compact; ids at random dirty a page each. Trust the ratios of one run: the
//! rate at 1 per commit is the disk's, not ours.

use evenkeel_core::ids::CommandId;
use evenkeel_journal::batch::{Batch, CommandRow, OutboxRow, Place, PlaceKind, PlaceRow, Placed};
use evenkeel_journal::identity::{Digest, StoreId};
use evenkeel_journal::journal::Journal;
use evenkeel_journal::memory::MemoryJournal;
use evenkeel_journal::sqlite::open;
use std::error::Error;
use std::io::Write;
use std::time::{Duration, Instant};

/// How long each figure is measured, after as much warming up as one commit.
const SPAN: Duration = Duration::from_secs(3);
const RECORDS: u32 = 100_000;

/// A batch of `commands` commands on top of `seq`, moving the next records in turn.
fn batch(seq: u64, commands: u64, random: bool) -> Batch {
    let mut batch = Batch {
        expected_seq: seq,
        at_ms: 1,
        engine: 1,
        ..Batch::default()
    };
    for seq in seq + 1..=seq + commands {
        let spread = seq.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let mut id = [0; 16];
        id[..8].copy_from_slice(&if random { spread } else { seq }.to_be_bytes());
        id[8..].copy_from_slice(&seq.to_be_bytes());
        batch.commands.push(CommandRow {
            id: CommandId(id),
            body: Digest([1; 32]),
            first_seq: seq,
            last_seq: seq,
            answer: seq.to_be_bytes().to_vec(),
        });
        let mut event = vec![b'e'; 300];
        event[..8].copy_from_slice(&seq.to_be_bytes());
        batch.events.push(&event);

        let round = u32::try_from((seq - 1) / u64::from(RECORDS)).unwrap_or(u32::MAX);
        let record = u32::try_from((seq - 1) % u64::from(RECORDS)).unwrap_or(u32::MAX);
        let book = |owner| Place {
            kind: PlaceKind::Book,
            owner,
        };
        let now = Placed {
            place: book(round + 1),
            due_ms: None,
            seq,
        };
        let was = (round > 0).then(|| book(round));
        batch.places.push(PlaceRow { record, was, now });
        batch.outbox.push(OutboxRow {
            record,
            seq,
            owner: round + 1,
        });
    }
    batch
}

struct Figure {
    events_per_second: f64,
    commits: usize,
    p50: Duration,
    p99: Duration,
}

fn measure(
    journal: &mut dyn Journal,
    commands: u64,
    random: bool,
) -> Result<Figure, Box<dyn Error>> {
    let space = journal.create_workspace("rate")?;
    let mut seq = journal.append(space, &batch(0, commands, random))?.seq;
    let mut times = Vec::new();
    let begin = Instant::now();
    let before = seq;
    while begin.elapsed() < SPAN {
        let next = batch(seq, commands, random);
        let commit = Instant::now();
        seq = journal.append(space, &next)?.seq;
        times.push(commit.elapsed());
    }
    let seconds = begin.elapsed().as_secs_f64();
    times.sort_unstable();
    let at = |percent: usize| times[(times.len() * percent / 100).min(times.len() - 1)];
    Ok(Figure {
        events_per_second: (seq - before) as f64 / seconds,
        commits: times.len(),
        p50: at(50),
        p99: at(99),
    })
}

fn main() -> Result<(), Box<dyn Error>> {
    let folder = match std::env::args_os().nth(1) {
        Some(folder) => tempfile::tempdir_in(folder)?,
        None => tempfile::tempdir()?,
    };
    let mut out = std::io::stdout().lock();
    writeln!(
        out,
        "{:<18} {:>10} {:>12} {:>9} {:>10} {:>10} {:>8}",
        "store", "per commit", "events/s", "ratio", "p50 ms", "p99 ms", "commits"
    )?;
    for store in ["sqlite", "sqlite, random ids", "memory"] {
        let mut single = None;
        for commands in [1, 16, 64, 256] {
            let path = folder.path().join(format!("{store} {commands}.db"));
            let random = store.ends_with("random ids");
            let mut journal: Box<dyn Journal> = match store {
                "memory" => Box::new(MemoryJournal::create(StoreId([1; 16]))),
                _ => Box::new(open::create(&path, StoreId([1; 16]))?),
            };
            let figure = measure(&mut *journal, commands, random)?;
            let single = *single.get_or_insert(figure.events_per_second);
            writeln!(
                out,
                "{store:<18} {commands:>10} {:>12.0} {:>9.1} {:>10.3} {:>10.3} {:>8}",
                figure.events_per_second,
                figure.events_per_second / single,
                figure.p50.as_secs_f64() * 1e3,
                figure.p99.as_secs_f64() * 1e3,
                figure.commits,
            )?;
        }
    }
    Ok(())
}
