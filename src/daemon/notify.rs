//! What the service manager is told.

use std::time::Duration;

use sd_notify::NotifyState;

/// Speaks to systemd; outside a unit it speaks to nobody.
#[derive(Debug, Default)]
pub(super) struct Notifier {
    status: String,
}

impl Notifier {
    pub fn ready(&mut self, status: &str) {
        tell(&[NotifyState::Ready, NotifyState::Status(status)]);
        status.clone_into(&mut self.status);
    }

    /// A sentence that a person can read; said when it has changed.
    pub fn status(&mut self, status: &str) {
        if self.status != status {
            tell(&[NotifyState::Status(status)]);
            status.clone_into(&mut self.status);
        }
    }

    pub fn reloading() {
        match NotifyState::monotonic_usec_now() {
            Ok(moment) => tell(&[NotifyState::Reloading, moment]),
            Err(_) => tell(&[NotifyState::Reloading]),
        }
    }

    pub fn stopping() {
        tell(&[NotifyState::Stopping, NotifyState::Status("stopping")]);
    }

    /// Fed by the loop itself: a loop that hangs is ended by the service manager.
    pub fn alive() {
        tell(&[NotifyState::Watchdog]);
    }
}

fn tell(states: &[NotifyState<'_>]) {
    if let Err(error) = sd_notify::notify(states) {
        tracing::debug!(%error, "the service manager could not be told");
    }
}

/// How often [`Notifier::alive`] must be called: half of `WatchdogSec`.
pub(super) fn beat() -> Option<Duration> {
    sd_notify::watchdog_enabled().map(|limit| limit / 2)
}
