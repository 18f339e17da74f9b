//! The head of a letter, and the whole message in bytes.

use chrono::{DateTime, Utc};
use lettre::Address;
use lettre::message::header::{
    ContentTransferEncoding, ContentType, From, HeaderName, HeaderValue, Headers, MimeVersion, To,
};
use lettre::message::{Mailbox, Mailboxes, MultiPart, SinglePart};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use xxhash_rust::xxh3::xxh3_64;

use super::catalogue::filled;
use super::clean;
use crate::news::digest::{Issue, Thread};

/// What the head of one letter is made of.
#[derive(Debug, Clone, Copy)]
pub struct Head<'a> {
    pub issue: &'a Issue,
    /// From 1.
    pub part: u32,
    pub recipient: &'a str,
    pub subject: &'a str,
    pub from: &'a Sender,
    /// As in [`super::Letterhead`].
    pub unsubscribe: Option<&'a str>,
    pub now: DateTime<Utc>,
}

/// Who writes: `[mail] from`, fit for a header.
#[derive(Debug, Clone)]
pub struct Sender {
    mailbox: Mailbox,
}

impl Sender {
    /// Of `wirewatch <wirewatch@example.org>` or a bare address. What is no address becomes
    /// `wirewatch@localhost.invalid` (RFC 2606), which no server takes: the mistake shows itself.
    #[must_use]
    pub fn new(written: &str) -> Self {
        let nobody = || Mailbox::new(None, Address::new_dangerous("wirewatch", "localhost.invalid"));
        let mut mailbox = mailbox(written).unwrap_or_else(nobody);
        mailbox.name.get_or_insert_with(|| "wirewatch".to_owned());
        Self { mailbox }
    }

    fn address(&self) -> &Address {
        &self.mailbox.email
    }
}

impl Head<'_> {
    /// Without angle brackets. Digest, slot, part and recipient make it, and nothing else: a letter
    /// that is composed or sent again is known as the same letter.
    #[must_use]
    pub fn message_id(&self) -> String {
        self.message_id_of(Thread { slot: self.issue.slot, part: self.part })
    }

    /// Of another letter of the same digest to the same recipient.
    fn message_id_of(&self, letter: Thread) -> String {
        let domain = self.from.address().domain();
        let slot = letter.slot.format("%Y%m%dT%H%M%SZ");
        format!("{slot}.{}.{:016x}@{domain}", letter.part, self.fingerprint_of(letter))
    }

    /// The whole message: head, then text and HTML as alternatives (RFC 2046 § 5.1.4).
    ///
    /// Both bodies are quoted-printable or base64, never as they are: so no text of a source can
    /// look like the boundary, and no line is too long for a server.
    #[must_use]
    pub fn message(&self, text: &str, html: &str) -> Vec<u8> {
        let boundary = format!("=_wirewatch_{:016x}", self.fingerprint());
        let body = MultiPart::alternative()
            .boundary(boundary)
            .singlepart(part(ContentType::TEXT_PLAIN, text))
            .singlepart(part(ContentType::TEXT_HTML, html));
        let mut message = self.headers().to_string().into_bytes();
        message.extend(body.formatted());
        message
    }

    fn headers(&self) -> Headers {
        let mut headers = Headers::new();
        headers.set(From::from(Mailboxes::from(self.from.mailbox.clone())));
        match mailbox(self.recipient) {
            Some(mailbox) => headers.set(To::from(Mailboxes::from(mailbox))),
            None => put(&mut headers, "To", "undisclosed-recipients:;".to_owned()),
        }
        put(&mut headers, "Subject", self.subject.to_owned());
        put(&mut headers, "Date", self.date());
        put(&mut headers, "Message-ID", format!("<{}>", self.message_id()));
        if let Some(answered) = self.issue.answers {
            let id = format!("<{}>", self.message_id_of(answered));
            put(&mut headers, "In-Reply-To", id.clone());
            put(&mut headers, "References", id);
        }
        if self.issue.urgent {
            put(&mut headers, "Importance", "high".to_owned());
        }
        put(&mut headers, "List-Id", self.list_id());
        put(&mut headers, "List-Unsubscribe", self.unsubscribe());
        if self.unsubscribe.is_some() {
            put(&mut headers, "List-Unsubscribe-Post", "List-Unsubscribe=One-Click".to_owned());
        }
        put(&mut headers, "Auto-Submitted", "auto-generated".to_owned());
        put(&mut headers, "Precedence", "list".to_owned());
        headers.set(MimeVersion::new(1, 0));
        headers
    }

    /// RFC 5322 § 3.3, in the reader's zone, which lettre's own Date does not know.
    fn date(&self) -> String {
        self.now.with_timezone(&self.issue.zone).format("%a, %d %b %Y %H:%M:%S %z").to_string()
    }

    /// RFC 2919: the digest is the list.
    fn list_id(&self) -> String {
        let label = label(&self.issue.digest);
        format!("{label} <{label}.wirewatch.{}>", self.from.address().domain())
    }

    /// RFC 2369. A mail to the sender: wirewatch need not be reachable from outside. Before it the
    /// address for one click (RFC 8058), where somebody sees to it.
    fn unsubscribe(&self) -> String {
        let by_mail =
            format!("<mailto:{}?subject=unsubscribe%20{}>", self.from.address(), label(&self.issue.digest));
        match self.unsubscribe {
            Some(url) => format!("<{}>, {by_mail}", self.one_click(url)),
            None => by_mail,
        }
    }

    fn one_click(&self, url: &str) -> String {
        let address = mailbox(self.recipient).map(|mailbox| mailbox.email.to_string());
        let encoded = |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
        filled(url, |place| match place {
            "digest" => Some(encoded(&self.issue.digest)),
            "recipient" => Some(encoded(address.as_deref().unwrap_or(self.recipient))),
            _ => None,
        })
    }

    fn fingerprint(&self) -> u64 {
        self.fingerprint_of(Thread { slot: self.issue.slot, part: self.part })
    }

    /// A digest and an urgent letter of it may be composed in one second: they are two letters.
    fn fingerprint_of(&self, Thread { slot, part }: Thread) -> u64 {
        let Self { issue, recipient, .. } = self;
        let urgent = if issue.urgent { "urgent\n" } else { "" };
        let identity = format!("{urgent}{}\n{}\n{part}\n{recipient}", issue.digest, slot.timestamp());
        xxh3_64(identity.as_bytes())
    }
}

/// An address for a header: only ASCII, so an international domain in its ASCII form (RFC 5891). A
/// local part that is not ASCII would need SMTPUTF8 (RFC 6531) all the way: `None`.
fn mailbox(written: &str) -> Option<Mailbox> {
    let mailbox = written.parse::<Mailbox>().ok()?;
    let domain = match mailbox.email.domain() {
        literal if literal.starts_with('[') => literal.to_owned(),
        domain => url::Host::parse(domain).ok()?.to_string(),
    };
    let email = Address::new(mailbox.email.user(), domain).ok()?;
    let readable: &str = email.as_ref();
    let name = mailbox.name.map(|name| clean::header(&name)).filter(|name| !name.is_empty());
    readable.is_ascii().then(|| Mailbox::new(name, email))
}

/// A name as a label of a domain (RFC 1035): `Morning, desk` → `morning-desk`.
fn label(name: &str) -> String {
    let mut label = String::new();
    for character in name.chars().map(|character| character.to_ascii_lowercase()) {
        match character {
            'a'..='z' | '0'..='9' => label.push(character),
            _ if label.is_empty() || label.ends_with('-') => {}
            _ => label.push('-'),
        }
    }
    label.truncate(40);
    match label.trim_end_matches('-') {
        "" => format!("digest-{:08x}", xxh3_64(name.as_bytes()) >> 32),
        label => label.to_owned(),
    }
}

/// Sets a header; lettre encodes (RFC 2047) and folds it.
fn put(headers: &mut Headers, name: &'static str, value: String) {
    headers.insert_raw(HeaderValue::new(HeaderName::new_from_ascii_str(name), value));
}

fn part(content_type: ContentType, text: &str) -> SinglePart {
    let (quoted, base64) = wire_size(text);
    let encoding = if quoted <= base64 {
        ContentTransferEncoding::QuotedPrintable
    } else {
        ContentTransferEncoding::Base64
    };
    SinglePart::builder().header(content_type).header(encoding).body(text.to_owned())
}

/// Bytes that a text takes on the wire as quoted-printable and as base64 (RFC 2045 § 6.7, 6.8),
/// line ends included: never less than it does, and at most a few per cent more.
#[must_use]
pub fn wire_size(text: &str) -> (usize, usize) {
    let lines = text.bytes().filter(|byte| *byte == b'\n').count();
    let escaped = text.bytes().filter(|byte| !matches!(byte, b'\n' | b' '..=b'<' | b'>'..=b'~')).count();
    let quoted = text.len() + 2 * escaped + 3 * lines;
    let base64 = (text.len() + lines).div_ceil(3) * 4;
    // A soft line break costs 3 bytes in every 73 or more; a line end of base64 2 in every 76.
    (quoted + quoted.div_ceil(73) * 3, base64 + base64.div_ceil(76) * 2)
}
