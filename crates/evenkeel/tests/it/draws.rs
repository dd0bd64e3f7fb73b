//! Promised draws: a day's secret is promised before, shown after, and every pick made again.

use crate::client::Client;
use crate::serving::Serving;
use crate::ways_out::{NOON, standing, take_in};
use evenkeel::cmd::redraws::Redraws;
use evenkeel::cmd::verify::verified;
use evenkeel::host::draws::setting;
use evenkeel::host::workspace::first_workspace;
use evenkeel_core::draw::DrawKey;
use evenkeel_core::event::{Event, Recorded};
use evenkeel_core::state::State;
use evenkeel_core::time::DAY;
use evenkeel_journal::setting::SettingEdit;
use evenkeel_journal::sqlite::open::open_reader;
use serde_json::Value;
use sha2::{Digest, Sha256};

/// Three days of drawn records; the third day is not over.
fn three_days() -> Serving {
    let (serving, clock) = standing("");
    let mut admin = serving.admin();
    for day in 0..3 {
        clock.set(NOON + evenkeel_core::time::Span::days(day));
        for number in 0..20 {
            take_in(&mut admin, &format!("D-{day}-{number}"), "PT").expect("somebody can");
        }
    }
    serving
}

fn days(admin: &mut Client) -> Vec<Value> {
    let told = admin.get("/api/v1/draws").expect(200).json();
    told["draws"].as_array().expect("a list").clone()
}

fn unhex(text: &str) -> Vec<u8> {
    let pair = |at: usize| u8::from_str_radix(&text[at..at + 2], 16).expect("hex");
    (0..text.len()).step_by(2).map(pair).collect()
}

#[test]
fn a_day_is_promised_the_day_before_and_shown_when_it_is_over() {
    let serving = three_days();
    let mut admin = serving.admin();
    let days = days(&mut admin);
    let told: Vec<(&str, bool, bool)> = days
        .iter()
        .map(|day| {
            let period = day["period"].as_str().expect("a date");
            let ahead = day["ahead"].as_bool().expect("yes or no");
            (period, ahead, day.get("secret").is_some())
        })
        .collect();
    // The first day had begun when the policy that draws came into force.
    let wanted = [
        ("2026-03-05", true, false),
        ("2026-03-04", true, false),
        ("2026-03-03", true, true),
        ("2026-03-02", false, true),
    ];
    assert_eq!(told, wanted);
    // By hand, as the guide says.
    let secret = unhex(days[2]["secret"].as_str().expect("shown"));
    let mut hasher = Sha256::new();
    hasher.update(b"evenkeel draw commitment 1");
    hasher.update(secret);
    assert_eq!(
        hasher.finalize()[..],
        unhex(days[2]["commitment"].as_str().expect("promised"))
    );
    let page = admin.get("/api/v1/draws?limit=2").expect(200).json();
    assert_eq!(page["next"], "2026-03-04");
    let rest = admin
        .get("/api/v1/draws?before=2026-03-04")
        .expect(200)
        .json();
    assert_eq!(rest["draws"].as_array().map(Vec::len), Some(2));
    for bad in ["zz", "2026-3-4", "2026-03-04T00:00:00Z", "2026-02-30", ""] {
        let refused = admin
            .get(&format!("/api/v1/draws?before={bad}"))
            .expect(400);
        assert_eq!(refused.code(), "query_malformed", "{bad:?}");
    }
    let mut rep = serving.signed_in(evenkeel::host::access::Role::Rep, Some("ana"));
    let page = crate::page::open(&mut rep, "/pools/drawn", 200);
    assert!(page.contains("Draws that can be checked") && page.contains("is shown after"));
    assert!(page.contains(days[2]["secret"].as_str().expect("shown")));
    let still = serving.workspace.glance(|state| {
        let open = state.promises().owed(NOON + DAY).count();
        (open, state.promises().all().len())
    });
    assert_eq!(still, (0, 4));
}

/// What verifying finds in the journal of a store.
fn of_store(serving: &mut Serving) -> (Redraws, bool) {
    let data = serving.data();
    serving.stop();
    let reader = open_reader(&data).expect("the store opens");
    let workspace = first_workspace(&reader).expect("it has one");
    let verified = verified(&reader, workspace, None).expect("it can be walked");
    let sound = verified.is_sound();
    (verified.redraws, sound)
}

#[test]
fn verify_makes_every_pick_of_shown_days_again() {
    let mut serving = three_days();
    let (redraws, sound) = of_store(&mut serving);
    assert!(sound, "{:?}", redraws.complaints);
    assert_eq!(
        (redraws.same, redraws.waiting, redraws.unpromised),
        (40, 20, 0)
    );
    assert_eq!(
        (redraws.promised, redraws.late, redraws.revealed),
        (4, 1, 2)
    );
    assert!(
        redraws
            .words()
            .starts_with("draws: 40 made again and the same, 20 to be")
    );
}

/// Walks these events as verifying does, beside what truly happened: folding what was tampered with
/// would already fail on its credits.
fn walk(events: &[(u64, Recorded)], truly: &[(u64, Recorded)]) -> Vec<String> {
    let (mut state, mut redraws) = (State::new(), Redraws::default());
    for ((seq, recorded), (_, happened)) in events.iter().zip(truly) {
        redraws.event(&state, *seq, recorded);
        state.apply(happened);
    }
    redraws.finish(&state, |_| None);
    // Here is no store that could keep what is not shown yet.
    let mut complaints = redraws.complaints;
    complaints.retain(|one| !one.contains("is not kept"));
    complaints
}

#[test]
fn a_secret_that_is_not_shown_when_it_is_due_is_found() {
    let serving = three_days();
    let count = *serving.workspace.head().borrow() as usize;
    let events = serving.workspace.events_after(0, count);
    let mut events = serving.runtime().block_on(events).expect("the journal");
    events.retain(|(_, recorded)| !matches!(recorded.event, Event::DrawRevealed { .. }));
    let complaints = walk(&events, &events);
    assert_eq!(
        complaints.len(),
        2,
        "the third day is not over: {complaints:?}"
    );
    for (complaint, day) in complaints.iter().zip(["2026-03-02", "2026-03-03"]) {
        let wanted = format!("the secret of {day} is promised and not shown");
        assert!(complaint.starts_with(&wanted), "{complaint}");
    }
}

#[test]
fn a_promised_secret_that_the_store_lost_or_that_was_exchanged_is_found() {
    for exchanged in [None, Some(vec![7; 32])] {
        let mut serving = three_days();
        let key = setting(NOON + evenkeel_core::time::Span::days(2));
        let edit = match exchanged {
            None => SettingEdit::Delete { key },
            Some(value) => SettingEdit::Put { key, value },
        };
        let done = serving.workspace.edit(vec![edit]);
        serving.runtime().block_on(done).expect("a setting");
        let (redraws, sound) = of_store(&mut serving);
        assert!(!sound);
        let wanted = "the secret promised for 2026-03-04 is not kept";
        assert_eq!(redraws.complaints.len(), 1, "{:?}", redraws.complaints);
        assert!(
            redraws.complaints[0].starts_with(wanted),
            "{:?}",
            redraws.complaints
        );
    }
}

#[test]
fn a_pick_bits_or_a_secret_that_were_tampered_with_are_found() {
    let serving = three_days();
    let count = *serving.workspace.head().borrow() as usize;
    let events = serving.workspace.events_after(0, count);
    let events = serving.runtime().block_on(events).expect("the journal");
    assert_eq!(walk(&events, &events), [] as [&str; 0]);
    let drawn = |(_, recorded): &(u64, Recorded)| {
        let deal = recorded.event.deal();
        let picked = deal.and_then(|(_, verdict)| verdict.picked());
        // One with somebody else in the band, so that there is somebody to favour.
        picked.is_some_and(|(_, pick)| pick.draw.is_some() && pick.band > 1)
    };
    let at = events.iter().position(drawn).expect("something was drawn");
    let tampered = |change: &dyn Fn(&mut Event)| {
        let mut told = events.clone();
        change(&mut told[at].1.event);
        walk(&told, &events)
    };
    // Somebody else is said to have been drawn.
    let favourite = tampered(&|event| {
        let Event::RecordDealt { verdict, .. } = event else {
            panic!("a deal");
        };
        let turn = verdict.turns.last_mut().expect("a turn");
        let pick = turn.pick.as_mut().expect("a pick");
        let other = turn.candidates.iter().map(|one| one.rep);
        pick.rep = other
            .into_iter()
            .find(|rep| *rep != pick.rep)
            .expect("three reps");
    });
    assert_eq!(favourite.len(), 1, "{favourite:?}");
    assert!(favourite[0].contains("but its bits draw"), "{favourite:?}");
    // Bits chosen until the favourite came out.
    let chosen = tampered(&|event| {
        let Event::RecordDealt { verdict, .. } = event else {
            panic!("a deal");
        };
        let pick = verdict.turns.last_mut().and_then(|turn| turn.pick.as_mut());
        let draw = &mut pick.expect("a pick").draw;
        *draw = draw.map(|bits| bits ^ 1);
    });
    assert_eq!(chosen.len(), 1, "{chosen:?}");
    assert!(
        chosen[0].contains("do not come from the secret of 2026-03-02"),
        "{chosen:?}"
    );
    // Another secret than the promised one is shown: nothing of its day fits it.
    let mut other = events.clone();
    for (_, recorded) in &mut other {
        if let Event::DrawRevealed { secret, .. } = &mut recorded.event {
            *secret = DrawKey::from_seed(5);
        }
    }
    let complaints = walk(&other, &events);
    assert_eq!(
        complaints.len(),
        42,
        "40 picks and 2 secrets: {complaints:?}"
    );
    assert!(
        complaints[0].contains("is not the promised one"),
        "{complaints:?}"
    );
}
