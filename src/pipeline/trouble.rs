//! What is not well with a feed, in words.

use chrono::{DateTime, TimeDelta, Utc};

use crate::news::digest::Trouble;
use crate::news::health;
use crate::news::letter::Language;
use crate::news::notice::length;
use crate::store::feeds::FeedRow;

/// A feed's gap or new keys are news for so long.
const TROUBLE_IS_NEWS: TimeDelta = TimeDelta::days(2);

/// What is not well with a feed, if anything: the gravest thing alone.
#[must_use]
pub fn trouble(feed: &FeedRow, language: Language, now: DateTime<Utc>) -> Option<Trouble> {
    if feed.removed_at.is_some() {
        return None;
    }
    let say = |state: &str, since: Option<DateTime<Utc>>, why: String| {
        let name = if feed.name.is_empty() { feed.url.clone() } else { feed.name.clone() };
        Some(Trouble { feed: name, url: feed.url.clone(), state: state.to_owned(), since, why })
    };
    let is_news = |at: DateTime<Utc>| now - at < TROUBLE_IS_NEWS;
    match (&feed.fault, feed.gap_at) {
        (Some(class), _) if feed.next_poll.is_none() => say("gone", feed.failing_since, class.clone()),
        (Some(class), _) => {
            let detail = feed.fault_detail.as_deref().unwrap_or_default();
            say("failing", feed.failing_since, format!("{class}: {detail}"))
        }
        (None, Some(at)) if is_news(at) => say("gap", Some(at), language.say("why_gap", &[])),
        (None, _) if health::is_stale(feed.entry_gap, feed.last_entry, now) => {
            let usual = feed.entry_gap.unwrap_or_default();
            let silence = length(now - feed.last_entry.unwrap_or(now), language);
            let why =
                language.say("why_stale", &[("silence", &silence), ("usual", &length(usual, language))]);
            say("stale", feed.last_entry, why)
        }
        (None, _) if feed.rekeyed_at.is_some_and(is_news) => {
            say("rekeyed", feed.rekeyed_at, language.say("why_rekeyed", &[]))
        }
        (None, _) if feed.repaired => say("repaired", feed.last_success, language.say("why_repaired", &[])),
        _ => None,
    }
}
