//! Whom a text names as its origin: "(Reuters)" behind the dateline, "wrote Komsomolskaya Pravda",
//! «Источник: Interfax».
//!
//! A claim of the page, shown as one. It decides nothing: anyone may write anything under a text.

use std::sync::LazyLock;

use regex::Regex;

/// Bytes at a text's beginning, and at its end, in which an origin is looked for.
const HEAD: usize = 2_000;
const TAIL: usize = 600;
/// Characters of a name that are believed.
const LONGEST: usize = 60;

/// A name: words with a capital, or whatever stands in quotes. In Russian and Ukrainian a title of adjective and noun
/// has one capital (Комсомольская правда, Українська хвиля); the two agree.
const NAME: &str = concat!(
    r#"(?:[«“"„]([^«»“”"„\n]{2,60})[»”"“]|("#,
    r"\p{Lu}\p{L}+(?:ая|яя|ька)[ \u00a0]\p{Cyrillic}{2,}[аяь]\b|",
    r"\p{Lu}\p{L}+(?:ую|юю|ьку)[ \u00a0]\p{Cyrillic}{2,}[уюь]\b|",
    r"\p{Lu}\p{L}+(?:ое|ее)[ \u00a0]\p{Cyrillic}{2,}[оеёя]\b|",
    r"\p{Lu}[\p{L}\p{N}&'’-]*(?:[ \u00a0]\p{Lu}[\p{L}\p{N}&'’-]*){0,3}))",
);

/// Where in a text a name of an origin stands, the surest way of saying it first.
static WAYS: LazyLock<Vec<Regex>> = LazyLock::new(|| {
    [
        // YEREVAN, May 4 (Reuters) - · МОСКВА, 4 мая (ТАСС). ·
        r"(?m)\A.{0,120}?\(()(\p{Lu}[\p{L} .&-]{1,24})\)[ \u00a0]*[-–—.:]".to_owned(),
        // МОСКВА, 4 мая — РИА Новости.
        r"\A\p{Lu}{3,}[^\n.]{0,40}[-–—] ?()((?:РИА Новости|ТАСС|Интерфакс|УНИАН|Укринформ|АРМЕНПРЕСС|ARMENPRESS|TASS|RIA Novosti|Interfax|Xinhua|AFP|AP|dpa|Reuters))[ ]*[-–—.:]".to_owned(),
        format!(r"(?i:originally published|first published|first appeared)(?i: (?:on|by|in|at))(?: (?i:the website of))? {NAME}"),
        format!(r"(?m)^[ \t]*(?i:source|источник|джерело|quelle|fuente|fonte|źródło|kaynak|mənbə|աղբյուր(?:ը)?|წყარო|πηγή|المصدر)[ \t]*[:՝`][ \t]*{NAME}"),
        format!(r"(?i:сообщает|сообщила|сообщил|передает|передаёт|пишет|написала|пишут|со ссылкой на|повідомляє|пише|передає|з посиланням на)(?i: (?:газета|газету|агентство|издание|информагентство|портал|телеканал|інформагентство|видання))? {NAME}"),
        format!(r"(?i:as reported by|reported by|according to the newspaper|writes the newspaper|told the newspaper|in an interview with) {NAME}"),
        format!(r"{NAME} (?i:wrote|reported|reports|writes|berichtet|berichtete|rapporte|pisze)\b"),
        format!(r"(?i:berichtet|wie|meldet) (?i:die|der|das) (?i:zeitung|agentur|nachrichtenagentur) {NAME}"),
    ]
    .iter()
    .filter_map(|way| Regex::new(way).ok())
    .collect()
});

/// Names with a capital that are nobody's: what may stand before "reported".
const NOBODY: [&str; 12] =
    ["He", "She", "They", "It", "I", "We", "As", "Police", "Officials", "Authorities", "Media", "The"];

/// The origin that a text cites, as it is written there.
#[must_use]
pub fn cited(text: &str) -> Option<String> {
    let text = text.trim_start();
    let head = &text[..floor(text, HEAD)];
    let tail = &text[floor(text, text.len().saturating_sub(TAIL)).max(head.len())..];
    WAYS.iter().find_map(|way| [head, tail].iter().find_map(|part| named(way, part)))
}

fn named(way: &Regex, part: &str) -> Option<String> {
    let found = way.captures(part)?;
    let name = found.iter().skip(1).flatten().map(|it| it.as_str()).find(|name| !name.is_empty())?;
    let name = name.trim().trim_end_matches(['.', '-', '’', '\'']).trim_start_matches("The ");
    let sound = !NOBODY.contains(&name) && (2..=LONGEST).contains(&name.chars().count());
    sound.then(|| name.to_owned())
}

/// The nearest beginning of a character at or before that byte.
fn floor(text: &str, at: usize) -> usize {
    (0..=at.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::{WAYS, cited};

    #[test]
    fn an_origin_is_named_in_many_ways() {
        assert_eq!(WAYS.len(), 8, "every way compiles");
        for (text, origin) in [
            ("YEREVAN, May 4 (Reuters) - The ferry ran aground.", "Reuters"),
            ("BAKU (AP) — The ferry ran aground.", "AP"),
            ("МОСКВА, 4 мая — РИА Новости. Паром сел на мель.", "РИА Новости"),
            ("Об этом сообщает ТАСС. Паром сел на мель.", "ТАСС"),
            ("Паром сел на мель, пишет «Морской вестник».", "Морской вестник"),
            ("Паром сел на мель, сообщила газета «Волна».", "Волна"),
            ("Паром сел на мель, сообщает Комсомольская правда. Ветер стих.", "Комсомольская правда"),
            ("Паром сел на мель, сообщает Морской Вестник. Ветер стих.", "Морской Вестник"),
            ("Паром сел на мель, пишет Волна сегодня.", "Волна"),
            ("Паром сел на мель, сообщила Заболоцкая журналистам.", "Заболоцкая"),
            ("Паром сел на мель, пишет Новое время.", "Новое время"),
            ("Паром сел на мель, со ссылкой на Новую волну пишут в порту.", "Новую волну"),
            ("Пором сів на мілину, пише Українська хвиля.", "Українська хвиля"),
            ("Пором сів на мілину, повідомляє Укринформ.", "Укринформ"),
            ("The ferry ran aground, Komsomolskaya Pravda wrote on Tuesday.", "Komsomolskaya Pravda"),
            ("The ferry ran aground.\n\nSource: Harbour Gazette", "Harbour Gazette"),
            ("Паром сел на мель.\nИсточник: Интерфакс", "Интерфакс"),
            ("Die Fähre lief auf Grund.\nQuelle: dapd Nord\nQuelle: Hafenblatt", "Hafenblatt"),
            ("Լաստանավը խրվել է։\nԱղբյուրը՝ Արմենպրես", "Արմենպրես"),
            (
                "The ferry ran aground. This article was originally published on Harbour Gazette.",
                "Harbour Gazette",
            ),
        ] {
            assert_eq!(cited(text).as_deref(), Some(origin), "{text}");
        }
    }

    #[test]
    fn most_texts_cite_nobody() {
        for text in [
            "",
            "The ferry ran aground. He reported to the harbour at nine.",
            "Police reported two arrests.",
            "The union (which has 400 members) - said no.",
            "Он сообщает о погоде. Источник тепла: печь.",
        ] {
            assert_eq!(cited(text), None, "{text}");
        }
    }

    #[test]
    fn the_middle_of_a_long_text_is_not_read() {
        let filler = "вода и ветер ".repeat(2_000);
        assert_eq!(cited(&format!("{filler}\nSource: Gazette\n{filler}")), None);
        assert_eq!(cited(&format!("{filler}\nSource: Gazette\n")).as_deref(), Some("Gazette"));
    }
}
