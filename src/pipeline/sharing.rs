//! Feeds that are asked for at one place, since a permanent redirect brought them together: one request serves them
//! all, and each keeps its entries, rules, name and rhythm.

use chrono::{DateTime, Utc};

use super::orders::Orders;
use super::polls;
use super::queue::{Queue, Ticket};
use super::{LEASE, Pipeline};
use crate::news::entry::FeedId;
use crate::news::errand::{Errand, Fetch, Outcome, Validators};
use crate::news::reading::Reading;
use crate::news::schedule::{Next, Reason, Why};
use crate::store::feeds::FeedRow;
use crate::store::{self, Ledger};

/// Puts the request for a feed into the queue, for its whole group; gives the feeds that it serves.
pub(super) fn enqueue(
    ledger: &Ledger<'_>,
    orders: &Orders,
    queue: &mut Queue<Errand>,
    row: &FeedRow,
    now: DateTime<Utc>,
) -> store::Result<Vec<FeedId>> {
    let group = group(ledger, orders, queue, row)?;
    let (Some(first), Some(errand)) = (group.first(), errand(&group, orders, now)) else {
        return Ok(Vec::new());
    };
    if queue.push(Ticket::Feed(first.id), &first.host, Errand::Fetch(errand)) {
        let others = group[1..].iter().map(|row| Ticket::Feed(row.id)).collect();
        queue.share(Ticket::Feed(first.id), others);
    }
    let under_way = Next { at: now + LEASE, why: Why::plainly(Reason::UnderWay) };
    for row in &group {
        ledger.set_next_poll(row.id, under_way)?;
    }
    Ok(group.into_iter().map(|row| row.id).collect())
}

/// The feeds that one request can serve together with this one, the oldest first: asked for at the same URL, in the
/// same way, and not under way already.
fn group(
    ledger: &Ledger<'_>,
    orders: &Orders,
    queue: &Queue<Errand>,
    row: &FeedRow,
) -> store::Result<Vec<FeedRow>> {
    let way = |row: &FeedRow| {
        let order = orders.feed(row.id)?;
        Some((order.conditional, polls::access_for(order, &row.fetch_url)))
    };
    let ours = way(row);
    if ours.is_none() {
        return Ok(Vec::new());
    }
    if ledger.twin(row)?.is_none() {
        return Ok(vec![row.clone()]);
    }
    let mut group = ledger.feeds_at(&row.fetch_url)?;
    group.retain(|other| {
        let is_free = other.next_poll.is_some() && !queue.is_open(Ticket::Feed(other.id));
        other.id == row.id || is_free && way(other) == ours
    });
    Ok(group)
}

/// What the server is asked. When the feeds of a group do not know the same of it, nothing is said of what is known:
/// "not modified" would be true of one of them only.
fn errand(group: &[FeedRow], orders: &Orders, now: DateTime<Utc>) -> Option<Fetch> {
    let first = group.first()?;
    let errand = polls::errand(first, orders.feed(first.id)?, now);
    let agree =
        group.iter().all(|row| row.validators == first.validators && row.body_hash == first.body_hash);
    Some(if agree { errand } else { Fetch { validators: Validators::default(), body_hash: None, ..errand } })
}

impl Pipeline {
    /// The outcomes of requests, once more for each feed that a request has served beside its own.
    pub(super) fn spread(&mut self, outcomes: Vec<Outcome>) -> Vec<Outcome> {
        let mut all = Vec::with_capacity(outcomes.len());
        for outcome in outcomes {
            let others = ticket_of(&outcome).map_or_else(Vec::new, |ticket| self.queue.take_sharers(ticket));
            let again = others.into_iter().filter_map(|other| match other {
                Ticket::Feed(feed) => again(&outcome, feed),
                Ticket::Page(_) => None,
            });
            let again: Vec<Outcome> = again.collect();
            all.push(outcome);
            all.extend(again);
        }
        all
    }
}

/// Of the first outcome of a poll.
fn ticket_of(outcome: &Outcome) -> Option<Ticket> {
    match outcome {
        Outcome::Unchanged { feed, .. } | Outcome::Failed { feed, .. } => Some(Ticket::Feed(*feed)),
        Outcome::Read(reading) => Some(Ticket::Feed(reading.feed)),
        Outcome::Page(_) | Outcome::Delivered { .. } => None,
    }
}

/// The same outcome for another feed.
fn again(outcome: &Outcome, feed: FeedId) -> Option<Outcome> {
    match outcome {
        Outcome::Unchanged { reply, .. } => Some(Outcome::Unchanged { feed, reply: reply.clone() }),
        Outcome::Failed { fault, .. } => Some(Outcome::Failed { feed, fault: fault.clone() }),
        Outcome::Read(reading) => Some(Outcome::Read(Box::new(Reading {
            feed,
            reply: reading.reply.clone(),
            body_hash: reading.body_hash,
            document: reading.document.clone(),
            keys: reading.keys.clone(),
            fresh: None,
            rules: None,
        }))),
        Outcome::Page(_) | Outcome::Delivered { .. } => None,
    }
}
