//! One term: what its spelling looks for.

use super::ast::{Look, Sought};
use crate::news::words::inflect::Word;
use crate::news::words::{Join, Scan, fold, fold_places, fold_word, is_glyph, is_word_char};

/// Least letters of a beginning, as `word*`.
const SHORTEST_PREFIX: usize = 3;

/// Most hyphens of one term that are tried both ways; beyond, all or none.
const MOST_JOINS: usize = 3;

/// A compiled regex may take this much memory.
const REGEX_SIZE: usize = 1 << 20;

/// How a spelling is to be taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Inflected forms match.
    Plain,
    /// `=`: only itself.
    Exact,
}

/// What is wrong with a spelling: where in it, what, and the way out.
#[derive(Debug, PartialEq, Eq)]
pub struct Flaw {
    pub at: std::ops::Range<usize>,
    pub message: String,
    pub help: Option<String>,
}

impl Flaw {
    fn new(at: std::ops::Range<usize>, message: impl Into<String>, help: impl Into<String>) -> Self {
        Self { at, message: message.into(), help: Some(help.into()) }
    }
}

/// What `spelling` looks for: words, a phrase, a beginning or a literal.
///
/// # Errors
/// When nothing is left to look for, or a `*` stands where none may stand.
pub fn look(spelling: &str, mode: Mode) -> Result<Look, Flaw> {
    let whole = 0..spelling.len();
    let (body, open) = match spelling.strip_suffix('*') {
        Some(body) => (body, true),
        None => (spelling, false),
    };
    if let Some(star) = body.find('*') {
        return Err(Flaw::new(
            star..star + 1,
            "`*` may stand only at the end of a word",
            "write `word*` for a beginning, or /a regular expression/ for anything else",
        ));
    }
    if open && mode == Mode::Exact {
        return Err(Flaw::new(
            body.len()..spelling.len(),
            "`=` asks for the word itself, `*` for anything that begins with it",
            "leave one of them out",
        ));
    }
    if body.trim().is_empty() {
        return Err(Flaw::new(whole, "there is nothing to look for", "write a word, or leave the item out"));
    }
    let looked = if body.chars().any(is_glyph) || is_literal(body) {
        literal(body, open)
    } else {
        words(body, open, mode)
    };
    looked
        .ok_or_else(|| Flaw::new(whole, "there is no word in it", "write a word with letters or digits"))
        .and_then(|look| check_prefix(look, open, body))
}

fn check_prefix(look: Look, open: bool, body: &str) -> Result<Look, Flaw> {
    let Look::Words(forms) = &look else { return Ok(look) };
    let short =
        |form: &Vec<Sought>| form.last().is_some_and(|word| word.folded().chars().count() < SHORTEST_PREFIX);
    if open && forms.first().is_some_and(short) {
        return Err(Flaw::new(
            0..body.len() + 1,
            format!("a beginning needs at least {SHORTEST_PREFIX} letters"),
            "write more of the word",
        ));
    }
    Ok(look)
}

/// Whether a character stands in it that is neither letter, digit, space, hyphen nor apostrophe. In a
/// phrase, punctuation beside a space does not count.
fn is_literal(body: &str) -> bool {
    let phrase = body.trim().contains(char::is_whitespace);
    body.split_whitespace().any(|chunk| {
        let chunk = if phrase { chunk.trim_matches(is_pause) } else { chunk };
        let scan = Scan::of(chunk);
        let mut bare = 0;
        scan.tokens.iter().any(|token| {
            let between = &chunk[bare..token.start as usize];
            bare = token.end as usize;
            !between.chars().all(is_filler)
        }) || !chunk[bare..].chars().all(is_filler)
    })
}

/// Punctuation between the words of a phrase.
fn is_pause(c: char) -> bool {
    matches!(
        c,
        ',' | ';'
            | ':'
            | '!'
            | '?'
            | '…'
            | '–'
            | '—'
            | '"'
            | '«'
            | '»'
            | '“'
            | '”'
            | '„'
            | '('
            | ')'
            | '['
            | ']'
            | '։'
            | '՝'
            | '՞'
            | '՛'
            | '؟'
            | '،'
    )
}

/// May stand around words without making them a literal.
fn is_filler(c: char) -> bool {
    is_word_char(c) || c == '-' || matches!(fold(c.encode_utf8(&mut [0; 4])).as_str(), "" | "'" | "-")
}

fn literal(body: &str, open: bool) -> Option<Look> {
    let folded = fold_places(body.trim()).text;
    let folded = folded.trim().to_owned();
    (!folded.is_empty()).then_some(Look::Literal { folded, open })
}

/// A sequence of words, once for each way to write its compounds.
fn words(body: &str, open: bool, mode: Mode) -> Option<Look> {
    let scan = Scan::of(body);
    let last = scan.tokens.len().checked_sub(1)?;
    let ways: Vec<Vec<bool>> = match scan.joins.len() {
        0 => vec![Vec::new()],
        count if count <= MOST_JOINS => {
            (0..1usize << count).map(|way| (0..count).map(|bit| way >> bit & 1 == 1).collect()).collect()
        }
        count => vec![vec![false; count], vec![true; count]],
    };
    let form = |way: &Vec<bool>| spell(body, &scan, way, open.then_some(last), mode);
    Some(Look::Words(ways.iter().map(form).collect()))
}

/// One sequence: each compound joined or not, as `way` says.
fn spell(body: &str, scan: &Scan, way: &[bool], open: Option<usize>, mode: Mode) -> Vec<Sought> {
    let mut form = Vec::new();
    let mut index = 0;
    while index < scan.tokens.len() {
        let joined = scan.joins.iter().zip(way).find(|(join, taken)| join.first as usize == index && **taken);
        let (raw, last) = match joined {
            Some((join, _)) => (Join::spell(*join, body, &scan.tokens), join.last as usize),
            None => (scan.tokens[index].of(body).to_owned(), index),
        };
        let folded = fold_word(&raw);
        form.push(match mode {
            _ if open == Some(last) => Sought::Prefix(folded.into()),
            Mode::Exact => Sought::Exact(folded.into()),
            Mode::Plain => Sought::Plain(Word::new(&raw, &folded)),
        });
        index = last + 1;
    }
    form
}

/// A regular expression over the raw field; case-insensitive unless it says otherwise itself.
/// Flags other than i, m, s and x are passed over.
///
/// # Errors
/// In words, when it does not parse or is too large.
pub fn regex(pattern: &str, flags: &str) -> Result<Look, String> {
    regex::RegexBuilder::new(pattern)
        .case_insensitive(true)
        .multi_line(flags.contains('m'))
        .dot_matches_new_line(flags.contains('s'))
        .ignore_whitespace(flags.contains('x'))
        .size_limit(REGEX_SIZE)
        .dfa_size_limit(REGEX_SIZE)
        .nest_limit(64)
        .build()
        .map(Look::Regex)
        .map_err(|error| match &error {
            regex::Error::CompiledTooBig(_) => "the regular expression is too large".to_owned(),
            error => last_line(&error.to_string()),
        })
}

/// The regex crate draws its own caret; its last line says what is wrong.
fn last_line(error: &str) -> String {
    let line = error.lines().last().unwrap_or(error);
    format!("the regular expression is not valid: {}", line.trim_start_matches("error: "))
}
