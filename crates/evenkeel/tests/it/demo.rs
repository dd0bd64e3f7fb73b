//! The made-up company: its month is played whole, fairly, and the same way every time.

use crate::bin::Bin;
use evenkeel::demo::act::{Act, Step};
use evenkeel::demo::history::history;
use evenkeel::demo::play::{self, Played};
use evenkeel::host::clock::Standing;
use evenkeel::host::workspace::Workspace;
use evenkeel_core::clocks::{Running, Stage};
use evenkeel_core::holding::place::Place;
use evenkeel_core::ids::RecordNo;
use evenkeel_core::people::rep::Status;
use evenkeel_core::state::State;
use evenkeel_core::time::Moment;
use evenkeel_journal::identity::StoreId;
use evenkeel_journal::journal::Journal;
use evenkeel_journal::memory::MemoryJournal;
use std::sync::Arc;

/// Thursday 5 March 2026, 15:20 UTC.
const END: Moment = Moment(1_772_724_000_000);

/// A workspace in memory after playing `steps`.
async fn played(seed: u64, steps: &[Step]) -> (Workspace, Played) {
    let mut journal = MemoryJournal::create(StoreId([7; 16]));
    journal
        .create_workspace("Quillwater")
        .expect("a new store takes a workspace");
    let clock = Arc::new(Standing::at(END));
    let workspace = Workspace::open(Box::new(journal), clock).expect("an empty journal opens");
    play::settle_draws(&workspace, seed, steps)
        .await
        .expect("a store takes settings");
    let played = play::play(&workspace, "demo", steps)
        .await
        .expect("the story is sound");
    (workspace, played)
}

/// Every record's key and place, and every member's credit.
fn outline(state: &State) -> Vec<String> {
    let records = (0..state.records().len()).map(RecordNo::at);
    let places = records.map(|no| format!("{} {:?}", state.records().key(no), state.place(no)));
    let pools = state.pools().iter();
    let credits = pools.map(|pool| format!("{} {:?}", pool.name, pool.ledger.members()));
    places.chain(credits).collect()
}

/// How many records are overdue, and how many first touches are known.
fn clocks(state: &State) -> (usize, usize) {
    let clocks = state.clocks();
    let late = |running: &&Running| running.stage >= Stage::Breached;
    let overdue = clocks.running().map(|(_, running)| running).filter(late);
    let reps = state.roster().iter().map(|(rep, _)| rep);
    (
        overdue.count(),
        reps.map(|rep| clocks.speeds(rep).len()).sum(),
    )
}

#[tokio::test]
async fn a_month_is_played_and_leaves_something_to_look_at() {
    let steps = history(1, 30, END);
    let (workspace, played) = played(1, &steps).await;
    let asked = workspace.ask(|state| {
        let records = (0..state.records().len()).map(RecordNo::at);
        let places: Vec<Place> = records.map(|record| state.place(record)).collect();
        let there = state
            .roster()
            .iter()
            .filter(|(_, rep)| rep.profile.status != Status::Left);
        let worst = state
            .pools()
            .iter()
            .all(|pool| pool.fairness.passed.is_none());
        let dealing = state.pools().iter().all(|pool| pool.dealt > 0);
        (
            places,
            there.count(),
            state.held().len(),
            worst && dealing,
            state.version(),
        )
    });
    let (places, reps, held, fair, version) = asked.await;
    let taken = steps
        .iter()
        .filter(|step| matches!(step.act, Act::TakeIn(_)))
        .count();
    assert_eq!(places.len(), taken);
    assert!((2_500..3_500).contains(&taken), "{taken} records");
    assert_eq!((reps, version), (24, 2));
    assert!((1..90).contains(&held), "{held} held");
    let (overdue, touches) = workspace.ask(clocks).await;
    assert!((1..60).contains(&overdue), "{overdue} overdue");
    assert!(touches > 1_500, "{touches} first touches");
    assert!(fair, "a pool passed its bound, or dealt nothing");
    let count = |is: fn(&Place) -> bool| places.iter().filter(|place| is(place)).count();
    let books = count(|place| matches!(place, Place::Book(_)));
    let queues = count(|place| matches!(place, Place::Queue(_)));
    assert!(
        books > taken / 5 && queues > 10,
        "{books} in books, {queues} in queues"
    );
    // Most half hours bring nothing to do; almost everything else does.
    let ticks = steps
        .iter()
        .filter(|step| matches!(step.act, Act::Tick))
        .count() as u64;
    // What owners did is logged many at once.
    let work = steps
        .iter()
        .filter(|step| matches!(step.act, Act::Work { .. }));
    let acts = (steps.len() - work.count()) as u64;
    assert!(
        played.idle <= ticks + 60 && played.done > acts - ticks - 60,
        "{played:?}"
    );
}

#[tokio::test]
async fn the_same_seed_gives_the_same_company() {
    let steps = history(5, 6, END);
    let (first, _) = played(5, &steps).await;
    let (second, _) = played(5, &steps).await;
    assert_eq!(first.ask(outline).await, second.ask(outline).await);
    let (other, _) = played(6, &history(6, 6, END)).await;
    assert_ne!(first.ask(outline).await, other.ask(outline).await);
}

#[test]
fn the_demo_keeps_out_of_other_stores_and_off_the_network() {
    let scratch = Bin::new();
    assert_eq!(scratch.run("init --data keel.db").code, 0);
    let own = scratch.run("demo --listen 127.0.0.1:0 --data keel.db");
    assert_eq!(own.code, 4, "{}", own.err);
    assert!(own.err.contains("not the demo"), "{}", own.err);
    let open = scratch.run("demo --listen 0.0.0.0:0 --data new.db");
    assert_eq!(open.code, 2, "{}", open.err);
    assert!(!scratch.exists("new.db"));
}
