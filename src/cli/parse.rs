//! `wirewatch parse FILE|URL|-…`: feed → one JSON line an entry.

use std::io::{self, BufWriter, Read, Write};
use std::process::ExitCode;

use serde::Serialize;

use crate::news::entry::{Article, Entry, Feed, host};
use crate::news::parse::{self, Source};

/// Reads feed documents and prints one JSON line an entry.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Files, URLs, or - for standard input
    #[arg(required = true, value_name = "FILE|URL|-")]
    pub documents: Vec<String>,
}

/// One line of output.
#[derive(Serialize)]
struct Line<'a> {
    /// As given.
    file: &'a str,
    #[serde(flatten)]
    article: Article,
    html: &'a str,
}

/// # Errors
/// When the output cannot be written.
pub fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let mut output = BufWriter::new(io::stdout().lock());
    let mut code = ExitCode::SUCCESS;
    for name in &args.documents {
        match read(name) {
            Ok(feed) => {
                if !go_on(print(&mut output, name, &feed))? {
                    return Ok(code);
                }
            }
            Err(why) => {
                eprintln!("{name}: {why}");
                code = ExitCode::FAILURE;
            }
        }
    }
    go_on(output.flush())?;
    Ok(code)
}

fn read(name: &str) -> Result<Feed, String> {
    let document = document(name)?;
    let source = Source { url: document.url.as_deref(), content_type: document.content_type.as_deref() };
    parse::feed(&document.bytes, source).map_err(|why| why.to_string())
}

fn print(output: &mut impl Write, file: &str, feed: &Feed) -> io::Result<()> {
    for entry in &feed.entries {
        let line = Line { file, article: article(entry, &feed.title), html: &entry.html };
        serde_json::to_writer(&mut *output, &line)?;
        output.write_all(b"\n")?;
    }
    Ok(())
}

fn article(entry: &Entry, feed: &str) -> Article {
    let mut article = entry.article(entry.key(), feed);
    article.source = article.url.as_deref().map(|url| host(url).to_owned());
    article
}

/// What stands behind an argument.
#[derive(Debug)]
pub struct Document {
    pub bytes: Vec<u8>,
    pub url: Option<String>,
    pub content_type: Option<String>,
}

/// Gets a file, a URL or, for `-`, standard input.
///
/// # Errors
/// In words, when it cannot be had.
pub fn document(name: &str) -> Result<Document, String> {
    if name.starts_with("http://") || name.starts_with("https://") {
        return fetched(name);
    }
    let mut bytes = Vec::new();
    let outcome = match name {
        "-" => io::stdin().lock().read_to_end(&mut bytes).map(drop),
        path => std::fs::read(path).map(|read| bytes = read),
    };
    outcome.map_err(|error| error.to_string())?;
    Ok(Document { bytes, url: None, content_type: None })
}

fn fetched(url: &str) -> Result<Document, String> {
    let reply = super::fetched::get(url)?;
    Ok(Document { bytes: reply.body, url: Some(reply.final_url), content_type: reply.content_type })
}

/// Whether there is still a reader: a closed pipe is no error.
///
/// # Errors
/// Any other failure to write.
pub fn go_on(written: io::Result<()>) -> io::Result<bool> {
    match written {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(false),
        Err(error) => Err(error),
    }
}
