//! Words as they survive a translation: in another script, with another ending.
//!
//! A word is reduced to the skeleton of its consonants: Песков, Peskov and Պեսկով are all `pskv`.

use std::borrow::Cow;
use std::sync::LazyLock;

use hashbrown::HashMap;

use super::spelling::without_article;

/// Consonants that count: endings differ.
const CONSONANTS: usize = 4;

/// Countries whose names differ in more than spelling.
const EXONYMS: [(&[&str], &str); 10] = [
    (&["deutschland", "alemania", "allemagne", "niemc", "niemiec"], "germani"),
    (&["сша", "usa", "eeuu"], "us"),
    (&["китаи", "китая", "китае", "китаю", "cina", "chin"], "china"),
    (&["osterreich", "autriche"], "austria"),
    (&["турц", "turqu", "turch", "turki", "turke", "turcj", "թուրք", "თურქ"], "turki"),
    (&["spani", "espa", "spagn", "hiszpan", "испан"], "spain"),
    (&["венгр", "hungar", "hongr", "ungar", "wegr"], "hungari"),
    (&["грец", "greec", "greci", "griech", "grec"], "greece"),
    (&["грузи", "georgi", "վրաստ", "საქართველ"], "georgia"),
    (&["армени", "armeni", "հայաստ", "სომხეთ"], "armenia"),
];

/// First letter and consonants of a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Skeleton {
    letters: [u8; CONSONANTS],
    len: usize,
}

impl Skeleton {
    pub fn letters(&self) -> &[u8] {
        &self.letters[..self.len]
    }

    fn push(&mut self, letter: u8) {
        if let Some(place) = self.letters.get_mut(self.len) {
            *place = letter;
            self.len += 1;
        }
    }
}

/// First letter and consonants of a folded word, at most four, as far as scripts and spellings agree
/// on them; `None` when a letter is of a script that is not read.
pub fn skeleton(folded: &str) -> Option<Skeleton> {
    let folded = without_case(without_article(folded));
    let first = folded.as_bytes().first();
    let begins = |form: &&str| form.as_bytes().first() == first && folded.starts_with(*form);
    let exonym = EXONYMS.iter().find(|(forms, _)| forms.iter().any(begins));
    let latin = latin(exonym.map_or(folded, |(_, english)| english))?;
    let mut rest = latin.as_bytes();
    let mut out = Skeleton::default();
    while !rest.is_empty() && out.len < CONSONANTS {
        let (length, sounds) = sound(rest);
        rest = &rest[length..];
        for sound in sounds.bytes() {
            match out.letters().last() {
                None => out.push(if is_vowel(sound) { b'a' } else { sound }),
                Some(last) if is_vowel(sound) || sound == b'h' || *last == sound => {}
                Some(_) => out.push(sound),
            }
        }
    }
    (out.len > 0).then_some(out)
}

/// Russian and Ukrainian names without the ending that has a consonant: Бушем, Бушами.
fn without_case(folded: &str) -> &str {
    const ENDINGS: [&str; 4] = ["ами", "ями", "ом", "ем"];
    let rest = ENDINGS.iter().find_map(|ending| folded.strip_suffix(ending));
    rest.filter(|rest| rest.chars().nth(2).is_some()).unwrap_or(folded)
}

fn is_vowel(sound: u8) -> bool {
    matches!(sound, b'a' | b'e' | b'i' | b'o' | b'u')
}

/// The sound that the letters begin with, and how many of them write it. C is k or s by what follows
/// it; z is as good as s, and g as h (Гамбург, Hamburg).
fn sound(letters: &[u8]) -> (usize, &'static str) {
    match letters {
        [b's', b'h', b'c', b'h', ..] => (4, "s"),
        [b's' | b't', b'c', b'h', ..] => (3, "s"),
        [b'd', b'z', b'h', ..] => (3, "i"),
        [b's' | b'c' | b'z', b'h', ..] | [b't', b's' | b'z', ..] | [b'c' | b's' | b'r', b'z', ..] => (2, "s"),
        [b'd', b'j', ..] => (2, "i"),
        [b'k', b'h', ..] => (2, "h"),
        [b'p', b'h', ..] => (2, "f"),
        [b't', b'h', ..] => (2, "t"),
        [b'c', b'k', ..] | [b'q', b'u', ..] => (2, "k"),
        [b'x', ..] => (1, "ks"),
        [b'c', b'e' | b'i' | b'y' | b'j', ..] | [b'z', ..] => (1, "s"),
        [b'c' | b'q', ..] => (1, "k"),
        [b'w', ..] => (1, "v"),
        [b'g', ..] => (1, "h"),
        [b'y' | b'j', ..] => (1, "i"),
        [letter, ..] => (1, LETTERS[usize::from(letter.saturating_sub(b'a')).min(25)]),
        [] => (1, ""),
    }
}

const LETTERS: [&str; 26] = [
    "a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l", "m", "n", "o", "p", "q", "r", "s", "t", "u",
    "v", "w", "x", "y", "z",
];

/// A word in Latin letters.
fn latin(folded: &str) -> Option<Cow<'_, str>> {
    if folded.is_ascii() {
        return Some(Cow::Borrowed(folded));
    }
    let mut latin = String::with_capacity(folded.len());
    for c in folded.chars() {
        match c {
            'a'..='z' => latin.push(c),
            // Washington, Wazir: at the beginning it is no vowel.
            'و' | 'ו' if latin.is_empty() => latin.push('v'),
            _ => latin.push_str(IN_LATIN.get(&c)?),
        }
    }
    Some(Cow::Owned(latin))
}

/// Letters of other scripts in Latin ones.
static IN_LATIN: LazyLock<HashMap<char, &str>> = LazyLock::new(|| {
    const SCRIPTS: [(&str, &str); 6] = [
        (
            "а б в г д е ж з и к л м н о п р с т у ф х ц ч ш щ ъ ы ь э ю я і є ґ",
            "a b v g d e zh z i k l m n o p r s t u f h s s s s - i - e u a i e g",
        ),
        (
            "ա բ գ դ ե զ է ը թ ժ ի լ խ ծ կ հ ձ ղ ճ մ յ ն շ ո չ պ ջ ռ ս վ տ ր ց ւ փ ք օ ֆ և",
            "a b g d e z e e t zh i l h s k h z gh s m i n s o s p i r s v t r s - p k o f ev",
        ),
        (
            "ა ბ გ დ ე ვ ზ თ ი კ ლ მ ნ ო პ ჟ რ ს ტ უ ფ ქ ღ ყ შ ჩ ც ძ წ ჭ ხ ჯ ჰ",
            "a b g d e v z t i k l m n o p zh r s t u p k gh k s s s z s s h i h",
        ),
        (
            "α β γ δ ε ζ η θ ι κ λ μ ν ξ ο π ρ σ ς τ υ φ χ ψ ω ł ø ß ı đ æ ə",
            "a v g d e z i t i k l m n ks o p r s s t i f h ps o l o s i d e a",
        ),
        (
            "ا ب ت ث ج ح خ د ذ ر ز س ش ص ض ط ظ ع غ ف ق ك ل م ن ه و ي ى ة ء پ چ ژ گ ک ی",
            "a b t t j h h d d r z s s s d t z - g f k k l m n h u i a - - p s z g k i",
        ),
        (
            "א ב ג ד ה ו ז ח ט י כ ך ל מ ם נ ן ס ע פ ף צ ץ ק ר ש ת",
            "a b g d h u z h t i k k l m m n n s - p f s s k r s t",
        ),
    ];
    let pairs = SCRIPTS.iter().flat_map(|(letters, latin)| letters.split(' ').zip(latin.split(' ')));
    pairs.filter_map(|(letter, latin)| Some((letter.chars().next()?, latin.trim_matches('-')))).collect()
});
