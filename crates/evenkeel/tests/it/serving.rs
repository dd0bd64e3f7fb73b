//! A server on port 0 over a store in a directory of its own, in this process.

use crate::client::Client;
use evenkeel::config::Config;
use evenkeel::host::access::Role;
use evenkeel::host::clock::{Clock, Wall};
use evenkeel::host::workspace::Workspace;
use evenkeel::server::listen::Server;
use evenkeel_journal::identity::StoreId;
use evenkeel_journal::journal::Journal;
use evenkeel_journal::sqlite::open;
use serde_json::json;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;
use tempfile::TempDir;
use tokio::runtime::Runtime;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

/// Password of every user here.
pub(crate) const PASSWORD: &str = "correct horse battery";

/// A small policy: two pools, two queues, a hold, a private field.
pub(crate) const POLICY: &str = r#"
evenkeel = 1
name = "Test"

[record]
country = "text"
employees = "number"
hot = "flag"
seen = "time"
tags = "tags"
email = { type = "text", private = true }
contact = { type = "text", private = true }

[[pool]]
name = "us"
where = 'rep.role == "AE"'
nobody = { hold = "2 days", then = "queue:triage" }

[[pool]]
name = "drawn"
where = 'rep.role == "AE"'
method = "random"
band = 1.0
nobody = "queue:triage"

[[queue]]
name = "triage"

[[queue]]
name = "later"

[[rule]]
name = "Small"
when = 'record.employees < 10'
to = "queue:later"

[[rule]]
name = "Drawn"
when = 'record.country == "PT"'
to = "pool:drawn"

[fallback]
to = "pool:us"
"#;

/// A running server.
pub(crate) struct Serving {
    pub(crate) address: SocketAddr,
    pub(crate) workspace: Workspace,
    /// The key of an admin.
    pub(crate) admin: String,
    runtime: Runtime,
    stop: Option<oneshot::Sender<()>>,
    ended: Option<JoinHandle<()>>,
    sign_in: Arc<evenkeel::host::sign_in::SignIn>,
    dir: TempDir,
}

impl Serving {
    /// A server over an empty workspace.
    pub(crate) fn empty() -> Self {
        Self::with(Config::default(), Arc::new(Wall))
    }

    /// A server with [`POLICY`] and the reps ana, ben and cleo.
    pub(crate) fn dealing() -> Self {
        let serving = Self::empty();
        serving.furnish();
        serving
    }

    /// A server run like this, by this clock.
    pub(crate) fn with(config: Config, clock: Arc<dyn Clock>) -> Self {
        let dir = TempDir::new().expect("a directory can be made");
        let data = dir.path().join("x.db");
        let mut journal = open::create(&data, StoreId([7; 16])).expect("a store can be made");
        journal
            .create_workspace("main")
            .expect("a workspace can be made");
        Self::over(journal, dir, config, clock)
    }

    /// A new server over the store of this one, which must have been stopped. The key stays.
    pub(crate) fn again(mut self) -> Self {
        self.stop();
        let journal = open::open(&self.data(), None).expect("the store is free");
        let dir = std::mem::replace(&mut self.dir, TempDir::new().expect("a directory"));
        let admin = self.admin.clone();
        let mut again = Self::over(journal, dir, Config::default(), Arc::new(Wall));
        again.admin = admin;
        again
    }

    fn over(
        journal: evenkeel_journal::sqlite::journal::SqliteJournal,
        dir: TempDir,
        config: Config,
        clock: Arc<dyn Clock>,
    ) -> Self {
        let data = dir.path().join("x.db");
        let listen = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        let config = Config {
            listen,
            data: Some(data),
            ..config
        };
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .expect("a runtime starts");
        // On the runtime, as the program does.
        let workspace = runtime.block_on(async { Workspace::open(Box::new(journal), clock) });
        let workspace = workspace.expect("the journal folds");
        let server = runtime
            .block_on(Server::bind(workspace.clone(), config))
            .expect("port 0 can be listened on");
        let (address, sign_in) = (server.bound(), Arc::clone(&server.app().sign_in));
        let made = runtime.block_on(sign_in.make_key("test", Role::Admin, None));
        let (_, admin) = made.expect("a key can be made");
        let (stop, told) = oneshot::channel::<()>();
        let ended = runtime.spawn(async move {
            let told = async { drop(told.await) };
            server.run(told).await.expect("the server ends well");
        });
        let (stop, ended) = (Some(stop), Some(ended));
        Self {
            address,
            workspace,
            admin,
            runtime,
            stop,
            ended,
            sign_in,
            dir,
        }
    }

    pub(crate) fn furnish(&self) {
        let mut admin = self.admin();
        admin
            .put("/api/v1/policy", &json!({ "text": POLICY }))
            .expect(200);
        for rep in ["ana", "ben", "cleo"] {
            let body = json!({ "name": format!("{rep} example"), "role": "AE" });
            admin.put(&format!("/api/v1/reps/{rep}"), &body).expect(200);
        }
    }

    pub(crate) fn admin(&self) -> Client {
        Client::with_key(self.address, &self.admin)
    }

    pub(crate) fn nobody(&self) -> Client {
        Client::nobody(self.address)
    }

    /// A client with a key of this role; reps have none.
    pub(crate) fn keyed(&self, role: Role) -> Client {
        let made = self
            .runtime
            .block_on(self.sign_in.make_key("test", role, None));
        let (_, key) = made.expect("a key can be made");
        Client::with_key(self.address, &key)
    }

    /// A user of this role, signed in; the client sends the session's cookie and token.
    pub(crate) fn signed_in(&self, role: Role, rep: Option<&str>) -> Client {
        let name = format!("{}{}", role.word(), rep.unwrap_or_default());
        let (rep, password) = (rep.map(str::to_owned), Some(PASSWORD.to_owned()));
        let added = self.sign_in.add_user(&name, role, rep, password);
        self.runtime.block_on(added).expect("a user can be added");
        self.enter(&name)
    }

    /// A new session of a user.
    pub(crate) fn enter(&self, name: &str) -> Client {
        let body = json!({ "name": name, "password": PASSWORD });
        let entered = self.nobody().post("/api/v1/session", &body).expect(201);
        let cookie = entered.header("set-cookie").expect("a cookie").to_owned();
        let cookie = cookie.split(';').next().expect("a value").to_owned();
        let csrf = entered.json()["csrf"].as_str().expect("a token").to_owned();
        self.nobody()
            .always("cookie", &cookie)
            .always("x-csrf-token", &csrf)
    }

    pub(crate) fn sign_in(&self) -> &evenkeel::host::sign_in::SignIn {
        &self.sign_in
    }

    /// The directory of the store.
    pub(crate) fn dir(&self) -> PathBuf {
        self.dir.path().to_owned()
    }

    /// The store's file.
    pub(crate) fn data(&self) -> PathBuf {
        self.dir.path().join("x.db")
    }

    pub(crate) fn runtime(&self) -> &Runtime {
        &self.runtime
    }

    /// Stops the server and waits until everything is durable and closed.
    pub(crate) fn stop(&mut self) {
        drop(self.stop.take());
        if let Some(ended) = self.ended.take() {
            self.runtime
                .block_on(ended)
                .expect("the server does not panic");
        }
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            self.stop();
        }
    }
}

/// Compares a generated document with the one in the repository, or writes it when
/// `EVENKEEL_BLESS=1`.
pub(crate) fn golden(path: &str, text: &str) {
    let file = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../..")
        .join(path);
    if std::env::var_os("EVENKEEL_BLESS").is_some_and(|bless| bless == "1") {
        std::fs::create_dir_all(file.parent().expect("a folder")).expect("a folder can be made");
        std::fs::write(&file, text).expect("a document can be written");
    }
    let kept = std::fs::read_to_string(&file).unwrap_or_default();
    assert!(
        kept == text,
        "{path} is not what the code says; run the test again with EVENKEEL_BLESS=1 and look at \
         the difference"
    );
}
