//! Text → the words that carry meaning, in order, as short hashes.
//!
//! This reading is frozen apart from [`crate::news::words`], which may be improved at any time: these
//! hashes are stored and compared for years.

use xxhash_rust::xxh3::xxh3_64;

use super::address;
use super::calendar::{self, Date};
use super::language::{self, IDEOGRAPHS};
use super::mark::Mark;
use super::marks;
use super::number::{Number, read_number, stamp_length};
use super::spelling::{fold_into, is_ideograph, reference_length, stem, word_length};
use super::stopwords;
use super::token::{Kind, Token};

/// Words among which a text's own date is looked for; further down it tells of other days.
const DATED: u32 = 160;

/// Words that make an opening.
const OPENING: u32 = 12;

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

/// Reads a text; at most `limit` tokens are kept, all words are counted and hashed.
pub fn read(text: &str, limit: usize) -> Reading {
    let all = String::with_capacity(text.len() + text.len() / 8);
    let mut reader = Reader { limit, all, ..Reader::default() };
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        rest = reader.step(rest, first);
    }
    // Plain letters with hardly a function word of any language are a list or a made-up text.
    let is_told = 64 * u32::from(reader.vote.most()) >= reader.out.words || !text.is_ascii();
    let mut reading = reader.finish();
    if reading.language == 0 && is_told {
        reading.language = language::detect(text);
    }
    reading
}

#[derive(Default)]
struct Reader {
    limit: usize,
    out: Reading,
    /// All folded words so far, a space behind each.
    all: String,
    calendar: calendar::Reader,
    marks: marks::Reader,
    vote: stopwords::Vote,
    ideographs: u32,
    /// A sentence has begun and has had no word yet.
    fresh: bool,
    begun: bool,
}

impl Reader {
    /// Reads one word, number, character reference or separator; returns what is left.
    fn step<'a>(&mut self, rest: &'a str, first: char) -> &'a str {
        if let Some(length) = Self::written_address(rest, first) {
            &rest[length..]
        } else if first.is_ascii_digit() {
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

    /// Bytes of an address, where a word may begin.
    fn written_address(rest: &str, first: char) -> Option<usize> {
        matches!(first, 'h' | 'H' | 'w' | 'W' | 'f' | 'F' | 'm' | 'M' | '@')
            .then(|| address::written_length(rest))
            .flatten()
    }

    fn word<'a>(&mut self, rest: &'a str) -> &'a str {
        let (length, dotted) = word_length(rest);
        let written = &rest[..length];
        let mut all = std::mem::take(&mut self.all);
        let before = all.len();
        fold_into(written, &mut all);
        let capital = written.chars().next().is_some_and(char::is_uppercase);
        let starts = std::mem::take(&mut self.fresh) || !std::mem::replace(&mut self.begun, true);
        if all.len() > before {
            all.push(' ');
            self.count(&all);
            let folded = &all[before..all.len() - 1];
            let part = calendar::part(folded, written);
            if self.out.words <= DATED {
                self.calendar.word(part);
            }
            let name = capital && (!starts || dotted);
            let stopword = stopwords::languages(folded);
            if let Some(languages) = stopword {
                self.vote.count(languages);
            }
            if let Some(part) = part {
                self.marks.calendar(part);
                self.keep(Token::of_calendar(part));
            } else if stopword.is_none() || is_acronym(written) {
                // Latin words in a Chinese text are names whatever their case.
                self.marks.word(folded, name || self.ideographs > 0);
            } else {
                self.marks.pause(folded);
            }
            if part.is_none() && (name || stopword.is_none()) {
                let kind = if name { Kind::Name } else { Kind::Word };
                self.keep(Token::new(xxh3_64(stem(folded).as_bytes()), kind));
            }
        }
        self.all = all;
        &rest[length..]
    }

    fn ideograph<'a>(&mut self, rest: &'a str, first: char) -> &'a str {
        let length = first.len_utf8();
        self.ideographs += 1;
        self.marks.ideograph(first);
        self.count_word(&rest[..length]);
        self.keep(Token::new(xxh3_64(&rest.as_bytes()[..length]), Kind::Word));
        &rest[length..]
    }

    fn number<'a>(&mut self, rest: &'a str) -> &'a str {
        if let Some(length) = stamp_length(rest) {
            return &rest[length..];
        }
        let (number, length) = read_number(rest);
        let written = number.to_string();
        self.count_word(&written);
        if self.out.words <= DATED {
            self.calendar.number(number.digits, number.decimals);
        }
        self.fresh = false;
        self.begun = true;
        self.marks.number(number);
        if !(number.is_year() && self.drop_date()) {
            let kind = if number.is_year() { Kind::Calendar } else { Kind::Number };
            if kind == Kind::Number && self.out.tokens.len() < self.limit {
                self.out.numbers.push(number);
            }
            self.keep(Token::new(xxh3_64(written.as_bytes()), kind));
        }
        &rest[length..]
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
            self.out.tokens.pop_if(|before| before.is_weekday());
        }
        day
    }

    fn count_word(&mut self, folded: &str) {
        let mut all = std::mem::take(&mut self.all);
        all.extend([folded, " "]);
        self.count(&all);
        self.all = all;
    }

    /// One more word has come; `all` ends with it.
    fn count(&mut self, all: &str) {
        self.out.words += 1;
        if self.out.words == OPENING {
            self.out.first_words = xxh3_64(all.as_bytes());
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
        self.marks.finish();
        self.out.marks = self.marks.marks;
        let ideographic = self.ideographs * 3 > self.out.words;
        self.out.language = if ideographic { IDEOGRAPHS } else { self.vote.winner() };
        self.out.hash = xxh3_64(self.all.as_bytes());
        self.out
    }
}

/// EU, UK, ООН: too short for anything but a name.
fn is_acronym(written: &str) -> bool {
    let letters = || written.chars().filter(|c| c.is_alphabetic());
    letters().count() == 2 && letters().all(char::is_uppercase)
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
            "Update Friday, July 19, 2024. Ferry aground with 214 on board",
            "Update 19 июля 2024. Ferry aground with 214 on board",
        ] {
            let got = read(stamped, 99);
            assert_eq!(got.tokens, plain, "{stamped}");
            assert_eq!(got.numbers.len(), 1, "{stamped}");
        }
    }

    #[test]
    fn addresses_are_not_told() {
        let plain = read("Ferry aground, see or write to desk", 99).tokens;
        for written in [
            "Ferry aground, see https://site.example/click/-3,7506698,159/?from=12 or write to desk@site7.example",
            "Ferry aground, see (www.site.example/2024/07) or write to desk",
            "Ferry aground, see <HTTP://Site.example> or write to desk",
        ] {
            assert_eq!(read(written, 99).tokens, plain, "{written}");
        }
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
