//! Forgetting: texts first, fingerprints much later, keys never. What the user labelled stays whole.

use chrono::{DateTime, TimeDelta, Utc};
use rusqlite::params;

use super::{Ledger, Result, stamp};
use crate::news::entry::EntryId;
use crate::news::fingerprint::Fingerprint;

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

/// What was forgotten at once.
#[derive(Debug, Default)]
pub struct Forgotten {
    /// Rows of any kind.
    pub rows: usize,
    /// Fingerprints, which the index has to forget, too.
    pub prints: Vec<(EntryId, Fingerprint)>,
}

impl Ledger<'_> {
    /// Forgets at most `limit` rows of each kind; called again while there are any, so that no
    /// transaction is long.
    ///
    /// # Errors
    /// What the database reports.
    pub fn forget_old(&self, keep: Keep, now: DateTime<Utc>, limit: u32) -> Result<Forgotten> {
        let before = |age: TimeDelta| stamp(now.checked_sub_signed(age).unwrap_or_default());
        let mut rows = 0;
        for (matched, age) in [(true, keep.matched), (false, keep.unmatched)] {
            rows += self.conn.execute(
                "DELETE FROM body WHERE entry_id IN
                   (SELECT entry_id FROM body WHERE matched = ?1 AND seen < ?2
                      AND entry_id NOT IN (SELECT id FROM pinned) LIMIT ?3)",
                params![matched, before(age), limit],
            )?;
        }
        let prints = self.forget_prints(before(PRINTS), limit)?;
        rows += self.conn.execute(
            "DELETE FROM outbox WHERE id IN (SELECT id FROM outbox WHERE next_try IS NULL AND done_at < ?1 LIMIT ?2)",
            params![before(LETTERS), limit],
        )?;
        self.conn.execute("DELETE FROM tally WHERE hour < ?1", [before(HISTORY) / 3_600])?;
        self.conn.execute("DELETE FROM rule_day WHERE day < ?1", [before(HISTORY) / 86_400])?;
        self.conn.execute("DELETE FROM notice WHERE at < ?1", [before(HISTORY)])?;
        rows += prints.len() + self.forget_surplus(keep.max_articles, limit)?;
        let readable = |(id, print): (EntryId, Option<Fingerprint>)| print.map(|print| (id, print));
        Ok(Forgotten { rows, prints: prints.into_iter().filter_map(readable).collect() })
    }

    fn forget_prints(&self, before: i64, limit: u32) -> Result<Vec<(EntryId, Option<Fingerprint>)>> {
        let mut query = self.conn.prepare_cached(
            "DELETE FROM print WHERE entry_id IN
               (SELECT entry_id FROM print WHERE seen < ?1 AND entry_id NOT IN (SELECT id FROM pinned) LIMIT ?2)
             RETURNING entry_id, bytes",
        )?;
        query
            .query_map(params![before, limit], |row| {
                Ok((EntryId(row.get(0)?), Fingerprint::from_bytes(row.get_ref(1)?.as_blob()?)))
            })?
            .collect()
    }

    fn forget_surplus(&self, max_articles: Option<u64>, limit: u32) -> Result<usize> {
        let Some(max) = max_articles else { return Ok(0) };
        let texts: i64 = self.conn.query_row("SELECT count(*) FROM body", [], |row| row.get(0))?;
        let surplus = texts.saturating_sub_unsigned(max).clamp(0, i64::from(limit));
        self.conn.execute(
            "DELETE FROM body WHERE entry_id IN
               (SELECT entry_id FROM body WHERE entry_id NOT IN (SELECT id FROM pinned)
                ORDER BY matched, seen LIMIT ?1)",
            [surplus],
        )
    }
}

#[cfg(test)]
mod tests {
    use super::{Keep, TimeDelta, stamp};
    use crate::news::entry::EntryId;
    use crate::store::Store;
    use chrono::{DateTime, Utc};
    use rusqlite::params;

    const KEEP: Keep =
        Keep { matched: TimeDelta::days(90), unmatched: TimeDelta::days(14), max_articles: None };

    /// Entries with their texts and fingerprints, each so many days old, matched or not.
    fn filled(entries: &[(i64, bool)], now: DateTime<Utc>) -> (tempfile::TempDir, Store) {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&folder.path().join("wirewatch.db")).unwrap();
        store
            .conn
            .execute_batch(
                "INSERT INTO feed (id, url, fetch_url, host, rhythm, added_at) VALUES (1, 'u', 'u', 'h', '', 0)",
            )
            .unwrap();
        for (id, (days, matched)) in (1_i64..).zip(entries) {
            let seen = stamp(now - TimeDelta::days(*days));
            let row = params![id, seen, matched];
            for sql in [
                "INSERT INTO entry (id, feed_id, key_hash, content_hash, title, first_seen, story_id, verdict)
                 SELECT ?1, 1, ?1, ?1, '', ?2, ?1, 'new' WHERE ?3 IS NOT NULL",
                "INSERT INTO body (entry_id, seen, matched, text) VALUES (?1, ?2, ?3, '')",
                "INSERT INTO print (entry_id, seen, bytes) SELECT ?1, ?2, x'00' WHERE ?3 IS NOT NULL",
            ] {
                store.conn.execute(sql, row).unwrap();
            }
        }
        (folder, store)
    }

    fn left(store: &Store, table: &str) -> Vec<i64> {
        let mut query =
            store.conn.prepare(&format!("SELECT entry_id FROM {table} ORDER BY entry_id")).unwrap();
        query.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
    }

    #[test]
    fn texts_go_first_fingerprints_later_keys_never() {
        let now = DateTime::from_timestamp(1_800_000_000, 0).unwrap();
        let (_folder, mut store) =
            filled(&[(800, true), (100, true), (50, true), (50, false), (1, false)], now);
        while store.write(|ledger| ledger.forget_old(KEEP, now, 1)).unwrap().rows > 0 {}
        assert_eq!(left(&store, "body"), [3, 5]);
        assert_eq!(left(&store, "print"), [2, 3, 4, 5]);
        let keys: i64 = store.conn.query_row("SELECT count(*) FROM entry", [], |row| row.get(0)).unwrap();
        assert_eq!(keys, 5);
    }

    #[test]
    fn what_the_user_labelled_is_kept() {
        let now = DateTime::from_timestamp(1_800_000_000, 0).unwrap();
        let (_folder, mut store) = filled(&[(800, true), (799, false), (798, true)], now);
        let labelled = |ledger: &crate::store::Ledger<'_>| ledger.label(EntryId(2), EntryId(1), false, now);
        store.write(labelled).unwrap();
        let keep = Keep { max_articles: Some(0), ..KEEP };
        while store.write(|ledger| ledger.forget_old(keep, now, 1)).unwrap().rows > 0 {}
        assert_eq!((left(&store, "body"), left(&store, "print")), (vec![1, 2], vec![1, 2]));
    }

    #[test]
    fn surplus_texts_go_the_unmatched_and_oldest_first() {
        let now = DateTime::from_timestamp(1_800_000_000, 0).unwrap();
        let (_folder, mut store) = filled(&[(3, true), (2, false), (1, false), (4, true)], now);
        let keep = Keep { max_articles: Some(2), ..KEEP };
        while store.write(|ledger| ledger.forget_old(keep, now, 1)).unwrap().rows > 0 {}
        assert_eq!(left(&store, "body"), [1, 4]);
    }
}
