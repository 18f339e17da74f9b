//! Where the config and the state lie, decided from what the environment says.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// The system's own place of the config.
pub const SYSTEM_CONFIG: &str = "/etc/wirewatch/wirewatch.toml";

/// What the environment says of places. `None` and empty are the same.
#[derive(Debug, Clone, Default)]
pub struct Surroundings {
    /// `$WIREWATCH_CONFIG`
    pub config: Option<OsString>,
    /// `$STATE_DIRECTORY`, set by systemd; the first of several, parted by colons.
    pub state_directory: Option<OsString>,
    /// `$RUNTIME_DIRECTORY`, likewise.
    pub runtime_directory: Option<OsString>,
    /// `$CREDENTIALS_DIRECTORY`, likewise.
    pub credentials_directory: Option<OsString>,
    /// `$XDG_CONFIG_HOME`
    pub xdg_config: Option<OsString>,
    /// `$XDG_STATE_HOME`
    pub xdg_state: Option<OsString>,
    /// `$HOME`
    pub home: Option<OsString>,
}

impl Surroundings {
    /// As this process has them.
    #[must_use]
    pub fn of_process() -> Self {
        Self {
            config: std::env::var_os("WIREWATCH_CONFIG"),
            state_directory: std::env::var_os("STATE_DIRECTORY"),
            runtime_directory: std::env::var_os("RUNTIME_DIRECTORY"),
            credentials_directory: std::env::var_os("CREDENTIALS_DIRECTORY"),
            xdg_config: std::env::var_os("XDG_CONFIG_HOME"),
            xdg_state: std::env::var_os("XDG_STATE_HOME"),
            home: std::env::var_os("HOME"),
        }
    }

    /// The config file: the argument, `$WIREWATCH_CONFIG`, the system's own when `exists` says so,
    /// else the user's.
    #[must_use]
    pub fn config_path(&self, argument: Option<&Path>, exists: impl Fn(&Path) -> bool) -> PathBuf {
        let system = Path::new(SYSTEM_CONFIG);
        match (argument, filled(self.config.as_ref())) {
            (Some(path), _) => path.to_owned(),
            (None, Some(path)) => path,
            (None, None) if exists(system) => system.to_owned(),
            (None, None) => {
                xdg(self.xdg_config.as_ref(), self.home.as_ref(), ".config").join("wirewatch.toml")
            }
        }
    }

    /// The folder of the database and the outbox: `$STATE_DIRECTORY`, `/var/lib/wirewatch` for a
    /// config below `/etc`, else `$XDG_STATE_HOME/wirewatch` or `~/.local/state/wirewatch`.
    #[must_use]
    pub fn state_folder(&self, config: &Path) -> PathBuf {
        first(self.state_directory.as_ref()).unwrap_or_else(|| {
            if config.starts_with("/etc") {
                PathBuf::from("/var/lib/wirewatch")
            } else {
                xdg(self.xdg_state.as_ref(), self.home.as_ref(), ".local/state")
            }
        })
    }

    /// The folder of the control socket: `$RUNTIME_DIRECTORY`, else the state folder.
    #[must_use]
    pub fn runtime_folder(&self, config: &Path) -> PathBuf {
        first(self.runtime_directory.as_ref()).unwrap_or_else(|| self.state_folder(config))
    }

    /// The folder of systemd's credentials.
    #[must_use]
    pub fn credentials(&self) -> Option<PathBuf> {
        filled(self.credentials_directory.as_ref())
    }
}

fn filled(value: Option<&OsString>) -> Option<PathBuf> {
    value.filter(|value| !value.is_empty()).map(PathBuf::from)
}

/// systemd parts several folders by colons.
fn first(value: Option<&OsString>) -> Option<PathBuf> {
    std::env::split_paths(value?).find(|path| !path.as_os_str().is_empty())
}

/// A relative XDG folder is to be ignored (XDG Base Directory Specification).
fn xdg(base: Option<&OsString>, home: Option<&OsString>, below_home: &str) -> PathBuf {
    filled(base)
        .filter(|path| path.is_absolute())
        .unwrap_or_else(|| filled(home).unwrap_or_else(|| PathBuf::from("/")).join(below_home))
        .join("wirewatch")
}

#[cfg(test)]
mod tests {
    use super::{Path, Surroundings};

    fn home() -> Surroundings {
        Surroundings { home: Some("/home/ani".into()), ..Surroundings::default() }
    }

    #[test]
    fn config_is_the_argument_then_the_variable_then_the_systems_then_the_users() {
        let argument = Some(Path::new("a.toml"));
        let set = Surroundings { config: Some("b.toml".into()), ..home() };
        let xdg = Surroundings { xdg_config: Some("/x".into()), ..home() };
        let relative = Surroundings { xdg_config: Some("x".into()), ..home() };
        for (surroundings, argument, exists, expected) in [
            (&set, argument, true, "a.toml"),
            (&set, None, true, "b.toml"),
            (&home(), None, true, "/etc/wirewatch/wirewatch.toml"),
            (&home(), None, false, "/home/ani/.config/wirewatch/wirewatch.toml"),
            (&xdg, None, false, "/x/wirewatch/wirewatch.toml"),
            (&relative, None, false, "/home/ani/.config/wirewatch/wirewatch.toml"),
        ] {
            assert_eq!(surroundings.config_path(argument, |_| exists), Path::new(expected));
        }
    }

    #[test]
    fn state_is_systemds_then_the_systems_then_the_users() {
        let systemd = Surroundings { state_directory: Some("/var/lib/w:/other".into()), ..home() };
        let empty = Surroundings { state_directory: Some("".into()), ..home() };
        let xdg = Surroundings { xdg_state: Some("/x".into()), ..home() };
        for (surroundings, config, expected) in [
            (&systemd, "/etc/wirewatch/wirewatch.toml", "/var/lib/w"),
            (&home(), "/etc/wirewatch/wirewatch.toml", "/var/lib/wirewatch"),
            (&home(), "/etcetera/w.toml", "/home/ani/.local/state/wirewatch"),
            (&empty, "w.toml", "/home/ani/.local/state/wirewatch"),
            (&xdg, "w.toml", "/x/wirewatch"),
        ] {
            assert_eq!(surroundings.state_folder(Path::new(config)), Path::new(expected));
        }
    }
}
