//! How connections are taken: many at once.

use evenkeel::config::CALLERS_MAX;
use evenkeel::server::listen;
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::time::Duration;

/// One that is not heard would try again only after a second.
#[tokio::test]
async fn callers_who_come_at_once_are_all_heard() {
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    let listener = listen::listen(address).expect("port 0 can be listened on");
    let address = listener.local_addr().expect("an address");
    let allowed = std::fs::read_to_string("/proc/sys/net/core/somaxconn");
    let allowed = allowed.ok().and_then(|allowed| allowed.trim().parse().ok());
    let callers = allowed.unwrap_or(128).min(CALLERS_MAX).min(400);
    // Nobody accepts any of them meanwhile.
    let streams: Vec<TcpStream> = (0..callers)
        .map(|_| TcpStream::connect_timeout(&address, Duration::from_millis(900)))
        .collect::<Result<_, _>>()
        .expect("everybody is heard");
    assert_eq!(streams.len(), callers as usize);
}
