//! Text → words: where they stand, how they are compared, which language inflects them.
//!
//! [`fold`] makes spellings equal that differ only in case, accents or compatibility forms;
//! [`scan`] finds the words of a text; [`tongue`] says whose grammar holds, of those that [`language`] knows; [`inflect`] says
//! which forms belong to one word.

mod endings;
pub mod everyday;
mod families;
mod fold;
pub mod inflect;
pub mod language;
mod letters;
mod scan;
mod stopwords;
pub mod tongue;
mod unseen;

pub use fold::{Folded, fold, fold_places, fold_word, lower};
pub use scan::{Join, Scan, Token, is_glyph, is_word_char};
