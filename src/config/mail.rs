//! `[mail]`

use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use chrono::TimeDelta;

use super::fault::{Fault, quoted, quoted_path};
use super::secret::Vault;
use super::section::{Flaw, Section};
use super::{Mail, Route, Security, Smtp, signing, values};
use crate::news::errand::Secret;
use crate::news::letter::{self, Layout, Letterhead};

/// Keys that mean something to one transport only.
const BELONGS: [(&str, &[&str]); 3] = [
    ("smtp", &["host", "port", "security", "username", "password_file", "ca_file"]),
    ("sendmail", &["sendmail"]),
    ("folder", &["folder"]),
];

pub fn read(section: &Section<'_>, vault: &Vault, faults: &mut Vec<Fault>) -> Option<Mail> {
    let from = section.read("from", faults, values::mail_address);
    let transport = section.choice("transport", faults);
    let route = match transport {
        "sendmail" => sendmail(section, &vault.folder, faults).map(Route::Sendmail),
        "folder" => Some(Route::Folder(folder(section, &vault.folder, faults))),
        _ => smtp(section, vault, faults).map(Route::Smtp),
    };
    warn_of_idle_keys(section, transport, faults);
    let give_up_after = section.duration("give_up_after", faults).unwrap_or_else(TimeDelta::zero);
    let layout = layout(section, &vault.folder, faults);
    let unsubscribe = section.read("unsubscribe", faults, one_click);
    let signer = signing::signer(section, from.as_deref(), vault, faults);
    let letterhead = Arc::new(Letterhead { from: from?, layout, unsubscribe, signer });
    Some(Mail { letterhead, route: route?, give_up_after })
}

fn warn_of_idle_keys(section: &Section<'_>, transport: &str, faults: &mut Vec<Fault>) {
    let others = BELONGS.iter().filter(|(name, _)| *name != transport);
    for (name, key) in others.flat_map(|(name, keys)| keys.iter().map(move |key| (name, key))) {
        if let Some(place) = section.place_of_key(key) {
            let message = format!("{} has no effect with transport = \"{transport}\"", quoted(key));
            faults.push(
                Fault::at(place, message).warning().help(format!("it belongs to transport = \"{name}\"")),
            );
        }
    }
}

fn sendmail(section: &Section<'_>, base: &Path, faults: &mut Vec<Fault>) -> Option<PathBuf> {
    section.read("sendmail", faults, |written| {
        let path = base.join(written);
        if path.is_file() {
            return Ok(path);
        }
        Err(Flaw::whole(written, format!("there is no program {}", quoted_path(&path)))
            .help("name your system's sendmail program, or take transport = \"smtp\""))
    })
}

/// A path that the user wrote starts at the config's folder; the default stays relative, for the
/// state folder.
fn folder(section: &Section<'_>, base: &Path, faults: &mut Vec<Fault>) -> PathBuf {
    section.filled("folder", faults).map_or_else(|| PathBuf::from("outbox"), |path| base.join(path))
}

/// The user's own templates. A broken one is a warning: the digest goes out all the same, in the
/// built-in ones.
fn layout(section: &Section<'_>, base: &Path, faults: &mut Vec<Fault>) -> Layout {
    let Some(written) = section.text("templates") else { return Layout::default() };
    let folder = base.join(written.value);
    let mut warn = |why, help| faults.push(Fault::at(written.place(), why).warning().help(help));
    match templates(&folder).and_then(|[text, html]| Layout::with(text, html)) {
        Ok(layout) => {
            for why in letter::faults(&layout) {
                warn(why, "letters have the built-in block in its place");
            }
            layout
        }
        Err(why) => {
            warn(why, "letters look as they do without `templates`");
            Layout::default()
        }
    }
}

/// The contents of `letter.txt` and `letter.html`; at least one is there.
fn templates(folder: &Path) -> Result<[Option<String>; 2], String> {
    let read = |name: &str| {
        let path = folder.join(name);
        match std::fs::read_to_string(&path) {
            Ok(source) => Ok(Some(source)),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(format!("cannot read {}: {error}", quoted_path(&path))),
        }
    };
    let both = [read("letter.txt")?, read("letter.html")?];
    if both.iter().all(Option::is_none) {
        return Err(format!("there is neither a letter.txt nor a letter.html in {}", quoted_path(folder)));
    }
    Ok(both)
}

/// RFC 8058 § 3.1: over https, and it must say who wants to leave which list.
fn one_click(written: &str) -> Result<String, Flaw> {
    let example = "such as \"https://example.org/leave?list={digest}&who={recipient}\"";
    let flaw = |message: &str| Err(Flaw::whole(written, message).help(example));
    let rest = written.replace("{digest}", "x").replace("{recipient}", "x");
    let is_plain = |byte: u8| byte.is_ascii_graphic() && !b"<>\"{}".contains(&byte);
    match url::Url::parse(&rest) {
        Ok(url) if url.scheme() == "https" && url.has_host() && rest.bytes().all(is_plain) => {
            if written.contains("{recipient}") {
                return Ok(written.to_owned());
            }
            flaw("this address does not say who wants to leave: {recipient} is missing")
        }
        _ => flaw("this is no https address for one click"),
    }
}

fn smtp(section: &Section<'_>, vault: &Vault, faults: &mut Vec<Fault>) -> Option<Smtp> {
    let host = section.read("host", faults, host_name);
    if !section.has("host") && !section.misspells("host") {
        faults.push(Fault::at(section.place(), "[mail] has no `host`").help(
            "add a line such as  host = \"smtp.example.org\", or take transport = \"sendmail\" or \"folder\"",
        ));
    }
    let (security, usual_port) = match section.choice("security", faults) {
        "tls" => (Security::Tls, 465),
        "none" => (Security::None, 25),
        _ => (Security::StartTls, 587),
    };
    let port = section.whole_number("port").and_then(|port| u16::try_from(port).ok()).unwrap_or(usual_port);
    let login = login(section, vault, faults);
    if let (Some(place), Security::None) = (section.place_of_key("username"), security) {
        faults.push(
            Fault::at(place, "the password would travel in the clear")
                .warning()
                .help("take security = \"starttls\" or \"tls\""),
        );
    }
    let ca = section.read("ca_file", faults, |written| certificates(written, &vault.folder));
    Some(Smtp { host: host?, port, security, login, ca })
}

fn host_name(written: &str) -> Result<String, Flaw> {
    let bare = written.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(written);
    if bare.parse::<std::net::IpAddr>().is_ok() {
        return Ok(bare.to_owned());
    }
    match url::Host::parse(written) {
        Ok(url::Host::Domain(name)) if !name.contains(['/', ':', '@']) => Ok(name),
        _ => Err(Flaw::whole(written, format!("{} is no host name", quoted(written)))
            .help("the name alone, such as \"smtp.example.org\"; the port has a key of its own")),
    }
}

fn login(section: &Section<'_>, vault: &Vault, faults: &mut Vec<Fault>) -> Option<(String, Secret)> {
    let username = section.filled("username", faults);
    let credential = vault.credential(Path::new("smtp-password"));
    let password = credential.or_else(|| vault.secret(section, "password_file", faults));
    match (section.place_of_key("username"), section.place_of_key("password_file")) {
        (Some(place), None) if password.is_none() => {
            faults.push(
                Fault::at(place, "a username without a password")
                    .help("add password_file = \"…\", or the systemd credential smtp-password"),
            );
        }
        (None, Some(place)) => {
            faults.push(Fault::at(place, "a password without a username").help("add username = \"…\""));
        }
        _ => {}
    }
    username.zip(password)
}

fn certificates(written: &str, base: &Path) -> Result<Vec<u8>, Flaw> {
    let path = base.join(written);
    let shown = quoted_path(&path);
    let text = std::fs::read(&path)
        .map_err(|error| Flaw::whole(written, format!("cannot read {shown}: {error}")))?;
    if memchr::memmem::find(&text, b"-----BEGIN CERTIFICATE-----").is_none() {
        return Err(Flaw::whole(written, format!("{shown} holds no certificate in PEM")));
    }
    Ok(text)
}
