//! Who fills the simulated year: the policy with everything on, and reps who work by a seeded draw.
//!
//! One rep in seven never works on anything, so that clocks run out and sweeps have something to
//! take; one in three takes from the queue whenever it may.

use super::{Year, begun, held};
use crate::company::{Desk, newcomer};
use evenkeel_core::command::Command;
use evenkeel_core::command::assign::{Assign, Expected};
use evenkeel_core::command::claim::{Claim, Pick};
use evenkeel_core::command::close::Close;
use evenkeel_core::command::deactivate_rep::{BookGoes, DeactivateRep};
use evenkeel_core::command::intake::Intake;
use evenkeel_core::command::keep::Keep;
use evenkeel_core::command::log_activities::{Activity, LogActivities};
use evenkeel_core::command::return_record::Return;
use evenkeel_core::command::set_rep::SetRep;
use evenkeel_core::command::settle_sweep::{SettleSweep, Verdict};
use evenkeel_core::event::Event;
use evenkeel_core::ids::{RecordNo, RepNo};
use evenkeel_core::market::schema::RECORD_KIND;
use evenkeel_core::market::value::{Attributes, Value};
use evenkeel_core::people::hours::Hours;
use evenkeel_core::people::rep::{Leave, PrivateRef, Status};
use evenkeel_core::time::Span;
use evenkeel_core::units::Micro;

/// How many reps share a pool.
const SQUAD: u64 = 20;

/// Seeded draws: a counter through a mixing function.
struct Dice {
    seed: u64,
    count: u64,
}

impl Dice {
    fn below(&mut self, bound: u64) -> u64 {
        self.count += 1;
        let mut mixed = self.seed ^ self.count.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % bound.max(1)
    }

    fn chance(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }
}

/// The reps and what they do.
pub(super) struct Crew {
    dice: Dice,
    reps: u64,
    hired: u64,
    done: Vec<u32>,
}

impl Crew {
    pub(super) fn new(seed: u64, reps: u64) -> Self {
        Self {
            dice: Dice { seed, count: 0 },
            reps,
            hired: 0,
            done: Vec::new(),
        }
    }

    fn squads(&self) -> u64 {
        self.reps.div_ceil(SQUAD)
    }

    /// Publishes the policy and hires everybody.
    pub(super) fn begin(&mut self, desk: &mut Desk) {
        desk.publish(&policy(self.squads()))
            .expect("a sound policy");
        for _ in 0..self.reps {
            self.hire(desk);
        }
    }

    fn hire(&mut self, desk: &mut Desk) {
        let number = self.hired;
        self.hired += 1;
        let mut profile = newcomer();
        let squad = desk.state.rep_schema().find("squad").expect("declared");
        let name = format!("s{}", number % self.squads());
        profile.attributes.set(squad, Value::Text(name.into()));
        profile.zone = ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe"]
            [(number % 3) as usize]
            .into();
        profile.hours = Hours::parse("Mon-Fri 08:00-18:00").expect("hours");
        desk.run(&Command::SetRep(Box::new(SetRep {
            key: format!("r{number}"),
            profile,
        })))
        .expect("a new rep");
    }

    /// A record comes in.
    pub(super) fn take_in(&mut self, desk: &mut Desk, number: u64) {
        let field = |name| desk.state.record_schema().find(name).expect("declared");
        let (country, fit, amount) = (field("country"), field("fit"), field("amount"));
        let mut attributes = Attributes::default();
        attributes.set(RECORD_KIND, Value::Text("lead".into()));
        let squad = self.dice.below(self.squads() + 1);
        attributes.set(country, Value::Text(format!("c{squad}").into()));
        let (fit_points, euros) = (self.dice.below(101), self.dice.below(1_000));
        attributes.set(fit, Value::Number(Micro::whole(fit_points as i64)));
        attributes.set(amount, Value::Number(Micro::whole(euros as i64)));
        desk.run(&Command::Intake(Intake {
            key: format!("L-{number}").into(),
            attributes: attributes.into(),
            private: None,
            marks: Vec::new(),
            occurred: None,
        }))
        .expect("a new record");
    }

    /// What people do in one hour.
    pub(super) fn work(&mut self, year: &mut Year, hour: u64) {
        for _ in 0..self.reps / 5 {
            let rep = RepNo(self.dice.below(self.hired) as u32);
            let entry = year.desk.state.roster().rep(rep);
            if entry.profile.status != Status::Active || rep.0.is_multiple_of(7) {
                continue;
            }
            let mine: Vec<RecordNo> = entry.book.iter().copied().collect();
            if !mine.is_empty() {
                let any = mine[self.dice.below(mine.len() as u64) as usize];
                let recycling = year.desk.state.recycling();
                let warned = mine.iter().find(|one| recycling.watch(**one).is_some());
                let record = *warned.filter(|_| self.dice.chance(30)).unwrap_or(&any);
                self.act(year, rep, record);
            }
            if rep.0.is_multiple_of(3) || self.dice.chance(10) {
                let _ = year.run(&Command::Claim(Claim {
                    queue: "open".into(),
                    rep: format!("r{}", rep.0),
                    pick: Pick::Next,
                }));
            }
        }
        if hour % 24 == 9 {
            self.day(year, hour / 24);
        }
    }

    /// What a rep does with a record of its own.
    fn act(&mut self, year: &mut Year, rep: RepNo, record: RecordNo) {
        let (key, expected) = (
            year.desk.state.records().key(record).to_owned(),
            Expected::Any,
        );
        let watched = year.desk.state.recycling().watch(record).is_some();
        let now = year.desk.now;
        let words = PrivateRef {
            subject: u64::from(record.0),
            digest: [0; 32],
        };
        let command = match self.dice.below(20) {
            0..=2 => Command::Close(Close {
                record: key,
                expected,
                reason: ["won", "lost", "no_budget"][self.dice.below(3) as usize].into(),
            }),
            3 => {
                let later = self.dice.chance(50);
                Command::Return(Return {
                    record: key,
                    expected,
                    reason: if later { "later" } else { "poor_fit" }.into(),
                    back_at: later.then_some(now + Span::days(20)),
                    note: None,
                })
            }
            4..=6 if watched => Command::Keep(Keep {
                record: key,
                expected,
                next_step: words,
                until: None,
            }),
            7 => Command::Assign(Assign {
                record: key,
                rep: format!("r{}", self.dice.below(self.hired)),
                expected,
                note: None,
            }),
            _ => Command::LogActivities(LogActivities {
                activities: vec![Activity {
                    record: key,
                    rep: Some(format!("r{}", rep.0)),
                    at: now,
                    kind: "call".into(),
                    verified: self.dice.chance(50),
                }],
            }),
        };
        // A refusal is a fine answer; a broken law is the auditor's to find.
        let _ = year.run(&command);
    }

    /// Leave, pauses, hires and departures.
    fn day(&mut self, year: &mut Year, day: u64) {
        let rep = RepNo(self.dice.below(self.hired) as u32);
        let now = year.desk.now;
        let days = 1 + self.dice.below(14) as i64;
        if year.desk.state.roster().rep(rep).profile.status == Status::Active {
            let leave = Leave {
                from: now,
                until: now + Span::days(days),
            };
            let _ = year.desk.set_rep(&format!("r{}", rep.0), |profile| {
                profile.leaves = vec![leave];
            });
        }
        if day % 45 == 44 {
            let _ = year.run(&Command::DeactivateRep(DeactivateRep {
                rep: format!("r{}", rep.0),
                book: match self.dice.below(2) {
                    0 => BookGoes::Redeal,
                    _ => BookGoes::Queue("open".into()),
                },
                plan: None,
            }));
            self.hire(&mut year.desk);
        }
        year.see_all();
    }

    /// A manager looks at the sweeps: most are approved, some dropped, some undone later.
    pub(super) fn settle(&mut self, year: &mut Year, swept: &[Event]) {
        for sweep in held(swept) {
            let approve = self.dice.chance(90);
            let verdict = if approve {
                Verdict::Approve
            } else {
                Verdict::Drop
            };
            year.run(&Command::SettleSweep(SettleSweep { sweep, verdict }))
                .expect("a held sweep is settled");
            if approve {
                self.done.push(sweep);
            }
        }
        self.done.extend(begun(swept));
        if self.dice.chance(2)
            && let Some(sweep) = self.done.pop()
        {
            let verdict = Verdict::Undo;
            let _ = year.run(&Command::SettleSweep(SettleSweep { sweep, verdict }));
        }
    }
}

fn policy(squads: u64) -> String {
    let mut text = String::from(HEAD);
    for squad in 0..squads {
        let method = if squad % 2 == 0 { "straight" } else { "random" };
        text.push_str(&format!(
            "[[pool]]\nname = \"s{squad}\"\nwhere = 'rep.squad == \"s{squad}\"'\n\
             method = \"{method}\"\ncap = {{ week = 60 }}\n\
             nobody = {{ hold = \"2 days\", then = \"queue:open\" }}\n\
             [[rule]]\nname = \"Squad {squad}\"\nwhen = 'record.country == \"c{squad}\"'\n\
             to = \"pool:s{squad}\"\n"
        ));
    }
    text.push_str(TAIL);
    text
}

const HEAD: &str = r#"
evenkeel = 1
name = "A year with everything on"

[record]
country = "text"
fit = "number"
amount = "number"

[rep]
squad = "text"

[activity]
works = ["call", "email"]

[[pool]]
name = "pullers"
where = 'rep.team == "inbound"'
nobody = "queue:open"

[[queue]]
name = "open"
pool = "pullers"
score = { likely = { field = "record.fit", from = 0, to = 100 }, worth = { field = "record.amount", from = 0, to = 1000 } }
overtake = "5 days"
grades = [{ name = "A", from = 0.7 }, { name = "B", from = 0.4 }, { name = "C", from = 0 }]
fair = { band = 2, leak = "2 days" }
limit = { unworked = 5, open = 60 }
claims = { day = 10 }
work_within = "2 days"

[returns]
per_month = 200

[[returns.reason]]
name = "poor_fit"
then = "rest 30 days"

[[returns.reason]]
name = "later"
then = "back"

[guard]
book = 0.2
records = 100

[recycling]
cadence = "weekly"
zone = "Europe/Berlin"
at = "06:00"
rest = "30 days"
cooldown = "90 days"
warn = "7 days"
keep = "14 days"

[[recycling.remove]]
name = "Small and idle"
when = 'record.amount < 200'
idle = "20 days"
execute = "at once"

[[recycling.remove]]
name = "Idle"
idle = "30 days"
execute = "cadence"

[[recycling.remove]]
name = "Comes back"
reasons = ["no_budget"]

[[sla]]
name = "First touch"
when = 'record.amount > 300'
first_touch = "2 days"
clock = "business"
warn = "1 day"
reassign = "8 days"
tries = 2
then = "rest 30 days"
"#;

const TAIL: &str = r#"
[fallback]
to = "queue:open"
"#;
