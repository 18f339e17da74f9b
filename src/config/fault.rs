//! A fault or a warning, with its place; and how a person reads it.

use std::fmt::Write as _;
use std::ops::Range;
use std::path::Path;

use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};

use super::files::Source;
use super::{Finding, Report};

/// Where something stands: bytes of a file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// Index of the file among those that were read.
    pub file: usize,
    pub start: usize,
    pub end: usize,
}

impl Place {
    #[must_use]
    pub fn new(file: usize, span: &Range<usize>) -> Self {
        Self { file, start: span.start, end: span.end }
    }
}

/// One thing to mend.
#[derive(Debug, Clone)]
pub struct Fault {
    pub warning: bool,
    /// `None`: the config as a whole, or a file that could not be read (then the message names it).
    pub place: Option<Place>,
    pub message: String,
    /// Stands beside the caret.
    pub label: String,
    /// Another place that has to do with it, and what it is.
    pub other: Option<(Place, String)>,
    /// The way out.
    pub help: Option<String>,
}

impl Fault {
    #[must_use]
    pub fn at(place: Place, message: impl Into<String>) -> Self {
        Self { place: Some(place), ..Self::nowhere(message) }
    }

    #[must_use]
    pub fn nowhere(message: impl Into<String>) -> Self {
        let message = message.into();
        Self { warning: false, place: None, message, label: String::new(), other: None, help: None }
    }

    #[must_use]
    pub fn warning(mut self) -> Self {
        self.warning = true;
        self
    }

    #[must_use]
    pub fn label(mut self, label: impl Into<String>) -> Self {
        self.label = label.into();
        self
    }

    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    #[must_use]
    pub fn maybe_help(mut self, help: Option<String>) -> Self {
        self.help = help.or(self.help);
        self
    }

    #[must_use]
    pub fn other(mut self, place: Place, label: impl Into<String>) -> Self {
        self.other = Some((place, label.into()));
        self
    }
}

/// Foreign text inside a message: one line, no control characters, at most 60 characters.
#[must_use]
pub fn quoted(text: &str) -> String {
    quoted_to(60, text)
}

/// A path is of no use when its end is missing.
#[must_use]
pub fn quoted_path(path: &Path) -> String {
    quoted_to(1000, &path.display().to_string())
}

fn quoted_to(longest: usize, text: &str) -> String {
    let mut shown = String::from("`");
    for (n, c) in text.chars().enumerate() {
        if n == longest {
            shown.push('…');
            break;
        }
        // Beyond controls, characters that turn the direction of writing could disguise a message.
        if c.is_control() || turns_direction(c) {
            let _ = write!(shown, "{}", c.escape_unicode());
        } else {
            shown.push(c);
        }
    }
    shown.push('`');
    shown
}

/// "did you mean …", if one of `known` is near enough.
#[must_use]
pub fn did_you_mean<'a>(written: &str, known: impl IntoIterator<Item = &'a str>) -> Option<String> {
    nearest(written, known).map(|name| format!("did you mean {}?", quoted(name)))
}

/// The most similar of `known`, if it is similar at all, whatever the case.
pub fn nearest<'a>(written: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    /// Longer names are not worth the time: the comparison is quadratic.
    const LONGEST: usize = 100;
    let wanted = written.to_lowercase();
    if wanted.is_empty() || wanted.len() > LONGEST {
        return None;
    }
    let near = |name: &str| strsim::damerau_levenshtein(&wanted, &name.to_lowercase());
    known
        .into_iter()
        .filter(|name| name.len() <= LONGEST)
        .map(|name| (near(name), name))
        .filter(|(distance, name)| *distance <= 1.max(wanted.chars().count().max(name.chars().count()) / 3))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, name)| name)
}

/// Faults beyond this number are counted only: nobody mends more at a time.
const SHOWN: usize = 100;

/// Renders all, in the order of the files and places.
#[must_use]
pub fn report(mut faults: Vec<Fault>, sources: &[Source]) -> Report {
    faults.sort_by(|a, b| a.place.cmp(&b.place));
    let findings = faults.iter().take(SHOWN).map(|fault| finding(fault, sources)).collect();
    let (warnings, faults): (Vec<_>, Vec<_>) = faults.into_iter().partition(|fault| fault.warning);
    let counts = (faults.len(), warnings.len());
    Report {
        faults: render_some(&faults, sources),
        warnings: render_some(&warnings, sources),
        findings,
        counts,
    }
}

fn finding(fault: &Fault, sources: &[Source]) -> Finding {
    let place = fault.place.as_ref().and_then(|place| Some((sources.get(place.file)?, place.start)));
    let (line, column) = place.map(|(source, start)| source.line_and_column(start)).unzip();
    let label = Some(fault.label.clone()).filter(|label| !label.is_empty());
    Finding {
        level: if fault.warning { "warning" } else { "error" },
        file: place.map(|(source, _)| source.path.display().to_string()),
        line,
        column,
        message: fault.message.clone(),
        help: fault.help.clone().or(label),
    }
}

fn render_some(faults: &[Fault], sources: &[Source]) -> Vec<String> {
    let mut shown: Vec<_> = faults.iter().take(SHOWN).map(|fault| render(fault, sources)).collect();
    if faults.len() > SHOWN {
        shown.push(format!("… and {} more", faults.len() - SHOWN));
    }
    shown
}

fn render(fault: &Fault, sources: &[Source]) -> String {
    let level = if fault.warning { Level::WARNING } else { Level::ERROR };
    let mut group = annotate_snippets::Group::with_title(level.primary_title(fault.message.as_str()));
    let places = [
        (fault.place.as_ref(), fault.label.as_str(), AnnotationKind::Primary),
        (
            fault.other.as_ref().map(|(place, _)| place),
            fault.other.as_ref().map_or("", |o| &o.1),
            AnnotationKind::Context,
        ),
    ];
    for (place, label, kind) in places {
        if let Some((source, place)) = place.and_then(|place| Some((sources.get(place.file)?, place))) {
            group = group.element(snippet(source, place, label, kind));
        }
    }
    if let Some(help) = &fault.help {
        group = group.element(Level::HELP.message(help.as_str()));
    }
    // The file's own lines are quoted, and a file may hold anything. Replaced, not taken out: carets stay
    // where they are.
    Renderer::plain().render(&[group]).replace(acts_on_a_terminal, "\u{fffd}")
}

/// Controls, and characters that turn the direction of writing and so could disguise a line.
fn acts_on_a_terminal(c: char) -> bool {
    c.is_control() && c != '\n' || turns_direction(c)
}

fn turns_direction(c: char) -> bool {
    matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Only the lines that matter are handed over, so that a report of many faults in a large file
/// stays linear.
fn snippet<'a>(
    source: &'a Source,
    place: &Place,
    label: &'a str,
    kind: AnnotationKind,
) -> Snippet<'a, annotate_snippets::Annotation<'a>> {
    let (lines, first) = source.lines_around(place.start..place.end);
    let text = &source.text[lines.clone()];
    let span = place.start - lines.start..place.end - lines.start;
    let annotation = kind.span(span).label(Some(label).filter(|label| !label.is_empty()));
    Snippet::source(text).line_start(first).path(source.shown.as_str()).annotation(annotation)
}

#[cfg(test)]
mod tests {
    use super::{nearest, quoted};

    #[test]
    fn foreign_text_cannot_leave_its_line() {
        assert_eq!(quoted("a\nb\u{202e}"), "`a\\u{a}b\\u{202e}`");
        assert_eq!(quoted(&"x".repeat(100)).chars().count(), 63);
    }

    #[test]
    fn the_nearest_name_is_similar_or_none() {
        let known = ["every", "url", "priority"];
        assert_eq!(nearest("evry", known), Some("every"));
        assert_eq!(nearest("URL", known), Some("url"));
        assert_eq!(nearest("colour", known), None);
    }
}
