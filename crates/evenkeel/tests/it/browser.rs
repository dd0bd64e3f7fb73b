//! The pages in a real browser: Chromium walks the true program as people do.
//!
//! Needs node, npm and Chromium; without them it fails and says what to install, since pages that
//! nobody has looked at are not tested. What npm installs goes under `target/` only. With
//! `EVENKEEL_SCREENSHOTS=1` the pictures in `docs/images` are taken anew.

use crate::serving::Serving;
use evenkeel::config::Config;
use evenkeel::demo::{history, play};
use evenkeel::host::access::Role;
use evenkeel::host::clock::Standing;
use evenkeel::host::one_time::Purpose;
use evenkeel_core::time::Moment;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use tempfile::TempDir;

/// Friday 6 March 2026, 15:20 UTC: a working day in most zones of the made-up company.
const MOMENT: Moment = Moment(1_772_810_400_000);

/// The program, ended when the test is.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended by itself, which the test will have noticed.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Starts the program and reads what it says until `enough` finds what it looks for.
fn start<T>(args: &[&str], enough: impl Fn(&[String]) -> Option<T>) -> (Running, T) {
    let child = Command::new(env!("CARGO_BIN_EXE_evenkeel"))
        .args(args)
        .env_remove("EVENKEEL_LOG")
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn();
    let mut running = Running(child.expect("the program starts"));
    let out = running.0.stdout.take().expect("standard output is piped");
    let mut said = Vec::new();
    let mut lines = BufReader::new(out).lines();
    loop {
        let line = lines
            .next()
            .unwrap_or_else(|| panic!("the program ended: {said:?}"));
        said.push(line.expect("output is text"));
        if let Some(found) = enough(&said) {
            // Read on, so that the program never waits for a full pipe.
            std::thread::spawn(move || for _ in lines {});
            return (running, found);
        }
    }
}

/// The address in one of these lines that has `part` in it.
fn address(said: &[String], part: &str, number: usize) -> Option<String> {
    let words = said.iter().flat_map(|line| line.split_whitespace());
    let found = words.filter(|word| word.starts_with("http://") && word.contains(part));
    found.map(str::to_owned).nth(number)
}

/// The first of these programs that is installed.
fn tool(names: &[&str]) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    let dirs: Vec<PathBuf> = std::env::split_paths(&path).collect();
    let files = names
        .iter()
        .flat_map(|name| dirs.iter().map(move |dir| dir.join(name)));
    files.into_iter().find(|file| file.is_file())
}

fn chromium() -> PathBuf {
    let own = std::env::var_os("EVENKEEL_CHROMIUM").map(PathBuf::from);
    let names = [
        "chromium",
        "chromium-browser",
        "google-chrome",
        "google-chrome-stable",
    ];
    own.or_else(|| tool(&names)).expect(
        "the browser test needs Chromium, and finds none: install it (`apt-get install chromium`) \
         or say where it is with EVENKEEL_CHROMIUM; `scripts/test` does it by itself",
    )
}

/// A folder under `target/` with the scripts and what they need.
fn kit() -> PathBuf {
    let message = "the browser test needs node (18 or newer) and npm, and does not find them: \
                   install them (`apt-get install nodejs npm`); `scripts/test` does it by itself";
    tool(&["node"]).expect(message);
    let npm = tool(&["npm"]).expect(message);
    let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/browser");
    let kit = Path::new(env!("CARGO_TARGET_TMPDIR")).join("browser");
    std::fs::create_dir_all(&kit).expect("a folder can be made");
    let wanted =
        std::fs::read_to_string(from.join("package.json")).expect("it is in the repository");
    for file in ["walk.mjs", "ways.mjs", "browser.mjs", "shots.mjs"] {
        std::fs::copy(from.join(file), kit.join(file)).expect("a script can be copied");
    }
    let there = std::fs::read_to_string(kit.join("package.json")).unwrap_or_default();
    if there == wanted && kit.join("node_modules/playwright-core").is_dir() {
        return kit;
    }
    std::fs::write(kit.join("package.json"), &wanted).expect("a file can be written");
    let installed = Command::new(npm)
        .args([
            "install",
            "--no-audit",
            "--no-fund",
            "--ignore-scripts",
            "--no-package-lock",
        ])
        .current_dir(&kit)
        .output()
        .expect("npm starts");
    if !installed.status.success() {
        // Half of it must not be taken for all of it the next time.
        let _ = std::fs::remove_file(kit.join("package.json"));
        panic!(
            "npm could not install what the browser test needs: {}",
            String::from_utf8_lossy(&installed.stderr)
        );
    }
    kit
}

/// Runs one of the scripts; everything it says is shown when it fails.
fn run(script: &str, settings: &[(&str, &str)]) {
    let chromium = chromium();
    let mut child = Command::new("node")
        .arg(script)
        .current_dir(kit())
        .env("EVENKEEL_CHROMIUM", chromium)
        .envs(settings.iter().copied())
        .stdout(Stdio::piped())
        .stderr(Stdio::inherit())
        .spawn()
        .expect("node starts");
    let mut said = String::new();
    let mut out = child.stdout.take().expect("standard output is piped");
    out.read_to_string(&mut said).expect("output is text");
    let ended = child.wait().expect("node ends");
    assert!(ended.success(), "{script} found something wrong:\n{said}");
    println!("{said}");
}

#[test]
fn pages_are_walked_in_a_browser() {
    let dir = TempDir::new().expect("a directory can be made");
    let store = dir.path().join("fresh.db");
    let store = store.to_str().expect("the path is text");
    let made = Command::new(env!("CARGO_BIN_EXE_evenkeel"))
        .args(["init", "--data", store])
        .output()
        .expect("the program starts");
    let said = String::from_utf8(made.stderr).expect("messages are text");
    let token = said.lines().map(str::trim).find(|line| line.len() == 64);
    let token = token.unwrap_or_else(|| panic!("no token: {said}"));
    let serve = ["serve", "--data", store, "--listen", "127.0.0.1:0"];
    let (_fresh, fresh) = start(&serve, |said| address(said, "", 0));
    // Nothing comes in by itself, so that what is on the pages is what the walk did.
    let demo = [
        "demo",
        "--listen",
        "127.0.0.1:0",
        "--seed",
        "7",
        "--pace",
        "0",
    ];
    let (_demo, (admin, rep)) = start(&demo, |said| {
        address(said, "/sign-in?once=", 0).zip(address(said, "/sign-in?once=", 1))
    });
    let (base, _) = admin
        .split_once("/sign-in")
        .expect("the link is a page of the server");
    run(
        "walk.mjs",
        &[
            ("EVENKEEL_BASE", base),
            ("EVENKEEL_ADMIN", &admin),
            ("EVENKEEL_REP", &rep),
            ("EVENKEEL_FRESH", fresh.trim_end_matches('/')),
            ("EVENKEEL_TOKEN", token),
        ],
    );
}

/// The made-up company on a Friday afternoon that does not pass, so that pictures taken twice are
/// the same.
#[test]
fn pictures_are_taken_when_asked_for() {
    if std::env::var_os("EVENKEEL_SCREENSHOTS").is_none_or(|wanted| wanted != "1") {
        for name in [
            "today",
            "record",
            "pool",
            "reps",
            "books",
            "policy",
            "try",
            "fairness",
            "territories",
        ] {
            let file = images().join(format!("{name}.png"));
            let size = std::fs::metadata(&file).map(|data| data.len()).unwrap_or(0);
            assert!(
                size > 0 && size < 256 << 10,
                "{} has {size} bytes",
                file.display()
            );
        }
        return;
    }
    let serving = standing("Quillwater Systems");
    let steps = history::history(7, 30, MOMENT);
    let workspace = serving.workspace.clone();
    serving.runtime().block_on(async {
        play::settle_draws(&workspace, 7, &steps)
            .await
            .expect("a store takes settings");
        play::play(&workspace, "demo", &steps)
            .await
            .expect("the story is sound");
    });
    let ways = standing("Lanternfish");
    let (base, link) = way_in(&serving);
    let (ways_base, ways_link) = way_in(&ways);
    run(
        "shots.mjs",
        &[
            ("EVENKEEL_BASE", &base),
            ("EVENKEEL_ADMIN", &link),
            ("EVENKEEL_WAYS", &ways_base),
            ("EVENKEEL_WAYS_ADMIN", &ways_link),
            ("EVENKEEL_NOW", &MOMENT.0.to_string()),
            (
                "EVENKEEL_SHOTS",
                images().to_str().expect("the path is text"),
            ),
        ],
    );
}

/// A server whose time stands still.
fn standing(title: &str) -> Serving {
    let config = Config {
        title: title.to_owned(),
        ..Config::default()
    };
    Serving::with(config, Arc::new(Standing::at(MOMENT)))
}

/// Its address, and a link that signs the admin in.
fn way_in(serving: &Serving) -> (String, String) {
    let token = serving.runtime().block_on(async {
        let sign_in = serving.sign_in();
        let added = sign_in
            .add_user("Marta Keel", Role::Admin, None, None)
            .await;
        let user = added.expect("a user can be added");
        let issued = sign_in.issue(Purpose::SignIn(user.id)).await;
        issued.expect("a token is made")
    });
    let base = format!("http://{}", serving.address);
    let link = format!("{base}/sign-in?once={token}");
    (base, link)
}

fn images() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/images")
}
