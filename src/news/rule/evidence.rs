//! Where a term stands, as a person is shown it.

use super::decide::Court;
use super::reading::field_text;
use super::spot::Spot;
use super::{Evidence, Field};

/// Characters shown on each side of a find.
const AROUND: usize = 60;

/// Longest find that is shown whole.
const LONGEST: usize = 200;

impl Court<'_> {
    /// The evidence of places, one for each term.
    #[must_use]
    pub fn evidence(&self, spots: &[Spot]) -> Vec<Evidence> {
        let mut evidence: Vec<Evidence> = Vec::with_capacity(spots.len());
        for (at, spot) in spots.iter().enumerate() {
            if spots[..at].iter().any(|earlier| earlier.term == spot.term) {
                continue;
            }
            evidence.push(self.one(*spot));
        }
        evidence
    }

    fn one(&self, spot: Spot) -> Evidence {
        let text = field_text(self.article, spot.field, self.reading.language);
        let (start, end) = (spot.start as usize, spot.end as usize);
        let before = text[..start].chars().count();
        let (snippet, marks) = snippet(&text, start, end);
        Evidence {
            term: self.index.terms[spot.term as usize].source.to_string(),
            field: spot.field,
            start: before,
            end: before + text[start..end].chars().count(),
            snippet,
            marks,
            count: self.reading.find(spot.term).map_or(1, |found| found.count),
        }
    }
}

/// The words around a find, on one line, cut between words; and where the find stands in it, in
/// characters. A find that is cut is marked as far as it is shown.
fn snippet(text: &str, start: usize, end: usize) -> (String, Vec<(usize, usize)>) {
    let begin = cut_before(text, start);
    let shown = text[start..].char_indices().nth(LONGEST).map_or(end, |(at, _)| end.min(start + at));
    let stop = cut_after(text, shown);
    let mut line = String::with_capacity(stop - begin + 8);
    if begin > 0 {
        line.push('…');
    }
    let (mut length, mut gap, mut mark) = (usize::from(begin > 0), false, None);
    let head = line.len();
    for (at, character) in text[begin..stop].char_indices() {
        if character.is_whitespace() {
            gap = line.len() > head;
            continue;
        }
        if std::mem::take(&mut gap) {
            line.push(' ');
            length += 1;
        }
        if (start..end).contains(&(begin + at)) {
            let (first, _) = mark.unwrap_or((length, length));
            mark = Some((first, length + 1));
        }
        line.push(character);
        length += 1;
    }
    if stop < text.trim_end().len() {
        line.push('…');
    }
    (line, mark.into_iter().collect())
}

/// Where the words before `start` begin to be shown.
fn cut_before(text: &str, start: usize) -> usize {
    let Some((far, _)) = text[..start].char_indices().rev().nth(AROUND - 1) else { return 0 };
    if far == 0 {
        return 0;
    }
    let window = &text[far..start];
    // Scripts without spaces are cut where the window ends.
    let word = window.char_indices().find(|(_, c)| c.is_whitespace()).map_or(0, |(at, c)| at + c.len_utf8());
    far + if word < window.len() { word } else { 0 }
}

/// Where the words after `end` cease to be shown.
fn cut_after(text: &str, end: usize) -> usize {
    let Some((far, _)) = text[end..].char_indices().nth(AROUND) else {
        return text.trim_end().len().max(end);
    };
    let window = &text[end..end + far];
    end + window.rfind(char::is_whitespace).filter(|at| *at > 0).unwrap_or(window.len())
}

impl Field {
    /// In JSON, and before the colon in a rule.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        self.name()
    }
}

#[cfg(test)]
mod tests {
    use super::snippet;

    #[test]
    fn one_line_cut_between_words() {
        assert_eq!(snippet("a\n b  c", 3, 4), ("a b c".to_owned(), vec![(2, 3)]));
        let text = format!("{} needle {}", "before ".repeat(30), "after ".repeat(30));
        let at = text.find("needle").unwrap_or_default();
        let (line, marks) = snippet(&text, at, at + 6);
        assert!(line.starts_with("…before ") && line.ends_with(" after…"), "{line}");
        assert!(line.contains(" needle ") && line.chars().count() < 140, "{line}");
        let marked: String = line.chars().skip(marks[0].0).take(marks[0].1 - marks[0].0).collect();
        assert_eq!(marked, "needle");
        let text = "字".repeat(300);
        let (line, marks) = snippet(&text, 300, 303);
        assert_eq!((line.chars().count(), marks), (123, vec![(61, 62)]));
        assert_eq!(snippet("", 0, 0), (String::new(), Vec::new()));
    }
}
