//! Fresh entries into the ledger: which story each belongs to, and which of its hits are booked.

use std::cmp::Reverse;
use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::orders::Orders;
use crate::config::{Feed as FeedOrder, FirstFetch, FullText, Rule};
use crate::news::entry::{Entry, EntryId, FeedId};
use crate::news::fingerprint::Fingerprint;
use crate::news::quiet;
use crate::news::reading::{Fresh, Key, PageReading, Reading};
use crate::news::rule::Hit;
use crate::news::story::{Edit, Fold, Known, StoryIndex, Verdict};
use crate::store::entries::NewEntry;
use crate::store::hits::NewHit;
use crate::store::{self, Ledger};

/// What a reading brought.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Catch {
    /// Entries not seen before.
    pub entries: u32,
    /// Of these, copies of known ones.
    pub copies: u32,
    /// Entries with a hit booked.
    pub matched: u32,
    /// Entries whose page is read first: folded and booked when it has come.
    pub pages: u32,
    /// Known entries that say something else now.
    pub revised: u32,
}

/// Fewer entries with new keys may have been corrected by hand.
const FLOOD: usize = 3;

/// The entries of a reading that must be worked on: not seen before, or changed. A known entry that
/// comes back under another key is given that key quietly: feeds whose guids change at every poll
/// would be a flood otherwise.
pub(super) fn sift(ledger: &Ledger<'_>, reading: &Reading) -> store::Result<Sifted> {
    let mut sifted = Sifted { fresh: Vec::new(), known: 0, rekeyed: 0 };
    for key in &reading.keys {
        match ledger.seen(reading.feed, key.key_hash)? {
            Some(seen) if seen.content_hash == key.content_hash => sifted.known += 1,
            Some(_) => {
                sifted.known += 1;
                sifted.fresh.push(*key);
            }
            None if rekeyed(ledger, reading, *key)? => {
                sifted.known += 1;
                sifted.rekeyed += 1;
            }
            None => sifted.fresh.push(*key),
        }
    }
    Ok(sifted)
}

/// See [`sift`].
pub(super) struct Sifted {
    pub fresh: Vec<Key>,
    /// Entries that were seen before, changed or not.
    pub known: usize,
    /// Of these, under another key than before.
    pub rekeyed: usize,
}

impl Sifted {
    /// So many entries came back under new keys that the feed must be said to do it.
    #[must_use]
    pub fn is_flood(&self) -> bool {
        self.rekeyed >= FLOOD && self.rekeyed * 2 > self.known + self.fresh.len()
    }
}

fn rekeyed(ledger: &Ledger<'_>, reading: &Reading, key: Key) -> store::Result<bool> {
    let Some(entry) = reading.document.entries.get(key.index) else { return Ok(false) };
    let Some((known, old_key)) = ledger.same_content(reading.feed, key.content_hash, entry.url.as_deref())?
    else {
        return Ok(false);
    };
    if reading.keys.iter().any(|other| other.key_hash == old_key) {
        return Ok(false);
    }
    ledger.rekey(known, key.key_hash)?;
    Ok(true)
}

/// Everything that one settling needs to know.
pub(super) struct Folding<'a> {
    pub ledger: &'a Ledger<'a>,
    pub orders: &'a Orders,
    pub index: &'a mut StoryIndex,
    /// The feed is back after months, away since then.
    pub away_since: Option<DateTime<Utc>>,
    pub now: DateTime<Utc>,
}

impl Folding<'_> {
    /// Takes the fresh entries of a reading in, the oldest first, so that a story's lead is the
    /// first that was published.
    pub fn take_in(&mut self, reading: &Reading, order: &FeedOrder, first: bool) -> store::Result<Catch> {
        let mut fresh: Vec<&Fresh> = reading.fresh.iter().flatten().collect();
        let entry = |fresh: &Fresh| reading.document.entries.get(fresh.key.index);
        fresh.sort_by_key(|fresh| {
            (entry(fresh).and_then(|entry| entry.published).unwrap_or(self.now), Reverse(fresh.key.index))
        });
        let told_from = match (first, order.on_first_fetch) {
            (false, _) | (true, FirstFetch::All) => 0,
            (true, FirstFetch::Baseline) => fresh.len(),
            (true, FirstFetch::Last(newest)) => fresh.len().saturating_sub(newest as usize),
        };
        let mut caught = Catch::default();
        for (place, fresh) in fresh.into_iter().enumerate() {
            let Some(entry) = entry(fresh) else { continue };
            let silent = place < told_from;
            match self.ledger.seen(reading.feed, fresh.key.key_hash)? {
                Some(seen) => {
                    caught.revised += 1;
                    self.revise((seen.id, seen.story), order, entry, fresh)?;
                }
                None => self.add(reading.feed, order, entry, fresh, silent, &mut caught)?,
            }
        }
        Ok(caught)
    }

    fn add(
        &mut self,
        feed: FeedId,
        order: &FeedOrder,
        entry: &Entry,
        fresh: &Fresh,
        silent: bool,
        caught: &mut Catch,
    ) -> store::Result<()> {
        let id = self.ledger.next_entry_id()?;
        let active = self.active_hits(&fresh.hits);
        let awaits_page = !silent && wants_page(order, entry, !active.is_empty());
        let fold = if awaits_page {
            unfolded(id)
        } else {
            self.fold(id, &fresh.print, order.dedup)?.in_words(&entry.title, &entry.text)
        };
        self.ledger.add_entry(&NewEntry {
            id,
            feed,
            key_hash: fresh.key.key_hash,
            content_hash: fresh.key.content_hash,
            entry,
            fold: &fold,
            print: (is_comparable(order, &fold) && !awaits_page).then_some(&fresh.print),
            matched: !active.is_empty(),
            page_due: awaits_page.then_some(self.now),
            away_since: self.away_since,
            now: self.now,
        })?;
        caught.entries += 1;
        if awaits_page {
            caught.pages += 1;
            return Ok(());
        }
        self.book_hits(id, fold.story, &active, silent)?;
        if is_comparable(order, &fold) {
            self.remember(id, fold.story, &fresh.print);
        }
        caught.copies += u32::from(fold.verdict == Verdict::Copy);
        caught.matched += u32::from(!active.is_empty());
        Ok(())
    }

    /// Another text under a known key: a new rule may have met it, or it says what is news.
    fn revise(
        &mut self,
        (id, story): (EntryId, EntryId),
        order: &FeedOrder,
        entry: &Entry,
        fresh: &Fresh,
    ) -> store::Result<()> {
        let active = self.active_hits(&fresh.hits);
        let is_reissued = self.ledger.is_reissued(id, entry)?;
        let matches = !active.is_empty() || self.ledger.has_matched(id)?;
        // A page's text beside the feed's few words says nothing of an edit, and stays when it is the longer one.
        let is_whole = !wants_page(order, entry, matches);
        self.ledger.revise_entry(
            id,
            entry,
            fresh.key.content_hash,
            !active.is_empty(),
            !is_whole,
            self.now,
        )?;
        let old = self.ledger.known(&[id])?.pop().filter(|_| is_whole);
        let edit = old.as_ref().and_then(|old| self.index.edit(old, &fresh.print));
        let quiet = edit.as_ref().filter(|_| !is_reissued).and_then(|edit| quiet::edit(edit, &entry.text));
        match edit.as_ref().filter(|_| is_reissued).or(quiet.as_ref()) {
            Some(edit) => {
                let edit = edit.clone().in_words(&entry.title, &entry.text);
                self.renew_hits(id, story, &active, &edit)?;
            }
            None => self.book_hits(id, story, &active, false)?,
        }
        // What was not told of is held against the next edit: the publisher may say so later.
        if let Some(old) = old.filter(|_| edit.is_none() || is_reissued) {
            self.index.remove(id, &old.print);
            self.ledger.keep_print(id, &fresh.print, self.now)?;
            self.remember(id, story, &fresh.print);
        }
        Ok(())
    }

    /// The page of an entry has come, or could not be had: now it is folded and its hits are booked.
    /// Whether it matched.
    pub fn take_page(&mut self, page: &PageReading, hits: &[Hit], order: &FeedOrder) -> store::Result<bool> {
        let fold = self.fold(page.entry, &page.print, order.dedup)?.in_words("", &page.text);
        let active = self.active_hits(hits);
        self.ledger.close_page(page.entry, &fold, &page.text, !active.is_empty())?;
        self.book_hits(page.entry, fold.story, &active, false)?;
        if is_comparable(order, &fold) {
            self.ledger.keep_print(page.entry, &page.print, self.now)?;
            self.remember(page.entry, fold.story, &page.print);
        }
        Ok(!active.is_empty())
    }

    fn fold(&self, id: EntryId, print: &Fingerprint, dedup: bool) -> store::Result<Fold> {
        let candidates = if dedup { self.index.candidates(print) } else { Vec::new() };
        let known = self.ledger.known(&candidates)?;
        Ok(self.index.fold(id, print, self.now, &known))
    }

    fn remember(&mut self, id: EntryId, story: EntryId, print: &Fingerprint) {
        let print = Arc::new(print.clone());
        self.index.insert(&Known { id, story, first_seen: self.now, print });
    }

    /// The hits of rules that are in force now, each with whether it is muted.
    fn active_hits<'h>(&self, hits: &'h [Hit]) -> Vec<(&'h Hit, bool)> {
        let rule = |hit: &Hit| self.orders.config.rules.get(hit.rule);
        hits.iter()
            .filter_map(|hit| Some((hit, rule(hit)?)))
            .filter(|(_, rule)| in_force(rule, self.now))
            .map(|(hit, rule)| (hit, rule.mute.is_some_and(|until| self.now < until)))
            .collect()
    }

    fn renew_hits(
        &self,
        entry: EntryId,
        story: EntryId,
        hits: &[(&Hit, bool)],
        edit: &Edit,
    ) -> store::Result<()> {
        for (hit, muted) in hits {
            let Some(rule) = self.orders.rules.get(hit.rule) else { continue };
            let new = NewHit { entry, story, rule: *rule, silent: *muted, evidence: &hit.evidence };
            // What is told quietly is still held against the next edit, which may say nothing else.
            let is_known = matches!(edit, Edit::MovedQuietly(_))
                && self.ledger.edit_of(entry, *rule)?.is_some_and(|known| known.change() == edit.change());
            if !is_known {
                self.ledger.renew_hit(&new, edit, self.now)?;
            }
        }
        Ok(())
    }

    fn book_hits(
        &self,
        entry: EntryId,
        story: EntryId,
        hits: &[(&Hit, bool)],
        silent: bool,
    ) -> store::Result<()> {
        for (hit, muted) in hits {
            let Some(rule) = self.orders.rules.get(hit.rule) else { continue };
            let new = NewHit { entry, story, rule: *rule, silent: silent || *muted, evidence: &hit.evidence };
            self.ledger.add_hit(&new, self.now)?;
        }
        Ok(())
    }
}

/// A roundup is nobody's candidate: it would draw the stories that it tells together.
fn is_comparable(order: &FeedOrder, fold: &Fold) -> bool {
    order.dedup && fold.parts.is_empty()
}

/// Whether what comes at that moment counts.
pub(super) fn in_force(rule: &Rule, now: DateTime<Utc>) -> bool {
    rule.not_before.is_none_or(|start| start <= now) && rule.expires.is_none_or(|end| now < end)
}

fn wants_page(order: &FeedOrder, entry: &Entry, matched: bool) -> bool {
    let wanted = match order.full_text {
        FullText::Never => false,
        FullText::Hits => matched,
        FullText::Always => true,
    };
    wanted && entry.url.is_some()
}

/// How an entry stands until its page has come: as a story of its own, without hits.
pub(super) fn unfolded(id: EntryId) -> Fold {
    Fold::new_story(id, "its page is being read")
}
