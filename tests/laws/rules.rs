//! The language of rules: reading, compiling, matching.
//!
//! An input is a head of lines, an empty line, and an article: its title on one line, then its text. Each
//! line of the head begins with a sign: `?` a query (a new rule), `|` `+` `-` an item of that rule's `any`,
//! `all`, `none`, `$name=` a spelling of a group.

use wirewatch::news::entry::Article;
use wirewatch::news::rule::syntax::{read_item, read_query};
use wirewatch::news::rule::{Evidence, Fault, Field, Place, RuleText, Rules, Terms};

/// Reading ends; faults lie in their strings; evidence lies in the article; what is printed is read again.
pub fn compile_and_match(bytes: &[u8]) {
    let input = String::from_utf8_lossy(bytes);
    let (head, article) = input.split_once("\n\n").unwrap_or((&input, ""));
    let (rules, terms) = rules(head);
    let (title, text) = article.split_once('\n').unwrap_or(("", article));
    let article = Article { title: title.into(), text: text.into(), ..Article::default() };
    let (set, faults) = Rules::compile(&rules, &terms);
    for fault in &faults {
        lies_in_its_string(fault, &rules, &terms);
    }
    let hits = set.hits(&article);
    let indexes: Vec<usize> = hits.iter().map(|hit| hit.rule).collect();
    assert_eq!(set.hit_indexes(&article), indexes);
    assert!(indexes.is_sorted_by(|one, other| one < other));
    hits.iter().flat_map(|hit| &hit.evidence).for_each(|one| lies_in_the_article(one, &article));
    assert_eq!(set.trace(&article).len(), rules.len());
    let sound = faults.iter().all(|fault| fault.warning);
    for number in (0..rules.len()).filter(|_| sound) {
        let again = reads_back(&set.explain(number), &terms);
        let hits = !again.hit_indexes(&article).is_empty();
        assert_eq!(hits, indexes.contains(&number), "{}", set.explain(number));
    }
}

/// A rule printed means the same when it is read, and is printed so again.
fn reads_back(printed: &str, terms: &Terms) -> Rules {
    let query = Some(printed.to_owned()).filter(|query| query != "everything");
    let rule = RuleText { name: "again".into(), query, ..RuleText::default() };
    let (rules, faults) = Rules::compile(&[rule], terms);
    assert!(faults.iter().all(|fault| fault.warning), "{printed:?}: {faults:?}");
    assert_eq!(rules.explain(0), printed);
    rules
}

fn rules(head: &str) -> (Vec<RuleText>, Terms) {
    let (mut rules, mut terms) = (vec![RuleText::default()], Terms::new());
    for line in head.lines().take(40) {
        for remark in read_item(line).remarks.iter().chain(&read_query(line).remarks) {
            assert!(line.get(remark.span.clone()).is_some(), "{remark:?} in {line:?}");
        }
        let last = rules.len() - 1;
        let (sign, rest) = line.split_at(line.chars().next().map_or(0, char::len_utf8));
        match sign {
            "?" => rules.push(RuleText { query: Some(rest.into()), ..RuleText::default() }),
            "|" => rules[last].any.push(rest.into()),
            "+" => rules[last].all.push(rest.into()),
            "-" => rules[last].none.push(rest.into()),
            "$" => {
                let (name, spelling) = rest.split_once('=').unwrap_or((rest, ""));
                terms.entry(name.into()).or_default().push(spelling.into());
            }
            _ => {}
        }
    }
    for (number, rule) in rules.iter_mut().enumerate() {
        rule.name = format!("rule {number}");
    }
    (rules, terms)
}

fn lies_in_its_string(fault: &Fault, rules: &[RuleText], terms: &Terms) {
    let string = match &fault.place {
        Place::Rule { .. } => "",
        Place::Any { rule, item } => &rules[*rule].any[*item],
        Place::All { rule, item } => &rules[*rule].all[*item],
        Place::None { rule, item } => &rules[*rule].none[*item],
        Place::Query { rule } => rules[*rule].query.as_deref().expect("a query"),
        Place::Term { name, item } => terms[name].get(*item).map_or("", String::as_str),
    };
    assert!(string.get(fault.span.clone()).is_some(), "{fault:?} in {string:?}");
    assert!(!fault.message.contains(char::is_control), "{:?}", fault.message);
}

fn lies_in_the_article(evidence: &Evidence, article: &Article) {
    let field = match evidence.field {
        Field::Title => &article.title,
        Field::Text => &article.text,
        _ => return,
    };
    let found = evidence.end - evidence.start;
    assert_eq!(field.chars().skip(evidence.start).take(found).count(), found, "{evidence:?}");
    assert!(evidence.count >= 1);
    assert!(!evidence.snippet.contains('\n') && evidence.snippet.chars().count() < 500, "{evidence:?}");
}
