//! The open elements.

/// Elements open at once; what lies deeper is read as if its tags were not there.
const DEPTH_MAX: usize = 256;

/// An open element.
#[derive(Debug)]
pub struct Frame<'a> {
    pub name: &'a str,
    pub role: Role,
    /// Which base holds for links in it.
    pub base: usize,
}

/// What an open element is to us.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    Root,
    Entry,
    /// Something with fields that are not the entry's.
    Aside,
    /// `contributor`, with the parts of a person.
    Contributor,
    /// `author`: a field of its own, or the parts of a person.
    Person,
    /// The element of the field being read.
    Field,
    /// Markup inside the field being read.
    Inline,
    /// An element unknown to us.
    Unknown,
}

/// The open elements, outermost first.
#[derive(Debug, Default)]
pub struct Stack<'a> {
    frames: Vec<Frame<'a>>,
    /// Elements open beyond [`DEPTH_MAX`].
    deeper: usize,
}

impl<'a> Stack<'a> {
    /// `false` when it is too deep to be remembered.
    pub fn push(&mut self, frame: Frame<'a>) -> bool {
        if self.frames.len() >= DEPTH_MAX {
            self.deeper += 1;
            return false;
        }
        self.frames.push(frame);
        true
    }

    pub fn pop(&mut self) -> Option<Frame<'a>> {
        self.frames.pop()
    }

    /// Whether an end tag closes an element too deep to have been remembered. A name of a feed never
    /// does: what is so deep is the markup of some text.
    pub fn closes_deeper(&mut self, is_ours: bool) -> bool {
        if is_ours {
            self.deeper = 0;
        }
        let deeper = self.deeper > 0;
        self.deeper = self.deeper.saturating_sub(1);
        deeper
    }

    /// The depth at which the innermost element of that name stands.
    #[must_use]
    pub fn find(&self, name: &str) -> Option<usize> {
        self.frames.iter().rposition(|frame| frame.name.eq_ignore_ascii_case(name))
    }

    #[must_use]
    pub fn depth(&self) -> usize {
        self.frames.len()
    }

    #[must_use]
    pub fn top(&self) -> Option<Role> {
        self.frames.last().map(|frame| frame.role)
    }

    #[must_use]
    pub fn base(&self) -> usize {
        self.frames.last().map_or(0, |frame| frame.base)
    }

    /// Whether such an element is open at all.
    #[must_use]
    pub fn has(&self, role: Role) -> bool {
        self.frames.iter().any(|frame| frame.role == role)
    }

    /// Whether such an element is open inside the entry, or inside the feed when no entry is open.
    #[must_use]
    pub fn inside(&self, role: Role) -> bool {
        let near =
            self.frames.iter().rev().take_while(|frame| !matches!(frame.role, Role::Entry | Role::Root));
        near.into_iter().any(|frame| frame.role == role)
    }
}
