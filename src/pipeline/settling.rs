//! Settling what came back: all of it in one transaction.

use std::collections::HashSet;
use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::folding::{self, Catch, Folding};
use super::index::Index;
use super::orders::Orders;
use super::outage::{self, Outage, Sign, Turn};
use super::queue::Ticket;
use super::{Pipeline, Poll, PollEnd, Settled, letters, polls};
use crate::news::entry::FeedId;
use crate::news::errand::{Errand, Fault, FaultClass, Outcome, Reply, Traffic};
use crate::news::health;
use crate::news::notice::Notice;
use crate::news::reading::{Key, Reading, Work};
use crate::news::rule::Rules;
use crate::news::schedule;
use crate::store::feeds::FeedRow;
use crate::store::report::Tally;
use crate::store::{self, Ledger, StoreFault};

impl Pipeline {
    /// Remembers what came back. All of it is one transaction: when it fails, nothing of it is
    /// remembered, and the feeds are polled again when their lease is over.
    ///
    /// # Errors
    /// When the ledger cannot be written.
    pub fn settle(&mut self, outcomes: Vec<Outcome>, now: DateTime<Utc>) -> Result<Settled, StoreFault> {
        let outcomes = self.spread(outcomes);
        let (polls, answers) = self.sort(outcomes);
        let mut settled = Settled::default();
        if !polls.is_empty() {
            self.prepare_index(&polls)?;
            self.settle_polls(polls, now, &mut settled)?;
            self.look_at_once(now);
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
                Outcome::Delivered { letter, delivery, retry_after } => {
                    answers.push(letters::Answer { letter, delivery, retry_after });
                }
                worked if is_worked(&worked) && matches!(self.index, Index::Building) => {
                    if let Some(ticket) = ticket_of(&worked) {
                        self.queue.park(ticket);
                    }
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
        let (orders, index, outage) = (&self.orders, &mut self.index, &mut self.outage);
        let tickets: Vec<Ticket> = polls.iter().filter_map(ticket_of).collect();
        let written = self.store.write(|ledger| {
            let mut desk = Desk {
                ledger,
                orders,
                index,
                outage,
                now,
                tally: Tally::default(),
                settled: Settled::default(),
                failing: Vec::new(),
            };
            for outcome in polls {
                desk.settle_poll(outcome)?;
            }
            ledger.count(desk.tally, now)?;
            Ok((desk.settled, desk.failing))
        });
        match written {
            Ok((done, failing)) => {
                let at_work: HashSet<FeedId> = done.errands.iter().filter_map(feed_at_work).collect();
                let over = |ticket: &&Ticket| !matches!(ticket, Ticket::Feed(feed) if at_work.contains(feed));
                for ticket in tickets.iter().filter(over) {
                    self.queue.done(*ticket);
                }
                for (feed, fails) in failing {
                    if fails {
                        self.failing.insert(feed)
                    } else {
                        self.failing.remove(&feed)
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
}

/// It can only be settled with an index.
pub(super) fn is_worked(outcome: &Outcome) -> bool {
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
pub(super) struct Desk<'a> {
    pub ledger: &'a Ledger<'a>,
    pub orders: &'a Orders,
    pub index: &'a mut Index,
    outage: &'a mut Outage,
    pub now: DateTime<Utc>,
    pub tally: Tally,
    pub settled: Settled,
    /// Which feeds fail now, and which do no longer.
    failing: Vec<(FeedId, bool)>,
}

impl Desk<'_> {
    fn settle_poll(&mut self, outcome: Outcome) -> store::Result<()> {
        if let Outcome::Page(page) = &outcome {
            return self.settle_page(page);
        }
        let Some(id) = feed_of(&outcome) else { return Ok(()) };
        let (Some(row), Some(_)) = (self.ledger.feed(id)?, self.orders.feed(id)) else {
            // It has left the config meanwhile.
            self.outage.forget(id);
            self.settled.polls.push(Poll {
                feed: id,
                url: String::new(),
                name: String::new(),
                end: PollEnd::Unchanged,
                next_poll: None,
            });
            return Ok(());
        };
        let sign = match &outcome {
            Outcome::Failed { fault, .. } => outage::sign_of(fault.class),
            _ => Some(Sign::Answered),
        };
        let Some(sign) = sign else {
            self.outage.forget(id);
            return self.settle_answer(row, outcome);
        };
        let turn = self.outage.over(id, &row.host, sign, row.failures > 0, self.now);
        match outcome {
            Outcome::Failed { fault, .. } if sign != Sign::Answered => {
                self.settle_unanswered(row, &fault, turn)
            }
            answered => {
                self.take_turn(turn)?;
                self.settle_answer(row, answered)
            }
        }
    }

    fn settle_answer(&mut self, row: FeedRow, outcome: Outcome) -> store::Result<()> {
        match outcome {
            Outcome::Unchanged { reply, .. } => self.settle_unchanged(row, &reply),
            Outcome::Failed { fault, .. } => self.settle_failure(row, &fault),
            Outcome::Read(reading) => self.settle_reading(row, *reading),
            Outcome::Page(_) | Outcome::Delivered { .. } => Ok(()),
        }
    }

    fn settle_unchanged(&mut self, mut row: FeedRow, reply: &Reply) -> store::Result<()> {
        if let Some(order) = self.orders.feed(row.id) {
            let bounds = polls::bounds(&self.orders.config.fetch);
            if polls::book_success(&mut row, order, bounds, reply, self.now) {
                self.name_twin(&row)?;
            }
        }
        self.close(&row, PollEnd::Unchanged, reply.traffic)
    }

    /// Nobody answered: their fault, or ours.
    fn settle_unanswered(&mut self, mut row: FeedRow, fault: &Fault, turn: Turn) -> store::Result<()> {
        if turn != Turn::None || !self.outage.is_on() {
            self.settle_failure(row, fault)?;
            return self.take_turn(turn);
        }
        polls::book_outage(&mut row, self.now);
        self.close_failed(&row, fault)
    }

    fn take_turn(&mut self, turn: Turn) -> store::Result<()> {
        match turn {
            Turn::None => Ok(()),
            Turn::Began(since, feeds) => {
                self.ledger.open_outage(since)?;
                for id in feeds {
                    if let Some(mut row) = self.ledger.feed(id)? {
                        polls::excuse(&mut row, self.now);
                        self.failing.push((id, row.fault.is_some()));
                        self.ledger.book_poll(&row)?;
                    }
                }
                Ok(())
            }
            Turn::Ended(since) => self.ledger.close_outage(since, self.now),
        }
    }

    fn settle_failure(&mut self, mut row: FeedRow, fault: &Fault) -> store::Result<()> {
        if fault.class == FaultClass::NoRoom {
            polls::book_no_room(&mut row, polls::bounds(&self.orders.config.fetch), self.now);
            return self.close_failed(&row, fault);
        }
        if let Some(order) = self.orders.feed(row.id) {
            polls::book_failure(&mut row, order, polls::bounds(&self.orders.config.fetch), fault, self.now);
        }
        if fault.class == FaultClass::Gone {
            self.ledger.add_notice(&Notice::Gone { url: row.url.clone() }, self.now)?;
        }
        self.close_failed(&row, fault)?;
        self.hold_limited_host(&row, fault)
    }

    /// A wait is the feed's; it becomes its host's when at least half of the host's feeds, and at
    /// least five, were limited within one interval.
    fn hold_limited_host(&self, row: &FeedRow, fault: &Fault) -> store::Result<()> {
        let (FaultClass::Limited, Some(wait)) = (fault.class, fault.retry_after) else { return Ok(()) };
        let class = FaultClass::Limited.name();
        let since = self.now - self.orders.config.fetch.every;
        let (feeds, limited) = self.ledger.limited_feeds(&row.host, class, since)?;
        if limited >= 5 && limited * 2 >= feeds {
            let bounds = polls::bounds(&self.orders.config.fetch);
            self.ledger.hold_host(&row.host, schedule::host_held(bounds, wait, self.now))?;
        }
        Ok(())
    }

    /// A document: looks its entries up first; when some are fresh, they must be worked on before
    /// anything is booked.
    fn settle_reading(&mut self, mut row: FeedRow, mut reading: Reading) -> store::Result<()> {
        if reading.document.entries.is_empty() && row.entries > 0 {
            let detail = format!("no entries where there were {}", row.entries);
            let fault = Fault::new(FaultClass::Emptied, detail);
            return self.settle_failure(row, &Fault { traffic: reading.reply.traffic, ..fault });
        }
        // Hits of rules that a reload has replaced are numbers of other rules now: it is worked on again.
        let is_of_now = |rules: &Arc<Rules>| Arc::ptr_eq(rules, &self.orders.config.matcher);
        if reading.fresh.is_some() && reading.rules.as_ref().is_none_or(is_of_now) {
            return self.settle_worked(row, &reading);
        }
        let fresh = match reading.fresh.take() {
            Some(fresh) => fresh.iter().map(|fresh| fresh.key).collect(),
            None => self.sift(&mut row, &reading)?,
        };
        if fresh.is_empty() {
            reading.fresh = Some(Vec::new());
            return self.settle_worked(row, &reading);
        }
        let rules = Arc::clone(&self.orders.config.matcher);
        let work = Work::on(reading, fresh, rules, row.name);
        self.settled.errands.push(Errand::Work(Box::new(work)));
        Ok(())
    }

    fn sift(&self, row: &mut FeedRow, reading: &Reading) -> store::Result<Vec<Key>> {
        let sifted = folding::sift(self.ledger, reading)?;
        if sifted.is_flood() {
            row.rekeyed_at = Some(self.now);
            self.ledger.set_rekeyed(row.id, self.now)?;
        }
        Ok(sifted.fresh)
    }

    fn settle_worked(&mut self, mut row: FeedRow, reading: &Reading) -> store::Result<()> {
        let Some(order) = self.orders.feed(row.id) else { return Ok(()) };
        let first = row.last_success.is_none();
        let away = away_since(&row, reading, self.now);
        let mut caught = Catch::default();
        if let Index::Ready(index) = self.index {
            let mut folding =
                Folding { ledger: self.ledger, orders: self.orders, index, away_since: away, now: self.now };
            caught = folding.take_in(reading, order, first)?;
        }
        polls::book_document(&mut row, order, &reading.document, reading.body_hash);
        if caught.entries > 0 {
            row.entry_gap = health::mean_gap(row.entry_gap, row.last_entry, self.now);
            row.last_entry = Some(self.now);
        }
        if let Some(since) = away {
            self.ledger.add_notice(&back(&row, since, caught, self.now), self.now)?;
        }
        if !first && is_gap(reading, caught) {
            row.gap_at = Some(self.now);
        }
        let bounds = polls::bounds(&self.orders.config.fetch);
        if polls::book_success(&mut row, order, bounds, &reading.reply, self.now) {
            self.name_twin(&row)?;
        }
        self.tally.entries += caught.entries;
        self.tally.matched += caught.matched;
        self.close(&row, PollEnd::Read(caught), reading.reply.traffic)
    }

    /// A feed that has moved to where another one is read: the config can see that no more.
    fn name_twin(&self, row: &FeedRow) -> store::Result<()> {
        let Some(twin) = self.ledger.twin(row)? else { return Ok(()) };
        let (url, there) = (row.url.clone(), row.fetch_url.clone());
        self.ledger.add_notice(&Notice::Moved { url, there, twin }, self.now)
    }

    fn close_failed(&mut self, row: &FeedRow, fault: &Fault) -> store::Result<()> {
        self.tally.failed += 1;
        self.close(row, PollEnd::Failed(fault.clone()), fault.traffic)
    }

    fn close(&mut self, row: &FeedRow, end: PollEnd, traffic: Traffic) -> store::Result<()> {
        self.tally.polls += 1;
        self.ledger.book_poll(row)?;
        self.ledger.add_poll(row.id, &polls::remembered(row, &end, traffic, self.now))?;
        self.failing.push((row.id, row.fault.is_some()));
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

fn away_since(row: &FeedRow, reading: &Reading, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let fresh = reading.fresh.as_ref().map_or(0, Vec::len);
    let known = reading.keys.len().saturating_sub(fresh);
    health::away_since(row.last_success, row.last_entry, now, fresh, known)
}

fn back(row: &FeedRow, since: DateTime<Utc>, caught: Catch, now: DateTime<Utc>) -> Notice {
    let feed = if row.name.is_empty() { row.url.clone() } else { row.name.clone() };
    let days = u32::try_from((now - since).num_days()).unwrap_or_default();
    let Catch { entries, matched, .. } = caught;
    Notice::Back { feed, days, entries, matched }
}

/// Nothing in the document was known: between two readings something may have been missed.
fn is_gap(reading: &Reading, caught: Catch) -> bool {
    let entries = reading.keys.len();
    entries > 1 && caught.entries as usize == entries || reading.document.cut
}
