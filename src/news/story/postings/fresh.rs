//! Postings that were added last, and a table that leads to them.

use super::GONE;

/// In the order of adding.
#[derive(Debug, Default)]
pub struct Fresh {
    all: Vec<Posting>,
    /// For each of them the next one whose key stands at the same place of the table.
    next: Vec<u32>,
    /// First and last of those whose keys stand at a place.
    table: Vec<(u32, u32)>,
}

#[derive(Debug, Clone, Copy, Default)]
pub struct Posting {
    pub key: u32,
    pub slot: u32,
}

const NONE: u32 = u32::MAX;

impl Fresh {
    pub fn len(&self) -> usize {
        self.all.len()
    }

    /// Adds a posting; no more than `most` will be added.
    pub fn add(&mut self, posting: Posting, most: usize) {
        if self.all.is_empty() {
            self.all.reserve_exact(most);
            self.next.reserve_exact(most);
            self.table.resize((most / 2).next_power_of_two(), (NONE, NONE));
        }
        let number = u32::try_from(self.all.len()).unwrap_or(NONE);
        let place = place(posting.key, self.table.len());
        let (first, last) = &mut self.table[place];
        if *first == NONE {
            *first = number;
        } else {
            self.next[*last as usize] = number;
        }
        *last = number;
        self.next.push(NONE);
        self.all.push(posting);
    }

    /// Whether there was that one.
    pub fn remove(&mut self, key: u32, slot: u32) -> bool {
        let mut at = self.first(key);
        while let Some(posting) = self.all.get_mut(at as usize) {
            if posting.key == key && posting.slot == slot {
                posting.slot = GONE;
                return true;
            }
            at = self.next[at as usize];
        }
        false
    }

    /// Where the postings of a key, and of others, begin.
    pub fn first(&self, key: u32) -> u32 {
        if self.table.is_empty() { NONE } else { self.table[place(key, self.table.len())].0 }
    }

    /// The slots of a key, oldest first, from what [`Fresh::first`] said.
    pub fn slots(&self, key: u32, first: u32) -> impl Iterator<Item = u32> {
        let known = |at: &u32| *at != NONE;
        let chain = std::iter::successors(Some(first).filter(known), move |at| {
            Some(self.next[*at as usize]).filter(known)
        });
        let postings = chain.map(|at| self.all[at as usize]);
        postings.filter(move |it| it.key == key && it.slot != GONE).map(|it| it.slot)
    }

    /// Reads the posting of which [`Fresh::first`] spoke.
    pub fn touch(&self, first: u32) -> u32 {
        self.all.get(first as usize).map_or(0, |posting| posting.key)
    }

    /// Takes all that is there out, by group; within one the oldest first.
    pub fn take(&mut self) -> Vec<Posting> {
        let mut taken: Vec<Posting> =
            self.all.iter().copied().filter(|posting| posting.slot != GONE).collect();
        sort(&mut taken, &[8, 17]);
        self.all.clear();
        self.next.clear();
        self.table.fill((NONE, NONE));
        taken
    }
}

/// Sorts by so many bits as [`DIGIT`] says from each of these on, the last ones first; what is equal stays in order.
pub fn sort(postings: &mut Vec<Posting>, shifts: &[u32]) {
    let mut sorted = vec![Posting::default(); postings.len()];
    for shift in shifts {
        sort_by_digit(postings, &mut sorted, *shift);
        std::mem::swap(postings, &mut sorted);
    }
}

/// Bits of a digit.
const DIGIT: u32 = 9;

fn sort_by_digit(from: &[Posting], to: &mut [Posting], shift: u32) {
    let digit = |posting: &Posting| (posting.key >> shift) as usize & ((1 << DIGIT) - 1);
    let mut places = [0; 1 << DIGIT];
    for posting in from {
        places[digit(posting)] += 1;
    }
    let mut before = 0;
    for place in &mut places {
        before += std::mem::replace(place, before);
    }
    for posting in from {
        let place = &mut places[digit(posting)];
        to[*place] = *posting;
        *place += 1;
    }
}

/// The lowest bits of keys are not evenly spread.
fn place(key: u32, places: usize) -> usize {
    (key >> 8) as usize & (places - 1)
}
