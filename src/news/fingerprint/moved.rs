//! What a number that moved counts: `3 → 11` is said as `3 → 11 miners`.

use super::digits;
use super::number::{read_number, stamp_length};
use super::spelling::{fold_into, word_length};
use super::stopwords;

/// Words that may stand between a number and what it counts: "11 of the miners".
const BETWEEN: usize = 2;

/// The change with the word behind the new number, where the text has that number once; else the title's, else
/// the change as it is.
#[must_use]
pub fn in_words(change: &str, title: &str, text: &str) -> String {
    let Some((_, number)) = change.rsplit_once("→ ") else { return change.to_owned() };
    let counted = [text, title].into_iter().find_map(|text| counted(number, &digits::plain(text)));
    counted.map_or_else(|| change.to_owned(), |counted| format!("{change} {counted}"))
}

/// What that number counts in a text.
fn counted(number: &str, text: &str) -> Option<String> {
    let mut found = None;
    let mut rest = text;
    let mut in_word = false;
    while let Some(first) = rest.chars().next() {
        let mut length = first.len_utf8();
        if first.is_ascii_digit() && !in_word {
            let stamp = stamp_length(rest);
            let (read, end) = read_number(rest);
            length = stamp.unwrap_or(end);
            if stamp.is_none() && read.to_string() == number {
                if found.is_some() {
                    return None;
                }
                found = Some(&rest[length..]);
            }
        }
        in_word = first.is_alphanumeric();
        rest = &rest[length..];
    }
    behind(found?)
}

/// The first word that says something, or a sign like %; nothing beyond the end of a clause.
fn behind(rest: &str) -> Option<String> {
    let mut at = rest;
    for _ in 0..=BETWEEN {
        let blank = at.len() - at.trim_start_matches([' ', '\u{a0}', '\u{202f}', '-']).len();
        at = &at[blank..];
        let first = at.chars().next()?;
        if matches!(first, '%' | '‰' | '€' | '$' | '£' | '₽' | '₴' | '֏') {
            return Some(first.to_string());
        }
        // In a letter the other way round the whole change would stand on its head.
        if !first.is_alphabetic() || matches!(first, '\u{590}'..='\u{8ff}') {
            return None;
        }
        let (length, _) = word_length(at);
        let (word, after) = at.split_at(length.max(first.len_utf8()));
        let mut folded = String::new();
        fold_into(word, &mut folded);
        if stopwords::languages(&folded).is_none() {
            return Some(word.to_owned());
        }
        at = after;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::in_words;

    #[test]
    fn a_number_and_what_it_counts() {
        for (title, text, said) in [
            ("", "The blast killed 11 miners and injured 19.", "3 → 11 miners"),
            ("", "Погибли 11 горняков, ранены 19.", "3 → 11 горняков"),
            ("", "Of the men 11 of the miners were found.", "3 → 11 miners"),
            ("", "Prices rose by 11 % in a year, not 110.", "3 → 11 %"),
            ("", "At 11:00 and on 11.11.2024 the valley counted 11 dead.", "3 → 11 dead"),
            ("", "The dead are 11. Rescuers went home on the M11 road.", "3 → 11"),
            ("11 dead in a mine", "It is known that 11 died, and 11 were hurt.", "3 → 11 dead"),
            ("", "11 died, and 11 were hurt.", "3 → 11"),
            ("", "११ खनिक मारे गए", "3 → 11 खनिक"),
            ("", "قتل ١١ عاملا", "3 → 11"),
            ("", "Nothing is counted here.", "3 → 11"),
        ] {
            assert_eq!(in_words("3 → 11", title, text), said, "{title} | {text}");
        }
        assert_eq!(in_words("days differ", "", "11 miners"), "days differ");
    }
}
