//! Folding: what is compared when case, accents and compatibility forms do not matter.

use unicode_normalization::UnicodeNormalization;

use super::scan::{is_apostrophe, is_glyph, is_hyphen, is_invisible};

/// Case, accents and compatibility forms folded; not for display.
///
/// Marks fall where they are accents (Latin, Greek, Cyrillic, Arabic, Hebrew) and stay where they
/// make the letter (й, ї, ў, Thai, Indic and kana marks). Hyphens and apostrophes become `-` and `'`.
#[must_use]
pub fn fold(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    let mut folded = String::with_capacity(text.len());
    if text.chars().all(is_plain_letter) {
        text.chars().flat_map(char::to_lowercase).for_each(|c| push_folded(&mut folded, c));
        return folded;
    }
    let mut compose = false;
    for c in text.chars().filter(|c| !is_invisible(*c)).nfkd() {
        if is_accent(c) {
            if makes_a_letter(folded.chars().next_back(), c) {
                folded.push(c);
                compose = true;
            }
            continue;
        }
        compose |= needs_composing(c);
        for low in c.to_lowercase() {
            push_folded(&mut folded, low);
        }
    }
    if compose { folded.nfc().collect() } else { folded }
}

/// The form under which a word found by a scan is compared: folded, numbers without separators.
#[must_use]
pub fn fold_word(raw: &str) -> String {
    let digits = raw.starts_with(|c: char| c.is_ascii_digit());
    let parted = digits && raw.contains(|c: char| !c.is_alphanumeric());
    parted.then(|| plain_number(raw)).flatten().unwrap_or_else(|| fold(raw))
}

/// Lower case, composed, without invisible characters; accents stay. This is what stemmers expect.
///
/// `turkic` keeps ı and i apart as Turkish and Azerbaijani do.
#[must_use]
pub fn lower(raw: &str, turkic: bool) -> String {
    if raw.is_ascii() && !turkic {
        return raw.to_ascii_lowercase();
    }
    let mut low = String::with_capacity(raw.len());
    for c in raw.chars().filter(|c| !is_invisible(*c)).nfkc() {
        match c {
            'I' if turkic => low.push('ı'),
            'İ' => low.push('i'),
            c if is_apostrophe(c) => low.push('\''),
            c if is_hyphen(c) => low.push('-'),
            // What did not compose is a stress mark (Караба́х).
            c if ('\u{300}'..='\u{36f}').contains(&c) => {}
            c => low.extend(c.to_lowercase()),
        }
    }
    low
}

/// `1,200` → `1200`, `3,5` → `3.5`; none when it is no number.
fn plain_number(raw: &str) -> Option<String> {
    let mut groups = raw.split(|c: char| !c.is_ascii_digit());
    let mut number = groups.next()?.to_owned();
    let mut rest = groups.peekable();
    let grouped = !number.starts_with('0') && number.len() <= 3;
    while let Some(group) = rest.next() {
        if group.is_empty() {
            return None;
        }
        let last = rest.peek().is_none();
        if !(grouped && group.len() == 3) {
            if !last {
                return None;
            }
            number.push('.');
        }
        number.push_str(group);
    }
    Some(number)
}

/// A text folded as a whole, for literals; each byte knows where it came from.
#[derive(Debug, Default)]
pub struct Folded {
    pub text: String,
    /// For each byte of `text` the byte in the source; one more for the end.
    origin: Vec<u32>,
}

impl Folded {
    /// Byte in the source of the folded byte at `at`.
    #[must_use]
    pub fn source(&self, at: usize) -> usize {
        self.origin.get(at).map_or(0, |byte| *byte as usize)
    }
}

/// Folds a whole text and remembers the places: white space becomes one space, and none between
/// characters of scripts that write none (a line break inside Chinese text means nothing).
#[must_use]
pub fn fold_places(source: &str) -> Folded {
    let mut folded =
        Folded { text: String::with_capacity(source.len()), origin: Vec::with_capacity(source.len()) };
    let mut chars = source.char_indices().peekable();
    while let Some((start, c)) = chars.next() {
        if c.is_whitespace() {
            while chars.next_if(|(_, next)| next.is_whitespace() || is_invisible(*next)).is_some() {}
            let between = folded.text.chars().next_back().is_some_and(is_glyph)
                && chars.peek().is_some_and(|(_, next)| is_glyph(*next));
            if !between && !folded.text.is_empty() {
                folded.push(" ", start);
            }
            continue;
        }
        if c.is_ascii() && chars.peek().is_none_or(|(_, next)| next.is_ascii()) {
            folded.push(c.to_ascii_lowercase().encode_utf8(&mut [0; 4]), start);
            continue;
        }
        let mut end = start + c.len_utf8();
        while let Some((at, mark)) = chars.next_if(|(_, next)| joins_before(*next)) {
            end = at + mark.len_utf8();
        }
        folded.push(&fold(&source[start..end]), start);
    }
    folded.origin.push(u32::try_from(source.len()).unwrap_or(u32::MAX));
    folded
}

impl Folded {
    fn push(&mut self, text: &str, from: usize) {
        self.text.push_str(text);
        let from = u32::try_from(from).unwrap_or(u32::MAX);
        self.origin.resize(self.text.len(), from);
    }
}

/// Belongs to the character before it.
fn joins_before(c: char) -> bool {
    // The last two are the voicing marks of half-width kana.
    matches!(c, 'ﾞ' | 'ﾟ')
        || is_accent(c)
        || is_invisible(c)
        || unicode_normalization::char::is_combining_mark(c)
}

/// Letters that decompose into nothing, or into what [`push_folded`] makes of them anyway: most words.
fn is_plain_letter(c: char) -> bool {
    c.is_ascii()
        || matches!(u32::from(c), 0x410..=0x451 | 0x454 | 0x456 | 0x531..=0x556 | 0x561..=0x586 | 0x10d0..=0x10f0)
}

/// A mark that can be left out without making another word.
fn is_accent(c: char) -> bool {
    matches!(u32::from(c),
        0x0300..=0x036f | 0x0483..=0x0489 | 0x0591..=0x05bd | 0x05bf | 0x05c1..=0x05c2 | 0x05c4..=0x05c5
        | 0x05c7 | 0x0610..=0x061a | 0x0640 | 0x064b..=0x065f | 0x0670 | 0x06d6..=0x06dc
        | 0x06df..=0x06e4 | 0x06e7..=0x06e8 | 0x06ea..=0x06ed | 0x1ab0..=0x1aff | 0x1dc0..=0x1dff
        | 0x20d0..=0x20ff | 0xfe00..=0xfe0f | 0xfe20..=0xfe2f)
}

/// й, ї and ў are letters of their own; ё is an е that somebody took the time to write.
fn makes_a_letter(base: Option<char>, mark: char) -> bool {
    matches!((base, mark), (Some('и' | 'у'), '\u{306}') | (Some('і'), '\u{308}'))
}

/// Decomposed by NFKD although it is no accent: Hangul, kana and Indic marks.
fn needs_composing(c: char) -> bool {
    matches!(u32::from(c),
        0x0900..=0x11ff | 0x1b00..=0x1b7f | 0x3099..=0x309a | 0xa960..=0xa97f | 0xd7b0..=0xd7ff
        | 0x11000..=0x11fff | 0x16100..=0x1613f | 0x16d40..=0x16d7f)
}

fn push_folded(folded: &mut String, c: char) {
    match c {
        'a'..='z' | '0'..='9' => folded.push(c),
        'ß' => folded.push_str("ss"),
        'æ' => folded.push_str("ae"),
        'œ' => folded.push_str("oe"),
        'þ' => folded.push_str("th"),
        'ø' => folded.push('o'),
        'đ' | 'ð' => folded.push('d'),
        'ł' => folded.push('l'),
        'ħ' => folded.push('h'),
        'ŧ' => folded.push('t'),
        'ı' => folded.push('i'),
        'ς' => folded.push('σ'),
        'ё' => folded.push('е'),
        // ԵՎ is the capital of և, which NFKD takes apart into ե and ւ.
        'վ' if folded.ends_with('ե') => folded.push('ւ'),
        // Arabic keyboards write the Persian letters otherwise.
        'ك' => folded.push('ک'),
        'ي' | 'ى' => folded.push('ی'),
        c if is_apostrophe(c) => folded.push('\''),
        c if is_hyphen(c) => folded.push('-'),
        c => folded.push(ascii_digit(c).unwrap_or(c)),
    }
}

/// Digits of other scripts are the same numbers.
fn ascii_digit(c: char) -> Option<char> {
    const ZEROS: [u32; 12] =
        [0x0660, 0x06f0, 0x07c0, 0x0966, 0x09e6, 0x0a66, 0x0ae6, 0x0be6, 0x0c66, 0x0e50, 0x0ed0, 0x17e0];
    let code = u32::from(c);
    let zero = ZEROS.into_iter().find(|zero| (*zero..zero + 10).contains(&code))?;
    char::from_digit(code - zero, 10)
}

#[cfg(test)]
mod tests {
    use super::{fold, fold_places, fold_word, lower};

    #[test]
    fn equal_when_folded() {
        for (one, other) in [
            ("İstanbul", "ISTANBUL"),
            ("ıslak", "ISLAK"),
            ("Straße", "STRASSE"),
            ("Ὀδυσσεύς", "ΟΔΥΣΣΕΥΣ"),
            ("Երևան", "ԵՐԵՎԱՆ"),
            ("Երևան", "Երեւան"),
            ("ёлка", "Елка"),
            ("Караба́х", "КАРАБАХ"),
            ("café", "cafe\u{301}"),
            ("ﬁnance", "finance"),
            ("Ｗｉｄｅ", "wide"),
            ("co\u{ad}op\u{200b}er", "cooper"),
            ("O’Brien", "o'brien"),
            ("cease‑fire", "cease-fire"),
            ("ガ", "ｶﾞ"),
            ("한국", "\u{1112}\u{1161}\u{11ab}\u{1100}\u{116e}\u{11a8}"),
            ("الرّئيس", "الرئیس"),
            ("١٢", "12"),
            ("ᲗᲑᲘᲚᲘᲡᲘ", "თბილისი"),
        ] {
            assert_eq!(fold(one), fold(other), "{one} {other}");
        }
    }

    #[test]
    fn letters_of_their_own() {
        for (one, other) in
            [("мой", "мои"), ("їжак", "іжак"), ("ўсё", "усе"), ("が", "か"), ("ไม่", "ไม"), ("कि", "क")]
        {
            assert_ne!(fold(one), fold(other), "{one} {other}");
        }
        assert_eq!(fold("мой"), "мой");
    }

    #[test]
    fn numbers() {
        for (raw, plain) in [
            ("1,200", "1200"),
            ("1.200.000", "1200000"),
            ("12\u{a0}500", "12500"),
            ("1,200.50", "1200.50"),
            ("3.5", "3.5"),
            ("3,5", "3.5"),
            ("0.125", "0.125"),
            ("2026", "2026"),
        ] {
            assert_eq!(fold_word(raw), plain);
        }
    }

    #[test]
    fn lower_for_stemmers() {
        assert_eq!(lower("IRAK", true), "ırak");
        assert_eq!(lower("ELECCIÓN", false), "elección");
        assert_eq!(lower("Караба\u{301}х", false), "карабах");
    }

    #[test]
    fn places_point_into_the_source() {
        let source = "Ｃ＋＋  und\nÄ";
        let folded = fold_places(source);
        assert_eq!(folded.text, "c++ und a");
        assert_eq!(&source[folded.source(4)..folded.source(7)], "und");
        assert_eq!(folded.source(9), source.len());
        assert_eq!(fold_places("北\n京 大").text, "北京大");
    }
}
