//! What the templates show: the values of an issue, cleaned, worded and marked.

use std::ops::Range;

use std::collections::HashMap;

use serde::Serialize;

use super::catalogue::Language;
use super::clean;
use super::mark::{self, Piece};
use super::proof::Proof;
use super::time::Reader;
use super::tongue::Tongue;
use crate::news::digest::{Kin, LateCopies, RuleHit, SentStory, Standing, Telling};
use crate::news::entry::EntryId;

/// Rules named beside the one that a story stands under.
const RULES: usize = 6;
/// Stories of a roundup that are named.
const PARTS: usize = 4;
/// Places named, and linked, beside the first one.
const PLACES: usize = 4;

/// A text of a source, and what its mail program must know of it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Words {
    pub pieces: Vec<Piece>,
    #[serde(flatten)]
    pub tongue: Tongue,
}

/// One story, in full or in one line.
#[derive(Debug, Clone, Serialize)]
pub struct Story {
    /// Its place in the letter: `  1. `
    pub label: String,
    pub id: EntryId,
    pub title: Words,
    pub url: Option<String>,
    pub place: String,
    pub time: String,
    pub flags: Vec<Flag>,
    pub quotes: Vec<Quote>,
    /// Matched places that no quote shows.
    pub more_quotes: usize,
    pub trail: Trail,
    /// The rules that it met beside the one it stands under; all of them under another heading.
    pub rules: Vec<String>,
    /// Rules beyond those named.
    pub more_rules: usize,
    /// It stands under a rule.
    pub under_rule: bool,
}

/// *update*, *resurfaced*, *may be the same as*.
#[derive(Debug, Clone, Serialize)]
pub struct Flag {
    pub name: String,
    pub title: Option<Words>,
    pub url: Option<String>,
    pub change: Option<String>,
    pub id: Option<EntryId>,
}

/// Where the words of a rule stand.
#[derive(Debug, Clone, Serialize)]
pub struct Quote {
    /// Which field, when it is not the text.
    pub label: Option<String>,
    pub words: Words,
}

/// Who had it first, and who after that.
#[derive(Debug, Clone, Serialize)]
pub struct Trail {
    pub first: Place,
    pub also: Vec<Place>,
    /// Places beyond those named.
    pub more: usize,
    /// Articles in all.
    pub articles: usize,
    /// Whom the shown article cites as its origin.
    pub cites: Option<String>,
}

/// One site that carries a story.
#[derive(Debug, Clone, Serialize)]
pub struct Place {
    pub name: String,
    pub url: Option<String>,
    pub time: String,
    /// After the first; empty when at the same minute.
    pub lag: String,
}

/// A told story that came again.
#[derive(Debug, Clone, Serialize)]
pub struct Late {
    pub id: EntryId,
    pub title: Words,
    pub url: Option<String>,
    pub told: Option<String>,
    pub copies: usize,
    pub places: Vec<Place>,
    pub more: usize,
}

impl Words {
    #[must_use]
    pub fn plain(text: &str, declared: Option<&str>) -> Self {
        Self::marked(&clean::line(text, 300), declared, Vec::new())
    }

    pub fn marked(text: &str, declared: Option<&str>, marks: Vec<Range<usize>>) -> Self {
        let mut pieces = mark::pieces(text, marks);
        keep_ellipses(&mut pieces);
        Self { tongue: Tongue::of(text, declared), pieces }
    }
}

/// What was cut off a snippet is never a line of its own (U+00A0).
fn keep_ellipses(pieces: &mut [Piece]) {
    if let Some(first) = pieces.first_mut().filter(|piece| piece.text.starts_with("… ")) {
        first.text = first.text.replacen(' ', "\u{a0}", 1);
    }
    if let Some(last) = pieces.last_mut().filter(|piece| piece.text.ends_with(" …")) {
        last.text.truncate(last.text.len() - " …".len());
        last.text.push_str("\u{a0}…");
    }
}

impl Story {
    /// `rule` is the one it stands under, if its heading is one.
    #[must_use]
    pub fn new(story: &Telling, number: usize, rule: Option<&str>, reader: Reader<'_>) -> Self {
        let lead = &story.lead;
        let proof = Proof::of(&story.hits, lead, reader.language);
        let mut rules = others(&story.hits, rule);
        let more_rules = rules.len().saturating_sub(RULES);
        rules.truncate(RULES);
        let published = lead.published.filter(|published| *published <= lead.first_seen);
        Self {
            label: format!("{number:>3}. "),
            id: story.story,
            title: proof.title,
            url: lead.url.as_deref().and_then(clean::link),
            place: site(lead, reader.language),
            time: reader.at(published.unwrap_or(lead.first_seen)),
            flags: flags(story, reader),
            quotes: proof.quotes,
            more_quotes: proof.more,
            trail: Trail::of(story, reader),
            rules,
            more_rules,
            under_rule: rule.is_some(),
        }
    }
}

/// The rules beside `rule`, each once, the strongest first.
fn others(hits: &[RuleHit], rule: Option<&str>) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for hit in by_strength(hits).into_iter().filter(|hit| Some(hit.rule.as_str()) != rule) {
        let name = clean::line(&hit.rule, 80);
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

/// The rule that a story stands under comes first: highest priority, then most terms found.
#[must_use]
pub fn by_strength(hits: &[RuleHit]) -> Vec<&RuleHit> {
    let mut hits: Vec<&RuleHit> = hits.iter().collect();
    hits.sort_by_key(|hit| std::cmp::Reverse((hit.priority, hit.evidence.len())));
    hits
}

fn flags(story: &Telling, reader: Reader<'_>) -> Vec<Flag> {
    let update =
        story.update_of.as_ref().map(|kin| Flag::of(reader.language.say("update", &[]), kin, story.story));
    let resurfaced = story.resurfaced.map(|day| Flag {
        name: reader.language.say("resurfaced", &[("date", &reader.date(day))]),
        title: None,
        url: None,
        change: None,
        id: None,
    });
    let maybe =
        story.maybe.as_ref().map(|kin| Flag::of(reader.language.say("may_be_same", &[]), kin, story.story));
    let roundup = (!story.parts.is_empty()).then(|| roundup(&story.parts, reader.language));
    [update, resurfaced, maybe, roundup].into_iter().flatten().collect()
}

/// What a roundup tells, each with its number.
fn roundup(parts: &[Kin], language: Language) -> Flag {
    let named =
        parts.iter().take(PARTS).map(|kin| format!("“{}” ({})", titled(&kin.title, language), kin.story.0));
    let more = parts.len().saturating_sub(PARTS);
    let more = (more > 0).then(|| language.say("more", &[("n", &more.to_string())]));
    let told: Vec<String> = named.chain(more).collect();
    let name = language.say("roundup", &[]);
    Flag { name, title: None, url: None, change: Some(told.join(language.comma())), id: None }
}

impl Flag {
    /// `own` is the story that it stands under: an update of itself needs no number.
    fn of(name: String, kin: &Kin, own: EntryId) -> Self {
        let id = Some(kin.story).filter(|id| *id != own);
        Self {
            name,
            title: Some(Words::plain(&kin.title, None)).filter(|title| !title.pieces.is_empty()),
            url: kin.url.as_deref().and_then(clean::link),
            change: kin.change.as_deref().map(|change| clean::line(change, 200)),
            id,
        }
    }
}

/// A source's text on one line; `None` when nothing of it can be seen.
fn said(text: &str, longest: usize) -> Option<String> {
    Some(clean::line(text, longest)).filter(|line| !line.is_empty())
}

pub fn titled(title: &str, language: Language) -> String {
    said(title, 300).unwrap_or_else(|| language.say("without_title", &[]))
}

impl Trail {
    fn of(story: &Telling, reader: Reader<'_>) -> Self {
        let articles: Vec<&Standing> = story.copies.iter().chain([&story.lead]).collect();
        let (mut places, more) = places(&articles, PLACES + 1, reader);
        let first =
            if places.is_empty() { Place::of(&story.lead, &story.lead, reader) } else { places.remove(0) };
        let cites = story.cites.as_deref().map(|origin| clean::line(origin, 60)).filter(|it| !it.is_empty());
        Self { first, also: places, more, articles: articles.len(), cites }
    }
}

/// The places of some articles, each once, the earliest first; and how many more than `most`.
fn places(articles: &[&Standing], most: usize, reader: Reader<'_>) -> (Vec<Place>, usize) {
    let mut earliest: HashMap<&str, &Standing> = HashMap::new();
    for article in articles {
        let known = earliest.entry(article.place()).or_insert(article);
        if (article.first_seen, article.entry) < (known.first_seen, known.entry) {
            *known = article;
        }
    }
    let mut earliest: Vec<&Standing> = earliest.into_values().collect();
    earliest.sort_by_key(|article| (article.first_seen, article.entry));
    let named = earliest.iter().take(most).map(|article| Place::of(article, earliest[0], reader));
    (named.collect(), earliest.len().saturating_sub(most))
}

fn site(article: &Standing, language: Language) -> String {
    said(article.place(), 60).unwrap_or_else(|| language.say("unnamed_site", &[]))
}

impl Place {
    fn of(article: &Standing, first: &Standing, reader: Reader<'_>) -> Self {
        Self {
            name: site(article, reader.language),
            url: article.url.as_deref().and_then(clean::link),
            time: reader.at(article.first_seen),
            lag: reader.lag(article.first_seen - first.first_seen),
        }
    }
}

/// A story that was mailed at once.
#[derive(Debug, Clone, Serialize)]
pub struct Sent {
    pub id: EntryId,
    pub title: Words,
    pub url: Option<String>,
    pub at: String,
    pub sites: u32,
}

impl Sent {
    #[must_use]
    pub fn new(sent: &SentStory, reader: Reader<'_>) -> Self {
        Self {
            id: sent.story,
            title: Words::plain(&titled(&sent.title, reader.language), None),
            url: sent.url.as_deref().and_then(clean::link),
            at: reader.at(sent.at),
            sites: sent.sites,
        }
    }
}

impl Late {
    #[must_use]
    pub fn new(late: &LateCopies, reader: Reader<'_>) -> Self {
        let copies: Vec<&Standing> = late.copies.iter().collect();
        let (places, more) = places(&copies, PLACES, reader);
        Self {
            id: late.story,
            title: Words::plain(&titled(&late.title, reader.language), None),
            url: late.url.as_deref().and_then(clean::link),
            told: late.told.map(|told| reader.at(told)),
            copies: copies.len(),
            places,
            more,
        }
    }
}
