//! What wirewatch decides: plain functions over plain values.
//!
//! No async, no I/O, no clock and no SQL in here; `now` is always an argument, so that every
//! decision can be replayed and tested.

pub mod digest;
pub mod entry;
pub mod errand;
pub mod fingerprint;
pub mod health;
pub mod letter;
pub mod notice;
pub mod notification;
pub mod opml;
pub mod origin;
pub mod page;
pub mod parse;
pub mod passages;
pub mod quiet;
pub mod reading;
pub mod remedy;
pub mod rule;
pub mod schedule;
pub mod story;
pub mod words;
