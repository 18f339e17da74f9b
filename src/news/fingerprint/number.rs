//! Numbers as readers understand them, and the stamps that are none.

/// A number as a reader understands it: 1,200 and 1200 are the same, 3,5 and 3.5 too.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Number {
    /// The digits without the decimal point.
    pub digits: u64,
    /// How many of them stand behind it.
    pub decimals: u8,
}

impl Number {
    /// Whether it rather names a year.
    #[must_use]
    pub fn is_year(self) -> bool {
        self.decimals == 0 && (1950..=2050).contains(&self.digits)
    }
}

impl std::fmt::Display for Number {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let digits = self.digits.to_string();
        let behind = usize::from(self.decimals);
        if behind == 0 {
            return f.write_str(&digits);
        }
        let padded = format!("{digits:0>width$}", width = behind + 1);
        let (whole, fraction) = padded.split_at(padded.len() - behind);
        write!(f, "{whole}.{fraction}")
    }
}

/// The number that `rest` begins with, and its length in bytes. Separators before exactly three
/// digits group them, others are decimal points: 1,200 · 1 200 · 1.200 are one number.
pub fn read_number(rest: &str) -> (Number, usize) {
    let mut number = Number::default();
    let mut end = digits(rest, &mut number);
    let mut group = end;
    while let Some(separator) = rest[end..].chars().next().filter(|c| is_number_separator(*c)) {
        let after = &rest[end + separator.len_utf8()..];
        let behind = after.bytes().take_while(u8::is_ascii_digit).count();
        let grouping = behind == 3 && group <= 3 && number.digits != 0;
        if grouping {
            end += separator.len_utf8() + digits(after, &mut number);
            group = 3;
        } else if matches!(separator, '.' | ',') && (1..=6).contains(&behind) {
            end += separator.len_utf8() + digits(after, &mut number);
            number.decimals = u8::try_from(behind).unwrap_or(0);
            break;
        } else {
            break;
        }
    }
    (number, end)
}

/// Words behind a number that multiply it, by what they begin with, and the power of ten. A billion is
/// what English means by it.
const SCALES: [(u8, &[&str]); 6] = [
    (12, &["trillion", "трлн", "триллион"]),
    (
        9,
        &[
            "billion",
            "milliard",
            "miliard",
            "миллиард",
            "млрд",
            "мільярд",
            "mrd",
            "mld",
            "milyar",
            "bilhoes",
            "miljard",
            "милиард",
            "միլիարդ",
            "მილიარდ",
            "δισ",
            "مليار",
        ],
    ),
    (
        6,
        &[
            "million",
            "milion",
            "millon",
            "milhao",
            "milhoes",
            "mln",
            "mio",
            "миллион",
            "млн",
            "мільйон",
            "milyon",
            "miljoen",
            "милион",
            "միլիոն",
            "მილიონ",
            "εκατομμυρ",
            "مليون",
            "ملايين",
        ],
    ),
    (7, &["crore"]),
    (5, &["lakh"]),
    (
        3,
        &[
            "thousand",
            "тысяч",
            "тыс",
            "тисяч",
            "тис",
            "tausend",
            "tsd",
            "mille",
            "mila",
            "mil",
            "tysi",
            "tys",
            "duizend",
            "хиляд",
            "հազար",
            "ათას",
            "χιλιαδ",
            "الف",
            "آلاف",
        ],
    ),
];

/// The power of ten that a folded word behind a number multiplies it by.
pub fn scale(folded: &str) -> Option<u8> {
    SCALES.iter().find(|(_, words)| words.iter().any(|word| folded.starts_with(word))).map(|(tens, _)| *tens)
}

/// The same for a Chinese or Japanese character.
pub fn ideographic_scale(c: char) -> Option<u8> {
    match c {
        '百' => Some(2),
        '千' => Some(3),
        '万' | '萬' => Some(4),
        '亿' | '億' => Some(8),
        _ => None,
    }
}

/// Bytes of a date of figures (19.07.2024, 2024-07-19) or of a time (9:41, 09:41:00).
pub fn stamp_length(rest: &str) -> Option<usize> {
    const SHAPES: [(&[usize], &str); 7] = [
        (&[2, 2, 4], "./-"),
        (&[1, 2, 4], "./-"),
        (&[1, 1, 4], "./-"),
        (&[4, 2, 2], "./-"),
        (&[2, 2, 2], ":"),
        (&[2, 2], ":"),
        (&[1, 2], ":"),
    ];
    let fits = |lengths: &[usize], separators: &str| {
        let mut at = 0;
        let mut used = None;
        for (place, length) in lengths.iter().enumerate() {
            if place > 0 {
                let separator = char::from(*rest.as_bytes().get(at)?);
                if !separators.contains(separator) || *used.get_or_insert(separator) != separator {
                    return None;
                }
                at += 1;
            }
            if rest.as_bytes()[at..].iter().take_while(|b| b.is_ascii_digit()).count() != *length {
                return None;
            }
            at += length;
        }
        Some(at)
    };
    SHAPES.iter().find_map(|(lengths, separators)| fits(lengths, separators))
}

fn is_number_separator(c: char) -> bool {
    matches!(c, '.' | ',' | '\'' | '’' | '\u{a0}' | '\u{202f}' | '\u{2009}' | ' ')
}

/// Adds the leading digits to `number`; digits beyond what fits are read but not kept.
fn digits(rest: &str, number: &mut Number) -> usize {
    let mut length = 0;
    for digit in rest.bytes().take_while(u8::is_ascii_digit) {
        length += 1;
        if number.digits < 100_000_000_000_000 {
            number.digits = number.digits * 10 + u64::from(digit - b'0');
        }
    }
    length
}

#[cfg(test)]
mod tests {
    use super::read_number;

    #[test]
    fn numbers_as_readers_understand_them() {
        for (written, expected) in [
            ("1,200", "1200"),
            ("1 200", "1200"),
            ("1.200.000", "1200000"),
            ("1\u{a0}200", "1200"),
            ("3,5", "3.5"),
            ("3.50 dollars", "3.50"),
            ("0.125", "0.125"),
            ("2023, 14", "2023"),
            ("15th", "15"),
            ("0,05", "0.05"),
        ] {
            assert_eq!(read_number(written).0.to_string(), expected, "{written}");
        }
    }
}
