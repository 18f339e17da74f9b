//! JSON Feed, any version, read leniently: [`value`] makes JSON of the text, whatever its state.

use serde_json::Value;
use url::Url;

use super::draft::{Draft, Kind};
use super::link;
use crate::news::entry::{Feed, MAX_ENTRIES};
use value::Reader;

mod value;

/// Documents looked at in one text, where somebody wrote several.
const DOCUMENTS_MAX: usize = 10;
/// Fields in fields in which a feed is looked for.
const WRAPPINGS_MAX: usize = 3;
/// How far behind the first brace a JSON Feed says that it is one, in bytes.
const VERSION_WITHIN: usize = 300;

/// Where JSON begins, if the text is JSON: at its beginning, or, as a JSON Feed, behind what a server put
/// before it (a warning, `callback(`, `)]}'`).
#[must_use]
pub fn start(text: &str) -> Option<usize> {
    if text.starts_with('{') {
        return Some(0);
    }
    let at = text[..text.floor_char_boundary(LOOK_AT)].find('{')?;
    // A post about JSON Feed in a feed of another kind.
    if ["<?xml", "<rss", "<feed", "<rdf", "<html"].iter().any(|tag| text[..at].contains(tag)) {
        return None;
    }
    let head = &text[at..text.floor_char_boundary(at + VERSION_WITHIN)];
    head.contains("jsonfeed.org/version").then_some(at)
}

/// How far into a text JSON may begin, in bytes.
const LOOK_AT: usize = 4 * 1024;

/// Reads a JSON document; `None` when it is no feed.
#[must_use]
pub fn read(text: &str, base: Option<&Url>) -> Option<Feed> {
    let mut reader = Reader::new(text);
    let mut documents = Vec::new();
    while documents.len() <= MAX_ENTRIES
        && let Some(document) = reader.document()
    {
        let feed = (documents.len() < DOCUMENTS_MAX).then(|| anywhere_in(&document, base)).flatten();
        if let Some(feed) = feed {
            return Some(Feed { repaired: reader.mended, ..feed });
        }
        documents.push(document);
    }
    of_lines(&documents, base).map(|feed| Feed { repaired: reader.mended, ..feed })
}

fn anywhere_in(document: &Value, base: Option<&Url>) -> Option<Feed> {
    of_document(document, base).or_else(|| of_document(within(document, WRAPPINGS_MAX)?, base))
}

/// Entries each a document of its own (NDJSON), perhaps behind one that says what feed it is.
fn of_lines(documents: &[Value], base: Option<&Url>) -> Option<Feed> {
    let is_entry = |document: &&Value| {
        let has = |keys: &[&str]| keys.iter().any(|key| string(member(document, key)).is_some());
        has(&["title", "content_html", "content_text", "summary"]) && has(&["id", "url", "external_url"])
    };
    let entries: Vec<&Value> = documents.iter().filter(is_entry).collect();
    let head = documents.first().filter(|head| !is_entry(head)).unwrap_or(&Value::Null);
    // One object with a title and an address may be anything.
    (entries.len() > 1 || says_so(head) && !entries.is_empty()).then(|| of_parts(head, &entries, base))
}

/// Any JSON value, whatever its state.
#[must_use]
pub fn value(text: &str) -> Option<Value> {
    Reader::new(text).document()
}

/// The JSON Feed that another document holds in one of its fields.
fn within(document: &Value, depth: usize) -> Option<&Value> {
    let fields = document.as_object().filter(|_| depth > 0)?;
    let nested = || fields.values().find_map(|value| within(value, depth - 1));
    fields.values().find(|value| says_so(value)).or_else(nested)
}

/// Whether a document says that it is a JSON Feed.
fn says_so(document: &Value) -> bool {
    string(member(document, "version")).is_some_and(|said| said.contains("jsonfeed.org"))
}

fn of_document(document: &Value, base: Option<&Url>) -> Option<Feed> {
    let items: Vec<&Value> = match member(document, "items")? {
        Value::Array(items) => items.iter().collect(),
        // By number or by identifier.
        Value::Object(items) => items.values().filter(|item| item.is_object()).collect(),
        _ => return None,
    };
    Some(of_parts(document, &items, base))
}

/// A feed of what is said of itself and its entries.
fn of_parts(head: &Value, items: &[&Value], base: Option<&Url>) -> Feed {
    let text = |key: &str| string(member(head, key));
    let home = text("home_page_url").and_then(|written| link::resolve(&written, base));
    let home_base = home.as_deref().and_then(|home| Url::parse(home).ok());
    let mut about = Draft::default();
    about.title(0, &text("title").unwrap_or_default(), Kind::Plain);
    about.lang(0, &text("language").unwrap_or_default());
    let lang = about.lang.take();
    let entries = items
        .iter()
        .take(MAX_ENTRIES)
        .map(|item| draft(item, base))
        .filter(|draft| !draft.is_blank())
        .map(|draft| draft.finish(home_base.as_ref(), lang.as_deref()))
        .collect();
    let title = about.title.take().unwrap_or_default();
    Feed { title, home, lang, entries, cut: items.len() > MAX_ENTRIES, ..Feed::default() }
}

/// A member of an object: as the format writes its key, else in other letters (`dateModified`, `TITLE`).
fn member<'a>(value: &'a Value, key: &str) -> Option<&'a Value> {
    let object = value.as_object()?;
    let alike = || object.iter().find(|(written, _)| is_alike(written, key)).map(|(_, value)| value);
    object.get(key).or_else(alike)
}

fn is_alike(written: &str, key: &str) -> bool {
    let [mut written, mut key] = [written, key].map(|key| key.bytes().filter(|byte| *byte != b'_'));
    loop {
        match (written.next(), key.next()) {
            (None, None) => return true,
            (Some(one), Some(other)) if one.eq_ignore_ascii_case(&other) => {}
            _ => return false,
        }
    }
}

fn draft(item: &Value, base: Option<&Url>) -> Draft {
    let mut draft = Draft::default();
    let text = |key: &str| string(member(item, key)).unwrap_or_default();
    draft.guid(0, &text("id"));
    draft.title(0, &text("title"), Kind::Plain);
    draft.link(1, &text("url"), base);
    draft.link(5, &text("external_url"), base);
    if link::looks_absolute(&text("id")) {
        draft.link(6, &text("id"), base);
    }
    draft.published(0, &text("date_published"));
    draft.updated(0, &text("date_modified"));
    draft.lang(0, &text("language"));
    draft.body(text("content_html"));
    for plain in ["content_text", "summary"] {
        draft.body(html_escape::encode_text(&text(plain)).into_owned());
    }
    for author in list(member(item, "authors")).chain(member(item, "author")) {
        draft.author(0, &string(Some(author)).or_else(|| string(member(author, "name"))).unwrap_or_default());
    }
    let tags = list(member(item, "tags")).chain(member(item, "tags"));
    tags.filter_map(|tag| string(Some(tag))).for_each(|tag| draft.category(&tag));
    draft
}

/// A string, or a number as one: some publishers' ids.
fn string(value: Option<&Value>) -> Option<String> {
    match value? {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

fn list(value: Option<&Value>) -> impl Iterator<Item = &Value> {
    value.and_then(Value::as_array).into_iter().flatten()
}
