//! `[[rule]]` and `[terms]`

use std::collections::BTreeMap;

use chrono_tz::Tz;

use super::fault::{Fault, Place};
use super::feeds::priority;
use super::names::Names;
use super::section::{Section, Text};
use super::values;
use super::{Remark, Rule};
use crate::news::rule::{self, RuleText, Rules, Terms};

/// Rules as written and as meant, side by side: a fault of the rule room is led back to its place.
#[derive(Debug, Default)]
pub struct RuleBook<'a> {
    pub rules: Vec<Rule>,
    sections: Vec<Section<'a>>,
    terms: Terms,
    spellings: BTreeMap<String, (Text<'a>, Vec<Text<'a>>)>,
}

impl<'a> RuleBook<'a> {
    /// Reads the rules and terms of all files. Dates without an offset are in `zone`.
    pub fn read(files: &[Section<'a>], zone: Tz, faults: &mut Vec<Fault>) -> Self {
        let mut book = Self::default();
        let mut names = Names::default();
        for file in files.iter().filter(|top| top.allows("rule")) {
            for section in file.tables("rule") {
                book.add_rule(section, zone, &mut names, faults);
            }
            for (name, spellings) in file.texts_by_name("terms") {
                book.add_terms(name, spellings, faults);
            }
        }
        book
    }

    fn add_rule(&mut self, section: Section<'a>, zone: Tz, names: &mut Names, faults: &mut Vec<Fault>) {
        let name = section.filled("name", faults);
        let rule = Rule {
            text: RuleText {
                name: name.clone().unwrap_or_default(),
                any: strings(&section, "any"),
                all: strings(&section, "all"),
                none: strings(&section, "none"),
                query: section.plain("query"),
                feeds: strings(&section, "feeds"),
                languages: languages(&section, faults),
            },
            priority: priority(&section),
            urgent: section.yes("urgent"),
            min_sources: section.whole_number("min_sources").and_then(|n| u32::try_from(n).ok()).unwrap_or(1),
            not_before: section.moment("not_before", zone, faults),
            expires: section.moment("expires", zone, faults),
            mute: section.moment("mute", zone, faults),
            backfill: section.duration("backfill", faults),
            note: section.plain("note"),
        };
        if let (Some(from), Some(to)) = (rule.not_before, rule.expires)
            && from >= to
        {
            let place = section.place_of_key("expires").unwrap_or_else(|| section.place());
            faults.push(Fault::at(place, "this rule expires before it begins"));
        }
        if let (Some(name), Some(text)) = (name, section.text("name")) {
            names.claim(&name, text.place(), "rule", faults);
        }
        // A rule without a name is compiled too, so that all its faults come at once.
        self.rules.push(rule);
        self.sections.push(section);
    }

    fn add_terms(&mut self, name: Text<'a>, spellings: Vec<Text<'a>>, faults: &mut Vec<Fault>) {
        if let Some((first, _)) = self.spellings.get(name.value) {
            let message = format!("a second list of terms {}", super::fault::quoted(name.value));
            faults.push(
                Fault::at(name.place(), message)
                    .other(first.place(), "the first")
                    .help("put all spellings into one list, or give it another name"),
            );
            return;
        }
        self.terms
            .insert(name.value.to_owned(), spellings.iter().map(|text| text.value.to_owned()).collect());
        self.spellings.insert(name.value.to_owned(), (name, spellings));
    }

    /// Compiles the rules; their faults and warnings come with their places.
    pub fn compile(&self, faults: &mut Vec<Fault>) -> Rules {
        let texts: Vec<&RuleText> = self.rules.iter().map(|rule| &rule.text).collect();
        let (rules, found) = Rules::compile(&texts, &self.terms);
        faults.extend(found.into_iter().map(|fault| self.placed(fault)));
        rules
    }

    fn placed(&self, fault: rule::Fault) -> Fault {
        let mut placed = Fault::nowhere(fault.message).maybe_help(fault.help);
        placed.warning = fault.warning;
        placed.place = match fault.place {
            rule::Place::Rule { rule } => self.sections.get(rule).map(heading),
            rule::Place::Any { rule, item } => self.item(rule, "any", item, &fault.span),
            rule::Place::All { rule, item } => self.item(rule, "all", item, &fault.span),
            rule::Place::None { rule, item } => self.item(rule, "none", item, &fault.span),
            rule::Place::Query { rule } => self
                .sections
                .get(rule)
                .and_then(|section| section.text("query"))
                .map(|text| text.place_of(&fault.span)),
            rule::Place::Term { name, item } => self.spellings.get(&name).map(|(name, spellings)| {
                spellings.get(item).map_or_else(|| name.place(), |text| text.place_of(&fault.span))
            }),
        };
        placed
    }

    fn item(&self, rule: usize, key: &str, item: usize, span: &std::ops::Range<usize>) -> Option<Place> {
        let section = self.sections.get(rule)?;
        Some(section.texts(key).get(item).map_or_else(|| heading(section), |text| text.place_of(span)))
    }

    /// Each rule as meant and as written.
    pub fn pairs_mut(&mut self) -> impl Iterator<Item = (&mut Rule, &Section<'a>)> {
        self.rules.iter_mut().zip(&self.sections)
    }

    /// A warning at the rule that it is about.
    pub fn remarked(&self, remark: Remark) -> Fault {
        let place = self.place_of_rule(remark.rule);
        Fault { place, ..Fault::nowhere(remark.message).warning().help(remark.help) }
    }

    /// Where a rule says its name.
    #[must_use]
    pub fn place_of_rule(&self, rule: usize) -> Option<Place> {
        self.sections.get(rule).map(heading)
    }
}

/// The name is what a reader looks for.
fn heading(section: &Section<'_>) -> Place {
    section.text("name").map_or_else(|| section.place(), |name| name.place())
}

fn languages(section: &Section<'_>, faults: &mut Vec<Fault>) -> Vec<String> {
    section.texts("languages").iter().filter_map(|text| text.read(faults, values::language)).collect()
}

fn strings(section: &Section<'_>, key: &str) -> Vec<String> {
    section.texts(key).into_iter().map(|text| text.value.to_owned()).collect()
}
