//! Channels beyond mail: what their rules find is told at once, within each one's pace.

use chrono::{DateTime, Utc};

use super::Pipeline;
use super::at_once::{Look, has_work, sooner};
use super::orders::Orders;
use super::telling::{Teller, shown};
use super::wanted::Wanted;
use crate::news::digest::Telling;
use crate::news::notification::{self, Channel, Notification};
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
            notified.extend(look.told);
            next = sooner(next, look.next);
        }
        self.next_notify = next;
        Ok(notified)
    }
}

fn look(
    ledger: &Ledger<'_>,
    orders: &Orders,
    channel: &Channel,
    now: DateTime<Utc>,
) -> store::Result<Look<Notified>> {
    let row = ledger.teller(Kind::Notify, &channel.name)?;
    let rules = Wanted::new(orders, Kind::Notify, &channel.rules);
    let teller = Teller { ledger, orders, rules: &rules, row: &row, language: channel.language };
    let anything = |_: &HitRow| Ok(true);
    teller.look(channel.pace, now, anything, |stories, slot| {
        let notifications = notification::compose(channel, slot, &stories);
        put_into_outbox(ledger, &row, slot, &notifications, &stories, now)?;
        Ok(Some(Notified { channel: channel.name.clone(), notifications }))
    })
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
