//! Which articles hold a key: the memory of a million articles in six bytes a posting.
//!
//! A key's upper half names a bucket, its lower half is searched for in the bucket from end to end,
//! which a processor does faster than it follows a pointer. Keys of 32 bits collide now and then: a
//! candidate is only ever proposed, never believed, and one shared key is no proposal.

/// Key → slots, in the order in which they were added.
pub struct Postings {
    buckets: Vec<Bucket>,
}

#[derive(Default, Clone)]
struct Bucket {
    keys: Vec<u16>,
    slots: Vec<u32>,
}

const BUCKETS: usize = 1 << 16;

impl Default for Postings {
    fn default() -> Self {
        Self { buckets: vec![Bucket::default(); BUCKETS] }
    }
}

impl std::fmt::Debug for Postings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Postings({})", self.buckets.iter().map(|bucket| bucket.keys.len()).sum::<usize>())
    }
}

impl Postings {
    pub fn add(&mut self, key: u32, slot: u32) {
        let (index, low) = split(key);
        let bucket = &mut self.buckets[index];
        if bucket.keys.len() == bucket.keys.capacity() {
            // Doubling would leave a third of a large index unused.
            let more = (bucket.keys.len() / 8).max(4);
            bucket.keys.reserve_exact(more);
            bucket.slots.reserve_exact(more);
        }
        bucket.keys.push(low);
        bucket.slots.push(slot);
    }

    pub fn remove(&mut self, key: u32, slot: u32) {
        let (index, low) = split(key);
        let bucket = &mut self.buckets[index];
        let found = (0..bucket.keys.len()).find(|at| bucket.keys[*at] == low && bucket.slots[*at] == slot);
        if let Some(at) = found {
            bucket.keys.remove(at);
            bucket.slots.remove(at);
        }
    }

    /// The slots that hold the key, oldest first.
    pub fn slots(&self, key: u32) -> impl Iterator<Item = u32> + '_ {
        let (index, low) = split(key);
        let bucket = &self.buckets[index];
        places(&bucket.keys, low).map(|at| bucket.slots[at])
    }
}

/// The places where `keys` holds `low`; whole blocks without it are passed over at once.
fn places(keys: &[u16], low: u16) -> impl Iterator<Item = usize> + '_ {
    let blocks = keys.chunks(BLOCK).enumerate().filter(move |(_, block)| block.contains(&low));
    blocks.flat_map(move |(number, block)| {
        let hits = block.iter().enumerate().filter(move |(_, key)| **key == low);
        hits.map(move |(at, _)| number * BLOCK + at)
    })
}

const BLOCK: usize = 64;

fn split(key: u32) -> (usize, u16) {
    let [a, b, c, d] = key.to_le_bytes();
    (usize::from(u16::from_le_bytes([c, d])), u16::from_le_bytes([a, b]))
}
