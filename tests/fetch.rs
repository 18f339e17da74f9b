//! Fetching, as servers answer in the wild.
//!
//! Each file of `tests/fetch/cases/` is a dialogue with a server on loopback: what is asked, what
//! must be sent, what comes back byte for byte, and what is made of it. `tests/fetch/script.rs` says
//! how such a file is written.

#[path = "certificates/acceptor.rs"]
mod acceptor;
#[path = "fetch/budget.rs"]
mod budget;
#[path = "fetch/script.rs"]
mod script;
#[path = "fetch/server.rs"]
mod server;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use wirewatch::net::fetch::Fetcher;
use wirewatch::news::errand::{Fault, Reply};

use script::Case;
use server::Server;

#[test]
fn check() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fetch/cases");
    let mut files: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    assert!(!files.is_empty());
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let faults: Vec<String> = runtime.block_on(async {
        // A few at a time: cases about deadlines should not wait for a place on the processor.
        let turns = Arc::new(Semaphore::new(4));
        let mut running = JoinSet::new();
        for file in files {
            let turns = Arc::clone(&turns);
            running.spawn(async move {
                let _turn = turns.acquire().await;
                play(file).await
            });
        }
        running.join_all().await.concat()
    });
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

/// Plays one case; what differs from the file.
async fn play(file: PathBuf) -> Vec<String> {
    let name = file.file_stem().unwrap().to_string_lossy().into_owned();
    let text = fs::read_to_string(&file).unwrap();
    let server = Server::start(text.lines().any(|line| line.starts_with("tls "))).await;
    let case = Case::read(&text, &server.places());
    server.follow(case.exchanges.clone(), case.certificate.as_deref());
    let fetcher = Fetcher::trusting(case.limits.clone(), Some(&acceptor::authority())).unwrap();
    let mut answer = ask(&fetcher, &case).await;
    for _ in 1..case.times {
        answer = ask(&fetcher, &case).await;
    }
    let mut faults = server.faults();
    faults.extend(case.expected.iter().filter_map(|line| differs(line, &answer, &server)));
    faults.into_iter().map(|fault| format!("{name}: {fault}")).collect()
}

async fn ask(fetcher: &Fetcher, case: &Case) -> Result<Reply, Fault> {
    let answer =
        if case.page { fetcher.fetch_page(&case.errand).await } else { fetcher.fetch(&case.errand).await };
    answer.map(|answer| answer.reply)
}

/// What an expected line says, if the answer does not hold it.
fn differs(line: &str, answer: &Result<Reply, Fault>, server: &Arc<Server>) -> Option<String> {
    let (what, value) = line.split_once(' ').unwrap_or((line, ""));
    let reply = answer.as_ref().ok();
    let fault = answer.as_ref().err();
    let traffic = answer.as_ref().map_or_else(|fault| fault.traffic, |reply| reply.traffic);
    let holds = match what {
        "read" => reply.is_some_and(|reply| !reply.not_modified),
        "unchanged" => reply.is_some_and(|reply| reply.not_modified && reply.body.is_empty()),
        "body" => reply.is_some_and(|reply| reply.body == script::bytes(value)),
        "length" => reply.is_some_and(|reply| reply.body.len().to_string() == value),
        "type" => reply.is_some_and(|reply| reply.content_type.as_deref() == Some(value)),
        "etag" => reply.is_some_and(|reply| reply.validators.etag == script::opaque(value)),
        "modified" => reply.is_some_and(|reply| reply.validators.last_modified == script::opaque(value)),
        "final" => reply.is_some_and(|reply| reply.final_url == value),
        "moved" => reply.is_some_and(|reply| reply.moved_to.as_deref().unwrap_or("nowhere") == value),
        "fresh" => reply.is_some_and(|reply| script::seconds(reply.fresh_for) == value),
        "fault" => fault.is_some_and(|fault| fault.class.name() == value),
        "says" => fault.is_some_and(|fault| fault.detail.contains(value) && !fault.detail.contains('\n')),
        "retry" => fault.is_some_and(|fault| script::seconds(fault.retry_after) == value),
        "status" => traffic.status.map_or("none".to_owned(), |status| status.to_string()) == value,
        "received" => traffic.received.to_string() == value,
        "decoded" => traffic.decoded.map_or("none".to_owned(), |bytes| bytes.to_string()) == value,
        "connections" => server.connections().to_string() == value,
        _ => panic!("nobody knows what to expect by \"{line}\""),
    };
    (!holds).then(|| format!("expected \"{line}\", got {}", shown(answer, server)))
}

fn shown(answer: &Result<Reply, Fault>, server: &Server) -> String {
    match answer {
        Ok(reply) => {
            let body = String::from_utf8_lossy(&reply.body[..reply.body.len().min(60)]).into_owned();
            format!(
                "{:?} \"{body}\"… over {} connections",
                Reply { body: Vec::new(), ..reply.clone() },
                server.connections()
            )
        }
        Err(fault) => format!("{fault:?}"),
    }
}
