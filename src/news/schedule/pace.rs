//! When what is urgent may be told: at once, but not in quiet hours, and not too often.

use chrono::{DateTime, Days, NaiveTime, TimeDelta, Utc};
use chrono_tz::Tz;

use super::slots::instant;

/// How often, and when not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pace {
    /// From one letter to the next; what comes meanwhile is gathered.
    pub at_most_every: TimeDelta,
    pub quiet: Option<QuietHours>,
    /// In which the quiet hours are.
    pub zone: Tz,
}

/// A time of day in which nothing is sent, over midnight when it ends before it begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct QuietHours {
    pub from: NaiveTime,
    /// The first moment that is loud again.
    pub to: NaiveTime,
}

impl Pace {
    /// The first moment from `now` on at which something may be sent, when `last` was the last time. A last
    /// time that lies ahead, since the clock was put back, is now.
    #[must_use]
    pub fn next(&self, last: Option<DateTime<Utc>>, now: DateTime<Utc>) -> DateTime<Utc> {
        let paused = last.and_then(|last| last.min(now).checked_add_signed(self.at_most_every));
        let earliest = paused.map_or(now, |end| end.max(now));
        self.quiet.and_then(|quiet| quiet.end(earliest, self.zone)).unwrap_or(earliest)
    }
}

impl QuietHours {
    #[must_use]
    pub fn contains(&self, time: NaiveTime) -> bool {
        if self.from < self.to {
            (self.from..self.to).contains(&time)
        } else {
            time >= self.from || time < self.to
        }
    }

    /// When the quiet hours end that are on at `now`; `None` when they are not on. An end that a spring
    /// change skips is the moment of the change, of one that an autumn change repeats the first counts.
    fn end(&self, now: DateTime<Utc>, zone: Tz) -> Option<DateTime<Utc>> {
        let local = now.with_timezone(&zone).naive_local();
        if !self.contains(local.time()) {
            return None;
        }
        let mut day = if local.time() < self.to { local.date() } else { local.date().succ_opt()? };
        loop {
            match instant(day.and_time(self.to), zone).filter(|end| *end > now) {
                Some(end) => return Some(end),
                // In the second pass of a repeated hour: the end lies behind, the next one is tomorrow's.
                None => day = day.checked_add_days(Days::new(1))?,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pace(quiet: Option<(&str, &str)>, zone: Tz) -> Pace {
        let time = |written: &str| NaiveTime::parse_from_str(written, "%H:%M").unwrap();
        let quiet = quiet.map(|(from, to)| QuietHours { from: time(from), to: time(to) });
        Pace { at_most_every: TimeDelta::minutes(15), quiet, zone }
    }

    #[test]
    fn held_until_the_pause_and_the_quiet_hours_end() {
        let night = Some(("22:00", "06:30"));
        let berlin = chrono_tz::Europe::Berlin;
        for (quiet, zone, last, now, expected) in [
            (None, Tz::UTC, None, "2026-01-05T12:00:00Z", "2026-01-05T12:00:00Z"),
            (None, Tz::UTC, Some("2026-01-05T11:50:00Z"), "2026-01-05T12:00:00Z", "2026-01-05T12:05:00Z"),
            (None, Tz::UTC, Some("2026-01-05T09:00:00Z"), "2026-01-05T12:00:00Z", "2026-01-05T12:00:00Z"),
            (None, Tz::UTC, Some("2026-01-06T12:00:00Z"), "2026-01-05T12:00:00Z", "2026-01-05T12:15:00Z"),
            (night, Tz::UTC, None, "2026-01-05T21:59:59Z", "2026-01-05T21:59:59Z"),
            (night, Tz::UTC, None, "2026-01-05T22:00:00Z", "2026-01-06T06:30:00Z"),
            (night, Tz::UTC, None, "2026-01-06T01:00:00Z", "2026-01-06T06:30:00Z"),
            (night, Tz::UTC, None, "2026-01-06T06:30:00Z", "2026-01-06T06:30:00Z"),
            // The pause ends in the quiet hours.
            (night, Tz::UTC, Some("2026-01-05T21:50:00Z"), "2026-01-05T21:55:00Z", "2026-01-06T06:30:00Z"),
            // 02:00 becomes 03:00 on 29 March, 03:00 becomes 02:00 on 25 October.
            (night, berlin, None, "2026-03-28T23:00:00Z", "2026-03-29T04:30:00Z"),
            (night, berlin, None, "2026-10-24T23:00:00Z", "2026-10-25T05:30:00Z"),
            (Some(("00:00", "02:30")), berlin, None, "2026-03-29T00:30:00Z", "2026-03-29T01:00:00Z"),
            (Some(("00:00", "02:30")), berlin, None, "2026-10-24T23:30:00Z", "2026-10-25T00:30:00Z"),
            (Some(("13:00", "14:00")), Tz::UTC, None, "2026-01-05T13:20:00Z", "2026-01-05T14:00:00Z"),
        ] {
            let at = |written: &str| written.parse::<DateTime<Utc>>().unwrap();
            let next = pace(quiet, zone).next(last.map(at), at(now));
            assert_eq!(next, at(expected), "{quiet:?} {zone} after {last:?} at {now}");
        }
    }

    proptest::proptest! {
        /// Nothing is sent in quiet hours, and never earlier than now.
        #[test]
        fn the_end_is_ahead(from in 0..1440_u32, length in 1..1440_u32, at in 1_700_000_000..1_900_000_000_i64) {
            let time = |minute: u32| NaiveTime::from_hms_opt(minute / 60 % 24, minute % 60, 0).unwrap();
            let quiet = QuietHours { from: time(from), to: time((from + length) % 1440) };
            let now = DateTime::from_timestamp(at, 0).unwrap();
            for zone in [chrono_tz::Europe::Berlin, chrono_tz::Asia::Yerevan, chrono_tz::Australia::Lord_Howe] {
                let pace = Pace { at_most_every: TimeDelta::minutes(15), quiet: Some(quiet), zone };
                let next = pace.next(None, now);
                proptest::prop_assert!(next >= now);
                let held = next > now;
                proptest::prop_assert_eq!(held, quiet.contains(now.with_timezone(&zone).time()));
            }
        }
    }
}
