//! The outbox: which letters are to be tried, and what the answers change.

use chrono::{DateTime, TimeDelta, Utc};

use super::Pipeline;
use crate::news::errand::{Delivery, Errand, LetterId};
use crate::news::schedule;
use crate::store::outbox::{LetterRow, LetterState};
use crate::store::{self, Ledger, StoreFault};

/// A letter that was handed out and never came back is due again after that.
const LEASE: TimeDelta = TimeDelta::minutes(15);
/// Letters handed out at once.
const AT_ONCE: usize = 16;

pub(super) type Answer = (LetterId, Delivery);

/// A letter, and what the server said of it.
#[derive(Debug)]
pub struct Answered {
    pub letter: LetterRow,
    pub delivery: Delivery,
}

impl Pipeline {
    /// Letters whose time has come; none while no way to send them is known.
    ///
    /// # Errors
    /// When the ledger cannot be written.
    pub fn due_letters(&mut self, now: DateTime<Utc>) -> Result<Vec<Errand>, StoreFault> {
        let room = AT_ONCE.saturating_sub(self.letters_under_way);
        let is_due = |at: Option<DateTime<Utc>>| at.is_some_and(|at| at <= now);
        let due = self.store.read(|ledger| ledger.next_letter().map(is_due))?;
        if self.orders.config.mail.is_none() || room == 0 || !due {
            return Ok(Vec::new());
        }
        let letters = self.store.write_durably(|ledger| ledger.take_letters(now, now + LEASE, room))?;
        self.letters_under_way += letters.len();
        Ok(letters.into_iter().map(Errand::Deliver).collect())
    }

    /// Letters that wait or were given up are tried again now; how many.
    ///
    /// # Errors
    /// When the ledger cannot be written.
    pub fn retry_letters(&mut self, now: DateTime<Utc>) -> Result<usize, StoreFault> {
        self.store.write_durably(|ledger| ledger.retry_letters(now))
    }

    pub(super) fn settle_letters(
        &mut self,
        answers: &[Answer],
        now: DateTime<Utc>,
    ) -> Result<Vec<Answered>, StoreFault> {
        self.letters_under_way = self.letters_under_way.saturating_sub(answers.len());
        let give_up_after = self.orders.config.mail.as_ref().map(|mail| mail.give_up_after);
        self.store.write_durably(|ledger| {
            answers.iter().map(|answer| book(ledger, answer, give_up_after, now)).collect()
        })
    }
}

fn book(
    ledger: &Ledger<'_>,
    (id, delivery): &Answer,
    give_up_after: Option<TimeDelta>,
    now: DateTime<Utc>,
) -> store::Result<Answered> {
    let letter = ledger.letter(*id)?;
    match delivery {
        Delivery::Accepted(answer) => ledger.close_letter(*id, LetterState::Sent, answer, now)?,
        Delivery::Refused(answer) => {
            ledger.close_letter(*id, LetterState::Refused, answer, now)?;
            book_loss(ledger, &letter, &format!("was refused: {answer}"), now)?;
        }
        Delivery::Later(answer) if give_up_after.is_some_and(|limit| now - letter.composed_at >= limit) => {
            ledger.close_letter(*id, LetterState::GivenUp, answer, now)?;
            let tries = letter.attempts + 1;
            book_loss(ledger, &letter, &format!("was given up after {tries} tries: {answer}"), now)?;
        }
        Delivery::Later(answer) => {
            let next = schedule::next_delivery(letter.attempts + 1, now);
            ledger.postpone_letter(*id, next, answer)?;
        }
    }
    Ok(Answered { letter: ledger.letter(*id)?, delivery: delivery.clone() })
}

/// A letter reached nobody: the operator is told, and its stories are untold unless another
/// recipient has them, or may still get them.
fn book_loss(ledger: &Ledger<'_>, letter: &LetterRow, what: &str, now: DateTime<Utc>) -> store::Result<()> {
    ledger.add_notice(&format!("The letter “{}” to {} {what}", letter.subject, letter.recipient), now)?;
    if let Some(digest) = letter.digest
        && !ledger.part_lives(digest, letter.slot, letter.part)?
    {
        ledger.untell(digest, letter.slot, letter.part)?;
    }
    Ok(())
}
