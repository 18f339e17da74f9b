//! The user corrects or confirms a fold. What folding said is overruled, the user's word is kept, and what comes
//! later follows it: an article joins the story in which its nearest match stands by then.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::index::Index;
use super::orders::Orders;
use super::{Pipeline, digests};
use crate::news::entry::EntryId;
use crate::news::story::Verdict;
use crate::store::corrections::{Member, Whereabouts};
use crate::store::telling::Kind;
use crate::store::{self, Ledger, StoreFault};

/// What the user wants changed. A story is named by the number of any of its entries.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Correction {
    /// Two stories are one.
    Merge(EntryId, EntryId),
    /// This entry is another story than the one in which it stands, or to which it may belong.
    Split(EntryId),
    /// These two entries are two stories.
    Apart(EntryId, EntryId),
    /// This entry is rightly attached where it is; the story's first entry: all of them are.
    Confirm(EntryId),
    /// Nothing more is told of this story.
    Mute(EntryId),
    Unmute(EntryId),
}

/// What became of a correction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Corrected {
    /// What is so now, a line each.
    Done(Vec<String>),
    /// Why it cannot be.
    Refused(String),
}

/// A correction, and the entries that stand in another story for it.
type Moved = (Corrected, Vec<EntryId>);

impl Pipeline {
    /// Does what the user wants of a story; on the disk when it returns.
    ///
    /// # Errors
    /// When the ledger cannot be written; nothing is changed then.
    pub fn correct(&mut self, correction: &Correction, now: DateTime<Utc>) -> Result<Corrected, StoreFault> {
        let orders = &self.orders;
        let (corrected, moved) = self.store.write_durably(|ledger| {
            let desk = Desk { ledger, orders, now };
            match *correction {
                Correction::Merge(one, other) => desk.merge(one, other),
                Correction::Split(entry) => desk.split(entry, None),
                Correction::Apart(one, other) => desk.apart(one, other),
                Correction::Confirm(entry) => desk.confirm(entry).map(stays),
                Correction::Mute(id) => desk.mute(id).map(stays),
                Correction::Unmute(id) => desk.unmute(id).map(stays),
            }
        })?;
        self.index_moved(&moved)?;
        Ok(corrected)
    }

    /// The index counts in how many stories a passage stands.
    fn index_moved(&mut self, moved: &[EntryId]) -> Result<(), StoreFault> {
        let Index::Ready(index) = &mut self.index else { return Ok(()) };
        for known in self.store.read(|ledger| ledger.known(moved))? {
            index.remove(known.id, &known.print);
            index.insert(&known);
        }
        Ok(())
    }
}

fn stays(corrected: Corrected) -> Moved {
    (corrected, Vec::new())
}

fn refused(why: impl Into<String>) -> Moved {
    stays(Corrected::Refused(why.into()))
}

/// One correction at work.
struct Desk<'a> {
    ledger: &'a Ledger<'a>,
    orders: &'a Orders,
    now: DateTime<Utc>,
}

impl Desk<'_> {
    fn merge(&self, one: EntryId, other: EntryId) -> store::Result<Moved> {
        let (here, there) = match (self.settled(one)?, self.settled(other)?) {
            (Ok(here), Ok(there)) => (here.story, there.story),
            (Err(why), _) | (_, Err(why)) => return Ok(refused(why)),
        };
        if here == there {
            return Ok(refused(format!("{} and {} are one story already, {}", one.0, other.0, here.0)));
        }
        if let Some((a, b)) = self.kept_apart(one, other, [here, there])? {
            return Ok(refused(format!(
                "you said that {a} and {b} are two stories: `wirewatch story merge {a} {b}` takes that back",
                a = a.0,
                b = b.0
            )));
        }
        let (older, younger) = (here.min(there), here.max(there));
        let moved: Vec<EntryId> = self.ledger.members(younger)?.iter().map(|member| member.id).collect();
        self.ledger.move_entries(&moved, older)?;
        self.ledger.join_marks(younger, older)?;
        let word = format!("you merged story {} into story {}", younger.0, older.0);
        self.ledger.overrule(younger, Verdict::Copy, Some(older), &word)?;
        self.ledger.label(one, other, true, self.now)?;
        let mut lines = vec![format!("story {} is part of story {} now", younger.0, older.0)];
        if self.ledger.muted()?.contains(&older) {
            lines.push("the story is muted, as one of the two was".to_owned());
        }
        Ok((Corrected::Done(lines), moved))
    }

    /// Two entries, other than the named ones, that the user has parted and that would meet again.
    fn kept_apart(
        &self,
        one: EntryId,
        other: EntryId,
        stories: [EntryId; 2],
    ) -> store::Result<Option<(EntryId, EntryId)>> {
        let named = (one.min(other), one.max(other));
        for label in self.ledger.labels()?.into_iter().filter(|label| !label.same) {
            let pair = (label.older, label.younger);
            let now = [self.ledger.whereabouts(pair.0)?, self.ledger.whereabouts(pair.1)?];
            let meet = now.map(|place| place.map(|place| place.story));
            let meet = meet == stories.map(Some) || meet == [stories[1], stories[0]].map(Some);
            if meet && pair != named {
                return Ok(Some(pair));
            }
        }
        Ok(None)
    }

    /// Of entries of one story the later one leaves: what is attached is attached to an earlier one. Of two stories it
    /// is noted, and neither is said any more to be possibly the other.
    fn apart(&self, one: EntryId, other: EntryId) -> store::Result<Moved> {
        let (here, there) = match (self.settled(one)?, self.settled(other)?) {
            (Ok(here), Ok(there)) => (here.story, there.story),
            (Err(why), _) | (_, Err(why)) => return Ok(refused(why)),
        };
        if one == other {
            return Ok(refused(format!("{} is one entry", one.0)));
        }
        if here == there {
            return self.split(one.max(other), Some(one.min(other)));
        }
        for (story, than) in [(here, there), (there, here)] {
            if self.supposed(story)? == Some(than) {
                let word = format!("you said that it is another story than {}", than.0);
                self.ledger.overrule(story, Verdict::New, None, &word)?;
            }
        }
        self.ledger.label(one, other, false, self.now)?;
        Ok(stays(Corrected::Done(vec![format!("{} and {} are two stories: noted", one.0, other.0)])))
    }

    /// The story to which another one may belong, as folding said; the user may have made one of several since.
    fn supposed(&self, story: EntryId) -> store::Result<Option<EntryId>> {
        let Some(maybe) = self.ledger.maybe(story)? else { return Ok(None) };
        Ok(self.ledger.whereabouts(maybe)?.map(|place| place.story))
    }

    /// The entry leaves its story, and takes along what was attached to it. The story's first entry
    /// keeps the number, so that then the others leave. `from`: the entry from which the user parted it.
    fn split(&self, entry: EntryId, from: Option<EntryId>) -> store::Result<Moved> {
        let story = match self.settled(entry)? {
            Ok(place) => place.story,
            Err(why) => return Ok(refused(why)),
        };
        let members = self.ledger.members(story)?;
        let Some((leaving, other)) = parting(&members, entry, story) else {
            return match self.supposed(story)?.filter(|maybe| *maybe != story) {
                Some(maybe) => self.apart(entry, maybe),
                None => Ok(refused(format!("{} is a story of its own already", entry.0))),
            };
        };
        let other = from.unwrap_or(other);
        let Some(new) = leaving.first().copied() else { return Ok(refused("nothing is left to split")) };
        self.ledger.move_entries(&leaving, new)?;
        let word = format!("you split {} from story {}", entry.0, story.0);
        self.ledger.overrule(new, Verdict::New, None, &word)?;
        self.take_back_merges(&members, &leaving)?;
        self.ledger.label(entry, other, false, self.now)?;
        let mut lines = vec![format!("{} is a story of its own now, {} is another", new.0, story.0)];
        if leaving.len() > 1 {
            lines.push(format!("{} articles stand in story {}", leaving.len(), new.0));
        }
        lines.extend(self.part_marks(story, new, &leaving)?);
        Ok((Corrected::Done(lines), leaving))
    }

    /// Changes nothing but what is known of the user's mind: these texts are kept, and folding is
    /// held against them.
    fn confirm(&self, entry: EntryId) -> store::Result<Corrected> {
        let story = match self.settled(entry)? {
            Ok(place) => place.story,
            Err(why) => return Ok(Corrected::Refused(why)),
        };
        let members = self.ledger.members(story)?;
        let is_meant = |member: &&Member| member.id != story && (entry == story || member.id == entry);
        let mut lines = Vec::new();
        for member in members.iter().filter(is_meant) {
            let of = member.of.unwrap_or(story);
            self.ledger.label(of, member.id, true, self.now)?;
            lines.push(format!("{} is a copy of {}: noted", member.id.0, of.0));
        }
        if !lines.is_empty() {
            return Ok(Corrected::Done(lines));
        }
        let why = match self.supposed(story)?.filter(|maybe| *maybe != story) {
            Some(maybe) => format!(
                "{entry} may be the same as {maybe}: `wirewatch story merge {entry} {maybe}` makes one story of both, `wirewatch story split {entry} {maybe}` says that they are two",
                entry = entry.0,
                maybe = maybe.0,
            ),
            None => format!("{} stands alone: there is nothing to confirm", entry.0),
        };
        Ok(Corrected::Refused(why))
    }

    /// The newer word counts: of entries that are parted now, nothing says any more that they are one.
    fn take_back_merges(&self, members: &[Member], leaving: &[EntryId]) -> store::Result<()> {
        let inside = |id: EntryId| members.iter().any(|member| member.id == id);
        for label in self.ledger.labels()?.into_iter().filter(|label| label.same) {
            let parted = leaving.contains(&label.older) != leaving.contains(&label.younger);
            if parted && inside(label.older) && inside(label.younger) {
                self.ledger.unlabel(label.older, label.younger)?;
            }
        }
        Ok(())
    }

    /// Told is the story whose article was shown; the other has been swallowed, and is told after all: by
    /// digests, since nothing has happened that somebody must know at once.
    fn part_marks(&self, old: EntryId, new: EntryId, leaving: &[EntryId]) -> store::Result<Vec<String>> {
        let mut lines = Vec::new();
        let owed = self.ledger.owed(old)?;
        for told in self.ledger.told(old)? {
            let untold = if leaving.contains(&told.shown) {
                self.ledger.move_told(told.digest, old, new)?;
                old
            } else {
                new
            };
            if told.kind == Kind::Digest
                && digests::has_to_tell(self.ledger, self.orders, &told.teller, untold)?
            {
                self.ledger.owe(told.digest, untold)?;
                lines.push(format!("the next “{}” tells story {}", told.teller, untold.0));
            }
        }
        for (digest, kind, name) in owed {
            if kind == Kind::Digest && digests::has_to_tell(self.ledger, self.orders, &name, new)? {
                self.ledger.owe(digest, new)?;
            }
        }
        Ok(lines)
    }

    fn mute(&self, id: EntryId) -> store::Result<Corrected> {
        let Some(place) = self.ledger.whereabouts(id)? else { return Ok(Corrected::Refused(unknown(id))) };
        let line = if self.ledger.mute(place.story, self.now)? {
            format!("nothing more is told of story {}", place.story.0)
        } else {
            format!("story {} is muted already", place.story.0)
        };
        Ok(Corrected::Done(vec![line]))
    }

    fn unmute(&self, id: EntryId) -> store::Result<Corrected> {
        let Some(place) = self.ledger.whereabouts(id)? else { return Ok(Corrected::Refused(unknown(id))) };
        let line = if self.ledger.unmute(place.story)? {
            format!("what comes to story {} from now on is told", place.story.0)
        } else {
            format!("story {} is not muted", place.story.0)
        };
        Ok(Corrected::Done(vec![line]))
    }

    /// Where an entry stands for good; else why it cannot be corrected.
    fn settled(&self, id: EntryId) -> store::Result<Result<Whereabouts, String>> {
        Ok(match self.ledger.whereabouts(id)? {
            None => Err(unknown(id)),
            Some(place) if place.page_pending => {
                Err(format!("the page of {} is still being read; try again in ten minutes", id.0))
            }
            Some(place) => Ok(place),
        })
    }
}

fn unknown(id: EntryId) -> String {
    format!("there is no entry {}", id.0)
}

/// Which entries leave the story, in the order in which they came, and from which one the user parted
/// `entry`; `None` when it stands alone.
fn parting(members: &[Member], entry: EntryId, story: EntryId) -> Option<(Vec<EntryId>, EntryId)> {
    let others = members.iter().filter(|member| member.id != entry);
    if entry == story {
        let leaving: Vec<EntryId> = others.map(|member| member.id).collect();
        return leaving.first().copied().map(|first| (leaving, first));
    }
    // An entry is attached to an earlier one: one pass finds them all.
    let mut leaving = HashSet::from([entry]);
    for member in others {
        if member.of.is_some_and(|of| leaving.contains(&of)) {
            leaving.insert(member.id);
        }
    }
    let attached_to = members.iter().find(|member| member.id == entry).and_then(|member| member.of);
    let there = |of: &EntryId| members.iter().any(|member| member.id == *of);
    let from = attached_to.filter(there).unwrap_or(story);
    let mut leaving: Vec<EntryId> = leaving.into_iter().collect();
    leaving.sort_unstable();
    Some((leaving, from))
}
