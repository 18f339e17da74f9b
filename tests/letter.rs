//! Letters as files: an issue (`tests/letter/NAME.json`) beside the text part that it must give
//! (`NAME.txt`, or `NAME.WORD.txt` told otherwise). The whole letters lie in `target/tmp/letters/` afterwards, to be looked at.

use std::fs;
use std::path::Path;

use chrono::{DateTime, Utc};
use mail_parser::{MessageParser, MimeHeaders};
use proptest::prelude::*;
use wirewatch::news::digest::{GroupBy, Issue, Style};
use wirewatch::news::letter::{Language, Letter, Letterhead, compose};

const FROM: &str = "wirewatch <wirewatch@example.org>";

fn now() -> DateTime<Utc> {
    "2026-11-24T03:00:04Z".parse().expect("a date")
}

fn letters(issue: &Issue) -> Vec<Letter> {
    compose(&Letterhead::plain(FROM), issue, &["Desk <desk@example.org>".to_owned()], now())
}

/// `style`, when there is one, takes the place of the issue's: `NAME.WORD.txt` is expected then.
fn check(name: &str, style: Option<(&str, Style)>) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/letter");
    let issue = fs::read_to_string(folder.join(format!("{name}.json"))).expect("an issue");
    let mut issue: Issue = serde_json::from_str(&issue).expect("a whole issue");
    let mut name = name.to_owned();
    if let Some((word, style)) = style {
        name = format!("{name}.{word}");
        issue.style = style;
    }
    let letters = letters(&issue);
    keep(&name, &letters);
    let mut texts = String::new();
    for letter in &letters {
        texts.extend(["Subject: ", &letter.subject, "\n\n", &letter.text]);
    }
    let expected = fs::read_to_string(folder.join(format!("{name}.txt"))).unwrap_or_default();
    if texts != expected {
        fs::write(folder.join(format!("{name}.new")), &texts).expect("room for what came out");
    }
    assert!(texts == expected, "{name}: see {name}.new beside {name}.txt");
    for letter in &letters {
        sound(letter);
    }
}

fn in_language(code: &str) -> Style {
    Style { language: Language::of_code(code).expect("a language"), ..Style::default() }
}

fn keep(name: &str, letters: &[Letter]) {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("letters");
    fs::create_dir_all(&folder).expect("a folder");
    for letter in letters {
        fs::write(folder.join(format!("{name}-{}.eml", letter.part)), &letter.bytes)
            .expect("room for a letter");
    }
}

/// What is true of every letter, whatever stands in it.
fn sound(letter: &Letter) {
    let bytes = &letter.bytes;
    assert!(bytes.is_ascii());
    assert!(bytes.len() < 102 * 1024, "{} bytes", bytes.len());
    let lines: Vec<&[u8]> = bytes.split(|byte| *byte == b'\n').collect();
    let (last, lines) = lines.split_last().expect("lines");
    assert!(last.is_empty());
    assert!(lines.iter().all(|line| line.ends_with(b"\r") && line.len() <= 999));
    let parsed = MessageParser::default().parse(bytes).expect("a message");
    let text = parsed.body_text(0).expect("a text part");
    let html = parsed.body_html(0).expect("an HTML part");
    assert_eq!(text.replace("\r\n", "\n"), letter.text);
    assert_eq!(html.replace("\r\n", "\n"), letter.html);
    assert_eq!(parsed.parts.len(), 3);
    assert!(parsed.is_content_type("multipart", "alternative"));
    assert_eq!(parsed.subject(), Some(letter.subject.as_str()));
    assert_eq!(parsed.message_id(), Some(letter.message_id.as_str()));
    let names: Vec<&str> = parsed.headers().iter().map(mail_parser::Header::name).collect();
    let of_urgent = ["In-Reply-To", "References", "Importance"].into_iter();
    let expected = ["From", "To", "Subject", "Date", "Message-ID"]
        .into_iter()
        .chain(of_urgent.filter(|_| letter.subject.starts_with("Urgent")))
        .chain([
            "List-ID",
            "List-Unsubscribe",
            "Auto-Submitted",
            "Precedence",
            "MIME-Version",
            "Content-Type",
        ]);
    assert!(names.iter().copied().eq(expected), "{names:?}");
}

#[test]
fn ordinary() {
    check("ordinary", None);
}

#[test]
fn empty() {
    check("empty", None);
}

/// Of many rules and feeds that are not well some are named; what has no name is said to have none.
#[test]
fn crowded() {
    check("crowded", None);
}

/// Left to right inside right to left: without a direction of its own `3 → 11` would read as 11 → 3.
#[test]
fn in_arabic_what_others_wrote_stands_apart() {
    let mut issue: Issue = serde_json::from_str(include_str!("letter/ordinary.json")).expect("a whole issue");
    let apart = ["<span dir=\"ltr\">3 → 11 workers</span>", "<span dir=\"ltr\">Water</span>"];
    assert!(letters(&issue).iter().all(|letter| !letter.html.contains("<span dir=\"ltr\">3")));
    issue.style = in_language("ar");
    let html: String = letters(&issue).into_iter().map(|letter| letter.html).collect();
    assert!(apart.iter().all(|words| html.contains(words)));
}

#[test]
fn in_russian_and_armenian() {
    for code in ["ru", "hy"] {
        check("ordinary", Some((code, in_language(code))));
        check("empty", Some((code, in_language(code))));
    }
}

#[test]
fn by_day_and_by_source() {
    let by_day = Style { group_by: GroupBy::Day, date_format: Some("%d.%m.%Y".into()), ..Style::default() };
    check("ordinary", Some(("by-day", by_day)));
    let by_source = Style { group_by: GroupBy::Source, ..Style::default() };
    check("ordinary", Some(("by-source", by_source)));
}

/// In every language: a letter with everything in it is sound, says which language it is in and how
/// that is written, and keeps none of the English words.
#[test]
fn in_every_language() {
    let mut issue: Issue = serde_json::from_str(include_str!("letter/ordinary.json")).expect("a whole issue");
    for code in Language::CODES {
        let language = Language::of_code(code).expect("a language");
        issue.style.language = language;
        let letters = letters(&issue);
        keep(&format!("language-{code}"), &letters);
        for letter in &letters {
            sound(letter);
            let head = format!("<html lang=\"{code}\" dir=\"{}\">", language.direction());
            assert!(letter.html.contains(&head), "{code}");
            let english =
                ["First seen", " told ", "The watch", "No hit", "new entries", "resurfaced", "Tuesday"];
            for words in english.into_iter().filter(|_| code != "en") {
                assert!(!letter.text.contains(words) && !letter.html.contains(words), "{code}: {words}");
            }
        }
    }
}

#[test]
fn the_backlog_of_a_feed_is_one_block() {
    check("backlog", None);
}

#[test]
fn what_was_sent_at_once_is_one_line_each() {
    check("sent", None);
}

#[test]
fn urgent() {
    check("urgent", None);
}

/// Four hundred stories in six scripts, each with copies: nothing may be lost on the way into as many
/// letters as they need.
#[test]
fn four_hundred_stories_in_six_scripts() {
    let issue = four_hundred();
    let letters = letters(&issue);
    keep("four-hundred", &letters);
    let parts = letters[0].parts;
    assert!((2..=8).contains(&parts), "{parts} parts");
    for (part, letter) in (1..).zip(&letters) {
        assert_eq!((letter.part, letter.parts), (part, parts));
        assert!(letter.subject.ends_with(&format!("(part {part} of {parts})")), "{}", letter.subject);
        sound(letter);
    }
    let told = |body: fn(&Letter) -> &str, sign: &str| -> usize {
        letters.iter().map(|letter| body(letter).matches(sign).count()).sum()
    };
    for story in &issue.stories {
        let url = story.lead.url.as_deref().expect("a link");
        assert_eq!(told(|letter| &letter.text, &format!("{url}\n")), 1, "{url}");
        assert_eq!(told(|letter| &letter.html, &format!("href=\"{url}\"")), 1, "{url}");
    }
    assert_eq!(told(|letter| &letter.text, "\nThe watch\n"), 1);
}

/// A flood (a feed of thousands, a rule that is far too wide) is told in brief and then counted; no
/// story goes missing.
#[test]
fn a_flood_is_counted() {
    let mut issue = four_hundred();
    issue.stories = issue.stories.iter().cycle().take(1_200).cloned().collect();
    for (number, story) in (0..).zip(&mut issue.stories) {
        story.story.0 = number;
    }
    let letters = letters(&issue);
    letters.iter().for_each(sound);
    let mut told: Vec<i64> = letters.iter().flat_map(|letter| &letter.stories).map(|story| story.0).collect();
    told.sort_unstable();
    assert_eq!(told, (0..1_200).collect::<Vec<_>>());
    let counted =
        letters.iter().flat_map(|letter| letter.text.lines()).filter(|line| line.contains("weaker stor"));
    let counted: usize =
        counted.filter_map(|line| line.split(' ').find_map(|word| word.parse::<usize>().ok())).sum();
    assert_eq!(counted, 200);
}

fn four_hundred() -> Issue {
    const TITLES: [(&str, &str, &str); 6] = [
        (
            "en",
            "Ferry line opens before the ice",
            "… the first ferry left with forty passengers and a brass band on its upper deck, an hour before the ice came …",
        ),
        (
            "ru",
            "Паром успел до льда",
            "… первый паром ушёл с сорока пассажирами и оркестром на верхней палубе, за час до того, как встал лёд …",
        ),
        (
            "hy",
            "Լաստանավը հասցրեց մինչև սառույցը",
            "… առաջին լաստանավը մեկնեց քառասուն ուղևորով և նվագախմբով, սառույցից մեկ ժամ առաջ …",
        ),
        (
            "ka",
            "ბორანმა ყინულამდე მოასწრო",
            "… პირველი ბორანი ორმოცი მგზავრით და ორკესტრით გავიდა, ყინულამდე ერთი საათით ადრე …",
        ),
        (
            "ar",
            "العبّارة تسبق الجليد",
            "… غادرت العبّارة الأولى وعلى متنها أربعون راكبًا وفرقة موسيقية قبل الجليد بساعة …",
        ),
        ("zh", "渡轮赶在结冰之前开航", "……第一班渡轮载着四十名乘客和一支乐队出发，比结冰早了一个小时……"),
    ];
    const WORDS: [&str; 6] = ["ferry", "паром", "լաստանավ", "ბორან*", "العبّارة", "渡轮"];
    let mut issue: Issue = serde_json::from_str(include_str!("letter/ordinary.json")).expect("a whole issue");
    let model = issue.stories[0].clone();
    issue.stories = (0..400)
        .map(|index| {
            let (lang, title, snippet) = TITLES[index % 6];
            let number = i64::try_from(index).expect("a small number");
            let mut story = model.clone();
            story.story.0 = 10_000 + number;
            story.copies.truncate(index % 7);
            story.lead.title = format!("{title}, {index}");
            story.lead.lang = Some(lang.to_owned());
            story.lead.url = Some(format!("https://ferry-{}.example/{lang}/news/{index}", index % 23));
            story.lead.source = format!("ferry-{}.example", index % 23);
            story.lead.first_seen -= chrono::TimeDelta::minutes(number);
            story.hits.truncate(1);
            story.hits[0].rule = format!("Ferries {}", index % 5);
            story.hits[0].evidence.truncate(2);
            for evidence in &mut story.hits[0].evidence {
                WORDS[index % 6].clone_into(&mut evidence.term);
                snippet.clone_into(&mut evidence.snippet);
            }
            story
        })
        .collect();
    issue
}

/// Text as nobody should write it: control characters, line breaks, markup, direction marks, encoded
/// words, templates, long runs.
fn hostile() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        4 => "\\PC{0,12}".boxed(),
        2 => any::<String>().boxed(),
        3 => proptest::sample::select(&[
            "\r\nBcc: all@example.net\r\n\r\n", "\n.\n", "</title></td></table><script>alert(1)</script>",
            "\" onmouseover=\"x", "' style='x", "<!--", "-->", "<![endif]-->", "]]>", "&#60;b&#62;", "{{ 7*7 }}",
            "{% raw %}", "\u{202e}gpj.exe", "\u{2066}\u{2067}\u{2069}", "=?utf-8?q?=0D=0ABcc:_x?=", "\0\u{1}\u{1b}[31m",
            "\u{feff}\u{200b}\u{ad}", "\u{2028}\u{2029}\u{85}", "--=_wirewatch_", "a\u{300}\u{301}\u{302}\u{303}\u{304}",
            "javascript:alert(1)", "data:text/html,x", "https://user:pw@example.org/\"><b>", "http://[::1", "*", "\u{fffe}",
            "شاهد", "Ղարաբաղ", "🇦🇲", "𝔗𝔢𝔵𝔱",
        ][..]).prop_map(str::to_owned).boxed(),
        1 => (1_usize..2_000).prop_map(|length| "ab ".repeat(length)).boxed(),
        1 => (1_usize..2_000).prop_map(|length| "Ж".repeat(length)).boxed(),
    ];
    proptest::collection::vec(piece, 0..5).prop_map(|pieces| pieces.concat())
}

/// The ordinary issue's first story and first trouble, everything in them hostile.
fn poisoned(texts: &[String]) -> Issue {
    let mut issue: Issue = serde_json::from_str(include_str!("letter/ordinary.json")).expect("a whole issue");
    let mut texts = texts.iter().cycle();
    let mut next = || texts.next().cloned().unwrap_or_default();
    issue.stories.truncate(2);
    issue.late.truncate(1);
    for story in &mut issue.stories {
        for article in story.copies.iter_mut().chain([&mut story.lead]) {
            (article.title, article.source, article.feed) = (next(), next(), next());
            (article.url, article.lang) = (Some(next()), Some(next()));
        }
        for hit in &mut story.hits {
            hit.rule = next();
            for evidence in &mut hit.evidence {
                (evidence.term, evidence.snippet) = (next(), next());
            }
        }
        if let Some(kin) = &mut story.update_of {
            (kin.title, kin.url, kin.change) = (next(), Some(next()), Some(next()));
        }
        story.maybe = story.update_of.clone();
    }
    for late in &mut issue.late {
        (late.title, late.url) = (next(), Some(next()));
    }
    for trouble in &mut issue.report.troubles {
        (trouble.feed, trouble.url, trouble.why) = (next(), next(), next());
    }
    issue.report.rules[0].rule = next();
    issue.report.notes = vec![next()];
    issue
}

/// The tags of a document (end tags with a slash, comments as `!`) and the links in them.
fn tags(html: &str) -> (Vec<String>, Vec<String>) {
    let (mut tags, mut links) = (Vec::new(), Vec::new());
    let name = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    for token in html5gum::Tokenizer::new(html).flatten() {
        match token {
            html5gum::Token::StartTag(tag) => {
                tags.push(name(&tag.name));
                for (attribute, value) in &tag.attributes {
                    assert!(ATTRIBUTES.contains(&&*name(attribute)), "{}=", name(attribute));
                    if **attribute == *b"href" {
                        links.push(name(value));
                    }
                }
            }
            html5gum::Token::EndTag(tag) => tags.push(format!("/{}", name(&tag.name))),
            html5gum::Token::Comment(_) => tags.push("!".to_owned()),
            _ => {}
        }
    }
    (tags, links)
}

const ATTRIBUTES: [&str; 15] = [
    "align",
    "border",
    "cellpadding",
    "cellspacing",
    "charset",
    "class",
    "content",
    "dir",
    "href",
    "lang",
    "name",
    "role",
    "style",
    "valign",
    "width",
];
const TAGS: [&str; 18] = [
    "!", "a", "b", "body", "br", "h1", "h2", "h3", "head", "html", "meta", "p", "span", "style", "table",
    "td", "title", "tr",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(192))]

    /// No title, author, feed name, rule or URL can alter a header, leave its element, hide a
    /// character or make composing fail.
    #[test]
    fn nothing_that_a_source_writes_acts(
        texts in proptest::collection::vec(hostile(), 24),
        code in proptest::sample::select(&Language::CODES[..]),
        group_by in proptest::sample::select(&[GroupBy::Rule, GroupBy::Day, GroupBy::Source][..]),
    ) {
        let mut issue = poisoned(&texts);
        issue.style = Style { group_by, ..in_language(code) };
        for letter in letters(&issue) {
            sound(&letter);
            let (tags, links) = tags(&letter.html);
            for tag in &tags {
                prop_assert!(TAGS.contains(&tag.trim_start_matches('/')), "<{tag}>");
            }
            for name in ["table", "tr", "td", "p", "a", "span", "b", "h3"] {
                let open = tags.iter().filter(|tag| *tag == name).count();
                let closed = tags.iter().filter(|tag| tag.strip_prefix('/') == Some(name)).count();
                prop_assert_eq!(open, closed, "<{}>", name);
            }
            for link in links {
                prop_assert!(link.starts_with("https://") || link.starts_with("http://"), "{link}");
            }
            for (part, text) in [("text", &letter.text), ("html", &letter.html), ("subject", &letter.subject)] {
                let acts = |c: char| (c.is_control() && c != '\n') || matches!(c, '\u{200b}' | '\u{200e}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{ad}');
                prop_assert!(!text.contains(acts), "in {part}");
            }
            prop_assert!(!letter.subject.contains("=?"));
        }
    }
}

#[test]
fn a_megabyte_of_title() {
    let texts: Vec<String> = ["x", "Ж ", "<b>", "\u{202e}", "\r\n"].map(|unit| unit.repeat(1 << 20)).to_vec();
    let letters = letters(&poisoned(&texts));
    keep("megabyte", &letters);
    letters.iter().for_each(sound);
}

/// An address is not the letters' to judge: the letter is composed, the transport refuses it by name.
#[test]
fn strange_addresses_fail_nothing() {
    let issue = poisoned(&[String::new()]);
    for (from, to) in [
        ("", ""),
        ("no address", "x\r\nBcc: y@example.net"),
        ("Редакция <desk@пример.example>", "\"Анна, из отдела\" <anna@example.org>"),
        ("w@example.org", "анна@example.org"),
        (&"x".repeat(5_000), &format!("{} <a@example.org>", "y".repeat(5_000))),
    ] {
        for letter in compose(&Letterhead::plain(from), &issue, &[to.to_owned()], now()) {
            sound(&letter);
            assert_eq!(letter.recipient, to);
        }
    }
}

#[test]
fn the_same_letter_has_the_same_message_id() {
    let issue = poisoned(&["a".to_owned()]);
    let to = ["a@example.org".to_owned(), "b@example.org".to_owned()];
    let ids = |issue: &Issue, now| -> Vec<String> {
        compose(&Letterhead::plain(FROM), issue, &to, now)
            .into_iter()
            .map(|letter| letter.message_id)
            .collect()
    };
    let mut later = issue.clone();
    later.stories.clear();
    assert_eq!(ids(&issue, now()), ids(&later, now() + chrono::TimeDelta::hours(9)));
    later.slot += chrono::TimeDelta::days(1);
    let mut all = ids(&issue, now());
    all.extend(ids(&later, now()));
    all.sort();
    all.dedup();
    assert_eq!(all.len(), 4);
}

#[test]
fn the_test_letter_says_what_it_is() {
    let head = Letterhead::plain(FROM);
    for code in Language::CODES {
        let language = Language::of_code(code).expect("a language");
        let letters = wirewatch::news::letter::test(&head, language, &["desk@example.org".to_owned()], now());
        assert_eq!(letters.len(), 1);
        sound(&letters[0]);
        assert_eq!(letters[0].text.contains("This is a test"), code == "en", "{}", letters[0].text);
        assert_eq!(letters[0].subject == "Mail from wirewatch gets through", code == "en", "{code}");
        assert!(!letters[0].text.contains("stories"), "{}", letters[0].text);
    }
}

/// RFC 8058: both ways to leave, the one by https first, and nothing of a name gets out of its place.
#[test]
fn one_click_takes_a_reader_off_the_list() {
    let mut issue: Issue = serde_json::from_str(include_str!("letter/empty.json")).expect("a whole issue");
    issue.digest = "Morning, <desk>\r\nBcc: eve@example.org".to_owned();
    let unsubscribe = Some("https://example.org/leave?list={digest}&who={recipient}".to_owned());
    let letterhead = Letterhead { unsubscribe, ..Letterhead::plain(FROM) };
    let letter = &compose(&letterhead, &issue, &["Desk <desk+a@example.org>".to_owned()], now())[0];
    let head = String::from_utf8_lossy(&letter.bytes).replace("\r\n ", " ");
    let line = |name: &str| head.lines().find_map(|line| line.strip_prefix(name)).unwrap_or_default();
    assert_eq!(
        line("List-Unsubscribe: "),
        "<https://example.org/leave?list=Morning%2C%20%3Cdesk%3E%0D%0ABcc%3A%20eve%40example%2Eorg\
         &who=desk%2Ba%40example%2Eorg>, \
         <mailto:wirewatch@example.org?subject=unsubscribe%20morning-desk-bcc-eve-example-org>"
    );
    assert_eq!(line("List-Unsubscribe-Post: "), "List-Unsubscribe=One-Click");
}
