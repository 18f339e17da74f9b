//! Text → the words that carry meaning, in order, as short hashes.
//!
//! This reading is frozen apart from [`crate::news::words`], which may be improved at any time: these
//! hashes are stored and compared for years.

use std::sync::LazyLock;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;
use xxhash_rust::xxh3::{Xxh3, xxh3_64};

use super::calendar::{self, Date, Part};
use super::names::{self, Mark};
use super::number::{Number, read_number, stamp_length};
use super::stopwords;

/// Letters of a word that count: endings differ between a text and its translation or rewording.
const STEM: usize = 5;

/// Words among which a text's own date is looked for; further down it tells of other days.
const DATED: u32 = 160;

/// Words that make an opening.
const OPENING: u32 = 12;

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

    fn new(hash: u64, kind: Kind) -> Self {
        let low = u32::try_from(hash & u64::from(Self::HASH)).unwrap_or(0);
        Self(low | (kind as u32) << 22)
    }

    /// The same in every language.
    fn of_calendar(part: Part) -> Self {
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

/// A text as it was read.
#[derive(Debug, Default)]
pub struct Reading {
    pub tokens: Vec<Token>,
    pub numbers: Vec<Number>,
    /// Words, function words included.
    pub words: u32,
    /// Of all folded words, in order.
    pub hash: u64,
    /// Of the first [`OPENING`] of them.
    pub first_words: u64,
    /// Dates that stand near the beginning.
    pub dates: Vec<Date>,
    /// What of it survives a translation.
    pub marks: Vec<Mark>,
    /// Number of its language, 0 when not clear.
    pub language: u8,
}

/// The language of scripts without gaps between words, beyond those that function words tell.
const IDEOGRAPHS: u8 = 100;

/// Reads a text; at most `limit` tokens are kept, all words are counted and hashed.
pub fn read(text: &str, limit: usize) -> Reading {
    let mut reader = Reader { limit, ..Reader::default() };
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        rest = reader.step(rest, first);
    }
    reader.finish()
}

#[derive(Default, PartialEq, Clone, Copy)]
enum Before {
    #[default]
    Other,
    Counter,
    Number,
}

/// What pages count of themselves. The figure beside it grows from copy to copy and tells nothing.
const COUNTERS: [&str; 22] = [
    "views",
    "view",
    "comments",
    "shares",
    "likes",
    "просмотров",
    "просмотры",
    "просмотра",
    "комментариев",
    "комментарии",
    "комментария",
    "переглядів",
    "перегляди",
    "коментарів",
    "коментарі",
    "aufrufe",
    "kommentare",
    "commentaires",
    "comentarios",
    "wyświetleń",
    "komentarzy",
    "դիտում",
];

#[derive(Default)]
struct Reader {
    limit: usize,
    out: Reading,
    all: Xxh3,
    calendar: calendar::Reader,
    vote: stopwords::Vote,
    ideographs: u32,
    folded: String,
    /// The word before was a counter's name ("Views: 106"), or a number that is still the last token.
    before: Before,
    /// A sentence has begun and has had no word yet.
    fresh: bool,
    begun: bool,
}

impl Reader {
    /// Reads one word, number, character reference or separator; returns what is left.
    fn step<'a>(&mut self, rest: &'a str, first: char) -> &'a str {
        if first.is_ascii_digit() {
            self.number(rest)
        } else if is_ideograph(first) {
            self.ideograph(rest, first)
        } else if first.is_alphanumeric() {
            self.word(rest)
        } else if first == '&' {
            // Twice-escaped feeds leave `&mdash;` in the text; it is a separator like any other.
            &rest[reference_length(rest).max(1)..]
        } else {
            if matches!(first, '.' | '!' | '?' | '…' | '\n' | '“' | '«' | '"' | ':' | '։' | '。') {
                self.fresh = true;
            }
            &rest[first.len_utf8()..]
        }
    }

    fn word<'a>(&mut self, rest: &'a str) -> &'a str {
        let (length, dotted) = word_length(rest);
        let written = &rest[..length];
        self.folded.clear();
        let mut folded = std::mem::take(&mut self.folded);
        fold_into(written, &mut folded);
        let capital = written.chars().next().is_some_and(char::is_uppercase);
        let starts = std::mem::take(&mut self.fresh) || !std::mem::replace(&mut self.begun, true);
        if !folded.is_empty() {
            self.count(&folded);
            let before = std::mem::take(&mut self.before);
            if is_counter(&folded) {
                self.before = Before::Counter;
                if before == Before::Number {
                    self.drop_number();
                }
            }
            let part = calendar::part(&folded, written);
            if self.out.words <= DATED {
                self.calendar.word(part);
            }
            let name = capital && (!starts || dotted);
            let stopword = stopwords::languages(&folded);
            if let Some(languages) = stopword {
                self.vote.count(languages);
            }
            if let Some(part) = part {
                self.keep(Token::of_calendar(part));
            } else if name || stopword.is_none() {
                // Latin words in a Chinese text are names whatever their case.
                if stopword.is_none() && (capital || self.ideographs > 0) {
                    names::add(&mut self.out.marks, Mark::of_name(&folded));
                }
                let kind = if name { Kind::Name } else { Kind::Word };
                self.keep(Token::new(xxh3_64(stem(&folded).as_bytes()), kind));
            }
        }
        self.folded = folded;
        &rest[length..]
    }

    fn ideograph<'a>(&mut self, rest: &'a str, first: char) -> &'a str {
        let length = first.len_utf8();
        self.ideographs += 1;
        self.count(&rest[..length]);
        self.keep(Token::new(xxh3_64(&rest.as_bytes()[..length]), Kind::Word));
        &rest[length..]
    }

    fn number<'a>(&mut self, rest: &'a str) -> &'a str {
        if let Some(length) = stamp_length(rest) {
            return &rest[length..];
        }
        let (number, length) = read_number(rest);
        let written = number.to_string();
        self.count(&written);
        if self.out.words <= DATED {
            self.calendar.number(number.digits, number.decimals);
        }
        self.fresh = false;
        self.begun = true;
        if std::mem::take(&mut self.before) == Before::Counter {
            return &rest[length..];
        }
        if !(number.is_year() && self.drop_date()) {
            names::add(&mut self.out.marks, Mark::of_number(&written, number.is_year()));
            let kind = if number.is_year() { Kind::Calendar } else { Kind::Number };
            if kind == Kind::Number && self.out.tokens.len() < self.limit {
                self.out.numbers.push(number);
            }
            if kind == Kind::Number && self.out.tokens.len() < self.limit {
                self.before = Before::Number;
            }
            self.keep(Token::new(xxh3_64(written.as_bytes()), kind));
        }
        &rest[length..]
    }

    /// The last token was a counter's figure.
    fn drop_number(&mut self) {
        if self.out.tokens.last().is_some_and(|token| token.kind() == Kind::Number) {
            self.out.tokens.pop();
            self.out.numbers.pop();
        }
    }

    /// A year has come: when day and month stand before it, all three are a page's stamp. Copies
    /// differ in it, and a page that moves the date is no update.
    fn drop_date(&mut self) -> bool {
        let [.., a, b] = self.out.tokens[..] else { return false };
        let kinds = (a.kind(), b.kind());
        if self.out.tokens.len() >= self.limit
            || !matches!(kinds, (Kind::Number, Kind::Calendar) | (Kind::Calendar, Kind::Number))
        {
            return false;
        }
        let day =
            self.out.numbers.last().is_some_and(|day| (1..=31).contains(&day.digits) && day.decimals == 0);
        if day {
            self.out.numbers.pop();
            self.out.tokens.truncate(self.out.tokens.len() - 2);
        }
        day
    }

    fn count(&mut self, folded: &str) {
        self.all.update(folded.as_bytes());
        self.all.update(b" ");
        self.out.words += 1;
        if self.out.words == OPENING {
            self.out.first_words = self.all.digest();
        }
    }

    fn keep(&mut self, token: Token) {
        if self.out.tokens.len() < self.limit {
            self.out.tokens.push(token);
        }
    }

    fn finish(mut self) -> Reading {
        self.calendar.finish();
        self.out.dates = self.calendar.dates;
        let ideographic = self.ideographs * 3 > self.out.words;
        self.out.language = if ideographic { IDEOGRAPHS } else { self.vote.winner() };
        self.out.hash = self.all.digest();
        self.out
    }
}

fn is_counter(folded: &str) -> bool {
    static FOLDED: LazyLock<Vec<String>> = LazyLock::new(|| {
        let fold = |word: &str| {
            let mut folded = String::new();
            fold_into(word, &mut folded);
            folded
        };
        COUNTERS.iter().map(|word| fold(word)).collect()
    });
    FOLDED.iter().any(|word| word == folded)
}

/// The word's first letters: what inflection and translation leave alone.
fn stem(folded: &str) -> &str {
    let folded = without_article(folded);
    folded.char_indices().nth(STEM).map_or(folded, |(end, _)| &folded[..end])
}

/// Arabic writes the article and short conjunctions as part of the word; of five letters two or
/// three would say nothing.
fn without_article(folded: &str) -> &str {
    const FRONTS: [&str; 6] = ["وال", "بال", "فال", "كال", "ال", "لل"];
    let rest = FRONTS.iter().find_map(|front| folded.strip_prefix(front));
    rest.filter(|rest| rest.chars().nth(2).is_some()).unwrap_or(folded)
}

/// Bytes of the word that `rest` begins with, and whether it is an abbreviation with dots (`U.S.`).
fn word_length(rest: &str) -> (usize, bool) {
    if let Some(length) = abbreviation_length(rest) {
        return (length, true);
    }
    let mut end = 0;
    for (at, c) in rest.char_indices() {
        if !(is_word_char(c)) {
            break;
        }
        end = at + c.len_utf8();
    }
    (end.max(rest.chars().next().map_or(0, char::len_utf8)), false)
}

/// `U.S.` or `U.N.`: at least two single letters, each with its dot.
fn abbreviation_length(rest: &str) -> Option<usize> {
    let bytes = rest.as_bytes();
    let mut end = 0;
    while bytes.get(end).is_some_and(u8::is_ascii_uppercase) && bytes.get(end + 1) == Some(&b'.') {
        end += 2;
    }
    (end >= 4).then_some(end)
}

fn is_word_char(c: char) -> bool {
    (c.is_alphabetic() && !is_ideograph(c)) || is_combining_mark(c) || is_invisible(c)
}

/// Zero-width characters and soft hyphens do not exist for a reader.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}')
}

/// Scripts without gaps between words: each character stands for itself.
fn is_ideograph(c: char) -> bool {
    matches!(c, '\u{0e00}'..='\u{0eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}'
        | '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
        && c.is_alphanumeric()
}

/// Case, accents and compatibility forms folded.
pub(super) fn fold_into(written: &str, out: &mut String) {
    for c in written.chars() {
        match c {
            'a'..='z' | 'а'..='и' | 'к'..='я' => out.push(c),
            'A'..='Z' => out.push(c.to_ascii_lowercase()),
            '.' => {}
            _ if is_invisible(c) => {}
            _ => {
                let decomposed = std::iter::once(c).nfkd().filter(|it| !is_combining_mark(*it));
                for lower in decomposed.flat_map(char::to_lowercase).filter(|it| !is_combining_mark(*it)) {
                    out.push(if lower == 'ı' { 'i' } else { lower });
                }
            }
        }
    }
}

/// Bytes of the character reference (`&amp;`, `&#8217;`) that `rest` begins with; 0 when there is none.
fn reference_length(rest: &str) -> usize {
    let name = rest.bytes().skip(1).take(10).take_while(|b| b.is_ascii_alphanumeric() || *b == b'#').count();
    if name > 1 && rest.as_bytes().get(name + 1) == Some(&b';') { name + 2 } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::{Kind, read};

    #[test]
    fn one_text_in_two_typographies() {
        let same = |a: &str, b: &str| assert_eq!(read(a, 99).hash, read(b, 99).hash, "{a} | {b}");
        same("“It’s over,” he said — finally", "\"It's over,\" he said - finally");
        same("Ёлка и й", "Елка и и");
        same("re\u{ad}sumé na\u{200b}ïve", "resume naive");
        same("the U.S. army", "the US army");
        same("Q&amp;A &mdash; part 1", "Q & A part 1");
    }

    #[test]
    fn stamps_are_not_told() {
        let plain = read("Update. Ferry aground with 214 on board", 99).tokens;
        for stamped in [
            "Update 19.07.2024 01:49. Ferry aground with 214 on board",
            "Update July 19, 2024, 01:49:00. Ferry aground with 214 on board",
            "Update 2024-07-19 01:49:00. Ferry aground with 214 on board",
            "Update 19 июля 2024. Ferry aground with 214 on board",
        ] {
            let got = read(stamped, 99);
            assert_eq!(got.tokens, plain, "{stamped}");
            assert_eq!(got.numbers.len(), 1, "{stamped}");
        }
    }

    #[test]
    fn what_a_page_counts_of_itself_is_not_told() {
        for (few, many) in [
            ("Views: 106. Ferry aground with 214 on board", "Views: 1,221. Ferry aground with 214 on board"),
            ("12 comments. Ferry aground with 214 on board", "340 comments. Ferry aground with 214 on board"),
            ("Просмотров: 106. Паром сел на мель", "Просмотров: 121. Паром сел на мель"),
        ] {
            assert_eq!(read(few, 99).tokens, read(many, 99).tokens, "{few}");
            assert_eq!(read(few, 99).numbers, read(many, 99).numbers, "{few}");
        }
        assert_eq!(read("He views 12 of them", 99).numbers.len(), 0, "a loss that costs nothing");
        assert_eq!(read("12 people had views", 99).numbers.len(), 1);
    }

    #[test]
    fn a_day_told_otherwise_is_no_other_day() {
        let tokens = read("Tuesday Monday November May 5 7 2023", 99).tokens;
        let [tuesday, monday, november, may, five, seven, year] = tokens[..] else { panic!("{tokens:?}") };
        assert!(tuesday.replaces(monday) && november.replaces(may) && five.replaces(seven));
        assert!(!tuesday.replaces(november) && !tuesday.replaces(five) && !november.replaces(year));
    }

    #[test]
    fn names_and_numbers_are_told_apart() {
        let kinds: Vec<Kind> =
            read("Thirteen soldiers left Yerevan on 19 trucks", 99).tokens.iter().map(|t| t.kind()).collect();
        assert_eq!(kinds, [Kind::Word, Kind::Word, Kind::Word, Kind::Name, Kind::Number, Kind::Word]);
    }
}
