//! Which articles hold a key: the memory of a million articles in four bytes a posting.
//!
//! A key's upper half names a bucket, the next eight bits a group in it. The last eight bits stand in
//! one word with the slot, so a group is looked through in a handful of steps. What was added last
//! waits beside the groups until it is worth sorting in. Keys of 32 bits collide now and then: a
//! candidate is only ever proposed, never believed, and one shared key is no proposal.

/// Key → slots, in the order in which they were added.
pub struct Postings {
    buckets: Vec<Bucket>,
}

/// Slots are told apart by 24 bits.
pub const MOST_SLOTS: usize = 1 << 24;
const BUCKETS: usize = 1 << 16;
const GROUPS: usize = 1 << 8;

#[derive(Default, Clone)]
struct Bucket {
    /// Where each group begins in `sorted`; empty as long as that is.
    starts: Vec<u32>,
    /// Last byte of the key, then the slot, one group behind the other.
    sorted: Vec<u32>,
    /// Lower halves of the keys that are not sorted in yet, and their slots.
    fresh: Vec<u16>,
    fresh_slots: Vec<u32>,
}

impl Default for Postings {
    fn default() -> Self {
        Self { buckets: vec![Bucket::default(); BUCKETS] }
    }
}

impl std::fmt::Debug for Postings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Postings({})", self.buckets.iter().map(Bucket::len).sum::<usize>())
    }
}

impl Postings {
    /// Remembers that a slot below [`MOST_SLOTS`] holds the key.
    pub fn add(&mut self, key: u32, slot: u32) {
        let (bucket, low) = split(key);
        self.buckets[bucket].add(low, slot);
    }

    pub fn remove(&mut self, key: u32, slot: u32) {
        let (bucket, low) = split(key);
        self.buckets[bucket].remove(low, slot);
    }

    /// The slots that hold the key, oldest first.
    pub fn slots(&self, key: u32) -> impl Iterator<Item = u32> + '_ {
        self.place(key).slots()
    }

    /// Where the postings of each key lie, fetched from memory side by side: with a million articles
    /// hardly any of it is in a cache, and waiting for one key after the other takes most of the time.
    pub fn places(&self, keys: &[u32]) -> Vec<Place<'_>> {
        let places: Vec<Place<'_>> = keys.iter().map(|key| self.place(*key)).collect();
        let beginnings = places.iter().map(|place| {
            place.sorted.first().copied().unwrap_or(0)
                ^ u32::from(place.bucket.fresh.first().copied().unwrap_or(0))
        });
        std::hint::black_box(beginnings.fold(0, |all, beginning| all ^ beginning));
        places
    }

    fn place(&self, key: u32) -> Place<'_> {
        let (bucket, low) = split(key);
        let bucket = &self.buckets[bucket];
        Place { bucket, sorted: &bucket.sorted[bucket.group(low)], low }
    }
}

/// Where the postings of a key lie.
#[derive(Clone, Copy)]
pub struct Place<'a> {
    bucket: &'a Bucket,
    /// Of its group.
    sorted: &'a [u32],
    low: u16,
}

impl<'a> Place<'a> {
    /// The slots that hold the key, oldest first.
    pub fn slots(self) -> impl Iterator<Item = u32> + 'a {
        let Self { bucket, sorted, low } = self;
        let sorted = sorted.iter().filter(move |word| **word >> 24 == u32::from(low & 0xff));
        let sorted = sorted.map(|word| word & 0xff_ffff);
        sorted.chain(places(&bucket.fresh, low).map(|at| bucket.fresh_slots[at]))
    }
}

impl Bucket {
    fn len(&self) -> usize {
        self.sorted.len() + self.fresh.len()
    }

    fn add(&mut self, low: u16, slot: u32) {
        if self.fresh.len() == self.fresh.capacity() {
            let more = self.room() / 4;
            self.fresh.reserve_exact(more);
            self.fresh_slots.reserve_exact(more);
        }
        self.fresh.push(low);
        self.fresh_slots.push(slot);
        if self.fresh.len() >= self.room() {
            self.sort_in();
        }
    }

    /// How many may wait: enough to make sorting worth while, and few beside what is sorted.
    fn room(&self) -> usize {
        (self.sorted.len() / 6).max(64)
    }

    /// Each group moves up by what comes in before it, the last one first; what is fresh goes behind
    /// the old of its group.
    fn sort_in(&mut self) {
        let mut coming = [0; GROUPS];
        for low in &self.fresh {
            coming[group_of(*low)] += 1;
        }
        let mut end = self.sorted.len();
        let mut shift = self.fresh.len();
        self.starts.resize(GROUPS, 0);
        self.sorted.reserve_exact(shift);
        self.sorted.resize(end + shift, 0);
        let mut free = [0; GROUPS];
        for group in (0..GROUPS).rev() {
            let start = self.starts[group] as usize;
            shift -= coming[group];
            self.sorted.copy_within(start..end, start + shift);
            self.starts[group] = u32::try_from(start + shift).unwrap_or(u32::MAX);
            free[group] = end + shift;
            end = start;
        }
        for (low, slot) in
            std::mem::take(&mut self.fresh).into_iter().zip(std::mem::take(&mut self.fresh_slots))
        {
            let place = &mut free[group_of(low)];
            self.sorted[*place] = packed(low, slot);
            *place += 1;
        }
    }

    fn group(&self, low: u16) -> std::ops::Range<usize> {
        let start = |group: usize| self.starts.get(group).map_or(self.sorted.len(), |start| *start as usize);
        start(group_of(low))..start(group_of(low) + 1)
    }

    fn remove(&mut self, low: u16, slot: u32) {
        let group = self.group(low);
        if let Some(at) = self.sorted[group.clone()].iter().position(|word| *word == packed(low, slot)) {
            self.sorted.remove(group.start + at);
            self.starts[group_of(low) + 1..].iter_mut().for_each(|start| *start -= 1);
            return;
        }
        let at = places(&self.fresh, low).find(|at| self.fresh_slots[*at] == slot);
        if let Some(at) = at {
            self.fresh.remove(at);
            self.fresh_slots.remove(at);
        }
    }
}

/// The places where `keys` holds `low`; whole blocks without it are passed over at once.
fn places(keys: &[u16], low: u16) -> impl Iterator<Item = usize> + '_ {
    const BLOCK: usize = 64;
    let blocks = keys.chunks(BLOCK).enumerate().filter(move |(_, block)| block.contains(&low));
    blocks.flat_map(move |(number, block)| {
        let hits = block.iter().enumerate().filter(move |(_, key)| **key == low);
        hits.map(move |(at, _)| number * BLOCK + at)
    })
}

fn split(key: u32) -> (usize, u16) {
    let [a, b, c, d] = key.to_le_bytes();
    (usize::from(u16::from_le_bytes([c, d])), u16::from_le_bytes([a, b]))
}

fn group_of(low: u16) -> usize {
    usize::from(low >> 8)
}

fn packed(low: u16, slot: u32) -> u32 {
    u32::from(low & 0xff) << 24 | slot
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::Postings;

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
