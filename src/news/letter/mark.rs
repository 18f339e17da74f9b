//! Where a rule's term stands in the words around it.
//!
//! Evidence says where its words stand in its own snippet, and in the title that it was found in. In any
//! other text (the title of another article of the story, a snippet that another rule brought) the term
//! (`Карабах`) may be inflected (`Карабахе`), so the place is found by likeness there. When nothing is like
//! the term nothing is marked: a wrong mark would be a wrong proof.

use std::ops::Range;

use regex::RegexBuilder;
use serde::Serialize;
use unicode_normalization::UnicodeNormalization;

/// A stretch of text that is marked, or not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Piece {
    pub text: String,
    pub hit: bool,
}

/// Cuts a text at the marks. Marks that overlap become one.
#[must_use]
pub fn pieces(text: &str, mut marks: Vec<Range<usize>>) -> Vec<Piece> {
    marks.retain(|mark| text.get(mark.clone()).is_some());
    marks.sort_by_key(|mark| (mark.start, mark.end));
    let mut pieces: Vec<Piece> = Vec::new();
    let mut push = |range: Range<usize>, hit| {
        if let Some(text) = text.get(range).filter(|text| !text.is_empty()) {
            pieces.push(Piece { text: text.to_owned(), hit });
        }
    };
    let mut done = 0;
    for mark in marks {
        let start = mark.start.max(done);
        if start < mark.end {
            push(done..start, false);
            push(start..mark.end, true);
            done = mark.end;
        }
    }
    push(done..text.len(), false);
    pieces
}

/// The bytes of ranges of characters, as far as they lie in the text.
#[must_use]
pub fn ranges(text: &str, marks: &[(usize, usize)]) -> Vec<Range<usize>> {
    let place = |character: usize| {
        text.char_indices().map(|(at, _)| at).chain([text.len()]).nth(character).unwrap_or(text.len())
    };
    let ranges = marks.iter().map(|(start, end)| place(*start)..place(*end));
    ranges.filter(|range| range.start < range.end).collect()
}

/// Characters of a term that are looked for.
const LONGEST: usize = 200;

/// The bytes of `text` where `term` stands, `length` characters long as the hit has it.
#[must_use]
pub fn find(text: &str, term: &str, length: usize) -> Option<Range<usize>> {
    let end = term.char_indices().nth(LONGEST).map_or(term.len(), |(end, _)| end);
    let term = without_field(term[..end].trim());
    if let Some(pattern) = term.strip_prefix('/').and_then(|rest| rest.rsplit_once('/')) {
        return regex(text, pattern.0);
    }
    let exact = term.starts_with('=');
    let spelling = term.trim_start_matches('=').trim_matches('"').trim_end_matches('*');
    if spelling.chars().any(|c| !(c.is_alphanumeric() || c.is_whitespace() || joins(c)) || gapless(c)) {
        return literal(text, spelling);
    }
    words(text, spelling, length, exact).or_else(|| literal(text, spelling))
}

/// `title:word` → `word`
fn without_field(term: &str) -> &str {
    match term.split_once(':') {
        Some(("title" | "text" | "author" | "category" | "url" | "feed" | "language", rest)) => rest,
        _ => term,
    }
}

fn regex(text: &str, pattern: &str) -> Option<Range<usize>> {
    let regex = RegexBuilder::new(pattern).case_insensitive(true).size_limit(1 << 20).build().ok()?;
    regex.find(text).map(|found| found.range()).filter(|range| !range.is_empty())
}

/// A word of a text, folded, with its place.
struct Word {
    folded: Vec<char>,
    range: Range<usize>,
}

/// The likest run of words, the first of equals; one as long as the hit's beats one that is not.
fn words(text: &str, spelling: &str, length: usize, exact: bool) -> Option<Range<usize>> {
    let (text_words, term) = (split(text), split(spelling));
    if term.is_empty() {
        return None;
    }
    let mut best: Option<(usize, Range<usize>)> = None;
    for window in text_words.windows(term.len()) {
        let Some(likeness) = likeness(window, &term, exact) else { continue };
        let range = window[0].range.start..window[window.len() - 1].range.end;
        let as_long = text[range.clone()].chars().count() == length;
        let score = 2 * likeness + usize::from(as_long);
        if best.as_ref().is_none_or(|(best, _)| score > *best) {
            best = Some((score, range));
        }
    }
    best.map(|(_, range)| range)
}

/// How much of the term the words begin with, less what they have more; `None` when one of them
/// begins otherwise. Two thirds of a word must agree: `миграция` and `миграции`, not `песок`
/// and `Песков`.
fn likeness(window: &[Word], term: &[Word], exact: bool) -> Option<usize> {
    let mut total = 1_000;
    for (word, wanted) in window.iter().zip(term) {
        let common = word.folded.iter().zip(&wanted.folded).take_while(|(a, b)| a == b).count();
        let whole = common == wanted.folded.len();
        let enough =
            if exact { whole && word.folded.len() == common } else { 3 * common >= 2 * wanted.folded.len() };
        if !enough || (common < 3 && !whole) {
            return None;
        }
        total = (total + 4 * common).saturating_sub(wanted.folded.len() + word.folded.len());
    }
    Some(total)
}

fn split(text: &str) -> Vec<Word> {
    let mut words: Vec<Word> = Vec::new();
    for (at, character) in text.char_indices() {
        let inside = character.is_alphanumeric() || unicode_normalization::char::is_combining_mark(character);
        if !inside {
            continue;
        }
        let end = at + character.len_utf8();
        match words.last_mut().filter(|word| word.range.end == at) {
            Some(word) => {
                word.folded.extend(fold(character));
                word.range.end = end;
            }
            None => words.push(Word { folded: fold(character).collect(), range: at..end }),
        }
    }
    words
}

/// Case and accents do not matter for finding a place.
fn fold(character: char) -> impl Iterator<Item = char> {
    let plain = if character == 'ı' { 'i' } else { character };
    let bare = plain.nfkd().filter(|part| !unicode_normalization::char::is_combining_mark(*part));
    bare.flat_map(char::to_lowercase).collect::<Vec<_>>().into_iter()
}

/// Letters of scripts that leave no gap between words: Han, kana, Thai, Lao, Burmese, Khmer.
fn gapless(character: char) -> bool {
    matches!(character, '\u{e00}'..='\u{eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}'
        | '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{20000}'..='\u{3134f}')
}

/// Hyphens and apostrophes: inside a word they do not matter.
fn joins(character: char) -> bool {
    matches!(character, '-' | '\u{2010}' | '\u{2011}' | '\'' | '’')
}

/// The spelling anywhere, whatever its hyphens: `C++`, `cease-fire` for `ceasefire`, scripts without
/// word gaps.
fn literal(text: &str, spelling: &str) -> Option<Range<usize>> {
    let wanted: Vec<char> = spelling.chars().filter(|c| !joins(*c)).flat_map(fold).collect();
    if wanted.is_empty() {
        return None;
    }
    let folded: Vec<(char, usize, usize)> = text
        .char_indices()
        .filter(|(_, c)| !joins(*c))
        .flat_map(|(at, c)| fold(c).map(move |folded| (folded, at, at + c.len_utf8())))
        .collect();
    let same = |window: &&[(char, usize, usize)]| window.iter().map(|(c, ..)| c).eq(&wanted);
    let found = folded.windows(wanted.len()).find(same)?;
    Some(found[0].1..found[wanted.len() - 1].2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_what_the_rule_found() {
        for (text, term, length, expected) in [
            ("in Karabakh today", "karabakh", 8, "Karabakh"),
            ("мирные жители в Карабахе и рядом", "Карабах", 8, "Карабахе"),
            ("Ղարաբաղում այսօր", "Ղարաբաղ", 10, "Ղարաբաղում"),
            ("Qarabağda dünən", "Qarabag", 9, "Qarabağda"),
            ("песок и слова Пескова", "Песков", 7, "Пескова"),
            ("the blue-helmets left", "\"blue helmets\"", 12, "blue-helmets"),
            ("blue helmet, blue helmets", "blue helmets", 12, "blue helmets"),
            ("peacekeeping mission", "peacekeep*", 12, "peacekeeping"),
            ("news and new", "=new", 3, "new"),
            ("written in C++ today", "C++", 3, "C++"),
            ("在纳卡地区的维和人员", "维和人员", 4, "维和人员"),
            ("渡轮赶在结冰之前开航", "渡轮", 2, "渡轮"),
            ("pays $1,200 now", "/\\$[0-9,]+/", 6, "$1,200"),
            ("Cease-fire holds", "ceasefire", 10, "Cease-fire"),
            ("nothing of the kind", "$karabakh", 8, ""),
            ("title: Karabakh", "title:Karabakh", 8, "Karabakh"),
        ] {
            let found = find(text, term, length).map_or("", |range| &text[range]);
            assert_eq!(found, expected, "{term} in {text}");
        }
    }

    #[test]
    fn ranges_stay_in_the_text() {
        let marks = [(2, 4), (3, 99), (3, 1), (7, 9), (usize::MAX, usize::MAX)];
        assert_eq!(ranges("a да́ b", &marks), [2..6, 4..10]);
    }

    #[test]
    fn pieces_are_the_text() {
        let text = "один два три";
        let pieces = pieces(text, vec![9..15, 0..8, 5..9, 40..50]);
        assert_eq!(pieces.iter().map(|piece| piece.text.as_str()).collect::<String>(), text);
        assert_eq!(pieces.iter().filter(|piece| piece.hit).count(), 2);
    }
}
