//! Everything that is known of one entry: why it hit, and where it was folded.

use chrono::{DateTime, Utc};
use rusqlite::OptionalExtension;

use super::entries::FoldReasons;
use super::telling::StoryEntry;
use super::{Ledger, Result, moment};
use crate::news::digest::Standing;
use crate::news::entry::{EntryId, host};
use crate::news::rule::Evidence;

/// One entry's account.
#[derive(Debug)]
pub struct Explained {
    pub entry: Standing,
    pub story: EntryId,
    /// `new`, `copy` or `possible`.
    pub verdict: String,
    pub reasons: FoldReasons,
    pub hits: Vec<ExplainedHit>,
    /// Every article of its story, earliest first.
    pub articles: Vec<StoryEntry>,
}

/// A rule that met it.
#[derive(Debug)]
pub struct ExplainedHit {
    pub rule: String,
    pub booked_at: DateTime<Utc>,
    pub silent: bool,
    pub evidence: Vec<Evidence>,
}

impl Ledger<'_> {
    /// # Errors
    /// What the database reports.
    pub fn explain(&self, id: EntryId) -> Result<Option<Explained>> {
        let entry = self
            .conn
            .prepare_cached(
                "SELECT entry.id, title, entry.url, entry.lang, feed.url, feed.name, published, first_seen, story_id,
                   verdict, fold FROM entry JOIN feed ON feed.id = feed_id WHERE entry.id = ?1",
            )?
            .query_row([id.0], |row| {
                let url: Option<String> = row.get(2)?;
                let feed_url: String = row.get(4)?;
                Ok(Explained {
                    entry: Standing {
                        entry: EntryId(row.get(0)?),
                        title: row.get(1)?,
                        source: host(url.as_deref().unwrap_or(&feed_url)).to_owned(),
                        url,
                        lang: row.get(3)?,
                        feed: row.get(5)?,
                        published: row.get::<_, Option<i64>>(6)?.map(moment),
                        first_seen: moment(row.get(7)?),
                    },
                    story: EntryId(row.get(8)?),
                    verdict: row.get(9)?,
                    reasons: serde_json::from_str(row.get_ref(10)?.as_str()?).unwrap_or_default(),
                    hits: Vec::new(),
                    articles: Vec::new(),
                })
            })
            .optional()?;
        let Some(entry) = entry else { return Ok(None) };
        let (hits, articles) = (self.explained_hits(id)?, self.story_entries(entry.story)?);
        Ok(Some(Explained { hits, articles, ..entry }))
    }

    fn explained_hits(&self, id: EntryId) -> Result<Vec<ExplainedHit>> {
        let mut query = self.conn.prepare_cached(
            "SELECT name, booked_at, silent, evidence FROM hit JOIN rule ON rule.id = rule_id WHERE entry_id = ?1
             ORDER BY hit.id",
        )?;
        query
            .query_map([id.0], |row| {
                Ok(ExplainedHit {
                    rule: row.get(0)?,
                    booked_at: moment(row.get(1)?),
                    silent: row.get(2)?,
                    evidence: serde_json::from_str(row.get_ref(3)?.as_str()?).unwrap_or_default(),
                })
            })?
            .collect()
    }
}
