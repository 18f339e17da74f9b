//! From fields to moments, across changes of the clock.

use chrono::{
    DateTime, Datelike, FixedOffset, LocalResult, NaiveDate, NaiveDateTime, Offset, TimeDelta, TimeZone,
    Timelike, Utc,
};
use chrono_tz::{GapInfo, Tz};

use super::cron::{Cron, Fields};

/// A schedule that comes at all comes within 40 years: 29 February skips 2100.
const HORIZON_DAYS: i64 = 41 * 366;

/// No clock was ever turned by more than a day (Samoa left out 30 December 2011).
const LONGEST_CHANGE: TimeDelta = TimeDelta::hours(25);

impl Cron {
    /// The first slot after `after` in time zone `zone`.
    ///
    /// A slot that a spring change skips comes at the moment of the change, one that an autumn change
    /// repeats comes once. A schedule for every hour (`*` in the hour's field) follows real time
    /// instead, as in crontab: what the clock repeats is repeated, what it skips is skipped. `None`:
    /// beyond the calendar's end.
    #[must_use]
    pub fn next(&self, after: DateTime<Utc>, zone: Tz) -> Option<DateTime<Utc>> {
        let first = self.in_order(after, zone);
        if !self.fields.every_hour() {
            return first;
        }
        let again = self.repeated(after, zone);
        first.into_iter().chain(again).min()
    }

    /// The newest slot in `(after, until]`: of several missed ones only this is caught up.
    #[must_use]
    pub fn newest(&self, after: DateTime<Utc>, until: DateTime<Utc>, zone: Tz) -> Option<DateTime<Utc>> {
        let next_within = |after| self.next(after, zone).filter(|slot| *slot <= until);
        let mut newest = next_within(after)?;
        // Whether a slot is left in (moment, until] can only turn from yes to no: halve the rest.
        let mut end = until;
        while newest < end {
            let middle = newest + (end - newest) / 2;
            match next_within(middle) {
                Some(later) => newest = later,
                None if middle == newest => break,
                None => end = middle,
            }
        }
        Some(newest)
    }

    /// The first slot after `after` as the clock's hands reach them, each time for the first time.
    fn in_order(&self, after: DateTime<Utc>, zone: Tz) -> Option<DateTime<Utc>> {
        let mut local = start_of_minute(hands(after, zone)?)?;
        loop {
            let slot = self.fields.first_from(local)?;
            let at = match zone.from_local_datetime(&slot) {
                LocalResult::None if self.fields.every_hour() => None,
                // In the second pass of a repeated hour.
                LocalResult::Ambiguous(_, second)
                    if self.fields.every_hour() && second.offset().fix() == offset(after, zone) =>
                {
                    Some(second.to_utc())
                }
                _ => instant(slot, zone),
            };
            if let Some(at) = at.filter(|at| *at > after) {
                return Some(at);
            }
            local = slot.checked_add_signed(TimeDelta::minutes(1))?;
        }
    }

    /// The first slot of a second pass that has not begun at `after` but soon does: it lies behind in
    /// the clock's hands, ahead in time.
    fn repeated(&self, after: DateTime<Utc>, zone: Tz) -> Option<DateTime<Utc>> {
        let offset = |at| offset(at, zone).local_minus_utc();
        let (mut before, mut behind) = (after, after.checked_add_signed(LONGEST_CHANGE)?);
        if offset(behind) >= offset(before) {
            return None;
        }
        while behind - before > TimeDelta::seconds(1) {
            let middle = before + (behind - before) / 2;
            if offset(middle) == offset(after) { before = middle } else { behind = middle }
        }
        let change = hands(behind, zone)?;
        let slot = self.fields.first_from(change)?;
        Some(behind + (slot - change))
    }
}

impl Fields {
    fn every_hour(&self) -> bool {
        self.hours == (1 << 24) - 1
    }

    /// The first slot at or after `local`, in a calendar without changes of the clock.
    fn first_from(&self, local: NaiveDateTime) -> Option<NaiveDateTime> {
        let horizon =
            local.date().checked_add_signed(TimeDelta::days(HORIZON_DAYS)).unwrap_or(NaiveDate::MAX);
        let mut day = local.date();
        let mut earliest = (local.hour(), local.minute());
        while day <= horizon {
            if self.months & (1 << day.month()) == 0 {
                day = first_of_next_month(day)?;
            } else if let Some((hour, minute)) = self.first_time(earliest).filter(|_| self.has_day(day)) {
                return day.and_hms_opt(hour, minute, 0);
            } else {
                day = day.succ_opt()?;
            }
            earliest = (0, 0);
        }
        None
    }

    fn has_day(&self, day: NaiveDate) -> bool {
        let by_date = self.days & (1 << day.day()) != 0;
        let by_weekday = self.weekdays & (1 << day.weekday().num_days_from_sunday()) != 0;
        if self.either_day { by_date || by_weekday } else { by_date && by_weekday }
    }

    fn first_time(&self, (hour, minute): (u32, u32)) -> Option<(u32, u32)> {
        let this_hour = self.minutes >> minute << minute;
        if self.hours & (1 << hour) != 0 && this_hour != 0 {
            return Some((hour, this_hour.trailing_zeros()));
        }
        let later = self.hours >> (hour + 1) << (hour + 1);
        (later != 0).then(|| (later.trailing_zeros(), self.minutes.trailing_zeros()))
    }
}

fn offset(at: DateTime<Utc>, zone: Tz) -> FixedOffset {
    zone.offset_from_utc_datetime(&at.naive_utc()).fix()
}

/// What clocks show.
fn hands(at: DateTime<Utc>, zone: Tz) -> Option<NaiveDateTime> {
    at.naive_utc().checked_add_offset(offset(at, zone))
}

fn start_of_minute(local: NaiveDateTime) -> Option<NaiveDateTime> {
    local.with_second(0)?.with_nanosecond(0)
}

fn first_of_next_month(day: NaiveDate) -> Option<NaiveDate> {
    let (year, month) = if day.month() == 12 { (day.year() + 1, 1) } else { (day.year(), day.month() + 1) };
    NaiveDate::from_ymd_opt(year, month, 1)
}

/// The moment at which clocks in `zone` show `local`: the first of two when an autumn change repeats
/// it, the moment of the change when a spring change skips it. `None` beyond the calendar's end.
#[must_use]
pub fn instant(local: NaiveDateTime, zone: Tz) -> Option<DateTime<Utc>> {
    match zone.from_local_datetime(&local) {
        LocalResult::Single(at) | LocalResult::Ambiguous(at, _) => Some(at.to_utc()),
        LocalResult::None => Some(GapInfo::new(&local, &zone)?.end?.to_utc()),
    }
}
