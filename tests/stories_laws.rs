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
    /// Nobody's candidates; their fingerprints are not kept.
    roundups: Vec<EntryId>,
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
        } else {
            self.roundups.push(id);
        }
        self.known.push(known);
        fold
    }

    /// The article that stands for a story.
    fn lead(&self, story: EntryId) -> Option<EntryId> {
        let members = self.known.iter().filter(|known| known.story == story);
        members.min_by_key(|known| (known.first_seen, known.id)).map(|known| known.id)
    }

    fn restart(self) -> Self {
        let mut desk = Self { roundups: self.roundups, ..Self::default() };
        for known in self.known {
            let print = Arc::new(Fingerprint::from_bytes(&known.print.to_bytes()).unwrap());
            let known = Known { print, ..known };
            if !desk.roundups.contains(&known.id) {
                desk.index.insert(&known);
            }
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

/// What may come of a text: whole, cut, with other numbers, as an old text, in a roundup.
fn rerun(words: &[String], others: &[String], kind: usize) -> Article {
    let text = match kind {
        0 => sentences(words, &[12, 40]),
        1 => sentences(&words[..45], &[12, 40]),
        2 => sentences(words, &[31, 77]),
        3 => format!("Seen on Tuesday, 19 September. {}", sentences(words, &[12, 40])),
        _ => format!("{} {}", sentences(words, &[12, 40]), sentences(others, &[12, 40])),
    };
    let source = Some(format!("site{}.example", words.len() % 2));
    Article {
        source,
        ..article("From the courts", &format!("{text} All rights of the publisher reserved here."))
    }
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

    /// Folding is the same after a restart: verdict, story, flags, reasons and lead of all that comes.
    #[test]
    fn a_restart_changes_nothing(
        texts in prop::collection::vec(prop::collection::vec(WORDS, 60..120), 2..4),
        arrivals in prop::collection::vec((0_usize..4, 0_usize..4, 0_usize..5), 6..14),
        ends in 1_usize..6,
    ) {
        let mut steady = Desk::default();
        let mut restarted = Desk::default();
        for (place, (text, other, kind)) in arrivals.into_iter().enumerate() {
            if place == ends {
                restarted = restarted.restart();
            }
            let (words, others) = (&texts[text % texts.len()], &texts[other % texts.len()]);
            let article = rerun(words, others, kind);
            let (before, after) = (steady.fold(&article), restarted.fold(&article));
            prop_assert_eq!(&before, &after, "arrival {}", place);
            prop_assert_eq!(steady.lead(before.story), restarted.lead(after.story));
        }
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
