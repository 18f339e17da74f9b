//! Fills a new ledger with articles, for measuring what reads them all.
//!
//! `cargo run --release --example fill_ledger -- wirewatch.db 1000000 < docs.jsonl`: so many entries, the
//! articles of the file in turn, ten seconds apart.

use std::error::Error;
use std::io::{BufRead, stdin};
use std::path::Path;

use chrono::{DateTime, TimeDelta, Utc};
use wirewatch::clock;
use wirewatch::news::entry::{Article, Entry, FeedId};
use wirewatch::news::story::Fold;
use wirewatch::store::entries::NewEntry;
use wirewatch::store::feeds::NewFeed;
use wirewatch::store::{self, Ledger, Store};

const AT_ONCE: usize = 10_000;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [path, count] = arguments.as_slice() else { return Err("fill_ledger DATABASE ENTRIES".into()) };
    let count: usize = count.parse()?;
    let articles = stdin().lock().lines().map(|line| Ok(serde_json::from_str(&line?)?));
    let articles: Vec<Article> = articles.collect::<Result<_, Box<dyn Error>>>()?;
    let mut store = Store::open(Path::new(path))?;
    let first = clock::now() - TimeDelta::seconds(10) * i32::try_from(count)?;
    let feed = store.write(|ledger| {
        let url = "http://127.0.0.1/feed";
        let feed = NewFeed { url, name: "Feed", host: "127.0.0.1", rhythm: "", first_poll: first };
        ledger.add_feed(&feed, first)?;
        Ok(ledger.feeds()?.first().map(|row| row.id))
    })?;
    let feed = feed.ok_or("the feed is not there")?;
    let mut coming = articles.iter().cycle().take(count).peekable();
    let mut now = first;
    while coming.peek().is_some() {
        store.write(|ledger| {
            coming.by_ref().take(AT_ONCE).try_for_each(|article| {
                now += TimeDelta::seconds(10);
                add(ledger, feed, article, now)
            })
        })?;
    }
    Ok(())
}

/// As a story of its own, without a fingerprint: nobody asks for its copies.
fn add(ledger: &Ledger<'_>, feed: FeedId, article: &Article, now: DateTime<Utc>) -> store::Result<()> {
    let id = ledger.next_entry_id()?;
    let entry = Entry { title: article.title.clone(), text: article.text.clone(), ..Entry::default() };
    let key = id.0.cast_unsigned();
    ledger.add_entry(&NewEntry {
        id,
        feed,
        key_hash: key,
        content_hash: key,
        entry: &entry,
        fold: &Fold::new_story(id, ""),
        print: None,
        matched: false,
        page_due: None,
        away_since: None,
        now,
    })
}
