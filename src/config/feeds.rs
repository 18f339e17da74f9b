//! `[[feed]]`

use std::sync::Arc;

use super::fault::Fault;
use super::names::Names;
use super::secret::Vault;
use super::section::{Flaw, Section, choice};
use super::{Conditional, Feed, Fetch, FirstFetch, FullText, values};
use crate::news::entry::MAX_ENTRIES;
use crate::news::errand::{Access, Secret};
use crate::news::schedule::{Cron, Rhythm};

/// A feed's URL as the config would hold it, or why the config could not.
///
/// # Errors
/// What `check` would say of it, on one line.
pub fn taken_url(written: &str) -> Result<String, String> {
    values::feed_url(written).map(String::from).map_err(|flaw| match flaw.help {
        Some(help) => format!("{}; {help}", flaw.message),
        None => flaw.message,
    })
}

/// All feeds that can be read; two of the same URL are a fault.
pub fn read_all(
    sections: &[Section<'_>],
    fetch: &Fetch,
    vault: &Vault,
    faults: &mut Vec<Fault>,
) -> Vec<Feed> {
    let mut urls = Names::default();
    let mut feeds = Vec::with_capacity(sections.len());
    for section in sections {
        let feed = read(section, fetch, vault, faults);
        if let (Some(feed), Some(text)) = (feed, section.text("url")) {
            urls.claim(&feed.url, text.place(), "feed", faults);
            feeds.push(feed);
        }
    }
    feeds
}

fn read(section: &Section<'_>, fetch: &Fetch, vault: &Vault, faults: &mut Vec<Fault>) -> Option<Feed> {
    let url = section.read("url", faults, values::feed_url);
    let name = section.filled("name", faults);
    let rhythm = rhythm(section, fetch, faults);
    let full_text = full_text(section, faults);
    let on_first_fetch = section.read("on_first_fetch", faults, first_fetch).unwrap_or(FirstFetch::Baseline);
    let conditional = conditional(section, faults);
    let access = access(section, vault, faults);
    Some(Feed {
        url: url?.to_string(),
        name,
        rhythm,
        full_text,
        on_first_fetch,
        conditional,
        priority: priority(section),
        dedup: section.yes("dedup"),
        access: Arc::new(access),
    })
}

/// `priority`, of a feed or a rule; its bounds were checked with the shape.
pub fn priority(section: &Section<'_>) -> i32 {
    section.whole_number("priority").and_then(|number| i32::try_from(number).ok()).unwrap_or_default()
}

fn rhythm(section: &Section<'_>, fetch: &Fetch, faults: &mut Vec<Fault>) -> Rhythm {
    let every = section.duration("every", faults);
    let schedule = section.read("schedule", faults, cron);
    if let (Some(every), Some(schedule)) = (section.place_of_key("every"), section.place_of_key("schedule")) {
        faults.push(
            Fault::at(schedule, "a feed has either `schedule` or `every`")
                .other(every, "and here is the other")
                .help("take one of them away"),
        );
    }
    if let (Some(written), Some(text)) =
        (every.filter(|every| *every < fetch.min_interval), section.text("every"))
    {
        let least = values::show_duration(fetch.min_interval.num_seconds());
        faults.push(
            Fault::at(text.place(), format!("[fetch] min_interval makes this {least}")).warning().help(
                format!(
                    "write {least}, or set min_interval to {}",
                    values::show_duration(written.num_seconds())
                ),
            ),
        );
    }
    match schedule {
        Some(cron) => Rhythm::Cron(cron, fetch.zone),
        None => Rhythm::Every(every.unwrap_or(fetch.every)),
    }
}

/// Crontab's five fields.
pub fn cron(written: &str) -> Result<Cron, Flaw> {
    Cron::parse(written).map_err(|fault| Flaw { span: fault.span, message: fault.message, help: fault.help })
}

fn full_text(section: &Section<'_>, faults: &mut Vec<Fault>) -> FullText {
    match section.choice("full_text", faults) {
        "hits" => FullText::Hits,
        "always" => FullText::Always,
        _ => FullText::Never,
    }
}

fn first_fetch(written: &str) -> Result<FirstFetch, Flaw> {
    let number = written.strip_prefix("last ").map(|number| number.trim().parse::<u32>());
    match (written, number) {
        ("baseline", _) => Ok(FirstFetch::Baseline),
        ("all", _) => Ok(FirstFetch::All),
        (_, Some(Ok(number))) if (1..=MAX_ENTRIES).contains(&(number as usize)) => {
            Ok(FirstFetch::Last(number))
        }
        _ => Err(Flaw::whole(written, "this does not say what becomes of a new feed's entries")
            .help(format!("write \"baseline\", \"last N\" (1 to {MAX_ENTRIES}) or \"all\""))),
    }
}

fn conditional(section: &Section<'_>, faults: &mut Vec<Fault>) -> Conditional {
    const WORDS: &[&str] = &["etag", "modified"];
    if let Some(flag) = section.flag("conditional") {
        return if flag { Conditional::Both } else { Conditional::Never };
    }
    match section.read("conditional", faults, |written| choice(written, WORDS)) {
        Some("etag") => Conditional::Etag,
        Some("modified") => Conditional::Modified,
        _ => Conditional::Both,
    }
}

/// What a server that asks who comes is told; of a feed or a webhook.
pub fn access(section: &Section<'_>, vault: &Vault, faults: &mut Vec<Fault>) -> Access {
    let headers = section.text_by_name("headers").into_iter().filter_map(|(name, value)| {
        let name = name.read(faults, values::header_name);
        let value = value.read(faults, values::header_value);
        Some((name?, Secret(value?)))
    });
    let headers = headers.collect();
    let basic = login(section, vault, faults);
    let bearer = vault.secret(section, "token_file", faults);
    if let (Some(token), Some(username)) =
        (section.place_of_key("token_file"), section.place_of_key("username"))
    {
        faults.push(
            Fault::at(token, "either a token or a username")
                .other(username, "and here is the other")
                .help("take one of them away"),
        );
    }
    let proxy = section.read("proxy", faults, values::proxy_url).map(|url| url.to_string());
    Access { headers, basic, bearer, proxy }
}

fn login(section: &Section<'_>, vault: &Vault, faults: &mut Vec<Fault>) -> Option<(String, Secret)> {
    let username = section.filled("username", faults);
    let password = vault.secret(section, "password_file", faults);
    match (section.place_of_key("username"), section.place_of_key("password_file")) {
        (Some(place), None) => {
            faults.push(Fault::at(place, "a username without a password").help("add password_file = \"…\""));
        }
        (None, Some(place)) => {
            faults.push(Fault::at(place, "a password without a username").help("add username = \"…\""));
        }
        _ => {}
    }
    username.zip(password)
}
