//! Joins news and store: `due(now)` → errands, `settle(outcomes, now)` → the ledger, and more errands.
//! Synchronous, no network.

mod digests;
mod folding;
pub mod letters;
mod orders;
mod pages;
mod polls;
mod queue;

use std::collections::HashSet;
use std::path::Path;
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use crate::config::Config;
use crate::news::entry::{EntryId, FeedId};
use crate::news::errand::{Errand, Fault, FaultClass, Outcome, Reply};
use crate::news::reading::{Reading, Work};
use crate::news::story::StoryIndex;
use crate::store::feeds::FeedRow;
use crate::store::report::Tally;
use crate::store::retention::Keep;
use crate::store::{self, Ledger, Store, StoreFault};

pub use digests::Composed;
pub use folding::Catch;
use folding::Folding;
use orders::Orders;
use queue::{Places, Queue, Ticket};

/// A poll that was handed out and never came back is due again after that.
const LEASE: TimeDelta = TimeDelta::minutes(10);
/// Due polls that are taken from the ledger at once.
const TAKEN_AT_ONCE: usize = 1_000;
/// Rows that are forgotten in one transaction.
const FORGOTTEN_AT_ONCE: u32 = 500;

/// The one that decides what is to be done, and remembers what was.
#[derive(Debug)]
pub struct Pipeline {
    store: Store,
    orders: Orders,
    queue: Queue<Errand>,
    index: Index,
    /// Readings that wait for the index.
    parked: Vec<Outcome>,
    next_slots: Vec<Option<DateTime<Utc>>>,
    letters_under_way: usize,
    failing: HashSet<FeedId>,
}

/// The remembered articles in memory: a cache, not needed while nothing new comes.
#[derive(Debug)]
enum Index {
    /// To be built when the first fresh entry comes.
    Absent,
    /// Somebody builds it.
    Building,
    Ready(Box<StoryIndex>),
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
            Orders::adopt(ledger, config, now)
        })?;
        let mut pipeline = Self {
            store,
            orders,
            queue: Queue::default(),
            index: Index::Absent,
            parked: Vec::new(),
            next_slots: Vec::new(),
            letters_under_way: 0,
            failing: HashSet::new(),
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
        self.look_around()
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
        self.queue.under_way() == 0 && self.queue.waiting() == 0 && self.letters_under_way == 0
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

    /// Feeds whose last poll failed.
    #[must_use]
    pub fn failing(&self) -> usize {
        self.failing.len()
    }

    /// Nothing is under way; what waits is leased and comes again.
    #[must_use]
    pub fn is_drained(&self) -> bool {
        self.queue.under_way() == 0 && self.letters_under_way == 0
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
                hurried.feeds.push(row.id);
                enqueue(ledger, orders, queue, row, now)?;
            }
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
        self.take_due_polls(now)?;
        self.take_due_pages(now)?;
        Ok(self.waiting())
    }

    /// What waits and may start now.
    pub fn waiting(&mut self) -> Vec<Errand> {
        let order = &self.orders.config.fetch;
        let places = Places { in_all: order.at_once, per_host: order.per_host };
        self.queue.hand_out(places)
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
                enqueue(ledger, orders, queue, row, now)?;
            }
            Ok(())
        })
    }

    /// When [`Pipeline::due`], [`Pipeline::compose_due`] or [`Pipeline::due_letters`] has something
    /// to do again; `None`: only when an outcome comes.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn next_wake(&self) -> Result<Option<DateTime<Utc>>, StoreFault> {
        let due = self
            .store
            .read(|ledger| Ok([ledger.next_poll()?, ledger.next_page()?, ledger.next_letter()?]))?;
        Ok(due.into_iter().flatten().chain(self.next_slots.iter().copied().flatten()).min())
    }

    /// Remembers what came back. All of it is one transaction: when it fails, nothing of it is
    /// remembered, and the feeds are polled again when their lease is over.
    ///
    /// # Errors
    /// When the ledger cannot be written.
    pub fn settle(&mut self, outcomes: Vec<Outcome>, now: DateTime<Utc>) -> Result<Settled, StoreFault> {
        let (polls, answers) = self.sort(outcomes);
        let mut settled = Settled::default();
        if !polls.is_empty() {
            self.prepare_index(&polls)?;
            self.settle_polls(polls, now, &mut settled)?;
        }
        if !answers.is_empty() {
            settled.letters = self.settle_letters(&answers, now)?;
        }
        Ok(settled)
    }

    /// Parks what needs an index that is not ready yet; parts polls from letters.
    fn sort(&mut self, outcomes: Vec<Outcome>) -> (Vec<Outcome>, Vec<letters::Answer>) {
        let (mut polls, mut answers) = (Vec::new(), Vec::new());
        for outcome in outcomes {
            match outcome {
                Outcome::Delivered { letter, delivery } => answers.push((letter, delivery)),
                worked if is_worked(&worked) && matches!(self.index, Index::Building) => {
                    self.parked.push(worked);
                }
                other => polls.push(other),
            }
        }
        (polls, answers)
    }

    fn settle_polls(
        &mut self,
        polls: Vec<Outcome>,
        now: DateTime<Utc>,
        settled: &mut Settled,
    ) -> Result<(), StoreFault> {
        let (orders, index) = (&self.orders, &mut self.index);
        let tickets: Vec<Ticket> = polls.iter().filter_map(ticket_of).collect();
        let written = self.store.write(|ledger| {
            let mut desk =
                Desk { ledger, orders, index, now, tally: Tally::default(), settled: Settled::default() };
            for outcome in polls {
                desk.settle_poll(outcome)?;
            }
            ledger.count(desk.tally, now)?;
            Ok(desk.settled)
        });
        match written {
            Ok(done) => {
                let at_work: HashSet<FeedId> = done.errands.iter().filter_map(feed_at_work).collect();
                let over = |ticket: &&Ticket| !matches!(ticket, Ticket::Feed(feed) if at_work.contains(feed));
                for ticket in tickets.iter().filter(over) {
                    self.queue.done(*ticket);
                }
                for poll in &done.polls {
                    match poll.end {
                        PollEnd::Failed(_) => self.failing.insert(poll.feed),
                        _ => self.failing.remove(&poll.feed),
                    };
                }
                settled.errands = done.errands;
                settled.polls = done.polls;
                settled.pages = done.pages;
                Ok(())
            }
            Err(fault) => {
                // What the index was told of is not in the ledger: it is built anew.
                if matches!(self.index, Index::Ready(_)) {
                    self.index = Index::Absent;
                }
                for ticket in tickets {
                    self.queue.done(ticket);
                }
                Err(fault)
            }
        }
    }

    /// Forgets what is older than the config wants, a little at a time; `true` when there is more.
    ///
    /// # Errors
    /// When the ledger cannot be written.
    pub fn forget_old(&mut self, now: DateTime<Utc>) -> Result<bool, StoreFault> {
        let order = &self.orders.config.store;
        let keep =
            Keep { matched: order.keep, unmatched: order.keep_unmatched, max_articles: order.max_articles };
        Ok(self.store.write(|ledger| ledger.forget_old(keep, now, FORGOTTEN_AT_ONCE))? > 0)
    }

    /// From now on somebody builds the index with [`build_index`]; readings with fresh entries wait
    /// until [`Pipeline::adopt_index`].
    pub fn index_is_being_built(&mut self) {
        if matches!(self.index, Index::Absent) {
            self.index = Index::Building;
        }
    }

    /// The index is built: settles what waited for it. Without one it is built when it is needed.
    ///
    /// # Errors
    /// When the ledger cannot be written.
    pub fn adopt_index(
        &mut self,
        index: Option<StoryIndex>,
        now: DateTime<Utc>,
    ) -> Result<Settled, StoreFault> {
        self.index = index.map_or(Index::Absent, |index| Index::Ready(Box::new(index)));
        let parked = std::mem::take(&mut self.parked);
        self.settle(parked, now)
    }

    fn prepare_index(&mut self, polls: &[Outcome]) -> Result<(), StoreFault> {
        if matches!(self.index, Index::Absent) && polls.iter().any(is_worked) {
            self.index = Index::Ready(Box::new(index_of(&self.store)?));
        }
        Ok(())
    }
}

/// What [`Pipeline::hurry`] ordered.
#[derive(Debug, Default)]
pub struct Hurried {
    pub feeds: Vec<FeedId>,
    /// Names that no feed has.
    pub unknown: Vec<String>,
}

/// Builds the index of what is remembered at that path; takes a while when that is much.
///
/// # Errors
/// When the database cannot be read.
pub fn build_index(path: &Path) -> Result<StoryIndex, StoreFault> {
    index_of(&Store::open_read_only(path)?)
}

fn index_of(store: &Store) -> Result<StoryIndex, StoreFault> {
    store.read(|ledger| {
        let mut index = StoryIndex::default();
        ledger.every_known(|known| index.insert(known))?;
        Ok(index)
    })
}

fn is_meant(scope: &Scope, row: &FeedRow, now: DateTime<Utc>) -> bool {
    match scope {
        Scope::Due => row.next_poll.is_some_and(|at| at <= now),
        Scope::All => true,
        Scope::Named(names) => names.iter().any(|name| *name == row.url || *name == row.name),
    }
}

fn enqueue(
    ledger: &Ledger<'_>,
    orders: &Orders,
    queue: &mut Queue<Errand>,
    row: &FeedRow,
    now: DateTime<Utc>,
) -> store::Result<()> {
    let Some(order) = orders.feed(row.id) else { return Ok(()) };
    queue.push(Ticket::Feed(row.id), &row.host, Errand::Fetch(polls::errand(row, order)));
    ledger.set_next_poll(row.id, now + LEASE)
}

/// It can only be settled with an index.
fn is_worked(outcome: &Outcome) -> bool {
    match outcome {
        Outcome::Read(reading) => reading.fresh.is_some(),
        Outcome::Page(_) => true,
        _ => false,
    }
}

fn ticket_of(outcome: &Outcome) -> Option<Ticket> {
    match outcome {
        Outcome::Page(page) => Some(Ticket::Page(page.entry)),
        other => feed_of(other).map(Ticket::Feed),
    }
}

/// The poll goes on: its entries are worked on.
fn feed_at_work(errand: &Errand) -> Option<FeedId> {
    if let Errand::Work(work) = errand { Some(work.reading.feed) } else { None }
}

fn feed_of(outcome: &Outcome) -> Option<FeedId> {
    match outcome {
        Outcome::Unchanged { feed, .. } | Outcome::Failed { feed, .. } => Some(*feed),
        Outcome::Read(reading) => Some(reading.feed),
        Outcome::Page(_) | Outcome::Delivered { .. } => None,
    }
}

/// One settling of polls: the ledger, and what is counted on the way.
struct Desk<'a> {
    ledger: &'a Ledger<'a>,
    orders: &'a Orders,
    index: &'a mut Index,
    now: DateTime<Utc>,
    tally: Tally,
    settled: Settled,
}

impl Desk<'_> {
    fn settle_poll(&mut self, outcome: Outcome) -> store::Result<()> {
        if let Outcome::Page(page) = &outcome {
            return self.settle_page(page);
        }
        let Some(id) = feed_of(&outcome) else { return Ok(()) };
        let (Some(row), Some(_)) = (self.ledger.feed(id)?, self.orders.feed(id)) else {
            // It has left the config meanwhile.
            self.settled.polls.push(Poll {
                feed: id,
                url: String::new(),
                name: String::new(),
                end: PollEnd::Unchanged,
                next_poll: None,
            });
            return Ok(());
        };
        match outcome {
            Outcome::Unchanged { reply, .. } => self.settle_unchanged(row, &reply),
            Outcome::Failed { fault, .. } => self.settle_failure(row, fault),
            Outcome::Read(reading) => self.settle_reading(row, *reading),
            Outcome::Page(_) | Outcome::Delivered { .. } => Ok(()),
        }
    }

    fn settle_unchanged(&mut self, mut row: FeedRow, reply: &Reply) -> store::Result<()> {
        if let Some(order) = self.orders.feed(row.id) {
            polls::book_success(&mut row, order, polls::bounds(&self.orders.config.fetch), reply, self.now);
        }
        self.close(&row, PollEnd::Unchanged)
    }

    fn settle_failure(&mut self, mut row: FeedRow, fault: Fault) -> store::Result<()> {
        if let Some(order) = self.orders.feed(row.id) {
            polls::book_failure(&mut row, order, polls::bounds(&self.orders.config.fetch), &fault, self.now);
        }
        if fault.class == FaultClass::Gone {
            let text =
                format!("{} is gone for good (410) and is left alone; remove it from the config", row.url);
            self.ledger.add_notice(&text, self.now)?;
        }
        self.tally.failed += 1;
        self.close(&row, PollEnd::Failed(fault))
    }

    /// A document: looks its entries up first; when some are fresh, they must be worked on before
    /// anything is booked.
    fn settle_reading(&mut self, row: FeedRow, mut reading: Reading) -> store::Result<()> {
        if reading.document.entries.is_empty() && row.entries > 0 {
            let detail = format!("no entries where there were {}", row.entries);
            return self.settle_failure(row, Fault { class: FaultClass::Emptied, detail, retry_after: None });
        }
        if reading.fresh.is_some() {
            return self.settle_worked(row, &reading);
        }
        let sifted = folding::sift(self.ledger, &reading)?;
        if sifted.fresh.is_empty() {
            reading.fresh = Some(Vec::new());
            return self.settle_worked(row, &reading);
        }
        let rules = Arc::clone(&self.orders.config.matcher);
        let work = Work { reading, fresh: sifted.fresh, rules, feed_name: row.name };
        self.settled.errands.push(Errand::Work(Box::new(work)));
        Ok(())
    }

    fn settle_worked(&mut self, mut row: FeedRow, reading: &Reading) -> store::Result<()> {
        let Some(order) = self.orders.feed(row.id) else { return Ok(()) };
        let first = row.last_success.is_none();
        let mut caught = Catch::default();
        if let Index::Ready(index) = self.index {
            let mut folding = Folding { ledger: self.ledger, orders: self.orders, index, now: self.now };
            caught = folding.take_in(reading, order, first)?;
        }
        polls::book_document(&mut row, order, &reading.document, reading.body_hash);
        if caught.entries > 0 {
            row.last_entry = Some(self.now);
        }
        if !first && is_gap(reading, caught) {
            row.gap_at = Some(self.now);
        }
        polls::book_success(
            &mut row,
            order,
            polls::bounds(&self.orders.config.fetch),
            &reading.reply,
            self.now,
        );
        self.tally.entries += caught.entries;
        self.tally.matched += caught.matched;
        self.close(&row, PollEnd::Read(caught))
    }

    fn close(&mut self, row: &FeedRow, end: PollEnd) -> store::Result<()> {
        self.tally.polls += 1;
        self.ledger.book_poll(row)?;
        self.settled.polls.push(Poll {
            feed: row.id,
            url: row.url.clone(),
            name: row.name.clone(),
            end,
            next_poll: row.next_poll,
        });
        Ok(())
    }
}

/// Nothing in the document was known: between two readings something may have been missed.
fn is_gap(reading: &Reading, caught: Catch) -> bool {
    let entries = reading.keys.len();
    entries > 1 && caught.entries as usize == entries || reading.document.cut
}
