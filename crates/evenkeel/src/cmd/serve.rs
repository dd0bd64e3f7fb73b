//! `evenkeel serve`: run the server on a store. It never makes a store where one was expected.

use crate::cmd::failure::{Exit, Failure};
use crate::cmd::store;
use crate::config::{Config, LISTEN};
use crate::host::clock::Wall;
use crate::host::one_time::Purpose;
use crate::host::sign_in::SignIn;
use crate::host::workspace::Workspace;
use crate::server::listen::Server;
use std::io::IsTerminal;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;
use tracing_subscriber::EnvFilter;

/// How to run it.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The store's file, made by `evenkeel init`
    #[arg(long, value_name = "FILE", env = "EVENKEEL_DATA")]
    pub data: PathBuf,
    /// Where to listen; port 0 lets the system choose
    #[arg(long, value_name = "ADDRESS:PORT", default_value_t = LISTEN, env = "EVENKEEL_LISTEN")]
    pub listen: SocketAddr,
    /// A proxy that ends TLS stands before it: trust the last X-Forwarded-For
    #[arg(long)]
    pub behind_proxy: bool,
    /// Listen to other machines without TLS: passwords and data go over the network in the clear
    #[arg(long)]
    pub allow_plain_http: bool,
    /// The address people use, for links and cookies, such as https://keel.example.com
    #[arg(long, value_name = "URL", env = "EVENKEEL_PUBLIC_URL")]
    pub public_url: Option<String>,
    /// What people call this workspace
    #[arg(long, default_value = "Evenkeel")]
    pub title: String,
    /// Write the log as JSON, one object a line
    #[arg(long)]
    pub log_json: bool,
}

/// Runs the server until it is told to stop.
pub fn run(args: &Args) -> Result<ExitCode, Failure> {
    let config = config(args)?;
    log(args.log_json);
    let journal = store::open(&args.data)?;
    store::runtime()?.block_on(async {
        // Here, so that the writer is a task beside those it answers.
        let workspace = Workspace::open(Box::new(journal), Arc::new(Wall))?;
        let server = Server::bind(workspace, config).await?;
        println!("{}", server.url());
        eprintln!(
            "Evenkeel serves {} at {}",
            args.data.display(),
            server.url()
        );
        greet(&server, &args.data).await?;
        let forgetting = tokio::spawn(forget_used(
            Arc::clone(&server.app().sign_in),
            args.data.clone(),
        ));
        let ran = server.run(stopped()).await;
        forgetting.abort();
        ran?;
        eprintln!("Evenkeel has stopped; everything acknowledged is durable.");
        Ok(ExitCode::SUCCESS)
    })
}

/// Removes the token's file once the first admin is made. It looks once a second, and only until
/// then; a server stopped in between removes it at its next start.
async fn forget_used(sign_in: Arc<SignIn>, data: PathBuf) {
    let mut tick = tokio::time::interval(Duration::from_secs(1));
    loop {
        tick.tick().await;
        if sign_in.needs_first_admin() {
            continue;
        }
        if let Err(failure) = store::forget_token(&data) {
            tracing::warn!("the used token was not removed: {}", failure.message);
        }
        return;
    }
}

/// Says where the token for the first admin is while there is none, or shows a new one.
async fn greet(server: &Server, data: &Path) -> Result<(), Failure> {
    let sign_in = &server.app().sign_in;
    if !sign_in.needs_first_admin() {
        return Ok(());
    }
    let kept = store::token_file(data);
    if sign_in.awaits_first_admin() && kept.is_file() {
        eprintln!(
            "Nobody can sign in yet. The token is in {}; open {}/first-run",
            kept.display(),
            server.url()
        );
        return Ok(());
    }
    let token = sign_in.issue(Purpose::FirstAdmin).await?;
    let file = store::keep_token(data, &token)?;
    eprintln!("Nobody can sign in yet. Make the first admin, once, within the hour:");
    eprintln!("  {}/first-run?token={token}", server.url());
    eprintln!("The token is also in {}.", file.display());
    Ok(())
}

fn config(args: &Args) -> Result<Config, Failure> {
    let near = args.listen.ip().is_loopback();
    if !near && !args.behind_proxy && !args.allow_plain_http {
        let message = format!(
            "{} can be reached from other machines, without TLS",
            args.listen
        );
        return Err(Failure::new(Exit::Usage, message).hint(
            "Let a proxy end TLS and add --behind-proxy, or add --allow-plain-http if the network \
             is trusted.",
        ));
    }
    let public_url = args
        .public_url
        .as_deref()
        .map(|url| url.trim_end_matches('/').to_owned());
    let known = |url: &String| url.starts_with("https://") || url.starts_with("http://");
    if let Some(url) = public_url.as_ref().filter(|url| !known(url)) {
        let message = format!("--public-url is {url:?}, but must begin with https:// or http://");
        return Err(Failure::new(Exit::Usage, message));
    }
    Ok(Config {
        listen: args.listen,
        data: Some(args.data.clone()),
        behind_proxy: args.behind_proxy,
        public_url,
        title: args.title.clone(),
    })
}

/// Starts the log on standard error. `EVENKEEL_LOG` says what is written, such as `debug`.
pub fn log(json: bool) {
    let filter = EnvFilter::try_from_env("EVENKEEL_LOG")
        .unwrap_or_else(|_| EnvFilter::new("warn,evenkeel=info"));
    let builder = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(std::io::stderr().is_terminal())
        .with_writer(std::io::stderr);
    // An error means that a log was started before in this process: that one goes on.
    let _ = if json {
        builder.json().try_init()
    } else {
        builder.try_init()
    };
}

/// Waits for Ctrl-C or, where there are such signals, for SIGTERM.
pub async fn stopped() {
    let interrupted = async {
        if tokio::signal::ctrl_c().await.is_err() {
            // Without signals only SIGKILL ends it, and that is safe.
            std::future::pending::<()>().await;
        }
    };
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminated) = signal(SignalKind::terminate()) {
            tokio::select! {
                () = interrupted => {}
                _ = terminated.recv() => {}
            }
            return;
        }
    }
    interrupted.await;
}

#[cfg(test)]
mod tests {
    use super::*;

    fn args(listen: &str) -> Args {
        Args {
            data: "x.db".into(),
            listen: listen.parse().expect("an address"),
            behind_proxy: false,
            allow_plain_http: false,
            public_url: None,
            title: "Evenkeel".into(),
            log_json: false,
        }
    }

    #[test]
    fn other_machines_are_let_in_only_when_it_is_said() {
        assert!(config(&args("127.0.0.1:0")).is_ok());
        assert!(config(&args("[::1]:0")).is_ok());
        for listen in ["0.0.0.0:80", "[::]:80", "192.0.2.1:80"] {
            assert!(config(&args(listen)).is_err(), "{listen}");
            assert!(
                config(&Args {
                    behind_proxy: true,
                    ..args(listen)
                })
                .is_ok()
            );
            assert!(
                config(&Args {
                    allow_plain_http: true,
                    ..args(listen)
                })
                .is_ok()
            );
        }
    }

    #[test]
    fn an_address_is_an_address() {
        let with = |url: &str| {
            config(&Args {
                public_url: Some(url.into()),
                ..args("[::1]:1")
            })
        };
        let config = with("https://keel.example.com/").expect("fits");
        assert!(config.secure());
        assert_eq!(
            config.public_url.as_deref(),
            Some("https://keel.example.com")
        );
        assert!(with("keel.example.com").is_err());
    }
}
