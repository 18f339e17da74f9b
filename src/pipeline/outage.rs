//! Is it them, or is it us: when every host fails at once it is our own network.

use std::collections::{HashSet, VecDeque};

use chrono::{DateTime, TimeDelta, Utc};

use crate::news::entry::FeedId;
use crate::news::errand::FaultClass;

/// Failures within this time count together.
const WINDOW: TimeDelta = TimeDelta::minutes(1);
/// So many hosts, and not one that answered, are no coincidence.
const HOSTS: usize = 5;

/// What the last polls say of our own network.
#[derive(Debug, Default)]
pub struct Outage {
    /// Polls that got no answer, since the last one that got any.
    unanswered: VecDeque<Unanswered>,
    since: Option<DateTime<Utc>>,
}

#[derive(Debug)]
struct Unanswered {
    at: DateTime<Utc>,
    host: String,
    feed: FeedId,
}

/// What a poll changed in our picture of the network.
#[derive(Debug, PartialEq, Eq)]
pub enum Turn {
    None,
    /// Our network is away. These feeds' last failures were ours.
    Began(Vec<FeedId>),
    /// It is back; it was away since then.
    Ended(DateTime<Utc>),
}

impl Outage {
    #[must_use]
    pub fn is_on(&self) -> bool {
        self.since.is_some()
    }

    /// Some host answered, be it with an error.
    pub fn answered(&mut self) -> Turn {
        self.unanswered.clear();
        self.since.take().map_or(Turn::None, Turn::Ended)
    }

    /// A host could not be reached.
    pub fn unanswered(&mut self, feed: FeedId, host: &str, now: DateTime<Utc>) -> Turn {
        if self.is_on() {
            return Turn::None;
        }
        self.unanswered.push_back(Unanswered { at: now, host: host.to_owned(), feed });
        while self.unanswered.front().is_some_and(|first| now - first.at > WINDOW) {
            self.unanswered.pop_front();
        }
        let hosts: HashSet<&str> = self.unanswered.iter().map(|poll| poll.host.as_str()).collect();
        if hosts.len() < HOSTS {
            return Turn::None;
        }
        self.since = self.unanswered.front().map(|first| first.at);
        Turn::Began(self.unanswered.drain(..).map(|poll| poll.feed).collect())
    }
}

/// Nobody answered at all: that may be our side.
#[must_use]
pub fn is_unanswered(class: FaultClass) -> bool {
    matches!(class, FaultClass::Dns | FaultClass::Connect | FaultClass::Timeout)
}

#[cfg(test)]
mod tests {
    use super::{DateTime, FeedId, Outage, TimeDelta, Turn, Utc};

    fn second(seconds: i64) -> DateTime<Utc> {
        DateTime::default() + TimeDelta::seconds(seconds)
    }

    /// Feeds 1…n fail, one host each, one a second.
    fn failed(n: i64) -> (Outage, Turn) {
        let mut outage = Outage::default();
        let mut last = Turn::None;
        for feed in 1..=n {
            last = outage.unanswered(FeedId(feed), &format!("host{feed}"), second(feed));
        }
        (outage, last)
    }

    #[test]
    fn five_hosts_and_no_answer_are_an_outage_of_ours() {
        assert_eq!(failed(4).1, Turn::None);
        let (mut outage, turn) = failed(5);
        assert_eq!(turn, Turn::Began((1..=5).map(FeedId).collect()));
        assert_eq!(outage.unanswered(FeedId(6), "host6", second(6)), Turn::None);
        assert_eq!(outage.answered(), Turn::Ended(second(1)));
        assert!(!outage.is_on());
    }

    #[test]
    fn one_answer_says_that_it_is_them() {
        let (mut outage, _) = failed(4);
        assert_eq!(outage.answered(), Turn::None);
        assert_eq!(outage.unanswered(FeedId(5), "host5", second(5)), Turn::None);
    }

    #[test]
    fn one_host_of_many_feeds_or_a_slow_drip_is_none() {
        let mut outage = Outage::default();
        for feed in 0..20 {
            assert_eq!(outage.unanswered(FeedId(feed), "one", second(feed)), Turn::None);
            assert_eq!(
                outage.unanswered(FeedId(feed), &feed.to_string(), second(1_000 + feed * 61)),
                Turn::None
            );
        }
    }
}
