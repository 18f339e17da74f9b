//! Words that share a stem and are not one word: marvel and marvellous, refugio and refugiado, caso and casa.
//!
//! A stemmer is content when both are found together. Here the second is a wrong mail, so what a stem
//! says is held against the endings: which of them are forms of one word, and which make another.

use super::endings::{CYRILLIC_CONSONANTS, derivations};
use super::inflect::Word;
use super::language::Language;

/// Endings that only an infinitive has among its forms; behind any other word they make a new one.
fn participles(code: &str) -> &'static str {
    match code {
        "es" | "pt" | "ca" => "ado ada ados adas ido ida idos idas",
        "it" => "ato ata ati ate uto uta uti ute ito ita iti ite",
        "fr" => "é ée és ées ee ees ant ants ante antes",
        _ => "",
    }
}

fn infinitives(code: &str) -> &'static str {
    match code {
        "es" | "pt" | "ca" => "ar er ir",
        "it" => "are ere ire",
        "fr" => "er ir re",
        _ => "",
    }
}

/// Nouns whose other gender is another noun, without their vowel: caso and casa, point and pointe.
/// Adjectives and people (ruso and rusa, ministro and ministra) are one word.
fn two_genders(code: &str) -> &'static str {
    match code {
        "es" => {
            "cas puert punt banc cuent carg mod rest fond libr pat plat rat pes bols barc marc cub suel gast \
             golf ram past pal cop cost cint huert grad vel lom foc mang acer puest partid carter derech"
        }
        "pt" => {
            "cas port pont banc cont carg mod rest fund livr pat prat rat pes bols barc marc cub gast golf ram \
             past pal cop cost cint hort grad vel fol folh mang post partid carteir direit"
        }
        "it" => {
            "cas port punt banc fogli mod colp pal piant post cors cost fil tass coll gamb mass mel pian scop \
             tel vel bust lott ment mostr rest pes past torn manic cappell"
        }
        "fr" => "port cas point sol dos bas fin rat vent sort pont mont part camp chant rang pot plan cour",
        _ => "",
    }
}

/// German nouns whose plural ends in -er, also as the last part of a compound. What else ends in -er is
/// someone who does a thing: Wähler are no Wahl.
const GERMAN_PLURALS: &str = "land haus wald buch bild kind mann dorf feld geld lied glied schild wort volk rad \
     amt band dach grab gut holz huhn kalb kleid lamm loch nest rind schloss tal tuch geist gesicht geschlecht \
     weib glas gras fass brett denkmal spital regiment";

/// Countries: an Engländer is no plural of England.
const GERMAN_COUNTRIES: &str = "ausland inland england deutschland russland finnland irland holland schottland \
     griechenland estland lettland island gronland thailand rheinland neuseeland";

/// Whether two words with one stem are forms of one word, as far as their endings tell. `raw` is the text's word
/// as it stands there.
#[must_use]
pub fn same_word(rule: &Word, raw: &str, folded: &str, language: Language) -> bool {
    let code = language.code();
    match code {
        "en" => english_lemmas(&rule.folded).iter().any(|one| english_lemmas(folded).contains(one)),
        "de" => same_family(&rule.folded, folded, code) && same_german_noun(rule, folded),
        "ru" => same_russian_noun(&rule.folded, folded),
        "el" => same_family(&rule.folded, folded, code) && same_greek_noun(&rule.folded, folded),
        "es" | "pt" | "ca" | "it" | "fr" => {
            let lower = [rule.written(), raw].map(str::to_lowercase);
            // In Italian the accent tells: università is no ferita.
            let [one, other] = if code == "it" { [&*lower[0], &*lower[1]] } else { [&*rule.folded, folded] };
            same_family(one, other, code)
                && same_verb(rule, raw, folded, code)
                && same_gender(&rule.folded, folded, code)
        }
        _ => same_family(&rule.folded, folded, code),
    }
}

fn has_ending(word: &str, endings: &str) -> bool {
    endings.split(' ').any(|ending| !ending.is_empty() && word.ends_with(ending))
}

fn same_family(rule: &str, text: &str, code: &str) -> bool {
    let family = |word: &str| derivations(code).iter().position(|family| has_ending(word, family));
    family(rule) == family(text)
}

/// Participles belong to each other and to their infinitive.
fn same_verb(rule: &Word, raw: &str, folded: &str, code: &str) -> bool {
    let is_participle = |written: &str, folded: &str| {
        let written = written.to_lowercase();
        has_ending(if code == "fr" { &written } else { folded }, participles(code))
    };
    // attaccare is no attacco; but atacó is one of its forms.
    if code != "fr"
        && (is_deed_of(&rule.folded, raw, folded, code)
            || is_deed_of(folded, rule.written(), &rule.folded, code))
    {
        return false;
    }
    // Capitals often have no accents: ARME may be armé.
    let untold = code == "fr" && !raw.contains(char::is_lowercase);
    has_ending(&rule.folded, infinitives(code))
        || untold
        || is_participle(rule.written(), &rule.folded) == is_participle(raw, folded)
}

/// Whether one word is an infinitive and the other, `raw` as it stands there, a noun in -o beside it.
fn is_deed_of(infinitive: &str, raw: &str, folded: &str, code: &str) -> bool {
    let accent = raw.ends_with(['ó', 'ò', 'Ó', 'Ò']) || !raw.contains(char::is_lowercase);
    has_ending(infinitive, infinitives(code))
        && folded.ends_with('o')
        && !accent
        && !has_ending(folded, participles(code))
        && !folded.ends_with("ndo")
        && !has_ending(folded, "ano ono iamo remo")
}

/// Whether the vowels at the ends of two words of one stem go together.
fn same_gender(rule: &str, text: &str, code: &str) -> bool {
    let (Some((stem, one)), Some((other_stem, other))) = (parted(rule, code), parted(text, code)) else {
        return true;
    };
    if stem != other_stem || one == other {
        return true;
    }
    let listed = two_genders(code).split(' ').any(|known| known == stem);
    match (one, other) {
        // Italian nouns in -o have -i, those in -a have -e.
        _ if code == "it" => !listed || matches!(one, 'o' | 'i') == matches!(other, 'o' | 'i'),
        // presidente, presidenta; jefe, jefa.
        ('e', 'a') | ('a', 'e') if code != "fr" => stem.len() >= 5 && stem.ends_with("nt") || stem == "jef",
        // juiz and juízo, sol and solo.
        ('e' | '.', 'o') | ('o', 'e' | '.') => false,
        // sol and sola; but profesor and profesora, juez and jueza.
        ('.', 'a') | ('a', '.') if code != "fr" => {
            !listed && (stem.len() >= 5 || stem == "juez" || has_ending(stem, infinitives(code)))
        }
        _ => !listed,
    }
}

/// Stem and vowel, or a dot where there is none; of French vowels the mute e alone.
fn parted<'a>(word: &'a str, code: &str) -> Option<(&'a str, char)> {
    let word = if code == "it" { word } else { word.strip_suffix('s').unwrap_or(word) };
    let last = word.chars().next_back()?;
    match (code, last) {
        ("fr", 'e') | ("es" | "pt" | "ca", 'o' | 'a' | 'e') | ("it", 'o' | 'a' | 'e' | 'i') => {
            let stem = &word[..word.len() - 1];
            // banca, banche.
            Some((if code == "it" { stem.trim_end_matches('h') } else { stem }, last))
        }
        ("it", _) => None,
        _ => Some((word, '.')),
    }
}

/// Whether a word in lower case cannot be the name that a rule has in capitals: German writes its nouns
/// with a capital (landen is no form of Land), and лавровом is an adjective where Лавров is a name.
#[must_use]
pub fn is_lowly(rule: &Word, raw: &str, folded: &str, language: Language) -> bool {
    const LIKE_ADJECTIVES: &str = "ом ой ую ого ому ым ых ыми ий ій им их ими";
    if !raw.starts_with(char::is_lowercase) {
        return false;
    }
    match language.code() {
        // Künstliche Intelligenz begins with an adjective.
        "de" => !rule.folded.ends_with('e'),
        // brüsszeli is what comes from Brüsszel.
        "hu" => folded.ends_with('i') && !rule.folded.ends_with('i'),
        "ru" | "uk" | "be" => has_ending(&rule.folded, "ов ев єв") && has_ending(folded, LIKE_ADJECTIVES),
        _ => false,
    }
}

/// Whether what a table of endings leaves open holds for this pair of words.
#[must_use]
pub fn may_end_so(rule: &Word, raw: &str, folded: &str, language: Language) -> bool {
    match language.code() {
        // An accent tells the verb from the noun: bombardeó, not bombardeo.
        "es" if rule.folded.ends_with("ear") && folded.ends_with("eo") => {
            raw.ends_with(['ó', 'Ó']) || !raw.contains(char::is_lowercase)
        }
        // Abgeordneter, Abgeordnete; but Lager is no Lage.
        "de" if rule.folded.ends_with('e') && has_ending(folded, "er em es")
            || rule.folded.ends_with("er") && !folded.starts_with(&*rule.folded) =>
        {
            is_adjective_noun(&rule.folded, folded)
        }
        // שר is a minister, and שרות a service.
        "he" if rule.folded.chars().nth(2).is_none() => {
            folded.chars().nth(3).is_none() || folded.ends_with("ים")
        }
        // Of three letters: مرد, مردان would be found with بار, باران.
        "fa" if folded.ends_with("ان") => rule.folded.chars().nth(3).is_some(),
        // أعلام are flags, إعلام is the press.
        "ar" if raw.contains('إ') && rule.folded.chars().nth(3).is_none() => rule.written().contains('إ'),
        _ => true,
    }
}

/// Whether two German nouns may be one: both say who does a thing, or neither; and no -e is lost.
#[must_use]
pub fn same_german_noun(rule: &Word, folded: &str) -> bool {
    if !rule.capital {
        return true;
    }
    if is_adjective_noun(&rule.folded, folded) {
        return true;
    }
    let keeps_e = !rule.folded.ends_with('e') || folded.starts_with(&*rule.folded);
    keeps_e && is_agent(&rule.folded) == is_agent(folded)
}

/// Nouns that inflect like adjectives: ein Abgeordneter, die Abgeordnete, mit Grünen.
fn is_adjective_noun(rule: &str, text: &str) -> bool {
    const LIKE: &[(&str, usize)] = &[
        ("t", 7),
        ("tsch", 6),
        ("end", 6),
        ("en", 8),
        ("isch", 6),
        ("lich", 7),
        ("ig", 6),
        ("al", 6),
        ("tiv", 8),
        ("grun", 4),
        ("link", 4),
    ];
    let stem = |word: &str| {
        let endings = ["er", "en", "em", "es", "e"];
        endings.iter().find_map(|ending| word.strip_suffix(ending).map(str::to_owned))
    };
    let (Some(one), Some(other)) = (stem(rule), stem(text)) else { return false };
    one == other && LIKE.iter().any(|(ending, least)| one.len() >= *least && one.ends_with(ending))
}

fn is_agent(word: &str) -> bool {
    let base = word.strip_suffix(['n', 's']).unwrap_or(word).strip_suffix("er").filter(|base| base.len() > 2);
    base.is_some_and(|base| {
        !has_ending(base, GERMAN_PLURALS) || GERMAN_COUNTRIES.split(' ').any(|country| country == base)
    })
}

/// Whether neither word is a judge where the other is a court, nor an adjective where the other is a noun:
/// судья is no суд, другой no друг. Plurals like братья stand in the table of irregular forms.
fn same_russian_noun(rule: &str, text: &str) -> bool {
    const SOFT: &str = "ья ьи ью ье ьей ьев ьям ьями ьях ьем";
    const ADJECTIVES: &str = "ой ою ого его ому ему ый ий ая яя ое ее ые ие ых их ую юю ыми ими";
    // договорились is a deed; a договор has none of these endings, and its own stand in a table.
    const DEEDS: &str = "ся сь ить ил ила или ило ит ят ать ал ала али ало ает ают ует уют";
    let soft = |word: &str| has_ending(word, SOFT);
    if soft(rule) {
        return soft(text) || text.ends_with("ей") || text.ends_with("ий");
    }
    if rule.ends_with(|c| CYRILLIC_CONSONANTS.contains(c))
        && has_ending(text, DEEDS)
        && !has_ending(rule, DEEDS)
    {
        return false;
    }
    let adjective = rule.ends_with(|c| CYRILLIC_CONSONANTS.contains(c)) && has_ending(text, ADJECTIVES);
    !adjective && (!soft(text) || rule.contains('ь'))
}

/// χώρος is no χώρα. Behind a vowel -α is an adjective's ending, beside νέος.
fn same_greek_noun(rule: &str, text: &str) -> bool {
    let feminine = |word: &str| {
        word.strip_suffix('α').is_some_and(|stem| !stem.ends_with(['α', 'ε', 'η', 'ι', 'ο', 'υ', 'ω']))
    };
    let masculine = |word: &str| has_ending(word, "οσ οι ουσ");
    !(feminine(rule) && masculine(text) || masculine(rule) && feminine(text))
}

/// The words of which an English word may be an inflected form, itself first.
fn english_lemmas(word: &str) -> Vec<String> {
    let mut lemmas = vec![word.to_owned()];
    let mut add = |stem: &str, ending: &str| {
        if stem.len() >= 2 {
            lemmas.push(format!("{stem}{ending}"));
        }
    };
    if let Some(stem) = word.strip_suffix("ies").or_else(|| word.strip_suffix("ied")) {
        add(stem, "y");
        add(stem, "ie");
    } else if let Some(stem) = word.strip_suffix("ves") {
        add(stem, "f");
        add(stem, "fe");
        add(stem, "ve");
    } else if let Some(stem) = word.strip_suffix("ing").or_else(|| word.strip_suffix("ed")) {
        add(stem, "");
        add(stem, "e");
        add(undoubled(stem), "");
    } else if let Some(stem) = word.strip_suffix("es") {
        add(stem, "");
        add(stem, "e");
    } else if let Some(stem) = word.strip_suffix('s').filter(|stem| !stem.ends_with(['s', 'u', 'i'])) {
        add(stem, "");
    }
    lemmas
}

/// `stopp` → `stop`.
fn undoubled(stem: &str) -> &str {
    let mut last = stem.bytes().rev();
    match (last.next(), last.next()) {
        (Some(one), Some(two)) if one == two && one.is_ascii_alphabetic() => &stem[..stem.len() - 1],
        _ => stem,
    }
}
