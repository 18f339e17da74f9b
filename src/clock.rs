//! The one place that asks the time. Everything else is told.

use chrono::{DateTime, Utc};

/// The present moment, to the second: nothing in wirewatch is decided by fractions of one.
#[must_use]
#[expect(clippy::disallowed_methods, reason = "this is the one place")]
pub fn now() -> DateTime<Utc> {
    let now = Utc::now();
    DateTime::from_timestamp(now.timestamp(), 0).unwrap_or(now)
}
