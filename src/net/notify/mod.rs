//! Handing notifications over: a webhook, or a command.
//!
//! The rule of mail holds here too: a failure is temporary unless it is known to be permanent *for this
//! notification*. A wrong token, a channel that was deleted or a program that is missing is to be mended,
//! and notifications wait for it; the reason stands in the answer.

mod command;
mod signature;
mod webhook;

use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;

use crate::net::fetch::Limits;
use crate::net::fetch::client::Clients;
use crate::news::errand::{Delivery, Notify};
use crate::news::notification::Way;

use self::command::Program;
use self::webhook::Hook;

/// Makes channels; those of webhooks share their connections and the guard of addresses.
#[derive(Debug)]
pub struct Doors {
    limits: Limits,
    clients: Arc<Clients>,
}

/// One way out.
#[derive(Debug)]
pub struct Channel {
    door: Door,
}

#[derive(Debug)]
enum Door {
    Hook(Box<Hook>),
    Program(Program),
}

/// What was said to a notification.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    pub delivery: Delivery,
    /// The server's `Retry-After`.
    pub retry_after: Option<TimeDelta>,
}

impl From<Delivery> for Answer {
    fn from(delivery: Delivery) -> Self {
        Self { delivery, retry_after: None }
    }
}

impl Doors {
    /// # Errors
    /// When TLS cannot be set up or the user agent is no header value.
    pub fn new(limits: Limits) -> Result<Self, String> {
        Self::trusting(limits, None)
    }

    /// Like [`Doors::new`], but also trusts the certificates of `ca` (PEM).
    ///
    /// # Errors
    /// When TLS cannot be set up, `ca` holds no certificate or the user agent is no header value.
    pub fn trusting(limits: Limits, ca: Option<&[u8]>) -> Result<Self, String> {
        let clients = Arc::new(Clients::new(&limits, ca)?);
        Ok(Self { limits, clients })
    }

    /// # Errors
    /// When a header or the key cannot be used.
    pub fn open(&self, way: &Way, timeout: Duration) -> Result<Channel, String> {
        let door = match way {
            Way::Webhook(order) => Door::Hook(Box::new(Hook::new(
                order,
                self.limits.clone(),
                Arc::clone(&self.clients),
                timeout,
            )?)),
            Way::Command(command) => Door::Program(Program { command: command.clone(), timeout }),
        };
        Ok(Channel { door })
    }
}

impl Channel {
    /// Hands one notification over.
    pub async fn deliver(&self, errand: &Notify) -> Answer {
        match &self.door {
            Door::Hook(hook) => hook.deliver(errand).await,
            Door::Program(program) => program.deliver(errand).await.into(),
        }
    }
}
