//! The marks: who has told which story, and who is still to tell it.
//!
//! A story is told by a digest, its urgent letters or a channel, each for itself. The mark is set in the
//! transaction that puts the letter into the outbox, and taken back when the letter is lost.

use chrono::{DateTime, Utc};
use rusqlite::{OptionalExtension, Row, params};

use super::outbox::DigestId;
use super::telling::Kind;
use super::{Ledger, Result, moment, stamp};
use crate::news::digest::Thread;
use crate::news::entry::EntryId;

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

/// The mark of a digest on a story.
#[derive(Debug, Clone, Copy)]
pub struct Mark {
    /// The letter that told it.
    pub letter: Thread,
    /// The newest hit of all when it did: by moments, what is booked within the same second is neither before
    /// nor after.
    pub seen: i64,
}

impl Told {
    /// `morning`, `urgent morning`, `notify phone`
    #[must_use]
    pub fn name(&self) -> String {
        self.kind.called(&self.teller)
    }
}

impl Ledger<'_> {
    /// Where that digest told that story, and how far it had seen then.
    ///
    /// # Errors
    /// What the database reports.
    pub fn mark(&self, digest: DigestId, story: EntryId) -> Result<Option<Mark>> {
        self.conn
            .prepare_cached("SELECT slot, part, seen FROM told WHERE digest_id = ?1 AND story_id = ?2")?
            .query_row([digest.0, story.0], |row| {
                let letter = Thread { slot: moment(row.get(0)?), part: row.get(1)? };
                Ok(Mark { letter, seen: row.get(2)? })
            })
            .optional()
    }

    /// Stories that the digest is still to tell, and may tell now.
    ///
    /// # Errors
    /// What the database reports.
    pub fn untold(&self, digest: DigestId) -> Result<Vec<EntryId>> {
        let mut query = self.conn.prepare_cached(
            "SELECT story_id FROM untold WHERE digest_id = ?1 AND NOT rests ORDER BY story_id",
        )?;
        query.query_map([digest.0], |row| row.get(0).map(EntryId))?.collect()
    }

    /// Marks stories as told by that part of that digest's slot; each with the entry that stood for it.
    ///
    /// # Errors
    /// What the database reports.
    pub fn mark_told(
        &self,
        digest: DigestId,
        slot: DateTime<Utc>,
        part: u32,
        stories: &[(EntryId, EntryId)],
    ) -> Result<()> {
        for (story, shown) in stories {
            self.conn
                .prepare_cached(
                    "INSERT INTO told (digest_id, story_id, slot, part, shown, seen)
                     VALUES (?1, ?2, ?3, ?4, ?5, (SELECT coalesce(max(id), 0) FROM hit))
                     ON CONFLICT DO UPDATE SET slot = excluded.slot, part = excluded.part, shown = excluded.shown,
                       seen = excluded.seen",
                )?
                .execute(params![digest.0, story.0, stamp(slot), part, shown.0])?;
            self.conn
                .prepare_cached("DELETE FROM untold WHERE digest_id = ?1 AND story_id = ?2")?
                .execute(params![digest.0, story.0])?;
        }
        Ok(())
    }

    /// The stories of a part that reached nobody are to be told after all; how many.
    ///
    /// # Errors
    /// What the database reports.
    pub fn untell(&self, digest: DigestId, slot: DateTime<Utc>, part: u32) -> Result<usize> {
        let key = params![digest.0, stamp(slot), part];
        self.conn.execute(
            "INSERT OR IGNORE INTO untold (digest_id, story_id)
             SELECT digest_id, story_id FROM told WHERE digest_id = ?1 AND slot = ?2 AND part = ?3",
            key,
        )?;
        self.conn.execute("DELETE FROM told WHERE digest_id = ?1 AND slot = ?2 AND part = ?3", key)
    }

    /// The stories of a notification that was lost are to be told after all, once the channel takes
    /// something again; how many.
    ///
    /// # Errors
    /// What the database reports.
    pub fn untell_resting(&self, channel: DigestId, slot: DateTime<Utc>, part: u32) -> Result<usize> {
        self.conn.execute(
            "INSERT OR IGNORE INTO untold (digest_id, story_id, rests)
             SELECT digest_id, story_id, 1 FROM told WHERE digest_id = ?1 AND slot = ?2 AND part = ?3",
            params![channel.0, stamp(slot), part],
        )?;
        self.untell(channel, slot, part)
    }

    /// The stories of an urgent letter that reached nobody are told in full by its digest, unless that did
    /// so before the letter; how many.
    ///
    /// # Errors
    /// What the database reports.
    pub fn untell_urgent(
        &self,
        urgent: DigestId,
        digest: DigestId,
        slot: DateTime<Utc>,
        part: u32,
    ) -> Result<usize> {
        let key = params![urgent.0, stamp(slot), part, digest.0];
        // A mark of the digest that is younger than the letter stands for a line that said "sent".
        self.conn.execute(
            "DELETE FROM told WHERE digest_id = ?4 AND slot >= ?2 AND story_id IN
               (SELECT story_id FROM told WHERE digest_id = ?1 AND slot = ?2 AND part = ?3)",
            key,
        )?;
        let untold = self.conn.execute(
            "INSERT OR IGNORE INTO untold (digest_id, story_id)
             SELECT ?4, story_id FROM told AS lost WHERE digest_id = ?1 AND slot = ?2 AND part = ?3
               AND NOT EXISTS (SELECT 1 FROM told WHERE digest_id = ?4 AND story_id = lost.story_id)",
            key,
        )?;
        self.conn.execute(
            "DELETE FROM told WHERE digest_id = ?1 AND slot = ?2 AND part = ?3",
            params![urgent.0, stamp(slot), part],
        )?;
        Ok(untold)
    }

    /// What channels have lost may be told again: by one of them, or by all.
    ///
    /// # Errors
    /// What the database reports.
    pub fn wake_rest(&self, channel: Option<DigestId>) -> Result<usize> {
        self.conn
            .prepare_cached(
                "UPDATE untold SET rests = 0 WHERE rests AND digest_id = coalesce(?1, digest_id)",
            )?
            .execute([channel.map(|id| id.0)])
    }

    /// The digest is not to tell that story any more.
    ///
    /// # Errors
    /// What the database reports.
    pub fn forgive(&self, digest: DigestId, story: EntryId) -> Result<()> {
        self.conn
            .prepare_cached("DELETE FROM untold WHERE digest_id = ?1 AND story_id = ?2")?
            .execute([digest.0, story.0])?;
        Ok(())
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
}
