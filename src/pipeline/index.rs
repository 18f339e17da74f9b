//! The remembered articles in memory: built when they are needed, or aside while polling goes on.

use std::path::Path;
use std::sync::mpsc;

use chrono::{DateTime, Utc};

use super::settling::is_worked;
use super::{Pipeline, Settled};
use crate::news::errand::Outcome;
use crate::news::story::{Known, StoryIndex};
use crate::store::retention::Keep;
use crate::store::{Store, StoreFault};

/// What waits for the index.
#[derive(Debug, Default)]
pub(super) struct Parked {
    outcomes: Vec<Outcome>,
    bytes: usize,
}

/// Rows that are forgotten in one transaction.
const FORGOTTEN_AT_ONCE: u32 = 500;

/// When so many bytes or so many outcomes wait no more polls are begun until the index is there; they stay
/// due. What is under way still comes: it has its own limit.
const MOST_BYTES: usize = 16 << 20;
const MOST_OUTCOMES: usize = 500;

impl Parked {
    pub fn push(&mut self, outcome: Outcome) {
        self.bytes += match &outcome {
            Outcome::Read(reading) => reading.weight(),
            Outcome::Page(page) => page.weight(),
            _ => 0,
        };
        self.outcomes.push(outcome);
    }

    pub fn is_full(&self) -> bool {
        self.bytes >= MOST_BYTES || self.outcomes.len() >= MOST_OUTCOMES
    }

    pub fn is_empty(&self) -> bool {
        self.outcomes.is_empty()
    }

    fn take(&mut self) -> Vec<Outcome> {
        std::mem::take(self).outcomes
    }
}

/// The remembered articles in memory: a cache, not needed while nothing new comes.
#[derive(Debug)]
pub(super) enum Index {
    /// To be built when the first fresh entry comes.
    Absent,
    /// Somebody builds it.
    Building,
    Ready(Box<StoryIndex>),
}

impl Pipeline {
    /// From now on somebody builds the index with [`build_index`]; readings with fresh entries wait
    /// until [`Pipeline::adopt_index`], and when too much of them waits polls wait too.
    pub fn index_is_being_built(&mut self) {
        if matches!(self.index, Index::Absent) {
            self.index = Index::Building;
        }
    }

    /// The index is built: settles what waited for it. Without one it is built when it is needed.
    ///
    /// # Errors
    /// When the ledger cannot be written.
    pub fn adopt_index(
        &mut self,
        index: Option<StoryIndex>,
        now: DateTime<Utc>,
    ) -> Result<Settled, StoreFault> {
        self.index = index.map_or(Index::Absent, |index| Index::Ready(Box::new(index)));
        let parked = self.parked.take();
        self.settle(parked, now)
    }

    pub(super) fn prepare_index(&mut self, polls: &[Outcome]) -> Result<(), StoreFault> {
        if matches!(self.index, Index::Absent) && polls.iter().any(is_worked) {
            self.index = Index::Ready(Box::new(index_of(&self.store)?));
        }
        Ok(())
    }
}

impl Pipeline {
    /// Forgets what is older than the config wants, a little at a time; `true` when there is more.
    ///
    /// # Errors
    /// When the ledger cannot be written.
    pub fn forget_old(&mut self, now: DateTime<Utc>) -> Result<bool, StoreFault> {
        // Whoever builds the index reads what would be forgotten.
        if matches!(self.index, Index::Building) {
            return Ok(false);
        }
        let order = &self.orders.config.store;
        let keep =
            Keep { matched: order.keep, unmatched: order.keep_unmatched, max_articles: order.max_articles };
        let forgotten = self.store.write(|ledger| ledger.forget_old(keep, now, FORGOTTEN_AT_ONCE))?;
        if let Index::Ready(index) = &mut self.index {
            for (id, print) in &forgotten.prints {
                index.remove(*id, print);
            }
        }
        Ok(forgotten.rows > 0)
    }
}

/// Builds the index of what is remembered at that path; takes a while when that is much.
///
/// # Errors
/// When the database cannot be read.
pub fn build_index(path: &Path) -> Result<StoryIndex, StoreFault> {
    index_of(&Store::open_read_only(path)?)
}

/// Articles that go from the thread that reads to the thread that builds at once.
const AT_ONCE: usize = 512;

/// One thread reads the ledger, another builds: either takes half of the time.
fn index_of(store: &Store) -> Result<StoryIndex, StoreFault> {
    std::thread::scope(|scope| {
        let (sender, receiver) = mpsc::sync_channel::<Vec<Known>>(8);
        let builder = scope.spawn(move || StoryIndex::of(receiver.iter().flatten()));
        let read = store.read(|ledger| {
            let mut batch = Vec::with_capacity(AT_ONCE);
            ledger.every_known(|known| {
                batch.push(known);
                if batch.len() == AT_ONCE {
                    // Nobody listens only when the builder has panicked, which is said below.
                    let _ = sender.send(std::mem::replace(&mut batch, Vec::with_capacity(AT_ONCE)));
                }
            })?;
            let _ = sender.send(batch);
            Ok(())
        });
        drop(sender);
        let index = builder.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        read.map(|()| index)
    })
}
