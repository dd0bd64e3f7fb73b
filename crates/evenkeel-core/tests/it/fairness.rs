//! The alarm of live fairness: a chooser that cheats sets it off, and no honest stream ever does,
//! whatever the method, who joins and leaves, what is given back and how the policy changes.
//!
//! `EVENKEEL_CASES` sets the number of streams (default 48).

use crate::company::{Desk, set_weight};
use evenkeel_core::command::Command;
use evenkeel_core::command::deactivate_rep::{BookGoes, DeactivateRep};
use evenkeel_core::command::void::Void;
use evenkeel_core::event::{Event, Recorded};
use evenkeel_core::ids::{PoolNo, RecordNo, RepNo};
use evenkeel_core::market::value::{Attributes, Value};
use evenkeel_core::people::pool::Pool;
use evenkeel_core::people::rep::Leave;
use evenkeel_core::rotation::fairness::Fairness;
use evenkeel_core::state::State;
use evenkeel_core::time::{Moment, Span};
use evenkeel_core::units::{Micro, ONE};
use evenkeel_core::verdict::{
    Candidate, Chooser, Destination, Ground, Pick, Standing, Stream, Turn,
};
use proptest::prelude::*;

/// Every method, each with a pool of all reps, and the record's country says which.
fn policy(band: u8, edition: u32) -> String {
    let band = 1 + i32::from(band % 3);
    let mut text = format!(
        "# edition {edition}\nevenkeel = 1\nname = \"all ways\"\n[voids]\nreasons = [\"bad\"]\n\
         [record]\ncountry = \"text\"\npoints = \"number\"\nvalue = \"number\"\n[rep]\nweight = \
         \"number\"\nsize = \"number\"\nland = \"text\"\n[[queue]]\nname = \"triage\"\n[fallback]\n\
         to = \"pool:straight\"\n"
    );
    let pools = [
        ("straight", "weight = \"rep.weight\"".to_owned()),
        ("random", format!("method = \"random\"\nband = {band}")),
        (
            "mix",
            format!(
                "method = \"mix\"\nband = {band}\nbalance = {{ factors = [\"record.country\"], \
                 value = \"record.value\" }}"
            ),
        ),
        (
            "fit",
            format!(
                "method = \"fit\"\nband = {band}\nspecialist = [{{ record = \
                 \"record.country\", rep = \"rep.land\" }}]"
            ),
        ),
        (
            "headroom",
            format!("method = \"headroom\"\nband = {band}\ncapacity = \"rep.size\""),
        ),
    ];
    for (name, manner) in &pools {
        text.push_str(&format!(
            "[[pool]]\nname = \"{name}\"\nwhere = 'rep.team == \"inbound\"'\n{manner}\nnobody = \
             {{ hold = \"2 days\", then = \"queue:triage\" }}\n[[rule]]\nname = \"{name}\"\nwhen = \
             'record.country == \"{name}\"'\nto = \"pool:{name}\"\nweight = \"record.points\"\n"
        ));
    }
    text
}

const METHODS: [&str; 5] = ["straight", "random", "mix", "fit", "headroom"];

#[derive(Clone, Debug)]
enum Step {
    TakeIn { method: u8, points: u8 },
    Join { land: u8 },
    Depart { rep: u8, redeal: bool },
    Away { rep: u8, days: u8 },
    Reweight { rep: u8, weight: u8 },
    Void { record: u8 },
    Publish { band: u8 },
    Wait { days: u8 },
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        16 => (any::<u8>(), 0u8..6).prop_map(|(method, points)| Step::TakeIn { method, points }),
        2 => any::<u8>().prop_map(|land| Step::Join { land }),
        2 => (any::<u8>(), any::<bool>()).prop_map(|(rep, redeal)| Step::Depart { rep, redeal }),
        1 => (any::<u8>(), 1u8..40).prop_map(|(rep, days)| Step::Away { rep, days }),
        1 => (any::<u8>(), 1u8..9).prop_map(|(rep, weight)| Step::Reweight { rep, weight }),
        2 => any::<u8>().prop_map(|record| Step::Void { record }),
        1 => any::<u8>().prop_map(|band| Step::Publish { band }),
        2 => (0u8..20).prop_map(|days| Step::Wait { days }),
    ]
}

/// Takes one step; refusals are fine.
fn take(desk: &mut Desk, step: &Step, (records, joined): (&mut u32, &mut u32)) {
    let reps = desk.state.roster().len();
    let rep_key = |rep: &u8| {
        let rep = RepNo::at(*rep as usize % reps);
        desk.state.roster().rep(rep).key.clone()
    };
    match step {
        Step::TakeIn { method, points } => {
            *records += 1;
            let mut attributes = Attributes::default();
            for (name, amount) in [("points", *points), ("value", method / 5)] {
                let field = desk.state.record_schema().find(name).expect("declared");
                attributes.set(field, Value::Number(Micro::whole(amount.into())));
            }
            let country = METHODS[*method as usize % METHODS.len()];
            desk.take_in_with(&format!("L-{records}"), country, attributes)
                .expect("a new record");
        }
        Step::Join { land } => {
            *joined += 1;
            let state = desk.state.clone();
            let key = format!("joiner-{joined}");
            let _ = desk.set_rep(&key, |profile| {
                let land = METHODS[*land as usize % METHODS.len()].to_owned();
                let field = state.rep_schema().find("land").expect("declared");
                profile.attributes.set(field, Value::Text(land.into()));
            });
        }
        Step::Depart { rep, redeal } => {
            let book = match redeal {
                true => BookGoes::Redeal,
                false => BookGoes::Queue("triage".into()),
            };
            let rep = rep_key(rep);
            let _ = desk.run(&Command::DeactivateRep(DeactivateRep {
                rep,
                book,
                plan: None,
            }));
        }
        Step::Away { rep, days } => {
            let leave = Leave {
                from: desk.now,
                until: desk.now + Span::days(i64::from(*days)),
            };
            let key = rep_key(rep);
            let _ = desk.set_rep(&key, |profile| profile.leaves = vec![leave]);
        }
        Step::Reweight { rep, weight } => {
            let (key, state) = (rep_key(rep), desk.state.clone());
            let weight = i64::from(*weight);
            let _ = desk.set_rep(&key, |profile| set_weight(&state, profile, weight));
        }
        Step::Void { record } => void(desk, *record),
        Step::Publish { band } => {
            let text = policy(*band, desk.state.version());
            desk.publish(&text).expect("a sound policy");
        }
        Step::Wait { days } => {
            desk.wait(Span::days(i64::from(*days)));
            while desk.run(&Command::Tick).is_ok() {}
        }
    }
}

fn void(desk: &mut Desk, record: u8) {
    let total = desk.state.records().len();
    let Some(record) = (total > 0).then(|| RecordNo::at(record as usize % total)) else {
        return;
    };
    let dealt = desk.state.records().turn(record).unwrap_or(0);
    let Some(event) = dealt
        .checked_sub(1)
        .map(|at| &desk.journal[at as usize].event)
    else {
        return;
    };
    if let Event::RecordDealt { verdict, .. } = event {
        let void = Void {
            record: desk.state.records().key(record).to_owned(),
            reason: "bad".into(),
            dealt,
            verdict: verdict.clone(),
        };
        let _ = desk.run(&Command::Void(Box::new(void)));
    }
}

fn cases() -> u32 {
    let cases = std::env::var("EVENKEEL_CASES");
    cases.ok().and_then(|text| text.parse().ok()).unwrap_or(48)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(), ..ProptestConfig::default() })]

    #[test]
    fn no_honest_stream_sets_off_the_alarm(steps in prop::collection::vec(step(), 1..250)) {
        let mut desk = Desk::empty();
        desk.publish(&policy(0, 0)).expect("a sound policy");
        for key in ["ana", "ben", "cleo", "dan"] {
            desk.set_rep(key, |_| {}).expect("a new rep");
        }
        let (mut records, mut joined) = (0, 0);
        for one in &steps {
            take(&mut desk, one, (&mut records, &mut joined));
            for pool in desk.state.pools() {
                let Fairness { passed, worst, .. } = pool.fairness;
                prop_assert_eq!(passed, None, "{}: {:?}", pool.name, pool.fairness);
                prop_assert!(worst <= pool.fairness.bound(), "{:?}", pool.fairness);
            }
        }
        let mut folded = State::new();
        desk.journal.iter().for_each(|recorded| folded.apply(recorded));
        prop_assert_eq!(Desk::bytes(&folded), Desk::bytes(&desk.state));
    }
}

/// A pool of `count`, and the turn that a cheat makes of an honest split: always the first.
fn cheated(pool: &Pool) -> Turn {
    let members = pool.ledger.members();
    let share = Micro(ONE.0 / members.len() as i64);
    let candidates = members.iter().map(|entry| Candidate {
        rep: entry.rep,
        weight: 1,
        credit: entry.credit,
        standing: Standing::Able {
            share,
            plain: share,
        },
    });
    Turn {
        pool: PoolNo(0),
        delta: Micro(0),
        candidates: candidates.collect(),
        pick: Some(Pick {
            rep: members[0].rep,
            chooser: Chooser::MostOwed,
            band: 1,
            probability_ppm: 1_000_000,
            draw: None,
            level: 1,
        }),
        ground: Ground::Credits,
        stream: Stream::Whole,
    }
}

#[test]
fn a_chooser_that_favors_somebody_sets_it_off_at_the_first_step_beyond_the_bound() {
    let mut pool = Pool::new("us");
    let reps: Vec<RepNo> = (0..4).map(RepNo::at).collect();
    pool.apply_change(&reps, &[], &[], Moment(1));
    for turn in 1..=9 {
        let cheat = cheated(&pool);
        pool.apply_turn(&cheat, ONE, Moment(turn));
        // Ahead by three quarters a turn; the bound of four is one and a half.
        assert_eq!(pool.fairness.passed.is_some(), turn > 2, "turn {turn}");
    }
    let passed = pool.fairness.passed.expect("it cheats");
    assert_eq!((passed.at, passed.rep), (Moment(3), reps[0]));
    assert_eq!(
        (passed.credit, passed.bound),
        (Micro(-2_250_000), Micro(1_500_000))
    );
    let joined = RepNo::at(4);
    pool.apply_change(&[joined], &[], &[], Moment(20));
    assert_eq!(pool.fairness.passed, Some(passed), "joining hides nothing");
}

#[test]
fn a_forged_journal_sets_it_off_when_it_is_folded() {
    let mut desk = Desk::empty();
    desk.publish(&policy(0, 0)).expect("a sound policy");
    for key in ["ana", "ben", "cleo", "dan"] {
        desk.set_rep(key, |_| {}).expect("a new rep");
    }
    let mut forged = desk.state.clone();
    for record in 0..12 {
        // Decided on the forged state, so that only the pick is wrong.
        let mut cheat = Desk {
            state: forged.clone(),
            journal: Vec::new(),
            ..Desk::empty()
        };
        cheat
            .take_in(&format!("L-{record}"), "straight")
            .expect("a new record");
        for recorded in &cheat.journal {
            forged.apply(&favored(recorded));
        }
    }
    let passed = forged.pools()[0].fairness.passed.expect("it was forged");
    assert_eq!(forged.roster().rep(passed.rep).key, "ana");
    assert_eq!(desk.state.pools()[0].fairness.passed, None);
}

/// The same event with the first rep in place of whoever was picked.
fn favored(recorded: &Recorded) -> Recorded {
    let mut recorded = recorded.clone();
    if let Event::RecordDealt { to, verdict, .. } = &mut recorded.event {
        *to = Destination::Rep(RepNo(0));
        if let Some(pick) = verdict.turns.last_mut().and_then(|turn| turn.pick.as_mut()) {
            pick.rep = RepNo(0);
        }
    }
    recorded
}
