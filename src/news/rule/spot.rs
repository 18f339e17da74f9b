//! Where a term stands.

use super::Field;
use super::index::TermId;

/// A term stands here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Spot {
    pub term: TermId,
    pub field: Field,
    /// Places of its first and last word.
    pub from: u32,
    pub to: u32,
    /// Bytes in the field.
    pub start: u32,
    pub end: u32,
}

/// What is known of a term in the article at hand. Small, since a large set of rules has many.
#[derive(Debug, Clone, Copy, Default)]
pub struct Found {
    pub count: u32,
    /// The first place, as in [`Spot`].
    from: u32,
    to: u32,
    start: u32,
    end: u32,
    field: u8,
    /// Where the last place ends, and in which field.
    last_field: u8,
    last_end: u32,
}

impl Found {
    #[must_use]
    pub fn new(spot: Spot) -> Self {
        let Spot { field, from, to, start, end, .. } = spot;
        let field = field as u8;
        Self { count: 1, from, to, start, end, field, last_field: field, last_end: end }
    }

    /// Counts another place, unless it lies within the last one.
    pub fn again(&mut self, spot: Spot) {
        let field = spot.field as u8;
        if self.last_field != field || spot.start >= self.last_end {
            self.count += 1;
            (self.last_field, self.last_end) = (field, spot.end);
        }
    }

    /// The first place of the term, which is `term`.
    #[must_use]
    pub fn first(&self, term: TermId) -> Spot {
        let field = Field::ALL[usize::from(self.field) % Field::ALL.len()];
        Spot { term, field, from: self.from, to: self.to, start: self.start, end: self.end }
    }
}
