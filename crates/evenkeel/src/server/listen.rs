//! The listener: accepts connections, bounds them, and lets them end well.
//!
//! HTTP/1.1 only; TLS is ended by a proxy. A head that takes too long is cut, so that nobody holds
//! a connection by sending slowly.

use crate::api::intake;
use crate::api::routes::Guard;
use crate::app::App;
use crate::config::{CALLERS_MAX, CONNECTIONS_MAX, Config, DRAIN_TIMEOUT, HEAD_TIMEOUT};
use crate::host::fault::Fault;
use crate::host::live::Health;
use crate::host::timer;
use crate::host::workspace::Workspace;
use crate::server::edge::Edge;
use crate::server::patience::Patience;
use crate::server::{health, router};
use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::Request;
use axum::response::Response;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use std::convert::Infallible;
use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::{Semaphore, watch};
use tower::Service;

/// A server that listens and has not begun to answer.
#[derive(Debug)]
pub struct Server {
    app: App,
    edge: Edge,
    listener: TcpListener,
    bound: SocketAddr,
    stop: watch::Sender<bool>,
}

/// Why a server did not start, or ended.
#[derive(Debug, thiserror::Error)]
pub enum ServeFault {
    /// The address cannot be listened on.
    #[error("could not listen on {address}: {source}")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// The system's words.
        source: io::Error,
    },
    /// The workspace could not be opened, or ended in doubt.
    #[error(transparent)]
    Workspace(#[from] Fault),
    /// The store must be opened anew.
    #[error("the store must be opened again: {0}")]
    Dead(Arc<str>),
}

impl Server {
    /// Listens for a workspace. Port 0 lets the system choose; see [`Server::bound`].
    pub async fn bind(workspace: Workspace, config: Config) -> Result<Self, ServeFault> {
        health::start_counting();
        let address = config.listen;
        let fault = |source| ServeFault::Listen { address, source };
        let listener = listen(address).map_err(fault)?;
        let bound = listener.local_addr().map_err(fault)?;
        let edge = Edge::new(&config);
        let (app, stop) = App::new(workspace, config).await?;
        Ok(Self {
            app,
            edge,
            listener,
            bound,
            stop,
        })
    }

    /// The state of every route.
    pub fn app(&self) -> &App {
        &self.app
    }

    /// Where it truly listens.
    pub fn bound(&self) -> SocketAddr {
        self.bound
    }

    /// The address people use.
    pub fn url(&self) -> String {
        self.app.config.url(self.bound)
    }

    /// Answers until `told` is done or the store must be opened anew; then lets open requests end,
    /// commits what was handed in, and keeps a snapshot.
    pub async fn run(self, told: impl Future<Output = ()>) -> Result<(), ServeFault> {
        let Self {
            app,
            edge,
            listener,
            stop,
            ..
        } = self;
        let (router, guard) = router::router(app.clone());
        let front = Arc::new(Front {
            router,
            guard,
            edge,
            app: app.clone(),
        });
        let ticking = tokio::spawn(timer::run(app.workspace.clone(), Arc::clone(&app.sign_in)));
        let counting = tokio::spawn(health::keep_counting());
        let connections = Arc::new(Semaphore::new(CONNECTIONS_MAX));
        let dead = tokio::select! {
            () = told => None,
            why = died(&app.workspace) => Some(why),
            () = accept(&listener, &front, &connections) => None,
        };
        drop(listener);
        stop.send_replace(true);
        let all = u32::try_from(CONNECTIONS_MAX).unwrap_or(u32::MAX);
        let drained = tokio::time::timeout(DRAIN_TIMEOUT, connections.acquire_many(all)).await;
        if drained.is_err() {
            tracing::warn!("some requests did not end in time and were cut");
        }
        ticking.abort();
        counting.abort();
        if let Some(why) = dead {
            return Err(ServeFault::Dead(why));
        }
        Ok(app.workspace.close().await?)
    }
}

/// Waits until the store must be opened anew, and says why.
async fn died(workspace: &Workspace) -> Arc<str> {
    let mut health = workspace.health();
    loop {
        if let Health::Dead(why) = &*health.borrow_and_update() {
            return Arc::clone(why);
        }
        if health.changed().await.is_err() {
            return "the writer has ended".into();
        }
    }
}

/// What answers requests: the edge, the router behind it, and the express way past the router.
struct Front {
    router: Router,
    guard: Guard,
    edge: Edge,
    app: App,
}

/// One connection. Its count is touched with every request, and nobody else touches it.
struct Line {
    front: Arc<Front>,
    peer: SocketAddr,
    patience: Patience,
}

impl Line {
    /// The router's ways are many and some large, so they are put apart: what is kept for each of
    /// thousands of connections is as large as the largest way.
    async fn answer(self: Arc<Self>, request: Request<Incoming>) -> Result<Response, Infallible> {
        let front = &*self.front;
        let way = async |request: axum::extract::Request| {
            if intake::is_express(&request) {
                intake::express(&front.app, &front.guard, request).await
            } else {
                Box::pin(self.route(request)).await
            }
        };
        let request = request.map(Body::new);
        Ok(front.edge.pass(&self.patience, request, way).await)
    }

    async fn route(&self, mut request: axum::extract::Request) -> Response {
        request.extensions_mut().insert(ConnectInfo(self.peer));
        // A router is always ready and never fails.
        let answered: Result<Response, Infallible> = self.front.router.clone().call(request).await;
        answered.unwrap_or_else(|never| match never {})
    }
}

/// Listens, with room for as many callers as come at once: what the library would ask for by itself
/// is 128, and the next ones would wait a second.
pub fn listen(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = match address {
        SocketAddr::V4(_) => TcpSocket::new_v4(),
        SocketAddr::V6(_) => TcpSocket::new_v6(),
    }?;
    // So that a server can be started again while connections of the one before linger; elsewhere
    // the option means another thing.
    #[cfg(unix)]
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    socket.listen(CALLERS_MAX)
}

/// Accepts for ever.
async fn accept(listener: &TcpListener, front: &Arc<Front>, open: &Arc<Semaphore>) {
    loop {
        let Ok(permit) = Arc::clone(open).acquire_owned().await else {
            return;
        };
        match listener.accept().await {
            Ok((stream, peer)) => {
                let front = Arc::clone(front);
                tokio::spawn(async move {
                    converse(stream, peer, front).await;
                    drop(permit);
                });
            }
            Err(error) => {
                // Mostly a lack of file handles: wait until some connection has ended.
                tracing::warn!(%error, "a connection was not accepted");
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        }
    }
}

/// Answers the requests of one connection.
async fn converse(stream: TcpStream, peer: SocketAddr, front: Arc<Front>) {
    // Small answers must not wait for more; a failure costs speed and nothing else.
    let _ = stream.set_nodelay(true);
    let app = front.app.clone();
    let patience = Patience::default();
    let line = Arc::new(Line {
        front,
        peer,
        patience,
    });
    let service = service_fn(move |request| Arc::clone(&line).answer(request));
    let mut http = http1::Builder::new();
    http.timer(Patience::default())
        .header_read_timeout(HEAD_TIMEOUT)
        .max_buf_size(64 << 10);
    let connection = http.serve_connection(TokioIo::new(stream), service);
    let mut connection = std::pin::pin!(connection);
    let mut told = std::pin::pin!(app.stopped());
    let mut ending = Ending::NotTold;
    // An error here is the other side's: it went away or spoke no HTTP.
    let _ = std::future::poll_fn(|context| {
        let stopping = match ending {
            Ending::NotTold => true,
            // Once asked it wakes this task by itself, which stays the same; asking again with
            // every request would make all connections wait for one lock.
            Ending::Asked => app.stopping.has_changed().unwrap_or(true),
            Ending::Told => false,
        };
        if stopping {
            ending = Ending::Asked;
            if told.as_mut().poll(context).is_ready() {
                ending = Ending::Told;
                connection.as_mut().graceful_shutdown();
            }
        }
        connection.as_mut().poll(context)
    })
    .await;
}

/// Whether a connection was told that the server stops.
enum Ending {
    /// Nobody was asked yet.
    NotTold,
    /// It will be woken when the server stops.
    Asked,
    /// It ends after the request at hand.
    Told,
}
