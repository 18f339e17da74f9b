//! Rules that look into some feeds only: their patterns held against the feeds that there are.
//!
//! A rule knows an article's feed by its name. A pattern that means a feed's URL is therefore joined
//! by that feed's name; where there is none, nothing would ever be found, and that must be said.

use std::collections::HashMap;

use super::Feed;
use super::fault::{Fault, did_you_mean, quoted};
use super::rules::RuleBook;
use super::section::Text;
use crate::news::digest::names_rule;
use crate::news::entry::host;

/// What a pattern means.
#[derive(Debug, Clone, Default)]
struct Reach {
    found: bool,
    /// Names of feeds that it means by their URL alone.
    names: Vec<String>,
    /// A feed that it means by its URL has no name.
    unnamed: bool,
}

/// Completes the rules' `feeds`, and warns of patterns that lead nowhere.
pub fn limit_to_feeds(book: &mut RuleBook<'_>, feeds: &[Feed], faults: &mut Vec<Fault>) {
    // Many rules name the same few feeds.
    let mut reaches: HashMap<&str, Reach> = HashMap::new();
    for (rule, section) in book.pairs_mut() {
        for text in section.texts("feeds") {
            let reach = reaches.entry(text.value).or_insert_with(|| reach(text.value, feeds));
            rule.text.feeds.extend(reach.names.iter().cloned());
            faults.extend(warning(&text, reach, feeds));
        }
    }
}

fn reach(pattern: &str, feeds: &[Feed]) -> Reach {
    let pattern = pattern.to_lowercase();
    let means = |name: &str| names_rule(&pattern, &name.to_lowercase());
    let mut reach = Reach::default();
    for feed in feeds {
        let by_name = feed.name.as_deref().is_some_and(means) || means(host(&feed.url));
        let by_url = !by_name && means(&feed.url);
        reach.found |= by_name || by_url;
        reach.unnamed |= by_url && feed.name.is_none();
        reach.names.extend(feed.name.clone().filter(|_| by_url));
    }
    reach
}

fn warning(text: &Text<'_>, reach: &Reach, feeds: &[Feed]) -> Option<Fault> {
    if reach.unnamed {
        let message = format!("the feed {} has no name of its own", quoted(text.value));
        let help = "give the [[feed]] a name: rules know an article's feed by it";
        return Some(Fault::at(text.place(), message).warning().help(help));
    }
    if reach.found || may_be_another_thing(text.value, feeds) {
        return None;
    }
    let names = feeds.iter().flat_map(|feed| feed.name.as_deref().into_iter().chain([feed.url.as_str()]));
    Some(
        Fault::at(text.place(), format!("no feed has the name or URL {}", quoted(text.value)))
            .warning()
            .help("the rule finds nothing there; * stands for anything")
            .maybe_help(did_you_mean(text.value, names)),
    )
}

/// The title of a feed without a name, the host of an article, the beginning of its link.
fn may_be_another_thing(pattern: &str, feeds: &[Feed]) -> bool {
    if pattern.contains("://") {
        return pattern.contains('*');
    }
    pattern.contains('.') || feeds.iter().any(|feed| feed.name.is_none())
}
