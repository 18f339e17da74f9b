//! Two fingerprints → the figures from which [`super::model`] decides.

use crate::news::fingerprint::{Fingerprint, Kind, Token};

use super::align::{self, Comparison, Passage, Sheet};

/// How many figures there are.
pub const COUNT: usize = 18;

/// Their names, in order; the recipe in `tools/` prints them beside the weights it finds.
pub const NAMES: [&str; COUNT] = [
    "covered_short",
    "covered_long",
    "density",
    "longest_passage",
    "agreeing_words",
    "lead_short",
    "lead_long",
    "numbers_agree",
    "numbers_differ",
    "names_differ",
    "title_overlap",
    "length_short",
    "length_ratio",
    "numbers_shared",
    "names_shared",
    "runs_shared",
    "words_shared",
    "lead_gap",
];

/// Tokens that make a text's lead.
const LEAD: usize = 24;

/// Everything that was found by laying two texts side by side.
#[derive(Debug)]
pub struct Pair {
    pub figures: [f32; COUNT],
    pub comparison: Comparison,
    pub passages: Vec<Passage>,
    /// Places covered by passages, in the new article and in the known one.
    pub covered: (usize, usize),
    /// Compared tokens of the new article and of the known one.
    pub lengths: (usize, usize),
}

/// One side of a pair: the tokens that are compared, without its site's furniture.
#[derive(Debug)]
pub struct Side {
    pub sheet: Sheet,
    /// How many of the tokens stand in the title.
    pub title: usize,
    /// Place of each compared token in the fingerprint.
    pub places: Vec<u16>,
    runs: Vec<u32>,
    words: Vec<u32>,
    numbers: Vec<u32>,
    names: Vec<u32>,
}

impl Side {
    pub fn new(print: &Fingerprint, furniture: &[bool]) -> Self {
        let kept = |at: &usize| !furniture.get(*at).copied().unwrap_or(false);
        let places: Vec<usize> = (0..print.tokens.len()).filter(kept).collect();
        let tokens: Vec<Token> = places.iter().map(|at| print.tokens[*at]).collect();
        let title = places.iter().take_while(|at| **at < usize::from(print.title)).count();
        let of_kind = |kind| sorted(tokens.iter().filter(|t| t.kind() == kind).map(|t| t.key()));
        Self {
            runs: sorted(tokens.windows(3).map(super::run_hash)),
            words: sorted(tokens.iter().map(|t| t.key())),
            numbers: of_kind(Kind::Number),
            names: of_kind(Kind::Name),
            places: places.iter().map(|at| u16::try_from(*at).unwrap_or(u16::MAX)).collect(),
            title,
            sheet: Sheet::new(tokens),
        }
    }

    fn len(&self) -> usize {
        self.sheet.tokens.len()
    }
}

/// Lays the known article `b` beside the new one `a`.
pub fn measure(a: &Side, b: &Side) -> Pair {
    let passages = align::passages(&a.sheet, &b.sheet.tokens);
    let comparison = align::compare(&a.sheet, &b.sheet.tokens, &passages);
    let (ours, theirs) = spread(a, b, &passages);
    let covered = (count(&ours), count(&theirs));
    let agreeing: usize = passages.iter().map(Vec::len).sum();
    let longest = passages.iter().map(Vec::len).max().unwrap_or(0);
    let a_short = a.len() <= b.len();
    let (short, long) = if a_short { (a, b) } else { (b, a) };
    let (short_marks, long_marks) = if a_short { (&ours, &theirs) } else { (&theirs, &ours) };
    let lead = |side: &Side, marks: &[bool]| {
        let from = side.title.min(marks.len());
        let lead = &marks[from..marks.len().min(from + LEAD)];
        ratio(count(lead), lead.len())
    };
    let same = comparison.same_numbers as f32;
    let differ = comparison.other_numbers.len() as f32;
    let names = (comparison.same_names + comparison.other_names) as f32;
    let lead_short = lead(short, short_marks);
    let lead_long = lead(long, long_marks);
    let figures = [
        ratio(count(short_marks), short.len()),
        ratio(count(long_marks), long.len()),
        ratio(2 * agreeing, covered.0 + covered.1),
        log(longest),
        log(agreeing),
        lead_short,
        lead_long,
        (same + 0.5) / (same + differ + 1.0),
        (1.0 + differ).ln(),
        (comparison.other_names as f32) / (names + 1.0),
        title_overlap(a, b),
        log(short.len()),
        log(long.len()) - log(short.len()),
        contained(&a.numbers, &b.numbers, 0.5),
        contained(&a.names, &b.names, 0.5),
        contained(&a.runs, &b.runs, 0.0),
        contained(&a.words, &b.words, 0.0),
        lead_short.max(lead_long),
    ];
    Pair { figures, comparison, passages, covered, lengths: (a.len(), b.len()) }
}

/// Which places the passages cover on either side, gaps inside a passage included.
fn spread(a: &Side, b: &Side, passages: &[Passage]) -> (Vec<bool>, Vec<bool>) {
    let (mut ours, mut theirs) = (vec![false; a.len()], vec![false; b.len()]);
    for passage in passages {
        if let (Some(first), Some(last)) = (passage.first(), passage.last()) {
            ours[usize::from(first.0)..=usize::from(last.0)].fill(true);
            theirs[usize::from(first.1)..=usize::from(last.1)].fill(true);
        }
    }
    (ours, theirs)
}

fn title_overlap(a: &Side, b: &Side) -> f32 {
    let keys = |side: &Side| sorted(side.sheet.tokens[..side.title].iter().map(|t| t.key()));
    contained(&keys(a), &keys(b), 0.5)
}

/// How much of the smaller set the other holds; `unknown` when there is nothing to compare.
fn contained(a: &[u32], b: &[u32], unknown: f32) -> f32 {
    if a.is_empty() || b.is_empty() {
        return unknown;
    }
    let (mut i, mut j, mut both) = (0, 0, 0);
    while i < a.len() && j < b.len() {
        match a[i].cmp(&b[j]) {
            std::cmp::Ordering::Less => i += 1,
            std::cmp::Ordering::Greater => j += 1,
            std::cmp::Ordering::Equal => {
                both += 1;
                i += 1;
                j += 1;
            }
        }
    }
    ratio(both, a.len().min(b.len()))
}

fn sorted(keys: impl Iterator<Item = u32>) -> Vec<u32> {
    let mut keys: Vec<u32> = keys.collect();
    keys.sort_unstable();
    keys.dedup();
    keys
}

fn count(marks: &[bool]) -> usize {
    marks.iter().filter(|mark| **mark).count()
}

fn ratio(part: usize, whole: usize) -> f32 {
    if whole == 0 { 0.0 } else { part as f32 / whole as f32 }
}

fn log(count: usize) -> f32 {
    (1.0 + count as f32).ln()
}
