//! Runs errands: requests, letters and notifications on the async runtime, work on every core. What comes back goes
//! to the inbox.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::Sender;
use std::time::Duration;

use chrono::{DateTime, Utc};
use ipnet::IpNet;
use tokio::runtime::{Builder, Handle, Runtime};
use tokio::sync::Semaphore;

use super::Event;
use crate::config::{self, Config, Route};
use crate::net::fetch::{Fetched, Fetcher, Limits};
use crate::net::mail::Mailer;
use crate::net::notify::{self, Doors};
use crate::news::entry::FeedId;
use crate::news::errand::{
    Deliver, Delivery, Errand, Fault, FaultClass, Fetch, FetchPage, LetterId, Notify, Outcome, Reply,
    Validators,
};
use crate::news::letter::Letter;
use crate::news::notification;
use crate::news::reading::{self, Work};

/// Letters under way at once: one that hangs does not hold the others up.
const LETTERS_AT_ONCE: usize = 4;
const CONNECT: Duration = Duration::from_secs(10);
const FIRST_BYTE: Duration = Duration::from_secs(20);
const REDIRECTS: usize = 5;
/// As in the config's manual.
const TOTAL: Duration = Duration::from_secs(50);
const MAX_BODY: usize = 16 << 20;

/// The hands of the daemon.
#[derive(Debug)]
pub struct Outside {
    runtime: Runtime,
    fetcher: Fetcher,
    mailer: Option<Arc<Mailer>>,
    channels: Channels,
    /// A relative `folder` of `[mail]` lies below it.
    state: PathBuf,
    cores: Arc<Semaphore>,
    letters: Arc<Semaphore>,
    inbox: Sender<Event>,
}

impl Outside {
    /// # Errors
    /// When TLS cannot be set up, or a file that `[mail]` names cannot be read.
    pub(super) fn new(config: &Config, state: &Path, inbox: Sender<Event>) -> Result<Self, String> {
        let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        let runtime = Builder::new_multi_thread()
            .worker_threads(cores)
            .enable_all()
            .build()
            .map_err(|error| format!("no threads can be started: {error}"))?;
        Ok(Self {
            runtime,
            fetcher: Fetcher::new(limits(&config.fetch))?,
            mailer: mailer(config, state)?,
            channels: channels(config)?,
            state: state.to_owned(),
            cores: Arc::new(Semaphore::new(cores)),
            letters: Arc::new(Semaphore::new(LETTERS_AT_ONCE)),
            inbox,
        })
    }

    /// Goes on with another config; what is under way ends under the old one.
    ///
    /// # Errors
    /// As [`Outside::new`]; the old settings stay then.
    pub fn adopt(&mut self, config: &Config) -> Result<(), String> {
        let (fetcher, mailer) = (Fetcher::new(limits(&config.fetch))?, mailer(config, &self.state)?);
        let channels = channels(config)?;
        self.fetcher = fetcher;
        self.mailer = mailer;
        self.channels = channels;
        Ok(())
    }

    pub fn handle(&self) -> &Handle {
        self.runtime.handle()
    }

    /// Starts an errand; its outcome comes into the inbox, whatever happens.
    pub fn start(&self, errand: Errand) {
        match errand {
            Errand::Fetch(fetch) => self.start_fetch(fetch),
            Errand::FetchPage(page) => self.start_page(*page),
            Errand::Work(work) => self.start_work(*work),
            Errand::Deliver(letter) => self.start_delivery(letter),
            Errand::Notify(notify) => self.start_notification(notify),
        }
    }

    fn start_fetch(&self, errand: Fetch) {
        let (fetcher, cores, inbox) = (self.fetcher.clone(), Arc::clone(&self.cores), self.inbox.clone());
        self.runtime.spawn(async move {
            let feed = errand.feed;
            let outcome = match fetcher.fetch(&errand).await {
                Err(fault) => Outcome::Failed { feed, fault },
                // Nothing to read: no core is needed.
                Ok(answer) if answer.reply.not_modified => Outcome::Unchanged { feed, reply: answer.reply },
                Ok(Fetched { reply, room }) => {
                    let read = move || {
                        let outcome = reading::read(&errand, reply);
                        drop(room);
                        outcome
                    };
                    on_a_core(&cores, read)
                        .await
                        .unwrap_or_else(|why| Outcome::Failed { feed, fault: broken_reader(&why) })
                }
            };
            // The loop has ended when nobody listens: the lease says "again later".
            let _ = inbox.send(Event::Outcome(outcome));
        });
    }

    fn start_page(&self, errand: FetchPage) {
        let (fetcher, cores, inbox) = (self.fetcher.clone(), Arc::clone(&self.cores), self.inbox.clone());
        self.runtime.spawn(async move {
            let answer = fetcher.fetch_page(&errand.fetch).await;
            let fallback = errand.clone();
            let read = move || match answer {
                Ok(Fetched { reply, room }) => {
                    let outcome = reading::read_page(errand, Ok(reply));
                    drop(room);
                    outcome
                }
                Err(why) => reading::read_page(errand, Err(why)),
            };
            let outcome = match on_a_core(&cores, read).await {
                Ok(outcome) => outcome,
                Err(why) => reading::read_page(fallback, Err(broken_reader(&why))),
            };
            let _ = inbox.send(Event::Outcome(outcome));
        });
    }

    fn start_work(&self, work: Work) {
        let (cores, inbox) = (Arc::clone(&self.cores), self.inbox.clone());
        let feed = work.reading.feed;
        self.runtime.spawn(async move {
            let done = on_a_core(&cores, move || work.run()).await;
            let outcome = done.unwrap_or_else(|why| Outcome::Failed { feed, fault: broken_reader(&why) });
            let _ = inbox.send(Event::Outcome(outcome));
        });
    }

    fn start_delivery(&self, letter: Deliver) {
        let (letters, inbox) = (Arc::clone(&self.letters), self.inbox.clone());
        let Some(mailer) = self.mailer.clone() else {
            let delivery = Delivery::Later("no [mail] in the config".to_owned());
            let _ = inbox.send(Event::Outcome(delivered(letter.letter, delivery.into())));
            return;
        };
        self.runtime.spawn(async move {
            let _place = letters.acquire().await;
            let delivery = mailer.deliver(&letter).await;
            let _ = inbox.send(Event::Outcome(delivered(letter.letter, delivery.into())));
        });
    }

    fn start_notification(&self, errand: Notify) {
        let inbox = self.inbox.clone();
        let Some(channel) = self.channels.get(&errand.channel).cloned() else {
            let why = format!("the config has no [[notify]] “{}” any more", errand.channel);
            let _ = inbox.send(Event::Outcome(delivered(errand.letter, Delivery::Later(why).into())));
            return;
        };
        self.runtime.spawn(async move {
            let answer = channel.deliver(&errand).await;
            let _ = inbox.send(Event::Outcome(delivered(errand.letter, answer)));
        });
    }

    /// Ends the runtime; what is still under way is dropped, its lease says "again later".
    pub fn stop(self) {
        self.runtime.shutdown_timeout(Duration::from_millis(100));
    }
}

/// Hands one letter over, beside the outbox: `wirewatch mail test`.
///
/// # Errors
/// When there is no `[mail]`, or a file that it names cannot be read.
pub fn deliver_one(config: &Config, state: &Path, letter: &Letter) -> Result<Delivery, String> {
    let mailer = mailer(config, state)?.ok_or("no [mail] in the config")?;
    let runtime = Builder::new_current_thread().enable_all().build().map_err(|error| error.to_string())?;
    let errand = Deliver {
        letter: LetterId(0),
        recipient: letter.recipient.clone(),
        bytes: letter.bytes.as_slice().into(),
    };
    Ok(runtime.block_on(mailer.deliver(&errand)))
}

/// Hands an invented notification over, beside the outbox: `wirewatch mail test --notify`.
///
/// # Errors
/// When the channel cannot be set up.
pub fn notify_one(config: &Config, order: &config::Notify, now: DateTime<Utc>) -> Result<Delivery, String> {
    let test = notification::test(&order.channel, now);
    let errand = Notify {
        letter: LetterId(0),
        channel: order.channel.name.clone(),
        id: test.id,
        bytes: test.body.into_bytes().into(),
        at: now,
    };
    let runtime = Builder::new_current_thread().enable_all().build().map_err(|error| error.to_string())?;
    // Making a client wants a runtime.
    runtime.block_on(async {
        Ok(channel(&Doors::new(limits(&config.fetch))?, order)?.deliver(&errand).await.delivery)
    })
}

/// Gets one document, beside the schedule: `wirewatch parse URL`. `typed` is an address that the user
/// named, which is allowed whatever the config says.
///
/// # Errors
/// As every fetch.
pub fn fetch_one(url: &str, order: Option<&config::Fetch>, typed: Option<IpNet>) -> Result<Reply, Fault> {
    let broken = |why: String| Fault::new(FaultClass::Reader, why);
    let mut limits = order.map_or_else(plain_limits, limits);
    limits.allow_private.extend(typed);
    let runtime =
        Builder::new_current_thread().enable_all().build().map_err(|error| broken(error.to_string()))?;
    let errand = Fetch {
        feed: FeedId(0),
        url: url.to_owned(),
        validators: Validators::default(),
        body_hash: None,
        access: Arc::default(),
    };
    // Making a client wants a runtime.
    runtime
        .block_on(async { Fetcher::new(limits).map_err(broken)?.fetch(&errand).await })
        .map(|fetched| fetched.reply)
}

/// Runs work that takes time on a thread of its own, at most one a core; a panic is its own end only.
async fn on_a_core<T: Send + 'static>(
    cores: &Arc<Semaphore>,
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, String> {
    let place = Arc::clone(cores).acquire_owned().await.map_err(|error| error.to_string())?;
    let done = tokio::task::spawn_blocking(move || {
        let _place = place;
        work()
    });
    done.await.map_err(|error| error.to_string())
}

fn broken_reader(why: &str) -> Fault {
    let detail = format!("wirewatch itself failed on this document ({why}); please report it");
    Fault::new(FaultClass::Reader, detail)
}

/// Without a config.
fn plain_limits() -> Limits {
    Limits {
        user_agent: concat!("wirewatch/", env!("CARGO_PKG_VERSION")).to_owned(),
        allow_private: Vec::new(),
        connect: CONNECT,
        first_byte: FIRST_BYTE,
        total: TOTAL,
        max_body: MAX_BODY,
        redirects: REDIRECTS,
        per_host: 1,
    }
}

fn limits(order: &config::Fetch) -> Limits {
    let contact = order.contact.as_deref().map(|contact| format!(" (+{contact})")).unwrap_or_default();
    let total = order.timeout.to_std().unwrap_or(TOTAL);
    Limits {
        user_agent: format!("wirewatch/{}{contact}", env!("CARGO_PKG_VERSION")),
        allow_private: order.allow_private.clone(),
        connect: CONNECT.min(total),
        first_byte: FIRST_BYTE.min(total),
        total,
        max_body: order.max_body,
        redirects: REDIRECTS,
        per_host: order.per_host,
    }
}

fn delivered(letter: LetterId, answer: notify::Answer) -> Outcome {
    Outcome::Delivered { letter, delivery: answer.delivery, retry_after: answer.retry_after }
}

/// By name.
type Channels = HashMap<String, Arc<notify::Channel>>;

fn channels(config: &Config) -> Result<Channels, String> {
    if config.notify.is_empty() {
        return Ok(Channels::new());
    }
    let doors = Doors::new(limits(&config.fetch))?;
    let open = |order: &config::Notify| Ok((order.channel.name.clone(), Arc::new(channel(&doors, order)?)));
    config.notify.iter().map(open).collect()
}

fn channel(doors: &Doors, order: &config::Notify) -> Result<notify::Channel, String> {
    doors.open(&order.way, order.timeout.to_std().unwrap_or(TOTAL))
}

fn mailer(config: &Config, state: &Path) -> Result<Option<Arc<Mailer>>, String> {
    let Some(order) = &config.mail else { return Ok(None) };
    let route = match &order.route {
        Route::Folder(folder) => Route::Folder(state.join(folder)),
        other => other.clone(),
    };
    Mailer::new(route, &order.letterhead.from).map(Arc::new).map(Some)
}
