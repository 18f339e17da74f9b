//! Which form of a phrase goes with a whole number: the cardinal rules of Unicode's CLDR
//! (<https://www.unicode.org/cldr/charts/latest/supplemental/language_plural_rules.html>).

use serde::Deserialize;

/// CLDR's categories.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Form {
    Zero,
    One,
    Two,
    Few,
    Many,
    Other,
}

impl Form {
    /// Of a language by its code. French and Spanish have a form of their own for whole millions,
    /// which no letter counts up to: it is left out.
    #[must_use]
    pub fn of(language: &str, number: u64) -> Self {
        match language {
            "ru" | "uk" => slavic(number),
            "ar" => arabic(number),
            "fr" | "hy" if number <= 1 => Self::One,
            "fr" | "hy" => Self::Other,
            _ if number == 1 => Self::One,
            _ => Self::Other,
        }
    }
}

/// 1, 21, 31 · 2–4, 22–24 · the others, 11–14 among them.
fn slavic(number: u64) -> Form {
    match (number % 10, number % 100) {
        (1, last) if last != 11 => Form::One,
        (2..=4, last) if !(12..=14).contains(&last) => Form::Few,
        _ => Form::Many,
    }
}

fn arabic(number: u64) -> Form {
    match (number, number % 100) {
        (0, _) => Form::Zero,
        (1, _) => Form::One,
        (2, _) => Form::Two,
        (_, 3..=10) => Form::Few,
        (_, 11..=99) => Form::Many,
        _ => Form::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::Form::{self, Few, Many, One, Other, Two, Zero};

    #[test]
    fn as_cldr_has_them() {
        for (language, numbers, expected) in [
            ("en", &[1][..], One),
            ("en", &[0, 2, 21, 101], Other),
            ("fr", &[0, 1], One),
            ("fr", &[2, 21], Other),
            ("hy", &[0, 1], One),
            ("hy", &[2, 11], Other),
            ("ka", &[1], One),
            ("ka", &[0, 2, 21], Other),
            ("ru", &[1, 21, 101, 1_001], One),
            ("ru", &[2, 3, 4, 22, 104], Few),
            ("ru", &[0, 5, 11, 12, 14, 20, 111, 1_000], Many),
            ("uk", &[1, 31], One),
            ("uk", &[2, 34], Few),
            ("uk", &[0, 13, 25], Many),
            ("ar", &[0], Zero),
            ("ar", &[1], One),
            ("ar", &[2], Two),
            ("ar", &[3, 10, 103], Few),
            ("ar", &[11, 99, 111], Many),
            ("ar", &[100, 102, 200, 1_001], Other),
        ] {
            for number in numbers {
                assert_eq!(Form::of(language, *number), expected, "{language} {number}");
            }
        }
    }
}
