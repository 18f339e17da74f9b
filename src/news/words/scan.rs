//! Where the words of a text stand.

use std::ops::Range;

use super::unseen::unseen;

/// A word of a text, or one character of a script that writes no spaces between words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Token {
    /// Bytes in the text.
    pub start: u32,
    pub end: u32,
    /// One character of Chinese, Japanese, Thai, Lao, Khmer or Burmese.
    pub glyph: bool,
}

impl Token {
    /// The word as it stands in its text.
    #[must_use]
    pub fn of(self, text: &str) -> &str {
        &text[self.start as usize..self.end as usize]
    }
}

/// Words that are also one: `cease-fire`, and `1 200`. Indexes of the first and the last token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Join {
    pub first: u32,
    pub last: u32,
}

impl Join {
    /// The joined word, as if nobody had parted it.
    #[must_use]
    pub fn spell(self, text: &str, tokens: &[Token]) -> String {
        tokens[self.first as usize..=self.last as usize].iter().map(|token| token.of(text)).collect()
    }
}

/// The words of one text, in order. Texts beyond 4 GiB are read up to there.
#[derive(Debug, Default, Clone)]
pub struct Scan {
    pub tokens: Vec<Token>,
    /// Ordered by `first`; never overlapping.
    pub joins: Vec<Join>,
}

/// How a token hangs on the one before it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Link {
    None,
    Hyphen,
    /// A group of three digits after a space.
    Digits,
}

impl Scan {
    /// The words of a text.
    #[must_use]
    pub fn of(text: &str) -> Self {
        let mut scan = Self::default();
        scan.read(text);
        scan
    }

    /// The words of a text, in place of what stood here; keeps the memory.
    pub fn read(&mut self, text: &str) {
        self.read_around(text, &[]);
    }

    /// Likewise, without addresses and markup.
    pub fn read_prose(&mut self, text: &str) {
        self.read_around(text, &unseen(text));
    }

    fn read_around(&mut self, text: &str, unseen: &[Range<usize>]) {
        self.tokens.clear();
        self.joins.clear();
        let text = &text[..text.len().min(text.floor_char_boundary(u32::MAX as usize))];
        let (mut at, mut link, mut chain) = (0, Link::None, (0, Link::None));
        let mut unseen = unseen.iter().peekable();
        while let Some((start, glyph)) = next_start(text, at) {
            if let Some(skipped) = unseen.next_if(|skipped| skipped.start <= start) {
                (at, link) = (at.max(skipped.end), Link::None);
                continue;
            }
            if start != at {
                link = Link::None;
            }
            let end = if glyph { start + width(text, start) } else { word_end(text, start) };
            if link == Link::None || (chain.1 != Link::None && chain.1 != link) {
                self.close_chain(chain.0);
                chain = (self.tokens.len(), Link::None);
            } else {
                chain.1 = link;
            }
            self.push(start, end, glyph);
            (at, link) = if glyph { (end, Link::None) } else { link_after(text, start, end) };
        }
        self.close_chain(chain.0);
    }

    fn push(&mut self, start: usize, end: usize, glyph: bool) {
        let place = |at| u32::try_from(at).unwrap_or(u32::MAX);
        self.tokens.push(Token { start: place(start), end: place(end), glyph });
    }

    fn close_chain(&mut self, first: usize) {
        if self.tokens.len() > first + 1 {
            let place = |at| u32::try_from(at).unwrap_or(u32::MAX);
            self.joins.push(Join { first: place(first), last: place(self.tokens.len() - 1) });
        }
    }
}

/// The next character at or after `at` that begins a word, and whether it stands alone.
fn next_start(text: &str, mut at: usize) -> Option<(usize, bool)> {
    let bytes = text.as_bytes();
    while at < bytes.len() {
        if bytes[at].is_ascii() {
            if bytes[at].is_ascii_alphanumeric() {
                return Some((at, false));
            }
            at += 1;
            continue;
        }
        let c = char_at(text, at)?;
        if is_glyph(c) {
            return Some((at, true));
        }
        if is_word_char(c) && !is_mark(c) && !is_apostrophe(c) {
            return Some((at, false));
        }
        at += c.len_utf8();
    }
    None
}

/// The end of the word that begins at `start`: letters, digits and marks, apostrophes between them.
fn word_end(text: &str, start: usize) -> usize {
    let bytes = text.as_bytes();
    let (mut at, mut end, mut digits) = (start, start, true);
    while at < bytes.len() {
        if bytes[at].is_ascii_alphanumeric() {
            digits &= bytes[at].is_ascii_digit();
            at += 1;
            end = at;
            continue;
        }
        if bytes[at].is_ascii() && bytes[at] != b'\'' {
            break;
        }
        let Some(c) = char_at(text, at) else { break };
        if is_apostrophe(c) {
            if at != end || !char_at(text, at + c.len_utf8()).is_some_and(starts_word) {
                break;
            }
            digits = false;
        } else if is_invisible(c) {
            at += c.len_utf8();
            continue;
        } else if !is_word_char(c) || is_glyph(c) {
            break;
        } else {
            digits = false;
        }
        at += c.len_utf8();
        end = at;
    }
    if digits { number_end(text, start, end).unwrap_or(end) } else { end }
}

/// The end of a number with separators (`1,200`, `1.200.000`, `3.5`) whose first digits end at `end`.
fn number_end(text: &str, start: usize, end: usize) -> Option<usize> {
    let before = &text.as_bytes()[start.saturating_sub(2)..start];
    if let [digit, b'.' | b','] = before
        && digit.is_ascii_digit()
    {
        return None;
    }
    let grouped = end - start <= 3 && text.as_bytes()[start] != b'0';
    let (mut at, mut separator, mut groups) = (end, None, 0);
    while let Some(sign) = char_at(text, at).filter(|c| is_digit_separator(*c)) {
        let digits = digit_run(text, at + sign.len_utf8());
        let group = grouped && digits == 3 && separator.is_none_or(|known| known == sign);
        if digits == 0 || !(group || matches!(sign, '.' | ',') && separator != Some(sign)) {
            break;
        }
        at += sign.len_utf8() + digits;
        groups += 1;
        if !group {
            break;
        }
        separator = Some(sign);
    }
    // 24.11.2026 and 192.168.0.1 are no numbers; neither is 2,5kg one that ends here.
    let next = char_at(text, at);
    let goes_on = next.is_some_and(|c| is_word_char(c) && !is_glyph(c))
        || next.is_some_and(|c| is_digit_separator(c) && digit_run(text, at + c.len_utf8()) > 0);
    (groups > 0 && !goes_on).then_some(at)
}

fn is_digit_separator(c: char) -> bool {
    matches!(c, ',' | '.' | '\'' | '’' | '\u{a0}' | '\u{202f}' | '\u{2009}')
}

fn digit_run(text: &str, at: usize) -> usize {
    text.as_bytes()[at.min(text.len())..].iter().take_while(|byte| byte.is_ascii_digit()).count()
}

/// Where the search goes on after a word, and whether the next word hangs on this one.
fn link_after(text: &str, start: usize, end: usize) -> (usize, Link) {
    let Some(sign) = char_at(text, end) else { return (end, Link::None) };
    let next = end + sign.len_utf8();
    if is_hyphen(sign) && char_at(text, next).is_some_and(starts_word) {
        return (next, Link::Hyphen);
    }
    let raw = &text.as_bytes()[start..end];
    let group = sign == ' ' && raw.len() <= 3 && raw[0] != b'0' && raw.iter().all(u8::is_ascii_digit)
        || sign == ' ' && raw.len() == 3 && raw.iter().all(u8::is_ascii_digit);
    if group && digit_run(text, next) == 3 && !char_at(text, next + 3).is_some_and(starts_word) {
        return (next, Link::Digits);
    }
    (end, Link::None)
}

fn starts_word(c: char) -> bool {
    is_word_char(c) && !is_glyph(c) && !is_mark(c) && !is_apostrophe(c)
}

fn char_at(text: &str, at: usize) -> Option<char> {
    text.get(at..)?.chars().next()
}

fn width(text: &str, at: usize) -> usize {
    char_at(text, at).map_or(1, char::len_utf8)
}

/// A letter, a digit or a mark on one.
#[must_use]
pub fn is_word_char(c: char) -> bool {
    match u32::from(c) {
        0..=0x7f => c.is_ascii_alphanumeric(),
        0xc0..=0x24f => !matches!(c, '×' | '÷'),
        0x400..=0x481 | 0x48a..=0x52f | 0x531..=0x556 | 0x561..=0x587 | 0x10d0..=0x10fa => true,
        _ => c.is_alphanumeric() || is_mark(c),
    }
}

/// A mark on a letter, of no width of its own.
fn is_mark(c: char) -> bool {
    u32::from(c) >= 0x300 && unicode_normalization::char::is_combining_mark(c)
}

/// Characters of scripts that write no space between words.
#[must_use]
pub fn is_glyph(c: char) -> bool {
    // Most text is below; this is asked of every character.
    if c < '\u{e00}' {
        return false;
    }
    match u32::from(c) {
        0x0e00..=0x0eff | 0x1000..=0x109f | 0x1780..=0x17d3 | 0xaa60..=0xaa7f => {
            c.is_alphanumeric() || is_mark(c)
        }
        0x2e80..=0x2fdf
        | 0x3005..=0x3007
        | 0x3031..=0x3035
        | 0x3041..=0x309f
        | 0x30a1..=0x30fa
        | 0x30fc..=0x312f
        | 0x31f0..=0x31ff
        | 0x3400..=0x4dbf
        | 0x4e00..=0x9fff
        | 0xf900..=0xfaff
        | 0xff66..=0xff9f
        | 0x20000..=0x323af => true,
        _ => false,
    }
}

/// Apostrophes of every keyboard; they are one character.
#[must_use]
pub fn is_apostrophe(c: char) -> bool {
    matches!(c, '\'' | '’' | '‘' | 'ʼ' | 'ʻ' | 'ʹ' | '′' | '´' | '＇' | '՚' | '‛')
}

/// What parts a compound without ending it. A dash (– —) does end it.
#[must_use]
pub fn is_hyphen(c: char) -> bool {
    matches!(c, '-' | '\u{2010}' | '\u{2011}' | '֊' | '־' | '﹣' | '－')
}

/// Characters that no reader sees: soft hyphens, zero-width characters, directions.
#[must_use]
pub fn is_invisible(c: char) -> bool {
    matches!(u32::from(c),
        0xad | 0x34f | 0x61c | 0x180e | 0x200b..=0x200f | 0x202a..=0x202e | 0x2060..=0x2064
        | 0x2066..=0x206f | 0xfe00..=0xfe0f | 0xfeff)
}

#[cfg(test)]
mod tests {
    use super::Scan;

    fn words(text: &str) -> String {
        let scan = Scan::of(text);
        let tokens = scan.tokens.iter().map(|token| token.of(text).to_owned());
        let joins = scan.joins.iter().map(|join| format!("+{}", join.spell(text, &scan.tokens)));
        tokens.chain(joins).collect::<Vec<_>>().join("|")
    }

    #[test]
    fn where_words_stand() {
        for (text, expected) in [
            ("Don’t panic, O'Brien's!", "Don’t|panic|O'Brien's"),
            ("'quoted' students' rights", "quoted|students|rights"),
            ("cease-fire talks", "cease|fire|talks|+ceasefire"),
            ("a cease--fire – talk", "a|cease|fire|talk"),
            ("1,200 or 1.200.000 or 3.5", "1,200|or|1.200.000|or|3.5"),
            ("on 24.11.2026, 10:30", "on|24|11|2026|10|30"),
            ("12 500 men", "12|500|men|+12500"),
            ("in 2020 300 men", "in|2020|300|men"),
            ("F-16s, COVID-19", "F|16s|COVID|19|+F16s|+COVID19"),
            ("#Karabakh @user_name", "Karabakh|user|name"),
            ("co\u{ad}operate\u{200b} x", "co\u{ad}operate|x"),
            ("北京kitty", "北|京|kitty"),
            ("Ղարաբաղ։ Արցախ՝", "Ղարաբաղ|Արցախ"),
            ("cafe\u{301} x", "cafe\u{301}|x"),
            ("", ""),
        ] {
            assert_eq!(words(text), expected, "{text}");
        }
    }
}
