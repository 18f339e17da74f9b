//! Copies of the ledger while it is in use, and its health.

use std::path::Path;
use std::time::Duration;

use rusqlite::Connection;
use rusqlite::backup::{Backup, StepResult};

use super::Store;
use super::fault::StoreFault;

/// Pages copied between two breaths of the writer.
const PAGES_A_STEP: i32 = 1024;

/// Copies page by page; `progress` is told of pages done and of pages in all.
pub(super) fn copy(
    from: &Connection,
    path: &Path,
    target: &Path,
    progress: fn(usize, usize),
) -> Result<(), StoreFault> {
    let told = |error: &rusqlite::Error| StoreFault::from_sqlite(target, error);
    let mut into = Connection::open(target).map_err(|e| told(&e))?;
    let backup = Backup::new(from, &mut into).map_err(|e| StoreFault::from_sqlite(path, &e))?;
    loop {
        let step = backup.step(PAGES_A_STEP).map_err(|e| told(&e))?;
        let (pages, left) = (backup.progress().pagecount, backup.progress().remaining);
        let count = |number: i32| usize::try_from(number).unwrap_or(0);
        progress(count(pages - left), count(pages));
        match step {
            StepResult::Done => return Ok(()),
            StepResult::More => {}
            // Somebody writes: a breath.
            _ => std::thread::sleep(Duration::from_millis(5)),
        }
    }
}

impl Store {
    /// Writes a copy to `target`, which must not exist yet; the daemon may go on meanwhile. `progress` is
    /// told of pages done, and of pages in all.
    ///
    /// # Errors
    /// When `target` exists or cannot be written.
    pub fn back_up(&self, target: &Path, progress: fn(usize, usize)) -> Result<(), StoreFault> {
        if target.exists() {
            let detail = "a backup never overwrites a file".to_owned();
            return Err(StoreFault::Unopened { path: target.to_owned(), detail });
        }
        let unfinished = target.with_extension("unfinished");
        copy(&self.conn, &self.path, &unfinished, progress)?;
        std::fs::rename(&unfinished, target)
            .map_err(|error| StoreFault::Unopened { path: target.to_owned(), detail: error.to_string() })
    }

    /// What is wrong with the file (SQLite's integrity and foreign-key checks); empty when it is well.
    ///
    /// # Errors
    /// When the file cannot be read at all.
    pub fn check(&self) -> Result<Vec<String>, StoreFault> {
        let told = |error: rusqlite::Error| StoreFault::from_sqlite(&self.path, &error);
        let mut said = Vec::new();
        let mut integrity = self.conn.prepare("PRAGMA integrity_check(20)").map_err(told)?;
        for line in integrity.query_map([], |row| row.get::<_, String>(0)).map_err(told)? {
            said.push(line.map_err(told)?);
        }
        said.retain(|line| line != "ok");
        let mut keys = self.conn.prepare("PRAGMA foreign_key_check").map_err(told)?;
        for table in keys.query_map([], |row| row.get::<_, String>(0)).map_err(told)? {
            said.push(format!("a row of {} points nowhere", table.map_err(told)?));
        }
        Ok(said)
    }
}
