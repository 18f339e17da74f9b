//! `due(now)` → errands; `settle(outcomes, now)`. Synchronous, no network.

/// Joins news and store.
#[derive(Debug)]
pub struct Pipeline;
impl Pipeline {
    pub fn due() {}
    pub fn sift() {}
    pub fn settle() {}
}
