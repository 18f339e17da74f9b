//! Settling polls: what the ledger costs a feed, unchanged and with new entries.

use std::fmt::Write;
use std::hint::black_box;

use chrono::{DateTime, TimeDelta, Utc};
use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use wirewatch::config;
use wirewatch::news::errand::{Errand, Fetch, Outcome, Reply};
use wirewatch::news::reading;
use wirewatch::pipeline::{Pipeline, Scope};
use wirewatch::store::Store;

const FEEDS: usize = 200;
const ENTRIES: usize = 25;

fn start() -> DateTime<Utc> {
    DateTime::from_timestamp(1_800_000_000, 0).unwrap()
}

fn pipeline(folder: &tempfile::TempDir) -> Pipeline {
    let path = folder.path().join("wirewatch.toml");
    let mut written = "[fetch]\nat_once = 256\n".to_owned();
    for feed in 0..FEEDS {
        writeln!(written, "[[feed]]\nurl = \"http://site{feed}.example/rss\"\non_first_fetch = \"all\"")
            .unwrap();
    }
    std::fs::write(&path, written).unwrap();
    let loaded = config::load(&path);
    let config = loaded.config.unwrap_or_else(|| panic!("{}", loaded.report));
    Pipeline::open(Store::open(&folder.path().join("wirewatch.db")).unwrap(), config, start()).unwrap()
}

fn document(fetch: &Fetch, round: usize) -> Reply {
    let feed = &fetch.url;
    let item = |entry: usize| {
        format!(
            "<item><guid>{feed}/{round}/{entry}</guid><title>Entry {entry} of {feed}</title><description>In round {round} \
             the {entry}th correspondent of {feed} writes at some length of the {} matters that came up.</description></item>",
            entry * 31 + round
        )
    };
    let items: String = (0..ENTRIES).map(item).collect();
    Reply {
        body: format!("<rss version=\"2.0\"><channel><title>{feed}</title>{items}</channel></rss>")
            .into_bytes(),
        final_url: feed.clone(),
        ..Reply::default()
    }
}

fn unchanged(fetch: &Fetch, _: usize) -> Reply {
    Reply { not_modified: true, final_url: fetch.url.clone(), ..Reply::default() }
}

/// What came back of one round, ready to be settled.
fn round(
    pipeline: &mut Pipeline,
    number: usize,
    now: DateTime<Utc>,
    answer: fn(&Fetch, usize) -> Reply,
) -> Vec<Outcome> {
    pipeline.hurry(&Scope::All, now).unwrap();
    let errands = pipeline.waiting(now).into_iter();
    let outcomes = errands.filter_map(|errand| match errand {
        Errand::Fetch(fetch) => Some(reading::read(&fetch, answer(&fetch, number))),
        _ => None,
    });
    outcomes.collect()
}

fn settle(pipeline: &mut Pipeline, outcomes: Vec<Outcome>, now: DateTime<Utc>) {
    let settled = pipeline.settle(outcomes, now).unwrap();
    let worked: Vec<Outcome> = settled
        .errands
        .into_iter()
        .filter_map(|errand| if let Errand::Work(work) = errand { Some(work.run()) } else { None })
        .collect();
    if !worked.is_empty() {
        black_box(pipeline.settle(worked, now).unwrap());
    }
}

fn rounds(bench: &mut Criterion) {
    let mut group = bench.benchmark_group("settle");
    group.throughput(Throughput::Elements(FEEDS as u64));
    group.sample_size(10);
    for (name, answer) in
        [("unchanged", unchanged as fn(&Fetch, usize) -> Reply), ("all entries new", document)]
    {
        let folder = tempfile::tempdir().unwrap();
        let pipeline = std::cell::RefCell::new(pipeline(&folder));
        let number = std::cell::Cell::new(0);
        group.bench_function(name, |bench| {
            bench.iter_batched(
                || {
                    number.set(number.get() + 1);
                    let now = start() + TimeDelta::hours(i64::try_from(number.get()).unwrap());
                    (round(&mut pipeline.borrow_mut(), number.get(), now, answer), now)
                },
                |(outcomes, now)| settle(&mut pipeline.borrow_mut(), outcomes, now),
                BatchSize::PerIteration,
            );
        });
    }
    group.finish();
}

criterion_group!(benches, rounds);
criterion_main!(benches);
