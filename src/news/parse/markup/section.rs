//! CDATA sections: where they begin and end, whatever was done to their marks.

use super::{Markup, Token, end_tag_in};

impl<'a> Markup<'a> {
    /// The text before a section without the `//` or `/*` by which scripts are made not to see the section's
    /// marks; they stay behind when a script's tag is taken away.
    pub(super) fn uncommented(&mut self, text: &'a str) -> &'a str {
        let bare = text.strip_suffix("//").or(text.strip_suffix("/*"));
        let bare = bare.filter(|bare| bare.is_empty() || bare.ends_with(char::is_whitespace));
        match bare.filter(|_| self.text[self.at..].starts_with("<![CDATA[")) {
            Some(bare) => {
                (self.commented, self.mended) = (true, true);
                bare
            }
            None => text,
        }
    }

    pub(super) fn cdata(&mut self, start: usize) -> Token<'a> {
        let section = self.section(start);
        if !std::mem::take(&mut self.commented) {
            return Token::Cdata(section);
        }
        let bare = without_half_an_end(section.strip_prefix("*/").unwrap_or(section));
        let bare = ["//", "/*"].iter().find_map(|mark| bare.trim_end().strip_suffix(mark)).unwrap_or(bare);
        self.at += if self.text[self.at..].starts_with("*/") { 2 } else { 0 };
        Token::Cdata(bare)
    }

    /// Up to `]]>`. A section that was never closed ends with the element that it stands in.
    fn section(&mut self, start: usize) -> &'a str {
        let end = self.cdata_end.find(self.text, start);
        let within = &self.text[start..end.unwrap_or(self.text.len())];
        // Only a second section inside shows that the end found is not this section's own.
        let suspect = if end.is_some() { within.find("<![CDATA[").unwrap_or(0) } else { within.len() };
        if let Some(length) = end_tag_in(&within[..suspect], self.inside) {
            self.mended = true;
            self.at = start + length;
            return without_half_an_end(&within[..length]);
        }
        self.mended |= end.is_none();
        self.at = end.map_or(self.text.len(), |end| end + 3);
        within
    }
}

/// A section without what is left of its `]]>`.
fn without_half_an_end(section: &str) -> &str {
    let trimmed = section.trim_end();
    ["]]", "]>", "]] >"].iter().find_map(|end| trimmed.strip_suffix(end)).unwrap_or(section)
}

/// Length of `[CDATA[`, also as `[cdata[`, `[CDATA [`, ` [CDATA[`, `CDATA[`, `[CDATA`.
pub(super) fn cdata_opening(rest: &str) -> Option<usize> {
    if rest.starts_with("[CDATA[") {
        return Some(7);
    }
    let spaced = rest.trim_start_matches(' ');
    let blanks = rest.len() - spaced.len();
    let (rest, bracket) = spaced.strip_prefix('[').map_or((spaced, 0), |rest| (rest, blanks + 1));
    let word = rest.get(..5).filter(|word| word.eq_ignore_ascii_case("CDATA"))?;
    let after = &rest[word.len()..];
    let tail = after.trim_start_matches(' ').strip_prefix('[');
    let length = tail.map_or(0, |tail| after.len() - tail.len());
    (bracket + length > 0).then_some(bracket + 5 + length)
}
