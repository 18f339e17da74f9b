//! From status and headers to a reply or a fault.

use reqwest::StatusCode;
use reqwest::header::{CONTENT_TYPE, ETAG, HeaderMap, HeaderName, LAST_MODIFIED};

use crate::news::errand::{Fault, FaultClass, Reply, Traffic, Validators};

use super::fault::fault;
use super::fresh;
use super::request::{Ask, to_opaque};
use super::trail::Trail;

/// A longer validator is no validator but somebody's state; sending it back would only earn a 431.
const LONGEST_VALIDATOR: usize = 4096;

/// The reply that an answer is, its body still to be read.
pub(super) fn judge(
    status: StatusCode,
    headers: &HeaderMap,
    ask: &Ask,
    trail: &Trail,
) -> Result<Reply, Fault> {
    let not_modified = status == StatusCode::NOT_MODIFIED;
    if let Some(class) = class_of(status, headers, ask) {
        return Err(refusal(class, status, headers, ask, trail));
    }
    let mut validators = validators(headers);
    if not_modified {
        // RFC 9111 § 3.2: what a 304 does not name stays as it was.
        validators.etag = validators.etag.or_else(|| ask.validators.etag.clone());
        validators.last_modified = validators.last_modified.or_else(|| ask.validators.last_modified.clone());
    }
    Ok(Reply {
        not_modified,
        body: Vec::new(),
        final_url: trail.here().to_string(),
        moved_to: trail.moved_to(),
        content_type: headers.get(CONTENT_TYPE).map(to_opaque),
        validators,
        fresh_for: fresh::fresh_for(headers),
        traffic: Traffic::default(),
    })
}

/// `None` for an answer that is worth reading.
fn class_of(status: StatusCode, headers: &HeaderMap, ask: &Ask) -> Option<FaultClass> {
    if is_challenge(headers) {
        return Some(FaultClass::BotChallenge);
    }
    let class = match status.as_u16() {
        200 | 203 => return None,
        // Both answer a question about what we have. Unasked, a 304 would hide the feed for ever.
        226 | 304 if ask.conditional() => return None,
        204 => FaultClass::NotAFeed,
        401 | 403 | 407 => FaultClass::Denied,
        404 => FaultClass::NotFound,
        410 => FaultClass::Gone,
        429 => FaultClass::Limited,
        503 if fresh::retry_after(headers).is_some() => FaultClass::Limited,
        400..=499 => FaultClass::Client,
        500..=599 => FaultClass::Server,
        _ => FaultClass::Protocol,
    };
    Some(class)
}

/// What Cloudflare and AWS document as the mark of their "are you human" pages; the status differs.
fn is_challenge(headers: &HeaderMap) -> bool {
    const MARKS: [(HeaderName, &[&str]); 2] = [
        (HeaderName::from_static("cf-mitigated"), &["challenge"]),
        (HeaderName::from_static("x-amzn-waf-action"), &["challenge", "captcha"]),
    ];
    MARKS.iter().any(|(name, values)| {
        headers.get(name).and_then(|value| value.to_str().ok()).is_some_and(|value| values.contains(&value))
    })
}

fn refusal(class: FaultClass, status: StatusCode, headers: &HeaderMap, ask: &Ask, trail: &Trail) -> Fault {
    let answered = format!("the server answered {status}");
    let detail = match class {
        FaultClass::BotChallenge => {
            format!("{answered} and asks for a proof that we are no robot")
        }
        FaultClass::NotAFeed => format!("{answered}: nothing to read"),
        FaultClass::Gone => format!("{answered}: the feed is gone for good"),
        FaultClass::Denied if ask.has_login() && !trail.at_home() => {
            format!("{answered}; the login was not shown to {}, where we were redirected", host(trail))
        }
        FaultClass::Protocol if status == StatusCode::NOT_MODIFIED => {
            format!("{answered}, though we asked for the whole document")
        }
        _ => answered,
    };
    Fault { retry_after: fresh::retry_after(headers), ..fault(class, &detail) }
}

fn host(trail: &Trail) -> &str {
    trail.here().host_str().unwrap_or_default()
}

fn validators(headers: &HeaderMap) -> Validators {
    let opaque = |name| {
        headers.get(name).map(to_opaque).filter(|value| !value.is_empty() && value.len() <= LONGEST_VALIDATOR)
    };
    Validators { etag: opaque(ETAG), last_modified: opaque(LAST_MODIFIED) }
}
