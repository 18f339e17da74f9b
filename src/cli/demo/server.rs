//! A small web server on loopback that behaves as a good publisher does: entity tags, 304, one slow
//! answer, one publisher that is down.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use chrono::{DateTime, Utc};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use xxhash_rust::xxh3::xxh3_64;

use super::sites::{SITES, Site};

/// A request head longer than this is none of ours, in bytes.
const LONGEST_HEAD: usize = 16 * 1024;

/// Serves [`SITES`] until it is dropped with its runtime.
#[derive(Debug)]
pub struct Server {
    address: SocketAddr,
    round: Arc<AtomicUsize>,
}

impl Server {
    /// Starts on a free port of 127.0.0.1; needs a tokio runtime.
    ///
    /// # Errors
    /// When no port can be had.
    pub async fn start(began: DateTime<Utc>) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = listener.local_addr()?;
        let round = Arc::new(AtomicUsize::new(0));
        let now_playing = Arc::clone(&round);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let round = now_playing.load(Ordering::Relaxed);
                // A reader that goes away in the middle is its own affair.
                tokio::spawn(async move { drop(answer(stream, round, began).await) });
            }
        });
        Ok(Self { address, round })
    }

    #[must_use]
    pub fn url(&self, site: &Site) -> String {
        format!("http://{}{}", self.address, site.path)
    }

    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// From now on the sites stand as they do later.
    pub fn time_passes(&self) {
        self.round.fetch_add(1, Ordering::Relaxed);
    }
}

/// One request, one answer, and the connection is closed.
async fn answer(mut stream: TcpStream, round: usize, began: DateTime<Utc>) -> io::Result<()> {
    let head = read_head(&mut stream).await?;
    let path = head.split_whitespace().nth(1).unwrap_or_default();
    let reply = match SITES.iter().find(|site| site.path == path) {
        None => plain("404 Not Found"),
        Some(site) if site.down => plain("503 Service Unavailable"),
        Some(site) => {
            if round == 0 {
                tokio::time::sleep(site.delay).await;
            }
            document(site, &site.body(round, began), header(&head, "if-none-match"))
        }
    };
    stream.write_all(&reply).await?;
    stream.shutdown().await
}

async fn read_head(stream: &mut TcpStream) -> io::Result<String> {
    let mut head = Vec::new();
    while !head.windows(4).any(|end| end == b"\r\n\r\n") {
        if head.len() > LONGEST_HEAD || stream.read_buf(&mut head).await? == 0 {
            return Err(io::ErrorKind::InvalidData.into());
        }
    }
    Ok(String::from_utf8_lossy(&head).into_owned())
}

fn header<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    let fields = head.lines().skip(1).filter_map(|line| line.split_once(':'));
    fields.into_iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim())
}

fn document(site: &Site, body: &[u8], known: Option<&str>) -> Vec<u8> {
    let etag = format!("\"{:016x}\"", xxh3_64(body));
    if known == Some(etag.as_str()) {
        return format!("HTTP/1.1 304 Not Modified\r\nETag: {etag}\r\nConnection: close\r\n\r\n")
            .into_bytes();
    }
    let head = format!(
        "HTTP/1.1 200 OK\r\nContent-Type: {}\r\nContent-Length: {}\r\nETag: {etag}\r\nConnection: close\r\n\r\n",
        site.content_type(),
        body.len()
    );
    [head.as_bytes(), body].concat()
}

fn plain(status: &str) -> Vec<u8> {
    format!("HTTP/1.1 {status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n").into_bytes()
}
