//! While somebody builds the index polling goes on, within a limit of memory, and nothing is lost.

use chrono::{DateTime, TimeDelta, Utc};
use wirewatch::config;
use wirewatch::news::errand::{Errand, Fetch, Outcome, Reply};
use wirewatch::news::reading;
use wirewatch::pipeline::{Pipeline, PollEnd, Settled, build_index};
use wirewatch::store::Store;

const FEEDS: usize = 24;
/// More feeds than may wait.
const MANY: usize = 560;
const SMALL: usize = 200;
/// A feed's document, in bytes: all of them together are more than may wait.
const LARGE: usize = 1 << 20;

struct Stage {
    folder: tempfile::TempDir,
    pipeline: Pipeline,
    now: DateTime<Utc>,
}

impl Stage {
    fn new() -> Self {
        Self::with(FEEDS)
    }

    fn with(feeds: usize) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let now = DateTime::<Utc>::UNIX_EPOCH + TimeDelta::days(20_000);
        order(&folder, feeds);
        let pipeline = open(&folder, now);
        Self { folder, pipeline, now }
    }

    /// Answers all that is due, and all that comes of it; how many polls were begun, and what ended.
    fn poll(&mut self, length: Option<usize>) -> (usize, Vec<PollEnd>) {
        let (mut begun, mut ended) = (0, Vec::new());
        loop {
            let errands = self.pipeline.due(self.now).unwrap();
            if errands.is_empty() {
                return (begun, ended);
            }
            begun += errands.len();
            for errand in errands {
                let Errand::Fetch(fetch) = errand else { panic!("{errand:?}") };
                let settled = self.settle(vec![answered(&fetch, length)]);
                let works = settled.errands.into_iter().map(|errand| match errand {
                    Errand::Work(work) => work.run(),
                    other => panic!("{other:?}"),
                });
                let worked = works.collect();
                ended.extend(settled.polls.into_iter().map(|poll| poll.end));
                ended.extend(self.settle(worked).polls.into_iter().map(|poll| poll.end));
            }
        }
    }

    fn settle(&mut self, outcomes: Vec<Outcome>) -> Settled {
        self.pipeline.settle(outcomes, self.now).unwrap()
    }

    fn build(&mut self) -> Vec<PollEnd> {
        let index = build_index(&self.folder.path().join("wirewatch.db")).unwrap();
        let settled = self.pipeline.adopt_index(Some(index), self.now).unwrap();
        settled.polls.into_iter().map(|poll| poll.end).collect()
    }

    fn restart(&mut self) {
        self.pipeline.give_back(self.now).unwrap();
        self.pipeline = open(&self.folder, self.now);
    }
}

fn order(folder: &tempfile::TempDir, feeds: usize) {
    let feed = |number| format!("[[feed]]\nurl = \"http://host{number}.example/feed\"\n");
    let at_once = 4.max(feeds / 16);
    let written: String = (0..feeds).map(feed).collect();
    let written = format!("[fetch]\nat_once = {at_once}\n{written}");
    std::fs::write(folder.path().join("wirewatch.toml"), written).unwrap();
}

fn open(folder: &tempfile::TempDir, now: DateTime<Utc>) -> Pipeline {
    let loaded = config::load(&folder.path().join("wirewatch.toml"));
    let config = loaded.config.unwrap_or_else(|| panic!("{}", loaded.report));
    let mut pipeline =
        Pipeline::open(Store::open(&folder.path().join("wirewatch.db")).unwrap(), config, now).unwrap();
    pipeline.index_is_being_built();
    pipeline
}

/// Without a length: nothing new.
fn answered(fetch: &Fetch, length: Option<usize>) -> Outcome {
    let document = length.map(|length| document(fetch, length));
    let reply = Reply {
        not_modified: document.is_none(),
        body: document.unwrap_or_default().into_bytes(),
        final_url: fetch.url.clone(),
        content_type: Some("application/rss+xml".to_owned()),
        ..Reply::default()
    };
    reading::read(fetch, reply)
}

/// Few words of that length in all: what is read here is nobody's article.
fn document(fetch: &Fetch, length: usize) -> String {
    let text = format!("{} ", fetch.url.repeat(length / fetch.url.len() / 8)).repeat(8);
    let item = format!("<item><title>News of {}</title><description>{text}</description></item>", fetch.url);
    format!("<rss version=\"2.0\"><channel><title>A feed</title>{item}</channel></rss>")
}

fn taken_in(ends: &[PollEnd]) -> usize {
    ends.iter().filter(|end| matches!(end, PollEnd::Read(caught) if caught.entries == 1)).count()
}

#[test]
fn polling_goes_on_and_what_is_new_waits() {
    let mut stage = Stage::new();
    let (begun, ended) = stage.poll(Some(SMALL));
    assert_eq!((begun, ended.len()), (FEEDS, 0), "more feeds than places are polled, none is settled");
    assert!(!stage.pipeline.is_idle() && stage.pipeline.is_drained());
    stage.now += TimeDelta::minutes(5);
    assert_eq!(stage.poll(Some(SMALL)).0, 0, "what waits is not asked for again, though its lease is over");
    assert_eq!(taken_in(&stage.build()), FEEDS);
    assert!(stage.pipeline.is_idle());
    stage.now += TimeDelta::hours(2);
    assert_eq!(stage.poll(None), (FEEDS, vec![PollEnd::Unchanged; FEEDS]));
}

#[test]
fn what_is_unchanged_needs_no_index() {
    let mut stage = Stage::new();
    assert_eq!(stage.poll(None), (FEEDS, vec![PollEnd::Unchanged; FEEDS]));
}

#[test]
fn when_too_much_waits_polls_wait_and_nothing_is_lost() {
    let mut stage = Stage::new();
    let (begun, ended) = stage.poll(Some(LARGE));
    assert!(begun > 0 && begun < FEEDS, "{begun} of {FEEDS} begun");
    assert_eq!(ended, []);
    let waited = taken_in(&stage.build());
    let (later, ended) = stage.poll(Some(LARGE));
    assert_eq!((waited, later), (begun, FEEDS - begun));
    assert_eq!(taken_in(&ended), later);
}

#[test]
fn when_too_many_wait_polls_wait_and_nothing_is_lost() {
    let mut stage = Stage::with(MANY);
    let (begun, ended) = stage.poll(Some(SMALL));
    assert!(begun > FEEDS && begun < MANY, "{begun} of {MANY} begun");
    assert_eq!(ended, []);
    assert_eq!(taken_in(&stage.build()), begun);
    let (later, ended) = stage.poll(Some(SMALL));
    assert_eq!((later, taken_in(&ended)), (MANY - begun, MANY - begun));
}

#[test]
fn an_end_before_the_index_is_there_loses_nothing() {
    let mut stage = Stage::new();
    assert_eq!(stage.poll(Some(SMALL)), (FEEDS, vec![]));
    stage.restart();
    assert_eq!(stage.poll(Some(SMALL)), (FEEDS, vec![]), "all are due again at once");
    assert_eq!(taken_in(&stage.build()), FEEDS);
}
