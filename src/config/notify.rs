//! `[[notify]]`

use std::path::Path;
use std::sync::Arc;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use chrono::TimeDelta;

use super::digests::{language, pace, patterns};
use super::fault::{Fault, quoted, quoted_path};
use super::feeds::access;
use super::names::Names;
use super::rules::RuleBook;
use super::secret::{Secrets, Vault};
use super::section::{Flaw, Section, Text};
use super::{Fetch, Notify, values};
use crate::news::errand::Secret;
use crate::news::notification::{Channel, Form, FormFault, Method, Target, Way, Webhook};

/// What means something to a webhook alone.
const OF_A_WEBHOOK: [&str; 7] =
    ["method", "headers", "username", "password_file", "token_file", "proxy", "secret_file"];
/// Longest name: it stands in tables and in a program's environment.
const LONGEST_NAME: usize = 80;

/// All channels that can be read. Without `book` the names of rules are left unchecked.
pub fn read_all(
    sections: &[Section<'_>],
    fetch: &Fetch,
    vault: &Vault,
    book: Option<&RuleBook<'_>>,
    faults: &mut Vec<Fault>,
) -> Vec<Notify> {
    let mut names = Names::default();
    let mut channels = Vec::with_capacity(sections.len());
    for section in sections {
        let channel = read(section, fetch, vault, book, faults);
        if let Some(text) = section.text("name") {
            names.claim(text.value, text.place(), "[[notify]]", faults);
        }
        channels.extend(channel);
    }
    channels
}

fn read(
    section: &Section<'_>,
    fetch: &Fetch,
    vault: &Vault,
    book: Option<&RuleBook<'_>>,
    faults: &mut Vec<Fault>,
) -> Option<Notify> {
    let name = section.read("name", faults, name);
    let rules = patterns(section, book, "this [[notify]]", faults);
    let way = way(section, vault, faults);
    let zone = section.zone("timezone", faults).unwrap_or(fetch.zone);
    let pace = pace(section, zone, faults);
    let form = Arc::new(form(section, faults));
    let language = language(section, faults);
    let timeout = section.duration("timeout", faults).unwrap_or_else(TimeDelta::zero);
    let give_up_after = section.duration("give_up_after", faults).unwrap_or_else(TimeDelta::zero);
    let channel = Channel { name: name?, rules, pace, give_up_after, form, language };
    Some(Notify { channel, way: way?, timeout })
}

fn name(written: &str) -> Result<String, Flaw> {
    match written.trim() {
        "" => Err(Flaw::whole(written, "this is empty")),
        _ if written.contains(char::is_control) || written.chars().count() > LONGEST_NAME => {
            Err(Flaw::whole(written, "this is no name")
                .help(format!("one line of at most {LONGEST_NAME} characters")))
        }
        _ => Ok(written.to_owned()),
    }
}

/// One of `url`, `url_file` and `command`.
fn way(section: &Section<'_>, vault: &Vault, faults: &mut Vec<Fault>) -> Option<Way> {
    const WAYS: [&str; 3] = ["url", "url_file", "command"];
    let places: Vec<_> = WAYS.iter().filter_map(|key| section.place_of_key(key)).collect();
    if let [first, second, ..] = &places[..] {
        faults.push(
            Fault::at(second.clone(), "a [[notify]] goes one way: `url`, `url_file` or `command`")
                .other(first.clone(), "and here is another")
                .help("take one of them away, or write a second [[notify]]"),
        );
    }
    if places.is_empty() && !WAYS.iter().any(|key| section.misspells(key)) {
        faults.push(
            Fault::at(section.place(), "[[notify]] has neither `url` nor `command`")
                .help("add a line such as  url = \"https://example.org/hook\""),
        );
    }
    if section.has("command") {
        warn_of_idle_keys(section, faults);
        return command(section, faults).map(Way::Command);
    }
    webhook(section, vault, faults).map(Way::Webhook)
}

fn warn_of_idle_keys(section: &Section<'_>, faults: &mut Vec<Fault>) {
    for (key, place) in OF_A_WEBHOOK.iter().filter_map(|key| Some((key, section.place_of_key(key)?))) {
        let message = format!("{} has no effect with `command`", quoted(key));
        faults.push(Fault::at(place, message).warning().help("it belongs to `url`"));
    }
}

/// No shell reads it, so that nothing in it acts.
fn command(section: &Section<'_>, faults: &mut Vec<Fault>) -> Option<Vec<String>> {
    let words = section.texts("command");
    if let Some(place) = section.empty_list("command") {
        faults.push(
            Fault::at(place, "this command is empty").help("write command = [\"/usr/local/bin/tell\"]"),
        );
    }
    let program = words.first()?.read(faults, program);
    for word in words.iter().filter(|word| word.value.contains('\0')) {
        faults.push(Fault::at(word.place(), "this argument cannot be given to a program"));
    }
    program?;
    Some(words.iter().map(|word| word.value.to_owned()).collect())
}

fn program(written: &str) -> Result<(), Flaw> {
    let path = Path::new(written);
    if !path.is_absolute() {
        return Err(Flaw::whole(written, format!("{} is no absolute path", quoted(written))).help(
            "no shell looks for it: write [\"/usr/local/bin/tell\", \"argument\"], each in quotes of its own",
        ));
    }
    if !path.is_file() {
        return Err(Flaw::whole(written, format!("there is no program {}", quoted_path(path))));
    }
    Ok(())
}

fn webhook(section: &Section<'_>, vault: &Vault, faults: &mut Vec<Fault>) -> Option<Webhook> {
    let open = section.read("url", faults, |written| hook_url(written).map(|()| written.to_owned()));
    let hidden = vault.secret(section, "url_file", faults).filter(|hidden| {
        // Whoever only looks has none.
        let flaw = if vault.secrets == Secrets::Read { hook_url(&hidden.0).err() } else { None };
        if let (Some(flaw), Some(text)) = (&flaw, section.text("url_file")) {
            faults.push(Fault::at(text.place(), format!("in this file: {}", flaw.message)));
        }
        flaw.is_none()
    });
    let method = if section.choice("method", faults) == "PUT" { Method::Put } else { Method::Post };
    let access = Arc::new(access(section, vault, faults));
    check_headers(section, faults);
    let key = vault.secret(section, "secret_file", faults);
    if let (Some(key), Some(text)) = (&key, section.text("secret_file")) {
        check_key(key, &text, faults);
    }
    let url = open.map(Target::Open).or(hidden.map(Target::Hidden));
    Some(Webhook { url: url?, method, access, key })
}

/// `{id}` may stand where any letters may.
fn hook_url(written: &str) -> Result<(), Flaw> {
    if written.contains(|c: char| c.is_whitespace() || c.is_control()) {
        return Err(Flaw::whole(written, "there is a blank in this URL"));
    }
    values::feed_url(&written.replace("{id}", "0000"))
        .map(|_| ())
        .map_err(|flaw| Flaw { span: 0..written.len(), ..flaw })
}

fn check_headers(section: &Section<'_>, faults: &mut Vec<Fault>) {
    for (name, _) in section.text_by_name("headers") {
        let lower = name.value.to_ascii_lowercase();
        if lower.starts_with("webhook-") || lower == "content-type" {
            faults.push(Fault::at(name.place(), format!("wirewatch sends {} itself", quoted(name.value))));
        }
    }
}

/// A secret of Standard Webhooks says by its beginning that the rest is base64.
fn check_key(Secret(key): &Secret, text: &Text<'_>, faults: &mut Vec<Fault>) {
    let decodes = |rest: &str| BASE64_STANDARD.decode(rest).is_ok_and(|key| !key.is_empty());
    if key.strip_prefix("whsec_").is_some_and(|rest| !decodes(rest)) {
        faults.push(
            Fault::at(text.place(), "in this file: what follows whsec_ is no base64")
                .help("`echo whsec_$(head -c 32 /dev/urandom | base64)` makes a new one"),
        );
    }
}

fn form(section: &Section<'_>, faults: &mut Vec<Fault>) -> Form {
    let Some(text) = section.text("body") else { return Form::default() };
    text.read(faults, |written| Form::by(written).map_err(|fault| flaw(written, fault))).unwrap_or_default()
}

/// A fault stands under its line.
fn flaw(written: &str, FormFault { line, message, help }: FormFault) -> Flaw {
    let line = line.and_then(|line| written.split_inclusive('\n').nth(line.saturating_sub(1)));
    let span = line.map_or(0..written.len(), |line| {
        let start = line.as_ptr() as usize - written.as_ptr() as usize;
        start..start + line.trim_end().len()
    });
    Flaw { span, message, help: help.map(str::to_owned) }
}
