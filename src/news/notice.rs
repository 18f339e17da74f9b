//! What the operator must be told. What happened is stored, not a sentence: each digest says it in its own
//! language.

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use super::letter::Language;

/// Something that happened, and that somebody may have to mend.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Notice {
    /// A letter or a notification did not reach its reader: refused, or given up after so many tries.
    Lost {
        subject: String,
        recipient: String,
        is_notification: bool,
        tries: Option<u32>,
        answer: String,
    },
    /// A feed said that it is no more (410).
    Gone {
        url: String,
    },
    /// A feed has moved to where another one is read.
    Moved {
        url: String,
        there: String,
        twin: String,
    },
    /// A feed was read again after months.
    Back {
        feed: String,
        days: u32,
        entries: u32,
        matched: u32,
    },
    /// Our own network is away; stands for as long as it is so.
    CutOff,
    WasCutOff {
        since: DateTime<Utc>,
        until: DateTime<Utc>,
    },
    /// What a rule would have caught in the stored entries.
    Hindsight(Hindsight),
    /// The same of the rules that are not named.
    MoreHindsight {
        rules: usize,
        newly: usize,
    },
    /// Not all stored entries were looked at for that.
    LookedAt {
        entries: u32,
    },
}

/// What a new or changed rule would have caught.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hindsight {
    pub rule: String,
    pub is_new: bool,
    /// How far back was looked.
    pub seconds: i64,
    pub caught: usize,
    /// Of these, without a hit of this rule so far.
    pub newly: usize,
    pub told: Told,
}

/// What becomes of the hits that a rule would have had.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Told {
    No,
    /// The rule is muted.
    Muted,
    Newest(usize),
    All,
}

impl Notice {
    /// One line for a reader.
    #[must_use]
    pub fn said(&self, language: Language) -> String {
        match self {
            Self::Lost { subject, recipient, is_notification, tries, answer } => {
                let phrase = match (is_notification, tries) {
                    (false, None) => "letter_refused",
                    (false, Some(_)) => "letter_given_up",
                    (true, None) => "notification_refused",
                    (true, Some(_)) => "notification_given_up",
                };
                let tries = tries.map_or_else(String::new, |tries| language.count("tries", tries as usize));
                let places =
                    [("subject", subject), ("recipient", recipient), ("answer", answer), ("tries", &tries)];
                language.say(phrase, &places.map(|(place, value)| (place, value.as_str())))
            }
            Self::Gone { url } => language.say("feed_gone", &[("url", url)]),
            Self::Moved { url, there, twin } => {
                language.say("feed_moved", &[("url", url), ("there", there), ("twin", twin)])
            }
            Self::Back { feed, days, entries, matched } => {
                let days = language.count("days", *days as usize);
                let entries = language.count("new_entries", *entries as usize);
                let matched = language.say("matched", &[("n", &language.number(u64::from(*matched)))]);
                let places = [("feed", feed), ("days", &days), ("entries", &entries), ("matched", &matched)];
                language.say("feed_back", &places.map(|(place, value)| (place, value.as_str())))
            }
            Self::CutOff => language.say("cut_off", &[]),
            Self::WasCutOff { since, until } => {
                let [since, until] = [since, until].map(|at| at.format("%F %R").to_string());
                language.say("was_cut_off", &[("since", &since), ("until", &until)])
            }
            Self::Hindsight(hindsight) => hindsight.said(language),
            Self::MoreHindsight { rules, newly } => {
                let [rules, newly] = [rules, newly].map(|number| language.number(*number as u64));
                language.say("more_rules", &[("n", &rules), ("caught", &newly)])
            }
            Self::LookedAt { entries } => {
                language.say("looked_at", &[("n", &language.number(u64::from(*entries)))])
            }
        }
    }
}

impl Hindsight {
    fn said(&self, language: Language) -> String {
        let phrase = if self.is_new { "rule_new" } else { "rule_changed" };
        let entries = language.count("entries", self.caught);
        let span = length(TimeDelta::seconds(self.seconds), language);
        let places = [("rule", self.rule.as_str()), ("entries", &entries), ("span", &span)];
        let number =
            |phrase: &str, number: usize| language.say(phrase, &[("n", &language.number(number as u64))]);
        let first = match self.newly {
            newly if newly == self.caught => None,
            0 => Some(language.say("all_before", &[])),
            newly => Some(number("first_time", newly)),
        };
        let told = match self.told {
            _ if self.newly == 0 => None,
            Told::No => Some(language.say("not_told", &[])),
            Told::Muted => Some(language.say("not_told_muted", &[])),
            Told::Newest(newest) => Some(number("newest_told", newest)),
            Told::All => Some(language.say("all_told", &[])),
        };
        let clauses: Vec<String> =
            [Some(language.say(phrase, &places)), first, told].into_iter().flatten().collect();
        clauses.join(language.comma())
    }
}

/// A length of time in the largest unit that says it well.
#[must_use]
pub fn length(gap: TimeDelta, language: Language) -> String {
    let (phrase, number) = match gap.num_hours() {
        0 => ("minutes", gap.num_minutes()),
        hours if hours < 72 => ("hours", hours),
        _ => ("days", gap.num_days()),
    };
    language.count(phrase, usize::try_from(number).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn every_kind() -> Vec<Notice> {
        let text = |text: &str| text.to_owned();
        let lost = |is_notification, tries| Notice::Lost {
            subject: text("S"),
            recipient: text("R"),
            is_notification,
            tries,
            answer: text("A"),
        };
        let at = |hour: i64| DateTime::UNIX_EPOCH + TimeDelta::hours(hour);
        let hindsight = |newly, told| {
            let (is_new, seconds) = (newly > 1, 7 * 86_400);
            Notice::Hindsight(Hindsight { rule: text("N"), is_new, seconds, caught: 3, newly, told })
        };
        vec![
            lost(false, None),
            lost(false, Some(2)),
            lost(true, None),
            lost(true, Some(1)),
            Notice::Gone { url: text("U") },
            Notice::Moved { url: text("U"), there: text("T"), twin: text("W") },
            Notice::Back { feed: text("F"), days: 94, entries: 12, matched: 2 },
            Notice::CutOff,
            Notice::WasCutOff { since: at(0), until: at(1) },
            hindsight(0, Told::No),
            hindsight(1, Told::No),
            hindsight(3, Told::Muted),
            hindsight(3, Told::Newest(2)),
            hindsight(3, Told::All),
            Notice::MoreHindsight { rules: 2, newly: 3 },
            Notice::LookedAt { entries: 200_000 },
        ]
    }

    /// Stored and read again it is the same; every place is filled in every language.
    #[test]
    fn every_kind_is_kept_and_said() {
        for notice in every_kind() {
            let stored = serde_json::to_string(&notice).unwrap();
            assert_eq!(serde_json::from_str::<Notice>(&stored).unwrap(), notice);
            let english = notice.said(Language::default());
            for language in Language::CODES.into_iter().filter_map(Language::of_code) {
                let said = notice.said(language);
                assert!(!said.is_empty() && !said.contains(['{', '}']), "{language}: {said}");
                assert!(language == Language::default() || said != english, "{language}: {said}");
            }
        }
    }

    #[test]
    fn hindsight_is_one_sentence() {
        let said: Vec<String> =
            every_kind()[9..14].iter().map(|notice| notice.said(Language::default())).collect();
        assert_eq!(
            said,
            [
                "The changed rule “N” would have caught 3 entries of the last 7 days, all of them caught before",
                "The changed rule “N” would have caught 3 entries of the last 7 days, 1 of them for the first time, not told",
                "The new rule “N” would have caught 3 entries of the last 7 days, not told, as the rule is muted",
                "The new rule “N” would have caught 3 entries of the last 7 days, the newest 2 told",
                "The new rule “N” would have caught 3 entries of the last 7 days, all told",
            ]
        );
    }
}
