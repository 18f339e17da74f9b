//! How a feed is, from what it published when: its own rhythm, and silence far beyond it.

use chrono::{DateTime, TimeDelta, Utc};

/// A feed that published every hour is not stale after a quiet night.
const STALE_AT_LEAST: TimeDelta = TimeDelta::days(7);
const STALE_GAPS: i32 = 6;
/// A 304 that lasts so many gaps (and a day) may be a server that answers it for ever.
const DOUBTFUL_GAPS: i32 = 3;
const DOUBTFUL_AT_LEAST: TimeDelta = TimeDelta::days(1);
/// Not read for so long, a feed was away.
const AWAY: TimeDelta = TimeDelta::days(30);
/// So long without a new entry, and without an entry in common, it was away too.
const SILENT: TimeDelta = TimeDelta::days(60);
/// So many new entries are a backlog.
const BACKLOG: usize = 10;

/// The running mean of the gaps between new entries, after one more: a fifth is the newest gap.
#[must_use]
pub fn mean_gap(
    mean: Option<TimeDelta>,
    last_entry: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
) -> Option<TimeDelta> {
    let gap = now - last_entry?;
    Some(mean.map_or(gap, |mean| (mean * 4 + gap) / 5))
}

/// Since when a feed was away that is back now with `fresh` entries, `known` others beside them: it
/// could not be read for a month, or published nothing for two months and has nothing in common with
/// what it was. What it brings is a backlog, and news of its own only as a whole. A few entries
/// are no flood: such a feed has merely written again.
#[must_use]
pub fn away_since(
    last_success: Option<DateTime<Utc>>,
    last_entry: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
    fresh: usize,
    known: usize,
) -> Option<DateTime<Utc>> {
    let before = |at: &DateTime<Utc>, wait: TimeDelta| now - *at >= wait;
    let unread = last_success.filter(|at| before(at, AWAY));
    let silent = last_entry.filter(|at| before(at, SILENT) && known == 0);
    unread.or(last_success.and(silent)).filter(|_| fresh >= BACKLOG)
}

/// Nothing new far beyond its own rhythm: six of its gaps, and a week. A feed without a known gap
/// has no rhythm yet.
#[must_use]
pub fn is_stale(mean: Option<TimeDelta>, last_entry: Option<DateTime<Utc>>, now: DateTime<Utc>) -> bool {
    let silence = |last| now - last;
    let too_long = |mean: TimeDelta| (mean * STALE_GAPS).max(STALE_AT_LEAST);
    mean.zip(last_entry.map(silence)).is_some_and(|(mean, silence)| silence > too_long(mean))
}

/// Whether a feed is to be asked once without validators, to catch a server that answers 304 for
/// ever: silent for three of its gaps, and no document for a day. One that was never seen to publish
/// may be such a server's from the beginning: it has a day.
#[must_use]
pub fn is_doubtful(
    mean: Option<TimeDelta>,
    last_entry: Option<DateTime<Utc>>,
    last_whole: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
) -> bool {
    let patience = (mean.unwrap_or_default() * DOUBTFUL_GAPS).max(DOUBTFUL_AT_LEAST);
    let silent = last_entry.is_none_or(|last| now - last > patience);
    silent && last_whole.is_some_and(|last| now - last > DOUBTFUL_AT_LEAST)
}

#[cfg(test)]
mod tests {
    use super::{DateTime, TimeDelta, Utc, away_since, is_doubtful, is_stale, mean_gap};

    fn day(days: i64) -> DateTime<Utc> {
        DateTime::default() + TimeDelta::days(days)
    }

    #[test]
    fn gaps() {
        assert_eq!(mean_gap(None, None, day(1)), None);
        assert_eq!(mean_gap(None, Some(day(1)), day(3)), Some(TimeDelta::days(2)));
        assert_eq!(mean_gap(Some(TimeDelta::days(2)), Some(day(0)), day(7)), Some(TimeDelta::days(3)));
    }

    #[test]
    fn returns() {
        let away = |success, entry, fresh, known| away_since(success, entry, day(100), fresh, known);
        assert_eq!(away(None, None, 50, 0), None, "a new feed has a baseline");
        assert_eq!(away(Some(day(71)), Some(day(71)), 50, 0), None);
        assert_eq!(away(Some(day(70)), Some(day(60)), 50, 3), Some(day(70)));
        assert_eq!(away(Some(day(70)), Some(day(60)), 9, 0), None, "no flood");
        assert_eq!(away(Some(day(99)), Some(day(40)), 10, 0), Some(day(40)));
        assert_eq!(away(Some(day(99)), Some(day(40)), 10, 1), None, "it goes on where it was");
        assert_eq!(away(Some(day(99)), Some(day(41)), 10, 0), None);
    }

    #[test]
    fn silence() {
        let hourly = Some(TimeDelta::hours(1));
        let monthly = Some(TimeDelta::days(30));
        for (gap, silent_for, stale) in [
            (None, 1_000, false),
            (hourly, 6, false),
            (hourly, 8, true),
            (monthly, 170, false),
            (monthly, 181, true),
        ] {
            assert_eq!(is_stale(gap, Some(day(0)), day(silent_for)), stale, "{gap:?} {silent_for}");
        }
        assert!(!is_doubtful(hourly, Some(day(0)), Some(day(0)), day(1)));
        assert!(is_doubtful(hourly, Some(day(0)), Some(day(0)), day(2)));
        assert!(!is_doubtful(hourly, Some(day(0)), Some(day(2)), day(3)), "once a day");
        assert!(!is_doubtful(monthly, Some(day(0)), Some(day(0)), day(20)));
        assert!(is_doubtful(None, Some(day(0)), Some(day(0)), day(2)), "never seen to publish");
        assert!(is_doubtful(None, None, Some(day(0)), day(2)), "nor ever to have an entry");
        assert!(!is_doubtful(None, None, None, day(2)), "never read");
    }
}
