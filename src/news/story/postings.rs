//! Which articles hold a key: the memory of a million articles in four bytes a posting.
//!
//! A key's upper half names a bucket, the next eight bits a group in it. The last eight bits stand in
//! one word with the slot, and the words of a bucket lie group behind group. Where a group lies, a byte
//! beside each word says, as long as there are few; among many it takes less to keep where each begins.
//! What was added last waits behind them until it is worth sorting in. Keys of 32 bits collide now and
//! then: a candidate is only ever proposed, never believed, and one shared key is no proposal.

use std::hint::black_box;
use std::ops::Range;

use memchr::{memchr, memchr_iter, memrchr};

/// Key → slots, in the order in which they were added.
pub struct Postings {
    buckets: Vec<Bucket>,
}

/// Slots are told apart by 24 bits.
pub const MOST_SLOTS: usize = 1 << 24;
const BUCKETS: usize = 1 << 16;
const GROUPS: usize = 1 << 8;
/// From so many sorted words on the beginnings of all groups take less than a byte a word; beyond the
/// others two bytes do not hold a beginning.
const MANY: Range<usize> = 2 * GROUPS..1 << 16;

/// As long as a line of the processor's cache, and in one.
#[repr(align(64))]
#[derive(Default, Clone)]
struct Bucket {
    /// Last byte of the key, then the slot: the sorted ones, then the fresh ones.
    words: Vec<u32>,
    /// The group of each word; of the fresh ones only while there are `starts` for the others.
    groups: Vec<u8>,
    /// Where each group begins among the sorted words.
    starts: Option<Box<[u16; GROUPS]>>,
    sorted: usize,
}

impl Default for Postings {
    fn default() -> Self {
        Self { buckets: vec![Bucket::default(); BUCKETS] }
    }
}

impl std::fmt::Debug for Postings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Postings({})", self.buckets.iter().map(|bucket| bucket.words.len()).sum::<usize>())
    }
}

impl Postings {
    /// Remembers that a slot below [`MOST_SLOTS`] holds the key.
    pub fn add(&mut self, key: u32, slot: u32) {
        let (bucket, group, low) = split(key);
        self.buckets[bucket].add(group, packed(low, slot));
    }

    pub fn remove(&mut self, key: u32, slot: u32) {
        let (bucket, group, low) = split(key);
        self.buckets[bucket].remove(group, packed(low, slot));
    }

    /// The slots that hold the key, oldest first.
    pub fn slots(&self, key: u32) -> impl Iterator<Item = u32> + '_ {
        self.place(key).slots()
    }

    /// Where the postings of each key lie, fetched from memory side by side: with a million articles
    /// hardly any of it is in a cache, and waiting for one key after the other takes most of the time.
    pub fn places(&self, keys: &[u32]) -> Vec<Place<'_>> {
        let buckets = keys.iter().map(|key| split(*key)).map(|(at, group, _)| (&self.buckets[at], group));
        black_box(buckets.fold(0, |all, (bucket, group)| all ^ bucket.touch(group)));
        let places: Vec<Place<'_>> = keys.iter().map(|key| self.place(*key)).collect();
        black_box(places.iter().fold(0, |all, place| all ^ place.beginning()));
        places
    }

    fn place(&self, key: u32) -> Place<'_> {
        let (bucket, group, low) = split(key);
        let bucket = &self.buckets[bucket];
        let (_, fresh) = bucket.words.split_at(bucket.sorted);
        Place { sorted: &bucket.words[bucket.range(group)], fresh, groups: bucket.fresh_groups(), group, low }
    }
}

/// Where the postings of a key lie.
#[derive(Clone, Copy)]
pub struct Place<'a> {
    /// Of its group.
    sorted: &'a [u32],
    /// Of its bucket, and their groups.
    fresh: &'a [u32],
    groups: &'a [u8],
    group: u8,
    low: u8,
}

impl<'a> Place<'a> {
    /// The slots that hold the key, oldest first.
    pub fn slots(self) -> impl Iterator<Item = u32> + 'a {
        let Self { sorted, fresh, groups, group, low } = self;
        let fresh = memchr_iter(group, groups).map(|at| fresh[at]);
        let words = sorted.iter().copied().chain(fresh);
        words.filter(move |word| word >> 24 == u32::from(low)).map(|word| word & 0xff_ffff)
    }

    fn beginning(&self) -> u32 {
        let group = self.groups.first().copied().unwrap_or(0);
        self.sorted.first().copied().unwrap_or(0) ^ u32::from(group)
    }
}

impl Bucket {
    fn add(&mut self, group: u8, word: u32) {
        make_room(&mut self.words);
        make_room(&mut self.groups);
        self.words.push(word);
        self.groups.push(group);
        // Enough to make sorting worth while, and few beside what is sorted.
        if self.words.len() - self.sorted >= (self.sorted / 8).max(32) {
            self.sort_in();
        }
    }

    /// What is fresh goes behind the old of its group, the last one first; what stands behind it moves up
    /// by as many as are still to come.
    fn sort_in(&mut self) {
        self.know_groups();
        let words = self.words[self.sorted..].iter().copied();
        let mut fresh: Vec<(u8, u32)> = self.fresh_groups().iter().copied().zip(words).collect();
        fresh.sort_by_key(|(group, _)| *group);
        let mut end = self.sorted;
        for (before, (group, word)) in fresh.iter().enumerate().rev() {
            let place = self.end(*group, end);
            self.words.copy_within(place..end, place + before + 1);
            self.words[place + before] = *word;
            if self.starts.is_none() {
                self.groups.copy_within(place..end, place + before + 1);
                self.groups[place + before] = *group;
            }
            end = place;
        }
        if let Some(starts) = &mut self.starts {
            let mut fresh = fresh.iter().map(|(group, _)| usize::from(*group)).peekable();
            let mut before = 0;
            for (group, start) in starts.iter_mut().enumerate() {
                while fresh.next_if(|it| *it < group).is_some() {
                    before += 1;
                }
                *start += before;
            }
            self.groups.clear();
        }
        self.sorted = self.words.len();
    }

    /// Keeps the beginnings of the groups when that takes less than the group of each word, else these.
    fn know_groups(&mut self) {
        let many = MANY.contains(&self.words.len());
        if let Some(starts) = self.starts.take_if(|_| !many) {
            let mut groups = Vec::with_capacity(self.words.len());
            for (group, start) in (0..=u8::MAX).zip(*starts) {
                groups.truncate(usize::from(start));
                groups.resize(self.sorted, group);
            }
            groups.append(&mut self.groups);
            self.groups = groups;
        } else if many && self.starts.is_none() {
            let sorted = &self.groups[..self.sorted];
            let start = |group| sorted.partition_point(|it| usize::from(*it) < group);
            let starts = std::array::from_fn(|group| u16::try_from(start(group)).unwrap_or(u16::MAX));
            self.groups = self.groups.split_off(self.sorted);
            self.starts = Some(Box::new(starts));
        }
    }

    fn fresh_groups(&self) -> &[u8] {
        &self.groups[self.groups.len() - (self.words.len() - self.sorted)..]
    }

    /// Where the sorted words of a group lie.
    fn range(&self, group: u8) -> Range<usize> {
        if let Some(starts) = &self.starts {
            return usize::from(starts[usize::from(group)])..self.end(group, self.sorted);
        }
        let near = self.near(group);
        let groups = &self.groups[near.clone()];
        let first = memchr(group, groups).map_or(near.end, |first| near.start + first);
        first..memrchr(group, groups).map_or(first, |last| near.start + last + 1)
    }

    /// Where the words of a group end among the sorted ones before `end`.
    fn end(&self, group: u8, end: usize) -> usize {
        match &self.starts {
            Some(starts) => starts.get(usize::from(group) + 1).map_or(self.sorted, |next| usize::from(*next)),
            None => self.groups[..end].partition_point(|it| *it <= group),
        }
    }

    /// Keys are spread evenly: where the words of a group should lie when `groups` says it, else all of them.
    fn near(&self, group: u8) -> Range<usize> {
        const REACH: usize = 40;
        let sorted = &self.groups[..self.sorted];
        let guess = self.guess(group);
        let (start, end) = (guess.saturating_sub(REACH), sorted.len().min(guess + REACH));
        let begins = start == 0 || sorted[start] < group;
        let ends = end == sorted.len() || sorted[end - 1] > group;
        if begins && ends { start..end } else { 0..sorted.len() }
    }

    fn guess(&self, group: u8) -> usize {
        self.sorted * usize::from(group) / GROUPS
    }

    /// Reads a little of each part of memory in which a group will be looked for.
    fn touch(&self, group: u8) -> u32 {
        let fresh = self.groups.last().copied().unwrap_or(0);
        let there = if let Some(starts) = &self.starts {
            u32::from(starts[usize::from(group)])
        } else {
            let guess = self.guess(group);
            let group = self.groups.get(guess).copied().unwrap_or(0);
            u32::from(group) ^ self.words.get(guess).copied().unwrap_or(0)
        };
        there ^ u32::from(fresh)
    }

    fn remove(&mut self, group: u8, word: u32) {
        let range = self.range(group);
        if let Some(at) = self.words[range.clone()].iter().position(|it| *it == word) {
            self.words.remove(range.start + at);
            self.sorted -= 1;
            if let Some(starts) = &mut self.starts {
                starts[usize::from(group) + 1..].iter_mut().for_each(|start| *start -= 1);
            } else {
                self.groups.remove(range.start + at);
            }
            return;
        }
        let fresh = self.fresh_groups().iter().zip(&self.words[self.sorted..]);
        let at = fresh.into_iter().position(|it| it == (&group, &word));
        if let Some(at) = at {
            self.groups.remove(self.groups.len() - (self.words.len() - self.sorted) + at);
            self.words.remove(self.sorted + at);
        }
    }
}

/// Room for one more, and then for some: a list that doubles stands half empty.
fn make_room<T>(list: &mut Vec<T>) {
    if list.len() == list.capacity() {
        list.reserve_exact((list.len() / 16).max(16));
    }
}

fn split(key: u32) -> (usize, u8, u8) {
    let [low, group, c, d] = key.to_le_bytes();
    (usize::from(u16::from_le_bytes([c, d])), group, low)
}

fn packed(low: u8, slot: u32) -> u32 {
    u32::from(low) << 24 | slot
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::Postings;

    /// A bucket that grows from nothing to more than two bytes can count, shrinks and grows again.
    #[test]
    fn a_bucket_of_any_size() {
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
            if [100, 400, 700, 40_000, 69_999].contains(&slot) {
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
            // A few keys of two buckets, often the same.
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
}
