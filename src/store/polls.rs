//! What each feed's last polls brought.

use super::{Ledger, Result, moment, stamp};
use crate::news::entry::FeedId;
use crate::news::errand::Traffic;
use chrono::{DateTime, TimeDelta, Utc};
use rusqlite::params;

/// Older ones are dropped, a feed at a time.
const KEPT: i64 = 50;

/// One poll that is over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PollRow {
    pub at: DateTime<Utc>,
    /// `new`, `unchanged`, or the class of the failure.
    pub outcome: String,
    /// In the document; `None` when none was read.
    pub entries: Option<u32>,
    /// Entries not seen before.
    pub fresh: u32,
    pub repaired: bool,
    pub traffic: Traffic,
}

impl Ledger<'_> {
    /// Remembers a poll, and drops the oldest beyond 50.
    ///
    /// # Errors
    /// What the database reports.
    pub fn add_poll(&self, feed: FeedId, poll: &PollRow) -> Result<()> {
        self.conn
            .prepare_cached(
                "INSERT OR REPLACE INTO poll
                   (feed_id, at, outcome, entries, fresh, repaired, status, received, decoded, took)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
            )?
            .execute(params![
                feed.0,
                stamp(poll.at),
                poll.outcome,
                poll.entries,
                poll.fresh,
                poll.repaired,
                poll.traffic.status,
                poll.traffic.received.cast_signed(),
                poll.traffic.decoded.map(u64::cast_signed),
                poll.traffic.took.num_milliseconds()
            ])?;
        self.conn
            .prepare_cached(
                "DELETE FROM poll WHERE feed_id = ?1 AND at <=
                   (SELECT at FROM poll WHERE feed_id = ?1 ORDER BY at DESC LIMIT 1 OFFSET ?2)",
            )?
            .execute(params![feed.0, KEPT])?;
        Ok(())
    }

    /// The last polls of a feed, the newest first.
    ///
    /// # Errors
    /// What the database reports.
    pub fn polls(&self, feed: FeedId) -> Result<Vec<PollRow>> {
        let mut query = self.conn.prepare_cached(
            "SELECT at, outcome, entries, fresh, repaired, status, received, decoded, took FROM poll
             WHERE feed_id = ?1 ORDER BY at DESC",
        )?;
        let read = |row: &rusqlite::Row<'_>| {
            Ok(PollRow {
                at: moment(row.get(0)?),
                outcome: row.get(1)?,
                entries: row.get(2)?,
                fresh: row.get(3)?,
                repaired: row.get(4)?,
                traffic: Traffic {
                    status: row.get(5)?,
                    received: row.get::<_, i64>(6)?.cast_unsigned(),
                    decoded: row.get::<_, Option<i64>>(7)?.map(i64::cast_unsigned),
                    took: TimeDelta::milliseconds(row.get(8)?),
                },
            })
        };
        query.query_map([feed.0], read)?.collect()
    }
}

#[cfg(test)]
mod tests {
    use super::{DateTime, FeedId, PollRow, TimeDelta, Traffic, Utc};
    use crate::store::Store;
    use crate::store::feeds::NewFeed;

    #[test]
    fn the_last_fifty_stay() {
        let folder = tempfile::tempdir().unwrap();
        let mut store = Store::open(&folder.path().join("ledger.db")).unwrap();
        let began = DateTime::<Utc>::UNIX_EPOCH;
        let poll = |number: i64| PollRow {
            at: began + TimeDelta::minutes(number),
            outcome: "unchanged".to_owned(),
            entries: None,
            fresh: 0,
            repaired: false,
            traffic: Traffic {
                status: Some(200),
                received: 700,
                decoded: (number % 2 == 0).then_some(2_000),
                took: TimeDelta::milliseconds(90 + number),
            },
        };
        let kept = store
            .write(|ledger| {
                for url in ["http://a.example/", "http://b.example/"] {
                    let feed = NewFeed { url, name: "", host: "", rhythm: "", first_poll: began };
                    ledger.add_feed(&feed, began)?;
                }
                ledger.add_poll(FeedId(2), &poll(0))?;
                (0..60).try_for_each(|number| ledger.add_poll(FeedId(1), &poll(number)))?;
                Ok((ledger.polls(FeedId(1))?, ledger.polls(FeedId(2))?))
            })
            .unwrap();
        assert_eq!(kept.0, (10..60).rev().map(poll).collect::<Vec<_>>());
        assert_eq!(kept.1, [poll(0)]);
    }
}
