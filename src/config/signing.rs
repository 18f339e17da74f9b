//! The keys of `[mail]` by which letters are signed: `dkim_…`.

use super::fault::{Fault, quoted};
use super::secret::Vault;
use super::section::{Flaw, Section};
use crate::news::letter::Signer;

const MAKE: &str =
    "`openssl genrsa -out dkim.pem 2048` makes one; `wirewatch mail dkim` says what to publish";

/// Signs as the sender's domain, or another one that is named. `None` also for who leaves secrets alone.
pub fn signer(
    section: &Section<'_>,
    from: Option<&str>,
    vault: &Vault,
    faults: &mut Vec<Fault>,
) -> Option<Signer> {
    let selector = section.read("dkim_selector", faults, |written| name(written, "selector"));
    let domain = section.read("dkim_domain", faults, |written| name(written, "domain"));
    let Some(key_file) = section.text("dkim_key_file") else {
        let place = section.place_of_key("dkim_selector").or(section.place_of_key("dkim_domain"));
        faults.extend(place.map(|place| {
            Fault::at(place, "there is no key to sign with").help("add dkim_key_file = \"dkim.pem\"")
        }));
        return None;
    };
    if !section.has("dkim_selector") {
        faults.push(
            Fault::at(key_file.place(), "a key to sign with has no name in the DNS").help(
                "add dkim_selector = \"wirewatch\": receivers look for wirewatch._domainkey.YOUR-DOMAIN",
            ),
        );
    }
    let sender = from.and_then(domain_of);
    warn_of_another_domain(section, domain.as_deref(), sender.as_deref(), faults);
    let key = vault.document(section, "dkim_key_file", faults)?;
    Signer::new(&key.0, domain.or(sender)?, selector?)
        .map_err(|why| faults.push(Fault::at(key_file.place(), format!("in this file: {why}")).help(MAKE)))
        .ok()
}

/// DMARC (RFC 7489 § 3.1.1) heeds a signature only of the domain that the reader sees.
fn warn_of_another_domain(
    section: &Section<'_>,
    domain: Option<&str>,
    sender: Option<&str>,
    faults: &mut Vec<Fault>,
) {
    let (Some(domain), Some(sender), Some(place)) = (domain, sender, section.place_of_key("dkim_domain"))
    else {
        return;
    };
    let below = |inner: &str, outer: &str| inner.strip_suffix(outer).is_some_and(|rest| rest.ends_with('.'));
    if domain != sender && !below(domain, sender) && !below(sender, domain) {
        let message = format!("{} signs for letters from {}", quoted(domain), quoted(sender));
        faults.push(
            Fault::at(place, message)
                .warning()
                .help("receivers heed a signature of the sender's own domain, or of one above or below it"),
        );
    }
}

fn domain_of(from: &str) -> Option<String> {
    let (_, domain) = from.trim_end_matches('>').rsplit_once('@')?;
    match url::Host::parse(domain).ok()? {
        url::Host::Domain(domain) => Some(domain),
        _ => None,
    }
}

/// A domain or a selector: labels with dots between them.
fn name(written: &str, what: &str) -> Result<String, Flaw> {
    let is_label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
    };
    if written.len() <= 253 && written.split('.').all(is_label) {
        return Ok(written.to_ascii_lowercase());
    }
    Err(Flaw::whole(written, format!("{} is no {what}", quoted(written)))
        .help("letters, digits and hyphens, with dots between them"))
}
