//! Scenarios: what feeds publish, and what the pipeline makes of it, step by step. No network: each
//! errand is answered by the scenario.
//!
//! A scenario is a TOML file: a config, and steps. A step polls one feed at a time and answers it, or
//! composes a digest; `expect` is what came of it.

use std::collections::{HashMap, HashSet};
use std::path::Path;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde::Deserialize;
use wirewatch::config;
use wirewatch::news::entry::EntryId;
use wirewatch::news::errand::{
    Delivery, Errand, Fault, FaultClass, Fetch, FetchPage, LetterId, Outcome, Reply, Validators,
};
use wirewatch::news::letter::Language;
use wirewatch::news::reading;
use wirewatch::news::schedule::Why;
use wirewatch::pipeline::letters::Answered;
use wirewatch::pipeline::{Corrected, Correction, Notified, Pipeline, Poll, PollEnd, Scope};
use wirewatch::store::Store;
use wirewatch::store::feeds::FeedRow;

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
    /// `merge 1 2`, `split 2`, `confirm 2`, `mute 1` or `unmute 1`, as in `wirewatch story`.
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

#[test]
fn scenarios() {
    let mut folder: Vec<_> =
        std::fs::read_dir("tests/pipeline").unwrap().map(|file| file.unwrap().path()).collect();
    folder.sort();
    assert!(!folder.is_empty());
    for path in folder {
        check(&path);
    }
}

fn check(path: &Path) {
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

struct Stage {
    folder: tempfile::TempDir,
    pipeline: Option<Pipeline>,
    config: String,
    tried: Tried,
}

/// Notifications that were handed out, by number: each try has the same id and the same body.
type Tried = HashMap<LetterId, (String, Arc<[u8]>)>;

impl Stage {
    fn new(config: &str) -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
            pipeline: None,
            config: config.to_owned(),
            tried: Tried::new(),
        }
    }

    fn play(&mut self, step: &Step) -> Vec<String> {
        if let Some(config) = &step.config {
            self.config.clone_from(config);
        }
        if let (true, Some(pipeline)) = (step.give_back, &mut self.pipeline) {
            pipeline.give_back(step.at).unwrap();
        }
        if step.restart {
            self.pipeline = None;
        }
        match &mut self.pipeline {
            None => {
                let store = Store::open(&self.folder.path().join("wirewatch.db")).unwrap();
                self.pipeline =
                    Some(Pipeline::open(store, read_config(&self.folder, &self.config), step.at).unwrap());
            }
            Some(pipeline) if step.config.is_some() => {
                let config = read_config(&self.folder, &self.config);
                pipeline.adopt(config, step.at).unwrap();
            }
            Some(_) => {}
        }
        let mut meanwhile = step.meanwhile.as_ref().map(|config| read_config(&self.folder, config));
        let pipeline = self.pipeline.as_mut().unwrap();
        let mut said = Vec::new();
        if step.lost {
            assert!(!pipeline.due(step.at).unwrap().is_empty());
        }
        if let Some(feed) = &step.feed {
            let hurried = pipeline.hurry(&Scope::Named(vec![feed.clone()]), step.at).unwrap();
            assert_eq!(hurried.unknown, [] as [String; 0]);
        }
        if step.feed.is_some() || step.due {
            if step.due {
                let errands = pipeline.due(step.at).unwrap();
                said.extend(poll(pipeline, errands, step, &mut meanwhile));
            }
            loop {
                pipeline.take_due_pages(step.at).unwrap();
                let errands = pipeline.waiting(step.at);
                if errands.is_empty() {
                    break;
                }
                said.extend(poll(pipeline, errands, step, &mut meanwhile));
            }
        }
        if !step.answer.fault_of.is_empty() {
            // When each feed is due is drawn by lot.
            said.sort();
        }
        if step.look_back {
            said.extend(look_back(pipeline, step.at));
        }
        if step.urgent {
            for composed in pipeline.compose_urgent(step.at).unwrap() {
                said.push("urgent".to_owned());
                said.extend(letter(&composed));
            }
        }
        if step.notify {
            for notified in pipeline.compose_notifications(step.at).unwrap() {
                said.extend(told_by(&notified));
            }
        }
        if let Some(name) = &step.digest {
            let digest =
                pipeline.config().digests.iter().find(|digest| digest.name == *name).unwrap().clone();
            said.extend(letter(&pipeline.compose(&digest, step.at, step.at).unwrap()));
        }
        if step.slots {
            for composed in pipeline.compose_due(step.at).unwrap() {
                said.push(format!("slot {}", composed.issue.slot.format("%Y-%m-%d %H:%M")));
                said.extend(letter(&composed));
            }
        }
        if let Some(order) = &step.correct {
            said.extend(match pipeline.correct(&correction(order), step.at).unwrap() {
                Corrected::Done(lines) => lines,
                Corrected::Refused(why) => vec![format!("refused: {why}")],
            });
        }
        if step.health {
            let cut_off = if pipeline.is_cut_off() { ", cut off" } else { "" };
            said.push(format!("{} failing{cut_off}", pipeline.failing()));
            let notices = pipeline.store().read(|ledger| ledger.notices_since(DateTime::UNIX_EPOCH)).unwrap();
            said.extend(notices.into_iter().map(|notice| notice.what.said(Language::default())));
        }
        if step.why {
            said.extend(reasons(pipeline));
        }
        if step.retry {
            said.push(format!("{} to retry", pipeline.retry_letters(step.at).unwrap()));
        }
        if let Some(letter) = step.drop {
            let dropped = pipeline.drop_letter(LetterId(letter), step.at).unwrap().said();
            said.push(dropped.unwrap_or_else(|why| format!("not dropped: {why}")));
        }
        if let Some(answer) = &step.mail {
            said.extend(deliver(pipeline, answer, step, &mut self.tried));
        }
        said
    }
}

fn reasons(pipeline: &Pipeline) -> Vec<String> {
    let feeds = pipeline.store().read(|ledger| ledger.feeds()).unwrap();
    let reason = |why: Why| serde_json::to_value(why.reason).unwrap().as_str().unwrap().to_owned();
    let told = |feed: FeedRow| format!("{}: {}", feed.url, feed.next_why.map_or("none".to_owned(), reason));
    feeds.into_iter().map(told).collect()
}

fn look_back(pipeline: &mut Pipeline, now: DateTime<Utc>) -> Vec<String> {
    let Some(question) = pipeline.untried_rules().unwrap() else { return Vec::new() };
    let hindsight = wirewatch::pipeline::look_back(pipeline.store(), question).unwrap();
    pipeline.adopt_hindsight(hindsight, now).unwrap()
}

fn correction(order: &str) -> Correction {
    let words: Vec<&str> = order.split(' ').collect();
    let id = |place: usize| EntryId(words[place].parse().unwrap());
    match words[0] {
        "merge" => Correction::Merge(id(1), id(2)),
        "split" => Correction::Split(id(1)),
        "confirm" => Correction::Confirm(id(1)),
        "mute" => Correction::Mute(id(1)),
        "unmute" => Correction::Unmute(id(1)),
        other => panic!("no such correction: {other}"),
    }
}

fn read_config(folder: &tempfile::TempDir, config: &str) -> config::Config {
    let path = folder.path().join("wirewatch.toml");
    std::fs::write(&path, config).unwrap();
    let loaded = config::load(&path);
    loaded.config.unwrap_or_else(|| panic!("{}", loaded.report))
}

fn poll(
    pipeline: &mut Pipeline,
    errands: Vec<Errand>,
    step: &Step,
    meanwhile: &mut Option<config::Config>,
) -> Vec<String> {
    let mut said = Vec::new();
    let mut errands = errands;
    while let Some(errand) = errands.pop() {
        let outcome = match errand {
            Errand::Fetch(fetch) => {
                said.extend(asked(&fetch));
                answered(&fetch, &step.answer)
            }
            Errand::FetchPage(page) => page_answered(*page, step.answer.page.as_deref()),
            Errand::Work(work) => work.run(),
            Errand::Deliver(_) | Errand::Notify(_) => panic!("no letters here"),
        };
        let is_held = match &outcome {
            Outcome::Read(reading) => reading.fresh.is_some(),
            other => matches!(other, Outcome::Page(_)),
        };
        if let Some(config) = meanwhile.take_if(|_| is_held) {
            pipeline.adopt(config, step.at).unwrap();
        }
        let settled = pipeline.settle(vec![outcome], step.at).unwrap();
        errands.extend(settled.errands);
        said.extend(settled.pages.iter().map(|page| {
            let fault =
                page.fault.as_ref().map_or(String::new(), |fault| format!(", {}", fault.class.name()));
            format!("page {}{}{fault}", page.url, if page.matched { " matched" } else { "" })
        }));
        said.extend(settled.polls.iter().map(|poll| ended(poll, step)));
    }
    said
}

/// Only what is not plain: validators, another URL.
fn asked(fetch: &Fetch) -> Option<String> {
    fetch.validators.etag.as_ref().map(|etag| format!("asked with {etag}"))
}

fn answered(fetch: &Fetch, answer: &Answer) -> Outcome {
    let feed = fetch.feed;
    let fails = answer.fault_of.is_empty() || answer.fault_of.contains(&fetch.url);
    if let Some(class) = answer.fault.as_ref().filter(|_| fails) {
        let class = FaultClass::from_name(class).unwrap();
        let retry_after = answer.retry_after.map(chrono::TimeDelta::seconds);
        return Outcome::Failed {
            feed,
            fault: Fault { retry_after, ..Fault::new(class, "as told".to_owned()) },
        };
    }
    let reply = Reply {
        not_modified: answer.status == Some(304),
        body: document(answer).into_bytes(),
        final_url: fetch.url.clone(),
        moved_to: answer.moved_to.clone(),
        content_type: Some("application/rss+xml".to_owned()),
        validators: Validators { etag: answer.etag.clone(), last_modified: None },
        fresh_for: answer.fresh_for.map(chrono::TimeDelta::seconds),
        ..Reply::default()
    };
    reading::read(fetch, reply)
}

fn page_answered(errand: FetchPage, page: Option<&str>) -> Outcome {
    let not_there = Fault::new(FaultClass::NotFound, "404".to_owned());
    let answer = page.ok_or(not_there).map(|text| Reply {
        body: format!("<html><body><article><h1>A page</h1><p>{text}</p></article></body></html>")
            .into_bytes(),
        final_url: errand.fetch.url.clone(),
        content_type: Some("text/html; charset=utf-8".to_owned()),
        ..Reply::default()
    });
    reading::read_page(errand, answer)
}

fn document(answer: &Answer) -> String {
    let items: String = answer.items.iter().map(|item| rss_item(item)).collect();
    format!("<rss version=\"2.0\"><channel><title>A feed</title>{}{items}</channel></rss>", answer.channel)
}

fn rss_item(item: &str) -> String {
    let mut parts = item.split('|').map(str::trim);
    let mut tag = |name: &str| {
        let part = parts.next().unwrap_or_default();
        if part.is_empty() { String::new() } else { format!("<{name}>{part}</{name}>") }
    };
    format!("<item>{}{}{}{}</item>", tag("guid"), tag("title"), tag("description"), tag("link"))
}

fn ended(poll: &Poll, step: &Step) -> String {
    if let (Some([least, most]), Some(next)) = (step.next_within, poll.next_poll) {
        let minutes = (next - step.at).num_seconds() as f64 / 60.0;
        assert!((least..=most).contains(&minutes), "next poll in {minutes} min at {}", step.at);
    }
    let left_alone = if poll.next_poll.is_none() { ", left alone" } else { "" };
    let end = match &poll.end {
        PollEnd::Unchanged => "unchanged".to_owned(),
        PollEnd::Read(caught) => {
            let counts = [
                (caught.entries, "new"),
                (caught.copies, "copies"),
                (caught.matched, "matched"),
                (caught.revised, "revised"),
            ];
            let counted =
                counts.iter().filter(|(count, _)| *count > 0).map(|(count, what)| format!("{count} {what}"));
            let counted: Vec<String> = counted.collect();
            if counted.is_empty() { "nothing new".to_owned() } else { counted.join(", ") }
        }
        PollEnd::Failed(fault) => fault.class.name().to_owned(),
    };
    end + left_alone
}

fn letter(composed: &wirewatch::pipeline::Composed) -> Vec<String> {
    let mut said = Vec::new();
    let mut stories: Vec<_> = composed.issue.stories.clone();
    wirewatch::news::digest::order(&mut stories);
    for story in &stories {
        let rules: Vec<&str> = story.hits.iter().map(|hit| hit.rule.as_str()).collect();
        let copies =
            if story.copies.is_empty() { String::new() } else { format!(" +{}", story.copies.len()) };
        let backlog = story.backlog.as_ref().map_or(String::new(), |backlog| {
            format!(", of the backlog since {}", backlog.away_since.format("%F"))
        });
        let again =
            story.update_of.as_ref().filter(|kin| kin.story == story.story).map_or(String::new(), |kin| {
                let before = Some(kin.title.as_str()).filter(|title| !title.is_empty());
                [Some(" anew"), kin.change.as_deref(), before]
                    .into_iter()
                    .flatten()
                    .collect::<Vec<_>>()
                    .join(" | ")
            });
        said.push(format!("tells {}{copies} [{}]{backlog}{again}", story.lead.title, rules.join(", ")));
    }
    said.extend(composed.issue.answers.map(|told| format!("answers {}", told.slot.format("%F %R"))));
    let answers = composed.issue.answers.is_some();
    assert!(composed.letters.iter().all(|letter| is_in_a_thread(&letter.bytes) == answers));
    said.extend(composed.issue.sent.iter().map(|sent| format!("sent {}", sent.title)));
    said.extend(composed.issue.late.iter().map(|late| format!("late {} +{}", late.title, late.copies.len())));
    said.extend(composed.issue.report.notes.iter().map(|note| format!("note {note}")));
    said.push(format!("{} letters", composed.letters.len()));
    said
}

/// Whether mail programs show it below an earlier letter.
fn is_in_a_thread(bytes: &[u8]) -> bool {
    let message = mail_parser::MessageParser::new().parse(bytes).unwrap();
    let answered = message.in_reply_to().as_text();
    assert_eq!(answered, message.references().as_text());
    answered.is_some()
}

fn told_by(notified: &Notified) -> Vec<String> {
    let mut said = vec![format!("{} is notified", notified.channel)];
    for notification in &notified.notifications {
        let body: serde_json::Value = serde_json::from_str(&notification.body).unwrap();
        assert_eq!(body["id"], notification.id.as_str());
        let stories = body["stories"].as_array().unwrap();
        assert_eq!(stories.len(), notification.stories.len());
        let titles: Vec<&str> = stories.iter().map(|story| story["title"].as_str().unwrap()).collect();
        said.push(format!("{}: {}", notification.title, titles.join(" | ")));
    }
    said
}

fn deliver(pipeline: &mut Pipeline, answer: &str, step: &Step, tried: &mut Tried) -> Vec<String> {
    let delivery = match answer.split_once(' ').unwrap_or((answer, "")) {
        ("250", said) => Delivery::Accepted(said.to_owned()),
        ("450", said) => Delivery::Later(said.to_owned()),
        ("550", said) => Delivery::Refused(said.to_owned()),
        other => panic!("no such answer: {other:?}"),
    };
    let (mut said, mut hanging) = (Vec::new(), HashSet::new());
    loop {
        let errands = pipeline.due_letters(step.at).unwrap();
        if errands.is_empty() {
            return said;
        }
        let mut outcomes = Vec::new();
        for errand in errands {
            let (letter, to) = match errand {
                Errand::Deliver(letter) => {
                    assert!(!Arc::clone(&letter.bytes).is_empty());
                    (letter.letter, letter.recipient)
                }
                Errand::Notify(notify) => {
                    assert_eq!(notify.at, step.at, "the time of the try is signed");
                    let this = (notify.id, notify.bytes);
                    let first = tried.entry(notify.letter).or_insert_with(|| this.clone());
                    assert_eq!(*first, this, "a repeat is the same");
                    assert!(!hanging.contains(&notify.channel), "one at a time for a channel");
                    (notify.letter, notify.channel)
                }
                other => panic!("not a letter: {other:?}"),
            };
            if step.answers.is_empty() || step.answers.contains(&to) {
                let retry_after = step.rest.map(chrono::TimeDelta::seconds);
                outcomes.push(Outcome::Delivered { letter, delivery: delivery.clone(), retry_after });
            } else {
                hanging.insert(to);
            }
        }
        let settled = pipeline.settle(outcomes, step.at).unwrap();
        said.extend(settled.letters.iter().map(|Answered { letter, .. }| {
            format!("{} {} after {}", letter.recipient, letter.state.name(), letter.attempts)
        }));
    }
}
