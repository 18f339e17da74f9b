//! The requests that are due, waiting for a free place: so many at once in all, so many at once a host.

use std::collections::{HashMap, HashSet, VecDeque};

use crate::news::entry::{EntryId, FeedId};

/// What a request is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Ticket {
    Feed(FeedId),
    /// The page of an entry.
    Page(EntryId),
}

/// A request that is due.
#[derive(Debug)]
struct Waiting<T> {
    ticket: Ticket,
    errand: T,
}

/// Hands out what is due, host by host, within the limits. Everything in it is leased in the ledger,
/// so a crash only means "again later".
#[derive(Debug)]
pub struct Queue<T> {
    hosts: HashMap<String, VecDeque<Waiting<T>>>,
    /// Hosts with something waiting, in the order in which they come next.
    turn: VecDeque<String>,
    waiting: HashSet<Ticket>,
    under_way: HashMap<Ticket, String>,
    /// Answered, but not settled yet: they need no place, and are not asked for again.
    parked: HashSet<Ticket>,
    /// What else a request serves; all of it is parked.
    sharers: HashMap<Ticket, Vec<Ticket>>,
    busy: HashMap<String, usize>,
}

/// How much may be under way at once.
#[derive(Debug, Clone, Copy)]
pub struct Places {
    pub in_all: usize,
    pub per_host: usize,
}

impl<T> Default for Queue<T> {
    fn default() -> Self {
        Self {
            hosts: HashMap::new(),
            turn: VecDeque::new(),
            waiting: HashSet::new(),
            under_way: HashMap::new(),
            parked: HashSet::new(),
            sharers: HashMap::new(),
            busy: HashMap::new(),
        }
    }
}

impl<T> Queue<T> {
    /// Puts a request in; `false` when the same one waits, is under way or is parked already.
    pub fn push(&mut self, ticket: Ticket, host: &str, errand: T) -> bool {
        if self.is_open(ticket) {
            return false;
        }
        self.waiting.insert(ticket);
        let line = self.hosts.entry(host.to_owned()).or_default();
        if line.is_empty() {
            self.turn.push_back(host.to_owned());
        }
        line.push_back(Waiting { ticket, errand });
        true
    }

    /// The request of a ticket serves others too: they need no place, and are not asked for on their own.
    pub fn share(&mut self, ticket: Ticket, others: Vec<Ticket>) {
        if !others.is_empty() {
            self.parked.extend(&others);
            self.sharers.insert(ticket, others);
        }
    }

    /// Whom the request of a ticket serves beside.
    #[must_use]
    pub fn sharers(&self, ticket: Ticket) -> &[Ticket] {
        self.sharers.get(&ticket).map_or(&[], Vec::as_slice)
    }

    /// The same, once: its first outcome is theirs too.
    pub fn take_sharers(&mut self, ticket: Ticket) -> Vec<Ticket> {
        self.sharers.remove(&ticket).unwrap_or_default()
    }

    /// It waits, is under way or is parked.
    #[must_use]
    pub fn is_open(&self, ticket: Ticket) -> bool {
        self.waiting.contains(&ticket)
            || self.under_way.contains_key(&ticket)
            || self.parked.contains(&ticket)
    }

    /// What may start now.
    pub fn hand_out(&mut self, places: Places) -> Vec<T> {
        let mut out = Vec::new();
        let mut passed_over = 0;
        while self.under_way.len() < places.in_all && passed_over < self.turn.len() {
            let Some(host) = self.turn.pop_front() else { break };
            if self.busy.get(&host).copied().unwrap_or(0) >= places.per_host {
                self.turn.push_back(host);
                passed_over += 1;
                continue;
            }
            passed_over = 0;
            out.extend(self.start_next(host));
        }
        out
    }

    fn start_next(&mut self, host: String) -> Option<T> {
        let line = self.hosts.get_mut(&host)?;
        let next = line.pop_front()?;
        if line.is_empty() {
            self.hosts.remove(&host);
        } else {
            self.turn.push_back(host.clone());
        }
        self.waiting.remove(&next.ticket);
        *self.busy.entry(host.clone()).or_default() += 1;
        self.under_way.insert(next.ticket, host);
        Some(next.errand)
    }

    /// A request was answered, and cannot be settled yet: its place is free.
    pub fn park(&mut self, ticket: Ticket) {
        if self.done(ticket) {
            self.parked.insert(ticket);
        }
    }

    /// A request is over; `false` when it was neither under way nor parked.
    pub fn done(&mut self, ticket: Ticket) -> bool {
        if self.parked.remove(&ticket) {
            return true;
        }
        let Some(host) = self.under_way.remove(&ticket) else { return false };
        if let Some(count) = self.busy.get_mut(&host) {
            *count -= 1;
            if *count == 0 {
                self.busy.remove(&host);
            }
        }
        true
    }

    /// Everything that waits, is under way or is parked.
    #[must_use]
    pub fn open(&self) -> Vec<Ticket> {
        self.waiting.iter().chain(self.under_way.keys()).chain(&self.parked).copied().collect()
    }

    /// Nothing waits, is under way or is parked.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.waiting.is_empty() && self.under_way.is_empty() && self.parked.is_empty()
    }

    #[must_use]
    pub fn waiting(&self) -> usize {
        self.waiting.len()
    }

    #[must_use]
    pub fn under_way(&self) -> usize {
        self.under_way.len()
    }
}

#[cfg(test)]
mod tests {
    use super::{FeedId, Places, Queue, Ticket};

    const PLACES: Places = Places { in_all: 3, per_host: 2 };

    fn feed(id: i64) -> Ticket {
        Ticket::Feed(FeedId(id))
    }

    fn filled(feeds: &[(i64, &str)]) -> Queue<i64> {
        let mut queue = Queue::default();
        for (id, host) in feeds {
            queue.push(feed(*id), host, *id);
        }
        queue
    }

    #[test]
    fn no_host_gets_more_than_its_places_and_none_starves() {
        let mut queue = filled(&[(1, "a"), (2, "a"), (3, "a"), (4, "b")]);
        assert_eq!(queue.hand_out(PLACES), [1, 4, 2]);
        assert_eq!(queue.hand_out(PLACES), [] as [i64; 0]);
        assert!(queue.done(feed(4)));
        assert_eq!(queue.hand_out(PLACES), [] as [i64; 0], "a is busy twice");
        assert!(queue.done(feed(1)));
        assert_eq!(queue.hand_out(PLACES), [3]);
    }

    #[test]
    fn what_is_parked_needs_no_place_and_does_not_come_again() {
        let mut queue = filled(&[(1, "a"), (2, "a"), (3, "a")]);
        assert_eq!(queue.hand_out(PLACES), [1, 2]);
        queue.park(feed(1));
        assert_eq!(queue.under_way(), 1);
        assert_eq!(queue.hand_out(PLACES), [3]);
        assert!(!queue.push(feed(1), "a", 1));
        assert_eq!(queue.open().len(), 3);
        assert!(queue.done(feed(1)));
        assert!(queue.push(feed(1), "a", 1));
    }

    #[test]
    fn what_shares_a_request_is_open_until_it_is_over() {
        let mut queue = filled(&[(1, "a")]);
        queue.share(feed(1), vec![feed(2)]);
        assert_eq!(queue.hand_out(PLACES), [1]);
        assert!(!queue.push(feed(2), "a", 2));
        assert_eq!(queue.take_sharers(feed(1)), [feed(2)]);
        assert_eq!(queue.take_sharers(feed(1)), []);
        assert!(queue.done(feed(1)) && !queue.is_empty());
        assert!(queue.done(feed(2)) && queue.is_empty());
    }

    #[test]
    fn a_feed_is_in_it_once() {
        let mut queue = filled(&[(1, "a"), (1, "a")]);
        assert_eq!(queue.waiting(), 1);
        assert_eq!(queue.hand_out(PLACES), [1]);
        assert!(!queue.push(feed(1), "a", 1), "it is under way");
        assert!(queue.done(feed(1)));
        assert!(!queue.done(feed(1)));
    }
}
