//! Rules that are valid and yet hardly meant.

use std::collections::BTreeSet;

use hashbrown::HashMap;
use xxhash_rust::xxh3::xxh3_64;

use super::ast::{Fields, Look, Node, Sought, Term};
use super::compile::{Compiler, Parts, Piece};
use super::{Fault, Place, RuleText};
use crate::news::words::everyday::everyday;
use crate::news::words::inflect::Word;
use crate::news::words::language::Language;

/// What is remembered from one rule to the next.
#[derive(Debug, Default)]
pub struct Lints {
    pub twins: Twins,
    /// Spellings of groups that were warned of: many rules may use one.
    told: BTreeSet<Place>,
}

impl Lints {
    /// Faults and warnings of a rule as a whole; `before` is how many faults there were before it.
    pub fn check(
        &mut self,
        number: usize,
        text: &RuleText,
        parts: &Parts,
        compiler: &mut Compiler<'_>,
        before: usize,
    ) {
        let sound = compiler.faults[before..].iter().all(|fault| fault.warning);
        let faults = &mut compiler.faults;
        let empty =
            text.any.is_empty() && text.all.is_empty() && text.none.is_empty() && text.query.is_none();
        if empty && text.feeds.is_empty() && text.languages.is_empty() {
            let help = "give it `any`, `all` or `query`";
            faults.push(whole(number, true, "the rule matches everything", help));
        } else if !empty && sound && !parts.is_positive() {
            let message = "the rule only says what must not stand there";
            let help = "add a term that must, with `any`, `all` or `query`";
            faults.push(whole(number, false, message, help));
        }
        if sound {
            check_exclusions(parts, faults);
            let found = check_languages(number, text, parts, compiler);
            compiler.faults.extend(found);
            let found = self.everyday_words(text, parts, compiler);
            compiler.faults.extend(found);
        }
    }

    /// Names that alone make a hit, and are words that stand everywhere.
    fn everyday_words(&mut self, text: &RuleText, parts: &Parts, compiler: &Compiler<'_>) -> Vec<Fault> {
        let languages: Vec<Language> = text.languages.iter().filter_map(|tag| Language::of(tag)).collect();
        if languages.is_empty() && !text.languages.is_empty() {
            return Vec::new();
        }
        let mut faults = Vec::new();
        for (place, term) in sufficient(parts, compiler) {
            let Some(name) = lone_name(term) else { continue };
            let Some((word, language)) = everyday(name, &languages) else { continue };
            if matches!(place, Place::Term { .. }) && !self.told.insert(place.clone()) {
                continue;
            }
            let message = format!(
                "`{}` finds the everyday word `{word}` ({}) too, or a form of it",
                term.source,
                language.code()
            );
            let help = format!(
                "case and endings do not matter: add a word with AND, write a phrase, or /(?-i)\\b{}\\b/",
                name.written()
            );
            faults.push(warning(place, term, message, &help));
        }
        faults
    }
}

/// The terms of which each alone makes the rule hit.
fn sufficient<'c>(parts: &'c Parts, compiler: &'c Compiler<'_>) -> Vec<(&'c Place, &'c Term)> {
    let needed = usize::from(!parts.any.is_empty()) + parts.all.len() + usize::from(parts.query.is_some());
    let mut terms = Vec::new();
    if needed == 1 {
        for piece in parts.any.iter().chain(&parts.all).chain(&parts.query) {
            alternatives(piece, &piece.node, compiler, &mut terms);
        }
    }
    terms
}

fn alternatives<'c>(
    piece: &'c Piece,
    node: &'c Node,
    compiler: &'c Compiler<'_>,
    terms: &mut Vec<(&'c Place, &'c Term)>,
) {
    match node {
        Node::Term(term) => terms.push((&piece.place, term)),
        Node::Group { name, .. } => terms.extend(compiler.spellings_of(name, &mut BTreeSet::new())),
        Node::Any(nodes) => nodes.iter().for_each(|node| alternatives(piece, node, compiler, terms)),
        _ => {}
    }
}

/// A plain word that begins with a capital.
fn lone_name(term: &Term) -> Option<&Word> {
    let Look::Words(forms) = &term.look else { return None };
    let [form] = forms.as_slice() else { return None };
    match form.as_slice() {
        [Sought::Plain(word)] if word.capital => Some(word),
        _ => None,
    }
}

/// Languages whose words do not change their endings, or have no gaps between them.
const WITHOUT_ENDINGS: &[&str] = &["zh", "ja", "th", "lo", "km", "my", "vi", "yue"];

/// A plain word in a language whose inflection is not known is found as it is written, no more.
fn check_languages(number: usize, text: &RuleText, parts: &Parts, compiler: &Compiler<'_>) -> Option<Fault> {
    let unknown = text.languages.iter().find(|tag| {
        let primary = tag.split(['-', '_']).next().unwrap_or_default().to_lowercase();
        Language::of(tag).is_none() && !WITHOUT_ENDINGS.contains(&primary.as_str())
    })?;
    let plain = parts.pieces().any(|piece| has_plain_word(&piece.node, compiler));
    let message = format!("inflected forms are not known in the language `{unknown}`");
    plain.then(|| whole(number, true, &message, "write `word*` where a word may go on"))
}

fn has_plain_word(node: &Node, compiler: &Compiler<'_>) -> bool {
    match node {
        Node::Term(term) => is_plain(term),
        Node::Group { name, .. } => {
            compiler.spellings_of(name, &mut BTreeSet::new()).iter().any(|(_, term)| is_plain(term))
        }
        Node::All(nodes) | Node::Any(nodes) => nodes.iter().any(|node| has_plain_word(node, compiler)),
        Node::Near { left, right, .. } => has_plain_word(left, compiler) || has_plain_word(right, compiler),
        Node::Not { .. } => false,
    }
}

fn is_plain(term: &Term) -> bool {
    let Look::Words(forms) = &term.look else { return false };
    forms.iter().flatten().any(|word| matches!(word, Sought::Plain(_)))
}

fn whole(rule: usize, warning: bool, message: &str, help: &str) -> Fault {
    Fault {
        place: Place::Rule { rule },
        span: 0..0,
        warning,
        message: message.into(),
        help: Some(help.into()),
    }
}

/// Rules that are the same.
#[derive(Debug, Default)]
pub struct Twins(HashMap<u64, usize>);

impl Twins {
    /// The earlier rule that says the same; `explained` is the node in words.
    pub fn first(&mut self, number: usize, text: &RuleText, node: &Node, explained: &str) -> Option<usize> {
        let mut said = match node {
            Node::All(_) | Node::Any(_) => canonical(node),
            _ => explained.to_owned(),
        };
        for limit in [&text.feeds, &text.languages] {
            said.push('\0');
            said.push_str(&limit.join("\u{1}"));
        }
        let first = *self.0.entry(xxh3_64(said.as_bytes())).or_insert(number);
        (first != number).then_some(first)
    }

    /// The warning for a rule that says the same as the one called `first`.
    #[must_use]
    pub fn warning(number: usize, first: &str) -> Fault {
        whole(number, true, &format!("the rule says the same as `{first}`"), "leave one of them out")
    }
}

/// What a condition asks for, whatever the order in which it says so.
fn canonical(node: &Node) -> String {
    let (nodes, sign) = match node {
        Node::All(nodes) => (nodes, " AND "),
        Node::Any(nodes) => (nodes, " OR "),
        node => return node.to_string(),
    };
    let mut parts: Vec<String> = nodes.iter().map(canonical).collect();
    parts.sort_unstable();
    parts.dedup();
    format!("({})", parts.join(sign))
}

/// NOTs that can never bite, and rules that can never hit.
fn check_exclusions(parts: &Parts, faults: &mut Vec<Fault>) {
    let (mut wanted, mut unwanted) = (Vec::new(), Vec::new());
    let mut alternatives = Vec::new();
    if let [one] = parts.any.as_slice() {
        sort(one, &one.node, true, &mut wanted, &mut unwanted);
    } else {
        for piece in &parts.any {
            sort(piece, &piece.node, true, &mut alternatives, &mut Vec::new());
        }
    }
    for piece in parts.all.iter().chain(&parts.query) {
        sort(piece, &piece.node, true, &mut wanted, &mut unwanted);
    }
    for piece in &parts.none {
        sort(piece, &piece.node, false, &mut wanted, &mut unwanted);
    }
    for (at, (place, term)) in unwanted.iter().enumerate() {
        let covered = unwanted.iter().enumerate().find(|(other_at, (_, other))| {
            *other_at != at && implies(term, other) && (!implies(other, term) || *other_at < at)
        });
        if let Some((_, (_, other))) = covered {
            let message =
                format!("NOT {} can never bite: NOT {} has bitten already", term.source, other.source);
            faults.push(warning(place, term, message, "leave it out"));
        }
        if let Some((_, hit)) = wanted.iter().find(|(_, hit)| implies(hit, term)) {
            let message =
                format!("the rule can never hit: it wants {} and excludes {}", hit.source, term.source);
            faults.push(warning(place, term, message, "leave one of them out"));
        }
        for (place, hit) in alternatives.iter().filter(|(_, hit)| implies(hit, term)) {
            let message =
                format!("{} alone can never make a hit: the rule excludes {}", hit.source, term.source);
            faults.push(warning(place, hit, message, "leave one of them out"));
        }
    }
}

fn warning(place: &Place, term: &Term, message: String, help: &str) -> Fault {
    Fault { place: place.clone(), span: term.span.clone(), warning: true, message, help: Some(help.into()) }
}

/// Terms that every hit must have, and terms that none may have.
fn sort<'a>(
    piece: &'a Piece,
    node: &'a Node,
    positive: bool,
    wanted: &mut Vec<(&'a Place, &'a Term)>,
    unwanted: &mut Vec<(&'a Place, &'a Term)>,
) {
    match node {
        Node::Term(term) if positive => wanted.push((&piece.place, term)),
        Node::Term(term) => unwanted.push((&piece.place, term)),
        Node::All(nodes) if positive => {
            for node in nodes {
                sort(piece, node, true, wanted, unwanted);
            }
        }
        Node::Any(nodes) if !positive => {
            for node in nodes {
                sort(piece, node, false, wanted, unwanted);
            }
        }
        Node::Not { node, .. } => sort(piece, node, !positive, wanted, unwanted),
        _ => {}
    }
}

/// Whether wherever one stands, the other stands too.
fn implies(one: &Term, other: &Term) -> bool {
    let fields = |term: &Term| term.fields.unwrap_or(Fields::DEFAULT);
    if fields(one).union(fields(other)) != fields(other) {
        return false;
    }
    match (&one.look, &other.look) {
        (Look::Words(forms), Look::Words(others)) => {
            forms.iter().all(|form| others.iter().any(|other| within(other, form)))
        }
        (one, other) => one == other,
    }
}

/// Whether a sequence of words stands inside another.
fn within(inner: &[Sought], outer: &[Sought]) -> bool {
    outer.windows(inner.len()).any(|window| window.iter().zip(inner).all(|(one, other)| covers(other, one)))
}

fn covers(broad: &Sought, narrow: &Sought) -> bool {
    match (broad, narrow) {
        (Sought::Prefix(broad), narrow) => {
            narrow.folded().starts_with(&**broad) && !matches!(narrow, Sought::Plain(_))
                || matches!(narrow, Sought::Plain(word) if word.folded.starts_with(&**broad) && word.capital)
        }
        (Sought::Plain(broad), Sought::Exact(narrow)) => broad.folded == *narrow,
        (broad, narrow) => broad == narrow,
    }
}
