//! How a server is run: where it listens, who stands before it, and its limits.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

/// Where a server listens unless told otherwise: this machine only.
pub const LISTEN: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 7474);
/// Longest request body.
pub const BODY_BYTES_MAX: usize = 1 << 20;
/// Longest wait for the head of a request.
pub const HEAD_TIMEOUT: Duration = Duration::from_secs(15);
/// Longest time from the head of a request to the head of its answer.
pub const ANSWER_TIMEOUT: Duration = Duration::from_secs(30);
/// How long open requests may take after the server was told to stop.
pub const DRAIN_TIMEOUT: Duration = Duration::from_secs(10);
/// Most connections at once; further ones wait to be accepted.
pub const CONNECTIONS_MAX: usize = 4_096;
/// Most connections that wait to be accepted; the system may allow fewer. One more is not heard,
/// and whoever made it tries again after a second.
pub const CALLERS_MAX: u32 = 1_024;
/// Most requests worked on at once; one more is told to come back.
pub const REQUESTS_MAX: usize = 2_048;

/// How a server is run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Config {
    /// Where it listens.
    pub listen: SocketAddr,
    /// Where the store is; `None` for one in memory.
    pub data: Option<PathBuf>,
    /// Whether a proxy that ends TLS stands before it and says whom it speaks for.
    pub behind_proxy: bool,
    /// The address people use, such as `https://keel.example.com`, without a slash at the end.
    pub public_url: Option<String>,
    /// What people call this workspace.
    pub title: String,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            listen: LISTEN,
            data: None,
            behind_proxy: false,
            public_url: None,
            title: "Evenkeel".into(),
        }
    }
}

impl Config {
    /// Whether browsers reach the server over TLS, so that cookies may insist on it.
    pub fn secure(&self) -> bool {
        self.public_url
            .as_deref()
            .is_some_and(|url| url.starts_with("https://"))
    }

    /// The address people use; `bound` is where the server truly listens.
    pub fn url(&self, bound: SocketAddr) -> String {
        self.public_url
            .clone()
            .unwrap_or_else(|| format!("http://{bound}"))
    }
}
