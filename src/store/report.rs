//! Numbers that prove the watch: what went by, and what the operator must be told.

use chrono::{DateTime, Utc};
use rusqlite::params;
use rusqlite::types::Type;

use super::outbox::DigestId;
use super::{Ledger, Result, moment, stamp};
use crate::news::notice::Notice;

const SECONDS_AN_HOUR: i64 = 3_600;

/// What went by.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    pub polls: u32,
    pub failed: u32,
    /// Entries not seen before.
    pub entries: u32,
    /// Of these, with at least one hit.
    pub matched: u32,
}

/// Something the operator must be told.
#[derive(Debug, Clone)]
pub struct NoticeRow {
    pub at: DateTime<Utc>,
    pub what: Notice,
}

/// How much the ledger holds.
#[derive(Debug, Clone, Copy)]
pub struct Size {
    pub entries: u64,
    pub stories: u64,
    pub hits: u64,
    pub bytes: u64,
}

impl Ledger<'_> {
    /// Adds to the present hour's count.
    ///
    /// # Errors
    /// What the database reports.
    pub fn count(&self, tally: Tally, now: DateTime<Utc>) -> Result<()> {
        self.conn
            .prepare_cached(
                "INSERT INTO tally (hour, polls, failed, entries, matched) VALUES (?1, ?2, ?3, ?4, ?5)
                 ON CONFLICT (hour) DO UPDATE SET polls = polls + ?2, failed = failed + ?3,
                   entries = entries + ?4, matched = matched + ?5",
            )?
            .execute(params![
                stamp(now) / SECONDS_AN_HOUR,
                tally.polls,
                tally.failed,
                tally.entries,
                tally.matched
            ])?;
        Ok(())
    }

    /// What went by since, to the hour.
    ///
    /// # Errors
    /// What the database reports.
    pub fn tally_since(&self, since: DateTime<Utc>) -> Result<Tally> {
        self.conn
            .prepare_cached(
                "SELECT coalesce(sum(polls), 0), coalesce(sum(failed), 0), coalesce(sum(entries), 0),
                   coalesce(sum(matched), 0) FROM tally WHERE hour >= ?1",
            )?
            .query_row([stamp(since) / SECONDS_AN_HOUR], |row| {
                Ok(Tally {
                    polls: row.get(0)?,
                    failed: row.get(1)?,
                    entries: row.get(2)?,
                    matched: row.get(3)?,
                })
            })
    }

    /// Remembers something that the operator must be told.
    ///
    /// # Errors
    /// What the database reports.
    pub fn add_notice(&self, what: &Notice, now: DateTime<Utc>) -> Result<()> {
        let what = serde_json::to_string(what)
            .map_err(|error| rusqlite::Error::ToSqlConversionFailure(Box::new(error)))?;
        self.conn
            .prepare_cached("INSERT INTO notice (at, what) VALUES (?1, ?2)")?
            .execute(params![stamp(now), what])?;
        Ok(())
    }

    /// Our own network is away since then: the operator must be told, once.
    ///
    /// # Errors
    /// What the database reports.
    pub fn open_outage(&self, since: DateTime<Utc>) -> Result<()> {
        self.add_notice(&Notice::CutOff, since)
    }

    /// Since when our own network is away, if that is not before `after`.
    ///
    /// # Errors
    /// What the database reports.
    pub fn outage_since(&self, after: DateTime<Utc>) -> Result<Option<DateTime<Utc>>> {
        self.conn
            .prepare_cached("SELECT max(at) FROM notice WHERE what ->> 'kind' = 'cut-off' AND at >= ?1")?
            .query_row([stamp(after)], |row| Ok(row.get::<_, Option<i64>>(0)?.map(moment)))
    }

    /// It is back: what was said of it is replaced by the account of the whole.
    ///
    /// # Errors
    /// What the database reports.
    pub fn close_outage(&self, since: DateTime<Utc>, now: DateTime<Utc>) -> Result<()> {
        self.conn.prepare_cached("DELETE FROM notice WHERE what ->> 'kind' = 'cut-off'")?.execute([])?;
        self.add_notice(&Notice::WasCutOff { since, until: now }, now)
    }

    /// What the operator must be told, since that moment, oldest first, at most 50.
    ///
    /// # Errors
    /// What the database reports.
    pub fn notices_since(&self, since: DateTime<Utc>) -> Result<Vec<NoticeRow>> {
        let mut query =
            self.conn.prepare_cached("SELECT at, what FROM notice WHERE at >= ?1 ORDER BY id LIMIT 50")?;
        query.query_map([stamp(since)], notice)?.collect()
    }

    /// The same of what no letter of that digest that got through has told yet.
    ///
    /// # Errors
    /// What the database reports.
    pub fn untold_notices(&self, digest: DigestId, since: DateTime<Utc>) -> Result<Vec<NoticeRow>> {
        let mut query = self.conn.prepare_cached(
            "SELECT at, what FROM notice WHERE at >= ?2 AND id > (
               SELECT coalesce(max(notices), 0) FROM outbox WHERE digest_id = ?1 AND state = 'sent')
             ORDER BY id LIMIT 50",
        )?;
        query.query_map(params![digest.0, stamp(since)], notice)?.collect()
    }

    /// Counts the ledger's rows: reads whole indexes, so for a person's eyes only.
    ///
    /// # Errors
    /// What the database reports.
    pub fn size(&self) -> Result<Size> {
        let number =
            |sql: &str| self.conn.query_row(sql, [], |row| row.get::<_, i64>(0).map(i64::cast_unsigned));
        Ok(Size {
            entries: number("SELECT count(*) FROM entry")?,
            stories: number("SELECT count(DISTINCT story_id) FROM entry")?,
            hits: number("SELECT count(*) FROM hit")?,
            bytes: number("SELECT page_count * page_size FROM pragma_page_count, pragma_page_size")?,
        })
    }
}

fn notice(row: &rusqlite::Row<'_>) -> Result<NoticeRow> {
    let what = serde_json::from_str(row.get_ref(1)?.as_str()?)
        .map_err(|error| rusqlite::Error::FromSqlConversionFailure(1, Type::Text, Box::new(error)))?;
    Ok(NoticeRow { at: moment(row.get(0)?), what })
}
