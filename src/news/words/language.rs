//! Whose grammar holds in an article.

use std::sync::LazyLock;

use hashbrown::HashMap;
use snowball_stemmers_rs::Algorithm;
use whatlang::{Detector, Lang};

use super::stopwords::COMMON;

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

const SCRIPTS: usize = 11;

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

/// A word that is common in these languages (folded form → languages).
static VOTES: LazyLock<HashMap<&'static str, Languages>> = LazyLock::new(|| {
    let mut votes: HashMap<&'static str, Languages> = HashMap::new();
    for (code, words) in COMMON {
        let Some(language) = Language::of(code) else { continue };
        for word in words.split(' ') {
            votes.entry(word).or_default().insert(language);
        }
    }
    votes
});

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
    fn writes_two(self) -> bool {
        matches!(self.code(), "sr" | "kk" | "uz" | "az")
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

    fn union(self, other: Self) -> Self {
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
    fn default_languages(self) -> Languages {
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

/// What one word says of its text's language.
#[derive(Debug, Clone, Copy, Default)]
pub struct Votes {
    /// Languages in which it is common, or which have its letters.
    pub languages: Languages,
    /// It has letters that few languages have: one such word says much.
    pub telling: bool,
}

impl Votes {
    /// Of a word, folded and in lower case.
    #[must_use]
    pub fn of(folded: &str, lower: &str) -> Self {
        let common = VOTES.get(folded).or_else(|| VOTES.get(lower)).copied().unwrap_or_default();
        if !common.is_empty() || lower.is_ascii() {
            return Self { languages: common, telling: false };
        }
        let letter = lower.chars().map(telling_letter).find(|languages| !languages.is_empty());
        Self { languages: letter.unwrap_or_default(), telling: letter.is_some() }
    }
}

/// Languages that are known by a letter.
fn telling_letter(c: char) -> Languages {
    let codes: &[&str] = match c {
        'ə' => &["az"],
        'ğ' | 'ı' => &["tr", "az"],
        'ş' => &["tr", "az", "ro"],
        'ß' => &["de"],
        'ñ' => &["es"],
        'ã' => &["pt"],
        'ł' | 'ż' | 'ś' | 'ź' => &["pl"],
        'ę' | 'ą' => &["pl", "lt"],
        'ř' | 'ů' | 'ě' => &["cs"],
        'ő' | 'ű' => &["hu"],
        'å' => &["sv", "da", "no"],
        'ø' => &["da", "no"],
        'ț' | 'ţ' | 'ă' => &["ro"],
        'ė' | 'ų' | 'į' => &["lt"],
        'õ' => &["et", "pt"],
        'œ' => &["fr"],
        'ї' | 'є' | 'ґ' => &["uk"],
        'ў' => &["be"],
        'ы' | 'э' | 'ё' => &["ru"],
        'қ' | 'ғ' | 'ұ' | 'ә' => &["kk"],
        'ң' | 'ү' | 'ө' => &["kk", "ky"],
        'ђ' | 'ћ' => &["sr"],
        'ј' | 'љ' | 'њ' => &["sr", "mk"],
        'ѓ' | 'ќ' | 'ѕ' => &["mk"],
        'پ' | 'چ' | 'گ' | 'ژ' => &["fa"],
        _ => &[],
    };
    Languages::of(codes)
}

/// Counts what the words of an article say; then [`Tongue::decide`].
#[derive(Debug, Default, Clone)]
pub struct Poll {
    votes: Vec<u32>,
    /// Languages that some telling letter names.
    told: Languages,
    words: [u32; SCRIPTS],
}

impl Poll {
    pub fn clear(&mut self) {
        self.votes.clear();
        self.votes.resize(COUNT, 0);
        self.words = [0; SCRIPTS];
        self.told = Languages::NONE;
    }

    /// One word of the text.
    pub fn count(&mut self, script: Script, votes: Votes) {
        self.words[script as usize] += 1;
        if votes.telling {
            self.told = self.told.union(votes.languages);
        }
        for language in votes.languages.iter() {
            self.votes[language.index()] += 1;
        }
    }

    /// The languages of a script with the most votes, and how clear that is.
    fn winner(&self, script: Script) -> (Languages, Clarity) {
        let of_script = |language: &Language| language.script() == script;
        let count = |language: Language| self.votes[language.index()];
        let best = Language::all().filter(of_script).map(count).max().unwrap_or(0);
        let mut first = Languages::default();
        for language in Language::all().filter(of_script).filter(|l| best > 0 && count(*l) == best) {
            first.insert(language);
        }
        let second =
            Language::all().filter(of_script).filter(|l| !first.contains(*l)).map(count).max().unwrap_or(0);
        let clear =
            first.len() == 1 && (best >= 3 && best >= 2 * second || best >= 8 && best * 5 > second * 6);
        (first, if clear { Clarity::Clear } else { Clarity::Open })
    }
}

#[derive(PartialEq, Eq)]
enum Clarity {
    Clear,
    Open,
}

/// The languages of an article, script by script.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tongue {
    of_script: [Languages; SCRIPTS],
    /// The article's own language, when it is declared or clear.
    pub main: Option<Language>,
}

impl Tongue {
    /// Declared, else detected with confidence, else the script's default.
    ///
    /// `sample` is read when the common words leave it open; its first 600 bytes are enough.
    #[must_use]
    pub fn decide(declared: Option<&str>, poll: &Poll, sample: &str) -> Self {
        let mut tongue = Self { of_script: [Languages::default(); SCRIPTS], main: None };
        for script in ALL_SCRIPTS {
            tongue.of_script[script as usize] = script.default_languages();
        }
        if let Some(language) = declared.and_then(Language::of) {
            tongue.settle(language.script(), language);
            if language.writes_two() {
                tongue.settle(Script::Latin, language);
                tongue.settle(Script::Cyrillic, language);
            }
            return tongue;
        }
        let main = ALL_SCRIPTS.into_iter().max_by_key(|script| poll.words[*script as usize]);
        if let Some(script) = main.filter(|script| poll.words[*script as usize] > 0) {
            tongue.detect(script, poll, sample);
        }
        tongue
    }

    /// Whose forms a word of that script may have.
    #[must_use]
    pub fn languages(&self, script: Script) -> Languages {
        self.of_script[script as usize]
    }

    fn settle(&mut self, script: Script, language: Language) {
        self.of_script[script as usize] = Languages::one(language);
        self.main = Some(language);
    }

    fn detect(&mut self, script: Script, poll: &Poll, sample: &str) {
        let default = script.default_languages();
        if !script.is_contested() {
            self.main = default.iter().next();
            return;
        }
        let (first, clarity) = poll.winner(script);
        if let Some(language) = first.iter().next().filter(|_| clarity == Clarity::Clear) {
            self.settle(script, language);
            return;
        }
        if let Some(language) = guess(script, sample) {
            self.settle(script, language);
            return;
        }
        // A headline of three words: what its letters tell is better than nothing.
        let told = Languages(first.0 & poll.told.0);
        if (1..=3).contains(&told.len()) {
            let shared = told.iter().any(|language| default.contains(language));
            self.of_script[script as usize] = if shared { told.union(default) } else { told };
            self.main = told.iter().next().filter(|_| told.len() == 1);
        }
    }
}

const ALL_SCRIPTS: [Script; SCRIPTS] = [
    Script::Latin,
    Script::Cyrillic,
    Script::Armenian,
    Script::Georgian,
    Script::Greek,
    Script::Arabic,
    Script::Hebrew,
    Script::Devanagari,
    Script::Tamil,
    Script::Hangul,
    Script::Other,
];

/// By trigrams, when these are sure.
fn guess(script: Script, sample: &str) -> Option<Language> {
    static DETECTOR: LazyLock<Detector> =
        LazyLock::new(|| Detector::with_allowlist(TABLE.iter().filter_map(|known| known.detected).collect()));
    let sample = &sample[..sample.floor_char_boundary(600)];
    let found = DETECTOR.detect(sample).filter(|info| info.is_reliable() && sample.len() >= 40)?;
    let index = TABLE.iter().position(|known| known.detected == Some(found.lang()))?;
    u8::try_from(index).ok().map(Language).filter(|language| language.script() == script)
}

#[cfg(test)]
mod tests {
    use super::{COUNT, Language, Poll, Script, TABLE, Tongue, Votes};
    use crate::news::words::{Scan, fold_word, lower};

    fn tongue(declared: Option<&str>, text: &str) -> Vec<&'static str> {
        let mut poll = Poll::default();
        poll.clear();
        for token in Scan::of(text).tokens {
            let raw = token.of(text);
            poll.count(Script::of(raw), Votes::of(&fold_word(raw), &lower(raw, false)));
        }
        Tongue::decide(declared, &poll, text).languages(Script::of(text)).iter().map(Language::code).collect()
    }

    #[test]
    fn languages_of_texts() {
        assert_eq!(TABLE.len(), COUNT);
        for (declared, text, expected) in [
            (Some("de-AT"), "whatever it is", "de"),
            (Some("ru"), "whatever it is", "en"),
            (None, "Talks resumed on Friday and the parties agreed to meet again in the spring.", "en"),
            (None, "Les négociations ont repris vendredi et les parties se retrouveront au printemps.", "fr"),
            (None, "Qarabağda atəşkəs", "az"),
            (None, "Bakü ve Erivan için yeni bir görüşme daha yapıldı.", "tr"),
            (None, "Переговоры", "ru uk"),
            (None, "Переговори відбулися в Києві, але сторони не домовилися про мир та обмін.", "uk"),
            (None, "Ղարաբաղում", "hy"),
            (None, "მოლაპარაკება", "ka"),
            (None, "Karabakh", "en"),
            (None, "a new day", "en"),
            (None, "la a de", "en"),
        ] {
            assert_eq!(tongue(declared, text).join(" "), expected, "{text}");
        }
    }
}
