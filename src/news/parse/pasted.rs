//! Which encoding bytes are in that were pasted into UTF-8: that in which they are letters of the document.

use std::collections::HashMap;

use encoding_rs::{
    Encoding, ISO_8859_2, WINDOWS_1250, WINDOWS_1251, WINDOWS_1252, WINDOWS_1253, WINDOWS_1254, WINDOWS_1257,
};

/// By how many feeds are in them; of equally good ones the first is taken.
const CANDIDATES: [&Encoding; 7] =
    [WINDOWS_1252, WINDOWS_1250, ISO_8859_2, WINDOWS_1251, WINDOWS_1254, WINDOWS_1253, WINDOWS_1257];
/// How far into a document its language is looked for, in bytes.
const LANGUAGE_WITHIN: usize = 4_096;
/// More often than this a letter proves no more.
const OFTEN: u32 = 16;
/// A letter that stands there once is a name's from abroad.
const SELDOM: u32 = 2;

/// Letters beyond ASCII, by language: what its texts have and its neighbours have not.
const ALPHABETS: [(&str, &str); 14] = [
    ("pl", "ąćęłńóśźż"),
    ("cs", "áčďéěíňóřšťúůýž"),
    ("sk", "áäčďéíĺľňóôŕšťúýž"),
    ("hu", "áéíóöőúüű"),
    ("sl", "čšž"),
    ("hr", "čćđšž"),
    ("bs", "čćđšž"),
    ("ro", "ăâîşţ"),
    ("tr", "çğıöşü"),
    ("lt", "ąčęėįšųūž"),
    ("lv", "āčēģīķļņšūž"),
    ("et", "äõöüšž"),
    ("ru", "абвгдеёжзийклмнопрстуфхцчшщъыьэюя"),
    ("uk", "абвгґдеєжзиіїйклмнопрстуфхцчшщьюя"),
];

/// How often the letters beyond ASCII stand in a document, in lower case.
#[derive(Debug, Default)]
pub struct Letters(HashMap<char, u32>);

impl Letters {
    /// Those of the language that the document says it is in.
    #[must_use]
    pub fn declared(bytes: &[u8]) -> Self {
        let language = language(&bytes[..bytes.len().min(LANGUAGE_WITHIN)]);
        let alphabet =
            ALPHABETS.iter().find(|(code, _)| language.is_some_and(|said| said == code.as_bytes()));
        Self(alphabet.into_iter().flat_map(|(_, letters)| letters.chars()).map(|c| (c, SELDOM)).collect())
    }

    /// Those of a part of the document.
    pub fn note(&mut self, text: &str) {
        for letter in text.chars().filter(|c| !c.is_ascii() && c.is_alphabetic()).flat_map(char::to_lowercase)
        {
            *self.0.entry(letter).or_default() += 1;
        }
    }

    /// The encoding in which most of these bytes are such letters; of equally good ones the label, when it has one
    /// byte a character.
    #[must_use]
    pub fn encoding_of(&self, bytes: &[u8], label: Option<&'static Encoding>) -> &'static Encoding {
        let mut best = label.filter(|label| label.is_single_byte()).unwrap_or(WINDOWS_1252);
        let mut most = self.fit(bytes, best);
        for candidate in CANDIDATES {
            let fit = self.fit(bytes, candidate);
            if fit > most {
                (best, most) = (candidate, fit);
            }
        }
        best
    }

    fn fit(&self, bytes: &[u8], encoding: &'static Encoding) -> i64 {
        encoding.decode_without_bom_handling(bytes).0.chars().map(|c| self.weight(c)).sum()
    }

    fn weight(&self, c: char) -> i64 {
        // Nobody writes these; quotes and dashes lie there in the others.
        if c.is_control() || c == char::REPLACEMENT_CHARACTER {
            return -i64::from(OFTEN);
        }
        let often = c.to_lowercase().filter_map(|c| self.0.get(&c)).copied().max().unwrap_or_default();
        if often < SELDOM { 0 } else { i64::from(often.min(OFTEN)) }
    }
}

/// The language that a document declares in its head, without its region.
fn language(head: &[u8]) -> Option<&[u8]> {
    let after = |mark: &[u8]| memchr::memmem::find(head, mark).map(|at| &head[at + mark.len()..]);
    let said = after(b"language>").or_else(|| after(b"xml:lang=\"")).or_else(|| after(b"xml:lang='"))?;
    let said = said.trim_ascii_start();
    said.get(..2).filter(|_| said.get(2).is_some_and(|next| !next.is_ascii_alphanumeric()))
}

#[cfg(test)]
mod tests {
    use super::Letters;

    #[test]
    fn bytes_are_read_as_what_stands_around_them() {
        for (around, pasted, expected) in [
            ("Prom stoi w porcie, mówią rybacy; stąd wciąż żadnych łodzi, mówią", &b"\xB3\xB9ka"[..], "łąka"),
            ("Prom stoi w porcie, mówią rybacy; stąd wciąż żadnych łodzi, mówią", b"\xB3\xB1ka", "łąka"),
            ("<language>pl-PL</language>", b"\xB3\xB9ka", "łąka"),
            ("<feed xml:lang='cs'>", b"p\xF8\xEDstav", "přístav"),
            ("<language>tr</language>", b"\xFEehir", "şehir"),
            ("<language>ru</language>", b"\xEF\xEE\xF0\xF2", "порт"),
            ("Le bac reste au port, à l’île, café café, été, à", b"\xE9t\xE9 \x96", "été –"),
            ("One Wałęsa in an English text", b"caf\xEA", "cafê"),
            ("", b"caf\xE9", "café"),
        ] {
            let mut letters = Letters::declared(around.as_bytes());
            letters.note(around);
            let read = letters.encoding_of(pasted, None).decode_without_bom_handling(pasted).0;
            assert_eq!(read, expected, "{around}");
        }
    }
}
