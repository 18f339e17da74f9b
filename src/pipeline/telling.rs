//! What letters are made of, out of the ledger's rows.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

use super::orders::Orders;
use super::trouble;
use super::wanted::Wanted;
use crate::news::digest::{
    Backlog, Kin, LateCopies, Report, RuleHistory, RuleHit, Standing, Telling, sources,
};
use crate::news::entry::EntryId;
use crate::news::letter::Language;
use crate::news::story::Edit;
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
        let anew = self.anew(story)?;
        let update_of = match &anew {
            Some(anew) => Some(self.before(anew, &articles)?),
            None => self.kin(reasons.update_of, story)?.map(|kin| Kin { change: reasons.change, ..kin }),
        };
        let shown = anew.map(|anew| anew.entry);
        let resurfaced = known_since(&articles, shown);
        let lead = articles.remove(self.lead_of(&articles, shown));
        Ok(Some(Telling {
            story,
            cites: self.ledger.cites(lead.standing.entry)?,
            hits: self.rule_hits(story, lead.standing.entry)?,
            lead: lead.standing,
            copies: articles.into_iter().map(|article| article.standing).collect(),
            update_of,
            resurfaced,
            maybe: self.kin(reasons.maybe, story)?,
            parts: self.parts(&reasons.parts, story)?,
            backlog,
        }))
    }

    /// What makes a story news once more that was told: the hit of an article that was edited since; for an
    /// urgent letter also that of a copy, when so far only the digest has told the story.
    pub fn anew(&self, story: EntryId) -> store::Result<Option<HitRow>> {
        let told = self.ledger.mark(self.row.id, story)?;
        let digest = match self.row.kind {
            Kind::Urgent => self.ledger.find_teller(Kind::Digest, &self.row.name)?,
            Kind::Digest | Kind::Notify => None,
        };
        let by_digest = digest.map(|digest| self.ledger.mark(digest.id, story)).transpose()?.flatten();
        let Some(seen) = [told, by_digest].into_iter().flatten().map(|mark| mark.seen).max() else {
            return Ok(None);
        };
        let patient = |hit: &HitRow| self.rules.of(hit.rule).is_some_and(|rule| rule.min_sources > 1);
        let is_news = |hit: &HitRow| match &hit.edit {
            Some(_) => hit.id > seen,
            None => told.is_none() && !patient(hit),
        };
        let hits = self.ledger.hits_of_story(self.row.id, story)?;
        Ok(hits.into_iter().rev().find(|hit| self.rules.wants(hit) && is_news(hit)))
    }

    /// The story as it was told before.
    fn before(&self, anew: &HitRow, articles: &[StoryEntry]) -> store::Result<Kin> {
        let told = self.ledger.told(anew.story)?;
        let told = told.into_iter().rev().find(|told| told.teller == self.row.name);
        // An article that was edited has lost its first title.
        let shown = told.map(|told| told.shown).filter(|shown| *shown != anew.entry);
        let standing = articles.iter().map(|article| &article.standing).find(|it| Some(it.entry) == shown);
        Ok(Kin {
            story: anew.story,
            title: standing.map(|it| it.title.clone()).unwrap_or_default(),
            url: standing.and_then(|it| it.url.clone()),
            change: anew.edit.as_ref().and_then(Edit::change).map(str::to_owned),
        })
    }

    /// That article, else the one of the feed with the highest priority, else the earliest.
    fn lead_of(&self, articles: &[StoryEntry], shown: Option<EntryId>) -> usize {
        let is_shown = |article: &StoryEntry| Some(article.standing.entry) == shown;
        if let Some(place) = articles.iter().position(is_shown) {
            return place;
        }
        let priority = |article: &StoryEntry| self.orders.feed(article.feed).map_or(0, |feed| feed.priority);
        let highest = articles.iter().map(priority).max();
        articles.iter().position(|article| Some(priority(article)) == highest).unwrap_or(0)
    }

    /// One hit a rule: the lead's or else the first article's evidence stands for the others'.
    fn rule_hits(&self, story: EntryId, lead: EntryId) -> store::Result<Vec<RuleHit>> {
        let mut hits: BTreeMap<RuleId, RuleHit> = BTreeMap::new();
        let mut booked = self.ledger.hits_of_story(self.row.id, story)?;
        booked.sort_by_key(|hit| hit.entry != lead);
        for hit in booked {
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

    /// The stories of a roundup.
    fn parts(&self, parts: &[EntryId], own: EntryId) -> store::Result<Vec<Kin>> {
        let kin = parts.iter().map(|part| self.kin(Some(*part), own));
        Ok(kin.collect::<store::Result<Vec<_>>>()?.into_iter().flatten().collect())
    }

    pub fn late(&self, hits: &[&HitRow]) -> store::Result<Vec<LateCopies>> {
        let mut stories: BTreeMap<EntryId, BTreeSet<EntryId>> = BTreeMap::new();
        for hit in hits {
            stories.entry(hit.story).or_default().insert(hit.entry);
        }
        let mut late = Vec::with_capacity(stories.len());
        for (story, entries) in stories {
            let articles = self.ledger.story_entries(story)?;
            let Some(lead) = articles.get(self.lead_of(&articles, None)) else { continue };
            let (title, url) = (lead.standing.title.clone(), lead.standing.url.clone());
            let is_late = |standing: &Standing| entries.contains(&standing.entry);
            let copies = articles.into_iter().map(|article| article.standing).filter(is_late).collect();
            late.push(LateCopies {
                story,
                title,
                url,
                told: self.ledger.mark(self.row.id, story)?.map(|mark| mark.letter.slot),
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

/// Stories of a part, each with the article that stands for it there.
pub(super) fn shown(part: &[EntryId], stories: &[Telling]) -> Vec<(EntryId, EntryId)> {
    let leads: HashMap<EntryId, EntryId> =
        stories.iter().map(|telling| (telling.story, telling.lead.entry)).collect();
    part.iter().map(|story| (*story, leads.get(story).copied().unwrap_or(*story))).collect()
}

/// The day since when the text is known, when it is old news. Often it is a copy that says so: nobody watched
/// for the story when its first article came. Of an article that is told anew only its own text counts.
fn known_since(articles: &[StoryEntry], shown: Option<EntryId>) -> Option<NaiveDate> {
    let told = articles.iter().filter(|article| shown.is_none_or(|shown| shown == article.standing.entry));
    told.filter_map(|article| article.reasons.resurfaced).min()
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
