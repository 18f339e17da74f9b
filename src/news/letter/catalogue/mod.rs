//! The fixed words of a letter, a file for each language.
//!
//! To add a phrase: a line in `en.toml` and the same key in every other file; to add a language: its
//! file, a line in [`FILES`], and its plural rule in [`plural`]. A test fails until both are whole.

use std::collections::BTreeMap;
use std::fmt::{self, Write};
use std::sync::LazyLock;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

mod plural;

pub use plural::Form;

const FILES: [(&str, &str); 11] = [
    ("en", include_str!("en.toml")),
    ("ar", include_str!("ar.toml")),
    ("az", include_str!("az.toml")),
    ("de", include_str!("de.toml")),
    ("es", include_str!("es.toml")),
    ("fr", include_str!("fr.toml")),
    ("hy", include_str!("hy.toml")),
    ("ka", include_str!("ka.toml")),
    ("ru", include_str!("ru.toml")),
    ("tr", include_str!("tr.toml")),
    ("uk", include_str!("uk.toml")),
];

/// Read once; the tests hold that each can be.
static CATALOGUES: LazyLock<Vec<Catalogue>> =
    LazyLock::new(|| FILES.iter().map(|(_, file)| toml::from_str(file).unwrap_or_default()).collect());

/// A language that letters can be written in.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Language(usize);

impl Language {
    /// The codes (ISO 639-1) of all of them, English first.
    pub const CODES: [&'static str; FILES.len()] = {
        let mut codes = [""; FILES.len()];
        let mut at = 0;
        while at < codes.len() {
            codes[at] = FILES[at].0;
            at += 1;
        }
        codes
    };

    #[must_use]
    pub fn of_code(code: &str) -> Option<Self> {
        Self::CODES.iter().position(|known| *known == code).map(Self)
    }

    #[must_use]
    pub fn code(self) -> &'static str {
        FILES[self.0].0
    }

    /// `ltr` or `rtl`
    #[must_use]
    pub fn direction(self) -> &'static str {
        &self.words().direction
    }

    /// Between the items of a list.
    #[must_use]
    pub fn comma(self) -> &'static str {
        &self.words().comma
    }

    /// At the end of a sentence.
    #[must_use]
    pub fn stop(self) -> &'static str {
        &self.words().stop
    }

    pub(super) fn dates(self) -> &'static Dates {
        &self.words().dates
    }

    /// A phrase, each `{place}` in it filled; empty when the catalogue has none of that name.
    #[must_use]
    pub fn say(self, phrase: &str, places: &[(&str, &str)]) -> String {
        filled(self.pattern(phrase, 0).unwrap_or_default(), |name| {
            places.iter().find(|(place, _)| *place == name).map(|(_, value)| (*value).to_owned())
        })
    }

    /// A phrase with a number in it, in the form that goes with the number.
    #[must_use]
    pub fn count(self, phrase: &str, number: usize) -> String {
        let number = number as u64;
        filled(self.pattern(phrase, number).unwrap_or_default(), |name| {
            (name == "n").then(|| self.number(number))
        })
    }

    /// The phrase as it stands in the catalogue, in the form that goes with `number`.
    #[must_use]
    pub fn pattern(self, phrase: &str, number: u64) -> Option<&'static str> {
        match self.words().phrases.get(phrase)? {
            Phrase::Plain(pattern) => Some(pattern),
            Phrase::Counted(forms) => forms.get(&Form::of(self.code(), number)).map(String::as_str),
        }
    }

    /// Thousands apart, as the language does it.
    #[must_use]
    pub fn number(self, number: u64) -> String {
        let digits = number.to_string();
        let mut apart = String::with_capacity(2 * digits.len());
        for (at, digit) in digits.chars().enumerate() {
            if at > 0 && (digits.len() - at).is_multiple_of(3) {
                apart.push_str(&self.words().thousands);
            }
            apart.push(digit);
        }
        apart
    }

    fn words(self) -> &'static Catalogue {
        &CATALOGUES[self.0]
    }
}

impl fmt::Display for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl Serialize for Language {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.code())
    }
}

impl<'de> Deserialize<'de> for Language {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let code = String::deserialize(deserializer)?;
        Self::of_code(&code).ok_or_else(|| serde::de::Error::custom(format!("no letters in {code:?}")))
    }
}

/// Fills the places of a pattern; one that nobody fills stays as it is.
pub(super) fn filled(pattern: &str, mut value: impl FnMut(&str) -> Option<String>) -> String {
    let mut filled = String::with_capacity(2 * pattern.len());
    let mut rest = pattern;
    while let Some((before, name, after)) = next_place(rest) {
        filled.push_str(before);
        match value(name) {
            Some(value) => filled.push_str(&value),
            None => drop(write!(filled, "{{{name}}}")),
        }
        rest = after;
    }
    filled + rest
}

/// What stands before the first `{place}`, its name, and what stands after.
pub(super) fn next_place(pattern: &str) -> Option<(&str, &str, &str)> {
    let (before, rest) = pattern.split_once('{')?;
    let (name, after) = rest.split_once('}')?;
    Some((before, name, after))
}

/// A file of words.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Catalogue {
    direction: String,
    thousands: String,
    comma: String,
    stop: String,
    dates: Dates,
    phrases: BTreeMap<String, Phrase>,
}

/// How days are written: chrono's patterns, names of days and months from here. `{date}` is a day
/// written out, `{short}` one of this year; a digest's `date_format` takes the place of both.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Dates {
    /// From Monday.
    pub weekdays: [String; 7],
    pub weekdays_short: [String; 7],
    pub months: [String; 12],
    pub months_short: [String; 12],
    pub date: String,
    pub short: String,
    pub long_ago: String,
    pub heading: String,
    pub day: String,
    pub in_week: String,
    pub in_half_year: String,
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Phrase {
    Plain(String),
    Counted(BTreeMap<Form, String>),
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// Every file that words are taken from.
    const TEMPLATES: [&str; 2] = [include_str!("../letter.txt"), include_str!("../letter.html")];
    const ROOMS: [&str; 11] = [
        include_str!("../mod.rs"),
        include_str!("../../notice.rs"),
        include_str!("../../remedy.rs"),
        include_str!("../view.rs"),
        include_str!("../proof.rs"),
        include_str!("../sections.rs"),
        include_str!("../closing.rs"),
        include_str!("../subject.rs"),
        include_str!("../time.rs"),
        include_str!("../../notification/document.rs"),
        include_str!("../../../pipeline/trouble.rs"),
    ];

    fn read(file: &str) -> Catalogue {
        toml::from_str(file).unwrap()
    }

    fn places(pattern: &str) -> BTreeSet<&str> {
        let mut names = BTreeSet::new();
        let mut rest = pattern;
        while let Some((_, name, after)) = next_place(rest) {
            names.insert(name);
            rest = after;
        }
        names
    }

    /// Of all forms together: an Arabic dual says its number without a digit.
    fn all_places(phrase: &Phrase) -> BTreeSet<&str> {
        match phrase {
            Phrase::Plain(pattern) => places(pattern),
            Phrase::Counted(forms) => forms.values().flat_map(|pattern| places(pattern)).collect(),
        }
    }

    #[test]
    fn every_language_has_every_phrase_in_every_form() {
        let english = read(FILES[0].1);
        for (code, file) in FILES {
            let words = read(file);
            assert!(["ltr", "rtl"].contains(&words.direction.as_str()), "{code}");
            let keys = |words: &Catalogue| words.phrases.keys().cloned().collect::<BTreeSet<_>>();
            assert_eq!(keys(&words), keys(&english), "{code}");
            for (key, phrase) in &words.phrases {
                let model = &english.phrases[key];
                assert_eq!(all_places(phrase), all_places(model), "{code}: {key}");
                match phrase {
                    Phrase::Plain(pattern) => {
                        assert!(matches!(model, Phrase::Plain(_)), "{code}: {key} wants forms");
                        assert!(!pattern.trim().is_empty(), "{code}: {key}");
                    }
                    Phrase::Counted(forms) => {
                        let wanted: BTreeSet<Form> = (0..200).map(|n| Form::of(code, n)).collect();
                        let written: BTreeSet<Form> = forms.keys().copied().collect();
                        assert_eq!(written, wanted, "{code}: {key}");
                    }
                }
            }
        }
    }

    /// A catalogue that was copied and then forgotten would pass the test above.
    #[test]
    fn every_language_is_translated() {
        let english = read(FILES[0].1);
        for (code, file) in &FILES[1..] {
            let words = read(file);
            let same = |key: &&String| match (&words.phrases[*key], &english.phrases[*key]) {
                (Phrase::Plain(a), Phrase::Plain(b)) => a == b,
                (Phrase::Counted(a), Phrase::Counted(b)) => {
                    a.values().any(|form| b.values().any(|b| b == form))
                }
                _ => false,
            };
            // `{n} article` is French, too.
            let same: Vec<&String> = words.phrases.keys().filter(same).collect();
            assert!(same.len() <= 6, "{code}: {same:?}");
        }
    }

    #[test]
    fn every_phrase_is_said_and_every_said_phrase_is_there() {
        let phrases = read(FILES[0].1).phrases;
        let (templates, rooms) = (TEMPLATES.concat(), ROOMS.concat());
        for key in phrases.keys() {
            let quoted = format!("\"{key}\"");
            assert!(templates.contains(&quoted) || rooms.contains(&quoted), "nothing says {key}");
        }
        let calls = [(&templates, "say(\""), (&rooms, ".say(\""), (&rooms, ".count(\"")];
        for call in calls.into_iter().flat_map(|(text, call)| text.split(call).skip(1)) {
            let key = call.split('"').next().unwrap_or_default();
            assert!(phrases.contains_key(key), "{key} is in no catalogue");
        }
    }

    #[test]
    fn numbers_are_the_languages_own() {
        let language = |code| Language::of_code(code).unwrap();
        for (code, number, expected) in [
            ("en", 999, "999"),
            ("en", 1_204, "1,204"),
            ("de", 1_000_000, "1.000.000"),
            ("ru", 3_904, "3\u{a0}904"),
        ] {
            assert_eq!(language(code).number(number), expected);
        }
        for (code, number, expected) in [
            ("en", 1, "1 story"),
            ("ru", 1, "1 сюжет"),
            ("ru", 3, "3 сюжета"),
            ("ru", 11, "11 сюжетов"),
            ("ru", 1_021, "1\u{a0}021 сюжет"),
            ("fr", 0, "0 sujet"),
            ("hy", 20, "20 նյութ"),
            ("ar", 2, "خبران"),
            ("ar", 20, "20 خبرًا"),
        ] {
            assert_eq!(language(code).count("stories", number), expected);
        }
    }

    #[test]
    fn places_are_filled_and_nothing_else() {
        let said = Language::default().say("part", &[("part", "{parts}"), ("parts", "9")]);
        assert_eq!(said, "part {parts} of 9");
        assert_eq!(Language::default().say("no such phrase", &[]), "");
        assert_eq!(filled("a {b c", |_| Some("x".to_owned())), "a {b c");
    }
}
