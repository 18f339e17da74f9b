//! Two texts side by side, with what stands in both marked.

use std::ops::Range;

use serde::Serialize;

use super::show::{counted, plain};
use crate::news::passages::{self, Passage};

/// What `explain --json` says of both texts.
#[derive(Debug, Serialize)]
pub struct Beside {
    /// Number of the other entry.
    pub with: i64,
    pub text: String,
    pub their_text: String,
    pub passages: Vec<Shared>,
    #[serde(skip)]
    found: Vec<Passage>,
}

/// A passage that stands in both; offsets in Unicode characters.
#[derive(Debug, Serialize)]
pub struct Shared {
    pub start: usize,
    pub end: usize,
    pub their_start: usize,
    pub their_end: usize,
    pub words: usize,
}

impl Beside {
    /// Lays two texts beside each other, `text` being the one that is explained.
    #[must_use]
    pub fn of(text: &str, with: i64, their_text: &str) -> Self {
        let (text, their_text) = (one_line(text), one_line(their_text));
        let found = passages::passages(&text, &their_text);
        let shared = |passage: &Passage| Shared {
            start: characters(&text, passage.ours.start),
            end: characters(&text, passage.ours.end),
            their_start: characters(&their_text, passage.theirs.start),
            their_end: characters(&their_text, passage.theirs.end),
            words: passage.words,
        };
        let passages = found.iter().map(shared).collect();
        Self { with, text, their_text, passages, found }
    }

    /// The other text on the left, as it came first.
    #[must_use]
    pub fn lines(&self, id: i64) -> Vec<String> {
        let words: usize = self.found.iter().map(|passage| passage.words).sum();
        let said = match self.found.len() {
            0 => format!("no {} words in a row stand in both", passages::PASSAGE),
            many => format!(
                "what stands in both is in [brackets]: {}, {}",
                counted(words, "word"),
                counted(many, "passage")
            ),
        };
        let theirs = marked(&self.their_text, self.found.iter().map(|passage| passage.theirs.clone()));
        let ours = marked(&self.text, self.found.iter().map(|passage| passage.ours.clone()));
        let mut lines = vec![format!("{} and {id} side by side; {said}", self.with)];
        lines.extend(columns(&theirs, &ours));
        lines
    }
}

/// White space is layout, and control characters are for terminals: neither is text.
fn one_line(text: &str) -> String {
    plain(text).split_whitespace().collect::<Vec<_>>().join(" ")
}

fn characters(text: &str, byte: usize) -> usize {
    text[..byte].chars().count()
}

/// The text with brackets around these ranges of it.
fn marked(text: &str, ranges: impl Iterator<Item = Range<usize>>) -> String {
    let mut ranges: Vec<Range<usize>> = ranges.collect();
    ranges.sort_by_key(|range| range.start);
    let mut out = String::with_capacity(text.len() + 2 * ranges.len());
    let (mut done, mut open) = (0, false);
    for range in ranges {
        // Two passages of the one text may stand in the same words of the other.
        let start = range.start.max(done);
        if range.end <= start {
            continue;
        }
        if open && start > done {
            out.push(']');
            open = false;
        }
        out.push_str(&text[done..start]);
        if !open {
            out.push('[');
            open = true;
        }
        out.push_str(&text[start..range.end]);
        done = range.end;
    }
    if open {
        out.push(']');
    }
    out + &text[done..]
}

/// Characters of one column: two of them and the gap fill a terminal of 80.
const COLUMN: usize = 38;

fn columns(left: &str, right: &str) -> Vec<String> {
    let (left, right) = (textwrap::wrap(left, COLUMN), textwrap::wrap(right, COLUMN));
    let line = |at: usize| {
        let left = left.get(at).map(AsRef::as_ref).unwrap_or_default();
        let right = right.get(at).map(AsRef::as_ref).unwrap_or_default();
        let gap = COLUMN.saturating_sub(textwrap::core::display_width(left));
        format!("{left}{}  │ {right}", " ".repeat(gap)).trim_end().to_owned()
    };
    (0..left.len().max(right.len())).map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::{Beside, marked};

    #[test]
    fn passages_that_overlap_are_one_mark() {
        assert_eq!(marked("abcdef", [1..3, 2..4, 2..3, 5..6].into_iter()), "a[bcd]e[f]");
        assert_eq!(marked("abcdef", [1..3, 3..4].into_iter()), "a[bcd]ef");
        assert_eq!(marked("abc", std::iter::empty()), "abc");
    }

    #[test]
    fn nothing_of_a_text_reaches_the_terminal_but_text() {
        let beside = Beside::of("one two three four\u{1b}[2J\n\nfive", 7, "One two three four six");
        let lines = beside.lines(9);
        assert_eq!(
            lines,
            [
                "7 and 9 side by side; what stands in both is in [brackets]: 4 words, 1 passage",
                "[One two three four] six                │ [one two three four] [2J five",
            ]
        );
        assert_eq!((beside.passages[0].start, beside.passages[0].their_end), (0, 18));
    }
}
