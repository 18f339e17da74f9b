//! What stands between the operators: words, phrases, regular expressions, groups, fields.

use std::ops::Range;

use super::{Reader, Remark};
use crate::news::rule::Field;
use crate::news::rule::ast::{Fields, Look, Node, Term};
use crate::news::rule::term::{Flaw, Mode, look, regex};

impl Reader<'_> {
    /// `title:`, and `title:text:` too; an unknown one is a fault, and is skipped.
    pub(super) fn fields(&mut self) -> Option<Fields> {
        let mut fields: Option<Fields> = None;
        loop {
            let rest = self.rest();
            let name = &rest[..rest.find(|c: char| !c.is_alphabetic()).unwrap_or(rest.len())];
            if name.is_empty() || !rest[name.len()..].starts_with(':') {
                return fields;
            }
            let span = self.at..self.at + name.len() + 1;
            match Field::named(&name.to_lowercase()) {
                Some(field) => {
                    let one = Fields::one(field);
                    fields = Some(fields.map_or(one, |known| known.union(one)));
                }
                None => self.say(unknown_field(name, rest, span.clone())),
            }
            self.at = span.end;
        }
    }

    pub(super) fn names_group(&self) -> bool {
        self.rest()[1..].starts_with(|c: char| c.is_alphabetic() || c == '_')
    }

    pub(super) fn group(&mut self, fields: Option<Fields>) -> Node {
        let start = self.at;
        let name_end = |c: char| !(c.is_alphanumeric() || c == '_' || c == '-' || c == '.');
        let name = &self.rest()[1..];
        let name = &name[..name.find(name_end).unwrap_or(name.len())];
        self.at += 1 + name.len();
        let span = start..self.at;
        Node::Group { name: name.to_owned(), fields, span }
    }

    pub(super) fn regex(&mut self, fields: Option<Fields>) -> Option<Node> {
        let start = self.at;
        let body = &self.source[start + 1..];
        let Some(end) = closing(body, '/') else {
            let span = start..self.source.trim_end().len();
            self.say(Remark::fault(
                span,
                "the regular expression is never closed",
                "end it with `/`, and write `\\/` for a slash inside",
            ));
            self.at = self.source.len();
            return None;
        };
        self.at = start + 1 + end + 1;
        let flags = self.rest();
        let flags = &flags[..flags.find(|c: char| !c.is_alphanumeric()).unwrap_or(flags.len())];
        self.refuse_flags(flags);
        self.at += flags.len();
        let looked = regex(&body[..end].replace("\\/", "/"), flags);
        let help = "write it as the regex crate of Rust reads it, or put it in quotes to look for it";
        let look = looked.map_err(|why| self.say(Remark::fault(start..self.at, why, help))).ok()?;
        if let Look::Regex(regex) = &look
            && regex.is_match("")
        {
            self.say(Remark::warning(
                start..self.at,
                "the regular expression can match nothing at all, so it matches everything",
                "leave out what makes all of it optional",
            ));
        }
        Some(self.term(look, fields, start))
    }

    pub(super) fn refuse_flags(&mut self, flags: &str) {
        for (at, flag) in flags.char_indices().filter(|(_, flag)| !"imsxu".contains(*flag)) {
            let at = self.at + at;
            self.say(Remark::fault(
                at..at + flag.len_utf8(),
                format!("`{flag}` is no flag of a regular expression"),
                "flags are i, m, s and x; `(?-i)` at its beginning makes case count",
            ));
        }
    }

    /// `"a phrase"`; `start` is where the term begins, before a `=`.
    pub(super) fn quoted(&mut self, fields: Option<Fields>, start: usize, mode: Mode) -> Option<Node> {
        let open = self.at;
        let body = &self.source[open + 1..];
        let Some(end) = closing(body, '"') else {
            let span = open..self.source.trim_end().len();
            self.say(Remark::fault(span, "the quotation is never closed", "end it with `\"`"));
            self.at = self.source.len();
            return None;
        };
        self.at = open + 1 + end + 1;
        let spelling = body[..end].replace("\\\"", "\"").replace("\\\\", "\\");
        let look = self.check(open + 1, look(&spelling, mode))?;
        Some(self.term(look, fields, start))
    }

    /// `=word`, `="a phrase"`
    pub(super) fn exact(&mut self, fields: Option<Fields>) -> Option<Node> {
        let start = self.at;
        self.at += 1;
        self.skip_space();
        if self.peek() == Some('"') {
            return self.quoted(fields, start, Mode::Exact);
        }
        self.word(fields, start, Mode::Exact)
    }

    /// A word of a query: up to white space, a parenthesis or a quotation.
    pub(super) fn word(&mut self, fields: Option<Fields>, start: usize, mode: Mode) -> Option<Node> {
        let rest = self.rest();
        let ends = |c: char| c.is_whitespace() || matches!(c, '(' | ')' | '"');
        let end = self.at + rest.find(ends).unwrap_or(rest.len());
        if end == self.at {
            let span = start..self.at;
            self.say(Remark::fault(span, "a word must follow", "write `=word`"));
            self.at += usize::from(self.peek() == Some('"'));
            return None;
        }
        self.warn_of_habits(end);
        self.spelled(fields, start, end, mode)
    }

    /// A spelling without quotes, from here to `end`.
    pub(super) fn spelled(
        &mut self,
        fields: Option<Fields>,
        start: usize,
        end: usize,
        mode: Mode,
    ) -> Option<Node> {
        let begin = self.at.min(end);
        let spelling =
            self.source[begin..end].replace("\\\"", "\"").replace("\\\\", "\\").replace("\\/", "/");
        self.at = end;
        let look = self.check(begin, look(&spelling, mode))?;
        self.warn_of_mixed_script(begin, end);
        Some(self.term(look, fields, start))
    }

    pub(super) fn term(&self, look: Look, fields: Option<Fields>, start: usize) -> Node {
        let source = self.source[start..self.at].trim().to_owned();
        Node::Term(Term { source, look, fields, span: start..self.at })
    }

    /// A flaw in a spelling that begins at `start` becomes a remark at its place.
    pub(super) fn check(&mut self, start: usize, looked: Result<Look, Flaw>) -> Option<Look> {
        looked
            .map_err(|flaw| {
                let inside = |at: usize| self.source.floor_char_boundary((start + at).min(self.source.len()));
                let span = inside(flaw.at.start)..inside(flaw.at.end);
                self.say(Remark { span, warning: false, message: flaw.message, help: flaw.help });
            })
            .ok()
    }
}

/// Where an unescaped `mark` closes what began before `body`.
fn closing(body: &str, mark: char) -> Option<usize> {
    let mut escaped = false;
    body.char_indices().find_map(|(at, c)| {
        let closes = c == mark && !escaped;
        escaped = c == '\\' && !escaped;
        closes.then_some(at)
    })
}

fn unknown_field(name: &str, rest: &str, span: Range<usize>) -> Remark {
    let known = Field::ALL.map(Field::name);
    let near = known.iter().max_by(|one, other| {
        let likeness = |field: &str| strsim::jaro_winkler(field, &name.to_lowercase());
        likeness(one).total_cmp(&likeness(other))
    });
    let help = near.filter(|field| strsim::jaro_winkler(field, &name.to_lowercase()) >= 0.8).map_or_else(
        || {
            let word = rest
                .split(|c: char| c.is_whitespace() || matches!(c, '(' | ')' | '"'))
                .next()
                .unwrap_or(name);
            format!("put it in quotes to look for it: \"{word}\"; fields are {}", known.join(", "))
        },
        |field| format!("did you mean `{field}:`?"),
    );
    Remark::fault(span, format!("`{name}:` is no field"), help)
}
