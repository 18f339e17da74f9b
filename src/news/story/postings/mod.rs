//! Which articles hold a key: the memory of a million articles in little more than four bytes a posting.
//!
//! A key's upper six bits name a part, the next eighteen a group in it. The last eight stand in one word
//! with the slot; the words of a part lie group behind group ([`words`]), and where each group lies bits say
//! ([`groups`]). What was added last waits in a table ([`fresh`]) until it is worth merging in: the part is
//! written anew then. Many lists that grow a little now and then, each at its own time, would leave a quarter
//! of the memory in gaps between them. Keys of 32 bits collide now and then: a candidate is only ever
//! proposed, never believed, and one shared key is no proposal.

mod fresh;
mod groups;
mod words;

use std::hint::black_box;
use std::ops::Range;

use self::fresh::{Fresh, Posting};
use self::groups::{GROUPS, Groups};
use self::words::{Pool, Words};

/// Key → slots, in the order in which they were added.
pub struct Postings {
    parts: Vec<Part>,
    pool: Pool,
    /// Of all parts, until there is much of it.
    hoard: Vec<Posting>,
}

/// Slots are told apart by 24 bits.
pub const MOST_SLOTS: usize = GONE as usize;
/// Stands where a posting was removed.
const GONE: u32 = (1 << 24) - 1;
const PARTS: usize = 64;
/// Bits of a key that name the part.
const PART: u32 = PARTS.ilog2();

#[derive(Debug, Default)]
struct Part {
    /// Last byte of the key, then the slot; group behind group.
    words: Words,
    groups: Groups,
    /// Words whose posting was removed.
    gone: usize,
    fresh: Fresh,
}

impl Default for Postings {
    fn default() -> Self {
        let parts = std::iter::repeat_with(Part::default).take(PARTS).collect();
        Self { parts, pool: Pool::default(), hoard: Vec::new() }
    }
}

impl std::fmt::Debug for Postings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let held = |part: &Part| part.words.len() - part.gone + part.fresh.len();
        write!(f, "Postings({})", self.parts.iter().map(held).sum::<usize>())
    }
}

impl Postings {
    /// Remembers that a slot below [`MOST_SLOTS`] holds the key.
    pub fn add(&mut self, key: u32, slot: u32) {
        let part = &mut self.parts[part_of(key)];
        let most = (part.words.len() / 16).clamp(1 << 12, 1 << 15);
        part.fresh.add(Posting { key, slot }, most);
        if part.fresh.len() >= most {
            let fresh = part.fresh.take();
            part.merge(&fresh, &mut self.pool);
        }
    }

    /// The same for many, before anything is looked up: [`Postings::settle`] comes first.
    pub fn hoard(&mut self, key: u32, slot: u32) {
        if self.hoard.len() == self.hoard.capacity() {
            self.settle();
            let held: usize = self.parts.iter().map(|part| part.words.len()).sum();
            self.hoard.reserve_exact((held / 8).clamp(1 << 19, 1 << 22));
        }
        self.hoard.push(Posting { key, slot });
    }

    /// Ends a time of hoarding.
    pub fn settle(&mut self) {
        let mut hoard = std::mem::take(&mut self.hoard);
        fresh::sort(&mut hoard, &[8, 17, 32 - PART]);
        for postings in hoard.chunk_by(|a, b| part_of(a.key) == part_of(b.key)) {
            let Some(first) = postings.first() else { continue };
            self.parts[part_of(first.key)].merge(postings, &mut self.pool);
        }
    }

    pub fn remove(&mut self, key: u32, slot: u32) {
        let part = &mut self.parts[part_of(key)];
        part.remove(key, slot);
        if part.gone > (part.words.len() / 16).max(1 << 10) {
            part.sweep(&mut self.pool);
        }
    }

    /// The slots that hold the key, oldest first.
    pub fn slots(&self, key: u32) -> impl Iterator<Item = u32> + '_ {
        self.parts[part_of(key)].place(key).slots()
    }

    /// Where the postings of each key lie, fetched from memory side by side: with a million articles
    /// hardly any of it is in a cache, and waiting for one key after the other takes most of the time.
    pub fn places(&self, keys: &[u32]) -> Vec<Place<'_>> {
        let part = |key: u32| &self.parts[part_of(key)];
        black_box(keys.iter().fold(0, |all, key| all ^ part(*key).touch(*key)));
        let places: Vec<Place<'_>> = keys.iter().map(|key| part(*key).place(*key)).collect();
        black_box(places.iter().fold(0, |all, place| all ^ place.touch()));
        places
    }
}

/// Where the postings of a key lie.
#[derive(Debug)]
pub struct Place<'a> {
    key: u32,
    part: &'a Part,
    /// Of its group.
    words: Range<usize>,
    /// The first of the fresh ones that may be the key's.
    first: u32,
}

impl<'a> Place<'a> {
    /// The slots that hold the key, oldest first.
    pub fn slots(self) -> impl Iterator<Item = u32> + 'a {
        let Self { key, part, words, first } = self;
        let words = part.words.pieces(words).flatten();
        let merged = words.filter(move |word| **word >> 24 == key & 0xff).map(|word| word & GONE);
        merged.filter(|slot| *slot != GONE).chain(part.fresh.slots(key, first))
    }

    fn touch(&self) -> u32 {
        let word = if self.words.is_empty() { 0 } else { self.part.words.get(self.words.start) };
        word ^ self.part.fresh.touch(self.first)
    }
}

impl Part {
    /// What is new, by group, goes behind the old of its group.
    fn merge(&mut self, new: &[Posting], pool: &mut Pool) {
        if self.gone > 0 {
            self.sweep(pool);
        }
        let mut words = self.words.rewrite(pool);
        let mut groups = self.groups.rewrite(new.len());
        for group in new.chunk_by(|a, b| group_of(a.key) == group_of(b.key)) {
            let Some(first) = group.first() else { continue };
            words.keep(groups.add(group_of(first.key), group.len()));
            for posting in group {
                words.push(packed(posting.key, posting.slot));
            }
        }
        self.words = words.finish();
        self.groups = groups.finish();
    }

    /// Forgets the words whose posting was removed.
    fn sweep(&mut self, pool: &mut Pool) {
        let is_held = |word: u32| word & GONE != GONE;
        let words = |group| self.words.pieces(self.groups.range(group)).flatten();
        let held = |group| words(group).filter(|word| is_held(**word)).count();
        self.groups = (0..GROUPS).map(held).collect();
        let length = self.words.len();
        let mut words = self.words.rewrite(pool);
        words.keep_if(length, is_held);
        self.words = words.finish();
        self.gone = 0;
    }

    fn remove(&mut self, key: u32, slot: u32) {
        let mut range = self.groups.range(group_of(key));
        if let Some(at) = range.find(|at| self.words.get(*at) == packed(key, slot)) {
            self.words.set(at, packed(key, GONE));
            self.gone += 1;
        } else {
            self.fresh.remove(key, slot);
        }
    }

    fn place(&self, key: u32) -> Place<'_> {
        let words = self.groups.range(group_of(key));
        Place { key, part: self, words, first: self.fresh.first(key) }
    }

    /// Reads a little of each part of memory in which a key will be looked for.
    fn touch(&self, key: u32) -> u64 {
        self.groups.touch(group_of(key)) ^ u64::from(self.fresh.first(key))
    }
}

fn part_of(key: u32) -> usize {
    (key >> (32 - PART)) as usize
}

fn group_of(key: u32) -> usize {
    key as usize >> 8 & (GROUPS - 1)
}

fn packed(key: u32, slot: u32) -> u32 {
    key << 24 | slot
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::Postings;

    /// A part that grows, shrinks and grows again, merged or not.
    #[test]
    fn a_part_of_any_size() {
        let key = |slot: u32| 0x0042_0000 | slot.wrapping_mul(0x9e37_79b1) >> 16 & 0xff3;
        let check = |postings: &Postings, slots: std::ops::Range<u32>| {
            let mut held: HashMap<u32, Vec<u32>> = HashMap::new();
            slots.for_each(|slot| held.entry(key(slot)).or_default().push(slot));
            for (key, slots) in held {
                assert_eq!(postings.slots(key).collect::<Vec<_>>(), slots, "{key:x}");
            }
        };
        let mut postings = Postings::default();
        for slot in 0..70_000 {
            postings.add(key(slot), slot);
            if [100, 400, 4_200, 40_000, 69_999].contains(&slot) {
                check(&postings, 0..slot + 1);
            }
        }
        (0..20_000).for_each(|slot| postings.remove(key(slot), slot));
        check(&postings, 20_000..70_000);
        (70_000..80_000).for_each(|slot| postings.add(key(slot), slot));
        check(&postings, 20_000..80_000);
    }

    /// Held against a plain map: adding, removing, and what is oldest.
    #[test]
    fn as_good_as_a_map_of_lists() {
        let mut dice = 0x2545_f491_4f6c_dd1d_u64;
        let mut postings = Postings::default();
        let mut map: HashMap<u32, Vec<u32>> = HashMap::new();
        for step in 0..20_000_u32 {
            dice = dice.wrapping_mul(0x5851_f42d_4c95_7f2d).wrapping_add(1);
            // A few keys of two parts, often the same.
            let key = [0x0007_0000, 0xffff_0000][(dice >> 40 & 1) as usize]
                | (dice >> 41 & 0x1_03ff) as u32 & 0xffff;
            let slots = map.entry(key).or_default();
            if dice >> 60 < 5 && !slots.is_empty() {
                let gone = slots.remove((dice >> 50) as usize % slots.len());
                postings.remove(key, gone);
            } else {
                slots.push(step);
                postings.add(key, step);
            }
        }
        for (key, slots) in &map {
            assert_eq!(&postings.slots(*key).collect::<Vec<_>>(), slots, "{key:x}");
        }
        postings.remove(0x0007_0001, 99_999);
        assert_eq!(postings.slots(0x0009_0000).count(), 0);
    }

    #[test]
    fn what_is_hoarded_is_the_same() {
        let (mut hoarded, mut added) = (Postings::default(), Postings::default());
        let key = |step: u32| step.wrapping_mul(0x9e37_79b1) & 0x8000_3fff;
        for step in 0..50_000 {
            hoarded.hoard(key(step), step);
            added.add(key(step), step);
        }
        hoarded.settle();
        for step in 50_000..60_000 {
            hoarded.add(key(step), step);
            added.add(key(step), step);
        }
        for step in 0..20_000 {
            let slots = |postings: &Postings| postings.slots(key(step)).collect::<Vec<_>>();
            assert_eq!(slots(&hoarded), slots(&added), "{:x}", key(step));
        }
        let keys: Vec<u32> = (0..9).map(key).collect();
        let places: Vec<usize> = hoarded.places(&keys).into_iter().map(|it| it.slots().count()).collect();
        assert_eq!(places, keys.iter().map(|key| added.slots(*key).count()).collect::<Vec<_>>());
    }
}
