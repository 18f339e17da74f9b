//! One-line fields: titles, names, categories as plain text that can stand in any list or mail header.

use std::borrow::Cow;

use super::reference::References;

/// Longest one-line field, in characters.
pub const MAX: usize = 500;
/// Longest input looked at for one such field, in bytes.
const LOOK_AT: usize = 16 * 1024;

/// Elements whose tags are dropped from a title. Any other `<word>` is what the author wrote.
const INLINE: [&str; 40] = [
    "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "blink", "br", "center", "cite", "code", "del", "div",
    "em", "font", "h1", "h2", "h3", "h4", "i", "img", "ins", "kbd", "li", "mark", "nobr", "p", "pre", "q",
    "s", "small", "span", "strike", "strong", "sub", "sup", "tt", "u", "wbr",
];

/// Plain text → one line: no control characters, no bidirectional overrides, no invisible characters,
/// blanks collapsed, at most [`MAX`] characters.
#[must_use]
pub fn clean(text: &str) -> String {
    if is_clean(text) {
        return text.to_owned();
    }
    let text = &text[..text.floor_char_boundary(LOOK_AT)];
    let mut line = String::with_capacity(text.len().min(MAX));
    let (mut count, mut blank, mut last) = (0, false, ' ');
    let mut characters = text.chars().filter(|c| !is_junk(*c)).peekable();
    while let Some(c) = characters.next() {
        if c.is_whitespace() || c.is_control() {
            blank = true;
            continue;
        }
        if is_joiner(c) && !joins(last, blank, characters.peek().copied()) {
            continue;
        }
        let before = usize::from(blank && count > 0);
        if count + before >= MAX - usize::from(characters.peek().is_some()) {
            line.push('…');
            break;
        }
        if before > 0 {
            line.push(' ');
        }
        line.push(c);
        (count, blank, last) = (count + before + 1, false, c);
    }
    line
}

/// Whether a text is such a line already, as far as a quick look can tell: most are.
fn is_clean(text: &str) -> bool {
    let mut last = b' ';
    text.len() <= MAX
        && !text.ends_with(' ')
        && text.bytes().all(|byte| {
            let fits = (b'!'..=b'~').contains(&byte) || byte == b' ' && last != b' ';
            last = byte;
            fits
        })
}

/// A title or name that may hold markup → one line: tags of text-level elements dropped, references
/// decoded once.
#[must_use]
pub fn from_markup(html: &str) -> String {
    let html = unwrapped(html.trim());
    if !html.contains(['<', '&']) {
        return clean(html);
    }
    let html = &html[..html.floor_char_boundary(LOOK_AT)];
    let mut text = String::with_capacity(html.len());
    References::default().decode(&without_tags(&without_programs(html)), &mut text);
    if text.contains("&#") {
        // Escaped once too often: nobody writes about a number.
        let twice = std::mem::take(&mut text);
        References::default().decode(&twice, &mut text);
    }
    clean(&text)
}

/// A title in plain text → one line. Many who say "plain" escape all the same: references are decoded, unless
/// that would make a tag or another reference, which is then what the author writes about.
#[must_use]
pub fn from_plain(text: &str) -> String {
    if !text.contains('&') {
        return clean(text);
    }
    let text = &text[..text.floor_char_boundary(LOOK_AT)];
    let mut decoded = String::with_capacity(text.len());
    References::default().decode(text, &mut decoded);
    let mut again = String::with_capacity(decoded.len());
    References::default().decode(&decoded, &mut again);
    let tags = |text: &str| text.matches(['<', '>']).count();
    clean(if tags(&decoded) > tags(text) || again != decoded { text } else { &decoded })
}

/// Some generators escape a whole CDATA section, brackets and all.
fn unwrapped(text: &str) -> &str {
    text.strip_prefix("<![CDATA[").map_or(text, |inside| inside.strip_suffix("]]>").unwrap_or(inside))
}

/// Scripts and comments with all that is in them, where they end.
fn without_programs(html: &str) -> Cow<'_, str> {
    let mut text = Cow::Borrowed(html);
    for (start, end) in [("<script", "</script>"), ("<style", "</style>"), ("<!--", "-->")] {
        while let Some(at) = text.find(start)
            && let Some(length) = text[at..].find(end)
        {
            let after = at + length + end.len();
            text = Cow::Owned([&text[..at], &text[after..]].concat());
        }
    }
    text
}

fn without_tags(html: &str) -> String {
    let mut text = String::with_capacity(html.len());
    let mut pieces = html.split('<');
    text.push_str(pieces.next().unwrap_or_default());
    for piece in pieces {
        if let Some(end) = piece.find('>').filter(|_| is_inline_tag(piece)) {
            if breaks_words(piece) {
                text.push(' ');
            }
            text.push_str(&piece[end + 1..]);
        } else {
            text.push('<');
            text.push_str(piece);
        }
    }
    text
}

fn tag_name(piece: &str) -> &str {
    let name = piece.strip_prefix('/').unwrap_or(piece);
    &name[..name.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(name.len())]
}

fn is_inline_tag(piece: &str) -> bool {
    let name = tag_name(piece);
    name.len() <= 7 && INLINE.binary_search(&name.to_ascii_lowercase().as_str()).is_ok()
}

fn breaks_words(piece: &str) -> bool {
    ["br", "p", "div", "li", "h1", "h2", "h3", "h4"]
        .iter()
        .any(|name| name.eq_ignore_ascii_case(tag_name(piece)))
}

/// Zero-width joiner and non-joiner: letters to Persian, Indic scripts and emoji, junk elsewhere.
fn is_joiner(c: char) -> bool {
    matches!(c, '\u{200C}' | '\u{200D}')
}

fn joins(before: char, blank: bool, after: Option<char>) -> bool {
    let script = |c: char| !c.is_ascii() && !c.is_whitespace() && c >= '\u{0600}';
    !blank && script(before) && after.is_some_and(script)
}

/// Characters that nobody sees: they can hide, reorder or fake text.
pub(super) fn is_junk(c: char) -> bool {
    matches!(c,
        '\u{00AD}' | '\u{034F}' | '\u{061C}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}' | '\u{180E}'
        | '\u{200B}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}'
        | '\u{3164}' | '\u{FEFF}' | '\u{FFA0}' | '\u{FFF9}'..='\u{FFFB}' | '\u{FFFE}' | '\u{FFFF}'
        | '\u{E0000}'..='\u{E0FFF}')
}

#[cfg(test)]
mod tests {
    use super::{INLINE, MAX, clean, from_markup, from_plain};

    #[test]
    fn the_table_is_sorted() {
        assert!(INLINE.is_sorted());
    }

    #[test]
    fn lines() {
        for (written, expected) in [
            ("  two\r\n\twords ", "two words"),
            ("gp\u{202E}j.exe", "gpj.exe"),
            ("a\u{200B}b\u{AD}c\u{200D}d", "abcd"),
            ("می\u{200C}خواهم", "می\u{200C}خواهم"),
            ("bell\u{7}", "bell"),
            ("", ""),
        ] {
            assert_eq!(clean(written), expected, "{written:?}");
        }
        assert_eq!(clean(&"é".repeat(MAX)).chars().count(), MAX);
        let cut = clean(&"é".repeat(MAX + 1));
        assert_eq!((cut.chars().count(), cut.chars().last()), (MAX, Some('…')));
    }

    #[test]
    fn titles_with_markup() {
        for (written, expected) in [
            ("Q&amp;A: <b>what</b> now?", "Q&A: what now?"),
            ("1 < 2 > 0 & more", "1 < 2 > 0 & more"),
            ("The <item> element, and <FooBar>", "The <item> element, and <FooBar>"),
            ("one<br/>two", "one two"),
            ("&lt;b&gt; explained", "<b> explained"),
            ("<![CDATA[wrapped]]>", "wrapped"),
            ("caf&eacute; &#8212; open", "café — open"),
            ("a<script>x < y</script> b<!-- c --> d", "a b d"),
            ("It&amp;#8217;s", "It’s"),
            ("The <script> element", "The <script> element"),
        ] {
            assert_eq!(from_markup(written), expected, "{written:?}");
        }
    }

    #[test]
    fn plain_titles_that_are_not() {
        for (written, expected) in [
            ("It&#8217;s Q&amp;A", "It’s Q&A"),
            ("Say &lt;b&gt;", "Say &lt;b&gt;"),
            ("Write &amp;amp; for &", "Write &amp;amp; for &"),
            ("a < b & c", "a < b & c"),
        ] {
            assert_eq!(from_plain(written), expected, "{written:?}");
        }
    }
}
