//! What changes elsewhere than at the end of a word: grades of consonants, vowels that fall out, what is
//! written together with the word behind it.

use super::language::Language;

/// Calls `found` with other words that may lie behind `base`, which was made by taking an ending off `form`.
pub fn changed_inside(base: &str, form: &str, language: Language, mut found: impl FnMut(&str)) {
    match language.code() {
        "fi" => strong_grades(base, &mut found),
        "hy" if form.len() > base.len() => fallen_vowel(base, "", &["ի", "ու"], &mut found),
        "ka" => {
            let syllable = base.strip_suffix('ი').filter(|stem| stem.ends_with(['ლ', 'რ', 'ნ', 'მ', 'ვ']));
            if let Some(stem) = syllable {
                fallen_vowel(stem, "ი", &["ა", "ე", "ო"], &mut found);
            }
            let open = base.strip_suffix('ა').filter(|stem| stem.ends_with(['ლ', 'რ', 'ნ', 'მ']));
            if let Some(stem) = open {
                fallen_vowel(stem, "ა", &["ა", "ე"], &mut found);
            }
        }
        _ => {}
    }
}

/// Finnish: Helsingi is Helsinki, soda is sota, and viranomaisen has none.
fn strong_grades(base: &str, found: &mut impl FnMut(&str)) {
    const GRADES: [(&str, &str); 12] = [
        ("ng", "nk"),
        ("nn", "nt"),
        ("mm", "mp"),
        ("ll", "lt"),
        ("rr", "rt"),
        ("d", "t"),
        ("v", "p"),
        ("t", "tt"),
        ("k", "kk"),
        ("p", "pp"),
        ("lj", "lk"),
        ("rj", "rk"),
    ];
    let Some(last) = base.chars().next_back().filter(|c| is_vowel(*c)) else { return };
    let stem = &base[..base.len() - last.len_utf8()];
    for (weak, strong) in GRADES {
        let Some(rest) = stem.strip_suffix(weak).filter(|rest| !rest.is_empty()) else { continue };
        // Of a double or a mixed pair the last letter is no weak grade of its own.
        let paired = weak.len() == 1 && rest.ends_with(['t', 'k', 'p', 's', 'h', 'd', 'v']);
        if !paired {
            found(&format!("{rest}{strong}{last}"));
        }
    }
}

fn is_vowel(c: char) -> bool {
    matches!(c, 'a' | 'e' | 'i' | 'o' | 'u' | 'y')
}

/// Puts a vowel back before the last letter of a stem: երկր is երկիր, ქვეყნ is ქვეყან.
fn fallen_vowel(stem: &str, ending: &str, vowels: &[&str], found: &mut impl FnMut(&str)) {
    const ALL: &str = "աեէըիոօուաეიოუ";
    let mut letters = stem.char_indices().rev();
    let (Some((at, last)), Some((_, before))) = (letters.next(), letters.next()) else { return };
    if ALL.contains(last) || ALL.contains(before) || letters.next().is_none() {
        return;
    }
    for vowel in vowels {
        found(&format!("{}{vowel}{last}{ending}", &stem[..at]));
    }
}

/// Calls `found` with a word, and with what is left of it without the words that lean on its front;
/// says whether any does.
pub fn leanings(folded: &str, language: Language, mut found: impl FnMut(&str, bool)) {
    found(folded, false);
    match language.code() {
        "he" => hebrew(folded, &mut found),
        "ar" => arabic(folded, &mut found),
        _ => {}
    }
}

/// ה ו ב כ ל מ ש are written together with the word. Before a word of two letters some of them make
/// another: בשר is meat.
fn hebrew(folded: &str, found: &mut impl FnMut(&str, bool)) {
    const PREFIXES: [char; 7] = ['ה', 'ו', 'ב', 'כ', 'ל', 'מ', 'ש'];
    let mut rest = folded;
    for taken in 0..2 {
        let Some(shorter) = rest.strip_prefix(PREFIXES) else { return };
        // Two of them: and, that, when; or the article behind a preposition.
        if taken > 0 && !(folded.starts_with(['ו', 'ש']) || folded.starts_with("כש") || rest.starts_with('ה'))
        {
            return;
        }
        let short = shorter.chars().nth(2).is_none();
        if short && (taken > 0 || !rest.starts_with(['ה', 'ו', 'ל'])) {
            return;
        }
        found(shorter, true);
        rest = shorter;
    }
}

/// و ف ب ل ك and the article are written together with the word; ل swallows the article's ا.
fn arabic(folded: &str, found: &mut impl FnMut(&str, bool)) {
    let joined = folded.strip_prefix(['و', 'ف']);
    for word in [Some(folded), joined].into_iter().flatten() {
        if word != folded {
            found(word, true);
        }
        for prefix in ["ال", "بال", "کال", "لل", "ب", "ل", "ک"] {
            if let Some(rest) = word.strip_prefix(prefix) {
                found(rest, true);
                if prefix == "لل" {
                    found(&format!("ال{rest}"), true);
                }
            }
        }
    }
}

/// The words of which an Arabic word may be the broken plural, by its pattern.
pub fn singulars(folded: &str, mut found: impl FnMut(&str)) {
    let letters: Vec<char> = folded.chars().take(7).collect();
    let mut one = |letters: &[char]| found(&letters.iter().collect::<String>());
    match *letters.as_slice() {
        // وزراء, وزير; رؤساء, رئيس.
        [a, b, c, 'ا', 'ء'] => one(&[a, if b == 'و' { 'ی' } else { b }, 'ی', c]),
        // أحزاب, حزب.
        ['ا', a, b, 'ا', c] if c != 'ة' => one(&[a, b, c]),
        // أسلحة, سلاح.
        ['ا', a, b, c, 'ة'] => one(&[a, b, 'ا', c]),
        // An article; and تعامل is a deed of its own.
        ['ا', 'ل', ..] | ['ت', ..] => {}
        // شوارع, شارع; عواصم, عاصمة.
        [a, 'و', 'ا', b, c] => {
            one(&[a, 'ا', b, c]);
            one(&[a, 'ا', b, c, 'ة']);
        }
        // مراكز, مركز; مدارس, مدرسة; زلازل, زلزال.
        [a, b, 'ا', c, d] => {
            one(&[a, b, c, d]);
            one(&[a, b, c, d, 'ة']);
            one(&[a, b, c, 'ا', d]);
        }
        // صواريخ, صاروخ.
        [a, 'و', 'ا', b, 'ی', c] => one(&[a, 'ا', b, 'و', c]),
        // مشاريع, مشروع; ملايين, مليون.
        [a, b, 'ا', c, 'ی', d] => {
            for vowel in ['و', 'ی', 'ا'] {
                one(&[a, b, c, vowel, d]);
            }
        }
        _ => {}
    }
}
