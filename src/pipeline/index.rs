//! The remembered articles in memory: built when they are needed, or aside while polling goes on.

use std::path::Path;

use chrono::{DateTime, Utc};

use super::settling::is_worked;
use super::{Pipeline, Settled};
use crate::news::errand::Outcome;
use crate::news::story::StoryIndex;
use crate::store::{Store, StoreFault};

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
    /// until [`Pipeline::adopt_index`].
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
        let parked = std::mem::take(&mut self.parked);
        self.settle(parked, now)
    }

    pub(super) fn prepare_index(&mut self, polls: &[Outcome]) -> Result<(), StoreFault> {
        if matches!(self.index, Index::Absent) && polls.iter().any(is_worked) {
            self.index = Index::Ready(Box::new(index_of(&self.store)?));
        }
        Ok(())
    }
}

/// Builds the index of what is remembered at that path; takes a while when that is much.
///
/// # Errors
/// When the database cannot be read.
pub fn build_index(path: &Path) -> Result<StoryIndex, StoreFault> {
    index_of(&Store::open_read_only(path)?)
}

fn index_of(store: &Store) -> Result<StoryIndex, StoreFault> {
    store.read(|ledger| {
        let mut index = StoryIndex::default();
        ledger.every_known(|known| index.insert(known))?;
        Ok(index)
    })
}
