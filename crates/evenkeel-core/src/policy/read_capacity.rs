//! Reading how much a book should hold, by experience.

use crate::effort::capacity::{
    ACCOUNTS_MAX, Capacity, EXCEPTIONS_MAX, Exception, RAMP_MAX, TIERS_MAX, TOOLS_MAX, Tier,
};
use crate::effort::cost::COST_MAX;
use crate::ids::FieldNo;
use crate::market::schema::FieldType;
use crate::people::rep::REP_KEY_MAX;
use crate::policy::cel::Vocabulary;
use crate::policy::read::Reader;
use crate::policy::source::{Entry, Section};
use crate::time::Moment;
use crate::units::{Micro, ONE};
use std::collections::{BTreeMap, BTreeSet};

/// Longest experience that a tier may ask for, in years.
const YEARS_MAX: Micro = Micro::whole(60);
/// Longest name of a tier, reason code or name of who decided, in characters.
const CODE_MAX: usize = 60;

impl<'a> Reader<'a, '_> {
    /// `[capacity]`, if it is there. What it does not say is as in [`Capacity::usual`].
    pub(super) fn book_capacity(
        &mut self,
        root: Section<'a>,
        reps: &Vocabulary,
    ) -> Option<Option<Capacity>> {
        let at = "capacity";
        let Some(entry) = root.get(at) else {
            return Some(None);
        };
        let table = self.source.section(entry, "")?;
        let known = ["tier", "ramp", "ramp_since", "support", "exception"];
        self.source.only(table, at, &known);
        let tiers = match table.get("tier") {
            Some(entry) => self.tiers(entry),
            None => Some(Capacity::usual().tiers),
        };
        let ramp = match table.get("ramp") {
            Some(entry) => self.ramp(entry, at),
            None => Some(Vec::new()),
        };
        let ramp_since = match table.get("ramp_since") {
            Some(entry) => self
                .entry_field(entry, at, reps, &[FieldType::Time])
                .map(Some),
            None => Some(None),
        };
        let support = match table.get("support") {
            Some(entry) => self.support(entry, at, reps),
            None => Some(Vec::new()),
        };
        let exceptions = match table.get("exception") {
            Some(entry) => self.exceptions(entry),
            None => Some(BTreeMap::new()),
        };
        Some(Some(Capacity {
            tiers: tiers?,
            ramp: ramp?,
            ramp_since: ramp_since?,
            support: support?,
            exceptions: exceptions?,
        }))
    }

    fn tiers(&mut self, entry: Entry<'a>) -> Option<Vec<Tier>> {
        let at = "capacity tier";
        let sections = self.source.sections(entry, at)?;
        if sections.is_empty() || sections.len() > TIERS_MAX {
            let wanted = format!("a list of 1 to {TIERS_MAX} tiers");
            return self.source.other(entry, at, &wanted);
        }
        let mut taken = BTreeSet::new();
        let mut tiers: Vec<Tier> = Vec::new();
        for section in sections {
            let tier = self.tier(section, at, &mut taken)?;
            let from = tiers.last().map(|last| last.years);
            let follows = match from {
                None => tier.years == Micro(0),
                Some(from) => from < tier.years,
            };
            if !follows {
                let message = "tiers begin at 0 years and go up";
                let hint = "Put them in order, the first with years = 0";
                return self.source.error(section.span(), at, message, hint);
            }
            tiers.push(tier);
        }
        Some(tiers)
    }

    fn tier(
        &mut self,
        section: Section<'a>,
        at: &str,
        taken: &mut BTreeSet<String>,
    ) -> Option<Tier> {
        let known = ["name", "years", "accounts", "least", "most", "suits"];
        self.source.only(section, at, &known);
        let name = self.name(section, at, taken)?;
        let years = match section.get("years") {
            Some(entry) => self.source.decimal(entry, at, Micro(0)..=YEARS_MAX),
            None => Some(Micro(0)),
        };
        let mut size = |key: &str, least: Micro| match section.get(key) {
            Some(entry) => self.source.decimal(entry, at, least..=ACCOUNTS_MAX),
            None => {
                let message = format!("{key} is missing");
                let hint = format!("Add {key} = 100");
                self.source.error(section.span(), at, message, hint)
            }
        };
        let (accounts, most) = (size("accounts", ONE), size("most", ONE));
        let least = match section.get("least") {
            Some(entry) => self.source.decimal(entry, at, Micro(0)..=ACCOUNTS_MAX),
            None => Some(Micro(0)),
        };
        let suits = match section.get("suits") {
            Some(entry) => self.suits(entry, at),
            None => Some((Micro(0), COST_MAX)),
        };
        let (accounts, least, most) = (accounts?, least?, most?);
        if !(least <= accounts && accounts <= most) {
            let message = format!(
                "a target of {accounts} does not lie between least = {least} and most = {most}"
            );
            let hint = "Put accounts between them";
            return self.source.error(section.span(), at, message, hint);
        }
        Some(Tier {
            name,
            years: years?,
            accounts,
            least,
            most,
            suits: suits?,
        })
    }

    /// `[0, 1.5]`: what accounts of a tier should cost.
    fn suits(&mut self, entry: Entry<'a>, at: &str) -> Option<(Micro, Micro)> {
        match self.source.decimals(entry, at)?[..] {
            [least, most] if Micro(0) <= least && least <= most && most <= COST_MAX => {
                Some((least, most))
            }
            _ => {
                let wanted = format!("two numbers from 0 to {COST_MAX}, ascending");
                self.source.other(entry, at, &wanted)
            }
        }
    }

    fn ramp(&mut self, entry: Entry<'a>, at: &str) -> Option<Vec<Micro>> {
        let parts = self.source.decimals(entry, at)?;
        let fit = parts.iter().all(|part| (Micro(0)..=ONE).contains(part));
        if parts.is_empty() || parts.len() > RAMP_MAX || !fit {
            let wanted = format!("1 to {RAMP_MAX} numbers from 0 to 1, one a month");
            return self.source.other(entry, at, &wanted);
        }
        Some(parts)
    }

    fn support(&mut self, entry: Entry<'a>, at: &str, reps: &Vocabulary) -> Option<Vec<FieldNo>> {
        let names = self.source.texts(entry, at)?;
        if names.is_empty() || names.len() > TOOLS_MAX {
            let wanted = format!("a list of 1 to {TOOLS_MAX} number fields");
            return self.source.other(entry, at, &wanted);
        }
        let numbers = [FieldType::Number];
        let fields = names
            .into_iter()
            .map(|(name, span)| Some(self.field_named(name, span, at, reps, &numbers)?.0));
        fields.collect()
    }

    fn exceptions(&mut self, entry: Entry<'a>) -> Option<BTreeMap<String, Exception>> {
        let at = "capacity exception";
        let sections = self.source.sections(entry, at)?;
        if sections.len() > EXCEPTIONS_MAX {
            let wanted = format!("a list of at most {EXCEPTIONS_MAX}");
            return self.source.other(entry, at, &wanted);
        }
        let mut all = BTreeMap::new();
        for section in sections {
            let (rep, one) = self.exception(section, at)?;
            if all.contains_key(&rep) {
                let message = format!("there is an exception for {rep:?} already");
                return self
                    .source
                    .error(section.span(), at, message, "Keep one for each rep");
            }
            all.insert(rep, one);
        }
        Some(all)
    }

    fn exception(&mut self, section: Section<'a>, at: &str) -> Option<(String, Exception)> {
        self.source
            .only(section, at, &["rep", "accounts", "reason", "by", "until"]);
        let rep = self.word_in(section, "rep", at, REP_KEY_MAX);
        let accounts = match section.get("accounts") {
            Some(entry) => self.source.decimal(entry, at, Micro(0)..=ACCOUNTS_MAX),
            None => {
                let hint = "Add accounts = 40";
                let message = "it does not say what the book should hold";
                self.source.error(section.span(), at, message, hint)
            }
        };
        let reason = self.word_in(section, "reason", at, CODE_MAX);
        let by = self.word_in(section, "by", at, REP_KEY_MAX);
        let until = match section.get("until") {
            Some(entry) => self.moment(entry, at).map(Some),
            None => Some(None),
        };
        let one = Exception {
            accounts: accounts?,
            reason: reason?,
            by: by?,
            until: until?,
        };
        Some((rep?, one))
    }

    /// A key or code: no blanks, so that nobody writes about a person here.
    fn word_in(
        &mut self,
        section: Section<'a>,
        key: &str,
        at: &str,
        most: usize,
    ) -> Option<String> {
        let Some(entry) = section.get(key) else {
            let message = format!("{key} is missing");
            let hint = "An exception needs a reason and who answers for it: reason = \"part_time\", \
                        by = \"mona\"";
            return self.source.error(section.span(), at, message, hint);
        };
        let word = self.source.text(entry, at)?;
        let plain = |c: char| !c.is_whitespace() && !c.is_control();
        if word.is_empty() || word.chars().count() > most || !word.chars().all(plain) {
            let wanted = format!("1 to {most} characters without blanks");
            return self.source.other(entry, at, &wanted);
        }
        Some(word.to_owned())
    }

    /// `"2026-12-31T00:00:00Z"`.
    fn moment(&mut self, entry: Entry<'a>, at: &str) -> Option<Moment> {
        let text = self.source.text(entry, at)?;
        match text.parse::<jiff::Timestamp>() {
            Ok(stamp) => Some(Moment(stamp.as_millisecond())),
            Err(_) => {
                let wanted = "a moment with its offset, like \"2026-12-31T00:00:00Z\"";
                self.source.other(entry, at, wanted)
            }
        }
    }
}
