//! The user's word on stories: what was merged, split or muted, and what it changes.
//!
//! A story's number is the number of its first entry, and entries are never forgotten. So a story that
//! was merged into another needs no forwarding address: its first entry says where it is now.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use rusqlite::{OptionalExtension, Row, params};

use super::entries::{FoldReasons, as_json, verdict_name};
use super::outbox::DigestId;
use super::telling::Kind;
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

/// A digest that has told a story.
#[derive(Debug, Clone)]
pub struct Told {
    pub digest: DigestId,
    pub kind: Kind,
    /// The digest's or the channel's.
    pub teller: String,
    pub slot: DateTime<Utc>,
    /// The entry that stood for the story.
    pub shown: EntryId,
}

impl Told {
    /// `morning`, `urgent morning`, `notify phone`
    #[must_use]
    pub fn name(&self) -> String {
        self.kind.called(&self.teller)
    }
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

    /// The digests that have told a story.
    ///
    /// # Errors
    /// What the database reports.
    pub fn told(&self, story: EntryId) -> Result<Vec<Told>> {
        let mut query = self.conn.prepare_cached(
            "SELECT digest_id, kind, name, slot, shown FROM told JOIN digest ON digest.id = digest_id
             WHERE story_id = ?1 ORDER BY slot, kind, name",
        )?;
        query
            .query_map([story.0], |row| {
                Ok(Told {
                    digest: DigestId(row.get(0)?),
                    kind: Kind::from_name(row.get_ref(1)?.as_str()?),
                    teller: row.get(2)?,
                    slot: moment(row.get(3)?),
                    shown: EntryId(row.get(4)?),
                })
            })?
            .collect()
    }

    /// The digests that have to tell a story once more: its letter was given up.
    ///
    /// # Errors
    /// What the database reports.
    pub fn owed(&self, story: EntryId) -> Result<Vec<(DigestId, Kind, String)>> {
        let mut query = self.conn.prepare_cached(
            "SELECT digest_id, kind, name FROM untold
             JOIN digest ON digest.id = digest_id WHERE story_id = ?1 ORDER BY kind, name",
        )?;
        let read = |row: &Row<'_>| {
            Ok((DigestId(row.get(0)?), Kind::from_name(row.get_ref(1)?.as_str()?), row.get(2)?))
        };
        query.query_map([story.0], read)?.collect()
    }

    /// The digest has to tell the story.
    ///
    /// # Errors
    /// What the database reports.
    pub fn owe(&self, digest: DigestId, story: EntryId) -> Result<()> {
        self.conn
            .prepare_cached(
                "INSERT INTO untold (digest_id, story_id) VALUES (?1, ?2)
                 ON CONFLICT DO UPDATE SET rests = 0",
            )?
            .execute(params![digest.0, story.0])?;
        Ok(())
    }

    /// What one digest told under one number, it told under another.
    ///
    /// # Errors
    /// What the database reports.
    pub fn move_told(&self, digest: DigestId, from: EntryId, to: EntryId) -> Result<()> {
        self.conn
            .prepare_cached("UPDATE told SET story_id = ?3 WHERE digest_id = ?1 AND story_id = ?2")?
            .execute(params![digest.0, from.0, to.0])?;
        Ok(())
    }

    /// The marks of two stories that have become one: told if either was, muted if either was.
    ///
    /// # Errors
    /// What the database reports.
    pub fn join_marks(&self, from: EntryId, into: EntryId) -> Result<()> {
        for sql in [
            "UPDATE OR IGNORE told SET story_id = ?2 WHERE story_id = ?1",
            "UPDATE OR IGNORE untold SET story_id = ?2 WHERE story_id = ?1",
            "UPDATE OR IGNORE muted SET story_id = ?2 WHERE story_id = ?1",
        ] {
            self.conn.prepare_cached(sql)?.execute(params![from.0, into.0])?;
        }
        for sql in [
            "DELETE FROM told WHERE story_id = ?1",
            "DELETE FROM untold WHERE story_id = ?1",
            "DELETE FROM muted WHERE story_id = ?1",
        ] {
            self.conn.prepare_cached(sql)?.execute([from.0])?;
        }
        self.conn
            .prepare_cached(
                "DELETE FROM untold WHERE story_id = ?1 AND digest_id IN
                   (SELECT digest_id FROM told WHERE story_id = ?1)",
            )?
            .execute([into.0])?;
        Ok(())
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
