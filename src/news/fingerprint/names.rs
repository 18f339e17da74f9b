//! Names as they survive a translation: in another script, with another ending.
//!
//! A name is reduced to the skeleton of its consonants: Песков, Peskov and Պեսկով are all `pskv`.
//! The skeletons, numbers and days of a text, in order, are what two languages have in common.

use std::sync::LazyLock;

use hashbrown::HashMap;
use xxhash_rust::xxh3::xxh3_64;

/// Marks kept of one article.
pub const MAX_MARKS: usize = 64;
/// How often one name is kept: a long text names its hero in every sentence.
const REPEATS: usize = 2;
/// Consonants that count: endings differ.
const CONSONANTS: usize = 4;

/// A name, number or day: 22 bits of hash, 2 bits of rank.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, PartialOrd, Ord)]
pub struct Mark(u32);

impl Mark {
    fn new(name: &[u8], rank: u32) -> Self {
        let low = u32::try_from(xxh3_64(name) & 0x3f_ffff).unwrap_or(0);
        Self(low | rank << 22)
    }

    /// A name, written without case and accents; `None` when too little of it would be left.
    #[must_use]
    pub fn of_name(folded: &str) -> Option<Self> {
        let first = folded.as_bytes().first();
        let begins = |form: &&str| form.as_bytes().first() == first && folded.starts_with(*form);
        let name = EXONYMS.iter().find(|(forms, _)| forms.iter().any(begins));
        let skeleton = skeleton(name.map_or(folded, |(_, english)| english))?;
        let rank = u32::try_from(skeleton.len()).unwrap_or(0).checked_sub(1)?;
        (rank > 0).then(|| Self::new(skeleton.as_bytes(), rank.min(3)))
    }

    /// A number; single digits are too common to say anything.
    #[must_use]
    pub fn of_number(written: &str, year: bool) -> Option<Self> {
        let rank = match written.len() {
            _ if year => 0,
            0 | 1 => return None,
            2 => 1,
            3 => 2,
            _ => 3,
        };
        Some(Self::new(written.as_bytes(), rank))
    }

    /// How much it says, in the unit of a short name.
    #[must_use]
    pub fn weight(self) -> f32 {
        [0.7, 0.7, 1.4, 2.2][usize::try_from(self.0 >> 22).unwrap_or(0).min(3)]
    }

    /// Whether it is rare enough to look for other articles by it.
    #[must_use]
    pub fn is_telling(self) -> bool {
        self.0 >> 22 >= 2
    }

    #[must_use]
    pub fn bits(self) -> u32 {
        self.0
    }

    pub(super) fn pack(self) -> [u8; 3] {
        let [a, b, c, _] = self.0.to_le_bytes();
        [a, b, c]
    }

    pub(super) fn unpack([a, b, c]: [u8; 3]) -> Self {
        Self(u32::from_le_bytes([a, b, c, 0]))
    }
}

/// Adds a mark unless it was named often enough or there are enough of them.
pub fn add(marks: &mut Vec<Mark>, mark: Option<Mark>) {
    let Some(mark) = mark else { return };
    if marks.len() < MAX_MARKS && marks.iter().filter(|it| **it == mark).count() < REPEATS {
        marks.push(mark);
    }
}

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
    (&["армени", "armeni", "arméni", "հայաստ", "სომხეთ"], "armenia"),
];

/// First letter and consonants, as far as scripts and spellings agree on them.
fn skeleton(folded: &str) -> Option<String> {
    let mut latin = String::with_capacity(folded.len());
    for c in folded.chars() {
        match c {
            'a'..='z' => latin.push(c),
            _ => latin.push_str(in_latin(c)?),
        }
    }
    let mut letters = letters(&latin);
    for (written, sound) in SOUNDS {
        // Most spellings hold a letter that the name has nowhere.
        let needed = self::letters(written);
        if needed & letters == needed && latin.contains(written) {
            latin = latin.replace(written, sound);
            letters |= self::letters(sound);
        }
    }
    let first = latin.chars().next()?;
    let mut out = String::from(if is_vowel(first) { 'a' } else { hard(first, latin.chars().nth(1)) });
    let letters: Vec<char> = latin.chars().collect();
    for (at, c) in letters.iter().enumerate().skip(1) {
        let sound = hard(*c, letters.get(at + 1).copied());
        if !is_vowel(*c) && sound != 'h' && !out.ends_with(sound) {
            out.push(sound);
        }
        if out.len() == CONSONANTS {
            break;
        }
    }
    Some(out)
}

/// Which of the letters a to z stand in it, a bit each.
fn letters(latin: &str) -> u32 {
    latin.bytes().filter(u8::is_ascii_lowercase).fold(0, |letters, byte| letters | 1 << (byte - b'a'))
}

fn is_vowel(c: char) -> bool {
    matches!(c, 'a' | 'e' | 'i' | 'o' | 'u')
}

/// C is k or s by what follows it; z is as good as s, and g as h (Гамбург, Hamburg).
fn hard(c: char, next: Option<char>) -> char {
    match (c, next) {
        ('c', Some('e' | 'i')) | ('z', _) => 's',
        ('c', _) => 'k',
        ('g', _) => 'h',
        _ => c,
    }
}

/// Spellings of one sound, longest first.
const SOUNDS: [(&str, &str); 23] = [
    ("shch", "s"),
    ("sch", "s"),
    ("dzh", "i"),
    ("tch", "s"),
    ("sh", "s"),
    ("ch", "s"),
    ("kh", "h"),
    ("zh", "z"),
    ("ph", "f"),
    ("th", "t"),
    ("ck", "k"),
    ("ts", "s"),
    ("tz", "s"),
    ("cz", "s"),
    ("sz", "s"),
    ("rz", "z"),
    ("x", "ks"),
    ("qu", "k"),
    ("q", "k"),
    ("w", "v"),
    ("dj", "i"),
    ("y", "i"),
    ("j", "i"),
];

/// A letter of another script in Latin letters; `None` for scripts that are not read.
fn in_latin(c: char) -> Option<&'static str> {
    LETTERS.get(&c).copied()
}

/// Of a letter that stands in two scripts, the earlier one's sound.
static LETTERS: LazyLock<HashMap<char, &'static str>> = LazyLock::new(|| {
    let mut letters = HashMap::new();
    for (script, latin) in SCRIPTS {
        for (letter, latin) in script.split(' ').zip(latin.split(' ')) {
            letters.entry(letter.chars().next().unwrap_or_default()).or_insert(latin.trim_matches('-'));
        }
    }
    letters
});

const SCRIPTS: [(&str, &str); 4] = [
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
];

#[cfg(test)]
mod tests {
    use super::{Mark, skeleton};

    #[test]
    fn one_name_in_many_scripts() {
        for names in [
            &["peskov", "песков", "пескову", "песковым", "պեսկով", "პესკოვი"][..],
            &["pashinian", "пашинян", "pachinian", "փաշինյան", "ფაშინიანი"],
            &["aliiev", "алиев", "алиева", "aliyev", "ალიევი"],
            &["karabakh", "карабах", "карабахе"],
            &["putin", "путин", "путина", "պուտին", "პუტინი"],
            &["turkey", "турция", "turkiye", "turquie"],
            &["germany", "deutschland", "германии", "alemania"],
        ] {
            let first = Mark::of_name(names[0]);
            assert!(first.is_some());
            for name in names {
                assert_eq!(
                    Mark::of_name(name),
                    first,
                    "{name}: {:?}, {:?}",
                    skeleton(name),
                    skeleton(names[0])
                );
            }
        }
    }

    #[test]
    fn different_names_differ() {
        assert_ne!(Mark::of_name("peskov"), Mark::of_name("pashinyan"));
        assert_ne!(Mark::of_name("baku"), Mark::of_name("yerevan"));
        assert_eq!(Mark::of_name("ао"), None);
    }
}
