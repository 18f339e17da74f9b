//! Two texts side by side: which passages of one stand in the other, and what differs inside them.

use std::cell::OnceCell;
use std::ops::Range;

use crate::news::fingerprint::{Kind, Token};

/// Words that may be missing, added or replaced between two words that agree.
const GAP: usize = 4;
/// Words that agree before a passage counts: phrases like "prime minister of the republic" are
/// everybody's.
const PASSAGE: usize = 4;
/// Words between two that agree for what stands between them to stand for each other: in a longer
/// gap of a free translation anything may have been left out.
const TIGHT: u16 = 3;
/// Places of one pair of words that are tried: a text of nothing but "ha ha" has hundreds.
const PLACES: usize = 6;

/// A text that can be laid beside others.
#[derive(Debug)]
pub struct Sheet {
    pub tokens: Vec<Token>,
    pairs: OnceCell<Pairs>,
}

/// Where each pair of words stands: made of the one text that many others are laid beside, when the first
/// of them is.
#[derive(Debug)]
struct Pairs {
    heads: Vec<u16>,
    next: Vec<u16>,
    mask: usize,
}

const NONE: u16 = u16::MAX;

impl Sheet {
    pub fn new(tokens: Vec<Token>) -> Self {
        Self { tokens, pairs: OnceCell::new() }
    }

    fn pairs(&self) -> &Pairs {
        self.pairs.get_or_init(|| Pairs::of(&self.tokens))
    }
}

impl Pairs {
    fn of(tokens: &[Token]) -> Self {
        let size = (tokens.len() * 2).next_power_of_two().max(16);
        let mut pairs = Self { heads: vec![NONE; size], next: vec![NONE; tokens.len()], mask: size - 1 };
        for at in (0..tokens.len().saturating_sub(1)).rev() {
            let home = pairs.home(tokens[at], tokens[at + 1]);
            pairs.next[at] = pairs.heads[home];
            pairs.heads[home] = u16::try_from(at).unwrap_or(NONE);
        }
        pairs
    }

    fn home(&self, a: Token, b: Token) -> usize {
        let mixed = (u64::from(a.key()) << 22 | u64::from(b.key())).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        usize::try_from(mixed >> 40).unwrap_or(0) & self.mask
    }

    /// Where the pair of words stands in the text, first place first.
    fn places<'p>(&'p self, tokens: &'p [Token], a: Token, b: Token) -> impl Iterator<Item = usize> + 'p {
        let mut at = self.heads[self.home(a, b)];
        let chain = std::iter::from_fn(move || {
            let here = usize::from(at);
            at = *self.next.get(here)?;
            Some(here)
        });
        let stands = move |here: &usize| tokens[*here].key() == a.key() && tokens[here + 1].key() == b.key();
        chain.take(4 * PLACES).filter(stands).take(PLACES)
    }
}

/// Words that agree, in order: places in the one text and in the other.
pub type Passage = Vec<(u16, u16)>;

/// Lays `other` beside the sheet: the passages they share, each a list of agreeing places
/// (in the sheet, in `other`).
pub fn passages(sheet: &Sheet, other: &[Token]) -> Vec<Passage> {
    let pairs = sheet.pairs();
    let mut found = Vec::new();
    let mut used = vec![false; sheet.tokens.len()];
    let (mut ahead, mut trial) = (Passage::new(), Passage::new());
    let mut at = 0;
    let mut floor = 0;
    while at + 1 < other.len() {
        ahead.clear();
        for place in pairs.places(&sheet.tokens, other[at], other[at + 1]).filter(|place| !used[*place]) {
            forward(&mut trial, sheet, other, (place, at), &used);
            if trial.len() >= ahead.len() {
                std::mem::swap(&mut ahead, &mut trial);
            }
        }
        let Some(first) = ahead.first() else {
            at += 1;
            continue;
        };
        backward(&mut trial, sheet, other, (*first, floor), &used);
        if trial.len() + ahead.len() >= PASSAGE {
            let passage: Passage = trial.iter().rev().chain(&ahead).copied().collect();
            for (place, _) in &passage {
                used[usize::from(*place)] = true;
            }
            at = passage.last().map_or(at, |(_, last)| usize::from(*last)) + 1;
            floor = at;
            found.push(passage);
        } else {
            at += 1;
        }
    }
    found
}

/// The pair of words that stands at the two places, and what agrees behind it.
fn forward(ahead: &mut Passage, sheet: &Sheet, other: &[Token], (place, at): (usize, usize), used: &[bool]) {
    ahead.clear();
    ahead.extend([pair(place, at), pair(place + 1, at + 1)]);
    let (mut i, mut j) = (place + 1, at + 1);
    while let Some((a, b)) = nearest(|a, b| agree(sheet, used, i + a, other.get(j + b))) {
        i += a;
        j += b;
        ahead.push(pair(i, j));
    }
}

/// What agrees before the first pair, from there back, as far as `floor` in the other text.
fn backward(
    behind: &mut Passage,
    sheet: &Sheet,
    other: &[Token],
    (first, floor): ((u16, u16), usize),
    used: &[bool],
) {
    behind.clear();
    let (mut i, mut j) = (usize::from(first.0), usize::from(first.1));
    while let Some((a, b)) = nearest(|a, b| {
        let (Some(x), Some(y)) = (i.checked_sub(a), j.checked_sub(b)) else { return false };
        y >= floor && agree(sheet, used, x, other.get(y))
    }) {
        i -= a;
        j -= b;
        behind.push(pair(i, j));
    }
}

fn agree(sheet: &Sheet, used: &[bool], i: usize, other: Option<&Token>) -> bool {
    match (sheet.tokens.get(i), other) {
        (Some(a), Some(b)) => a.key() == b.key() && !used[i],
        _ => false,
    }
}

/// The smallest step to the next words that agree, straight ahead first.
fn nearest(agree: impl Fn(usize, usize) -> bool) -> Option<(usize, usize)> {
    STEPS.into_iter().find(|(a, b)| agree(*a, *b))
}

/// Steps of up to one more word than a gap has on either side, the shortest first; of each length the most
/// even one first: a replaced word leaves both sides equally long.
const STEPS: [(usize, usize); (GAP + 1) * (GAP + 1)] = {
    let mut steps = [(1, 1); (GAP + 1) * (GAP + 1)];
    let mut count = 1;
    let mut reach = 3;
    while reach <= 2 * (GAP + 1) {
        let middle = reach / 2;
        let mut off = 0;
        while off < reach {
            let a = if off % 2 == 0 { middle + off / 2 } else { middle.wrapping_sub(off / 2 + 1) };
            let b = reach.wrapping_sub(a);
            if a >= 1 && a <= GAP + 1 && b >= 1 && b <= GAP + 1 {
                steps[count] = (a, b);
                count += 1;
            }
            off += 1;
        }
        reach += 1;
    }
    steps
};

fn pair(i: usize, j: usize) -> (u16, u16) {
    (u16::try_from(i).unwrap_or(NONE), u16::try_from(j).unwrap_or(NONE))
}

/// What stands at corresponding places of shared passages.
#[derive(Debug, Default, Clone)]
pub struct Comparison {
    /// Numbers that agree.
    pub same_numbers: u32,
    /// Places (in the sheet, in the other) of numbers, weekdays, months and years that stand for each
    /// other and differ, and at least one of which the other text has nowhere.
    pub other_facts: Vec<(u16, u16)>,
    /// Names that agree.
    pub same_names: u32,
    /// Names that stand for each other and differ, likewise.
    pub other_names: u32,
    /// In shared passages, numbers that each text has and the other has nowhere.
    pub strange_facts: u32,
    /// From the first passage to the last, numbers that each text has and the other has nowhere; not looked for
    /// where any number agrees.
    pub strange_numbers: u32,
    /// Likewise names.
    pub strange_names: u32,
}

/// One side of a comparison.
#[derive(Clone, Copy)]
pub struct View<'a> {
    pub tokens: &'a [Token],
    /// The keys of all its numbers, names and calendar words, sorted.
    pub marked: &'a [u32],
}

/// Compares numbers and names in passages, and between the words that agree in them.
pub fn compare(ours: View, theirs: View, passages: &[Passage]) -> Comparison {
    let mut out = Comparison::default();
    for passage in passages {
        for (i, _) in passage {
            match ours.tokens[usize::from(*i)].kind() {
                Kind::Number => out.same_numbers += 1,
                Kind::Name => out.same_names += 1,
                Kind::Word | Kind::Calendar => {}
            }
        }
        for step in passage.windows(2) {
            let ((i0, j0), (i1, j1)) = (step[0], step[1]);
            let (ours_long, theirs_long) = (i1 - i0 - 1, j1 - j0 - 1);
            let tight = ours_long.max(theirs_long) <= TIGHT && ours_long.abs_diff(theirs_long) <= 1;
            if tight && ours_long.min(theirs_long) > 0 {
                gap(&mut out, &(ours, i0 + 1..i1), &(theirs, j0 + 1..j1));
            } else if ours_long.min(theirs_long) > 0 {
                beside(&mut out, (ours, i0 + 1), (theirs, j0 + 1));
                beside(&mut out, (ours, i1 - 1), (theirs, j1 - 1));
            }
        }
        if let (Some(first), Some(last)) = (passage.first(), passage.last()) {
            let (a, b) = ((ours, first.0..last.0 + 1), (theirs, first.1..last.1 + 1));
            if first.0 > 0 && first.1 > 0 {
                beside(&mut out, (ours, first.0 - 1), (theirs, first.1 - 1));
            }
            beside(&mut out, (ours, last.0 + 1), (theirs, last.1 + 1));
            let (ours, theirs) = (strange_facts(&a, &b), strange_facts(&b, &a));
            let both = ours.iter().zip(theirs).map(|(ours, theirs)| *ours.min(&theirs));
            out.strange_facts += both.sum::<u32>();
            out.strange_names += strange_names(&a, &b).min(strange_names(&b, &a));
        }
    }
    if out.same_numbers > 0 {
        return out;
    }
    let (a, b) = spans(passages);
    let (a, b) = ((ours, a), (theirs, b));
    out.strange_numbers = strange_facts(&a, &b)[NUMBERS].min(strange_facts(&b, &a)[NUMBERS]);
    out
}

/// From the first place of all passages to behind the last, in the sheet and in the other.
pub fn spans(passages: &[Passage]) -> (Range<u16>, Range<u16>) {
    let span = |of: fn(&(u16, u16)) -> u16| {
        let places = || passages.iter().flatten().map(of);
        places().min().zip(places().max()).map_or(0..0, |(first, last)| first..last + 1)
    };
    (span(|step| step.0), span(|step| step.1))
}

type Stretch<'a> = (View<'a>, Range<u16>);

fn gap(out: &mut Comparison, ours: &Stretch, theirs: &Stretch) {
    for facts in [true, false] {
        let a = unmatched(ours, theirs, facts);
        let b = unmatched(theirs, ours, facts);
        let strange = |(i, j): &(u16, u16)| {
            let (one, other) = (ours.0.tokens[usize::from(*i)], theirs.0.tokens[usize::from(*j)]);
            one.replaces(other) && (is_strange(ours, *i, theirs) || is_strange(theirs, *j, ours))
        };
        let differ = a.into_iter().zip(b).filter(strange);
        if facts {
            out.other_facts.extend(differ);
        } else {
            out.other_names += u32::try_from(differ.count()).unwrap_or(0);
        }
    }
}

/// Numbers beside the same word stand for each other, whatever else stands between it and the next word that agrees.
fn beside(out: &mut Comparison, (ours, i): (View, u16), (theirs, j): (View, u16)) {
    let kind = |view: &View, at: u16| view.tokens.get(usize::from(at)).map(|token| token.kind());
    if kind(&ours, i) == Some(Kind::Number) && kind(&theirs, j) == Some(Kind::Number) {
        gap(out, &(ours, i..i + 1), &(theirs, j..j + 1));
    }
}

/// Places of facts, or else of names, in a stretch whose word does not stand in the stretch opposite.
fn unmatched((view, stretch): &Stretch, (other, opposite): &Stretch, facts: bool) -> Vec<u16> {
    let key = |view: &View, at: u16| view.tokens[usize::from(at)].key();
    let stands_opposite = |at: u16| opposite.clone().any(|there| key(other, there) == key(view, at));
    stretch
        .clone()
        .filter(|at| is_wanted(view.tokens[usize::from(*at)], facts) && !stands_opposite(*at))
        .collect()
}

fn is_wanted(token: Token, facts: bool) -> bool {
    match token.kind() {
        Kind::Number | Kind::Calendar => facts,
        Kind::Name => !facts,
        Kind::Word => false,
    }
}

/// Where numbers stand among the units of facts.
const NUMBERS: usize = 3;

/// How many weekdays, months, years and numbers of a stretch the other text has nowhere.
fn strange_facts(ours: &Stretch, theirs: &Stretch) -> [u32; 4] {
    let (view, stretch) = ours;
    let mut counts = [0; 4];
    for at in stretch.clone() {
        let token = view.tokens[usize::from(at)];
        if is_wanted(token, true) && is_strange(ours, at, theirs) {
            counts[token.unit()] += 1;
        }
    }
    counts
}

/// Likewise names.
fn strange_names(ours: &Stretch, theirs: &Stretch) -> u32 {
    let (view, stretch) = ours;
    let strange = |at: &u16| is_wanted(view.tokens[usize::from(*at)], false) && is_strange(ours, *at, theirs);
    u32::try_from(stretch.clone().filter(strange).count()).unwrap_or(u32::MAX)
}

/// Whether the other text has that word nowhere: else a table was read in another order.
fn is_strange((view, _): &Stretch, at: u16, (other, _): &Stretch) -> bool {
    other.marked.binary_search(&view.tokens[usize::from(at)].key()).is_err()
}
