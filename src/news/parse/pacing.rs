//! How often a document asks to be read.

use chrono::TimeDelta;

use super::names::Element;
use crate::news::entry::Pacing;

/// Longest interval believed: a document that asks for more has another unit in mind.
const LONGEST: TimeDelta = TimeDelta::days(366);

/// The wishes met so far.
#[derive(Debug, Default)]
pub struct Pace {
    ttl: Option<TimeDelta>,
    period: Option<TimeDelta>,
    frequency: Option<i32>,
    skip_hours: u32,
    skip_days: u8,
}

impl Pace {
    /// Notes an element of the feed if it is `ttl`, `hour`, `day`, `sy:updatePeriod` or `sy:updateFrequency`.
    pub fn note(&mut self, name: Element, written: &str) {
        let written = written.trim();
        match name {
            Element::Ttl => self.ttl = written.parse().ok().and_then(minutes),
            Element::UpdatePeriod => self.period = period(written),
            Element::UpdateFrequency => self.frequency = written.parse().ok().filter(|times| *times > 0),
            // RSS 0.91 counted 1 to 24, RSS 2.0 counts 0 to 23.
            Element::Hour => {
                if let Some(hour) = written.parse::<u32>().ok().filter(|hour| *hour <= 24) {
                    self.skip_hours |= 1 << (hour % 24);
                }
            }
            Element::Day => {
                if let Some(day) = written.get(..3).and_then(weekday) {
                    self.skip_days |= 1 << day;
                }
            }
            _ => {}
        }
    }

    /// What the document asks for in all.
    #[must_use]
    pub fn pacing(&self) -> Pacing {
        let period = self.period.map(|period| period / self.frequency.unwrap_or(1));
        Pacing {
            ttl: self.ttl.filter(|ttl| *ttl > TimeDelta::zero()),
            period: period.filter(|period| *period > TimeDelta::zero()),
            skip_hours: self.skip_hours,
            skip_days: self.skip_days,
        }
    }
}

fn minutes(count: i64) -> Option<TimeDelta> {
    TimeDelta::try_minutes(count).filter(|interval| *interval <= LONGEST)
}

fn period(written: &str) -> Option<TimeDelta> {
    Some(match written.to_ascii_lowercase().as_str() {
        "hourly" => TimeDelta::hours(1),
        "daily" => TimeDelta::days(1),
        "weekly" => TimeDelta::weeks(1),
        "monthly" => TimeDelta::days(30),
        "yearly" => TimeDelta::days(365),
        _ => return None,
    })
}

fn weekday(start: &str) -> Option<u8> {
    let days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
    days.iter().position(|day| day.eq_ignore_ascii_case(start)).and_then(|at| u8::try_from(at).ok())
}

#[cfg(test)]
mod tests {
    use super::Pace;
    use crate::news::parse::names::Element;
    use chrono::TimeDelta;

    #[test]
    fn the_longer_wish_counts() {
        let mut pace = Pace::default();
        pace.note(Element::Ttl, " 60 ");
        pace.note(Element::UpdatePeriod, "daily");
        pace.note(Element::UpdateFrequency, "2");
        assert_eq!(pace.pacing().interval(), Some(TimeDelta::hours(12)));
        pace.note(Element::Ttl, "9999999999999");
        pace.note(Element::UpdateFrequency, "0");
        assert_eq!(pace.pacing().interval(), Some(TimeDelta::days(1)));
    }

    #[test]
    fn skips() {
        let mut pace = Pace::default();
        for hour in ["0", "24", "23", "99", "-1", "x"] {
            pace.note(Element::Hour, hour);
        }
        for day in ["Sunday", "monday", "Mo", "дd"] {
            pace.note(Element::Day, day);
        }
        assert_eq!((pace.pacing().skip_hours, pace.pacing().skip_days), (1 << 23 | 1, 1 << 6 | 1));
    }
}
