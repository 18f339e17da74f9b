//! The document: stories as JSON, every text cleaned and bounded.

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;

use crate::news::digest::{Issue, Kin, RuleHit, Standing, Telling, sources};
use crate::news::entry::EntryId;
use crate::news::letter::time::Reader;
use crate::news::letter::{Language, clean};
use crate::news::rule::{Evidence, Field};

const VERSION: u32 = 1;
/// Sites named of one story; `source_count` says how many there are.
const SOURCES: usize = 10;
/// Finds of one rule.
const EVIDENCE: usize = 3;
/// Rules of one story.
const RULES: usize = 10;

/// Longest texts, in characters.
const TITLE: usize = 300;
const NAME: usize = 80;
const SNIPPET: usize = 400;

/// A sample issue: a story with everything that a story can have among its stories.
const SAMPLE: &str = include_str!("../letter/sample.json");

/// What one notification says.
#[derive(Debug, Clone, Serialize)]
pub struct Document {
    version: u32,
    id: String,
    channel: String,
    /// When it was composed; a repeat has the same.
    time: DateTime<Utc>,
    part: u32,
    parts: u32,
    /// Nothing happened: somebody tries the channel.
    test: bool,
    pub title: String,
    /// All of it for a person: title, link, site and rules of each story.
    text: String,
    stories: Vec<Story>,
}

/// What stands in a document beside its stories.
#[derive(Debug, Clone, Copy)]
pub struct Envelope<'a> {
    pub channel: &'a str,
    pub language: Language,
    pub id: &'a str,
    pub time: DateTime<Utc>,
    /// From 1.
    pub part: u32,
    pub parts: u32,
}

#[derive(Debug, Clone, Serialize)]
struct Story {
    id: EntryId,
    title: String,
    url: Option<String>,
    /// The site of the article that is shown.
    source: String,
    feed: String,
    language: Option<String>,
    published: Option<DateTime<Utc>>,
    first_seen: DateTime<Utc>,
    rules: Vec<Rule>,
    /// Sites that carry it, the earliest first.
    sources: Vec<Source>,
    source_count: usize,
    article_count: usize,
    /// `update`, `resurfaced`, `possible`.
    flags: Vec<&'static str>,
    update_of: Option<Other>,
    /// The day since when it was known.
    resurfaced: Option<NaiveDate>,
    possibly: Option<Other>,
    /// The command that says why it is told.
    explain: String,
}

#[derive(Debug, Clone, Serialize)]
struct Rule {
    name: String,
    priority: i32,
    evidence: Vec<Find>,
}

/// Where the words of a rule stand.
#[derive(Debug, Clone, Serialize)]
struct Find {
    term: String,
    field: Field,
    snippet: String,
    /// Where in the snippet, in characters: first and one past the last. None when cleaning moved it.
    marks: Vec<(usize, usize)>,
    count: u32,
}

#[derive(Debug, Clone, Serialize)]
struct Source {
    name: String,
    url: Option<String>,
    first_seen: DateTime<Utc>,
}

/// Another story that this one has to do with.
#[derive(Debug, Clone, Serialize)]
struct Other {
    id: EntryId,
    title: String,
    url: Option<String>,
    /// What sets the two apart.
    change: Option<String>,
}

impl Document {
    pub fn new(envelope: Envelope<'_>, stories: &[&Telling]) -> Self {
        let Envelope { channel, language, id, time, part, parts } = envelope;
        let stories: Vec<Story> = stories.iter().map(|story| Story::new(story)).collect();
        let text: Vec<String> = stories.iter().map(|story| story.text(language)).collect();
        Self {
            version: VERSION,
            id: id.to_owned(),
            channel: clean::line(channel, NAME),
            time,
            part,
            parts,
            test: false,
            title: title(&stories),
            text: text.join("\n\n"),
            stories,
        }
    }

    /// With an invented story.
    pub fn test(envelope: Envelope<'_>) -> Self {
        let Envelope { language, time: now, .. } = envelope;
        let story = Telling {
            story: EntryId(0),
            lead: Standing {
                entry: EntryId(0),
                title: language.say("test_notification", &[]),
                url: Some("https://example.org/".to_owned()),
                source: "example.org".to_owned(),
                feed: "wirewatch".to_owned(),
                lang: Some(language.code().to_owned()),
                published: None,
                first_seen: now,
            },
            copies: Vec::new(),
            hits: vec![RuleHit { rule: "test".to_owned(), priority: 0, evidence: Vec::new() }],
            cites: None,
            update_of: None,
            resurfaced: None,
            maybe: None,
            parts: Vec::new(),
            backlog: None,
        };
        Self { test: true, ..Self::new(envelope, &[&story]) }
    }

    /// Documents to try a form on: one of every kind of story, and one with a story that has nothing
    /// but what a story must have, its title full of what acts elsewhere.
    pub fn samples() -> Vec<Self> {
        let whole = serde_json::from_str::<Issue>(SAMPLE).map(|issue| issue.stories).unwrap_or_default();
        let bare = whole.first().map(|story| Telling {
            lead: Standing {
                title: "\"}\\ {{ title }} {% raw %}\u{1b}[0m\r\nX: y </script> <!channel> &".to_owned(),
                url: None,
                source: String::new(),
                feed: String::new(),
                lang: None,
                published: None,
                ..story.lead.clone()
            },
            copies: Vec::new(),
            hits: Vec::new(),
            cites: None,
            update_of: None,
            resurfaced: None,
            maybe: None,
            backlog: None,
            ..story.clone()
        });
        let sets = [whole.iter().collect::<Vec<_>>(), bare.iter().collect()];
        let filled = sets.iter().filter(|stories| !stories.is_empty());
        let envelope = |time| Envelope {
            channel: "phone",
            language: Language::default(),
            id: "20261124T070000Z_1_0123456789abcdef",
            time,
            part: 1,
            parts: 2,
        };
        filled.map(|stories| Self::new(envelope(stories[0].lead.first_seen), stories)).collect()
    }
}

/// The strongest story's title, and how many more there are.
fn title(stories: &[Story]) -> String {
    let first = stories.first().map_or("", |story| story.name());
    match stories.len() {
        0 | 1 => first.to_owned(),
        many => format!("{first} (+{})", many - 1),
    }
}

impl Story {
    fn new(story: &Telling) -> Self {
        let lead = &story.lead;
        let flags = [
            (story.update_of.is_some(), "update"),
            (story.resurfaced.is_some(), "resurfaced"),
            (story.maybe.is_some(), "possible"),
        ];
        Self {
            id: story.story,
            title: clean::line(&lead.title, TITLE),
            url: lead.url.as_deref().and_then(clean::link),
            source: clean::line(lead.place(), NAME),
            feed: clean::line(&lead.feed, NAME),
            language: lead.lang.as_deref().map(|lang| clean::line(lang, NAME)),
            published: lead.published,
            first_seen: story.began(),
            rules: strongest(&story.hits).into_iter().map(Rule::new).collect(),
            sources: places(story),
            source_count: sources(story),
            article_count: story.copies.len() + 1,
            flags: flags.into_iter().filter(|(is, _)| *is).map(|(_, flag)| flag).collect(),
            update_of: story.update_of.as_ref().map(Other::new),
            resurfaced: story.resurfaced,
            possibly: story.maybe.as_ref().map(Other::new),
            explain: format!("wirewatch explain {}", story.story.0),
        }
    }

    /// What it is called, also when its source gave it no title.
    fn name(&self) -> &str {
        [&self.title, self.url.as_ref().unwrap_or(&self.source), &self.source, &self.explain]
            .into_iter()
            .find(|name| !name.is_empty())
            .map_or("", String::as_str)
    }

    fn text(&self, language: Language) -> String {
        let rules: Vec<&str> = self.rules.iter().map(|rule| rule.name.as_str()).collect();
        let sites = match self.source_count {
            0 | 1 => self.source.clone(),
            many => format!("{} (+{})", self.source, many - 1),
        };
        let under = [sites, self.remarks(language).join(language.comma()), rules.join(language.comma())];
        let under: Vec<String> = under.into_iter().filter(|part| !part.is_empty()).collect();
        let lines = [self.name().to_owned(), self.url.clone().unwrap_or_default(), under.join(" · ")];
        lines.into_iter().filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n")
    }

    /// What its flags say, in words.
    fn remarks(&self, language: Language) -> Vec<String> {
        let update = self.update_of.as_ref().map(|other| match &other.change {
            Some(change) => format!("{} {change}", language.say("update", &[])),
            None => language.say("update", &[]),
        });
        let date = |day| Reader::of_days(language).date(day);
        let resurfaced = self.resurfaced.map(|day| language.say("resurfaced", &[("date", &date(day))]));
        let possible = self.possibly.as_ref().map(|_| language.say("possible", &[]));
        [update, resurfaced, possible].into_iter().flatten().collect()
    }
}

/// Highest priority first.
fn strongest(hits: &[RuleHit]) -> Vec<&RuleHit> {
    let mut hits: Vec<&RuleHit> = hits.iter().collect();
    hits.sort_by_key(|hit| std::cmp::Reverse(hit.priority));
    hits.truncate(RULES);
    hits
}

/// Each site once, by its earliest article.
fn places(story: &Telling) -> Vec<Source> {
    let mut articles: Vec<&Standing> = story.copies.iter().chain([&story.lead]).collect();
    articles.sort_by_key(|article| (article.first_seen, article.entry));
    let mut seen = std::collections::HashSet::new();
    articles.retain(|article| seen.insert(article.place()));
    let source = |article: &Standing| Source {
        name: clean::line(article.place(), NAME),
        url: article.url.as_deref().and_then(clean::link),
        first_seen: article.first_seen,
    };
    articles.into_iter().take(SOURCES).map(source).collect()
}

impl Rule {
    fn new(hit: &RuleHit) -> Self {
        Self {
            name: clean::line(&hit.rule, NAME),
            priority: hit.priority,
            evidence: hit.evidence.iter().take(EVIDENCE).map(Find::new).collect(),
        }
    }
}

impl Find {
    fn new(evidence: &Evidence) -> Self {
        let snippet = clean::line(&evidence.snippet, SNIPPET);
        let marks = if snippet == evidence.snippet { evidence.marks.clone() } else { Vec::new() };
        Self {
            term: clean::line(&evidence.term, NAME),
            field: evidence.field,
            snippet,
            marks,
            count: evidence.count,
        }
    }
}

impl Other {
    fn new(kin: &Kin) -> Self {
        Self {
            id: kin.story,
            title: clean::line(&kin.title, TITLE),
            url: kin.url.as_deref().and_then(clean::link),
            change: kin.change.as_deref().map(|change| clean::line(change, 200)),
        }
    }
}
