//! From files to values, every fault in one pass.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use chrono_tz::Tz;

use super::fault::{Fault, Place, report};
use super::files::{Source, read_config, read_rules};
use super::paths::Surroundings;
use super::rules::RuleBook;
use super::secret::{Secrets, Vault};
use super::section::Section;
use super::tree::{self, Table};
use super::{
    Config, Loaded, LoadedRules, Remark, RuleFile, advice, basics, digests, feeds, mail, notify, scope,
};
use crate::news::rule::Rules;

/// Reads a config file and what lies beside it. `surroundings` says where systemd's credentials are.
#[must_use]
pub fn load(path: &Path, surroundings: &Surroundings, secrets: Secrets) -> Loaded {
    load_knowing(path, surroundings, secrets, |_| Vec::new())
}

/// The same, with warnings of what else is known of a sound config's rules.
#[must_use]
pub fn load_knowing(
    path: &Path,
    surroundings: &Surroundings,
    secrets: Secrets,
    known: impl FnOnce(&Config) -> Vec<Remark>,
) -> Loaded {
    let mut faults = Vec::new();
    let sources = read_config(path, &mut faults);
    let tables = parse(&sources, &mut faults);
    let files = sections(&sources, &tables, &mut faults);
    let vault =
        Vault { folder: folder_of(&sources[0].path), credentials: surroundings.credentials(), secrets };
    let (config, book) = meaning(&sources, &files, &vault, &mut faults);
    let sound = faults.iter().all(|fault| fault.warning);
    if sound {
        let remarks = known(&config).into_iter();
        faults.extend(remarks.map(|remark| book.remarked(remark)));
    }
    let store_path = config.store.path.clone();
    Loaded { config: sound.then_some(config), store_path, report: report(faults, &sources) }
}

/// Values out of sections. When a file could not be read, what other files say of its names is left
/// unchecked.
fn meaning<'a>(
    sources: &[Source],
    files: &[Section<'a>],
    vault: &Vault,
    faults: &mut Vec<Fault>,
) -> (Config, RuleBook<'a>) {
    let empty = Table::default();
    let top = files.iter().find(|top| top.is_main()).copied();
    let root = top.unwrap_or_else(|| Section::top(&sources[0], 0, &empty));
    let whole = files.len() == sources.len();
    let fetch = basics::fetch(&root.table_or(&empty, "fetch"), faults);
    let store = basics::store(&root.table_or(&empty, "store"), &vault.folder, faults);
    let mail = root.table("mail").and_then(|section| mail::read(&section, vault, faults));
    let feeds = feeds::read_all(&all(files, "feed"), &fetch, vault, faults);
    let mut book = RuleBook::read(files, fetch.zone, faults);
    let digests = digests::read_all(&root.tables("digest"), &fetch, whole.then_some(&book), faults);
    let notify = notify::read_all(&root.tables("notify"), &fetch, vault, whole.then_some(&book), faults);
    if whole {
        scope::limit_to_feeds(&mut book, &feeds, faults);
    }
    let matcher = if whole { book.compile(faults) } else { Rules::default() };
    if whole {
        advice::missing_parts(&root, files, faults);
        advice::idle_rules(&book, &digests, &notify, faults);
        advice::told_twice(&root.tables("digest"), &digests, &book, faults);
        advice::unheard_urgency(&book, &digests, &notify, faults);
        advice::short_memory(&book, store.keep_unmatched, faults);
    }
    let files = sources.iter().map(|source| source.path.clone()).collect();
    let (rules, matcher) = (std::mem::take(&mut book.rules), Arc::new(matcher));
    (Config { files, fetch, feeds, rules, matcher, digests, notify, mail, store }, book)
}

fn all<'a>(files: &[Section<'a>], key: &str) -> Vec<Section<'a>> {
    files.iter().filter(|top| top.allows(key)).flat_map(|top| top.tables(key)).collect()
}

/// Absolute, so that a change of the working folder moves nothing.
fn folder_of(config: &Path) -> PathBuf {
    let absolute = std::path::absolute(config).unwrap_or_else(|_| config.to_owned());
    absolute.parent().map_or_else(PathBuf::new, Path::to_owned)
}

/// Reads a file for its rules alone: one with `[[rule]]` and `[terms]`, or a whole config.
#[must_use]
pub fn load_rules(path: &Path) -> LoadedRules {
    let mut faults = Vec::new();
    let sources = read_rules(path, &mut faults);
    let tables = parse(&sources, &mut faults);
    let files = sections(&sources, &tables, &mut faults);
    let book = RuleBook::read(&files, Tz::UTC, &mut faults);
    let matcher = Arc::new(book.compile(&mut faults));
    let sound = faults.iter().all(|fault| fault.warning);
    let rules = sound.then_some(RuleFile { rules: book.rules, matcher });
    LoadedRules { rules, report: report(faults, &sources) }
}

/// `None` for a file that TOML cannot read: what is left of it would only raise more faults.
fn parse<'a>(sources: &'a [Source], faults: &mut Vec<Fault>) -> Vec<Option<Table<'a>>> {
    sources.iter().enumerate().map(|(file, source)| parse_one(file, source, faults)).collect()
}

fn parse_one<'a>(file: usize, source: &'a Source, faults: &mut Vec<Fault>) -> Option<Table<'a>> {
    /// One slip of the pen can make many; the first few are enough.
    const MOST: usize = 5;
    if !source.readable {
        return None;
    }
    let errors = match tree::read(&source.text) {
        Ok(table) => return Some(table),
        Err(errors) => errors,
    };
    let mut lines = std::collections::BTreeSet::new();
    for error in &errors {
        let span = error.span().unwrap_or(0..0);
        if lines.insert(source.lines_around(span.start..span.start).1) && lines.len() <= MOST {
            faults.push(syntax_fault(Place::new(file, &span), error.message()));
        }
    }
    None
}

fn syntax_fault(place: Place, message: &str) -> Fault {
    match message {
        "duplicate key" => {
            Fault::at(place, "this stands in the file already").help("take one of the two away")
        }
        _ => Fault::at(place, format!("this is no TOML: {message}")),
    }
}

/// The tops of all files that could be read, their shape checked.
fn sections<'a>(
    sources: &'a [Source],
    tables: &'a [Option<Table<'a>>],
    faults: &mut Vec<Fault>,
) -> Vec<Section<'a>> {
    let mut tops = Vec::with_capacity(sources.len());
    for (file, (source, table)) in sources.iter().zip(tables).enumerate() {
        if let Some(table) = table {
            let top = Section::top(source, file, table);
            top.check_shape("", faults);
            tops.push(top);
        }
    }
    tops
}
