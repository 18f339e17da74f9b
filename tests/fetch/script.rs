//! How a case is written, line by line:
//!
//! ```text
//! # What it teaches.
//! get /feed.xml                 what is asked, as a feed or a `page`; a whole URL may stand here
//! etag "5f3"                    validators that are sent: etag, modified
//! login USER PASSWORD           also: bearer TOKEN, header NAME VALUE, proxy URL
//! max-body 1000                 limits: max-body BYTES, first-byte MS, total MS, allow NET
//! tls good                      the server's certificate, from tests/certificates
//! times 2                       asked so often, the last answer counts
//! > GET /feed.xml               the request that must come: its line, its headers, `no HEADER`;
//! >                             `anything` for what is no HTTP
//! > if-none-match: "5f3"
//! < HTTP/1.1 200 OK             the answer's header lines
//! < content-length: auto
//! <
//! < <rss/>                      the answer's body; for what no text can be, directives:
//! << hex 1f8b                   bytes; gzip TEXT; gzip-zeros N, zstd-zeros N; zeros N; wait MS;
//! << close                      reset; cut (close without TLS's goodbye); stall (say nothing more)
//! = read                        what is made of it, see `differs` in tests/fetch.rs
//! ```
//!
//! `{server}` and `{other}` stand for the origins of two servers, which follow one script; `\xE9` for
//! a byte.

use std::io::Write;
use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;
use wirewatch::net::fetch::Limits;
use wirewatch::news::entry::FeedId;
use wirewatch::news::errand::{Access, Fetch, Secret, Validators};

pub struct Case {
    pub errand: Fetch,
    pub page: bool,
    pub limits: Limits,
    pub times: usize,
    pub certificate: Option<String>,
    pub exchanges: Vec<Exchange>,
    pub expected: Vec<String>,
}

/// A request that must come, and the answer to it.
#[derive(Debug, Default, Clone)]
pub struct Exchange {
    pub request: Vec<String>,
    pub answer: Vec<Step>,
}

#[derive(Debug, Clone)]
pub enum Step {
    Send(Vec<u8>),
    Wait(u64),
    Reset,
    /// Orderly, in TLS with a goodbye.
    Close,
    /// Without the goodbye.
    Cut,
    Stall,
}

impl Case {
    pub fn read(text: &str, places: &[(&str, String)]) -> Self {
        let mut text = text.to_owned();
        for (name, origin) in places {
            text = text.replace(name, origin);
        }
        let mut case = Self::new();
        let mut access = Access::default();
        let mut parts = Vec::new();
        for line in text.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
            match line.split_at(line.find(' ').unwrap_or(line.len())) {
                (mark @ (">" | "<" | "<<"), rest) => parts.push((mark, rest.get(1..).unwrap_or_default())),
                ("=", rest) => case.expected.push(rest[1..].to_owned()),
                (setting, value) => case.set(setting, value.trim(), &mut access),
            }
        }
        if !case.errand.url.contains("://") {
            case.errand.url.insert_str(0, &places[0].1);
        }
        case.errand.access = Arc::new(access);
        case.exchanges = exchanges(&parts);
        case
    }

    fn new() -> Self {
        let limits = Limits {
            user_agent: "wirewatch/0 (+test)".to_owned(),
            allow_private: vec!["127.0.0.0/8".parse().unwrap()],
            connect: Duration::from_secs(10),
            first_byte: Duration::from_secs(20),
            total: Duration::from_secs(30),
            max_body: 1 << 20,
            redirects: 5,
            per_host: 2,
        };
        let errand = Fetch {
            feed: FeedId(1),
            url: String::new(),
            validators: Validators::default(),
            body_hash: None,
            access: Arc::default(),
        };
        Self {
            errand,
            page: false,
            limits,
            times: 1,
            certificate: None,
            exchanges: Vec::new(),
            expected: Vec::new(),
        }
    }

    fn set(&mut self, setting: &str, value: &str, access: &mut Access) {
        let pair = || value.split_once(' ').map(|(a, b)| (a.to_owned(), Secret(b.to_owned()))).unwrap();
        let millis = || Duration::from_millis(value.parse().unwrap());
        match setting {
            "get" => value.clone_into(&mut self.errand.url),
            "page" => {
                value.clone_into(&mut self.errand.url);
                self.page = true;
            }
            "etag" => self.errand.validators.etag = opaque(value),
            "modified" => self.errand.validators.last_modified = opaque(value),
            "login" => access.basic = Some(pair()),
            "bearer" => access.bearer = Some(Secret(value.to_owned())),
            "header" => access.headers.push(pair()),
            "proxy" => access.proxy = Some(value.to_owned()),
            "max-body" => self.limits.max_body = value.parse().unwrap(),
            "first-byte" => self.limits.first_byte = millis(),
            "total" => self.limits.total = millis(),
            "allow" => self.limits.allow_private = vec![value.parse().unwrap()],
            "tls" => self.certificate = Some(value.to_owned()),
            "times" => self.times = value.parse().unwrap(),
            _ => panic!("nobody knows the setting \"{setting}\""),
        }
    }
}

/// A request begins where one stands after an answer.
fn exchanges(parts: &[(&str, &str)]) -> Vec<Exchange> {
    let mut exchanges: Vec<Exchange> = Vec::new();
    let mut answering = true;
    let mut at = 0;
    while let Some((line, rest)) = parts.get(at) {
        if line.starts_with('>') {
            if answering {
                exchanges.push(Exchange::default());
            }
            exchanges.last_mut().unwrap().request.push((*rest).to_owned());
            answering = false;
            at += 1;
        } else {
            let end = parts[at..].iter().position(|(line, _)| line.starts_with('>'));
            let end = end.map_or(parts.len(), |end| at + end);
            exchanges.last_mut().unwrap().answer = answer(&parts[at..end]);
            answering = true;
            at = end;
        }
    }
    exchanges
}

/// Header lines up to an empty one, which ends the header; a directive before it leaves it open.
fn answer(lines: &[(&str, &str)]) -> Vec<Step> {
    let in_header = |(line, rest): &&(&str, &str)| !line.starts_with("<<") && !rest.is_empty();
    let header: Vec<_> = lines.iter().take_while(in_header).collect();
    let mut head = Vec::new();
    for (_, line) in &header {
        head.extend(bytes(line));
        head.extend(b"\r\n");
    }
    let mut rest = &lines[header.len()..];
    if let Some((("<", _), body)) = rest.split_first() {
        rest = body;
        if !head.is_empty() {
            head.extend(b"\r\n");
        }
    }
    let (mut body, mut after) = (Vec::new(), Vec::new());
    for (number, (line, rest)) in rest.iter().enumerate() {
        if line.starts_with("<<") {
            directive(rest, &mut body, &mut after);
        } else {
            if number > 0 {
                body.push(b'\n');
            }
            body.extend(bytes(rest));
        }
    }
    let length = format!("content-length: {}", body.len());
    let head = replace(&head, b"content-length: auto", length.as_bytes());
    let mut steps = vec![Step::Send([head, body].concat())];
    steps.extend(after);
    steps
}

fn directive(rest: &str, body: &mut Vec<u8>, after: &mut Vec<Step>) {
    let (name, value) = rest.split_once(' ').unwrap_or((rest, ""));
    match name {
        "hex" => body.extend(hex(value)),
        "gzip" => body.extend(gzip(&bytes(value))),
        "zeros" => body.extend(vec![b'0'; value.parse().unwrap()]),
        "gzip-zeros" => body.extend(gzip(&vec![b'0'; value.parse().unwrap()])),
        "zstd-zeros" => body.extend(zstd::encode_all(&vec![b'0'; value.parse().unwrap()][..], 3).unwrap()),
        "wait" => after.push(Step::Wait(value.parse().unwrap())),
        "reset" => after.push(Step::Reset),
        "close" => after.push(Step::Close),
        "cut" => after.push(Step::Cut),
        "stall" => after.push(Step::Stall),
        _ => panic!("nobody knows the directive \"{name}\""),
    }
}

fn gzip(plain: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(plain).unwrap();
    encoder.finish().unwrap()
}

fn hex(text: &str) -> Vec<u8> {
    let digits: Vec<char> = text.chars().filter(|c| !c.is_whitespace()).collect();
    digits.chunks(2).map(|pair| u8::from_str_radix(&pair.iter().collect::<String>(), 16).unwrap()).collect()
}

fn replace(text: &[u8], what: &[u8], by: &[u8]) -> Vec<u8> {
    match text.windows(what.len()).position(|window| window == what) {
        Some(at) => [&text[..at], by, &text[at + what.len()..]].concat(),
        None => text.to_vec(),
    }
}

/// The bytes that a line means: UTF-8, with `\xE9` for a byte.
pub fn bytes(text: &str) -> Vec<u8> {
    let mut parts = text.split("\\x");
    let mut bytes = parts.next().unwrap_or_default().as_bytes().to_vec();
    for part in parts {
        let (digits, rest) = part.split_at(2);
        bytes.push(u8::from_str_radix(digits, 16).unwrap());
        bytes.extend(rest.as_bytes());
    }
    bytes
}

/// A validator as it is kept; `-` is none.
pub fn opaque(text: &str) -> Option<String> {
    (text != "-").then(|| bytes(text).into_iter().map(char::from).collect())
}

pub fn seconds(span: Option<TimeDelta>) -> String {
    span.map_or("none".to_owned(), |span| span.num_seconds().to_string())
}
