//! Signed letters, checked by a reader of signatures that shares no code with the signer: RFC 6376 § 6 in
//! its plainest form, held by the examples of RFC 8463.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use chrono::{DateTime, Utc};
use regex::Regex;
use ring::signature::{self, UnparsedPublicKey, VerificationAlgorithm};
use wirewatch::news::digest::Issue;
use wirewatch::news::letter::{Letterhead, Signer, compose};

const KEYS: [(&str, &str); 3] = [
    ("rsa.pem", include_str!("dkim/rsa.pem")),
    ("rsa.pkcs1.pem", include_str!("dkim/rsa.pkcs1.pem")),
    ("ed25519.pem", include_str!("dkim/ed25519.pem")),
];

fn now() -> DateTime<Utc> {
    "2026-11-24T03:00:04Z".parse().expect("a date")
}

fn signer(pem: &str) -> Result<Signer, String> {
    Signer::new(pem, "example.org".to_owned(), "watch".to_owned())
}

/// An ordinary letter that is signed, and the record to check it by.
fn signed(pem: &str) -> (String, String) {
    let signer = signer(pem).expect("a key");
    let (name, record) = signer.record();
    assert_eq!(name, "watch._domainkey.example.org");
    let letterhead = Letterhead {
        unsubscribe: Some("https://example.org/leave?who={recipient}".to_owned()),
        signer: Some(signer),
        ..Letterhead::plain("wirewatch <wirewatch@example.org>")
    };
    let issue: Issue = serde_json::from_str(include_str!("letter/ordinary.json")).expect("a whole issue");
    let letters = compose(&letterhead, &issue, &["desk@example.org".to_owned()], now());
    let again = compose(&letterhead, &issue, &["desk@example.org".to_owned()], now());
    assert_eq!(letters, again, "a repeat is the same");
    (String::from_utf8(letters[0].bytes.clone()).expect("ASCII"), record)
}

/// What is wrong with a message's first signature.
fn check(message: &str, record: &str) -> Result<(), &'static str> {
    let (head, body) = message.split_once("\r\n\r\n").ok_or("no body")?;
    let fields = unfolded(head);
    let (_, signature) = fields.iter().find(|(name, _)| name == "dkim-signature").ok_or("not signed")?;
    let tags = tags(signature);
    let tag = |name: &str| tags.iter().find(|(tag, _)| tag == name).map(|(_, value)| value.as_str());
    let decoded = |text: Option<&str>| BASE64_STANDARD.decode(text.unwrap_or_default()).unwrap_or_default();
    let hash = |text: &str| ring::digest::digest(&ring::digest::SHA256, text.as_bytes());
    if tag("c") != Some("relaxed/relaxed") || decoded(tag("bh")) != hash(&relaxed_body(body)).as_ref() {
        return Err("another body");
    }
    let mut left = fields.clone();
    let mut data = String::new();
    for name in tag("h").unwrap_or_default().split(':').map(str::to_ascii_lowercase) {
        if let Some(at) = left.iter().rposition(|(other, _)| *other == name) {
            data.extend([&name, ":", &left.remove(at).1, "\r\n"]);
        }
    }
    let unsigned = Regex::new(r"(^|; ?)b=[^;]*").unwrap().replace(signature, "${1}b=");
    data.extend(["dkim-signature:", &unsigned]);
    let key = decoded(record.split("p=").nth(1));
    let (algorithm, key, data): (&dyn VerificationAlgorithm, _, _) = match tag("a") {
        Some("ed25519-sha256") => (&signature::ED25519, key.as_slice(), hash(&data).as_ref().to_vec()),
        _ => (&signature::RSA_PKCS1_1024_8192_SHA256_FOR_LEGACY_USE_ONLY, inner_key(&key), data.into_bytes()),
    };
    UnparsedPublicKey::new(algorithm, key).verify(&data, &decoded(tag("b"))).map_err(|_| "another signature")
}

/// Names in small letters, values relaxed.
fn unfolded(head: &str) -> Vec<(String, String)> {
    let blanks = Regex::new(r"[ \t\r\n]+").unwrap();
    let head = Regex::new(r"\r\n[ \t]+").unwrap().replace_all(head, " ").into_owned();
    let field = |line: &str| {
        let (name, value) = line.split_once(':').expect("a field");
        (name.trim().to_ascii_lowercase(), blanks.replace_all(value.trim(), " ").into_owned())
    };
    head.split("\r\n").map(field).collect()
}

fn tags(signature: &str) -> Vec<(String, String)> {
    let tag = |tag: &str| {
        let (name, value) = tag.split_once('=')?;
        Some((name.trim().to_owned(), value.split_whitespace().collect()))
    };
    signature.split(';').filter_map(tag).collect()
}

fn relaxed_body(body: &str) -> String {
    let blanks = Regex::new(r"[ \t]+").unwrap();
    let lines = body.split("\r\n").map(|line| blanks.replace_all(line, " ").trim_end().to_owned());
    let relaxed = lines.collect::<Vec<_>>().join("\r\n");
    let relaxed = relaxed.trim_end_matches("\r\n");
    if relaxed.is_empty() { String::new() } else { format!("{relaxed}\r\n") }
}

/// The RSAPublicKey in a SubjectPublicKeyInfo: what stands in its BIT STRING.
fn inner_key(info: &[u8]) -> &[u8] {
    let Some(at) = info.windows(3).position(|bytes| bytes == [5, 0, 3]) else { return &[] };
    let long = info[at + 3];
    let length = if long & 0x80 == 0 { 1 } else { 1 + usize::from(long & 0x7f) };
    &info[at + 3 + length + 1..]
}

/// RFC 8463, appendix A: the checker itself, with signatures that others made.
#[test]
fn the_examples_of_rfc_8463_are_good() {
    let message = include_str!("dkim/rfc8463.eml").replace('\n', "\r\n");
    let ed25519 = "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=";
    assert_eq!(check(&message, ed25519), Ok(()));
    assert_eq!(check(&message.replace("hungry", "angry"), ed25519), Err("another body"));
    assert_eq!(check(&message.replace("dinner", "supper"), ed25519), Err("another signature"));
    let (_, second) =
        message.split_once("DKIM-Signature").expect("one").1.split_once("DKIM-Signature").expect("two");
    let rsa = "v=DKIM1; k=rsa; p=MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDkHlOQoBTzWRiGs5V6NpP3idY6Wk08a5qhdR6wy5bdOKb2jLQiY/J16JYi0Qvx/byYzCNb3W91y3FutACDfzwQ/BC/e/8uBsCR+yz1Lxj+PL6lHvqMKrM3rG4hstT5QjvHO9PzoxZyVYLzBfO2EeC3Ip3G+2kryOTIKT+l/K4w3QIDAQAB";
    assert_eq!(check(&format!("DKIM-Signature{second}"), rsa), Ok(()));
}

#[test]
fn letters_are_signed_by_every_kind_of_key() {
    for (name, pem) in KEYS {
        let (message, record) = signed(pem);
        assert_eq!(check(&message, &record), Ok(()), "{name}");
        let head = message.split("\r\n\r\n").next().unwrap_or_default();
        assert!(head.split("\r\n").take(16).all(|line| line.len() <= 78), "{name}: {head}");
    }
    let (message, _) = signed(KEYS[0].1);
    let (_, of_another) = signed(KEYS[2].1);
    assert_eq!(check(&message, &of_another), Err("another signature"));
}

/// What may happen on the way, and what may not.
#[test]
fn a_signature_holds_what_is_said_and_nothing_else() {
    let add = |field: &str| format!("{field}\r\nDKIM-Signature:");
    let cases: [(&str, &str, &str, bool); 13] = [
        ("a trace is added", "DKIM-Signature:", &add("Received: from a by b"), true),
        ("a header is folded anew", "Date: Tue,", "Date:\r\n  Tue,", true),
        ("a name in other letters", "\r\nSubject:", "\r\nSUBJECT :", true),
        ("blanks at a line's end", "</html>\r\n", "</html> \t\r\n", true),
        ("empty lines at the end", "--\r\n", "--\r\n\r\n\r\n", true),
        ("another sender", "\r\nFrom: wirewatch", "\r\nFrom: whowatch", false),
        ("a second sender", "\r\nFrom:", "\r\nFrom: eve@example.org\r\nFrom:", false),
        ("a second sender, last", "MIME-Version:", "From: eve@example.org\r\nMIME-Version:", false),
        ("a second subject", "\r\nSubject:", "\r\nSubject: Win\r\nSubject:", false),
        ("where answers go", "\r\nSubject:", "\r\nReply-To: eve@example.org\r\nSubject:", false),
        ("another way to leave", "who=", "whom=", false),
        ("another list", "List-Id: morning", "List-Id: evening", false),
        ("another text", "The watch", "The catch", false),
    ];
    for (_, pem) in KEYS {
        let (message, record) = signed(pem);
        for (what, from, to, holds) in cases {
            let changed = message.replacen(from, to, 1);
            assert!(changed != message, "{what}: there is no {from}");
            assert_eq!(check(&changed, &record).is_ok(), holds, "{what}");
        }
    }
}

#[test]
fn the_record_is_the_keys_public_half() {
    let (_, record) = signed(KEYS[0].1);
    let public: String =
        include_str!("dkim/public.pem").lines().filter(|line| !line.starts_with('-')).collect();
    assert_eq!(record, format!("v=DKIM1; k=rsa; p={public}"));
}

#[test]
fn keys_that_cannot_sign_say_why() {
    for (pem, expected) in [
        ("", "this is no private key in PEM"),
        ("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n", "the key cannot be used"),
        (include_str!("dkim/public.pem"), "this is the public half"),
        (include_str!("dkim/locked.pem"), "the key is locked by a passphrase"),
        (include_str!("dkim/short.pem"), "the key has less than 2048 bits"),
        (include_str!("dkim/ecdsa.pem"), "the key is neither RSA nor Ed25519"),
    ] {
        let why = signer(pem).err().unwrap_or_default();
        assert!(why.starts_with(expected), "{expected}: {why}");
    }
}
