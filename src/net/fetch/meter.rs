//! What a request came to, also when it was given up in the middle.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, AtomicU16, AtomicU64, Ordering};
use std::time::Duration;

use chrono::TimeDelta;
use reqwest::StatusCode;
use tokio::time::Instant;

use crate::news::errand::{Fault, FaultClass, Reply, Traffic};

use super::Fetched;

/// Counts while a request is under way. A future that is dropped at its deadline returns nothing, so what
/// it has seen so far is kept beside it.
#[derive(Debug)]
pub(super) struct Meter {
    pub began: Instant,
    /// 0: no answer yet.
    status: AtomicU16,
    received: AtomicU64,
    /// The body had to wait for room in our memory, its server for us.
    waited_for_room: AtomicBool,
    /// Until the body had come.
    took: OnceLock<Duration>,
}

impl Meter {
    pub fn start() -> Self {
        Self {
            began: Instant::now(),
            status: AtomicU16::new(0),
            received: AtomicU64::new(0),
            waited_for_room: AtomicBool::new(false),
            took: OnceLock::new(),
        }
    }

    /// All has come that will; what follows is our own work.
    pub fn stop(&self) {
        // It is stopped once.
        let _ = self.took.set(self.began.elapsed());
    }

    pub fn note_status(&self, status: StatusCode) {
        self.status.store(status.as_u16(), Ordering::Relaxed);
    }

    pub fn note_received(&self, bytes: usize) {
        self.received.fetch_add(bytes as u64, Ordering::Relaxed);
    }

    pub fn note_wait_for_room(&self) {
        self.waited_for_room.store(true, Ordering::Relaxed);
    }

    /// Puts what was counted to what came of the request.
    pub fn read(&self, ended: Result<Fetched, Fault>) -> Result<Fetched, Fault> {
        let status = self.status.load(Ordering::Relaxed);
        let mut traffic = Traffic {
            status: (status > 0).then_some(status),
            received: self.received.load(Ordering::Relaxed),
            decoded: None,
            took: TimeDelta::from_std(*self.took.get_or_init(|| self.began.elapsed()))
                .unwrap_or(TimeDelta::MAX),
        };
        match ended {
            Ok(Fetched { reply, room }) => {
                traffic.decoded = (!reply.not_modified).then_some(reply.body.len() as u64);
                Ok(Fetched { reply: Reply { traffic, ..reply }, room })
            }
            Err(fault) => Err(Fault { traffic, ..self.blamed(fault) }),
        }
    }

    /// A server that we let wait, because we had no room, may well give up, or not be done in time: that
    /// is our doing.
    fn blamed(&self, fault: Fault) -> Fault {
        if !self.waited_for_room.load(Ordering::Relaxed)
            || !matches!(fault.class, FaultClass::Timeout | FaultClass::Broken)
        {
            return fault;
        }
        let detail = format!("there was no room in memory for it at first, and then: {}", fault.detail);
        Fault { class: FaultClass::NoRoom, detail, ..fault }
    }
}
