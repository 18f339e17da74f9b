//! Scenarios: what feeds publish, and what the pipeline makes of it, step by step. No network: each
//! errand is answered by the scenario.
//!
//! A scenario is a TOML file: a config, and steps. A step polls one feed at a time and answers it, or
//! composes a digest; `expect` is what came of it. Each folder of `tests/pipeline/` holds those of one
//! matter.

#[path = "pipeline/letters.rs"]
mod letters;
#[path = "pipeline/polls.rs"]
mod polls;
#[path = "pipeline/stage.rs"]
mod stage;

use std::path::Path;

use chrono::{DateTime, Utc};
use serde::Deserialize;

use stage::Stage;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Scenario {
    /// What is odd about it.
    about: String,
    config: String,
    step: Vec<Step>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(clippy::struct_excessive_bools, reason = "each is a thing that a step may do")]
struct Step {
    at: DateTime<Utc>,
    /// A feed to be polled, whatever its schedule.
    feed: Option<String>,
    /// What is due is polled.
    #[serde(default)]
    due: bool,
    #[serde(default)]
    answer: Answer,
    /// Bounds of the time to the next poll, in minutes.
    next_within: Option<[f64; 2]>,
    /// A digest to be composed; or every digest whose slot has come.
    digest: Option<String>,
    #[serde(default)]
    slots: bool,
    /// Urgent letters are looked for.
    #[serde(default)]
    urgent: bool,
    /// What is older than it should be is forgotten, before anything else.
    #[serde(default)]
    forget: bool,
    /// New and changed rules are held against the stored entries.
    #[serde(default)]
    look_back: bool,
    /// How the feeds are.
    #[serde(default)]
    health: bool,
    /// Why each feed's next poll is when it is.
    #[serde(default)]
    why: bool,
    /// Notifications are looked for.
    #[serde(default)]
    notify: bool,
    /// What the mail server or the channel says to everything that is due.
    mail: Option<String>,
    /// Only the answers of these recipients and channels come, the others hang.
    #[serde(default)]
    answers: Vec<String>,
    /// With that answer: nothing is wanted for so many seconds.
    rest: Option<i64>,
    /// `merge 1 2`, `split 2`, `split 2 1`, `confirm 2`, `mute 1` or `unmute 1`, as in `wirewatch story`.
    correct: Option<String>,
    /// Before that: every letter that may be is tried again; or one is dropped, by number.
    #[serde(default)]
    retry: bool,
    drop: Option<i64>,
    /// Another config from here on.
    config: Option<String>,
    /// Another config that comes into force while what was read is held against the rules.
    meanwhile: Option<String>,
    /// What is due is handed out, and never comes back.
    #[serde(default)]
    lost: bool,
    /// The program ends as it should, before it starts anew.
    #[serde(default)]
    give_back: bool,
    /// The program starts anew.
    #[serde(default)]
    restart: bool,
    expect: Vec<String>,
    /// What the text part of the step's letters says, among other things; line breaks do not matter.
    #[serde(default)]
    reads: Vec<String>,
}

#[derive(Deserialize, Default, Clone)]
#[serde(default, deny_unknown_fields)]
struct Answer {
    /// `guid | title | text | link`, newest first; parts may be left out at the end.
    items: Vec<String>,
    status: Option<u16>,
    etag: Option<String>,
    fault: Option<String>,
    /// Only these feeds fail; none: all.
    fault_of: Vec<String>,
    retry_after: Option<i64>,
    moved_to: Option<String>,
    fresh_for: Option<i64>,
    /// The text of every article's page; none: a 404.
    page: Option<String>,
    /// Inside `<channel>`.
    channel: String,
}

/// Feeds: when they are asked, what their answers are taken for.
#[test]
fn polling() {
    check("polling");
}

/// What is one story and what is told of it.
#[test]
fn stories() {
    check("stories");
}

/// Digests and notices, and letters that do not arrive.
#[test]
fn letters() {
    check("letters");
}

/// What is told at once.
#[test]
fn urgent() {
    check("urgent");
}

/// Channels beyond mail.
#[test]
fn channels() {
    check("channels");
}

/// Rules, feeds and digests that come, change and go.
#[test]
fn orders() {
    check("orders");
}

fn check(matter: &str) {
    let folder = Path::new("tests/pipeline").join(matter);
    let mut paths: Vec<_> = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path()).collect();
    paths.sort();
    assert!(!paths.is_empty());
    for path in paths {
        play(&path);
    }
}

fn play(path: &Path) {
    let name = path.display();
    let scenario: Scenario =
        toml::from_str(&std::fs::read_to_string(path).unwrap()).unwrap_or_else(|e| panic!("{name}: {e}"));
    assert!(!scenario.about.is_empty(), "{name}");
    let mut stage = Stage::new(&scenario.config);
    for (number, step) in scenario.step.iter().enumerate() {
        let said = stage.play(step);
        assert_eq!(said, step.expect, "{name}, step {} at {}", number + 1, step.at);
    }
}
