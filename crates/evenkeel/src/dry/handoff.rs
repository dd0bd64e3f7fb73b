//! Handing a record on in a workspace in memory, as a case of `policy test` asks for it.

use crate::dry::bench::{Bench, Dealt};
use evenkeel_core::command::Command;
use evenkeel_core::command::assign::{Assign, Expected};
use evenkeel_core::command::hand_off::HandOff;
use evenkeel_core::command::refusal::Refusal;
use evenkeel_core::time::Moment;

impl Bench {
    /// Gives a record to a rep by hand, unless the rep has it already.
    pub fn give(&mut self, record: &str, rep: &str, now: Moment) -> Result<(), Refusal> {
        let assign = Assign {
            record: record.to_owned(),
            rep: rep.to_owned(),
            expected: Expected::Any,
            note: None,
        };
        match self.submit("give", record, now, Command::Assign(assign)) {
            Ok(_) | Err(Refusal::RepOwnsIt { .. }) => Ok(()),
            Err(refusal) => Err(refusal),
        }
    }

    /// Hands a record on to a step.
    pub fn hand_off(&mut self, record: &str, step: &str, now: Moment) -> Result<Dealt, Refusal> {
        let hand_off = HandOff {
            record: record.to_owned(),
            step: step.to_owned(),
            expected: Expected::Any,
        };
        let mut dealt = self.submit("hand off", record, now, Command::HandOff(hand_off))?;
        Ok(dealt.pop().expect("a handoff deals the record"))
    }
}
