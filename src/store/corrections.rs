//! The user's word on stories: what was merged, split or muted, and what it changes.
//!
//! A story's number is the number of its first entry, and entries are never forgotten. So a story that
//! was merged into another needs no forwarding address: its first entry says where it is now.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use rusqlite::{OptionalExtension, params};

use super::entries::{FoldReasons, as_json, verdict_name};
use super::{Ledger, Result, moment, stamp};
use crate::news::entry::EntryId;
use crate::news::story::Verdict;

/// Where an entry is.
#[derive(Debug, Clone, Copy)]
pub struct Whereabouts {
    pub story: EntryId,
    /// Its page is still to be read: it will be folded then.
    pub page_pending: bool,
}

/// An entry of a story, and the one it was attached to.
#[derive(Debug, Clone, Copy)]
pub struct Member {
    pub id: EntryId,
    pub of: Option<EntryId>,
}

/// The user's word on two entries.
#[derive(Debug, Clone, Copy)]
pub struct Label {
    pub older: EntryId,
    pub younger: EntryId,
    /// One story, or two.
    pub same: bool,
    pub at: DateTime<Utc>,
}

impl Ledger<'_> {
    /// Where an entry is; with a story's number: what has become of the story.
    ///
    /// # Errors
    /// What the database reports.
    pub fn whereabouts(&self, id: EntryId) -> Result<Option<Whereabouts>> {
        self.conn
            .prepare_cached("SELECT story_id, page_due IS NOT NULL FROM entry WHERE id = ?1")?
            .query_row([id.0], |row| {
                Ok(Whereabouts { story: EntryId(row.get(0)?), page_pending: row.get(1)? })
            })
            .optional()
    }

    /// The story to which that one may belong, as folding said of its first entry.
    ///
    /// # Errors
    /// What the database reports.
    pub fn maybe(&self, story: EntryId) -> Result<Option<EntryId>> {
        let maybe: Option<Option<i64>> = self
            .conn
            .prepare_cached("SELECT json_extract(fold, '$.maybe') FROM entry WHERE id = ?1")?
            .query_row([story.0], |row| row.get(0))
            .optional()?;
        Ok(maybe.flatten().map(EntryId))
    }

    /// All entries of a story, in the order in which they came.
    ///
    /// # Errors
    /// What the database reports.
    pub fn members(&self, story: EntryId) -> Result<Vec<Member>> {
        let mut query = self.conn.prepare_cached(
            "SELECT id, json_extract(fold, '$.of') FROM entry WHERE story_id = ?1 ORDER BY id",
        )?;
        query
            .query_map([story.0], |row| {
                Ok(Member { id: EntryId(row.get(0)?), of: row.get::<_, Option<i64>>(1)?.map(EntryId) })
            })?
            .collect()
    }

    /// Makes entries part of that story, with their hits.
    ///
    /// # Errors
    /// What the database reports.
    pub fn move_entries(&self, entries: &[EntryId], story: EntryId) -> Result<()> {
        for entry in entries {
            for sql in [
                "UPDATE entry SET story_id = ?2 WHERE id = ?1",
                "UPDATE hit SET story_id = ?2 WHERE entry_id = ?1",
            ] {
                self.conn.prepare_cached(sql)?.execute(params![entry.0, story.0])?;
            }
        }
        Ok(())
    }

    /// Notes that the user's word stands above what folding said of an entry.
    ///
    /// # Errors
    /// What the database reports.
    pub fn overrule(&self, entry: EntryId, verdict: Verdict, of: Option<EntryId>, word: &str) -> Result<()> {
        let fold: String = self
            .conn
            .prepare_cached("SELECT fold FROM entry WHERE id = ?1")?
            .query_row([entry.0], |row| row.get(0))?;
        let mut reasons: FoldReasons = serde_json::from_str(&fold).unwrap_or_default();
        reasons.of = of.map(|id| id.0);
        reasons.maybe = None;
        reasons.why = format!("{word}; before: {}", reasons.why);
        self.conn
            .prepare_cached("UPDATE entry SET verdict = ?2, fold = ?3 WHERE id = ?1")?
            .execute(params![entry.0, verdict_name(verdict), as_json(&reasons)])?;
        Ok(())
    }

    /// Keeps the user's word on two entries; the newer word on the same two counts.
    ///
    /// # Errors
    /// What the database reports.
    pub fn label(&self, one: EntryId, other: EntryId, same: bool, now: DateTime<Utc>) -> Result<()> {
        self.conn
            .prepare_cached(
                "INSERT OR REPLACE INTO label (older, younger, same, at) VALUES (?1, ?2, ?3, ?4)",
            )?
            .execute(params![one.0.min(other.0), one.0.max(other.0), same, stamp(now)])?;
        Ok(())
    }

    /// The user has taken a word back.
    ///
    /// # Errors
    /// What the database reports.
    pub fn unlabel(&self, older: EntryId, younger: EntryId) -> Result<()> {
        self.conn
            .prepare_cached("DELETE FROM label WHERE older = ?1 AND younger = ?2")?
            .execute(params![older.0, younger.0])?;
        Ok(())
    }

    /// Everything the user said, in the order of the entries.
    ///
    /// # Errors
    /// What the database reports.
    pub fn labels(&self) -> Result<Vec<Label>> {
        let mut query =
            self.conn.prepare_cached("SELECT older, younger, same, at FROM label ORDER BY older, younger")?;
        query
            .query_map([], |row| {
                Ok(Label {
                    older: EntryId(row.get(0)?),
                    younger: EntryId(row.get(1)?),
                    same: row.get(2)?,
                    at: moment(row.get(3)?),
                })
            })?
            .collect()
    }

    /// Nothing more is told of a story; `false` when it was muted before.
    ///
    /// # Errors
    /// What the database reports.
    pub fn mute(&self, story: EntryId, now: DateTime<Utc>) -> Result<bool> {
        let mut insert =
            self.conn.prepare_cached("INSERT OR IGNORE INTO muted (story_id, at) VALUES (?1, ?2)")?;
        Ok(insert.execute(params![story.0, stamp(now)])? == 1)
    }

    /// `false` when it was not muted.
    ///
    /// # Errors
    /// What the database reports.
    pub fn unmute(&self, story: EntryId) -> Result<bool> {
        Ok(self.conn.prepare_cached("DELETE FROM muted WHERE story_id = ?1")?.execute([story.0])? == 1)
    }

    /// Stories of which nothing is told: as many as the user has muted by hand.
    ///
    /// # Errors
    /// What the database reports.
    pub fn muted(&self) -> Result<HashSet<EntryId>> {
        let mut query = self.conn.prepare_cached("SELECT story_id FROM muted")?;
        query.query_map([], |row| row.get(0).map(EntryId))?.collect()
    }
}
