//! Rules by their laws: the fast matcher finds what a plain one finds, and no string makes it fall.

use proptest::prelude::*;
use wirewatch::news::entry::Article;
use wirewatch::news::rule::ast::{Fields, Look, Node, Sought, Term};
use wirewatch::news::rule::syntax::{read_item, read_query};
use wirewatch::news::rule::{Field, RuleText, Rules, Terms};
use wirewatch::news::words::inflect::{apostrophe_part, is_form, stem};
use wirewatch::news::words::language::{Language, Script};
use wirewatch::news::words::{Scan, fold, fold_places, fold_word, is_glyph, is_word_char};

// --- the plain matcher: every rule by itself, every place by itself ---

/// Places of the first and the last word.
type Place = (usize, usize);

/// One field of an article in one language.
struct Plain<'a> {
    text: &'a str,
    scan: Scan,
    declared: Language,
}

impl<'a> Plain<'a> {
    fn new(text: &'a str, declared: Language) -> Self {
        Self { text, scan: Scan::of(text), declared }
    }

    /// The words that begin at a token: itself, and the compound that begins there.
    fn units(&self, at: usize) -> Vec<(String, usize)> {
        let token = self.scan.tokens.get(at).filter(|token| !token.glyph);
        let joins = self.scan.joins.iter().filter(|join| join.first as usize == at);
        token
            .map(|token| (token.of(self.text).to_owned(), at))
            .into_iter()
            .chain(joins.map(|join| (join.spell(self.text, &self.scan.tokens), join.last as usize)))
            .collect()
    }

    /// The declared language where its script is, else the defaults.
    fn languages(&self, raw: &str) -> Vec<Language> {
        let script = Script::of(raw);
        if script == self.declared.script() {
            return vec![self.declared];
        }
        let defaults: &[&str] = match script {
            Script::Latin => &["en"],
            Script::Cyrillic => &["ru", "uk"],
            _ => &[],
        };
        defaults.iter().filter_map(|code| Language::of(code)).collect()
    }

    fn is(&self, sought: &Sought, raw: &str) -> bool {
        // A part has the language of its word: «C'Песков» is a slip, whatever is made of it.
        let languages = self.languages(raw);
        let alone = |raw: &str| match sought {
            Sought::Plain(word) => {
                let folded = fold_word(raw);
                *word.folded == *folded || languages.iter().any(|one| is_form(word, raw, &folded, *one))
            }
            Sought::Exact(folded) => fold_word(raw) == **folded,
            Sought::Prefix(folded) => fold_word(raw).starts_with(&**folded),
        };
        let part = apostrophe_part(raw, languages.first().copied());
        alone(raw)
            || part.is_some_and(|part| {
                (part.start > 0 || !matches!(sought, Sought::Exact(_))) && alone(&raw[part])
            })
    }

    fn ends(&self, form: &[Sought], at: usize) -> Vec<usize> {
        let Some((first, rest)) = form.split_first() else { return Vec::new() };
        let mut ends = Vec::new();
        for (raw, last) in self.units(at) {
            if self.is(first, &raw) {
                if rest.is_empty() {
                    ends.push(last);
                }
                ends.extend(self.ends(rest, last + 1));
            }
        }
        ends
    }

    fn places(&self, term: &Term) -> Vec<Place> {
        match &term.look {
            Look::Words(forms) => (0..self.scan.tokens.len())
                .flat_map(|at| {
                    forms
                        .iter()
                        .flat_map(move |form| self.ends(form, at).into_iter().map(move |end| (at, end)))
                })
                .collect(),
            Look::Literal { folded, open } => self.literal(folded, *open),
            Look::Regex(_) => Vec::new(),
        }
    }

    fn literal(&self, wanted: &str, open: bool) -> Vec<Place> {
        let folded = fold_places(self.text);
        let edge = |neighbour: Option<char>, edge: Option<char>| {
            let (Some(neighbour), Some(edge)) = (neighbour, edge) else { return true };
            let word = if is_word_char(edge) { is_word_char(neighbour) } else { neighbour.is_alphabetic() };
            !word || is_glyph(neighbour) || is_glyph(edge)
        };
        let mut places = Vec::new();
        for start in folded.text.char_indices().map(|(at, _)| at) {
            let Some(after) = folded.text[start..].strip_prefix(wanted) else { continue };
            let before = folded.text[..start].chars().next_back();
            let last = wanted.chars().next_back();
            let doubled = last == Some('+') && after.starts_with('+');
            if edge(before, wanted.chars().next()) && (open || edge(after.chars().next(), last) && !doubled) {
                let (from, to) = (folded.source(start), folded.source(start + wanted.len()));
                let first = self.scan.tokens.iter().position(|token| token.end as usize > from).unwrap_or(0);
                let last =
                    self.scan.tokens.iter().rposition(|token| (token.start as usize) < to).unwrap_or(first);
                places.push((first, last.max(first)));
            }
        }
        places
    }

    fn stands(&self, node: &Node) -> bool {
        match node {
            Node::Term(_) => !self.spots(node).is_empty(),
            Node::Any(nodes) => nodes.iter().any(|node| self.stands(node)),
            Node::All(nodes) => nodes.iter().all(|node| self.stands(node)),
            Node::Not { node, .. } => !self.stands(node),
            Node::Near { distance, left, right, .. } => {
                let near =
                    |one: Place, other: Place| one.1 < other.0 && other.0 - one.1 - 1 <= *distance as usize;
                let (left, right) = (self.spots(left), self.spots(right));
                left.iter().any(|one| right.iter().any(|other| near(*one, *other) || near(*other, *one)))
            }
            Node::Group { .. } => false,
        }
    }

    fn spots(&self, node: &Node) -> Vec<Place> {
        match node {
            Node::Term(term) => self.places(term),
            Node::Any(nodes) => nodes.iter().flat_map(|node| self.spots(node)).collect(),
            _ => Vec::new(),
        }
    }
}

// --- random rules and texts over few words, so that they meet ---

const WORDS: &[&str] = &[
    "oil",
    "oils",
    "Oil",
    "gas",
    "gases",
    "cease",
    "fire",
    "cease-fire",
    "ceasefire",
    "fires",
    "peace",
    "peacekeeper",
    "peacekeepers",
    "O'Brien",
    "l'oil",
    "gas's",
    "1,200",
    "1200",
    "1 200",
    "C++",
    "C",
    "AT&T",
    "U.S.",
    "Карабах",
    "Карабахе",
    "Песков",
    "песка",
    "北京",
    "north-east-wind",
    "northeastwind",
];

fn spelling() -> impl Strategy<Value = String> {
    let word = || prop::sample::select(WORDS).prop_map(str::to_owned);
    prop_oneof![
        6 => word().prop_map(|word| if word.contains(' ') { format!("\"{word}\"") } else { word }),
        1 => word().prop_map(|word| format!("=\"{word}\"")),
        1 => prop::sample::select(&["oil*", "peace*", "cease*", "fir*", "cease-fir*", "Карабах*"][..]).prop_map(str::to_owned),
        3 => prop::collection::vec(word(), 2..4).prop_map(|words| format!("\"{}\"", words.join(" "))),
    ]
}

fn query() -> impl Strategy<Value = String> {
    let near = (spelling(), 0..4_u32, spelling(), spelling())
        .prop_map(|(one, distance, other, more)| format!("{one} NEAR/{distance} ({other} OR {more})"));
    let leaf = prop_oneof![4 => spelling(), 1 => near];
    leaf.prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            (inner.clone(), inner.clone()).prop_map(|(one, other)| format!("({one}) AND ({other})")),
            (inner.clone(), inner.clone()).prop_map(|(one, other)| format!("({one}) OR ({other})")),
            (inner.clone(), inner).prop_map(|(one, other)| format!("({one}) NOT ({other})")),
        ]
    })
}

fn text() -> impl Strategy<Value = String> {
    let between = prop::sample::select(&[" ", " ", " ", "-", ", ", "\n", ". ", "", "'", " – "][..]);
    prop::collection::vec((prop::sample::select(WORDS), between), 0..14)
        .prop_map(|pairs| pairs.into_iter().flat_map(|(word, between)| [word, between]).collect())
}

fn rule(query: String) -> RuleText {
    RuleText { name: query.clone(), query: Some(query), ..RuleText::default() }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn fast_is_plain(queries in prop::collection::vec(query(), 1..8), text in text(), russian in any::<bool>()) {
        let texts: Vec<RuleText> = queries.iter().cloned().map(rule).collect();
        let (rules, faults) = Rules::compile(&texts, &Terms::new());
        prop_assert!(faults.iter().all(|fault| fault.warning), "{faults:?}");
        let lang = if russian { "ru" } else { "en" };
        let article = Article { text: text.clone(), lang: Some(lang.into()), ..Article::default() };
        let fast = rules.hit_indexes(&article);
        let told: Vec<usize> = rules.hits(&article).iter().map(|hit| hit.rule).collect();
        prop_assert_eq!(&fast, &told);
        let plain = Plain::new(&text, Language::of(lang).expect("known"));
        let expected: Vec<usize> = (0..queries.len())
            .filter(|at| read_query(&queries[*at]).node.is_some_and(|node| plain.stands(&node)))
            .collect();
        prop_assert_eq!(fast, expected, "{:?} in {:?}", queries, text);
    }

    #[test]
    fn evidence_is_the_first_place(query in spelling(), text in text()) {
        let (rules, _) = Rules::compile(&[rule(query.clone())], &Terms::new());
        let article = Article { text: text.clone(), lang: Some("ru".into()), ..Article::default() };
        let plain = Plain::new(&text, Language::of("ru").expect("known"));
        let Some(Node::Term(term)) = read_query(&query).node else { return Ok(()) };
        let first = plain.places(&term).into_iter().min();
        let hits = rules.hits(&article);
        let Some(hit) = hits.first() else { prop_assert!(first.is_none(), "{query} in {text:?}"); return Ok(()) };
        let one = &hit.evidence[0];
        let chars: Vec<char> = text.chars().collect();
        let found: String = chars[one.start..one.end].iter().collect();
        let token = plain.scan.tokens[first.expect("a place").0];
        let start = text[..token.start as usize].chars().count();
        let end = text[..token.end as usize].chars().count();
        prop_assert!((start..=end).contains(&one.start) || matches!(term.look, Look::Literal { .. }), "{found} in {text:?}");
        prop_assert!(one.count >= 1 && !found.is_empty());
    }

    #[test]
    fn no_string_makes_the_reader_fall(source in "[ -~а-я“”$\"/()=*:\\\\\u{ad}İ字]{0,40}") {
        for read in [read_query(&source), read_item(&source)] {
            for remark in read.remarks {
                prop_assert!(source.get(remark.span.clone()).is_some(), "{remark:?} in {source:?}");
            }
        }
    }

    #[test]
    fn no_unicode_makes_the_reader_fall(source in any::<String>(), text in any::<String>()) {
        let texts = [rule(source.clone()), RuleText { any: vec![source], ..RuleText::default() }];
        let (rules, _) = Rules::compile(&texts, &Terms::new());
        let article = Article { title: text.clone(), text, ..Article::default() };
        for hit in rules.hits(&article) {
            for one in hit.evidence {
                prop_assert!(one.start <= one.end && one.end <= article.text.chars().count());
            }
        }
    }

    #[test]
    fn what_is_explained_means_the_same(query in query()) {
        let shown = read_query(&query).node.map(|node| node.to_string()).unwrap_or_default();
        let again = read_query(&shown);
        prop_assert!(again.remarks.iter().all(|remark| remark.warning), "{shown}");
        prop_assert_eq!(again.node.map(|node| node.to_string()), Some(shown));
    }

    #[test]
    fn no_word_makes_a_stemmer_fall(word in "[a-zà-ž]{1,12}|[а-яёіїєґў]{1,12}|[ա-և]{1,12}|[ა-ჰ]{1,10}|[α-ωά-ώ]{1,12}|[ا-ي]{1,10}|[ऀ-ॿ]{1,10}|[஀-௿]{1,10}") {
        for language in Language::all() {
            let _ = stem(&word, language);
        }
    }

    #[test]
    fn folding_twice_is_folding_once(text in any::<String>()) {
        let once = fold(&text);
        prop_assert_eq!(fold(&once), once);
    }
}

#[test]
fn fields_in_reading_order() {
    let fields: Vec<Field> = Fields::DEFAULT.iter().collect();
    assert_eq!(fields, [Field::Title, Field::Text]);
}
