//! Fitting blocks into letters that no mail program clips.

use super::headers::wire_size;
use super::layout::Block;

/// Gmail cuts a message off at 102 KiB; this leaves room for the head.
const LIMIT: usize = 100_000;

/// A heading with the rows under it.
#[derive(Debug, Clone, Default)]
pub struct Section {
    pub head: Block,
    /// The heading again, where the section goes on in the next letter.
    pub again: Block,
    pub rows: Vec<Row>,
}

/// One row, and the stories that it tells: one, or those of a counting line.
#[derive(Debug, Clone, Default)]
pub struct Row {
    pub block: Block,
    /// Indexes in the order of strength.
    pub stories: Vec<usize>,
}

/// The blocks of one letter.
#[derive(Debug, Clone, Default)]
pub struct Part {
    pub body: Block,
    /// Indexes of its stories in the order of strength.
    pub stories: Vec<usize>,
    weight: Weight,
}

/// Bytes on the wire in either encoding, of either part.
#[derive(Debug, Clone, Copy, Default)]
struct Weight {
    text: (usize, usize),
    html: (usize, usize),
}

impl Weight {
    fn of(block: &Block) -> Self {
        Self { text: wire_size(&block.text), html: wire_size(&block.html) }
    }

    fn plus(self, other: Self) -> Self {
        let add = |a: (usize, usize), b: (usize, usize)| (a.0 + b.0, a.1 + b.1);
        Self { text: add(self.text, other.text), html: add(self.html, other.html) }
    }

    /// Each part of a letter goes in the encoding that makes it shorter.
    fn total(self) -> usize {
        self.text.0.min(self.text.1) + self.html.0.min(self.html.1)
    }
}

/// Fills one letter after another. `shell` is a letter without blocks. A block that is too large
/// for a letter of its own gets one nevertheless: nothing is left out.
#[must_use]
pub fn split(sections: &[Section], shell: &Block) -> Vec<Part> {
    let shell = Weight::of(shell);
    let mut parts = vec![Part::default()];
    for section in sections {
        let mut head = Some(&section.head);
        for row in &section.rows {
            let weight = Weight::of(&row.block);
            let with_head = head.map_or(weight, |head| weight.plus(Weight::of(head)));
            let full = parts.last().is_some_and(|part| {
                !part.body.text.is_empty() && part.weight.plus(with_head).plus(shell).total() > LIMIT
            });
            if full {
                parts.push(Part::default());
                // A heading whose first row went over goes with it; else it is said again.
                head = Some(head.unwrap_or(&section.again));
            }
            if let Some(part) = parts.last_mut() {
                part.take(head.take());
                part.take(Some(&row.block));
                part.stories.extend(&row.stories);
            }
        }
    }
    parts
}

impl Part {
    fn take(&mut self, block: Option<&Block>) {
        let Some(block) = block else { return };
        self.body.text.push_str(&block.text);
        self.body.html.push_str(&block.html);
        self.weight = self.weight.plus(Weight::of(block));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn block(text: &str, size: usize) -> Block {
        Block { text: text.to_owned(), html: "x".repeat(size) }
    }

    #[test]
    fn nothing_is_lost_and_headings_are_said_again() {
        let row = |n: usize| Row { block: block(&format!("{n} "), 30_000), stories: vec![n] };
        let section = |name: &str, rows: std::ops::Range<usize>| Section {
            head: block(&format!("[{name}] "), 10),
            again: block(&format!("[{name} again] "), 10),
            rows: rows.map(row).collect(),
        };
        let parts = split(&[section("a", 0..3), section("b", 3..4), section("c", 4..9)], &block("", 1_000));
        let told: Vec<&str> = parts.iter().map(|part| part.body.text.as_str()).collect();
        assert_eq!(told, ["[a] 0 1 2 ", "[b] 3 [c] 4 5 ", "[c again] 6 7 8 "]);
        assert_eq!(parts[2].stories, [6, 7, 8]);
    }

    #[test]
    fn a_giant_row_stands_alone() {
        let row = |size| Row { block: block("r ", size), stories: Vec::new() };
        let section = Section { rows: vec![row(10), row(500_000), row(10)], ..Section::default() };
        assert_eq!(split(&[section], &Block::default()).len(), 3);
    }
}
