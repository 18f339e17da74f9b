//! The outside: fetching, the address guard, mail transports. Decides nothing.

pub mod fetch;
pub mod guard;
pub mod mail;
mod tls;
