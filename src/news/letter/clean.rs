//! What sources wrote, made harmless: one line, bounded, with nothing invisible that acts.

/// More than that on one letter is no language but an attempt to write over other lines.
const MARKS_IN_A_ROW: usize = 6;

/// Characters read for each one shown: a megabyte of nothing visible is not worth the time.
const READ: usize = 20;

/// One line of at most `longest` characters (an `…` ends what was cut), free of control
/// characters, line breaks, direction marks and other invisible ones.
#[must_use]
pub fn line(text: &str, longest: usize) -> String {
    let mut line = String::with_capacity(text.len().min(longest * 4));
    let (mut left, mut gap, mut marks) = (longest, false, 0);
    for character in text.chars().take(longest.saturating_mul(READ)) {
        if character.is_whitespace() || character.is_control() {
            gap = !line.is_empty();
            continue;
        }
        marks = if unicode_normalization::char::is_combining_mark(character) { marks + 1 } else { 0 };
        if invisible(character) || marks > MARKS_IN_A_ROW {
            continue;
        }
        if left <= 1 + usize::from(gap) {
            line.push('…');
            return line;
        }
        if std::mem::take(&mut gap) {
            line.push(' ');
            left -= 1;
        }
        line.push(character);
        left -= 1;
    }
    line
}

/// One line for a header. `=?` would be taken for an encoded word (RFC 2047 § 2) and decoded into
/// whatever a title hides in it.
#[must_use]
pub fn header(text: &str) -> String {
    line(text, 400).replace("=?", "= ?")
}

/// Characters that show nothing but change how others show: direction marks and overrides, zero
/// width, soft hyphen, tags, annotation, noncharacters. The joiners U+200C and U+200D stay: Persian,
/// Indic scripts and emoji are written with them.
fn invisible(character: char) -> bool {
    matches!(character,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}'
        | '\u{180b}'..='\u{180f}' | '\u{200b}' | '\u{200e}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fdd0}'..='\u{fdef}' | '\u{feff}' | '\u{ffa0}'
        | '\u{fff0}'..='\u{fffb}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
        || u32::from(character) & 0xfffe == 0xfffe
}

/// The link as it may stand in a letter: http(s) alone, absolute, ASCII, short enough to be one.
#[must_use]
pub fn link(written: &str) -> Option<String> {
    const LONGEST: usize = 1_500;
    if written.len() > LONGEST {
        return None;
    }
    let url = url::Url::parse(written.trim()).ok()?;
    let link = url.as_str();
    let plain = link.bytes().all(|byte| byte.is_ascii_graphic());
    (matches!(url.scheme(), "http" | "https") && plain && link.len() <= LONGEST).then(|| link.to_owned())
}
