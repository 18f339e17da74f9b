//! DKIM: a signature by which a domain answers for a letter (RFC 6376, RFC 8463).
//!
//! Head and body are signed in their `relaxed` form: a server on the way that folds a header anew or
//! trims a line breaks nothing, one that changes a word does.

use std::fmt::Write as _;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use chrono::{DateTime, Utc};
use ring::digest::{SHA256, digest};
use ring::rand::SystemRandom;
use ring::signature::{Ed25519KeyPair, KeyPair as _, RSA_PKCS1_SHA256, RsaKeyPair};
use rustls::pki_types::PrivateKeyDer;
use rustls::pki_types::pem::PemObject as _;

/// What is signed where it stands: all that a reader sees or a mail program acts on.
const SIGNED: [&str; 14] = [
    "From",
    "Reply-To",
    "To",
    "Subject",
    "Date",
    "Message-ID",
    "In-Reply-To",
    "References",
    "MIME-Version",
    "Content-Type",
    "List-Id",
    "List-Unsubscribe",
    "List-Unsubscribe-Post",
    "Auto-Submitted",
];

/// Of these nobody may add one: they are signed once more than they stand there (RFC 6376 § 8.15).
const AND_NO_MORE: [&str; 8] = [
    "From",
    "Reply-To",
    "To",
    "Subject",
    "Date",
    "Content-Type",
    "List-Unsubscribe",
    "List-Unsubscribe-Post",
];

/// Columns of the signature's lines.
const COLUMNS: usize = 76;

/// A domain's key, and the name under which its other half is published.
#[derive(Debug)]
pub struct Signer {
    domain: String,
    selector: String,
    key: Key,
}

#[derive(Debug)]
enum Key {
    Rsa(RsaKeyPair),
    Ed25519(Ed25519KeyPair),
}

impl Signer {
    /// Of a private key in PEM: RSA (PKCS #1 or #8) of 2048 to 4096 bits, or Ed25519 (PKCS #8).
    ///
    /// # Errors
    /// Says what is wrong with the key.
    pub fn new(pem: &str, domain: String, selector: String) -> Result<Self, String> {
        Ok(Self { domain, selector, key: Key::read(pem)? })
    }

    /// The message with its signature before it. It depends on nothing but key, message and moment.
    #[must_use]
    pub fn sign(&self, message: &[u8], now: DateTime<Utc>) -> Vec<u8> {
        let (head, body) = halves(message);
        let fields = fields(head);
        let names = names(&fields);
        let unsigned =
            self.header(&names, &BASE64_STANDARD.encode(digest(&SHA256, &relaxed_body(body))), now);
        let mut data = relaxed_fields(&fields, &names);
        data.extend(relaxed_field(unsigned.as_bytes()));
        let mut signed = unsigned.into_bytes();
        // A key that was read can sign: each failure of ring's is one of a broken key.
        let Some(signature) = self.key.sign(&data) else { return message.to_vec() };
        signed.extend(folded(&BASE64_STANDARD.encode(signature)).into_bytes());
        signed.extend_from_slice(b"\r\n");
        signed.extend_from_slice(message);
        signed
    }

    /// Where the key's public half is to be published, and what: a TXT record of the DNS.
    #[must_use]
    pub fn record(&self) -> (String, String) {
        let (kind, public) = match &self.key {
            Key::Rsa(key) => ("rsa", subject_public_key_info(key.public_key().as_ref())),
            Key::Ed25519(key) => ("ed25519", key.public_key().as_ref().to_vec()),
        };
        let name = format!("{}._domainkey.{}", self.selector, self.domain);
        (name, format!("v=DKIM1; k={kind}; p={}", BASE64_STANDARD.encode(public)))
    }

    /// `rsa-sha256` or `ed25519-sha256`
    #[must_use]
    pub fn algorithm(&self) -> &'static str {
        match self.key {
            Key::Rsa(_) => "rsa-sha256",
            Key::Ed25519(_) => "ed25519-sha256",
        }
    }

    /// All but the signature itself, which goes behind the last `b=`.
    fn header(&self, names: &[&str], body_hash: &str, now: DateTime<Utc>) -> String {
        let (domain, selector) = (&self.domain, &self.selector);
        let mut header = format!("DKIM-Signature: v=1; a={}; c=relaxed/relaxed;\r\n", self.algorithm());
        let _ = write!(header, "\td={domain}; s={selector}; t={};\r\n\th=", now.timestamp());
        let mut column = "\th=".len();
        for (at, name) in names.iter().enumerate() {
            if column + name.len() > COLUMNS {
                header.push_str("\r\n\t");
                column = 1;
            }
            header.push_str(name);
            header.push(if at + 1 < names.len() { ':' } else { ';' });
            column += name.len() + 1;
        }
        let _ = write!(header, "\r\n\tbh={body_hash};\r\n\tb=");
        header
    }
}

impl Key {
    fn read(pem: &str) -> Result<Self, String> {
        let key = PrivateKeyDer::from_pem_slice(pem.as_bytes()).map_err(|_| no_key(pem).to_owned())?;
        match key {
            PrivateKeyDer::Pkcs1(der) => RsaKeyPair::from_der(der.secret_pkcs1_der()).map(Self::Rsa),
            PrivateKeyDer::Pkcs8(der) => {
                let der = der.secret_pkcs8_der();
                Ed25519KeyPair::from_pkcs8_maybe_unchecked(der)
                    .map(Self::Ed25519)
                    .or_else(|_| RsaKeyPair::from_pkcs8(der).map(Self::Rsa))
            }
            _ => return Err("the key is neither RSA nor Ed25519".to_owned()),
        }
        .map_err(|why| match why.to_string().as_str() {
            "TooSmall" => "the key has less than 2048 bits".to_owned(),
            "TooLarge" => "the key has more than 4096 bits".to_owned(),
            "WrongAlgorithm" => "the key is neither RSA nor Ed25519".to_owned(),
            why => format!("the key cannot be used ({why})"),
        })
    }

    fn sign(&self, data: &[u8]) -> Option<Vec<u8>> {
        // RFC 8463 § 3: Ed25519 signs the hash of what is to be signed.
        match self {
            Self::Ed25519(key) => Some(key.sign(digest(&SHA256, data).as_ref()).as_ref().to_vec()),
            Self::Rsa(key) => {
                let mut signature = vec![0; key.public().modulus_len()];
                key.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), data, &mut signature).ok()?;
                Some(signature)
            }
        }
    }
}

/// Why a file has no key.
fn no_key(pem: &str) -> &'static str {
    if pem.contains("BEGIN ENCRYPTED PRIVATE KEY") {
        "the key is locked by a passphrase, which nobody types when a letter goes out"
    } else if pem.contains("BEGIN PUBLIC KEY") || pem.contains("BEGIN RSA PUBLIC KEY") {
        "this is the public half, the private one signs"
    } else {
        "this is no private key in PEM (\"-----BEGIN PRIVATE KEY-----\")"
    }
}

/// Head with the end of its last line, and body; between them stands an empty line.
fn halves(message: &[u8]) -> (&[u8], &[u8]) {
    match memchr::memmem::find(message, b"\r\n\r\n") {
        Some(end) => (&message[..end + 2], &message[end + 4..]),
        None => (message, &[]),
    }
}

/// The header fields, each with its continuation lines and without its line end.
fn fields(head: &[u8]) -> Vec<&[u8]> {
    let mut fields = Vec::new();
    let mut start = 0;
    for end in memchr::memmem::find_iter(head, b"\r\n") {
        if !matches!(head.get(end + 2), Some(b' ' | b'\t')) {
            fields.push(&head[start..end]);
            start = end + 2;
        }
    }
    fields
}

fn is_named(field: &[u8], name: &str) -> bool {
    let end = field.iter().position(|byte| *byte == b':').unwrap_or(field.len());
    field[..end].trim_ascii_end().eq_ignore_ascii_case(name.as_bytes())
}

/// The names that are signed, one as often as it is signed.
fn names(fields: &[&[u8]]) -> Vec<&'static str> {
    let mut names = Vec::new();
    for name in SIGNED {
        let standing = fields.iter().filter(|field| is_named(field, name)).count();
        let times = standing + usize::from(AND_NO_MORE.contains(&name));
        names.extend(std::iter::repeat_n(name, times));
    }
    names
}

/// The named fields in their order; of several with one name the last comes first, and one that is
/// not there is nothing (RFC 6376 § 5.4.2).
fn relaxed_fields(fields: &[&[u8]], names: &[&str]) -> Vec<u8> {
    let mut data = Vec::new();
    for (at, name) in names.iter().enumerate() {
        let before = names[..at].iter().filter(|earlier| *earlier == name).count();
        if let Some(field) = fields.iter().rev().filter(|field| is_named(field, name)).nth(before) {
            data.extend(relaxed_field(field));
            data.extend_from_slice(b"\r\n");
        }
    }
    data
}

/// RFC 6376 § 3.4.2: the name in small letters, one blank for many, none at the ends.
fn relaxed_field(field: &[u8]) -> Vec<u8> {
    let colon = field.iter().position(|byte| *byte == b':').unwrap_or(field.len());
    let mut relaxed = field[..colon].trim_ascii_end().to_ascii_lowercase();
    relaxed.push(b':');
    let words = field.get(colon + 1..).unwrap_or_default().split(|byte| b" \t\r\n".contains(byte));
    for (at, word) in words.filter(|word| !word.is_empty()).enumerate() {
        if at > 0 {
            relaxed.push(b' ');
        }
        relaxed.extend_from_slice(word);
    }
    relaxed
}

/// RFC 6376 § 3.4.4: one blank for many, none at a line's end, no empty lines at the end.
fn relaxed_body(body: &[u8]) -> Vec<u8> {
    let mut relaxed = Vec::with_capacity(body.len());
    let mut end = 0;
    for line in body.split(|byte| *byte == b'\n') {
        let (start, mut gap) = (relaxed.len(), false);
        for byte in line.strip_suffix(b"\r").unwrap_or(line) {
            if matches!(byte, b' ' | b'\t') {
                gap = true;
                continue;
            }
            if std::mem::take(&mut gap) {
                relaxed.push(b' ');
            }
            relaxed.push(*byte);
        }
        let is_empty = relaxed.len() == start;
        relaxed.extend_from_slice(b"\r\n");
        if !is_empty {
            end = relaxed.len();
        }
    }
    relaxed.truncate(end);
    relaxed
}

/// Base64 on as many lines as it takes.
fn folded(base64: &str) -> String {
    let mut folded = String::with_capacity(base64.len() + base64.len() / 16);
    for (at, character) in base64.chars().enumerate() {
        if at > 0 && at % (COLUMNS - 4) == 0 {
            folded.push_str("\r\n\t");
        }
        folded.push(character);
    }
    folded
}

/// An RSA key (RFC 8017 § A.1.1) as DNS records have it: RFC 5280 § 4.1.2.7, in DER.
fn subject_public_key_info(key: &[u8]) -> Vec<u8> {
    // SEQUENCE { OBJECT IDENTIFIER rsaEncryption, NULL }
    const ALGORITHM: [u8; 15] = [0x30, 13, 6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 1, 5, 0];
    let bits = tagged(3, &[&[0], key].concat());
    tagged(0x30, &[&ALGORITHM[..], &bits].concat())
}

/// A value in DER with its tag and its length, which is below 64 KiB.
fn tagged(tag: u8, value: &[u8]) -> Vec<u8> {
    let length = u16::try_from(value.len()).unwrap_or(u16::MAX);
    let mut der = vec![tag];
    match length.to_be_bytes() {
        [0, short @ ..=127] => der.push(short),
        [0, short] => der.extend([0x81, short]),
        [high, low] => der.extend([0x82, high, low]),
    }
    der.extend_from_slice(value);
    der
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(bytes: &[u8]) -> String {
        String::from_utf8_lossy(bytes).into_owned()
    }

    #[test]
    fn bodies_are_relaxed_as_the_rfc_has_it() {
        for (body, expected) in [
            ("", ""),
            ("\r\n", ""),
            (" \t\r\n\r\n", ""),
            (" C \r\nD \t E\r\n\r\n\r\n", " C\r\nD E\r\n"),
            ("a", "a\r\n"),
            ("a\r\n\r\nb\r\n \r\n", "a\r\n\r\nb\r\n"),
        ] {
            assert_eq!(shown(&relaxed_body(body.as_bytes())), expected, "{body:?}");
        }
    }

    #[test]
    fn fields_are_relaxed_as_the_rfc_has_it() {
        for (field, expected) in [
            ("A: X", "a:X"),
            ("B : Y\t\r\n\tZ  ", "b:Y Z"),
            ("Subject:\r\n  two  words", "subject:two words"),
            ("Empty:", "empty:"),
        ] {
            assert_eq!(shown(&relaxed_field(field.as_bytes())), expected, "{field:?}");
        }
    }

    #[test]
    fn the_last_of_many_comes_first_and_none_is_nothing() {
        let fields: Vec<&[u8]> = vec![b"X: 1", b"From: a", b"x : 2"];
        assert_eq!(shown(&relaxed_fields(&fields, &["X", "From", "X", "X"])), "x:2\r\nfrom:a\r\nx:1\r\n");
    }
}
