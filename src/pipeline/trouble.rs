//! What is not well with a feed, in words.

use chrono::{DateTime, TimeDelta, Utc};

use crate::news::digest::Trouble;
use crate::news::health;
use crate::news::letter::Language;
use crate::news::notice::length;
use crate::news::remedy::{self, Account};
use crate::store::feeds::FeedRow;

/// A feed's gap or new keys are news for so long.
const TROUBLE_IS_NEWS: TimeDelta = TimeDelta::days(2);

/// What is not well with a feed, if anything: the gravest thing alone.
#[must_use]
pub fn trouble(feed: &FeedRow, language: Language, now: DateTime<Utc>) -> Option<Trouble> {
    if feed.removed_at.is_some() {
        return None;
    }
    let (state, since, Account { why, advice }) = diagnosis(feed, language, now)?;
    let name = if feed.name.is_empty() { feed.url.clone() } else { feed.name.clone() };
    Some(Trouble { feed: name, url: feed.url.clone(), state: state.to_owned(), since, why, advice })
}

/// The state of a feed that is not well, since when, and what that means.
fn diagnosis(
    feed: &FeedRow,
    language: Language,
    now: DateTime<Utc>,
) -> Option<(&'static str, Option<DateTime<Utc>>, Account)> {
    let is_news = |at: DateTime<Utc>| now - at < TROUBLE_IS_NEWS;
    let said = |phrase: &str| language.say(phrase, &[]);
    match (&feed.fault, feed.gap_at) {
        (Some(class), _) => {
            let state = if feed.next_poll.is_none() { "gone" } else { "failing" };
            let detail = feed.fault_detail.as_deref().unwrap_or_default();
            let lasts = feed.failing_since.map_or_else(TimeDelta::zero, |since| now - since);
            Some((state, feed.failing_since, remedy::account(class, detail, lasts, language)))
        }
        (None, Some(at)) if is_news(at) => {
            Some(("gap", Some(at), Account { why: said("why_gap"), advice: said("do_often") }))
        }
        (None, _) if health::is_stale(feed.entry_gap, feed.last_entry, now) => {
            let usual = feed.entry_gap.unwrap_or_default();
            let silence = length(now - feed.last_entry.unwrap_or(now), language);
            let places = [("silence", silence.as_str()), ("usual", &length(usual, language))];
            let why = language.say("why_stale", &places);
            Some(("stale", feed.last_entry, Account { why, advice: said("do_look") }))
        }
        // What was mended needs nobody.
        (None, _) if feed.rekeyed_at.is_some_and(is_news) => {
            Some(("rekeyed", feed.rekeyed_at, Account { why: said("why_rekeyed"), advice: String::new() }))
        }
        (None, _) if feed.repaired => Some((
            "repaired",
            feed.last_success,
            Account { why: said("why_repaired"), advice: String::new() },
        )),
        _ => None,
    }
}
