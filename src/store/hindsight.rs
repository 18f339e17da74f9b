//! Rules that are new or changed and have not been held against the stored entries yet.

use chrono::{DateTime, TimeDelta, Utc};
use rusqlite::params;

use super::entries::as_json;
use super::hits::RuleId;
use super::{Ledger, Result, moment, signed, stamp};
use crate::news::entry::EntryId;
use crate::news::rule::Evidence;

/// A rule that is to be held against the stored entries.
#[derive(Debug, Clone, Copy)]
pub struct Untried {
    pub rule: RuleId,
    pub meaning: u64,
    /// When it was ordered so: what came later it has met anyhow.
    pub since: DateTime<Utc>,
    pub is_new: bool,
}

/// A hit on an entry that came long before.
#[derive(Debug)]
pub struct BelatedHit {
    pub entry: EntryId,
    /// Of the entry: the hit is counted on that day.
    pub first_seen: DateTime<Utc>,
    pub evidence: Vec<Evidence>,
}

impl Ledger<'_> {
    /// The rule looks for that now. `untried`: since then it is to be held against the stored entries.
    ///
    /// # Errors
    /// What the database reports.
    pub fn order_rule(
        &self,
        rule: RuleId,
        meaning: u64,
        backfill: TimeDelta,
        untried: Option<DateTime<Utc>>,
    ) -> Result<()> {
        self.conn
            .prepare_cached(
                "UPDATE rule SET meaning = ?2, backfill = ?3, untried = coalesce(?4, untried) WHERE id = ?1",
            )?
            .execute(params![rule.0, signed(meaning), backfill.num_seconds(), untried.map(stamp)])?;
        Ok(())
    }

    /// What the rule looks for is another thing from now on.
    ///
    /// # Errors
    /// What the database reports.
    pub fn note_change(&self, rule: RuleId, now: DateTime<Utc>) -> Result<()> {
        self.conn
            .prepare_cached("UPDATE rule SET ordered_at = ?2 WHERE id = ?1")?
            .execute(params![rule.0, stamp(now)])?;
        Ok(())
    }

    /// Whether the text of any entry is kept.
    ///
    /// # Errors
    /// What the database reports.
    pub fn has_texts(&self) -> Result<bool> {
        self.conn.query_row("SELECT EXISTS (SELECT 1 FROM body)", [], |row| row.get(0))
    }

    /// The config's rules that are still to be held against the stored entries.
    ///
    /// # Errors
    /// What the database reports.
    pub fn untried_rules(&self) -> Result<Vec<Untried>> {
        let mut query = self.conn.prepare_cached(
            "SELECT id, meaning, untried, first_seen = untried FROM rule
             WHERE untried IS NOT NULL AND removed_at IS NULL",
        )?;
        query
            .query_map([], |row| {
                Ok(Untried {
                    rule: RuleId(row.get(0)?),
                    meaning: row.get::<_, i64>(1)?.cast_unsigned(),
                    since: moment(row.get(2)?),
                    is_new: row.get(3)?,
                })
            })?
            .collect()
    }

    /// The rule has been held against the stored entries; `false` when it is another by now.
    ///
    /// # Errors
    /// What the database reports.
    pub fn close_trial(&self, tried: &Untried) -> Result<bool> {
        let closed = self
            .conn
            .prepare_cached(
                "UPDATE rule SET untried = NULL
                 WHERE id = ?1 AND meaning = ?2 AND untried = ?3 AND removed_at IS NULL",
            )?
            .execute(params![tried.rule.0, signed(tried.meaning), stamp(tried.since)])?;
        Ok(closed == 1)
    }

    /// Books a hit on an entry that came long before; `false` when that rule had hit it already.
    ///
    /// # Errors
    /// What the database reports.
    pub fn add_belated_hit(
        &self,
        rule: RuleId,
        hit: &BelatedHit,
        silent: bool,
        now: DateTime<Utc>,
    ) -> Result<bool> {
        let added = self
            .conn
            .prepare_cached(
                "INSERT INTO hit (entry_id, story_id, rule_id, booked_at, silent, evidence, belated)
                 SELECT id, story_id, ?2, ?3, ?4, ?5, 1 FROM entry WHERE id = ?1
                 ON CONFLICT (entry_id, rule_id) DO NOTHING",
            )?
            .execute(params![hit.entry.0, rule.0, stamp(now), silent, as_json(&hit.evidence)])?;
        if added == 1 {
            self.count_hit(rule, hit.first_seen)?;
            self.conn
                .prepare_cached("UPDATE body SET matched = 1 WHERE entry_id = ?1")?
                .execute([hit.entry.0])?;
        }
        Ok(added == 1)
    }
}
