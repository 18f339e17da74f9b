//! Whatever comes, a program that was started anew says and tells what one that ran on does: the same stories, verdicts
//! with reasons and flags, marks and letters, to the byte.

mod made;

use chrono::{DateTime, TimeDelta, Utc};
use proptest::prelude::*;
use rusqlite::Connection;
use wirewatch::config;
use wirewatch::news::entry::EntryId;
use wirewatch::news::errand::{Errand, Fetch, FetchPage, Outcome, Reply};
use wirewatch::news::reading;
use wirewatch::pipeline::{Correction, Pipeline, Scope};
use wirewatch::store::Store;

use made::{Draft, Frame, Hand};

const CONFIG: &str = r#"
[[feed]]
url = "http://127.0.0.1/0"
on_first_fetch = "all"
[[feed]]
url = "http://127.0.0.1/1"
on_first_fetch = "all"
priority = 1
[[feed]]
url = "http://127.0.0.1/2"
on_first_fetch = "all"
full_text = "always"
[[feed]]
url = "http://127.0.0.1/3"
on_first_fetch = "all"
dedup = false
[[rule]]
name = "Everything"
any = ["/./"]
[[digest]]
name = "morning"
to = ["desk@example.org"]
schedule = "0 7 * * *"
[mail]
from = "wirewatch <wirewatch@example.org>"
transport = "folder"
folder = "outbox"
"#;
const FEEDS: usize = 4;

/// What happens to the desk.
#[derive(Debug, Clone)]
enum Event {
    /// A feed brings a text, in its own frame.
    Published {
        feed: usize,
        text: usize,
        version: Version,
    },
    /// It says another thing under the key of something that it brought before.
    Edited {
        feed: usize,
        before: usize,
        text: usize,
        version: Version,
    },
    Corrected {
        kind: u8,
        one: i64,
        other: i64,
    },
    Composed,
    /// Time goes by, and what is old is forgotten.
    Passed {
        days: i64,
    },
}

/// What becomes of a text on its way.
#[derive(Debug, Clone)]
struct Version {
    kind: u8,
    by: u32,
    hand: u8,
    with: usize,
}

fn version() -> impl Strategy<Value = Version> {
    (0_u8..7, 1_u32..400, 0..Hand::ALL, 0_usize..8).prop_map(|(kind, by, hand, with)| Version {
        kind,
        by,
        hand,
        with,
    })
}

fn event() -> impl Strategy<Value = Event> {
    prop_oneof![
        8 => (0..FEEDS, 0_usize..8, version())
            .prop_map(|(feed, text, version)| Event::Published { feed, text, version }),
        2 => (0..FEEDS, 0_usize..8, 0_usize..8, version())
            .prop_map(|(feed, before, text, version)| Event::Edited { feed, before, text, version }),
        2 => (0_u8..5, 1_i64..12, 1_i64..12)
            .prop_map(|(kind, one, other)| Event::Corrected { kind, one, other }),
        2 => Just(Event::Composed),
        1 => prop_oneof![Just(1), Just(20), Just(400), Just(800)].prop_map(|days| Event::Passed { days }),
    ]
}

/// What there is to be published.
#[derive(Debug)]
struct World {
    texts: Vec<(Draft, Draft)>,
    frames: Vec<Frame>,
}

impl World {
    /// Title and text of a version.
    fn write(&self, feed: usize, text: usize, version: &Version) -> (String, String) {
        let (title, text) = &self.texts[text % self.texts.len()];
        let (_, other) = &self.texts[version.with % self.texts.len()];
        let hand = Hand(version.hand);
        let written = match version.kind {
            0 => text.text(hand),
            1 => text.cut(45).text(hand),
            2 => text.with_numbers(|_, number| number + version.by).text(hand),
            3 => text.with_numbers(|at, number| number + u32::from(at == 0) * version.by).text(hand),
            4 => format!("Seen on Tuesday, 19 September. {}", text.text(hand)),
            5 => format!("{} {}", text.text(hand), other.text(hand)),
            _ => text.rewritten(9).text(hand),
        };
        (title.text(Hand(0)), self.frames[feed].around(&written))
    }
}

/// The program on its ledger.
struct Desk<'a> {
    world: &'a World,
    folder: tempfile::TempDir,
    pipeline: Option<Pipeline>,
    now: DateTime<Utc>,
    /// What each feed shows now, oldest first: key, title, text.
    shown: Vec<Vec<(usize, String, String)>>,
}

impl<'a> Desk<'a> {
    fn new(world: &'a World) -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("wirewatch.toml"), CONFIG).unwrap();
        let now = DateTime::from_timestamp(1_760_000_000, 0).unwrap();
        let mut desk = Self { world, folder, pipeline: None, now, shown: vec![Vec::new(); FEEDS] };
        desk.restart();
        desk
    }

    fn restart(&mut self) {
        self.pipeline = None;
        let store = Store::open(&self.folder.path().join("wirewatch.db")).unwrap();
        let config = config::load(&self.folder.path().join("wirewatch.toml")).config.unwrap();
        self.pipeline = Some(Pipeline::open(store, config, self.now).unwrap());
    }

    fn play(&mut self, event: &Event) {
        self.now += TimeDelta::minutes(20);
        match event {
            Event::Published { feed, text, version } => {
                let key = self.shown[*feed].len();
                let (title, text) = self.world.write(*feed, *text, version);
                self.shown[*feed].push((key, title, text));
                self.poll(*feed);
            }
            Event::Edited { feed, before, text, version } => {
                let (title, text) = self.world.write(*feed, *text, version);
                let many = self.shown[*feed].len().max(1);
                if let Some(entry) = self.shown[*feed].get_mut(before % many) {
                    (entry.1, entry.2) = (format!("{title} +"), text);
                    self.poll(*feed);
                }
            }
            Event::Corrected { kind, one, other } => {
                let (one, other) = (EntryId(*one), EntryId(*other));
                let correction = match kind {
                    0 => Correction::Merge(one, other),
                    1 => Correction::Confirm(one),
                    2 => Correction::Mute(one),
                    _ => Correction::Split(one),
                };
                let now = self.now;
                self.pipeline().correct(&correction, now).unwrap();
            }
            Event::Composed => {
                let now = self.now;
                let digest = self.pipeline().config().digests[0].clone();
                self.pipeline().compose(&digest, now, now).unwrap();
            }
            Event::Passed { days } => {
                self.now += TimeDelta::days(*days);
                let now = self.now;
                while self.pipeline().forget_old(now).unwrap() {}
            }
        }
    }

    fn pipeline(&mut self) -> &mut Pipeline {
        self.pipeline.as_mut().unwrap()
    }

    fn poll(&mut self, feed: usize) {
        let now = self.now;
        let scope = Scope::Named(vec![format!("http://127.0.0.1/{feed}")]);
        self.pipeline().hurry(&scope, now).unwrap();
        loop {
            self.pipeline().take_due_pages(now).unwrap();
            let mut errands = self.pipeline().waiting(now);
            if errands.is_empty() {
                return;
            }
            while let Some(errand) = errands.pop() {
                let outcome = match errand {
                    Errand::Fetch(fetch) => self.document(&fetch),
                    Errand::FetchPage(page) => self.page(*page),
                    Errand::Work(work) => work.run(),
                    other => panic!("{other:?}"),
                };
                errands.extend(self.pipeline().settle(vec![outcome], now).unwrap().errands);
            }
        }
    }

    fn document(&self, fetch: &Fetch) -> Outcome {
        let feed: usize = fetch.url.rsplit('/').next().unwrap().parse().unwrap();
        let items: Vec<String> = self.shown[feed]
            .iter()
            .rev()
            .map(|(key, title, text)| {
                let link = format!("http://site{feed}.example/{key}");
                format!("<item><guid>{key}</guid><title>{title}</title><description>{text}</description><link>{link}</link></item>")
            })
            .collect();
        let body = format!(
            "<rss version=\"2.0\"><channel><title>Feed {feed}</title>{}</channel></rss>",
            items.concat()
        );
        let reply = Reply { body: body.into_bytes(), final_url: fetch.url.clone(), ..Reply::default() };
        reading::read(fetch, reply)
    }

    /// The page says what the feed says.
    fn page(&self, errand: FetchPage) -> Outcome {
        let key: usize = errand.fetch.url.rsplit('/').next().unwrap().parse().unwrap();
        let (_, title, text) = &self.shown[2][key];
        let reply = Reply {
            body: format!("<html><body><article><h1>{title}</h1><p>{text}</p></article></body></html>")
                .into_bytes(),
            final_url: errand.fetch.url.clone(),
            content_type: Some("text/html; charset=utf-8".to_owned()),
            ..Reply::default()
        };
        reading::read_page(errand, Ok(reply))
    }

    /// Everything that was said and told.
    fn account(&self) -> Vec<String> {
        let ledger = Connection::open(self.folder.path().join("wirewatch.db")).unwrap();
        let mut account = Vec::new();
        for question in [
            "SELECT id, story_id, verdict, fold, title FROM entry ORDER BY id",
            "SELECT id, entry_id, story_id, booked_at, silent, edit FROM hit ORDER BY id",
            "SELECT digest_id, story_id, slot, part, shown FROM told ORDER BY digest_id, story_id",
            "SELECT digest_id, story_id, rests FROM untold ORDER BY digest_id, story_id",
            "SELECT older, younger, same FROM label ORDER BY older, younger",
            "SELECT story_id FROM muted ORDER BY story_id",
            "SELECT entry_id, seen, hex(bytes) FROM print ORDER BY entry_id",
            "SELECT message_id, subject, CAST(bytes AS TEXT) FROM outbox ORDER BY id",
        ] {
            let mut query = ledger.prepare(question).unwrap();
            let columns = query.column_count();
            let mut rows = query.query([]).unwrap();
            while let Some(row) = rows.next().unwrap() {
                let values: Vec<String> =
                    (0..columns).map(|at| format!("{:?}", row.get_ref(at).unwrap())).collect();
                account.push(values.join(" "));
            }
        }
        account
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(8))]

    /// Started anew before every event, and before some of them.
    #[test]
    fn a_restart_changes_nothing(
        texts in prop::collection::vec((made::draft(4..9, 0), made::counted(60..120, 1..6)), 3..6),
        frames in prop::collection::vec(made::frame(12), FEEDS),
        events in prop::collection::vec((event(), any::<bool>()), 12..32),
    ) {
        let world = World { texts, frames };
        let (mut steady, mut anew, mut sometimes) = (Desk::new(&world), Desk::new(&world), Desk::new(&world));
        for (event, here) in &events {
            anew.restart();
            if *here {
                sometimes.restart();
            }
            for desk in [&mut steady, &mut anew, &mut sometimes] {
                desk.play(event);
            }
        }
        let account = steady.account();
        prop_assert_eq!(&account, &anew.account(), "always: {:?}", events);
        prop_assert_eq!(&account, &sometimes.account(), "sometimes: {:?}", events);
    }
}
