//! What holds of stories whatever the texts are.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use proptest::prelude::*;
use wirewatch::news::entry::{Article, EntryId};
use wirewatch::news::fingerprint::Fingerprint;
use wirewatch::news::story::{Fold, Known, StoryIndex, Verdict};

/// A desk as the pipeline keeps it; `restart` reads everything back from bytes.
#[derive(Default)]
struct Desk {
    index: StoryIndex,
    known: Vec<Known>,
}

impl Desk {
    fn fold(&mut self, article: &Article) -> Fold {
        let id = EntryId(i64::try_from(self.known.len()).unwrap());
        let print = Fingerprint::of(article);
        let candidates: Vec<Known> = self
            .index
            .candidates(&print)
            .iter()
            .map(|id| self.known[usize::try_from(id.0).unwrap()].clone())
            .collect();
        let seen = DateTime::<Utc>::UNIX_EPOCH + TimeDelta::days(20_000);
        let fold = self.index.fold(id, &print, seen, &candidates);
        let known = Known { id, story: fold.story, first_seen: seen, print: Arc::new(print) };
        if fold.parts.is_empty() {
            self.index.insert(&known);
        }
        self.known.push(known);
        fold
    }

    fn restart(self) -> Self {
        let mut desk = Self::default();
        for known in self.known {
            let print = Arc::new(Fingerprint::from_bytes(&known.print.to_bytes()).unwrap());
            let known = Known { print, ..known };
            desk.index.insert(&known);
            desk.known.push(known);
        }
        desk
    }
}

fn article(title: &str, text: &str) -> Article {
    Article { title: title.to_owned(), text: text.to_owned(), ..Article::default() }
}

const WORDS: &str = "[a-z]{4,9}";

/// A text of sentences; every ninth word is a number when `numbers`.
fn sentences(words: &[String], numbers: &[u32]) -> String {
    let mut out = String::new();
    let mut numbers = numbers.iter().cycle();
    for (place, word) in words.iter().enumerate() {
        out.push_str(word);
        out.push_str(if place % 12 == 11 { ". " } else { " " });
        if place % 9 == 4 {
            out.extend(numbers.next().map(|number| format!("{number} ")));
        }
    }
    out
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// The order of arrival of two copies does not change that they meet.
    #[test]
    fn copies_meet_in_either_order(
        words in prop::collection::vec(WORDS, 60..200),
        cut in 40_usize..60,
    ) {
        let whole = article("Harbour report of the week", &sentences(&words, &[]));
        let short = article("Harbour report of the week", &sentences(&words[..cut], &[]));
        for (first, second) in [(&whole, &short), (&short, &whole)] {
            let mut desk = Desk::default();
            desk.fold(first);
            let fold = desk.fold(second);
            prop_assert_eq!(fold.verdict, Verdict::Copy, "{}", fold.why);
            prop_assert_eq!(fold.story, EntryId(0));
        }
    }

    /// A text of 60 words or more with numbers never merges with its twin whose numbers all changed.
    #[test]
    fn twins_with_other_numbers_stay_apart(
        words in prop::collection::vec(WORDS, 60..200),
        numbers in prop::collection::vec(10_u32..900, 6..20),
        by in 1000_u32..8000,
    ) {
        let moved: Vec<u32> = numbers.iter().map(|number| number + by).collect();
        let mut desk = Desk::default();
        desk.fold(&article("Harvest report", &sentences(&words, &numbers)));
        let fold = desk.fold(&article("Harvest report", &sentences(&words, &moved)));
        prop_assert_ne!(fold.verdict, Verdict::Copy, "{}", fold.why);
        prop_assert_eq!(fold.update_of, Some(EntryId(0)), "{}", fold.why);
    }

    /// Folding is the same after a restart.
    #[test]
    fn a_restart_changes_nothing(
        texts in prop::collection::vec(prop::collection::vec(WORDS, 20..60), 2..8),
        again in 0_usize..8,
    ) {
        let again = again % texts.len();
        let read = |words: &[String]| article("From the courts", &sentences(words, &[12, 40]));
        let mut desk = Desk::default();
        for words in &texts {
            desk.fold(&read(words));
        }
        let question = read(&texts[again]);
        let print = Fingerprint::of(&question);
        let before = desk.index.candidates(&print);
        let mut restarted = desk.restart();
        prop_assert_eq!(&restarted.index.candidates(&print), &before);
        let fold = restarted.fold(&question);
        prop_assert_eq!(fold.verdict, Verdict::Copy, "{}", fold.why);
    }

    /// An article that is forgotten leaves no trace.
    #[test]
    fn what_is_removed_is_found_no_more(words in prop::collection::vec(WORDS, 20..80)) {
        let mut desk = Desk::default();
        desk.fold(&article("Lost and found", &sentences(&words, &[3])));
        let known = desk.known[0].clone();
        desk.index.remove(known.id, &known.print);
        prop_assert!(desk.index.candidates(&known.print).is_empty());
    }

    /// No text makes it panic, and every fingerprint comes back from its bytes.
    #[test]
    fn any_text_can_be_folded(title in ".{0,60}", texts in prop::collection::vec("(?s).{0,400}", 1..4)) {
        let mut desk = Desk::default();
        for text in texts.iter().chain(&texts) {
            let article = article(&title, text);
            let print = Fingerprint::of(&article);
            prop_assert_eq!(Fingerprint::from_bytes(&print.to_bytes()), Some(print));
            desk.fold(&article);
        }
    }

    #[test]
    fn any_bytes_can_be_read(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = Fingerprint::from_bytes(&bytes);
    }
}
