//! What a poll changes in a feed's row: validators, health, the next poll.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use xxhash_rust::xxh3::xxh3_64;

use super::PollEnd;
use crate::config::{Conditional, Feed as FeedOrder, Fetch as FetchOrder};
use crate::news::entry::{Feed, host};
use crate::news::errand::{Access, Fault, FaultClass, Fetch, Reply, Traffic, Validators};
use crate::news::health;
use crate::news::schedule::{self, Bounds, Next, Reason, Rhythm, Why};
use crate::store::feeds::FeedRow;
use crate::store::polls::PollRow;

/// Whatever a server asks for: it is asked again after a day.
const LONGEST: TimeDelta = TimeDelta::hours(24);
/// Good readings through a permanent redirect before its target replaces the URL.
const TRUSTED_AFTER: u32 = 3;
/// Longest error text that is kept, in bytes.
const DETAIL: usize = 500;

pub(super) fn bounds(order: &FetchOrder) -> Bounds {
    Bounds { min: order.min_interval, max: LONGEST }
}

/// Stands in the ledger, so that a changed rhythm takes effect at once.
pub(super) fn rhythm_text(rhythm: &Rhythm) -> String {
    match rhythm {
        Rhythm::Every(interval) => format!("every {} s", interval.num_seconds()),
        Rhythm::Cron(cron, zone) => format!("{} {zone}", cron.written()),
    }
}

/// The errand for a feed that is due.
pub(super) fn errand(row: &FeedRow, order: &FeedOrder, now: DateTime<Utc>) -> Fetch {
    let Validators { etag, last_modified } = row.validators.clone();
    let validators = match order.conditional {
        _ if health::is_doubtful(row.entry_gap, row.last_entry, row.last_whole, now) => Validators::default(),
        Conditional::Both => Validators { etag, last_modified },
        Conditional::Etag => Validators { etag, last_modified: None },
        Conditional::Modified => Validators { etag: None, last_modified },
        Conditional::Never => Validators::default(),
    };
    Fetch {
        feed: row.id,
        url: row.fetch_url.clone(),
        validators,
        body_hash: row.body_hash,
        access: access_for(order, &row.fetch_url),
    }
}

/// The feed's login is for the feed's own origin, also after a move; its proxy is for everything.
pub(super) fn access_for(order: &FeedOrder, url: &str) -> Arc<Access> {
    let origin = |url: &str| url::Url::parse(url).ok().map(|url| url.origin());
    if origin(&order.url) == origin(url) {
        return Arc::clone(&order.access);
    }
    Arc::new(Access { proxy: order.access.proxy.clone(), ..Access::default() })
}

/// The feed answered well: with nothing new, or with a document that was read whole. Whether another URL
/// is the feed's from now on.
pub(super) fn book_success(
    row: &mut FeedRow,
    order: &FeedOrder,
    bounds: Bounds,
    reply: &Reply,
    now: DateTime<Utc>,
) -> bool {
    book_validators(row, reply);
    let moved = book_move(row, reply);
    row.last_attempt = Some(now);
    row.last_success = Some(now);
    row.failures = 0;
    row.failing_since = None;
    row.fault = None;
    row.fault_detail = None;
    if !reply.not_modified {
        row.last_whole = Some(now);
    }
    let seed = seed(row, now);
    let next = schedule::next_poll(&order.rhythm, bounds, &row.pacing, reply.fresh_for, now, seed);
    put_off(row, next);
    moved
}

/// What a document says of itself.
pub(super) fn book_document(row: &mut FeedRow, order: &FeedOrder, document: &Feed, body_hash: u64) {
    row.body_hash = Some(body_hash);
    row.pacing = document.pacing.clone();
    row.entries = u32::try_from(document.entries.len()).unwrap_or(u32::MAX);
    row.repaired = document.repaired;
    if order.name.is_none() && !document.title.is_empty() {
        row.name.clone_from(&document.title);
    }
}

/// A poll failed; what is known of the feed stays, the next try is put off.
pub(super) fn book_failure(
    row: &mut FeedRow,
    order: &FeedOrder,
    bounds: Bounds,
    fault: &Fault,
    now: DateTime<Utc>,
) {
    row.last_attempt = Some(now);
    row.failures = row.failures.saturating_add(1);
    row.failing_since = row.failing_since.or(Some(now));
    row.fault = Some(fault.class.name().to_owned());
    row.fault_detail = Some(shortened(&fault.detail));
    row.moved_to = None;
    row.moved_count = 0;
    if fault.class == FaultClass::Gone {
        row.next_poll = None;
        row.next_why = Some(Why::plainly(Reason::Gone));
        return;
    }
    let seed = seed(row, now);
    put_off(row, schedule::next_try(&order.rhythm, bounds, row.failures, fault.retry_after, now, seed));
}

fn put_off(row: &mut FeedRow, next: Next) {
    // Its host was told to wait while this poll was under way.
    let is_held = row.next_why.is_some_and(|why| why.reason == Reason::HostRetryAfter);
    if is_held && row.next_poll > Some(next.at) {
        return;
    }
    row.next_poll = Some(next.at);
    row.next_why = Some(next.why);
}

/// What is kept of a poll for the feed's history.
pub(super) fn remembered(row: &FeedRow, end: &PollEnd, traffic: Traffic, at: DateTime<Utc>) -> PollRow {
    let (outcome, entries, fresh) = match end {
        PollEnd::Failed(fault) => (fault.class.name(), None, 0),
        PollEnd::Unchanged => ("unchanged", None, 0),
        PollEnd::Read(caught) if caught.entries == 0 => ("unchanged", Some(row.entries), 0),
        PollEnd::Read(caught) => ("new", Some(row.entries), caught.entries),
    };
    let repaired = entries.is_some() && row.repaired;
    PollRow { at, outcome: outcome.to_owned(), entries, fresh, repaired, traffic }
}

/// It was our own network: nothing is counted against the feed, and it is tried again soon.
pub(super) fn book_outage(row: &mut FeedRow, now: DateTime<Utc>) {
    row.last_attempt = Some(now);
    put_off(row, after_outage(row, now));
}

/// It was our own memory: the same, but its server was asked, and is not asked too often.
pub(super) fn book_no_room(row: &mut FeedRow, bounds: Bounds, now: DateTime<Utc>) {
    row.last_attempt = Some(now);
    let next = schedule::next_after_ours(Reason::NoRoom, bounds.min, now, seed(row, now));
    put_off(row, next);
}

/// The failures of an outage of ours that were counted before it was known for one.
pub(super) fn excuse(row: &mut FeedRow, now: DateTime<Utc>) {
    row.failures = row.failures.saturating_sub(1);
    if row.failures == 0 {
        row.failing_since = None;
        row.fault = None;
        row.fault_detail = None;
    }
    if row.next_poll.is_some() {
        put_off(row, after_outage(row, now));
    }
}

/// Nobody was reached, so nobody is asked too often.
fn after_outage(row: &FeedRow, now: DateTime<Utc>) -> Next {
    schedule::next_after_ours(Reason::Outage, TimeDelta::zero(), now, seed(row, now))
}

/// RFC 9110 § 15.4.5: a 304 names what has changed; a 200 replaces everything, also by nothing.
fn book_validators(row: &mut FeedRow, reply: &Reply) {
    let sent = reply.validators.clone();
    if reply.not_modified {
        row.validators.etag = sent.etag.or(row.validators.etag.take());
        row.validators.last_modified = sent.last_modified.or(row.validators.last_modified.take());
    } else {
        row.validators = sent;
    }
}

fn book_move(row: &mut FeedRow, reply: &Reply) -> bool {
    let Some(target) = &reply.moved_to else {
        row.moved_to = None;
        row.moved_count = 0;
        return false;
    };
    let again = row.moved_to.as_ref() == Some(target);
    row.moved_count = if again { row.moved_count + 1 } else { 1 };
    row.moved_to = Some(target.clone());
    let trusted = row.moved_count >= TRUSTED_AFTER;
    if trusted {
        host(target).clone_into(&mut row.host);
        row.fetch_url.clone_from(target);
        row.moved_to = None;
        row.moved_count = 0;
    }
    trusted
}

/// Spreads the polls of different feeds, and of one feed at different times.
fn seed(row: &FeedRow, now: DateTime<Utc>) -> u64 {
    xxh3_64(row.url.as_bytes()) ^ now.timestamp().cast_unsigned().wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

fn shortened(detail: &str) -> String {
    let mut end = detail.len().min(DETAIL);
    while !detail.is_char_boundary(end) {
        end -= 1;
    }
    detail[..end].to_owned()
}
