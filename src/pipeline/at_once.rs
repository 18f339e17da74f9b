//! Whoever tells at once: the urgent letters of a digest, and the channels.
//!
//! Each has a cursor and marks of its own. What it looked at waits in the ledger until it may be told: until
//! enough sources carry it, the pause is over and the quiet hours have ended.

use chrono::{DateTime, Utc};

use super::digests::RIPENS_WITHIN;
use super::telling::Teller;
use crate::news::digest::Telling;
use crate::news::schedule::Pace;
use crate::news::story::Edit;
use crate::store::telling::{HitRow, Kind};
use crate::store::{self, Ledger};

/// What one look brought.
pub(super) struct Look<T> {
    pub told: Option<T>,
    /// When what is held may be told.
    pub next: Option<DateTime<Utc>>,
}

impl<T> Default for Look<T> {
    fn default() -> Self {
        Self { told: None, next: None }
    }
}

/// Whether something has come since the last look, or waits.
pub(super) fn has_work(ledger: &Ledger<'_>, kind: Kind, name: &str) -> store::Result<bool> {
    let row = ledger.teller(kind, name)?;
    Ok(ledger.newest_hit()? > row.cursor || !ledger.untold(row.id)?.is_empty())
}

/// The earlier of two moments.
pub(super) fn sooner(one: Option<DateTime<Utc>>, other: Option<DateTime<Utc>>) -> Option<DateTime<Utc>> {
    one.into_iter().chain(other).min()
}

/// A hit whose article was edited so that it is told at once.
pub(super) fn is_edit(hit: &HitRow) -> bool {
    hit.edit.as_ref().is_some_and(Edit::is_urgent)
}

impl Teller<'_> {
    /// Looks at what has come, and tells what may be told now: `tell` puts these stories into the outbox for that
    /// slot, if it can. Of hits that may be news `is_news` has the last word.
    pub fn look<T>(
        &self,
        pace: Pace,
        now: DateTime<Utc>,
        is_news: impl Fn(&HitRow) -> store::Result<bool>,
        tell: impl FnOnce(Vec<Telling>, DateTime<Utc>) -> store::Result<Option<T>>,
    ) -> store::Result<Look<T>> {
        let (ledger, row) = (self.ledger, self.row);
        let cursor = self.take_fresh(is_news)?;
        let stories = self.ripe(now)?;
        if stories.is_empty() {
            return Ok(Look::default());
        }
        let at = pace.next(ledger.last_letter(row.id)?, now);
        if at > now {
            return Ok(Look { told: None, next: Some(at) });
        }
        let slot = row.free_slot(now);
        let told = tell(stories, slot)?;
        if told.is_some() {
            ledger.advance_digest(row.id, cursor, slot)?;
        }
        Ok(Look { told, next: None })
    }

    /// Fresh hits make their stories wait to be told; up to where that was looked at. What a feed brings after
    /// months is no news.
    fn take_fresh(&self, is_news: impl Fn(&HitRow) -> store::Result<bool>) -> store::Result<i64> {
        let fresh = self.ledger.hits_after(self.row)?;
        let may_be = |hit: &&HitRow| (!hit.told || is_edit(hit)) && !hit.backlog && self.rules.wants(hit);
        for hit in fresh.iter().filter(may_be) {
            if is_news(hit)? {
                self.ledger.owe(self.row.id, hit.story)?;
            }
        }
        let cursor = fresh.last().map_or(self.row.cursor, |newest| newest.id);
        self.ledger.advance_digest(self.row.id, cursor, self.row.last_slot)?;
        Ok(cursor)
    }

    /// The stories that wait and have their sources; those that never found them are let go.
    fn ripe(&self, now: DateTime<Utc>) -> store::Result<Vec<Telling>> {
        let (ledger, row) = (self.ledger, self.row);
        let muted = ledger.muted()?;
        let mut ripe = Vec::new();
        for story in ledger.untold(row.id)? {
            match self.telling(story)? {
                Some(telling) if !muted.contains(&story) && self.is_ripe(&telling)? => ripe.push(telling),
                Some(telling) if !muted.contains(&story) && now - telling.began() < RIPENS_WITHIN => {}
                _ => ledger.forgive(row.id, story)?,
            }
        }
        Ok(ripe)
    }
}
