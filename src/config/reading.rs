//! Values of a section: as written, else the key's default, read by the same function.

use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;

use super::fault::Fault;
use super::keys::Kind;
use super::section::{Flaw, Section, choice};
use super::values;

impl Section<'_> {
    /// What `parse` makes of a string; a flaw is reported and the default stands in for it, so that
    /// the rest can be checked.
    pub fn read<T>(
        &self,
        key: &str,
        faults: &mut Vec<Fault>,
        parse: impl Fn(&str) -> Result<T, Flaw>,
    ) -> Option<T> {
        let written = self.text(key).and_then(|text| text.read(faults, &parse));
        written.or_else(|| self.default_of(key)?.text().and_then(|default| parse(default).ok()))
    }

    /// A string as it stands.
    #[must_use]
    pub fn plain(&self, key: &str) -> Option<String> {
        self.text(key).map(|text| text.value.to_owned())
    }

    /// A string that says something: empty is a fault.
    pub fn filled(&self, key: &str, faults: &mut Vec<Fault>) -> Option<String> {
        self.read(key, faults, |written| match written.trim() {
            "" => Err(Flaw::whole(written, "this is empty")),
            _ => Ok(written.to_owned()),
        })
    }

    pub fn duration(&self, key: &str, faults: &mut Vec<Fault>) -> Option<TimeDelta> {
        let Some(Kind::Duration(bounds)) = self.kind(key) else { return None };
        self.read(key, faults, |written| values::duration(written, bounds))
    }

    pub fn size(&self, key: &str, faults: &mut Vec<Fault>) -> Option<u64> {
        let Some(Kind::Size(bounds)) = self.kind(key) else { return None };
        self.read(key, faults, |written| values::size(written, bounds))
    }

    pub fn choice(&self, key: &str, faults: &mut Vec<Fault>) -> &'static str {
        let Some(Kind::Choice(words) | Kind::FlagOr(words)) = self.kind(key) else { return "" };
        self.read(key, faults, |written| choice(written, words)).unwrap_or_default()
    }

    pub fn zone(&self, key: &str, faults: &mut Vec<Fault>) -> Option<Tz> {
        self.read(key, faults, values::zone)
    }

    /// A date without an offset is one in `zone`.
    pub fn moment(&self, key: &str, zone: Tz, faults: &mut Vec<Fault>) -> Option<DateTime<Utc>> {
        let Some((date, place)) = self.date(key) else {
            return self.read(key, faults, |written| values::moment(written, zone));
        };
        let read = values::moment(&date, zone);
        read.map_err(|flaw| faults.push(Fault::at(place, flaw.message).maybe_help(flaw.help))).ok()
    }

    #[must_use]
    pub fn whole_number(&self, key: &str) -> Option<i64> {
        self.number(key).or_else(|| self.default_of(key)?.number())
    }

    #[must_use]
    pub fn yes(&self, key: &str) -> bool {
        self.flag(key).or_else(|| self.default_of(key)?.flag()).unwrap_or_default()
    }
}
