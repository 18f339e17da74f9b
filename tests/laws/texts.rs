//! The small readers: bytes to text, dates, visible text, lists of feeds.

use wirewatch::news::opml;
use wirewatch::news::parse::{date, decode, line, visible};

use super::{one_line, plain_text, sane_date};

/// An input is a Content-Type, a line's end, and a document.
pub fn decode(bytes: &[u8]) {
    let end = bytes.iter().position(|byte| *byte == b'\n').unwrap_or_default();
    let (kind, document) = bytes.split_at(end);
    let decoded = decode::decode(document, std::str::from_utf8(kind).ok());
    assert_eq!(decoded, decode::decode(document, std::str::from_utf8(kind).ok()));
    assert!(decoded.text.len() <= 4 * document.len() + 8);
    assert!(!decoded.text.contains(|c: char| c.is_ascii_control() && !"\n\t\r\x0c".contains(c)));
}

/// A date is read or not; one that was read is read again from its own form.
pub fn dates(bytes: &[u8]) {
    for written in String::from_utf8_lossy(bytes).lines().flat_map(|line| line.split(" | ")).take(60) {
        let Some(read) = date::read(written) else { continue };
        sane_date(&read);
        for form in ["%a, %d %b %Y %H:%M:%S %z", "%Y-%m-%dT%H:%M:%SZ"] {
            let again = date::read(&read.format(form).to_string());
            assert_eq!(again.map(|date| date.timestamp()), Some(read.timestamp()), "{written:?}");
        }
    }
}

/// Visible text does not grow, and can be shown; a title is one line.
pub fn visible(bytes: &[u8]) {
    let markup = String::from_utf8_lossy(bytes);
    let seen = visible::text(&markup);
    plain_text(&seen);
    assert!(seen.len() <= 2 * markup.len() + 16, "{} bytes out of {}", seen.len(), markup.len());
    one_line(&line::from_markup(&markup));
    let clean = line::clean(&markup);
    one_line(&clean);
    assert_eq!(line::clean(&clean), clean, "cleaned twice");
}

/// What was read of a list is written so that it is read again.
pub fn opml(bytes: &[u8]) {
    let feeds = opml::read(bytes);
    for feed in &feeds {
        assert!(feed.url.starts_with("http"), "{:?}", feed.url);
        one_line(&feed.name);
    }
    let again = opml::read(opml::write(&feeds).as_bytes());
    let urls = |feeds: &[opml::Subscription]| feeds.iter().map(|feed| feed.url.clone()).collect::<Vec<_>>();
    assert_eq!(urls(&again), urls(&feeds));
}
