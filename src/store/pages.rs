//! Entries whose article page is to be read before they are folded and their hits are booked.

use chrono::{DateTime, Utc};
use rusqlite::{OptionalExtension, Row, params};

use super::entries::{FoldReasons, as_json, verdict_name};
use super::{Ledger, Result, moment, stamp};
use crate::news::entry::{Article, EntryId, FeedId};
use crate::news::story::Fold;

/// An entry that waits for its page.
#[derive(Debug, Clone)]
pub struct PendingPage {
    pub entry: EntryId,
    pub feed: FeedId,
    pub first_seen: DateTime<Utc>,
    /// Tries that failed.
    pub tries: u32,
    /// With the feed's text.
    pub article: Article,
}

const QUERY: &str =
    "SELECT entry.id, feed_id, first_seen, page_tries, title, text, entry.url, feed.name, published,
     updated, lang, author, categories
   FROM entry JOIN feed ON feed.id = feed_id LEFT JOIN body ON entry_id = entry.id";

impl Ledger<'_> {
    /// Entries whose page is due, the longest overdue first.
    ///
    /// # Errors
    /// What the database reports.
    pub fn due_pages(&self, now: DateTime<Utc>, limit: usize) -> Result<Vec<PendingPage>> {
        let sql = format!(
            "{QUERY} WHERE page_due IS NOT NULL AND page_due <= ?1 ORDER BY page_due, entry.id LIMIT ?2"
        );
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        self.conn.prepare_cached(&sql)?.query_map(params![stamp(now), limit], read_pending)?.collect()
    }

    /// An entry that still waits for its page.
    ///
    /// # Errors
    /// What the database reports.
    pub fn pending_page(&self, entry: EntryId) -> Result<Option<PendingPage>> {
        let sql = format!("{QUERY} WHERE entry.id = ?1 AND page_due IS NOT NULL");
        self.conn.prepare_cached(&sql)?.query_row([entry.0], read_pending).optional()
    }

    /// When the next page is due.
    ///
    /// # Errors
    /// What the database reports.
    pub fn next_page(&self) -> Result<Option<DateTime<Utc>>> {
        let mut query =
            self.conn.prepare_cached("SELECT min(page_due) FROM entry WHERE page_due IS NOT NULL")?;
        Ok(query.query_row([], |row| row.get::<_, Option<i64>>(0))?.map(moment))
    }

    /// Moves a page: a lease while it is under way, or another try.
    ///
    /// # Errors
    /// What the database reports.
    pub fn set_page_due(&self, entry: EntryId, at: DateTime<Utc>, tries: u32) -> Result<()> {
        self.conn
            .prepare_cached("UPDATE entry SET page_due = ?2, page_tries = ?3 WHERE id = ?1")?
            .execute(params![entry.0, stamp(at), tries])?;
        Ok(())
    }

    /// The page was not asked for after all.
    ///
    /// # Errors
    /// What the database reports.
    pub fn release_page(&self, entry: EntryId, now: DateTime<Utc>) -> Result<()> {
        self.conn
            .prepare_cached("UPDATE entry SET page_due = ?2 WHERE id = ?1 AND page_due IS NOT NULL")?
            .execute(params![entry.0, stamp(now)])?;
        Ok(())
    }

    /// The page has come, or will not: the entry is folded.
    ///
    /// # Errors
    /// What the database reports.
    pub fn close_page(&self, entry: EntryId, fold: &Fold, text: &str, matched: bool) -> Result<()> {
        self.conn
            .prepare_cached(
                "UPDATE entry SET page_due = NULL, story_id = ?2, verdict = ?3, fold = ?4 WHERE id = ?1",
            )?
            .execute(params![
                entry.0,
                fold.story.0,
                verdict_name(fold.verdict),
                as_json(&FoldReasons::from(fold))
            ])?;
        self.conn
            .prepare_cached("UPDATE body SET text = ?2, matched = ?3 WHERE entry_id = ?1")?
            .execute(params![entry.0, text, matched])?;
        Ok(())
    }
}

fn read_pending(row: &Row<'_>) -> Result<PendingPage> {
    let id: i64 = row.get(0)?;
    let at = |column: usize| -> Result<_> { Ok(row.get::<_, Option<i64>>(column)?.map(moment)) };
    Ok(PendingPage {
        entry: EntryId(id),
        feed: FeedId(row.get(1)?),
        first_seen: moment(row.get(2)?),
        tries: row.get(3)?,
        article: Article {
            id: id.to_string(),
            title: row.get(4)?,
            text: row.get::<_, Option<String>>(5)?.unwrap_or_default(),
            url: row.get(6)?,
            source: None,
            feed: row.get(7)?,
            published: at(8)?,
            updated: at(9)?,
            lang: row.get(10)?,
            author: row.get(11)?,
            categories: serde_json::from_str(row.get_ref(12)?.as_str()?).unwrap_or_default(),
        },
    })
}
