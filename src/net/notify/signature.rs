//! Standard Webhooks 1.0: id, time and body are signed together, so that a receiver knows who sent a
//! request, and an old one that somebody sends again.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use chrono::{DateTime, Utc};
use ring::hmac;

use crate::news::errand::Secret;

/// The key that a secret stands for.
#[derive(Debug, Clone)]
pub(super) struct Signer {
    key: hmac::Key,
}

impl Signer {
    /// `whsec_` and base64, as the specification writes secrets; any other text is the key as it stands.
    pub fn new(Secret(secret): &Secret) -> Result<Self, String> {
        let bytes = match secret.strip_prefix("whsec_") {
            Some(rest) => {
                BASE64_STANDARD.decode(rest).map_err(|why| format!("the webhook's secret: {why}"))?
            }
            None => secret.as_bytes().to_vec(),
        };
        Ok(Self { key: hmac::Key::new(hmac::HMAC_SHA256, &bytes) })
    }

    /// The value of `webhook-signature`.
    pub fn sign(&self, id: &str, at: DateTime<Utc>, body: &[u8]) -> String {
        let mut context = hmac::Context::with_key(&self.key);
        context.update(format!("{id}.{}.", at.timestamp()).as_bytes());
        context.update(body);
        format!("v1,{}", BASE64_STANDARD.encode(context.sign()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Made with `openssl dgst -sha256 -mac HMAC`, the key being the 24 bytes of the first secret.
    #[test]
    fn signs_as_another_program_does() {
        let at = DateTime::from_timestamp(1_800_000_000, 0).unwrap();
        for (secret, expected) in [
            ("whsec_MDEyMzQ1Njc4OWFiY2RlZmdoaWprbG1u", "v1,mNpDhp77yCTq4RZoXoYK/Z+Bo3OBoUlp0T17VWYVhO4="),
            ("0123456789abcdefghijklmn", "v1,mNpDhp77yCTq4RZoXoYK/Z+Bo3OBoUlp0T17VWYVhO4="),
        ] {
            let signer = Signer::new(&Secret(secret.to_owned())).unwrap();
            assert_eq!(signer.sign("id_1", at, b"{\"text\":\"caf\xc3\xa9\"}"), expected, "{secret}");
        }
        assert!(Signer::new(&Secret("whsec_***".to_owned())).is_err());
    }
}
