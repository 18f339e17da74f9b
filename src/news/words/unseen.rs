//! What stands in a text and is no word of it: web addresses, and markup that somebody forgot to remove.
//!
//! A rule for Center must not meet `class="center"`, nor one for Karabakh an address that has it in its
//! path. Literals and regular expressions still look at all of the text.

use std::ops::Range;

use memchr::memchr2_iter;

use super::scan::is_glyph;

/// Longer tags are no tags.
const LONGEST_TAG: usize = 4000;

/// Elements that feeds use.
const ELEMENTS: &str = "a abbr article aside audio b blockquote body br button center code dd div dl dt em \
     embed figcaption figure font footer form h1 h2 h3 h4 h5 h6 head header hr html i iframe img input label li \
     link main meta nav noscript object ol p picture pre q s script section small source span strike strong \
     style sub sup svg table tbody td tfoot th thead time title tr u ul video";

/// The stretches of a text that are skipped, in order.
#[must_use]
pub fn unseen(text: &str) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    for at in memchr2_iter(b':', b'<', text.as_bytes()) {
        if found.last().is_some_and(|last| at < last.end) {
            continue;
        }
        let from = found.last().map_or(0, |last| last.end);
        found.extend(if text.as_bytes()[at] == b'<' { tag(text, at) } else { address(text, from, at) });
    }
    found
}

/// The address whose scheme ends at `colon`.
fn address(text: &str, from: usize, colon: usize) -> Option<Range<usize>> {
    let rest = text[colon..].strip_prefix("://")?;
    let scheme =
        text.as_bytes()[from..colon].iter().rev().take_while(|byte| byte.is_ascii_alphanumeric()).count();
    let length: usize = rest.chars().take_while(|c| is_of_address(*c)).map(char::len_utf8).sum();
    (scheme > 1 && length > 0).then_some(colon - scheme..colon + 3 + length)
}

fn is_of_address(c: char) -> bool {
    if c.is_ascii() {
        c.is_ascii_graphic() && !"<>\"`{}|\\^".contains(c)
    } else {
        c.is_alphanumeric() && !is_glyph(c)
    }
}

/// The tag that begins at `open`.
fn tag(text: &str, open: usize) -> Option<Range<usize>> {
    let rest = &text[open + 1..];
    let rest = &rest[..rest.floor_char_boundary(LONGEST_TAG)];
    let inner = &rest[..rest.find(['>', '<'])?];
    if rest.as_bytes()[inner.len()] != b'>' {
        return None;
    }
    let body = inner.strip_prefix('/').unwrap_or(inner);
    let body = body.strip_suffix('/').unwrap_or(body);
    let (name, attributes) = body.split_at(body.find(char::is_whitespace).unwrap_or(body.len()));
    let is_element = ELEMENTS.split_whitespace().any(|element| element.eq_ignore_ascii_case(name));
    let has_attributes = attributes.trim().is_empty() || attributes.contains('=');
    (is_element && has_attributes).then_some(open..open + inner.len() + 2)
}

#[cfg(test)]
mod tests {
    use super::unseen;

    #[test]
    fn what_is_no_word() {
        for (text, expected) in [
            ("see https://example.org/center-x, now", vec!["https://example.org/center-x,"]),
            ("(http://a.b/c?d=e&f)北京", vec!["http://a.b/c?d=e&f)"]),
            ("<div class=\"center\">map</div><br/>", vec!["<div class=\"center\">", "</div>", "<br/>"]),
            ("if a<b and c>d: 10:30, x <y>", vec![]),
            ("<B>bold</B>", vec!["<B>", "</B>"]),
            ("a < b, <i", vec![]),
            ("", vec![]),
        ] {
            let found: Vec<&str> = unseen(text).into_iter().map(|range| &text[range]).collect();
            assert_eq!(found, expected, "{text}");
        }
    }
}
