//! The templates: what a letter looks like.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fmt;
use std::sync::{Arc, Mutex};

use minijinja::syntax::SyntaxConfig;
use minijinja::value::{Kwargs, Serde, Value};
use minijinja::{
    AutoEscape, Environment, Error, ErrorKind, Output, State, UndefinedBehavior, escape_formatter,
};
use serde::Serialize;

use super::catalogue::{Language, filled};
use super::tongue::Tongue;

const TEXT: &str = include_str!("letter.txt");
const HTML: &str = include_str!("letter.html");

/// Columns of the text part.
const COLUMNS: usize = 76;

/// Two templates, one for each part of a letter; every block of a letter is a macro in them.
pub struct Layout {
    text: Sheet,
    html: Sheet,
}

/// A template, and the built-in one that steps in when it fails.
#[derive(Clone)]
struct Sheet {
    own: Option<Environment<'static>>,
    built_in: Environment<'static>,
    /// What went wrong in the user's own while rendering, each fault once.
    faults: Arc<Mutex<BTreeSet<String>>>,
}

/// The same block in both parts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Block {
    pub text: String,
    pub html: String,
}

impl Default for Layout {
    fn default() -> Self {
        Self { text: Sheet::new("letter.txt", TEXT), html: Sheet::new("letter.html", HTML) }
    }
}

impl fmt::Debug for Layout {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let own = |sheet: &Sheet| if sheet.own.is_some() { "own" } else { "built-in" };
        f.debug_struct("Layout").field("text", &own(&self.text)).field("html", &own(&self.html)).finish()
    }
}

impl Layout {
    /// With a user's own `letter.txt` and `letter.html` (their contents). A macro that they lack, or
    /// that fails, is the built-in one's.
    ///
    /// # Errors
    /// Names the template and the line that cannot be read; nothing of it is used then.
    pub fn with(text: Option<String>, html: Option<String>) -> Result<Self, String> {
        let mut layout = Self::default();
        layout.text.own =
            text.map(|source| environment("letter.txt", source)).transpose().map_err(|error| told(&error))?;
        layout.html.own = html
            .map(|source| environment("letter.html", source))
            .transpose()
            .map_err(|error| told(&error))?;
        Ok(layout)
    }

    /// The built-in templates by name, to begin one's own with.
    pub const BUILT_IN: [(&str, &str); 2] = [("letter.txt", TEXT), ("letter.html", HTML)];

    /// The same templates, in which a value that is not there is a fault: for trying them out.
    #[must_use]
    pub(super) fn strict(&self) -> Self {
        Self { text: self.text.strict(), html: self.html.strict() }
    }

    /// What went wrong in a user's own templates so far: template, line and why.
    #[must_use]
    pub(super) fn faults(&self) -> Vec<String> {
        let faults = |sheet: &Sheet| sheet.faults.lock().map(|faults| faults.clone()).unwrap_or_default();
        faults(&self.text).into_iter().chain(faults(&self.html)).collect()
    }

    /// The same templates with the fixed words of a language.
    #[must_use]
    pub fn speaking(&self, language: Language) -> Self {
        Self { text: self.text.speaking(language), html: self.html.speaking(language) }
    }

    /// Renders a block: the macro of that name, given `value`.
    #[must_use]
    pub fn block(&self, name: &str, value: impl Serialize) -> Block {
        let arguments = [Value::from(Serde(value))];
        Block { text: self.text.render(name, &arguments), html: self.html.render(name, &arguments) }
    }

    /// The whole letter around its blocks.
    #[must_use]
    pub fn letter(&self, value: impl Serialize, body: &Block) -> Block {
        let value = Value::from(Serde(value));
        let text = self.text.render("letter", &[value.clone(), Value::from(body.text.as_str())]);
        let html = self.html.render("letter", &[value, Value::from_safe_string(body.html.clone())]);
        Block { text, html }
    }
}

impl Sheet {
    fn new(name: &str, source: &str) -> Self {
        let built_in = environment(name, source.to_owned()).unwrap_or_else(|_| Environment::empty());
        Self { own: None, built_in, faults: Arc::default() }
    }

    fn speaking(&self, language: Language) -> Self {
        let mut sheet = self.clone();
        sheet.own.iter_mut().chain([&mut sheet.built_in]).for_each(|words| speak(words, language));
        sheet
    }

    /// The built-in templates are held by tests: they neither lack a macro nor fail.
    fn render(&self, name: &str, arguments: &[Value]) -> String {
        let own = self.own.as_ref().and_then(|own| match call(own, name, arguments) {
            Ok(rendered) => rendered,
            Err(error) => {
                if let Ok(mut faults) = self.faults.lock() {
                    faults.insert(told(&error));
                }
                None
            }
        });
        own.or_else(|| call(&self.built_in, name, arguments).ok().flatten()).unwrap_or_default()
    }

    fn strict(&self) -> Self {
        let mut sheet = Self { faults: Arc::default(), ..self.clone() };
        if let Some(own) = &mut sheet.own {
            own.set_undefined_behavior(UndefinedBehavior::SemiStrict);
        }
        sheet
    }
}

/// `None`: the template has no such macro.
fn call(environment: &Environment<'_>, name: &str, arguments: &[Value]) -> Result<Option<String>, Error> {
    let Some((_, template)) = environment.templates().next() else { return Ok(None) };
    let mut captured = template.render_captured(())?;
    captured.with_state_mut(|state| match state.lookup(name) {
        Some(_) => state.call_macro(name, arguments).map(Some),
        None => Ok(None),
    })
}

fn environment(name: &str, source: String) -> Result<Environment<'static>, Error> {
    let mut environment = Environment::new();
    environment.set_syntax(SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build()?);
    environment.set_formatter(escape);
    environment.add_filter("hang", hang);
    environment
        .add_filter("line", |text: String| "-".repeat(textwrap::core::display_width(&text).min(COLUMNS)));
    environment
        .add_filter("direction", |text: String| if Tongue::of(&text, None).rtl { "rtl" } else { "ltr" });
    speak(&mut environment, Language::default());
    environment.add_template_owned(name.to_owned(), source)?;
    Ok(environment)
}

/// Gives the templates their words: `say("polls", n=1204)`, `1204 | number`, and what `language`,
/// `direction`, `comma` and `stop` are.
fn speak(environment: &mut Environment<'_>, language: Language) {
    environment.add_global("language", language.code());
    environment.add_global("direction", language.direction());
    environment.add_global("comma", language.comma());
    environment.add_global("stop", language.stop());
    environment.add_filter("number", move |number: u64| language.number(number));
    environment.add_function("say", move |state: &State<'_, '_>, phrase: &str, places: Kwargs| {
        say(language, *state.auto_escape() == AutoEscape::Html, phrase, &places)
    });
}

/// Fills the places of a phrase. One filled with markup gives markup, the other places escaped.
fn say(language: Language, html: bool, phrase: &str, places: &Kwargs) -> Result<Value, Error> {
    let number = places.peek::<Option<u64>>("n")?.unwrap_or_default();
    let fault = |what: String| Error::new(ErrorKind::InvalidOperation, what);
    let pattern =
        language.pattern(phrase, number).ok_or_else(|| fault(format!("there is no phrase {phrase:?}")))?;
    let mut missing = None;
    let is_markup = |name: &str| places.peek::<Value>(name).is_ok_and(|value| value.is_safe());
    let markup = html && places.args().any(is_markup);
    let said = filled(pattern, |name| match places.peek::<Value>(name) {
        Ok(value) if markup && !value.is_safe() => Some(escaped(&shown(&value, language)).into_owned()),
        Ok(value) => Some(shown(&value, language)),
        Err(_) => {
            missing = Some(name.to_owned());
            None
        }
    });
    match missing {
        Some(name) => Err(fault(format!("the phrase {phrase:?} wants {name}=…"))),
        None if markup => Ok(Value::from_safe_string(said)),
        None => Ok(Value::from(said)),
    }
}

fn shown(value: &Value, language: Language) -> String {
    u64::try_from(value.clone()).map_or_else(|_| value.to_string(), |number| language.number(number))
}

fn told(error: &Error) -> String {
    let place = error.line().map(|line| format!(", line {line}")).unwrap_or_default();
    let why = error.detail().map_or_else(|| error.kind().to_string(), str::to_owned);
    format!("{}{place}: {why}", error.name().unwrap_or("template"))
}

/// Escapes what stands in HTML. minijinja would also escape every slash, a tenth of a letter that is
/// full of links.
fn escape(out: &mut Output<'_>, state: &mut State<'_, '_>, value: &Value) -> Result<(), Error> {
    if value.is_none() {
        return Ok(());
    }
    let Some(text) = value.as_str().filter(|_| *state.auto_escape() == AutoEscape::Html && !value.is_safe())
    else {
        return escape_formatter(out, state, value);
    };
    Ok(out.write_str(&escaped(text))?)
}

fn escaped(text: &str) -> Cow<'_, str> {
    const ACTS: [char; 5] = ['&', '<', '>', '"', '\''];
    if !text.contains(ACTS) {
        return Cow::Borrowed(text);
    }
    let mut escaped = String::with_capacity(text.len() + text.len() / 8);
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            other => escaped.push(other),
        }
    }
    Cow::Owned(escaped)
}

/// Breaks a text into lines: the first one behind `first`, the others behind `rest`.
fn hang(text: &str, first: &str, rest: &str) -> String {
    let options = textwrap::Options::new(COLUMNS)
        .initial_indent(first)
        .subsequent_indent(rest)
        .word_splitter(textwrap::WordSplitter::NoHyphenation);
    textwrap::fill(text, options)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_broken_template_is_named_and_a_failing_macro_replaced() {
        let broken = Layout::with(None, Some("{% macro head(section) %}\n{{ oops".to_owned()));
        assert!(broken.is_err_and(|why| why.starts_with("letter.html, line 2")));

        let section = minijinja::context! { title => "A & B", count => 2 };
        let failing = "{% macro head(section) %}{{ section.title | nosuch }}{% endmacro %}".to_owned();
        let Ok(layout) = Layout::with(None, Some(failing)) else { return };
        assert_eq!(layout.block("head", &section), Layout::default().block("head", &section));
    }

    #[test]
    fn only_what_acts_in_html_is_escaped() {
        let source = "{% macro m(x) %}{{ x }}{% endmacro %}".to_owned();
        let environment = environment("letter.html", source).unwrap();
        let arguments = [Value::from("<a href='/x'>\"&\"</a>")];
        let escaped = call(&environment, "m", &arguments).unwrap().unwrap_or_default();
        assert_eq!(escaped, "&lt;a href=&#39;/x&#39;&gt;&quot;&amp;&quot;&lt;/a&gt;");
    }
}
