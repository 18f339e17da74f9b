//! What stands in two texts word for word: for a person who wants to see why one is a copy.

use std::collections::HashMap;
use std::ops::Range;

use super::words::{Scan, fold_word};

/// Words in a row from which on a passage counts.
pub const PASSAGE: usize = 4;
/// Words of a text that are compared.
const WORDS: usize = 5_000;
/// Places of one run of words that are tried; so the work grows with the length alone.
const TRIED: usize = 16;

/// A passage that stands in both texts; case, accents and punctuation do not matter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Passage {
    /// Bytes in the one text,
    pub ours: Range<usize>,
    /// and in the other.
    pub theirs: Range<usize>,
    pub words: usize,
}

/// The passages of `ours` that stand in `theirs` too, the longest at each place, in the order of `ours`.
#[must_use]
pub fn passages(ours: &str, theirs: &str) -> Vec<Passage> {
    let (ours, theirs) = (Words::of(ours), Words::of(theirs));
    let mut places: HashMap<&[String], Vec<usize>> = HashMap::new();
    for (at, run) in theirs.folded.windows(PASSAGE).enumerate() {
        let places = places.entry(run).or_default();
        if places.len() < TRIED {
            places.push(at);
        }
    }
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(run) = ours.folded.get(at..at + PASSAGE) {
        let tried = places.get(run).into_iter().flatten();
        let longest = tried
            .map(|place| (common(&ours.folded[at..], &theirs.folded[*place..]), *place))
            .max_by_key(|(words, place)| (*words, std::cmp::Reverse(*place)));
        let Some((words, place)) = longest else {
            at += 1;
            continue;
        };
        found.push(Passage { ours: ours.bytes(at, words), theirs: theirs.bytes(place, words), words });
        at += words;
    }
    found
}

fn common(ours: &[String], theirs: &[String]) -> usize {
    ours.iter().zip(theirs).take_while(|(a, b)| a == b).count()
}

/// The first words of a text, and where they stand.
struct Words {
    folded: Vec<String>,
    bytes: Vec<Range<usize>>,
}

impl Words {
    fn of(text: &str) -> Self {
        let scan = Scan::of(text);
        let tokens = scan.tokens.iter().take(WORDS);
        let (folded, bytes) =
            tokens.map(|token| (fold_word(token.of(text)), token.start as usize..token.end as usize)).unzip();
        Self { folded, bytes }
    }

    fn bytes(&self, first: usize, words: usize) -> Range<usize> {
        self.bytes[first].start..self.bytes[first + words - 1].end
    }
}

#[cfg(test)]
mod tests {
    use super::passages;
    use proptest::prelude::*;

    fn shared(ours: &str, theirs: &str) -> Vec<(String, String)> {
        let cut = |text: &str, range: &std::ops::Range<usize>| text[range.clone()].to_owned();
        passages(ours, theirs).iter().map(|it| (cut(ours, &it.ours), cut(theirs, &it.theirs))).collect()
    }

    #[test]
    fn the_longest_at_each_place_whatever_case_and_commas() {
        let ours = "He said: the Old bridge, is closed. And the old bridge stays";
        let theirs = "The old bridge is gone. But the old bridge is closed and";
        let said = [("the Old bridge, is closed. And".to_owned(), "the old bridge is closed and".to_owned())];
        assert_eq!(shared(ours, theirs), said);
    }

    #[test]
    fn three_words_are_no_passage() {
        assert_eq!(shared("one two three five", "one two three four"), []);
        assert_eq!(shared("", "one two three four"), []);
    }

    proptest! {
        #[test]
        fn both_sides_say_the_same(ours in "[abAB ,é]{0,80}", theirs in "[abAB ,é]{0,80}") {
            let mut end = 0;
            for (passage, (a, b)) in passages(&ours, &theirs).iter().zip(shared(&ours, &theirs)) {
                prop_assert!(passage.ours.start >= end, "passages lie one after another");
                end = passage.ours.end;
                let words = |text: &str| super::Words::of(text).folded;
                prop_assert_eq!(words(&a), words(&b));
                prop_assert_eq!(words(&a).len(), passage.words);
            }
        }

        #[test]
        fn a_text_is_one_passage_of_itself(words in prop::collection::vec("[a-z]{1,6}", 4..40)) {
            let text = words.join(" ");
            let whole = passages(&text, &text);
            prop_assert_eq!(whole.len(), 1);
            prop_assert_eq!(whole[0].words, words.len());
        }
    }
}
