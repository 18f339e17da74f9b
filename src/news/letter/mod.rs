//! Stories → subject, text, HTML, headers: ready letters.
//!
//! An issue becomes sections of blocks ([`sections`]), each rendered for both parts ([`layout`]);
//! blocks fill letters ([`fit`]); a letter gets its subject and its head for every recipient
//! ([`subject`], [`headers`]). Whatever a source wrote passes [`clean`] on its way in and the
//! templates' escaping on its way out.

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::digest::{self, Issue, Report, Standing, Style, Telling};
use super::entry::EntryId;

pub mod catalogue;
pub(super) mod clean;
mod closing;
mod dkim;
mod fit;
mod headers;
mod layout;
pub mod mark;
mod proof;
mod sections;
mod subject;
pub(super) mod time;
mod tongue;
mod trial;
mod view;

pub use catalogue::Language;
pub use dkim::Signer;
pub use layout::Layout;
pub use time::date_format;
pub use trial::faults;

use fit::Part;
use headers::{Head, Sender};
use layout::Block;
use time::Reader;

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
    /// The stories that this part tells, those of a counting line included: every story of an issue
    /// stands in one part.
    pub stories: Vec<EntryId>,
    /// The text part, lines ended by `\n`.
    pub text: String,
    /// The HTML part, a whole document.
    pub html: String,
    /// The whole message: RFC 5322, MIME, CRLF, nothing but ASCII.
    pub bytes: Vec<u8>,
}

/// What is the same in all letters of a house, whatever they tell.
#[derive(Debug)]
pub struct Letterhead {
    /// The sender: `[mail] from`.
    pub from: String,
    /// What letters look like: the user's own templates, or the built-in ones.
    pub layout: Layout,
    /// Where one click takes a reader off the list (RFC 8058), an https URL: `{digest}` and
    /// `{recipient}` in it are filled.
    pub unsubscribe: Option<String>,
    /// Signs every letter, if there is a key.
    pub signer: Option<Signer>,
}

impl Letterhead {
    /// A sender and nothing else.
    #[must_use]
    pub fn plain(from: &str) -> Self {
        Self { from: from.to_owned(), layout: Layout::default(), unsubscribe: None, signer: None }
    }
}

/// Composes an issue: for every recipient one letter, or several parts of one when it is long.
///
/// `now` becomes the letters' Date. Composing cannot fail: an address that cannot be read is refused
/// by the config, and if it comes here nevertheless then by the mail transport, by name.
#[must_use]
pub fn compose(letterhead: &Letterhead, issue: &Issue, to: &[String], now: DateTime<Utc>) -> Vec<Letter> {
    let mut stories: Vec<&Telling> = issue.stories.iter().collect();
    digest::order(&mut stories);
    let layout = letterhead.layout.speaking(issue.style.language);
    addressed(letterhead, issue, &sheets(&layout, issue, &stories), to, now)
}

/// A letter to each of `to` that only says that mail gets through.
#[must_use]
pub fn test(letterhead: &Letterhead, language: Language, to: &[String], now: DateTime<Utc>) -> Vec<Letter> {
    let issue = Issue {
        digest: "mail test".to_owned(),
        slot: now,
        zone: chrono_tz::UTC,
        style: Style { language, ..Style::default() },
        stories: Vec::new(),
        sent: Vec::new(),
        late: Vec::new(),
        report: Report::default(),
        urgent: false,
        answers: None,
    };
    let mut shell = Shell::of(&issue, &[], (1, 1));
    shell.greeting = Some(language.say("test_greeting", &[]));
    let body = Layout::default().speaking(language).letter(&shell, &Block::default());
    let subject = language.say("test_subject", &[]);
    let sheet = Sheet { subject, stories: Vec::new(), body };
    addressed(letterhead, &issue, &[sheet], to, now)
}

/// Every sheet to every recipient.
fn addressed(
    letterhead: &Letterhead,
    issue: &Issue,
    sheets: &[Sheet],
    to: &[String],
    now: DateTime<Utc>,
) -> Vec<Letter> {
    let Letterhead { from, unsubscribe, signer, .. } = letterhead;
    let (from, unsubscribe) = (Sender::new(from), unsubscribe.as_deref());
    let parts = u32::try_from(sheets.len()).unwrap_or(u32::MAX);
    let letter = |recipient: &String, part, sheet: &Sheet| {
        let head = Head { issue, part, recipient, subject: &sheet.subject, from: &from, unsubscribe, now };
        let bytes = head.message(&sheet.body.text, &sheet.body.html);
        Letter {
            message_id: head.message_id(),
            recipient: recipient.clone(),
            part,
            parts,
            subject: sheet.subject.clone(),
            stories: sheet.stories.clone(),
            text: sheet.body.text.clone(),
            html: sheet.body.html.clone(),
            bytes: signer.as_ref().map(|signer| signer.sign(&bytes, now)).unwrap_or(bytes),
        }
    };
    to.iter()
        .flat_map(|recipient| (1..).zip(sheets).map(move |(part, sheet)| letter(recipient, part, sheet)))
        .collect()
}

/// A part without its recipient.
struct Sheet {
    subject: String,
    stories: Vec<EntryId>,
    body: Block,
}

fn sheets(layout: &Layout, issue: &Issue, stories: &[&Telling]) -> Vec<Sheet> {
    let sections = sections::all(layout, issue, stories);
    let largest = Shell::of(issue, stories, (usize::MAX, usize::MAX));
    let parts = fit::split(&sections, &layout.letter(&largest, &Block::default()));
    let count = parts.len();
    let sheet = |(part, content): (usize, &Part)| {
        let strongest = content.stories.iter().min().and_then(|index| stories.get(*index)).copied();
        let shell = Shell::of(issue, stories, (part, count));
        Sheet {
            subject: subject::subject(issue, strongest, (part, count)),
            stories: content.stories.iter().filter_map(|index| Some(stories.get(*index)?.story)).collect(),
            body: layout.letter(&shell, &content.body),
        }
    };
    (1..).zip(&parts).map(sheet).collect()
}

/// What stands around the blocks of a letter.
#[derive(Debug, Serialize)]
struct Shell {
    digest: String,
    slot: String,
    zone: &'static str,
    since: Option<String>,
    /// Mailed at once.
    urgent: bool,
    /// What mail programs show beside the subject: the titles after the first, which stands there.
    preview: Vec<view::Words>,
    /// Said instead of a summary.
    greeting: Option<String>,
    part: usize,
    parts: usize,
    stories: usize,
    /// Different sites that carry them.
    sites: usize,
    /// Told stories with new copies.
    late: usize,
    /// The headings, each with the number of stories under it.
    groups: Vec<(String, usize)>,
}

impl Shell {
    fn of(issue: &Issue, stories: &[&Telling], (part, parts): (usize, usize)) -> Self {
        let reader = Reader::of(issue);
        let articles = stories.iter().flat_map(|story| story.copies.iter().chain([&story.lead]));
        let sites: std::collections::HashSet<&str> = articles.map(Standing::place).collect();
        let groups = sections::groups(stories, issue.style.group_by, reader);
        Self {
            digest: clean::line(&issue.digest, 80),
            slot: reader.whole(),
            zone: issue.zone.name(),
            preview: preview(stories),
            since: issue.report.since.map(|since| reader.at(since)),
            urgent: issue.urgent,
            greeting: None,
            part,
            parts,
            stories: stories.len(),
            sites: sites.len(),
            late: issue.late.len(),
            groups: groups.into_iter().map(|group| (group.title, group.stories.len())).take(6).collect(),
        }
    }
}

/// Characters that a mail program shows beside the subject; more would stand in the letter's way.
const PREVIEW: usize = 110;

/// The titles of the strongest stories after the first, as many as are seen.
fn preview(stories: &[&Telling]) -> Vec<view::Words> {
    let has_title = |story: &&&Telling| !clean::line(&story.lead.title, 2).is_empty();
    let mut room = PREVIEW;
    let mut preview = Vec::new();
    for lead in stories.iter().skip(1).filter(has_title).map(|story| &story.lead) {
        let title = clean::line(&lead.title, 90);
        let Some(left) = room.checked_sub(title.chars().count()) else { break };
        room = left;
        preview.push(view::Words::plain(&title, lead.lang.as_deref()));
    }
    preview
}
