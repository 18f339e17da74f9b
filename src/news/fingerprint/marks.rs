//! Reads the marks of a text, in order, from its words and numbers.

use super::calendar::Part;
use super::mark::Mark;
use super::number::{self, Number};

/// Marks kept of one article.
const MAX_MARKS: usize = 128;
/// How often one mark is kept: a long text names its hero in every sentence.
const REPEATS: usize = 3;

#[derive(Debug, Default)]
pub struct Reader {
    pub marks: Vec<Mark>,
    /// A number whose next word may be its scale, and the scale so far in powers of ten.
    number: Option<(Number, u8)>,
    /// A character behind which a numeral is a weekday in Chinese.
    week: bool,
}

impl Reader {
    pub fn number(&mut self, number: Number) {
        self.finish();
        self.number = Some((number, 0));
    }

    pub fn calendar(&mut self, part: Part) {
        self.finish();
        add(&mut self.marks, Mark::of_calendar(part));
    }

    /// A word; `name` when it is written as one. Those that only carry grammar are [`Reader::pause`].
    pub fn word(&mut self, folded: &str, name: bool) {
        if self.scale(|| number::scale(folded)) || self.marks.len() == MAX_MARKS {
            return;
        }
        let mark = if name { Mark::of_name(folded) } else { Mark::of_word(folded) };
        if let Some(mark) = mark {
            add(&mut self.marks, mark);
        }
    }

    /// A function word: it may still be a scale ("mil", "tys").
    pub fn pause(&mut self, folded: &str) {
        self.scale(|| number::scale(folded));
    }

    /// A character of a script without gaps between words.
    pub fn ideograph(&mut self, c: char) {
        let month = self.number.filter(|(_, tens)| *tens == 0 && c == '月').map(|(number, _)| number);
        if let Some(month) =
            month.and_then(|it| u8::try_from(it.digits).ok()).filter(|it| (1..=12).contains(it))
        {
            self.number = None;
            add(&mut self.marks, Mark::of_calendar(Part::Month(month)));
        } else if std::mem::take(&mut self.week) {
            let days = ["一", "二", "三", "四", "五", "六", "日天"];
            let day = (0..).zip(days).find(|(_, names)| names.contains(c));
            if let Some((day, _)) = day {
                add(&mut self.marks, Mark::of_calendar(Part::Weekday(day)));
            }
        } else {
            self.scale(|| number::ideographic_scale(c));
            self.week = matches!(c, '周' | '週' | '期');
        }
    }

    /// Multiplies the number just read, or lets it stand as it is when the word is no scale.
    fn scale(&mut self, more: impl Fn() -> Option<u8>) -> bool {
        if self.number.is_none() {
            return false;
        }
        if let (Some((_, tens)), Some(more)) = (&mut self.number, more()) {
            *tens = tens.saturating_add(more);
            return true;
        }
        self.finish();
        false
    }

    /// Nothing comes that could belong to the number just read.
    pub fn finish(&mut self) {
        if let Some((number, tens)) = self.number.take() {
            add(&mut self.marks, Mark::of_number(number, tens));
        }
    }
}

/// Adds a mark unless it came often enough or there are enough of them.
pub fn add(marks: &mut Vec<Mark>, mark: Mark) {
    let same = |it: &&Mark| it.key() == mark.key();
    if marks.len() < MAX_MARKS && marks.iter().filter(same).count() < REPEATS {
        marks.push(mark);
    }
}

#[cfg(test)]
mod tests {
    use crate::news::fingerprint::tokens;

    fn marks(text: &str) -> Vec<u32> {
        tokens::read(text, 99).marks.into_iter().map(|mark| mark.key()).collect()
    }

    #[test]
    fn one_value_however_it_is_written() {
        for (a, b) in [
            ("37.6 million", "37,6 Mio."),
            ("37.6 million", "37,6 млн"),
            ("800 billion", "8000 亿"),
            ("1,200,000", "120 万"),
            ("1.2 million", "1.200.000"),
            ("45 thousand", "45 mil"),
            ("3 mil millones", "3 miliardi"),
        ] {
            assert_eq!(marks(a), marks(b), "{a} | {b}");
        }
        assert_ne!(marks("37.6 million"), marks("37.6"));
    }

    #[test]
    fn days_are_read_in_chinese_too() {
        assert_eq!(marks("Wednesday March 14"), marks("周三 3月14日"));
        assert_eq!(marks("Sunday"), marks("星期天"));
        assert_eq!(marks("Sunday"), marks("星期日"));
    }
}
