//! A file as written: its values with their places, and no more.
//!
//! TOML's own tree takes a kilobyte for every table, and as much again while it grows. So a file of
//! many rules is read in pieces of some kilobytes, and what is kept of each is as small as what it says.

use std::borrow::Cow;
use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue, Error};

/// A file is cut about so often, always before a [`HEADING`].
const PIECE: usize = 64 * 1024;

/// What only config files of thousands have many of.
const HEADING: &str = "[[rule]]";

/// Keys and values, in the order of the keys.
#[derive(Debug, Default, Clone)]
pub struct Table<'a>(Box<[Entry<'a>]>);

#[derive(Debug, Clone)]
pub struct Entry<'a> {
    pub name: Cow<'a, str>,
    place: Place,
    pub value: Value<'a>,
}

#[derive(Debug, Clone)]
pub struct Value<'a> {
    pub what: What<'a>,
    place: Place,
}

#[derive(Debug, Clone)]
pub enum What<'a> {
    Text(Cow<'a, str>),
    /// None: it has more digits than any key asks for.
    Number(Option<i64>),
    Fraction,
    Flag(bool),
    Date(Box<str>),
    List(Vec<Value<'a>>),
    Table(Table<'a>),
}

/// Bytes of the file; one has fewer than 2^32.
#[derive(Debug, Clone, Copy)]
struct Place {
    start: u32,
    end: u32,
}

/// Reads a file.
///
/// # Errors
/// Everything that TOML has to say of it.
pub fn read(text: &str) -> Result<Table<'_>, Vec<Error>> {
    if let Some(table) = in_pieces(text, PIECE) {
        return Ok(table);
    }
    let (table, errors) = DeTable::parse_recoverable(text);
    if errors.is_empty() { Ok(Table::of(table.into_inner(), 0)) } else { Err(errors) }
}

/// Piece by piece, where that gives the same as the whole: each piece is sound for itself, hence ends
/// where a section does, and but for the rules no section goes on from one piece to the next.
fn in_pieces(text: &str, size: usize) -> Option<Table<'_>> {
    if text.len() < 2 * size {
        return None;
    }
    let (mut entries, mut rules) = (Vec::<Entry<'_>>::new(), Vec::new());
    for piece in pieces(text, size) {
        let (table, errors) = DeTable::parse_recoverable(&text[piece.clone()]);
        if !errors.is_empty() {
            return None;
        }
        let with_rules = text[piece.clone()].starts_with(HEADING);
        for entry in Table::of(table.into_inner(), piece.start).0 {
            match entry.value.what {
                What::List(list) if entry.name == "rule" && with_rules => {
                    rules.push((entry.place, entry.value.place, list));
                }
                _ if entry.name == "rule" || entries.iter().any(|known| known.name == entry.name) => {
                    return None;
                }
                what => entries.push(Entry { value: Value { what, ..entry.value }, ..entry }),
            }
        }
    }
    entries.extend(joined(rules));
    entries.sort_by(|one, other| one.name.cmp(&other.name));
    Some(Table(entries.into()))
}

/// The lists of rules of all pieces as one.
fn joined(lists: Vec<(Place, Place, Vec<Value<'_>>)>) -> Option<Entry<'_>> {
    let (place, first, _) = lists.first()?;
    let (place, first) = (*place, *first);
    let mut all = Vec::with_capacity(lists.iter().map(|(_, _, list)| list.len()).sum());
    for (_, _, list) in lists {
        all.extend(list);
    }
    Some(Entry { name: "rule".into(), place, value: Value { what: What::List(all), place: first } })
}

/// The file cut before headings: first what stands before any, then pieces of some size.
fn pieces(text: &str, size: usize) -> impl Iterator<Item = Range<usize>> {
    let heading = memchr::memmem::Finder::new("\n[[rule]]").into_owned();
    let mut start = 0;
    std::iter::from_fn(move || {
        let rest = text.get(start..).filter(|rest| !rest.is_empty())?;
        let least = if rest.starts_with(HEADING) { size.min(rest.len()) } else { 0 };
        let end = heading.find(&rest.as_bytes()[least..]).map_or(rest.len(), |at| least + at + 1);
        let piece = start..start + end;
        start = piece.end;
        Some(piece)
    })
}

impl<'a> Table<'a> {
    /// `from` is where the piece begins.
    fn of(table: DeTable<'a>, from: usize) -> Self {
        let entry = |(name, value): (Spanned<Cow<'a, str>>, Spanned<DeValue<'a>>)| Entry {
            place: Place::new(&name.span(), from),
            name: name.into_inner(),
            value: Value::of(value, from),
        };
        Self(table.into_iter().map(entry).collect())
    }

    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Entry<'a>> {
        self.0.iter().find(|entry| entry.name == name)
    }

    pub fn iter(&self) -> impl Iterator<Item = &Entry<'a>> {
        self.0.iter()
    }
}

impl Entry<'_> {
    /// Where the key stands.
    #[must_use]
    pub fn span(&self) -> Range<usize> {
        self.place.range()
    }
}

impl<'a> Value<'a> {
    fn of(value: Spanned<DeValue<'a>>, from: usize) -> Self {
        let place = Place::new(&value.span(), from);
        Self { what: What::of(value.into_inner(), from), place }
    }

    #[must_use]
    pub fn span(&self) -> Range<usize> {
        self.place.range()
    }
}

impl<'a> What<'a> {
    fn of(value: DeValue<'a>, from: usize) -> Self {
        match value {
            DeValue::String(text) => Self::Text(text),
            DeValue::Integer(number) => {
                Self::Number(i64::from_str_radix(number.as_str(), number.radix()).ok())
            }
            DeValue::Float(_) => Self::Fraction,
            DeValue::Boolean(flag) => Self::Flag(flag),
            DeValue::Datetime(date) => Self::Date(date.to_string().into()),
            DeValue::Array(list) => Self::List(list.into_iter().map(|item| Value::of(item, from)).collect()),
            DeValue::Table(table) => Self::Table(Table::of(table, from)),
        }
    }

    /// What the default of a key says.
    #[must_use]
    pub fn of_default(default: &'static str) -> Option<What<'static>> {
        DeValue::parse(default).ok().map(|value| What::of(value.into_inner(), 0))
    }

    #[must_use]
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    #[must_use]
    pub fn number(&self) -> Option<i64> {
        match self {
            Self::Number(number) => *number,
            _ => None,
        }
    }

    #[must_use]
    pub fn flag(&self) -> Option<bool> {
        match self {
            Self::Flag(flag) => Some(*flag),
            _ => None,
        }
    }

    /// The values of a list; of anything else none.
    #[must_use]
    pub fn list(&self) -> &[Value<'a>] {
        match self {
            Self::List(list) => list,
            _ => &[],
        }
    }

    #[must_use]
    pub fn table(&self) -> Option<&Table<'a>> {
        match self {
            Self::Table(table) => Some(table),
            _ => None,
        }
    }
}

impl Place {
    fn new(span: &Range<usize>, from: usize) -> Self {
        let place = |at: usize| u32::try_from(from + at).unwrap_or(u32::MAX);
        Self { start: place(span.start), end: place(span.end) }
    }

    fn range(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }
}

#[cfg(test)]
mod tests {
    use super::{Table, What, in_pieces, pieces, read};

    const SIZE: usize = 512;

    /// Every value with the text at its place.
    fn shown(table: &Table<'_>, text: &str) -> Vec<String> {
        fn below(what: &What<'_>, text: &str, said: &mut Vec<String>) {
            for value in what.list() {
                said.push(format!("{:?}", value.span()));
                below(&value.what, text, said);
            }
            for entry in what.table().into_iter().flat_map(Table::iter) {
                let (key, value) = (&text[entry.span()], entry.value.what.text());
                // An array of tables has its place by what is read of it at once.
                said.push(format!("{key} {:?} {value:?}", entry.span()));
                below(&entry.value.what, text, said);
            }
        }
        let mut said = Vec::new();
        below(&What::Table(table.clone()), text, &mut said);
        said
    }

    fn rules(count: usize) -> String {
        let rule = |n: usize| format!("[[rule]]\nname = \"é{n}\"\nany = [\"a\", 'b']\n");
        (0..count).map(rule).collect::<Vec<_>>().concat()
    }

    fn whole(text: &str) -> Vec<String> {
        let table = toml::de::DeTable::parse(text).expect("a sound file").into_inner();
        shown(&Table::of(table, 0), text)
    }

    #[test]
    fn pieces_give_what_the_whole_gives() {
        let many = rules(60);
        for text in [
            many.clone(),
            format!("\u{feff}[fetch]\nevery = \"1h\"\n{many}[mail]\nfrom = 'x'\n[terms]\na = ['b']\n"),
            format!("# none\n{many}"),
            many.replace('\n', "\r\n"),
            many.replace("any = ", "[rule.inner]\nany = "),
        ] {
            assert!(text.len() > 3 * SIZE);
            let table = in_pieces(&text, SIZE).expect("a file that can be cut");
            assert_eq!(shown(&table, &text), whole(&text));
        }
    }

    #[test]
    fn a_file_that_cannot_be_cut_is_read_as_a_whole() {
        let many = rules(60);
        for text in [
            // The second half of the rules stands in a string.
            format!("{many}note = '''\n{many}'''\n"),
            format!("[[feed]]\nurl = 'x'\n{many}[[feed]]\nurl = 'y'\n"),
            format!("[[ rule ]]\nname = 'x'\n{many}"),
        ] {
            assert!(in_pieces(&text, SIZE).is_none());
            assert_eq!(shown(&read(&text).expect("a sound file"), &text), whole(&text));
        }
        for text in [
            format!("{many}name = 'again'\n"),
            format!("[mail]\n{many}[mail]\n"),
            format!("rule = []\n{many}"),
        ] {
            let said =
                |errors: Vec<toml::de::Error>| errors.iter().map(ToString::to_string).collect::<Vec<_>>();
            let (_, errors) = toml::de::DeTable::parse_recoverable(&text);
            assert!(in_pieces(&text, SIZE).is_none());
            assert_eq!(said(read(&text).expect_err("an unsound file")), said(errors));
        }
    }

    #[test]
    fn pieces_are_the_file() {
        let text = format!("# first\n{}", rules(90));
        let cut: Vec<_> = pieces(&text, SIZE).collect();
        assert!(cut.len() > 4 && cut[0] == (0..8), "{cut:?}");
        let joined: String = cut.iter().map(|piece| &text[piece.clone()]).collect();
        assert!(joined == text);
    }
}
