//! One round, then the end: `wirewatch poll` and `wirewatch digest`.

use std::time::Duration;

use super::crew::Crew;
use super::{DaemonFault, Event};
use crate::news::digest::Digest;
use crate::pipeline::{self, Composed, Poll, Scope, letters::Answered};

/// Something comes at least that often: every errand has a deadline of its own.
const PATIENCE: Duration = Duration::from_mins(5);

/// Polls these feeds once; `each` is told of every poll that is over. The names that no feed has
/// come back.
///
/// # Errors
/// When the ledger cannot be written.
pub fn poll(
    crew: &mut Crew,
    scope: &Scope,
    mut each: impl FnMut(&Poll, Progress),
) -> Result<Vec<String>, DaemonFault> {
    look_back(crew)?;
    let hurried = crew.pipeline.hurry(scope, crew.now())?;
    let mut progress = Progress { done: 0, of: hurried.feeds.len() };
    loop {
        crew.pipeline.take_due_pages(crew.now())?;
        let errands = crew.pipeline.waiting(crew.now());
        crew.start(errands);
        if crew.pipeline.is_idle() {
            return Ok(hurried.unknown);
        }
        let outcomes = outcomes(crew.wait(PATIENCE))?;
        for poll in &crew.settle(outcomes)?.polls {
            progress.done += 1;
            each(poll, progress);
        }
    }
}

/// Holds new and changed rules against the stored entries.
///
/// # Errors
/// When the ledger cannot be read or written.
pub fn look_back(crew: &mut Crew) -> Result<(), DaemonFault> {
    if let Some(question) = crew.pipeline.untried_rules()? {
        let hindsight = pipeline::look_back(crew.pipeline.store(), question)?;
        for line in crew.pipeline.adopt_hindsight(hindsight, crew.now())? {
            tracing::info!("{line}");
        }
    }
    Ok(())
}

/// Composes the urgent letters and the notifications of what a round brought, and tries to deliver all that is
/// due.
///
/// # Errors
/// When the ledger cannot be written.
pub fn urgent(crew: &mut Crew) -> Result<Vec<Answered>, DaemonFault> {
    let now = crew.now();
    let urgent = crew.pipeline.compose_urgent(now)?;
    let notified = crew.pipeline.compose_notifications(now)?;
    if urgent.is_empty() && notified.is_empty() {
        return Ok(Vec::new());
    }
    deliver(crew)
}

/// Composes a digest now and tries to deliver every letter that is due.
///
/// # Errors
/// When the ledger cannot be written.
pub fn digest(crew: &mut Crew, digest: &Digest) -> Result<Sent, DaemonFault> {
    look_back(crew)?;
    let now = crew.now();
    let composed = crew.pipeline.compose(digest, now, now)?;
    let answers = deliver(crew)?;
    Ok(Sent { composed, answers })
}

/// Tries every letter that is due, once; the answers in the order of the letters.
///
/// # Errors
/// When the ledger cannot be written.
pub fn deliver(crew: &mut Crew) -> Result<Vec<Answered>, DaemonFault> {
    let mut answers = Vec::new();
    loop {
        let errands = crew.pipeline.due_letters(crew.now())?;
        crew.start(errands);
        if crew.pipeline.is_idle() {
            answers.sort_by_key(|answered: &Answered| answered.letter.id.0);
            return Ok(answers);
        }
        let outcomes = outcomes(crew.wait(PATIENCE))?;
        answers.extend(crew.settle(outcomes)?.letters);
    }
}

/// How far a round has come, in feeds.
#[derive(Debug, Clone, Copy)]
pub struct Progress {
    pub done: usize,
    pub of: usize,
}

/// What [`digest`] did.
#[derive(Debug)]
pub struct Sent {
    pub composed: Composed,
    pub answers: Vec<Answered>,
}

fn outcomes(events: Vec<Event>) -> Result<Vec<crate::news::errand::Outcome>, DaemonFault> {
    if events.is_empty() {
        return Err(DaemonFault::Stuck(PATIENCE));
    }
    let outcome = |event| if let Event::Outcome(outcome) = event { Some(outcome) } else { None };
    Ok(events.into_iter().filter_map(outcome).collect())
}
