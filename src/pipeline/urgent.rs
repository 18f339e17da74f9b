//! Urgent rules: their stories are mailed at once, to the recipients of each digest that carries them.
//!
//! A digest's urgent letters have a cursor and marks of their own. What they look at waits in the ledger
//! until it may be sent: until enough sources carry it, the pause is over and the quiet hours have ended.

use chrono::{DateTime, Utc};

use super::Pipeline;
use super::digests::{self, Composed, RIPENS_WITHIN};
use super::orders::Orders;
use super::telling::Teller;
use super::wanted::Wanted;
use crate::news::digest::{Digest, Issue, Report, Telling};
use crate::news::letter;
use crate::news::schedule::Pace;
use crate::news::story::Edit;
use crate::store::telling::{DigestRow, HitRow, Kind};
use crate::store::{self, Ledger, StoreFault};

/// What one look brought.
#[derive(Default)]
struct Look {
    composed: Option<Composed>,
    /// When what is held may be sent.
    next: Option<DateTime<Utc>>,
}

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
            composed.extend(look.composed);
            next = [next, look.next].into_iter().flatten().min();
        }
        self.next_urgent = next;
        Ok(composed)
    }
}

/// Whether something has come since the last look, or waits.
pub(super) fn has_work(ledger: &Ledger<'_>, kind: Kind, name: &str) -> store::Result<bool> {
    let row = ledger.teller(kind, name)?;
    Ok(ledger.newest_hit()? > row.cursor || !ledger.untold(row.id)?.is_empty())
}

fn look(
    ledger: &Ledger<'_>,
    orders: &Orders,
    digest: &Digest,
    pace: Pace,
    rules: &Wanted<'_>,
    now: DateTime<Utc>,
) -> store::Result<Look> {
    let row = ledger.teller(Kind::Urgent, &digest.name)?;
    take_fresh(ledger, digest, &row, rules)?;
    let language = digest.style.language;
    let stories = ripe(&Teller { ledger, orders, rules, row: &row, language }, now)?;
    let Some(mail) = orders.config.mail.as_ref().filter(|_| !stories.is_empty()) else {
        return Ok(Look::default());
    };
    let at = pace.next(ledger.last_letter(row.id)?, now);
    if at > now {
        return Ok(Look { composed: None, next: Some(at) });
    }
    let issue = Issue {
        digest: digest.name.clone(),
        slot: row.free_slot(now),
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
    let cursor = ledger.teller(Kind::Urgent, &digest.name)?.cursor;
    ledger.advance_digest(row.id, cursor, issue.slot)?;
    Ok(Look { composed: Some(Composed { issue, letters }), next: None })
}

/// Fresh hits make their stories wait to be sent. What the digest told before is sent only when that is the
/// news: the sources have come that the rule waits for, an article was edited, or a copy is the first of its
/// story that met the rule. What a feed brings after months is no news.
fn take_fresh(
    ledger: &Ledger<'_>,
    digest: &Digest,
    row: &DigestRow,
    rules: &Wanted<'_>,
) -> store::Result<()> {
    let fresh = ledger.hits_after(row)?;
    let told_by = ledger.digest(&digest.name)?;
    let is_edit = |hit: &HitRow| hit.edit.as_ref().is_some_and(Edit::is_urgent);
    let may_be = |hit: &&HitRow| (!hit.told || is_edit(hit)) && !hit.backlog && rules.wants(hit);
    for hit in fresh.iter().filter(may_be) {
        let patient = rules.of(hit.rule).is_some_and(|rule| rule.min_sources > 1);
        let digest_knows = ledger.told_at(told_by.id, hit.story)?.is_some();
        let is_news = hit.id > told_by.cursor && (is_edit(hit) || is_first_of_rule(ledger, row, hit)?);
        if patient || !digest_knows || is_news {
            ledger.owe(row.id, hit.story)?;
        }
    }
    if let Some(newest) = fresh.last() {
        ledger.advance_digest(row.id, newest.id, row.last_slot)?;
    }
    Ok(())
}

/// No article of the story had met that rule before.
fn is_first_of_rule(ledger: &Ledger<'_>, row: &DigestRow, hit: &HitRow) -> store::Result<bool> {
    let hits = ledger.hits_of_story(row.id, hit.story)?;
    Ok(hits.iter().find(|earlier| earlier.rule == hit.rule).is_some_and(|first| first.id == hit.id))
}

/// The stories that wait and have their sources; those that never found them are let go.
pub(super) fn ripe(teller: &Teller<'_>, now: DateTime<Utc>) -> store::Result<Vec<Telling>> {
    let (ledger, row) = (teller.ledger, teller.row);
    let muted = ledger.muted()?;
    let mut ripe = Vec::new();
    for story in ledger.untold(row.id)? {
        match teller.telling(story)? {
            Some(telling) if !muted.contains(&story) && teller.is_ripe(&telling)? => ripe.push(telling),
            Some(telling) if !muted.contains(&story) && now - telling.began() < RIPENS_WITHIN => {}
            _ => ledger.forgive(row.id, story)?,
        }
    }
    Ok(ripe)
}

/// A letter that tells one story alone, an update of one that was urgent too, answers that one's letter.
fn answered(
    ledger: &Ledger<'_>,
    row: &DigestRow,
    stories: &[Telling],
) -> store::Result<Option<crate::news::digest::Thread>> {
    match stories {
        [Telling { update_of: Some(before), .. }] => ledger.told_in(row.id, before.story),
        _ => Ok(None),
    }
}
