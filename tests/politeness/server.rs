//! A server on loopback that answers as it is told, and remembers what it was asked.
//!
//! An answer is a list of lines: the status; headers; then, if the answer has a body, one of
//! `entries: a b` (an RSS feed with these entries, and what `channel: …` puts beside them), `body: …` as it
//! stands, `cut: …` the same, but announced longer than it is. `together: N` holds the answer until so many
//! requests are under way, and a moment longer, so that one too many would be seen.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::io::{BufRead, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

/// One too many would come within that.
const MOMENT: Duration = Duration::from_millis(150);
/// Fewer than awaited: the test says so then.
const PATIENCE: Duration = Duration::from_secs(5);

pub struct Server {
    pub origin: String,
    desk: Arc<Desk>,
}

#[derive(Default)]
struct Desk {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    answers: HashMap<String, Vec<String>>,
    requests: Vec<Request>,
    under_way: usize,
    most_at_once: usize,
}

/// A request as it came.
#[derive(Debug, Clone)]
pub struct Request {
    pub method: String,
    pub path: String,
    headers: Vec<(String, String)>,
    /// Some feed is there, or was.
    pub published: bool,
    /// With so many others it was under way.
    pub at_once: usize,
}

impl Request {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(found, _)| found == name).map(|(_, value)| value.as_str())
    }

    /// The path and the validators.
    pub fn told(&self) -> String {
        let validators = ["if-none-match", "if-modified-since"]
            .iter()
            .filter_map(|name| Some(format!(" {name}: {}", self.header(name)?)));
        self.path.clone() + &validators.collect::<String>()
    }
}

impl Server {
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap());
        let desk = Arc::new(Desk::default());
        let (here, shared) = (origin.clone(), Arc::clone(&desk));
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (here, desk) = (here.clone(), Arc::clone(&shared));
                std::thread::spawn(move || serve(stream, &here, &desk));
            }
        });
        Self { origin, desk }
    }

    pub fn publish(&self, path: &str, answer: &[String]) {
        self.desk.state.lock().unwrap().answers.insert(path.to_owned(), answer.to_vec());
    }

    /// Those that came since this was last asked.
    pub fn requests(&self) -> Vec<Request> {
        std::mem::take(&mut self.desk.state.lock().unwrap().requests)
    }

    pub fn most_at_once(&self) -> usize {
        self.desk.state.lock().unwrap().most_at_once
    }
}

fn serve(stream: TcpStream, here: &str, desk: &Desk) {
    let Some((request, answer)) = receive(&stream, desk) else { return };
    if let Some(number) = value(&answer, "together") {
        hold(desk, number.parse().unwrap());
    }
    // Over when the answer begins: the client may ask for more before the last byte is counted.
    desk.state.lock().unwrap().under_way -= 1;
    send(stream, here, &answer, &request.path);
}

fn receive(stream: &TcpStream, desk: &Desk) -> Option<(Request, Vec<String>)> {
    let mut lines = BufReader::new(stream).lines().map_while(Result::ok);
    let first = lines.next()?;
    let mut words = first.split(' ');
    let (method, path) = (words.next()?.to_owned(), words.next()?.to_owned());
    let headers = lines.take_while(|line| !line.is_empty());
    let headers = headers
        .filter_map(|line| line.split_once(": ").map(|(name, value)| (name.to_lowercase(), value.to_owned())))
        .collect();
    let mut state = desk.state.lock().unwrap();
    state.under_way += 1;
    state.most_at_once = state.most_at_once.max(state.under_way);
    let answer = state.answers.get(&path).cloned();
    let request = Request { method, path, headers, published: answer.is_some(), at_once: state.under_way };
    state.requests.push(request.clone());
    desk.changed.notify_all();
    Some((request, answer.unwrap_or_else(|| vec!["404".to_owned()])))
}

fn hold(desk: &Desk, number: usize) {
    let state = desk.state.lock().unwrap();
    let few = |state: &mut State| state.most_at_once < number;
    drop(desk.changed.wait_timeout_while(state, PATIENCE, few).unwrap());
    std::thread::sleep(MOMENT);
}

fn value<'a>(answer: &'a [String], name: &str) -> Option<&'a str> {
    answer.iter().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
}

fn send(mut stream: TcpStream, here: &str, answer: &[String], path: &str) {
    const OURS: [&str; 5] = ["entries: ", "channel: ", "body: ", "cut: ", "together: "];
    let status = answer.first().expect("a status");
    // A good neighbour takes no sweets.
    let mut head = format!("HTTP/1.1 {status} As Told\r\nConnection: close\r\nSet-Cookie: visit=1\r\n");
    for line in answer[1..].iter().filter(|line| !OURS.iter().any(|word| line.starts_with(word))) {
        head += &(line.replace("{server}", here) + "\r\n");
    }
    let body = body(answer, path);
    let missing = if value(answer, "cut").is_some() { 100 } else { 0 };
    if status != "304" {
        let _ = write!(head, "Content-Length: {}\r\n", body.len() + missing);
    }
    // A client that has gone is no matter.
    let _ = stream.write_all(format!("{head}\r\n{body}").as_bytes());
}

fn body(answer: &[String], path: &str) -> String {
    let Some(entries) = value(answer, "entries") else {
        return value(answer, "body").or(value(answer, "cut")).unwrap_or_default().to_owned();
    };
    let items = entries.split_whitespace().map(|entry| {
        format!("<item><guid>{path}{entry}</guid><title>About {entry}</title><description>{entry}</description></item>")
    });
    let channel = value(answer, "channel").unwrap_or_default();
    format!(
        "<rss version=\"2.0\" xmlns:sy=\"http://purl.org/rss/1.0/modules/syndication/\"><channel><title>A feed</title>{channel}{}</channel></rss>",
        items.collect::<String>()
    )
}
