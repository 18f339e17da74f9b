//! `[[digest]]`

use chrono_tz::Tz;

use super::fault::{Fault, nearest, quoted};
use super::feeds::cron;
use super::names::Names;
use super::rules::RuleBook;
use super::section::{Flaw, Section, Text};
use super::{Fetch, values};
use crate::news::digest::{Digest, GroupBy, Style, WhenEmpty, names_rule};
use crate::news::letter::{Language, date_format};
use crate::news::schedule::Pace;

/// All digests that can be read. Without `book` the names of rules are left unchecked.
pub fn read_all(
    sections: &[Section<'_>],
    fetch: &Fetch,
    book: Option<&RuleBook<'_>>,
    faults: &mut Vec<Fault>,
) -> Vec<Digest> {
    let mut names = Names::default();
    let mut digests = Vec::with_capacity(sections.len());
    for section in sections {
        let digest = read(section, fetch, book, faults);
        if let Some(text) = section.text("name") {
            names.claim(text.value, text.place(), "digest", faults);
        }
        digests.extend(digest);
    }
    digests
}

fn read(
    section: &Section<'_>,
    fetch: &Fetch,
    book: Option<&RuleBook<'_>>,
    faults: &mut Vec<Fault>,
) -> Option<Digest> {
    let name = section.filled("name", faults);
    let to = recipients(section, faults);
    let rules = patterns(section, book, "this digest", faults);
    let schedule = section.read("schedule", faults, cron);
    let zone = section.zone("timezone", faults).unwrap_or(fetch.zone);
    let when_empty = match section.choice("when_empty", faults) {
        "skip" => WhenEmpty::Skip,
        _ => WhenEmpty::Send,
    };
    let style = style(section, faults);
    let urgent = section.yes("urgent").then(|| pace(section, zone, faults));
    Some(Digest { name: name?, to, rules, schedule: schedule?, zone, when_empty, style, urgent })
}

fn style(section: &Section<'_>, faults: &mut Vec<Fault>) -> Style {
    let group_by = match section.choice("group_by", faults) {
        "day" => GroupBy::Day,
        "source" => GroupBy::Source,
        _ => GroupBy::Rule,
    };
    let date_format = section.read("date_format", faults, |written| match date_format(written) {
        Ok(()) => Ok(written.to_owned()),
        Err(why) => Err(Flaw::whole(written, format!("{} is no date: {why}", quoted(written)))
            .help("chrono's pattern of a day, such as \"%d.%m.%Y\"")),
    });
    Style { language: language(section, faults), group_by, date_format }
}

/// What the words of a letter or a notification are in.
pub fn language(section: &Section<'_>, faults: &mut Vec<Fault>) -> Language {
    Language::of_code(section.choice("language", faults)).unwrap_or_default()
}

/// How often something urgent is sent, and when not.
pub fn pace(section: &Section<'_>, zone: Tz, faults: &mut Vec<Fault>) -> Pace {
    Pace {
        at_most_every: section.duration("at_most_every", faults).unwrap_or_default(),
        quiet: section.read("quiet_hours", faults, values::quiet_hours),
        zone,
    }
}

fn recipients(section: &Section<'_>, faults: &mut Vec<Fault>) -> Vec<String> {
    let mut to: Vec<String> = Vec::new();
    for text in section.texts("to") {
        if let Some(address) = text.read(faults, values::mail_address) {
            if to.contains(&address) {
                faults.push(Fault::at(text.place(), "this address stands here twice").warning());
            } else {
                to.push(address);
            }
        }
    }
    if let Some(place) = section.empty_list("to") {
        faults.push(Fault::at(place, "this digest goes to nobody").help("write to = [\"desk@example.org\"]"));
    }
    to
}

/// The rules that a digest or a channel tells. Without `book` their names are left unchecked.
pub fn patterns(
    section: &Section<'_>,
    book: Option<&RuleBook<'_>>,
    who: &str,
    faults: &mut Vec<Fault>,
) -> Vec<String> {
    if let Some(book) = book {
        check_patterns(section, book, who, faults);
    }
    if section.has("rules") {
        section.texts("rules").into_iter().map(|text| text.value.to_owned()).collect()
    } else {
        vec!["*".to_owned()]
    }
}

fn check_patterns(section: &Section<'_>, book: &RuleBook<'_>, who: &str, faults: &mut Vec<Fault>) {
    let written = section.texts("rules");
    for text in written.iter().filter(|text| text.value != "*") {
        if !book.rules.iter().any(|rule| names_rule(text.value, &rule.text.name)) {
            faults.push(names_nothing(text, book));
        }
    }
    if let Some(place) = section.empty_list("rules") {
        faults.push(
            Fault::at(place, format!("{who} names no rule")).help("write rules = [\"*\"] for all of them"),
        );
    }
}

fn names_nothing(text: &Text<'_>, book: &RuleBook<'_>) -> Fault {
    let names = || book.rules.iter().map(|rule| rule.text.name.as_str()).filter(|name| !name.is_empty());
    let fault = Fault::at(text.place(), format!("no rule has the name {}", quoted(text.value)));
    if let Some(near) = nearest(text.value, names()) {
        return fault.label(format!("did you mean {}?", quoted(near)));
    }
    let known: Vec<_> = names().take(10).map(quoted).collect();
    let known = if known.is_empty() { "there are none yet".to_owned() } else { known.join(", ") };
    fault.help(format!("* stands for anything; rules: {known}"))
}
