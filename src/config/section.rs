//! One table of a file: the shape as written, every value with its place.

use std::ops::Range;

use super::fault::{Fault, Place, did_you_mean, quoted};
use super::files::Source;
use super::inside::within;
use super::keys::{Key, Kind};
use super::tree::{Entry, Table, Value, What};

/// A part of a string's value that cannot be meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flaw {
    /// Bytes of the value.
    pub span: Range<usize>,
    pub message: String,
    pub help: Option<String>,
}

impl Flaw {
    /// The whole value is wrong.
    #[must_use]
    pub fn whole(value: &str, message: impl Into<String>) -> Self {
        Self { span: 0..value.len(), message: message.into(), help: None }
    }

    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

/// A string and where it stands.
#[derive(Debug, Clone, Copy)]
pub struct Text<'a> {
    pub value: &'a str,
    source: &'a Source,
    file: usize,
    start: usize,
    end: usize,
}

impl Text<'_> {
    /// With its quotes.
    #[must_use]
    pub fn place(&self) -> Place {
        Place { file: self.file, start: self.start, end: self.end }
    }

    /// A part of the value.
    #[must_use]
    pub fn place_of(&self, span: &Range<usize>) -> Place {
        let raw = &self.source.text[self.start..self.end];
        let inside = within(raw, span);
        Place { file: self.file, start: self.start + inside.start, end: self.start + inside.end }
    }

    /// What `parse` makes of the value, or a fault under the very characters.
    pub fn read<T>(&self, faults: &mut Vec<Fault>, parse: impl FnOnce(&str) -> Result<T, Flaw>) -> Option<T> {
        parse(self.value)
            .map_err(|flaw| {
                faults.push(Fault::at(self.place_of(&flaw.span), flaw.message).maybe_help(flaw.help));
            })
            .ok()
    }
}

/// One table, its keys known.
#[derive(Debug, Clone, Copy)]
pub struct Section<'a> {
    pub(super) source: &'a Source,
    file: usize,
    pub(super) table: &'a Table<'a>,
    pub(super) keys: &'static [Key],
    /// Its heading, else all of it.
    span: (usize, usize),
}

impl<'a> Section<'a> {
    /// The top of a file.
    #[must_use]
    pub fn top(source: &'a Source, file: usize, table: &'a Table<'a>) -> Self {
        Self { source, file, table, keys: source.keys, span: (0, 0) }
    }

    /// The top of `wirewatch.toml` itself.
    #[must_use]
    pub fn is_main(&self) -> bool {
        self.allows("fetch")
    }

    /// Whether `key` may stand here.
    #[must_use]
    pub fn allows(&self, key: &str) -> bool {
        self.kind(key).is_some()
    }

    /// Where it begins.
    #[must_use]
    pub fn place(&self) -> Place {
        Place { file: self.file, start: self.span.0, end: self.span.1 }
    }

    /// Where `key` itself stands, if it does.
    #[must_use]
    pub fn place_of_key(&self, key: &str) -> Option<Place> {
        self.table.get(key).map(|entry| self.at(&entry.span()))
    }

    #[must_use]
    pub fn has(&self, key: &str) -> bool {
        self.table.get(key).is_some()
    }

    /// The value of a string key.
    #[must_use]
    pub fn text(&self, key: &str) -> Option<Text<'a>> {
        self.value(key).and_then(|value| self.text_of(value))
    }

    /// The strings of a list; anything else in it was reported with the shape.
    #[must_use]
    pub fn texts(&self, key: &str) -> Vec<Text<'a>> {
        self.list(key).iter().filter_map(|item| self.text_of(item)).collect()
    }

    /// Where an empty list stands, if that is what the key says.
    #[must_use]
    pub fn empty_list(&self, key: &str) -> Option<Place> {
        match &self.value(key)?.what {
            What::List(list) if list.is_empty() => self.place_of_key(key),
            _ => None,
        }
    }

    #[must_use]
    pub fn flag(&self, key: &str) -> Option<bool> {
        self.value(key)?.what.flag()
    }

    /// A whole number within the bounds of its key.
    #[must_use]
    pub fn number(&self, key: &str) -> Option<i64> {
        self.value(key)?.what.number()
    }

    /// A TOML date, as written, and its place.
    #[must_use]
    pub fn date(&self, key: &str) -> Option<(String, Place)> {
        let value = self.value(key)?;
        match &value.what {
            What::Date(date) => Some((date.to_string(), self.at(&value.span()))),
            _ => None,
        }
    }

    /// The section of that name.
    #[must_use]
    pub fn table(&self, key: &str) -> Option<Section<'a>> {
        let (value, keys) = (self.value(key)?, self.keys_of(key)?);
        Some(self.below(value.what.table()?, &value.span(), keys))
    }

    /// The section of that name; when it does not stand there, an empty one that has its defaults.
    #[must_use]
    pub fn table_or(&self, empty: &'a Table<'a>, key: &str) -> Section<'a> {
        let keys = self.keys_of(key).unwrap_or_default();
        self.table(key).unwrap_or(Section { table: empty, keys, ..*self })
    }

    /// The sections of that name, in their order.
    #[must_use]
    pub fn tables(&self, key: &str) -> Vec<Section<'a>> {
        let Some(keys) = self.keys_of(key) else { return Vec::new() };
        let table = |item: &'a Value<'a>| Some(self.below(item.what.table()?, &item.span(), keys));
        self.list(key).iter().filter_map(table).collect()
    }

    /// The user's own keys of a section, a string each.
    #[must_use]
    pub fn text_by_name(&self, key: &str) -> Vec<(Text<'a>, Text<'a>)> {
        self.own_keys(key)
            .filter_map(|entry| Some((self.name_of(entry), self.text_of(&entry.value)?)))
            .collect()
    }

    /// The user's own keys of a section, a list of strings each.
    #[must_use]
    pub fn texts_by_name(&self, key: &str) -> Vec<(Text<'a>, Vec<Text<'a>>)> {
        let texts =
            |entry: &'a Entry<'a>| entry.value.what.list().iter().filter_map(|item| self.text_of(item));
        self.own_keys(key).map(|entry| (self.name_of(entry), texts(entry).collect())).collect()
    }

    fn own_keys(&self, key: &str) -> impl Iterator<Item = &'a Entry<'a>> + use<'a> {
        let table = self.value(key).and_then(|value| value.what.table());
        table.into_iter().flat_map(Table::iter)
    }

    /// What the key's default says, read as the value would be.
    #[must_use]
    pub fn default_of(&self, key: &str) -> Option<What<'static>> {
        What::of_default(self.keys.iter().find(|known| known.name == key)?.default?)
    }

    /// How the key is declared.
    #[must_use]
    pub fn kind(&self, key: &str) -> Option<&'static Kind> {
        self.keys.iter().find(|known| known.name == key).map(|known| &known.kind)
    }

    fn value(&self, key: &str) -> Option<&'a Value<'a>> {
        debug_assert!(self.keys.is_empty() || self.kind(key).is_some(), "{key} stands in no table of keys");
        self.table.get(key).map(|entry| &entry.value)
    }

    /// The values of a list; of anything else none.
    fn list(&self, key: &str) -> &'a [Value<'a>] {
        self.value(key).map_or(&[], |value| value.what.list())
    }

    fn keys_of(&self, key: &str) -> Option<&'static [Key]> {
        match self.kind(key)? {
            Kind::Table(keys) | Kind::Tables(keys) => Some(keys),
            _ => None,
        }
    }

    pub(super) fn below(
        &self,
        table: &'a Table<'a>,
        span: &Range<usize>,
        keys: &'static [Key],
    ) -> Section<'a> {
        Section { table, keys, span: (span.start, span.end), ..*self }
    }

    pub(super) fn at(&self, span: &Range<usize>) -> Place {
        Place::new(self.file, span)
    }

    fn text_of(&self, value: &'a Value<'a>) -> Option<Text<'a>> {
        Some(self.text_at(value.what.text()?, &value.span()))
    }

    fn name_of(&self, entry: &'a Entry<'a>) -> Text<'a> {
        self.text_at(&entry.name, &entry.span())
    }

    fn text_at(&self, value: &'a str, span: &Range<usize>) -> Text<'a> {
        Text { value, source: self.source, file: self.file, start: span.start, end: span.end }
    }
}

/// One of a few words; another one is a flaw that names those that are known.
pub fn choice(written: &str, known: &'static [&'static str]) -> Result<&'static str, Flaw> {
    known.iter().find(|word| **word == written).copied().ok_or_else(|| {
        let flaw = Flaw::whole(written, format!("{} is none of: {}", quoted(written), known.join(", ")));
        Flaw { help: did_you_mean(written, known.iter().copied()), ..flaw }
    })
}
