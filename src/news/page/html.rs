//! HTML → article, by dom_smoothie.

use dom_smoothie::{Config, Readability};

use super::{Page, byline, published};
use crate::news::parse::markup::{Markup, Token};
use crate::news::parse::{line, visible};

/// Elements looked at of one page; pages with more are left to the plain reading.
const ELEMENTS_MAX: usize = 40_000;

/// The article, furniture that Readability left included; `None` when it finds none.
#[must_use]
pub fn read(html: &str, url: Option<&str>) -> Option<Page> {
    let config = Config { max_elements_to_parse: ELEMENTS_MAX, ..Config::default() };
    // The URL only serves to make links absolute, which the text does not need; a bad one is an error.
    let url = url.filter(|url| url::Url::parse(url).is_ok());
    let article = Readability::new(html, url, Some(config)).ok()?.parse().ok()?;
    let title = line::clean(&article.title);
    let declared = article.published_time.as_deref().and_then(published);
    Some(Page {
        title,
        byline: article.byline.as_deref().and_then(byline),
        published: declared.or_else(|| published(first_time(html)?)),
        language: article.lang.map(|lang| lang.to_ascii_lowercase()).filter(|lang| !lang.is_empty()),
        site: article.site_name.map(|site| line::clean(&site)).filter(|site| !site.is_empty()),
        text: visible::text(&article.content),
    })
}

/// The document's `<title>`, as written; empty when there is none.
#[must_use]
pub fn title(html: &str) -> &str {
    let mut markup = Markup::new(html);
    while let Some(token) = markup.next() {
        if let Token::Open(tag) = token
            && tag.name.eq_ignore_ascii_case("title")
        {
            return markup.skip_content(tag.name);
        }
    }
    ""
}

/// What may stand between a headline and the site's name in a document's title.
const SEPARATORS: [char; 9] = ['|', '-', '–', '—', '·', '•', '»', '«', '/'];
/// A shorter headline may be the beginning of a longer one by chance, in characters.
const HEADLINE_MIN: usize = 8;
/// Longest site's name, in words.
const SITE_MAX: usize = 6;

/// A title without the site's name before or behind it, where the page's own headline shows which part is which.
#[must_use]
pub fn without_site(title: String, html: &str) -> String {
    let Some(headline) = headline(html).filter(|headline| headline.chars().count() >= HEADLINE_MIN) else {
        return title;
    };
    let behind = title.strip_prefix(&headline).map(str::trim_start);
    let before = title.strip_suffix(&headline).map(str::trim_end);
    let site = behind
        .and_then(|rest| rest.strip_prefix(SEPARATORS))
        .or_else(|| before.and_then(|rest| rest.strip_suffix(SEPARATORS)));
    match site {
        Some(site) if site.split_whitespace().count() <= SITE_MAX => headline,
        _ => title,
    }
}

/// The first `<h1>`.
fn headline(html: &str) -> Option<String> {
    let mut markup = Markup::new(html);
    while let Some(token) = markup.next() {
        if let Token::Open(tag) = token {
            if tag.name.eq_ignore_ascii_case("h1") {
                return Some(line::from_markup(markup.skip_content(tag.name)));
            } else if ["script", "style"].iter().any(|raw| raw.eq_ignore_ascii_case(tag.name)) {
                markup.skip_content(tag.name);
            }
        }
    }
    None
}

/// The first `<time datetime=…>`.
fn first_time(html: &str) -> Option<&str> {
    let mut markup = Markup::new(html);
    while let Some(token) = markup.next() {
        if let Token::Open(tag) = token
            && tag.name.eq_ignore_ascii_case("time")
            && let Some(date) = markup.attribute("datetime")
        {
            return Some(date);
        }
    }
    None
}
