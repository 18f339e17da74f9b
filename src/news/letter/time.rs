//! Times as a reader wants them: short, in the digest's zone, as exact as they matter.

use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;

/// The moment a letter speaks from, and where its reader lives.
#[derive(Debug, Clone, Copy)]
pub struct Clock {
    pub slot: DateTime<Utc>,
    pub zone: Tz,
}

impl Clock {
    /// `04:12` on the letter's own day, `Mon 04:12` in the week before, `3 Nov 04:12` in the
    /// half-year before, else `2023-09-19`; never broken over two lines (U+00A0).
    #[must_use]
    pub fn at(&self, moment: DateTime<Utc>) -> String {
        let (at, slot) = (moment.with_timezone(&self.zone), self.slot.with_timezone(&self.zone));
        let days = (slot.date_naive() - at.date_naive()).num_days();
        let form = match days {
            0 => "%H:%M",
            1..=6 => "%a\u{a0}%H:%M",
            -1 | 7..=180 => "%-d\u{a0}%b\u{a0}%H:%M",
            _ => "%Y-%m-%d",
        };
        at.format(form).to_string()
    }

    /// `Tuesday 24 November 2026, 07:00`
    #[must_use]
    pub fn whole(&self) -> String {
        self.slot.with_timezone(&self.zone).format("%A %-d %B %Y, %H:%M").to_string()
    }
}

/// How much later, empty for less than a minute: `+20 min`, `+3 h`, `+2 d`; never broken over two lines.
#[must_use]
pub fn lag(later: TimeDelta) -> String {
    match later.num_minutes() {
        ..1 => String::new(),
        minutes @ 1..90 => format!("+{minutes}\u{a0}min"),
        minutes @ 90..2_880 => format!("+{}\u{a0}h", (minutes + 30) / 60),
        minutes => format!("+{}\u{a0}d", (minutes + 720) / 1_440),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn utc(written: &str) -> DateTime<Utc> {
        written.parse().unwrap()
    }

    #[test]
    fn as_exact_as_they_matter() {
        let clock = Clock { slot: utc("2026-11-24T03:00:00Z"), zone: chrono_tz::Asia::Yerevan };
        assert_eq!(clock.whole(), "Tuesday 24 November 2026, 07:00");
        for (moment, expected) in [
            ("2026-11-24T00:12:00Z", "04:12"),
            ("2026-11-23T19:59:00Z", "Mon 23:59"),
            ("2026-11-18T05:00:00Z", "Wed 09:00"),
            ("2026-11-17T05:00:00Z", "17 Nov 09:00"),
            ("2023-09-18T22:00:00Z", "2023-09-19"),
            ("2026-11-24T21:00:00Z", "25 Nov 01:00"),
            ("2031-01-01T00:00:00Z", "2031-01-01"),
        ] {
            assert_eq!(clock.at(utc(moment)).replace('\u{a0}', " "), expected, "{moment}");
        }
    }

    #[test]
    fn lags() {
        for (minutes, expected) in [
            (-5, ""),
            (0, ""),
            (1, "+1 min"),
            (89, "+89 min"),
            (90, "+2 h"),
            (180, "+3 h"),
            (2_880, "+2 d"),
            (i64::from(u32::MAX), "+2982616 d"),
        ] {
            assert_eq!(lag(TimeDelta::minutes(minutes)).replace('\u{a0}', " "), expected);
        }
    }
}
