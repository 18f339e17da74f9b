//! What the templates show: the values of an issue, cleaned, worded and marked.

use std::ops::Range;

use std::collections::HashMap;

use serde::Serialize;

use super::catalogue::Language;
use super::clean;
use super::mark::{self, Piece};
use super::time::Reader;
use super::tongue::Tongue;
use crate::news::digest::{Kin, LateCopies, RuleHit, SentStory, Standing, Telling};
use crate::news::entry::EntryId;
use crate::news::rule::{Evidence, Field};

/// Snippets shown of one story.
const QUOTES: usize = 3;
/// Places looked at for them.
const EVIDENCE: usize = 40;
/// Rules named beside the one that a story stands under.
const RULES: usize = 6;
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

    fn marked(text: &str, declared: Option<&str>, marks: Vec<Range<usize>>) -> Self {
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
    [update, resurfaced, maybe].into_iter().flatten().collect()
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

fn titled(title: &str, language: Language) -> String {
    said(title, 300).unwrap_or_else(|| language.say("without_title", &[]))
}

/// The evidence of all rules: marks in the title, and as few quotes as show every term.
struct Proof {
    title: Words,
    quotes: Vec<Quote>,
    more: usize,
}

/// A snippet under work.
struct Snippet {
    field: Field,
    text: String,
    marks: Vec<Range<usize>>,
}

impl Proof {
    fn of(hits: &[RuleHit], lead: &Standing, language: Language) -> Self {
        let mut title =
            Snippet { field: Field::Title, text: titled(&lead.title, language), marks: Vec::new() };
        let mut snippets: Vec<Snippet> = Vec::new();
        let mut more = 0;
        let evidence = by_strength(hits).into_iter().flat_map(|hit| &hit.evidence);
        for evidence in evidence.take(EVIDENCE) {
            let shown = (evidence.field == Field::Title && title.show(evidence))
                || snippets.iter_mut().any(|snippet| snippet.show(evidence));
            match Snippet::of(evidence) {
                _ if shown => {}
                Some(snippet) if snippets.len() < QUOTES => snippets.push(snippet),
                _ => more += 1,
            }
        }
        let lang = lead.lang.as_deref();
        let quote = |snippet: Snippet| Quote {
            label: label(snippet.field).map(|field| language.say(field, &[])),
            words: Words::marked(&snippet.text, lang, snippet.marks),
        };
        Self {
            title: Words::marked(&title.text, lang, title.marks),
            quotes: snippets.into_iter().map(quote).collect(),
            more,
        }
    }
}

impl Snippet {
    fn of(evidence: &Evidence) -> Option<Self> {
        let text = clean::line(&evidence.snippet, 400);
        let mut snippet = Self { field: evidence.field, text, marks: Vec::new() };
        snippet.show(evidence);
        (!snippet.text.is_empty()).then_some(snippet)
    }

    /// Marks the evidence here, if it stands here.
    fn show(&mut self, evidence: &Evidence) -> bool {
        if self.field != evidence.field {
            return false;
        }
        let length = evidence.end.saturating_sub(evidence.start);
        let mut marks = self.marks_of(evidence);
        if marks.is_empty() {
            marks.extend(mark::find(&self.text, &evidence.term, length));
        }
        let found = !marks.is_empty();
        self.marks.append(&mut marks);
        found
    }

    /// Where the hit says that its words stand, when this is the text that it means.
    fn marks_of(&self, evidence: &Evidence) -> Vec<Range<usize>> {
        if self.text == evidence.snippet {
            return mark::ranges(&self.text, &evidence.marks);
        }
        // Of a longer title the snippet is a part: the same words stand at the same place then. Another
        // article's title, or one that cleaning moved, has others there.
        let words = |text: &str, marks: &[(usize, usize)]| {
            mark::ranges(text, marks).pop().map(|range| (text[range.clone()].to_owned(), range))
        };
        match (
            words(&self.text, &[(evidence.start, evidence.end)]),
            words(&evidence.snippet, &evidence.marks),
        ) {
            (Some((here, range)), Some((there, _))) if self.field == Field::Title && here == there => {
                vec![range]
            }
            _ => Vec::new(),
        }
    }
}

/// The name of its phrase.
fn label(field: Field) -> Option<&'static str> {
    match field {
        Field::Text => None,
        Field::Title => Some("field_title"),
        Field::Author => Some("field_author"),
        Field::Category => Some("field_category"),
        Field::Url => Some("field_url"),
        Field::Feed => Some("field_feed"),
        Field::Language => Some("field_language"),
    }
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

#[cfg(test)]
mod tests {
    use super::{Evidence, Field, Snippet};

    /// The words that a text marks for a hit in a title, between its `[` and `]`.
    fn marked(text: &str, hit_in: &str, term: &str) -> String {
        let (start, end) = (hit_in.find('[').expect("a mark"), hit_in.find(']').expect("a mark's end"));
        let place = |at: usize| hit_in[..at].chars().count();
        let (start, end) = (place(start), place(end) - 1);
        let whole: String = hit_in.replace(['[', ']'], "");
        let snippet: String = whole.chars().take(60).collect();
        let evidence = Evidence {
            term: term.into(),
            field: Field::Title,
            start,
            end,
            snippet,
            marks: vec![(start, end)],
            count: 1,
        };
        let mut shown = Snippet { field: Field::Title, text: text.into(), marks: Vec::new() };
        shown.show(&evidence);
        shown.marks.iter().map(|range| &shown.text[range.clone()]).collect::<Vec<_>>().join("|")
    }

    #[test]
    fn a_title_is_marked_where_the_hit_says() {
        let long = format!("Льва видели у реки{}", " снова и снова".repeat(9));
        for (text, hit_in, term, expected) in [
            // No search for likeness finds these.
            ("Льва видели у реки", "[Льва] видели у реки", "Лев", "Льва"),
            ("The children left", "The [children] left", "child", "children"),
            (&long, &long.replacen("Льва", "[Льва]", 1), "Лев", "Льва"),
            // The second, as the hit has it, not the first that is alike.
            ("Karabakhi Karabakh", "Karabakhi [Karabakh]", "Karabakh", "Karabakh"),
            // Another article's title is searched.
            ("Bus to Karabakh", "Snow in [Karabakh]", "Karabakh", "Karabakh"),
            ("Bus to Lachin", "Snow in [Karabakh]", "Karabakh", ""),
        ] {
            assert_eq!(marked(text, hit_in, term), expected, "{text}");
        }
    }
}
