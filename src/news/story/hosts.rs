//! What a site puts around everything it publishes: menus, disclaimers, "read also".
//!
//! Words that stand at the edges of several stories of one site say nothing about any of them. Kept
//! is a bounded memory of the last stories of each site.

use std::collections::{HashMap, VecDeque};

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

#[derive(Debug, Default)]
pub struct Hosts {
    sites: HashMap<u32, Site>,
}

#[derive(Debug)]
struct Site {
    stories: VecDeque<(EntryId, Box<[u16]>)>,
    counts: Box<[u8]>,
}

impl Hosts {
    /// Remembers the first article of a story (its copies would make furniture of it).
    pub fn add(&mut self, id: EntryId, print: &Fingerprint) {
        if print.host == 0 {
            return;
        }
        let site = self.sites.entry(print.host).or_insert_with(|| Site {
            stories: VecDeque::new(),
            counts: vec![0; COUNTERS].into_boxed_slice(),
        });
        let mut runs: Vec<u16> = edges(print).map(|at| counter(&print.tokens[at..])).collect();
        runs.sort_unstable();
        runs.dedup();
        for run in &runs {
            let count = &mut site.counts[usize::from(*run)];
            *count = count.saturating_add(1);
        }
        site.stories.push_back((id, runs.into_boxed_slice()));
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

    /// Which tokens of an article are its site's furniture.
    pub fn furniture(&self, print: &Fingerprint) -> Vec<bool> {
        let mut marks = vec![false; print.tokens.len()];
        let Some(site) = self.sites.get(&print.host).filter(|site| site.stories.len() >= usize::from(OFTEN))
        else {
            return marks;
        };
        for at in edges(print) {
            if site.counts[usize::from(counter(&print.tokens[at..]))] >= OFTEN {
                marks[at..at + RUN].fill(true);
            }
        }
        marks
    }
}

impl Site {
    fn forget(&mut self, at: usize) {
        let Some((_, runs)) = self.stories.remove(at) else { return };
        for run in &runs {
            let count = &mut self.counts[usize::from(*run)];
            *count = count.saturating_sub(1);
        }
    }
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
