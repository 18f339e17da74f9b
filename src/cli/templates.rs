//! `wirewatch templates FOLDER`: the built-in templates, to begin one's own with.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;

use crate::news::letter::Layout;

/// Writes the letters' built-in templates into a folder, to change them there
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Name the folder in the config, and keep only the macros that you change:
  [mail]
  templates = \"FOLDER\"
`wirewatch check` then tries them on sample letters and names what is wrong with them, by line.")]
pub struct Args {
    /// Made when it is not there; a template that lies there already stays as it is
    pub folder: PathBuf,
}

/// # Errors
/// When the folder cannot be written, or has a template already.
pub fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let cannot = |path: &std::path::Path| format!("cannot write {}", path.display());
    fs::create_dir_all(&args.folder).with_context(|| cannot(&args.folder))?;
    for (name, source) in Layout::BUILT_IN {
        let path = args.folder.join(name);
        let mut file =
            OpenOptions::new().write(true).create_new(true).open(&path).with_context(|| cannot(&path))?;
        file.write_all(source.as_bytes()).with_context(|| cannot(&path))?;
        writeln!(std::io::stdout(), "{}", path.display())?;
    }
    Ok(ExitCode::SUCCESS)
}
