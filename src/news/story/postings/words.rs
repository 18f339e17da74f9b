//! A long list of words in blocks of one size. A list that is written anew gives its blocks back one by one while
//! it takes others, so it needs hardly any room beside, and leaves no gaps of odd sizes in the memory.

use std::ops::Range;

/// Words of a block.
const BLOCK: usize = 1 << 12;

type Block = Box<[u32]>;

/// Blocks that nobody uses.
#[derive(Debug, Default)]
pub struct Pool(Vec<Block>);

/// So many of them are kept.
const SPARE: usize = 64;

#[derive(Debug, Default)]
pub struct Words {
    blocks: Vec<Block>,
    length: usize,
}

impl Words {
    pub fn len(&self) -> usize {
        self.length
    }

    /// The words of a range, piece by piece.
    pub fn pieces(&self, range: Range<usize>) -> impl Iterator<Item = &[u32]> {
        let mut at = range.start;
        std::iter::from_fn(move || {
            let (from, more) = (at % BLOCK, range.end.checked_sub(at).filter(|more| *more > 0)?);
            let to = BLOCK.min(from + more);
            let piece = &self.blocks[at / BLOCK][from..to];
            at += to - from;
            Some(piece)
        })
    }

    pub fn get(&self, at: usize) -> u32 {
        self.blocks[at / BLOCK][at % BLOCK]
    }

    pub fn set(&mut self, at: usize, word: u32) {
        self.blocks[at / BLOCK][at % BLOCK] = word;
    }

    /// Begins to write the list anew, from what is in it; nothing is in it meanwhile.
    pub fn rewrite<'p>(&mut self, pool: &'p mut Pool) -> Rewrite<'p> {
        Rewrite { old: std::mem::take(self), at: 0, new: Self::default(), pool }
    }
}

/// A list that is written anew.
#[derive(Debug)]
pub struct Rewrite<'p> {
    old: Words,
    /// Old words that were passed.
    at: usize,
    new: Words,
    pool: &'p mut Pool,
}

impl Rewrite<'_> {
    /// Keeps of the old words up to `end` those that are wanted.
    pub fn keep_if(&mut self, end: usize, is_wanted: impl Fn(u32) -> bool) {
        while let Some(place) = self.next_piece(end) {
            let block = std::mem::take(&mut self.old.blocks[place.0]);
            block[place.1].iter().filter(|word| is_wanted(**word)).for_each(|word| self.push(*word));
            self.old.blocks[place.0] = block;
            self.give_back();
        }
    }

    /// Keeps the old words up to `end`.
    pub fn keep(&mut self, end: usize) {
        while let Some((number, mut rest)) = self.next_piece(end) {
            while !rest.is_empty() {
                let from = self.room();
                let count = rest.len().min(BLOCK - from);
                let old = &self.old.blocks[number][rest.start..rest.start + count];
                if let Some(block) = self.new.blocks.last_mut() {
                    block[from..from + count].copy_from_slice(old);
                }
                self.new.length += count;
                rest.start += count;
            }
            self.give_back();
        }
    }

    pub fn push(&mut self, word: u32) {
        let at = self.room();
        if let Some(block) = self.new.blocks.last_mut() {
            block[at] = word;
        }
        self.new.length += 1;
    }

    pub fn finish(mut self) -> Words {
        self.keep(self.old.length);
        self.pool.0.extend(self.old.blocks.pop().filter(|block| !block.is_empty()));
        self.pool.0.truncate(SPARE);
        self.new
    }

    /// The old words that come next, up to `end` or the end of their block; they are passed then.
    fn next_piece(&mut self, end: usize) -> Option<(usize, Range<usize>)> {
        let more = end.checked_sub(self.at).filter(|more| *more > 0)?;
        let (number, from) = (self.at / BLOCK, self.at % BLOCK);
        let to = BLOCK.min(from + more);
        self.at += to - from;
        Some((number, from..to))
    }

    /// A block whose words were all passed is free.
    fn give_back(&mut self) {
        if self.at.is_multiple_of(BLOCK) && self.at > 0 {
            self.pool.0.push(std::mem::take(&mut self.old.blocks[self.at / BLOCK - 1]));
        }
    }

    /// Where the next word goes in the last block.
    fn room(&mut self) -> usize {
        let at = self.new.length % BLOCK;
        if at == 0 {
            let block = self.pool.0.pop().unwrap_or_else(|| vec![0; BLOCK].into_boxed_slice());
            self.new.blocks.push(block);
        }
        at
    }
}

#[cfg(test)]
mod tests {
    use super::{BLOCK, Pool, SPARE, Words};

    fn all(words: &Words) -> Vec<u32> {
        words.pieces(0..words.len()).flatten().copied().collect()
    }

    #[test]
    fn as_good_as_a_plain_list() {
        let (mut words, mut plain, mut pool) = (Words::default(), Vec::new(), Pool::default());
        for round in 0..40_u32 {
            let mut rewrite = words.rewrite(&mut pool);
            let middle = plain.len() * round as usize / 40;
            rewrite.keep(middle);
            let more = 1 + round * round * 7 % 9_000;
            (0..more).for_each(|word| rewrite.push(word));
            words = rewrite.finish();
            plain.splice(middle..middle, 0..more);
            assert_eq!(all(&words), plain);
            let part = plain.len() / 3..plain.len() / 2;
            let pieces: Vec<u32> = words.pieces(part.clone()).flatten().copied().collect();
            assert_eq!(pieces, plain[part]);
        }
        let last = plain.len() - 1;
        words.set(last, 1);
        assert_eq!(words.get(last), 1);
        plain[last] = 1;
        let mut rewrite = words.rewrite(&mut pool);
        rewrite.keep_if(plain.len(), |word| word % 2 == 1);
        plain.retain(|word| word % 2 == 1);
        assert_eq!(all(&rewrite.finish()), plain);
    }

    #[test]
    fn writing_anew_takes_hardly_any_room_beside() {
        let (mut words, mut pool) = (Words::default(), Pool::default());
        let mut rewrite = words.rewrite(&mut pool);
        (0..100).for_each(|_| (0..BLOCK).for_each(|_| rewrite.push(1)));
        words = rewrite.finish();
        let mut rewrite = words.rewrite(&mut pool);
        rewrite.push(2);
        for block in 1..=100 {
            rewrite.keep(block * BLOCK);
            assert!(rewrite.pool.0.len() <= 1);
            assert_eq!(rewrite.old.blocks.iter().filter(|block| !block.is_empty()).count(), 100 - block);
        }
        words = rewrite.finish();
        assert_eq!((words.len(), words.blocks.len()), (100 * BLOCK + 1, 101));
        let mut rewrite = words.rewrite(&mut pool);
        rewrite.keep_if(100 * BLOCK, |_| false);
        assert_eq!(all(&rewrite.finish()).len(), 1);
        assert_eq!(pool.0.len(), SPARE);
    }
}
