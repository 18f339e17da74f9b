//! What letters and notifications tell, and what becomes of them.

use std::collections::HashSet;
use std::fmt::Write as _;
use std::sync::Arc;

use wirewatch::news::digest::{self, Telling};
use wirewatch::news::errand::{Delivery, Errand, Outcome};
use wirewatch::pipeline::letters::Answered;
use wirewatch::pipeline::{Composed, Notified, Pipeline};

use crate::Step;
use crate::stage::Tried;

/// Composes what the step says.
pub fn play(pipeline: &mut Pipeline, step: &Step) -> Vec<String> {
    let (mut said, mut composed) = (Vec::new(), Vec::new());
    if step.urgent {
        for urgent in pipeline.compose_urgent(step.at).unwrap() {
            said.push("urgent".to_owned());
            said.extend(letter(&urgent));
            composed.push(urgent);
        }
    }
    if step.notify {
        said.extend(pipeline.compose_notifications(step.at).unwrap().iter().flat_map(told_by));
    }
    if let Some(name) = &step.digest {
        let digest = pipeline.config().digests.iter().find(|digest| digest.name == *name).unwrap().clone();
        composed.push(pipeline.compose(&digest, step.at, step.at).unwrap());
        said.extend(composed.last().into_iter().flat_map(letter));
    }
    if step.slots {
        for due in pipeline.compose_due(step.at).unwrap() {
            said.push(format!("slot {}", due.issue.slot.format("%Y-%m-%d %H:%M")));
            said.extend(letter(&due));
            composed.push(due);
        }
    }
    let read: String = composed.iter().flat_map(|it| &it.letters).map(|letter| text(&letter.bytes)).collect();
    for line in &step.reads {
        assert!(read.contains(line), "{line:?} does not stand in\n{read}");
    }
    said
}

/// The text part of a letter, on one line; without the marks of quoted lines.
fn text(bytes: &[u8]) -> String {
    let message = mail_parser::MessageParser::new().parse(bytes).unwrap();
    message.body_text(0).unwrap().split_whitespace().filter(|word| *word != ">").collect::<Vec<_>>().join(" ")
}

fn letter(composed: &Composed) -> Vec<String> {
    let mut said = Vec::new();
    let mut stories: Vec<_> = composed.issue.stories.clone();
    digest::order(&mut stories);
    said.extend(stories.iter().map(tells));
    said.extend(composed.issue.answers.map(|told| format!("answers {}", told.slot.format("%F %R"))));
    let answers = composed.issue.answers.is_some();
    assert!(composed.letters.iter().all(|letter| is_in_a_thread(&letter.bytes) == answers));
    said.extend(composed.issue.sent.iter().map(|sent| format!("sent {}", sent.title)));
    said.extend(composed.issue.late.iter().map(|late| format!("late {} +{}", late.title, late.copies.len())));
    said.extend(composed.issue.report.notes.iter().map(|note| format!("note {note}")));
    said.push(format!("{} letters", composed.letters.len()));
    said
}

/// A story of a letter: its lead, how many copies stand with it, the rules that it met, and its flags.
fn tells(story: &Telling) -> String {
    let rules: Vec<&str> = story.hits.iter().map(|hit| hit.rule.as_str()).collect();
    let copies = if story.copies.is_empty() { String::new() } else { format!(" +{}", story.copies.len()) };
    let mut said = format!("tells {}{copies} [{}]", story.lead.title, rules.join(", "));
    if let Some(backlog) = &story.backlog {
        write!(said, ", of the backlog since {}", backlog.away_since.format("%F")).unwrap();
    }
    if let Some(day) = story.resurfaced {
        write!(said, ", known since {day}").unwrap();
    }
    if let Some(kin) = &story.maybe {
        write!(said, ", may be {}", kin.title).unwrap();
    }
    if !story.parts.is_empty() {
        let parts: Vec<&str> = story.parts.iter().map(|kin| kin.title.as_str()).collect();
        write!(said, ", of {}", parts.join(" + ")).unwrap();
    }
    if let Some(kin) = &story.update_of {
        said += if kin.story == story.story { " anew" } else { " update of" };
        let before = Some(kin.title.as_str()).filter(|title| !title.is_empty());
        said.extend([kin.change.as_deref(), before].into_iter().flatten().map(|it| format!(" | {it}")));
    }
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

/// Hands out what is due, and settles what the server or the channel says to it.
pub fn deliver(pipeline: &mut Pipeline, answer: &str, step: &Step, tried: &mut Tried) -> Vec<String> {
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
