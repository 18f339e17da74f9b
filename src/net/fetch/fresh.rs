//! How long a server asks to be left alone. It is measured by the server's own clock (`Date`), so a
//! wrong one does no harm.

use chrono::{DateTime, TimeDelta, Utc};
use reqwest::header::{AGE, CACHE_CONTROL, DATE, EXPIRES, HeaderMap, HeaderName, RETRY_AFTER};

use crate::news::parse::date;

/// Nothing is believed beyond a year; the schedule caps much earlier.
const LONGEST: TimeDelta = TimeDelta::days(365);

/// RFC 9111 § 4.2.1: `max-age` less `Age`, else `Expires` less `Date`. `None` when nothing is said,
/// when the time is over, or when every use needs a question anyway (`no-cache`, `no-store`).
///
/// `private` does not matter: it speaks to caches that several people share.
pub(super) fn fresh_for(headers: &HeaderMap) -> Option<TimeDelta> {
    let directives = Directives::read(headers);
    if directives.always_ask {
        return None;
    }
    let fresh = match directives.max_age {
        Some(max_age) => max_age - number(headers, AGE).unwrap_or_default(),
        None => instant(headers, &EXPIRES)? - instant(headers, &DATE)?,
    };
    positive(fresh)
}

/// RFC 9110 § 10.2.3: seconds, or a date.
pub(in crate::net) fn retry_after(headers: &HeaderMap) -> Option<TimeDelta> {
    let wait = match number(headers, RETRY_AFTER) {
        Some(seconds) => seconds,
        None => instant(headers, &RETRY_AFTER)? - instant(headers, &DATE)?,
    };
    positive(wait)
}

#[derive(Debug, Default)]
struct Directives {
    always_ask: bool,
    max_age: Option<TimeDelta>,
}

impl Directives {
    fn read(headers: &HeaderMap) -> Self {
        let mut directives = Self::default();
        let values = headers.get_all(CACHE_CONTROL).iter().filter_map(|value| value.to_str().ok());
        for directive in values.flat_map(|value| value.split(',')) {
            let (name, argument) = directive.split_once('=').unwrap_or((directive, ""));
            match name.trim().to_ascii_lowercase().as_str() {
                // `no-cache="Set-Cookie"` speaks of that header only.
                "no-store" => directives.always_ask = true,
                "no-cache" if argument.is_empty() => directives.always_ask = true,
                "max-age" => directives.max_age = directives.max_age.or_else(|| seconds(argument)),
                _ => {}
            }
        }
        directives
    }
}

fn number(headers: &HeaderMap, name: HeaderName) -> Option<TimeDelta> {
    seconds(headers.get(name)?.to_str().ok()?)
}

/// Digits, with or without quotes. A number too large to read is as long as we believe.
fn seconds(text: &str) -> Option<TimeDelta> {
    let digits = text.trim().trim_matches('"');
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let seconds = digits.parse().ok().and_then(TimeDelta::try_seconds).unwrap_or(LONGEST);
    Some(seconds.min(LONGEST))
}

fn instant(headers: &HeaderMap, name: &HeaderName) -> Option<DateTime<Utc>> {
    date::read(headers.get(name)?.to_str().ok()?)
}

fn positive(span: TimeDelta) -> Option<TimeDelta> {
    (span > TimeDelta::zero()).then(|| span.min(LONGEST))
}
