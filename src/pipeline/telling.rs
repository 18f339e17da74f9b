//! What letters are made of, out of the ledger's rows.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, TimeDelta, Utc};

use super::orders::Orders;
use super::trouble;
use super::wanted::Wanted;
use crate::news::digest::{
    Backlog, Kin, LateCopies, Report, RuleHistory, RuleHit, Standing, Telling, sources,
};
use crate::news::entry::EntryId;
use crate::news::letter::Language;
use crate::store::hits::RuleId;
use crate::store::telling::{DigestRow, HitRow, Kind, StoryEntry};
use crate::store::{self, Ledger};

/// Days of a rule's picture in the closing block.
const PICTURE_DAYS: usize = 30;
/// A notice that no letter could carry for so long is left to `status` and the log.
const NOTICE_IS_NEWS: TimeDelta = TimeDelta::days(30);

/// Makes values for letters out of the ledger's rows.
pub(super) struct Teller<'a> {
    pub ledger: &'a Ledger<'a>,
    pub orders: &'a Orders,
    pub rules: &'a Wanted<'a>,
    pub row: &'a DigestRow,
    pub language: Language,
}

impl Teller<'_> {
    /// Enough sources carry the story for one of its rules.
    pub fn is_ripe(&self, telling: &Telling) -> store::Result<bool> {
        if !self.rules.is_patient() && self.row.kind == Kind::Digest {
            return Ok(true);
        }
        let hits = self.ledger.hits_of_story(self.row.id, telling.story)?;
        Ok(self.rules.is_ripe(&hits, sources(telling)))
    }

    pub fn telling(&self, story: EntryId) -> store::Result<Option<Telling>> {
        let mut articles = self.ledger.story_entries(story)?;
        let Some(first) = articles.first() else { return Ok(None) };
        let reasons = first.reasons.clone();
        let backlog = backlog(&articles);
        let lead = articles.remove(self.lead_of(&articles));
        Ok(Some(Telling {
            story,
            cites: self.ledger.cites(lead.standing.entry)?,
            lead: lead.standing,
            copies: articles.into_iter().map(|article| article.standing).collect(),
            hits: self.rule_hits(story)?,
            update_of: self.kin(reasons.update_of, story)?.map(|kin| Kin { change: reasons.change, ..kin }),
            resurfaced: reasons.resurfaced,
            maybe: self.kin(reasons.maybe, story)?,
            backlog,
        }))
    }

    /// The article of the feed with the highest priority, else the earliest.
    fn lead_of(&self, articles: &[StoryEntry]) -> usize {
        let priority = |article: &StoryEntry| self.orders.feed(article.feed).map_or(0, |feed| feed.priority);
        let highest = articles.iter().map(priority).max();
        articles.iter().position(|article| Some(priority(article)) == highest).unwrap_or(0)
    }

    /// One hit a rule: the first article's evidence stands for the others'.
    fn rule_hits(&self, story: EntryId) -> store::Result<Vec<RuleHit>> {
        let mut hits: BTreeMap<RuleId, RuleHit> = BTreeMap::new();
        for hit in self.ledger.hits_of_story(self.row.id, story)? {
            let Some(rule) = self.rules.of(hit.rule) else { continue };
            hits.entry(hit.rule).or_insert_with(|| RuleHit {
                rule: rule.text.name.clone(),
                priority: rule.priority,
                evidence: hit.evidence,
            });
        }
        Ok(hits.into_values().collect())
    }

    /// Another story that `own` has to do with; the user may have made one of both since.
    fn kin(&self, story: Option<EntryId>, own: EntryId) -> store::Result<Option<Kin>> {
        let Some(story) = story else { return Ok(None) };
        let story = self.ledger.whereabouts(story)?.map_or(story, |now| now.story);
        if story == own {
            return Ok(None);
        }
        let first = self.ledger.story_entries(story)?.into_iter().next();
        Ok(first.map(|article| Kin {
            story,
            title: article.standing.title,
            url: article.standing.url,
            change: None,
        }))
    }

    pub fn late(&self, hits: &[&HitRow]) -> store::Result<Vec<LateCopies>> {
        let mut stories: BTreeMap<EntryId, BTreeSet<EntryId>> = BTreeMap::new();
        for hit in hits {
            stories.entry(hit.story).or_default().insert(hit.entry);
        }
        let mut late = Vec::with_capacity(stories.len());
        for (story, entries) in stories {
            let articles = self.ledger.story_entries(story)?;
            let Some(lead) = articles.get(self.lead_of(&articles)) else { continue };
            let (title, url) = (lead.standing.title.clone(), lead.standing.url.clone());
            let is_late = |standing: &Standing| entries.contains(&standing.entry);
            let copies = articles.into_iter().map(|article| article.standing).filter(is_late).collect();
            late.push(LateCopies {
                story,
                title,
                url,
                told: self.ledger.told_at(self.row.id, story)?,
                copies,
            });
        }
        Ok(late)
    }

    pub fn report(&self, now: DateTime<Utc>) -> store::Result<Report> {
        let since = self.row.last_slot;
        let tally = self.ledger.tally_since(since)?;
        let feeds = self.ledger.feeds()?;
        // A letter that carried a notice and was lost itself has told nobody.
        let news = self.row.first_seen.max(now - NOTICE_IS_NEWS);
        let notices = self.ledger.untold_notices(self.row.id, news)?;
        Ok(Report {
            since: Some(since),
            feeds: u32::try_from(self.orders.feed_count()).unwrap_or(u32::MAX),
            polls: tally.polls,
            failed_polls: tally.failed,
            entries: tally.entries,
            matched: tally.matched,
            troubles: feeds.iter().filter_map(|feed| trouble(feed, self.language, now)).collect(),
            rules: self.histories(now)?,
            notes: notices.into_iter().map(|notice| notice.what.said(self.language)).collect(),
        })
    }

    fn histories(&self, now: DateTime<Utc>) -> store::Result<Vec<RuleHistory>> {
        let mut histories = Vec::new();
        for rule in self.ledger.rules()?.into_iter().filter(|rule| self.rules.of(rule.id).is_some()) {
            let days = self.ledger.rule_days(rule.id, PICTURE_DAYS, now)?;
            histories.push(RuleHistory { rule: rule.name, days, last_hit: rule.last_hit });
        }
        Ok(histories)
    }
}

/// The feed whose return brought a story, when no feed that was there all the time has it too.
fn backlog(articles: &[StoryEntry]) -> Option<Backlog> {
    let returned: BTreeSet<_> =
        articles.iter().filter(|article| article.away_since.is_some()).map(|article| article.feed).collect();
    let newest = articles.iter().rev().find(|article| article.away_since.is_some())?;
    articles.iter().all(|article| returned.contains(&article.feed)).then(|| Backlog {
        feed: if newest.standing.feed.is_empty() {
            newest.standing.source.clone()
        } else {
            newest.standing.feed.clone()
        },
        away_since: newest.away_since.unwrap_or(newest.standing.first_seen),
        back_at: newest.standing.first_seen,
    })
}
