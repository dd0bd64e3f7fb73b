//! The store's life on the command line: made, filled, verified, copied, restored, looked at.

use crate::bin::Bin;
use crate::serving::POLICY;
use std::os::unix::fs::PermissionsExt;

#[test]
fn a_store_is_made_once_and_its_token_is_the_owners_alone() {
    let bin = Bin::new();
    let made = bin.run("init --data x.db");
    assert_eq!(
        (made.code, made.out.as_str()),
        (0, "x.db\n"),
        "{}",
        made.err
    );
    let token = bin.read("x.db.first-run");
    assert_eq!(token.trim().len(), 64);
    assert!(made.err.contains(token.trim()), "{}", made.err);
    for file in ["x.db", "x.db.first-run"] {
        let mode = std::fs::metadata(bin.path(file))
            .expect("a file")
            .permissions()
            .mode();
        assert_eq!(mode & 0o077, 0, "{file}");
    }
    let again = bin.run("init --data x.db");
    assert_eq!(again.code, 4, "{}", again.err);
    assert!(again.err.contains("left as it is"), "{}", again.err);
}

#[test]
fn nothing_is_made_where_a_store_was_expected() {
    let bin = Bin::new();
    bin.write("empty.db", "")
        .write("foreign.db", "not a store, but a text of some length");
    for (command, code, says) in [
        ("serve --data x.db", 3, "no store at x.db"),
        ("verify --data x.db", 3, "no store at x.db"),
        ("backup --data x.db --to y.db", 3, "no store at x.db"),
        ("restore --from y.db --data x.db", 3, "no store at y.db"),
        ("serve --data empty.db", 1, "empty file"),
        ("serve --data foreign.db", 2, "not a store"),
        ("serve --data x.db --listen 0.0.0.0:0", 2, "without TLS"),
        ("policy apply p.toml", 2, "--data"),
    ] {
        let ran = bin.run(command);
        assert_eq!(ran.code, code, "{command}: {}", ran.err);
        assert!(ran.err.contains(says), "{command}: {}", ran.err);
    }
    assert!(!bin.exists("x.db"));
    let doctor = bin.run("doctor --data x.db");
    assert_eq!(doctor.code, 1);
    assert!(doctor.out.contains("BAD"), "{}", doctor.out);
}

#[test]
fn a_policy_is_applied_to_a_store_at_rest() {
    let bin = Bin::new();
    bin.write("p.toml", POLICY);
    bin.write(
        "broken.toml",
        &POLICY.replace("record.employees", "record.employes"),
    );
    assert_eq!(bin.run("init --data x.db").code, 0);
    let refused = bin.run("policy apply broken.toml --data x.db");
    assert_eq!(refused.code, 5, "{}", refused.err);
    assert!(refused.err.contains("policy_rejected"), "{}", refused.err);
    let applied = bin.run("policy apply p.toml --data x.db");
    assert_eq!(
        (applied.code, applied.out.as_str()),
        (0, "1\n"),
        "{}",
        applied.err
    );
    let again = bin.run("policy apply p.toml --data x.db");
    assert_eq!(again.code, 5, "{}", again.err);
    assert!(again.err.contains("nothing_to_do"), "{}", again.err);
    bin.write("q.toml", &format!("{POLICY}\n# changed\n"));
    let late = bin.run("policy apply q.toml --data x.db --based-on 7");
    assert_eq!(late.code, 4, "{}", late.err);

    let sound = bin.run("verify --data x.db --output json");
    assert_eq!(sound.code, 0, "{}", sound.err);
    let told: serde_json::Value = serde_json::from_str(&sound.out).expect("JSON");
    assert_eq!(
        (&told["sound"], &told["commands"]),
        (&true.into(), &3.into()),
        "the policy, and what is promised of two days' draws"
    );
    let doctor = bin.run("doctor --data x.db");
    assert_eq!(doctor.code, 0, "{}", doctor.out);
    for said in [
        "SQLite 3.",
        "no server runs",
        "policy version 1",
        "journal folds",
    ] {
        assert!(doctor.out.contains(said), "{said}: {}", doctor.out);
    }
}

#[test]
fn a_backup_is_restored_as_the_same_store_in_another_life() {
    let bin = Bin::new();
    bin.write("p.toml", POLICY);
    assert_eq!(bin.run("init --data x.db").code, 0);
    assert_eq!(bin.run("policy apply p.toml --data x.db").code, 0);
    let told = bin.run("verify --data x.db --output json").out;
    let told: serde_json::Value = serde_json::from_str(&told).expect("JSON");
    assert_eq!(bin.run("backup --data x.db --to copy.db").code, 0);
    assert_eq!(
        bin.run("backup --data x.db --to copy.db").code,
        4,
        "nothing is overwritten"
    );
    assert_eq!(bin.run("restore --from copy.db --data y.db").code, 0);
    assert_eq!(
        bin.run("restore --from copy.db --data y.db").code,
        4,
        "nothing is overwritten"
    );
    let restored = bin.run("verify --data y.db --output json");
    let restored: serde_json::Value = serde_json::from_str(&restored.out).expect("JSON");
    assert_eq!(
        (&restored["state"], &restored["head"]),
        (&told["state"], &told["head"])
    );
    assert_eq!(restored["epoch"], 2);
    let head = told["head"].as_str().expect("a head");
    assert_eq!(
        bin.run(&format!("verify --data y.db --known {head}")).code,
        0
    );
    let other = format!("{}:{}", 1, "ab".repeat(32));
    let unknown = bin.run(&format!("verify --data y.db --known {other}"));
    assert_eq!(unknown.code, 1, "{}", unknown.out);
    assert!(unknown.out.contains("NOT SOUND"), "{}", unknown.out);
}

#[test]
fn a_policy_is_applied_through_a_running_server() {
    let serving = crate::serving::Serving::empty();
    let bin = Bin::new();
    bin.write("p.toml", POLICY);
    bin.write(
        "broken.toml",
        &POLICY.replace("record.employees", "record.employes"),
    );
    let server = format!(
        "--server http://{} --key {}",
        serving.address, serving.admin
    );
    let applied = bin.run(&format!("policy apply p.toml {server}"));
    assert_eq!(
        (applied.code, applied.out.as_str()),
        (0, "1\n"),
        "{}",
        applied.err
    );
    let refused = bin.run(&format!("policy apply broken.toml {server}"));
    assert_eq!(refused.code, 5, "{}", refused.err);
    assert!(refused.err.contains("employes"), "{}", refused.err);
    let late = bin.run(&format!("policy apply broken.toml {server} --based-on 9"));
    assert!(late.code == 4 || late.code == 5, "{}", late.err);
    let wrong = format!("--server http://{} --key ek_1_00", serving.address);
    assert_eq!(bin.run(&format!("policy apply p.toml {wrong}")).code, 5);
    let tls = bin.run("policy apply p.toml --server https://keel.example.com --key k");
    assert_eq!(tls.code, 2, "{}", tls.err);
    assert_eq!(
        bin.run("policy apply p.toml --server http://127.0.0.1:1 --key k")
            .code,
        1
    );
    let in_use = bin.run(&format!(
        "policy apply p.toml --data {}",
        serving.data().display()
    ));
    assert_eq!(in_use.code, 4, "{}", in_use.err);
    assert!(in_use.err.contains("in use"), "{}", in_use.err);
}

#[test]
fn a_store_needs_a_folder_that_is_there() {
    let bin = Bin::new();
    let refused = bin.run("init --data s/keel.db");
    assert_eq!(refused.code, 3, "{}", refused.err);
    let says = "There is no folder s; make it first";
    assert!(refused.err.contains(says), "{}", refused.err);
    assert!(!bin.exists("s"));
}

#[test]
fn doctor_and_verify_agree_on_a_changed_byte() {
    let bin = Bin::new();
    bin.write("p.toml", POLICY);
    assert_eq!(bin.run("init --data x.db").code, 0);
    assert_eq!(bin.run("policy apply p.toml --data x.db").code, 0);
    let sound = bin.run("doctor --data x.db");
    assert_eq!(sound.code, 0, "{}", sound.out);
    assert!(sound.out.contains("\"main\" is sound"), "{}", sound.out);
    // Another name of the policy folds as well as the true one: only the hash knows.
    let mut bytes = std::fs::read(bin.path("x.db")).expect("a store");
    let (old, new) = (b"name = \"Test\"", b"name = \"Tess\"");
    let places: Vec<usize> = (0..bytes.len() - old.len())
        .filter(|at| bytes[*at..].starts_with(old))
        .collect();
    assert!(!places.is_empty(), "the policy's text is in the store");
    for at in places {
        bytes[at..at + new.len()].copy_from_slice(new);
    }
    std::fs::write(bin.path("x.db"), bytes).expect("write");
    let verify = bin.run("verify --data x.db");
    assert_eq!(verify.code, 1, "{}", verify.out);
    let doctor = bin.run("doctor --data x.db");
    assert_eq!(doctor.code, 1, "{}", doctor.out);
    assert!(doctor.out.contains("NOT SOUND"), "{}", doctor.out);
}

#[test]
fn the_token_is_told_while_it_is_good_and_gone_when_used() {
    use std::io::{BufRead, BufReader};
    use std::process::{Command, Stdio};
    let bin = Bin::new();
    assert_eq!(bin.run("init --data x.db").code, 0);
    let token = bin.read("x.db.first-run");
    let mut child = Command::new(env!("CARGO_BIN_EXE_evenkeel"))
        .args(["serve", "--listen", "127.0.0.1:0", "--data"])
        .arg(bin.path("x.db"))
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let mut url = String::new();
    let out = child.stdout.take().expect("standard output is piped");
    BufReader::new(out).read_line(&mut url).expect("a line");
    let url = url.trim();
    let err = BufReader::new(child.stderr.take().expect("it is piped"));
    let mut said = err.lines().map(|line| line.expect("text"));
    let told = said.find(|line| line.contains("The token is in"));
    let told = told.expect("it says where the token is");
    assert!(told.contains("x.db.first-run; open"), "{told}");
    assert!(told.ends_with(&format!("{url}/first-run")), "{told}");
    let address = url.trim_start_matches("http://").parse();
    let mut client = crate::client::Client::nobody(address.expect("an address"));
    let wish = serde_json::json!({
        "token": token.trim(), "name": "ada", "password": crate::serving::PASSWORD,
    });
    client.post("/api/v1/session/first", &wish).expect(201);
    let begun = std::time::Instant::now();
    while bin.exists("x.db.first-run") && begun.elapsed().as_secs() < 20 {
        client.get("/first-run");
    }
    let gone = !bin.exists("x.db.first-run");
    child.kill().expect("it runs");
    child.wait().expect("it ends");
    assert!(gone, "the used token is still there");
}
