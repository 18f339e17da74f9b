//! The site's furniture around an article: headings of other stories, disclaimers, biographies, requests
//! to share, subscribe or comment. Told by form and by phrases that sites in many languages share.

use std::collections::HashSet;
use std::sync::LazyLock;

use aho_corasick::AhoCorasick;

use super::phrases::{ALONE, ELSEWHERE, ENDINGS, ENDINGS_ELSEWHERE, LABELS, PHRASES, ROLES};
use crate::news::words::fold;

/// Lines above the text that may be furniture.
const HEAD_MAX: usize = 40;

static ENDING: LazyLock<HashSet<String>> =
    LazyLock::new(|| ENDINGS.iter().chain(&ENDINGS_ELSEWHERE).map(|heading| fold(heading)).collect());
static LONE: LazyLock<HashSet<String>> = LazyLock::new(|| ALONE.iter().map(|line| fold(line)).collect());
static PHRASE: LazyLock<Option<AhoCorasick>> =
    LazyLock::new(|| AhoCorasick::new(PHRASES.iter().map(|phrase| fold(phrase))).ok());

/// An article's lines without its site's furniture. `title` is dropped where it stands as the first line.
#[must_use]
pub fn without(text: &str, title: &str) -> String {
    let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    let lines = before_other_stories(&lines);
    let body = lines.iter().position(|line| is_prose(line)).unwrap_or(0).min(HEAD_MAX);
    let start = after_headline(&lines[..body], title);
    let end = start + end_of_article(&lines[start..]);
    let mut kept = String::with_capacity(text.len());
    for (at, line) in lines.iter().enumerate().take(end).skip(start) {
        if is_alone(line)
            || is_about_the_site(line)
            || points_elsewhere(line)
            || at < body && is_byline_or_date(line)
        {
            continue;
        }
        if !kept.is_empty() {
            kept.push('\n');
        }
        kept.push_str(line);
    }
    kept
}

/// Where the article begins below its own headline, when that stands above the first running text: what
/// is above it is menus and paths (`Home / News / The headl…`).
fn after_headline(head: &[&str], title: &str) -> usize {
    let headline = |line: &&str| same(line, title) || repeats_beginning(line, title);
    head.iter().rposition(headline).map_or(0, |at| at + 1)
}

/// Whether a line holds the headline, or as much of it as fitted.
fn repeats_beginning(line: &str, title: &str) -> bool {
    let (line, title) = (key(line), key(title));
    let start = &title[..title.floor_char_boundary(40)];
    start.len() >= 20 && line.contains(start)
}

/// A line above the text that is a date or a name.
fn is_byline_or_date(line: &str) -> bool {
    super::plain::date(line).is_some() || super::plain::author(line).is_some()
}

/// Cuts at a heading such as "Most Popular", unless as much of the article follows as precedes: then it
/// is a box amid the text.
fn before_other_stories<'a, 'b>(lines: &'b [&'a str]) -> &'b [&'a str] {
    let total: usize = lines.iter().map(|line| prose(line)).sum();
    let mut before = 0;
    for (at, line) in lines.iter().enumerate() {
        if before > 0 && is_ending(line) && before * 3 >= total * 2 {
            return &lines[..at];
        }
        before += prose(line);
    }
    lines
}

/// How many lines remain when the furniture at the end is taken away.
fn end_of_article(lines: &[&str]) -> usize {
    let mut end = lines.len();
    let mut certain = false;
    while end > 1 {
        let line = lines[end - 1];
        let sure = is_about_the_site(line) || is_alone(line) || is_ending(line) || is_biography(line);
        // A name alone, a headline without a full stop: furniture only where other furniture follows.
        let likely = certain && !is_prose(line) && !is_speech(line);
        if !sure && !likely {
            break;
        }
        certain |= sure;
        end -= 1;
    }
    end
}

/// Bytes of running text in a line.
fn prose(line: &str) -> usize {
    if is_prose(line) { line.len() } else { 0 }
}

/// Whether a line is running text: long, or a sentence.
#[must_use]
pub fn is_prose(line: &str) -> bool {
    let words = line.split_whitespace().take(30).count();
    words >= 30 || ends_sentence(line) && (words >= 5 || line.len() >= 60)
}

/// Whether a line ends as a sentence does. Three dots cut a headline as often as they end a sentence.
fn ends_sentence(line: &str) -> bool {
    let bare = line.trim_end_matches(['"', '”', '»', '“', '\'', '’', ')', ']']);
    bare.ends_with(['.', '!', '?', ':', '…', '։', '。', '！', '？', '।', '؟']) && !bare.ends_with("...")
}

/// Dialogue: short answers are the article's own.
fn is_speech(line: &str) -> bool {
    line.starts_with(['–', '—', '-', '"', '“', '«', '„', '‘', '―'])
}

fn is_ending(line: &str) -> bool {
    if line.len() > 80 {
        return false;
    }
    let folded = fold(line);
    let bare = folded.trim_matches(|c: char| !c.is_alphanumeric());
    ENDING.contains(bare) || counts_comments(bare)
}

/// `12 comments`
fn counts_comments(folded: &str) -> bool {
    folded.split_once(' ').is_some_and(|(count, what)| {
        count.bytes().all(|byte| byte.is_ascii_digit())
            && matches!(what, "comment" | "comments" | "комментариев" | "комментария" | "replies")
    })
}

/// `READ MORE: Budget passed at third attempt`
fn points_elsewhere(line: &str) -> bool {
    line.len() <= 200
        && !ends_sentence(line)
        && line.split_once(':').is_some_and(|(label, _)| ELSEWHERE.contains(&fold(label.trim()).as_str()))
}

fn is_alone(line: &str) -> bool {
    if line.len() > 60 {
        return false;
    }
    let folded = fold(line);
    let bare = folded.trim_matches(|c: char| !c.is_alphanumeric());
    bare.is_empty() && !line.is_empty() || LONE.contains(bare)
}

/// Disclaimers, copyright, requests to share and subscribe. Long lines are the article's: it may quote.
fn is_about_the_site(line: &str) -> bool {
    if line.len() > 600 {
        return false;
    }
    let folded = fold(line);
    let copyright =
        folded.starts_with(['©', '℗']) || folded.starts_with("copyright ") || folded.starts_with("(c) ");
    copyright || PHRASE.as_ref().is_some_and(|phrases| phrases.is_match(&folded))
}

/// `Ann Example is a reporter for The Example, covering …`: a person, and soon what they are.
fn is_biography(line: &str) -> bool {
    if line.len() > 500 || !line.starts_with(char::is_uppercase) {
        return false;
    }
    let folded = fold(line);
    let words: Vec<&str> = folded
        .split_whitespace()
        .take(20)
        .map(|word| word.trim_matches(|c: char| !c.is_alphanumeric()))
        .collect();
    let Some(verb) = words
        .iter()
        .take(6)
        .position(|word| matches!(*word, "is" | "was" | "works" | "writes" | "covers" | "—" | "-" | ""))
    else {
        return false;
    };
    let named =
        verb >= 1 && line.split_whitespace().take(verb).all(|word| word.starts_with(char::is_uppercase));
    let role = words[verb..].iter().take(9).any(|word| ROLES.contains(word))
        || matches!(words[verb], "writes" | "covers");
    named && role && names_a_paper(&folded)
}

/// A biography says for whom or about what; a sentence of the news seldom does so in these words.
fn names_a_paper(folded: &str) -> bool {
    [
        " for ",
        " at ",
        " covering ",
        " covers ",
        " writes ",
        " based in ",
        " who writes",
        " on the ",
        " about ",
    ]
    .iter()
    .any(|word| folded.contains(word))
}

/// A name without `By` before it, a date without `Published:`.
#[must_use]
pub fn without_label(line: &str) -> &str {
    let line = line.trim();
    for label in LABELS {
        if let Some(start) = line.get(..label.len())
            && start.to_lowercase() == label
        {
            return line[label.len()..].trim();
        }
    }
    line
}

/// Whether two lines are the same headline.
#[must_use]
pub fn same(line: &str, title: &str) -> bool {
    !title.is_empty() && line.len() < 2 * title.len() + 40 && key(line) == key(title)
}

/// Letters and digits alone.
#[must_use]
pub fn key(text: &str) -> String {
    fold(text).chars().filter(|c| c.is_alphanumeric()).collect()
}
