//! `wirewatch match`: articles in, hits out, whatever stands between.

use std::fs;
use std::io::Write;
use std::process::{Command, Output, Stdio};

const RULES: &str = r#"
[terms]
karabakh = ["Karabakh", "Карабах"]

[[rule]]
name = "Talks"
query = '(peacekeepers OR "blue helmets") AND $karabakh'

[[rule]]
name = "Oil"
any = ["oil"]
none = ["olive oil"]
"#;

const ARTICLES: &str = concat!(
    r#"{"id":"a","title":"Blue helmets leave","text":"The peacekeepers left Karabakh.\nKarabakh is quiet."}"#,
    "\nthis is no article\n\n",
    r#"{"id":7,"title":"Olive oil","text":"is dear","unknown":[1]}"#,
    "\n",
    r#"{"id":"c","title":"Oil","text":null,"lang":"en"}"#,
);

fn run(rules: &str, options: &[&str]) -> Output {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("rules.toml");
    fs::write(&file, rules).expect("a file");
    let mut child = Command::new(env!("CARGO_BIN_EXE_wirewatch"))
        .args(["match", "-", "--rules"])
        .arg(&file)
        .args(options)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program");
    // Bad rules end the program before it has read anything.
    let _ = child.stdin.take().expect("a pipe").write_all(ARTICLES.as_bytes());
    child.wait_with_output().expect("an end")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn one_line_a_hit_with_evidence() {
    let output = run(RULES, &[]);
    let expected = concat!(
        r#"{"id":"a","rule":"Talks","evidence":["#,
        r#"{"term":"peacekeepers","field":"text","start":4,"end":16,"#,
        r#""snippet":"The peacekeepers left Karabakh. Karabakh is quiet.","marks":[[4,16]],"count":1},"#,
        r#"{"term":"\"blue helmets\"","field":"title","start":0,"end":12,"snippet":"Blue helmets leave","marks":[[0,12]],"count":1},"#,
        r#"{"term":"Karabakh","field":"text","start":22,"end":30,"#,
        r#""snippet":"The peacekeepers left Karabakh. Karabakh is quiet.","marks":[[22,30]],"count":2}]}"#,
        "\n",
        r#"{"id":"c","rule":"Oil","evidence":[{"term":"oil","field":"title","start":0,"end":3,"snippet":"Oil","marks":[[0,3]],"count":1}]}"#,
        "\n",
    );
    assert_eq!(text(&output.stdout), expected);
    assert_eq!(output.status.code(), Some(1), "an article could not be read");
    assert!(text(&output.stderr).starts_with("line 2: "), "{}", text(&output.stderr));
}

#[test]
fn count_leaves_the_evidence_out() {
    let output = run(RULES, &["--count"]);
    assert_eq!(text(&output.stdout), "{\"id\":\"a\",\"rule\":\"Talks\"}\n{\"id\":\"c\",\"rule\":\"Oil\"}\n");
}

#[test]
fn trace_says_what_was_missing() {
    let output = run(RULES, &["--trace"]);
    let olive =
        r#"{"id":"7","rule":"Oil","hit":false,"found":["oil"],"missing":[],"excluded_by":["olive oil"]}"#;
    let oil = r#"{"id":"c","rule":"Talks","hit":false,"found":[],"missing":["peacekeepers OR \"blue helmets\"","$karabakh"],"excluded_by":[]}"#;
    let lines = text(&output.stdout);
    assert!(lines.lines().any(|line| line == olive), "{lines}");
    assert!(lines.lines().any(|line| line == oil), "{lines}");
    assert_eq!(lines.lines().count(), 6);
}

#[test]
fn bad_rules_end_with_78() {
    let output = run("[[rule]]\nname = \"x\"\nquery = 'oil AND'\n", &[]);
    assert_eq!(output.status.code(), Some(78));
    assert!(text(&output.stderr).contains("AND needs a term on its right"), "{}", text(&output.stderr));
}

/// What other readers' users asked for: a rule for Center, and a page that only says so to the browser.
#[test]
fn what_parse_reads_is_matched_without_its_markup() {
    const FEED: &str = r#"<rss version="2.0"><channel><title>t</title><item><guid>1</guid><title>Rain</title>
        <link>https://a.example/Center/1</link><description><![CDATA[<div class="Center center-block"
        style="text-align:center" data-place="Center"><p align="center">It rains in the <b>Old</b>
        Har<b>bour</b>.</p><a href="https://a.example/center">more</a><img alt="" src="center.png"><!-- Center
        --></div>]]></description></item></channel></rss>"#;
    let rules = "[[rule]]\nname = \"markup\"\nany = [\"center\", \"block\"]\n\
                 [[rule]]\nname = \"address\"\nany = [\"url:center\"]\n\
                 [[rule]]\nname = \"words\"\nany = [\"old harbour\"]\n";
    let folder = tempfile::tempdir().expect("a folder");
    for (name, text) in [("feed.xml", FEED), ("rules.toml", rules)] {
        fs::write(folder.path().join(name), text).expect("a file");
    }
    let run = |arguments: &[&str]| {
        let output = Command::new(env!("CARGO_BIN_EXE_wirewatch"))
            .args(arguments)
            .current_dir(folder.path())
            .output()
            .expect("the program");
        assert!(output.status.success(), "{}", text(&output.stderr));
        output.stdout
    };
    fs::write(folder.path().join("articles"), run(&["parse", "feed.xml"])).expect("a file");
    let hits = text(&run(&["match", "--rules", "rules.toml", "--count", "articles"]));
    let rules: Vec<&str> = hits.lines().filter_map(|line| line.split('"').nth(7)).collect();
    assert_eq!(rules, ["address", "words"], "{hits}");
}
