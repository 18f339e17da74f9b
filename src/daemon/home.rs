//! Where a wirewatch keeps its things: database, lock, control socket.

use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};

use crate::config::Surroundings;
use crate::store::{Store, StoreFault};

/// Where systemd's `RuntimeDirectory=wirewatch` lies, for commands that are started beside the unit.
const SYSTEM_RUNTIME: &str = "/run/wirewatch";
const SOCKET: &str = "control.sock";

/// The places of one wirewatch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Home {
    pub database: PathBuf,
    /// Where the daemon listens, and where else one may be found listening.
    pub sockets: Vec<PathBuf>,
}

/// Why the home cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum HomeFault {
    #[error("{path} cannot be made: {why}")]
    NoFolder { path: PathBuf, why: std::io::Error },
    #[error("{path} cannot be locked: {why}")]
    NoLock { path: PathBuf, why: std::io::Error },
    #[error("another wirewatch works with {path}")]
    Taken { path: PathBuf },
    #[error(transparent)]
    Store(#[from] StoreFault),
}

/// Held while the ledger is written; given back when dropped, also by a crash.
#[derive(Debug)]
pub struct Lock {
    _file: File,
}

impl Home {
    /// The database lies at `[store] path`, else where the surroundings say.
    #[must_use]
    pub fn of(config_path: &Path, store_path: Option<&Path>, around: &Surroundings) -> Self {
        let state = around.state_folder(config_path);
        let database = store_path.map_or_else(|| state.join("wirewatch.db"), Path::to_owned);
        let beside = database.parent().map_or_else(|| state.clone(), Path::to_owned);
        let mut sockets = Vec::new();
        if around.runtime_directory.is_some() {
            sockets.push(around.runtime_folder(config_path).join(SOCKET));
        }
        sockets.push(beside.join(SOCKET));
        if config_path.starts_with("/etc") {
            sockets.push(Path::new(SYSTEM_RUNTIME).join(SOCKET));
        }
        Self { database, sockets }
    }

    /// The folder of the database.
    #[must_use]
    pub fn state(&self) -> &Path {
        self.database.parent().unwrap_or(Path::new(""))
    }

    /// Takes the lock; makes the folder when it is missing.
    ///
    /// # Errors
    /// When another process has it, or the folder cannot be written.
    pub fn lock(&self) -> Result<Lock, HomeFault> {
        let path = self.database.with_extension("lock");
        if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
            std::fs::create_dir_all(folder)
                .map_err(|why| HomeFault::NoFolder { path: folder.to_owned(), why })?;
        }
        let options = File::options().create(true).truncate(false).write(true).open(&path);
        let file = options.map_err(|why| HomeFault::NoLock { path: path.clone(), why })?;
        match file.try_lock() {
            Ok(()) => Ok(Lock { _file: file }),
            Err(TryLockError::WouldBlock) => Err(HomeFault::Taken { path: self.database.clone() }),
            Err(TryLockError::Error(why)) => Err(HomeFault::NoLock { path, why }),
        }
    }

    /// Opens the ledger for writing; the lock is the proof that nobody else does.
    ///
    /// # Errors
    /// What is wrong with the database.
    pub fn open(&self, _lock: &Lock) -> Result<Store, StoreFault> {
        let store = Store::open(&self.database)?;
        if let Some(backup) = &store.backup {
            tracing::info!(backup = %backup.display(), "the database was brought up to date; the old one is kept");
        }
        Ok(store)
    }
}
