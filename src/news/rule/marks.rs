//! A set of small numbers, emptied as a whole: which terms stand in an article, which rules to ask.

/// One bit for each number, so that a hundred thousand of them stay in the nearest cache.
#[derive(Debug, Default)]
pub struct Marks(Vec<u64>);

impl Marks {
    /// Empties the set and makes room for the numbers below `count`.
    pub fn begin(&mut self, count: usize) {
        self.0.clear();
        self.0.resize(count.div_ceil(64), 0);
    }

    /// Adds a number; says whether it is new. Numbers beyond the room are never in.
    pub fn insert(&mut self, number: u32) -> bool {
        let Some(block) = self.0.get_mut(number as usize / 64) else { return false };
        let bit = 1 << (number % 64);
        let new = *block & bit == 0;
        *block |= bit;
        new
    }

    #[must_use]
    pub fn contains(&self, number: u32) -> bool {
        self.0.get(number as usize / 64).is_some_and(|block| block >> (number % 64) & 1 == 1)
    }

    /// The numbers of this set and of another, in order.
    pub fn union(&self, other: &Self) -> impl Iterator<Item = u32> {
        let blocks = (0_u32..).zip(self.0.iter().zip(&other.0));
        blocks.flat_map(|(block, (one, other))| {
            let mut rest = one | other;
            std::iter::from_fn(move || {
                let bit = rest.trailing_zeros();
                rest &= rest.checked_sub(1)?;
                Some(block * 64 + bit)
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::Marks;

    #[test]
    fn numbers_in_order_each_once() {
        let (mut one, mut other) = (Marks::default(), Marks::default());
        one.begin(200);
        other.begin(200);
        assert!(one.insert(130) && one.insert(63) && !one.insert(63));
        assert!(other.insert(0) && other.insert(130));
        assert!(!one.insert(1_000), "beyond the room");
        assert_eq!(one.union(&other).collect::<Vec<_>>(), [0, 63, 130]);
        assert!(one.contains(63) && !one.contains(64) && !one.contains(1_000));
        one.begin(200);
        assert!(!one.contains(63));
    }
}
