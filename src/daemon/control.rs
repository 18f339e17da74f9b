//! The control socket: how commands reach a daemon that runs. One request a connection, one JSON line
//! each way.

use std::io::{BufRead, BufReader, ErrorKind, Read, Write};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Sender, channel};
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{DaemonFault, Event};
use crate::pipeline::{Corrected, Correction, Poll, PollEnd, Scope};

/// What a command asks of the daemon.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "command")]
pub enum Request {
    Reload,
    Poll { scope: Scope },
    Digest { name: String },
    MailRetry,
    Correct { correction: Correction },
    MailDrop { letter: i64 },
}

/// What the daemon answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "answer")]
pub enum Answer {
    Done {
        lines: Vec<String>,
    },
    Polled {
        polls: Vec<PollLine>,
        unknown: Vec<String>,
    },
    /// The config has faults; the old one goes on.
    Refused {
        report: Vec<String>,
    },
    Failed {
        why: String,
    },
}

impl From<Corrected> for Answer {
    fn from(corrected: Corrected) -> Self {
        match corrected {
            Corrected::Done(lines) => Self::Done { lines },
            Corrected::Refused(why) => Self::Failed { why },
        }
    }
}

/// A poll that is over, as commands show it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PollLine {
    pub feed: String,
    pub name: String,
    /// `unchanged`, `read` or the class of a failure.
    pub end: String,
    pub new: u32,
    pub copies: u32,
    pub matched: u32,
    pub revised: u32,
    /// Entries whose page is read before they are folded and their hits are booked.
    pub pages: u32,
    /// What went wrong, one line.
    pub why: Option<String>,
    pub next_poll: Option<chrono::DateTime<chrono::Utc>>,
}

impl From<&Poll> for PollLine {
    fn from(poll: &Poll) -> Self {
        let (end, caught, why) = match &poll.end {
            PollEnd::Unchanged => ("unchanged", None, None),
            PollEnd::Read(caught) => ("read", Some(*caught), None),
            PollEnd::Failed(fault) => (fault.class.name(), None, Some(fault.detail.clone())),
        };
        let caught = caught.unwrap_or_default();
        Self {
            feed: poll.url.clone(),
            name: poll.name.clone(),
            end: end.to_owned(),
            new: caught.entries,
            copies: caught.copies,
            matched: caught.matched,
            revised: caught.revised,
            pages: caught.pages,
            why,
            next_poll: poll.next_poll,
        }
    }
}

/// Takes the daemon's answer to the one who asked.
#[derive(Debug)]
pub(crate) struct Answerer(Sender<Answer>);

impl Answerer {
    pub fn answer(self, answer: Answer) {
        // Who asked may have gone.
        let _ = self.0.send(answer);
    }
}

/// Longest request, in bytes.
const REQUEST: u64 = 1 << 20;
/// Requests that wait for their answer at once.
const AT_ONCE: usize = 16;
/// How long a connection may take to say what it wants.
const PATIENCE: Duration = Duration::from_secs(10);

/// Listens; the socket is gone when this is dropped.
#[derive(Debug)]
pub(super) struct Listener {
    path: PathBuf,
}

impl Listener {
    /// Listens at `path`. A socket that lies there is a dead one: the caller holds the lock.
    pub fn open(path: &Path, inbox: Sender<Event>) -> Result<Self, DaemonFault> {
        let told = |why| DaemonFault::Socket { path: path.to_owned(), why };
        if path.exists() {
            std::fs::remove_file(path).map_err(told)?;
        }
        let listener = UnixListener::bind(path).map_err(told)?;
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600)).map_err(told)?;
        std::thread::spawn(move || accept(&listener, &inbox));
        Ok(Self { path: path.to_owned() })
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        // It is found dead at the next start otherwise.
        let _ = std::fs::remove_file(&self.path);
    }
}

fn accept(listener: &UnixListener, inbox: &Sender<Event>) {
    let busy = Arc::new(AtomicUsize::new(0));
    for stream in listener.incoming().flatten() {
        if busy.load(Ordering::Relaxed) >= AT_ONCE {
            continue;
        }
        busy.fetch_add(1, Ordering::Relaxed);
        let (busy, inbox) = (Arc::clone(&busy), inbox.clone());
        std::thread::spawn(move || {
            if let Err(error) = serve(&stream, &inbox) {
                tracing::debug!(%error, "a control connection broke");
            }
            busy.fetch_sub(1, Ordering::Relaxed);
        });
    }
}

fn serve(stream: &UnixStream, inbox: &Sender<Event>) -> std::io::Result<()> {
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    let mut line = String::new();
    BufReader::new(stream.take(REQUEST)).read_line(&mut line)?;
    let answer = match serde_json::from_str(&line) {
        Ok(request) => ask_the_loop(request, inbox),
        Err(error) => Answer::Failed { why: format!("no such request: {error}") },
    };
    write_line(stream, &answer)
}

fn ask_the_loop(request: Request, inbox: &Sender<Event>) -> Answer {
    let (sender, receiver) = channel();
    let stopping = || Answer::Failed { why: "the daemon is stopping".to_owned() };
    if inbox.send(Event::Control(request, Answerer(sender))).is_err() {
        return stopping();
    }
    receiver.recv().unwrap_or_else(|_| stopping())
}

/// Asks the daemon that listens at one of these paths; `None` when none does.
///
/// # Errors
/// When the connection breaks, or this user may not connect.
pub fn ask(sockets: &[PathBuf], request: &Request) -> std::io::Result<Option<Answer>> {
    let mut denied = None;
    for path in sockets {
        let stream = match UnixStream::connect(path) {
            Ok(stream) => stream,
            Err(error) if error.kind() == ErrorKind::PermissionDenied => {
                denied.get_or_insert(path);
                continue;
            }
            Err(_) => continue,
        };
        write_line(&stream, request)?;
        let mut line = String::new();
        BufReader::new(&stream).read_line(&mut line)?;
        let answer = serde_json::from_str(&line);
        return answer.map(Some).map_err(std::io::Error::from);
    }
    match denied {
        Some(path) => Err(not_yours(path)),
        None => Ok(None),
    }
}

/// The folders of the service are its own.
#[must_use]
pub fn not_yours(path: &Path) -> std::io::Error {
    let why = format!("{} belongs to the service: be root, or its user", path.display());
    std::io::Error::new(ErrorKind::PermissionDenied, why)
}

fn write_line(mut stream: &UnixStream, value: &impl Serialize) -> std::io::Result<()> {
    let mut line = serde_json::to_vec(value)?;
    line.push(b'\n');
    stream.write_all(&line)
}
