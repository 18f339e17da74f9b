//! One thin file a command: arguments, output, exit code.

use std::path::{Path, PathBuf};

use crate::config::Surroundings;

pub mod check;
pub mod dedup;
pub mod extract;
pub mod manual;
pub mod matching;
pub mod parse;
pub mod schema;

/// The exit code of a config that is to be mended (`EX_CONFIG` of sysexits.h).
pub const CONFIG_FAULT: u8 = 78;

/// The config file: `argument`, else `$WIREWATCH_CONFIG`, else `/etc/wirewatch/wirewatch.toml` if it
/// exists, else the user's own.
#[must_use]
pub fn config_path(argument: Option<&Path>) -> PathBuf {
    Surroundings::of_process().config_path(argument, Path::exists)
}
