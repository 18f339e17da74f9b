//! `wirewatch run`: the loop.

use std::path::{Path, PathBuf};
use std::sync::mpsc::Sender;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use tokio::signal::unix::{SignalKind, signal};

use super::control::{Answer, Listener, PollLine};
use super::crew::Crew;
use super::journal;
use super::notify::{self, Notifier};
use super::requests::AskedPolls;
use super::{DaemonFault, Event, Signal};
use crate::clock::{self, Clock, Deadline};
use crate::config::Config;
use crate::news::errand::Outcome;
use crate::pipeline::{self, Hindsight, Settled};
use crate::store::{Store, StoreFault};

/// What is under way gets so long to come back after SIGTERM.
const DRAIN: Duration = Duration::from_secs(3);
/// The loop looks around at least that often: clocks jump, machines sleep.
const LONGEST_WAIT: Duration = Duration::from_secs(30);
/// It rests that long when the ledger cannot be written for now.
const REST: Duration = Duration::from_secs(10);
const FORGET_EVERY: TimeDelta = TimeDelta::hours(1);

/// Runs until SIGTERM or SIGINT.
///
/// # Errors
/// When the ledger is damaged, or the socket cannot be listened on. A full disk or a lock ends
/// nothing: it is said, and tried again.
pub fn run(config_path: &Path, config: Config, store: Store, socket: &Path) -> Result<(), DaemonFault> {
    let mut crew = Crew::new(store, config, Clock::Running)?;
    listen_to_signals(&crew)?;
    let _listener = Listener::open(socket, crew.to_inbox.clone())?;
    build_index(&mut crew);
    let mut daemon = Daemon {
        crew,
        config_path: config_path.to_owned(),
        notifier: Notifier::default(),
        asked: Vec::new(),
        next_forget: clock::now(),
        trouble: None,
        cut_off: false,
        looks_back: false,
    };
    daemon.look_back()?;
    let status = daemon.status();
    tracing::info!("{status}");
    daemon.notifier.ready(&status);
    daemon.turn_until_stopped()?;
    daemon.drain();
    daemon.crew.stop();
    tracing::info!("stopped");
    Ok(())
}

pub(super) struct Daemon {
    pub(super) crew: Crew,
    pub(super) config_path: PathBuf,
    pub(super) notifier: Notifier,
    /// Polls that somebody waits for.
    pub(super) asked: Vec<AskedPolls>,
    next_forget: DateTime<Utc>,
    /// The ledger cannot be written for now.
    trouble: Option<String>,
    /// Our own network is away.
    cut_off: bool,
    /// New and changed rules are being held against the stored entries.
    looks_back: bool,
}

impl Daemon {
    fn turn_until_stopped(&mut self) -> Result<(), DaemonFault> {
        let beat = notify::beat().unwrap_or(LONGEST_WAIT);
        loop {
            Notifier::alive();
            let done = self.act();
            let wait = self.survive(done)?.unwrap_or(REST).min(beat);
            let status = self.status();
            self.notifier.status(&status);
            let events = self.crew.wait(wait);
            let handled = self.handle(events);
            if self.survive(handled)? == Some(true) {
                Notifier::stopping();
                return Ok(());
            }
        }
    }

    /// A fault of the ledger that may pass is said once, and then it is tried again.
    fn survive<T>(&mut self, done: Result<T, DaemonFault>) -> Result<Option<T>, DaemonFault> {
        match done {
            Ok(value) => {
                if self.trouble.take().is_some() {
                    tracing::info!("the database can be written again");
                }
                Ok(Some(value))
            }
            Err(DaemonFault::Store(fault)) if fault.may_pass() => {
                let trouble = fault.to_string();
                if self.trouble.as_ref() != Some(&trouble) {
                    tracing::error!("{trouble}");
                    self.trouble = Some(trouble);
                }
                Ok(None)
            }
            Err(fault) => Err(fault),
        }
    }

    /// Does what is due; how long there is nothing to do.
    fn act(&mut self) -> Result<Duration, DaemonFault> {
        let now = clock::now();
        for composed in self.crew.pipeline.compose_due(now)? {
            journal::digest(&composed);
        }
        for composed in self.crew.pipeline.compose_urgent(now)? {
            journal::digest(&composed);
        }
        for notified in self.crew.pipeline.compose_notifications(now)? {
            journal::notified(&notified);
        }
        let mut errands = self.crew.pipeline.due(now)?;
        errands.extend(self.crew.pipeline.due_letters(now)?);
        self.crew.start(errands);
        if now >= self.next_forget {
            let more = self.crew.pipeline.forget_old(now)?;
            self.next_forget = if more { now } else { now + FORGET_EVERY };
        }
        let wake = self.crew.pipeline.next_wake()?.map_or(TimeDelta::MAX, |at| at - now);
        Ok(wake.to_std().unwrap_or_default().clamp(Duration::from_secs(1), LONGEST_WAIT))
    }

    /// `true`: it is time to stop.
    fn handle(&mut self, events: Vec<Event>) -> Result<bool, DaemonFault> {
        let mut outcomes = Vec::new();
        let mut stop = false;
        for event in events {
            match event {
                Event::Outcome(outcome) => outcomes.push(outcome),
                Event::Index(index) => {
                    let index = index.map(|index| *index);
                    let settled = self.crew.pipeline.adopt_index(index, clock::now())?;
                    self.take_note(settled);
                }
                Event::Hindsight(hindsight) => self.take_hindsight(hindsight)?,
                Event::Control(request, answerer) => self.obey(request, answerer),
                Event::Signal(Signal::Reload) => {
                    self.reload();
                }
                Event::Signal(Signal::Stop) => stop = true,
            }
        }
        if !outcomes.is_empty() {
            self.settle(outcomes)?;
        }
        Ok(stop)
    }

    /// New and changed rules are held against the stored entries on a thread and a connection of their
    /// own, while polling goes on.
    pub(super) fn look_back(&mut self) -> Result<(), StoreFault> {
        if self.looks_back {
            return Ok(());
        }
        let Some(question) = self.crew.pipeline.untried_rules()? else { return Ok(()) };
        self.looks_back = true;
        let (path, inbox) = (self.crew.pipeline.store().path().to_owned(), self.crew.to_inbox.clone());
        std::thread::spawn(move || {
            let looked = Store::open_read_only(&path).and_then(|store| pipeline::look_back(&store, question));
            let hindsight = looked.map_err(|fault| tracing::warn!("{fault}")).ok();
            let _ = inbox.send(Event::Hindsight(hindsight));
        });
        Ok(())
    }

    fn take_hindsight(&mut self, hindsight: Option<Hindsight>) -> Result<(), StoreFault> {
        self.looks_back = false;
        let Some(hindsight) = hindsight else { return Ok(()) };
        for line in self.crew.pipeline.adopt_hindsight(hindsight, clock::now())? {
            tracing::info!("{line}");
        }
        // What was changed meanwhile.
        self.look_back()
    }

    fn settle(&mut self, outcomes: Vec<Outcome>) -> Result<(), DaemonFault> {
        let settled = self.crew.settle(outcomes)?;
        self.take_note(settled);
        Ok(())
    }

    /// Our own outage is said once, not at every feed.
    fn log_outage(&mut self) {
        let cut_off = self.crew.pipeline.is_cut_off();
        match (self.cut_off, cut_off) {
            (false, true) => tracing::error!("no host can be reached: our own network seems to be away"),
            (true, false) => tracing::info!("our own network is back"),
            _ => {}
        }
        self.cut_off = cut_off;
    }

    /// Logs what was settled, and answers those who waited for it.
    fn take_note(&mut self, settled: Settled) {
        self.crew.start(settled.errands);
        self.log_outage();
        for poll in &settled.polls {
            if !self.cut_off {
                journal::poll(poll);
            }
            for asked in &mut self.asked {
                if asked.feeds.remove(&poll.feed) {
                    asked.polls.push(PollLine::from(poll));
                }
            }
        }
        for answered in &settled.letters {
            journal::letter(answered);
        }
        let (ready, waiting) =
            std::mem::take(&mut self.asked).into_iter().partition(|asked| asked.feeds.is_empty());
        self.asked = waiting;
        let ready: Vec<AskedPolls> = ready;
        for asked in ready {
            asked.answerer.answer(Answer::Polled { polls: asked.polls, unknown: asked.unknown });
        }
    }

    pub(super) fn status(&self) -> String {
        if let Some(trouble) = &self.trouble {
            return format!("in trouble: {trouble}");
        }
        let pipeline = &self.crew.pipeline;
        if pipeline.is_cut_off() {
            return "no host can be reached: our own network seems to be away; nothing is counted against the feeds".to_owned();
        }
        let feeds = counted(pipeline.feed_count(), "feed", "feeds");
        let rules = counted(pipeline.config().rules.len(), "rule", "rules");
        let digest = match pipeline.next_digest() {
            Some((name, slot, zone)) => {
                let near = slot - clock::now() < TimeDelta::days(6);
                let format = if near { "%a %H:%M" } else { "%-d %b %Y %H:%M" };
                format!("next digest “{name}” {}", slot.with_timezone(&zone).format(format))
            }
            None => "no digest ordered".to_owned(),
        };
        let health = match pipeline.failing() {
            0 => String::new(),
            failing => format!(", {failing} failing"),
        };
        format!("watching {feeds} with {rules}{health}; {digest}")
    }

    /// Lets what is under way come back and remembers it; what does not is due again at the next start.
    fn drain(&mut self) {
        let end = Deadline::after(DRAIN);
        while !self.crew.pipeline.is_drained() && !end.left().is_zero() {
            let events = self.crew.wait(end.left());
            Notifier::alive();
            if let Err(fault) = self.handle(events) {
                tracing::error!("{fault}");
                return;
            }
        }
        if let Err(fault) = self.crew.pipeline.give_back(clock::now()) {
            tracing::error!("{fault}");
        }
    }
}

pub(super) fn counted(number: usize, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}

/// The remembered articles are read on a thread and a connection of their own, while polling goes on.
fn build_index(crew: &mut Crew) {
    crew.pipeline.index_is_being_built();
    let (path, inbox) = (crew.pipeline.store().path().to_owned(), crew.to_inbox.clone());
    std::thread::spawn(move || {
        let index = match pipeline::build_index(&path) {
            Ok(index) => Some(Box::new(index)),
            Err(fault) => {
                tracing::warn!("{fault}");
                None
            }
        };
        let _ = inbox.send(Event::Index(index));
    });
}

fn listen_to_signals(crew: &Crew) -> Result<(), DaemonFault> {
    let inbox = crew.to_inbox.clone();
    let _inside = crew.outside.handle().enter();
    let heard = [
        (SignalKind::terminate(), Signal::Stop),
        (SignalKind::interrupt(), Signal::Stop),
        (SignalKind::hangup(), Signal::Reload),
    ];
    for (kind, meaning) in heard {
        let stream = signal(kind).map_err(|error| DaemonFault::Outside(format!("no signals: {error}")))?;
        crew.outside.handle().spawn(pass_on(stream, meaning, inbox.clone()));
    }
    Ok(())
}

async fn pass_on(mut stream: tokio::signal::unix::Signal, meaning: Signal, inbox: Sender<Event>) {
    while stream.recv().await.is_some() {
        if inbox.send(Event::Signal(meaning)).is_err() {
            return;
        }
    }
}
