//! Endings of the Germanic and Romance languages, of Greek, and of what lies between.

use super::{Class, changes, common, gains};

pub const GREEK: &[Class] = &[
    // ς is folded to σ. Μητσοτάκης, Μητσοτάκη; πρόεδρος, προέδρου; Τουρκία, Τουρκίας.
    changes("ησ", "η"),
    changes("ασ", "α"),
    changes("οσ", "ου ο ε οι ων ουσ"),
    gains("αηοω", "σ"),
    changes("α η", "εσ ων"),
    // υπουργείο, υπουργεία; δημοψήφισμα, δημοψηφίσματος.
    changes("ο", "ου α ων"),
    changes("ι", "ιου ια ιων"),
    changes("μα", "ματοσ ματα ματων"),
];

pub const GERMAN: &[Class] = &[
    gains("", "s es n en e"),
    // The families say which of them these are: Abgeordnete, Abgeordneter.
    changes("e", "er en em es"),
    changes("er", "e en em es"),
];
pub const SCANDINAVIAN: &[Class] = &[
    gains("", "s en et n ens ets er erna ene ar arna"),
    common(gains("", "e es ers ernas enes ars arnas")),
    common(gains("aeiouy", "t r ts rs rna rnas rne rnes ne nes")),
    // krona, kronor; minister, ministrar, ministre; middel, midler; program, programmet.
    common(changes("a", "or orna ors ornas")),
    common(changes("er", "rar rarna rars rarnas re rene res renes ra")),
    common(changes("el", "lar larna lars larnas ler lene lers lenes le")),
    common(changes("m", "mmet mmen mmar mmer mmene mmarna mmets mmens")),
];
pub const ENGLISH: &[Class] =
    &[gains("abcdefghijklmnopqrtuvwxyz0123456789", "s"), gains("sxz", "es"), gains("ho", "es")];
pub const IBERIAN: &[Class] = &[
    gains("aeiou", "s"),
    gains("lrndzsj", "es"),
    changes("z", "ces"),
    common(changes("eo", "ea eas")),
    // bombardear, bombardeó; the noun bombardeo has no accent.
    common(changes("ear", "ea ean eo eaba eaban ee een")),
    common(changes("oir", "oye oyo oyen oyeron")),
    common(changes("uir", "uye uyo uyen uyeron uyendo")),
];
pub const PORTUGUESE: &[Class] = &[
    gains("aeiou", "s"),
    gains("lrnzs", "es"),
    changes("ao", "oes aes aos"),
    changes("l", "is"),
    changes("il", "is eis"),
    changes("m", "ns"),
    common(changes("ear", "eia eiam eou eie eiem")),
];
pub const FRENCH: &[Class] = &[
    gains("", "s x"),
    changes("al ail", "aux"),
    common(changes("er", "e es ent a ait aient ant erent ee ees")),
];
pub const ITALIAN: &[Class] = &[
    common(changes("o e io", "i")),
    common(changes("a", "e")),
    common(changes("ca", "che")),
    common(changes("ga", "ghe")),
    common(changes("co", "chi ci")),
    common(changes("go", "ghi gi")),
    common(changes("cia", "ce")),
    common(changes("gia", "ge")),
];
pub const DUTCH: &[Class] = &[gains("", "s en")];

const FINNISH_CONSONANTS: &str = "bcdfghjklmnpqrstvwxz";

/// Grades of consonants (sota, sodan) are no endings: see `inflect`.
pub const FINNISH: &[Class] = &[
    gains("aeiouy", "n t a ta ssa sta lla lta lle na ksi tta jen ja ita iden itta"),
    gains("a", "an"),
    gains("e", "en"),
    gains("i", "in"),
    gains("o", "on"),
    gains("u", "un"),
    gains("y", "yn"),
    gains("aeiouy", "issa ista illa ilta ille iksi ihin ina"),
    gains(FINNISH_CONSONANTS, "in ia issa ista iin illa ilta ille ina iksi it ien eja eissa eista eilla"),
    // vaali, vaalien, vaaleja, vaaleissa; sota, sotia; kunta, kuntien.
    changes("i", "ien eja eissa eista eilla eilta eille eihin eiksi"),
    changes("a", "ia ien issa ista illa ilta ille iin oja ojen oissa oista oilla oilta oille oihin"),
    // hallitus, hallituksen; vapaus, vapauden; mahdollisuus, mahdollisuuksia.
    changes(
        "s",
        "ksen ksessa ksesta ksella kselta kselle kseen kset kseksi ksena sta ksia ksien ksissa ksista ksiin ksilla ksille ksilta",
    ),
    changes("us", "uden udessa udesta utta uteen udella udelta udelle uksia uksien uksissa uksista"),
    // pakolainen, pakolaisen, pakolaisia.
    changes(
        "nen",
        "sen set sta sessa sesta seen sella selta selle seksi sten sia sissa sista siin silla silta sille siksi",
    ),
    // perhe, perheessä; sade, sateet.
    changes("e", "een eessa eesta eella eelta eelle eet etta eeseen eita eiden eissa eista eille eilla"),
];

/// With the assimilated -val of Orbánnal in the stemmer's hands.
pub const HUNGARIAN: &[Class] = &[gains(
    "",
    "t at et ot nak nek ban ben ba be bol rol tol nal nel hoz hez ra re n on en ig ert val vel ja je k ok ek ak okat eket akat oknak eknek aknak okban ekben",
)];

pub const ROMANIAN: &[Class] = &[
    gains("bcdfghjklmnpqrstvxz", "ul ului ule ii ilor uri urile urilor e ele elor i a"),
    // ministru, ministrul, miniștri; președinte, președintelui; țară, țări.
    changes("u", "ul ului i ii ilor"),
    gains("e", "a i le lui"),
    changes("e", "i ii ilor ile ei ea"),
    changes("a", "ei e ele elor i ile ilor o"),
    gains("ei", "lor le"),
    gains("eiou", "ul ului lui"),
    // România, României; cafea, cafeaua; oraș, orașe; soldat, soldați.
    changes("sc", "sti stii stilor"),
    common(changes("oi", "oaie oaiele oaielor")),
    common(changes("d", "zi zii zilor")),
    common(changes("da", "zi zile zilor")),
];
