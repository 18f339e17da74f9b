//! The number of a text's language, where function words do not tell it.

use whatlang::Lang;

/// The language of scripts without gaps between words, beyond those that function words tell.
pub const IDEOGRAPHS: u8 = 100;
/// The language that writes all nouns with capitals.
pub const GERMAN: u8 = 4;

/// In bytes; shorter texts are not worth a guess.
const SHORT: usize = 160;
/// Bytes that are looked at.
const ENOUGH: usize = 600;

/// The number of the language that the letters of a text speak for; 0 when they do not surely.
pub fn detect(text: &str) -> u8 {
    if text.len() < SHORT {
        return 0;
    }
    let info = whatlang::detect(&text[..text.floor_char_boundary(ENOUGH)]);
    info.filter(whatlang::Info::is_reliable).map_or(0, |info| number(info.lang()))
}

/// Where function words tell the language, too, theirs.
fn number(language: Lang) -> u8 {
    match language {
        Lang::Eng => 1,
        Lang::Rus => 2,
        Lang::Ukr | Lang::Bul => 3,
        Lang::Deu => GERMAN,
        Lang::Fra => 5,
        Lang::Spa => 6,
        Lang::Ita => 7,
        Lang::Por => 8,
        Lang::Pol => 9,
        Lang::Tur | Lang::Aze => 10,
        Lang::Hye => 11,
        Lang::Kat => 12,
        Lang::Ell => 13,
        Lang::Ara => 14,
        Lang::Cmn | Lang::Jpn | Lang::Tha | Lang::Mya | Lang::Khm => IDEOGRAPHS,
        other => {
            // The letters of its code: a number that does not change when others are added.
            let code = other.code().bytes().fold(0_u32, |code, letter| 26 * code + u32::from(letter));
            16 + u8::try_from(code % 79).unwrap_or(0)
        }
    }
}

/// Whether a text of that language yields names and numbers only, no words.
#[must_use]
pub fn is_written_without_gaps(language: u8) -> bool {
    language == IDEOGRAPHS
}

#[cfg(test)]
mod tests {
    use super::detect;

    #[test]
    fn a_text_without_clear_function_words() {
        let polish = "Prezes Narodowego Banku Polskiego Witold Zaremba powiedział na konferencji w Warszawie, że \
                      inflacja spadnie do 2,8 proc. w pierwszym kwartale. Głosowało siedmiu członków Rady.";
        assert_eq!(detect(polish), 9);
        assert_eq!(detect("Prezes Banku Polskiego"), 0);
    }

    #[test]
    fn every_language_has_a_number() {
        for language in whatlang::Lang::all() {
            assert!((1..=100).contains(&super::number(*language)), "{language}");
        }
    }
}
