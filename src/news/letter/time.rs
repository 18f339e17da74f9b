//! Times as a reader wants them: short, in the digest's zone and language, as exact as they matter.

use chrono::format::{Fixed, Item, StrftimeItems};
use chrono::{DateTime, Datelike, NaiveDate, TimeDelta, Utc};
use chrono_tz::Tz;

use super::catalogue::{Language, filled};
use crate::news::digest::Issue;

/// The moment a letter speaks from, where its reader lives, and how days are written there.
#[derive(Debug, Clone, Copy)]
pub struct Reader<'a> {
    pub slot: DateTime<Utc>,
    pub zone: Tz,
    pub language: Language,
    /// The digest's `date_format`.
    pub dates: Option<&'a str>,
}

impl<'a> Reader<'a> {
    #[must_use]
    pub fn of(issue: &'a Issue) -> Self {
        let style = &issue.style;
        Self {
            slot: issue.slot,
            zone: issue.zone,
            language: style.language,
            dates: style.date_format.as_deref(),
        }
    }

    /// One who reads days alone.
    #[must_use]
    pub fn of_days(language: Language) -> Self {
        Self { slot: DateTime::UNIX_EPOCH, zone: Tz::UTC, language, dates: None }
    }

    /// `04:12` on the letter's own day, `Mon 04:12` in the week before, `3 Nov 04:12` in the
    /// half-year before, else `2023-09-19`; never broken over two lines (U+00A0).
    #[must_use]
    pub fn at(&self, moment: DateTime<Utc>) -> String {
        let words = self.language.dates();
        let days = (self.slot.with_timezone(&self.zone).date_naive() - self.day_of(moment)).num_days();
        let pattern = match days {
            0 => "%H:%M",
            1..=6 => &words.in_week,
            -1 | 7..=180 => &words.in_half_year,
            _ => self.dates.unwrap_or(&words.long_ago),
        };
        self.written(moment, pattern).replace(' ', "\u{a0}")
    }

    /// `Tuesday 24 November 2026, 07:00`
    #[must_use]
    pub fn whole(&self) -> String {
        self.written(self.slot, &self.language.dates().heading)
    }

    /// `Tuesday 24 November 2026`
    #[must_use]
    pub fn day(&self, moment: DateTime<Utc>) -> String {
        self.written(moment, &self.language.dates().day)
    }

    /// A day by itself: `2023-09-19`
    #[must_use]
    pub fn date(&self, day: NaiveDate) -> String {
        let midnight = day.and_time(chrono::NaiveTime::MIN).and_utc().with_timezone(&Tz::UTC);
        self.spelt(midnight, self.dates.unwrap_or(&self.language.dates().long_ago))
    }

    /// The reader's day on which that moment falls.
    #[must_use]
    pub fn day_of(&self, moment: DateTime<Utc>) -> NaiveDate {
        moment.with_timezone(&self.zone).date_naive()
    }

    /// How much later, empty for less than a minute: `+20 min`, `+3 h`, `+2 d`; never broken over two
    /// lines.
    #[must_use]
    pub fn lag(&self, later: TimeDelta) -> String {
        let (phrase, number) = match later.num_minutes() {
            ..1 => return String::new(),
            minutes @ 1..90 => ("minutes_later", minutes),
            minutes @ 90..2_880 => ("hours_later", (minutes + 30) / 60),
            minutes => ("days_later", (minutes + 720) / 1_440),
        };
        self.language.count(phrase, usize::try_from(number).unwrap_or_default()).replace(' ', "\u{a0}")
    }

    fn written(&self, moment: DateTime<Utc>, pattern: &str) -> String {
        let words = self.language.dates();
        let pattern = filled(pattern, |place| match place {
            "date" => Some(self.dates.unwrap_or(&words.date).to_owned()),
            "short" => Some(self.dates.unwrap_or(&words.short).to_owned()),
            _ => None,
        });
        self.spelt(moment.with_timezone(&self.zone), &pattern)
    }

    /// chrono's pattern, with the names of days and months in the reader's language.
    fn spelt(&self, at: DateTime<Tz>, pattern: &str) -> String {
        let words = self.language.dates();
        let (month, weekday) = (at.month0() as usize, at.weekday().num_days_from_monday() as usize);
        let mut spelt = String::new();
        for item in StrftimeItems::new(pattern) {
            match item {
                Item::Fixed(Fixed::LongWeekdayName) => spelt.push_str(&words.weekdays[weekday]),
                Item::Fixed(Fixed::ShortWeekdayName) => spelt.push_str(&words.weekdays_short[weekday]),
                Item::Fixed(Fixed::LongMonthName) => spelt.push_str(&words.months[month]),
                Item::Fixed(Fixed::ShortMonthName) => spelt.push_str(&words.months_short[month]),
                // What chrono cannot format would panic in `to_string`; the config refuses it before.
                Item::Error => {}
                item => spelt.push_str(&at.format_with_items(std::iter::once(item)).to_string()),
            }
        }
        spelt
    }
}

/// A pattern of the user's for days: chrono's, without times of day.
///
/// # Errors
/// Says what of it cannot be a date.
pub fn date_format(pattern: &str) -> Result<(), &'static str> {
    use chrono::format::Numeric::{
        Day, IsoWeek, IsoYear, IsoYearMod100, Month, NumDaysFromSun, Ordinal, Quarter, WeekFromMon,
        WeekFromSun, WeekdayFromMon, Year, YearDiv100, YearMod100,
    };
    if pattern.chars().count() > 40 || pattern.contains(|c: char| c.is_control() || matches!(c, '{' | '}')) {
        return Err("at most 40 characters, in one line, without braces");
    }
    let mut has_day = false;
    for item in StrftimeItems::new(pattern) {
        match item {
            Item::Space(space) if !space.contains(['\n', '\t']) => {}
            Item::Numeric(Day | Ordinal, _) => has_day = true,
            Item::Literal(_)
            | Item::OwnedLiteral(_)
            | Item::OwnedSpace(_)
            | Item::Numeric(
                Year | YearDiv100 | YearMod100 | IsoYear | IsoYearMod100 | Quarter | Month | WeekFromSun
                | WeekFromMon | IsoWeek | NumDaysFromSun | WeekdayFromMon,
                _,
            )
            | Item::Fixed(
                Fixed::LongWeekdayName
                | Fixed::ShortWeekdayName
                | Fixed::LongMonthName
                | Fixed::ShortMonthName,
            ) => {}
            Item::Error => return Err("an unknown % in it"),
            _ => return Err("a time of day or a zone in it: only the day is formatted"),
        }
    }
    if has_day { Ok(()) } else { Err("no day in it, such as %d") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn utc(written: &str) -> DateTime<Utc> {
        written.parse().unwrap()
    }

    fn reader<'a>(code: &str, dates: Option<&'a str>) -> Reader<'a> {
        let language = Language::of_code(code).unwrap();
        Reader { slot: utc("2026-11-24T03:00:00Z"), zone: chrono_tz::Asia::Yerevan, language, dates }
    }

    #[test]
    fn as_exact_as_they_matter() {
        let reader = reader("en", None);
        assert_eq!(reader.whole(), "Tuesday 24 November 2026, 07:00");
        for (moment, expected) in [
            ("2026-11-24T00:12:00Z", "04:12"),
            ("2026-11-23T19:59:00Z", "Mon 23:59"),
            ("2026-11-18T05:00:00Z", "Wed 09:00"),
            ("2026-11-17T05:00:00Z", "17 Nov 09:00"),
            ("2023-09-18T22:00:00Z", "2023-09-19"),
            ("2026-11-24T21:00:00Z", "25 Nov 01:00"),
            ("2031-01-01T00:00:00Z", "2031-01-01"),
        ] {
            assert_eq!(reader.at(utc(moment)).replace('\u{a0}', " "), expected, "{moment}");
        }
    }

    #[test]
    fn in_the_readers_language_and_format() {
        let (old, month) = (utc("2023-09-18T22:00:00Z"), utc("2026-11-03T05:00:00Z"));
        for (code, dates, whole, recent, long_ago) in [
            ("ru", None, "вторник, 24 ноября 2026, 07:00", "3 нояб. 09:00", "19.09.2023"),
            ("hy", None, "երեքշաբթի, 24 նոյեմբերի 2026, 07:00", "3 նոյ 09:00", "19.09.2023"),
            ("de", None, "Dienstag, 24. November 2026, 07:00 Uhr", "3. Nov. 09:00", "19.09.2023"),
            ("tr", None, "24 Kasım 2026 Salı, 07:00", "3 Kas 09:00", "19.09.2023"),
            ("en", Some("%d/%m/%y"), "Tuesday 24/11/26, 07:00", "03/11/26 09:00", "19/09/23"),
            ("ru", Some("%-d %b"), "вторник, 24 нояб., 07:00", "3 нояб. 09:00", "19 сент."),
        ] {
            let reader = reader(code, dates);
            assert_eq!(reader.whole(), whole);
            assert_eq!(reader.at(month).replace('\u{a0}', " "), recent);
            assert_eq!(reader.at(old).replace('\u{a0}', " "), long_ago);
            assert_eq!(reader.date("2023-09-19".parse().unwrap()), long_ago);
        }
    }

    #[test]
    fn what_a_date_may_look_like() {
        for good in ["%d.%m.%Y", "%A, %-d. %B", "%F", "%D", "%j/%Y", "%e %b"] {
            assert_eq!(date_format(good), Ok(()), "{good}");
            assert!(!reader("en", Some(good)).whole().is_empty());
        }
        for bad in ["", "%Y", "%d %H", "%d %Z", "%+", "%Q %d", "%d%n", "%d {date}", &"%d".repeat(40)] {
            assert!(date_format(bad).is_err(), "{bad}");
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
            (i64::from(u32::MAX), "+2,982,616 d"),
        ] {
            assert_eq!(reader("en", None).lag(TimeDelta::minutes(minutes)).replace('\u{a0}', " "), expected);
        }
    }
}
