//! Two fingerprints → the figures from which [`super::model`] decides.

use std::cell::OnceCell;

use crate::news::fingerprint::{Fingerprint, Kind, Token};

use super::align::{self, Comparison, Passage, Sheet, View};
use super::order::Places;

/// How many figures there are.
pub const COUNT: usize = NAMES.len();

/// Their names, in order; the recipe in `tools/` prints them beside the weights it finds.
pub const NAMES: [&str; 15] = [
    "spread_short",
    "spread_long",
    "spread_least",
    "inner_short",
    "lead_least",
    "numbers_differ",
    "numbers_agree",
    "names_differ",
    "numbers_strange",
    "names_strange",
    "title_overlap",
    "length_short",
    "length_ratio",
    "numbers_shared",
    "order",
];

/// Where the titles' overlap stands among the figures.
const TITLE: usize = 10;
/// Tokens that make a text's lead.
const LEAD: usize = 24;
/// How many times longer one text is, as a logarithm, beyond which it says no more: five times.
const MUCH: f32 = 1.6;
/// Words of furniture before a text that may be overlooked.
const HEAD: usize = 24;
/// Words of furniture behind it.
const TAIL: usize = 64;
/// Share of a title, or of a lead, that an article has to have to tell that story.
const TOLD: f32 = 0.5;
/// Words that a text's beginning shares with its title only, from which on it tells a story of its own.
const OWN: usize = 2;
/// Words from a text's first or last one that count as its edge.
const NEAR: usize = 4;
/// Stretches into which a text is divided to see whether all of it is covered.
const STRETCHES: usize = 8;

/// Everything that was found by laying two texts side by side.
#[derive(Debug)]
pub struct Pair {
    pub figures: [f32; COUNT],
    pub comparison: Comparison,
    pub passages: Vec<Passage>,
    /// Whether the new article says most of what the known one's title says, or has half of its lead.
    pub told: bool,
    /// Places covered by passages, in the new article and in the known one.
    pub covered: (usize, usize),
    /// Compared tokens of the new article and of the known one.
    pub lengths: (usize, usize),
    /// The longest stretch of the new article, and of the known one, that the other has nothing of.
    pub gaps: (usize, usize),
}

impl Pair {
    /// Whether most words of the shorter title stand in the other.
    pub fn same_title(&self) -> bool {
        self.figures[TITLE] > 0.6
    }
}

/// One side of a pair: the tokens that are compared, without its site's furniture.
#[derive(Debug)]
pub struct Side {
    pub sheet: Sheet,
    /// How many of the tokens stand in the title.
    pub title: usize,
    host: u32,
    /// Place of each compared token in the fingerprint.
    pub places: Vec<u16>,
    numbers: Vec<u32>,
    marked: Vec<u32>,
    order: OnceCell<Places>,
}

impl Side {
    pub fn new(print: &Fingerprint, furniture: &[bool]) -> Self {
        let is_kept = |at: &u16| !furniture.get(usize::from(*at)).copied().unwrap_or(false);
        let all = 0..u16::try_from(print.tokens.len()).unwrap_or(u16::MAX);
        let (places, tokens): (Vec<u16>, Vec<Token>) = if furniture.is_empty() {
            (all.collect(), print.tokens.clone())
        } else {
            all.filter(is_kept).map(|at| (at, print.tokens[usize::from(at)])).unzip()
        };
        let title = places.iter().take_while(|at| **at < print.title).count();
        let facts: Vec<Token> = tokens.iter().copied().filter(|token| token.kind() != Kind::Word).collect();
        Self {
            numbers: sorted(facts.iter().filter(|fact| fact.kind() == Kind::Number).map(|fact| fact.key())),
            marked: sorted(facts.iter().map(|fact| fact.key())),
            places,
            title,
            host: print.host,
            order: OnceCell::new(),
            sheet: Sheet::new(tokens),
        }
    }

    fn view(&self) -> View<'_> {
        View { tokens: &self.sheet.tokens, marked: &self.marked }
    }

    /// The part of the marks that belongs to the text, not to the title.
    fn body<'m>(&self, marks: &'m [bool]) -> &'m [bool] {
        &marks[self.title.min(marks.len())..]
    }

    fn text(&self) -> &[Token] {
        &self.sheet.tokens[self.title..]
    }

    /// Whether it has the word anywhere.
    fn says(&self, token: Token) -> bool {
        self.places().holds(token) || self.headline().iter().any(|it| it.key() == token.key())
    }

    fn headline(&self) -> &[Token] {
        &self.sheet.tokens[..self.title]
    }

    fn places(&self) -> &Places {
        self.order.get_or_init(|| Places::of(self.text()))
    }

    fn len(&self) -> usize {
        self.sheet.tokens.len()
    }
}

/// Lays the known article `b` beside the new one `a`.
pub fn measure(a: &Side, b: &Side) -> Pair {
    let mut passages = align::passages(&a.sheet, &b.sheet.tokens);
    if a.host != 0 && a.host == b.host {
        drop_edges(&mut passages, a, b);
    }
    let comparison = align::compare(a.view(), b.view(), &passages);
    let (ours, theirs) = mark(a, b, &passages);
    let sides = ((a, &ours), (b, &theirs));
    let ((short_side, short), (long_side, long)) =
        if a.len() <= b.len() { sides } else { (sides.1, sides.0) };
    let long = Cover::of(long_side.body(long));
    let short = Cover::of(trimmed(short_side.body(short), &long, (short_side, long_side)));
    let same = comparison.same_numbers as f32;
    let differ = comparison.other_facts.len() as f32;
    let figures = [
        short.spread,
        long.spread,
        short.spread.min(long.spread),
        short.inner,
        short.lead.min(long.lead),
        (1.0 + differ).ln(),
        (same + 0.5) / (same + differ + 1.0),
        (1.0 + comparison.other_names as f32).ln(),
        (1.0 + comparison.strange_facts as f32).ln(),
        (1.0 + comparison.strange_names as f32).ln(),
        title_overlap(a, b),
        log(a.len().min(b.len())),
        (log(a.len().max(b.len())) - log(a.len().min(b.len()))).min(MUCH),
        contained(&a.numbers, &b.numbers, 0.5),
        if short.spread > 0.0 { short_side.places().walk(long_side.text()).order() } else { 0.0 },
    ];
    Pair {
        figures,
        told: short.spread > 0.0 && (lead(b.body(&theirs)) >= TOLD || told(a, b.headline()) > TOLD),
        comparison,
        passages,
        covered: (count(&ours), count(&theirs)),
        lengths: (a.len(), b.len()),
        gaps: (gap(a.body(&ours)), gap(b.body(&theirs))),
    }
}

/// Two pages of one site end alike and begin alike, whatever they tell.
fn drop_edges(passages: &mut Vec<Passage>, a: &Side, b: &Side) {
    let most = a.len().min(b.len()) * 6 / 10;
    passages.retain(|passage| {
        let (Some(first), Some(last)) = (passage.first(), passage.last()) else { return false };
        let begins = usize::from(first.0) < a.title + NEAR && usize::from(first.1) < b.title + NEAR;
        let ends = usize::from(last.0) + NEAR >= a.len() && usize::from(last.1) + NEAR >= b.len();
        passage.len() > most || !(begins || ends)
    });
}

/// The longest stretch without a mark.
fn gap(body: &[bool]) -> usize {
    body.split(|mark| *mark).map(<[bool]>::len).max().unwrap_or(0)
}

/// How the passages lie in one text; shares of 0–1.
struct Cover {
    /// Of the text's stretches, how many hold a good part of a passage: a translation is covered
    /// thinly from end to end, a shared background only in one place.
    spread: f32,
    /// Of what lies between the first and the last covered place.
    inner: f32,
    /// Of the lead.
    lead: f32,
    /// Where the first passage begins.
    start: usize,
}

impl Cover {
    fn of(body: &[bool]) -> Self {
        let start = body.iter().position(|mark| *mark).unwrap_or(body.len());
        let end = body.iter().rposition(|mark| *mark).map_or(start, |last| last + 1);
        Self {
            spread: spread(body),
            inner: ratio(count(&body[start..end]), end - start),
            lead: lead(body),
            start,
        }
    }
}

/// A text that begins where the longer one begins is the same text cut short; what stands around it
/// is furniture of a site that is not known well enough yet.
fn trimmed<'a>(body: &'a [bool], long: &Cover, (side, other): (&Side, &Side)) -> &'a [bool] {
    let Some(start) = body.iter().position(|mark| *mark).filter(|_| long.start <= 4) else { return body };
    let end = body.iter().rposition(|mark| *mark).map_or(start, |last| last + 1);
    let head = if start > HEAD || tells_else(side, start, other) { 0 } else { start };
    &body[head..end.max(body.len().saturating_sub(TAIL))]
}

/// Whether the first words of a text take up what its title says and the other article nowhere does: that
/// is the lead of another story, not a site's furniture.
fn tells_else(side: &Side, head: usize, other: &Side) -> bool {
    let is_title = |token: &Token| side.headline().iter().any(|it| it.key() == token.key());
    let own = side.text().iter().take(head).filter(|token| is_title(token) && !other.says(**token));
    own.take(OWN).count() == OWN
}

fn lead(body: &[bool]) -> f32 {
    let lead = &body[..body.len().min(LEAD)];
    ratio(count(lead), lead.len())
}

fn spread(body: &[bool]) -> f32 {
    let stretches = body.chunks(body.len().div_ceil(STRETCHES).max(1));
    let all = stretches.len();
    let held = stretches.filter(|stretch| count(stretch) * 4 > stretch.len()).count();
    ratio(held, all)
}

/// Which places the passages cover on either side, gaps inside a passage included.
fn mark(a: &Side, b: &Side, passages: &[Passage]) -> (Vec<bool>, Vec<bool>) {
    let (mut ours, mut theirs) = (vec![false; a.len()], vec![false; b.len()]);
    for passage in passages {
        if let (Some(first), Some(last)) = (passage.first(), passage.last()) {
            ours[usize::from(first.0)..=usize::from(last.0)].fill(true);
            theirs[usize::from(first.1)..=usize::from(last.1)].fill(true);
        }
    }
    (ours, theirs)
}

/// How much of a title an article says anywhere; nothing of a title that has no words.
fn told(side: &Side, title: &[Token]) -> f32 {
    ratio(title.iter().filter(|token| side.says(**token)).count(), title.len())
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
