//! A page as a reader copied it: lines of text, menu and all.
//!
//! The article begins at the first running text; its title is the headline nearest above it, its date
//! and its author stand between or around them.

use std::borrow::Cow;

use chrono::{DateTime, Utc};

use super::furniture::{self, is_prose, without_label};
use super::{Page, byline, published};
use crate::news::parse::line;

/// Lines above the text that are looked at.
const HEAD_MAX: usize = 40;
/// Longest line that may be a date or a name alone, in characters.
const SHORT: usize = 80;

/// Reads such a page.
#[must_use]
pub fn read(text: &str) -> Page {
    let text = without_controls(text);
    let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    let body = lines.iter().position(|line| is_prose(line)).unwrap_or(lines.len());
    let head = &lines[body.saturating_sub(HEAD_MAX)..body];
    let title = title(head).or_else(|| lines.first().copied()).unwrap_or_default();
    let title = line::clean(title);
    Page {
        published: head.iter().rev().find_map(|line| date(line)),
        byline: head.iter().rev().find_map(|line| author(line)),
        text: furniture::without(&lines[body..].join("\n"), &title),
        title,
        language: None,
        site: None,
    }
}

/// Tabs, and the upper control characters that a wrong encoding leaves, would act on a terminal.
fn without_controls(text: &str) -> Cow<'_, str> {
    if !text.contains(|c: char| c.is_control() && c != '\n') {
        return Cow::Borrowed(text);
    }
    let shown = |c: char| match c {
        '\n' | '\r' => '\n',
        control if control.is_control() => ' ',
        other => other,
    };
    Cow::Owned(text.chars().map(shown).collect())
}

/// The headline: the nearest line above the text that is neither date nor name nor button. Menus are
/// shorter than headlines; a longer line further up is believed when the nearest has few words.
fn title<'a>(head: &[&'a str]) -> Option<&'a str> {
    let mut candidates =
        head.iter().rev().copied().filter(|line| date(line).is_none() && author(line).is_none());
    let nearest = candidates.clone().next();
    candidates.find(|line| line.split_whitespace().count() >= 4 && !line.ends_with("...")).or(nearest)
}

/// A line that is a date and little else.
#[must_use]
pub fn date(line: &str) -> Option<DateTime<Utc>> {
    if line.chars().count() > SHORT || !line.contains(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let words = line.split(|c: char| !c.is_alphabetic()).filter(|word| !word.is_empty()).count();
    (words <= 6).then(|| published(line)).flatten()
}

/// A line that names its author with a label before it.
#[must_use]
pub fn author(line: &str) -> Option<String> {
    let short = line.chars().count() <= SHORT && without_label(line).len() < line.len();
    let words = without_label(line).split_whitespace().count();
    (short && (1..=6).contains(&words)).then(|| byline(line)).flatten()
}
