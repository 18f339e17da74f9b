//! `[fetch]` and `[store]`.

use std::path::Path;

use chrono::TimeDelta;
use chrono_tz::Tz;

use super::fault::Fault;
use super::section::Section;
use super::{Fetch, Store, values};

pub fn fetch(section: &Section<'_>, faults: &mut Vec<Fault>) -> Fetch {
    let allow_private = section.texts("allow_private");
    Fetch {
        every: section.duration("every", faults).unwrap_or_else(TimeDelta::zero),
        min_interval: section.duration("min_interval", faults).unwrap_or_else(TimeDelta::zero),
        contact: section.read("contact", faults, values::contact),
        allow_private: allow_private.iter().filter_map(|text| text.read(faults, values::network)).collect(),
        zone: section.zone("timezone", faults).unwrap_or(Tz::UTC),
        at_once: count(section, "at_once"),
        per_host: count(section, "per_host"),
        timeout: section.duration("timeout", faults).unwrap_or_else(TimeDelta::zero),
        max_body: section
            .size("max_body", faults)
            .and_then(|bytes| usize::try_from(bytes).ok())
            .unwrap_or_default(),
    }
}

fn count(section: &Section<'_>, key: &str) -> usize {
    section.whole_number(key).and_then(|number| usize::try_from(number).ok()).unwrap_or(1)
}

pub fn store(section: &Section<'_>, folder: &Path, faults: &mut Vec<Fault>) -> Store {
    let keep = section.duration("keep", faults).unwrap_or_else(TimeDelta::zero);
    let keep_unmatched = section.duration("keep_unmatched", faults).unwrap_or_else(TimeDelta::zero);
    if keep_unmatched > keep
        && let Some(place) = section.place_of_key("keep_unmatched").or_else(|| section.place_of_key("keep"))
    {
        faults.push(
            Fault::at(place, "`keep_unmatched` is longer than `keep`")
                .warning()
                .help("entries that no rule met are seldom worth more than those that one did"),
        );
    }
    Store {
        path: section.filled("path", faults).map(|path| folder.join(path)),
        keep,
        keep_unmatched,
        max_articles: section.whole_number("max_articles").and_then(|number| u64::try_from(number).ok()),
    }
}
