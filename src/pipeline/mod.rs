//! Joins news and store: `due(now)` → errands, `settle(outcomes, now)` → the ledger, and more errands.
//! Synchronous, no network.

mod at_once;
mod corrections;
mod digests;
mod folding;
mod hindsight;
mod index;
pub mod letters;
mod notifying;
mod orders;
mod outage;
mod pages;
mod polls;
mod queue;
mod settling;
mod sharing;
mod telling;
mod trouble;
mod urgent;
mod wanted;

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use crate::config::Config;
use crate::news::entry::{EntryId, FeedId};
use crate::news::errand::{Errand, Fault, LetterId};
use crate::news::schedule::{Next, Reason, Why};
use crate::store::feeds::FeedRow;
use crate::store::outbox::DigestId;
use crate::store::{Store, StoreFault};

pub use corrections::{Corrected, Correction};
pub use digests::Composed;
pub use folding::Catch;
pub use hindsight::{Hindsight, Question, look_back};
pub use index::build_index;
use index::{Index, Parked};
pub use notifying::Notified;
use orders::Orders;
use outage::Outage;
pub use trouble::trouble;

use queue::{Places, Queue, Ticket};

/// A poll that was handed out and never came back (a crash) is due again after that: later than any
/// request can last, so that a document which kills the program does not do so at once again.
const LEASE: TimeDelta = TimeDelta::minutes(2);
/// Due polls that are taken from the ledger at once.
const TAKEN_AT_ONCE: usize = 1_000;
/// An outage of ours that was on so short a time ago is on when the program starts anew.
const OUTAGE_RESUMED: TimeDelta = TimeDelta::days(1);

/// The one that decides what is to be done, and remembers what was.
#[derive(Debug)]
pub struct Pipeline {
    store: Store,
    orders: Orders,
    queue: Queue<Errand>,
    index: Index,
    /// Readings that wait for the index.
    parked: Parked,
    next_slots: Vec<Option<DateTime<Utc>>>,
    /// When urgent letters are to be looked for again.
    next_urgent: Option<DateTime<Utc>>,
    /// When notifications are to be looked for again.
    next_notify: Option<DateTime<Utc>>,
    letters_under_way: HashSet<LetterId>,
    /// Channels with a notification under way: one at a time.
    busy_channels: HashMap<LetterId, DigestId>,
    failing: HashSet<FeedId>,
    outage: Outage,
}

/// Which feeds are ordered to be polled now, whatever their schedule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Scope {
    /// Those that are due.
    Due,
    All,
    /// By URL or name.
    Named(Vec<String>),
}

/// What one settling changed.
#[derive(Debug, Default)]
pub struct Settled {
    /// More to do.
    pub errands: Vec<Errand>,
    pub polls: Vec<Poll>,
    pub pages: Vec<PageEnd>,
    pub letters: Vec<letters::Answered>,
}

/// A poll that is over.
#[derive(Debug, Clone)]
pub struct Poll {
    pub feed: FeedId,
    pub url: String,
    pub name: String,
    pub end: PollEnd,
    pub next_poll: Option<DateTime<Utc>>,
}

/// An article page that was read, or could not be had.
#[derive(Debug, Clone)]
pub struct PageEnd {
    pub entry: EntryId,
    pub url: String,
    pub matched: bool,
    pub fault: Option<Fault>,
}

/// How a poll ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PollEnd {
    Unchanged,
    Read(Catch),
    Failed(Fault),
}

impl Pipeline {
    /// Joins a ledger and a config.
    ///
    /// # Errors
    /// When the ledger cannot be written.
    pub fn open(mut store: Store, config: Config, now: DateTime<Utc>) -> Result<Self, StoreFault> {
        let orders = store.write(|ledger| {
            ledger.release_letters(now)?;
            ledger.lose_polls()?;
            Orders::adopt(ledger, config, now)
        })?;
        let outage = store.read(|ledger| ledger.outage_since(now - OUTAGE_RESUMED))?;
        let mut pipeline = Self {
            store,
            orders,
            queue: Queue::default(),
            index: Index::Absent,
            parked: Parked::default(),
            next_slots: Vec::new(),
            next_urgent: Some(now),
            next_notify: Some(now),
            letters_under_way: HashSet::new(),
            busy_channels: HashMap::new(),
            failing: HashSet::new(),
            outage: Outage::resumed(outage),
        };
        pipeline.look_around()?;
        Ok(pipeline)
    }

    /// Goes on with another config. Polls that are under way end under the old one.
    ///
    /// # Errors
    /// When the ledger cannot be written; the old config stays then.
    pub fn adopt(&mut self, config: Config, now: DateTime<Utc>) -> Result<(), StoreFault> {
        self.orders = self.store.write(|ledger| Orders::adopt(ledger, config, now))?;
        self.look_at_once(now);
        self.look_around()
    }

    /// Something may have come that is told at once.
    fn look_at_once(&mut self, now: DateTime<Utc>) {
        self.next_urgent = Some(now);
        self.next_notify = Some(now);
    }

    /// What is kept in memory of the ledger.
    fn look_around(&mut self) -> Result<(), StoreFault> {
        self.failing = self.store.read(|ledger| ledger.failing_feeds())?;
        self.find_next_slots()
    }

    #[must_use]
    pub fn config(&self) -> &Config {
        &self.orders.config
    }

    #[must_use]
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// Nothing is waiting or under way.
    #[must_use]
    pub fn is_idle(&self) -> bool {
        self.queue.is_empty() && self.parked.is_empty() && self.letters_under_way.is_empty()
    }

    /// Polls that are under way.
    #[must_use]
    pub fn under_way(&self) -> usize {
        self.queue.under_way()
    }

    /// Feeds of the config.
    #[must_use]
    pub fn feed_count(&self) -> usize {
        self.orders.feed_count()
    }

    /// Every host fails: it is our own network.
    #[must_use]
    pub fn is_cut_off(&self) -> bool {
        self.outage.is_on()
    }

    /// Feeds whose last poll failed.
    #[must_use]
    pub fn failing(&self) -> usize {
        self.failing.len()
    }

    /// Nothing is under way; what waits or is parked is leased and comes again.
    #[must_use]
    pub fn is_drained(&self) -> bool {
        self.queue.under_way() == 0 && self.letters_under_way.is_empty()
    }

    /// The digest that comes next.
    #[must_use]
    pub fn next_digest(&self) -> Option<(&str, DateTime<Utc>, Tz)> {
        let digests = self.orders.config.digests.iter().zip(&self.next_slots);
        digests
            .filter_map(|(digest, slot)| Some((digest.name.as_str(), (*slot)?, digest.zone)))
            .min_by_key(|next| next.1)
    }

    /// Orders polls that are not due yet; the feeds' URLs, or the names that no feed has.
    ///
    /// # Errors
    /// When the ledger cannot be written.
    pub fn hurry(&mut self, scope: &Scope, now: DateTime<Utc>) -> Result<Hurried, StoreFault> {
        let orders = &self.orders;
        let queue = &mut self.queue;
        self.store.write(|ledger| {
            let rows: Vec<FeedRow> =
                ledger.feeds()?.into_iter().filter(|row| orders.feed(row.id).is_some()).collect();
            let mut hurried = Hurried::default();
            for row in rows.iter().filter(|row| is_meant(scope, row, now)) {
                let served = sharing::enqueue(ledger, orders, queue, row, now)?;
                hurried.feeds.extend(served.into_iter().chain([row.id]));
            }
            let mut seen = HashSet::new();
            hurried.feeds.retain(|feed| seen.insert(*feed));
            if let Scope::Named(names) = scope {
                let unknown =
                    |name: &&String| !rows.iter().any(|row| row.url == **name || row.name == **name);
                hurried.unknown = names.iter().filter(unknown).cloned().collect();
            }
            Ok(hurried)
        })
    }

    /// What is to be done now: polls that are due, within the limits.
    ///
    /// # Errors
    /// When the ledger cannot be written.
    pub fn due(&mut self, now: DateTime<Utc>) -> Result<Vec<Errand>, StoreFault> {
        if !self.parked.is_full() {
            self.take_due_polls(now)?;
            self.take_due_pages(now)?;
        }
        Ok(self.waiting(now))
    }

    /// What waits and may start now.
    pub fn waiting(&mut self, now: DateTime<Utc>) -> Vec<Errand> {
        if self.parked.is_full() {
            return Vec::new();
        }
        let order = &self.orders.config.fetch;
        let places = Places { in_all: order.at_once, per_host: order.per_host };
        let errands = self.queue.hand_out(places);
        for errand in &errands {
            if let Errand::Fetch(fetch) = errand {
                self.outage.asked(fetch.feed, now);
                for ticket in self.queue.sharers(Ticket::Feed(fetch.feed)) {
                    if let Ticket::Feed(feed) = ticket {
                        self.outage.asked(*feed, now);
                    }
                }
            }
        }
        errands
    }

    fn take_due_polls(&mut self, now: DateTime<Utc>) -> Result<(), StoreFault> {
        let room = TAKEN_AT_ONCE.saturating_sub(self.queue.waiting());
        if room == 0 {
            return Ok(());
        }
        let due = self.store.read(|ledger| ledger.due_feeds(now, room))?;
        if due.is_empty() {
            return Ok(());
        }
        let (orders, queue) = (&self.orders, &mut self.queue);
        self.store.write(|ledger| {
            for row in &due {
                sharing::enqueue(ledger, orders, queue, row, now)?;
            }
            Ok(())
        })
    }

    /// When [`Pipeline::due`], [`Pipeline::compose_due`], [`Pipeline::compose_urgent`],
    /// [`Pipeline::compose_notifications`] or [`Pipeline::due_letters`] has something to do again; `None`: only when an outcome comes.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn next_wake(&self) -> Result<Option<DateTime<Utc>>, StoreFault> {
        let due = self
            .store
            .read(|ledger| Ok([ledger.next_poll()?, ledger.next_page()?, ledger.next_letter()?]))?;
        let composing = self.next_slots.iter().copied().chain([self.next_urgent, self.next_notify]);
        Ok(due.into_iter().chain(composing).flatten().min())
    }

    /// The end: polls that have not come back are due again at once.
    ///
    /// # Errors
    /// When the ledger cannot be written; their leases say "again later" then.
    pub fn give_back(&mut self, now: DateTime<Utc>) -> Result<(), StoreFault> {
        let open = self.queue.open();
        let broken_off = Next { at: now, why: Why::plainly(Reason::BrokenOff) };
        self.store.write(|ledger| {
            open.iter().try_for_each(|ticket| match ticket {
                Ticket::Feed(feed) => ledger.set_next_poll(*feed, broken_off),
                Ticket::Page(entry) => ledger.release_page(*entry, now),
            })
        })
    }
}

/// What [`Pipeline::hurry`] ordered.
#[derive(Debug, Default)]
pub struct Hurried {
    pub feeds: Vec<FeedId>,
    /// Names that no feed has.
    pub unknown: Vec<String>,
}

fn is_meant(scope: &Scope, row: &FeedRow, now: DateTime<Utc>) -> bool {
    match scope {
        Scope::Due => row.next_poll.is_some_and(|at| at <= now),
        Scope::All => true,
        Scope::Named(names) => names.iter().any(|name| *name == row.url || *name == row.name),
    }
}
