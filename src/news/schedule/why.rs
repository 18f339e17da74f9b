//! Why a poll comes when it comes: what decided, and that in a sentence.

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

/// When a feed is polled next, and why then.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Next {
    pub at: DateTime<Utc>,
    pub why: Why,
}

/// What decided on the next poll. The name stands in the database and in `--json`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reason {
    /// Not polled yet.
    New,
    /// The config has another rhythm for it.
    NewRhythm,
    /// `every`, the feed's or that of `[fetch]`.
    Interval,
    /// `[fetch] min_interval`, which is longer than its own rhythm.
    MinInterval,
    /// The next slot of `schedule`.
    Slot,
    /// `Cache-Control: max-age` or `Expires`.
    Fresh,
    /// The document's `<ttl>`.
    Ttl,
    /// The document's `sy:updatePeriod` and `sy:updateFrequency`.
    UpdatePeriod,
    SkipHours,
    SkipDays,
    /// It failed; the wait doubles from failure to failure.
    BackOff,
    /// `Retry-After`, to this feed.
    RetryAfter,
    /// `Retry-After`, to so many feeds of its host that it is the whole host's.
    HostRetryAfter,
    /// Our own network was away.
    Outage,
    /// Our own memory was full of other documents.
    NoRoom,
    /// It is being polled; the time is that of its lease.
    UnderWay,
    /// It was being polled when the program was stopped.
    BrokenOff,
    /// It was being polled when the program died.
    Lost,
    /// 410: never again.
    Gone,
}

/// A reason with its measures, in seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Why {
    pub reason: Reason,
    /// What the reason asks for; 0 when it is no length of time.
    pub wait: i64,
    /// It asks for more than is granted: a day.
    pub capped: bool,
    /// After that the feed's own `schedule` has its next slot.
    pub slot: bool,
    /// Put on top, so that polls spread.
    pub spread: i64,
}

impl Why {
    /// A reason that is no length of time.
    #[must_use]
    pub const fn plainly(reason: Reason) -> Self {
        Self { reason, wait: 0, capped: false, slot: false, spread: 0 }
    }

    pub(super) fn of(reason: Reason, wait: TimeDelta, most: TimeDelta) -> Self {
        Self { wait: wait.num_seconds(), capped: wait > most, ..Self::plainly(reason) }
    }

    /// One sentence for a person; `failures` in a row lie behind the feed.
    #[must_use]
    pub fn said(&self, failures: u32) -> String {
        let mut said = self.reason_said(failures);
        if self.capped {
            said.push_str(", which is more than is granted");
        }
        if self.slot {
            said.push_str(", and its schedule has its next slot then");
        }
        if self.spread > 0 {
            let spread = length(self.spread);
            said = format!("{said}; {spread} on top so that polls spread");
        }
        said
    }

    fn reason_said(&self, failures: u32) -> String {
        let wait = length(self.wait);
        match self.reason {
            Reason::New => "it was not polled yet".to_owned(),
            Reason::NewRhythm => "the config has another rhythm for it now".to_owned(),
            Reason::Interval => format!("it is polled every {wait}"),
            Reason::MinInterval => format!("nothing is polled within {wait} again ([fetch] min_interval)"),
            Reason::Slot => "it is the next slot of its schedule".to_owned(),
            Reason::Fresh => {
                format!("its server says that nothing changes for {wait} (Cache-Control or Expires)")
            }
            Reason::Ttl => format!("its document asks for {wait} between polls (ttl)"),
            Reason::UpdatePeriod => format!("its document asks for {wait} between polls (sy:updatePeriod)"),
            Reason::SkipHours => "its document names hours in which not to ask (skipHours)".to_owned(),
            Reason::SkipDays => "its document names days on which not to ask (skipDays)".to_owned(),
            Reason::BackOff if failures < 2 => format!("it failed, and is tried again after {wait}"),
            Reason::BackOff => format!("it failed {failures} times in a row: the wait has grown to {wait}"),
            Reason::RetryAfter => format!("its server asks to be left alone for {wait} (Retry-After)"),
            Reason::HostRetryAfter => {
                format!(
                    "its host asks so many of its feeds to wait that all of them do, for {wait} (Retry-After)"
                )
            }
            Reason::Outage => "our own network was away, and it is not counted against the feed".to_owned(),
            Reason::NoRoom => {
                "our own memory was full of other documents, and it is not counted against the feed"
                    .to_owned()
            }
            Reason::UnderWay => {
                "it is being polled; should nothing come of it, it is polled again then".to_owned()
            }
            Reason::BrokenOff => "its poll was broken off when the program stopped".to_owned(),
            Reason::Lost => "its poll never came back: the program died meanwhile".to_owned(),
            Reason::Gone => "it is gone for good (410) and left alone".to_owned(),
        }
    }
}

/// `45 s`, `30 min`, `1 h 30 min`, `3 days`: the two largest units, nothing rounded up.
fn length(seconds: i64) -> String {
    const UNITS: [(i64, &str); 4] = [(86_400, "days"), (3_600, "h"), (60, "min"), (1, "s")];
    // A day is 24 h.
    let first = UNITS.iter().position(|(unit, _)| seconds >= if *unit == 86_400 { 172_800 } else { *unit });
    let Some(first) = first else { return "0 s".to_owned() };
    let (unit, name) = UNITS[first];
    let (count, rest) = (seconds / unit, seconds % unit);
    match UNITS.get(first + 1).map(|(unit, name)| (rest / unit, *name)) {
        Some((more, finer)) if more > 0 => format!("{count} {name} {more} {finer}"),
        _ => format!("{count} {name}"),
    }
}

#[cfg(test)]
mod tests {
    use super::length;

    #[test]
    fn lengths() {
        for (seconds, expected) in [
            (0, "0 s"),
            (59, "59 s"),
            (1_800, "30 min"),
            (3_661, "1 h 1 min"),
            (5_400, "1 h 30 min"),
            (86_400, "24 h"),
            (259_200, "3 days"),
            (266_400, "3 days 2 h"),
        ] {
            assert_eq!(length(seconds), expected);
        }
    }
}
