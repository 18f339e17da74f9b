//! Roundups: one text that tells several stories one after another.

use crate::news::entry::EntryId;

use super::judge::Judgement;

/// Words of a known article that have to stand in a text for its story to be a part of it.
const PART: usize = 24;
/// Share of a known article that has to stand in a text.
const MOST: f32 = 0.4;
/// Share of a text beyond which one story is what it tells; the rest is an aside.
const ALL: f32 = 0.7;

/// The stories that a text covers, in the order in which it tells them; empty unless there are
/// at least two.
pub fn parts(judged: &[Judgement]) -> Vec<EntryId> {
    let mut parts: Vec<(usize, EntryId)> = Vec::new();
    let mut taken: Vec<bool> = Vec::new();
    for candidate in judged {
        let marks = candidate.marks();
        taken.resize(marks.len(), false);
        let (ours, theirs) = candidate.pair.covered;
        let (length, theirs_length) = candidate.pair.lengths;
        let substantial = ours >= PART && theirs as f32 >= MOST * theirs_length as f32;
        let known = parts.iter().any(|(_, story)| *story == candidate.known.story);
        if !substantial || known || !candidate.pair.told {
            continue;
        }
        if parts.is_empty() && ours as f32 > ALL * length as f32 {
            return Vec::new();
        }
        let shared = marks.iter().zip(&taken).filter(|(mark, taken)| **mark && **taken).count();
        if shared * 4 > ours {
            continue;
        }
        let start = marks.iter().position(|mark| *mark).unwrap_or(0);
        parts.push((start, candidate.known.story));
        for (taken, mark) in taken.iter_mut().zip(marks) {
            *taken |= mark;
        }
    }
    if parts.len() < 2 {
        return Vec::new();
    }
    parts.sort_unstable();
    parts.into_iter().map(|(_, story)| story).collect()
}
