//! Letters and notifications that nobody has accepted yet, and what became of the others.
//!
//! The queue's promises, of a notification as of a letter: a letter is written here in the transaction that marks its stories as told;
//! it leaves the state `waiting` only when the server has accepted it, has refused it for good, or
//! `give_up_after` is over; whatever is not known to be permanent is temporary. A crash between the
//! server's answer and its booking repeats the letter with the same Message-ID.

use std::collections::HashSet;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use rusqlite::{OptionalExtension, Row, params};

use super::telling::Kind;
use super::{Ledger, Result, moment, stamp};
use crate::news::errand::{Deliver, LetterId, Notify};

/// Number of a digest in the ledger.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct DigestId(pub i64);

/// What became of a letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LetterState {
    Waiting,
    Sent,
    Refused,
    GivenUp,
    /// The user wanted it sent no more.
    Dropped,
}

impl LetterState {
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Sent => "sent",
            Self::Refused => "refused",
            Self::GivenUp => "given-up",
            Self::Dropped => "dropped",
        }
    }

    fn from_name(name: &str) -> Self {
        [Self::Sent, Self::Refused, Self::GivenUp, Self::Dropped]
            .into_iter()
            .find(|state| state.name() == name)
            .unwrap_or(Self::Waiting)
    }
}

/// A letter, as the outbox shows it.
#[derive(Debug, Clone)]
pub struct LetterRow {
    pub id: LetterId,
    pub digest: Option<DigestId>,
    pub digest_name: String,
    pub kind: Kind,
    pub slot: DateTime<Utc>,
    pub part: u32,
    pub recipient: String,
    pub message_id: String,
    pub subject: String,
    pub composed_at: DateTime<Utc>,
    pub state: LetterState,
    pub attempts: u32,
    pub next_try: Option<DateTime<Utc>>,
    pub last_answer: Option<String>,
}

/// A letter that is to be sent.
#[derive(Debug)]
pub struct NewLetter<'a> {
    pub digest: Option<DigestId>,
    pub slot: DateTime<Utc>,
    pub part: u32,
    pub recipient: &'a str,
    pub message_id: &'a str,
    pub subject: &'a str,
    pub bytes: &'a [u8],
}

const COLUMNS: &str = "outbox.id, digest_id, coalesce(digest.name, '') AS digest_name, \
     coalesce(digest.kind, '') AS kind, slot, part, recipient, \
     message_id, subject, composed_at, state, attempts, next_try, last_answer";

impl LetterRow {
    /// `letter 3 to desk@example.org`, `notification 3 to phone`
    #[must_use]
    pub fn called(&self) -> String {
        let what = if self.kind == Kind::Notify { "notification" } else { "letter" };
        format!("{what} {} to {}", self.id.0, self.recipient)
    }

    fn read(row: &Row<'_>) -> Result<Self> {
        Ok(Self {
            id: LetterId(row.get("id")?),
            digest: row.get::<_, Option<i64>>("digest_id")?.map(DigestId),
            digest_name: row.get("digest_name")?,
            kind: Kind::from_name(row.get_ref("kind")?.as_str()?),
            slot: moment(row.get("slot")?),
            part: row.get("part")?,
            recipient: row.get("recipient")?,
            message_id: row.get("message_id")?,
            subject: row.get("subject")?,
            composed_at: moment(row.get("composed_at")?),
            state: LetterState::from_name(row.get_ref("state")?.as_str()?),
            attempts: row.get("attempts")?,
            next_try: row.get::<_, Option<i64>>("next_try")?.map(moment),
            last_answer: row.get("last_answer")?,
        })
    }
}

impl Ledger<'_> {
    /// Puts a letter into the outbox; `false` when the same letter is there already.
    ///
    /// # Errors
    /// What the database reports.
    pub fn add_letter(&self, letter: &NewLetter<'_>, now: DateTime<Utc>) -> Result<bool> {
        let added = self
            .conn
            .prepare_cached(
                "INSERT INTO outbox
                   (digest_id, slot, part, recipient, message_id, subject, bytes, composed_at, next_try, notices)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?8, (SELECT coalesce(max(id), 0) FROM notice))
                 ON CONFLICT (message_id) DO NOTHING",
            )?
            .execute(params![
                letter.digest.map(|id| id.0),
                stamp(letter.slot),
                letter.part,
                letter.recipient,
                letter.message_id,
                letter.subject,
                letter.bytes,
                stamp(now),
            ])?;
        Ok(added == 1)
    }

    /// Letters whose time has come, oldest first; each is moved to `lease`, so that it is handed out
    /// once.
    ///
    /// # Errors
    /// What the database reports.
    pub fn take_letters(
        &self,
        now: DateTime<Utc>,
        lease: DateTime<Utc>,
        limit: usize,
    ) -> Result<Vec<Deliver>> {
        let mut query = self.conn.prepare_cached(
            "SELECT outbox.id, recipient, bytes FROM outbox LEFT JOIN digest ON digest.id = digest_id
             WHERE next_try IS NOT NULL AND next_try <= ?1 AND coalesce(kind, '') != 'notify'
             ORDER BY next_try, outbox.id LIMIT ?2",
        )?;
        let letters: Vec<Deliver> = query
            .query_map(params![stamp(now), i64::try_from(limit).unwrap_or(i64::MAX)], |row| {
                Ok(Deliver {
                    letter: LetterId(row.get(0)?),
                    recipient: row.get(1)?,
                    bytes: Arc::from(row.get_ref(2)?.as_blob()?),
                })
            })?
            .collect::<Result<_>>()?;
        for letter in &letters {
            self.lease_letter(letter.letter, lease)?;
        }
        Ok(letters)
    }

    fn lease_letter(&self, id: LetterId, until: DateTime<Utc>) -> Result<()> {
        self.conn
            .prepare_cached("UPDATE outbox SET next_try = ?2 WHERE id = ?1")?
            .execute(params![id.0, stamp(until)])?;
        Ok(())
    }

    /// One notification whose time has come for each channel that is not `busy`, the least tried first, so
    /// that one which always fails holds no other up; each is moved to `lease`.
    ///
    /// # Errors
    /// What the database reports.
    pub fn take_notifications(
        &self,
        now: DateTime<Utc>,
        lease: DateTime<Utc>,
        busy: &[DigestId],
    ) -> Result<Vec<(DigestId, Notify)>> {
        let busy: Vec<i64> = busy.iter().map(|id| id.0).collect();
        let mut query = self.conn.prepare_cached(
            "SELECT digest.id, outbox.id, name, message_id, bytes FROM digest JOIN outbox ON outbox.id =
               (SELECT id FROM outbox WHERE digest_id = digest.id AND next_try <= ?1 ORDER BY attempts, id LIMIT 1)
             WHERE kind = 'notify' AND digest.id NOT IN (SELECT value FROM json_each(?2)) ORDER BY digest.id",
        )?;
        let taken: Vec<(DigestId, Notify)> = query
            .query_map(params![stamp(now), super::entries::as_json(&busy)], |row| {
                let notify = Notify {
                    letter: LetterId(row.get(1)?),
                    channel: row.get(2)?,
                    id: row.get(3)?,
                    bytes: Arc::from(row.get_ref(4)?.as_blob()?),
                    at: now,
                };
                Ok((DigestId(row.get(0)?), notify))
            })?
            .collect::<Result<_>>()?;
        for (_, notify) in &taken {
            self.lease_letter(notify.letter, lease)?;
        }
        Ok(taken)
    }

    /// Nothing more goes to that channel before `until`: its server asked for it.
    ///
    /// # Errors
    /// What the database reports.
    pub fn rest_channel(&self, channel: DigestId, until: DateTime<Utc>) -> Result<()> {
        self.conn
            .prepare_cached(
                "UPDATE outbox SET next_try = max(next_try, ?2) WHERE digest_id = ?1 AND state = 'waiting'",
            )?
            .execute(params![channel.0, stamp(until)])?;
        Ok(())
    }

    /// At start, when nothing can be under way: waiting letters are tried at once.
    ///
    /// # Errors
    /// What the database reports.
    pub fn release_letters(&self, now: DateTime<Utc>) -> Result<usize> {
        self.conn.execute(
            "UPDATE outbox SET next_try = ?1 WHERE state = 'waiting' AND next_try > ?1",
            [stamp(now)],
        )
    }

    /// When the next letter is to be tried.
    ///
    /// # Errors
    /// What the database reports.
    pub fn next_letter(&self) -> Result<Option<DateTime<Utc>>> {
        let mut query =
            self.conn.prepare_cached("SELECT min(next_try) FROM outbox WHERE next_try IS NOT NULL")?;
        Ok(query.query_row([], |row| row.get::<_, Option<i64>>(0))?.map(moment))
    }

    /// # Errors
    /// What the database reports; that letter not being there is one.
    pub fn letter(&self, id: LetterId) -> Result<LetterRow> {
        self.conn
            .prepare_cached(&format!(
                "SELECT {COLUMNS} FROM outbox LEFT JOIN digest ON digest.id = digest_id WHERE outbox.id = ?1"
            ))?
            .query_row([id.0], LetterRow::read)
    }

    /// A letter that may not be there.
    ///
    /// # Errors
    /// What the database reports.
    pub fn find_letter(&self, id: LetterId) -> Result<Option<LetterRow>> {
        self.letter(id).optional()
    }

    /// The whole message, as it is sent.
    ///
    /// # Errors
    /// What the database reports.
    pub fn letter_bytes(&self, id: LetterId) -> Result<Option<Vec<u8>>> {
        self.conn
            .prepare_cached("SELECT bytes FROM outbox WHERE id = ?1")?
            .query_row([id.0], |row| row.get(0))
            .optional()
    }

    /// Letters that are not done, and those that ended badly since `since`, oldest first.
    ///
    /// # Errors
    /// What the database reports.
    pub fn open_letters(&self, since: DateTime<Utc>) -> Result<Vec<LetterRow>> {
        let mut query = self.conn.prepare_cached(&format!(
            "SELECT {COLUMNS} FROM outbox LEFT JOIN digest ON digest.id = digest_id
             WHERE state = 'waiting' OR (state != 'sent' AND done_at >= ?1) ORDER BY outbox.id"
        ))?;
        query.query_map([stamp(since)], LetterRow::read)?.collect()
    }

    /// Books a try that did not settle the letter.
    ///
    /// # Errors
    /// What the database reports.
    pub fn postpone_letter(&self, id: LetterId, next_try: DateTime<Utc>, answer: &str) -> Result<()> {
        self.conn
            .prepare_cached(
                "UPDATE outbox SET attempts = attempts + 1, next_try = ?2, last_answer = ?3 WHERE id = ?1",
            )?
            .execute(params![id.0, stamp(next_try), answer])?;
        Ok(())
    }

    /// Books what became of a letter in the end.
    ///
    /// # Errors
    /// What the database reports.
    pub fn close_letter(
        &self,
        id: LetterId,
        state: LetterState,
        answer: &str,
        now: DateTime<Utc>,
    ) -> Result<()> {
        self.conn
            .prepare_cached(
                "UPDATE outbox SET state = ?2, attempts = attempts + 1, next_try = NULL, last_answer = ?3, done_at = ?4
                 WHERE id = ?1",
            )?
            .execute(params![id.0, state.name(), answer, stamp(now)])?;
        Ok(())
    }

    /// Books that the user wants a letter sent no more.
    ///
    /// # Errors
    /// What the database reports.
    pub fn drop_letter(&self, id: LetterId, now: DateTime<Utc>) -> Result<()> {
        self.conn
            .prepare_cached(
                "UPDATE outbox SET state = 'dropped', next_try = NULL, done_at = ?2 WHERE id = ?1",
            )?
            .execute(params![id.0, stamp(now)])?;
        Ok(())
    }

    /// Orders waiting letters to be tried now, and given-up ones whose part another recipient has or
    /// may still get; how many. The stories of the other given-up letters are untold: the next digest
    /// tells them, and the letter would tell them twice. What is `under_way` is left alone.
    ///
    /// # Errors
    /// What the database reports.
    pub fn retry_letters(&self, under_way: &HashSet<LetterId>, now: DateTime<Utc>) -> Result<usize> {
        let under_way: Vec<i64> = under_way.iter().map(|id| id.0).collect();
        self.conn.execute(
            "UPDATE outbox SET state = 'waiting', next_try = ?1, done_at = NULL, composed_at = ?1
             WHERE id NOT IN (SELECT value FROM json_each(?2)) AND (state = 'waiting' OR (state = 'given-up'
               AND EXISTS (SELECT 1 FROM outbox AS other WHERE other.digest_id = outbox.digest_id
                 AND other.slot = outbox.slot AND other.part = outbox.part AND other.state IN ('waiting', 'sent'))))",
            params![stamp(now), super::entries::as_json(&under_way)],
        )
    }

    /// The newest slot of which that digest has a letter, whatever became of it.
    ///
    /// # Errors
    /// What the database reports.
    pub fn last_letter(&self, digest: DigestId) -> Result<Option<DateTime<Utc>>> {
        self.conn
            .prepare_cached("SELECT max(slot) FROM outbox WHERE digest_id = ?1")?
            .query_row([digest.0], |row| row.get::<_, Option<i64>>(0))
            .map(|slot| slot.map(moment))
    }

    /// Whether another letter with that part of that digest and slot was accepted, or still may be.
    ///
    /// # Errors
    /// What the database reports.
    pub fn part_lives(&self, digest: DigestId, slot: DateTime<Utc>, part: u32) -> Result<bool> {
        self.conn
            .prepare_cached(
                "SELECT EXISTS (SELECT 1 FROM outbox WHERE digest_id = ?1 AND slot = ?2 AND part = ?3
                   AND state IN ('waiting', 'sent'))",
            )?
            .query_row(params![digest.0, stamp(slot), part], |row| row.get(0))
    }
}
