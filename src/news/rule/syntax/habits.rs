//! What is valid and hardly meant: operators where there are none, other search engines' signs.

use super::{Reader, Remark};

impl Reader<'_> {
    pub(super) fn warn_of_operators(&mut self) {
        if matches!(self.peek(), Some('"' | '/')) || self.rest().starts_with("=\"") {
            return;
        }
        let source = self.source;
        for word in source.split_whitespace() {
            let name = word.split('/').next().unwrap_or(word);
            if !matches!(name, "AND" | "OR" | "NOT" | "NEAR") || !source.trim().contains(char::is_whitespace)
            {
                continue;
            }
            let start = word.as_ptr() as usize - source.as_ptr() as usize;
            self.say(Remark::warning(
                start..start + word.len(),
                format!("{name} is no operator in a list item; here it is a word of the phrase"),
                "use `query` for operators, or quotes to say that the word is meant",
            ));
        }
    }

    /// What other search engines taught: `-word`, `or`, `|`.
    pub(super) fn warn_of_habits(&mut self, end: usize) {
        let word = &self.source[self.at..end];
        let (message, help) = match word {
            "and" | "or" | "not" | "near" => {
                let operator = word.to_uppercase();
                (
                    format!("`{word}` is looked for as a word"),
                    format!("operators are written in capitals: {operator}"),
                )
            }
            "&&" | "&" | "||" | "|" | "!" | "+" => {
                (format!("`{word}` is looked for literally"), "operators are AND, OR and NOT".to_owned())
            }
            _ if word.starts_with('-') && word.len() > 1 => {
                (format!("`{word}` does not exclude"), format!("write NOT {}", word.trim_start_matches('-')))
            }
            _ => return,
        };
        self.say(Remark::warning(self.at..end, message, help));
    }

    /// Latin letters among Cyrillic ones look alike and match nothing.
    pub(super) fn warn_of_mixed_script(&mut self, start: usize, end: usize) {
        let spelling = &self.source[start..end];
        for word in spelling.split(|c: char| !c.is_alphabetic()).filter(|word| !word.is_ascii()) {
            let latin = word.chars().any(|c| c.is_ascii_alphabetic());
            if latin && word.chars().any(|c| ('\u{400}'..='\u{4ff}').contains(&c)) {
                let at = start + (word.as_ptr() as usize - spelling.as_ptr() as usize);
                self.say(Remark::warning(
                    at..at + word.len(),
                    format!("`{word}` mixes Latin and Cyrillic letters that look alike"),
                    "type it again on one keyboard",
                ));
            }
        }
    }
}
