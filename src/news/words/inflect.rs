//! Which forms belong to one word.
//!
//! A text word leads to the words of which it may be a form ([`bases`], [`stem`]); whether it is one
//! of a given rule word says [`Word::takes`].

use std::sync::LazyLock;

use hashbrown::HashMap;
use snowball_stemmers_rs::Stemmer;

use super::endings::{AFTER_APOSTROPHE, Class, ELIDED, IRREGULAR, NO_PLURAL, NOUNS, classes, names_by_table};
use super::families::{is_lowly, may_end_so, same_german_noun, same_word};
use super::fold::{fold, lower};
use super::language::Language;
use super::letters::{changed_inside, leanings, singulars};

/// Longer ones are inflected by nobody, and keep stemmers from long work on hostile text.
const LONGEST: usize = 40;

/// Shorter ones match as they are.
const SHORTEST: usize = 3;

/// By form: language and word.
static IRREGULAR_FORMS: LazyLock<HashMap<&str, Vec<(&str, &str)>>> = LazyLock::new(|| {
    let mut forms: HashMap<&str, Vec<(&str, &str)>> = HashMap::new();
    for (code, list, word) in IRREGULAR {
        list.split(' ').for_each(|form| forms.entry(form).or_default().push((code, word)));
    }
    forms
});

/// A plain word of a rule, which matches its inflected forms.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Word {
    pub folded: Box<str>,
    /// As written, for stemmers; none when it is the folded form.
    pub written: Option<Box<str>>,
    /// Begins with a capital: a name, until shown otherwise.
    pub capital: bool,
}

/// By what a text word led to a rule word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Signal {
    /// A table of endings; nothing more to ask, but for names.
    Ending { names: bool },
    /// The text word's stem is the rule word, or both have one stem of so many characters.
    Stem { length: usize },
}

impl Word {
    #[must_use]
    pub fn new(raw: &str, folded: &str) -> Self {
        Self {
            folded: folded.into(),
            written: (raw != folded).then(|| raw.into()),
            capital: raw.chars().next().is_some_and(char::is_uppercase),
        }
    }

    #[must_use]
    pub fn written(&self) -> &str {
        self.written.as_deref().unwrap_or(&self.folded)
    }

    /// Whether its ending says that it is no name, whatever its first letter: Sanctions are more than
    /// one sanction, Williams is no William.
    fn is_noun(&self, language: Language) -> bool {
        language.code() == "en"
            && NOUNS
                .iter()
                .any(|(ending, letters)| self.folded.len() >= *letters && self.folded.ends_with(ending))
    }

    /// Whether a text word to which `signal` led is a form of this word; `raw` is the word as it stands there.
    #[must_use]
    pub fn takes(&self, raw: &str, folded: &str, language: Language, signal: Signal) -> bool {
        // A Hangul syllable is two or three letters; Hebrew writes no vowels.
        let shortest = if matches!(language.code(), "ko" | "he") { 2 } else { SHORTEST };
        if self.folded.chars().nth(shortest - 1).is_none() {
            return false;
        }
        if self.capital && is_lowly(self, raw, folded, language) {
            return false;
        }
        match signal {
            Signal::Ending { names } => (names || !self.capital) && may_end_so(self, raw, folded, language),
            Signal::Stem { length } if self.capital && !self.is_noun(language) => {
                let german = language.code() == "de";
                !names_by_table(language.code())
                    && length + 2 >= self.folded.chars().count()
                    && (!german || same_german_noun(self, folded))
            }
            Signal::Stem { length } => length >= SHORTEST && same_word(self, raw, folded, language),
        }
    }
}

/// The stem of a word in a language, folded; none when the language has no stemmer.
#[must_use]
pub fn stem(raw: &str, language: Language) -> Option<String> {
    let algorithm = language.stemmer()?;
    let low = lower(raw, language.turkic());
    // Stemmers slice between letters; marks and digits are none of theirs.
    if low.chars().count() > LONGEST || !low.chars().all(char::is_alphabetic) {
        return None;
    }
    Some(fold(&Stemmer::create(algorithm).stem(&low)))
}

/// Whether a word has no beginning in common with the word of which it is a form (men, man).
#[must_use]
pub fn is_irregular(folded: &str) -> bool {
    IRREGULAR_FORMS.contains_key(folded)
}

/// Calls `found` with every word of which `folded` may be a form by the tables of a language.
pub fn bases(folded: &str, language: Language, mut found: impl FnMut(&str, Signal)) {
    if folded.len() > 4 * LONGEST || language.code() == "en" && NO_PLURAL.contains(&folded) {
        return;
    }
    let mut each = |one: &str, signal: Signal| {
        found(one, signal);
        changed_inside(one, folded, language, |other| found(other, signal));
    };
    leanings(folded, language, |word, leans| {
        if leans {
            each(word, Signal::Ending { names: true });
        }
        bases_by_table(word, language, &mut each);
        for (code, one) in IRREGULAR_FORMS.get(word).into_iter().flatten() {
            if *code == language.code() {
                // Льва is a form of the name Лев; Men are no Man.
                each(one, Signal::Ending { names: *code != "en" });
            }
        }
    });
}

fn bases_by_table(folded: &str, language: Language, found: &mut impl FnMut(&str, Signal)) {
    let mut base = String::with_capacity(folded.len() + 8);
    for class in classes(language.code()) {
        bases_of_class(folded, class, &mut base, found);
    }
    if language.code() == "ar" {
        singulars(folded, |one| found(one, Signal::Ending { names: true }));
    }
}

fn bases_of_class(folded: &str, class: &Class, base: &mut String, found: &mut impl FnMut(&str, Signal)) {
    let last = folded.as_bytes().last();
    for ending in class.endings.split(' ').map(or_nothing) {
        // Most endings differ in their last byte: no need to compare them whole.
        if !ending.is_empty() && ending.as_bytes().last() != last {
            continue;
        }
        let Some(rest) = folded.strip_suffix(ending).filter(|rest| !rest.is_empty()) else { continue };
        if !class.after.is_empty() && !rest.ends_with(|last| class.after.contains(last)) {
            continue;
        }
        for last in class.lasts.split(' ').map(or_nothing).filter(|last| *last != ending) {
            base.clear();
            base.push_str(rest);
            base.push_str(last);
            found(base, Signal::Ending { names: class.names });
        }
    }
}

fn or_nothing(ending: &str) -> &str {
    if ending == "-" { "" } else { ending }
}

/// The parts of a word with an apostrophe that stand for words of their own: (bytes, may inflect).
#[must_use]
pub fn apostrophe_part(raw: &str, language: Option<Language>) -> Option<std::ops::Range<usize>> {
    let (at, mark) = raw.char_indices().rfind(|(_, c)| super::scan::is_apostrophe(*c))?;
    let (head, tail) = (&raw[..at], &raw[at + mark.len_utf8()..]);
    if ELIDED.contains(&fold(head).as_str()) && tail.chars().count() > 1 {
        return Some(at + mark.len_utf8()..raw.len());
    }
    let free = language.is_some_and(Language::turkic) && tail.chars().count() <= 8;
    (free || AFTER_APOSTROPHE.contains(&fold(tail).as_str())).then_some(0..at)
}

/// Whether a text word is a form of a rule word, asked pair by pair.
#[must_use]
pub fn is_form(rule: &Word, raw: &str, folded: &str, language: Language) -> bool {
    if *rule.folded == *folded {
        return true;
    }
    let mut is = false;
    bases(folded, language, |base, signal| {
        is |= *base == *rule.folded && rule.takes(raw, folded, language, signal);
    });
    let Some(stem_of_text) = stem(raw, language) else { return is };
    let length = stem_of_text.chars().count();
    let one_stem = stem_of_text == *rule.folded
        || stem(rule.written(), language).is_some_and(|stem_of_rule| stem_of_rule == stem_of_text);
    is || one_stem && rule.takes(raw, folded, language, Signal::Stem { length })
}

#[cfg(test)]
mod tests {
    use super::{Word, apostrophe_part, is_form};
    use crate::news::words::fold_word;
    use crate::news::words::language::Language;

    fn form(rule: &str, text: &str, language: &str) -> bool {
        let word = Word::new(rule, &fold_word(rule));
        is_form(&word, text, &fold_word(text), Language::of(language).expect("a known language"))
    }

    #[test]
    fn forms_of_a_word() {
        for (language, rule, forms) in [
            ("ru", "Карабах", "Карабаха Карабаху Карабахом Карабахе КАРАБАХЕ"),
            ("ru", "Песков", "Пескова Пескову Песковым Песковой Пескове Песковых"),
            ("ru", "Алиев", "Алиева Алиеву Алиевым Алиеве"),
            ("ru", "Россия", "России Россию Россией"),
            ("ru", "Зеленский", "Зеленского Зеленскому Зеленским Зеленская"),
            ("ru", "миграция", "миграции миграцию миграцией миграциями"),
            ("ru", "Азербайджанец", "азербайджанца азербайджанцы азербайджанцев"),
            ("ru", "боец", "бойца бойцы бойцов"),
            ("ru", "рынок", "рынка рынку рынки"),
            ("ru", "Кремль", "Кремля Кремлю Кремлем Кремлём"),
            ("ru", "миротворцы", "миротворцев миротворцам миротворцами"),
            ("ru", "Захарова", "Захаровой Захарову"),
            ("uk", "Україна", "України Україні Україну Україною"),
            ("uk", "Київ", "Києва Києві Києвом"),
            ("uk", "українець", "українця українців"),
            ("uk", "Зеленський", "Зеленського Зеленському Зеленським"),
            ("hy", "Ղարաբաղ", "Ղարաբաղի Ղարաբաղում Ղարաբաղից Ղարաբաղը ՂԱՐԱԲԱՂՈՒՄ"),
            ("hy", "Փաշինյան", "Փաշինյանը Փաշինյանի Փաշինյանին"),
            ("az", "Qarabağ", "Qarabağda Qarabağın Qarabağa Qarabağdan"),
            ("az", "Əliyev", "Əliyevin Əliyevə"),
            ("tr", "Karabağ", "Karabağ'da Karabağda Karabağın"),
            ("tr", "kitap", "kitabı kitaplar"),
            ("ka", "თბილისი", "თბილისში თბილისის თბილისს"),
            ("ka", "საქართველო", "საქართველოს საქართველოში"),
            ("kk", "Астана", "Астанада Астананың Астанаға"),
            ("en", "house", "houses housed housing"),
            ("en", "houses", "house"),
            ("en", "Peskov", "Peskovs"),
            ("en", "country", "countries"),
            ("en", "stop", "stopped stopping stops"),
            ("en", "marvel", "marvels"),
            ("en", "woman", "women"),
            ("de", "Haus", "Häuser Hauses Hause"),
            ("fr", "élection", "élections"),
            ("es", "elección", "elecciones ELECCIONES"),
            ("fi", "talo", "talossa talon"),
            ("ar", "رئيس", "الرئيس"),
            ("he", "ירושלים", "בירושלים"),
            ("ko", "서울", "서울에서"),
        ] {
            for text in forms.split(' ') {
                let bare = apostrophe_part(text, Language::of(language)).map_or(text, |part| &text[part]);
                assert!(form(rule, bare, language), "{rule} should match {text}");
            }
        }
    }

    #[test]
    fn other_words() {
        for (language, rule, others) in [
            ("ru", "Песков", "песка песок песков_ пески"),
            ("ru", "Иван", "Иванов Иванова Ивановым"),
            ("ru", "Россия", "Росс Росса"),
            ("en", "Max", "Maximum maxim"),
            ("en", "marvel", "marvellous"),
            ("en", "new", "news"),
            ("en", "news", "new"),
            ("en", "Gates", "gate"),
            ("en", "university", "universe universal"),
            ("en", "general", "generally generation"),
            ("fr", "Paris", "pari paris_ parier"),
            ("fr", "nation", "nationalisme"),
            ("de", "Stadt", "städtisch"),
        ] {
            for text in others.split(' ') {
                assert!(!form(rule, text, language), "{rule} should not match {text}");
            }
        }
    }
}
