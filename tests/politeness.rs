//! The rules of a good neighbour, over real requests: what feeds answer, what we ask for next, and when.
//!
//! A rule is a TOML file in `tests/politeness/`: a config, and steps. Each step is one round of polls at
//! that time (of a standing clock), as `wirewatch poll` does it, against a server on loopback that answers as
//! the step says; `asked` is every request that came, with its validators. The program starts anew for each
//! step, so every rule holds over a restart. What must hold of every request, whatever the rule, is held
//! against all of them.

#[path = "politeness/server.rs"]
mod server;

use std::collections::BTreeMap;
use std::path::Path;

use chrono::{DateTime, Utc};
use serde::Deserialize;
use wirewatch::clock::Clock;
use wirewatch::config;
use wirewatch::daemon::crew::Crew;
use wirewatch::daemon::round;
use wirewatch::pipeline::Scope;
use wirewatch::store::Store;

use server::{Request, Server};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    /// What a good neighbour does.
    rule: String,
    config: String,
    step: Vec<Step>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Step {
    at: DateTime<Utc>,
    /// `due`, `all`, or the path of a feed that is asked for by name.
    #[serde(default = "due")]
    poll: String,
    /// By path, see `server.rs`; any other is a 404. What a step does not say stays as it was.
    #[serde(default)]
    answer: BTreeMap<String, Vec<String>>,
    /// Every request, by path: `/a if-none-match: "1"`.
    asked: Vec<String>,
    /// By path: what decided on the next poll, and the bounds of its time in minutes from now:
    /// `interval 60..66`; `never` when there is none.
    #[serde(default)]
    next: BTreeMap<String, String>,
    /// How each feed ended, by path: `well`, or the class of its fault.
    #[serde(default)]
    state: BTreeMap<String, String>,
    /// So many requests were under way at once.
    at_once: Option<usize>,
}

fn due() -> String {
    "due".to_owned()
}

#[test]
fn rules() {
    let folder = std::fs::read_dir("tests/politeness").unwrap().map(|file| file.unwrap().path());
    let mut cases: Vec<_> =
        folder.filter(|path| path.extension().is_some_and(|kind| kind == "toml")).collect();
    cases.sort();
    assert!(!cases.is_empty());
    let faults: Vec<String> = std::thread::scope(|scope| {
        let running: Vec<_> = cases.iter().map(|path| scope.spawn(|| check(path))).collect();
        running.into_iter().flat_map(|case| case.join().unwrap()).collect()
    });
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

/// What differs from the file.
fn check(path: &Path) -> Vec<String> {
    let name = path.file_stem().unwrap().to_string_lossy().into_owned();
    let case: Case =
        toml::from_str(&std::fs::read_to_string(path).unwrap()).unwrap_or_else(|e| panic!("{name}: {e}"));
    assert!(!case.rule.is_empty(), "{name}");
    let server = Server::start();
    let neighbour = Neighbour::new(&case.config.replace("{server}", &server.origin));
    let mut faults = Vec::new();
    for (number, step) in case.step.iter().enumerate() {
        for (path, answer) in &step.answer {
            server.publish(path, answer);
        }
        let mut crew = neighbour.crew(step.at);
        let scope = match step.poll.as_str() {
            "due" => Scope::Due,
            "all" => Scope::All,
            path => Scope::Named(vec![server.origin.clone() + path]),
        };
        round::poll(&mut crew, &scope, |_, _| ()).unwrap();
        let requests = server.requests();
        let mut told: Vec<String> = requests.iter().flat_map(ill_mannered).collect();
        told.extend(step.differs(&requests, &server, &crew));
        faults.extend(
            told.into_iter().map(|fault| format!("{name}, step {} at {}: {fault}", number + 1, step.at)),
        );
        crew.stop();
    }
    faults
}

impl Step {
    fn differs(&self, requests: &[Request], server: &Server, crew: &Crew) -> Vec<String> {
        let mut faults = Vec::new();
        let mut expect = |what: &str, expected: &str, found: &str| {
            if expected != found {
                faults.push(format!("{what}: expected {expected}, found {found}"));
            }
        };
        let mut asked: Vec<String> = requests.iter().map(Request::told).collect();
        asked.sort();
        let mut expected = self.asked.clone();
        expected.sort();
        expect("asked", &format!("{expected:#?}"), &format!("{asked:#?}"));
        if let Some(at_once) = self.at_once {
            expect("at once", &at_once.to_string(), &server.most_at_once().to_string());
        }
        let feeds = crew.pipeline.store().read(|ledger| ledger.feeds()).unwrap();
        let row = |path: &str| {
            feeds
                .iter()
                .find(|feed| feed.url == format!("{}{path}", server.origin))
                .expect("a feed of the config")
        };
        for (path, state) in &self.state {
            expect(path, state, row(path).fault.as_deref().unwrap_or("well"));
        }
        for (path, next) in &self.next {
            let (row, expected) = (row(path), next.split_once(' ').unwrap_or((next, "")));
            let reason = row.next_why.map(|why| serde_json::to_value(why.reason).unwrap());
            let reason = reason.as_ref().and_then(|reason| reason.as_str()).unwrap_or_default();
            let minutes = row.next_poll.map(|at| (at - self.at).num_seconds() as f64 / 60.0);
            let within = expected.1.split_once("..").map(|(least, most)| {
                let bound = |written: &str| written.parse::<f64>().expect("minutes");
                minutes.is_some_and(|minutes| (bound(least)..=bound(most)).contains(&minutes))
            });
            if reason != expected.0 || !within.unwrap_or(minutes.is_none()) {
                faults.push(format!("{path}: expected {next}, found {reason} in {minutes:?} min"));
            }
        }
        faults
    }
}

/// What is wrong with a request, whatever the rule.
fn ill_mannered(request: &Request) -> Vec<String> {
    let agent = concat!("wirewatch/", env!("CARGO_PKG_VERSION"), " (+https://wirewatch.example/)");
    let header = |name: &str| request.header(name);
    let laws = [
        ("it is no GET", request.method != "GET"),
        ("its User-Agent does not say who asks", header("user-agent") != Some(agent)),
        (
            "its Accept names no feeds",
            !header("accept").is_some_and(|types| types.contains("application/rss+xml")),
        ),
        (
            "it asks for no compression",
            !header("accept-encoding").is_some_and(|codings| codings.contains("gzip")),
        ),
        ("it brings a cookie", header("cookie").is_some()),
        ("it says where it comes from", header("referer").is_some() || header("origin").is_some()),
        (
            "it asks for a delta against nothing",
            header("a-im").is_some() && header("if-none-match").is_none(),
        ),
        ("it asks for what no feed is at", !request.published),
        ("it is one of more than two at once", request.at_once > 2),
    ];
    laws.iter().filter(|law| law.1).map(|(law, _)| format!("{law}: {request:?}")).collect()
}

/// A wirewatch with a config and a ledger of its own.
struct Neighbour {
    folder: tempfile::TempDir,
}

impl Neighbour {
    fn new(config: &str) -> Self {
        const FETCH: &str = "allow_private = [\"127.0.0.0/8\"]\ncontact = \"https://wirewatch.example/\"\n";
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("wirewatch.toml"), format!("[fetch]\n{FETCH}{config}")).unwrap();
        Self { folder }
    }

    fn crew(&self, now: DateTime<Utc>) -> Crew {
        let loaded = config::load(&self.folder.path().join("wirewatch.toml"));
        let config = loaded.config.unwrap_or_else(|| panic!("{}", loaded.report));
        let store = Store::open(&self.folder.path().join("wirewatch.db")).unwrap();
        Crew::new(store, config, Clock::Standing(now)).unwrap()
    }
}
