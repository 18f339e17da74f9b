//! The outside: fetching, the address guard, mail transports, webhooks and commands. Decides nothing.

pub mod fetch;
pub mod guard;
pub mod mail;
pub mod notify;
mod tls;
