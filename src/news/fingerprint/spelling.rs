//! How words are written: where one ends, and what of it counts.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Letters of a word that count: endings differ between a text and its translation or rewording.
const STEM: usize = 5;

/// The word's first letters: what inflection and translation leave alone.
pub fn stem(folded: &str) -> &str {
    let folded = without_article(folded);
    folded.char_indices().nth(STEM).map_or(folded, |(end, _)| &folded[..end])
}

/// Arabic writes the article and short conjunctions as part of the word; of five letters two or
/// three would say nothing.
pub fn without_article(folded: &str) -> &str {
    const FRONTS: [&str; 6] = ["وال", "بال", "فال", "كال", "ال", "لل"];
    let rest = FRONTS.iter().find_map(|front| folded.strip_prefix(front));
    rest.filter(|rest| rest.chars().nth(2).is_some()).unwrap_or(folded)
}

/// Bytes of the word that `rest` begins with, and whether it is an abbreviation with dots (`U.S.`).
pub fn word_length(rest: &str) -> (usize, bool) {
    if let Some(length) = abbreviation_length(rest) {
        return (length, true);
    }
    let end = rest.char_indices().find(|(_, c)| !is_word_char(*c)).map_or(rest.len(), |(at, _)| at);
    (end.max(rest.chars().next().map_or(0, char::len_utf8)), false)
}

/// `U.S.` or `U.N.`: at least two single letters, each with its dot.
fn abbreviation_length(rest: &str) -> Option<usize> {
    let bytes = rest.as_bytes();
    let mut end = 0;
    while bytes.get(end).is_some_and(u8::is_ascii_uppercase) && bytes.get(end + 1) == Some(&b'.') {
        end += 2;
    }
    (end >= 4).then_some(end)
}

fn is_word_char(c: char) -> bool {
    if c.is_ascii() {
        return c.is_ascii_alphabetic();
    }
    matches!(c, '\u{400}'..='\u{481}')
        || (c.is_alphabetic() && !is_ideograph(c))
        || is_combining_mark(c)
        || is_invisible(c)
}

/// Zero-width characters and soft hyphens do not exist for a reader.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}')
}

/// Scripts without gaps between words: each character stands for itself.
pub fn is_ideograph(c: char) -> bool {
    c >= '\u{0e00}'
        && matches!(c, '\u{0e00}'..='\u{0eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}'
        | '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
        && c.is_alphanumeric()
}

/// Case, accents and compatibility forms folded.
pub fn fold_into(written: &str, out: &mut String) {
    if written.bytes().all(|byte| byte.is_ascii_alphabetic()) {
        let start = out.len();
        out.push_str(written);
        out[start..].make_ascii_lowercase();
        return;
    }
    for c in written.chars() {
        match c {
            'a'..='z' | 'а'..='и' | 'к'..='я' => out.push(c),
            'A'..='Z' => out.push(c.to_ascii_lowercase()),
            '.' => {}
            _ if is_invisible(c) => {}
            _ => {
                let decomposed = std::iter::once(c).nfkd().filter(|it| !is_combining_mark(*it));
                for lower in decomposed.flat_map(char::to_lowercase).filter(|it| !is_combining_mark(*it)) {
                    out.push(if lower == 'ı' { 'i' } else { lower });
                }
            }
        }
    }
}

/// Bytes of the character reference (`&amp;`, `&#8217;`) that `rest` begins with; 0 when there is none.
pub fn reference_length(rest: &str) -> usize {
    let name = rest.bytes().skip(1).take(10).take_while(|b| b.is_ascii_alphanumeric() || *b == b'#').count();
    if name > 1 && rest.as_bytes().get(name + 1) == Some(&b';') { name + 2 } else { 0 }
}
