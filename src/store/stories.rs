//! A story as a person looks at it: its articles, and what folding said of each.

use rusqlite::{OptionalExtension, params};

use super::entries::FoldReasons;
use super::telling::{ARTICLES_OF_A_STORY, read_story_entry};
use super::{Ledger, Result};
use crate::news::digest::Standing;
use crate::news::entry::EntryId;
use crate::news::origin;

/// An article of a story, with the verdict on it.
#[derive(Debug)]
pub struct StoryArticle {
    pub standing: Standing,
    /// `new`, `copy` or `possible`.
    pub verdict: String,
    pub reasons: FoldReasons,
    /// Length of its text in characters, while that is kept.
    pub length: Option<usize>,
    /// Whom its text cites as its origin.
    pub cites: Option<String>,
}

impl Ledger<'_> {
    /// Whom the text of an entry cites as its origin, while the text is kept.
    ///
    /// # Errors
    /// What the database reports.
    pub fn cites(&self, entry: EntryId) -> Result<Option<String>> {
        self.conn
            .prepare_cached("SELECT text FROM body WHERE entry_id = ?1")?
            .query_row([entry.0], |row| Ok(origin::cited(row.get_ref(0)?.as_str()?)))
            .optional()
            .map(Option::flatten)
    }

    /// The articles of a story, earliest first, at most [`ARTICLES_OF_A_STORY`].
    ///
    /// # Errors
    /// What the database reports.
    pub fn story_articles(&self, story: EntryId) -> Result<Vec<StoryArticle>> {
        let mut query = self.conn.prepare_cached(
            "SELECT entry.id, feed_id, title, entry.url, entry.lang, feed.url AS feed_url, feed.name, published,
               first_seen, fold, away_since, verdict, text
             FROM entry JOIN feed ON feed.id = feed_id LEFT JOIN body ON entry_id = entry.id
             WHERE story_id = ?1 ORDER BY first_seen, entry.id LIMIT ?2",
        )?;
        query
            .query_map(params![story.0, ARTICLES_OF_A_STORY], |row| {
                let text = row.get_ref("text")?.as_str_or_null()?;
                Ok(StoryArticle {
                    verdict: row.get("verdict")?,
                    reasons: serde_json::from_str(row.get_ref("fold")?.as_str()?).unwrap_or_default(),
                    length: text.map(|text| text.chars().count()),
                    cites: text.and_then(origin::cited),
                    standing: read_story_entry(row)?.standing,
                })
            })?
            .collect()
    }
}
