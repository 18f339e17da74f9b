//! Handing letters over, as servers and programs take them or not.
//!
//! Each file of `tests/mail/cases/` is a dialogue with an SMTP server on loopback;
//! `tests/mail/dialogue.rs` says how it is written. Folder and sendmail follow below.

#[path = "certificates/acceptor.rs"]
mod acceptor;
#[path = "mail/dialogue.rs"]
mod dialogue;
mod dialogues;

use std::fs;
use std::path::{Path, PathBuf};

use tempfile::TempDir;
use wirewatch::net::mail::{Mailer, Route, Security, Smtp};
use wirewatch::news::errand::{Deliver, Delivery, LetterId, Secret};

use dialogue::Case;
use dialogues::run;

const SENDER: &str = "wirewatch <wirewatch@example.org>";

#[test]
fn check() {
    dialogues::hold("mail/cases", play);
}

/// Plays one dialogue; what differs from the file.
async fn play(file: PathBuf) -> Vec<String> {
    let name = file.file_stem().unwrap().to_string_lossy();
    let case = Case::read(&fs::read_to_string(&file).unwrap());
    let server = case.start().await;
    let security = match case.security.as_str() {
        "starttls" => Security::StartTls,
        "tls" => Security::Tls,
        _ => Security::None,
    };
    let login = case.login.clone().map(|(user, password)| (user, Secret(password)));
    let smtp = Smtp {
        host: "127.0.0.1".to_owned(),
        port: server.port,
        security,
        login,
        ca: Some(acceptor::authority()),
    };
    let mailer = Mailer::new(Route::Smtp(smtp), SENDER).unwrap();
    let mut faults = Vec::new();
    for (recipient, expected) in &case.letters {
        let delivery = mailer.deliver(&letter(recipient, case.letter.as_bytes())).await;
        let found = match &delivery {
            Delivery::Accepted(said) => format!("accepted {said}"),
            Delivery::Later(why) => format!("later {why}"),
            Delivery::Refused(why) => format!("refused {why}"),
        };
        if found != *expected {
            faults.push(format!("{recipient}: {found}, expected {expected}"));
        }
    }
    faults.extend(server.faults().await);
    faults.into_iter().map(|fault| format!("{name}: {fault}")).collect()
}

fn letter(recipient: &str, bytes: &[u8]) -> Deliver {
    Deliver { letter: LetterId(1), recipient: recipient.to_owned(), bytes: bytes.into() }
}

fn deliver(route: Route, recipient: &str, bytes: &[u8]) -> Delivery {
    run(async { Mailer::new(route, SENDER).unwrap().deliver(&letter(recipient, bytes)).await })
}

fn file_names(folder: &Path) -> Vec<String> {
    let name = |entry: fs::DirEntry| entry.file_name().to_string_lossy().into_owned();
    let mut names: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| name(entry.unwrap())).collect();
    names.sort();
    names
}

#[test]
fn the_same_letter_is_the_same_file() {
    let home = TempDir::new().unwrap();
    let outbox = home.path().join("not/yet/there");
    let bytes =
        b"From: a@example.org\r\nMessage-Id:\r\n <morning.2026-11-24.1@example.org>\r\n\r\nText \xff\r\n";
    for _ in 0..2 {
        let delivery = deliver(Route::Folder(outbox.clone()), "b@example.org", bytes);
        assert!(matches!(delivery, Delivery::Accepted(_)), "{delivery:?}");
    }
    assert_eq!(file_names(&outbox), ["morning.2026-11-24.1@example.org.eml"]);
    assert_eq!(fs::read(outbox.join("morning.2026-11-24.1@example.org.eml")).unwrap(), bytes);
}

#[test]
fn a_message_id_cannot_leave_the_folder() {
    let home = TempDir::new().unwrap();
    let outbox = home.path().join("outbox");
    let long = "x".repeat(300);
    for id in ["../../etc/passwd", "/tmp/x", ".hidden", "a b", "", &long, "\u{202e}gpj"] {
        let bytes = format!("Message-ID: <{id}>\r\n\r\nText\r\n");
        let delivery = deliver(Route::Folder(outbox.clone()), "b@example.org", bytes.as_bytes());
        assert!(matches!(delivery, Delivery::Accepted(_)), "{id}: {delivery:?}");
    }
    assert_eq!(file_names(home.path()), ["outbox"]);
    assert_eq!(file_names(&outbox).len(), 7);
    let visible =
        |name: &String| !name.starts_with('.') && Path::new(name).extension() == Some("eml".as_ref());
    assert!(file_names(&outbox).iter().all(visible));
}

#[test]
fn a_folder_that_cannot_be_written_keeps_the_letter_waiting() {
    let home = TempDir::new().unwrap();
    let file = home.path().join("file");
    fs::write(&file, "").unwrap();
    let delivery = deliver(Route::Folder(file), "b@example.org", b"\r\n");
    assert!(matches!(&delivery, Delivery::Later(why) if why.contains("cannot write")), "{delivery:?}");
}

fn sendmail() -> Route {
    Route::Sendmail(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/mail/sendmail"))
}

#[test]
fn sendmail_gets_the_letter_as_the_system_writes_lines() {
    let delivery = deliver(sendmail(), "-b@example.org", b"X: x\r\n\r\n.\r\n\xff\r \n");
    let hex = "583a20780a0a2e0aff0d200a";
    let said = format!("-i -f wirewatch@example.org -- -b@example.org {hex}");
    assert_eq!(delivery, Delivery::Accepted(said));
}

#[test]
fn sendmails_exit_code_is_understood() {
    for (recipient, expected) in [
        ("65", "refused"),
        ("67", "refused"),
        ("68", "refused"),
        ("64", "later"),
        ("69", "later"),
        ("75", "later"),
        ("78", "later"),
        ("1", "later"),
        ("killed", "later"),
    ] {
        let (found, why) = match deliver(sendmail(), &format!("{recipient}@example.org"), b"\r\n") {
            Delivery::Accepted(said) => ("accepted", said),
            Delivery::Later(why) => ("later", why),
            Delivery::Refused(why) => ("refused", why),
        };
        assert_eq!(found, expected, "{recipient}: {why}");
        assert!(why.ends_with(": because of this"), "{why}");
    }
}

#[test]
fn a_program_that_is_not_there_keeps_the_letter_waiting() {
    let delivery = deliver(Route::Sendmail("/nonexistent/sendmail".into()), "b@example.org", b"\r\n");
    assert!(matches!(&delivery, Delivery::Later(why) if why.contains("cannot be run")), "{delivery:?}");
}

/// A program may end without reading: that is its say, not a broken pipe of ours.
#[test]
fn a_program_that_does_not_read_is_judged_by_its_exit_code() {
    let delivery = deliver(sendmail(), "deaf@example.org", &vec![b'x'; 1 << 20]);
    assert!(matches!(delivery, Delivery::Refused(_)), "{delivery:?}");
}

#[test]
fn what_is_no_address_is_refused() {
    let home = TempDir::new().unwrap();
    for recipient in [
        "",
        "b",
        "@example.org",
        "b@",
        "b@example.org>\r\nRCPT TO:<c@example.org",
        "b c@example.org",
        "b@exa<mple.org",
    ] {
        let delivery = deliver(Route::Folder(home.path().to_owned()), recipient, b"\r\n");
        assert!(matches!(delivery, Delivery::Refused(_)), "{recipient}: {delivery:?}");
        assert!(Mailer::new(Route::Folder(home.path().to_owned()), recipient).is_err(), "{recipient}");
    }
    assert_eq!(file_names(home.path()).len(), 0);
}

#[test]
fn a_ca_file_without_a_certificate_is_a_fault_of_the_settings() {
    for ca in [&b""[..], b"no PEM", b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"] {
        let smtp = Smtp {
            host: "localhost".to_owned(),
            port: 25,
            security: Security::StartTls,
            login: None,
            ca: Some(ca.to_vec()),
        };
        assert!(Mailer::new(Route::Smtp(smtp), SENDER).is_err());
    }
}
