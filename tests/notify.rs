//! Handing notifications over, as servers and programs take them or not.
//!
//! Each file of `tests/notify/cases/` is a dialogue with a server on loopback; `tests/notify/dialogue.rs`
//! says how it is written. Programs follow below: scripts, run as they are.

#[path = "notify/dialogue.rs"]
mod dialogue;
mod dialogues;

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use wirewatch::net::fetch::Limits;
use wirewatch::net::notify::{Answer, Doors};
use wirewatch::news::errand::{Delivery, LetterId, Notify};
use wirewatch::news::notification::Way;

use dialogue::Case;
use dialogues::run;

fn limits(allow: &[&str]) -> Limits {
    Limits {
        user_agent: "wirewatch/0 (+test)".to_owned(),
        allow_private: allow.iter().map(|net| net.parse().unwrap()).collect(),
        connect: Duration::from_secs(10),
        first_byte: Duration::from_secs(20),
        total: Duration::from_secs(30),
        max_body: 1 << 20,
        redirects: 5,
        per_host: 2,
    }
}

fn errand(body: &str) -> Notify {
    Notify {
        letter: LetterId(1),
        channel: "desk $(id) `id`".to_owned(),
        id: "20261124T070000Z_1_0123456789abcdef".to_owned(),
        bytes: Arc::from(body.as_bytes()),
        at: "2027-01-15T08:00:00Z".parse().unwrap(),
    }
}

fn said(answer: &Answer) -> String {
    let rest = answer.retry_after.map_or(String::new(), |rest| format!(", rest {} s", rest.num_seconds()));
    match &answer.delivery {
        Delivery::Accepted(said) => format!("accepted {said}{rest}"),
        Delivery::Later(why) => format!("later {why}{rest}"),
        Delivery::Refused(why) => format!("refused {why}{rest}"),
    }
}

#[test]
fn check() {
    dialogues::hold("notify/cases", play);
}

/// Plays one dialogue; what differs from the file.
async fn play(file: PathBuf) -> Vec<String> {
    let name = file.file_stem().unwrap().to_string_lossy().into_owned();
    let server = dialogue::Server::start().await;
    let case = Case::read(&fs::read_to_string(&file).unwrap(), &server.origin());
    let allow: Vec<&str> = case.allow.iter().map(String::as_str).collect();
    let doors = Doors::new(limits(&allow)).unwrap();
    let channel = doors.open(&case.way(), case.timeout).unwrap();
    let talk = server.follow(case.exchanges.clone());
    let mut faults = Vec::new();
    for expected in &case.expected {
        let found = said(&channel.deliver(&errand(&case.body)).await);
        if found != *expected {
            faults.push(format!("{found}, expected {expected}"));
        }
    }
    drop(channel);
    faults.extend(talk.faults());
    faults.into_iter().map(|fault| format!("{name}: {fault}")).collect()
}

/// What a shell script makes of a document.
fn tell(script: &str, body: &str, timeout: Duration) -> String {
    let command = ["/bin/sh", "-c", script, "tell", "$(id)", "it's"].map(str::to_owned).to_vec();
    let doors = run(async { Doors::new(limits(&[])).unwrap() });
    let channel = doors.open(&Way::Command(command), timeout).unwrap();
    said(&run(async { channel.deliver(&errand(body)).await }))
}

const LONG: Duration = Duration::from_mins(1);
const SHORT: Duration = Duration::from_millis(400);

#[test]
fn programs() {
    let huge = "yes told | head -c 3000000 >&2; echo >&2; echo the last words >&2; exit 3";
    for (script, expected) in [
        ("cat > /dev/null", "accepted taken by /bin/sh"),
        ("cat >&2", "accepted taken by /bin/sh: {\"text\": \"$(id) `id` é\"}"),
        ("exit 0", "accepted taken by /bin/sh"),
        (
            "cat >/dev/null; echo first >&2; echo second >&2; echo >&2; exit 1",
            "later /bin/sh failed (exit 1): second",
        ),
        ("exit 75", "later /bin/sh failed (exit 75)"),
        (huge, "later /bin/sh failed (exit 3): the last words"),
        ("kill -9 $$", "later /bin/sh was killed"),
        ("printf 'a\\033[31mred\\a\\r\\n' >&2; exit 1", "later /bin/sh failed (exit 1): a [31mred"),
        // What is given is given as it stands, and nothing else is.
        ("echo \"$0 $# $1 $2\" >&2", "accepted taken by /bin/sh: tell 2 $(id) it's"),
        (
            "echo \"$WIREWATCH_CHANNEL $WIREWATCH_ID\" >&2",
            "accepted taken by /bin/sh: desk $(id) `id` 20261124T070000Z_1_0123456789abcdef",
        ),
        (
            "env | grep -vc '^PATH=\\|^WIREWATCH_\\|^PWD=\\|^_=\\|^SHLVL=\\|^OLDPWD=' >&2; true",
            "accepted taken by /bin/sh: 0",
        ),
        ("pwd >&2", "accepted taken by /bin/sh: /"),
    ] {
        assert_eq!(tell(script, "{\"text\": \"$(id) `id` é\"}", LONG), expected, "{script}");
    }
}

/// More than a pipe holds, to a program that reads and to one that does not.
#[test]
fn a_large_document_is_given_whole_or_not_wanted() {
    let large = format!("\"{}\"", "x".repeat(1 << 20));
    assert_eq!(tell("wc -c >&2", &large, LONG), "accepted taken by /bin/sh: 1048578");
    assert_eq!(tell("exit 4", &large, LONG), "later /bin/sh failed (exit 4)");
}

#[test]
fn a_program_that_is_not_there_keeps_the_notification_waiting() {
    let doors = run(async { Doors::new(limits(&[])).unwrap() });
    let channel = doors.open(&Way::Command(vec!["/nonexistent/tell".to_owned()]), LONG).unwrap();
    let answer = said(&run(async { channel.deliver(&errand("{}")).await }));
    assert!(answer.starts_with("later /nonexistent/tell cannot be run: "), "{answer}");
}

/// Whoever hangs is killed with all that it started, and waited for: no process of it is left, not even a
/// dead one.
#[test]
fn a_program_that_hangs_is_ended_with_its_children() {
    let folder = tempfile::tempdir().unwrap();
    let pids = folder.path().join("pids");
    let script = format!("echo $$ > {0}; sleep 1000 & echo $! >> {0}; wait", pids.display());
    let answer = tell(&script, "{}", SHORT);
    assert_eq!(answer, "later /bin/sh was not done within 0.4 s, and was killed");
    let pids: Vec<String> = fs::read_to_string(&pids).unwrap().lines().map(str::to_owned).collect();
    assert_eq!(pids.len(), 2);
    // The child is init's to bury, or whoever stands for init here.
    assert!(!Path::new("/proc").join(&pids[0]).exists(), "the program is a zombie");
    for _ in 0..200 {
        if is_over(&pids[1]) {
            return;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    panic!("its child goes on: {}", fs::read_to_string(format!("/proc/{}/status", pids[1])).unwrap());
}

fn is_over(pid: &str) -> bool {
    fs::read_to_string(format!("/proc/{pid}/stat")).map_or(true, |stat| stat.contains(") Z "))
}

/// What a program leaves running in the background holds neither it nor us up.
#[test]
fn a_program_may_leave_something_behind() {
    let folder = tempfile::tempdir().unwrap();
    let pid = folder.path().join("pid");
    let script = format!("echo told >&2; sleep 1000 & echo $! > {}; exit 0", pid.display());
    assert_eq!(tell(&script, "{}", LONG), "accepted taken by /bin/sh: told");
    let pid = fs::read_to_string(&pid).unwrap();
    assert!(!is_over(pid.trim()), "it was ended");
    let ended = std::process::Command::new("/bin/kill").arg(pid.trim()).status();
    assert!(ended.is_ok_and(|status| status.success()));
}

/// The examples of the manual are sound configs.
#[test]
fn the_manual_shows_sound_channels() {
    let folder = tempfile::tempdir().unwrap();
    for (name, secret) in [
        ("ntfy-token", "t"),
        ("matrix-token", "t"),
        ("slack-url", "https://hooks.slack.com/services/T0/B0/x"),
    ] {
        let file = folder.path().join(name);
        fs::write(&file, secret).unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).unwrap();
    }
    let manual = fs::read_to_string("docs/notify.md").unwrap();
    let examples: Vec<&str> =
        manual.split("```toml\n").skip(1).filter_map(|rest| rest.split("```").next()).collect();
    assert_eq!(examples.len(), 4);
    let rest =
        "[[feed]]\nurl = \"https://example.org/rss\"\n[[rule]]\nname = \"Karabakh\"\nany = [\"Karabakh\"]\n";
    let examples = examples.concat().replace("/usr/local/bin/tell", "/bin/cat");
    let config = folder.path().join("wirewatch.toml");
    fs::write(&config, format!("{rest}{examples}")).unwrap();
    let loaded = wirewatch::config::load(&config);
    assert!(loaded.report.faults.is_empty() && loaded.report.warnings.is_empty(), "{}", loaded.report);
}
