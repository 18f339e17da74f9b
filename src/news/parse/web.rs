//! A web page instead of a feed: what kind of page, and which feeds does it name?

use url::Url;

use super::link;
use super::markup::{Markup, Token};
use super::reference::References;
use super::{PageKind, Unreadable, visible};

/// Feeds taken from one page.
const FEEDS_MAX: usize = 50;
/// How much of a page is looked at, in bytes.
const LOOK_AT: usize = 512 * 1024;
/// A page that shows more than this is there to be read, in characters.
const LITTLE: usize = 2_000;
/// More links than this are a site's menu.
const FEW_LINKS: usize = 8;

/// What the page is.
#[must_use]
pub fn page(text: &str, base: Option<&Url>) -> Unreadable {
    let text = &text[..text.floor_char_boundary(LOOK_AT)];
    let mut base = base.cloned();
    let (mut feeds, mut anchors) = (Vec::new(), Vec::new());
    let mut look = Look::default();
    let mut markup = Markup::new(text);
    while let Some(token) = markup.next() {
        let Token::Open(tag) = token else { continue };
        let named = |name: &str| tag.name.eq_ignore_ascii_case(name);
        look.note(&markup, tag.name);
        if named("base") {
            base = attribute(&markup, "href").and_then(|href| link::base(&href, base.as_ref())).or(base);
        } else if named("title") {
            look.title = markup.skip_content(tag.name).to_lowercase();
        } else if named("script") || named("style") {
            markup.skip_content(tag.name);
        } else if named("link") && feeds.len() < FEEDS_MAX && names_a_feed(&markup) {
            let url = attribute(&markup, "href").and_then(|href| link::resolve(&href, base.as_ref()));
            feeds.extend(url.filter(|url| !feeds.contains(url)));
        } else if named("a") && anchors.len() < FEEDS_MAX {
            let url = attribute(&markup, "href").and_then(|href| link::resolve(&href, base.as_ref()));
            anchors.extend(url.filter(|url| leads_to_a_feed(url) && !anchors.contains(url)));
        }
    }
    if feeds.is_empty() {
        feeds = anchors;
    }
    Unreadable::Page { kind: look.kind(text), feeds }
}

/// Whether a link of a page that declares no feed is one by its looks: `/rss`, `/news/feed.xml`, `all.rdf`.
fn leads_to_a_feed(url: &str) -> bool {
    let path = url.split(['?', '#']).next().unwrap_or_default().trim_end_matches('/').to_ascii_lowercase();
    let last = path.rsplit('/').next().unwrap_or_default();
    let names =
        ["rss", "feed", "atom", "rss2", "rdf", "rss.xml", "feed.xml", "atom.xml", "index.xml", "feed.json"];
    names.contains(&last) || [".rss", ".atom", ".rdf"].iter().any(|kind| last.ends_with(kind))
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

/// What a page looks like. No sign alone makes a verdict: articles are written about captchas and about
/// domains for sale, and a newspaper's front page has a login box.
#[derive(Debug, Default)]
struct Look {
    /// In lower case.
    title: String,
    links: usize,
    /// Something to write into, other than a password.
    inputs: bool,
    password: bool,
}

impl Look {
    /// Takes what a start tag shows.
    fn note(&mut self, markup: &Markup<'_>, name: &str) {
        let named = |other: &str| name.eq_ignore_ascii_case(other);
        if named("a") {
            self.links += usize::from(markup.attribute("href").is_some());
        } else if named("textarea") {
            self.inputs = true;
        } else if named("input") {
            match attribute(markup, "type").unwrap_or_default().to_ascii_lowercase().as_str() {
                "password" => self.password = true,
                "" | "text" | "email" | "tel" => self.inputs = true,
                _ => {}
            }
        }
    }

    fn kind(&self, text: &str) -> PageKind {
        let seen = visible::text(text).to_lowercase();
        if seen.chars().nth(LITTLE).is_some() {
            return PageKind::Ordinary;
        }
        let markup = text.to_ascii_lowercase();
        let titled = |phrases: &[&str]| phrases.iter().any(|phrase| self.title.contains(phrase));
        let says = |phrases: &[&str]| phrases.iter().any(|phrase| seen.contains(phrase));
        let runs = |names: &[&str]| names.iter().any(|name| markup.contains(name));
        let few_links = self.links <= FEW_LINKS;
        let bare = few_links && !self.inputs;
        let guarded = titled(&CHALLENGES) || runs(&GUARDS);
        if self.password && !guarded {
            PageKind::Login
        } else if guarded
            || says(&CHALLENGES) && (bare || runs(&CAPTCHAS))
            || runs(&CAPTCHAS) && bare && !self.password
        {
            PageKind::BotChallenge
        } else if says(&PARKED) && (few_links || titled(&PARKED))
            || runs(&PARKERS) && (few_links || says(&PARKED))
        {
            PageKind::Parking
        } else if self.inputs && titled(&LOGINS) {
            PageKind::Login
        } else {
            PageKind::Ordinary
        }
    }
}

/// What pages say that stand between a program and a site.
const CHALLENGES: [&str; 22] = [
    "just a moment...",
    "один момент…",
    "attention required!",
    "checking your browser",
    "checking if the site connection is secure",
    "verify you are human",
    "verifying you are human",
    "verify that you are not a robot",
    "you are human",
    "are you a robot",
    "are you human",
    "not a robot",
    "security check",
    "enable javascript and cookies to continue",
    "unusual traffic from your",
    "ddos-guard",
    "ddos protection by",
    "pardon our interruption",
    "sucuri website firewall",
    "вы не робот",
    "я не робот",
    "проверка браузера",
];

/// Machinery of such pages that stands nowhere else.
const GUARDS: [&str; 9] = [
    "cf-browser-verification",
    "_cf_chl_opt",
    "__cf_chl_",
    "ddos-guard/js-challenge",
    "_incapsula_resource",
    "px-captcha",
    "captcha-delivery.com",
    "awswafintegration",
    "/.well-known/sgcaptcha",
];

/// What comment forms have, too.
const CAPTCHAS: [&str; 7] = [
    "/cdn-cgi/challenge-platform",
    "challenges.cloudflare.com/turnstile",
    "g-recaptcha",
    "h-captcha",
    "hcaptcha.com/1/api.js",
    "smartcaptcha",
    "datadome",
];

const LOGINS: [&str; 14] = [
    "log in",
    "login",
    "log on",
    "sign in",
    "signin",
    "anmelden",
    "anmeldung",
    "connexion",
    "iniciar sesión",
    "accedi",
    "вход",
    "войти",
    "увійти",
    "մուտք",
];

/// What pages say at addresses that nobody keeps any more.
const PARKED: [&str; 12] = [
    "domain is for sale",
    "buy this domain",
    "domain for sale",
    "domain name is for sale",
    "domain may be for sale",
    "parked free, courtesy of",
    "domain parking",
    "domain has expired",
    "domain name has expired",
    "domain is parked",
    "домен продается",
    "домен продаётся",
];

/// Those who fill such pages.
const PARKERS: [&str; 8] = [
    "parkingcrew",
    "sedoparking",
    "hugedomains.com",
    "bodis.com",
    "afternic.com",
    "adsense/domains/caf.js",
    "window.park =",
    "cdn.parklogic.com",
];
