//! Urgent rules: their stories are mailed at once, to the recipients of each digest that carries them.

use chrono::{DateTime, Utc};

use super::Pipeline;
use super::at_once::{Look, has_work, is_edit, sooner};
use super::digests::{self, Composed};
use super::orders::Orders;
use super::telling::Teller;
use super::wanted::Wanted;
use crate::news::digest::{Digest, Issue, Report, Telling, Thread};
use crate::news::letter;
use crate::news::schedule::Pace;
use crate::store::telling::{DigestRow, HitRow, Kind};
use crate::store::{self, Ledger, StoreFault};

impl Pipeline {
    /// Composes the urgent letters that may be sent now, if anything has come since the last look: letters,
    /// "told" marks and cursor are one transaction for each digest.
    ///
    /// # Errors
    /// When the ledger cannot be written; it is looked again then.
    pub fn compose_urgent(&mut self, now: DateTime<Utc>) -> Result<Vec<Composed>, StoreFault> {
        let mut composed = Vec::new();
        if self.next_urgent.is_none_or(|at| at > now) {
            return Ok(composed);
        }
        let orders = &self.orders;
        let mut next = None;
        for digest in &orders.config.digests {
            let Some(pace) = digest.urgent else { continue };
            let rules = Wanted::new(orders, Kind::Urgent, &digest.rules);
            if rules.is_empty() || !self.store.read(|ledger| has_work(ledger, Kind::Urgent, &digest.name))? {
                continue;
            }
            let look = self.store.write_durably(|ledger| look(ledger, orders, digest, pace, &rules, now))?;
            composed.extend(look.told);
            next = sooner(next, look.next);
        }
        self.next_urgent = next;
        Ok(composed)
    }
}

fn look(
    ledger: &Ledger<'_>,
    orders: &Orders,
    digest: &Digest,
    pace: Pace,
    rules: &Wanted<'_>,
    now: DateTime<Utc>,
) -> store::Result<Look<Composed>> {
    let row = ledger.teller(Kind::Urgent, &digest.name)?;
    let teller = Teller { ledger, orders, rules, row: &row, language: digest.style.language };
    let told_by = ledger.digest(&digest.name)?;
    let is_news = |hit: &HitRow| is_news(&teller, &told_by, hit);
    teller.look(pace, now, is_news, |stories, slot| {
        let Some(mail) = orders.config.mail.as_ref() else { return Ok(None) };
        let issue = Issue {
            digest: digest.name.clone(),
            slot,
            zone: digest.zone,
            style: digest.style.clone(),
            answers: answered(ledger, &row, &stories)?,
            stories,
            sent: Vec::new(),
            late: Vec::new(),
            report: Report::default(),
            urgent: true,
        };
        let letters = letter::compose(&mail.letterhead, &issue, &digest.to, now);
        digests::put_into_outbox(ledger, row.id, &issue, &letters, now)?;
        Ok(Some(Composed { issue, letters }))
    })
}

/// What the digest told before is sent only when that is the news: the sources have come that the rule waits
/// for, an article was edited, or a copy is the first of its story that met the rule.
fn is_news(teller: &Teller<'_>, digest: &DigestRow, hit: &HitRow) -> store::Result<bool> {
    let patient = teller.rules.of(hit.rule).is_some_and(|rule| rule.min_sources > 1);
    let digest_knows = teller.ledger.mark(digest.id, hit.story)?.is_some();
    Ok(patient
        || !digest_knows
        || hit.id > digest.cursor
            && (is_edit(hit) || hit.edit.is_none() && is_first_of_rule(teller.ledger, teller.row, hit)?))
}

/// No article of the story had met that rule before.
fn is_first_of_rule(ledger: &Ledger<'_>, row: &DigestRow, hit: &HitRow) -> store::Result<bool> {
    let hits = ledger.hits_of_story(row.id, hit.story)?;
    Ok(hits.iter().find(|earlier| earlier.rule == hit.rule).is_some_and(|first| first.id == hit.id))
}

/// A letter that tells one story alone, an update of one that was urgent too, answers that one's letter.
fn answered(ledger: &Ledger<'_>, row: &DigestRow, stories: &[Telling]) -> store::Result<Option<Thread>> {
    match stories {
        [Telling { update_of: Some(before), .. }] => {
            Ok(ledger.mark(row.id, before.story)?.map(|mark| mark.letter))
        }
        _ => Ok(None),
    }
}
