//! Folding: is an article new, a copy of a known one, or possibly the same as one, and why.

use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use super::entry::EntryId;
use super::fingerprint::Fingerprint;

/// What folding says of an article.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    New,
    Copy,
    Possible,
}

/// The verdict on one article, with its reasons. Meanings: `copy` has `of` and its `story`; `new`
/// and `possible` have `of: None` and stand as a story of their own.
#[derive(Debug, Clone, PartialEq)]
pub struct Fold {
    pub verdict: Verdict,
    /// Id of the story's first article, for ever.
    pub story: EntryId,
    /// The article it was attached to.
    pub of: Option<EntryId>,
    /// For `possible`: the story it may belong to.
    pub maybe: Option<EntryId>,
    /// Same text, but its facts have moved on: the story it brings up to date.
    pub update_of: Option<EntryId>,
    /// For a roundup: the stories it covers.
    pub parts: Vec<EntryId>,
    /// A second story that it fits.
    pub also: Option<EntryId>,
    /// When the text's own date (or its first known copy) is at least 14 days before it was seen.
    pub resurfaced: Option<NaiveDate>,
    /// Probability of being a copy of the best candidate, 0–1.
    pub score: f32,
    /// One sentence a person can read.
    pub why: String,
}

/// An article that is remembered.
#[derive(Debug, Clone)]
pub struct Known {
    pub id: EntryId,
    pub story: EntryId,
    pub first_seen: DateTime<Utc>,
    pub print: Arc<Fingerprint>,
}

/// The remembered articles, as far as finding candidates needs them: a cache, rebuilt at start from
/// the stored fingerprints.
#[derive(Debug, Default)]
pub struct StoryIndex {}

impl StoryIndex {
    /// Remembers an article.
    pub fn insert(&mut self, known: &Known) {
        let _ = known;
    }

    /// Forgets an article.
    pub fn remove(&mut self, id: EntryId, print: &Fingerprint) {
        let _ = (id, print);
    }

    /// At most 12 articles that may carry the same text, the likeliest first.
    #[must_use]
    pub fn candidates(&self, print: &Fingerprint) -> Vec<EntryId> {
        let _ = print;
        Vec::new()
    }

    /// Decides, given the candidates that [`StoryIndex::candidates`] named.
    #[must_use]
    pub fn fold(&self, id: EntryId, print: &Fingerprint, seen: DateTime<Utc>, known: &[Known]) -> Fold {
        let _ = (print, seen, known);
        Fold {
            verdict: Verdict::New,
            story: id,
            of: None,
            maybe: None,
            update_of: None,
            parts: Vec::new(),
            also: None,
            resurfaced: None,
            score: 0.0,
            why: "no article like it is known".to_owned(),
        }
    }
}
