//! In which language an article is written: declared, else told by its commonest words and letters.

use std::sync::LazyLock;

use hashbrown::HashMap;
use whatlang::{Detector, Info};

use super::language::{COUNT, Language, Languages, SCRIPTS, Script};
use super::stopwords::COMMON;
use super::{Scan, fold_word, lower};

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
    /// Of a whole text.
    #[must_use]
    pub fn of(text: &str) -> Self {
        let mut poll = Self::default();
        poll.clear();
        for token in Scan::of(text).tokens {
            let raw = token.of(text);
            poll.count(Script::of(raw), Votes::of(&fold_word(raw), &lower(raw, false)));
        }
        poll
    }

    /// The script of most words; `None` without words.
    #[must_use]
    pub fn script(&self) -> Option<Script> {
        let main = ALL_SCRIPTS.into_iter().max_by_key(|script| self.words[*script as usize]);
        main.filter(|script| self.words[*script as usize] > 0)
    }

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
        let leads = first.len() == 1 && best >= 2 && best >= 2 * second;
        (
            first,
            if clear {
                Clarity::Clear
            } else if leads {
                Clarity::Likely
            } else {
                Clarity::Open
            },
        )
    }
}

#[derive(PartialEq, Eq)]
enum Clarity {
    Clear,
    Likely,
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
        if let Some(script) = poll.script() {
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
        // Kazakh letters: the detector knows no Kazakh, and takes it for its neighbours' tongues.
        let strange = |language: Language| language.script() == script && language.detected().is_none();
        let known = !poll.told.iter().any(strange);
        if let Some(language) = guess(script, sample).filter(|_| known) {
            self.settle(script, language);
            return;
        }
        // A headline of three words: what its letters tell is better than nothing.
        let told = first.common(poll.told);
        if (1..=3).contains(&told.len()) {
            let shared = told.iter().any(|language| default.contains(language));
            self.of_script[script as usize] = if shared { told.union(default) } else { told };
            self.main = told.iter().next().filter(|_| told.len() == 1);
            return;
        }
        // Too short to be sure: its forms beside those of the script's own, and nothing is claimed. English
        // has no letters but those of ASCII.
        let plain = !sample.chars().any(|c| !c.is_ascii() && c.is_alphabetic());
        let foreign = !first.iter().any(|language| default.contains(language));
        let likely = match first.len() {
            1..=2 if foreign && (!plain || clarity == Clarity::Likely) => first,
            0 if !plain && known => likely(script, sample).map_or(Languages::NONE, Languages::one),
            _ => Languages::NONE,
        };
        self.of_script[script as usize] = likely.union(default);
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
    by_trigrams(script, sample, |info, sample| info.is_reliable() && sample.len() >= 40)
}

/// By trigrams, when no common word says otherwise.
fn likely(script: Script, sample: &str) -> Option<Language> {
    by_trigrams(script, sample, |info, sample| info.confidence() >= LIKELY && sample.len() >= 12)
}

const LIKELY: f64 = 0.2;

fn by_trigrams(script: Script, sample: &str, sure: impl Fn(&Info, &str) -> bool) -> Option<Language> {
    static DETECTOR: LazyLock<Detector> =
        LazyLock::new(|| Detector::with_allowlist(Language::all().filter_map(Language::detected).collect()));
    let sample = &sample[..sample.floor_char_boundary(600)];
    let found = DETECTOR.detect(sample).filter(|info| sure(info, sample))?;
    Language::all().find(|known| known.detected() == Some(found.lang()) && known.script() == script)
}

#[cfg(test)]
mod tests {
    use super::{Language, Poll, Script, Tongue};

    fn tongue(declared: Option<&str>, text: &str) -> Vec<&'static str> {
        Tongue::decide(declared, &Poll::of(text), text)
            .languages(Script::of(text))
            .iter()
            .map(Language::code)
            .collect()
    }

    #[test]
    fn languages_of_texts() {
        for (declared, text, expected) in [
            (Some("de-AT"), "whatever it is", "de"),
            (Some("ru"), "whatever it is", "en"),
            (None, "Talks resumed on Friday and the parties agreed to meet again in the spring.", "en"),
            (None, "Les négociations ont repris vendredi et les parties se retrouveront au printemps.", "fr"),
            (None, "Qarabağda atəşkəs", "az"),
            (None, "Bakü ve Erivan için yeni bir görüşme daha yapıldı.", "tr"),
            (None, "Переговоры", "ru uk"),
            (None, "Переговори відбулися в Києві, але сторони не домовилися про мир та обмін.", "uk"),
            (None, "Алматыда бүгін жаңа мектеп ашылды.", "ru uk kk ky"),
            (None, "Ղարաբաղում", "hy"),
            (None, "მოლაპარაკება", "ka"),
            (None, "Karabakh", "en"),
            (None, "a new day", "en"),
            (None, "la a de", "en"),
            (None, "Die Grünen stimmten zu.", "en de"),
            (None, "Most Swiss stocks fall", "en"),
        ] {
            assert_eq!(tongue(declared, text).join(" "), expected, "{text}");
        }
    }
}
