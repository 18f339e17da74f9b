//! The one place that asks the time. Everything else is told.

use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};

/// What time it is: really, or as a test has it.
#[derive(Debug, Clone, Copy, Default)]
pub enum Clock {
    #[default]
    Running,
    /// `--now`
    Standing(DateTime<Utc>),
}

impl Clock {
    /// The present moment, to the second: nothing in wirewatch is decided by fractions of one.
    #[must_use]
    pub fn now(self) -> DateTime<Utc> {
        match self {
            Self::Running => now(),
            Self::Standing(moment) => moment,
        }
    }
}

/// The real present moment, to the second.
#[must_use]
#[allow(clippy::disallowed_methods, reason = "this is the one place")]
pub fn now() -> DateTime<Utc> {
    let now = Utc::now();
    DateTime::from_timestamp(now.timestamp(), 0).unwrap_or(now)
}

/// An end that no jump of the clock moves.
#[derive(Debug, Clone, Copy)]
pub struct Deadline(Instant);

impl Deadline {
    #[must_use]
    #[allow(clippy::disallowed_methods, reason = "this is the one place")]
    pub fn after(length: Duration) -> Self {
        Self(Instant::now() + length)
    }

    /// How long it is until then; zero when it is over.
    #[must_use]
    #[allow(clippy::disallowed_methods, reason = "this is the one place")]
    pub fn left(self) -> Duration {
        self.0.saturating_duration_since(Instant::now())
    }
}
