//! The program under test: opened, restarted and configured anew as the steps say.

use std::collections::HashMap;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use wirewatch::config;
use wirewatch::news::entry::EntryId;
use wirewatch::news::errand::LetterId;
use wirewatch::news::letter::Language;
use wirewatch::news::schedule::Why;
use wirewatch::pipeline::{Corrected, Correction, Pipeline};
use wirewatch::store::Store;
use wirewatch::store::feeds::FeedRow;

use crate::{Step, letters, polls};

pub struct Stage {
    folder: tempfile::TempDir,
    pipeline: Option<Pipeline>,
    config: String,
    tried: Tried,
}

/// Notifications that were handed out, by number: each try has the same id and the same body.
pub type Tried = HashMap<LetterId, (String, Arc<[u8]>)>;

impl Stage {
    pub fn new(config: &str) -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
            pipeline: None,
            config: config.to_owned(),
            tried: Tried::new(),
        }
    }

    pub fn play(&mut self, step: &Step) -> Vec<String> {
        self.set(step);
        let mut meanwhile = step.meanwhile.as_ref().map(|config| read_config(&self.folder, config));
        let pipeline = self.pipeline.as_mut().unwrap();
        if step.forget {
            while pipeline.forget_old(step.at).unwrap() {}
        }
        let mut said = polls::play(pipeline, step, &mut meanwhile);
        if step.look_back {
            said.extend(look_back(pipeline, step.at));
        }
        said.extend(letters::play(pipeline, step));
        said.extend(asked_for(pipeline, step));
        if let Some(answer) = &step.mail {
            said.extend(letters::deliver(pipeline, answer, step, &mut self.tried));
        }
        said
    }

    /// The program as it stands when the step begins.
    fn set(&mut self, step: &Step) {
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
    }
}

/// What a person orders or wants to know.
fn asked_for(pipeline: &mut Pipeline, step: &Step) -> Vec<String> {
    let mut said = Vec::new();
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
    said
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
        "split" if words.len() > 2 => Correction::Apart(id(1), id(2)),
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
