//! The pipeline with its hands: starts errands, gathers what comes back, hands it over in batches.

use std::path::Path;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::Duration;

use chrono::{DateTime, Utc};

use super::outside::Outside;
use super::{DaemonFault, Event};
use crate::clock::Clock;
use crate::config::Config;
use crate::news::errand::{Errand, Outcome};
use crate::pipeline::{Pipeline, Settled};
use crate::store::Store;

/// Events that are handled together, at most.
const BATCH: usize = 256;
/// With much under way, more outcomes are awaited for so long: they share a transaction then.
const GATHER: Duration = Duration::from_millis(4);
const MUCH: usize = 8;

/// Pipeline, hands and inbox.
#[derive(Debug)]
pub struct Crew {
    pub pipeline: Pipeline,
    pub(super) outside: Outside,
    inbox: Receiver<Event>,
    pub(super) to_inbox: Sender<Event>,
    clock: Clock,
}

impl Crew {
    /// # Errors
    /// When the ledger cannot be written, or the config's network settings cannot be used.
    pub fn new(store: Store, config: Config, clock: Clock) -> Result<Self, DaemonFault> {
        let (to_inbox, inbox) = channel();
        let state = store.path().parent().unwrap_or(Path::new(""));
        let outside = Outside::new(&config, state, to_inbox.clone()).map_err(DaemonFault::Outside)?;
        let pipeline = Pipeline::open(store, config, clock.now())?;
        Ok(Self { pipeline, outside, inbox, to_inbox, clock })
    }

    /// Starts everything that may start.
    pub fn start(&self, errands: Vec<Errand>) {
        for errand in errands {
            self.outside.start(errand);
        }
    }

    /// What time it is for this crew.
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    /// Waits for events; empty when none came in time.
    pub(super) fn wait(&self, longest: Duration) -> Vec<Event> {
        let first = match self.inbox.recv_timeout(longest) {
            Ok(event) => event,
            Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => return Vec::new(),
        };
        if self.pipeline.under_way() > MUCH {
            std::thread::sleep(GATHER);
        }
        let mut events = vec![first];
        events.extend(self.inbox.try_iter().take(BATCH));
        events
    }

    /// Hands outcomes over and starts what follows from them.
    ///
    /// # Errors
    /// When the ledger cannot be written; the outcomes are lost then, and come again.
    pub fn settle(&mut self, outcomes: Vec<Outcome>) -> Result<Settled, DaemonFault> {
        let mut settled = self.pipeline.settle(outcomes, self.clock.now())?;
        self.start(std::mem::take(&mut settled.errands));
        Ok(settled)
    }

    /// Ends what is under way.
    pub fn stop(self) {
        self.outside.stop();
    }
}
