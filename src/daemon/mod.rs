//! The loop: runs errands, hands outcomes back, signals, sd_notify. Decides nothing.

pub mod control;
pub mod crew;
pub mod home;
mod journal;
mod notify;
pub mod outside;
mod requests;
pub mod round;
mod run;

use std::time::Duration;

use crate::news::errand::Outcome;
use crate::news::story::StoryIndex;
use crate::pipeline::Hindsight;
use crate::store::StoreFault;

pub use run::run;

/// What comes into the loop's inbox.
#[derive(Debug)]
pub(crate) enum Event {
    Outcome(Outcome),
    /// The index is built, or could not be.
    Index(Option<Box<StoryIndex>>),
    /// New and changed rules were held against the stored entries, or could not be.
    Hindsight(Option<Hindsight>),
    Control(control::Request, control::Answerer),
    Signal(Signal),
}

/// What the operator asked for by a signal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Signal {
    /// SIGTERM, SIGINT
    Stop,
    /// SIGHUP
    Reload,
}

/// Why the daemon or a round could not go on.
#[derive(Debug, thiserror::Error)]
pub enum DaemonFault {
    #[error(transparent)]
    Store(#[from] StoreFault),
    #[error("{0}")]
    Outside(String),
    #[error("{path} cannot be listened on: {why}")]
    Socket { path: std::path::PathBuf, why: std::io::Error },
    #[error("nothing came back for {} s", .0.as_secs())]
    Stuck(Duration),
}
