//! Dates in every form met in the wild.

use chrono::{DateTime, Utc};

/// Reads a date of a feed; `None` when nobody could.
#[must_use]
pub fn read(written: &str) -> Option<DateTime<Utc>> {
    let written = written.trim();
    DateTime::parse_from_rfc3339(written)
        .or_else(|_| DateTime::parse_from_rfc2822(written))
        .ok()
        .map(|date| date.with_timezone(&Utc))
}
