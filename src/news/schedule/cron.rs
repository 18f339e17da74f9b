//! Crontab's five fields, read and checked.

use std::ops::Range;

/// Crontab's five fields (or `@hourly`, `@daily` …), names of months and days included.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cron {
    written: String,
    pub(super) fields: Fields,
}

/// What is wrong with a cron line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CronFault {
    /// Bytes of the written line.
    pub span: Range<usize>,
    pub message: String,
    pub help: Option<String>,
}

/// Bit n of each set stands for the value n.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Fields {
    pub minutes: u64,
    pub hours: u64,
    /// 1–31.
    pub days: u64,
    /// 1–12.
    pub months: u64,
    /// 0–6, 0 = Sunday.
    pub weekdays: u64,
    /// Both day fields are restricted: one of them is enough (crontab(5)).
    pub either_day: bool,
}

struct Field {
    name: &'static str,
    min: u32,
    max: u32,
    /// The first name stands for `min`.
    names: &'static [&'static str],
}

const FIELDS: [Field; 5] = [
    Field { name: "minute", min: 0, max: 59, names: &[] },
    Field { name: "hour", min: 0, max: 23, names: &[] },
    Field { name: "day of the month", min: 1, max: 31, names: &[] },
    Field {
        name: "month",
        min: 1,
        max: 12,
        names: &["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"],
    },
    // 7 is Sunday too; it becomes 0 in the end.
    Field {
        name: "day of the week",
        min: 0,
        max: 7,
        names: &["sun", "mon", "tue", "wed", "thu", "fri", "sat"],
    },
];

const NICKNAMES: [(&str, &str); 7] = [
    ("@hourly", "0 * * * *"),
    ("@daily", "0 0 * * *"),
    ("@midnight", "0 0 * * *"),
    ("@weekly", "0 0 * * 0"),
    ("@monthly", "0 0 1 * *"),
    ("@yearly", "0 0 1 1 *"),
    ("@annually", "0 0 1 1 *"),
];

impl Cron {
    /// # Errors
    /// Names the field that cannot be read, and what may stand there.
    pub fn parse(written: &str) -> Result<Self, CronFault> {
        let trimmed = written.trim();
        let fields = match NICKNAMES.iter().find(|(name, _)| name.eq_ignore_ascii_case(trimmed)) {
            Some((_, meant)) => parse_fields(meant)?,
            None if trimmed.starts_with('@') => return Err(unknown_nickname(written)),
            None => parse_fields(written)?,
        };
        Ok(Self { written: written.to_owned(), fields })
    }

    /// As the user wrote it.
    #[must_use]
    pub fn written(&self) -> &str {
        &self.written
    }
}

fn unknown_nickname(written: &str) -> CronFault {
    let known: Vec<_> = NICKNAMES.iter().map(|(name, _)| *name).collect();
    CronFault {
        span: 0..written.len(),
        message: "there is no schedule of this name".to_owned(),
        help: Some(format!("known are {}", known.join(", "))),
    }
}

fn parse_fields(written: &str) -> Result<Fields, CronFault> {
    let words = words(written);
    if words.len() != FIELDS.len() {
        return Err(wrong_count(written, &words));
    }
    let mut sets = [0_u64; 5];
    for ((set, field), (at, word)) in sets.iter_mut().zip(&FIELDS).zip(&words) {
        *set = field.parse(word).map_err(|flaw| flaw.at(*at))?;
    }
    let [minutes, hours, days, months, weekdays] = sets;
    let restricted = |n: usize| !words[n].1.starts_with('*');
    let fields = Fields {
        minutes,
        hours,
        days,
        months,
        weekdays: (weekdays | weekdays >> 7) & 0x7f,
        either_day: restricted(2) && restricted(4),
    };
    if fields.never() {
        let (start, end) = (words[2].0, words[3].0 + words[3].1.len());
        return Err(CronFault {
            span: start..end,
            message: "this day never comes".to_owned(),
            help: Some("none of these months has such a day".to_owned()),
        });
    }
    Ok(fields)
}

/// The words and where they begin.
fn words(written: &str) -> Vec<(usize, &str)> {
    let start = |word: &str| word.as_ptr() as usize - written.as_ptr() as usize;
    written.split_ascii_whitespace().map(|word| (start(word), word)).collect()
}

fn wrong_count(written: &str, words: &[(usize, &str)]) -> CronFault {
    let names: Vec<_> = FIELDS.iter().map(|field| field.name).collect();
    let help = match words.len() {
        0 => "write \"0 7 * * *\" for seven o'clock every day".to_owned(),
        6 => "crontab has no seconds: take the first field away".to_owned(),
        _ => format!("the fields are {}", names.join(", ")),
    };
    let message = match words.len() {
        0 => "this schedule is empty".to_owned(),
        1 => "a schedule has five fields, here is one".to_owned(),
        number => format!("a schedule has five fields, here are {number}"),
    };
    CronFault { span: 0..written.len(), message, help: Some(help) }
}

/// A flaw inside one field: bytes of the field.
struct Flaw {
    span: Range<usize>,
    message: String,
    help: String,
}

impl Flaw {
    fn at(self, offset: usize) -> CronFault {
        let span = self.span.start + offset..self.span.end + offset;
        CronFault { span, message: self.message, help: Some(self.help) }
    }
}

impl Field {
    fn parse(&self, word: &str) -> Result<u64, Flaw> {
        let mut set = 0;
        let mut at = 0;
        for part in word.split(',') {
            set |= self
                .part(part)
                .map_err(|flaw| Flaw { span: flaw.span.start + at..flaw.span.end + at, ..flaw })?;
            at += part.len() + 1;
        }
        Ok(set)
    }

    /// `*`, `5`, `1-5`, and the last two behind `/` and a step.
    fn part(&self, part: &str) -> Result<u64, Flaw> {
        let (range, step) = match part.split_once('/') {
            Some((range, step)) => (range, Some(step)),
            None => (part, None),
        };
        let (first, last) = match range.split_once('-') {
            _ if range == "*" => (self.min, self.top()),
            Some((first, last)) => self.range(first, last)?,
            None if step.is_some() => return Err(self.step_of_one(part, range)),
            None => {
                let value = self.value(range, 0..part.len())?;
                (value, value)
            }
        };
        let step = step.map_or(Ok(1), |step| self.step(step, range.len() + 1, last - first))?;
        Ok((first..=last).step_by(step).fold(0, |set, value| set | 1 << value))
    }

    fn range(&self, first: &str, last: &str) -> Result<(u32, u32), Flaw> {
        let end = first.len() + 1 + last.len();
        let from = self.value(first, 0..first.len())?;
        let mut to = self.value(last, first.len() + 1..end)?;
        if to == 0 && self.max == 7 && from > 0 {
            to = 7;
        }
        if from <= to {
            return Ok((from, to));
        }
        let whole = format!("{first}-{},{}-{last}", self.top(), self.min);
        Err(Flaw {
            span: 0..end,
            message: format!("this {} ends before it begins", self.name),
            help: format!("write {whole}"),
        })
    }

    fn value(&self, word: &str, span: Range<usize>) -> Result<u32, Flaw> {
        let is_name = |name: &&str| name.eq_ignore_ascii_case(word);
        let named = self.names.iter().position(is_name).and_then(|n| u32::try_from(n).ok());
        let number = word.bytes().all(|b| b.is_ascii_digit()).then(|| word.parse::<u32>().ok()).flatten();
        named
            .map(|n| n + self.min)
            .or(number)
            .filter(|value| (self.min..=self.max).contains(value))
            .ok_or_else(|| self.no_value(word, span))
    }

    fn no_value(&self, word: &str, span: Range<usize>) -> Flaw {
        let names = match (self.names.first(), self.names.last()) {
            (Some(first), Some(last)) => format!(", or {first} to {last}"),
            _ => String::new(),
        };
        let message = if word.is_empty() {
            format!("something is missing in the {}", self.name)
        } else {
            format!("this is no {}", self.name)
        };
        Flaw { span, message, help: format!("it goes from {} to {}{names}", self.min, self.max) }
    }

    fn step_of_one(&self, part: &str, first: &str) -> Flaw {
        let step = part.rsplit('/').next().unwrap_or_default();
        Flaw {
            span: 0..part.len(),
            message: "a step needs a range".to_owned(),
            help: format!("write {first}-{}/{step}, or */{step}", self.top()),
        }
    }

    fn step(&self, step: &str, at: usize, width: u32) -> Result<usize, Flaw> {
        let flaw = |message: String, help: String| Flaw { span: at..at + step.len(), message, help };
        let number = step.bytes().all(|b| b.is_ascii_digit()).then(|| step.parse::<u32>().ok()).flatten();
        match number {
            Some(number) if (1..=width.max(1)).contains(&number) => Ok(number as usize),
            Some(number) if number > 0 => Err(flaw(
                format!("the {} has no room for steps of {number}", self.name),
                format!("the longest step here is {}", width.max(1)),
            )),
            _ => {
                Err(flaw("this is no step".to_owned(), format!("write a number from 1 to {}", width.max(1))))
            }
        }
    }

    /// The highest value that a user would write.
    fn top(&self) -> u32 {
        self.max.min(if self.max == 7 { 6 } else { self.max })
    }
}

impl Fields {
    /// The 31st of a short month alone; a day of the week comes always.
    fn never(&self) -> bool {
        /// January to December; the longest February.
        const LENGTHS: [u32; 12] = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
        let comes = |(month, length): (usize, &u32)| {
            self.months & (2 << month) != 0 && self.days & ((2 << length) - 1) != 0
        };
        !self.either_day && !LENGTHS.iter().enumerate().any(comes)
    }
}
