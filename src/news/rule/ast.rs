//! A rule as understood: one tree for lists and queries.

use std::fmt::{self, Display, Formatter};
use std::ops::Range;

use super::Field;
use super::syntax::{Read, read_query};

/// A condition on an article.
#[derive(Debug, Clone, PartialEq)]
pub enum Node {
    Term(Term),
    /// `$name`; the items stand in `[terms]`.
    Group {
        name: String,
        fields: Option<Fields>,
        span: Range<usize>,
    },
    /// At most `distance` words between both, either order.
    Near {
        distance: u32,
        left: Box<Node>,
        right: Box<Node>,
        span: Range<usize>,
    },
    All(Vec<Node>),
    Any(Vec<Node>),
    Not {
        node: Box<Node>,
        span: Range<usize>,
    },
}

/// What is looked for in one place.
#[derive(Debug, Clone, PartialEq)]
pub struct Term {
    /// As the rule has it, without the field.
    pub source: String,
    pub look: Look,
    /// None: title and text, or what the group that uses it says.
    pub fields: Option<Fields>,
    /// Bytes inside the string that it stands in.
    pub span: Range<usize>,
}

/// How a term looks for its words.
#[derive(Debug, Clone)]
pub enum Look {
    /// Any of these sequences; several when a hyphen may be left out.
    Words(Vec<Vec<Sought>>),
    /// The folded text literally.
    Literal {
        folded: String,
        /// May go on inside a word (`AT&T*`).
        open: bool,
    },
    Regex(regex::Regex),
}

impl PartialEq for Look {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Words(one), Self::Words(other)) => one == other,
            (Self::Literal { folded, open }, Self::Literal { folded: other, open: also }) => {
                folded == other && open == also
            }
            (Self::Regex(one), Self::Regex(other)) => one.as_str() == other.as_str(),
            _ => false,
        }
    }
}

/// One word of a term.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Sought {
    /// With its inflected forms.
    Plain(crate::news::words::inflect::Word),
    /// Only itself.
    Exact(Box<str>),
    /// A beginning.
    Prefix(Box<str>),
}

impl Sought {
    #[must_use]
    pub fn folded(&self) -> &str {
        match self {
            Self::Plain(word) => &word.folded,
            Self::Exact(folded) | Self::Prefix(folded) => folded,
        }
    }
}

/// A set of fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Fields(u8);

impl Fields {
    /// Where a term without a field looks.
    pub const DEFAULT: Self = Self(0b11);

    #[must_use]
    pub fn one(field: Field) -> Self {
        Self(1 << field as u8)
    }

    #[must_use]
    pub fn contains(self, field: Field) -> bool {
        self.0 & (1 << field as u8) != 0
    }

    #[must_use]
    pub fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// One bit a field, the highest free.
    #[must_use]
    pub fn bits(self) -> u8 {
        self.0
    }

    #[must_use]
    pub fn of_bits(bits: u8) -> Self {
        Self(bits)
    }

    /// In the order in which evidence is looked for.
    pub fn iter(self) -> impl Iterator<Item = Field> {
        Field::ALL.into_iter().filter(move |field| self.contains(*field))
    }
}

impl Field {
    /// Every field, in the order in which it is read.
    pub const ALL: [Self; 7] =
        [Self::Title, Self::Text, Self::Author, Self::Category, Self::Url, Self::Feed, Self::Language];

    /// As written before the colon.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Title => "title",
            Self::Text => "text",
            Self::Author => "author",
            Self::Category => "category",
            Self::Url => "url",
            Self::Feed => "feed",
            Self::Language => "language",
        }
    }

    /// By its name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|field| field.name() == name)
    }
}

impl Display for Node {
    /// As a query that means the same, with every parenthesis that helps a reader.
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Term(term) => term.fmt(out),
            Self::Group { name, fields, .. } => {
                write_fields(*fields, out)?;
                write!(out, "${name}")
            }
            Self::Near { distance, left, right, .. } => {
                write_operand(left, out)?;
                write!(out, " NEAR/{distance} ")?;
                write_operand(right, out)
            }
            Self::All(nodes) => write_joined(nodes, " AND ", out),
            Self::Any(nodes) => write_joined(nodes, " OR ", out),
            Self::Not { node, .. } => {
                out.write_str("NOT ")?;
                write_operand(node, out)
            }
        }
    }
}

impl Display for Term {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        write_fields(self.fields, out)?;
        if self.stands_bare() {
            return out.write_str(&self.source);
        }
        let (sign, spelling) =
            self.source.strip_prefix('=').map_or(("", self.source.as_str()), |it| ("=", it));
        write!(out, "{sign}\"{}\"", spelling.trim().replace('\\', "\\\\").replace('"', "\\\""))
    }
}

impl Term {
    /// Whether a query may have it as a list has it, where blanks, quotes and operators mean themselves.
    fn stands_bare(&self) -> bool {
        let plain = self.source.chars().all(char::is_lowercase);
        plain || matches!(self.look, Look::Regex(_)) || {
            let Read { node, remarks } = read_query(&self.source);
            let same = |node: Node| matches!(node, Node::Term(term) if term.look == self.look);
            node.is_some_and(same) && remarks.iter().all(|remark| remark.warning)
        }
    }
}

fn write_fields(fields: Option<Fields>, out: &mut Formatter<'_>) -> fmt::Result {
    fields.into_iter().flat_map(Fields::iter).try_for_each(|field| write!(out, "{}:", field.name()))
}

fn write_operand(node: &Node, out: &mut Formatter<'_>) -> fmt::Result {
    match node {
        Node::Term(_) | Node::Group { .. } => node.fmt(out),
        _ => write!(out, "({node})"),
    }
}

fn write_joined(nodes: &[Node], between: &str, out: &mut Formatter<'_>) -> fmt::Result {
    for (index, node) in nodes.iter().enumerate() {
        if index > 0 {
            out.write_str(between)?;
        }
        match node {
            Node::Not { .. } => node.fmt(out)?,
            Node::Near { .. } if between == " AND " => node.fmt(out)?,
            _ => write_operand(node, out)?,
        }
    }
    Ok(())
}
