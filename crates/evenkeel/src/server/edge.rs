//! What every request meets first and every answer passes last: bounds, time limits, security
//! headers, a request id, figures and one line in the log.
//!
//! It knows no route and no caller. Nothing personal is logged: no address line, no body, no name.

use crate::api::problem::Problem;
use crate::config::{ANSWER_TIMEOUT, Config, REQUESTS_MAX};
use crate::host::secret;
use crate::server::patience::Patience;
use axum::body::Bytes;
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use metrics::{Counter, Gauge, Histogram};
use std::fmt::Write;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, LazyLock};
use std::task::Poll;
use std::time::{Duration, Instant};

/// For pages: only our own scripts, styles and forms; framed by nobody.
const PAGE_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; \
    img-src 'self' data:; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; \
    base-uri 'none'";
/// For everything else: nothing at all.
const DATA_POLICY: &str = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'";
/// A request slower than this is logged whatever the level.
const SLOW: Duration = Duration::from_secs(1);

/// The edge's memory: how much is worked on now, and where it is counted.
#[derive(Clone)]
pub struct Edge(Arc<Inner>);

struct Inner {
    working: AtomicUsize,
    most: usize,
    timeout: Duration,
    secure: bool,
    requests: [Counter; 5],
    seconds: Histogram,
    turned_away: Counter,
    working_now: Gauge,
}

impl std::fmt::Debug for Edge {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Edge")
    }
}

/// One request being worked on; it is counted off when dropped, however it ends.
struct Working<'a>(&'a Inner);

impl Drop for Working<'_> {
    fn drop(&mut self) {
        self.0.working.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Edge {
    /// The edge of a server run like this.
    pub fn new(config: &Config) -> Self {
        Self::bounded(config, REQUESTS_MAX, ANSWER_TIMEOUT)
    }

    /// An edge with other bounds, for tests.
    pub fn bounded(config: &Config, most: usize, timeout: Duration) -> Self {
        let class = |class: &'static str| metrics::counter!("evenkeel_http_requests_total", "class" => class);
        Self(Arc::new(Inner {
            working: AtomicUsize::new(0),
            most,
            timeout,
            secure: config.secure(),
            requests: ["1xx", "2xx", "3xx", "4xx", "5xx"].map(class),
            seconds: metrics::histogram!("evenkeel_http_seconds"),
            turned_away: metrics::counter!("evenkeel_http_turned_away_total"),
            working_now: metrics::gauge!("evenkeel_http_working"),
        }))
    }
}

impl Inner {
    fn enter(&self) -> Option<Working<'_>> {
        let before = self.working.fetch_add(1, Ordering::Relaxed);
        let working = Working(self);
        (before < self.most).then_some(working)
    }
}

impl Edge {
    /// Passes a request to `answer` and its answer back. `patience` is the connection's.
    pub async fn pass<F: Future<Output = Response>>(
        &self,
        patience: &Patience,
        request: Request,
        answer: impl FnOnce(Request) -> F,
    ) -> Response {
        let began = Instant::now();
        let inner = &*self.0;
        let id = request_id();
        let method = request.method().clone();
        let mut response = match inner.enter() {
            None => {
                inner.turned_away.increment(1);
                Problem::own("busy", "The server works on as many requests as it can.")
                    .into_response()
            }
            Some(_working) => {
                let limit = (patience, began + inner.timeout);
                let answer = std::pin::pin!(answer(request));
                let answered = within(limit, answer).await;
                answered.unwrap_or_else(|| {
                    Problem::own("too_slow", "The answer took too long.")
                        .hint("Send the same request with the same Idempotency-Key again.")
                        .into_response()
                })
            }
        };
        protect(response.headers_mut(), &id, inner.secure);
        count(inner, began.elapsed(), &method, response.status(), &id);
        response
    }
}

/// An answer that came in time. A panic while answering is turned into an answer. It is polled
/// where it is: a future that is handed on is kept twice, by every connection.
async fn within(
    (patience, limit): (&Patience, Instant),
    mut answer: Pin<&mut impl Future<Output = Response>>,
) -> Option<Response> {
    std::future::poll_fn(move |context| {
        let polled = catch_unwind(AssertUnwindSafe(|| answer.as_mut().poll(context)));
        match polled {
            Ok(Poll::Ready(response)) => Poll::Ready(Some(response)),
            Ok(Poll::Pending) => patience.poll(limit, context).map(|()| None),
            Err(panic) => Poll::Ready(Some(panicked(&*panic))),
        }
    })
    .await
}

fn protect(headers: &mut HeaderMap, id: &HeaderValue, secure: bool) {
    const FIXED: [(HeaderName, &str); 3] = [
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "same-origin"),
        (header::X_FRAME_OPTIONS, "DENY"),
    ];
    headers.reserve(FIXED.len() + 4);
    let media = headers.get(header::CONTENT_TYPE);
    let page = media.is_some_and(|media| media.as_bytes().starts_with(b"text/html"));
    let policy = HeaderValue::from_static(if page { PAGE_POLICY } else { DATA_POLICY });
    headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    for (name, value) in FIXED {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if secure {
        let value = HeaderValue::from_static("max-age=31536000");
        headers.insert(header::STRICT_TRANSPORT_SECURITY, value);
    }
    if !headers.contains_key(header::CACHE_CONTROL) {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    headers.insert(HeaderName::from_static("x-request-id"), id.clone());
}

fn count(inner: &Inner, took: Duration, method: &Method, status: StatusCode, id: &HeaderValue) {
    let class = usize::from(status.as_u16() / 100).clamp(1, 5) - 1;
    inner.requests[class].increment(1);
    inner.seconds.record(took.as_secs_f64());
    inner
        .working_now
        .set(inner.working.load(Ordering::Relaxed) as f64);
    let (status, id) = (status.as_u16(), id.to_str().unwrap_or_default());
    let duration_ms = took.as_millis() as u64;
    // What takes no work for the moment says so once, where it begins.
    let told = status == StatusCode::SERVICE_UNAVAILABLE.as_u16();
    if (status >= 500 && !told) || took >= SLOW {
        tracing::warn!(%method, status, duration_ms, request = id, "answered");
    } else {
        tracing::debug!(%method, status, duration_ms, request = id, "answered");
    }
}

/// Tells requests apart: random for this run of the program, then a count.
fn request_id() -> HeaderValue {
    static RUN: LazyLock<String> = LazyLock::new(|| secret::hex(&secret::random::<4>()) + "-");
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    // Room for the longest count: growing costs more than all else here.
    let mut id = String::with_capacity(RUN.len() + 16);
    id.push_str(&RUN);
    write!(id, "{count:x}").expect("a text takes what is written");
    let id = Bytes::from(id);
    HeaderValue::from_maybe_shared(id).expect("hexadecimal is a header value")
}

/// The answer to a panic in a handler: nothing of the inside goes out.
fn panicked(panic: &(dyn std::any::Any + Send)) -> Response {
    let what = crate::host::fold::words(panic);
    tracing::error!(what, "a handler panicked");
    Problem::own("defect", "The request could not be worked out.")
        .hint("The server's log says more.")
        .into_response()
}
