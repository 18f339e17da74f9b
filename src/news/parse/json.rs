//! JSON Feed, any version, read leniently.

use serde_json::{Map, Value};
use url::Url;

use super::draft::{Draft, Kind};
use super::link;
use crate::news::entry::{Feed, MAX_ENTRIES};

/// Reads a JSON document; `None` when it is no feed.
#[must_use]
pub fn read(text: &str, base: Option<&Url>) -> Option<Feed> {
    let document: Value = serde_json::from_str(text).ok()?;
    let document = document.as_object()?;
    let items = document.get("items").and_then(Value::as_array)?;
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
        .filter_map(Value::as_object)
        .map(|item| draft(item, base))
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
    list(item.get("tags")).filter_map(|tag| string(Some(tag))).for_each(|tag| draft.category(&tag));
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
