//! Configs and what is said of them: each folder of `tests/config/` holds a `wirewatch.toml` with what
//! lies beside it, and the whole expected `report.txt`; a sound one also says how it was understood,
//! in `explain.txt`. With `BLESS=1` these are written anew: read the difference before you keep it.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use chrono::{DateTime, Utc};
use wirewatch::config::keys::{self, Kind};
use wirewatch::config::{self, Surroundings};

#[test]
fn cases() {
    let folders = fs::read_dir("tests/config").expect("the cases").flatten().map(|entry| entry.path());
    let mut folders: Vec<PathBuf> = folders.filter(|path| path.is_dir()).collect();
    folders.sort();
    assert!(folders.len() > 25, "the cases were not found");
    let wrong: Vec<String> = folders.iter().flat_map(|folder| check(folder)).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What differs from the expected files.
fn check(folder: &Path) -> Vec<String> {
    lock_secrets(folder);
    let loaded = config::load_with(&folder.join("wirewatch.toml"), &Surroundings::default());
    let report = portable(&loaded.report.to_string());
    assert_eq!(loaded.config.is_some(), loaded.report.faults.is_empty(), "{}", folder.display());
    let explained = loaded.config.map(|config| portable(&config.explain(now()))).unwrap_or_default();
    let explained = without_meanings(&explained);
    let files = [(folder.join("report.txt"), report), (folder.join("explain.txt"), explained)];
    files.into_iter().filter_map(|(file, text)| difference(&file, &text)).collect()
}

/// A checkout gives every file to all; secrets are their user's own, but for one named `open`.
fn lock_secrets(folder: &Path) {
    for path in fs::read_dir(folder).expect("a case").flatten().map(|entry| entry.path()) {
        let name = path.file_name().unwrap_or_default();
        let is_secret = path.extension().is_none_or(|extension| extension == "pem") && name != "open";
        if path.is_dir() {
            lock_secrets(&path);
        } else if is_secret {
            fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).expect("a file of ours");
        }
    }
}

fn difference(file: &Path, text: &str) -> Option<String> {
    let expected = fs::read_to_string(file).unwrap_or_default();
    if std::env::var_os("BLESS").is_some() && expected != text {
        if text.is_empty() { fs::remove_file(file) } else { fs::write(file, text) }
            .expect("to write the case");
        return None;
    }
    (expected != text).then(|| format!("--- {}\n{expected}+++ now\n{text}", file.display()))
}

/// Paths of secrets are absolute in messages.
fn portable(text: &str) -> String {
    text.replace(env!("CARGO_MANIFEST_DIR"), "$PROJECT")
}

/// How a rule reads as one query is held by the tests of rules.
fn without_meanings(explained: &str) -> String {
    explained.split_inclusive('\n').filter(|line| !line.starts_with("  means ")).collect()
}

fn now() -> DateTime<Utc> {
    "2026-11-24T12:00:00Z".parse().expect("a date")
}

#[test]
fn a_rules_file_alone_is_read() {
    let loaded = config::load_rules(Path::new("tests/config/beside/rules.d/sea.toml"));
    let rules = loaded.rules.expect("sound rules");
    assert_eq!(rules.matcher.names(), ["Ferries"]);
    assert_eq!(rules.rules[0].text.any, ["$ferry"]);
    let whole = config::load_rules(Path::new("tests/config/whole/wirewatch.toml"));
    assert_eq!(whole.rules.expect("sound rules").matcher.names(), ["Ferries", "Storms"]);
    let broken = config::load_rules(Path::new("tests/config/several_files/rules.d/sea.toml"));
    assert!(broken.rules.is_none() && broken.report.faults.len() == 2, "{}", broken.report);
}

#[test]
fn who_only_looks_needs_no_secret() {
    let path = Path::new("tests/config/unreadable_password_file/wirewatch.toml");
    let report = config::load_without_secrets(path).report;
    assert!(!report.to_string().contains("cannot read"), "{report}");
    assert_eq!(
        report.faults.len(),
        1,
        "what is wrong in the config itself is a fault all the same: {report}"
    );
}

#[test]
fn a_credential_goes_before_the_file() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("smtp-password"), "from systemd\n").expect("to write");
    let around =
        Surroundings { credentials_directory: Some(folder.path().into()), ..Surroundings::default() };
    let loaded =
        config::load_with(Path::new("tests/config/unreadable_password_file/wirewatch.toml"), &around);
    let report = loaded.report.to_string();
    assert!(!report.contains("smtp-password"), "{report}");
    assert_eq!(loaded.report.faults.len(), 3, "the feeds' secrets are still missing: {report}");
}

#[test]
fn a_key_of_many_lines_may_be_a_credential() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("dkim.pem"), include_str!("dkim/ed25519.pem")).expect("to write");
    let around =
        Surroundings { credentials_directory: Some(folder.path().into()), ..Surroundings::default() };
    let path = Path::new("tests/config/signed_by_a_locked_key/wirewatch.toml");
    let locked =
        |around: &Surroundings| config::load_with(path, around).report.to_string().contains("passphrase");
    assert!(locked(&Surroundings::default()) && !locked(&around));
}

#[test]
fn findings_for_programs_stand_where_the_carets_do() {
    let report =
        config::load_with(Path::new("tests/config/several_files/wirewatch.toml"), &Surroundings::default())
            .report;
    assert_eq!(report.findings.len(), report.faults.len() + report.warnings.len());
    for finding in &report.findings {
        let (file, line, column) = (finding.file.as_ref(), finding.line, finding.column);
        let head =
            format!("{}:{}:{}\n", file.expect("a file"), line.expect("a line"), column.expect("a column"));
        let all = report.faults.iter().chain(&report.warnings);
        assert!(all.clone().any(|text| text.contains(&head) && text.contains(&finding.message)), "{head}");
    }
}

#[test]
fn exit_codes() {
    for (case, flags, code) in [
        ("whole", &[][..], 0),
        ("idle_rules", &[], 0),
        ("idle_rules", &["--strict"], 78),
        ("bad_cron", &[], 78),
        ("missing", &[], 78),
    ] {
        let file = format!("tests/config/{case}/wirewatch.toml");
        let outcome = Command::new(env!("CARGO_BIN_EXE_wirewatch"))
            .args(["check", &file])
            .args(flags)
            .env_remove("CREDENTIALS_DIRECTORY")
            .output()
            .expect("to run");
        assert_eq!(outcome.status.code(), Some(code), "{case} {flags:?}");
    }
}

#[test]
fn the_manual_is_sound_and_names_every_key_with_its_default() {
    let manual = fs::read_to_string("config/wirewatch.toml").expect("the manual");
    let report = config::load_with(Path::new("config/wirewatch.toml"), &Surroundings::default()).report;
    assert!(report.faults.is_empty() && report.warnings.is_empty(), "{report}");
    let lines = lines_by_section(&manual);
    let missing: Vec<String> = wanted_lines().into_iter().filter(|wanted| !has(&lines, wanted)).collect();
    assert!(missing.is_empty(), "the manual lacks:\n{}", missing.join("\n"));
    assert!(!has(&lines, "fetch: every = \"31m\""), "a wrong default would not be seen");
}

/// `fetch: every = "30m"` for a key with a default, `fetch: contact = ` for another.
fn wanted_lines() -> Vec<String> {
    let mut wanted = Vec::new();
    for section in keys::MAIN {
        let (Kind::Table(inner) | Kind::Tables(inner)) = &section.kind else { continue };
        for key in *inner {
            wanted.push(format!("{}: {} = {}", section.name, key.name, key.default.unwrap_or_default()));
        }
    }
    wanted
}

/// A line that begins so; a default must stand there whole.
fn has(lines: &[String], wanted: &str) -> bool {
    lines.iter().any(|line| line == wanted || (wanted.ends_with("= ") && line.starts_with(wanted)))
}

/// Each line with its section before it, also where it is commented out.
fn lines_by_section(manual: &str) -> Vec<String> {
    let mut section = "";
    let mut lines = Vec::new();
    for line in manual.lines() {
        if line.starts_with('[') {
            section = line.trim_matches(['[', ']']);
        }
        lines.push(format!("{section}: {}", line.strip_prefix("# ").unwrap_or(line)));
    }
    lines
}
