//! Article pages: which are to be asked for, and what becomes of those that cannot be had.

use std::borrow::Cow;
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};

use super::folding::{self, Folding};
use super::index::Index;
use super::orders::Orders;
use super::queue::{Queue, Ticket};
use super::settling::Desk;
use super::{LEASE, PageEnd, Pipeline, polls};
use crate::news::entry::{Article, host};
use crate::news::errand::{Errand, Fault, FaultClass, Fetch, FetchPage, Validators};
use crate::news::reading::PageReading;
use crate::news::rule::Hit;
use crate::store::pages::PendingPage;
use crate::store::{self, Ledger, StoreFault};

/// Pages taken from the ledger at once.
const TAKEN_AT_ONCE: usize = 200;
/// A page that could not be had is asked for again after that,
const AGAIN_AFTER: TimeDelta = TimeDelta::minutes(2);
/// but the entry waits no longer than that in all.
const PATIENCE: TimeDelta = TimeDelta::minutes(10);

impl Pipeline {
    /// Puts the pages that are due in line with the polls.
    ///
    /// # Errors
    /// When the ledger cannot be written.
    pub fn take_due_pages(&mut self, now: DateTime<Utc>) -> Result<(), StoreFault> {
        let room = TAKEN_AT_ONCE.saturating_sub(self.queue.waiting());
        let due = self.store.read(|ledger| ledger.due_pages(now, room))?;
        if due.is_empty() {
            return Ok(());
        }
        let (orders, queue) = (&self.orders, &mut self.queue);
        self.store
            .write(|ledger| due.into_iter().try_for_each(|page| enqueue(ledger, orders, queue, page, now)))
    }
}

fn enqueue(
    ledger: &Ledger<'_>,
    orders: &Orders,
    queue: &mut Queue<Errand>,
    page: PendingPage,
    now: DateTime<Utc>,
) -> store::Result<()> {
    ledger.set_page_due(page.entry, now + LEASE, page.tries)?;
    let Some(url) = page.article.url.clone() else { return Ok(()) };
    let access = orders.feed(page.feed).map(|order| polls::access_for(order, &url)).unwrap_or_default();
    let fetch = Fetch { feed: page.feed, url, validators: Validators::default(), body_hash: None, access };
    let (entry, host) = (page.entry, host(&fetch.url).to_owned());
    let rules = Arc::clone(&orders.config.matcher);
    let errand = FetchPage { entry, fetch, article: page.article, rules };
    queue.push(Ticket::Page(entry), &host, Errand::FetchPage(Box::new(errand)));
    Ok(())
}

impl Desk<'_> {
    /// A page has come, or could not be had: it is tried again, or the feed's text has to do.
    pub(super) fn settle_page(&mut self, page: &PageReading) -> store::Result<()> {
        let Some(pending) = self.ledger.pending_page(page.entry)? else {
            return Ok(());
        };
        let waited = self.now - pending.first_seen;
        if page.fault.as_ref().is_some_and(may_pass) && waited + AGAIN_AFTER < PATIENCE {
            return self.ledger.set_page_due(page.entry, self.now + AGAIN_AFTER, pending.tries + 1);
        }
        let Some(order) = self.orders.feed(pending.feed) else {
            // The feed has left the config meanwhile: nothing of it is told any more.
            return self.ledger.close_page(page.entry, &folding::unfolded(page.entry), &page.text, false);
        };
        let Index::Ready(index) = &mut *self.index else { return Ok(()) };
        let mut folding =
            Folding { ledger: self.ledger, orders: self.orders, index, away_since: None, now: self.now };
        let matched = folding.take_page(page, &hits_now(page, &pending.article, self.orders), order)?;
        self.tally.matched += u32::from(matched);
        self.settled.pages.push(PageEnd {
            entry: page.entry,
            url: pending.article.url.unwrap_or_default(),
            matched,
            fault: page.fault.clone(),
        });
        Ok(())
    }
}

/// Hits of rules that a reload has replaced meanwhile are numbers of other rules now.
fn hits_now<'p>(page: &'p PageReading, article: &Article, orders: &Orders) -> Cow<'p, [Hit]> {
    let rules = &orders.config.matcher;
    if Arc::ptr_eq(&page.rules, rules) {
        return Cow::Borrowed(&page.hits);
    }
    Cow::Owned(rules.hits(&Article { text: page.text.clone(), ..article.clone() }))
}

fn may_pass(fault: &Fault) -> bool {
    use FaultClass::{Broken, Connect, Dns, Limited, NoRoom, Server, Timeout};
    matches!(fault.class, Broken | Connect | Dns | Limited | NoRoom | Server | Timeout)
}
