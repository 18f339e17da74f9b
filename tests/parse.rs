//! Feeds and pages in every state, as files: `tests/parse/feeds/ODDITY.*` beside `ODDITY.expected`.
//! `BLESS=1 cargo test --test parse` writes the expected files anew; read the difference before you keep it.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

use proptest::prelude::*;
use wirewatch::news::entry::{Entry, Feed, MAX_ENTRIES};
use wirewatch::news::page;
use wirewatch::news::parse::{self, Source, Unreadable, date, visible};

#[path = "parse/faults.rs"]
mod faults;

/// The files of a folder that are inputs, sorted.
fn inputs(folder: &str) -> Vec<PathBuf> {
    let listed = fs::read_dir(folder).expect("the cases").flatten().map(|entry| entry.path());
    let mut inputs: Vec<PathBuf> = listed
        .filter(|path| path.extension().is_none_or(|kind| kind != "expected" && kind != "source"))
        .collect();
    inputs.sort();
    assert!(!inputs.is_empty(), "no cases in {folder}");
    inputs
}

/// Holds what was read of a case against its expected file.
fn check(case: &Path, read: &str) {
    let expected = case.with_extension("expected");
    if env::var_os("BLESS").is_some() {
        fs::write(&expected, read).expect("to write the case");
        return;
    }
    let expected = fs::read_to_string(&expected).expect("an expected file beside every input");
    assert!(read == expected, "{}:\n--- expected\n{expected}\n--- read\n{read}", case.display());
}

#[test]
fn feeds() {
    for case in inputs("tests/parse/feeds") {
        let bytes = fs::read(&case).expect("a case");
        let came = Came::of(&case);
        check(&case, &told(&parse::feed(&bytes, came.source())));
    }
}

/// Where a document came from, in the file `CASE.source`; nothing is known when there is none.
#[derive(Default, serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Came {
    url: Option<String>,
    content_type: Option<String>,
}

impl Came {
    fn of(case: &Path) -> Self {
        let written = fs::read_to_string(case.with_extension("source")).unwrap_or_default();
        toml::from_str(&written).expect("url and content_type")
    }

    fn source(&self) -> Source<'_> {
        Source { url: self.url.as_deref(), content_type: self.content_type.as_deref() }
    }
}

#[test]
fn pages() {
    for case in inputs("tests/parse/pages") {
        let page =
            page::extract(&fs::read(&case).expect("a case"), Some("https://www.gazette.example/a"), None);
        let mut read = String::new();
        let _ = writeln!(read, "title: {}\nbyline: {:?}", page.title, page.byline);
        let _ = writeln!(
            read,
            "published: {:?}\nlanguage: {:?}\nsite: {:?}\n",
            page.published, page.language, page.site
        );
        check(&case, &(read + &page.text + "\n"));
    }
}

/// One interview, copied from its page and in four kinds of page: always the whole of it, and nothing else.
#[test]
fn one_interview_in_every_shape_of_page() {
    let copied = fs::read_to_string("tests/parse/seed/copied.txt").expect("the page as copied");
    let lines = copied.lines().map(str::trim).filter(|line| !line.is_empty());
    let interview: Vec<&str> = lines
        .skip_while(|line| !line.starts_with("Unfortunately"))
        .take_while(|line| !line.starts_with("Iran, Turkey or Russia"))
        .collect();
    assert!(interview.len() > 15, "the interview was not found");
    let shapes = inputs("tests/parse/seed");
    assert_eq!(shapes.len(), 5);
    for shape in shapes {
        let page = page::extract(&fs::read(&shape).expect("a case"), None, None);
        assert_eq!(page.text.lines().collect::<Vec<_>>(), interview, "{}", shape.display());
        assert!(
            page.title.ends_with("Baku to abandon forceful methods"),
            "{}: {}",
            shape.display(),
            page.title
        );
        let published = page.published.map(|moment| moment.to_rfc3339());
        assert_eq!(published.as_deref(), Some("2024-07-19T01:49:00+00:00"), "{}", shape.display());
    }
}

#[test]
fn visible_text() {
    for case in inputs("tests/parse/visible") {
        check(&case, &(visible::text(&fs::read_to_string(&case).expect("a case")) + "\n"));
    }
}

#[test]
fn dates() {
    let table = fs::read_to_string("tests/parse/dates.txt").expect("the table");
    for line in table.lines().filter(|line| !line.starts_with('#')) {
        let (written, expected) = line.split_once(" | ").expect("two columns");
        let read = date::read(written).map_or("-".to_owned(), |date| date.format("%FT%TZ").to_string());
        assert_eq!(read, expected, "{written}");
    }
}

/// A reading, in lines that a person can compare.
fn told(read: &Result<Feed, Unreadable>) -> String {
    let feed = match read {
        Ok(feed) => feed,
        Err(Unreadable::Page { kind, feeds }) => return format!("a page: {kind}\nfeeds: {feeds:?}\n"),
        Err(why) => return format!("unreadable: {why}\n"),
    };
    let mut told = String::new();
    let _ = writeln!(told, "feed: {}\nhome: {:?}\nlang: {:?}", feed.title, feed.home, feed.lang);
    let _ = writeln!(told, "pacing: {:?}\nrepaired: {}", feed.pacing, feed.repaired);
    feed.entries.iter().for_each(|entry| tell(entry, &mut told));
    told
}

fn tell(entry: &Entry, told: &mut String) {
    let _ = writeln!(told, "\ntitle: {}\nkey: {}\nurl: {:?}", entry.title, entry.key(), entry.url);
    let _ = writeln!(told, "published: {:?}\nupdated: {:?}", entry.published, entry.updated);
    let _ = writeln!(
        told,
        "author: {:?}\ncategories: {:?}\nlang: {:?}",
        entry.author, entry.categories, entry.lang
    );
    let _ = writeln!(told, "html: {}\ntext: {}", entry.html, entry.text);
}

/// One fault at a time, of every kind, in feeds that are well-formed: the same entries must come out.
#[test]
fn one_fault_at_a_time() {
    let (mut whole, mut all, mut lost) = (0, 0, String::new());
    for path in inputs("tests/parse/whole") {
        let good = fs::read_to_string(&path).expect("a feed");
        let intact = parse::feed(good.as_bytes(), Source::default()).expect("a well-formed feed");
        assert!(!intact.repaired, "{} is not well-formed", path.display());
        for fault in faults::all(&good) {
            all += 1;
            if fault.is_read_whole(&intact) {
                whole += 1;
            } else {
                let _ = writeln!(lost, "{}: {}", path.display(), fault.name);
            }
        }
    }
    assert!(all > 300, "only {all} faults were made");
    assert!(whole * 100 >= all * 98, "only {whole} of {all} read whole; lost:\n{lost}");
}

#[test]
fn bounds() {
    let many = "<item><title>x</title></item>".repeat(MAX_ENTRIES + 1);
    let feed = parse::feed(format!("<rss><channel>{many}").as_bytes(), Source::default()).expect("a feed");
    assert_eq!((feed.entries.len(), feed.cut), (MAX_ENTRIES, true));

    let long = "y".repeat(1 << 20);
    let document =
        format!("<rss><channel><item><title>{long}</title><guid>{long}</guid><category>{long}</category>");
    let entry = &parse::feed(document.as_bytes(), Source::default()).expect("a feed").entries[0];
    assert!(entry.title.chars().count() <= 500);
    assert!(entry.categories.iter().all(|category| category.chars().count() <= 500));
}

/// Shapes that cost other readers their stack, their memory or minutes. The test is that it ends.
#[test]
fn hostile_shapes() {
    let shapes = [
        "<a>",
        "</a>",
        "<div>",
        "<b><div><i>",
        "<b><div><i><p>t</b></div></i>",
        "<![CDATA[",
        "<!--",
        "<!DOCTYPE a [",
        "<?",
        "&a",
        "&#",
        "<a b='",
        "<a b=\"<",
        "<item>",
        "<title>",
        "<entry><link href=",
        "]]>",
        "<script>",
        "<table><tr><td>",
        "<pre>\n",
        "< ",
        "a=1 ",
        "<p x=1 ",
        "<feed xml:base='a/'>",
    ];
    for shape in shapes {
        let body = shape.repeat(10_000);
        for opening in ["", "<rss><channel><item><description>", "<p "] {
            let _ = parse::feed(format!("{opening}{body}").as_bytes(), Source::default());
        }
        let page = format!("<html><body>{}", &body[..body.len() / 4]);
        let _ = page::extract(page.as_bytes(), None, Some("text/html"));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    /// Whatever the bytes, a reading ends in a value.
    #[test]
    fn any_bytes(bytes in proptest::collection::vec(any::<u8>(), 0..600)) {
        prop_assert!(!matches!(parse::feed(&bytes, Source::default()), Err(Unreadable::Panicked(_))));
        let _ = page::extract(&bytes, None, None);
    }

    /// The same for what looks like a feed.
    #[test]
    fn any_markup(pieces in proptest::collection::vec(piece(), 0..80)) {
        let document = pieces.concat();
        let read = parse::feed(document.as_bytes(), Source::default());
        prop_assert!(!matches!(read, Err(Unreadable::Panicked(_))), "{}", document);
        for entry in read.iter().flat_map(|feed| &feed.entries) {
            prop_assert!(!entry.title.chars().any(char::is_control));
            prop_assert!(entry.url.as_ref().is_none_or(|url| url.starts_with("http")));
        }
    }

    /// Any date is read or not.
    #[test]
    fn any_date(written in "[0-9A-Za-z:+\\-/., ЯяäT年日]{0,40}") {
        let _ = date::read(&written);
    }

    /// What is no markup is seen as it is, blanks aside.
    #[test]
    fn plain_words_stay(words in proptest::collection::vec("[a-zа-яё0-9]{1,8}", 1..30)) {
        prop_assert_eq!(visible::text(&words.join(" \n ")), words.join(" "));
        prop_assert_eq!(visible::text(&format!("<p>{}</p>", words.join("</p><p>"))), words.join("\n"));
    }
}

/// A piece of something like a feed.
fn piece() -> impl Strategy<Value = String> {
    let tags = [
        "<rss>",
        "<channel>",
        "<item>",
        "</item>",
        "<entry>",
        "</entry>",
        "<feed xmlns='http://www.w3.org/2005/Atom'>",
        "<title>",
        "</title>",
        "<title type='xhtml'>",
        "<div>",
        "</div>",
        "<link>",
        "</link>",
        "<link href='/x'/>",
        "<guid>",
        "</guid>",
        "<author>",
        "<name>",
        "</author>",
        "<![CDATA[",
        "]]>",
        "<!--",
        "-->",
        "<!DOCTYPE x [",
        "<?xml version='1.0'?>",
        "&amp;",
        "&#x41;",
        "&nbsp",
        "<",
        ">",
        "\"",
        "</",
        "<pubDate>",
        "Mon, 02 Nov 2026 07:30:00 GMT",
        "http://h.example/",
        "<media:group>",
        "</media:group>",
        "<source url='x'>",
        "\u{202e}",
        "\0",
        "é",
    ];
    prop_oneof![
        proptest::sample::select(tags.to_vec()).prop_map(str::to_owned),
        "[ a-zA-Zж<>&;='\"/:!-]{0,6}"
    ]
}
