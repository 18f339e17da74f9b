//! wirewatch tells you once about every story you watch, with proof, and never silently misses one.
//!
//! > News decides, net acts, store remembers, the pipeline joins them.
//!
//! # One entry's way to a mail
//!
//! 1. **Due.** The daemon asks [`pipeline::Pipeline::due`] for errands: feeds whose `next_poll` has
//!    come, letters whose `next_try` has come. The row is moved ahead as a lease, so a crash means
//!    "again later".
//! 2. **Fetch and read.** [`net::fetch`] gets the bytes; [`news::parse`] makes entries of them;
//!    [`pipeline::Pipeline::sift`] names those not seen before; [`news::rule`] and
//!    [`news::fingerprint`] work on these alone, off the loop, on every core.
//! 3. **Settle.** [`pipeline::Pipeline::settle`]: entries, their stories ([`news::story`]), hits with
//!    evidence, validators, feed health and the next poll are one transaction.
//! 4. **Compose.** When a digest's slot has come, [`news::digest`] orders the stories it has not told
//!    yet and [`news::letter`] renders them; outbox rows and "told" marks are one transaction.
//! 5. **Deliver.** [`net::mail`] hands the outbox row's bytes over; the answer is settled like any
//!    other outcome. At least once, with a Message-ID made from digest, slot, part and recipient.
//!
//! A channel beyond mail goes the same way: [`news::notification`] makes its JSON as soon as there is
//! something to tell, [`net::notify`] hands it over.
//!
//! # The rooms, in the one direction of imports
//!
//! | room | uses | absent from it |
//! |---|---|---|
//! | [`clock`] | nothing | everything but the question what time it is |
//! | [`news`] | nothing of ours | async, I/O, the clock, SQL |
//! | [`config`] | `news` | the network, the database |
//! | [`store`] | `news` | the network, the config, decisions |
//! | [`net`] | `news` | the database, the config |
//! | [`pipeline`] | `news`, `store`, `config` | the network, async |
//! | [`daemon`] | all of these | decisions |
//! | [`cli`] | everything | anything but arguments, output and exit codes |
//!
//! `tests/house.rs` reads the `use` lines and fails on a backward one.

pub mod cli;
pub mod clock;
pub mod config;
pub mod daemon;
pub mod net;
pub mod news;
pub mod pipeline;
pub mod store;
