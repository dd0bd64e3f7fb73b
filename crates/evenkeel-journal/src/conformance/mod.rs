//! The one suite that every backend passes, whatever it is made of.
//!
//! A backend's tests build a [`Rig`] and call [`run`]. It deliberately tests no file, no SQL and no
//! network: what is special to a backend is tested beside it.

pub mod activities;
pub mod append;
pub mod crowd;
pub mod history;
pub mod race;
pub mod rows;
pub mod sample;
pub mod snapshots;
pub mod stores;

use crate::identity::WorkspaceId;
use crate::journal::Journal;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// What the suite must be able to do with a backend.
pub trait Rig {
    /// Makes an empty store.
    fn fresh(&mut self) -> Box<dyn Journal>;

    /// Closes the store and opens it again. A backend that keeps nothing gives it back as it is.
    fn reopen(&mut self, journal: Box<dyn Journal>) -> Box<dyn Journal>;

    /// Changes one byte of a stored snapshot behind the store's back.
    fn damage_snapshot(&mut self, journal: &mut dyn Journal, workspace: WorkspaceId, seq: u64);
}

/// One case: its name and what it does.
pub type Case = (&'static str, fn(&mut dyn Rig));

/// All cases.
pub const CASES: &[Case] = &[
    (
        "appended batches are read back",
        append::appended_batches_are_read_back,
    ),
    (
        "pages are bounded and complete",
        append::pages_are_bounded_and_complete,
    ),
    ("another head is refused", append::another_head_is_refused),
    (
        "a command is known for ever",
        append::a_command_is_known_for_ever,
    ),
    (
        "commands of nobody have no row",
        append::commands_of_nobody_have_no_row,
    ),
    (
        "commands without events are kept",
        append::commands_without_events_are_kept,
    ),
    (
        "malformed batches are refused",
        append::malformed_batches_are_refused,
    ),
    ("bounds are refused", append::bounds_are_refused),
    (
        "a refused batch leaves no trace",
        append::a_refused_batch_leaves_no_trace,
    ),
    ("a crowd is kept whole", crowd::a_crowd_is_kept_whole),
    (
        "one of a crowd is refused",
        crowd::one_of_a_crowd_is_refused,
    ),
    ("a second place is refused", rows::a_second_place_is_refused),
    ("places follow their moves", rows::places_follow_their_moves),
    ("deadlines are in order", rows::deadlines_are_in_order),
    (
        "the outbox keeps the latest wish",
        rows::the_outbox_keeps_the_latest_wish,
    ),
    (
        "personal data is erased and the chain holds",
        rows::personal_data_is_erased,
    ),
    ("personal data is replaced", rows::personal_data_is_replaced),
    (
        "an activity is kept once",
        activities::an_activity_is_kept_once,
    ),
    (
        "activities are found by record and rep",
        activities::activities_are_found_by_record_and_rep,
    ),
    ("a fact is kept once", history::a_fact_is_kept_once),
    (
        "an erased key leaves the digest",
        history::an_erased_key_leaves_the_digest,
    ),
    ("two snapshots are kept", snapshots::two_snapshots_are_kept),
    (
        "a damaged snapshot is passed over",
        snapshots::a_damaged_snapshot_is_passed_over,
    ),
    (
        "a snapshot stands on the chain",
        snapshots::a_snapshot_stands_on_the_chain,
    ),
    ("workspaces are apart", stores::workspaces_are_apart),
    (
        "settings change whole or not at all",
        stores::settings_change_whole_or_not_at_all,
    ),
    (
        "settings are listed by prefix",
        stores::settings_are_listed_by_prefix,
    ),
    (
        "a reader sees what was appended",
        stores::a_reader_sees_what_was_appended,
    ),
    (
        "everything outlives reopening",
        stores::everything_outlives_reopening,
    ),
    (
        "a replay that differs is found",
        stores::a_replay_that_differs_is_found,
    ),
    (
        "one racer wins each number",
        race::one_racer_wins_each_number,
    ),
    (
        "a command raced twice is in once",
        race::a_command_raced_twice_is_in_once,
    ),
];

/// Runs all cases.
///
/// # Panics
/// Names the cases that failed, after all have run.
pub fn run(rig: &mut dyn Rig) {
    let failed: Vec<&str> = CASES
        .iter()
        .filter(|(_, case)| catch_unwind(AssertUnwindSafe(|| case(rig))).is_err())
        .map(|(name, _)| *name)
        .collect();
    assert!(
        failed.is_empty(),
        "{} of {} cases failed: {failed:?}",
        failed.len(),
        CASES.len()
    );
}
