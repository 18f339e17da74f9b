//! One word of a text, as a short hash that says what sort of word it is.

use std::sync::LazyLock;

use xxhash_rust::xxh3::xxh3_64;

use super::calendar::Part;

/// One word of a text: 22 bits of hash, 2 bits of kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Token(u32);

/// What sort of word a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Word,
    /// Written with a capital inside a sentence.
    Name,
    Number,
    /// A weekday, a month or a year.
    Calendar,
}

impl Token {
    const HASH: u32 = 0x3f_ffff;

    pub(super) fn new(hash: u64, kind: Kind) -> Self {
        let low = u32::try_from(hash & u64::from(Self::HASH)).unwrap_or(0);
        Self(low | (kind as u32) << 22)
    }

    /// The same in every language.
    pub(super) fn of_calendar(part: Part) -> Self {
        let name = match part {
            Part::Weekday(day) => [b'w', day],
            Part::Month(month) => [b'm', month],
        };
        Self::new(xxh3_64(&name), Kind::Calendar)
    }

    /// The same for two spellings of one word; kinds may differ (a name that begins a sentence).
    #[must_use]
    pub fn key(self) -> u32 {
        self.0 & Self::HASH
    }

    #[must_use]
    pub fn kind(self) -> Kind {
        match self.0 >> 22 {
            1 => Kind::Name,
            2 => Kind::Number,
            3 => Kind::Calendar,
            _ => Kind::Word,
        }
    }

    /// Whether a fact of the one kind can stand where the other stood: "Tuesday" in one text and
    /// "November 5" in the other are the same day told otherwise, not another one.
    #[must_use]
    pub fn replaces(self, other: Self) -> bool {
        self.kind() == other.kind() && (self.kind() != Kind::Calendar || self.unit() == other.unit())
    }

    pub(super) fn is_weekday(self) -> bool {
        self.unit() == 0
    }

    /// For a calendar word: 0 a weekday, 1 a month, 2 a year. Other kinds: 3.
    #[must_use]
    pub fn unit(self) -> usize {
        if self.kind() != Kind::Calendar {
            return 3;
        }
        CALENDAR.iter().position(|part| part.key() == self.key()).map_or(2, |at| usize::from(at >= 7))
    }

    /// Three bytes, for the store.
    pub(super) fn pack(self) -> [u8; 3] {
        let [a, b, c, _] = self.0.to_le_bytes();
        [a, b, c]
    }

    pub(super) fn unpack([a, b, c]: [u8; 3]) -> Self {
        Self(u32::from_le_bytes([a, b, c, 0]))
    }
}

/// All weekdays, then all months.
static CALENDAR: LazyLock<Vec<Token>> = LazyLock::new(|| {
    let parts = (0..7).map(Part::Weekday).chain((1..=12).map(Part::Month));
    parts.map(Token::of_calendar).collect()
});
