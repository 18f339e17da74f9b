//! Digests: when each is due, what it has to tell, and its letters into the outbox.

use std::collections::BTreeSet;

use chrono::{DateTime, TimeDelta, Utc};

use super::Pipeline;
use super::orders::Orders;
use super::telling::{Teller, shown};
use super::wanted::Wanted;
use crate::news::digest::{Digest, Issue, SentStory, Telling, WhenEmpty, sources};
use crate::news::entry::EntryId;
use crate::news::letter::{self, Letter};
use crate::store::marks::Mark;
use crate::store::outbox::{DigestId, NewLetter};
use crate::store::telling::{DigestRow, HitRow, Kind};
use crate::store::{self, Ledger, StoreFault};

/// A digest that was composed.
#[derive(Debug)]
pub struct Composed {
    pub issue: Issue,
    /// In the outbox now, or (on a dry run) only here. None when there was nothing to tell and the
    /// digest wants no empty letters.
    pub letters: Vec<Letter>,
}

/// A story that has not found the sources that its rule asks for within this time is not told.
pub(super) const RIPENS_WITHIN: TimeDelta = TimeDelta::days(7);

/// What one composing looked at.
struct Gathered {
    row: DigestRow,
    issue: Issue,
    /// Stories that wait for more sources.
    held: Vec<EntryId>,
    /// Stories that have waited long enough.
    let_go: Vec<EntryId>,
    /// The newest hit that was looked at.
    cursor: i64,
}

impl Pipeline {
    /// Composes every digest whose slot has come. Of several missed slots only the newest.
    ///
    /// # Errors
    /// When the ledger cannot be written; the slot comes again then.
    pub fn compose_due(&mut self, now: DateTime<Utc>) -> Result<Vec<Composed>, StoreFault> {
        let mut composed = Vec::new();
        for index in 0..self.next_slots.len() {
            if self.next_slots[index].is_some_and(|slot| slot <= now) {
                composed.extend(self.compose_slot(index, now)?);
                self.find_next_slots()?;
            }
        }
        Ok(composed)
    }

    fn compose_slot(&mut self, index: usize, now: DateTime<Utc>) -> Result<Option<Composed>, StoreFault> {
        let Some(digest) = self.orders.config.digests.get(index).cloned() else { return Ok(None) };
        let row = self.store.read(|ledger| ledger.digest(&digest.name))?;
        match digest.schedule.newest(row.last_slot, now, digest.zone) {
            Some(slot) => self.compose(&digest, slot, now).map(Some),
            None => Ok(None),
        }
    }

    /// Composes a digest now and puts its letters into the outbox: letters, "told" marks and cursor
    /// are one transaction.
    ///
    /// # Errors
    /// When the ledger cannot be written.
    pub fn compose(
        &mut self,
        digest: &Digest,
        slot: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> Result<Composed, StoreFault> {
        let orders = &self.orders;
        self.store.write_durably(|ledger| {
            let slot = ledger.digest(&digest.name)?.free_slot(slot);
            let gathered = gather(ledger, orders, digest, slot, now)?;
            let letters = render(orders, digest, &gathered.issue, now);
            put_into_outbox(ledger, gathered.row.id, &gathered.issue, &letters, now)?;
            gathered.remember(ledger, orders, digest)?;
            ledger.advance_digest(gathered.row.id, gathered.cursor, slot)?;
            Ok(Composed { issue: gathered.issue, letters })
        })
    }

    /// What [`Pipeline::compose`] would put into the outbox; leaves no trace.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn compose_dry(
        &self,
        digest: &Digest,
        slot: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> Result<Composed, StoreFault> {
        self.store.read(|ledger| {
            let gathered = gather(ledger, &self.orders, digest, slot, now)?;
            let letters = render(&self.orders, digest, &gathered.issue, now);
            Ok(Composed { issue: gathered.issue, letters })
        })
    }

    /// As [`Pipeline::compose_dry`], what came and was told since that moment as if it were untold. For a
    /// pipeline on a copy of the ledger.
    ///
    /// # Errors
    /// When the copy cannot be written.
    pub fn compose_again(
        &mut self,
        digest: &Digest,
        since: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> Result<Composed, StoreFault> {
        self.store.write(|ledger| ledger.rewind_digest(ledger.digest(&digest.name)?.id, since))?;
        self.compose_dry(digest, now, now)
    }

    /// Looks up when each digest comes next.
    pub(super) fn find_next_slots(&mut self) -> Result<(), StoreFault> {
        let digests = &self.orders.config.digests;
        self.next_slots = self.store.read(|ledger| {
            let mut slots = Vec::with_capacity(digests.len());
            for digest in digests {
                let row = ledger.digest(&digest.name)?;
                slots.push(digest.schedule.next(row.last_slot, digest.zone));
            }
            Ok(slots)
        })?;
        Ok(())
    }
}

fn render(orders: &Orders, digest: &Digest, issue: &Issue, now: DateTime<Utc>) -> Vec<Letter> {
    let nothing = issue.stories.is_empty() && issue.sent.is_empty() && issue.late.is_empty();
    match &orders.config.mail {
        Some(mail) if !nothing || digest.when_empty == WhenEmpty::Send => {
            letter::compose(&mail.letterhead, issue, &digest.to, now)
        }
        _ => Vec::new(),
    }
}

/// Letters and "told" marks: never one without the other.
pub(super) fn put_into_outbox(
    ledger: &Ledger<'_>,
    teller: DigestId,
    issue: &Issue,
    letters: &[Letter],
    now: DateTime<Utc>,
) -> store::Result<()> {
    let slot = issue.slot;
    for letter in letters {
        let new = NewLetter {
            digest: Some(teller),
            slot,
            part: letter.part,
            recipient: &letter.recipient,
            message_id: &letter.message_id,
            subject: &letter.subject,
            bytes: &letter.bytes,
        };
        ledger.add_letter(&new, now)?;
        ledger.mark_told(teller, slot, letter.part, &shown(&letter.stories, &issue.stories))?;
    }
    if !letters.is_empty() {
        let sent: Vec<_> = issue.sent.iter().map(|sent| (sent.story, sent.story)).collect();
        ledger.mark_told(teller, slot, 1, &sent)?;
    }
    Ok(())
}

fn gather(
    ledger: &Ledger<'_>,
    orders: &Orders,
    digest: &Digest,
    slot: DateTime<Utc>,
    now: DateTime<Utc>,
) -> store::Result<Gathered> {
    let row = ledger.digest(&digest.name)?;
    let rules = Wanted::new(orders, Kind::Digest, &digest.rules);
    let fresh = ledger.hits_after(&row)?;
    let cursor = fresh.last().map_or(row.cursor, |hit| hit.id);
    let muted = ledger.muted()?;
    let fresh = fresh.iter().filter(|hit| !muted.contains(&hit.story));
    let audible = fresh.filter(|hit| rules.wants(hit));
    let (late, new): (Vec<&HitRow>, Vec<&HitRow>) = audible.partition(|hit| hit.told && hit.edit.is_none());
    // What a feed has missed of stories that were told meanwhile is no news.
    let late: Vec<&HitRow> = late.into_iter().filter(|hit| !hit.backlog).collect();
    let mut to_tell: BTreeSet<EntryId> = new.iter().map(|hit| hit.story).collect();
    to_tell.extend(ledger.untold(row.id)?.into_iter().filter(|story| !muted.contains(story)));
    let late: Vec<&HitRow> = late.into_iter().filter(|hit| !to_tell.contains(&hit.story)).collect();
    let language = digest.style.language;
    let teller = Teller { ledger, orders, rules: &rules, row: &row, language };
    let urgent = ledger.find_teller(Kind::Urgent, &digest.name)?;
    let mut told = Sorted::default();
    for story in to_tell {
        match &urgent {
            Some(urgent) => told.sort(&teller, story, ledger.mark(urgent.id, story)?, now)?,
            None => told.sort(&teller, story, None, now)?,
        }
    }
    let Sorted { stories, sent, held, let_go } = told;
    let issue = Issue {
        digest: digest.name.clone(),
        slot,
        zone: digest.zone,
        style: digest.style.clone(),
        stories,
        sent,
        late: teller.late(&late)?,
        report: teller.report(now)?,
        urgent: false,
        answers: None,
    };
    Ok(Gathered { row, issue, held, let_go, cursor })
}

/// What becomes of the stories that a digest might tell.
#[derive(Default)]
struct Sorted {
    stories: Vec<Telling>,
    sent: Vec<SentStory>,
    held: Vec<EntryId>,
    let_go: Vec<EntryId>,
}

impl Sorted {
    /// `urgent`: the mark of the urgent letter that told it.
    fn sort(
        &mut self,
        teller: &Teller<'_>,
        story: EntryId,
        urgent: Option<Mark>,
        now: DateTime<Utc>,
    ) -> store::Result<()> {
        let Some(telling) = teller.telling(story)? else { return Ok(()) };
        // What the urgent letter told was before the article was edited.
        let anew = teller.anew(story)?;
        let urgent = urgent.filter(|mark| anew.is_none_or(|anew| anew.id <= mark.seen));
        match urgent {
            Some(mark) => self.sent.push(sent_line(&telling, mark.letter.slot)),
            None if teller.is_ripe(&telling)? => self.stories.push(telling),
            None if now - telling.began() < RIPENS_WITHIN => self.held.push(story),
            None => self.let_go.push(story),
        }
        Ok(())
    }
}

fn sent_line(telling: &Telling, at: DateTime<Utc>) -> SentStory {
    SentStory {
        story: telling.story,
        title: telling.lead.title.clone(),
        url: telling.lead.url.clone(),
        at,
        sites: u32::try_from(sources(telling)).unwrap_or(u32::MAX),
    }
}

impl Gathered {
    /// Keeps what is not told yet for the next time. A story that is told in full is no news for an
    /// urgent letter that waits for its hour.
    fn remember(&self, ledger: &Ledger<'_>, orders: &Orders, digest: &Digest) -> store::Result<()> {
        for story in &self.held {
            ledger.owe(self.row.id, *story)?;
        }
        for story in &self.let_go {
            ledger.forgive(self.row.id, *story)?;
        }
        let Some(row) = ledger.find_teller(Kind::Urgent, &digest.name)? else { return Ok(()) };
        let rules = Wanted::new(orders, Kind::Urgent, &digest.rules);
        let language = digest.style.language;
        let urgent = Teller { ledger, orders, rules: &rules, row: &row, language };
        for telling in &self.issue.stories {
            if urgent.is_ripe(telling)? {
                ledger.forgive(row.id, telling.story)?;
            }
        }
        Ok(())
    }
}

/// Whether that digest, if the config has it, has something to tell of a story.
pub(super) fn has_to_tell(
    ledger: &Ledger<'_>,
    orders: &Orders,
    digest: &str,
    story: EntryId,
) -> store::Result<bool> {
    let Some(digest) = orders.config.digests.iter().find(|ordered| ordered.name == digest) else {
        return Ok(false);
    };
    if ledger.muted()?.contains(&story) {
        return Ok(false);
    }
    let rules = Wanted::new(orders, Kind::Digest, &digest.rules);
    let hits = ledger.hits_of_story(ledger.digest(&digest.name)?.id, story)?;
    Ok(hits.iter().any(|hit| rules.wants(hit)))
}
