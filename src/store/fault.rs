//! What can be wrong with the ledger, said so that a person knows what to do.

use std::path::{Path, PathBuf};

use rusqlite::ErrorCode;

/// Why the database could not be used.
#[derive(Debug, thiserror::Error)]
pub enum StoreFault {
    #[error("the disk is full: {path} cannot grow; free some space, nothing that was remembered is lost")]
    Full { path: PathBuf },
    #[error("{path} cannot be written: the file or its disk is read-only, or belongs to another user")]
    ReadOnly { path: PathBuf },
    #[error(
        "{path} is damaged ({detail}); stop wirewatch and put a backup in its place \
         (`wirewatch db check` says more, backups lie beside it as *.backup)"
    )]
    Corrupt { path: PathBuf, detail: String },
    #[error(
        "{path} was written by a newer wirewatch (schema {found}, this program knows {known}); \
         install that version again, or put an older backup in its place"
    )]
    Newer { path: PathBuf, found: u32, known: u32 },
    #[error("{path} is no wirewatch database")]
    Foreign { path: PathBuf },
    #[error("{path} is in use by another program")]
    Busy { path: PathBuf },
    #[error("{path} cannot be opened: {detail}")]
    Unopened { path: PathBuf, detail: String },
    #[error("database {path}: {detail}")]
    Other { path: PathBuf, detail: String },
}

impl StoreFault {
    /// Names what SQLite reported.
    pub(super) fn from_sqlite(path: &Path, error: &rusqlite::Error) -> Self {
        let path = path.to_owned();
        let detail = error.to_string();
        match error.sqlite_error_code() {
            Some(ErrorCode::DiskFull) => Self::Full { path },
            Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied) => Self::ReadOnly { path },
            Some(ErrorCode::DatabaseCorrupt) => Self::Corrupt { path, detail },
            Some(ErrorCode::NotADatabase) => Self::Foreign { path },
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::Busy { path },
            Some(ErrorCode::CannotOpen) => Self::Unopened { path, detail },
            _ => Self::Other { path, detail },
        }
    }

    /// Passes by itself (space is freed, a lock is left): worth trying again.
    #[must_use]
    pub fn may_pass(&self) -> bool {
        matches!(self, Self::Full { .. } | Self::Busy { .. } | Self::ReadOnly { .. })
    }
}
