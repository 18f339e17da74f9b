//! A story as a person looks at it: its articles, and what folding said of each.

use rusqlite::params;

use super::entries::FoldReasons;
use super::telling::{ARTICLES_OF_A_STORY, read_story_entry};
use super::{Ledger, Result};
use crate::news::digest::Standing;
use crate::news::entry::EntryId;

/// An article of a story, with the verdict on it.
#[derive(Debug)]
pub struct StoryArticle {
    pub standing: Standing,
    /// `new`, `copy` or `possible`.
    pub verdict: String,
    pub reasons: FoldReasons,
    /// Length of its text in characters, while that is kept.
    pub length: Option<usize>,
}

impl Ledger<'_> {
    /// The articles of a story, earliest first, at most [`ARTICLES_OF_A_STORY`].
    ///
    /// # Errors
    /// What the database reports.
    pub fn story_articles(&self, story: EntryId) -> Result<Vec<StoryArticle>> {
        let mut query = self.conn.prepare_cached(
            "SELECT entry.id, feed_id, title, entry.url, entry.lang, feed.url AS feed_url, feed.name, published,
               first_seen, fold, away_since, verdict, length(text) AS length
             FROM entry JOIN feed ON feed.id = feed_id LEFT JOIN body ON entry_id = entry.id
             WHERE story_id = ?1 ORDER BY first_seen, entry.id LIMIT ?2",
        )?;
        query
            .query_map(params![story.0, ARTICLES_OF_A_STORY], |row| {
                Ok(StoryArticle {
                    verdict: row.get("verdict")?,
                    reasons: serde_json::from_str(row.get_ref("fold")?.as_str()?).unwrap_or_default(),
                    length: row
                        .get::<_, Option<i64>>("length")?
                        .and_then(|length| usize::try_from(length).ok()),
                    standing: read_story_entry(row)?.standing,
                })
            })?
            .collect()
    }
}
