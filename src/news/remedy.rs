//! What a feed's failure means, and what helps against it: one line a class, for whoever is called at night.

use chrono::TimeDelta;

use super::errand::FaultClass;
use super::letter::Language;

/// What passes by itself does so within days.
const PASSES_WITHIN: TimeDelta = TimeDelta::days(3);

/// What happened, and what to do about it, in a reader's language.
#[derive(Debug, PartialEq, Eq)]
pub struct Account {
    pub why: String,
    pub advice: String,
}

/// The phrases of the catalogues: what happened, and what its keeper can do.
fn phrases(class: FaultClass) -> (&'static str, &'static str) {
    use FaultClass as C;
    match class {
        C::Dns => ("fault_dns", "do_address"),
        C::Forbidden => ("fault_forbidden", "do_private"),
        C::Connect => ("fault_connect", "do_wait"),
        C::Refused => ("fault_refused", "do_wait"),
        C::Tls => ("fault_tls", "do_certificate"),
        C::Timeout => ("fault_timeout", "do_wait"),
        C::Broken => ("fault_broken", "do_wait"),
        C::TooLarge => ("fault_too_large", "do_size"),
        C::Redirect => ("fault_redirect", "do_address"),
        C::Denied => ("fault_denied", "do_leave"),
        C::NotFound => ("fault_not_found", "do_address"),
        C::Gone => ("fault_gone", "do_remove"),
        C::Limited => ("fault_limited", "do_slower"),
        C::Client => ("fault_client", "do_address"),
        C::Server => ("fault_server", "do_wait"),
        C::Protocol => ("fault_protocol", "do_address"),
        C::Login => ("fault_login", "do_login"),
        C::BotChallenge => ("fault_challenge", "do_robot"),
        C::Parking => ("fault_parking", "do_remove"),
        C::NotAFeed => ("fault_not_a_feed", "do_address"),
        C::Emptied => ("fault_emptied", "do_look"),
        C::Reader => ("fault_reader", "do_report"),
        // Never counted against a feed.
        C::NoRoom => ("", "do_wait"),
    }
}

/// Whether the class says all that there is to say; the details of others differ.
fn says_all(class: FaultClass) -> bool {
    use FaultClass as C;
    matches!(class, C::Gone | C::Login | C::Parking)
}

/// What details begin with that the class says, too.
const SAID_TWICE: [&str; 3] = ["the answer is not proper HTTP: ", "not a feed: ", "not a feed but "];

/// What a failure means that has lasted for so long; `detail` is what the fetch or the reading said. The name
/// of a class that is not known any more stands for itself.
#[must_use]
pub fn account(class: &str, detail: &str, lasts: TimeDelta, language: Language) -> Account {
    let Some(known) = FaultClass::from_name(class) else {
        let why = if detail.is_empty() { class.to_owned() } else { format!("{class}: {detail}") };
        return Account { why, advice: String::new() };
    };
    let (what, advice) = phrases(known);
    let what = language.say(what, &[]);
    let detail = SAID_TWICE.iter().find_map(|said| detail.strip_prefix(said)).unwrap_or(detail);
    let why = match detail {
        "" => what,
        _ if says_all(known) => what,
        detail if what.is_empty() => detail.to_owned(),
        detail => format!("{what} ({detail})"),
    };
    let advice = if advice == "do_wait" && lasts > PASSES_WITHIN { "do_look" } else { advice };
    Account { why, advice: language.say(advice, &[]) }
}

#[cfg(test)]
mod tests {
    use super::{Account, FaultClass, Language, TimeDelta, account};

    fn english(class: &str, detail: &str, days: i64) -> String {
        let Account { why, advice } = account(class, detail, TimeDelta::days(days), Language::default());
        format!("{why} — {advice}")
    }

    #[test]
    fn a_failure_is_explained() {
        for (class, detail, days, expected) in [
            (
                "gone",
                "410 Gone",
                0,
                "the site has taken it away for good (410) — take it out of the config, or give it its new address",
            ),
            (
                "timeout",
                "no answer within 20 s",
                0,
                "its server does not answer in time (no answer within 20 s) — nothing to do now, it is tried again by itself",
            ),
            (
                "timeout",
                "",
                4,
                "its server does not answer in time — look in a browser whether the site goes on, and at which address",
            ),
            (
                "no-room",
                "no room in memory",
                0,
                "no room in memory — nothing to do now, it is tried again by itself",
            ),
            (
                "not-a-feed",
                "not a feed but an ordinary web page",
                0,
                "what comes is no feed (an ordinary web page) — check its address; wirewatch feeds discover PAGE names the feeds of a page",
            ),
            ("of-old", "it was so", 0, "of-old: it was so — "),
        ] {
            assert_eq!(english(class, detail, days), expected);
        }
    }

    /// In every language, nothing left to be filled in.
    #[test]
    fn every_class_has_a_meaning_and_a_remedy() {
        for class in FaultClass::ALL {
            for language in Language::CODES.into_iter().filter_map(Language::of_code) {
                let Account { why, advice } = account(class.name(), "D", TimeDelta::zero(), language);
                assert!(!why.is_empty() && !advice.is_empty(), "{class:?} {language}");
                assert!(!(why + &advice).contains(['{', '}']), "{class:?} {language}");
            }
        }
    }
}
