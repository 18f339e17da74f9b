//! What holds of stories whatever the texts are.

mod made;

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use proptest::prelude::*;
use wirewatch::news::entry::{Article, EntryId};
use wirewatch::news::fingerprint::Fingerprint;
use wirewatch::news::story::{Fold, Known, StoryIndex, Verdict};

use made::Hand;

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

fn article(site: u8, title: &str, text: String) -> Article {
    Article {
        title: title.to_owned(),
        text,
        source: Some(format!("site{site}.example")),
        ..Article::default()
    }
}

/// The beginning of the character at that byte.
fn floor(text: &str, at: usize) -> usize {
    (0..=at).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0)
}

/// Years are days, which pages change freely.
fn not_a_year(number: u32) -> u32 {
    if (1900..2100).contains(&number) { number + 200 } else { number }
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
    let site = u8::try_from(words.len() % 2).unwrap();
    article(site, "From the courts", format!("{text} All rights of the publisher reserved here."))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    /// The order of arrival of two copies does not change that they meet: whole, cut to its beginning, framed by
    /// another site, with the numbers written otherwise, lightly rewritten.
    #[test]
    fn copies_meet_in_either_order(
        draft in made::draft(60..220, 4),
        title in made::draft(4..9, 0),
        frame in made::frame(24),
        cut in prop::option::of(40_usize..200),
        rewritten in prop::option::of(8_usize..20),
        hand in (0..Hand::ALL, 0..Hand::ALL),
        same_title in any::<bool>(),
    ) {
        let title = title.text(Hand(0));
        let whole = article(1, &title, draft.text(Hand(hand.0)));
        let mut copy = draft.cut(cut.unwrap_or(draft.len()));
        if let Some(every) = rewritten {
            copy = copy.rewritten(every);
        }
        let other = if same_title { title.clone() } else { format!("{} …", &title[..floor(&title, title.len() * 2 / 3)]) };
        let copy = article(2, &other, frame.around(&copy.text(Hand(hand.1))));
        for (first, second) in [(&whole, &copy), (&copy, &whole)] {
            let mut desk = Desk::default();
            desk.fold(first);
            let fold = desk.fold(second);
            prop_assert_eq!(fold.verdict, Verdict::Copy, "{:?}\n{}\n---\n{}", fold, first.text, second.text);
            prop_assert_eq!(fold.story, EntryId(0));
        }
    }

    /// A text of 60 words or more with numbers never merges with its twin whose numbers all changed, whoever frames
    /// it and however numbers are written.
    #[test]
    fn twins_with_other_numbers_stay_apart(
        draft in made::counted(60..220, 1..14),
        title in made::draft(4..9, 0),
        frames in (made::frame(24), made::frame(24)),
        framed in 0_u8..3,
        by in 1_u32..8000,
        hand in (0..Hand::ALL, 0..Hand::ALL),
        sites in (1_u8..3, 1_u8..3),
    ) {
        let title = title.text(Hand(0));
        let moved = draft.with_numbers(|_, number| not_a_year(number + by));
        let (ours, theirs) = (draft.text(Hand(hand.0)), moved.text(Hand(hand.1)));
        let ours = if framed > 0 { frames.0.around(&ours) } else { ours };
        let theirs = if framed > 1 { frames.1.around(&theirs) } else { theirs };
        let mut desk = Desk::default();
        desk.fold(&article(sites.0, &title, ours.clone()));
        let fold = desk.fold(&article(sites.1, &title, theirs.clone()));
        prop_assert_ne!(fold.verdict, Verdict::Copy, "{:?}\n{}\n---\n{}", fold, ours, theirs);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

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
        desk.fold(&article(1, "Lost and found", sentences(&words, &[3])));
        let known = desk.known[0].clone();
        desk.index.remove(known.id, &known.print);
        prop_assert!(desk.index.candidates(&known.print).is_empty());
    }

    /// No text makes it panic, and every fingerprint comes back from its bytes.
    #[test]
    fn any_text_can_be_folded(title in ".{0,60}", texts in prop::collection::vec("(?s).{0,400}", 1..4)) {
        let mut desk = Desk::default();
        for text in texts.iter().chain(&texts) {
            let article = article(1, &title, text.clone());
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
