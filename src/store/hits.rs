//! Rules, their hits, and how often they hit.

use chrono::{DateTime, TimeDelta, Utc};
use rusqlite::{OptionalExtension, params};

use super::entries::as_json;
use super::{Ledger, Result, moment, stamp};
use crate::news::entry::EntryId;
use crate::news::rule::Evidence;
use crate::news::story::Edit;

/// Number of a rule in the ledger.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RuleId(pub i64);

/// A rule as the ledger knows it.
#[derive(Debug, Clone)]
pub struct RuleRow {
    pub id: RuleId,
    pub name: String,
    pub first_seen: DateTime<Utc>,
    /// Since when it stands in the config and looks for what it does.
    pub ordered_at: DateTime<Utc>,
    pub last_hit: Option<DateTime<Utc>>,
    /// [`crate::news::rule::Rules::meaning`] when it was last ordered.
    pub meaning: u64,
    /// Zero: what is stored is not told.
    pub backfill: TimeDelta,
}

/// A hit that is to be remembered.
#[derive(Debug)]
pub struct NewHit<'a> {
    pub entry: EntryId,
    pub story: EntryId,
    pub rule: RuleId,
    /// Remembered, not told.
    pub silent: bool,
    pub evidence: &'a [Evidence],
}

const SECONDS_A_DAY: i64 = 86_400;

impl Ledger<'_> {
    /// Takes a rule into the ledger, or back into it.
    ///
    /// # Errors
    /// What the database reports.
    pub fn add_rule(&self, name: &str, now: DateTime<Utc>) -> Result<RuleId> {
        self.conn
            .prepare_cached(
                "INSERT INTO rule (name, first_seen, ordered_at) VALUES (?1, ?2, ?2)
                 ON CONFLICT (name) DO UPDATE SET removed_at = NULL, ordered_at = ?2 RETURNING id",
            )?
            .query_row(params![name, stamp(now)], |row| row.get(0))
            .map(RuleId)
    }

    /// Rules other than these have left the config; their hits stay.
    ///
    /// # Errors
    /// What the database reports.
    pub fn retire_other_rules(&self, kept: &[RuleId], now: DateTime<Utc>) -> Result<()> {
        let kept: Vec<i64> = kept.iter().map(|id| id.0).collect();
        self.conn.execute(
            "UPDATE rule SET removed_at = ?2
             WHERE removed_at IS NULL AND id NOT IN (SELECT value FROM json_each(?1))",
            params![as_json(&kept), stamp(now)],
        )?;
        Ok(())
    }

    /// The rules of the config, by name.
    ///
    /// # Errors
    /// What the database reports.
    pub fn rules(&self) -> Result<Vec<RuleRow>> {
        let mut query = self.conn.prepare_cached(
            "SELECT id, name, first_seen, last_hit, meaning, backfill, ordered_at FROM rule
             WHERE removed_at IS NULL ORDER BY name",
        )?;
        query
            .query_map([], |row| {
                Ok(RuleRow {
                    id: RuleId(row.get(0)?),
                    name: row.get(1)?,
                    first_seen: moment(row.get(2)?),
                    ordered_at: moment(row.get(6)?),
                    last_hit: row.get::<_, Option<i64>>(3)?.map(moment),
                    meaning: row.get::<_, i64>(4)?.cast_unsigned(),
                    backfill: TimeDelta::seconds(row.get::<_, u32>(5)?.into()),
                })
            })?
            .collect()
    }

    /// Books a hit; `false` when that rule had hit that entry before.
    ///
    /// # Errors
    /// What the database reports.
    pub fn add_hit(&self, hit: &NewHit<'_>, now: DateTime<Utc>) -> Result<bool> {
        let added = self.insert_hit(hit, None, now)?;
        if added {
            self.count_hit(hit.rule, now)?;
        }
        Ok(added)
    }

    /// Books a hit of an article that was edited: anew, so that whoever has told its story looks at it again.
    ///
    /// # Errors
    /// What the database reports.
    pub fn renew_hit(&self, hit: &NewHit<'_>, edit: &Edit, now: DateTime<Utc>) -> Result<()> {
        let renewed = self
            .conn
            .prepare_cached("DELETE FROM hit WHERE entry_id = ?1 AND rule_id = ?2")?
            .execute([hit.entry.0, hit.rule.0])?;
        if renewed == 0 {
            self.count_hit(hit.rule, now)?;
        }
        self.insert_hit(hit, Some(edit), now)?;
        Ok(())
    }

    /// What an entry's edit said that its hit was booked anew for.
    ///
    /// # Errors
    /// What the database reports.
    pub fn edit_of(&self, entry: EntryId, rule: RuleId) -> Result<Option<Edit>> {
        let edit: Option<Option<String>> = self
            .conn
            .prepare_cached("SELECT edit FROM hit WHERE entry_id = ?1 AND rule_id = ?2")?
            .query_row([entry.0, rule.0], |row| row.get(0))
            .optional()?;
        Ok(edit.flatten().and_then(|edit| serde_json::from_str(&edit).ok()))
    }

    /// `false` when that rule has a hit of that entry, which then stays.
    fn insert_hit(&self, hit: &NewHit<'_>, edit: Option<&Edit>, now: DateTime<Utc>) -> Result<bool> {
        let added = self
            .conn
            .prepare_cached(
                "INSERT INTO hit (entry_id, story_id, rule_id, booked_at, silent, evidence, edit)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT (entry_id, rule_id) DO NOTHING",
            )?
            .execute(params![
                hit.entry.0,
                hit.story.0,
                hit.rule.0,
                stamp(now),
                hit.silent,
                as_json(&hit.evidence),
                edit.map(as_json)
            ])?;
        Ok(added == 1)
    }

    pub(super) fn count_hit(&self, rule: RuleId, at: DateTime<Utc>) -> Result<()> {
        self.conn
            .prepare_cached(
                "INSERT INTO rule_day (rule_id, day, hits) VALUES (?1, ?2, 1)
                 ON CONFLICT (rule_id, day) DO UPDATE SET hits = hits + 1",
            )?
            .execute(params![rule.0, stamp(at) / SECONDS_A_DAY])?;
        self.conn
            .prepare_cached("UPDATE rule SET last_hit = max(coalesce(last_hit, 0), ?2) WHERE id = ?1")?
            .execute(params![rule.0, stamp(at)])?;
        Ok(())
    }

    /// Hits of the last `days` days, today last.
    ///
    /// # Errors
    /// What the database reports.
    pub fn rule_days(&self, rule: RuleId, days: usize, now: DateTime<Utc>) -> Result<Vec<u32>> {
        let today = stamp(now) / SECONDS_A_DAY;
        let first = today - i64::try_from(days).unwrap_or(0) + 1;
        let mut counts = vec![0; days];
        let mut query = self
            .conn
            .prepare_cached("SELECT day, hits FROM rule_day WHERE rule_id = ?1 AND day BETWEEN ?2 AND ?3")?;
        let mut rows = query.query(params![rule.0, first, today])?;
        while let Some(row) = rows.next()? {
            if let Some(count) =
                usize::try_from(row.get::<_, i64>(0)? - first).ok().and_then(|day| counts.get_mut(day))
            {
                *count = row.get(1)?;
            }
        }
        Ok(counts)
    }

    /// The newest hit's id, 0 when there is none.
    ///
    /// # Errors
    /// What the database reports.
    pub fn newest_hit(&self) -> Result<i64> {
        self.conn
            .prepare_cached("SELECT max(id) FROM hit")?
            .query_row([], |row| row.get::<_, Option<i64>>(0))
            .optional()
            .map(|id| id.flatten().unwrap_or(0))
    }
}
