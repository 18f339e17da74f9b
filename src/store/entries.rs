//! Entries, their texts and what of them is compared.

use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};
use rusqlite::{OptionalExtension, Row, params};
use serde::{Deserialize, Serialize};

use super::{Ledger, Result, moment, signed, stamp};
use crate::news::entry::{Entry, EntryId, FeedId};
use crate::news::fingerprint::Fingerprint;
use crate::news::story::{Fold, Known, Verdict};

/// What the ledger knows of an entry's key.
#[derive(Debug, Clone, Copy)]
pub struct Seen {
    pub id: EntryId,
    pub story: EntryId,
    pub content_hash: u64,
}

/// The reasons of a fold, as one JSON value.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct FoldReasons {
    pub of: Option<i64>,
    pub maybe: Option<i64>,
    pub update_of: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub change: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<i64>,
    pub also: Option<i64>,
    pub resurfaced: Option<NaiveDate>,
    pub score: f32,
    pub why: String,
}

impl From<&Fold> for FoldReasons {
    fn from(fold: &Fold) -> Self {
        Self {
            of: fold.of.map(|id| id.0),
            maybe: fold.maybe.map(|id| id.0),
            update_of: fold.update_of.map(|id| id.0),
            change: fold.change.clone(),
            parts: fold.parts.iter().map(|id| id.0).collect(),
            also: fold.also.map(|id| id.0),
            resurfaced: fold.resurfaced,
            score: fold.score,
            why: fold.why.clone(),
        }
    }
}

/// As it stands in the ledger and in JSON.
#[must_use]
pub fn verdict_name(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::New => "new",
        Verdict::Copy => "copy",
        Verdict::Possible => "possible",
    }
}

impl Ledger<'_> {
    /// What is known under that key of that feed.
    ///
    /// # Errors
    /// What the database reports.
    pub fn seen(&self, feed: FeedId, key_hash: u64) -> Result<Option<Seen>> {
        self.conn
            .prepare_cached(
                "SELECT id, story_id, content_hash FROM entry WHERE feed_id = ?1 AND key_hash = ?2",
            )?
            .query_row(params![feed.0, signed(key_hash)], read_seen)
            .optional()
    }

    /// An entry of that feed with the same title, text and link: the same one under another key.
    ///
    /// # Errors
    /// What the database reports.
    pub fn same_content(
        &self,
        feed: FeedId,
        content_hash: u64,
        url: Option<&str>,
    ) -> Result<Option<(EntryId, u64)>> {
        self.conn
            .prepare_cached(
                "SELECT id, key_hash FROM entry WHERE feed_id = ?1 AND content_hash = ?2 AND url IS ?3",
            )?
            .query_row(params![feed.0, signed(content_hash), url], |row| {
                Ok((EntryId(row.get(0)?), row.get::<_, i64>(1)?.cast_unsigned()))
            })
            .optional()
    }

    /// The feed calls a known entry by another key now.
    ///
    /// # Errors
    /// What the database reports.
    pub fn rekey(&self, entry: EntryId, key_hash: u64) -> Result<()> {
        self.conn
            .prepare_cached("UPDATE entry SET key_hash = ?2 WHERE id = ?1")?
            .execute(params![entry.0, signed(key_hash)])?;
        Ok(())
    }

    /// The id that the next new entry will get. Only good inside a writing transaction.
    ///
    /// # Errors
    /// What the database reports.
    pub fn next_entry_id(&self) -> Result<EntryId> {
        let mut query = self.conn.prepare_cached("SELECT coalesce(max(id), 0) + 1 FROM entry")?;
        query.query_row([], |row| row.get(0)).map(EntryId)
    }

    /// Remembers a new entry with its text and its fold.
    ///
    /// # Errors
    /// What the database reports.
    pub fn add_entry(&self, new: &NewEntry<'_>) -> Result<()> {
        let entry = new.entry;
        self.conn
            .prepare_cached(
                "INSERT INTO entry (id, feed_id, key_hash, content_hash, title, url, author, categories, lang,
                   published, updated, first_seen, story_id, verdict, fold, page_due, away_since)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17)",
            )?
            .execute(params![
                new.id.0,
                new.feed.0,
                signed(new.key_hash),
                signed(new.content_hash),
                entry.title,
                entry.url,
                entry.author,
                as_json(&entry.categories),
                entry.lang,
                entry.published.map(stamp),
                entry.updated.map(stamp),
                stamp(new.now),
                new.fold.story.0,
                verdict_name(new.fold.verdict),
                as_json(&FoldReasons::from(new.fold)),
                new.page_due.map(stamp),
                new.away_since.map(stamp),
            ])?;
        self.conn
            .prepare_cached("INSERT INTO body (entry_id, seen, matched, text) VALUES (?1, ?2, ?3, ?4)")?
            .execute(params![new.id.0, stamp(new.now), new.matched, entry.text])?;
        if let Some(print) = new.print {
            self.keep_print(new.id, print, new.now)?;
        }
        Ok(())
    }

    /// Remembers what a known entry says now; `keeps_longer`: of its texts the one that says more.
    ///
    /// # Errors
    /// What the database reports.
    pub fn revise_entry(
        &self,
        id: EntryId,
        entry: &Entry,
        content_hash: u64,
        matched: bool,
        keeps_longer: bool,
        now: DateTime<Utc>,
    ) -> Result<()> {
        self.conn
            .prepare_cached(
                "UPDATE entry SET title = ?2, url = coalesce(?3, url), content_hash = ?4, updated = ?5, revised_at = ?6
                 WHERE id = ?1",
            )?
            .execute(params![
                id.0,
                entry.title,
                entry.url,
                signed(content_hash),
                entry.updated.max(entry.published).map(stamp),
                stamp(now)
            ])?;
        self.conn
            .prepare_cached(
                "INSERT INTO body (entry_id, seen, matched, text) VALUES (?1, ?2, ?3, ?4)
                 ON CONFLICT (entry_id) DO UPDATE SET matched = max(matched, excluded.matched),
                   text = iif(?5 AND length(text) > length(excluded.text), text, excluded.text)",
            )?
            .execute(params![id.0, stamp(now), matched, entry.text, keeps_longer])?;
        Ok(())
    }

    /// Whether a rule had met what is stored of an entry.
    ///
    /// # Errors
    /// What the database reports.
    pub fn has_matched(&self, id: EntryId) -> Result<bool> {
        let matched = self
            .conn
            .prepare_cached("SELECT matched FROM body WHERE entry_id = ?1")?
            .query_row([id.0], |row| row.get(0))
            .optional()?;
        Ok(matched.unwrap_or(false))
    }

    /// Whether the publisher says that an entry was edited: it has another title than here, or a later date.
    /// Feeds that count their readers say something else at every poll.
    ///
    /// # Errors
    /// What the database reports.
    pub fn is_reissued(&self, id: EntryId, entry: &Entry) -> Result<bool> {
        self.conn
            .prepare_cached(
                "SELECT title != ?2 OR ?3 > max(coalesce(published, 0), coalesce(updated, 0)) FROM entry WHERE id = ?1",
            )?
            .query_row(params![id.0, entry.title, entry.published.max(entry.updated).map(stamp)], |row| {
                Ok(row.get::<_, Option<bool>>(0)?.unwrap_or(false))
            })
    }

    /// # Errors
    /// What the database reports.
    pub fn keep_print(&self, id: EntryId, print: &Fingerprint, now: DateTime<Utc>) -> Result<()> {
        self.conn
            .prepare_cached(
                "INSERT INTO print (entry_id, seen, bytes) VALUES (?1, ?2, ?3)
                 ON CONFLICT (entry_id) DO UPDATE SET bytes = excluded.bytes",
            )?
            .execute(params![id.0, stamp(now), print.to_bytes()])?;
        Ok(())
    }

    /// Remembered articles by id, for verifying; those whose fingerprint is gone are left out.
    ///
    /// # Errors
    /// What the database reports.
    pub fn known(&self, ids: &[EntryId]) -> Result<Vec<Known>> {
        let mut query = self.conn.prepare_cached(
            "SELECT entry.id, story_id, first_seen, bytes FROM entry JOIN print ON entry_id = entry.id WHERE entry.id = ?1",
        )?;
        let mut known = Vec::with_capacity(ids.len());
        for id in ids {
            known.extend(query.query_row([id.0], read_known).optional()?.flatten());
        }
        Ok(known)
    }

    /// The last remembered articles of the feed that has this one, up to it, oldest first: what its site put around
    /// texts then.
    ///
    /// # Errors
    /// What the database reports.
    pub fn known_before(&self, id: EntryId, at_most: u32) -> Result<Vec<Known>> {
        let mut query = self.conn.prepare_cached(
            "SELECT entry.id, story_id, first_seen, bytes FROM entry JOIN print ON entry_id = entry.id
             WHERE feed_id = (SELECT feed_id FROM entry WHERE id = ?1) AND entry.id <= ?1
             ORDER BY entry.id DESC LIMIT ?2",
        )?;
        let known: Result<Vec<Option<Known>>> =
            query.query_map(params![id.0, at_most], read_known)?.collect();
        Ok(known?.into_iter().flatten().rev().collect())
    }

    /// Calls `each` for every remembered article, oldest first: the index is rebuilt with it.
    ///
    /// # Errors
    /// What the database reports.
    pub fn every_known(&self, mut each: impl FnMut(Known)) -> Result<()> {
        let mut query = self.conn.prepare(
            "SELECT entry.id, story_id, first_seen, bytes FROM print JOIN entry ON entry.id = entry_id ORDER BY entry_id",
        )?;
        let mut rows = query.query([])?;
        while let Some(row) = rows.next()? {
            if let Some(known) = read_known(row)? {
                each(known);
            }
        }
        Ok(())
    }
}

/// Everything that is remembered of a new entry.
#[derive(Debug)]
pub struct NewEntry<'a> {
    pub id: EntryId,
    pub feed: FeedId,
    pub key_hash: u64,
    pub content_hash: u64,
    pub entry: &'a Entry,
    pub fold: &'a Fold,
    /// `None`: not to be compared with later ones.
    pub print: Option<&'a Fingerprint>,
    pub matched: bool,
    /// Its page is to be read before it is folded and its hits are booked.
    pub page_due: Option<DateTime<Utc>>,
    /// Its feed is back after months with it, away since then.
    pub away_since: Option<DateTime<Utc>>,
    pub now: DateTime<Utc>,
}

fn read_seen(row: &Row<'_>) -> Result<Seen> {
    Ok(Seen {
        id: EntryId(row.get(0)?),
        story: EntryId(row.get(1)?),
        content_hash: row.get::<_, i64>(2)?.cast_unsigned(),
    })
}

fn read_known(row: &Row<'_>) -> Result<Option<Known>> {
    let print = Fingerprint::from_bytes(row.get_ref(3)?.as_blob()?);
    Ok(print.map(|print| {
        let at = |column| row.get::<_, i64>(column);
        Ok(Known {
            id: EntryId(at(0)?),
            story: EntryId(at(1)?),
            first_seen: moment(at(2)?),
            print: Arc::new(print),
        })
    }))
    .and_then(Option::transpose)
}

pub(super) fn as_json(value: &impl Serialize) -> String {
    serde_json::to_string(value).unwrap_or_else(|_| "null".to_owned())
}
