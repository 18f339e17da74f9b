//! How fast articles are held against many rules, on one core. Names and texts are made up from
//! syllables; `wirewatch match --count` over real articles is the other measure.

use std::hint::black_box;
use std::time::Duration;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use wirewatch::news::entry::Article;
use wirewatch::news::rule::{RuleText, Rules, Terms};

/// A small generator of numbers, so that every run has the same texts.
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap_or(0) % limit
    }

    /// Common words come often, rare ones seldom.
    fn rank(&mut self, limit: usize) -> usize {
        (0..3).map(|_| self.below(limit)).min().unwrap_or(0)
    }
}

const SYLLABLES: &[&str] = &[
    "ta", "re", "mi", "ko", "lus", "ver", "ant", "ing", "so", "pel", "dra", "men", "ti", "or", "est", "qua",
    "nu", "bel", "fo", "gri", "ha", "jo", "wen", "xi", "yar", "zo", "cha", "per", "sul", "tor",
];

const COMMON: &[&str] = &["the", "of", "and", "to", "in", "that", "for", "was", "with", "from"];

fn vocabulary(dice: &mut Dice) -> Vec<String> {
    let word =
        |dice: &mut Dice| (0..2 + dice.below(3)).map(|_| SYLLABLES[dice.below(SYLLABLES.len())]).collect();
    let made = (0..30_000).map(|_| word(dice)).collect::<Vec<String>>();
    COMMON.iter().map(|word| (*word).to_owned()).chain(made).collect()
}

fn article(dice: &mut Dice, words: &[String], id: usize) -> Article {
    let mut text = String::with_capacity(3_100);
    while text.len() < 3_000 {
        let word = if dice.below(3) == 0 {
            &words[dice.below(COMMON.len())]
        } else {
            &words[dice.rank(words.len())]
        };
        text.push_str(word);
        text.push_str(if dice.below(12) == 0 { ". " } else { " " });
    }
    Article { id: id.to_string(), title: words[dice.rank(words.len())].clone(), text, ..Article::default() }
}

fn rule(dice: &mut Dice, words: &[String], number: usize) -> RuleText {
    let mut word = || words[COMMON.len() + dice.below(words.len() - COMMON.len())].clone();
    let query = match number % 20 {
        0..12 => word(),
        12..17 => format!("\"{} {}\"", word(), word()),
        17 | 18 => format!("{} AND {} NOT {}", word(), word(), word()),
        _ => format!("{} NEAR/5 ({} OR {})", word(), word(), word()),
    };
    RuleText { name: format!("r{number}"), query: Some(query), ..RuleText::default() }
}

fn matching(criterion: &mut Criterion) {
    let mut dice = Dice(7);
    let words = vocabulary(&mut dice);
    let articles: Vec<Article> = (0..500).map(|id| article(&mut dice, &words, id)).collect();
    for count in [1_000, 10_000, 100_000] {
        let texts: Vec<RuleText> = (0..count).map(|number| rule(&mut dice, &words, number)).collect();
        let mut group = criterion.benchmark_group(format!("{count} rules"));
        group.sample_size(10).measurement_time(Duration::from_secs(5));
        group.throughput(Throughput::Elements(1));
        group.bench_function("compile a set", |bench| bench.iter(|| Rules::compile(&texts, &Terms::new())));
        let (rules, _) = Rules::compile(&texts, &Terms::new());
        let mut next = articles.iter().cycle();
        group.bench_function("an article", |bench| {
            bench.iter(|| rules.hit_indexes(black_box(next.next().unwrap_or(&articles[0]))));
        });
        group.bench_function("an article with evidence", |bench| {
            bench.iter(|| rules.hits(black_box(next.next().unwrap_or(&articles[0]))));
        });
        group.finish();
    }
}

criterion_group!(benches, matching);
criterion_main!(benches);
