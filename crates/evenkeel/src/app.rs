//! What every handler is given: the door to the workspace, the sign-in, and how the server is run.

use crate::config::Config;
use crate::host::fault::Fault;
use crate::host::sign_in::SignIn;
use crate::host::workspace::Workspace;
use axum::extract::{ConnectInfo, FromRef, FromRequestParts};
use axum::http::request::Parts;
use std::convert::Infallible;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::ops::Deref;
use std::sync::Arc;
use tokio::sync::watch;

/// The state of every route. A clone costs one count.
#[derive(Clone, Debug)]
pub struct App(Arc<Inside>);

/// What an app holds.
#[derive(Debug)]
pub struct Inside {
    /// The only door to the workspace.
    pub workspace: Workspace,
    /// Who may sign in, and who is.
    pub sign_in: Arc<SignIn>,
    /// How the server is run.
    pub config: Arc<Config>,
    /// Turns true when the server is told to stop: streams end then.
    pub stopping: watch::Receiver<bool>,
}

impl App {
    /// An app over a workspace, and the switch that tells it to stop.
    pub async fn new(
        workspace: Workspace,
        config: Config,
    ) -> Result<(Self, watch::Sender<bool>), Fault> {
        let sign_in = Arc::new(SignIn::open(workspace.clone(), config.secure()).await?);
        let (stop, stopping) = watch::channel(false);
        let config = Arc::new(config);
        let inside = Inside {
            workspace,
            sign_in,
            config,
            stopping,
        };
        Ok((Self(Arc::new(inside)), stop))
    }

    /// Waits until the server is told to stop.
    pub async fn stopped(&self) {
        // An error means that the switch is gone, and the server with it.
        let _ = self.stopping.clone().wait_for(|stopping| *stopping).await;
    }
}

impl Deref for App {
    type Target = Inside;

    fn deref(&self) -> &Inside {
        &self.0
    }
}

impl FromRef<App> for Arc<SignIn> {
    fn from_ref(app: &App) -> Self {
        Self::clone(&app.sign_in)
    }
}

impl FromRef<App> for Workspace {
    fn from_ref(app: &App) -> Self {
        app.workspace.clone()
    }
}

/// The network address a request comes from: the peer's, or what the proxy before us says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Address(pub IpAddr);

impl FromRequestParts<App> for Address {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Infallible> {
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>();
        let peer = peer.map_or(IpAddr::V4(Ipv4Addr::LOCALHOST), |ConnectInfo(peer)| {
            peer.ip()
        });
        let told = app.config.behind_proxy.then(|| forwarded(parts)).flatten();
        Ok(Self(told.unwrap_or(peer)))
    }
}

/// The last hop of `X-Forwarded-For`: the one our own proxy has added; earlier ones can be made up.
fn forwarded(parts: &Parts) -> Option<IpAddr> {
    let last = parts
        .headers
        .get_all("x-forwarded-for")
        .iter()
        .next_back()?;
    last.to_str().ok()?.rsplit(',').next()?.trim().parse().ok()
}
