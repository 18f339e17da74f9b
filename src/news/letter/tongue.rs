//! Which language and direction a text has, as far as its mail program must know.

use serde::Serialize;

/// What `lang` and `dir` say.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Tongue {
    /// A BCP 47 tag; `None` when nobody said and the script does not tell.
    pub lang: Option<String>,
    /// Written from right to left.
    pub rtl: bool,
}

/// A script: where its letters stand, what it is written in, and the languages that may claim it.
struct Script {
    ranges: &'static [(char, char)],
    rtl: bool,
    /// The language when nobody says; empty where it would be a guess.
    usual: &'static str,
    /// Declared languages that are believed; empty: every one that no other script owns.
    claimed_by: &'static [&'static str],
}

/// Latin is the last and the rest: what no other range holds.
const SCRIPTS: [Script; 13] = [
    Script { ranges: &[('\u{530}', '\u{58f}')], rtl: false, usual: "hy", claimed_by: &["hy", "hyw"] },
    Script {
        ranges: &[('\u{10a0}', '\u{10ff}'), ('\u{1c90}', '\u{1cbf}')],
        rtl: false,
        usual: "ka",
        claimed_by: &["ka", "xmf"],
    },
    Script {
        ranges: &[
            ('\u{600}', '\u{77f}'),
            ('\u{8a0}', '\u{8ff}'),
            ('\u{fb50}', '\u{fdff}'),
            ('\u{fe70}', '\u{fefe}'),
        ],
        rtl: true,
        usual: "",
        claimed_by: &["ar", "fa", "ur", "ps", "ku", "ckb", "ug", "sd", "az", "azb"],
    },
    Script {
        ranges: &[('\u{590}', '\u{5ff}'), ('\u{fb1d}', '\u{fb4f}')],
        rtl: true,
        usual: "he",
        claimed_by: &["he", "yi"],
    },
    Script {
        ranges: &[('\u{400}', '\u{52f}')],
        rtl: false,
        usual: "",
        claimed_by: &[
            "ru", "uk", "be", "bg", "mk", "sr", "kk", "ky", "tg", "mn", "tt", "ba", "os", "ab", "ce", "av",
            "az", "uz",
        ],
    },
    Script {
        ranges: &[('\u{370}', '\u{3ff}'), ('\u{1f00}', '\u{1fff}')],
        rtl: false,
        usual: "el",
        claimed_by: &["el"],
    },
    Script { ranges: &[('\u{3040}', '\u{30ff}')], rtl: false, usual: "ja", claimed_by: &["ja"] },
    Script { ranges: &[('\u{ac00}', '\u{d7af}')], rtl: false, usual: "ko", claimed_by: &["ko"] },
    Script {
        ranges: &[('\u{3400}', '\u{9fff}'), ('\u{20000}', '\u{3134f}')],
        rtl: false,
        usual: "zh",
        claimed_by: &["zh", "ja", "yue", "wuu"],
    },
    Script { ranges: &[('\u{e00}', '\u{e7f}')], rtl: false, usual: "th", claimed_by: &["th"] },
    Script {
        ranges: &[('\u{900}', '\u{97f}')],
        rtl: false,
        usual: "",
        claimed_by: &["hi", "mr", "ne", "sa"],
    },
    Script { ranges: &[('\u{700}', '\u{74f}')], rtl: true, usual: "syr", claimed_by: &["syr", "aii"] },
    Script { ranges: &[], rtl: false, usual: "", claimed_by: &[] },
];

impl Tongue {
    /// Of a text and the language that its feed declared. The script has the last word: feeds in
    /// Armenian or Arabic often declare `en`, and then say it wrong to every screen reader.
    #[must_use]
    pub fn of(text: &str, declared: Option<&str>) -> Self {
        let script = &SCRIPTS[dominant(text)];
        let declared = declared.and_then(tag).filter(|tag| script.believes(tag));
        let usual = Some(script.usual).filter(|usual| !usual.is_empty());
        Self { lang: declared.or_else(|| usual.map(str::to_owned)), rtl: script.rtl }
    }
}

impl Script {
    fn believes(&self, tag: &str) -> bool {
        let language = tag.split('-').next().unwrap_or_default();
        if self.claimed_by.is_empty() {
            // Latin: a language with a script of its own alone is not written so.
            return !SCRIPTS.iter().any(|other| other.usual == language);
        }
        self.claimed_by.contains(&language)
    }

    fn has(&self, letter: char) -> bool {
        self.ranges.iter().any(|(first, last)| (*first..=*last).contains(&letter))
    }
}

/// The script of most of the letters. Kana beats Han: Japanese is written in both.
fn dominant(text: &str) -> usize {
    const KANA: usize = 6;
    const HAN: usize = 8;
    const LATIN: usize = SCRIPTS.len() - 1;
    let mut counts = [0_usize; SCRIPTS.len()];
    for letter in text.chars().filter(|character| character.is_alphabetic()) {
        counts[SCRIPTS.iter().position(|script| script.has(letter)).unwrap_or(LATIN)] += 1;
    }
    if counts[KANA] > 0 {
        counts[KANA] += std::mem::take(&mut counts[HAN]);
    }
    (0..counts.len()).max_by_key(|script| counts[*script]).unwrap_or(LATIN)
}

/// A well-formed tag of language, script and region (RFC 5646), or nothing.
fn tag(declared: &str) -> Option<String> {
    let tag = declared.trim().replace('_', "-").to_ascii_lowercase();
    let mut subtags = tag.split('-');
    let language = subtags.next()?;
    let sound = (2..=3).contains(&language.len())
        && language.bytes().all(|byte| byte.is_ascii_alphabetic())
        && subtags.clone().count() <= 3
        && subtags.all(|subtag| {
            (2..=8).contains(&subtag.len()) && subtag.bytes().all(|b| b.is_ascii_alphanumeric())
        });
    sound.then_some(tag)
}

#[cfg(test)]
mod tests {
    use super::Tongue;

    #[test]
    fn the_script_has_the_last_word() {
        for (text, declared, lang, rtl) in [
            ("Ձյուն լեռնանցքում", Some("en"), Some("hy"), false),
            ("თოვლი უღელტეხილზე", None, Some("ka"), false),
            ("ثلوج على الممر", Some("ar-SA"), Some("ar-sa"), true),
            ("ثلوج على الممر", None, None, true),
            ("שלג במעבר", Some("en"), Some("he"), true),
            ("Снег на перевале", Some("uk"), Some("uk"), false),
            ("Снег на перевале", Some("en"), None, false),
            ("Snow on the pass", Some("en_GB"), Some("en-gb"), false),
            ("Snow on the pass", Some("hy"), None, false),
            ("Snow on the pass", Some("\"><script>"), None, false),
            ("峠に雪", None, Some("ja"), false),
            ("山口降雪", None, Some("zh"), false),
            ("", None, None, false),
            ("12:30", Some("de"), Some("de"), false),
        ] {
            let tongue = Tongue::of(text, declared);
            assert_eq!((tongue.lang.as_deref(), tongue.rtl), (lang, rtl), "{text} {declared:?}");
        }
    }
}
