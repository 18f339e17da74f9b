//! What is true of any input at all.
//!
//! One function a law: it takes bytes, whatever they are, and panics when the law is broken. The fuzzers
//! (`fuzz/`) hold them against what they make up, `tests/fuzz.rs` against every case that is kept.

pub mod configs;
pub mod feeds;
pub mod pages;
pub mod rules;
pub mod schedules;
pub mod texts;

/// A law, and where inputs for it lie.
pub struct Law {
    /// Of the fuzz target, too.
    pub name: &'static str,
    /// Folders and files of this repository to start from, beside `tests/fuzz/NAME`.
    pub seeds: &'static [&'static str],
    pub hold: fn(&[u8]),
}

pub const ALL: [Law; 9] = [
    Law {
        name: "parse",
        seeds: &["tests/parse/feeds", "tests/parse/whole", "examples", "tests/commands"],
        hold: feeds::parse,
    },
    Law { name: "extract", seeds: &["tests/parse/pages", "tests/parse/visible"], hold: pages::extract },
    Law { name: "rules", seeds: &[], hold: rules::compile_and_match },
    Law {
        name: "config",
        seeds: &["tests/config", "config", "examples", "tests/rules"],
        hold: configs::load,
    },
    Law { name: "visible", seeds: &["tests/parse/visible", "tests/parse/pages"], hold: texts::visible },
    Law { name: "decode", seeds: &["tests/parse/feeds"], hold: texts::decode },
    Law { name: "dates", seeds: &["tests/parse/dates.txt"], hold: texts::dates },
    Law { name: "opml", seeds: &["tests/parse/feeds"], hold: texts::opml },
    Law { name: "schedule", seeds: &["tests/schedule"], hold: schedules::cron },
];

/// A field of one line: nothing in it can break a list, a mail header or a terminal.
pub fn one_line(field: &str) {
    assert!(field.chars().count() <= 500, "{} characters", field.chars().count());
    assert!(!field.contains(|c: char| c.is_control() || is_hidden(c)), "{field:?}");
    assert_eq!(field.split_whitespace().collect::<Vec<_>>().join(" "), field, "blanks in {field:?}");
}

/// Characters that turn the direction of writing or are not seen at all.
fn is_hidden(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

/// A text of several lines: a paragraph a line, nothing that acts on a terminal.
pub fn plain_text(text: &str) {
    assert!(!text.contains(|c: char| c.is_control() && c != '\n'), "{text:?}");
}

/// A link that may be shown and fetched.
pub fn web_link(link: &str) {
    assert!(link.starts_with("http://") || link.starts_with("https://"), "{link:?}");
    assert!(!link.contains(|c: char| c.is_whitespace() || c.is_control() || is_hidden(c)), "{link:?}");
    assert!(link.len() <= 4 * 1024, "{} bytes", link.len());
}

/// A date that an article can have.
pub fn sane_date(date: &chrono::DateTime<chrono::Utc>) {
    use chrono::Datelike;
    assert!((1900..=2199).contains(&date.year()), "{date}");
}
