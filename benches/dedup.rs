//! Folding one article with many known: fingerprint, candidates, verdict.
//!
//! `cargo bench --bench dedup`; `STORIES_KNOWN=1000000` for the size of a year of a large desk. The
//! known articles are random walks over a vocabulary with the frequencies of a language, a fifth of
//! them copies, so that no text of others is needed.

use std::hint::black_box;
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use wirewatch::news::entry::{Article, EntryId};
use wirewatch::news::fingerprint::Fingerprint;
use wirewatch::news::story::{Known, StoryIndex};

/// xorshift: the same articles in every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % limit
    }

    /// Low numbers far oftener than high ones, as words are used.
    fn word(&mut self) -> u64 {
        let reach = 1 << self.below(16);
        self.below(reach + 4)
    }
}

fn word(number: u64) -> String {
    const SYLLABLES: [&str; 16] = [
        "ka", "lo", "mi", "ren", "sta", "vo", "bel", "tur", "gan", "pe", "dor", "shi", "nu", "lam", "ost",
        "ify",
    ];
    let mut rest = number + 16;
    let mut out = String::new();
    while rest > 0 {
        out.push_str(SYLLABLES[usize::try_from(rest % 16).unwrap_or(0)]);
        rest /= 16;
    }
    out
}

/// About 330 words; every fourteenth a name, every twentieth a number.
fn article(dice: &mut Dice, number: u64) -> Article {
    let mut text = String::new();
    for place in 0..220 + dice.below(220) {
        let next = word(dice.word());
        match place % 40 {
            13 | 27 => text.extend([next[..1].to_uppercase().as_str(), &next[1..]]),
            19 | 39 => text.push_str(&dice.below(5_000).to_string()),
            _ => text.push_str(&next),
        }
        text.push_str(if place % 18 == 17 { ". " } else { " " });
    }
    let title = text.split(' ').take(9).collect::<Vec<_>>().join(" ");
    Article { title, text, source: Some(format!("site{}.example", number % 500)), ..Article::default() }
}

/// Known articles, of which only the fingerprint's bytes are kept, as in the database.
struct Desk {
    index: StoryIndex,
    prints: Vec<Box<[u8]>>,
    start: DateTime<Utc>,
}

impl Desk {
    fn with(known: u64) -> Self {
        let mut desk = Self { index: StoryIndex::default(), prints: Vec::new(), start: DateTime::UNIX_EPOCH };
        let mut dice = Dice(0x2545_f491_4f6c_dd1d);
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
    let mut dice = Dice(99);
    c.bench_function("fingerprint", |b| {
        b.iter_batched(|| article(&mut dice, 7), |it| black_box(Fingerprint::of(&it)), BatchSize::SmallInput);
    });
    c.bench_function("fold_new", |b| {
        b.iter_batched(|| article(&mut dice, 7), |it| black_box(desk.fold(&it)), BatchSize::SmallInput);
    });
    let mut again = Dice(0x2545_f491_4f6c_dd1d);
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

/// Of the index and the bytes of the fingerprints together; 0 where the system does not say.
fn resident_mb() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.and_then(|it| it.split_whitespace().next()?.parse::<u64>().ok()).unwrap_or(0) / 1024
}

criterion_group!(benches, fold);
criterion_main!(benches);
