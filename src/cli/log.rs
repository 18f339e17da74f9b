//! Where the log goes: the journal under systemd, else standard error.

use std::io::IsTerminal;

use tracing_subscriber::EnvFilter;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

/// Starts the log. `$WIREWATCH_LOG` (`debug`, `wirewatch::daemon=trace` …) overrides `default`.
pub fn start(default: &str) {
    let filter = EnvFilter::try_from_env("WIREWATCH_LOG").unwrap_or_else(|_| EnvFilter::new(default));
    let log = tracing_subscriber::registry().with(filter);
    if let Some(journal) = journal() {
        log.with(journal).init();
        return;
    }
    let colours = std::io::stderr().is_terminal();
    let lines =
        tracing_subscriber::fmt::layer().with_writer(std::io::stderr).with_ansi(colours).with_target(false);
    log.with(lines).init();
}

/// systemd sets `$JOURNAL_STREAM` when standard error goes to the journal.
fn journal() -> Option<tracing_journald::Layer> {
    std::env::var_os("JOURNAL_STREAM")?;
    tracing_journald::layer()
        .ok()
        .map(|layer| layer.with_field_prefix(None).with_syslog_identifier("wirewatch".to_owned()))
}
