//! What a page declares of its article for search engines (JSON-LD, schema.org): the whole text stands there on many
//! pages that show its beginning alone, or nothing before their scripts have run.

use chrono::{DateTime, Utc};
use serde_json::Value;

use super::{byline, published};
use crate::news::parse::markup::{Markup, Token};
use crate::news::parse::{json, line, visible};

/// Lists and objects in one another that are looked through.
const DEPTH_MAX: usize = 6;
/// Declarations read of one page.
const SCRIPTS_MAX: usize = 20;

/// An article as its page declares it.
#[derive(Debug, Default, PartialEq)]
pub struct Declared {
    pub headline: String,
    pub byline: Option<String>,
    pub published: Option<DateTime<Utc>>,
    /// A paragraph a line.
    pub text: String,
}

/// The first article that is declared with its text.
#[must_use]
pub fn read(html: &str) -> Option<Declared> {
    let mut markup = Markup::new(html);
    let mut left = SCRIPTS_MAX;
    while let Some(token) = markup.next() {
        if let Token::Open(tag) = token
            && tag.name.eq_ignore_ascii_case("script")
        {
            let declares = markup.attribute("type").is_some_and(|kind| kind.contains("ld+json"));
            let script = markup.skip_content(tag.name);
            if declares && script.contains("articleBody") && left > 0 {
                left -= 1;
                if let Some(article) = json::value(script).and_then(|value| find(&value, DEPTH_MAX)) {
                    return Some(article);
                }
            }
        }
    }
    None
}

fn find(value: &Value, depth: usize) -> Option<Declared> {
    if depth == 0 {
        return None;
    }
    match value {
        Value::Array(values) => values.iter().find_map(|value| find(value, depth - 1)),
        Value::Object(fields) => article(value).or_else(|| {
            fields.values().filter(|value| !value.is_string()).find_map(|value| find(value, depth - 1))
        }),
        _ => None,
    }
}

fn article(value: &Value) -> Option<Declared> {
    let text = |key: &str| value.get(key).and_then(Value::as_str).unwrap_or_default();
    let body = lines(text("articleBody"));
    (!body.is_empty()).then(|| Declared {
        headline: line::from_markup(text("headline")),
        byline: value.get("author").and_then(name).and_then(byline),
        published: published(text("datePublished")),
        text: body,
    })
}

/// An author is a name, a person, or several.
fn name(author: &Value) -> Option<&str> {
    match author {
        Value::String(name) => Some(name),
        Value::Array(several) => several.first().and_then(name),
        person => person.get("name")?.as_str(),
    }
}

/// Some declare markup, most plain text.
fn lines(body: &str) -> String {
    if body.contains("</") || body.contains("<br") {
        return visible::text(body);
    }
    let lines = body.lines().map(visible::text).filter(|line| !line.is_empty());
    lines.collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::read;

    fn of(json: &str) -> Option<String> {
        let page = format!("<html><script type=\"application/ld+json\">{json}</script><p>x</p>");
        read(&page).map(|article| format!("{}|{:?}|{}", article.headline, article.byline, article.text))
    }

    #[test]
    fn articles() {
        for (json, expected) in [
            (
                r#"{"@graph": [{"name": "x"}, {"headline": "A &amp; B", "author": [{"name": "Ann"}], "articleBody": "One.\n\nTwo &lt; three."}]}"#,
                Some("A & B|Some(\"Ann\")|One.\nTwo < three."),
            ),
            (r#"[{"articleBody": "<p>One.</p><p>Two.</p>"}]"#, Some("|None|One.\nTwo.")),
            // Line breaks in strings, and a comma too many.
            ("{\"author\": \"Ann\", \"articleBody\": \"One.\nTwo.\",}", Some("|Some(\"Ann\")|One.\nTwo.")),
            (r#"{"headline": "A", "description": "articleBody"}"#, None),
        ] {
            assert_eq!(of(json).as_deref(), expected, "{json}");
        }
    }
}
