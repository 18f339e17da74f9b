//! Letters over SMTP: connections are shared by the letters that come at the same time and kept for
//! those that follow.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rustls::ClientConfig;
use tokio::sync::Semaphore;

use crate::net::tls;
use crate::news::errand::Delivery;

use super::session::{Failure, Session};
use super::{Smtp, one_line};

/// Connections at once. More than one, so that a letter whose server thinks for minutes does not hold
/// up the others; few, because servers count them.
const AT_ONCE: usize = 3;

/// How long a connection waits for the next letter.
const IDLE: Duration = Duration::from_secs(5);

#[derive(Debug)]
pub(super) struct Pool {
    server: Smtp,
    from: String,
    tls: Arc<ClientConfig>,
    turns: Semaphore,
    idle: Arc<Mutex<Idle>>,
}

/// Open connections without work, each with a number by which it can be taken out when its time is over.
#[derive(Debug, Default)]
struct Idle {
    sessions: VecDeque<(u64, Session)>,
    next: u64,
}

impl Pool {
    pub fn new(server: Smtp, from: String) -> Result<Self, String> {
        let roots = tls::roots(server.ca.as_deref())?;
        let tls = Arc::new(tls::client(roots, &[])?);
        Ok(Self { server, from, tls, turns: Semaphore::new(AT_ONCE), idle: Arc::default() })
    }

    pub async fn deliver(&self, recipient: &str, bytes: &[u8]) -> Delivery {
        // Never closed.
        let _turn = self.turns.acquire().await;
        let kept = self.idle().sessions.pop_back();
        if let Some((_, session)) = kept {
            match self.hand_over(session, recipient, bytes).await {
                // The server had tired of waiting, and nothing was sent.
                Err(failure) if failure.stale => {}
                answer => return delivery(answer),
            }
        }
        match Session::open(&self.server, &self.tls).await {
            Ok(session) => delivery(self.hand_over(session, recipient, bytes).await),
            Err(why) => Delivery::Later(one_line(&why)),
        }
    }

    async fn hand_over(
        &self,
        mut session: Session,
        recipient: &str,
        bytes: &[u8],
    ) -> Result<String, Failure> {
        let answer = session.hand_over(&self.from, recipient, bytes).await;
        let usable = match &answer {
            Ok(_) => true,
            Err(failure) => !failure.lost && session.reset().await,
        };
        if usable {
            self.keep(session);
        }
        answer
    }

    /// Keeps a connection for the next letter, for a while.
    fn keep(&self, session: Session) {
        let number = {
            let mut idle = self.idle();
            idle.next += 1;
            let number = idle.next;
            idle.sessions.push_back((number, session));
            number
        };
        let idle = Arc::clone(&self.idle);
        tokio::spawn(async move {
            tokio::time::sleep(IDLE).await;
            let expired = lock(&idle).take(number);
            if let Some(session) = expired {
                session.close().await;
            }
        });
    }

    fn idle(&self) -> MutexGuard<'_, Idle> {
        lock(&self.idle)
    }
}

impl Idle {
    fn take(&mut self, number: u64) -> Option<Session> {
        let at = self.sessions.iter().position(|(of, _)| *of == number)?;
        self.sessions.remove(at).map(|(_, session)| session)
    }
}

fn lock(idle: &Mutex<Idle>) -> MutexGuard<'_, Idle> {
    idle.lock().unwrap_or_else(PoisonError::into_inner)
}

fn delivery(answer: Result<String, Failure>) -> Delivery {
    match answer {
        Ok(said) => Delivery::Accepted(said),
        Err(Failure { permanent: true, reason, .. }) => Delivery::Refused(reason),
        Err(Failure { reason, .. }) => Delivery::Later(reason),
    }
}
