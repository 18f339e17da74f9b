//! The config joined with the ledger: which row is whose.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};

use super::polls::rhythm_text;
use crate::config::{Config, Feed};
use crate::news::entry::{FeedId, host};
use crate::news::notification::Channel;
use crate::news::schedule::{Next, Reason, Why};
use crate::store::feeds::{FeedRow, NewFeed};
use crate::store::hits::{RuleId, RuleRow};
use crate::store::telling::Kind;
use crate::store::{self, Ledger};

/// What the user ordered, with the ledger's numbers.
#[derive(Debug)]
pub(super) struct Orders {
    pub config: Config,
    feeds: HashMap<FeedId, usize>,
    /// In the order of the config's rules.
    pub rules: Vec<RuleId>,
}

impl Orders {
    /// Takes a config into the ledger: what is new comes in, what has left is retired, its history
    /// stays.
    pub fn adopt(ledger: &Ledger<'_>, config: Config, now: DateTime<Utc>) -> store::Result<Self> {
        let feeds = adopt_feeds(ledger, &config, now)?;
        let rules = adopt_rules(ledger, &config, now)?;
        let mut digests = Vec::new();
        for digest in &config.digests {
            digests.push(ledger.add_digest(Kind::Digest, &digest.name, now)?);
            if digest.urgent.is_some() {
                digests.push(ledger.add_digest(Kind::Urgent, &digest.name, now)?);
            }
        }
        for notify in &config.notify {
            digests.push(ledger.add_digest(Kind::Notify, &notify.channel.name, now)?);
        }
        ledger.retire_other_digests(&digests, now)?;
        Ok(Self { config, feeds, rules })
    }

    pub fn feed(&self, id: FeedId) -> Option<&Feed> {
        self.feeds.get(&id).map(|index| &self.config.feeds[*index])
    }

    /// The channel of that name, if the config still has it.
    pub fn channel(&self, name: &str) -> Option<&Channel> {
        self.config.notify.iter().map(|notify| &notify.channel).find(|channel| channel.name == name)
    }

    pub fn feed_count(&self) -> usize {
        self.feeds.len()
    }
}

fn adopt_feeds(
    ledger: &Ledger<'_>,
    config: &Config,
    now: DateTime<Utc>,
) -> store::Result<HashMap<FeedId, usize>> {
    let mut known: HashMap<String, FeedRow> =
        ledger.feeds()?.into_iter().map(|row| (row.url.clone(), row)).collect();
    let mut ordered = HashMap::with_capacity(config.feeds.len());
    let mut added = false;
    for (index, feed) in config.feeds.iter().enumerate() {
        match known.remove(&feed.url) {
            Some(row) if row.removed_at.is_none() => {
                adjust_feed(ledger, feed, &row, now)?;
                ordered.insert(row.id, index);
            }
            _ => {
                added = true;
                add_feed(ledger, feed, now)?;
            }
        }
    }
    for row in known.into_values().filter(|row| row.removed_at.is_none()) {
        ledger.remove_feed(row.id, now)?;
    }
    if added {
        let by_url: HashMap<&str, usize> =
            config.feeds.iter().enumerate().map(|(index, feed)| (feed.url.as_str(), index)).collect();
        let rows = ledger.feeds()?;
        ordered = rows.iter().filter_map(|row| Some((row.id, *by_url.get(row.url.as_str())?))).collect();
    }
    Ok(ordered)
}

fn add_feed(ledger: &Ledger<'_>, feed: &Feed, now: DateTime<Utc>) -> store::Result<()> {
    let new = NewFeed {
        url: &feed.url,
        name: feed.name.as_deref().unwrap_or_default(),
        host: host(&feed.url),
        rhythm: &rhythm_text(&feed.rhythm),
        first_poll: now,
    };
    ledger.add_feed(&new, now)
}

/// Another rhythm takes effect at once; a feed that was left alone stays so.
fn adjust_feed(ledger: &Ledger<'_>, feed: &Feed, row: &FeedRow, now: DateTime<Utc>) -> store::Result<()> {
    let rhythm = rhythm_text(&feed.rhythm);
    let name = feed.name.as_deref().unwrap_or(&row.name);
    if rhythm == row.rhythm && name == row.name {
        return Ok(());
    }
    if rhythm != row.rhythm && row.next_poll.is_some_and(|at| at > now) {
        ledger.set_next_poll(row.id, Next { at: now, why: Why::plainly(Reason::NewRhythm) })?;
    }
    ledger.reorder_feed(row.id, name, &rhythm)
}

fn adopt_rules(ledger: &Ledger<'_>, config: &Config, now: DateTime<Utc>) -> store::Result<Vec<RuleId>> {
    let known: HashMap<String, RuleRow> =
        ledger.rules()?.into_iter().map(|rule| (rule.name.clone(), rule)).collect();
    // A first start has nothing to look back at.
    let untried = ledger.has_texts()?.then_some(now);
    let mut rules = Vec::with_capacity(config.rules.len());
    for (place, rule) in config.rules.iter().enumerate() {
        let meaning = config.matcher.meaning(place);
        let backfill = rule.backfill.unwrap_or_default();
        let id = match known.get(&rule.text.name) {
            Some(row) if row.meaning == meaning && row.backfill == backfill => row.id,
            Some(row) => {
                let changed = row.meaning != meaning || row.backfill < backfill;
                ledger.order_rule(row.id, meaning, backfill, untried.filter(|_| changed))?;
                if row.meaning != meaning {
                    ledger.note_change(row.id, now)?;
                }
                row.id
            }
            None => {
                let id = ledger.add_rule(&rule.text.name, now)?;
                ledger.order_rule(id, meaning, backfill, untried)?;
                id
            }
        };
        rules.push(id);
    }
    let kept: HashSet<RuleId> = rules.iter().copied().collect();
    if known.values().any(|row| !kept.contains(&row.id)) {
        ledger.retire_other_rules(&rules, now)?;
    }
    Ok(rules)
}
