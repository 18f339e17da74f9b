//! The laws of the house, read from the source. Each is tried on a specimen that breaks it, so that a
//! law which can no longer fail fails itself.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// Which rooms a room may use. A new room is added here on purpose, or the test fails.
const IMPORTS: &[(&str, &[&str])] = &[
    ("clock", &[]),
    ("news", &[]),
    ("config", &["news"]),
    ("store", &["news"]),
    ("net", &["news"]),
    ("pipeline", &["news", "store", "config"]),
    ("daemon", &["clock", "news", "config", "store", "net", "pipeline"]),
    ("cli", &["clock", "news", "config", "store", "net", "pipeline", "daemon"]),
    ("lib", &[]),
    ("main", &["clock", "news", "config", "store", "net", "pipeline", "daemon", "cli"]),
];

/// Words of the outside world that must not appear in a room.
const ABSENT: &[(&str, &[&str])] = &[
    (
        "news",
        &[
            "tokio",
            "reqwest",
            "rusqlite",
            // Its message builder is pure; only handing over is not.
            "lettre::transport",
            "Transport",
            "async fn",
            ".await",
            "std::fs",
            "std::net",
            "std::env",
            "std::io",
            "std::process",
            "std::thread",
            "tracing::",
        ],
    ),
    ("config", &["tokio", "reqwest", "rusqlite", "lettre", "async fn", ".await", "std::net::Tcp"]),
    ("store", &["tokio", "reqwest", "lettre", "async fn", ".await", "std::net"]),
    ("net", &["rusqlite"]),
    ("pipeline", &["tokio", "reqwest", "rusqlite", "lettre", "async fn", ".await", "std::net"]),
    ("daemon", &["rusqlite"]),
    ("cli", &["rusqlite"]),
];

/// Ways to ask the time.
const CLOCKS: &[&str] = &["Utc::now", "Local::now", "SystemTime::now", "std::time::Instant", "Instant::now"];

/// A file longer than this does more than one job.
const LONGEST_FILE: usize = 600;

/// One file of the program.
struct Source {
    path: String,
    /// Without comments.
    code: String,
    lines: usize,
}

impl Source {
    fn new(path: &str, text: &str) -> Self {
        let code = text.lines().map(without_comment).collect::<Vec<_>>().join("\n");
        Self { path: path.to_owned(), code, lines: text.lines().count() }
    }

    /// `src/news/rule/mod.rs` → `news`.
    fn room(&self) -> &str {
        let inside = self.path.strip_prefix("src/").unwrap_or(&self.path);
        inside.split('/').next().unwrap_or(inside).trim_end_matches(".rs")
    }

    /// How many `super::` lead from this file to the crate: `src/news/rule/near.rs` → 3.
    fn depth(&self) -> usize {
        let steps = self.path.trim_start_matches("src/").split('/').count();
        if self.path.ends_with("/mod.rs") { steps - 1 } else { steps }
    }

    fn says(&self, line: usize, what: &str) -> String {
        format!("{}:{}: {what}", self.path, line + 1)
    }

    /// The lines on which any of `words` stands.
    fn mentions(&self, words: &[&str], why: &str) -> Vec<String> {
        let found = self.code.lines().enumerate().filter_map(|(number, line)| {
            let word = words.iter().find(|word| line.contains(**word))?;
            Some(self.says(number, &format!("`{word}`: {why}")))
        });
        found.collect()
    }
}

/// Cuts a line comment off. `//` in a string (a URL) is one only after a blank or at the beginning.
fn without_comment(line: &str) -> &str {
    if line.trim_start().starts_with("//") {
        return "";
    }
    line.find(" // ").map_or(line, |at| &line[..at])
}

fn imports(file: &Source) -> Vec<String> {
    let Some((_, allowed)) = IMPORTS.iter().find(|(room, _)| *room == file.room()) else {
        return vec![file.says(0, "a room that IMPORTS in tests/house.rs does not know")];
    };
    let backward = rooms_used(file)
        .into_iter()
        .filter(|(_, used)| *used != file.room() && !allowed.contains(&used.as_str()))
        .map(|(line, used)| file.says(line, &format!("`{}` must not use `{used}`", file.room())));
    backward.collect()
}

/// Every room named by `crate::…`, by enough `super::`s, or, in main.rs, by `wirewatch::…`.
fn rooms_used(file: &Source) -> Vec<(usize, String)> {
    let climbing = "super::".repeat(file.depth());
    let mut used = Vec::new();
    for (at, root) in file
        .code
        .match_indices("crate::")
        .chain(file.code.match_indices(&climbing))
        .chain(file.code.match_indices("wirewatch::").filter(|_| file.room() == "main"))
    {
        let line = file.code[..at].matches('\n').count();
        used.extend(first_names(&file.code[at + root.len()..]).into_iter().map(|name| (line, name)));
    }
    used.retain(|(_, name)| IMPORTS.iter().any(|(room, _)| room == name));
    used
}

/// `news::x` → news; `{news::{a, b}, store}` → news, store.
fn first_names(path: &str) -> Vec<String> {
    let name = |text: &str| -> String {
        text.trim_start().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()
    };
    let Some(group) = path.strip_prefix('{') else { return vec![name(path)] };
    let (mut names, mut nesting, mut start) = (Vec::new(), 0_usize, 0);
    for (at, c) in group.char_indices() {
        match c {
            '{' => nesting += 1,
            '}' | ',' if nesting == 0 => {
                names.push(name(&group[start..at]));
                start = at + 1;
                if c == '}' {
                    break;
                }
            }
            '}' => nesting -= 1,
            _ => {}
        }
    }
    names
}

fn absences(file: &Source) -> Vec<String> {
    let Some((room, words)) = ABSENT.iter().find(|(room, _)| *room == file.room()) else { return Vec::new() };
    file.mentions(words, &format!("is absent from `{room}`"))
}

fn one_clock(file: &Source) -> Vec<String> {
    if file.room() == "clock" {
        return Vec::new();
    }
    // A deadline of the network is no date; tokio's own clock measures it.
    let asked = file.mentions(CLOCKS, "only clock.rs asks the time");
    let tokio = |fault: &String| file.room() == "net" && !fault.contains("std::") && !fault.contains("Utc");
    asked.into_iter().filter(|fault| !tokio(fault)).collect()
}

fn sql_at_home(file: &Source) -> Vec<String> {
    if file.room() == "store" {
        return Vec::new();
    }
    let words = ["SELECT ", "INSERT INTO", "UPDATE ", "DELETE FROM", "PRAGMA "];
    file.mentions(&words, "SQL lives in store")
}

fn no_globals(file: &Source) -> Vec<String> {
    let holders = ["Mutex<", "RwLock<", "Atomic", "RefCell<", "Cell<", "OnceLock<"];
    let globals = file.code.lines().enumerate().filter(|(_, line)| {
        let code = line.trim_start().trim_start_matches("pub ").trim_start_matches("pub(crate) ");
        let holds = holders.iter().any(|holder| line.contains(holder));
        code.starts_with("static mut ")
            || (code.starts_with("static ") && holds)
            || code.starts_with("thread_local!")
    });
    globals.map(|(number, _)| file.says(number, "no global mutable state")).collect()
}

/// What comes from outside is odd sooner or later; a panic there ends the watch. Tests may.
fn no_panics(file: &Source) -> Vec<String> {
    let program = file.code.split("#[cfg(test)]").next().unwrap_or_default();
    let alone = Source { path: file.path.clone(), code: program.to_owned(), lines: 0 };
    let words = [".unwrap()", ".expect(\"", "panic!(", "unreachable!(", "todo!("];
    alone.mentions(&words, "nothing that comes from outside may stop the program")
}

fn one_job(file: &Source) -> Vec<String> {
    let drawer = ["utils", "util", "helpers", "common", "misc"];
    let stem =
        file.path.trim_end_matches("/mod.rs").trim_end_matches(".rs").rsplit('/').next().unwrap_or_default();
    let mut faults = Vec::new();
    if file.lines > LONGEST_FILE {
        faults
            .push(file.says(file.lines - 1, &format!("longer than {LONGEST_FILE} lines: make it a folder")));
    }
    if drawer.contains(&stem) {
        faults.push(file.says(0, "a name that says which job"));
    }
    faults
}

type Law = fn(&Source) -> Vec<String>;

/// Each law with a file that breaks it.
const LAWS: &[(&str, Law, &str, &str)] = &[
    ("imports go one way", imports, "src/news/story.rs", "use crate::{news::entry, store};"),
    ("imports go one way, inline", imports, "src/config/feeds.rs", "let x = crate::net::guard::new();"),
    ("imports go one way, climbing", imports, "src/net/mail.rs", "use super::super::store::Ledger;"),
    (
        "imports go one way, in a group",
        imports,
        "src/store/mod.rs",
        "use crate::{news::{a, b}, config::Feed};",
    ),
    ("every room is known", imports, "src/attic.rs", ""),
    ("news is pure", absences, "src/news/page.rs", "let page = std::fs::read(path);"),
    ("the pipeline is synchronous", absences, "src/pipeline/due.rs", "pub async fn due() {}"),
    ("one clock", one_clock, "src/store/feeds.rs", "let now = chrono::Utc::now();"),
    ("one clock, in net too", one_clock, "src/net/fetch.rs", "let now = std::time::Instant::now();"),
    ("SQL at home", sql_at_home, "src/cli/status.rs", "let sql = \"SELECT * FROM feed\";"),
    ("no globals", no_globals, "src/net/fetch.rs", "pub static CACHE: Mutex<u8> = Mutex::new(0);"),
    (
        "no panics",
        no_panics,
        "src/net/fetch.rs",
        "let body = reply.body().unwrap();\n#[cfg(test)]\nmod tests {}",
    ),
    ("one job a file", one_job, "src/news/utils.rs", ""),
];

#[test]
fn laws() {
    let files = sources();
    assert!(files.len() > 20, "the source was not found");
    let mut faults = Vec::new();
    for (name, law, path, specimen) in LAWS {
        assert!(!law(&Source::new(path, specimen)).is_empty(), "{name}: cannot fail");
        faults.extend(files.iter().flat_map(law));
    }
    let long = Source::new("src/news/a.rs", &"x\n".repeat(LONGEST_FILE + 1));
    assert!(!one_job(&long).is_empty(), "length: cannot fail");
    faults.sort();
    faults.dedup();
    assert!(faults.is_empty(), "laws of the house are broken:\n{}", faults.join("\n"));
}

#[test]
fn no_unsafe() {
    let cargo = read("Cargo.toml");
    assert!(cargo.contains("unsafe_code = \"forbid\""), "Cargo.toml no longer forbids unsafe code");
}

/// Migrations are numbered 001, 002, … (`user_version` counts them), and the store runs each.
#[test]
fn migrations_are_numbered_without_gaps() {
    let mut names: Vec<String> = files_under(&root().join("src/store"), "sql")
        .iter()
        .map(|path| path.file_name().unwrap_or_default().to_string_lossy().into_owned())
        .filter(|name| name.starts_with(|c: char| c.is_ascii_digit()))
        .collect();
    names.sort();
    assert!(!names.is_empty(), "no migrations found");
    let run = read("src/store/migrate.rs");
    for (index, name) in names.iter().enumerate() {
        assert!(run.contains(name), "{name} is never run");
        let digits: String = name.chars().take_while(char::is_ascii_digit).collect();
        assert_eq!(digits.parse(), Ok(index + 1), "{name} should be number {}", index + 1);
    }
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn read(file: &str) -> String {
    fs::read_to_string(root().join(file)).unwrap_or_else(|fault| panic!("{file}: {fault}"))
}

fn sources() -> Vec<Source> {
    let files = files_under(&root().join("src"), "rs");
    let named: BTreeMap<String, PathBuf> = files
        .into_iter()
        .map(|path| (path.strip_prefix(root()).unwrap_or(&path).to_string_lossy().into_owned(), path))
        .collect();
    named.keys().map(|path| Source::new(path, &read(path))).collect()
}

fn files_under(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let Ok(items) = fs::read_dir(folder) else { return Vec::new() };
    let mut found = Vec::new();
    for path in items.flatten().map(|item| item.path()) {
        if path.is_dir() {
            found.extend(files_under(&path, ending));
        } else if path.extension().is_some_and(|extension| extension == ending) {
            found.push(path);
        }
    }
    found
}
