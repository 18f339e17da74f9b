//! Case endings by language, folded: what a name may gain, or exchange for its last letters.
//!
//! Stemmers are made for search, where a wrong match costs a line in a list. Here it costs a mail, so
//! names are inflected by tables that say exactly which forms belong together.

mod derived;
mod eastern;
mod irregular;
mod slavic;
mod western;

use eastern::{
    ARABIC, ARMENIAN, AZERBAIJANI, GEORGIAN, HEBREW, HINDI, KAZAKH, KOREAN, KYRGYZ, PERSIAN, TURKISH, UZBEK,
};
use slavic::{BELARUSIAN, BULGARIAN, CZECH, MACEDONIAN, POLISH, RUSSIAN, SERBIAN, UKRAINIAN};
use western::{
    DUTCH, ENGLISH, FINNISH, FRENCH, GERMAN, GREEK, HUNGARIAN, IBERIAN, ITALIAN, PORTUGUESE, ROMANIAN,
    SCANDINAVIAN,
};

pub use derived::derivations;
pub use irregular::{IRREGULAR, NO_PLURAL};
pub use slavic::CYRILLIC_CONSONANTS;

/// Words that end in one of `lasts` exchange it for one of `endings`.
#[derive(Debug, Clone, Copy)]
pub struct Class {
    /// Endings of the rule word that are exchanged, by spaces; - stands for none: it only gains.
    pub lasts: &'static str,
    pub endings: &'static str,
    /// What is left before the ending must end in one of these letters; empty: in any.
    pub after: &'static str,
    /// Holds for capitalised rule words as well.
    pub names: bool,
}

const fn gains(after: &'static str, endings: &'static str) -> Class {
    Class { lasts: "-", endings, after, names: true }
}

const fn changes(lasts: &'static str, endings: &'static str) -> Class {
    Class { lasts, endings, after: "", names: true }
}

const fn common(class: Class) -> Class {
    Class { names: false, ..class }
}

const fn after(letters: &'static str, class: Class) -> Class {
    Class { after: letters, ..class }
}

/// The classes of a language; empty when its stemmer has to do.
pub fn classes(code: &str) -> &'static [Class] {
    match code {
        "ru" => RUSSIAN,
        "uk" => UKRAINIAN,
        "be" => BELARUSIAN,
        "bg" => BULGARIAN,
        "mk" => MACEDONIAN,
        "sr" => SERBIAN,
        "tr" => TURKISH,
        "az" => AZERBAIJANI,
        "uz" => UZBEK,
        "kk" => KAZAKH,
        "ky" => KYRGYZ,
        "hy" => ARMENIAN,
        "ka" => GEORGIAN,
        "ko" => KOREAN,
        "pl" => POLISH,
        "cs" => CZECH,
        "el" => GREEK,
        "de" => GERMAN,
        "sv" | "da" | "no" => SCANDINAVIAN,
        "fi" => FINNISH,
        "hu" => HUNGARIAN,
        "ro" => ROMANIAN,
        "hi" => HINDI,
        "fa" => PERSIAN,
        "ar" => ARABIC,
        "he" => HEBREW,
        "en" => ENGLISH,
        "es" | "ca" => IBERIAN,
        "pt" => PORTUGUESE,
        "fr" => FRENCH,
        "it" => ITALIAN,
        "nl" => DUTCH,
        _ => &[],
    }
}

/// Whether the tables know all forms of a name, so that its stem need not be trusted.
///
/// Paris is no pari, Gates no gate, Песков no песок.
pub fn names_by_table(code: &str) -> bool {
    matches!(
        code,
        "en" | "fr"
            | "es"
            | "it"
            | "pt"
            | "nl"
            | "ca"
            | "sv"
            | "da"
            | "no"
            | "ru"
            | "uk"
            | "be"
            | "bg"
            | "mk"
            | "hy"
            | "el"
            | "pl"
            | "cs"
            | "ro"
    )
}

/// Endings of English plurals that no name has, and the least length of the word: Clements is a name.
pub const NOUNS: &[(&str, usize)] = &[
    ("tions", 7),
    ("sions", 7),
    ("ments", 9),
    ("ships", 8),
    ("ances", 8),
    ("ences", 8),
    ("isms", 7),
    ("ists", 7),
    ("ests", 8),
    ("ities", 7),
    ("nesses", 9),
];

/// Articles and prepositions that lean on the next word (l'Arménie, dell'Armenia).
pub const ELIDED: &[&str] = &[
    "l", "d", "j", "m", "t", "s", "c", "n", "qu", "jusqu", "lorsqu", "puisqu", "quoiqu", "all", "dall",
    "dell", "nell", "sull", "coll", "un", "quest", "quell", "sant",
];

/// What may follow an apostrophe without making another word (Peskov's, Karabağ'da).
pub const AFTER_APOSTROPHE: &[&str] = &[
    "s", "a", "e", "i", "u", "ya", "ye", "yi", "yu", "in", "un", "nin", "nun", "da", "de", "ta", "te", "dan",
    "den", "tan", "ten", "la", "le", "yla", "yle", "lar", "ler", "daki", "deki", "taki", "teki", "si", "su",
    "ki", "dir", "nda", "nde", "ndan", "nden", "na", "ne", "ni", "nu",
];
