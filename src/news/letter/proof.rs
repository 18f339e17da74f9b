//! The proof of a story: marks in its title, and as few snippets as show every term that was found.

use std::ops::Range;

use super::catalogue::Language;
use super::clean;
use super::mark;
use super::view::{Quote, Words, by_strength, titled};
use crate::news::digest::{RuleHit, Standing};
use crate::news::rule::{Evidence, Field};

/// Snippets shown of one story.
const QUOTES: usize = 3;
/// Places looked at for them.
const EVIDENCE: usize = 40;

/// The evidence of all rules: marks in the title, and as few quotes as show every term.
pub struct Proof {
    pub title: Words,
    pub quotes: Vec<Quote>,
    /// Places that matched and that no quote shows.
    pub more: usize,
}

/// A snippet under work.
struct Snippet {
    field: Field,
    text: String,
    marks: Vec<Range<usize>>,
}

impl Proof {
    pub fn of(hits: &[RuleHit], lead: &Standing, language: Language) -> Self {
        let mut title =
            Snippet { field: Field::Title, text: titled(&lead.title, language), marks: Vec::new() };
        let mut snippets: Vec<Snippet> = Vec::new();
        let mut more = 0;
        let evidence = by_strength(hits).into_iter().flat_map(|hit| &hit.evidence);
        for evidence in evidence.take(EVIDENCE) {
            let shown = (evidence.field == Field::Title && title.show(evidence))
                || snippets.iter_mut().any(|snippet| snippet.show(evidence));
            match Snippet::of(evidence) {
                _ if shown => {}
                Some(snippet) if snippets.len() < QUOTES => snippets.push(snippet),
                _ => more += 1,
            }
        }
        let lang = lead.lang.as_deref();
        let quote = |snippet: Snippet| Quote {
            label: label(snippet.field).map(|field| language.say(field, &[])),
            words: Words::marked(&snippet.text, lang, snippet.marks),
        };
        Self {
            title: Words::marked(&title.text, lang, title.marks),
            quotes: snippets.into_iter().map(quote).collect(),
            more,
        }
    }
}

impl Snippet {
    fn of(evidence: &Evidence) -> Option<Self> {
        let text = clean::line(&evidence.snippet, 400);
        let mut snippet = Self { field: evidence.field, text, marks: Vec::new() };
        snippet.show(evidence);
        (!snippet.text.is_empty()).then_some(snippet)
    }

    /// Marks the evidence here, if it stands here.
    fn show(&mut self, evidence: &Evidence) -> bool {
        if self.field != evidence.field {
            return false;
        }
        let length = evidence.end.saturating_sub(evidence.start);
        let mut marks = self.marks_of(evidence);
        if marks.is_empty() {
            marks.extend(mark::find(&self.text, &evidence.term, length));
        }
        let found = !marks.is_empty();
        self.marks.append(&mut marks);
        found
    }

    /// Where the hit says that its words stand, when this is the text that it means.
    fn marks_of(&self, evidence: &Evidence) -> Vec<Range<usize>> {
        if self.text == evidence.snippet {
            return mark::ranges(&self.text, &evidence.marks);
        }
        // Of a longer title the snippet is a part: the same words stand at the same place then. Another
        // article's title, or one that cleaning moved, has others there.
        let words = |text: &str, marks: &[(usize, usize)]| {
            mark::ranges(text, marks).pop().map(|range| (text[range.clone()].to_owned(), range))
        };
        match (
            words(&self.text, &[(evidence.start, evidence.end)]),
            words(&evidence.snippet, &evidence.marks),
        ) {
            (Some((here, range)), Some((there, _))) if self.field == Field::Title && here == there => {
                vec![range]
            }
            _ => Vec::new(),
        }
    }
}

/// The name of its phrase.
fn label(field: Field) -> Option<&'static str> {
    match field {
        Field::Text => None,
        Field::Title => Some("field_title"),
        Field::Author => Some("field_author"),
        Field::Category => Some("field_category"),
        Field::Url => Some("field_url"),
        Field::Feed => Some("field_feed"),
        Field::Language => Some("field_language"),
    }
}

#[cfg(test)]
mod tests {
    use super::{Evidence, Field, Snippet};

    /// The words that a text marks for a hit in a title, between its `[` and `]`.
    fn marked(text: &str, hit_in: &str, term: &str) -> String {
        let (start, end) = (hit_in.find('[').expect("a mark"), hit_in.find(']').expect("a mark's end"));
        let place = |at: usize| hit_in[..at].chars().count();
        let (start, end) = (place(start), place(end) - 1);
        let whole: String = hit_in.replace(['[', ']'], "");
        let snippet: String = whole.chars().take(60).collect();
        let evidence = Evidence {
            term: term.into(),
            field: Field::Title,
            start,
            end,
            snippet,
            marks: vec![(start, end)],
            count: 1,
        };
        let mut shown = Snippet { field: Field::Title, text: text.into(), marks: Vec::new() };
        shown.show(&evidence);
        shown.marks.iter().map(|range| &shown.text[range.clone()]).collect::<Vec<_>>().join("|")
    }

    #[test]
    fn a_title_is_marked_where_the_hit_says() {
        let long = format!("Льва видели у реки{}", " снова и снова".repeat(9));
        for (text, hit_in, term, expected) in [
            // No search for likeness finds these.
            ("Льва видели у реки", "[Льва] видели у реки", "Лев", "Льва"),
            ("The children left", "The [children] left", "child", "children"),
            (&long, &long.replacen("Льва", "[Льва]", 1), "Лев", "Льва"),
            // The second, as the hit has it, not the first that is alike.
            ("Karabakhi Karabakh", "Karabakhi [Karabakh]", "Karabakh", "Karabakh"),
            // Another article's title is searched.
            ("Bus to Karabakh", "Snow in [Karabakh]", "Karabakh", "Karabakh"),
            ("Bus to Lachin", "Snow in [Karabakh]", "Karabakh", ""),
        ] {
            assert_eq!(marked(text, hit_in, term), expected, "{text}");
        }
    }
}
