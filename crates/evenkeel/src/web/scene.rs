//! What a page looks at: the state, the names, the moment, and who is looking.
//!
//! Every name of a person on any page comes from here, so that erasing it erases it everywhere,
//! and every link to a record asks here whether the viewer may follow it.

use crate::host::access::Sees;
use crate::host::names::Names;
use crate::web::layout::Viewer;
use crate::web::{link, words};
use evenkeel_core::command::envelope::Envelope;
use evenkeel_core::draw::DrawKey;
use evenkeel_core::event::Actor;
use evenkeel_core::holding::place::Place;
use evenkeel_core::ids::{CommandId, FieldNo, PoolNo, QueueNo, RecordNo, RepNo};
use evenkeel_core::market::schema::{FieldType, RECORD_KIND};
use evenkeel_core::market::value::Value;
use evenkeel_core::people::pool::Pool;
use evenkeel_core::people::rep::{Profile, Status};
use evenkeel_core::sentence::Words;
use evenkeel_core::state::State;
use evenkeel_core::time::Moment;
use evenkeel_core::units::Micro;
use maud::{Markup, html};

/// Everything a page may look at.
#[derive(Clone, Copy)]
pub struct Scene<'a> {
    /// The workspace.
    pub state: &'a State,
    /// Display names.
    pub names: &'a Names,
    /// The present.
    pub now: Moment,
    /// Who looks.
    pub viewer: &'a Viewer,
    /// The rep the viewer is, if any.
    pub me: Option<RepNo>,
}

impl Scene<'_> {
    /// What a rep is called: the display name, or the key where there is none.
    pub fn name(&self, rep: RepNo) -> String {
        self.names.rep(self.state, rep)
    }

    /// A rep with the round mark, leading to the rep's page.
    pub fn person(&self, rep: RepNo) -> Markup {
        let name = self.name(rep);
        html! {
            a.person href=(link::rep(&self.state.roster().rep(rep).key)) {
                span.face aria-hidden="true" { (words::initials(&name)) }
                span { (name) }
            }
        }
    }

    /// A rep's name alone, as a link.
    pub fn rep(&self, rep: RepNo) -> Markup {
        html! { a href=(link::rep(&self.state.roster().rep(rep).key)) { (self.name(rep)) } }
    }

    /// A record's key, as a link where the viewer may see the record.
    pub fn record(&self, record: RecordNo) -> Markup {
        let key = self.state.records().key(record);
        match self.sees(record) {
            true => html! { a.key href=(link::record(key)) { (key) } },
            false => html! { span.key { (key) } },
        }
    }

    /// What a record is about: its first two texts in the order of the policy, such as account
    /// and country. Empty when it has none.
    pub fn title(&self, record: RecordNo) -> Markup {
        let columns = &self.state.records().columns;
        let fields = self.state.record_schema().fields().iter().enumerate();
        let texts = fields.filter_map(|(at, field)| {
            let number = FieldNo::at(at);
            let shown = field.kind == FieldType::Text && !field.private && number != RECORD_KIND;
            match columns.value(number, record.index()).filter(|_| shown) {
                Some(Value::Text(text)) => Some(text.into()),
                _ => None,
            }
        });
        let texts: Vec<String> = texts.take(2).collect();
        html! { @if !texts.is_empty() { span.note { (texts.join(", ")) } } }
    }

    /// Whether the viewer may look at this record.
    pub fn sees(&self, record: RecordNo) -> bool {
        match self.viewer.role.sees() {
            Sees::All => true,
            Sees::Own => self.me.is_some() && self.state.place(record).owner() == self.me,
        }
    }

    /// Whether the viewer may look at the records of this rep.
    pub fn sees_book(&self, rep: RepNo) -> bool {
        match self.viewer.role.sees() {
            Sees::All => true,
            Sees::Own => self.me == Some(rep),
        }
    }

    /// A pool's name, as a link.
    pub fn pool(&self, pool: PoolNo) -> Markup {
        let name = &self.state.pool(pool).name;
        html! { a href=(link::pool(name)) { (name) } }
    }

    /// A queue's name, as a link.
    pub fn queue(&self, queue: QueueNo) -> Markup {
        let name = &self.state.queue(queue).name;
        html! { a href=(link::queue(name)) { (name) } }
    }

    /// Where a record is, in words with links.
    pub fn place(&self, place: Place) -> Markup {
        match place {
            Place::Book(rep) => self.person(rep),
            Place::Queue(queue) => html! { "queue " (self.queue(queue)) },
            Place::Held(hold) => html! { span.warnword { "held" } " for " (self.pool(hold.pool)) },
            Place::Resting(rest) => html! {
                span.tag { "rests" } " until " (words::utc(rest.until))
            },
            Place::Closed => html! { span.tag { "closed" } },
        }
    }

    /// The words of verdicts, with display names.
    pub fn words<R>(&self, speak: impl FnOnce(&Words<'_>) -> R) -> R {
        let rep = |rep: RepNo| self.name(rep);
        speak(&Words {
            state: self.state,
            rep: &rep,
        })
    }

    /// The circumstances of looking ahead. Draws are shown with a public key, so that a page can
    /// never give away the next real one.
    pub fn envelope(&self) -> Envelope {
        let (command, draw) = (CommandId([0; 16]), DrawKey::from_seed(0));
        Envelope {
            at: self.now,
            actor: Actor::System,
            command,
            draw,
        }
    }

    /// The pools of the policy in force, in its order.
    pub fn pools(&self) -> Vec<(PoolNo, &Pool)> {
        let specs = self
            .state
            .policy()
            .map_or(&[][..], |policy| &policy.document().pools);
        specs
            .iter()
            .filter_map(|spec| self.state.pool_no(&spec.name))
            .map(|pool| (pool, self.state.pool(pool)))
            .collect()
    }

    /// Whether a rep takes part in rotation at this moment, hours and caps aside.
    pub fn here(&self, profile: &Profile) -> bool {
        profile.status == Status::Active && profile.leave_at(self.now).is_none()
    }

    /// What each member of a pool is owed, by name.
    pub fn credits(&self, pool: &Pool) -> Vec<(String, Micro)> {
        pool.ledger
            .members()
            .iter()
            .map(|entry| (self.name(entry.rep), entry.credit))
            .collect()
    }
}
