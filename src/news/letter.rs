//! Stories → subject, text, HTML, headers: one letter.

use super::digest::Issue;

/// One composed mail to one recipient.
#[derive(Debug, Clone, PartialEq)]
pub struct Letter {
    /// Without angle brackets; the same for the same digest, slot, part and recipient.
    pub message_id: String,
    pub subject: String,
    pub text: String,
    pub html: String,
}

/// Who writes to whom.
#[derive(Debug, Clone)]
pub struct Envelope {
    /// `wirewatch <wirewatch@example.org>`
    pub from: String,
    pub recipient: String,
}

impl Letter {
    /// Renders an issue.
    #[must_use]
    pub fn render(issue: &Issue, envelope: &Envelope) -> Self {
        let _ = (issue, envelope);
        Self { message_id: String::new(), subject: String::new(), text: String::new(), html: String::new() }
    }

    /// The whole message: RFC 5322, MIME, CRLF, ASCII headers.
    #[must_use]
    pub fn to_bytes(&self, issue: &Issue, envelope: &Envelope) -> Vec<u8> {
        let _ = (issue, envelope);
        Vec::new()
    }
}
