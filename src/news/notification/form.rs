//! The form of a notification: the document itself, or what a user's own template makes of it.

use std::fmt;

use minijinja::value::{Serde, Value};
use minijinja::{AutoEscape, Environment, Error, ErrorKind, UndefinedBehavior};

use super::document::Document;

const NAME: &str = "body";
/// Steps of a template; a loop over every story and find of a full document takes a few thousand.
const STEPS: u64 = 1_000_000;

/// Makes a document into the bytes that are sent.
#[derive(Default)]
pub struct Form {
    own: Option<Environment<'static>>,
}

/// What is wrong with a template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FormFault {
    /// Of the template, from 1.
    pub line: Option<usize>,
    pub message: String,
    pub help: Option<&'static str>,
}

impl fmt::Debug for Form {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.own.is_some() { "Form(own)" } else { "Form(document)" })
    }
}

impl Form {
    /// By a user's own template, once it has made JSON of every sample.
    ///
    /// # Errors
    /// Says what cannot be read, or what it made of a sample instead.
    pub fn by(template: &str) -> Result<Self, FormFault> {
        let form = Self { own: Some(environment(template).map_err(|error| told(&error))?) };
        for document in Document::samples() {
            form.filled(&document)?;
        }
        Ok(form)
    }

    /// The body of a notification: always JSON. A template that fails on this one, as no sample made
    /// it, gives way to the document itself; and what went wrong.
    pub(super) fn fill(&self, document: &Document) -> (String, Option<FormFault>) {
        let plain = || serde_json::to_string(document).unwrap_or_default();
        match self.filled(document) {
            Ok(Some(body)) => (body, None),
            Ok(None) => (plain(), None),
            Err(fault) => (plain(), Some(fault)),
        }
    }

    /// `None` without a template.
    fn filled(&self, document: &Document) -> Result<Option<String>, FormFault> {
        let Some(own) = &self.own else { return Ok(None) };
        let body = own
            .get_template(NAME)
            .and_then(|template| template.render(Value::from(Serde(document))))
            .map_err(|error| told(&error))?;
        match serde_json::from_str::<serde::de::IgnoredAny>(&body) {
            Ok(_) => Ok(Some(body)),
            Err(error) => Err(FormFault {
                line: None,
                message: format!("the template does not make JSON: {error}"),
                help: Some(
                    "a value brings its own quotes: write {\"text\": {{ text }}}, without quotes around it",
                ),
            }),
        }
    }
}

/// Whatever is printed is JSON: a text comes in quotes, with everything in it escaped.
fn environment(template: &str) -> Result<Environment<'static>, Error> {
    let mut environment = Environment::new();
    environment.set_auto_escape_callback(|_| AutoEscape::Json);
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_fuel(Some(STEPS));
    environment.add_filter("slack", slack);
    environment.add_template_owned(NAME, template.to_owned())?;
    Ok(environment)
}

/// What acts in Slack's texts: `<!channel>` in a title would call everybody.
fn slack(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

fn told(error: &Error) -> FormFault {
    let message = match error.kind() {
        ErrorKind::OutOfFuel => format!("this template is not done after {STEPS} steps"),
        kind => error.detail().map_or_else(|| kind.to_string(), str::to_owned),
    };
    FormFault { line: error.line(), message, help: Some("docs/notify.md says what a template is given") }
}
