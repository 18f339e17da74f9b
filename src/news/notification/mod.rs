//! What is told at once beyond mail: stories → JSON documents for a webhook or a command.
//!
//! The document is the contract, described in `docs/notify.md`: fields are added, never changed, or
//! `version` grows. Whatever a source wrote is cleaned as for letters before it stands in it.

mod document;
mod form;

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use xxhash_rust::xxh3::xxh3_64;

use super::digest::{self, Telling};
use super::entry::EntryId;
use super::errand::{Access, Secret};
use super::letter::Language;
use super::schedule::Pace;

pub use form::{Form, FormFault};

use document::{Document, Envelope};

/// Stories in one document: more are further documents, and a phone still shows it.
const STORIES: usize = 10;

/// A standing order: which rules are told at once, in which form.
#[derive(Debug, Clone)]
pub struct Channel {
    pub name: String,
    /// Names of rules; `*` stands for anything.
    pub rules: Vec<String>,
    pub pace: Pace,
    /// A notification that cannot be delivered for so long is given up.
    pub give_up_after: TimeDelta,
    pub form: Arc<Form>,
    /// Of what a person reads: a document's title and text.
    pub language: Language,
}

/// Where notifications go.
#[derive(Debug, Clone)]
pub enum Way {
    Webhook(Webhook),
    /// A program by its absolute path, and its arguments; the document comes on standard input.
    Command(Vec<String>),
}

/// A request for each notification.
#[derive(Debug, Clone)]
pub struct Webhook {
    pub url: Target,
    pub method: Method,
    pub access: Arc<Access>,
    /// Signs, as Standard Webhooks has it.
    pub key: Option<Secret>,
}

/// A URL, with `{id}` where the notification's id is to stand.
#[derive(Debug, Clone)]
pub enum Target {
    Open(String),
    /// Who knows it may send.
    Hidden(Secret),
}

/// How a notification is handed over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    Post,
    Put,
}

/// One composed document for one channel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notification {
    /// Letters, digits and `_`; the same for the same channel, slot and part.
    pub id: String,
    /// From 1.
    pub part: u32,
    /// One line: the strongest story, and how many more.
    pub title: String,
    pub stories: Vec<EntryId>,
    /// JSON.
    pub body: String,
    /// Why the user's own template had to give way to the document itself.
    pub fault: Option<FormFault>,
}

/// Composes what a channel has to tell at `slot`, the strongest stories first.
#[must_use]
pub fn compose(channel: &Channel, slot: DateTime<Utc>, stories: &[Telling]) -> Vec<Notification> {
    let mut stories: Vec<&Telling> = stories.iter().collect();
    digest::order(&mut stories);
    let parts = stories.chunks(STORIES);
    let count = u32::try_from(parts.len()).unwrap_or(u32::MAX);
    (1..).zip(parts).map(|(part, stories)| one(channel, slot, (part, count), stories)).collect()
}

fn one(
    channel: &Channel,
    slot: DateTime<Utc>,
    (part, parts): (u32, u32),
    stories: &[&Telling],
) -> Notification {
    let id = id(&channel.name, slot, part);
    let envelope =
        Envelope { channel: &channel.name, language: channel.language, id: &id, time: slot, part, parts };
    let document = Document::new(envelope, stories);
    let (body, fault) = channel.form.fill(&document);
    Notification {
        part,
        title: document.title.clone(),
        stories: stories.iter().map(|story| story.story).collect(),
        body,
        fault,
        id,
    }
}

/// A notification with an invented story, to see that a channel works.
#[must_use]
pub fn test(channel: &Channel, now: DateTime<Utc>) -> Notification {
    let id = id(&channel.name, now, 0);
    let envelope = Envelope {
        channel: &channel.name,
        language: channel.language,
        id: &id,
        time: now,
        part: 1,
        parts: 1,
    };
    let document = Document::test(envelope);
    let title = document.title.clone();
    let (body, fault) = channel.form.fill(&document);
    Notification { id, part: 1, title, stories: Vec::new(), body, fault }
}

/// Channel, slot and part make it, and nothing else: a notification that is sent again is known as
/// the same.
fn id(channel: &str, slot: DateTime<Utc>, part: u32) -> String {
    let identity = format!("{channel}\n{}\n{part}", slot.timestamp());
    format!("{}_{part}_{:016x}", slot.format("%Y%m%dT%H%M%SZ"), xxh3_64(identity.as_bytes()))
}
