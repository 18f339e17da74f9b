//! Whether two texts go through the same words in the same order.
//!
//! Passages need several words in a row. A free translation or a thorough rewriting leaves few of
//! them, yet it walks through the original from end to end; two reports of one event have its names
//! and words in common as well, each in its own order.

use crate::news::fingerprint::Token;

/// The words of a text, each with its place when it stands there once.
#[derive(Debug)]
pub struct Places {
    slots: Vec<Slot>,
}

#[derive(Debug, Clone, Copy)]
struct Slot {
    key: u32,
    place: u16,
}

/// No word: keys have 22 bits.
const FREE: u32 = u32::MAX;
/// The word stands there more than once.
const TWICE: u16 = u16::MAX;

/// So few words in common are in order by chance.
const FEW: usize = 4;

/// What two texts have in common of the words that the shorter one has once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Walk {
    pub shared: usize,
    /// How many of the shared ones come in the same order.
    pub in_order: usize,
}

impl Walk {
    /// The share of the words in common that come in the same order, 0–1; a handful says little.
    pub fn order(self) -> f32 {
        self.in_order as f32 / (self.shared + FEW) as f32
    }
}

impl Places {
    /// Notes where each word of a text stands.
    pub fn of(text: &[Token]) -> Self {
        let size = (2 * text.len()).next_power_of_two().max(16);
        let mut places = Self { slots: vec![Slot { key: FREE, place: 0 }; size] };
        for (place, token) in text.iter().enumerate() {
            let at = places.find(token.key());
            let slot = &mut places.slots[at];
            if slot.key == FREE {
                *slot = Slot { key: token.key(), place: u16::try_from(place).unwrap_or(TWICE) };
            } else if slot.place != TWICE {
                slot.place = TWICE;
            }
        }
        places
    }

    /// Whether the word stands in the text.
    pub fn holds(&self, token: Token) -> bool {
        self.slots[self.find(token.key())].key != FREE
    }

    /// Which of the words that the text has once stand in `other`, and how many of them come in the same
    /// order there: the longest increasing subsequence of their places.
    pub fn walk(&self, other: &[Token]) -> Walk {
        // The least last place of an ordered sequence of each length.
        let mut ends: Vec<u16> = Vec::new();
        let mut met = vec![false; self.slots.len()];
        let mut shared = 0;
        for token in other {
            let at = self.find(token.key());
            let slot = self.slots[at];
            if slot.key == FREE || slot.place == TWICE {
                continue;
            }
            shared += usize::from(!std::mem::replace(&mut met[at], true));
            let length = ends.partition_point(|end| *end < slot.place);
            match ends.get_mut(length) {
                Some(end) => *end = slot.place,
                None => ends.push(slot.place),
            }
        }
        Walk { shared, in_order: ends.len() }
    }

    /// Where the word stands, or the free slot where it would.
    fn find(&self, key: u32) -> usize {
        let mask = self.slots.len() - 1;
        let mut at = (key.wrapping_mul(0x9e37_79b1) >> 12) as usize & mask;
        while self.slots[at].key != FREE && self.slots[at].key != key {
            at = (at + 1) & mask;
        }
        at
    }
}

#[cfg(test)]
mod tests {
    use super::{Places, Walk};
    use crate::news::entry::Article;
    use crate::news::fingerprint::Fingerprint;

    #[test]
    fn words_once_in_the_shorter_text_in_the_order_of_the_other() {
        for (text, other, shared, in_order) in [
            ("anchor bridge candle dragon", "anchor bridge candle dragon", 4, 4),
            ("anchor bridge candle dragon", "dragon candle bridge anchor", 4, 1),
            ("anchor bridge candle dragon", "engine bridge forest anchor garden dragon", 3, 2),
            ("anchor bridge anchor dragon", "anchor bridge dragon", 2, 2),
            ("anchor bridge dragon", "dragon anchor bridge dragon", 3, 3),
            ("anchor bridge", "candle dragon", 0, 0),
            ("", "candle dragon", 0, 0),
        ] {
            let walk = Places::of(&tokens(text)).walk(&tokens(other));
            assert_eq!(walk, Walk { shared, in_order }, "{text} | {other}");
        }
    }

    fn tokens(text: &str) -> Vec<super::Token> {
        let print = Fingerprint::of(&Article { text: text.to_owned(), ..Article::default() });
        print.tokens
    }
}
