//! Watch rules: what they find, with what evidence, and what is said of bad ones.
//!
//! A case file is named for its theme or language. `yes` are texts that the rule must find, with the
//! evidence marked ⟨so⟩; `no` are texts that it must not. `title ¦ text` gives an article a title.

use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use wirewatch::news::entry::Article;
use wirewatch::news::rule::{Evidence, Fault, Field, Place, RuleText, Rules, Terms};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CaseFile {
    /// Declared language of all articles of the file.
    lang: Option<String>,
    #[serde(default)]
    terms: Terms,
    case: Vec<Case>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, default)]
#[derive(Default)]
struct Case {
    any: Vec<String>,
    all: Vec<String>,
    none: Vec<String>,
    query: Option<String>,
    /// Instead of the file's; "" for an article that does not say.
    lang: Option<String>,
    /// Other fields of all its articles, marked like the texts.
    author: String,
    category: String,
    url: String,
    feed: String,
    yes: Vec<String>,
    no: Vec<String>,
}

impl Case {
    fn rule(&self) -> RuleText {
        RuleText {
            name: "case".into(),
            any: self.any.clone(),
            all: self.all.clone(),
            none: self.none.clone(),
            query: self.query.clone(),
            ..RuleText::default()
        }
    }
}

/// A text with the places that are marked in it, in characters.
fn unmark(marked: &str) -> (String, Vec<(usize, usize)>) {
    let (mut text, mut places, mut open, mut at) = (String::new(), Vec::new(), Vec::new(), 0);
    for c in marked.chars() {
        match c {
            '⟨' => open.push(at),
            '⟩' => places.push((open.pop().expect("a mark that was opened"), at)),
            c => {
                text.push(c);
                at += 1;
            }
        }
    }
    assert!(open.is_empty(), "a mark is left open: {marked}");
    (text, places)
}

type Mark = (Field, usize, usize);

/// The article of a case, and where its evidence must lie.
fn article(case: &Case, marked: &str, lang: Option<&str>) -> (Article, Vec<Mark>) {
    let (title, text) = marked.split_once(" ¦ ").unwrap_or(("", marked));
    let mut marks = Vec::new();
    let mut field = |field: Field, marked: &str| {
        let (text, places) = unmark(marked);
        marks.extend(places.into_iter().map(|(start, end)| (field, start, end)));
        text
    };
    let mut some = |name: Field, marked: &str| Some(field(name, marked)).filter(|text| !text.is_empty());
    let article = Article {
        author: some(Field::Author, &case.author),
        categories: some(Field::Category, &case.category).into_iter().collect(),
        url: some(Field::Url, &case.url),
        feed: some(Field::Feed, &case.feed),
        lang: lang.filter(|lang| !lang.is_empty()).map(str::to_owned),
        title: field(Field::Title, title),
        text: field(Field::Text, text),
        ..Article::default()
    };
    (article, marks)
}

fn files(folder: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/rules").join(folder);
    let mut files: Vec<PathBuf> =
        fs::read_dir(folder).expect("a folder of cases").map(|file| file.expect("a case").path()).collect();
    files.sort();
    assert!(!files.is_empty());
    files
}

/// Holds every text of a file against its rule; says what differs.
fn check(path: &Path) -> Vec<String> {
    let name = path.file_stem().expect("a name").to_string_lossy().into_owned();
    let file: CaseFile = toml::from_str(&fs::read_to_string(path).expect("a readable case"))
        .unwrap_or_else(|error| panic!("{name}: {error}"));
    let mut wrong = Vec::new();
    for case in &file.case {
        let (rules, faults) = Rules::compile(&[case.rule()], &file.terms);
        let bad: Vec<&Fault> = faults.iter().filter(|fault| !fault.warning).collect();
        assert!(bad.is_empty(), "{name}: {bad:?}");
        let lang = case.lang.as_deref().or(file.lang.as_deref());
        for marked in &case.yes {
            wrong.extend(
                differs(&rules, &article(case, marked, lang)).map(|why| format!("{name}: {marked}: {why}")),
            );
        }
        for text in &case.no {
            let hits = rules.hits(&article(case, text, lang).0);
            wrong.extend(hits.first().map(|hit| format!("{name}: {text}: found {:?}", hit.evidence)));
        }
    }
    wrong
}

/// In what the hit differs from the marks, of which each part of the evidence has one; so it must in
/// its snippet too.
fn differs(rules: &Rules, (article, marks): &(Article, Vec<Mark>)) -> Option<String> {
    let hits = rules.hits(article);
    let Some(hit) = hits.first() else { return Some(format!("not found by {}", rules.explain(0))) };
    let mut found: Vec<Mark> = hit.evidence.iter().map(|one| (one.field, one.start, one.end)).collect();
    found.sort_unstable();
    let mut expected = marks.clone();
    expected.sort_unstable();
    if found != expected {
        return Some(format!("evidence {found:?}, not {expected:?}"));
    }
    hit.evidence.iter().find_map(|one| unlike_its_snippet(one, article))
}

/// The marks of a snippet show what stands at the evidence's place, white space aside.
fn unlike_its_snippet(one: &Evidence, article: &Article) -> Option<String> {
    let text = match one.field {
        Field::Title => &article.title,
        Field::Text => &article.text,
        Field::Author => article.author.as_ref()?,
        Field::Category => article.categories.first()?,
        Field::Url => article.url.as_ref()?,
        Field::Feed => article.feed.as_ref()?,
        Field::Language => article.lang.as_ref()?,
    };
    let part = |text: &str, start: usize, end: usize| -> String {
        let part: String = text.chars().skip(start).take(end - start).collect();
        part.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    let marked: Vec<String> = one.marks.iter().map(|(start, end)| part(&one.snippet, *start, *end)).collect();
    let found = part(text, one.start, one.end);
    (marked != [found.clone()]).then(|| format!("{:?} marks {marked:?}, not {found:?}", one.snippet))
}

#[test]
fn rules_find_what_a_person_would() {
    let wrong: Vec<String> = files("cases").iter().flat_map(|path| check(path)).collect();
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn there_are_many_cases() {
    let count = |path: &PathBuf| {
        let file: CaseFile =
            toml::from_str(&fs::read_to_string(path).expect("a case")).expect("a valid case");
        file.case.iter().map(|case| case.yes.len() + case.no.len()).sum::<usize>()
    };
    let total: usize = files("cases").iter().map(count).sum();
    assert!(total >= 250, "{total}");
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FaultFile {
    #[serde(default)]
    terms: Terms,
    rule: Vec<FaultyRule>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct FaultyRule {
    any: Vec<String>,
    all: Vec<String>,
    none: Vec<String>,
    query: Option<String>,
    feeds: Vec<String>,
    /// `fault|warning PLACE: "what is underlined" message` for every remark, in order.
    says: Vec<String>,
}

/// A fault on one line, with the part of the string that it underlines.
fn line(fault: &Fault, rules: &[RuleText], terms: &Terms) -> String {
    let (place, string) = match &fault.place {
        Place::Rule { .. } => ("rule".to_owned(), ""),
        Place::Any { rule, item } => (format!("any {item}"), rules[*rule].any[*item].as_str()),
        Place::All { rule, item } => (format!("all {item}"), rules[*rule].all[*item].as_str()),
        Place::None { rule, item } => (format!("none {item}"), rules[*rule].none[*item].as_str()),
        Place::Query { rule } => ("query".to_owned(), rules[*rule].query.as_deref().unwrap_or_default()),
        Place::Term { name, item } => (format!("${name} {item}"), terms[name][*item].as_str()),
    };
    let kind = if fault.warning { "warning" } else { "fault" };
    format!("{kind} {place}: «{}» {}", &string[fault.span.clone()], fault.message)
}

fn rule_of(fault: &Fault) -> Option<usize> {
    match fault.place {
        Place::Rule { rule }
        | Place::Any { rule, .. }
        | Place::All { rule, .. }
        | Place::None { rule, .. }
        | Place::Query { rule } => Some(rule),
        Place::Term { .. } => None,
    }
}

#[test]
fn every_fault_is_said_at_its_place() {
    let mut wrong = Vec::new();
    for path in files("faults") {
        let name = path.file_stem().expect("a name").to_string_lossy().into_owned();
        let file: FaultFile =
            toml::from_str(&fs::read_to_string(&path).expect("a case")).expect("a valid case");
        for rule in &file.rule {
            let text = RuleText {
                name: "rule".into(),
                any: rule.any.clone(),
                all: rule.all.clone(),
                none: rule.none.clone(),
                query: rule.query.clone(),
                feeds: rule.feeds.clone(),
                ..RuleText::default()
            };
            let rules = [text];
            let (_, faults) = Rules::compile(&rules, &file.terms);
            let said: Vec<String> = faults
                .iter()
                .filter(|fault| rule_of(fault).is_some())
                .map(|fault| line(fault, &rules, &file.terms))
                .collect();
            if said != rule.says {
                wrong.push(format!("{name}: {:?} says\n{said:#?}", rules[0]));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_rule_is_another_when_it_looks_for_something_else() {
    let text = |any: &str, feeds: &[&str]| RuleText {
        any: vec![any.to_owned()],
        feeds: feeds.iter().map(|feed| (*feed).to_owned()).collect(),
        ..RuleText::default()
    };
    let meaning = |rule: RuleText, innermost: &str| {
        let groups = [("outer", "$inner"), ("inner", innermost), ("other", innermost)];
        let terms = groups.map(|(name, item)| (name.to_owned(), vec![item.to_owned()]));
        // Beside another rule it is what it was.
        let rules = [RuleText { any: vec!["sea".to_owned()], ..RuleText::default() }, rule];
        Rules::compile(&rules, &Terms::from(terms)).0.meaning(1)
    };
    let group = meaning(text("$outer", &[]), "quay");
    assert_eq!(group, meaning(RuleText { query: Some("$outer".to_owned()), ..RuleText::default() }, "quay"));
    assert_ne!(group, meaning(text("$outer", &[]), "mole"));
    assert_ne!(group, meaning(text("$inner", &[]), "quay"));
    assert_ne!(group, meaning(text("$outer", &["Wire"]), "quay"));
    assert_eq!(meaning(text("pier", &[]), "quay"), meaning(text("pier", &[]), "mole"));
}

#[test]
fn groups_that_contain_themselves() {
    let items = |list: &[&str]| list.iter().map(|item| (*item).to_owned()).collect::<Vec<_>>();
    let terms: Terms = [
        ("one".to_owned(), items(&["a1", "$two"])),
        ("two".to_owned(), items(&["$one", "$missing"])),
        ("idle".to_owned(), items(&["b1"])),
    ]
    .into();
    let rule = RuleText { name: "rule".into(), query: Some("$one".into()), ..RuleText::default() };
    let (_, faults) = Rules::compile(std::slice::from_ref(&rule), &terms);
    let mut said: Vec<String> =
        faults.iter().map(|fault| line(fault, std::slice::from_ref(&rule), &terms)).collect();
    said.sort();
    let expected = [
        "fault $one 1: «$two» a group contains itself: $one → $two → $one",
        "fault $two 0: «$one» a group contains itself: $two → $one → $two",
        "fault $two 1: «$missing» `$missing` is not in [terms]",
        "warning $idle 0: «» no rule uses `$idle`",
    ];
    assert_eq!(said, expected);
}

#[test]
fn twins_are_told() {
    let rule =
        |query: &str| RuleText { name: query.into(), query: Some(query.into()), ..RuleText::default() };
    let rules = [rule("oil AND gas"), rule("gas"), rule("oil  gas"), rule("gas AND (oil)")];
    let (_, faults) = Rules::compile(&rules, &Terms::new());
    let said: Vec<String> = faults.iter().map(|fault| line(fault, &rules, &Terms::new())).collect();
    assert_eq!(said, ["warning rule: «» the rule says the same as `oil AND gas`"; 2]);
}

#[test]
fn languages_without_known_endings_are_told() {
    for (query, language, warned) in [
        ("Tirana", "sq", true),
        ("port NEAR/3 Tirana", "sq-AL", true),
        ("Tiran* OR =port", "sq", false),
        ("Tbilisi", "ka", false),
        ("harbour", "en-GB", false),
        ("渡轮", "zh-Hant", false),
    ] {
        let languages = vec![language.to_owned()];
        let query = Some(query.to_owned());
        let rule = RuleText { name: "rule".into(), query: query.clone(), languages, ..RuleText::default() };
        let (_, faults) = Rules::compile(std::slice::from_ref(&rule), &Terms::new());
        let said: Vec<&str> = faults.iter().map(|fault| fault.message.as_str()).collect();
        let expected = format!("inflected forms are not known in the language `{language}`");
        assert_eq!(said, if warned { vec![expected.as_str()] } else { Vec::new() }, "{query:?}");
        assert!(faults.iter().all(|fault| fault.warning));
    }
}

#[test]
fn the_example_of_the_south_caucasus_finds_its_region() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("config/examples/south-caucasus.toml");
    let loaded = wirewatch::config::load_rules(&file);
    assert!(loaded.report.faults.is_empty() && loaded.report.warnings.is_empty(), "{}", loaded.report);
    let rules = loaded.rules.expect("rules without faults").matcher;
    for (lang, text, expected) in [
        ("en", "Buses left Stepanakert at dawn.", "Karabakh"),
        ("ru", "Колонна прошла через Лачин в сторону Карабаха.", "Karabakh"),
        ("hy", "Ղարաբաղից եկած ընտանիքները սպասում են։", "Karabakh"),
        ("az", "Şuşada yeni yol açıldı.", "Karabakh"),
        ("tr", "Karabağ’da okullar açıldı.", "Karabakh"),
        ("ka", "ყარაბაღში სიტუაცია მშვიდია.", "Karabakh"),
        ("hy", "Փաշինյանը և Ալիևը կհանդիպեն։", "Leaders together"),
        ("ru", "Пашинян встретится с Алиевым в мае.", "Leaders together"),
        ("en", "Armenia and Azerbaijan initialled a peace treaty.", "Peace talks"),
        ("ka", "თბილისში აქცია გაიმართა.", "Georgia"),
        ("en", "The state of Georgia votes on Tuesday.", ""),
        ("en", "Qarabag won at football again in Karabakh.", ""),
    ] {
        let article = Article { text: text.into(), lang: Some(lang.into()), ..Article::default() };
        let names: Vec<&str> =
            rules.hit_indexes(&article).into_iter().map(|rule| rules.names()[rule].as_str()).collect();
        assert_eq!(names.join(", "), expected, "{text}");
    }
}
