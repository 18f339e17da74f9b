//! The one ledger: SQLite, synchronous. All SQL lives here, each query beside its table.
//!
//! One connection writes; readers use their own read-only connections (WAL). Whatever belongs
//! together is one transaction: [`Store::write`] for what can be found out again by polling again,
//! [`Store::write_durably`] for what cannot (composed letters, delivery answers).

mod backup;
pub mod entries;
mod fault;
pub mod feeds;
pub mod hits;
mod migrate;
pub mod outbox;
pub mod report;
pub mod retention;
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
