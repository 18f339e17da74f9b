//! Dialogues with a server of the test's own, a file each, all at once.

use std::fs;
use std::path::{Path, PathBuf};

use tokio::task::JoinSet;

pub fn run<T>(what: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap().block_on(what)
}

/// Plays every file of a folder below `tests/`; `play` says what differs from its file.
pub fn hold<F>(folder: &str, play: fn(PathBuf) -> F)
where
    F: Future<Output = Vec<String>> + Send + 'static,
{
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join(folder);
    let mut files: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    assert!(!files.is_empty());
    let faults = run(async {
        let mut running = JoinSet::new();
        for file in files {
            running.spawn(play(file));
        }
        running.join_all().await.concat()
    });
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}
