//! How a dialogue is written, line by line:
//!
//! ```text
//! # What it teaches.
//! put /rooms/{id}               where it goes, by put or post; a whole URL may stand here
//! secret whsec_…                what signs it
//! bearer TOKEN                  also: header NAME VALUE
//! body {"text": "x"}            what is told, else a short document
//! timeout 300                   milliseconds
//! allow none                    networks that may be asked, else loopback
//! > PUT /rooms/ID               the request that must come: its line, its headers, `no HEADER`, `signed
//! > x-priority: 4               SECRET`
//! < HTTP/1.1 200 OK             the answer's header lines, an empty one, and the body
//! << stall                      it says nothing more; `zeros N`, or `drip N` (a blank each 50 ms): more body
//! = accepted 200 OK             what becomes of it; several are several tries
//! ```
//!
//! `{server}` is the server's origin.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use ring::hmac;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use wirewatch::news::errand::{Access, Secret};
use wirewatch::news::notification::{Method, Target, Way, Webhook};

pub struct Case {
    pub body: String,
    pub timeout: Duration,
    pub allow: Vec<String>,
    pub exchanges: VecDeque<Exchange>,
    pub expected: Vec<String>,
    url: String,
    method: Method,
    access: Access,
    key: Option<Secret>,
}

/// A request that must come, and the answer to it.
#[derive(Debug, Default, Clone)]
pub struct Exchange {
    request: Vec<String>,
    answer: Vec<String>,
    more: Option<String>,
}

/// One request, read whole.
struct Request {
    line: String,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

pub struct Server {
    listener: TcpListener,
}

pub struct Talk {
    left: Arc<Mutex<VecDeque<Exchange>>>,
    faults: Arc<Mutex<Vec<String>>>,
    server: JoinHandle<()>,
}

impl Case {
    pub fn read(text: &str, origin: &str) -> Self {
        let mut case = Self {
            body: "{\"text\": \"caf\u{e9}\"}".to_owned(),
            timeout: Duration::from_secs(20),
            allow: vec!["127.0.0.0/8".to_owned()],
            exchanges: VecDeque::new(),
            expected: Vec::new(),
            url: String::new(),
            method: Method::Post,
            access: Access::default(),
            key: None,
        };
        let text = text.replace("{server}", origin);
        let mut answering = true;
        for line in text.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
            let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
            match word {
                ">" => {
                    if std::mem::take(&mut answering) {
                        case.exchanges.push_back(Exchange::default());
                    }
                    case.exchanges.back_mut().unwrap().request.push(rest.to_owned());
                }
                "<" => {
                    answering = true;
                    case.exchanges.back_mut().unwrap().answer.push(rest.to_owned());
                }
                "<<" => case.exchanges.back_mut().unwrap().more = Some(rest.to_owned()),
                "=" => case.expected.push(rest.to_owned()),
                setting => case.set(setting, rest, origin),
            }
        }
        case
    }

    fn set(&mut self, setting: &str, value: &str, origin: &str) {
        match setting {
            "put" | "post" => {
                self.method = if setting == "put" { Method::Put } else { Method::Post };
                self.url = if value.contains("://") { value.to_owned() } else { format!("{origin}{value}") };
            }
            "secret" => self.key = Some(Secret(value.to_owned())),
            "bearer" => self.access.bearer = Some(Secret(value.to_owned())),
            "header" => {
                let (name, value) = value.split_once(' ').unwrap();
                self.access.headers.push((name.to_owned(), Secret(value.to_owned())));
            }
            "body" => value.clone_into(&mut self.body),
            "timeout" => self.timeout = Duration::from_millis(value.parse().unwrap()),
            "allow" => self.allow = if value == "none" { Vec::new() } else { vec![value.to_owned()] },
            _ => panic!("nobody knows the setting \"{setting}\""),
        }
    }

    pub fn way(&self) -> Way {
        Way::Webhook(Webhook {
            url: Target::Open(self.url.clone()),
            method: self.method,
            access: Arc::new(self.access.clone()),
            key: self.key.clone(),
        })
    }
}

impl Server {
    pub async fn start() -> Self {
        Self { listener: TcpListener::bind(("127.0.0.1", 0)).await.unwrap() }
    }

    pub fn origin(&self) -> String {
        format!("http://{}", self.listener.local_addr().unwrap())
    }

    pub fn follow(self, script: VecDeque<Exchange>) -> Talk {
        let left = Arc::new(Mutex::new(script));
        let faults = Arc::default();
        let (script, found) = (Arc::clone(&left), Arc::clone(&faults));
        let server = tokio::spawn(async move {
            loop {
                let (stream, _) = self.listener.accept().await.unwrap();
                tokio::spawn(serve(stream, Arc::clone(&script), Arc::clone(&found)));
            }
        });
        Talk { left, faults, server }
    }
}

impl Talk {
    /// What was asked otherwise than written, or not at all.
    pub fn faults(self) -> Vec<String> {
        self.server.abort();
        let mut faults = std::mem::take(&mut *self.faults.lock().unwrap());
        let left = self.left.lock().unwrap();
        faults.extend(left.iter().map(|exchange| format!("never asked: {:?}", exchange.request)));
        faults
    }
}

async fn serve(
    mut stream: TcpStream,
    script: Arc<Mutex<VecDeque<Exchange>>>,
    faults: Arc<Mutex<Vec<String>>>,
) {
    while let Some(request) = Request::read(&mut stream).await {
        let Some(exchange) = script.lock().unwrap().pop_front() else {
            faults.lock().unwrap().push(format!("asked once too often: {}", request.line));
            return;
        };
        let missing = exchange.request.iter().filter(|wanted| !request.has(wanted));
        let said: Vec<String> = missing
            .map(|wanted| format!("the request lacks \"{wanted}\": {} {:?}", request.line, request.headers))
            .collect();
        faults.lock().unwrap().extend(said);
        if answer(&mut stream, &exchange).await.is_none() {
            return;
        }
    }
}

/// `None` when the client has gone.
async fn answer(stream: &mut TcpStream, exchange: &Exchange) -> Option<()> {
    let body = exchange.answer.iter().position(String::is_empty).unwrap_or(exchange.answer.len());
    let (head, body) = exchange.answer.split_at(body);
    let body = body.get(1..).unwrap_or_default().join("\n");
    let (what, number) = exchange.more.as_deref().and_then(|more| more.split_once(' ')).unwrap_or_default();
    let more: usize = number.parse().unwrap_or_default();
    if head.is_empty() {
        std::future::pending::<()>().await;
    }
    let length = body.len() + more;
    let head = format!("{}\r\ncontent-length: {length}\r\n\r\n", head.join("\r\n"));
    stream.write_all(format!("{head}{body}").as_bytes()).await.ok()?;
    match what {
        "zeros" => stream.write_all(&vec![b'0'; more]).await.ok()?,
        "drip" => {
            for _ in 0..more {
                stream.write_all(b" ").await.ok()?;
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        }
        _ => {}
    }
    Some(())
}

impl Request {
    async fn read(stream: &mut TcpStream) -> Option<Self> {
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            head.push(stream.read_u8().await.ok()?);
        }
        let head = String::from_utf8(head).unwrap();
        let (line, rest) = head.split_once("\r\n").unwrap();
        let header = |line: &str| {
            line.split_once(": ").map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
        };
        let headers: Vec<(String, String)> = rest.lines().filter_map(header).collect();
        let mut request = Self { line: line.to_owned(), headers, body: Vec::new() };
        let length = request.header("content-length")?.parse().unwrap();
        request.body = vec![0; length];
        stream.read_exact(&mut request.body).await.ok()?;
        Some(request)
    }

    fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    fn has(&self, wanted: &str) -> bool {
        if let Some(secret) = wanted.strip_prefix("signed ") {
            return self.is_signed(secret);
        }
        if let Some(name) = wanted.strip_prefix("no ") {
            return self.header(name).is_none();
        }
        if let Some(body) = wanted.strip_prefix("body ") {
            return self.body == body.as_bytes();
        }
        match wanted.split_once(": ") {
            Some((name, value)) => {
                self.headers.iter().filter(|(known, _)| known == name).map(|(_, value)| value).eq([value])
            }
            None => self.line == format!("{wanted} HTTP/1.1"),
        }
    }

    /// As a receiver verifies it: from what came, and nothing else.
    fn is_signed(&self, secret: &str) -> bool {
        let (Some(id), Some(time), Some(signature)) =
            (self.header("webhook-id"), self.header("webhook-timestamp"), self.header("webhook-signature"))
        else {
            return false;
        };
        let key = BASE64_STANDARD.decode(secret.strip_prefix("whsec_").unwrap()).unwrap();
        let key = hmac::Key::new(hmac::HMAC_SHA256, &key);
        let signed = [id.as_bytes(), b".", time.as_bytes(), b".", &self.body].concat();
        let tag = signature.strip_prefix("v1,").and_then(|tag| BASE64_STANDARD.decode(tag).ok());
        tag.is_some_and(|tag| hmac::verify(&key, &signed, &tag).is_ok())
    }
}
