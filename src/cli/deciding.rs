//! The figures that decided whether two articles are copies, in words.

use std::cmp::Ordering;

use crate::news::entry::EntryId;
use crate::news::story::{Share, StoryIndex};
use crate::store::{self, Ledger};

/// Articles of a feed from which it is learned what its site puts around texts.
const NEIGHBOURS: u32 = 64;
/// Lines that are printed of it.
const HEAVIEST: usize = 6;
/// What adds less to the certainty, or takes less from it, decided nothing.
const LITTLE: f32 = 0.1;

/// What each figure means; `log` figures grow slower than what they count.
const MEANINGS: [(&str, &str); 15] = [
    ("spread_short", "how much of the shorter text the other has, end to end"),
    ("spread_long", "how much of the longer text the other has, end to end"),
    ("spread_least", "the lesser of both"),
    ("inner_short", "how closely the shorter text follows the other"),
    ("lead_least", "how much of the beginning of either text the other has, the lesser of both"),
    ("numbers_differ", "numbers and days that differ in the same words (log)"),
    ("numbers_agree", "share of those numbers that agree"),
    ("names_differ", "names that differ in the same words (log)"),
    ("numbers_strange", "numbers in shared passages that the other text has nowhere (log)"),
    ("names_strange", "names in shared passages that the other text has nowhere (log)"),
    ("title_overlap", "how much of the shorter title the other has"),
    ("length_short", "length of the shorter text (log)"),
    ("length_ratio", "how much longer the other is (log)"),
    ("numbers_shared", "share of all numbers that both have"),
    ("order", "share of the words in common that come in the same order"),
];

/// What was weighed when an entry was laid beside another, the heaviest first. Nothing once a fingerprint is forgotten.
///
/// # Errors
/// What the database reports.
pub fn weighed(ledger: &Ledger<'_>, id: EntryId, with: EntryId) -> store::Result<Vec<Share>> {
    let pair = ledger.known(&[id, with])?;
    let [ours, theirs] = pair.as_slice() else { return Ok(Vec::new()) };
    let mut index = StoryIndex::default();
    for site in [id, with] {
        for known in
            ledger.known_before(site, NEIGHBOURS)?.into_iter().filter(|known| known.id < id.max(with))
        {
            index.remove(known.id, &known.print);
            index.insert(&known);
        }
    }
    let mut shares = index.shares(&ours.print, theirs);
    shares.retain(|share| share.adds.abs() >= LITTLE);
    shares.sort_by(|a, b| b.adds.abs().partial_cmp(&a.adds.abs()).unwrap_or(Ordering::Equal));
    Ok(shares)
}

/// A line for each of the heaviest.
#[must_use]
pub fn lines(shares: &[Share]) -> Vec<String> {
    let line =
        |share: &Share| format!("  {:>+6.2}  {}: {:.2}", share.adds, meaning(share.name), share.figure);
    shares.iter().take(HEAVIEST).map(line).collect()
}

fn meaning(name: &str) -> &str {
    MEANINGS.iter().find(|(known, _)| *known == name).map_or(name, |(_, meaning)| meaning)
}

#[cfg(test)]
mod tests {
    use super::{MEANINGS, StoryIndex};
    use crate::news::fingerprint::Fingerprint;

    #[test]
    fn every_figure_is_said_in_words() {
        let print = Fingerprint::default();
        let figures = StoryIndex::default().figures(&print, &print);
        let named = |name: &str| MEANINGS.iter().any(|(known, _)| *known == name);
        assert_eq!(
            figures.iter().map(|(name, _)| *name).filter(|name| !named(name)).collect::<Vec<_>>(),
            [""; 0]
        );
    }
}
