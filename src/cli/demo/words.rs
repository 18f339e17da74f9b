//! What the demo says: values → plain words.

use std::fmt::Write;
use std::path::Path;

use crate::news::digest::{Issue, Standing, Telling, order};
use crate::pipeline::{Poll, PollEnd};

/// Characters of a title that are shown.
const TITLE: usize = 90;

/// One line for a poll that is over.
#[must_use]
pub fn poll(poll: &Poll, about: &str) -> String {
    let name = if poll.name.is_empty() { &poll.url } else { &poll.name };
    let end = match &poll.end {
        PollEnd::Unchanged => "unchanged".to_owned(),
        PollEnd::Failed(fault) => fault.detail.clone(),
        PollEnd::Read(catch) => {
            let known = if catch.copies > 0 { format!(", {}", copies(catch.copies)) } else { String::new() };
            let met =
                if catch.matched > 0 { format!(", {} met a rule", catch.matched) } else { String::new() };
            format!("{}{known}{met}", count(catch.entries, "new entry", "new entries"))
        }
    };
    format!("  {name:<22}  {about:<34}  {end}")
}

/// Both rounds in one sentence.
#[must_use]
pub fn sum(first: &[Poll], second: &[Poll]) -> String {
    let all = || first.iter().chain(second);
    let caught =
        || all().filter_map(|poll| if let PollEnd::Read(catch) = &poll.end { Some(*catch) } else { None });
    let unchanged = all().filter(|poll| poll.end == PollEnd::Unchanged).count();
    let entries: u32 = caught().map(|catch| catch.entries).sum();
    let copied: u32 = caught().map(|catch| catch.copies).sum();
    let matched: u32 = caught().map(|catch| catch.matched).sum();
    format!(
        "{} polls, {unchanged} of them unchanged; {entries} entries read, {matched} met a rule, {} folded into their stories.",
        all().count(),
        copies(copied)
    )
}

fn copies(number: u32) -> String {
    count(number, "copy", "copies")
}

/// The stories of an issue as its letter tells them, each with its copies.
#[must_use]
pub fn stories(issue: &Issue) -> String {
    let mut stories = issue.stories.clone();
    order(&mut stories);
    let mut said = String::new();
    for (index, story) in stories.iter().enumerate() {
        let _ = writeln!(said, "  {}. {}", index + 1, title(&story.lead));
        let _ = writeln!(said, "     {}", place_and_rules(story));
        for copy in &story.copies {
            let _ = writeln!(said, "     copy: {} ({})", title(copy), copy.place());
        }
        for remark in remarks(story) {
            let _ = writeln!(said, "     {remark}");
        }
    }
    said
}

fn place_and_rules(story: &Telling) -> String {
    let rules: Vec<&str> = story.hits.iter().map(|hit| hit.rule.as_str()).collect();
    format!("{}; met: {}", story.lead.place(), rules.join(", "))
}

fn remarks(story: &Telling) -> Vec<String> {
    let mut remarks = Vec::new();
    if let Some(kin) = &story.update_of {
        let change = kin.change.as_deref().map(|change| format!(" ({change})")).unwrap_or_default();
        remarks.push(format!("brings up to date: {}{change}", kin.title));
    }
    if let Some(kin) = &story.maybe {
        remarks.push(format!("may be the same as: {}", kin.title));
    }
    if let Some(day) = story.resurfaced {
        remarks.push(format!("known since {day}"));
    }
    remarks
}

fn title(standing: &Standing) -> String {
    match standing.title.char_indices().nth(TITLE) {
        Some((cut, _)) => format!("{}…", standing.title[..cut].trim_end()),
        None => standing.title.clone(),
    }
}

/// `1 copy`, `3 copies`.
fn count(number: u32, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}

/// Where everything lies, and what to do next with `program`.
#[must_use]
pub fn farewell(folder: &Path, program: &Path) -> String {
    let (place, program) = (folder.display(), program.display());
    format!(
        "
All of it lies in {place}:

  digest.html       the digest, for a browser
  mail/             the same letter as .eml, as a mail program would get it
  wirewatch.toml    the config: feeds, rules, digest
  wirewatch.db      what is remembered

Next:

  {program} digest demo --config {place}/wirewatch.toml
      The same digest again has nothing to tell: every story is told once.
  {program} status --config {place}/wirewatch.toml
      How the feeds are.
  README.md says how to get from here to a running service in five minutes.
"
    )
}
