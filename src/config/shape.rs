//! A section held against its keys: unknown keys, missing keys, values of a wrong type.
//!
//! serde would stop at the first fault; here the spanned tree is walked, so that all are found in
//! one pass.

use super::fault::{Fault, nearest, quoted};
use super::keys::{self, Key, Kind};
use super::section::Section;
use super::tree::{Entry, Value, What};

impl<'a> Section<'a> {
    /// Unknown keys, missing keys, and values of a wrong type, here and below.
    pub fn check_shape(&self, name: &str, faults: &mut Vec<Fault>) {
        for entry in self.table.iter() {
            match self.keys.iter().find(|known| known.name == entry.name) {
                Some(known) => self.check_value(known, &entry.value, faults),
                None => faults.push(self.unknown(name, entry)),
            }
        }
        let missing = self.keys.iter().filter(|known| known.needed && !self.has(known.name));
        for missing in missing.filter(|known| !self.misspells(known.name)) {
            let line = format!("{} = {}", missing.name, missing.example.unwrap_or("…"));
            faults.push(
                Fault::at(self.place(), format!("{name} has no {}", quoted(missing.name)))
                    .help(format!("add a line such as  {line}")),
            );
        }
    }

    /// Some unknown key is meant to be this one: one slip of the pen, one fault.
    #[must_use]
    pub fn misspells(&self, key: &str) -> bool {
        let names = || self.keys.iter().map(|known| known.name);
        let unknown =
            self.table.iter().map(|entry| entry.name.as_ref()).filter(|name| self.kind(name).is_none());
        unknown.filter_map(|name| nearest(name, names())).any(|near| near == key)
    }

    fn unknown(&self, name: &str, entry: &Entry<'_>) -> Fault {
        let written = entry.name.as_ref();
        let message = match name {
            "" => format!("there is no section {}", quoted(written)),
            name => format!("{name} knows no key {}", quoted(written)),
        };
        let fault = Fault::at(self.at(&entry.span()), message);
        if let Some(near) = nearest(written, self.keys.iter().map(|known| known.name)) {
            return fault.label(format!("did you mean {}?", quoted(near)));
        }
        let homes: Vec<_> = homes_of(written).collect();
        if homes.is_empty() {
            let names: Vec<_> = self.keys.iter().map(|known| known.name).collect();
            fault.help(format!("known here: {}", names.join(", ")))
        } else {
            fault.help(format!("{} belongs into {}", quoted(written), homes.join(" or ")))
        }
    }

    fn check_value(&self, known: &'static Key, value: &'a Value<'a>, faults: &mut Vec<Fault>) {
        match (&known.kind, &value.what) {
            (Kind::Table(keys), What::Table(table)) => {
                self.below(table, &value.span(), keys).check_shape(&format!("[{}]", known.name), faults);
            }
            (Kind::Tables(keys), What::List(list)) => {
                let heading = format!("[[{}]]", known.name);
                for item in list {
                    match &item.what {
                        What::Table(table) => {
                            self.below(table, &item.span(), keys).check_shape(&heading, faults);
                        }
                        _ => faults.push(self.wrong_type(known, item)),
                    }
                }
            }
            (Kind::Texts, What::List(list)) => self.check_strings(known, list, faults),
            (Kind::TextByName, What::Table(table)) => {
                self.check_strings(known, table.iter().map(|entry| &entry.value), faults);
            }
            (Kind::TextsByName, What::Table(table)) => {
                for item in table.iter().map(|entry| &entry.value) {
                    match &item.what {
                        What::List(list) => self.check_strings(known, list, faults),
                        _ => faults.push(self.not_a(&Kind::Texts, known, item)),
                    }
                }
            }
            (Kind::Number(bounds), What::Number(number)) => {
                if !number.is_some_and(|number| bounds.contains(&number)) {
                    let message =
                        format!("{} must be {} to {}", quoted(known.name), bounds.start(), bounds.end());
                    faults.push(Fault::at(self.at(&value.span()), message));
                }
            }
            (
                Kind::Text
                | Kind::Duration(_)
                | Kind::Size(_)
                | Kind::Choice(_)
                | Kind::FlagOr(_)
                | Kind::Moment
                | Kind::Zone,
                What::Text(_),
            )
            | (Kind::Flag | Kind::FlagOr(_), What::Flag(_))
            | (Kind::Moment, What::Date(_)) => {}
            _ => faults.push(self.wrong_type(known, value)),
        }
    }

    fn check_strings<'v>(
        &self,
        known: &'static Key,
        values: impl IntoIterator<Item = &'v Value<'v>>,
        faults: &mut Vec<Fault>,
    ) {
        let others = values.into_iter().filter(|value| value.what.text().is_none());
        faults.extend(others.map(|value| self.not_a(&Kind::Text, known, value)));
    }

    fn wrong_type(&self, known: &'static Key, value: &Value<'_>) -> Fault {
        self.not_a(&known.kind, known, value)
    }

    fn not_a(&self, wanted: &Kind, known: &'static Key, value: &Value<'_>) -> Fault {
        let inside = if std::mem::discriminant(wanted) == std::mem::discriminant(&known.kind) {
            ""
        } else {
            "each in "
        };
        let message = format!("{inside}{} must be {}", quoted(known.name), wanted.expected());
        let written = &self.source.text[value.span()];
        let fault =
            Fault::at(self.at(&value.span()), message).label(format!("this is {}", called(&value.what)));
        match (wanted, &value.what) {
            (Kind::Texts, What::Text(_)) => {
                fault.help(format!("write [{}]", quoted(written).trim_matches('`')))
            }
            (Kind::Tables(_), What::Table(_)) => {
                fault.help(format!("write [[{}]], in double brackets", known.name))
            }
            (Kind::Table(_), What::List(_)) => {
                fault.help(format!("write [{}], in single brackets, and only once", known.name))
            }
            (Kind::Text, What::Number(_) | What::Flag(_) | What::Fraction | What::Date(_)) => {
                fault.help(format!("put it into quotes: \"{}\"", quoted(written).trim_matches('`')))
            }
            (Kind::Flag | Kind::Number(_), What::Text(text)) if is_bare(text) => {
                fault.help("take the quotes away")
            }
            _ => match known.example.or(known.default).or(wanted.example()) {
                Some(example) => fault.help(format!("for example  {} = {example}", known.name)),
                None => fault,
            },
        }
    }
}

/// What would be a flag or a number without its quotes.
fn is_bare(text: &str) -> bool {
    text == "true" || text == "false" || text.parse::<i64>().is_ok()
}

fn called(value: &What<'_>) -> &'static str {
    match value {
        What::Text(_) => "a string",
        What::Number(_) => "a number",
        What::Fraction => "a number with a fraction",
        What::Flag(_) => "true or false",
        What::Date(_) => "a date",
        What::List(_) => "a list",
        What::Table(_) => "a section",
    }
}

/// The sections that know a key, or the file in which a section may stand.
fn homes_of(name: &str) -> impl Iterator<Item = String> {
    keys::MAIN.iter().filter_map(move |section| match &section.kind {
        _ if section.name == name => Some("wirewatch.toml itself".to_owned()),
        Kind::Table(keys) if keys.iter().any(|key| key.name == name) => Some(format!("[{}]", section.name)),
        Kind::Tables(keys) if keys.iter().any(|key| key.name == name) => {
            Some(format!("[[{}]]", section.name))
        }
        _ => None,
    })
}
