//! Names that must be unique.

use std::collections::HashMap;

use super::fault::{Fault, Place, quoted};

/// The names that were seen, and where.
#[derive(Debug, Default)]
pub struct Names {
    seen: HashMap<String, Place>,
}

impl Names {
    /// Remembers a name; a second time is a fault that shows both places.
    pub fn claim(&mut self, name: &str, place: Place, what: &str, faults: &mut Vec<Fault>) {
        if let Some(first) = self.seen.get(name) {
            faults.push(
                Fault::at(place, format!("a second {what} {}", quoted(name)))
                    .other(first.clone(), "the first")
                    .help(format!("take one of the two away, or give it another {}", unique_key(what))),
            );
        } else {
            self.seen.insert(name.to_owned(), place);
        }
    }
}

fn unique_key(what: &str) -> &'static str {
    if what == "feed" { "URL" } else { "name" }
}
