//! Passwords and tokens lie in files of their own, never in the config.

use std::io::Read;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use super::fault::{Fault, quoted_path};
use super::section::Section;
use crate::news::errand::Secret;

/// Whether secrets are read with the config.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Secrets {
    Read,
    /// Their files stay shut, and every secret is empty: who only looks at the ledger may not be allowed
    /// to read what only the service can.
    LeftAlone,
}

/// Where secrets may lie.
#[derive(Debug, Clone)]
pub struct Vault {
    /// The config's folder: relative paths start there.
    pub folder: PathBuf,
    /// systemd's `$CREDENTIALS_DIRECTORY`. A credential of the file's name goes before the file: the
    /// service's user cannot read the file itself.
    pub credentials: Option<PathBuf>,
    pub secrets: Secrets,
}

/// How a file becomes a secret.
type Reader = fn(&Path) -> Result<Secret, String>;

impl Vault {
    /// The secret that `key` names, if it stands there; a file that cannot be read is a fault.
    pub fn secret(&self, section: &Section<'_>, key: &str, faults: &mut Vec<Fault>) -> Option<Secret> {
        if self.secrets == Secrets::LeftAlone {
            return section.has(key).then(|| Secret(String::new()));
        }
        self.read(section, key, (one_line, "; in it stands the secret, on one line"), faults)
    }

    /// The same for a secret of many lines, such as a key in PEM; `None` for who leaves secrets alone.
    pub fn document(&self, section: &Section<'_>, key: &str, faults: &mut Vec<Fault>) -> Option<Secret> {
        if self.secrets == Secrets::LeftAlone {
            return None;
        }
        self.read(section, key, (whole, ""), faults)
    }

    /// A systemd credential, if there is one that can be read.
    #[must_use]
    pub fn credential(&self, name: &Path) -> Option<Secret> {
        if self.secrets == Secrets::LeftAlone {
            return Some(Secret(String::new()));
        }
        one_line(&self.credentials.as_ref()?.join(name)).ok()
    }

    fn read(
        &self,
        section: &Section<'_>,
        key: &str,
        (reader, form): (Reader, &str),
        faults: &mut Vec<Fault>,
    ) -> Option<Secret> {
        let text = section.text(key)?;
        let path = self.folder.join(text.value);
        if let (Some(folder), Some(name)) = (&self.credentials, path.file_name())
            && let Ok(secret) = reader(&folder.join(name))
        {
            return Some(secret);
        }
        match reader(&path) {
            Ok(secret) => {
                if is_open_to_all(&path) {
                    let message = format!("every user of this machine can read {}", quoted_path(&path));
                    faults.push(
                        Fault::at(text.place(), message).warning().help("take that right away: chmod o-rwx"),
                    );
                }
                Some(secret)
            }
            Err(why) => {
                let message = format!("cannot read {}: {why}", quoted_path(&path));
                let help = format!("the user that runs wirewatch must be able to read it{form}");
                faults.push(Fault::at(text.place(), message).help(help));
                None
            }
        }
    }
}

/// As its mode says; a folder above it may keep it shut all the same, but files are copied and moved.
fn is_open_to_all(path: &Path) -> bool {
    std::fs::metadata(path).is_ok_and(|about| about.permissions().mode() & 0o007 != 0)
}

fn whole(path: &Path) -> Result<Secret, String> {
    const LONGEST: u64 = 64 * 1024;
    let mut text = String::new();
    let file = std::fs::File::open(path).map_err(|error| error.to_string())?;
    file.take(LONGEST).read_to_string(&mut text).map_err(|error| error.to_string())?;
    Ok(Secret(text))
}

/// One line; its end does not belong to it.
fn one_line(path: &Path) -> Result<Secret, String> {
    let Secret(text) = whole(path)?;
    let secret =
        text.strip_suffix('\n').map_or(text.as_str(), |line| line.strip_suffix('\r').unwrap_or(line));
    match secret {
        "" => Err("it is empty".to_owned()),
        _ if secret.contains(['\n', '\r', '\0']) => Err("it has more than one line".to_owned()),
        _ => Ok(Secret(secret.to_owned())),
    }
}
