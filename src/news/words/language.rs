//! The languages whose grammar is known, and their scripts.

use snowball_stemmers_rs::Algorithm;
use whatlang::Lang;

/// A language whose inflection is known; the place in [`TABLE`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Language(u8);

/// Some languages at once, for texts that do not say which.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Languages(u64);

/// Writing systems whose languages must not be mixed up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Script {
    Latin,
    Cyrillic,
    Armenian,
    Georgian,
    Greek,
    Arabic,
    Hebrew,
    Devanagari,
    Tamil,
    Hangul,
    Other,
}

pub(super) const SCRIPTS: usize = 11;

struct Known {
    code: &'static str,
    script: Script,
    stemmer: Option<Algorithm>,
    detected: Option<Lang>,
}

const fn known(
    code: &'static str,
    script: Script,
    stemmer: Option<Algorithm>,
    detected: Option<Lang>,
) -> Known {
    Known { code, script, stemmer, detected }
}

/// Every language with a stemmer or with endings of our own.
static TABLE: &[Known] = {
    use Script::{Arabic, Armenian, Cyrillic, Devanagari, Georgian, Greek, Hangul, Hebrew, Latin, Tamil};
    &[
        known("en", Latin, Some(Algorithm::English), Some(Lang::Eng)),
        known("fr", Latin, Some(Algorithm::French), Some(Lang::Fra)),
        known("de", Latin, Some(Algorithm::German), Some(Lang::Deu)),
        known("es", Latin, Some(Algorithm::Spanish), Some(Lang::Spa)),
        known("it", Latin, Some(Algorithm::Italian), Some(Lang::Ita)),
        known("pt", Latin, Some(Algorithm::Portuguese), Some(Lang::Por)),
        known("nl", Latin, Some(Algorithm::Dutch), Some(Lang::Nld)),
        known("ca", Latin, Some(Algorithm::Catalan), Some(Lang::Cat)),
        known("ro", Latin, Some(Algorithm::Romanian), Some(Lang::Ron)),
        known("sv", Latin, Some(Algorithm::Swedish), Some(Lang::Swe)),
        known("da", Latin, Some(Algorithm::Danish), Some(Lang::Dan)),
        known("no", Latin, Some(Algorithm::Norwegian), Some(Lang::Nob)),
        known("fi", Latin, Some(Algorithm::Finnish), Some(Lang::Fin)),
        known("et", Latin, Some(Algorithm::Estonian), Some(Lang::Est)),
        known("hu", Latin, Some(Algorithm::Hungarian), Some(Lang::Hun)),
        known("pl", Latin, Some(Algorithm::Polish), Some(Lang::Pol)),
        known("cs", Latin, Some(Algorithm::Czech), Some(Lang::Ces)),
        known("lt", Latin, Some(Algorithm::Lithuanian), Some(Lang::Lit)),
        known("id", Latin, Some(Algorithm::Indonesian), Some(Lang::Ind)),
        known("eu", Latin, Some(Algorithm::Basque), None),
        known("ga", Latin, Some(Algorithm::Irish), None),
        known("tr", Latin, Some(Algorithm::Turkish), Some(Lang::Tur)),
        known("az", Latin, None, Some(Lang::Aze)),
        known("uz", Latin, None, Some(Lang::Uzb)),
        known("ru", Cyrillic, Some(Algorithm::Russian), Some(Lang::Rus)),
        known("uk", Cyrillic, Some(Algorithm::Ukrainian), Some(Lang::Ukr)),
        known("be", Cyrillic, None, Some(Lang::Bel)),
        known("bg", Cyrillic, None, Some(Lang::Bul)),
        known("mk", Cyrillic, None, Some(Lang::Mkd)),
        known("sr", Cyrillic, Some(Algorithm::Serbian), Some(Lang::Srp)),
        known("kk", Cyrillic, None, None),
        known("ky", Cyrillic, None, None),
        known("hy", Armenian, Some(Algorithm::Armenian), None),
        known("ka", Georgian, None, None),
        known("el", Greek, Some(Algorithm::Greek), None),
        known("ar", Arabic, Some(Algorithm::Arabic), Some(Lang::Ara)),
        known("fa", Arabic, Some(Algorithm::Persian), Some(Lang::Pes)),
        known("he", Hebrew, None, None),
        known("yi", Hebrew, None, Some(Lang::Yid)),
        known("hi", Devanagari, Some(Algorithm::Hindi), Some(Lang::Hin)),
        known("ne", Devanagari, Some(Algorithm::Nepali), Some(Lang::Nep)),
        known("ta", Tamil, Some(Algorithm::Tamil), None),
        known("ko", Hangul, None, None),
    ]
};

/// How many languages are known.
pub const COUNT: usize = 43;

impl Language {
    /// By BCP 47 tag (`pt-BR`, `ru`); none when its grammar is not known.
    #[must_use]
    pub fn of(tag: &str) -> Option<Self> {
        let primary = tag.split(['-', '_']).next().unwrap_or_default().to_ascii_lowercase();
        let code = match primary.as_str() {
            "nb" | "nn" => "no",
            "hr" | "bs" | "sh" => "sr",
            "iw" => "he",
            "in" => "id",
            code => code,
        };
        let index = TABLE.iter().position(|known| known.code == code)?;
        u8::try_from(index).ok().map(Self)
    }

    /// Two letters.
    #[must_use]
    pub fn code(self) -> &'static str {
        TABLE[self.index()].code
    }

    /// Place in a table of [`COUNT`].
    #[must_use]
    pub fn index(self) -> usize {
        usize::from(self.0)
    }

    #[must_use]
    pub fn script(self) -> Script {
        TABLE[self.index()].script
    }

    /// Whether its words may be written in that script.
    #[must_use]
    pub fn writes(self, script: Script) -> bool {
        script == self.script() || self.writes_two() && matches!(script, Script::Latin | Script::Cyrillic)
    }

    /// Written in Latin and in Cyrillic letters.
    pub(super) fn writes_two(self) -> bool {
        matches!(self.code(), "sr" | "kk" | "uz" | "az")
    }

    /// As the detector calls it.
    pub(super) fn detected(self) -> Option<Lang> {
        TABLE[self.index()].detected
    }

    pub(super) fn stemmer(self) -> Option<Algorithm> {
        TABLE[self.index()].stemmer
    }

    /// Its words may inflect at their beginnings.
    #[must_use]
    pub fn changes_beginnings(self) -> bool {
        matches!(self.code(), "ar" | "fa" | "he" | "ga" | "id")
    }

    /// ı is not i.
    #[must_use]
    pub fn turkic(self) -> bool {
        matches!(self.code(), "tr" | "az")
    }

    pub fn all() -> impl Iterator<Item = Self> {
        (0..COUNT).filter_map(|index| u8::try_from(index).ok().map(Self))
    }
}

impl Languages {
    pub const NONE: Self = Self(0);

    #[must_use]
    pub fn one(language: Language) -> Self {
        Self(1 << language.0)
    }

    /// Of two-letter codes; unknown ones are left out.
    #[must_use]
    pub fn of(codes: &[&str]) -> Self {
        let mut languages = Self::default();
        for language in codes.iter().filter_map(|code| Language::of(code)) {
            languages.insert(language);
        }
        languages
    }

    pub fn insert(&mut self, language: Language) {
        self.0 |= 1 << language.0;
    }

    #[must_use]
    pub fn contains(self, language: Language) -> bool {
        self.0 & (1 << language.0) != 0
    }

    #[must_use]
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    #[must_use]
    pub fn len(self) -> usize {
        self.0.count_ones() as usize
    }

    pub fn iter(self) -> impl Iterator<Item = Language> {
        let mut rest = self.0;
        std::iter::from_fn(move || {
            let lowest = rest.trailing_zeros();
            rest &= rest.checked_sub(1)?;
            u8::try_from(lowest).ok().map(Language)
        })
    }

    /// Those that are in both.
    pub(super) fn common(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    pub(super) fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

impl Script {
    /// Of a word: its first letter decides.
    #[must_use]
    pub fn of(word: &str) -> Self {
        word.chars().map(Self::of_char).find(|script| *script != Self::Other).unwrap_or(Self::Other)
    }

    #[must_use]
    pub fn of_char(c: char) -> Self {
        match u32::from(c) {
            0x41..=0x5a | 0x61..=0x7a | 0xc0..=0x24f | 0x250..=0x2af | 0x1e00..=0x1eff => Self::Latin,
            0x370..=0x3ff | 0x1f00..=0x1fff => Self::Greek,
            0x400..=0x52f => Self::Cyrillic,
            0x530..=0x58f | 0xfb13..=0xfb17 => Self::Armenian,
            0x590..=0x5ff => Self::Hebrew,
            0x600..=0x6ff | 0x750..=0x77f | 0xfb50..=0xfdff | 0xfe70..=0xfeff => Self::Arabic,
            0x900..=0x97f => Self::Devanagari,
            0xb80..=0xbff => Self::Tamil,
            0x10a0..=0x10ff | 0x1c90..=0x1cbf | 0x2d00..=0x2d2f => Self::Georgian,
            0x1100..=0x11ff | 0xac00..=0xd7af => Self::Hangul,
            _ => Self::Other,
        }
    }

    /// Whether several known languages are written in it, so that its words must be asked.
    #[must_use]
    pub fn is_contested(self) -> bool {
        matches!(self, Self::Latin | Self::Cyrillic | Self::Arabic)
    }

    /// What is assumed when a text says nothing of its language.
    pub(super) fn default_languages(self) -> Languages {
        match self {
            Self::Latin => Languages::of(&["en"]),
            Self::Cyrillic => Languages::of(&["ru", "uk"]),
            Self::Armenian => Languages::of(&["hy"]),
            Self::Georgian => Languages::of(&["ka"]),
            Self::Greek => Languages::of(&["el"]),
            Self::Arabic => Languages::of(&["ar"]),
            Self::Hebrew => Languages::of(&["he"]),
            Self::Devanagari => Languages::of(&["hi"]),
            Self::Tamil => Languages::of(&["ta"]),
            Self::Hangul => Languages::of(&["ko"]),
            Self::Other => Languages::default(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{COUNT, Language, Languages, TABLE};

    #[test]
    fn every_language_has_a_bit() {
        assert_eq!(TABLE.len(), COUNT);
        assert_eq!(Language::all().filter(|one| Languages::one(*one).len() == 1).count(), COUNT);
    }
}
