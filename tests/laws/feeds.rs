//! Bytes → entries, and what becomes of them before they are stored.

use wirewatch::news::entry::{Article, Entry, MAX_ENTRIES};
use wirewatch::news::fingerprint::Fingerprint;
use wirewatch::news::parse::{self, Source, Unreadable};

use super::{one_line, plain_text, sane_date, web_link};

/// Where a document may come from: its last byte says which.
const SOURCES: [Source<'_>; 6] = [
    Source { url: Some("https://site.example/news/feed.xml?a=1"), content_type: None },
    Source { url: None, content_type: Some("text/xml; charset=windows-1251") },
    Source { url: Some("http://site.example"), content_type: Some("application/rss+xml; charset=utf-8") },
    Source { url: Some("no address"), content_type: Some("text/html") },
    Source { url: None, content_type: None },
    Source { url: Some("https://site.example/a/b/"), content_type: Some("text/plain; charset=\"utf-16\"") },
];

/// A reading ends in a value; it is the same each time; everything in it keeps its bounds.
pub fn parse(bytes: &[u8]) {
    let source = SOURCES[usize::from(bytes.last().copied().unwrap_or_default()) % SOURCES.len()];
    let read = parse::feed(bytes, source);
    let mut again = parse::entries(bytes, source);
    again.iter_mut().flat_map(|feed| &mut feed.entries).for_each(parse::show);
    assert_eq!(read, again, "read twice");
    match read {
        Ok(feed) => {
            one_line(&feed.title);
            feed.home.iter().for_each(|home| web_link(home));
            feed.lang.iter().for_each(|lang| language(lang));
            assert!(feed.entries.len() <= MAX_ENTRIES);
            assert!(!feed.cut || feed.entries.len() == MAX_ENTRIES);
            let size: usize = feed.entries.iter().map(|entry| entry.html.len() + entry.text.len()).sum();
            assert!(size <= 16 * bytes.len() + (2 << 20), "{size} bytes out of {}", bytes.len());
            feed.entries.iter().for_each(entry);
        }
        Err(Unreadable::Page { feeds, .. }) => {
            assert!(feeds.len() <= 50);
            for feed in &feeds {
                web_link(feed);
            }
        }
        Err(Unreadable::NotAFeed(why)) => assert!(why.len() < 3_000 && !why.contains(char::is_control)),
        Err(Unreadable::Empty) => {}
        Err(Unreadable::Panicked(why)) => panic!("{why}"),
    }
}

fn entry(entry: &Entry) {
    one_line(&entry.title);
    entry.author.iter().chain(&entry.categories).for_each(|field| one_line(field));
    assert!(entry.categories.len() <= 100);
    entry.url.iter().for_each(|url| web_link(url));
    entry.lang.iter().for_each(|lang| language(lang));
    entry.published.iter().chain(&entry.updated).for_each(sane_date);
    plain_text(&entry.text);
    if let Some(guid) = &entry.guid {
        assert!(guid.chars().count() <= 500 && !guid.contains(char::is_control) && !guid.is_empty());
    }
    assert!(entry.key().len() > 2);
    article(&entry.article(entry.key(), "A feed"));
}

/// An article survives the way into other programs, a fingerprint the way into the store.
fn article(article: &Article) {
    let line = serde_json::to_string(article).expect("an article is JSON");
    assert!(!line.contains('\n'));
    assert_eq!(&serde_json::from_str::<Article>(&line).expect("an article again"), article);
    let print = Fingerprint::of(article);
    assert_eq!(Fingerprint::from_bytes(&print.to_bytes()), Some(print));
}

fn language(tag: &str) {
    assert!(tag.len() <= 35 && tag.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-'), "{tag}");
}
