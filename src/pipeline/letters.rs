//! The outbox: which letters and notifications are to be tried, and what the answers change.

use chrono::{DateTime, TimeDelta, Utc};

use super::Pipeline;
use super::orders::Orders;
use crate::news::errand::{Delivery, Errand, LetterId};
use crate::news::notice::Notice;
use crate::news::schedule;
use crate::store::outbox::{DigestId, LetterRow, LetterState};
use crate::store::telling::Kind;
use crate::store::{self, Ledger, StoreFault};

/// A letter that was handed out and never came back is due again after that.
const LEASE: TimeDelta = TimeDelta::minutes(15);
/// Letters handed out at once.
const AT_ONCE: usize = 16;

/// A notification whose channel has left the config waits so long for it to come back.
const CHANNEL_MISSED: TimeDelta = TimeDelta::days(3);
/// A server may ask for no longer rest.
const LONGEST_REST: TimeDelta = TimeDelta::days(1);

/// What was said to a letter.
pub(super) struct Answer {
    pub letter: LetterId,
    pub delivery: Delivery,
    pub retry_after: Option<TimeDelta>,
}

/// A letter, and what the server said of it.
#[derive(Debug)]
pub struct Answered {
    pub letter: LetterRow,
    pub delivery: Delivery,
}

/// What became of the wish to drop a letter.
#[derive(Debug)]
pub enum Dropped {
    Done {
        letter: Box<LetterRow>,
        /// Stories that are to be told again.
        untold: usize,
    },
    Unknown,
    /// The server has it in its hands.
    UnderWay,
    Over(LetterState),
}

impl Dropped {
    /// One sentence for a person; an error when nothing was dropped.
    ///
    /// # Errors
    /// Says why nothing was dropped.
    pub fn said(&self) -> Result<String, String> {
        match self {
            Self::Done { letter, untold: 0 } => Ok(format!("{} is dropped", letter.called())),
            Self::Done { letter, untold } => {
                let stories = if *untold == 1 { "story" } else { "stories" };
                let (called, digest) = (letter.called(), &letter.digest_name);
                Ok(format!("{called} is dropped; the next “{digest}” tells its {untold} {stories}"))
            }
            Self::Unknown => Err("there is no such letter: see `wirewatch mail queue`".to_owned()),
            Self::UnderWay => Err("the letter is being handed over right now: try again".to_owned()),
            Self::Over(state) => Err(format!("the letter does not wait, it is {}", state.name())),
        }
    }
}

impl Pipeline {
    /// Letters and notifications whose time has come; no letters while no way to send them is known.
    ///
    /// # Errors
    /// When the ledger cannot be written.
    pub fn due_letters(&mut self, now: DateTime<Utc>) -> Result<Vec<Errand>, StoreFault> {
        let is_due = |at: Option<DateTime<Utc>>| at.is_some_and(|at| at <= now);
        if !self.store.read(|ledger| ledger.next_letter().map(is_due))? {
            return Ok(Vec::new());
        }
        let mut errands = self.due_mail(now)?;
        errands.extend(self.due_notifications(now)?);
        Ok(errands)
    }

    fn due_mail(&mut self, now: DateTime<Utc>) -> Result<Vec<Errand>, StoreFault> {
        let under_way = self.letters_under_way.len() - self.busy_channels.len();
        let room = AT_ONCE.saturating_sub(under_way);
        if self.orders.config.mail.is_none() || room == 0 {
            return Ok(Vec::new());
        }
        let letters = self.store.write_durably(|ledger| ledger.take_letters(now, now + LEASE, room))?;
        // A slow server may think longer than the lease.
        let free = letters.into_iter().filter(|letter| self.letters_under_way.insert(letter.letter));
        Ok(free.map(Errand::Deliver).collect())
    }

    /// One at a time for each channel: one that hangs holds up its own alone.
    fn due_notifications(&mut self, now: DateTime<Utc>) -> Result<Vec<Errand>, StoreFault> {
        let busy: Vec<DigestId> = self.busy_channels.values().copied().collect();
        let taken = self.store.write_durably(|ledger| ledger.take_notifications(now, now + LEASE, &busy))?;
        for (channel, notify) in &taken {
            self.letters_under_way.insert(notify.letter);
            self.busy_channels.insert(notify.letter, *channel);
        }
        Ok(taken.into_iter().map(|(_, notify)| Errand::Notify(notify)).collect())
    }

    /// Letters that wait are tried again now, and given-up ones whose stories are not untold; channels
    /// tell what they have lost. How many letters and notifications that makes.
    ///
    /// # Errors
    /// When the ledger cannot be written.
    pub fn retry_letters(&mut self, now: DateTime<Utc>) -> Result<usize, StoreFault> {
        let under_way = &self.letters_under_way;
        let waiting = self.store.write_durably(|ledger| {
            ledger.wake_rest(None)?;
            ledger.retry_letters(under_way, now)
        })?;
        self.next_notify = Some(now);
        let again = self.compose_notifications(now)?;
        Ok(waiting + again.iter().map(|channel| channel.notifications.len()).sum::<usize>())
    }

    /// A letter that waits is sent no more; its stories are untold again unless another recipient has
    /// its part, or may still get it.
    ///
    /// # Errors
    /// When the ledger cannot be written.
    pub fn drop_letter(&mut self, id: LetterId, now: DateTime<Utc>) -> Result<Dropped, StoreFault> {
        if self.letters_under_way.contains(&id) {
            return Ok(Dropped::UnderWay);
        }
        self.store.write_durably(|ledger| {
            let Some(letter) = ledger.find_letter(id)? else { return Ok(Dropped::Unknown) };
            if letter.state != LetterState::Waiting {
                return Ok(Dropped::Over(letter.state));
            }
            ledger.drop_letter(id, now)?;
            let untold = untell(ledger, &letter)?;
            Ok(Dropped::Done { letter: Box::new(letter), untold })
        })
    }

    pub(super) fn settle_letters(
        &mut self,
        answers: &[Answer],
        now: DateTime<Utc>,
    ) -> Result<Vec<Answered>, StoreFault> {
        for answer in answers {
            self.letters_under_way.remove(&answer.letter);
            self.busy_channels.remove(&answer.letter);
        }
        let orders = &self.orders;
        let answered = self
            .store
            .write_durably(|ledger| answers.iter().map(|answer| book(ledger, orders, answer, now)).collect());
        // A channel that takes something again tells what it has lost.
        self.next_notify = Some(now);
        answered
    }
}

fn book(ledger: &Ledger<'_>, orders: &Orders, said: &Answer, now: DateTime<Utc>) -> store::Result<Answered> {
    let Answer { letter: id, delivery, retry_after } = said;
    let letter = ledger.letter(*id)?;
    let is_too_late = give_up_after(orders, &letter).is_some_and(|limit| now - letter.composed_at >= limit);
    match delivery {
        Delivery::Accepted(answer) => {
            ledger.close_letter(*id, LetterState::Sent, answer, now)?;
            ledger.wake_rest(letter.digest)?;
        }
        Delivery::Refused(answer) => {
            ledger.close_letter(*id, LetterState::Refused, answer, now)?;
            book_loss(ledger, &letter, None, answer, now)?;
        }
        Delivery::Later(answer) if is_too_late => {
            ledger.close_letter(*id, LetterState::GivenUp, answer, now)?;
            book_loss(ledger, &letter, Some(letter.attempts + 1), answer, now)?;
        }
        Delivery::Later(answer) => {
            let next = schedule::next_delivery(letter.attempts + 1, now);
            ledger.postpone_letter(*id, next, answer)?;
        }
    }
    if let (Some(rest), Some(channel)) = (retry_after, letter.digest) {
        ledger.rest_channel(channel, now + (*rest).min(LONGEST_REST))?;
    }
    Ok(Answered { letter: ledger.letter(*id)?, delivery: delivery.clone() })
}

/// `None`: never.
fn give_up_after(orders: &Orders, letter: &LetterRow) -> Option<TimeDelta> {
    match letter.kind {
        Kind::Notify => {
            Some(orders.channel(&letter.digest_name).map_or(CHANNEL_MISSED, |channel| channel.give_up_after))
        }
        Kind::Digest | Kind::Urgent => orders.config.mail.as_ref().map(|mail| mail.give_up_after),
    }
}

/// A letter did not reach its reader: the operator is told, and its stories are untold. `tries`: it was
/// given up after so many, else refused.
fn book_loss(
    ledger: &Ledger<'_>,
    letter: &LetterRow,
    tries: Option<u32>,
    answer: &str,
    now: DateTime<Utc>,
) -> store::Result<()> {
    let lost = Notice::Lost {
        subject: letter.subject.clone(),
        recipient: letter.recipient.clone(),
        is_notification: letter.kind == Kind::Notify,
        tries,
        answer: answer.to_owned(),
    };
    ledger.add_notice(&lost, now)?;
    match (letter.kind, letter.digest, tries) {
        // A channel would tell it again at once, and lose it again: it does so when it has taken another.
        (Kind::Notify, Some(channel), Some(_)) => {
            ledger.untell_resting(channel, letter.slot, letter.part)?;
        }
        _ => {
            untell(ledger, letter)?;
        }
    }
    Ok(())
}

/// The stories of a letter that is lost are untold, unless another recipient has its part or may still
/// get it; how many. A notification that was refused would be refused again, and one that was dropped is not
/// wanted: their stories stay told, and digests tell them anyhow.
fn untell(ledger: &Ledger<'_>, letter: &LetterRow) -> store::Result<usize> {
    let Some(teller) = letter.digest else { return Ok(0) };
    if ledger.part_lives(teller, letter.slot, letter.part)? {
        return Ok(0);
    }
    let digest = match letter.kind {
        Kind::Urgent => ledger.find_teller(Kind::Digest, &letter.digest_name)?,
        Kind::Digest => None,
        Kind::Notify => return Ok(0),
    };
    match digest {
        Some(digest) => ledger.untell_urgent(teller, digest.id, letter.slot, letter.part),
        None => ledger.untell(teller, letter.slot, letter.part),
    }
}
