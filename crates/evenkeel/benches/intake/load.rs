//! Load over HTTP: connections that each send one request after the other, on one thread.
//!
//! Requests are rendered once and only their key is changed, and of an answer only the status and
//! the length are read, so that the client takes little of the machine it shares with the server.

use crate::spent::Spent;
use std::cell::{Cell, RefCell};
use std::io;
use std::net::SocketAddr;
use std::rc::Rc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::LocalSet;

/// Where a server is, and by what key it is asked.
#[derive(Clone, Debug)]
pub(crate) struct Target {
    /// The number of its process.
    pub(crate) process: u32,
    pub(crate) address: SocketAddr,
    pub(crate) key: String,
}

/// What one round came to.
#[derive(Clone, Debug)]
pub(crate) struct Round {
    /// How long each answer took.
    pub(crate) spans: Vec<Duration>,
    pub(crate) took: Duration,
    /// What the server spent on it, where that is known.
    pub(crate) server: Spent,
    /// What this process spent on it.
    pub(crate) client: Spent,
}

impl Round {
    pub(crate) fn of(spans: Vec<Duration>, took: Duration) -> Self {
        assert!(!spans.is_empty(), "a round measures something");
        let (server, client) = (Spent::default(), Spent::default());
        Self {
            spans,
            took,
            server,
            client,
        }
    }

    pub(crate) fn rate(&self) -> f64 {
        self.spans.len() as f64 / self.took.as_secs_f64()
    }
}

/// What is sent: records with the fields of a form, about 400 bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// Public fields only.
    Public,
    /// With a name, an address and a number, which are kept apart from the journal.
    Personal,
}

fn body(key: &str, form: Form) -> String {
    let last = match form {
        Form::Public => {
            "\"city\":\"Portland\",\"product\":\"fleet planning\",\"plan\":\"growth\",\"seats\":25"
        }
        Form::Personal => {
            "\"contact\":\"Kim Example\",\"email\":\"kim@copperleaf.example\",\"phone\":\"+1 555 0100\""
        }
    };
    format!(
        "{{\"key\":\"{key}\",\"fields\":{{\"kind\":\"lead\",\"country\":\"US\",\"state\":\"Oregon\",\
         \"industry\":\"logistics\",\"employees\":240,\"revenue\":12500000.5,\"source\":\"web form\",\
         \"campaign\":\"autumn webinar\",\"hot\":true,\"created\":\"2026-03-02T09:05:00Z\",\
         \"interests\":[\"routing\",\"forecasting\"],\"company\":\"Copperleaf Mills\",{last}}}}}"
    )
}

/// One request, and where its key stands.
struct Request {
    bytes: Vec<u8>,
    key: std::ops::Range<usize>,
}

impl Request {
    fn new(target: &Target, form: Form) -> Self {
        let Target { address, key, .. } = target;
        let place = "L-0000000000000000";
        let body = body(place, form);
        let head = format!(
            "POST /api/v1/records HTTP/1.1\r\nhost: {address}\r\ncontent-type: application/json\r\n\
             authorization: Bearer {key}\r\ncontent-length: {}\r\n\r\n",
            body.len()
        );
        let text = head + &body;
        let start = text.find(place).expect("the key is in the body");
        Self {
            key: start + 2..start + place.len(),
            bytes: text.into_bytes(),
        }
    }

    /// Gives the record a key that nobody had.
    fn renew(&mut self) {
        static COUNT: AtomicU64 = AtomicU64::new(1);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let digits = format!("{count:016}");
        self.bytes[self.key.clone()].copy_from_slice(digits.as_bytes());
    }
}

/// Loads a server for a while.
pub(crate) fn run(target: &Target, connections: usize, form: Form, span: Duration) -> Round {
    let both = || (Spent::by(target.process), Spent::by(std::process::id()));
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime starts");
    let spans = Rc::new(RefCell::new(Vec::with_capacity(1 << 18)));
    let over = Rc::new(Cell::new(false));
    let local = LocalSet::new();
    // Outside the time measured: what is compared is requests and not how connections are made.
    let streams = local.block_on(&runtime, async {
        let connect = (0..connections).map(|_| TcpStream::connect(target.address));
        let mut streams = Vec::new();
        for stream in connect {
            streams.push(stream.await.expect("the server listens"));
        }
        streams
    });
    let (before, began) = (both(), Instant::now());
    for stream in streams {
        let (spans, over) = (Rc::clone(&spans), Rc::clone(&over));
        let request = Request::new(target, form);
        local.spawn_local(async move {
            converse(stream, request, &spans, &over)
                .await
                .expect("the server answers");
        });
    }
    let stop = Rc::clone(&over);
    local.spawn_local(async move {
        tokio::time::sleep(span).await;
        stop.set(true);
    });
    runtime.block_on(local);
    let took = began.elapsed();
    let after = both();
    Round {
        server: after.0.since(before.0),
        client: after.1.since(before.1),
        ..Round::of(spans.take(), took)
    }
}

async fn converse(
    mut stream: TcpStream,
    mut request: Request,
    spans: &RefCell<Vec<Duration>>,
    over: &Cell<bool>,
) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let mut buffer = vec![0; 4_096];
    while !over.get() {
        request.renew();
        let asked = Instant::now();
        stream.write_all(&request.bytes).await?;
        read_answer(&mut stream, &mut buffer).await?;
        spans.borrow_mut().push(asked.elapsed());
    }
    Ok(())
}

/// Reads one answer, which must say that a record was created.
async fn read_answer(stream: &mut TcpStream, buffer: &mut [u8]) -> io::Result<()> {
    let mut filled = 0;
    loop {
        let read = stream.read(&mut buffer[filled..]).await?;
        if read == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        filled += read;
        // From the end, where the same body stands on either side.
        let Some(end) = buffer[..filled]
            .windows(4)
            .rposition(|four| four == b"\r\n\r\n")
        else {
            continue;
        };
        let head = std::str::from_utf8(&buffer[..end]).expect("a head is text");
        assert!(
            head.starts_with("HTTP/1.1 201"),
            "{}",
            String::from_utf8_lossy(&buffer[..filled])
        );
        let length = head.rsplit("\r\n");
        let length: usize = length
            .filter_map(|line| line.strip_prefix("content-length: "))
            .find_map(|length| length.parse().ok())
            .expect("a length");
        if filled >= end + 4 + length {
            return Ok(());
        }
    }
}
