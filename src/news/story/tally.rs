//! What the keys of an article add up to, slot by slot: a thousand slots for each article that is folded.

/// What the keys that a slot shares with an article add up to.
#[derive(Debug, Clone, Copy)]
pub struct Sum {
    pub slot: u32,
    pub weight: f32,
    pub keys: u32,
}

/// The sums, in the order in which their slots came, and a table of where each stands.
#[derive(Debug)]
pub struct Tally {
    pub sums: Vec<Sum>,
    /// Place among the sums, from 1; 0 is free. At most half of it is in use.
    table: Vec<u32>,
}

/// Twice as many as most articles need.
const PLACES: usize = 1 << 12;

impl Default for Tally {
    fn default() -> Self {
        Self { sums: Vec::with_capacity(PLACES / 2), table: vec![0; PLACES] }
    }
}

impl Tally {
    /// One more key that the slot shares.
    pub fn add(&mut self, slot: u32, weight: f32) {
        if 2 * self.sums.len() >= self.table.len() {
            self.grow();
        }
        let place = self.place(slot);
        if let Some(at) = self.table[place].checked_sub(1) {
            let sum = &mut self.sums[at as usize];
            sum.weight += weight;
            sum.keys += 1;
        } else {
            self.sums.push(Sum { slot, weight, keys: 1 });
            self.table[place] = u32::try_from(self.sums.len()).unwrap_or(0);
        }
    }

    fn grow(&mut self) {
        self.table = vec![0; 2 * self.table.len()];
        for at in 0..self.sums.len() {
            let place = self.place(self.sums[at].slot);
            self.table[place] = u32::try_from(at + 1).unwrap_or(0);
        }
    }

    /// Where the slot stands in the table, or could.
    fn place(&self, slot: u32) -> usize {
        let mask = self.table.len() - 1;
        let mut place = slot.wrapping_mul(0x9e37_79b1).rotate_left(16) as usize & mask;
        while let Some(at) = self.table[place].checked_sub(1) {
            if self.sums[at as usize].slot == slot {
                break;
            }
            place = (place + 1) & mask;
        }
        place
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::Tally;

    #[test]
    fn as_good_as_a_map() {
        let mut tally = Tally::default();
        let mut map: HashMap<u32, (f32, u32)> = HashMap::new();
        for step in 0..20_000_u32 {
            let (slot, weight) = (step * step % 9_001, 1.0 / (step % 7 + 1) as f32);
            tally.add(slot, weight);
            let sum = map.entry(slot).or_default();
            *sum = (sum.0 + weight, sum.1 + 1);
        }
        assert_eq!(tally.sums.len(), map.len());
        for sum in &tally.sums {
            assert_eq!(Some(&(sum.weight, sum.keys)), map.get(&sum.slot), "slot {}", sum.slot);
        }
    }
}
