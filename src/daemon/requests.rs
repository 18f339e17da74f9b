//! What commands and signals ask of the daemon while it runs.

use std::collections::HashSet;

use super::control::{Answer, Answerer, PollLine, Request};
use super::journal;
use super::notify::Notifier;
use super::run::{Daemon, counted};
use crate::clock;
use crate::config::{self, Config};
use crate::news::entry::FeedId;
use crate::news::errand::LetterId;
use crate::pipeline::Scope;
use crate::store::StoreFault;

/// Polls that somebody waits for.
pub(super) struct AskedPolls {
    pub feeds: HashSet<FeedId>,
    pub polls: Vec<PollLine>,
    pub unknown: Vec<String>,
    pub answerer: Answerer,
}

impl Daemon {
    pub(super) fn obey(&mut self, request: Request, answerer: Answerer) {
        match request {
            Request::Reload => {
                let answer = self.reload();
                answerer.answer(answer);
            }
            Request::Poll { scope } => self.poll(&scope, answerer),
            Request::Digest { name } => {
                let answer = self.digest(&name);
                answerer.answer(answer);
            }
            Request::MailRetry => {
                let answer = match self.crew.pipeline.retry_letters(clock::now()) {
                    Ok(count) => Answer::Done { lines: vec![format!("tried again now: {count}")] },
                    Err(fault) => failed(&fault),
                };
                answerer.answer(answer);
            }
            Request::Correct { correction } => {
                let corrected = self.crew.pipeline.correct(&correction, clock::now());
                answerer.answer(corrected.map_or_else(|fault| failed(&fault), Answer::from));
            }
            Request::MailDrop { letter } => {
                let dropped = self.crew.pipeline.drop_letter(LetterId(letter), clock::now());
                answerer.answer(match dropped.map(|dropped| dropped.said()) {
                    Ok(Ok(line)) => Answer::Done { lines: vec![line] },
                    Ok(Err(why)) => Answer::Failed { why },
                    Err(fault) => failed(&fault),
                });
            }
        }
    }

    fn poll(&mut self, scope: &Scope, answerer: Answerer) {
        match self.crew.pipeline.hurry(scope, clock::now()) {
            Err(fault) => answerer.answer(failed(&fault)),
            Ok(hurried) if hurried.feeds.is_empty() => {
                answerer.answer(Answer::Polled { polls: Vec::new(), unknown: hurried.unknown });
            }
            Ok(hurried) => self.asked.push(AskedPolls {
                feeds: hurried.feeds.into_iter().collect(),
                polls: Vec::new(),
                unknown: hurried.unknown,
                answerer,
            }),
        }
    }

    fn digest(&mut self, name: &str) -> Answer {
        let digests = &self.crew.pipeline.config().digests;
        let Some(digest) = digests.iter().find(|digest| digest.name == name).cloned() else {
            return Answer::Failed { why: format!("the config that runs has no digest “{name}”") };
        };
        let now = clock::now();
        match self.crew.pipeline.compose(&digest, now, now) {
            Err(fault) => failed(&fault),
            Ok(composed) => {
                journal::digest(&composed);
                let (stories, letters) = (composed.issue.stories.len(), composed.letters.len());
                let told = counted(stories, "story", "stories");
                let letters = counted(letters, "letter", "letters");
                let line = format!("{told} in {letters}; `wirewatch mail queue` shows what is not sent yet");
                Answer::Done { lines: vec![line] }
            }
        }
    }

    /// A faulty config is reported, and the old one goes on.
    pub(super) fn reload(&mut self) -> Answer {
        Notifier::reloading();
        let loaded = config::load(&self.config_path);
        for warning in &loaded.report.warnings {
            tracing::warn!("{warning}");
        }
        let answer = match loaded.config {
            None => {
                for fault in &loaded.report.faults {
                    tracing::error!("{fault}");
                }
                tracing::error!("the config has faults; the old one goes on");
                Answer::Refused { report: loaded.report.faults }
            }
            Some(config) => self.adopt(config),
        };
        let status = self.status();
        self.notifier.ready(&status);
        answer
    }

    fn adopt(&mut self, config: Config) -> Answer {
        if let Err(why) = self.crew.outside.adopt(&config) {
            tracing::error!("{why}; the old config goes on");
            return Answer::Failed { why };
        }
        if let Err(fault) = self.crew.pipeline.adopt(config, clock::now()) {
            return failed(&fault);
        }
        if let Err(fault) = self.look_back() {
            tracing::error!("{fault}");
        }
        let line = format!("the new config is in force: {}", self.status());
        tracing::info!("{line}");
        Answer::Done { lines: vec![line] }
    }
}

fn failed(fault: &StoreFault) -> Answer {
    tracing::error!("{fault}");
    Answer::Failed { why: fault.to_string() }
}
