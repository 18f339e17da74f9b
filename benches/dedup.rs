//! Folding one article with many known: fingerprint, candidates, verdict; and building the index of the known ones.
//!
//! `cargo bench --bench dedup`; `STORIES_KNOWN=1000000` for the size of a year of a large desk. The
//! known articles are random walks over a vocabulary with the frequencies of a language, a fifth of
//! them copies, so that no text of others is needed.

use std::hint::black_box;
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use wirewatch::news::entry::{Article, EntryId};
use wirewatch::news::fingerprint::Fingerprint;
use wirewatch::news::story::{Known, StoryIndex};

#[path = "made/mod.rs"]
mod made;

use made::{Dice, article, resident_mb};

/// Known articles, of which only the fingerprint's bytes are kept, as in the database.
struct Desk {
    index: StoryIndex,
    prints: Vec<Box<[u8]>>,
    start: DateTime<Utc>,
}

impl Desk {
    fn with(known: u64) -> Self {
        let mut desk = Self { index: StoryIndex::default(), prints: Vec::new(), start: DateTime::UNIX_EPOCH };
        let mut dice = Dice::default();
        let mut last = article(&mut dice, 0);
        for number in 0..known {
            if number % 5 != 4 {
                last = article(&mut dice, number);
            }
            let id = EntryId(i64::try_from(number).unwrap_or(0));
            let print = Fingerprint::of(&last);
            desk.prints.push(print.to_bytes().into_boxed_slice());
            desk.index.insert(&Known { id, story: id, first_seen: desk.start, print: Arc::new(print) });
        }
        desk
    }

    fn fold(&self, article: &Article) -> f32 {
        let print = Fingerprint::of(article);
        let known: Vec<Known> = self
            .index
            .candidates(&print)
            .into_iter()
            .filter_map(|id| {
                let bytes = self.prints.get(usize::try_from(id.0).ok()?)?;
                let print = Arc::new(Fingerprint::from_bytes(bytes)?);
                Some(Known { id, story: id, first_seen: self.start, print })
            })
            .collect();
        self.index.fold(EntryId(i64::MAX), &print, self.start + TimeDelta::days(1), &known).score
    }
}

fn fold(c: &mut Criterion) {
    let known = std::env::var("STORIES_KNOWN").ok().and_then(|it| it.parse().ok()).unwrap_or(100_000);
    let desk = Desk::with(known);
    println!("{known} known articles, resident memory {} MB", resident_mb());
    let mut dice = Dice::of(99);
    c.bench_function("fingerprint", |b| {
        b.iter_batched(|| article(&mut dice, 7), |it| black_box(Fingerprint::of(&it)), BatchSize::SmallInput);
    });
    c.bench_function("fold_new", |b| {
        b.iter_batched(|| article(&mut dice, 7), |it| black_box(desk.fold(&it)), BatchSize::SmallInput);
    });
    let mut again = Dice::default();
    let copies: Vec<Article> = (0..500).map(|number| article(&mut again, number)).collect();
    let mut turn = 0;
    c.bench_function("fold_copy", |b| {
        b.iter_batched(
            || {
                turn += 1;
                copies[turn % copies.len()].clone()
            },
            |it| black_box(desk.fold(&it)),
            BatchSize::SmallInput,
        );
    });
}

/// The index at the start, from fingerprints as they stand in the ledger.
fn build(c: &mut Criterion) {
    const ARTICLES: u64 = 10_000;
    let Desk { prints, start, .. } = Desk::with(ARTICLES);
    let known = |number: usize| {
        let id = EntryId(i64::try_from(number).unwrap_or(0));
        let print = Arc::new(Fingerprint::from_bytes(&prints[number])?);
        Some(Known { id, story: id, first_seen: start, print })
    };
    let mut group = c.benchmark_group("index");
    group.throughput(Throughput::Elements(ARTICLES));
    group.sample_size(20);
    group.bench_function("build", |b| {
        b.iter(|| StoryIndex::of((0..prints.len()).filter_map(known)));
    });
    group.finish();
}

criterion_group!(benches, fold, build);
criterion_main!(benches);
