//! JSON Feed, any version, read leniently: [`value`] makes JSON of the text, whatever its state.

use serde_json::{Map, Value};
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
    let documents = std::iter::from_fn(|| reader.document()).take(DOCUMENTS_MAX);
    let mut feed = documents.into_iter().find_map(|document| {
        of_document(&document, base).or_else(|| of_document(within(&document, WRAPPINGS_MAX)?, base))
    })?;
    feed.repaired = reader.mended;
    Some(feed)
}

/// Any JSON value, whatever its state.
#[must_use]
pub fn value(text: &str) -> Option<Value> {
    Reader::new(text).document()
}

/// The JSON Feed that another document holds in one of its fields.
fn within(document: &Value, depth: usize) -> Option<&Value> {
    let fields = document.as_object().filter(|_| depth > 0)?;
    let says_so =
        |value: &&Value| string(value.get("version")).is_some_and(|said| said.contains("jsonfeed.org"));
    fields.values().find(says_so).or_else(|| fields.values().find_map(|value| within(value, depth - 1)))
}

fn of_document(document: &Value, base: Option<&Url>) -> Option<Feed> {
    let document = document.as_object()?;
    let items: Vec<&Value> = match document.get("items")? {
        Value::Array(items) => items.iter().collect(),
        // By number or by identifier.
        Value::Object(items) => items.values().filter(|item| item.is_object()).collect(),
        _ => return None,
    };
    let text = |key: &str| string(document.get(key));
    let home = text("home_page_url").and_then(|written| link::resolve(&written, base));
    let home_base = home.as_deref().and_then(|home| Url::parse(home).ok());
    let mut about = Draft::default();
    about.title(0, &text("title").unwrap_or_default(), Kind::Plain);
    about.lang(0, &text("language").unwrap_or_default());
    let lang = about.lang.take();
    let entries = items
        .iter()
        .take(MAX_ENTRIES)
        .filter_map(|item| item.as_object())
        .map(|item| draft(item, base))
        .filter(|draft| !draft.is_blank())
        .map(|draft| draft.finish(home_base.as_ref(), lang.as_deref()))
        .collect();
    let title = about.title.take().unwrap_or_default();
    Some(Feed { title, home, lang, entries, cut: items.len() > MAX_ENTRIES, ..Feed::default() })
}

fn draft(item: &Map<String, Value>, base: Option<&Url>) -> Draft {
    let mut draft = Draft::default();
    let text = |key: &str| string(item.get(key)).unwrap_or_default();
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
    for author in list(item.get("authors")).chain(item.get("author")) {
        draft.author(0, &string(Some(author)).or_else(|| string(author.get("name"))).unwrap_or_default());
    }
    let tags = list(item.get("tags")).chain(item.get("tags"));
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
