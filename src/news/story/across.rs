//! A translated copy: another language, but the same names, numbers and days in the same order.

use crate::news::fingerprint::{Fingerprint, Mark};

/// What two texts in different languages have in common.
#[derive(Debug)]
pub struct Translation {
    pub probability: f32,
    /// Names, numbers and days that both have, in the same order.
    pub in_order: usize,
    /// The fewer of both texts' marks.
    pub of: usize,
}

/// Marks that have to agree, in order, before anything is said.
const ENOUGH: usize = 4;
/// Weight in order × share in order × share in all, at which a copy is as likely as not. Found on
/// real machine translations: the hardest of unrelated pairs reach 1.3, half of the copies 4.
const EVEN: f32 = 0.9;
/// How fast certainty grows with the logarithm of that product.
const STEEPNESS: f32 = 3.1;

/// Whether two numbers of languages are both known and differ.
pub fn differ(a: u8, b: u8) -> bool {
    a != 0 && b != 0 && a != b
}

/// `None` unless the languages differ and enough agrees.
pub fn compare(a: &Fingerprint, b: &Fingerprint) -> Option<Translation> {
    if !differ(a.language, b.language) {
        return None;
    }
    let (in_order, weight) = common_order(&a.marks, &b.marks);
    if in_order < ENOUGH {
        return None;
    }
    let least = total(&a.marks).min(total(&b.marks));
    let product = weight * (weight / least.max(1.0)) * overlap(&a.marks, &b.marks);
    let probability = 1.0 / (1.0 + (-(STEEPNESS * (product / EVEN).ln())).exp());
    Some(Translation { probability, in_order, of: a.marks.len().min(b.marks.len()) })
}

impl Translation {
    pub fn why(&self) -> String {
        format!("a translation: {} of {} names and numbers stand in the same order", self.in_order, self.of)
    }
}

/// Pairs of telling marks that stand near each other are what a translation is found by.
pub fn anchors(marks: &[Mark]) -> Vec<u32> {
    const FIRST: usize = 24;
    let telling: Vec<Mark> = marks.iter().copied().filter(|mark| mark.is_telling()).take(FIRST).collect();
    let mut keys = Vec::with_capacity(2 * telling.len());
    for (at, first) in telling.iter().enumerate() {
        for second in telling.iter().skip(at + 1).take(2).filter(|second| *second != first) {
            let mixed = (u64::from(first.bits()) << 24 | u64::from(second.bits()))
                .wrapping_mul(0xd6e8_feb8_6659_fd93);
            keys.push(u32::try_from(mixed >> 32).unwrap_or(0));
        }
    }
    keys
}

fn total(marks: &[Mark]) -> f32 {
    marks.iter().map(|mark| mark.weight()).sum()
}

/// Length and weight of the heaviest common subsequence.
fn common_order(a: &[Mark], b: &[Mark]) -> (usize, f32) {
    let mut best = vec![(0.0_f32, 0_usize); b.len() + 1];
    for mark in a {
        let mut diagonal = best[0];
        for (at, other) in b.iter().enumerate() {
            let above = best[at + 1];
            best[at + 1] = if mark == other {
                (diagonal.0 + mark.weight(), diagonal.1 + 1)
            } else if best[at].0 > above.0 {
                best[at]
            } else {
                above
            };
            diagonal = above;
        }
    }
    best.last().map_or((0, 0.0), |(weight, length)| (*length, *weight))
}

/// Weight of the marks that both have, of all that either has.
fn overlap(a: &[Mark], b: &[Mark]) -> f32 {
    let distinct = |marks: &[Mark]| {
        let mut marks = marks.to_vec();
        marks.sort_unstable();
        marks.dedup();
        marks
    };
    let (a, b) = (distinct(a), distinct(b));
    let both: f32 = a.iter().filter(|mark| b.binary_search(mark).is_ok()).map(|mark| mark.weight()).sum();
    both / (total(&a) + total(&b) - both).max(1.0)
}
