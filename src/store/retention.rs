//! Forgetting: texts first, fingerprints much later, keys never.

use chrono::{DateTime, TimeDelta, Utc};
use rusqlite::params;

use super::{Ledger, Result, stamp};

/// How long things are kept.
#[derive(Debug, Clone, Copy)]
pub struct Keep {
    /// Texts of entries that hit.
    pub matched: TimeDelta,
    /// Texts of the others.
    pub unmatched: TimeDelta,
    /// Texts in all.
    pub max_articles: Option<u64>,
}

/// Fingerprints are kept so long: else a story would be told again when it comes back a year later.
const PRINTS: TimeDelta = TimeDelta::days(730);
/// Counts, notices and letters that are done.
const HISTORY: TimeDelta = TimeDelta::days(400);
const LETTERS: TimeDelta = TimeDelta::days(30);

impl Ledger<'_> {
    /// Forgets at most `limit` rows of each kind; how many it were. Called again while that is not 0,
    /// so that no transaction is long.
    ///
    /// # Errors
    /// What the database reports.
    pub fn forget_old(&self, keep: Keep, now: DateTime<Utc>, limit: u32) -> Result<usize> {
        let before = |age: TimeDelta| stamp(now.checked_sub_signed(age).unwrap_or_default());
        let mut forgotten = 0;
        for (matched, age) in [(true, keep.matched), (false, keep.unmatched)] {
            forgotten += self.conn.execute(
                "DELETE FROM body WHERE entry_id IN
                   (SELECT entry_id FROM body WHERE matched = ?1 AND seen < ?2 LIMIT ?3)",
                params![matched, before(age), limit],
            )?;
        }
        forgotten += self.conn.execute(
            "DELETE FROM print WHERE entry_id IN (SELECT entry_id FROM print WHERE seen < ?1 LIMIT ?2)",
            params![before(PRINTS), limit],
        )?;
        forgotten += self.conn.execute(
            "DELETE FROM outbox WHERE id IN (SELECT id FROM outbox WHERE next_try IS NULL AND done_at < ?1 LIMIT ?2)",
            params![before(LETTERS), limit],
        )?;
        self.conn.execute("DELETE FROM tally WHERE hour < ?1", [before(HISTORY) / 3_600])?;
        self.conn.execute("DELETE FROM rule_day WHERE day < ?1", [before(HISTORY) / 86_400])?;
        self.conn.execute("DELETE FROM notice WHERE at < ?1", [before(HISTORY)])?;
        Ok(forgotten + self.forget_surplus(keep.max_articles, limit)?)
    }

    fn forget_surplus(&self, max_articles: Option<u64>, limit: u32) -> Result<usize> {
        let Some(max) = max_articles else { return Ok(0) };
        let texts: i64 = self.conn.query_row("SELECT count(*) FROM body", [], |row| row.get(0))?;
        let surplus = texts.saturating_sub_unsigned(max).clamp(0, i64::from(limit));
        self.conn.execute(
            "DELETE FROM body WHERE entry_id IN (SELECT entry_id FROM body ORDER BY matched, seen LIMIT ?1)",
            [surplus],
        )
    }
}
