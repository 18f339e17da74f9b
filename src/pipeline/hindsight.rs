//! What new and changed rules would have caught in the stored entries: it is counted, said in the log and
//! in the next digest, and told when the rule says `backfill`.
//!
//! Reading the entries takes a while when they are many: [`look_back`] only reads, and may run aside while
//! polling goes on. What it brought is booked in one transaction. A rule stays *untried* until then, so that
//! a crash or a reload in between loses nothing and tells nothing twice.

use std::collections::HashMap;
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};

use super::Pipeline;
use super::folding::in_force;
use crate::config::Rule;
use crate::news::entry::EntryId;
use crate::news::letter::Language;
use crate::news::notice::{self, Notice, Told};
use crate::news::rule::Rules;
use crate::store::hindsight::{BelatedHit, Untried};
use crate::store::hits::RuleId;
use crate::store::replay::{Stored, Window};
use crate::store::{self, Ledger, Store, StoreFault};

/// So far back a rule without `backfill` is counted.
const WEEK: TimeDelta = TimeDelta::days(7);
/// Entries that are looked at in one go, the newest.
const ENTRIES_AT_MOST: u32 = 200_000;
/// Hits that are booked in one go, the newest: a digest of more nobody reads.
const HITS_AT_MOST: usize = 2_000;
/// Rules that are named; the others are summed up.
const NAMED_AT_MOST: usize = 20;

/// Rules that are to be held against the stored entries.
#[derive(Debug)]
pub struct Question {
    matcher: Arc<Rules>,
    rules: Vec<Asked>,
}

#[derive(Debug)]
struct Asked {
    row: Untried,
    order: Rule,
    /// Its index in the matcher.
    place: usize,
    since: DateTime<Utc>,
}

/// What they would have caught.
#[derive(Debug)]
pub struct Hindsight {
    rules: Vec<Found>,
    /// Entries that were looked at.
    looked_at: u32,
}

#[derive(Debug)]
struct Found {
    asked: Asked,
    caught: usize,
    /// Of these, without a hit of this rule so far.
    newly: usize,
    to_tell: Vec<BelatedHit>,
}

impl Pipeline {
    /// The rules that are new or changed and still to be held against the stored entries, if any.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn untried_rules(&self) -> Result<Option<Question>, StoreFault> {
        let untried = self.store.read(|ledger| ledger.untried_rules())?;
        if untried.is_empty() {
            return Ok(None);
        }
        let places: HashMap<RuleId, usize> =
            self.orders.rules.iter().enumerate().map(|(place, id)| (*id, place)).collect();
        let asked = |row: Untried| {
            let place = *places.get(&row.rule)?;
            let order = self.orders.config.rules.get(place)?.clone();
            let since = row.since - order.backfill.unwrap_or(WEEK);
            Some(Asked { row, order, place, since })
        };
        let rules = untried.into_iter().filter_map(asked).collect();
        Ok(Some(Question { matcher: Arc::clone(&self.orders.config.matcher), rules }))
    }

    /// Books what is to be told; the lines that say what each rule would have caught. They stand in the
    /// next digest too.
    ///
    /// # Errors
    /// When the ledger cannot be written; the rules stay untried then.
    pub fn adopt_hindsight(
        &mut self,
        hindsight: Hindsight,
        now: DateTime<Utc>,
    ) -> Result<Vec<String>, StoreFault> {
        self.store.write(|ledger| {
            let mut settled = Vec::new();
            for found in hindsight.rules {
                // A rule that was changed again meanwhile is tried again.
                if ledger.close_trial(&found.asked.row)? {
                    let booked = book(ledger, &found, now)?;
                    settled.push((found, booked));
                }
            }
            let notices = notices(settled, hindsight.looked_at, now);
            notices.iter().try_for_each(|notice| ledger.add_notice(notice, now))?;
            Ok(notices.iter().map(|notice| notice.said(Language::default())).collect())
        })
    }
}

/// Holds the rules against the stored entries; leaves no trace.
///
/// # Errors
/// When the database cannot be read.
pub fn look_back(store: &Store, question: Question) -> Result<Hindsight, StoreFault> {
    let Question { matcher, rules } = question;
    let since = rules.iter().map(|asked| asked.since).min().unwrap_or_default();
    let until = rules.iter().map(|asked| asked.row.since).max().unwrap_or_default();
    let found: Vec<Found> =
        rules.into_iter().map(|asked| Found { asked, caught: 0, newly: 0, to_tell: Vec::new() }).collect();
    let places = found.iter().enumerate().map(|(index, found)| (found.asked.place, index)).collect();
    let mut search = Search { matcher: &matcher, found, places, to_tell: 0, looked_at: 0 };
    let window = Window { since, until, at_most: ENTRIES_AT_MOST };
    store.read(|ledger| ledger.replay_newest(window, |stored| search.hold(stored)))?;
    Ok(Hindsight { rules: search.found, looked_at: search.looked_at })
}

struct Search<'a> {
    matcher: &'a Rules,
    found: Vec<Found>,
    /// From a rule's index in the matcher to `found`.
    places: HashMap<usize, usize>,
    /// Hits that are to be booked, in all.
    to_tell: usize,
    looked_at: u32,
}

impl Search<'_> {
    fn hold(&mut self, stored: &Stored) {
        self.looked_at += 1;
        let mut to_tell = Vec::new();
        for place in self.matcher.hit_indexes(&stored.article) {
            let Some(index) = self.places.get(&place) else { continue };
            let Some(found) = self.found.get_mut(*index).filter(|found| found.asked.covers(stored)) else {
                continue;
            };
            found.caught += 1;
            if !stored.hits.contains(&found.asked.order.text.name) {
                found.newly += 1;
                to_tell.extend(found.asked.order.backfill.map(|_| (place, *index)));
            }
        }
        if !to_tell.is_empty() && self.to_tell < HITS_AT_MOST {
            self.keep(stored, &to_tell);
        }
    }

    /// Evidence is dear: it is made for what is told alone.
    fn keep(&mut self, stored: &Stored, to_tell: &[(usize, usize)]) {
        let Ok(entry) = stored.article.id.parse().map(EntryId) else { return };
        for hit in self.matcher.hits(&stored.article) {
            let Some((_, index)) = to_tell.iter().find(|(place, _)| *place == hit.rule) else { continue };
            if let Some(found) = self.found.get_mut(*index) {
                let evidence = hit.evidence;
                found.to_tell.push(BelatedHit { entry, first_seen: stored.first_seen, evidence });
                self.to_tell += 1;
            }
        }
    }
}

impl Asked {
    /// Whether the rule was to look at that entry. What was old already when its feed was added is not
    /// of the last days.
    fn covers(&self, stored: &Stored) -> bool {
        let came = stored.first_seen;
        let published = stored.article.published.unwrap_or(came);
        came >= self.since && published >= self.since && came <= self.row.since && in_force(&self.order, came)
    }
}

/// How many hits were booked, oldest first, as if they had come in their time.
fn book(ledger: &Ledger<'_>, found: &Found, now: DateTime<Utc>) -> store::Result<usize> {
    let mut booked = 0;
    let silent = is_muted(&found.asked.order, now);
    for hit in found.to_tell.iter().rev() {
        booked += usize::from(ledger.add_belated_hit(found.asked.row.rule, hit, silent, now)?);
    }
    Ok(booked)
}

fn is_muted(rule: &Rule, now: DateTime<Utc>) -> bool {
    rule.mute.is_some_and(|until| now < until)
}

/// One notice a rule, those that caught most first; of many rules the rest in one.
fn notices(mut settled: Vec<(Found, usize)>, looked_at: u32, now: DateTime<Utc>) -> Vec<Notice> {
    settled.sort_by_key(|(found, _)| std::cmp::Reverse(found.newly));
    let rest = settled.split_off(settled.len().min(NAMED_AT_MOST));
    let mut notices: Vec<Notice> =
        settled.iter().map(|(found, booked)| Notice::Hindsight(of_one(found, *booked, now))).collect();
    if !rest.is_empty() {
        let newly = rest.iter().map(|(found, _)| found.newly).sum();
        notices.push(Notice::MoreHindsight { rules: rest.len(), newly });
    }
    if looked_at >= ENTRIES_AT_MOST && !notices.is_empty() {
        notices.push(Notice::LookedAt { entries: looked_at });
    }
    notices
}

fn of_one(found: &Found, booked: usize, now: DateTime<Utc>) -> notice::Hindsight {
    let Found { asked, caught, newly, .. } = found;
    let told = match asked.order.backfill {
        None => Told::No,
        Some(_) if is_muted(&asked.order, now) => Told::Muted,
        Some(_) if booked < *newly => Told::Newest(booked),
        Some(_) => Told::All,
    };
    notice::Hindsight {
        rule: asked.order.text.name.clone(),
        is_new: asked.row.is_new,
        seconds: asked.order.backfill.unwrap_or(WEEK).num_seconds(),
        caught: *caught,
        newly: *newly,
        told,
    }
}

#[cfg(test)]
mod tests {
    use super::{
        Asked, ENTRIES_AT_MOST, Found, NAMED_AT_MOST, Notice, Rule, RuleId, TimeDelta, Told, Untried, notices,
    };
    use crate::news::rule::RuleText;
    use chrono::DateTime;

    /// A rule that found so many entries, all for the first time.
    fn found(name: &str, newly: usize, backfill: Option<TimeDelta>) -> Found {
        let now = DateTime::UNIX_EPOCH;
        let text = RuleText { name: name.to_owned(), ..RuleText::default() };
        let (not_before, expires, mute, note) = (None, None, None, None);
        let order = Rule {
            text,
            priority: 0,
            urgent: false,
            min_sources: 1,
            not_before,
            expires,
            mute,
            backfill,
            note,
        };
        let row = Untried { rule: RuleId(1), meaning: 0, since: now, is_new: true };
        let asked = Asked { row, order, place: 0, since: now };
        Found { asked, caught: newly, newly, to_tell: Vec::new() }
    }

    #[test]
    fn of_many_rules_the_rest_is_summed_up() {
        let rules = (0..NAMED_AT_MOST + 2).map(|number| (found("R", number + 1, None), 0)).collect();
        let told = notices(rules, 5, DateTime::UNIX_EPOCH);
        assert_eq!(told.len(), NAMED_AT_MOST + 1);
        assert!(matches!(&told[0], Notice::Hindsight(first) if first.newly == 22 && first.told == Told::No));
        assert_eq!(told[NAMED_AT_MOST], Notice::MoreHindsight { rules: 2, newly: 3 });
    }

    #[test]
    fn what_was_cut_is_said() {
        let rules = vec![(found("R", 9, Some(TimeDelta::days(1))), 4)];
        let told = notices(rules, ENTRIES_AT_MOST, DateTime::UNIX_EPOCH);
        assert!(matches!(&told[0], Notice::Hindsight(first) if first.told == Told::Newest(4)));
        assert_eq!(told[1..], [Notice::LookedAt { entries: ENTRIES_AT_MOST }]);
        assert!(notices(Vec::new(), ENTRIES_AT_MOST, DateTime::UNIX_EPOCH).is_empty());
    }
}
