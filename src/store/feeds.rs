//! The feeds: their schedule, validators and health.

use std::collections::HashSet;

use chrono::{DateTime, TimeDelta, Utc};
use rusqlite::types::FromSql;
use rusqlite::{OptionalExtension, Row, named_params, params};

use super::{Ledger, Result, moment, signed, stamp};
use crate::news::entry::{FeedId, Pacing};
use crate::news::errand::Validators;
use crate::news::schedule::{Next, Reason, Why};

/// A feed as the ledger knows it.
#[derive(Debug, Clone)]
pub struct FeedRow {
    pub id: FeedId,
    /// As in the config.
    pub url: String,
    pub name: String,
    /// Where it is asked for; another URL than `url` after a permanent move.
    pub fetch_url: String,
    pub host: String,
    pub added_at: DateTime<Utc>,
    pub removed_at: Option<DateTime<Utc>>,
    /// As in the config when `next_poll` was set.
    pub rhythm: String,
    /// `None`: left alone.
    pub next_poll: Option<DateTime<Utc>>,
    /// Why then, or why never again.
    pub next_why: Option<Why>,
    /// What its last document asked for.
    pub pacing: Pacing,
    pub validators: Validators,
    pub body_hash: Option<u64>,
    /// Target of a permanent redirect that is not trusted yet, and the good readings through it.
    pub moved_to: Option<String>,
    pub moved_count: u32,
    pub last_attempt: Option<DateTime<Utc>>,
    pub last_success: Option<DateTime<Utc>>,
    pub last_entry: Option<DateTime<Utc>>,
    /// Between the moments when it published something new: a running mean.
    pub entry_gap: Option<TimeDelta>,
    /// When it last answered with a document, not with a 304.
    pub last_whole: Option<DateTime<Utc>>,
    /// In its last document.
    pub entries: u32,
    /// In a row.
    pub failures: u32,
    pub failing_since: Option<DateTime<Utc>>,
    /// Class of the last failure; `None` when it is well.
    pub fault: Option<String>,
    pub fault_detail: Option<String>,
    pub repaired: bool,
    pub gap_at: Option<DateTime<Utc>>,
    /// When most of its entries came under other keys than before.
    pub rekeyed_at: Option<DateTime<Utc>>,
}

/// A feed that has come into the config.
#[derive(Debug)]
pub struct NewFeed<'a> {
    pub url: &'a str,
    pub name: &'a str,
    pub host: &'a str,
    pub rhythm: &'a str,
    pub first_poll: DateTime<Utc>,
}

const COLUMNS: &str = "id, url, name, fetch_url, host, added_at, removed_at, rhythm, next_poll, next_why, ttl, period, skip_hours, \
     skip_days, etag, last_modified, \
     body_hash, moved_to, moved_count, last_attempt, last_success, last_entry, entry_gap, last_whole, entries, failures, \
     failing_since, fault, fault_detail, repaired, gap_at, rekeyed_at";

/// Nearly every feed is asked for at its own URL, which has an index; those that have moved have another.
const ASKED_FOR_AT: &str = "SELECT id FROM feed WHERE url = ?1 AND fetch_url = url
     UNION ALL SELECT id FROM feed WHERE fetch_url = ?1 AND fetch_url <> url";

impl FeedRow {
    fn read(row: &Row<'_>) -> Result<Self> {
        let mut columns = Columns { row, next: 0 };
        Ok(Self {
            id: FeedId(columns.next()?),
            url: columns.next()?,
            name: columns.next()?,
            fetch_url: columns.next()?,
            host: columns.next()?,
            added_at: moment(columns.next()?),
            removed_at: columns.moment()?,
            rhythm: columns.next()?,
            next_poll: columns.moment()?,
            next_why: columns.next::<Option<String>>()?.and_then(|why| serde_json::from_str(&why).ok()),
            pacing: Pacing {
                ttl: columns.seconds()?,
                period: columns.seconds()?,
                skip_hours: columns.next()?,
                skip_days: columns.next()?,
            },
            validators: Validators { etag: columns.next()?, last_modified: columns.next()? },
            body_hash: columns.next::<Option<i64>>()?.map(i64::cast_unsigned),
            moved_to: columns.next()?,
            moved_count: columns.next()?,
            last_attempt: columns.moment()?,
            last_success: columns.moment()?,
            last_entry: columns.moment()?,
            entry_gap: columns.seconds()?,
            last_whole: columns.moment()?,
            entries: columns.next()?,
            failures: columns.next()?,
            failing_since: columns.moment()?,
            fault: columns.next()?,
            fault_detail: columns.next()?,
            repaired: columns.next()?,
            gap_at: columns.moment()?,
            rekeyed_at: columns.moment()?,
        })
    }
}

/// A row's columns in the order of [`COLUMNS`]: every poll reads such a row, and finding each by its name would
/// take longer than all else that is done with it.
struct Columns<'r, 's> {
    row: &'r Row<'s>,
    next: usize,
}

impl Columns<'_, '_> {
    fn next<T: FromSql>(&mut self) -> Result<T> {
        self.next += 1;
        self.row.get(self.next - 1)
    }

    fn moment(&mut self) -> Result<Option<DateTime<Utc>>> {
        Ok(self.next::<Option<i64>>()?.map(moment))
    }

    fn seconds(&mut self) -> Result<Option<TimeDelta>> {
        Ok(self.next::<Option<i64>>()?.and_then(TimeDelta::try_seconds))
    }
}

impl Ledger<'_> {
    /// When a feed was last read well.
    ///
    /// # Errors
    /// What the database reports.
    pub fn last_success(&self) -> Result<Option<DateTime<Utc>>> {
        self.conn
            .prepare_cached("SELECT max(last_success) FROM feed")?
            .query_row([], |row| Ok(row.get::<_, Option<i64>>(0)?.map(moment)))
    }

    /// Every feed, the removed ones too, by URL.
    ///
    /// # Errors
    /// What the database reports.
    pub fn feeds(&self) -> Result<Vec<FeedRow>> {
        let mut query = self.conn.prepare_cached(&format!("SELECT {COLUMNS} FROM feed ORDER BY url"))?;
        query.query_map([], FeedRow::read)?.collect()
    }

    /// # Errors
    /// What the database reports.
    pub fn feed(&self, id: FeedId) -> Result<Option<FeedRow>> {
        let mut query = self.conn.prepare_cached(&format!("SELECT {COLUMNS} FROM feed WHERE id = ?1"))?;
        query.query_row([id.0], FeedRow::read).optional()
    }

    /// Feeds whose time has come, the longest overdue first.
    ///
    /// # Errors
    /// What the database reports.
    pub fn due_feeds(&self, now: DateTime<Utc>, limit: usize) -> Result<Vec<FeedRow>> {
        let mut query = self.conn.prepare_cached(&format!(
            "SELECT {COLUMNS} FROM feed WHERE next_poll IS NOT NULL AND next_poll <= ?1 ORDER BY next_poll LIMIT ?2"
        ))?;
        query
            .query_map(params![stamp(now), i64::try_from(limit).unwrap_or(i64::MAX)], FeedRow::read)?
            .collect()
    }

    /// Feeds of the config whose last poll failed.
    ///
    /// # Errors
    /// What the database reports.
    pub fn failing_feeds(&self) -> Result<HashSet<FeedId>> {
        let mut query =
            self.conn.prepare_cached("SELECT id FROM feed WHERE fault IS NOT NULL AND removed_at IS NULL")?;
        query.query_map([], |row| row.get(0).map(FeedId))?.collect()
    }

    /// When the next feed is due.
    ///
    /// # Errors
    /// What the database reports.
    pub fn next_poll(&self) -> Result<Option<DateTime<Utc>>> {
        let mut query =
            self.conn.prepare_cached("SELECT min(next_poll) FROM feed WHERE next_poll IS NOT NULL")?;
        Ok(query.query_row([], |row| row.get::<_, Option<i64>>(0))?.map(moment))
    }

    /// Takes a feed into the ledger, or back into it, to be polled at `first_poll`.
    ///
    /// # Errors
    /// What the database reports.
    pub fn add_feed(&self, new: &NewFeed<'_>, now: DateTime<Utc>) -> Result<()> {
        self.conn
            .prepare_cached(
                "INSERT INTO feed (url, name, fetch_url, host, rhythm, added_at, next_poll, next_why)
                 VALUES (?1, ?2, ?1, ?3, ?4, ?5, ?6, ?7)
                 ON CONFLICT (url) DO UPDATE SET removed_at = NULL, rhythm = excluded.rhythm,
                   next_poll = excluded.next_poll, next_why = excluded.next_why",
            )?
            .execute(params![
                new.url,
                new.name,
                new.host,
                new.rhythm,
                stamp(now),
                stamp(new.first_poll),
                written(Why::plainly(Reason::New))
            ])?;
        Ok(())
    }

    /// The config has another rhythm or name for it now.
    ///
    /// # Errors
    /// What the database reports.
    pub fn reorder_feed(&self, id: FeedId, name: &str, rhythm: &str) -> Result<()> {
        self.conn
            .prepare_cached("UPDATE feed SET name = ?2, rhythm = ?3 WHERE id = ?1")?
            .execute(params![id.0, name, rhythm])?;
        Ok(())
    }

    /// The feed has left the config: no more polls, its history stays.
    ///
    /// # Errors
    /// What the database reports.
    pub fn remove_feed(&self, id: FeedId, now: DateTime<Utc>) -> Result<()> {
        self.conn
            .prepare_cached(
                "UPDATE feed SET removed_at = ?2, next_poll = NULL, next_why = NULL WHERE id = ?1",
            )?
            .execute(params![id.0, stamp(now)])?;
        Ok(())
    }

    /// Moves the next poll: a lease while it is under way, or an order to poll now.
    ///
    /// # Errors
    /// What the database reports.
    pub fn set_next_poll(&self, id: FeedId, next: Next) -> Result<()> {
        self.conn
            .prepare_cached(
                "UPDATE feed SET next_poll = ?2, next_why = ?3 WHERE id = ?1 AND removed_at IS NULL",
            )?
            .execute(params![id.0, stamp(next.at), written(next.why)])?;
        Ok(())
    }

    /// The program starts: what was under way will not come back.
    ///
    /// # Errors
    /// What the database reports.
    pub fn lose_polls(&self) -> Result<()> {
        self.conn
            .prepare_cached("UPDATE feed SET next_why = ?2 WHERE next_why = ?1")?
            .execute([written(Why::plainly(Reason::UnderWay)), written(Why::plainly(Reason::Lost))])?;
        Ok(())
    }

    /// The feeds of the config that are asked for there, the oldest first.
    ///
    /// # Errors
    /// What the database reports.
    pub fn feeds_at(&self, fetch_url: &str) -> Result<Vec<FeedRow>> {
        let mut query = self.conn.prepare_cached(&format!(
            "SELECT {COLUMNS} FROM feed WHERE id IN ({ASKED_FOR_AT}) AND removed_at IS NULL ORDER BY id"
        ))?;
        query.query_map([fetch_url], FeedRow::read)?.collect()
    }

    /// The URL of another feed of the config that is asked for at the same place.
    ///
    /// # Errors
    /// What the database reports.
    pub fn twin(&self, feed: &FeedRow) -> Result<Option<String>> {
        self.conn
            .prepare_cached(&format!(
                "SELECT url FROM feed WHERE id IN ({ASKED_FOR_AT}) AND id <> ?2 AND removed_at IS NULL LIMIT 1"
            ))?
            .query_row(params![feed.fetch_url, feed.id.0], |row| row.get(0))
            .optional()
    }

    /// How many feeds a host has, and how many of them were limited since `since`.
    ///
    /// # Errors
    /// What the database reports.
    pub fn limited_feeds(&self, host: &str, class: &str, since: DateTime<Utc>) -> Result<(u32, u32)> {
        self.conn
            .prepare_cached(
                "SELECT count(*), coalesce(sum(fault = ?2 AND last_attempt >= ?3), 0) FROM feed
                 WHERE host = ?1 AND next_poll IS NOT NULL",
            )?
            .query_row(params![host, class, stamp(since)], |row| Ok((row.get(0)?, row.get(1)?)))
    }

    /// No feed of that host is polled before that.
    ///
    /// # Errors
    /// What the database reports.
    pub fn hold_host(&self, host: &str, until: Next) -> Result<()> {
        self.conn
            .prepare_cached(
                "UPDATE feed SET next_poll = ?2, next_why = ?3 WHERE host = ?1 AND next_poll < ?2",
            )?
            .execute(params![host, stamp(until.at), written(until.why)])?;
        Ok(())
    }

    /// Most of a feed's entries came under other keys than before.
    ///
    /// # Errors
    /// What the database reports.
    pub fn set_rekeyed(&self, feed: FeedId, now: DateTime<Utc>) -> Result<()> {
        self.conn
            .prepare_cached("UPDATE feed SET rekeyed_at = ?2 WHERE id = ?1")?
            .execute(params![feed.0, stamp(now)])?;
        Ok(())
    }

    /// Writes a feed's row back after a poll.
    ///
    /// # Errors
    /// What the database reports.
    pub fn book_poll(&self, feed: &FeedRow) -> Result<()> {
        self.conn
            .prepare_cached(
                "UPDATE feed SET name = :name, fetch_url = :fetch_url, host = :host, next_poll = :next_poll,
                   next_why = :next_why, ttl = :ttl, period = :period, skip_hours = :skip_hours, skip_days = :skip_days, etag = :etag,
                   last_modified = :last_modified, body_hash = :body_hash, moved_to = :moved_to,
                   moved_count = :moved_count, last_attempt = :last_attempt, last_success = :last_success,
                   last_entry = :last_entry, entry_gap = :entry_gap, last_whole = :last_whole, entries = :entries, failures = :failures,
                   failing_since = :failing_since, fault = :fault, fault_detail = :fault_detail,
                   repaired = :repaired, gap_at = :gap_at, rekeyed_at = :rekeyed_at
                 WHERE id = :id AND removed_at IS NULL",
            )?
            .execute(named_params! {
                ":id": feed.id.0,
                ":name": feed.name,
                ":fetch_url": feed.fetch_url,
                ":host": feed.host,
                ":next_poll": feed.next_poll.map(stamp),
                ":next_why": feed.next_why.map(written),
                ":ttl": feed.pacing.ttl.map(|ttl| ttl.num_seconds()),
                ":period": feed.pacing.period.map(|period| period.num_seconds()),
                ":skip_hours": feed.pacing.skip_hours,
                ":skip_days": feed.pacing.skip_days,
                ":etag": feed.validators.etag,
                ":last_modified": feed.validators.last_modified,
                ":body_hash": feed.body_hash.map(signed),
                ":moved_to": feed.moved_to,
                ":moved_count": feed.moved_count,
                ":last_attempt": feed.last_attempt.map(stamp),
                ":last_success": feed.last_success.map(stamp),
                ":last_entry": feed.last_entry.map(stamp),
                ":entry_gap": feed.entry_gap.map(|gap| gap.num_seconds()),
                ":last_whole": feed.last_whole.map(stamp),
                ":entries": feed.entries,
                ":failures": feed.failures,
                ":failing_since": feed.failing_since.map(stamp),
                ":fault": feed.fault,
                ":fault_detail": feed.fault_detail,
                ":repaired": feed.repaired,
                ":gap_at": feed.gap_at.map(stamp),
                ":rekeyed_at": feed.rekeyed_at.map(stamp),
            })?;
        Ok(())
    }
}

/// As it stands in the ledger.
fn written(why: Why) -> String {
    serde_json::to_string(&why).unwrap_or_default()
}
