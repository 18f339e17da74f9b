//! A translated copy: another language, but the same names, international words, numbers and days in
//! the same order.
//!
//! Independent reports of one event have its names and figures in common as well, so that what stands in
//! order has to be a good part of both texts, of their names and of their numbers.

use std::ops::RangeInclusive;

use hashbrown::HashSet;

use crate::news::fingerprint::{Fingerprint, GERMAN, Mark, is_written_without_gaps};

/// What two texts in different languages have in common.
#[derive(Debug)]
pub struct Translation {
    pub probability: f32,
    /// Marks that both have, in the same order.
    pub in_order: u16,
    /// The fewer of both texts' marks.
    pub of: usize,
}

/// Marks that have to agree, in order, before anything is said.
const ENOUGH: u16 = 4;
/// Weight without which a text has too few marks to be known by their share.
const SLIGHT: f32 = 2.0;

/// What is measured of two texts, as logarithms.
pub const NAMES: [&str; 3] = ["shares", "figures", "names"];
/// Found by `tools/train_translations.py`, whose recipe stands in `docs/stories.md`.
const WEIGHTS: [f32; NAMES.len()] = [3.15, 6.85, 4.86];
const BIAS: f32 = 15.02;

/// Whether two numbers of languages are both known and differ.
pub fn differ(a: u8, b: u8) -> bool {
    a != 0 && b != 0 && a != b
}

/// `None` unless the languages differ and enough agrees.
pub fn compare(a: &Fingerprint, b: &Fingerprint) -> Option<Translation> {
    let (in_order, figures) = measure(a, b)?;
    let sum = figures.iter().zip(WEIGHTS).fold(BIAS, |sum, (figure, weight)| sum + weight * figure);
    Some(Translation {
        probability: 1.0 / (1.0 + (-sum).exp()),
        in_order,
        of: a.marks.len().min(b.marks.len()),
    })
}

/// How many marks stand in the same order, and [`NAMES`]: the shares that their weight is of both texts,
/// the share of their numbers, and the share of their names. `None` when the languages do not differ or
/// too little agrees.
pub fn measure(a: &Fingerprint, b: &Fingerprint) -> Option<(u16, [f32; NAMES.len()])> {
    if !differ(a.language, b.language) {
        return None;
    }
    // Of a text without words only names and numbers can stand in the other.
    let wordless = is_written_without_gaps(a.language) || is_written_without_gaps(b.language);
    let counts = |mark: &Mark| !wordless || mark.is_telling() || mark.is_counted();
    let of = |print: &Fingerprint| print.marks.iter().copied().filter(counts).collect::<Vec<Mark>>();
    let (a, b) = (of(a), of(b));
    let common = common_order(&a, &b);
    if common.marks < ENOUGH {
        return None;
    }
    let share = |of: &[Mark]| (common.weight / (total(of) + SLIGHT)).ln();
    let fewer = |wanted: fn(Mark) -> bool| {
        let count = |of: &[Mark]| of.iter().filter(|mark| wanted(**mark)).count();
        count(&a).min(count(&b))
    };
    let figures = rate(common.figures, fewer(Mark::is_figure));
    let names = rate(common.names, fewer(Mark::is_name));
    Some((common.marks, [share(&a) + share(&b), figures, names]))
}

/// Logarithm of a share. Of nothing at all it is what says neither this nor that.
fn rate(common: u16, of: usize) -> f32 {
    const FEW: f32 = 2.0;
    const USUAL: f32 = 0.7;
    let common = usize::from(common).min(of) as f32;
    ((common + USUAL * FEW) / (of as f32 + FEW)).ln()
}

impl Translation {
    pub fn why(&self) -> String {
        format!(
            "a translation: {} of {} names, words and numbers stand in the same order",
            self.in_order, self.of
        )
    }
}

/// Marks at the beginning of a text of which pairs are made.
const FIRST: usize = 24;
/// A text with so few names is found by its words, too.
const FEW: usize = 10;
/// How far apart the two of a pair stand at most, of those that are indexed.
const INDEXED: usize = 2;
/// And of those that are looked up: a name that only one of both texts has may stand between them.
const LOOKED_UP: usize = 3;
/// The marks of an article with fewer pairs than that may stand further apart.
const PAIRS: usize = 48;
const FURTHEST: usize = 4;

/// What an article is indexed by for its translations: pairs of telling marks that stand near each other.
pub fn anchors(print: &Fingerprint) -> Vec<u32> {
    let marks = telling(&print.marks);
    // German writes all nouns as others write names, so that names stand further apart.
    let usual = if print.language == GERMAN { INDEXED + 1 } else { INDEXED };
    pairs(&marks, 1..=usual.max(FURTHEST.min(PAIRS / marks.len().max(1))))
}

/// What a new article's originals and translations are looked up by.
pub fn looked_up(print: &Fingerprint) -> Vec<u32> {
    let marks = telling(&print.marks);
    pairs(&marks, 1..=LOOKED_UP.max(FURTHEST.min(PAIRS / marks.len().max(1))))
}

/// Names and long numbers alone: what an article in the same language may be found by, too.
pub fn names(print: &Fingerprint) -> Vec<u32> {
    pairs(&first(&print.marks, Mark::is_telling), 1..=INDEXED)
}

fn telling(marks: &[Mark]) -> Vec<u32> {
    let telling = first(marks, Mark::is_telling);
    if telling.len() < FEW { first(marks, Mark::is_specific) } else { telling }
}

fn first(marks: &[Mark], wanted: fn(Mark) -> bool) -> Vec<u32> {
    marks.iter().filter(|mark| wanted(**mark)).take(FIRST).map(|mark| mark.key()).collect()
}

/// A key for any two marks that stand so far apart.
fn pairs(marks: &[u32], apart: RangeInclusive<usize>) -> Vec<u32> {
    let both = apart.flat_map(|apart| marks.iter().zip(marks.iter().skip(apart)));
    both.filter(|(first, second)| first != second)
        .map(|(first, second)| {
            let mixed = (u64::from(*first) << 24 | u64::from(*second)).wrapping_mul(0xd6e8_feb8_6659_fd93);
            u32::try_from(mixed >> 32).unwrap_or(0)
        })
        .collect()
}

fn total(marks: &[Mark]) -> f32 {
    marks.iter().map(|mark| mark.weight()).sum()
}

/// Marks that stand in the same order in two texts.
#[derive(Debug, Clone, Copy, Default)]
struct Common {
    weight: f32,
    marks: u16,
    figures: u16,
    names: u16,
}

impl Common {
    fn with(self, ours: Mark, theirs: Mark) -> Self {
        Self {
            weight: self.weight + ours.weight(),
            marks: self.marks + 1,
            figures: self.figures + u16::from(ours.is_figure()),
            names: self.names + u16::from(ours.is_name() || theirs.is_name()),
        }
    }
}

/// The heaviest common subsequence.
fn common_order(a: &[Mark], b: &[Mark]) -> Common {
    let keys = |of: &[Mark]| of.iter().map(|mark| mark.key()).collect::<HashSet<u32>>();
    let shared = |of: &[Mark], others: &HashSet<u32>| -> Vec<Mark> {
        of.iter().copied().filter(|mark| others.contains(&mark.key())).collect()
    };
    let (a, b) = (shared(a, &keys(b)), shared(b, &keys(a)));
    let mut best = vec![Common::default(); b.len() + 1];
    for mark in a {
        let mut diagonal = best[0];
        for (at, other) in b.iter().enumerate() {
            let above = best[at + 1];
            best[at + 1] = if mark.key() == other.key() {
                diagonal.with(mark, *other)
            } else if best[at].weight > above.weight {
                best[at]
            } else {
                above
            };
            diagonal = above;
        }
    }
    best.last().copied().unwrap_or_default()
}
