//! Dates in every form met in the wild.
//!
//! No list of patterns: a date is cut into numbers, words and signs; the clock time and its zone are
//! taken out; what remains is told apart by length, range and month names ([`month`], forty languages).

use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveTime, TimeDelta, Utc};

mod month;
mod spoken;
mod zone;

/// Longest date looked at, in bytes.
const LONGEST: usize = 150;
/// Years outside are somebody's default value (`0001-01-01`) or nonsense.
const YEARS: std::ops::RangeInclusive<i32> = 1900..=2199;

/// Reads a date of a feed; `None` when nobody could. Without a zone it is taken as UTC, without a time
/// as midnight.
#[must_use]
pub fn read(written: &str) -> Option<DateTime<Utc>> {
    moment(written.trim()).filter(|moment| YEARS.contains(&moment.year()))
}

fn moment(written: &str) -> Option<DateTime<Utc>> {
    if written.is_empty() || written.len() > LONGEST {
        return None;
    }
    let mut pieces = cut(written);
    match pieces[..] {
        // Seconds with a fraction, and what .NET writes: `/Date(1772719500000)/`.
        [Piece::Number(number)]
        | [Piece::Sign('/'), Piece::Word("Date"), Piece::Sign('('), Piece::Number(number), ..] => {
            return lone(number);
        }
        [Piece::Number(number), Piece::Sign('.'), Piece::Number(_)] if number.digits >= 9 => {
            return lone(number);
        }
        _ => {}
    }
    let clock = Clock::take(&mut pieces).unwrap_or_default();
    let day = day(&pieces)?;
    let moment = day.checked_add_days(Days::new(clock.days))?.and_time(clock.time).and_utc();
    moment.checked_sub_signed(TimeDelta::minutes(clock.zone.into()))
}

/// A part of a written date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Piece<'a> {
    Number(Number),
    Word(&'a str),
    /// Punctuation that touches what follows it.
    Sign(char),
    /// Punctuation before a blank, or a blank.
    Gap,
}

/// Digits, with their count: `04` is no `4`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Number {
    value: u64,
    digits: usize,
}

impl Number {
    fn as_u32(self) -> u32 {
        u32::try_from(self.value).unwrap_or(u32::MAX)
    }
}

/// The value of a decimal digit of any script that newspapers use.
fn digit(c: char) -> Option<u64> {
    let zeros = ['0', '\u{660}', '\u{6F0}', '\u{966}', '\u{9E6}', '\u{FF10}'];
    zeros.iter().map(|zero| u64::from(c).wrapping_sub(u64::from(*zero))).find(|value| *value < 10)
}

fn is_letter(c: char) -> bool {
    digit(c).is_none()
        && (c.is_alphabetic()
            || !c.is_ascii() && !c.is_whitespace() && !matches!(c, '−' | '–' | '—' | '،' | '，' | '。'))
}

fn cut(written: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::with_capacity(16);
    let mut rest = written;
    while let Some(c) = rest.chars().next() {
        let length = |belongs: fn(char) -> bool| rest.find(|c| !belongs(c)).unwrap_or(rest.len());
        let taken = if digit(c).is_some() {
            let taken = length(|c| digit(c).is_some());
            let digits = rest[..taken].chars().filter_map(digit);
            let value = digits.clone().fold(0_u64, |sum, digit| sum.saturating_mul(10).saturating_add(digit));
            pieces.push(Piece::Number(Number { value, digits: digits.count() }));
            taken
        } else if is_letter(c) {
            let taken = length(is_letter);
            pieces.push(Piece::Word(&rest[..taken]));
            taken
        } else {
            let touches = rest[c.len_utf8()..].starts_with(|next: char| !next.is_whitespace());
            pieces.push(if touches && !c.is_whitespace() { Piece::Sign(c) } else { Piece::Gap });
            c.len_utf8()
        };
        rest = &rest[taken..];
    }
    pieces
}

/// A date of digits alone: seconds or milliseconds since 1970, `20261231`, `20261231235959`, `2026`.
fn lone(number: Number) -> Option<DateTime<Utc>> {
    let (value, signed) = (number.value, i64::try_from(number.value).ok()?);
    let ymd = |date: u64| {
        let part = |value: u64| u32::try_from(value).ok();
        civil(i32::try_from(date / 10_000).ok()?, part(date / 100 % 100)?, part(date % 100)?)
    };
    let midnight = |day: NaiveDate| day.and_time(NaiveTime::MIN).and_utc();
    match number.digits {
        4 => civil(i32::try_from(value).ok()?, 1, 1).map(midnight),
        6 => ymd(value * 100 + 1).map(midnight),
        8 => ymd(value).map(midnight),
        9 | 10 => DateTime::from_timestamp(signed, 0),
        13 => DateTime::from_timestamp_millis(signed),
        14 => {
            let time = u32::try_from(value % 1_000_000).ok()?;
            let time = NaiveTime::from_hms_opt(time / 10_000, time / 100 % 100, time % 100)?;
            Some(ymd(value / 1_000_000)?.and_time(time).and_utc())
        }
        _ => None,
    }
}

/// The time of day, and where it is that time.
#[derive(Debug, Default)]
struct Clock {
    time: NaiveTime,
    /// 1 for 24:00.
    days: u64,
    /// Minutes east of Greenwich.
    zone: i32,
}

impl Clock {
    /// Takes the time and its zone out of the pieces.
    fn take(pieces: &mut Vec<Piece<'_>>) -> Option<Self> {
        let (start, mut end, [mut hour, minute, second]) =
            compact(pieces).or_else(|| colons(pieces)).or_else(|| spoken::time(pieces))?;
        if let Some((half, at)) = half_of_day(pieces, start, end) {
            hour = hour % 12 + if half { 12 } else { 0 };
            pieces[at] = Piece::Gap;
            end = end.max(at + 1);
        }
        let (zone, end) = zone_after(pieces, end);
        for piece in &mut pieces[start..end] {
            *piece = Piece::Gap;
        }
        let days = u64::from(hour == 24);
        let time = NaiveTime::from_hms_opt(hour % 24, minute, second.min(59)).filter(|_| hour <= 24)?;
        Some(Self { time, days, zone })
    }
}

type Time = (usize, usize, [u32; 3]);

/// `10:14`, `10:14:55`, `10:14:55.123`: where it begins, where it ends, hour, minute, second.
fn colons(pieces: &[Piece<'_>]) -> Option<Time> {
    let colon = |at: usize| match pieces.get(at..at + 2)? {
        [Piece::Sign(':'), Piece::Number(number)] if number.digits <= 2 => Some(number.as_u32()),
        _ => None,
    };
    let (start, hour) = pieces.iter().enumerate().find_map(|(at, piece)| match piece {
        Piece::Number(number) if number.digits <= 2 && colon(at + 1).is_some() => Some((at, number.as_u32())),
        _ => None,
    })?;
    let minute = colon(start + 1)?;
    let second = colon(start + 3);
    let mut end = start + if second.is_some() { 5 } else { 3 };
    if second.is_some()
        && matches!(pieces.get(end..end + 2), Some([Piece::Sign('.' | ','), Piece::Number(_)]))
    {
        end += 2;
    }
    Some((start, end, [hour, minute, second.unwrap_or(0)]))
}

/// `T101455` of ISO 8601's basic form, and `T10` alone; the `:` of its zone is none of the time's.
fn compact(pieces: &[Piece<'_>]) -> Option<Time> {
    pieces.windows(2).enumerate().find_map(|(at, pair)| match pair {
        [Piece::Word("T" | "t"), Piece::Number(number)]
            if matches!(number.digits, 2 | 4 | 6) && pieces.get(at + 2) != Some(&Piece::Sign(':')) =>
        {
            let time = number.as_u32() * 100_u32.pow(3 - u32::try_from(number.digits / 2).ok()?);
            Some((at, at + 2, [time / 10_000, time / 100 % 100, time % 100]))
        }
        _ => None,
    })
}

/// Whether it is the second half of the day, and which piece says so.
fn half_of_day(pieces: &[Piece<'_>], start: usize, end: usize) -> Option<(bool, usize)> {
    let near = start.saturating_sub(2)..pieces.len().min(end + 2);
    near.filter(|at| !(start..end).contains(at)).find_map(|at| match pieces[at] {
        Piece::Word("AM" | "am" | "Am" | "오전" | "上午" | "午前" | "πμ") => Some((false, at)),
        Piece::Word("PM" | "pm" | "Pm" | "오후" | "下午" | "午後" | "μμ") => Some((true, at)),
        // `p.m.`
        Piece::Word("a" | "A") if spells_m(pieces, at) => Some((false, at)),
        Piece::Word("p" | "P") if spells_m(pieces, at) => Some((true, at)),
        _ => None,
    })
}

fn spells_m(pieces: &[Piece<'_>], at: usize) -> bool {
    matches!(pieces.get(at + 1..at + 3), Some([Piece::Sign('.'), Piece::Word("m" | "M")]))
}

/// Minutes east of Greenwich, and where the zone ends: `Z`, `GMT`, `+0300`, `-05:00`, `UTC+3`, `(MSK)`.
fn zone_after(pieces: &[Piece<'_>], start: usize) -> (i32, usize) {
    let mut zone = None;
    for at in start..pieces.len() {
        match pieces[at] {
            Piece::Word(name) => match zone::minutes(name) {
                Some(named) if zone.is_none() => zone = Some((named, at + 1)),
                _ if zone.is_some() => break,
                _ => {}
            },
            Piece::Sign(sign @ ('+' | '-' | '−')) => {
                if let Some((offset, end)) = offset(pieces, at + 1) {
                    return (if sign == '+' { offset } else { -offset }, end);
                }
            }
            Piece::Number(_) => break,
            Piece::Sign(_) | Piece::Gap => {}
        }
    }
    zone.unwrap_or((0, start))
}

/// `0300`, `03:00`, `3`, in minutes, and where it ends.
fn offset(pieces: &[Piece<'_>], at: usize) -> Option<(i32, usize)> {
    let Some(Piece::Number(number)) = pieces.get(at) else { return None };
    let (hours, minutes, end) = match (number.digits, pieces.get(at + 1..at + 3)) {
        (1 | 2, Some([Piece::Sign(':'), Piece::Number(minutes)])) if minutes.digits == 2 => {
            (number.as_u32(), minutes.as_u32(), at + 3)
        }
        (1 | 2, _) => (number.as_u32(), 0, at + 1),
        (3 | 4, _) => (number.as_u32() / 100, number.as_u32() % 100, at + 1),
        _ => return None,
    };
    // The earth has zones up to +14:00.
    let total = i32::try_from(hours * 60 + minutes).ok()?;
    (hours <= 15 && minutes < 60).then_some((total, end))
}

/// The calendar day in what the clock has left.
fn day(pieces: &[Piece<'_>]) -> Option<NaiveDate> {
    let numbers: Vec<Number> = pieces
        .iter()
        .filter_map(|piece| match piece {
            Piece::Number(number) => Some(*number),
            _ => None,
        })
        .collect();
    // The last one: `mar, 05 nov 2024` begins with a Tuesday.
    let named = pieces.iter().rev().find_map(|piece| match piece {
        Piece::Word(word) => month::number(word),
        _ => None,
    });
    match named {
        Some(month) => with_month_name(month, &numbers),
        None => in_numbers(pieces, &numbers),
    }
}

fn with_month_name(month: u32, numbers: &[Number]) -> Option<NaiveDate> {
    let year = numbers.iter().position(|number| number.digits >= 3 || number.value > 31);
    match (year, numbers) {
        (Some(at), _) => {
            let day =
                numbers.iter().enumerate().find(|(other, _)| *other != at).map_or(1, |(_, day)| day.as_u32());
            civil(full_year(numbers[at])?, month, day)
        }
        (None, [day, year, ..]) => civil(full_year(*year)?, month, day.as_u32()),
        (None, _) => None,
    }
}

fn in_numbers(pieces: &[Piece<'_>], numbers: &[Number]) -> Option<NaiveDate> {
    let week = pieces.iter().any(|piece| matches!(piece, Piece::Word("W" | "w")));
    match numbers {
        [year, week_number, rest @ ..] if week && year.digits == 4 => {
            let weekday = rest.first().map_or(1, |day| day.value).clamp(1, 7) - 1;
            let monday =
                NaiveDate::from_isoywd_opt(full_year(*year)?, week_number.as_u32(), chrono::Weekday::Mon)?;
            monday.checked_add_days(Days::new(weekday))
        }
        [date, ..] if date.digits == 8 => lone(*date).map(|moment| moment.date_naive()),
        [year, day] if year.digits == 4 && day.digits == 3 => {
            NaiveDate::from_yo_opt(full_year(*year)?, day.as_u32())
        }
        // A number beside a word that we do not know may be anything.
        [year, month] if year.digits == 4 && !words(pieces, |_| true) => {
            civil(full_year(*year)?, month.as_u32(), 1)
        }
        [year, month, day, ..] if year.digits == 4 || year.value > 31 => {
            civil(full_year(*year)?, month.as_u32(), day.as_u32())
        }
        [first, second, year, ..] => {
            // Only Americans put the month first, and they write in ASCII.
            let slashes = pieces.contains(&Piece::Sign('/')) && !words(pieces, |word| !word.is_ascii());
            // `26-12-31T10:14`: ISO 8601 less the century.
            if pieces.contains(&Piece::Word("T")) && year.digits <= 2 {
                return civil(full_year(*first)?, second.as_u32(), year.as_u32());
            }
            let (first, second, year) = (first.as_u32(), second.as_u32(), full_year(*year)?);
            // 12/31/2026 is American; 31.12.2026 and 31-12-2026 are the rest of the world.
            let (day, month) =
                if slashes && first <= 12 || second > 12 { (second, first) } else { (first, second) };
            civil(year, month, day)
        }
        _ => None,
    }
}

fn words(pieces: &[Piece<'_>], like: fn(&str) -> bool) -> bool {
    pieces.iter().any(|piece| matches!(piece, Piece::Word(word) if like(word)))
}

/// `26` is 2026, `98` is 1998, `126` is what a program makes of 2026 that counts from 1900, 2569 is
/// what Thailand calls it.
fn full_year(number: Number) -> Option<i32> {
    let value = i32::try_from(number.value).ok()?;
    Some(match value {
        0..=69 if number.digits <= 2 => value + 2000,
        70..=199 if number.digits <= 3 => value + 1900,
        2443..=2742 => value - 543,
        _ => value,
    })
}

fn civil(year: i32, month: u32, day: u32) -> Option<NaiveDate> {
    YEARS.contains(&year).then(|| NaiveDate::from_ymd_opt(year, month, day)).flatten()
}

#[cfg(test)]
mod tests {
    use super::read;

    #[test]
    fn hostile_dates_are_read_or_not_but_never_panic() {
        for written in [
            "",
            ":",
            "1:",
            "T",
            "99999999999999999999",
            "24:00",
            "1 Jan 99999",
            "-",
            "+",
            "W",
            "2026-W99-9",
            "٣",
        ] {
            let _ = read(written);
        }
    }
}
