//! What of a text stands in its translation as well: one name, word, number or day.

use xxhash_rust::xxh3::xxh3_64;

use super::calendar::Part;
use super::names::{self, Skeleton};
use super::number::Number;

/// A name, an international word, a number or a part of a date: 20 bits of what it is, one bit
/// for its sort, one that says whether it is telling, 2 bits of rank.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, PartialOrd, Ord)]
pub struct Mark(u32);

const VALUE: u32 = 0xf_ffff;
const COUNTED: u32 = 1 << 20;
const TELLING: u32 = 1 << 21;

impl Mark {
    /// A name, written without case and accents; `None` when too little of it would be left.
    #[must_use]
    pub fn of_name(folded: &str) -> Option<Self> {
        let skeleton = names::skeleton(folded)?;
        let telling = if skeleton.letters().len() >= 3 { TELLING } else { 0 };
        (skeleton.letters().len() >= 2).then(|| Self::of_skeleton(skeleton, telling))
    }

    /// Any other word: president, Präsident and президент are one, and many a word is as international.
    #[must_use]
    pub fn of_word(folded: &str) -> Option<Self> {
        const LETTERS: usize = 5;
        folded.chars().nth(LETTERS - 1)?;
        let skeleton = names::skeleton(folded)?;
        (skeleton.letters().len() >= 3).then(|| Self::of_skeleton(skeleton, 0))
    }

    fn of_skeleton(skeleton: Skeleton, telling: u32) -> Self {
        let letters = skeleton.letters();
        let value = letters.iter().fold(0, |value, letter| value << 5 | u32::from(letter & 0x1f));
        let rank = u32::try_from(letters.len()).unwrap_or(0).saturating_sub(1).min(3);
        Self(value & VALUE | telling | rank << 22)
    }

    /// A number times a power of ten: 1.2 million and 1,200,000 are one.
    #[must_use]
    pub fn of_number(number: Number, tens: u8) -> Self {
        let (mut digits, mut power) = (number.digits, i16::from(tens) - i16::from(number.decimals));
        while digits != 0 && digits.is_multiple_of(10) {
            digits /= 10;
            power += 1;
        }
        let rank = match number.digits {
            _ if tens > 0 || number.decimals > 0 => 3,
            _ if number.is_year() => 1,
            0..10 => 0,
            10..100 => 2,
            _ => 3,
        };
        let mut written = [0; 10];
        written[..8].copy_from_slice(&digits.to_le_bytes());
        written[8..].copy_from_slice(&power.to_le_bytes());
        Self::counted(&written, rank, if rank == 3 { TELLING } else { 0 })
    }

    /// A weekday or a month.
    #[must_use]
    pub fn of_calendar(part: Part) -> Self {
        let name = match part {
            Part::Weekday(day) => [b'w', day],
            Part::Month(month) => [b'm', month],
        };
        Self::counted(&name, 1, 0)
    }

    fn counted(name: &[u8], rank: u32, telling: u32) -> Self {
        let value = u32::try_from(xxh3_64(name) & u64::from(VALUE)).unwrap_or(0);
        Self(value | COUNTED | telling | rank << 22)
    }

    /// The same for what is the same in both texts, whether either writes it as a name or not.
    #[must_use]
    pub fn key(self) -> u32 {
        self.0 & !TELLING
    }

    /// How much it says: the more the rarer such marks are.
    #[must_use]
    pub fn weight(self) -> f32 {
        [0.2, 0.4, 0.6, 0.9][usize::try_from(self.0 >> 22).unwrap_or(0).min(3)]
    }

    /// Whether other articles are looked for by it.
    #[must_use]
    pub fn is_telling(self) -> bool {
        self.0 & TELLING != 0
    }

    /// Whether at least three consonants or two figures stand behind it.
    #[must_use]
    pub fn is_specific(self) -> bool {
        self.0 >> 22 >= 2
    }

    /// A number of at least two figures.
    #[must_use]
    pub fn is_figure(self) -> bool {
        self.is_counted() && self.is_specific()
    }

    /// Written as a name, and long enough for one.
    #[must_use]
    pub fn is_name(self) -> bool {
        self.is_telling() && !self.is_counted()
    }

    /// A number or a part of a date, not a word.
    #[must_use]
    pub fn is_counted(self) -> bool {
        self.0 & COUNTED != 0
    }

    pub(super) fn pack(self) -> [u8; 3] {
        let [a, b, c, _] = self.0.to_le_bytes();
        [a, b, c]
    }

    pub(super) fn unpack([a, b, c]: [u8; 3]) -> Self {
        Self(u32::from_le_bytes([a, b, c, 0]))
    }
}

#[cfg(test)]
mod tests {
    use super::{Mark, names};

    #[test]
    fn one_name_in_many_scripts() {
        for forms in [
            &["peskov", "песков", "пескову", "песковым", "պեսկով", "პესკოვი"][..],
            &["pashinian", "пашинян", "pachinian", "փաշինյան", "ფაშინიანი"],
            &["aliiev", "алиев", "алиева", "aliyev", "ალიევი"],
            &["karabakh", "карабах", "карабахе"],
            &["bush", "буш", "бушем"],
            &["putin", "путин", "путина", "պուտին", "პუტინი"],
            &["turkey", "турция", "turkiye", "turquie"],
            &["germany", "deutschland", "германии", "alemania"],
            &["faisal", "فيصل", "феисал"],
            &["riad", "الرياض", "рияд"],
            &["washington", "واشنطن"],
            &["netanyahu", "נתניהו", "нетаньяху"],
        ] {
            let first = Mark::of_name(forms[0]).map(Mark::key);
            assert!(first.is_some());
            for form in forms {
                let skeletons = (names::skeleton(form), names::skeleton(forms[0]));
                assert_eq!(Mark::of_name(form).map(Mark::key), first, "{form}: {skeletons:?}");
            }
        }
    }

    #[test]
    fn international_words_are_one() {
        for forms in [
            &["president", "prasident", "presidente", "президента", "prezydent"][..],
            &["minister", "ministre", "ministro", "министр"],
            &["coronavirus", "koronawirus", "коронавируса"],
        ] {
            for form in forms {
                let same = Mark::of_word(form).map(Mark::key) == Mark::of_name(forms[0]).map(Mark::key);
                assert!(same, "{form}: {:?}", names::skeleton(form));
            }
        }
    }

    #[test]
    fn different_names_differ() {
        assert_ne!(Mark::of_name("peskov"), Mark::of_name("pashinyan"));
        assert_ne!(Mark::of_name("baku"), Mark::of_name("yerevan"));
        assert_eq!(Mark::of_name("ао"), None);
        assert_eq!(Mark::of_word("over"), None);
    }
}
