//! Whom we trust: the system's certificates, and those the user adds. One setting for feeds and mail.

use std::sync::Arc;

use rustls::client::Resumption;
use rustls::crypto::ring;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{CertificateError, ClientConfig, RootCertStore};

/// Sessions remembered, so that the next handshake with a host is a short one.
const SESSIONS: usize = 1024;

/// The certificates that vouch for servers.
///
/// A system without any (a bare container) is no fault yet: plain HTTP works there, and a TLS
/// connection then fails with a message that says so.
///
/// # Errors
/// When `extra` (PEM) holds no certificate that can be read.
pub fn roots(extra: Option<&[u8]>) -> Result<RootCertStore, String> {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    if let Some(pem) = extra {
        add_pem(&mut roots, pem)?;
    }
    Ok(roots)
}

fn add_pem(roots: &mut RootCertStore, pem: &[u8]) -> Result<(), String> {
    let mut added = 0;
    for certificate in CertificateDer::pem_slice_iter(pem) {
        let certificate = certificate.map_err(|why| format!("the CA file is no PEM: {why}"))?;
        roots.add(certificate).map_err(|why| format!("a certificate of the CA file is not usable: {why}"))?;
        added += 1;
    }
    if added == 0 {
        return Err("the CA file holds no certificate (PEM, \"-----BEGIN CERTIFICATE-----\")".to_owned());
    }
    Ok(())
}

/// A client's side of TLS 1.2 and 1.3, with ring; `protocols` are offered in the handshake (ALPN).
///
/// # Errors
/// When ring cannot do either version, which no build of ours should see.
pub fn client(roots: RootCertStore, protocols: &[&[u8]]) -> Result<ClientConfig, String> {
    let mut config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|why| format!("TLS cannot be set up: {why}"))?
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = protocols.iter().map(|name| name.to_vec()).collect();
    config.resumption = Resumption::in_memory_sessions(SESSIONS);
    Ok(config)
}

/// What went wrong in a handshake, for a person.
#[must_use]
pub fn explain(error: &rustls::Error) -> String {
    use rustls::Error as E;
    match error {
        E::InvalidCertificate(why) => explain_certificate(why),
        E::InvalidMessage(_) => "the server does not speak TLS on this port".to_owned(),
        E::AlertReceived(alert) => format!("the server broke the TLS handshake off ({alert:?})"),
        E::PeerIncompatible(_) => "the server knows no TLS version or cipher that is still safe".to_owned(),
        E::NoCertificatesPresented => "the server showed no certificate".to_owned(),
        other => format!("TLS failed: {other}"),
    }
}

fn explain_certificate(why: &CertificateError) -> String {
    use CertificateError as C;
    match why {
        C::NotValidForName | C::NotValidForNameContext { .. } => "the certificate is for another name",
        C::Expired | C::ExpiredContext { .. } => "the certificate has expired",
        C::NotValidYet | C::NotValidYetContext { .. } => "the certificate is not valid yet",
        C::Revoked => "the certificate was revoked",
        C::UnknownIssuer => "the certificate is signed by nobody we trust",
        C::BadEncoding => "the certificate cannot be read",
        C::BadSignature => "the certificate's signature is wrong",
        C::InvalidPurpose | C::InvalidPurposeContext { .. } => "the certificate is not one for servers",
        // webpki's word for a certificate that signed itself and is used by a server as it is.
        C::Other(why) if why.to_string().contains("CaUsedAsEndEntity") => "the certificate is self-signed",
        other => return format!("the certificate is not valid: {other}"),
    }
    .to_owned()
}
