//! Two servers on loopback that follow one script.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

use crate::acceptor::acceptor;
use crate::script::{Exchange, Step, bytes};

pub struct Server {
    scheme: &'static str,
    listeners: Mutex<Vec<TcpListener>>,
    ports: Vec<u16>,
    script: Mutex<VecDeque<Exchange>>,
    faults: Mutex<Vec<String>>,
    connections: AtomicUsize,
}

impl Server {
    pub async fn start(tls: bool) -> Arc<Self> {
        let mut listeners = Vec::new();
        for _ in 0..2 {
            listeners.push(TcpListener::bind(("127.0.0.1", 0)).await.unwrap());
        }
        let ports = listeners.iter().map(|listener| listener.local_addr().unwrap().port()).collect();
        Arc::new(Self {
            scheme: if tls { "https" } else { "http" },
            listeners: Mutex::new(listeners),
            ports,
            script: Mutex::default(),
            faults: Mutex::default(),
            connections: AtomicUsize::new(0),
        })
    }

    /// What stands for what in a script.
    pub fn places(&self) -> Vec<(&'static str, String)> {
        let origin = |host: &str, port: u16| format!("{}://{host}:{port}", self.scheme);
        let [port, other] = self.ports[..] else { unreachable!() };
        vec![
            ("{server}", origin("127.0.0.1", port)),
            ("{other}", origin("127.0.0.1", other)),
            ("{port}", port.to_string()),
            ("{other-port}", other.to_string()),
        ]
    }

    pub fn follow(self: &Arc<Self>, script: Vec<Exchange>, certificate: Option<&str>) {
        *self.script.lock().unwrap() = script.into();
        let tls = certificate.map(acceptor);
        for listener in std::mem::take(&mut *self.listeners.lock().unwrap()) {
            let server = Arc::clone(self);
            let tls = tls.clone();
            tokio::spawn(async move {
                while let Ok((stream, _)) = listener.accept().await {
                    server.connections.fetch_add(1, Ordering::Relaxed);
                    tokio::spawn(Arc::clone(&server).welcome(stream, tls.clone()));
                }
            });
        }
    }

    pub fn connections(&self) -> usize {
        self.connections.load(Ordering::Relaxed)
    }

    /// Requests that differed from the script, and those that did not come.
    pub fn faults(&self) -> Vec<String> {
        let mut faults = std::mem::take(&mut *self.faults.lock().unwrap());
        let left = self.script.lock().unwrap();
        faults.extend(left.iter().map(|exchange| format!("never asked: {:?}", exchange.request)));
        faults
    }

    async fn welcome(self: Arc<Self>, stream: TcpStream, tls: Option<TlsAcceptor>) {
        match tls {
            // A client that refuses the certificate ends the handshake; the case says so.
            Some(tls) => {
                if let Ok(stream) = tls.accept(stream).await {
                    self.serve(stream).await;
                }
            }
            None => self.serve(stream).await,
        }
    }

    /// A request's header; `None` when the client has gone. Where the script wants `anything`, a byte
    /// is enough.
    async fn head(&self, stream: &mut (impl AsyncRead + Unpin)) -> Option<String> {
        let anything = self.script.lock().unwrap().front().is_some_and(|next| next.request == ["anything"]);
        let mut request = Vec::new();
        while !request.ends_with(b"\r\n\r\n") && (!anything || request.is_empty()) {
            request.push(stream.read_u8().await.ok()?);
        }
        // Latin-1: every byte of an odd validator stays visible.
        Some(request.into_iter().map(char::from).collect())
    }

    async fn serve(&self, mut stream: impl AsyncRead + AsyncWrite + Unpin + Linger) {
        while let Some(request) = self.head(&mut stream).await {
            let Some(exchange) = self.script.lock().unwrap().pop_front() else {
                self.faults.lock().unwrap().push(format!("asked once too often: {request}"));
                return;
            };
            let faults = exchange.request.iter().filter_map(|line| missing(line, &request));
            self.faults.lock().unwrap().extend(faults);
            for step in exchange.answer {
                match step {
                    Step::Send(answer) => {
                        // The client may hang up in the middle of what is too much for it.
                        if stream.write_all(&answer).await.is_err() || stream.flush().await.is_err() {
                            return;
                        }
                    }
                    Step::Wait(millis) => tokio::time::sleep(Duration::from_millis(millis)).await,
                    Step::Close => return stream.shutdown().await.unwrap_or(()),
                    Step::Cut => return,
                    Step::Reset => return stream.reset(),
                    Step::Stall => std::future::pending().await,
                }
            }
        }
    }
}

/// A connection that can be broken the hard way.
pub trait Linger {
    fn reset(self);
}

impl Linger for TcpStream {
    fn reset(self) {
        // Closing with unread or unsent data behind it sends RST.
        let _ = self.set_zero_linger();
    }
}

impl Linger for tokio_rustls::server::TlsStream<TcpStream> {
    fn reset(self) {
        self.into_inner().0.reset();
    }
}

/// What the script wants of a request that it lacks.
fn missing(line: &str, request: &str) -> Option<String> {
    let wanted: String = bytes(line).into_iter().map(char::from).collect();
    let mut lines = request.lines();
    let first = lines.next().unwrap_or_default();
    let holds = if wanted == "anything" {
        true
    } else if let Some(name) = wanted.strip_prefix("no ") {
        !lines.any(|line| line.to_ascii_lowercase().starts_with(&format!("{name}:")))
    } else if let Some((name, value)) = wanted.split_once(": ") {
        lines.any(|line| {
            line.split_once(": ").is_some_and(|(n, v)| n.eq_ignore_ascii_case(name) && v == value)
        })
    } else {
        first == format!("{wanted} HTTP/1.1")
    };
    (!holds).then(|| format!("the request lacks \"{line}\": {request:?}"))
}
