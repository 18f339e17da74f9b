//! What most commands start with: the config, and where the state lies.

use std::fmt;
use std::path::{Path, PathBuf};

use crate::clock::Clock;
use crate::config::{self, Config, Loaded, Surroundings};
use crate::daemon::control::{self, Answer, Request};
use crate::daemon::crew::Crew;
use crate::daemon::home::{Home, HomeFault, Lock};
use crate::store::Store;

/// A config that was read, and the places that follow from it. Secrets are not in it before
/// [`Place::with_secrets`]: `status` and their like work for those who may not read them, and where the
/// password is a credential of the service alone.
#[derive(Debug)]
pub struct Place {
    pub config_path: PathBuf,
    pub config: Config,
    pub home: Home,
}

/// The config has faults; rendered, with the way out of each.
#[derive(Debug)]
pub struct ConfigFault(pub String);

impl fmt::Display for ConfigFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.trim_end())
    }
}

impl std::error::Error for ConfigFault {}

impl Place {
    /// Reads the config of `--config`, or the one that is found.
    ///
    /// # Errors
    /// With every fault of the config: exit code 78.
    pub fn find(argument: Option<&Path>) -> Result<Self, ConfigFault> {
        let config_path = super::config_path(argument);
        let config = sound(config::load_without_secrets(&config_path))?;
        let home = Home::of(&config_path, config.store.path.as_deref(), &Surroundings::of_process());
        Ok(Self { config_path, config, home })
    }

    /// For those who poll or deliver.
    ///
    /// # Errors
    /// When a secret cannot be read: exit code 78.
    pub fn with_secrets(self) -> Result<Self, ConfigFault> {
        let config = sound(config::load(&self.config_path))?;
        Ok(Self { config, ..self })
    }

    /// Opens the ledger for reading.
    ///
    /// # Errors
    /// When there is none yet, or it cannot be read.
    pub fn read(&self) -> anyhow::Result<Store> {
        let database = &self.home.database;
        match database.try_exists() {
            Ok(true) => {}
            Err(fault) if fault.kind() == std::io::ErrorKind::PermissionDenied => {
                return Err(control::not_yours(database).into());
            }
            _ => anyhow::bail!(
                "there is no database at {} yet: start the daemon, or `wirewatch poll`, once",
                database.display()
            ),
        }
        Ok(Store::open_read_only(&self.home.database)?)
    }

    /// Asks the daemon when one runs; else takes the lock and does the work here.
    ///
    /// # Errors
    /// When another process has the lock and answers nothing.
    pub fn ask_or_lock(&self, request: &Request) -> anyhow::Result<Way> {
        if let Some(answer) = control::ask(&self.home.sockets, request)? {
            return Ok(Way::Answered(answer));
        }
        match self.home.lock() {
            Ok(lock) => Ok(Way::Locked(lock)),
            Err(taken @ HomeFault::Taken { .. }) => Err(anyhow::Error::new(taken).context(
                "the daemon runs, but its control socket does not answer (are you root, or its user?)",
            )),
            Err(fault) => Err(fault.into()),
        }
    }

    /// A crew that works on the ledger, under the lock.
    ///
    /// # Errors
    /// When the ledger cannot be opened, or a secret cannot be read.
    pub fn crew(self, lock: &Lock, clock: Clock) -> anyhow::Result<Crew> {
        let place = self.with_secrets()?;
        let store = place.home.open(lock)?;
        Ok(Crew::new(store, place.config, clock)?)
    }

    /// A crew that works on a copy in memory and leaves no trace.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn trial_crew(self, clock: Clock) -> anyhow::Result<Crew> {
        let store = Store::open_copy(&self.home.database)?;
        Ok(Crew::new(store, self.config, clock)?)
    }
}

fn sound(loaded: Loaded) -> Result<Config, ConfigFault> {
    loaded.config.ok_or_else(|| ConfigFault(loaded.report.to_string()))
}

/// Who does the work of a command that writes.
#[derive(Debug)]
pub enum Way {
    /// The daemon did it.
    Answered(Answer),
    /// No daemon runs: this process has the lock.
    Locked(Lock),
}
