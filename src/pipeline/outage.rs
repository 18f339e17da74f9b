//! Is it them, or is it us: when nearly every host that is asked stays silent it is our own network.
//!
//! Polls are compared by when they were *asked*: a timeout comes long after the answers of the same
//! round, and must not be taken for what happened since. A poll that is still under way may yet be
//! answered, so nothing asked since is judged before it is over.

use std::collections::{HashMap, VecDeque};

use chrono::{DateTime, TimeDelta, Utc};

use crate::news::entry::FeedId;
use crate::news::errand::FaultClass;

/// What was asked within this time is compared,
const WINDOW: TimeDelta = TimeDelta::minutes(1);
/// or, when few hosts are polled, within as long as it takes to ask enough of them, at most.
const LONGEST_WINDOW: TimeDelta = TimeDelta::minutes(10);
/// So many silent hosts are no coincidence,
const HOSTS: usize = 5;
/// unless one answers for every so many of them. One machine of our own house may answer while the
/// world is away.
const SILENT_FOR_ONE: usize = 10;
/// A poll that has not come back after that never will.
const LOST: TimeDelta = TimeDelta::minutes(2);

/// What the end of a poll says of our own network.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sign {
    /// A server spoke: with any status, or in the TLS handshake.
    Answered,
    /// Some machine refused or cut the connection: it may stand on our side of the way.
    Rebuffed,
    /// Nobody answered at all.
    Silent,
}

/// What the end of a poll changed in our picture of the network.
#[derive(Debug, PartialEq, Eq)]
pub enum Turn {
    None,
    /// Our network is away since then. These feeds' last failures were ours.
    Began(DateTime<Utc>, Vec<FeedId>),
    /// It is back; it was away since then.
    Ended(DateTime<Utc>),
}

/// What the last polls say of our own network.
#[derive(Debug, Default)]
pub struct Outage {
    under_way: HashMap<FeedId, DateTime<Utc>>,
    /// Polls that are over, by when they were asked.
    over: VecDeque<Poll>,
    since: Option<DateTime<Utc>>,
}

#[derive(Debug)]
struct Poll {
    asked: DateTime<Utc>,
    feed: FeedId,
    host: String,
    sign: Sign,
    /// It failed before too: that its host is silent is nothing new.
    was_failing: bool,
}

impl Outage {
    /// An outage may outlast the program.
    #[must_use]
    pub fn resumed(since: Option<DateTime<Utc>>) -> Self {
        Self { since, ..Self::default() }
    }

    #[must_use]
    pub fn is_on(&self) -> bool {
        self.since.is_some()
    }

    /// A feed is being asked for.
    pub fn asked(&mut self, feed: FeedId, now: DateTime<Utc>) {
        self.under_way.insert(feed, now);
    }

    /// A poll ended in a way that says nothing of the network.
    pub fn forget(&mut self, feed: FeedId) {
        self.under_way.remove(&feed);
    }

    /// A poll is over. The second end of one poll, after its entries were worked on, says nothing.
    pub fn over(
        &mut self,
        feed: FeedId,
        host: &str,
        sign: Sign,
        was_failing: bool,
        now: DateTime<Utc>,
    ) -> Turn {
        let Some(asked) = self.under_way.remove(&feed) else { return Turn::None };
        let place = self.over.partition_point(|poll| poll.asked <= asked);
        self.over.insert(place, Poll { asked, feed, host: host.to_owned(), sign, was_failing });
        self.forget_old();
        match (self.since, sign) {
            (None, Sign::Rebuffed | Sign::Silent) => self.begin(now),
            (Some(since), Sign::Answered) if self.count(now).is_back() => {
                self.since = None;
                Turn::Ended(since)
            }
            _ => Turn::None,
        }
    }

    fn begin(&mut self, now: DateTime<Utc>) -> Turn {
        let count = self.count(now);
        if !count.is_away() {
            return Turn::None;
        }
        let ours = |poll: &&Poll| poll.asked >= count.from && poll.sign != Sign::Answered;
        let first = self.over.iter().find(ours).map_or(now, |poll| poll.asked);
        self.since = Some(first);
        Turn::Began(first, self.over.iter().filter(ours).map(|poll| poll.feed).collect())
    }

    /// Host by host, from the newest poll that can be judged as far back as is needed.
    fn count(&self, now: DateTime<Utc>) -> Count {
        let open = self.under_way.values().filter(|asked| now - **asked < LOST).min();
        let mut hosts: HashMap<&str, Sign> = HashMap::new();
        let mut from = now;
        let mut judged = self.over.iter().rev().filter(|poll| open.is_none_or(|open| poll.asked < *open));
        let newest = judged.clone().next().map_or(now, |poll| poll.asked);
        while let Some(poll) = judged.next()
            && (newest - poll.asked <= WINDOW || hosts.len() < HOSTS)
        {
            from = poll.asked;
            if poll.sign == Sign::Answered || !poll.was_failing {
                hosts.entry(&poll.host).or_insert(poll.sign);
            }
        }
        Count::of(from, &hosts.into_values().collect::<Vec<_>>())
    }

    fn forget_old(&mut self) {
        let newest = self.over.back().map(|poll| poll.asked);
        let too_old = |poll: &Poll, many: bool| {
            let longest = if many { WINDOW * 2 } else { LONGEST_WINDOW };
            newest.is_some_and(|newest| newest - poll.asked > longest)
        };
        while self.over.front().is_some_and(|poll| too_old(poll, self.over.len() > HOSTS * 20)) {
            self.over.pop_front();
        }
    }
}

/// Hosts that were asked, and how they took it.
#[derive(Debug, PartialEq, Eq)]
struct Count {
    /// When the first of them was asked.
    from: DateTime<Utc>,
    answered: usize,
    silent: usize,
}

impl Count {
    /// A rebuff comes from some machine, so it is an answer, unless nothing better came from
    /// anywhere: then the machine is our own gateway.
    fn of(from: DateTime<Utc>, signs: &[Sign]) -> Self {
        let number = |sign: Sign| signs.iter().filter(|s| **s == sign).count();
        let (answered, rebuffed, silent) =
            (number(Sign::Answered), number(Sign::Rebuffed), number(Sign::Silent));
        match answered {
            0 => Self { from, answered, silent: silent + rebuffed },
            _ => Self { from, answered: answered + rebuffed, silent },
        }
    }

    fn is_away(&self) -> bool {
        self.silent >= HOSTS && self.silent > self.answered * SILENT_FOR_ONE
    }

    fn is_back(&self) -> bool {
        self.answered > 0 && self.silent <= self.answered * SILENT_FOR_ONE
    }
}

/// What a failed poll says of our own network; `None` when it never left the house.
#[must_use]
pub fn sign_of(class: FaultClass) -> Option<Sign> {
    match class {
        FaultClass::Forbidden => None,
        FaultClass::Dns | FaultClass::Connect | FaultClass::Timeout => Some(Sign::Silent),
        FaultClass::Refused | FaultClass::Broken => Some(Sign::Rebuffed),
        _ => Some(Sign::Answered),
    }
}

#[cfg(test)]
mod tests {
    use super::{Count, DateTime, FeedId, Outage, Sign, TimeDelta, Turn, Utc};
    use Sign::{Answered, Rebuffed, Silent};

    fn second(seconds: i64) -> DateTime<Utc> {
        DateTime::default() + TimeDelta::seconds(seconds)
    }

    /// Polls of hosts of their own: when asked, when over, how. They are told of in the order of time.
    fn played(outage: &mut Outage, polls: &[(i64, i64, Sign)]) -> Vec<String> {
        let mut events: Vec<(i64, usize, Option<Sign>)> = Vec::new();
        for (number, (asked, over, sign)) in polls.iter().enumerate() {
            events.push((*asked, number, None));
            events.push((*over, number, Some(*sign)));
        }
        events.sort_by_key(|event| (event.0, event.2.is_some()));
        let mut turns = Vec::new();
        for (at, number, sign) in events {
            let feed = FeedId(i64::try_from(number).unwrap());
            match sign {
                None => outage.asked(feed, second(at)),
                Some(sign) => match outage.over(feed, &format!("host{number}"), sign, false, second(at)) {
                    Turn::None => {}
                    Turn::Began(since, feeds) => turns.push(format!(
                        "{at}: away since {}, {} excused",
                        (since - second(0)).num_seconds(),
                        feeds.len()
                    )),
                    Turn::Ended(since) => {
                        turns.push(format!("{at}: back, away since {}", (since - second(0)).num_seconds()));
                    }
                },
            }
        }
        turns
    }

    fn fresh(polls: &[(i64, i64, Sign)]) -> Vec<String> {
        played(&mut Outage::default(), polls)
    }

    const NONE: [String; 0] = [];

    #[test]
    fn five_silent_hosts_and_no_answer_are_an_outage_of_ours() {
        assert_eq!(fresh(&[(0, 10, Silent); 4]), NONE);
        assert_eq!(fresh(&[(0, 10, Silent); 5]), ["10: away since 0, 5 excused"]);
        // Few feeds, polled one after another.
        let spread: Vec<_> = (0..5).map(|n| (n * 100, n * 100 + 10, Silent)).collect();
        assert_eq!(fresh(&spread), ["410: away since 0, 5 excused"]);
        let too_far: Vec<_> = (0..9).map(|n| (n * 200, n * 200 + 10, Silent)).collect();
        assert_eq!(fresh(&too_far), NONE);
    }

    #[test]
    fn timeouts_are_held_against_the_answers_of_their_own_round() {
        let mut round = vec![(0, 1, Answered); 3];
        round.extend([(0, 30, Silent); 8]);
        assert_eq!(fresh(&round), NONE);
        // Names that do not resolve fail before anyone can answer.
        let mut round = vec![(0, 0, Silent); 8];
        round.push((0, 3, Answered));
        assert_eq!(fresh(&round), NONE);
        // Dead hosts at the end of a round, when all others have answered.
        let mut round = vec![(0, 1, Answered); 20];
        round.extend([(2, 30, Silent); 8]);
        assert_eq!(fresh(&round), NONE);
    }

    #[test]
    fn an_outage_in_the_middle_of_a_round_shows_within_a_minute() {
        let mut round: Vec<_> = (0..60).map(|n| (n, n + 1, Answered)).collect();
        round.extend((60..200).map(|n| (n, n + 10, Silent)));
        let turns = fresh(&round);
        assert_eq!(turns.len(), 1, "{turns:?}");
        assert!(turns[0].contains("away since 60"), "{turns:?}");
    }

    #[test]
    fn one_machine_of_our_own_house_neither_hides_nor_ends_it() {
        let mut round = vec![(0, 10, Silent); 12];
        round.insert(0, (0, 1, Answered));
        assert_eq!(fresh(&round), ["10: away since 0, 12 excused"]);
        let mut outage = Outage::default();
        played(&mut outage, &[(0, 10, Silent); 12]);
        assert!(outage.is_on());
        let mut later = vec![(100, 110, Silent); 12];
        later.push((100, 111, Answered));
        assert_eq!(played(&mut outage, &later), NONE);
        assert_eq!(played(&mut outage, &[(300, 301, Answered); 2]), ["301: back, away since 0"]);
    }

    #[test]
    fn a_refusal_is_an_answer_unless_nothing_else_came() {
        assert_eq!(fresh(&[(0, 0, Rebuffed); 5]), ["0: away since 0, 5 excused"]);
        let signs = [Rebuffed, Rebuffed, Silent, Silent, Answered];
        assert_eq!(Count::of(second(0), &signs[..4]), Count { from: second(0), answered: 0, silent: 4 });
        assert_eq!(Count::of(second(0), &signs), Count { from: second(0), answered: 3, silent: 2 });
    }

    #[test]
    fn one_host_of_many_feeds_or_hosts_that_were_dead_before_are_none() {
        let mut outage = Outage::default();
        for feed in (0..20).map(FeedId) {
            outage.asked(feed, second(0));
        }
        for feed in (0..10).map(FeedId) {
            assert_eq!(outage.over(feed, "one", Silent, false, second(9)), Turn::None);
        }
        for feed in (10..20).map(FeedId) {
            assert_eq!(outage.over(feed, &format!("host{}", feed.0), Silent, true, second(9)), Turn::None);
        }
    }

    #[test]
    fn what_never_comes_back_holds_nothing_up_for_ever() {
        let mut outage = Outage::default();
        outage.asked(FeedId(99), second(0));
        assert_eq!(played(&mut outage, &[(1, 10, Silent); 5]), NONE);
        let later = played(&mut outage, &[(130, 140, Silent); 5]);
        assert_eq!(later.len(), 1, "{later:?}");
    }
}
