//! Large bodies share one budget of memory, from the wire until they have been read into entries.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::time::Duration;

use flate2::Compression;
use flate2::write::GzEncoder;
use tokio::task::JoinSet;
use wirewatch::net::fetch::{Fetched, Fetcher, Limits};
use wirewatch::news::entry::FeedId;
use wirewatch::news::errand::{Fault, FaultClass, Fetch, Validators};

const LARGE: usize = 2 << 20;

#[tokio::test(flavor = "multi_thread")]
async fn what_is_held_is_missing() {
    let server = serve();
    let fetcher = fetcher(Duration::from_secs(2));
    for path in ["/large", "/packed"] {
        let held = fetch(&fetcher, &server, path).await.unwrap();
        assert_eq!(held.reply.body.len(), LARGE, "{path}");
        let (large, packed, small) = tokio::join!(
            fetch(&fetcher, &server, "/large"),
            fetch(&fetcher, &server, "/packed"),
            fetch(&fetcher, &server, "/small"),
        );
        for refused in [large, packed] {
            let fault = refused.unwrap_err();
            assert_eq!(fault.class, FaultClass::NoRoom, "{path}: {fault:?}");
            assert!(fault.detail.contains("64 MiB that they share; our fault"), "{path}: {fault:?}");
        }
        assert!(small.is_ok(), "small ones need no room");
        drop(held);
        assert!(fetch(&fetcher, &server, path).await.is_ok(), "{path}: given back");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn many_that_grow_at_once_all_come_to_their_end() {
    let server = Arc::new(serve());
    let fetcher = fetcher(Duration::from_mins(1));
    let mut running = JoinSet::new();
    for number in 0..12 {
        let (fetcher, server) = (fetcher.clone(), Arc::clone(&server));
        let path = if number % 2 == 0 { "/large" } else { "/packed" };
        running.spawn(async move { fetch(&fetcher, &server, path).await.map(|held| held.reply.body.len()) });
    }
    for length in running.join_all().await {
        assert_eq!(length, Ok(LARGE));
    }
}

/// The server of a body that had to wait for room is not to blame for what comes of it.
#[tokio::test(flavor = "multi_thread")]
async fn what_waited_in_vain_is_nobodys_fault() {
    let server = serve();
    let fetcher = fetcher(Duration::from_secs(3));
    let own = fetch(&fetcher, &server, "/stalls").await.unwrap_err();
    assert_eq!(own.class, FaultClass::Timeout, "{own:?}");
    let held = fetch(&fetcher, &server, "/large").await.unwrap();
    let later = async {
        tokio::time::sleep(Duration::from_secs(1)).await;
        drop(held);
    };
    let (waited, ()) = tokio::join!(fetch(&fetcher, &server, "/stalls"), later);
    let waited = waited.unwrap_err();
    assert_eq!(waited.class, FaultClass::NoRoom, "{waited:?}");
    assert!(waited.detail.contains("no room in memory for it at first"), "{waited:?}");
    assert_eq!(waited.traffic.status, Some(200));
}

/// Its longest body fills the budget: one place is all there is.
fn fetcher(total: Duration) -> Fetcher {
    let limits = Limits {
        user_agent: "wirewatch/0 (+test)".to_owned(),
        allow_private: vec!["127.0.0.0/8".parse().unwrap()],
        connect: Duration::from_secs(10),
        first_byte: Duration::from_secs(20),
        total,
        max_body: 64 << 20,
        redirects: 5,
        per_host: 2,
    };
    Fetcher::new(limits).unwrap()
}

async fn fetch(fetcher: &Fetcher, server: &str, path: &str) -> Result<Fetched, Fault> {
    let errand = Fetch {
        feed: FeedId(1),
        url: format!("{server}{path}"),
        validators: Validators::default(),
        body_hash: None,
        access: Arc::default(),
    };
    fetcher.fetch(&errand).await
}

fn serve() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let server = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            std::thread::spawn(move || answer(stream));
        }
    });
    server
}

fn answer(mut stream: TcpStream) {
    let lines: Vec<String> =
        BufReader::new(&stream).lines().map_while(Result::ok).take_while(|line| !line.is_empty()).collect();
    let path = lines.first().and_then(|line| line.split(' ').nth(1)).unwrap_or_default();
    let (coding, body) = match path {
        "/large" => ("identity", vec![b'x'; LARGE]),
        "/packed" => {
            let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
            packed.write_all(&vec![b'x'; LARGE]).unwrap();
            ("gzip", packed.finish().unwrap())
        }
        "/stalls" => ("identity", vec![b'x'; LARGE - 1]),
        _ => ("identity", b"small".to_vec()),
    };
    let length = if path == "/stalls" { LARGE } else { body.len() };
    let head = format!(
        "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Encoding: {coding}\r\nContent-Length: {length}\r\n\r\n"
    );
    // A client that has given up is no matter.
    let _ = stream.write_all(&[head.into_bytes(), body].concat());
    if path == "/stalls" {
        // Until the client hangs up.
        let _ = stream.read(&mut [0]);
    }
}
