//! One thin file a command: arguments, output, exit code.

pub mod check;
pub mod dedup;
pub mod extract;
pub mod matching;
pub mod parse;
pub mod schema;
