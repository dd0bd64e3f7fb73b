//! Looking ahead before a change is saved: true to what happens, for every kind of change, and
//! nothing comes of it.

use crate::company::{Desk, POLICY, newcomer, set_weight};
use evenkeel_core::command::Command;
use evenkeel_core::command::deactivate_rep::{BookGoes, DeactivateRep};
use evenkeel_core::command::envelope::Envelope;
use evenkeel_core::command::publish_policy::PublishPolicy;
use evenkeel_core::command::refusal::Refusal;
use evenkeel_core::command::set_rep::SetRep;
use evenkeel_core::draw::DrawKey;
use evenkeel_core::event::Actor;
use evenkeel_core::ids::{CommandId, RepNo};
use evenkeel_core::people::hours::Hours;
use evenkeel_core::people::rep::{Leave, Profile};
use evenkeel_core::preview::{Assumed, PoolAhead, Preview, RepAhead, Sight, TURNS};
use evenkeel_core::time::Span;

fn sight(desk: &Desk, command: &Command) -> Result<Sight, Refusal> {
    let envelope = Envelope {
        at: desk.now,
        actor: Actor::System,
        command: CommandId([0; 16]),
        draw: DrawKey::from_seed(0),
    };
    Sight::of(&desk.state, command, &envelope)
}

fn look(desk: &Desk, command: &Command) -> Preview {
    let bytes = Desk::bytes(&desk.state);
    let preview = sight(desk, command).expect("accepted").look();
    assert_eq!(Desk::bytes(&desk.state), bytes, "nothing comes of a look");
    preview
}

fn changed(desk: &Desk, key: &str, change: impl FnOnce(&mut Profile)) -> Command {
    let known = desk.state.roster().find(key);
    let known = known.map(|rep| desk.state.roster().rep(rep).profile.clone());
    let mut profile = known.unwrap_or_else(newcomer);
    change(&mut profile);
    let key = key.to_owned();
    Command::SetRep(Box::new(SetRep { key, profile }))
}

fn four() -> Desk {
    let mut desk = Desk::with_reps(&["ana", "ben", "cleo", "dan"]);
    for number in 0..30 {
        let country = ["US", "DE"][number % 2];
        desk.take_in(&format!("L-{number}"), country).expect("new");
        desk.wait(Span::hours(3));
    }
    desk
}

fn pool<'p>(preview: &'p Preview, name: &str) -> &'p PoolAhead {
    let found = preview.pools.iter().find(|pool| pool.pool == name);
    found.unwrap_or_else(|| panic!("{name} is touched: {preview:?}"))
}

fn row<'p>(pool: &'p PoolAhead, key: &str) -> &'p RepAhead {
    let found = pool.reps.iter().find(|row| row.key == key);
    found.expect("has a lane")
}

#[test]
fn a_newcomer_is_seen_to_get_a_share_and_no_more() {
    let desk = four();
    let preview = look(&desk, &changed(&desk, "eve", |_| {}));
    let inbound = pool(&preview, "inbound");
    let eve = row(inbound, "eve");
    assert_eq!(
        (eve.before.turns.len(), eve.after.turns.len()),
        (0, TURNS / 5)
    );
    assert!(eve.after.first().is_some_and(|first| first <= 5), "{eve:?}");
    assert_eq!(eve.after.run(), 1, "no flood");
    assert_eq!(inbound.assumed, Assumed::Newest(15));
    let lottery = pool(&preview, "lottery");
    assert!(lottery.after.as_ref().is_some_and(|side| side.drawn));
}

#[test]
fn the_turns_of_a_straight_pool_come_true() {
    let mut desk = four();
    let command = changed(&desk, "ben", |profile| {
        set_weight(&desk.state, profile, 3);
    });
    let preview = look(&desk, &command);
    let inbound = pool(&preview, "inbound").after.clone().expect("there");
    desk.run(&command).expect("accepted");
    let dealt: Vec<RepNo> = (0..TURNS)
        .map(|number| {
            let key = format!("N-{number}");
            desk.take_in(&key, "US").expect("new");
            let record = desk.state.record_no(&key).expect("taken in");
            desk.state.place(record).owner().expect("dealt")
        })
        .collect();
    assert_eq!(inbound.turns, dealt);
}

#[test]
fn a_leave_is_seen_from_its_first_day_and_from_the_return_on() {
    let desk = four();
    let (from, until) = (desk.now + Span::days(7), desk.now + Span::days(21));
    let command = changed(&desk, "cleo", |profile| {
        profile.leaves.push(Leave { from, until });
    });
    let preview = look(&desk, &command);
    let inbound = pool(&preview, "inbound");
    let cleo = row(inbound, "cleo");
    assert_eq!((inbound.from, cleo.after.turns.len()), (from, 0));
    assert!((12..=13).contains(&cleo.before.turns.len()));
    let (back, side) = inbound.back.as_ref().expect("a return");
    assert_eq!((*back, side.turns.len()), (until, TURNS));
    assert!((12..=13).contains(&cleo.back.turns.len()), "{cleo:?}");
    assert!(cleo.back.first().is_some_and(|first| first <= 4) && cleo.back.run() == 1);
}

#[test]
fn a_departure_is_seen_with_what_its_book_moves() {
    let desk = four();
    let command = Command::DeactivateRep(DeactivateRep {
        plan: None,
        rep: "dan".into(),
        book: BookGoes::Redeal,
    });
    let preview = look(&desk, &command);
    for ahead in &preview.pools {
        let dan = row(ahead, "dan");
        assert!(dan.after.turns.is_empty() && !dan.before.turns.is_empty());
        let after = ahead.after.as_ref().expect("stays");
        assert_eq!(after.members.len(), 3);
    }
    let mut gone = desk;
    gone.run(&command).expect("accepted");
    gone.take_in("N-1", "US").expect("new");
    let record = gone.state.record_no("N-1").expect("taken in");
    let next = gone.state.place(record).owner();
    let inbound = pool(&preview, "inbound").after.as_ref().expect("stays");
    assert_eq!(inbound.turns.first().copied(), next);
}

#[test]
fn a_policy_is_seen_pool_by_pool_also_new_and_gone_ones() {
    let desk = four();
    let publish = |text: String| {
        let publish = PublishPolicy {
            text,
            based_on: None,
        };
        Command::PublishPolicy(publish)
    };
    let renamed = POLICY
        .replace("name = \"inbound\"", "name = \"first\"")
        .replace("pool:inbound", "pool:first");
    let preview = look(&desk, &publish(renamed));
    assert!(pool(&preview, "first").before.is_none());
    assert!(pool(&preview, "inbound").after.is_none());
    assert_eq!(preview.same, ["lottery"], "its ledger stays as it was");
    let random = POLICY.replace("weight = \"rep.weight\"", "method = \"random\"\nband = 2");
    let preview = look(&desk, &publish(random));
    let inbound = pool(&preview, "inbound");
    let side = |side: &Option<evenkeel_core::preview::Side>| side.clone().expect("there");
    assert!(!side(&inbound.before).drawn && side(&inbound.after).drawn);
    let comment = look(&desk, &publish(format!("{POLICY}\n# nothing\n")));
    assert!(comment.pools.is_empty() && comment.same.len() == 2);
}

#[test]
fn without_records_made_up_ones_are_assumed_and_refusals_are_those_of_the_command() {
    let desk = Desk::with_reps(&["ana", "ben"]);
    let preview = look(&desk, &changed(&desk, "eve", |_| {}));
    assert_eq!(pool(&preview, "inbound").assumed, Assumed::MadeUp);
    let refused = sight(&desk, &changed(&desk, "ana", |_| {})).expect_err("the same");
    assert_eq!(refused.code(), "nothing_to_do");
}

#[test]
fn outside_hours_the_look_begins_when_the_first_is_back() {
    let mut desk = Desk::empty();
    let keeps = POLICY.replace("manual_counts", "hours = \"keep\"\nmanual_counts");
    desk.publish(&keeps).expect("a sound policy");
    let office = Hours::parse("Mon-Fri 09:00-17:00").expect("as written");
    for key in ["ana", "ben"] {
        desk.set_rep(key, |profile| profile.hours = office.clone())
            .expect("a new rep");
    }
    desk.wait(Span::hours(10));
    let command = changed(&desk, "eve", |profile| profile.hours = office.clone());
    let preview = look(&desk, &command);
    let inbound = pool(&preview, "inbound");
    assert_eq!(inbound.from, crate::company::START + Span::hours(24));
    assert_eq!(
        inbound.after.as_ref().map(|side| side.turns.len()),
        Some(TURNS)
    );
}
