//! Channels beyond mail: what their rules find is told at once, within each one's pace.
//!
//! A channel looks at hits as the urgent letters of a digest do, with a cursor and marks of its own: what
//! it looked at waits in the ledger until it may be sent.

use chrono::{DateTime, Utc};

use super::Pipeline;
use super::orders::Orders;
use super::telling::{Teller, shown};
use super::urgent::{has_work, ripe};
use super::wanted::Wanted;
use crate::news::digest::Telling;
use crate::news::notification::{self, Channel, Notification};
use crate::news::story::Edit;
use crate::store::outbox::NewLetter;
use crate::store::telling::{DigestRow, HitRow, Kind};
use crate::store::{self, Ledger, StoreFault};

/// What a channel told.
#[derive(Debug)]
pub struct Notified {
    pub channel: String,
    /// In the outbox now.
    pub notifications: Vec<Notification>,
}

/// What one look brought.
#[derive(Default)]
struct Look {
    notified: Option<Notified>,
    /// When what is held may be sent.
    next: Option<DateTime<Utc>>,
}

impl Pipeline {
    /// Composes the notifications that may be sent now, if anything has come since the last look:
    /// notifications, "told" marks and cursor are one transaction for each channel.
    ///
    /// # Errors
    /// When the ledger cannot be written; it is looked again then.
    pub fn compose_notifications(&mut self, now: DateTime<Utc>) -> Result<Vec<Notified>, StoreFault> {
        let mut notified = Vec::new();
        if self.next_notify.is_none_or(|at| at > now) {
            return Ok(notified);
        }
        let orders = &self.orders;
        let mut next = None;
        for channel in orders.config.notify.iter().map(|notify| &notify.channel) {
            if !self.store.read(|ledger| has_work(ledger, Kind::Notify, &channel.name))? {
                continue;
            }
            let look = self.store.write_durably(|ledger| look(ledger, orders, channel, now))?;
            notified.extend(look.notified);
            next = [next, look.next].into_iter().flatten().min();
        }
        self.next_notify = next;
        Ok(notified)
    }
}

fn look(ledger: &Ledger<'_>, orders: &Orders, channel: &Channel, now: DateTime<Utc>) -> store::Result<Look> {
    let row = ledger.teller(Kind::Notify, &channel.name)?;
    let rules = Wanted::new(orders, Kind::Notify, &channel.rules);
    let cursor = take_fresh(ledger, &row, &rules)?;
    let language = channel.language;
    let stories = ripe(&Teller { ledger, orders, rules: &rules, row: &row, language }, now)?;
    if stories.is_empty() {
        return Ok(Look::default());
    }
    let at = channel.pace.next(ledger.last_letter(row.id)?, now);
    if at > now {
        return Ok(Look { notified: None, next: Some(at) });
    }
    let slot = row.free_slot(now);
    let notifications = notification::compose(channel, slot, &stories);
    put_into_outbox(ledger, &row, slot, &notifications, &stories, now)?;
    ledger.advance_digest(row.id, cursor, slot)?;
    Ok(Look { notified: Some(Notified { channel: channel.name.clone(), notifications }), next: None })
}

/// Fresh hits make their stories wait to be told; up to where that was looked at. What a feed brings
/// after months is no news for a channel.
fn take_fresh(ledger: &Ledger<'_>, row: &DigestRow, rules: &Wanted<'_>) -> store::Result<i64> {
    let fresh = ledger.hits_after(row)?;
    let is_news = |hit: &&HitRow| !hit.told || hit.edit.as_ref().is_some_and(Edit::is_urgent);
    for hit in fresh.iter().filter(is_news).filter(|hit| !hit.backlog && rules.wants(hit)) {
        ledger.owe(row.id, hit.story)?;
    }
    let cursor = fresh.last().map_or(row.cursor, |newest| newest.id);
    ledger.advance_digest(row.id, cursor, row.last_slot)?;
    Ok(cursor)
}

/// Notifications and "told" marks: never one without the other.
fn put_into_outbox(
    ledger: &Ledger<'_>,
    row: &DigestRow,
    slot: DateTime<Utc>,
    notifications: &[Notification],
    stories: &[Telling],
    now: DateTime<Utc>,
) -> store::Result<()> {
    for notification in notifications {
        let new = NewLetter {
            digest: Some(row.id),
            slot,
            part: notification.part,
            recipient: &row.name,
            message_id: &notification.id,
            subject: &notification.title,
            bytes: notification.body.as_bytes(),
        };
        ledger.add_letter(&new, now)?;
        ledger.mark_told(row.id, slot, notification.part, &shown(&notification.stories, stories))?;
    }
    Ok(())
}
