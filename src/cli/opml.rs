//! `wirewatch opml import|export`: lists of feeds as other readers exchange them.

use std::collections::HashSet;
use std::fmt::Write as _;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context;

use super::place::{ConfigFault, Place};
use super::show::{counted, plain};
use crate::config;
use crate::news::opml::{self, Subscription};

/// Takes over other readers' lists of feeds, and gives ours to them
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    pub action: Action,
    /// One JSON object; of `export` a line a feed
    #[arg(long, global = true)]
    pub json: bool,
}

#[derive(Debug, clap::Subcommand)]
pub enum Action {
    /// Adds the feeds of a list that the config does not have yet, in a file of feeds.d/
    Import {
        /// The list; - for standard input
        #[arg(value_name = "FILE|-")]
        file: PathBuf,
    },
    /// Prints the config's feeds as OPML
    Export,
}

/// # Errors
/// When the config has faults, the list cannot be read or feeds.d/ cannot be written.
pub fn run(args: &Args, config: Option<&Path>) -> anyhow::Result<ExitCode> {
    let place = Place::find(config)?;
    match &args.action {
        Action::Import { file } => import(&place, file, args.json),
        Action::Export => export(&place, args.json),
    }
}

fn export(place: &Place, json: bool) -> anyhow::Result<ExitCode> {
    let feeds = place.config.feeds.iter();
    let list: Vec<Subscription> = feeds
        .map(|feed| Subscription { url: feed.url.clone(), name: feed.name.clone().unwrap_or_default() })
        .collect();
    let mut out = std::io::stdout().lock();
    if json {
        list.iter().try_for_each(|Subscription { url, name }| {
            writeln!(out, "{}", serde_json::json!({ "url": url, "name": name }))
        })?;
        return Ok(ExitCode::SUCCESS);
    }
    out.write_all(opml::write(&list).as_bytes())?;
    Ok(ExitCode::SUCCESS)
}

fn import(place: &Place, file: &Path, json: bool) -> anyhow::Result<ExitCode> {
    let listed = opml::read(&contents(file)?);
    if listed.is_empty() {
        anyhow::bail!("{} names no feeds", file.display());
    }
    let known = place.config.feeds.iter().map(|feed| feed.url.clone()).collect();
    let Sorted { new, known, refused } = Sorted::of(&listed, known);
    let mut said = Vec::new();
    if new.is_empty() && refused.is_empty() {
        said.push(format!("the config has all {} already", counted(known, "feed")));
    } else if new.is_empty() {
        said.push(format!("no feed added, {known} known already"));
    } else {
        let target = target(place, file);
        append(&place.config_path, &target, &new)?;
        let added = counted(new.len(), "feed");
        said.push(format!("{added} added in {}, {known} known already", target.display()));
        said.push("`wirewatch reload` makes a running daemon take them".to_owned());
    }
    said.extend(refused.iter().map(|(feed, why)| format!("left out: {} ({why})", plain(feed))));
    super::say(refused.is_empty(), &said, json)?;
    Ok(if refused.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// A list held against the config.
#[derive(Debug, Default)]
struct Sorted {
    new: Vec<Subscription>,
    /// How many the config has, or the list has twice in other words.
    known: usize,
    /// What can be no feed of the config, by name, and why.
    refused: Vec<(String, String)>,
}

impl Sorted {
    fn of(listed: &[Subscription], mut known: HashSet<String>) -> Self {
        let mut sorted = Self::default();
        for feed in listed {
            match config::taken_url(&feed.url) {
                Ok(url) if known.insert(url.clone()) => {
                    sorted.new.push(Subscription { url, name: feed.name.clone() });
                }
                Ok(_) => sorted.known += 1,
                Err(why) => sorted.refused.push((without_login(feed), why)),
            }
        }
        sorted
    }
}

/// Name and URL, less a password that may stand in the latter.
fn without_login(feed: &Subscription) -> String {
    let authority = feed.url.split("://").nth(1).and_then(|rest| rest.split('/').next());
    let login = authority.and_then(|authority| Some(&authority[..=authority.rfind('@')?]));
    let url = login.map_or(feed.url.clone(), |login| feed.url.replacen(login, "", 1));
    if feed.name.is_empty() { url } else { format!("{}, {url}", feed.name) }
}

fn contents(file: &Path) -> anyhow::Result<Vec<u8>> {
    if file == Path::new("-") {
        let mut bytes = Vec::new();
        std::io::stdin().lock().read_to_end(&mut bytes)?;
        return Ok(bytes);
    }
    std::fs::read(file).with_context(|| format!("{} cannot be read", file.display()))
}

/// `feeds.d/` beside the config, and a file there with the list's own name.
fn target(place: &Place, list: &Path) -> PathBuf {
    let stem =
        list.file_stem().and_then(|stem| stem.to_str()).filter(|stem| *stem != "-").unwrap_or("imported");
    let folder = place.config_path.parent().unwrap_or(Path::new("")).join("feeds.d");
    folder.join(stem).with_extension("toml")
}

/// Adds the feeds to the file, or leaves it as it was when the config would have faults then.
fn append(config_path: &Path, target: &Path, feeds: &[Subscription]) -> anyhow::Result<()> {
    let unwritable = || format!("{} cannot be written", target.display());
    if let Some(folder) = target.parent() {
        std::fs::create_dir_all(folder).with_context(unwritable)?;
    }
    let before = match std::fs::read_to_string(target) {
        Ok(text) => Some(text),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => None,
        Err(error) => return Err(error).with_context(unwritable),
    };
    let after = before.clone().unwrap_or_default() + &tables(feeds);
    std::fs::write(target, after).with_context(unwritable)?;
    let report = config::load_without_secrets(config_path).report;
    if report.faults.is_empty() {
        return Ok(());
    }
    match before {
        Some(text) => std::fs::write(target, text)?,
        None => std::fs::remove_file(target)?,
    }
    Err(ConfigFault(report.to_string()).into())
}

fn tables(feeds: &[Subscription]) -> String {
    let mut text = String::new();
    for feed in feeds {
        // Writing to a string cannot fail.
        let _ = write!(text, "\n[[feed]]\nurl = {}\n", toml::Value::from(feed.url.as_str()));
        if !feed.name.is_empty() {
            let _ = writeln!(text, "name = {}", toml::Value::from(plain(&feed.name)));
        }
    }
    text
}
