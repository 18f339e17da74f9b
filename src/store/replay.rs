//! Reading stored articles once more, with the rules that hit them when they came.

use chrono::{DateTime, Utc};
use rusqlite::{OptionalExtension, Row, params};

use super::{Ledger, Result, moment, stamp};
use crate::news::entry::{Article, EntryId};
use crate::news::rule::Evidence;

const COLUMNS: &str = "entry.id, title, text, entry.url, feed.name, published, updated, lang, author, categories, first_seen,
       (SELECT json_group_array(rule.name) FROM hit JOIN rule ON rule.id = rule_id WHERE hit.entry_id = entry.id)
     FROM body JOIN entry ON entry.id = body.entry_id JOIN feed ON feed.id = feed_id";

/// A stored article and what is booked for it.
#[derive(Debug)]
pub struct Stored {
    pub article: Article,
    pub first_seen: DateTime<Utc>,
    /// Names of the rules whose hits are booked.
    pub hits: Vec<String>,
}

impl Ledger<'_> {
    /// How many articles [`Ledger::replay`] will give.
    ///
    /// # Errors
    /// What the database reports.
    pub fn replayable(&self, since: DateTime<Utc>) -> Result<usize> {
        let count: Option<i64> = self
            .conn
            .prepare_cached("SELECT count(*) FROM body WHERE seen >= ?1")?
            .query_row([stamp(since)], |row| row.get(0))
            .optional()?;
        Ok(usize::try_from(count.unwrap_or(0)).unwrap_or(0))
    }

    /// Calls `each` for every article first seen since then whose text is still kept, oldest first.
    ///
    /// # Errors
    /// What the database reports.
    pub fn replay(&self, since: DateTime<Utc>, mut each: impl FnMut(&Stored)) -> Result<()> {
        let sql = format!("SELECT {COLUMNS} WHERE body.seen >= ?1 ORDER BY body.entry_id");
        let mut query = self.conn.prepare(&sql)?;
        let mut rows = query.query([stamp(since)])?;
        while let Some(row) = rows.next()? {
            each(&read(row)?);
        }
        Ok(())
    }
}

impl Ledger<'_> {
    /// What is booked as the evidence of a rule's hit.
    ///
    /// # Errors
    /// What the database reports.
    pub fn booked_evidence(&self, entry: EntryId, rule: &str) -> Result<Vec<Evidence>> {
        let mut query = self.conn.prepare_cached(
            "SELECT evidence FROM hit JOIN rule ON rule.id = rule_id WHERE entry_id = ?1 AND name = ?2",
        )?;
        let found = query.query_row(params![entry.0, rule], |row| {
            Ok(serde_json::from_str(row.get_ref(0)?.as_str()?).unwrap_or_default())
        });
        Ok(found.optional()?.unwrap_or_default())
    }
}

/// Which stored articles are meant.
#[derive(Debug, Clone, Copy)]
pub struct Window {
    /// First seen from then on.
    pub since: DateTime<Utc>,
    /// First seen up to then.
    pub until: DateTime<Utc>,
    pub at_most: u32,
}

impl Ledger<'_> {
    /// Calls `each` for the newest articles of a window whose text is still kept, newest first; not for
    /// those whose page is still to be read.
    ///
    /// # Errors
    /// What the database reports.
    pub fn replay_newest(&self, window: Window, mut each: impl FnMut(&Stored)) -> Result<()> {
        // Ids grow with time: what is older than the window is not even read.
        let sql = format!(
            "SELECT {COLUMNS} WHERE body.seen BETWEEN ?1 AND ?2 AND page_due IS NULL AND body.entry_id >=
               (SELECT min(entry_id) FROM body WHERE matched IN (0, 1) AND seen >= ?1)
             ORDER BY body.entry_id DESC LIMIT ?3"
        );
        let mut query = self.conn.prepare(&sql)?;
        let mut rows = query.query(params![stamp(window.since), stamp(window.until), window.at_most])?;
        while let Some(row) = rows.next()? {
            each(&read(row)?);
        }
        Ok(())
    }
}

impl Ledger<'_> {
    /// One article, while its text is kept.
    ///
    /// # Errors
    /// What the database reports.
    pub fn stored(&self, id: EntryId) -> Result<Option<Stored>> {
        let sql = format!("SELECT {COLUMNS} WHERE body.entry_id = ?1");
        self.conn.prepare_cached(&sql)?.query_row([id.0], read).optional()
    }
}

fn read(row: &Row<'_>) -> Result<Stored> {
    let at = |column: usize| -> Result<_> { Ok(row.get::<_, Option<i64>>(column)?.map(moment)) };
    let json = |column: usize| -> Result<_> {
        Ok(serde_json::from_str(row.get_ref(column)?.as_str()?).unwrap_or_default())
    };
    Ok(Stored {
        article: Article {
            id: row.get::<_, i64>(0)?.to_string(),
            title: row.get(1)?,
            text: row.get(2)?,
            url: row.get(3)?,
            source: None,
            feed: row.get(4)?,
            published: at(5)?,
            updated: at(6)?,
            lang: row.get(7)?,
            author: row.get(8)?,
            categories: json(9)?,
        },
        first_seen: moment(row.get(10)?),
        hits: json(11)?,
    })
}
