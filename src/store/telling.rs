//! What a digest has looked at and told, and what there is to tell.

use chrono::{DateTime, TimeDelta, Utc};
use rusqlite::{OptionalExtension, Row, params};

use super::entries::FoldReasons;
use super::hits::RuleId;
use super::outbox::DigestId;
use super::{Ledger, Result, moment, stamp};
use crate::news::digest::Standing;
use crate::news::entry::{EntryId, FeedId, host};
use crate::news::rule::Evidence;
use crate::news::story::Edit;

/// Articles of one story that a digest reads; a story of more says so by its count.
pub const ARTICLES_OF_A_STORY: u32 = 200;

/// Who tells stories, each with cursor, marks and letters of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    Digest,
    /// The urgent letters of the digest of that name.
    Urgent,
    /// The notifications of a channel.
    Notify,
}

impl Kind {
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Digest => "digest",
            Self::Urgent => "urgent",
            Self::Notify => "notify",
        }
    }

    /// `morning`, `urgent morning`, `notify phone`
    #[must_use]
    pub fn called(self, name: &str) -> String {
        if self == Self::Digest { name.to_owned() } else { format!("{} {name}", self.name()) }
    }

    pub(super) fn from_name(name: &str) -> Self {
        [Self::Urgent, Self::Notify].into_iter().find(|kind| kind.name() == name).unwrap_or(Self::Digest)
    }
}

/// A digest as the ledger knows it, or another that tells stories.
#[derive(Debug, Clone)]
pub struct DigestRow {
    pub id: DigestId,
    pub kind: Kind,
    pub name: String,
    pub first_seen: DateTime<Utc>,
    /// Hits up to this id have been looked at.
    pub cursor: i64,
    /// The newest slot that was composed or let pass.
    pub last_slot: DateTime<Utc>,
}

impl DigestRow {
    /// That slot, or the first moment after the last one: the Message-ID is made of it, and two digests
    /// ordered within one second are two letters.
    #[must_use]
    pub fn free_slot(&self, wanted: DateTime<Utc>) -> DateTime<Utc> {
        wanted.max(self.last_slot + TimeDelta::seconds(1))
    }
}

/// A hit, as far as composing needs it.
#[derive(Debug, Clone)]
pub struct HitRow {
    pub id: i64,
    pub entry: EntryId,
    pub story: EntryId,
    pub rule: RuleId,
    pub silent: bool,
    /// This digest has told the story.
    pub told: bool,
    /// Its article came when its feed was back after months, or long before the rule (`backfill`).
    pub backlog: bool,
    /// Booked anew: its article was edited.
    pub edit: Option<Edit>,
    pub evidence: Vec<Evidence>,
}

/// An article of a story.
#[derive(Debug, Clone)]
pub struct StoryEntry {
    pub feed: FeedId,
    pub standing: Standing,
    /// It came when its feed was back after months, away since then.
    pub away_since: Option<DateTime<Utc>>,
    pub reasons: FoldReasonsOf,
}

/// What folding said of an article, as far as a digest shows it.
#[derive(Debug, Clone, Default)]
pub struct FoldReasonsOf {
    pub update_of: Option<EntryId>,
    /// The number that moved, for an update.
    pub change: Option<String>,
    pub maybe: Option<EntryId>,
    /// Of a roundup: the stories that it tells.
    pub parts: Vec<EntryId>,
    pub resurfaced: Option<chrono::NaiveDate>,
}

impl Ledger<'_> {
    /// Takes a digest into the ledger, or back into it. A new one starts with the hits and the slots
    /// that come after `now`; so does one that comes back.
    ///
    /// # Errors
    /// What the database reports.
    pub fn add_digest(&self, kind: Kind, name: &str, now: DateTime<Utc>) -> Result<DigestId> {
        let newest = self.newest_hit()?;
        self.conn
            .prepare_cached(
                "INSERT INTO digest (name, first_seen, cursor, last_slot, kind) VALUES (?1, ?2, ?3, ?2, ?4)
                 ON CONFLICT (kind, name) DO UPDATE SET
                   cursor = CASE WHEN removed_at IS NULL THEN cursor ELSE excluded.cursor END,
                   last_slot = CASE WHEN removed_at IS NULL THEN last_slot ELSE excluded.last_slot END,
                   removed_at = NULL
                 RETURNING id",
            )?
            .query_row(params![name, stamp(now), newest, kind.name()], |row| row.get(0))
            .map(DigestId)
    }

    /// Digests other than these have left the config; what they told is remembered.
    ///
    /// # Errors
    /// What the database reports.
    pub fn retire_other_digests(&self, kept: &[DigestId], now: DateTime<Utc>) -> Result<()> {
        let kept: Vec<i64> = kept.iter().map(|id| id.0).collect();
        self.conn.execute(
            "UPDATE digest SET removed_at = ?2
             WHERE removed_at IS NULL AND id NOT IN (SELECT value FROM json_each(?1))",
            params![super::entries::as_json(&kept), stamp(now)],
        )?;
        Ok(())
    }

    /// # Errors
    /// What the database reports; that there is no such digest in the config is one.
    pub fn digest(&self, name: &str) -> Result<DigestRow> {
        self.teller(Kind::Digest, name)
    }

    /// # Errors
    /// What the database reports; that there is none of that name in the config is one.
    pub fn teller(&self, kind: Kind, name: &str) -> Result<DigestRow> {
        self.conn
            .prepare_cached(
                "SELECT id, name, first_seen, cursor, last_slot FROM digest
                 WHERE kind = ?2 AND name = ?1 AND removed_at IS NULL",
            )?
            .query_row([name, kind.name()], |row| {
                Ok(DigestRow {
                    id: DigestId(row.get(0)?),
                    kind,
                    name: row.get(1)?,
                    first_seen: moment(row.get(2)?),
                    cursor: row.get(3)?,
                    last_slot: moment(row.get(4)?),
                })
            })
    }

    /// One that the config may not have.
    ///
    /// # Errors
    /// What the database reports.
    pub fn find_teller(&self, kind: Kind, name: &str) -> Result<Option<DigestRow>> {
        self.teller(kind, name).optional()
    }

    /// The digest has looked at everything up to that hit, for that slot.
    ///
    /// # Errors
    /// What the database reports.
    pub fn advance_digest(&self, id: DigestId, cursor: i64, slot: DateTime<Utc>) -> Result<()> {
        self.conn
            .prepare_cached("UPDATE digest SET cursor = ?2, last_slot = max(last_slot, ?3) WHERE id = ?1")?
            .execute(params![id.0, cursor, stamp(slot)])?;
        Ok(())
    }

    /// The digest stands again where it stood at that moment. For a copy of the ledger alone: in the real
    /// one everything since would be told twice.
    ///
    /// # Errors
    /// What the database reports.
    pub fn rewind_digest(&self, id: DigestId, to: DateTime<Utc>) -> Result<()> {
        let key = params![id.0, stamp(to)];
        self.conn.execute(
            "UPDATE digest SET last_slot = ?2,
               cursor = (SELECT coalesce(max(id), 0) FROM hit WHERE booked_at < ?2) WHERE id = ?1",
            key,
        )?;
        self.conn.execute("DELETE FROM told WHERE digest_id = ?1 AND slot >= ?2", key)?;
        Ok(())
    }

    /// Hits booked after the digest's cursor, in the order in which they were booked.
    ///
    /// # Errors
    /// What the database reports.
    pub fn hits_after(&self, digest: &DigestRow) -> Result<Vec<HitRow>> {
        let mut query = self.conn.prepare_cached(
            "SELECT hit.id, entry_id, hit.story_id, rule_id, silent, evidence,
               EXISTS (SELECT 1 FROM told WHERE digest_id = ?1 AND told.story_id = hit.story_id) AS told,
               (entry.away_since IS NOT NULL OR belated) AS backlog, edit
             FROM hit JOIN entry ON entry.id = entry_id WHERE hit.id > ?2 ORDER BY hit.id",
        )?;
        query.query_map(params![digest.id.0, digest.cursor], read_hit)?.collect()
    }

    /// Every hit of a story.
    ///
    /// # Errors
    /// What the database reports.
    pub fn hits_of_story(&self, digest: DigestId, story: EntryId) -> Result<Vec<HitRow>> {
        let mut query = self.conn.prepare_cached(
            "SELECT hit.id, entry_id, hit.story_id, rule_id, silent, evidence,
               EXISTS (SELECT 1 FROM told WHERE digest_id = ?1 AND told.story_id = hit.story_id) AS told,
               (entry.away_since IS NOT NULL OR belated) AS backlog, edit
             FROM hit JOIN entry ON entry.id = entry_id WHERE hit.story_id = ?2 ORDER BY hit.id",
        )?;
        query.query_map([digest.0, story.0], read_hit)?.collect()
    }

    /// The articles of a story, earliest first, at most [`ARTICLES_OF_A_STORY`].
    ///
    /// # Errors
    /// What the database reports.
    pub fn story_entries(&self, story: EntryId) -> Result<Vec<StoryEntry>> {
        let mut query = self.conn.prepare_cached(
            "SELECT entry.id, feed_id, title, entry.url, entry.lang, feed.url AS feed_url, feed.name, published,
               first_seen, fold, away_since
             FROM entry JOIN feed ON feed.id = feed_id WHERE story_id = ?1
             ORDER BY first_seen, entry.id LIMIT ?2",
        )?;
        query.query_map(params![story.0, ARTICLES_OF_A_STORY], read_story_entry)?.collect()
    }
}

fn read_hit(row: &Row<'_>) -> Result<HitRow> {
    Ok(HitRow {
        id: row.get(0)?,
        entry: EntryId(row.get(1)?),
        story: EntryId(row.get(2)?),
        rule: RuleId(row.get(3)?),
        silent: row.get(4)?,
        evidence: serde_json::from_str(row.get_ref(5)?.as_str()?).unwrap_or_default(),
        told: row.get(6)?,
        backlog: row.get(7)?,
        edit: row.get::<_, Option<String>>(8)?.and_then(|edit| serde_json::from_str(&edit).ok()),
    })
}

pub(super) fn read_story_entry(row: &Row<'_>) -> Result<StoryEntry> {
    let url: Option<String> = row.get("url")?;
    let feed_url: String = row.get("feed_url")?;
    let reasons: FoldReasons = serde_json::from_str(row.get_ref("fold")?.as_str()?).unwrap_or_default();
    Ok(StoryEntry {
        feed: FeedId(row.get("feed_id")?),
        away_since: row.get::<_, Option<i64>>("away_since")?.map(moment),
        reasons: FoldReasonsOf {
            update_of: reasons.update_of.map(EntryId),
            change: reasons.change,
            maybe: reasons.maybe.map(EntryId),
            parts: reasons.parts.into_iter().map(EntryId).collect(),
            resurfaced: reasons.resurfaced,
        },
        standing: Standing {
            entry: EntryId(row.get("id")?),
            title: row.get("title")?,
            source: host(url.as_deref().unwrap_or(&feed_url)).to_owned(),
            url,
            feed: row.get("name")?,
            lang: row.get("lang")?,
            published: row.get::<_, Option<i64>>("published")?.map(moment),
            first_seen: moment(row.get("first_seen")?),
        },
    })
}
