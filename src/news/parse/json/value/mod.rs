//! Text → JSON value, whatever its state.
//!
//! JSON's grammar (RFC 8259) where the document keeps to it. Where it does not, the reading that loses
//! least: commas, colons and brackets that are missing or too many, comments, other quotes, line breaks in
//! strings, quotes that nobody escaped, words where strings should be, an end in the middle. Linear time;
//! what lies too deep or is too much is passed over.

use serde_json::{Map, Number, Value};

use string::near;

mod string;

/// Nesting that is minded; a JSON Feed has four levels.
const DEPTH_MAX: usize = 64;
/// Values kept of one document: 2,000 entries of a hundred values. Each takes thirty times its byte in `0,0,0`.
const VALUES_MAX: usize = 200_000;

/// A document that is read.
#[derive(Debug)]
pub struct Reader<'a> {
    text: &'a str,
    at: usize,
    depth: usize,
    values: usize,
    /// The document broke JSON's grammar.
    pub mended: bool,
    /// It ended amid a value.
    cut: bool,
}

impl<'a> Reader<'a> {
    #[must_use]
    pub fn new(text: &'a str) -> Self {
        Self { text, at: 0, depth: 0, values: 0, mended: false, cut: false }
    }

    /// The next value of the document, which has one if all is well; `None` at the end.
    pub fn document(&mut self) -> Option<Value> {
        self.blanks();
        while !matches!(self.peek()?, b'{' | b'[') {
            self.mended = true;
            self.skip();
            self.blanks();
        }
        let value = self.value();
        self.blanks();
        self.mended |= self.at < self.text.len();
        Some(value)
    }

    fn value(&mut self) -> Value {
        self.values += 1;
        match self.peek() {
            Some(open @ (b'{' | b'[')) => {
                self.at += 1;
                self.depth += 1;
                let value = if open == b'{' { self.object() } else { self.array() };
                self.depth -= 1;
                value
            }
            Some(quote @ (b'"' | b'\'')) => Value::String(self.string(quote, false)),
            Some(_) => self.word(),
            None => Value::Null,
        }
    }

    fn object(&mut self) -> Value {
        let mut object = Map::new();
        let mut separated = true;
        loop {
            self.blanks();
            match self.peek() {
                None => {
                    self.cut = true;
                    break;
                }
                Some(b'}') => {
                    self.mended |= separated && !object.is_empty();
                    self.at += 1;
                    break;
                }
                // Its own end is missing: what encloses it goes on.
                Some(b']' | b'{' | b'[') if self.depth > 1 => {
                    self.mended = true;
                    break;
                }
                Some(b',') => {
                    self.mended |= separated;
                    separated = true;
                    self.at += 1;
                }
                Some(b']' | b'{' | b'[' | b':') => self.skip(),
                Some(_) => {
                    self.mended |= !std::mem::take(&mut separated);
                    self.member(&mut object);
                }
            }
        }
        self.mended |= self.cut;
        Value::Object(object)
    }

    fn member(&mut self, object: &mut Map<String, Value>) {
        let key = match self.peek() {
            Some(quote @ (b'"' | b'\'')) => self.string(quote, true),
            _ => self.bare().to_owned(),
        };
        self.blanks();
        if self.peek() == Some(b':') {
            self.at += 1;
            self.blanks();
        } else {
            self.mended = true;
            if matches!(self.peek(), Some(b',' | b'}' | b']') | None) {
                return;
            }
        }
        if self.too_deep() {
            return;
        }
        let whole = self.cut;
        let value = self.value();
        // Half an identifier, a link or a date is worse than none; half a text is not.
        let broken = self.cut && !whole && (value.is_string() || value.is_number());
        let kept = !broken || is_text(&key);
        if kept && self.values <= VALUES_MAX {
            object.insert(key, value);
        }
    }

    fn array(&mut self) -> Value {
        let mut array = Vec::new();
        let mut separated = true;
        loop {
            self.blanks();
            match self.peek() {
                None => {
                    self.cut = true;
                    break;
                }
                Some(b']') => {
                    self.mended |= separated && !array.is_empty();
                    self.at += 1;
                    break;
                }
                Some(b'}') => {
                    self.mended = true;
                    if !self.goes_on_after_this() {
                        break;
                    }
                    self.at += 1;
                }
                Some(b',') => {
                    self.mended |= separated;
                    separated = true;
                    self.at += 1;
                }
                Some(b':') => self.skip(),
                Some(_) if self.too_deep() => {}
                Some(_) => {
                    self.mended |= !std::mem::take(&mut separated);
                    let value = self.value();
                    if self.values <= VALUES_MAX {
                        array.push(value);
                    }
                }
            }
        }
        self.mended |= self.cut;
        Value::Array(array)
    }

    /// Passes over a bracket that lies too deep; what stands in it is read as if it were not there.
    fn too_deep(&mut self) -> bool {
        let deep = self.depth >= DEPTH_MAX && matches!(self.peek(), Some(b'{' | b'['));
        if deep {
            self.skip();
        }
        deep
    }

    /// Whether the bracket here is one too many: another object follows in the same list.
    fn goes_on_after_this(&self) -> bool {
        let rest = near(&self.text[self.at + 1..]).trim_ascii_start();
        rest.strip_prefix(b",").is_some_and(|rest| rest.trim_ascii_start().starts_with(b"{"))
    }

    /// A number, `true`, or something without quotes.
    fn word(&mut self) -> Value {
        let word = self.bare();
        match word {
            "true" => Value::Bool(true),
            "false" => Value::Bool(false),
            "null" => Value::Null,
            _ => {
                if let Ok(number) = word.parse::<Number>() {
                    // A longer one is somebody's identifier, to be kept to the last digit.
                    let exact = number.is_i64() || number.is_u64() || word.contains(['.', 'e', 'E']);
                    return if exact { Value::Number(number) } else { Value::String(word.to_owned()) };
                }
                self.mended = true;
                match word {
                    "undefined" | "None" | "NaN" | "nil" | "NULL" | "" => Value::Null,
                    _ => Value::String(word.to_owned()),
                }
            }
        }
    }

    /// Up to the next sign that ends a word.
    fn bare(&mut self) -> &'a str {
        let stop = |c: char| c.is_ascii_whitespace() || matches!(c, ',' | ':' | '{' | '}' | '[' | ']' | '"');
        let rest = &self.text[self.at..];
        let word = &rest[..rest.find(stop).unwrap_or(rest.len())];
        self.at += word.len();
        self.cut |= self.at == self.text.len();
        word
    }

    /// Blanks, and comments, which JSON does not have.
    fn blanks(&mut self) {
        loop {
            let rest = &self.text[self.at..];
            let blank = rest.len() - rest.trim_start_matches([' ', '\n', '\t', '\r']).len();
            self.at += blank;
            let rest = &rest[blank..];
            let comment = if rest.starts_with("//") {
                rest.find('\n').unwrap_or(rest.len())
            } else if let Some(inside) = rest.strip_prefix("/*") {
                inside.find("*/").map_or(rest.len(), |length| length + 4)
            } else if rest.starts_with(['\u{feff}', '\u{a0}', '\u{2028}', '\u{c}']) {
                rest.chars().next().map_or(0, char::len_utf8)
            } else {
                return;
            };
            self.mended = true;
            self.at += comment;
        }
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    /// Passes over a character that has no meaning here.
    fn skip(&mut self) {
        self.mended = true;
        self.at += self.text[self.at..].chars().next().map_or(0, char::len_utf8);
    }
}

/// Whether a member of that key is a text, of which half is of use.
fn is_text(key: &str) -> bool {
    ["title", "content_html", "content_text", "summary"].iter().any(|text| super::is_alike(key, text))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::Reader;

    fn read(text: &str) -> (Value, bool) {
        let mut reader = Reader::new(text);
        let value = reader.document().unwrap_or_default();
        (value, reader.mended)
    }

    #[test]
    fn json_as_it_should_be() {
        for value in [
            json!({"a": [1, -2.5e3, true, null, "x\"y\\z\u{1}\n é 🦀", {}], "b": {"": [[]]}}),
            json!([{"q": ", \"x\": ["}, "://", "/* */", "}"]),
        ] {
            for text in [value.to_string(), serde_json::to_string_pretty(&value).unwrap_or_default()] {
                assert_eq!(read(&text), (value.clone(), false), "{text}");
            }
        }
    }

    #[test]
    fn json_as_it_is_met() {
        for (written, meant) in [
            (r#"{"a": 1, "b": [1, 2,],}"#, json!({"a": 1, "b": [1, 2]})),
            (r#"{"a": 1 "b": [1 2]}"#, json!({"a": 1, "b": [1, 2]})),
            ("{'a': 'it's', b: None, /* c */ \"d\": NaN} // e", json!({"a": "it's", "b": null, "d": null})),
            (r#"{"a": "He said "no", and went", "b": 1}"#, json!({"a": "He said \"no\", and went", "b": 1})),
            ("{\"a\": \"two\nlines\", \"b\": 1}", json!({"a": "two\nlines", "b": 1})),
            ("{\"a\": \"open,\n \"b\": 1}", json!({"a": "open", "b": 1})),
            (r#"{"a": "\ud83d \x \ud83e\udd80"}"#, json!({"a": "\u{fffd} x 🦀"})),
            (r#"{"a": [{"b": 1}}, {"c": 2}]}"#, json!({"a": [{"b": 1}, {"c": 2}]})),
            (r#"{"a": [{"b": 1, {"c": 2}]}"#, json!({"a": [{"b": 1}, {"c": 2}]})),
            (r#"{"a": [{"id": "1", "title": "cut he"#, json!({"a": [{"id": "1", "title": "cut he"}]})),
            (r#"{"a": [{"title": "x", "id": "half an i"#, json!({"a": [{"title": "x"}]})),
            ("callback({\"a\": 1});", json!({"a": 1})),
            ("{\"a\": \"x\",, \u{feff}\"b\": 1}", json!({"a": "x", "b": 1})),
        ] {
            assert_eq!(read(written), (meant, true), "{written}");
        }
    }

    #[test]
    fn it_ends() {
        for shape in
            ["[", "{", "{\"a\":", "[{", "]", "}", "\"", "'", ",", ":", "\\", "/*", "//", "\"\n", "[]]", "{}}"]
        {
            for opening in ["", "[", "{\"items\":[", "{\"a\":\""] {
                let _ = read(&format!("{opening}{}", shape.repeat(50_000)));
            }
        }
    }
}
