//! Transcripts: commands as a person types them, beside what they print. The real program, a real
//! database, a feed server on loopback.
//!
//! A line `$ wirewatch …` is run; the lines below it are what it prints, standard error after standard
//! output, `=> N` its exit code when that is not 0. `[..]` stands for anything on a line, a last line `[...]` for any lines. `{server}` is
//! the feed server. `$ publish FILE` changes what the server gives, `$ write FILE` writes the lines below
//! into a file, `$ remove FILE` takes one away; `$ list FOLDER` says what lies there.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::Command;
use std::sync::{Arc, Mutex};

type Published = Arc<Mutex<HashMap<String, Vec<u8>>>>;

#[test]
fn transcripts() {
    let mut paths: Vec<_> =
        std::fs::read_dir("tests/commands").unwrap().map(|file| file.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "txt"));
    paths.sort();
    assert!(!paths.is_empty());
    for path in paths {
        check(&path);
    }
}

fn check(path: &Path) {
    let (server, published) = serve();
    let folder = tempfile::tempdir().unwrap();
    let transcript = std::fs::read_to_string(path).unwrap().replace("{server}", &server);
    for step in transcript.split("\n$ ").skip(1) {
        let (command, below) = step.split_once('\n').unwrap_or((step, ""));
        let expected = below.trim_end();
        match command.split_once(' ').unwrap_or((command, "")) {
            ("wirewatch", arguments) => {
                let printed = run(folder.path(), arguments);
                assert!(
                    matches(expected, printed.trim()),
                    "{}: $ {command}\nexpected:\n{expected}\n\nprinted:\n{printed}",
                    path.display()
                );
            }
            ("publish", file) => {
                let body = std::fs::read(Path::new("tests/commands/www").join(file)).unwrap();
                published.lock().unwrap().insert(format!("/{}", file.trim_end_matches(".later")), body);
            }
            ("write", file) => {
                let target = folder.path().join(file);
                std::fs::create_dir_all(target.parent().unwrap()).unwrap();
                std::fs::write(target, format!("{expected}\n")).unwrap();
            }
            ("list", name) => assert_eq!(expected, list(&folder.path().join(name)), "{}", path.display()),
            ("remove", file) => std::fs::remove_file(folder.path().join(file)).unwrap(),
            other => panic!("{}: no such step: {other:?}", path.display()),
        }
    }
}

/// The names in a folder, in order.
fn list(folder: &Path) -> String {
    let names = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().file_name());
    let mut names: Vec<_> = names.map(|name| name.into_string().unwrap()).collect();
    names.sort();
    names.join("\n")
}

fn run(folder: &Path, arguments: &str) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_wirewatch"))
        .args(arguments.split_whitespace())
        .current_dir(folder)
        .env_clear()
        .env("WIREWATCH_CONFIG", "wirewatch.toml")
        .env("STATE_DIRECTORY", folder.join("state"))
        .output()
        .unwrap();
    let mut printed = String::from_utf8(output.stdout).unwrap();
    printed += &String::from_utf8(output.stderr).unwrap();
    match output.status.code() {
        Some(0) => printed,
        code => format!(
            "{}\n=> {}",
            printed.trim_end(),
            code.map_or("killed".to_owned(), |code| code.to_string())
        ),
    }
}

fn matches(expected: &str, printed: &str) -> bool {
    let (mut expected, mut printed): (Vec<&str>, Vec<&str>) =
        (expected.lines().collect(), printed.lines().collect());
    if expected.pop_if(|last| *last == "[...]").is_some() {
        printed.truncate(expected.len());
    }
    expected.len() == printed.len()
        && expected.iter().zip(printed).all(|(pattern, line)| line_matches(pattern, line))
}

fn line_matches(pattern: &str, line: &str) -> bool {
    let mut pieces = pattern.split("[..]");
    let Some(mut left) = line.strip_prefix(pieces.next().unwrap_or_default()) else { return false };
    let pieces: Vec<&str> = pieces.collect();
    let Some((last, middle)) = pieces.split_last() else { return left.is_empty() };
    for piece in middle {
        let Some(at) = left.find(piece) else { return false };
        left = &left[at + piece.len()..];
    }
    left.ends_with(last)
}

/// Serves what is published, with an ETag; one request a connection.
fn serve() -> (String, Published) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let server = format!("http://{}", listener.local_addr().unwrap());
    let published = Published::default();
    let shared = Arc::clone(&published);
    std::thread::spawn(move || listener.incoming().flatten().for_each(|stream| answer(stream, &shared)));
    (server, published)
}

fn answer(mut stream: TcpStream, published: &Published) {
    let lines: Vec<String> =
        BufReader::new(&stream).lines().map_while(Result::ok).take_while(|line| !line.is_empty()).collect();
    let path = lines.first().and_then(|line| line.split(' ').nth(1)).unwrap_or_default();
    let body = published.lock().unwrap().get(path).cloned();
    let head = "Connection: close\r\nContent-Type: application/xml\r\n";
    let reply = match body {
        None => format!("HTTP/1.1 404 Not Found\r\n{head}Content-Length: 0\r\n\r\n").into_bytes(),
        Some(body) => {
            let etag = format!("\"{:x}\"", body.len());
            if lines.iter().any(|line| line.eq_ignore_ascii_case(&format!("if-none-match: {etag}"))) {
                format!("HTTP/1.1 304 Not Modified\r\n{head}ETag: {etag}\r\n\r\n").into_bytes()
            } else {
                let length = body.len();
                let head =
                    format!("HTTP/1.1 200 OK\r\n{head}ETag: {etag}\r\nContent-Length: {length}\r\n\r\n");
                [head.into_bytes(), body].concat()
            }
        }
    };
    // A client that has gone is no matter.
    let _ = stream.write_all(&reply);
}
