//! How many words each group of a part has, in little more than a bit a word.

use std::ops::Range;

/// A one for each word and a zero behind each group, in the order of the groups.
#[derive(Debug, Clone, Default)]
pub struct Groups {
    bits: Vec<u64>,
    /// Words before every [`STRIDE`]th group.
    starts: Vec<u32>,
}

/// Groups of a part.
pub const GROUPS: usize = 1 << 18;
const STRIDE: usize = 16;

impl Groups {
    /// Which words of the part are the group's.
    pub fn range(&self, group: usize) -> Range<usize> {
        if self.starts.is_empty() {
            return 0..0;
        }
        let first = self.skip(self.stride(group), group % STRIDE);
        // Of all bits before it the zeros stand for groups.
        first - group..self.skip(first, 1) - 1 - group
    }

    /// Reads a little of the memory in which a group will be looked for.
    pub fn touch(&self, group: usize) -> u64 {
        if self.starts.is_empty() { 0 } else { self.bits[self.stride(group) / 64] }
    }

    /// The bit at which the stride of a group begins.
    fn stride(&self, group: usize) -> usize {
        let stride = group / STRIDE;
        self.starts[stride] as usize + stride * STRIDE
    }

    /// The bit behind so many zeros from a bit on.
    fn skip(&self, from: usize, zeros: usize) -> usize {
        let Some(mut more) = zeros.checked_sub(1) else { return from };
        let mut at = from / 64;
        let mut open = !self.bits[at] & u64::MAX << (from % 64);
        while open.count_ones() as usize <= more {
            more -= open.count_ones() as usize;
            at += 1;
            open = !self.bits[at];
        }
        for _ in 0..more {
            open &= open - 1;
        }
        at * 64 + open.trailing_zeros() as usize + 1
    }

    /// Begins to write anew what is in `self`.
    pub fn rewrite(&self, more: usize) -> Rewrite<'_> {
        let room = if self.bits.is_empty() { GROUPS / 64 + 1 } else { self.bits.len() };
        let bits = Vec::with_capacity(room + more / 64);
        Rewrite { old: self, at: 0, group: 0, bits, length: 0, more: vec![0; GROUPS / STRIDE] }
    }
}

/// Groups that are written anew, the first one first.
#[derive(Debug)]
pub struct Rewrite<'a> {
    old: &'a Groups,
    /// The next old bit, and the group to which it belongs.
    at: usize,
    group: usize,
    bits: Vec<u64>,
    length: usize,
    /// Words more in each stride.
    more: Vec<u32>,
}

impl Rewrite<'_> {
    /// So many words more for a group, behind those that it has; how many the old groups up to it have.
    pub fn add(&mut self, group: usize, more: usize) -> usize {
        let end =
            if self.old.bits.is_empty() { group } else { self.old.skip(self.at, group + 1 - self.group) - 1 };
        self.copy(end);
        self.group = group;
        self.write(group, more);
        end - group
    }

    pub fn finish(mut self) -> Groups {
        let words = if self.old.starts.is_empty() { 0 } else { self.old.range(GROUPS - 1).end };
        self.copy(words + GROUPS);
        self.close()
    }

    fn close(self) -> Groups {
        let mut starts = self.more;
        let mut before = 0;
        for (stride, start) in starts.iter_mut().enumerate() {
            before += std::mem::replace(start, before + self.old.starts.get(stride).unwrap_or(&0));
        }
        Groups { bits: self.bits, starts }
    }

    /// Old bits up to that one.
    fn copy(&mut self, end: usize) {
        while self.at < end {
            let count = (end - self.at).min(64);
            let (place, shift) = (self.at / 64, self.at % 64);
            let bit = |place: usize| self.old.bits.get(place).copied().unwrap_or(0);
            let high = if shift == 0 { 0 } else { bit(place + 1) << (64 - shift) };
            self.put((bit(place) >> shift | high) & u64::MAX >> (64 - count), count);
            self.at += count;
        }
    }

    fn write(&mut self, group: usize, mut count: usize) {
        self.more[group / STRIDE] += u32::try_from(count).unwrap_or(0);
        while count > 0 {
            let some = count.min(64);
            self.put(u64::MAX >> (64 - some), some);
            count -= some;
        }
    }

    /// The lowest `count` bits of a value that has no others.
    fn put(&mut self, value: u64, count: usize) {
        let shift = self.length % 64;
        match self.bits.last_mut() {
            Some(last) if shift > 0 => {
                *last |= value << shift;
                if shift + count > 64 {
                    self.bits.push(value >> (64 - shift));
                }
            }
            _ => self.bits.push(value),
        }
        self.length += count;
    }
}

/// Groups with so many words each.
impl FromIterator<usize> for Groups {
    fn from_iter<I: IntoIterator<Item = usize>>(counts: I) -> Self {
        let none = Self::default();
        let mut written = none.rewrite(0);
        for (group, words) in counts.into_iter().enumerate() {
            written.write(group, words);
            written.put(0, 1);
        }
        written.close()
    }
}

#[cfg(test)]
mod tests {
    use super::{GROUPS, Groups};

    /// Words of each group: none, one, a few, or many.
    fn counts(seed: usize) -> Vec<usize> {
        let mut counts = vec![0; GROUPS];
        for place in 0..3 * GROUPS {
            counts[(place * 7_919 + seed * place / 3) % GROUPS / (1 + place % 2)] += place % 3;
        }
        counts[9] = 1_000;
        counts
    }

    fn check(groups: &Groups, counts: &[usize]) {
        let mut start = 0;
        for (group, count) in counts.iter().enumerate() {
            assert_eq!(groups.range(group), start..start + count, "group {group}");
            start += count;
        }
    }

    #[test]
    fn what_is_written_is_found() {
        let counts = counts(0);
        check(&counts.iter().copied().collect(), &counts);
        assert_eq!(Groups::default().range(GROUPS - 1), 0..0);
    }

    #[test]
    fn what_is_added_is_found() {
        let mut all = vec![0; GROUPS];
        let mut groups = Groups::default();
        for seed in 0..4 {
            let more = counts(seed);
            let more = more.iter().enumerate().filter(|(group, _)| group % (1 + 11 * seed) == 0);
            let mut rewrite = groups.rewrite(0);
            for (group, more) in more.filter(|(_, more)| **more > 0) {
                assert_eq!(rewrite.add(group, *more), groups.range(group).end, "group {group}");
                all[group] += more;
            }
            groups = rewrite.finish();
            check(&groups, &all);
        }
    }
}
