//! The workspace under test: 36 reps in three pools, 20 rules, a store on the disk of the bench.

use crate::load::Round;
use evenkeel::host::clock::{Clock, Wall};
use evenkeel::host::draft::Draft;
use evenkeel::host::live::Live;
use evenkeel::host::order::Order;
use evenkeel::host::workspace::Workspace;
use evenkeel_core::command::Command;
use evenkeel_core::command::envelope::Envelope;
use evenkeel_core::command::intake::Intake;
use evenkeel_core::command::publish_policy::PublishPolicy;
use evenkeel_core::command::set_rep::SetRep;
use evenkeel_core::draw::DrawKey;
use evenkeel_core::event::Actor;
use evenkeel_core::market::schema::{REP_TEAM, Schema};
use evenkeel_core::market::value::{Attributes, Value};
use evenkeel_core::people::hours::Hours;
use evenkeel_core::people::rep::{Profile, Status};
use evenkeel_core::state::State;
use evenkeel_core::units::Micro;
use evenkeel_journal::identity::StoreId;
use evenkeel_journal::journal::Journal;
use evenkeel_journal::sqlite::journal::SqliteJournal;
use evenkeel_journal::sqlite::open;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, RwLock};
use std::time::{Duration, Instant};
use tempfile::TempDir;

const REPS: usize = 36;
const TEAMS: [&str; 3] = ["west", "east", "enterprise"];

/// The policy of the bench.
pub(crate) fn policy() -> String {
    let mut text = String::from(
        "evenkeel = 1\nname = \"Bench\"\n\n[record]\ncountry = \"text\"\nstate = \"text\"\n\
         industry = \"text\"\nemployees = \"number\"\nrevenue = \"number\"\nsource = \"text\"\n\
         campaign = \"text\"\nhot = \"flag\"\ncreated = \"time\"\ninterests = \"tags\"\n\
         company = \"text\"\ncity = \"text\"\nproduct = \"text\"\nplan = \"text\"\nseats = \"number\"\ncontact = { type = \"text\", private = true }\n\
         email = { type = \"text\", private = true }\nphone = { type = \"text\", private = true }\n",
    );
    for team in TEAMS {
        text.push_str(&format!(
            "\n[[pool]]\nname = \"{team}\"\nwhere = 'rep.team == \"{team}\"'\nnobody = \"queue:triage\"\n"
        ));
    }
    text.push_str("\n[[queue]]\nname = \"triage\"\n");
    for rule in 0..18 {
        text.push_str(&format!(
            "\n[[rule]]\nname = \"Rule {rule}\"\nwhen = 'record.country == \"C{rule}\" && \
             record.employees >= {rule}'\nto = \"pool:west\"\n"
        ));
    }
    text.push_str(
        "\n[[rule]]\nname = \"Enterprise\"\nwhen = 'record.country == \"US\" && record.employees >= \
         1000'\nto = \"pool:enterprise\"\n\n[[rule]]\nname = \"East\"\nwhen = 'record.state in \
         [\"Maine\", \"Ohio\"]'\nto = \"pool:east\"\n\n[fallback]\nto = \"pool:west\"\n",
    );
    text
}

/// A store with a workspace, on the disk that the bench is built on, like a true one.
pub(crate) fn store() -> (SqliteJournal, TempDir) {
    let folder = std::env::var_os("CARGO_TARGET_TMPDIR").unwrap_or_else(|| "target".into());
    let dir = TempDir::new_in(folder)
        .or_else(|_| TempDir::new())
        .expect("a folder can be made");
    let path = dir.path().join("bench.db");
    let mut journal = open::create(&path, StoreId([1; 16])).expect("a store can be made");
    journal
        .create_workspace("main")
        .expect("a workspace can be made");
    (journal, dir)
}

/// The commands that furnish an empty workspace.
pub(crate) fn furniture() -> Vec<Command> {
    let publish = PublishPolicy {
        text: policy(),
        based_on: None,
    };
    let mut commands = vec![Command::PublishPolicy(publish)];
    commands.extend((0..REPS).map(|number| {
        let mut attributes = Attributes::default();
        attributes.set(REP_TEAM, Value::Text(TEAMS[number % 3].into()));
        let profile = Profile {
            attributes,
            closing_since: None,
            zone: "UTC".into(),
            hours: Hours::ALWAYS,
            leaves: Vec::new(),
            status: Status::Active,
            private: None,
        };
        Command::SetRep(Box::new(SetRep {
            key: format!("rep-{number:02}"),
            profile,
        }))
    }));
    commands
}

fn intake(schema: &Schema) -> Command {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let mut attributes = Attributes::default();
    let mut set = |name: &str, value: Value| {
        attributes.set(schema.find(name).expect("the policy declares it"), value);
    };
    for (name, text) in [
        ("kind", "lead"),
        ("country", "US"),
        ("state", "Oregon"),
        ("industry", "logistics"),
        ("source", "web form"),
        ("company", "Copperleaf Mills"),
    ] {
        set(name, Value::Text(text.into()));
    }
    set("employees", Value::Number(Micro::whole(240)));
    set("hot", Value::Flag(true));
    let key = format!("D-{:012}", COUNT.fetch_add(1, Ordering::Relaxed)).into();
    Command::Intake(Intake {
        key,
        attributes: attributes.into(),
        private: None,
        marks: Vec::new(),
        occurred: None,
    })
}

/// The strictest baseline: the same decisions on the same store, each with a commit of its own and
/// nothing in between, not even a thread.
pub(crate) fn one_commit_each(span: Duration) -> Round {
    let (mut journal, _dir) = store();
    let workspace = journal_workspace(&journal);
    let live = RwLock::new(Live {
        state: State::new(),
        life: 0,
    });
    let mut seq = 0;
    let mut decide = |command: Command| {
        let order = Order::once(Actor::System, command);
        let (actor, command) = (order.actor, order.id);
        let draw = DrawKey::from_seed(1);
        let envelope = Envelope {
            at: Wall.now(),
            actor,
            command,
            draw,
        };
        let mut draft = Draft::after(seq);
        draft
            .decide(&live, &order, &envelope)
            .expect("events can be applied");
        seq = journal
            .append(workspace, &draft.batch)
            .expect("there is room")
            .seq;
    };
    furniture().into_iter().for_each(&mut decide);
    let schema = {
        let publish = furniture().into_iter().next();
        schema_of(publish)
    };
    let mut spans = Vec::new();
    let began = Instant::now();
    while began.elapsed() < span {
        let asked = Instant::now();
        decide(intake(&schema));
        spans.push(asked.elapsed());
    }
    Round::of(spans, began.elapsed())
}

fn journal_workspace(journal: &SqliteJournal) -> evenkeel_journal::identity::WorkspaceId {
    evenkeel::host::workspace::first_workspace(journal).expect("a workspace")
}

fn schema_of(publish: Option<Command>) -> Schema {
    let Some(Command::PublishPolicy(publish)) = publish else {
        panic!("the policy comes first")
    };
    let known = State::new();
    evenkeel_core::policy::analysis::check(&publish.text, &known.known()).records
}

/// A workspace whose door is stormed; its commits hold at most so many orders.
pub(crate) struct Ring {
    runtime: tokio::runtime::Runtime,
    workspace: Workspace,
    schema: Schema,
    _dir: TempDir,
}

impl Ring {
    pub(crate) fn new(orders_max: usize) -> Self {
        let (journal, dir) = store();
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .enable_all()
            .build()
            .expect("a runtime starts");
        // On the runtime of the submitters, as a server does.
        let workspace = runtime.block_on(async {
            let workspace = Workspace::bounded(Box::new(journal), Arc::new(Wall), orders_max);
            let workspace = workspace.expect("it folds");
            furnish(&workspace).await;
            workspace
        });
        let schema = workspace.glance(|state| state.record_schema().clone());
        Self {
            runtime,
            workspace,
            schema,
            _dir: dir,
        }
    }

    /// So many submitters, each with the next order as soon as the last one is durable.
    pub(crate) fn submitters(&self, count: usize, span: Duration) -> Round {
        let began = Instant::now();
        let spans = self.runtime.block_on(async {
            let submitters: Vec<_> = (0..count)
                .map(|_| {
                    let (workspace, schema) = (self.workspace.clone(), self.schema.clone());
                    tokio::spawn(async move {
                        let mut spans = Vec::new();
                        while began.elapsed() < span {
                            let asked = Instant::now();
                            let order = Order::once(Actor::System, intake(&schema));
                            workspace.submit(order).await.expect("it is decided");
                            spans.push(asked.elapsed());
                        }
                        spans
                    })
                })
                .collect();
            let mut spans = Vec::new();
            for submitter in submitters {
                spans.extend(submitter.await.expect("a submitter ends"));
            }
            spans
        });
        Round::of(spans, began.elapsed())
    }
}

/// Furnishes an empty workspace.
pub(crate) async fn furnish(workspace: &Workspace) {
    for command in furniture() {
        let order = Order::once(Actor::System, command);
        workspace.submit(order).await.expect("the furniture fits");
    }
}
