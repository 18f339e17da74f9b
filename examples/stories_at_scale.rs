//! What folding costs with so many known articles: time and memory to build the index, and time to fold with it.
//!
//! `cargo run --release --example stories_at_scale -- wirewatch.db 1000000` fills that ledger first, when it is not
//! there: made articles, ten seconds apart, a fifth of them copies of the one before; their fingerprints are
//! kept, their texts are not, as of entries older than `keep`. Then 4,000 articles are folded, half of them new,
//! half copies: each once, from its text to the verdict, candidates read from the ledger, and every one counts.

use std::error::Error;
use std::path::Path;
use std::time::Instant;

use chrono::TimeDelta;
use wirewatch::clock;
use wirewatch::news::entry::{Article, Entry, EntryId};
use wirewatch::news::fingerprint::Fingerprint;
use wirewatch::news::story::{Fold, StoryIndex, Verdict};
use wirewatch::pipeline::build_index;
use wirewatch::store::Store;
use wirewatch::store::entries::NewEntry;
use wirewatch::store::feeds::NewFeed;

#[path = "../benches/made/mod.rs"]
mod made;

use made::{Dice, article, resident_mb};

const AT_ONCE: u64 = 10_000;
const FOLDED: u64 = 4_000;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [path, count] = arguments.as_slice() else { return Err("stories_at_scale DATABASE ENTRIES".into()) };
    let path = Path::new(path);
    if !path.exists() {
        fill(path, count.parse()?)?;
    }
    measure(path)
}

fn fill(path: &Path, count: u64) -> Result<(), Box<dyn Error>> {
    let mut store = Store::open(path)?;
    let mut now = clock::now() - TimeDelta::seconds(10) * i32::try_from(count)?;
    let feed = store.write(|ledger| {
        let url = "http://127.0.0.1/feed";
        let feed = NewFeed { url, name: "Feed", host: "127.0.0.1", rhythm: "", first_poll: now };
        ledger.add_feed(&feed, now)?;
        Ok(ledger.feeds()?.first().map(|row| row.id))
    })?;
    let feed = feed.ok_or("the feed is not there")?;
    let mut dice = Dice::default();
    let mut last = article(&mut dice, 0);
    let mut first_of_it = EntryId(0);
    for first in (0..count).step_by(usize::try_from(AT_ONCE)?) {
        store.write(|ledger| {
            for number in first..count.min(first + AT_ONCE) {
                let id = ledger.next_entry_id()?;
                if number % 5 != 4 {
                    last = article(&mut dice, number);
                    first_of_it = id;
                }
                now += TimeDelta::seconds(10);
                ledger.add_entry(&NewEntry {
                    id,
                    feed,
                    key_hash: number,
                    content_hash: number,
                    entry: &Entry { title: last.title.clone(), ..Entry::default() },
                    fold: &Fold::new_story(first_of_it, ""),
                    print: Some(&Fingerprint::of(&last)),
                    matched: false,
                    page_due: None,
                    away_since: None,
                    now,
                })?;
            }
            Ok(())
        })?;
    }
    Ok(())
}

fn measure(path: &Path) -> Result<(), Box<dyn Error>> {
    let before = resident_mb();
    let (start, busy) = (timer(), processor_micros());
    let index = build_index(path)?;
    let (passed, busy) = (start.elapsed().as_millis(), (processor_micros() - busy) / 1_000);
    println!("index: {} MB, built in {passed} ms, {busy} ms of processor time", resident_mb() - before);
    let store = Store::open_read_only(path)?;
    let (mut fresh, mut again) = (Dice::of(99), Dice::default());
    let articles = (0..FOLDED)
        .map(|number| article(if number % 2 == 0 { &mut fresh } else { &mut again }, number))
        .collect::<Vec<_>>();
    let mut times = Vec::new();
    let mut copies = 0;
    let busy = processor_micros();
    for article in &articles {
        let start = timer();
        copies += u32::from(fold(&index, &store, article)? == Verdict::Copy);
        times.push(start.elapsed().as_micros());
    }
    let busy = (processor_micros() - busy) / FOLDED;
    println!("{copies} of {FOLDED} are copies; {busy} µs of processor time each");
    times.sort_unstable();
    for percent in [50, 90, 99, 100] {
        println!("{percent} % within {} µs", times[(times.len() * percent / 100).min(times.len() - 1)]);
    }
    Ok(())
}

#[expect(clippy::disallowed_methods, reason = "it is measured, nothing is decided by it")]
fn timer() -> Instant {
    Instant::now()
}

/// Processor time of the process in microseconds, in steps of a hundredth of a second; 0 where the
/// system does not say.
fn processor_micros() -> u64 {
    let status = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields = status.rsplit_once(") ").map_or("", |(_, fields)| fields).split(' ');
    fields.skip(11).take(2).filter_map(|ticks| ticks.parse::<u64>().ok()).sum::<u64>() * 10_000
}

fn fold(index: &StoryIndex, store: &Store, article: &Article) -> Result<Verdict, Box<dyn Error>> {
    let print = Fingerprint::of(article);
    let known = store.read(|ledger| ledger.known(&index.candidates(&print)))?;
    Ok(index.fold(EntryId(i64::MAX), &print, clock::now(), &known).verdict)
}
