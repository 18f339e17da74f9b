//! A web page instead of a feed: what kind of page, and which feeds does it name?

use std::sync::LazyLock;

use aho_corasick::AhoCorasick;
use url::Url;

use super::link;
use super::markup::{Markup, Token};
use super::reference::References;
use super::{PageKind, Unreadable};

/// Feeds taken from one page.
const FEEDS_MAX: usize = 50;
/// How much of a page is looked at, in bytes.
const LOOK_AT: usize = 512 * 1024;

/// What the page is.
#[must_use]
pub fn page(text: &str, base: Option<&Url>) -> Unreadable {
    let text = &text[..text.floor_char_boundary(LOOK_AT)];
    let mut base = base.cloned();
    let mut feeds = Vec::new();
    let mut password = false;
    let mut markup = Markup::new(text);
    while let Some(token) = markup.next() {
        let Token::Open(tag) = token else { continue };
        let named = |name: &str| tag.name.eq_ignore_ascii_case(name);
        if named("base") {
            base = attribute(&markup, "href").and_then(|href| link::base(&href, base.as_ref())).or(base);
        } else if named("input") {
            password |= attribute(&markup, "type").is_some_and(|kind| kind.eq_ignore_ascii_case("password"));
        } else if named("script") || named("style") {
            markup.skip_content(tag.name);
        } else if named("link") && feeds.len() < FEEDS_MAX && names_a_feed(&markup) {
            let url = attribute(&markup, "href").and_then(|href| link::resolve(&href, base.as_ref()));
            feeds.extend(url.filter(|url| !feeds.contains(url)));
        }
    }
    Unreadable::Page { kind: kind(text, password), feeds }
}

fn attribute(markup: &Markup<'_>, name: &str) -> Option<String> {
    let mut value = String::new();
    References::default().decode(markup.attribute(name)?, &mut value);
    Some(value)
}

fn names_a_feed(markup: &Markup<'_>) -> bool {
    let relation = attribute(markup, "rel").unwrap_or_default().to_ascii_lowercase();
    let kind = attribute(markup, "type").unwrap_or_default().to_ascii_lowercase();
    let media = kind.split(';').next().unwrap_or_default().trim();
    let feeds =
        ["application/rss+xml", "application/atom+xml", "application/feed+json", "application/rdf+xml"];
    relation.split_whitespace().any(|word| word == "alternate" || word == "feed") && feeds.contains(&media)
}

/// Phrases of pages that stand between a program and a site. All but unknown to articles.
const CHALLENGES: [&str; 19] = [
    "cf-browser-verification",
    "cf_chl_",
    "/cdn-cgi/challenge-platform",
    "just a moment...",
    "attention required! | cloudflare",
    "checking your browser",
    "enable javascript and cookies to continue",
    "ddos-guard",
    "ddos protection by",
    "_incapsula_resource",
    "px-captcha",
    "datadome",
    "verify you are human",
    "are you a robot",
    "g-recaptcha",
    "h-captcha",
    "hcaptcha.com/1/api.js",
    "smartcaptcha",
    "sucuri website firewall",
];

/// Phrases of pages at addresses that nobody keeps any more.
const PARKED: [&str; 14] = [
    "this domain is for sale",
    "domain is for sale",
    "buy this domain",
    "domain for sale",
    "domain may be for sale",
    "parked free, courtesy of",
    "domain parking",
    "parkingcrew",
    "sedoparking",
    "domain has expired",
    "this domain name has expired",
    "hugedomains.com",
    "domain is parked",
    "домен продается",
];

static SIGNS: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| {
    AhoCorasick::builder().ascii_case_insensitive(true).build(CHALLENGES.iter().chain(&PARKED)).ok()
});

fn kind(text: &str, password: bool) -> PageKind {
    let mut parked = false;
    for found in SIGNS.iter().flat_map(|signs| signs.find_iter(text)) {
        if found.pattern().as_usize() < CHALLENGES.len() {
            return PageKind::BotChallenge;
        }
        parked = true;
    }
    match (parked, password) {
        (true, _) => PageKind::Parking,
        (_, true) => PageKind::Login,
        _ => PageKind::Ordinary,
    }
}
