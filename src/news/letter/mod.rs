//! Stories → subject, text, HTML, headers: ready letters.

use chrono::{DateTime, Utc};

use super::digest::{Issue, Report, Telling};

mod clean;
mod headers;

use headers::{Head, Sender};

/// One composed mail to one recipient.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    /// Without angle brackets; the same for the same digest, slot, part and recipient.
    pub message_id: String,
    /// As it stands in the digest's `to`.
    pub recipient: String,
    /// From 1 to `parts`.
    pub part: u32,
    pub parts: u32,
    pub subject: String,
    /// The text part, lines ended by `\n`.
    pub text: String,
    /// The HTML part, a whole document.
    pub html: String,
    /// The whole message: RFC 5322, MIME, CRLF, nothing but ASCII.
    pub bytes: Vec<u8>,
}

/// Composes an issue: for every recipient one letter, or several parts of one when it is long.
///
/// `from` is the config's `[mail] from`; `now` becomes the letters' Date. Composing cannot fail:
/// an address that cannot be read is refused by the config, and if it comes here nevertheless then
/// by the mail transport, by name.
#[must_use]
pub fn compose(issue: &Issue, from: &str, to: &[String], now: DateTime<Utc>) -> Vec<Letter> {
    let from = Sender::new(from);
    let subject = format!("{} stories · {}", issue.stories.len(), issue.digest);
    let text: String = issue.stories.iter().flat_map(told).collect();
    let html = String::new();
    let letter = |recipient: &String| {
        let head = Head { issue, part: 1, recipient, subject: &subject, from: &from, now };
        Letter {
            message_id: head.message_id(),
            recipient: recipient.clone(),
            part: 1,
            parts: 1,
            subject: subject.clone(),
            text: text.clone(),
            html: html.clone(),
            bytes: head.message(&text, &html),
        }
    };
    to.iter().map(letter).collect()
}

fn told(story: &Telling) -> [String; 2] {
    let link = story.lead.url.as_deref().and_then(clean::link).unwrap_or_default();
    [clean::line(&story.lead.title, 300) + "\n", link + "\n"]
}

/// A letter to each of `to` that only says that mail gets through.
#[must_use]
pub fn test(from: &str, to: &[String], now: DateTime<Utc>) -> Vec<Letter> {
    let issue = Issue {
        digest: "mail test".to_owned(),
        slot: now,
        zone: chrono_tz::UTC,
        stories: Vec::new(),
        late: Vec::new(),
        report: Report::default(),
    };
    compose(&issue, from, to, now)
}
