//! Server-sent events: a page hears that the journal has grown, and fetches itself again.
//!
//! Only the number of the last event is sent, never what happened, so that nothing can leak to
//! somebody who may not see it. A slow listener misses numbers, not the newest one.

use crate::app::App;
use crate::host::access::Verb;
use crate::host::signed::Signed;
use crate::web::refused::Refused;
use axum::extract::State as Shared;
use axum::http::header;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use std::convert::Infallible;
use std::time::Duration;
use tokio::sync::watch;
use tokio_stream::{Stream, StreamExt, wrappers::WatchStream};

/// A proxy may close a connection that is silent for longer.
const SIGN_OF_LIFE: Duration = Duration::from_secs(15);

/// `GET /live`
pub async fn get(Shared(app): Shared<App>, signed: Signed) -> Result<Response, Refused> {
    signed.may(Verb::OwnSession)?;
    let heads = until(app.workspace.head(), app.stopping.clone());
    let kept = KeepAlive::new().interval(SIGN_OF_LIFE);
    Ok((
        [(header::CACHE_CONTROL, "no-store")],
        Sse::new(heads).keep_alive(kept),
    )
        .into_response())
}

/// Every head from the present one on, until the server is told to stop.
fn until(
    head: watch::Receiver<u64>,
    stopping: watch::Receiver<bool>,
) -> impl Stream<Item = Result<Event, Infallible>> {
    let heads = WatchStream::new(head).map(Some);
    let stops = WatchStream::new(stopping)
        .filter(|stopping| *stopping)
        .map(|_| None);
    heads.merge(stops).map_while(|head| head).map(|head| {
        Ok(Event::default()
            .event("head")
            .id(head.to_string())
            .data(head.to_string()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn heads_are_told_until_the_server_stops() {
        let (head, heads) = watch::channel(4);
        let (stop, stopping) = watch::channel(false);
        let mut told = Box::pin(until(heads, stopping));
        assert!(told.next().await.is_some(), "the present one at once");
        head.send(9).expect("somebody listens");
        assert!(told.next().await.is_some());
        stop.send(true).expect("somebody listens");
        assert!(told.next().await.is_none());
    }
}
