//! Notifications as they leave: each `NAME.json` of `tests/letter/` named below is an issue whose stories
//! become `tests/notification/NAME.json`, and, by each `FORM.txt` there, `NAME.FORM.json`. With `BLESS=1`
//! these are written anew: read the difference before you keep it.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use chrono::TimeDelta;
use proptest::prelude::*;
use serde_json::Value;
use wirewatch::news::digest::{Issue, Telling};
use wirewatch::news::letter::Language;
use wirewatch::news::notification::{self, Channel, Form, Notification};
use wirewatch::news::schedule::Pace;

fn channel(form: Form) -> Channel {
    let pace = Pace { at_most_every: TimeDelta::zero(), quiet: None, zone: chrono_tz::UTC };
    let rules = vec!["*".to_owned()];
    let give_up_after = TimeDelta::days(3);
    let language = Language::default();
    Channel { name: "phone".to_owned(), rules, pace, give_up_after, form: Arc::new(form), language }
}

fn issue(name: &str) -> Issue {
    serde_json::from_str(&fs::read_to_string(format!("tests/letter/{name}.json")).unwrap()).unwrap()
}

fn form(name: &str) -> Form {
    Form::by(&fs::read_to_string(format!("tests/notification/{name}.txt")).unwrap()).unwrap()
}

fn compose(issue: &Issue, form: Form) -> Vec<Notification> {
    notification::compose(&channel(form), issue.slot, &issue.stories)
}

#[test]
fn check() {
    let mut wrong = Vec::new();
    for name in ["urgent", "ordinary"] {
        let issue = issue(name);
        wrong.extend(differs(&format!("{name}.json"), &compose(&issue, Form::default())));
        for shape in ["ntfy", "slack"] {
            wrong.extend(differs(&format!("{name}.{shape}.json"), &compose(&issue, form(shape))));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What people read is in the channel's language, what programs read is not.
#[test]
fn in_russian() {
    let issue = issue("ordinary");
    let channel = Channel { language: Language::of_code("ru").unwrap(), ..channel(Form::default()) };
    let spoken = notification::compose(&channel, issue.slot, &issue.stories);
    let english = compose(&issue, Form::default());
    let texts: Vec<String> = spoken.iter().map(|it| body(it)["text"].to_string()).collect();
    for words in
        ["обновление 3 → 11 workers", "всплыло вновь, известно с 19.09.2023", "возможно, уже известно"]
    {
        assert!(texts.iter().any(|text| text.contains(words)), "{words}: {texts:?}");
    }
    for (ours, theirs) in spoken.iter().zip(&english) {
        assert_eq!(body(ours)["stories"], body(theirs)["stories"]);
        assert_eq!(ours.id, theirs.id);
    }
    let test = notification::test(&channel, issue.slot);
    assert!(test.title.starts_with("Это проверка"), "{}", test.title);
}

/// What differs from the expected file.
fn differs(file: &str, notifications: &[Notification]) -> Option<String> {
    let path = Path::new("tests/notification").join(file);
    let bodies: Vec<Value> = notifications.iter().map(body).collect();
    let found = serde_json::to_string_pretty(&bodies).unwrap() + "\n";
    let expected = fs::read_to_string(&path).unwrap_or_default();
    if std::env::var_os("BLESS").is_some() && expected != found {
        fs::write(&path, found).unwrap();
        return None;
    }
    (expected != found).then(|| format!("--- {file}\n{expected}+++ now\n{found}"))
}

fn body(notification: &Notification) -> Value {
    serde_json::from_str(&notification.body).unwrap()
}

#[test]
fn the_same_is_known_as_the_same_and_nothing_else_is() {
    let issue = issue("urgent");
    let first = compose(&issue, Form::default());
    assert_eq!(first, compose(&issue, Form::default()));
    let mut other = channel(Form::default());
    other.name = "tablet".to_owned();
    let later = issue.slot + TimeDelta::seconds(1);
    let ids = [
        first[0].id.clone(),
        notification::compose(&other, issue.slot, &issue.stories)[0].id.clone(),
        notification::compose(&channel(Form::default()), later, &issue.stories)[0].id.clone(),
        notification::test(&channel(Form::default()), issue.slot).id,
    ];
    let different: std::collections::HashSet<&String> = ids.iter().collect();
    assert_eq!(different.len(), ids.len(), "{ids:?}");
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '_';
    assert!(ids.iter().all(|id| id.chars().all(plain)), "{ids:?}");
}

/// Every story stands in one part, and a part has no more than ten.
#[test]
fn many_stories_are_several_parts() {
    let one = issue("urgent").stories.remove(0);
    let stories: Vec<Telling> = (1..=23)
        .map(|number| {
            let mut story = one.clone();
            story.story = wirewatch::news::entry::EntryId(number);
            story
        })
        .collect();
    let parts = notification::compose(&channel(Form::default()), one.lead.first_seen, &stories);
    let counts: Vec<usize> = parts.iter().map(|part| part.stories.len()).collect();
    assert_eq!(counts, [10, 10, 3]);
    let mut told: Vec<i64> = parts.iter().flat_map(|part| &part.stories).map(|story| story.0).collect();
    told.sort_unstable();
    assert_eq!(told, (1..=23).collect::<Vec<i64>>());
    for (number, part) in (1..).zip(&parts) {
        assert_eq!((body(part)["part"].as_u64(), body(part)["parts"].as_u64()), (Some(number), Some(3)));
    }
}

#[test]
fn a_channel_is_tried_with_a_story_that_says_so() {
    let test = notification::test(&channel(Form::default()), issue("urgent").slot);
    assert_eq!(body(&test)["test"], true);
    assert_eq!(body(&test)["stories"][0]["title"], test.title.as_str());
    assert!(test.stories.is_empty());
}

/// Values, loops and joined texts, as the manual has them.
const SHAPES: [&str; 4] = [
    r#"{"text": {{ text | slack }}}"#,
    r#"{"topic": "t", "title": {{ title }}, "message": {{ title ~ "\n" ~ text }}, "click": {{ stories[0].url }}}"#,
    r"[{% for story in stories %}{{ story.title }}, {{ story.feed }}, {{ story.rules }}{% if not loop.last %}, {% endif %}{% endfor %}]",
    r#"{"blocks": {{ stories }}, "n": {{ stories | length }}}"#,
];

/// Characters that turn or break lines, or that nobody sees.
const TURNS: [char; 3] = ['\u{202e}', '\u{2028}', '\u{feff}'];

proptest! {
    /// Whatever a source wrote, every form makes one JSON document, small, and with nothing in it that
    /// acts on a terminal; nothing but letters stands in its id.
    #[test]
    fn no_source_can_break_a_document(
        title in r#"[a-zé日"\\{}%<>&\x00-\x1f\u{202e}\u{2028}\u{feff} ]{0,60}|(a\u{301}{900})"#,
        url in r#"(https?://[a-z"\\ \r\n]{0,20}|javascript:alert\(1\)|[\x00-\x7f]{0,30})"#,
        feed in r#"["\\{}\r\n\u{0}a-z]{0,20}"#,
        times in 1..400_usize,
    ) {
        let mut issue = issue("urgent");
        for story in &mut issue.stories {
            story.lead.title = title.repeat(times);
            story.lead.url = Some(url.clone());
            story.lead.feed.clone_from(&feed);
            story.lead.source.clone_from(&feed);
            for hit in &mut story.hits {
                hit.rule.clone_from(&title);
                for evidence in &mut hit.evidence {
                    evidence.snippet = title.repeat(times);
                    evidence.term.clone_from(&url);
                }
            }
        }
        let forms = SHAPES.iter().map(|shape| Form::by(shape).unwrap()).chain([Form::default()]);
        for form in forms {
            for notification in compose(&issue, form) {
                let body: Value = serde_json::from_str(&notification.body).unwrap();
                prop_assert!(notification.body.len() < 100_000);
                prop_assert!(!notification.body.contains(|c: char| c.is_control() && c != '\n'));
                prop_assert!(!notification.body.contains(TURNS));
                prop_assert!(!notification.title.contains(char::is_control));
                let link = body["stories"][0]["url"].as_str().unwrap_or("https:");
                prop_assert!(link.starts_with("http"), "{link}");
            }
        }
    }
}

/// A template that fails on what no sample had: nothing is lost to it.
#[test]
fn a_failing_template_gives_way_to_the_document() {
    let mut issue = issue("urgent");
    let own = r#"{"text": {{ text }}{% if title == "odd" %}{{ nosuch }}{% endif %}}"#;
    assert!(compose(&issue, Form::by(own).unwrap())[0].fault.is_none());
    "odd".clone_into(&mut issue.stories[0].lead.title);
    let told = compose(&issue, Form::by(own).unwrap()).remove(0);
    assert_eq!(told.fault.as_ref().and_then(|fault| fault.line), Some(1));
    assert_eq!(told.body, compose(&issue, Form::default())[0].body);
}

/// Marks are characters of the snippet; where cleaning moved the words there are none.
#[test]
fn marks_stand_where_the_words_do() {
    for (snippet, marks) in [("до Карабаха", "[[3,11]]"), ("до\u{202e} Карабаха", "[]")] {
        let mut issue = issue("urgent");
        let evidence = &mut issue.stories[0].hits[0].evidence[0];
        snippet.clone_into(&mut evidence.snippet);
        evidence.marks = vec![(3, 11)];
        let told = body(&compose(&issue, Form::default())[0]);
        let found = &told["stories"][0]["rules"][0]["evidence"][0];
        assert_eq!(found["snippet"], "до Карабаха");
        assert_eq!(found["marks"].to_string(), marks);
    }
}

/// What acts in Slack's texts is only words.
#[test]
fn nobody_is_called_by_a_title() {
    let mut issue = issue("urgent");
    "<!channel> <https://evil.example|A & B>".clone_into(&mut issue.stories[0].lead.title);
    let told = body(&compose(&issue, form("slack"))[0]);
    let text = told["text"].as_str().unwrap();
    assert!(text.starts_with("&lt;!channel&gt; &lt;https://evil.example|A &amp; B&gt;\n"), "{text}");
}
