//! `wirewatch story`: a story's articles and where they came from; the user's corrections.

use std::path::Path;
use std::process::ExitCode;

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;

use super::place::{Place, Way};
use super::show::{self, counted, plain, span};
use crate::clock::Clock;
use crate::daemon::control::{Answer, Request};
use crate::news::entry::EntryId;
use crate::news::story::COPY;
use crate::pipeline::Correction;
use crate::store::corrections::Label;
use crate::store::marks::Told;
use crate::store::stories::StoryArticle;
use crate::store::{self, Ledger};

/// Shows a story with all its copies; merges, splits, confirms and mutes stories
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    pub action: Action,
    /// One JSON object
    #[arg(long, global = true)]
    pub json: bool,
}

#[derive(Debug, clap::Subcommand)]
pub enum Action {
    /// Its articles: where it was seen first, who ran it again and when, and who was told
    Show {
        /// Number of any of its entries
        #[arg(value_name = "ID")]
        id: i64,
    },
    /// Makes one story of two; it is told if either was
    Merge {
        /// Number of any entry of the one
        #[arg(value_name = "ID")]
        one: i64,
        /// Number of any entry of the other
        #[arg(value_name = "OTHER")]
        other: i64,
    },
    /// Makes a story of its own of an entry, with what was attached to it; or notes that two stories are two
    Split {
        /// Number of the entry
        #[arg(value_name = "ID")]
        id: i64,
        /// Number of an entry of which it is no copy; else the one to which it is attached, or may belong
        #[arg(value_name = "OTHER")]
        other: Option<i64>,
    },
    /// Notes that an entry is rightly a copy; with a story's number, that all its articles are
    Confirm {
        /// Number of the entry
        #[arg(value_name = "ID")]
        id: i64,
    },
    /// Tells nothing more of it, in no digest
    Mute {
        /// Number of any of its entries
        #[arg(value_name = "ID")]
        id: i64,
    },
    /// Tells again what comes to it from now on
    Unmute {
        /// Number of any of its entries
        #[arg(value_name = "ID")]
        id: i64,
    },
}

/// # Errors
/// When there is no such entry, or the correction cannot be.
pub fn run(args: &Args, config: Option<&Path>) -> anyhow::Result<ExitCode> {
    super::log::start("error");
    let place = Place::find(config)?;
    let correction = match args.action {
        Action::Show { id } => return show(&place, EntryId(id), args.json),
        Action::Merge { one, other } => Correction::Merge(EntryId(one), EntryId(other)),
        Action::Split { id, other: None } => Correction::Split(EntryId(id)),
        Action::Split { id, other: Some(other) } => Correction::Apart(EntryId(id), EntryId(other)),
        Action::Confirm { id } => Correction::Confirm(EntryId(id)),
        Action::Mute { id } => Correction::Mute(EntryId(id)),
        Action::Unmute { id } => Correction::Unmute(EntryId(id)),
    };
    let answer = match place.ask_or_lock(&Request::Correct { correction: correction.clone() })? {
        Way::Answered(answer) => answer,
        Way::Locked(lock) => {
            let mut crew = place.crew(&lock, Clock::Running)?;
            let now = crew.now();
            Answer::from(crew.pipeline.correct(&correction, now)?)
        }
    };
    super::report(answer, args.json)
}

/// What `show --json` prints.
#[derive(Debug, Serialize)]
struct Account {
    /// Number of its first article.
    story: i64,
    muted: bool,
    /// Articles in all; the earliest are listed.
    count: usize,
    told: Vec<Telling>,
    /// Digests that tell it next, whatever comes: it was split off, or its letter was given up.
    next_in: Vec<String>,
    /// Earliest first.
    articles: Vec<Copied>,
    /// What the user said of its articles.
    labels: Vec<Word>,
}

#[derive(Debug, Serialize)]
struct Telling {
    digest: String,
    slot: DateTime<Utc>,
    /// The article that stood for the story.
    shown: i64,
}

#[derive(Debug, Serialize)]
struct Copied {
    id: i64,
    title: String,
    url: Option<String>,
    source: String,
    feed: String,
    published: Option<DateTime<Utc>>,
    first_seen: DateTime<Utc>,
    /// Seconds after the first one.
    lag: i64,
    /// Characters of text, while it is kept.
    length: Option<usize>,
    longest: bool,
    /// Whom its text cites as its origin.
    cites: Option<String>,
    verdict: String,
    of: Option<i64>,
    /// The story to which it may belong.
    maybe: Option<i64>,
    update_of: Option<i64>,
    /// Of an update: the first number that moved.
    change: Option<String>,
    /// Of a roundup: the stories that it tells.
    parts: Vec<i64>,
    /// A second story that it fits.
    also: Option<i64>,
    score: f32,
    resurfaced: Option<NaiveDate>,
    why: String,
}

#[derive(Debug, Serialize)]
struct Word {
    older: i64,
    younger: i64,
    /// One story, or two.
    same: bool,
    at: DateTime<Utc>,
}

fn show(place: &Place, id: EntryId, json: bool) -> anyhow::Result<ExitCode> {
    let Some(account) = place.read()?.read(|ledger| look(ledger, id))? else {
        anyhow::bail!("there is no entry {}", id.0)
    };
    show::account(&account, json, text)
}

fn look(ledger: &Ledger<'_>, id: EntryId) -> store::Result<Option<Account>> {
    let Some(found) = ledger.whereabouts(id)? else { return Ok(None) };
    let story = found.story;
    let members = ledger.members(story)?;
    let here = |id: EntryId| members.binary_search_by_key(&id, |member| member.id).is_ok();
    let labels = ledger.labels()?.into_iter().filter(|label| here(label.older) || here(label.younger));
    Ok(Some(Account {
        story: story.0,
        muted: ledger.muted()?.contains(&story),
        count: members.len(),
        told: ledger.told(story)?.into_iter().map(Telling::from).collect(),
        next_in: ledger.owed(story)?.into_iter().map(|(_, kind, name)| kind.called(&name)).collect(),
        articles: copied(ledger.story_articles(story)?),
        labels: labels.map(Word::from).collect(),
    }))
}

fn copied(articles: Vec<StoryArticle>) -> Vec<Copied> {
    let first = articles.iter().map(|article| article.standing.first_seen).min().unwrap_or_default();
    let most = articles.iter().filter_map(|article| article.length).max();
    let longest = articles.iter().position(|article| most.is_some() && article.length == most);
    let one = |(place, article): (usize, StoryArticle)| Copied {
        id: article.standing.entry.0,
        title: article.standing.title,
        url: article.standing.url,
        source: article.standing.source,
        feed: article.standing.feed,
        published: article.standing.published,
        first_seen: article.standing.first_seen,
        lag: (article.standing.first_seen - first).num_seconds(),
        length: article.length,
        longest: Some(place) == longest,
        cites: article.cites,
        verdict: article.verdict,
        of: article.reasons.of,
        maybe: article.reasons.maybe,
        update_of: article.reasons.update_of,
        change: article.reasons.change,
        parts: article.reasons.parts,
        also: article.reasons.also,
        score: article.reasons.score,
        resurfaced: article.reasons.resurfaced,
        why: article.reasons.why,
    };
    articles.into_iter().enumerate().map(one).collect()
}

impl From<Told> for Telling {
    fn from(told: Told) -> Self {
        Self { digest: told.name(), slot: told.slot, shown: told.shown.0 }
    }
}

impl From<Label> for Word {
    fn from(label: Label) -> Self {
        Self { older: label.older.0, younger: label.younger.0, same: label.same, at: label.at }
    }
}

fn text(account: &Account) -> String {
    let muted = if account.muted { ", muted" } else { "" };
    let mut lines = vec![format!("Story {}: {}{muted}", account.story, counted(account.count, "article"))];
    if account.told.is_empty() {
        lines.push("no digest has told it".to_owned());
    }
    lines.extend(account.told.iter().map(|told| {
        format!("told by “{}” of {}, which showed {}", plain(&told.digest), told.slot, told.shown)
    }));
    lines.extend(account.next_in.iter().map(|digest| format!("the next “{}” tells it", plain(digest))));
    for article in &account.articles {
        lines.push(String::new());
        lines.extend(article_lines(article));
    }
    if account.count > account.articles.len() {
        lines.push(format!("\n        … and {} later ones", account.count - account.articles.len()));
    }
    if !account.labels.is_empty() {
        lines.push(String::new());
    }
    lines.extend(account.labels.iter().map(|label| {
        let what = if label.same { "one story" } else { "two stories" };
        format!("you said that {} and {} are {what}", label.older, label.younger)
    }));
    lines.join("\n") + "\n"
}

fn article_lines(article: &Copied) -> Vec<String> {
    let place = if article.source.is_empty() { &article.feed } else { &article.source };
    let lag = match article.lag {
        0 => String::new(),
        seconds => format!(", {} later", span(chrono::TimeDelta::seconds(seconds))),
    };
    let mut lines = vec![
        format!("{:>6}  {}", article.id, plain(&article.title)),
        format!("        {}, first seen {}{lag}", plain(place), article.first_seen),
    ];
    lines.extend(article.url.as_deref().map(|url| format!("        {}", plain(url))));
    // A merge by hand has no score.
    let score = if article.score < COPY { String::new() } else { format!(" ({:.2})", article.score) };
    let of = article.of.map(|of| format!(" of {of}{score}")).unwrap_or_default();
    lines.push(format!("        {}{of}: {}", article.verdict, plain(&article.why)));
    lines.extend(article.cites.as_deref().map(|origin| format!("        cites {}", plain(origin))));
    lines.extend(article.update_of.map(|of| {
        let change = article.change.as_deref().map(|change| format!(": {}", plain(change)));
        format!("        brings story {of} up to date{}", change.unwrap_or_default())
    }));
    lines.extend(article.maybe.map(|of| format!("        may be the same as story {of}")));
    lines.extend(article.also.map(|also| format!("        fits story {also}, too")));
    if !article.parts.is_empty() {
        lines.push(format!("        tells the stories {}", show::numbers(&article.parts)));
    }
    lines.extend(article.resurfaced.map(|day| {
        format!("        resurfaced: known since {day}, it came on {}", article.first_seen.date_naive())
    }));
    if let Some(length) = article.length {
        let longest = if article.longest { ", the longest" } else { "" };
        lines.push(format!("        {}{longest}", counted(length, "character")));
    }
    lines
}
