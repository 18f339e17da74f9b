//! What is valid, but hardly meant: parts that are missing, rules that nobody hears of.

use chrono::TimeDelta;

use super::fault::{Fault, quoted};
use super::rules::RuleBook;
use super::section::Section;
use super::{Notify, Rule};
use crate::news::digest::{Digest, names_rule};

/// No feeds, no rules, no digests: valid, with a warning. A digest without `[mail]` is a fault.
pub fn missing_parts(main: &Section<'_>, files: &[Section<'_>], faults: &mut Vec<Fault>) {
    const PARTS: [(&str, &str, &str); 3] = [
        ("feed", "there are no feeds: nothing is polled", "add a [[feed]] with a url"),
        ("rule", "there are no rules: nothing is found", "add a [[rule]] with a name and any = [\"…\"]"),
        (
            "digest",
            "there are no digests: nobody is told",
            "add a [[digest]] with a name, to = [\"…\"] and a schedule",
        ),
    ];
    let has = |key: &str| files.iter().any(|top| top.allows(key) && top.has(key));
    for (key, message, help) in PARTS {
        if !has(key) && (key != "digest" || !has("notify")) {
            faults.push(Fault::nowhere(message).warning().help(help));
        }
    }
    if let Some(digest) = main.tables("digest").first().filter(|_| !main.has("mail")) {
        faults.push(
            Fault::at(digest.place(), "a digest cannot leave without [mail]").help(
                "add [mail] with from and host, or with transport = \"folder\" to have letters as files",
            ),
        );
    }
}

/// Rules that neither a digest nor a channel names.
pub fn idle_rules(book: &RuleBook<'_>, digests: &[Digest], notify: &[Notify], faults: &mut Vec<Fault>) {
    let channels = notify.iter().map(|notify| &notify.channel.rules);
    let patterns: Vec<&Vec<String>> = digests.iter().map(|digest| &digest.rules).chain(channels).collect();
    let nobody =
        if notify.is_empty() { "no digest names" } else { "neither a digest nor a [[notify]] names" };
    for (n, rule) in book.rules.iter().enumerate() {
        let told = patterns.iter().any(|patterns| names(patterns, rule));
        if let (false, false, Some(place)) = (told, patterns.is_empty(), book.place_of_rule(n)) {
            faults.push(
                Fault::at(place, format!("{nobody} the rule {}", quoted(&rule.text.name)))
                    .warning()
                    .help("add its name to the rules of a [[digest]], or \"*\" for all"),
            );
        }
    }
}

fn names(patterns: &[String], rule: &Rule) -> bool {
    patterns.iter().any(|pattern| names_rule(pattern, &rule.text.name))
}

/// Rules that reach back further than texts are kept.
pub fn short_memory(book: &RuleBook<'_>, keep_unmatched: TimeDelta, faults: &mut Vec<Fault>) {
    for (n, rule) in book.rules.iter().enumerate() {
        let too_far = rule.backfill.is_some_and(|backfill| backfill > keep_unmatched);
        if let (true, Some(place)) = (too_far, book.place_of_rule(n)) {
            let message = format!(
                "the backfill of the rule {} goes back further than texts are kept",
                quoted(&rule.text.name)
            );
            faults.push(Fault::at(place, message).warning().help("give [store] a longer keep_unmatched"));
        }
    }
}

/// Urgent rules whose digests all wait for their time, and of which no channel tells.
pub fn unheard_urgency(book: &RuleBook<'_>, digests: &[Digest], notify: &[Notify], faults: &mut Vec<Fault>) {
    for (n, rule) in book.rules.iter().enumerate().filter(|(_, rule)| rule.urgent) {
        if notify.iter().any(|notify| names(&notify.channel.rules, rule)) {
            continue;
        }
        let mut told_by = digests.iter().filter(|digest| names(&digest.rules, rule)).peekable();
        let unheard = told_by.peek().is_some() && told_by.all(|digest| digest.urgent.is_none());
        if let (true, Some(place)) = (unheard, book.place_of_rule(n)) {
            let message =
                format!("the rule {} is urgent, but nobody is told at once", quoted(&rule.text.name));
            faults.push(
                Fault::at(place, message)
                    .warning()
                    .help("take urgent = false away from a [[digest]] that carries it"),
            );
        }
    }
}

/// Recipients to whom two digests send the stories of one urgent rule. `sections` are the digests'.
pub fn told_twice(
    sections: &[Section<'_>],
    digests: &[Digest],
    book: &RuleBook<'_>,
    faults: &mut Vec<Fault>,
) {
    let at_once = |digest: &Digest, rule: &Rule| digest.urgent.is_some() && names(&digest.rules, rule);
    // Of a digest that could not be read nothing is known.
    let all: Vec<_> =
        if sections.len() == digests.len() { sections.iter().zip(digests).collect() } else { vec![] };
    for (n, (section, digest)) in all.iter().enumerate() {
        for (earlier, other) in &all[..n] {
            let rule =
                book.rules.iter().find(|rule| rule.urgent && at_once(digest, rule) && at_once(other, rule));
            let address =
                digest.to.iter().find(|address| other.to.iter().any(|other| is_same(address, other)));
            let places = section.place_of_key("to").zip(earlier.place_of_key("to"));
            if let (Some(rule), Some(address), Some((place, other))) = (rule, address, places) {
                let message = format!(
                    "{} gets what is urgent twice, such as the stories of the rule {}",
                    quoted(address),
                    quoted(&rule.text.name)
                );
                faults.push(
                    Fault::at(place, message)
                        .warning()
                        .other(other, "and here")
                        .help("write urgent = false in one of the two digests"),
                );
            }
        }
    }
}

/// The same mailbox, whatever name stands before it.
fn is_same(one: &str, other: &str) -> bool {
    let address = |written: &str| {
        let named = written.strip_suffix('>').and_then(|open| open.rsplit_once('<'));
        named.map_or(written, |(_, address)| address).to_lowercase()
    };
    address(one) == address(other)
}
