//! What the journal says of polls, letters and digests.

use super::run::counted;
use crate::news::errand::Delivery;
use crate::pipeline::letters::Answered;
use crate::pipeline::{Catch, Composed, Notified, Poll, PollEnd};
use crate::store::outbox::LetterState;

/// The message alone says it: `journalctl` shows no fields.
pub(super) fn poll(poll: &Poll) {
    let feed = &poll.url;
    let name = if poll.name.is_empty() { feed } else { &poll.name };
    match &poll.end {
        PollEnd::Unchanged => tracing::debug!(%feed, "{name}: unchanged"),
        PollEnd::Read(caught) if caught.entries == 0 => tracing::debug!(%feed, "{name}: nothing new"),
        PollEnd::Read(Catch { entries, copies, matched, .. }) => {
            tracing::info!(%feed, "{name}: {entries} new, {copies} of them copies, {matched} matched");
        }
        PollEnd::Failed(fault) => {
            let class = fault.class.name();
            tracing::warn!(%feed, class, "{name}: poll failed: {} ({class})", fault.detail);
        }
    }
}

pub(super) fn letter(Answered { letter, delivery }: &Answered) {
    let (called, subject) = (letter.called(), &letter.subject);
    match delivery {
        Delivery::Accepted(answer) => tracing::info!(%subject, %answer, "{called} sent"),
        Delivery::Later(why) if letter.state == LetterState::GivenUp => {
            tracing::error!(%subject, "{called} given up after {} tries: {why}", letter.attempts);
        }
        Delivery::Later(why) => tracing::warn!(%subject, "{called} not sent yet: {why}"),
        Delivery::Refused(why) => tracing::error!(%subject, "{called} refused: {why}"),
    }
}

pub(super) fn notified(Notified { channel, notifications }: &Notified) {
    let stories: usize = notifications.iter().map(|notification| notification.stories.len()).sum();
    for fault in notifications.iter().filter_map(|notification| notification.fault.as_ref()) {
        let why = &fault.message;
        tracing::warn!(%channel, "the body of {channel} failed, the document goes out as it is: {why}");
    }
    tracing::info!(%channel, "{channel} is notified of {}", counted(stories, "story", "stories"));
}

pub(super) fn digest(composed: &Composed) {
    let (digest, stories) = (&composed.issue.digest, composed.issue.stories.len());
    tracing::info!(%digest, "digest {digest} composed, letters: {}, stories: {stories}", composed.letters.len());
}
