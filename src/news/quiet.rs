//! Edits that the publisher says nothing of: the title is the same, and so is the date.
//!
//! Most of them are of no use to anybody: a word put right, a count of readers that moves at every poll. But when a
//! sentence of the article gives another number, the news is another.

use super::story::Edit;

/// A number is in a sentence when so many words are; what counts readers, votes or comments stands by itself.
const SENTENCE: usize = 8;
/// The same in scripts without gaps between words, in characters.
const SENTENCE_OF_CHARACTERS: usize = 15;

/// What remains of an edit that neither title nor date speaks of: a number that moved in a sentence of `text`.
#[must_use]
pub fn edit(edit: &Edit, text: &str) -> Option<Edit> {
    let Edit::Moved(change) = edit else { return None };
    let (_, number) = change.rsplit_once(' ')?;
    let said = sentences(text).any(|sentence| is_long(sentence) && has_number(sentence, number));
    said.then(|| Edit::MovedQuietly(change.clone()))
}

/// Between full stops, and whatever else separates what is said from what stands beside it.
fn sentences(text: &str) -> impl Iterator<Item = &str> {
    let ends =
        |c: char| matches!(c, '!' | '?' | '\n' | '|' | '•' | '·' | '。' | '！' | '？' | '։' | '؟' | '।');
    text.split(ends).flat_map(|part| part.split(". "))
}

fn is_long(sentence: &str) -> bool {
    let words = sentence.split_whitespace().filter(|word| word.chars().any(char::is_alphabetic)).count();
    let dense =
        sentence.chars().filter(|c| matches!(c, '\u{0e00}'..='\u{0eff}' | '\u{3040}'..='\u{9fff}')).count();
    words >= SENTENCE || dense >= SENTENCE_OF_CHARACTERS
}

/// Whether that number stands there, its thousands apart or not.
fn has_number(sentence: &str, number: &str) -> bool {
    let part = |c: char| c.is_ascii_digit() || matches!(c, ',' | '.' | '\'' | '\u{a0}' | '\u{202f}' | '’');
    sentence.split(|c| !part(c)).any(|found| {
        let digits = found.bytes().filter(u8::is_ascii_digit);
        digits.eq(number.bytes())
    })
}

#[cfg(test)]
mod tests {
    use super::{Edit, edit};

    #[test]
    fn a_number_in_a_sentence_is_news() {
        for (change, text, is_news) in [
            ("3 → 14", "A blast at the mine killed 14 miners and injured others, it said. Views: 7", true),
            ("6 → 7", "A blast at the mine killed 14 miners and injured others, it said. Views: 7", false),
            ("6 → 7", "A blast at the mine killed 14 miners and injured others | 7 comments", false),
            ("900 → 1200", "The storm has left 1,200 houses of the old town without light since noon.", true),
            ("900 → 1200", "Points: 1200 # Comments: 12", false),
            ("3 → 14", "The inspector said that fourteen of them had been there since the morning", false),
            ("3 → 14", "救援人员说，矿井爆炸已造成14名矿工死亡，另有多人受伤。", true),
        ] {
            let quiet = edit(&Edit::Moved(change.to_owned()), text);
            assert_eq!(quiet.is_some(), is_news, "{change}: {text}");
        }
        assert_eq!(edit(&Edit::Grown, "whatever it says"), None);
    }
}
