//! Two texts side by side: which passages of one stand in the other, and what differs inside them.

use crate::news::fingerprint::{Kind, Token};

/// Words that may be missing, added or replaced between two words that agree.
const GAP: usize = 4;
/// Words that agree before a passage counts: phrases like "prime minister of the republic" are
/// everybody's.
const PASSAGE: usize = 4;
/// Places of one pair of words that are tried: a text of nothing but "ha ha" has hundreds.
const PLACES: usize = 6;

/// A text prepared for being laid beside others.
#[derive(Debug)]
pub struct Sheet {
    pub tokens: Vec<Token>,
    heads: Vec<u16>,
    next: Vec<u16>,
    mask: usize,
}

const NONE: u16 = u16::MAX;

impl Sheet {
    pub fn new(tokens: Vec<Token>) -> Self {
        let size = (tokens.len() * 2).next_power_of_two().max(16);
        let mut sheet =
            Self { heads: vec![NONE; size], next: vec![NONE; tokens.len()], mask: size - 1, tokens };
        for at in (0..sheet.tokens.len().saturating_sub(1)).rev() {
            let home = sheet.home(sheet.tokens[at], sheet.tokens[at + 1]);
            sheet.next[at] = sheet.heads[home];
            sheet.heads[home] = u16::try_from(at).unwrap_or(NONE);
        }
        sheet
    }

    fn home(&self, a: Token, b: Token) -> usize {
        let mixed = (u64::from(a.key()) << 22 | u64::from(b.key())).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        usize::try_from(mixed >> 40).unwrap_or(0) & self.mask
    }

    /// Where the pair of words stands, first place first.
    fn places(&self, a: Token, b: Token) -> impl Iterator<Item = usize> + '_ {
        let mut at = self.heads[self.home(a, b)];
        let chain = std::iter::from_fn(move || {
            let here = usize::from(at);
            at = *self.next.get(here)?;
            Some(here)
        });
        chain
            .take(4 * PLACES)
            .filter(move |here| self.tokens[*here].key() == a.key() && self.tokens[here + 1].key() == b.key())
            .take(PLACES)
    }
}

/// Words that agree, in order: places in the one text and in the other.
pub type Passage = Vec<(u16, u16)>;

/// Lays `other` beside the sheet: the passages they share, each a list of agreeing places
/// (in the sheet, in `other`).
pub fn passages(sheet: &Sheet, other: &[Token]) -> Vec<Passage> {
    let mut found = Vec::new();
    let mut used = vec![false; sheet.tokens.len()];
    let mut at = 0;
    let mut floor = 0;
    while at + 1 < other.len() {
        let best = sheet
            .places(other[at], other[at + 1])
            .filter(|place| !used[*place])
            .map(|place| forward(sheet, other, place, at, &used))
            .max_by_key(Vec::len);
        let Some(ahead) = best else {
            at += 1;
            continue;
        };
        let passage = backward(sheet, other, ahead, floor, &used);
        if passage.len() >= PASSAGE {
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

fn forward(sheet: &Sheet, other: &[Token], place: usize, at: usize, used: &[bool]) -> Passage {
    let mut passage = vec![pair(place, at), pair(place + 1, at + 1)];
    let (mut i, mut j) = (place + 1, at + 1);
    while let Some((a, b)) = nearest(|a, b| agree(sheet, used, i + a, other.get(j + b))) {
        i += a;
        j += b;
        passage.push(pair(i, j));
    }
    passage
}

fn backward(sheet: &Sheet, other: &[Token], ahead: Passage, floor: usize, used: &[bool]) -> Passage {
    let Some(&(i, j)) = ahead.first() else { return ahead };
    let (mut i, mut j) = (usize::from(i), usize::from(j));
    let mut behind = Vec::new();
    while let Some((a, b)) = nearest(|a, b| {
        let (Some(x), Some(y)) = (i.checked_sub(a), j.checked_sub(b)) else { return false };
        y >= floor && agree(sheet, used, x, other.get(y))
    }) {
        i -= a;
        j -= b;
        behind.push(pair(i, j));
    }
    behind.reverse();
    behind.extend(ahead);
    behind
}

fn agree(sheet: &Sheet, used: &[bool], i: usize, other: Option<&Token>) -> bool {
    match (sheet.tokens.get(i), other) {
        (Some(a), Some(b)) => a.key() == b.key() && !used[i],
        _ => false,
    }
}

/// The smallest step to the next words that agree, straight ahead first.
fn nearest(agree: impl Fn(usize, usize) -> bool) -> Option<(usize, usize)> {
    if agree(1, 1) {
        return Some((1, 1));
    }
    for reach in 3..=2 * (GAP + 1) {
        // The most even step of each reach first: a replaced word leaves both sides equally long.
        let middle = reach / 2;
        for off in 0..reach {
            let a = if off % 2 == 0 { middle + off / 2 } else { middle.wrapping_sub(off / 2 + 1) };
            let b = reach.wrapping_sub(a);
            let fits = (1..=GAP + 1).contains(&a) && (1..=GAP + 1).contains(&b);
            if fits && agree(a, b) {
                return Some((a, b));
            }
        }
    }
    None
}

fn pair(i: usize, j: usize) -> (u16, u16) {
    (u16::try_from(i).unwrap_or(NONE), u16::try_from(j).unwrap_or(NONE))
}

/// What stands at corresponding places of shared passages.
#[derive(Debug, Default, Clone)]
pub struct Comparison {
    /// Numbers that agree.
    pub same_numbers: u32,
    /// Places (in the sheet, in the other) of numbers that stand for each other and differ.
    pub other_numbers: Vec<(u16, u16)>,
    /// Names that agree.
    pub same_names: u32,
    /// Names that stand for each other and differ.
    pub other_names: u32,
}

/// Compares numbers and names in passages, and between the words that agree in them.
pub fn compare(sheet: &Sheet, other: &[Token], passages: &[Passage]) -> Comparison {
    let mut out = Comparison::default();
    for passage in passages {
        for (i, _) in passage {
            match sheet.tokens[usize::from(*i)].kind() {
                Kind::Number => out.same_numbers += 1,
                Kind::Name => out.same_names += 1,
                Kind::Word => {}
            }
        }
        for step in passage.windows(2) {
            let ((i0, j0), (i1, j1)) = (step[0], step[1]);
            gap(&mut out, sheet, other, (i0 + 1, i1), (j0 + 1, j1));
        }
    }
    out
}

fn gap(out: &mut Comparison, sheet: &Sheet, other: &[Token], ours: (u16, u16), theirs: (u16, u16)) {
    if ours.0 >= ours.1 || theirs.0 >= theirs.1 {
        return;
    }
    let pick = |tokens: &[Token], (from, to): (u16, u16), kind: Kind| -> Vec<u16> {
        (from..to).filter(|at| tokens[usize::from(*at)].kind() == kind).collect()
    };
    for kind in [Kind::Number, Kind::Name] {
        let mut a = pick(&sheet.tokens, ours, kind);
        let mut b = pick(other, theirs, kind);
        let before = a.len();
        a.retain(|i| {
            let twin =
                b.iter().position(|j| other[usize::from(*j)].key() == sheet.tokens[usize::from(*i)].key());
            if let Some(at) = twin {
                b.remove(at);
            }
            twin.is_none()
        });
        let agreed = u32::try_from(before - a.len()).unwrap_or(0);
        let differ = a.len().min(b.len());
        if kind == Kind::Number {
            out.same_numbers += agreed;
            out.other_numbers.extend(a.into_iter().zip(b));
        } else {
            out.same_names += agreed;
            out.other_names += u32::try_from(differ).unwrap_or(0);
        }
    }
}
