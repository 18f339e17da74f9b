//! The files that are read: the main one, `feeds.d/*.toml` and `rules.d/*.toml` beside it.

use std::io::{ErrorKind, Read};
use std::ops::Range;
use std::path::{Path, PathBuf};

use super::fault::{Fault, Place, quoted_path};
use super::keys::{self, Key};

/// A larger file is no config. A hundred thousand rules have about 20 MB.
const LARGEST: u64 = 128 * 1024 * 1024;

/// One file, as text.
#[derive(Debug)]
pub struct Source {
    pub path: PathBuf,
    /// The path as reports show it.
    pub shown: String,
    /// Empty when the file could not be read.
    pub text: String,
    /// It was read, and is UTF-8.
    pub readable: bool,
    /// What may stand in it.
    pub keys: &'static [Key],
    line_starts: Vec<usize>,
}

impl Source {
    fn new(path: &Path, text: String, readable: bool, keys: &'static [Key]) -> Self {
        let shown = path.display().to_string().replace(char::is_control, "�");
        let line_starts =
            std::iter::once(0).chain(memchr::memchr_iter(b'\n', text.as_bytes()).map(|n| n + 1)).collect();
        Self { path: path.to_owned(), shown, text, readable, keys, line_starts }
    }

    /// Both from 1; the column in characters.
    #[must_use]
    pub fn line_and_column(&self, offset: usize) -> (usize, usize) {
        let (lines, first) = self.lines_around(offset..offset);
        let before = self.text.get(lines.start..offset).unwrap_or_default();
        (first, before.chars().count() + 1)
    }

    /// The whole lines in which `span` lies, and the number of the first, from 1.
    #[must_use]
    pub fn lines_around(&self, span: Range<usize>) -> (Range<usize>, usize) {
        let line_of =
            |offset: usize| self.line_starts.partition_point(|start| *start <= offset).saturating_sub(1);
        let first = line_of(span.start);
        let last = line_of(span.end.max(span.start));
        let end = self.line_starts.get(last + 1).map_or(self.text.len(), |next| next - 1);
        let end = end - usize::from(self.text[..end].ends_with('\r') && end > span.end);
        (self.line_starts[first]..end, first + 1)
    }
}

/// Reads the main file and what lies beside it, sorted by name; a file that cannot be read is a
/// fault and stands there empty.
pub fn read_config(path: &Path, faults: &mut Vec<Fault>) -> Vec<Source> {
    let mut sources = vec![read(path, keys::MAIN, 0, faults)];
    let folder = path.parent().unwrap_or(Path::new(""));
    for (name, keys) in [("feeds.d", keys::FEEDS_FILE), ("rules.d", keys::RULES_FILE)] {
        for beside in toml_files(&folder.join(name), faults) {
            let source = read(&beside, keys, sources.len(), faults);
            sources.push(source);
        }
    }
    sources
}

/// Reads a file for its rules alone. It may be a whole `wirewatch.toml`.
pub fn read_rules(path: &Path, faults: &mut Vec<Fault>) -> Vec<Source> {
    vec![read(path, keys::MAIN, 0, faults)]
}

fn toml_files(folder: &Path, faults: &mut Vec<Fault>) -> Vec<PathBuf> {
    let entries = match std::fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == ErrorKind::NotFound => return Vec::new(),
        Err(error) => {
            faults.push(Fault::nowhere(format!("cannot list {}: {error}", quoted_path(folder))));
            return Vec::new();
        }
    };
    let mut paths: Vec<PathBuf> = entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        // Editors leave hidden files and backups behind.
        .filter(|path| path.extension().is_some_and(|end| end == "toml") && !is_hidden(path))
        .collect();
    paths.sort();
    paths
}

fn is_hidden(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name.as_encoded_bytes().starts_with(b"."))
}

fn read(path: &Path, keys: &'static [Key], file: usize, faults: &mut Vec<Fault>) -> Source {
    let bytes = match bytes_of(path) {
        Ok(bytes) => bytes,
        Err(fault) => {
            faults.push(*fault);
            return Source::new(path, String::new(), false, keys);
        }
    };
    match String::from_utf8(bytes) {
        // Windows' editors put a byte order mark first. It is kept, for the offsets: TOML allows it.
        Ok(text) => Source::new(path, text, true, keys),
        Err(error) => {
            let good = error.utf8_error().valid_up_to();
            let text = String::from_utf8_lossy(error.as_bytes()).into_owned();
            let end = good + text[good..].chars().next().map_or(0, char::len_utf8);
            faults.push(
                Fault::at(Place { file, start: good, end }, "this file is not UTF-8")
                    .label("the first byte that cannot be read")
                    .help("save it as UTF-8 (in an editor: the encoding's name stands in \"Save as\")"),
            );
            Source::new(path, text, false, keys)
        }
    }
}

fn bytes_of(path: &Path) -> Result<Vec<u8>, Box<Fault>> {
    let no =
        |why: &dyn std::fmt::Display| Fault::nowhere(format!("cannot read {}: {why}", quoted_path(path)));
    let explained = |error: std::io::Error| {
        match error.kind() {
        ErrorKind::NotFound => no(&"there is no such file").help(
            "`wirewatch check FILE` reads another one; config/wirewatch.toml of the project is one to start from",
        ),
        ErrorKind::PermissionDenied => no(&error).help("let the user that runs wirewatch read it (chown, chmod)"),
        _ => no(&error),
    }
    };
    if std::fs::metadata(path).map_err(explained)?.is_dir() {
        return Err(no(&"it is a folder").help("name the file in it, such as wirewatch.toml").into());
    }
    let mut bytes = Vec::new();
    let file = std::fs::File::open(path).map_err(explained)?;
    file.take(LARGEST + 1).read_to_end(&mut bytes).map_err(explained)?;
    if bytes.len() as u64 > LARGEST {
        return Err(no(&format!("it has more than {} MiB", LARGEST >> 20)).into());
    }
    Ok(bytes)
}
