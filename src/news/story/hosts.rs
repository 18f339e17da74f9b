//! What a site puts around everything it publishes: menus, disclaimers, "read also".
//!
//! Words that stand at the edges of several stories of one site say nothing about any of them. Kept
//! is a bounded memory of the last stories of each site.

use std::collections::VecDeque;

use hashbrown::HashMap;

use crate::news::entry::EntryId;
use crate::news::fingerprint::{Fingerprint, Token};

/// Stories of a site that are remembered.
const REMEMBERED: usize = 32;
/// Tokens at either end of a text among which furniture is looked for.
const EDGE: usize = 80;
/// In so many stories of a site a run of words is furniture.
const OFTEN: u8 = 3;
/// Counters of a site. Two runs that share one by chance only make it likelier to be called often.
const COUNTERS: usize = 1 << 14;
/// Of two bits each.
const IN_A_BYTE: usize = 4;

#[derive(Debug, Default)]
pub struct Hosts {
    sites: HashMap<u32, Site>,
}

#[derive(Debug, Default)]
struct Site {
    stories: VecDeque<(EntryId, Box<[u16]>)>,
    counts: Counts,
}

/// In how many stories each run stands. Hardly any stands in more than two.
#[derive(Debug)]
struct Counts {
    /// Up to [`OFTEN`].
    low: Box<[u8]>,
    /// Of the runs that stand in so many stories, how many these are.
    often: HashMap<u16, u8>,
}

impl Hosts {
    /// Remembers the first article of a story (its copies would make furniture of it).
    pub fn add(&mut self, id: EntryId, print: &Fingerprint) {
        if print.host == 0 {
            return;
        }
        let site = self.sites.entry(print.host).or_default();
        let mut runs: Vec<u16> = edges(print).map(|at| counter(&print.tokens[at..])).collect();
        runs.sort_unstable();
        runs.dedup();
        for run in &runs {
            site.counts.add(*run);
        }
        // By number, as they come after a restart: an article that was edited, or read late, is no newer.
        let at = site.stories.partition_point(|(story, _)| *story < id);
        site.stories.insert(at, (id, runs.into_boxed_slice()));
        if site.stories.len() > REMEMBERED {
            site.forget(0);
        }
    }

    pub fn remove(&mut self, id: EntryId, print: &Fingerprint) {
        let Some(site) = self.sites.get_mut(&print.host) else { return };
        if let Some(at) = site.stories.iter().position(|(story, _)| *story == id) {
            site.forget(at);
        }
        if site.stories.is_empty() {
            self.sites.remove(&print.host);
        }
    }

    /// Which tokens of an article are its site's furniture; empty when none is.
    pub fn furniture(&self, print: &Fingerprint) -> Vec<bool> {
        let site = self.sites.get(&print.host).filter(|site| !site.counts.often.is_empty());
        let Some(site) = site else { return Vec::new() };
        let mut marks = Vec::new();
        for at in edges(print).filter(|at| site.counts.is_often(counter(&print.tokens[*at..]))) {
            marks.resize(print.tokens.len(), false);
            marks[at..at + RUN].fill(true);
        }
        marks
    }
}

impl Site {
    fn forget(&mut self, at: usize) {
        let Some((_, runs)) = self.stories.remove(at) else { return };
        for run in runs {
            self.counts.take(run);
        }
    }
}

impl Default for Counts {
    fn default() -> Self {
        Self { low: vec![0; COUNTERS / IN_A_BYTE].into_boxed_slice(), often: HashMap::new() }
    }
}

impl Counts {
    fn add(&mut self, run: u16) {
        let (byte, shift) = place(run);
        match self.low[byte] >> shift & OFTEN {
            OFTEN => *self.often.entry(run).or_insert(OFTEN) += 1,
            count => {
                self.low[byte] += 1 << shift;
                if count + 1 == OFTEN {
                    self.often.insert(run, OFTEN);
                }
            }
        }
    }

    fn take(&mut self, run: u16) {
        let (byte, shift) = place(run);
        match self.often.get_mut(&run) {
            Some(count) if *count > OFTEN => *count -= 1,
            held => {
                if held.is_some() {
                    self.often.remove(&run);
                }
                self.low[byte] -= u8::from(self.low[byte] >> shift & OFTEN != 0) << shift;
            }
        }
    }

    fn is_often(&self, run: u16) -> bool {
        let (byte, shift) = place(run);
        self.low[byte] >> shift & OFTEN == OFTEN
    }
}

/// Byte and bit at which a run's counter begins.
fn place(run: u16) -> (usize, usize) {
    (usize::from(run) / IN_A_BYTE, usize::from(run) % IN_A_BYTE * 2)
}

const RUN: usize = 3;

/// Where the runs at the two ends of the text begin (the title is nobody's furniture).
fn edges(print: &Fingerprint) -> impl Iterator<Item = usize> {
    let first = usize::from(print.title);
    let end = (print.tokens.len() + 1).saturating_sub(RUN).max(first);
    let head = first..end.min(first + EDGE);
    let tail = head.end.max(end.saturating_sub(EDGE))..end;
    head.chain(tail)
}

fn counter(tokens: &[Token]) -> u16 {
    let run = super::run_hash(tokens);
    u16::try_from(run >> 18).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::{Counts, Hosts, OFTEN};
    use crate::news::entry::{Article, EntryId};
    use crate::news::fingerprint::Fingerprint;

    /// Each article shares its tail with those next to it.
    fn print(number: i64) -> Fingerprint {
        let word = |at: i64| format!("word{at}x ");
        let own: String = (0..100).map(|at| word(1000 * number + at)).collect();
        let shared: String = (0..30).map(|at| word(-1000 * (number / 8) - at - 1)).collect();
        Fingerprint::of(&Article {
            text: own + &shared,
            source: Some("a.example".into()),
            ..Article::default()
        })
    }

    /// An article that was edited, or whose page came late, is remembered where it stands after a restart.
    #[test]
    fn the_order_of_coming_does_not_matter() {
        let (mut ordered, mut mixed) = (Hosts::default(), Hosts::default());
        (0..80).for_each(|number| ordered.add(EntryId(number), &print(number)));
        (0..80).for_each(|number| mixed.add(EntryId(number * 37 % 80), &print(number * 37 % 80)));
        for edited in [79, 3, 60, 48] {
            mixed.remove(EntryId(edited), &print(edited));
            mixed.add(EntryId(edited), &print(edited));
        }
        let furniture: Vec<Vec<bool>> = (0..100).map(|number| ordered.furniture(&print(number))).collect();
        assert!(furniture.iter().any(|marks| marks.contains(&true)));
        assert!(furniture.iter().any(|marks| !marks.contains(&true)));
        for (number, marks) in (0..100).zip(furniture) {
            assert_eq!(mixed.furniture(&print(number)), marks, "{number}");
        }
    }

    #[test]
    fn as_good_as_a_counter_for_each_run() {
        let mut counts = Counts::default();
        let mut plain = [0_u8; 64];
        let mut dice = 0x2545_f491_4f6c_dd1d_u64;
        for _ in 0..20_000 {
            dice = dice.wrapping_mul(0x5851_f42d_4c95_7f2d).wrapping_add(1);
            let run = u16::try_from(dice >> 58).unwrap_or(0);
            let count = &mut plain[usize::from(run)];
            if dice >> 20 & 1 == 0 && *count > 0 {
                *count -= 1;
                counts.take(run);
            } else if *count < 32 {
                *count += 1;
                counts.add(run);
            }
            assert_eq!(counts.is_often(run), *count >= OFTEN, "{run}: {count}");
        }
        let often = plain.iter().filter(|count| **count >= OFTEN).count();
        assert_eq!(counts.often.len(), often);
    }
}
