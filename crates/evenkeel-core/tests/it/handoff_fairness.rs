//! Fairness of AEs' turns although SDRs produce unequal numbers: pool, pod, and the pod's pool
//! making up for it. One seeded stream of 1,000 handoffs, dealt in each way.
//!
//! The SDRs hand on 55, 25, 15 and 5 of 100 records; four AEs; everybody is away one day in ten.

use crate::company::Desk;
use evenkeel_core::command::Command;
use evenkeel_core::command::assign::{Assign, Expected};
use evenkeel_core::command::hand_off::HandOff;
use evenkeel_core::draw::DrawKey;
use evenkeel_core::time::Span;
use evenkeel_core::units::Micro;

const AES: [&str; 4] = ["ben", "cleo", "dina", "emil"];
const SDRS: [(&str, u64); 4] = [("ana", 55), ("bo", 25), ("cat", 15), ("dan", 5)];
const HANDOFFS: u32 = 1_000;

const POLICY: &str = r#"
evenkeel = 1
name = "Fairness"
[record]
country = "text"
[[queue]]
name = "triage"
[[pool]]
name = "sdrs"
members = ["ana", "bo", "cat", "dan"]
nobody = "queue:triage"
[[pool]]
name = "aes"
members = ["ben", "cleo", "dina", "emil"]
nobody = "queue:triage"
[[step]]
name = "sdr"
to = "pool:sdrs"
[[step]]
name = "ae"
to = "pool:aes"
[fallback]
to = "pool:sdrs"
"#;

/// A pod in which the first `pairs` SDRs have a fixed AE each.
fn pod(pairs: usize) -> String {
    let pair = |at: usize| {
        let next = AES[(at + 1) % 4];
        format!(
            "{{ from = {:?}, to = {:?}, stand_in = [{next:?}] }}",
            SDRS[at].0, AES[at]
        )
    };
    let pairs: Vec<String> = (0..pairs).map(pair).collect();
    format!(
        "[[pod]]\nname = \"one\"\nseat = [{{ step = \"sdr\", reps = {:?} }}, \
         {{ step = \"ae\", reps = {AES:?}, pool = \"pool:aes\" }}]\npair = [{}]\n",
        SDRS.map(|(key, _)| key),
        pairs.join(", ")
    )
}

/// What the AEs got, and how far the pool says they are apart.
struct Outcome {
    received: [u32; 4],
    worst: Micro,
    bound: Micro,
    apart: Vec<Micro>,
}

impl Outcome {
    /// Records between who got most and who got fewest.
    fn spread(&self) -> u32 {
        let most = self.received.iter().max().expect("four");
        most - self.received.iter().min().expect("four")
    }
}

fn dealt(text: &str) -> Outcome {
    let mut desk = Desk::empty();
    desk.publish(text).expect("a sound policy");
    for key in SDRS.iter().map(|(key, _)| key).chain(&AES) {
        desk.set_rep(key, |_| {}).expect("a new rep");
    }
    let chance = DrawKey::from_seed(11);
    let mut received = [0; 4];
    for number in 0..HANDOFFS {
        let key = format!("L-{number}");
        desk.wait(Span::hours(1));
        if number % 24 == 0 {
            let back = desk.now + Span::hours(24);
            let away = (chance.bits("away", &key, 0) % 10) as usize;
            if let Some(rep) = AES.get(away) {
                desk.leave(rep, back);
            }
        }
        desk.take_in(&key, "US").expect("taken in");
        let drawn = chance.bits("giver", &key, 0) % 100;
        let mut below = 0;
        let giver = SDRS.iter().find(|(_, part)| {
            below += part;
            drawn < below
        });
        let giver = giver.expect("parts add up to 100").0;
        if desk.owner(&key) != Some(giver) {
            let assign = Assign {
                record: key.clone(),
                rep: giver.to_owned(),
                expected: Expected::Any,
                note: None,
            };
            desk.run(&Command::Assign(assign)).expect("assigned");
        }
        let hand_off = HandOff {
            record: key.clone(),
            step: "ae".to_owned(),
            expected: Expected::Any,
        };
        desk.run(&Command::HandOff(hand_off)).expect("handed on");
        let owner = desk.owner(&key).expect("somebody is always there");
        let at = AES.iter().position(|rep| *rep == owner).expect("an AE");
        received[at] += 1;
    }
    let number = desk.state.pool_no("aes").expect("declared");
    let pool = desk.state.pool(number);
    let apart = desk.state.journeys().apart(number);
    Outcome {
        received,
        worst: pool.fairness.worst,
        bound: pool.fairness.bound(),
        apart: apart.map(|(_, apart)| apart.owed).collect(),
    }
}

#[test]
fn a_pool_is_fair_to_aes_whatever_the_sdrs_produce() {
    let outcome = dealt(POLICY);
    println!("pool: {:?}, worst {}", outcome.received, outcome.worst);
    assert!(outcome.worst <= outcome.bound);
    // Absences differ, and nobody catches up for a day away: so not within one of each other.
    assert!(outcome.spread() <= 40, "{:?}", outcome.received);
    assert!(outcome.apart.is_empty(), "nothing goes past the pool");
}

#[test]
fn fixed_partners_get_what_their_sdrs_produce_and_the_figure_says_so() {
    let outcome = dealt(&format!("{POLICY}{}", pod(4)));
    println!("pod: {:?}, apart {:?}", outcome.received, outcome.apart);
    assert!(
        outcome.worst <= outcome.bound,
        "the pool's own promise stands"
    );
    assert!(outcome.spread() >= 400, "{:?}", outcome.received);
    // What the figure says is what happened: ahead by about what was received over the share.
    let ahead = -outcome.apart[0].0 / 1_000_000;
    let over = i64::from(outcome.received[0]) - 250;
    assert!(
        (ahead - over).abs() <= 30,
        "{ahead} said, {over} received over the share"
    );
    assert_eq!(outcome.apart.iter().copied().sum::<Micro>(), Micro(0));
}

#[test]
fn a_pool_for_the_rest_makes_up_for_fixed_partners() {
    // Only Bo's records, a quarter of all, go to a fixed partner; the pool deals the rest.
    let own = pod(2).replace(
        &format!(
            "{{ from = {:?}, to = \"ben\", stand_in = [\"cleo\"] }}, ",
            "ana"
        ),
        "",
    );
    let counted = dealt(&format!("{POLICY}{own}"));
    let gifts = own.replace(
        "[[pod]]\n",
        "[[pod]]\ncounts = \"none\"\nstand_in_counts = \"none\"\n",
    );
    let uncounted = dealt(&format!("{POLICY}{gifts}"));
    println!(
        "counted: {:?}, uncounted: {:?}",
        counted.received, uncounted.received
    );
    assert!(counted.worst <= counted.bound);
    assert!(
        uncounted.spread() >= 3 * counted.spread(),
        "a pool that does not count drifts"
    );
}
