//! The one ledger: SQLite, synchronous. All SQL lives here, each query beside its table.
//!
//! One connection writes; readers use their own read-only connections (WAL). Whatever belongs
//! together is one transaction: [`Store::write`] for what can be found out again by polling again,
//! [`Store::write_durably`] for what cannot (composed letters, delivery answers).

mod backup;
pub mod corrections;
pub mod entries;
pub mod explain;
mod fault;
pub mod feeds;
pub mod hindsight;
pub mod hits;
pub mod marks;
mod migrate;
pub mod outbox;
pub mod pages;
pub mod polls;
pub mod replay;
pub mod report;
pub mod retention;
pub mod stories;
pub mod telling;

use std::path::{Path, PathBuf};
use std::time::Duration;

use chrono::{DateTime, Utc};
use rusqlite::{Connection, OpenFlags, Transaction, TransactionBehavior};

pub use fault::StoreFault;
pub use migrate::{MIGRATIONS, known_version};

/// The ledger's file, opened.
#[derive(Debug)]
pub struct Store {
    conn: Connection,
    path: PathBuf,
    /// A copy that was made because the schema was brought up to date.
    pub backup: Option<PathBuf>,
}

/// One transaction's view of the ledger. The methods stand beside their tables.
#[derive(Debug)]
pub struct Ledger<'c> {
    conn: &'c Connection,
}

/// What a query of the ledger gives.
pub type Result<T> = rusqlite::Result<T>;

impl Store {
    /// Opens for writing; makes what is missing, brings an older schema up to date (after a backup).
    ///
    /// # Errors
    /// When the file is damaged, another program's, a newer wirewatch's, or cannot be written.
    pub fn open(path: &Path) -> std::result::Result<Self, StoreFault> {
        let told = |error: &rusqlite::Error| StoreFault::from_sqlite(path, error);
        let mut conn = Connection::open(path).map_err(|e| told(&e))?;
        settings(&conn).map_err(|e| told(&e))?;
        let backup = migrate::bring_up_to_date(&mut conn, path)?;
        Ok(Self { conn, path: path.to_owned(), backup })
    }

    /// Opens for reading only; sees what is committed, never holds the writer up.
    ///
    /// # Errors
    /// When there is no such database, or it is of another version.
    pub fn open_read_only(path: &Path) -> std::result::Result<Self, StoreFault> {
        let told = |error: &rusqlite::Error| StoreFault::from_sqlite(path, error);
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let conn = Connection::open_with_flags(path, flags).map_err(|e| told(&e))?;
        conn.busy_timeout(Duration::from_secs(5)).map_err(|e| told(&e))?;
        Self::of_this_version(conn, path)
    }

    /// Opens for a look that leaves no trace: SQLite puts two files beside a ledger that nobody writes, so it
    /// is told that this one does not change.
    ///
    /// # Errors
    /// When there is no such database, or it is of another version.
    pub fn open_untouched(path: &Path) -> std::result::Result<Self, StoreFault> {
        let beside = |end: &str| {
            let mut name = path.as_os_str().to_owned();
            name.push(end);
            PathBuf::from(name).exists()
        };
        if beside("-wal") && beside("-shm") {
            return Self::open_read_only(path);
        }
        let told = |error: &rusqlite::Error| StoreFault::from_sqlite(path, error);
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI;
        let conn = Connection::open_with_flags(still(path), flags).map_err(|e| told(&e))?;
        Self::of_this_version(conn, path)
    }

    fn of_this_version(conn: Connection, path: &Path) -> std::result::Result<Self, StoreFault> {
        let found = migrate::accepted_version(&conn, path)?;
        if found < known_version() {
            let detail = "its schema is older than this program: start the daemon, or `wirewatch poll`, once";
            return Err(StoreFault::Other { path: path.to_owned(), detail: detail.to_owned() });
        }
        Ok(Self { conn, path: path.to_owned(), backup: None })
    }

    /// A copy in memory, for trying things without a trace; empty when there is no database yet.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn open_copy(path: &Path) -> std::result::Result<Self, StoreFault> {
        let told = |error: &rusqlite::Error| StoreFault::from_sqlite(path, error);
        let mut conn = Connection::open_in_memory().map_err(|e| told(&e))?;
        if path.exists() {
            let original = Self::open_read_only(path)?;
            let copy = rusqlite::backup::Backup::new(&original.conn, &mut conn).map_err(|e| told(&e))?;
            copy.run_to_completion(4096, Duration::ZERO, None).map_err(|e| told(&e))?;
        }
        migrate::bring_up_to_date(&mut conn, path)?;
        Ok(Self { conn, path: path.to_owned(), backup: None })
    }

    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// One transaction: all of it is remembered, or nothing. After a power cut the last moments may
    /// be missing, and are then polled again.
    ///
    /// # Errors
    /// Whatever `deed` or the database reports; nothing is changed then.
    pub fn write<T>(
        &mut self,
        deed: impl FnOnce(&Ledger<'_>) -> Result<T>,
    ) -> std::result::Result<T, StoreFault> {
        let path = &self.path;
        within(&mut self.conn, TransactionBehavior::Immediate, deed)
            .map_err(|error| StoreFault::from_sqlite(path, &error))
    }

    /// Like [`Store::write`], and on the disk when it returns.
    ///
    /// # Errors
    /// As [`Store::write`].
    pub fn write_durably<T>(
        &mut self,
        deed: impl FnOnce(&Ledger<'_>) -> Result<T>,
    ) -> std::result::Result<T, StoreFault> {
        let path = &self.path;
        let told = |error: rusqlite::Error| StoreFault::from_sqlite(path, &error);
        self.conn.pragma_update(None, "synchronous", "FULL").map_err(told)?;
        let done = within(&mut self.conn, TransactionBehavior::Immediate, deed).map_err(told);
        self.conn.pragma_update(None, "synchronous", "NORMAL").map_err(told)?;
        done
    }

    /// Several reads of one moment.
    ///
    /// # Errors
    /// Whatever `look` or the database reports.
    pub fn read<T>(&self, look: impl FnOnce(&Ledger<'_>) -> Result<T>) -> std::result::Result<T, StoreFault> {
        let told = |error: rusqlite::Error| StoreFault::from_sqlite(&self.path, &error);
        let moment = self.conn.unchecked_transaction().map_err(told)?;
        look(&Ledger { conn: &moment }).map_err(told)
    }
}

fn within<T>(
    conn: &mut Connection,
    behavior: TransactionBehavior,
    deed: impl FnOnce(&Ledger<'_>) -> Result<T>,
) -> Result<T> {
    let transaction = Transaction::new(conn, behavior)?;
    let done = deed(&Ledger { conn: &transaction })?;
    transaction.commit()?;
    Ok(done)
}

fn settings(conn: &Connection) -> Result<()> {
    conn.busy_timeout(Duration::from_secs(5))?;
    conn.pragma_update(None, "journal_mode", "WAL")?;
    conn.pragma_update(None, "synchronous", "NORMAL")?;
    conn.pragma_update(None, "foreign_keys", true)?;
    // 8 MiB of pages: index look-ups of a busy round stay in memory, whatever the file's size.
    conn.pragma_update(None, "cache_size", -8192)?;
    conn.set_prepared_statement_cache_capacity(64);
    Ok(())
}

/// A moment as it stands in the ledger: Unix seconds.
fn stamp(moment: DateTime<Utc>) -> i64 {
    moment.timestamp()
}

/// A moment from the ledger; one that no calendar has (a damaged row) is the epoch.
fn moment(stamp: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(stamp, 0).unwrap_or_default()
}

/// A 64-bit hash as SQLite keeps it.
fn signed(hash: u64) -> i64 {
    hash.cast_signed()
}

/// The address of a database that does not change while it is open.
fn still(path: &Path) -> String {
    let bytes = path.as_os_str().as_encoded_bytes();
    let path = percent_encoding::percent_encode(bytes, percent_encoding::NON_ALPHANUMERIC).to_string();
    format!("file:{}?immutable=1", path.replace("%2F", "/"))
}

#[cfg(test)]
mod tests {
    use super::{Ledger, MIGRATIONS, Store, StoreFault, known_version};
    use chrono::DateTime;
    use std::path::PathBuf;

    use crate::news::notice::Notice;

    fn folder() -> (tempfile::TempDir, PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("wirewatch.db");
        (folder, path)
    }

    fn remember(ledger: &Ledger<'_>) -> super::Result<()> {
        ledger.add_notice(&Notice::Gone { url: "a notice ".repeat(10_000) }, DateTime::default())
    }

    #[test]
    fn every_migration_runs_and_the_file_is_well() {
        let (_folder, path) = folder();
        let store = Store::open(&path).unwrap();
        assert_eq!(store.check().unwrap(), [] as [String; 0]);
        let version: u32 = store.conn.pragma_query_value(None, "user_version", |row| row.get(0)).unwrap();
        assert_eq!((version, MIGRATIONS.len()), (known_version(), version as usize));
    }

    #[test]
    fn a_newer_database_is_refused() {
        let (_folder, path) = folder();
        let store = Store::open(&path).unwrap();
        store.conn.pragma_update(None, "user_version", known_version() + 1).unwrap();
        drop(store);
        assert!(matches!(Store::open(&path), Err(StoreFault::Newer { .. })));
        assert!(matches!(Store::open_read_only(&path), Err(StoreFault::Newer { .. })));
    }

    #[test]
    fn another_programs_file_is_refused_and_left_as_it_is() {
        let (_folder, path) = folder();
        std::fs::write(&path, "not a database at all, but long enough to be read as one".repeat(20)).unwrap();
        assert!(matches!(Store::open(&path), Err(StoreFault::Foreign { .. })));
        let other = path.with_extension("other");
        rusqlite::Connection::open(&other)
            .unwrap()
            .execute_batch("CREATE TABLE theirs (id INTEGER)")
            .unwrap();
        assert!(matches!(Store::open(&other), Err(StoreFault::Foreign { .. })));
    }

    #[test]
    fn a_damaged_file_is_named() {
        let (_folder, path) = folder();
        let mut store = Store::open(&path).unwrap();
        store.write(remember).unwrap();
        drop(store);
        let mut bytes = std::fs::read(&path).unwrap();
        let end = bytes.len();
        bytes[4096..end].fill(0x5a);
        std::fs::write(&path, bytes).unwrap();
        let store = Store::open_read_only(&path).unwrap();
        let found = store.check();
        assert!(found.as_ref().map_or(true, |faults| !faults.is_empty()), "{found:?}");
        let read = store.read(|ledger| ledger.notices_since(DateTime::default()));
        assert!(matches!(read, Err(StoreFault::Corrupt { .. })), "{read:?}");
    }

    #[test]
    fn a_full_disk_loses_nothing_that_was_remembered() {
        let (_folder, path) = folder();
        let mut store = Store::open(&path).unwrap();
        store.write(remember).unwrap();
        let pages: i64 = store.conn.pragma_query_value(None, "page_count", |row| row.get(0)).unwrap();
        store.conn.pragma_update(None, "max_page_count", pages).unwrap();
        let refused = store.write(remember).unwrap_err();
        assert!(matches!(refused, StoreFault::Full { .. }) && refused.may_pass(), "{refused}");
        assert_eq!(store.read(|ledger| ledger.notices_since(DateTime::default())).unwrap().len(), 1);
        store.conn.pragma_update(None, "max_page_count", pages + 1_000).unwrap();
        store.write(remember).unwrap();
    }

    #[test]
    fn a_read_only_file_is_named() {
        let (_folder, path) = folder();
        let mut store = Store::open(&path).unwrap();
        store.conn.pragma_update(None, "query_only", true).unwrap();
        assert!(matches!(store.write(remember), Err(StoreFault::ReadOnly { .. })));
    }

    #[test]
    fn a_copy_in_memory_leaves_no_trace() {
        let (folder, path) = folder();
        Store::open(&path).unwrap().write(remember).unwrap();
        let before = std::fs::read(&path).unwrap();
        let mut copy = Store::open_copy(&path).unwrap();
        copy.write(remember).unwrap();
        assert_eq!(copy.read(|ledger| ledger.notices_since(DateTime::default())).unwrap().len(), 2);
        drop(copy);
        assert_eq!(std::fs::read(&path).unwrap(), before);
        assert!(Store::open_copy(&folder.path().join("none.db")).is_ok());
        assert!(!folder.path().join("none.db").exists());
    }

    #[test]
    fn a_backup_is_whole_and_overwrites_nothing() {
        let (folder, path) = folder();
        let mut store = Store::open(&path).unwrap();
        store.write(remember).unwrap();
        let target = folder.path().join("copy.db");
        store.back_up(&target, |_, _| ()).unwrap();
        assert!(store.back_up(&target, |_, _| ()).is_err());
        let copy = Store::open_read_only(&target).unwrap();
        assert_eq!(copy.read(|ledger| ledger.notices_since(DateTime::default())).unwrap().len(), 1);
    }
}
