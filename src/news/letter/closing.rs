//! The closing block: what the watch did, what is not well, and how often each rule hit.

use std::cmp::Reverse;

use serde::Serialize;

use super::clean;
use super::time::Reader;
use crate::news::digest::{Report, RuleHistory, Trouble};

/// Days in the picture of a rule.
const DAYS: usize = 30;
/// Pixels of the tallest bar.
const TALLEST: u32 = 22;
/// Rules with a picture; of the others the count alone is told.
const PICTURES: usize = 24;

/// The figures.
#[derive(Debug, Clone, Serialize)]
pub struct Figures {
    pub since: Option<String>,
    pub feeds: u32,
    pub polls: u32,
    pub failed_polls: u32,
    pub entries: u32,
    pub matched: u32,
}

/// A feed that is not well.
#[derive(Debug, Clone, Serialize)]
pub struct Ill {
    pub state: String,
    pub feed: String,
    pub url: Option<String>,
    pub since: Option<String>,
    pub why: String,
    pub advice: String,
}

/// The last 30 days of one rule.
#[derive(Debug, Clone, Serialize)]
pub struct Month {
    pub rule: String,
    pub total: u64,
    pub last: Option<String>,
    /// Heights in pixels, 0 for none; runs of equal days as one.
    pub bars: Vec<Bar>,
    /// A character a day.
    pub line: String,
}

/// Days side by side with the same height.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Bar {
    pub days: usize,
    pub height: u32,
}

impl Figures {
    #[must_use]
    pub fn of(report: &Report, reader: Reader<'_>) -> Self {
        let Report { feeds, polls, failed_polls, entries, matched, .. } = *report;
        let since = report.since.map(|since| reader.at(since));
        Self { since, feeds, polls, failed_polls, entries, matched }
    }
}

/// The feeds that are not well, the worst first; of equal ones the newest, which nobody knows of yet.
#[must_use]
pub fn ills(troubles: &[Trouble], reader: Reader<'_>) -> Vec<Ill> {
    let mut troubles: Vec<&Trouble> = troubles.iter().collect();
    let badness = |state: &str| match state {
        "gone" => 0,
        "failing" => 1,
        "gap" => 2,
        "stale" => 3,
        "rekeyed" => 4,
        _ => 5,
    };
    troubles.sort_by_key(|trouble| (badness(&trouble.state), Reverse(trouble.since)));
    troubles
        .into_iter()
        .map(|trouble| Ill {
            state: state(&trouble.state, reader),
            feed: clean::line(if trouble.feed.is_empty() { &trouble.url } else { &trouble.feed }, 80),
            url: clean::link(&trouble.url),
            since: trouble.since.map(|since| reader.at(since)),
            why: clean::line(&trouble.why, 300),
            advice: clean::line(&trouble.advice, 300),
        })
        .collect()
}

/// The name of a state in the reader's language.
fn state(state: &str, reader: Reader<'_>) -> String {
    let phrase = match state {
        "gone" => "state_gone",
        "failing" => "state_failing",
        "gap" => "state_gap",
        "stale" => "state_stale",
        "rekeyed" => "state_rekeyed",
        "repaired" => "state_repaired",
        _ => return clean::line(state, 20),
    };
    reader.language.say(phrase, &[])
}

/// The rules that hit within 30 days, the busiest first, and the names of those that did not. Of
/// the busy ones some may be too many for a picture: their names and totals come third.
#[must_use]
pub fn months(rules: &[RuleHistory], reader: Reader<'_>) -> (Vec<Month>, Vec<Month>, Vec<Month>) {
    let mut months: Vec<Month> = rules.iter().map(|rule| Month::of(rule, reader)).collect();
    months.sort_by_key(|month| Reverse(month.total));
    let quiet = months.split_off(months.partition_point(|month| month.total > 0));
    let rest = months.split_off(months.len().min(PICTURES));
    (months, quiet, rest)
}

impl Month {
    fn of(history: &RuleHistory, reader: Reader<'_>) -> Self {
        let newest = &history.days[history.days.len().saturating_sub(DAYS)..];
        let mut days = vec![0; DAYS - newest.len()];
        days.extend(newest);
        let most = days.iter().copied().max().unwrap_or_default().max(1);
        Self {
            rule: clean::line(&history.rule, 80),
            total: days.iter().copied().map(u64::from).sum(),
            last: history.last_hit.map(|last| reader.at(last)),
            bars: bars(&days, most),
            line: days.iter().map(|day| block(*day, most)).collect(),
        }
    }
}

fn bars(days: &[u32], most: u32) -> Vec<Bar> {
    let mut bars: Vec<Bar> = Vec::new();
    for day in days {
        let height = step(*day, most, TALLEST);
        match bars.last_mut().filter(|bar| bar.height == 0 && height == 0) {
            Some(bar) => bar.days += 1,
            None => bars.push(Bar { days: 1, height }),
        }
    }
    bars
}

fn block(day: u32, most: u32) -> char {
    ['·', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'][step(day, most, 8) as usize]
}

/// `day` on a scale of `steps`, where `most` is the top and anything but nothing shows.
fn step(day: u32, most: u32, steps: u32) -> u32 {
    let scaled = (u64::from(day) * u64::from(steps)).div_ceil(u64::from(most));
    u32::try_from(scaled).unwrap_or(steps).min(steps)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pictures_show_every_day() {
        let reader = Reader {
            slot: "2026-11-24T03:00:00Z".parse().unwrap(),
            zone: chrono_tz::UTC,
            language: crate::news::letter::Language::default(),
            dates: None,
        };
        let day = |days: &[u32]| {
            Month::of(&RuleHistory { rule: "r".to_owned(), days: days.to_vec(), last_hit: None }, reader)
        };
        assert_eq!(day(&[]).line, "·".repeat(30));
        assert_eq!(day(&[]).bars, [Bar { days: 30, height: 0 }]);
        assert_eq!(day(&[1, 2, 4, 8]).line, "·".repeat(26) + "▁▂▄█");
        assert_eq!(day(&[1, 100]).line, "·".repeat(28) + "▁█");
        assert_eq!(day(&[u32::MAX, u32::MAX]).total, 2 * u64::from(u32::MAX));
        assert_eq!(day(&[9; 45]).bars.iter().map(|bar| bar.days).sum::<usize>(), 30);
    }
}
