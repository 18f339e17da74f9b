//! What is sent: validators as they came, and what the feed's own server may know.

use base64::prelude::{BASE64_STANDARD, Engine as _};
use percent_encoding::percent_decode_str;
use reqwest::header::{
    ACCEPT, AUTHORIZATION, HeaderMap, HeaderName, HeaderValue, IF_MODIFIED_SINCE, IF_NONE_MATCH,
};
use reqwest::{Method, Request};
use url::Url;

use crate::news::errand::{Access, Fault, FaultClass, Fetch, Secret, Validators};

use super::fault::fault;
use super::trail::Trail;

/// One errand's headers, made once for all hops.
#[derive(Debug)]
pub(super) struct Ask {
    pub validators: Validators,
    /// For every hop.
    open: HeaderMap,
    /// For the feed's own origin only.
    own: HeaderMap,
}

impl Ask {
    pub fn new(errand: &Fetch, types: &'static str) -> Result<Self, Fault> {
        let mut open = HeaderMap::with_capacity(8);
        open.insert(ACCEPT, HeaderValue::from_static(types));
        if let Some(etag) = errand.validators.etag.as_deref().and_then(from_opaque) {
            open.insert(IF_NONE_MATCH, etag);
            // RFC 3229: a delta is only possible against an instance that we name.
            open.insert(HeaderName::from_static("a-im"), HeaderValue::from_static("feed"));
        }
        if let Some(modified) = errand.validators.last_modified.as_deref().and_then(from_opaque) {
            open.insert(IF_MODIFIED_SINCE, modified);
        }
        Ok(Self {
            validators: errand.validators.clone(),
            open,
            own: own_headers(&errand.access, &errand.url)?,
        })
    }

    pub fn conditional(&self) -> bool {
        self.open.contains_key(IF_NONE_MATCH) || self.open.contains_key(IF_MODIFIED_SINCE)
    }

    pub fn has_login(&self) -> bool {
        !self.own.is_empty()
    }

    pub fn request(&self, trail: &Trail) -> Request {
        let mut request = Request::new(Method::GET, trail.here().clone());
        let headers = request.headers_mut();
        *headers = self.open.clone();
        if trail.at_home() {
            for name in self.own.keys() {
                headers.remove(name);
            }
            for (name, value) in &self.own {
                headers.append(name.clone(), value.clone());
            }
        }
        request
    }
}

/// Opaque bytes travel in a `String` as Latin-1: every byte one character. So an ETag comes back byte
/// for byte whatever it is encoded in.
pub(super) fn to_opaque(value: &HeaderValue) -> String {
    value.as_bytes().iter().map(|&byte| char::from(byte)).collect()
}

/// The way back; `None` for what no header can carry and so no header brought.
fn from_opaque(text: &str) -> Option<HeaderValue> {
    let bytes: Vec<u8> = text.chars().map(|c| u8::try_from(c).ok()).collect::<Option<_>>()?;
    if bytes.is_empty() { None } else { HeaderValue::from_bytes(&bytes).ok() }
}

/// What the server at `url`, and no other, may know.
pub(in crate::net) fn own_headers(access: &Access, url: &str) -> Result<HeaderMap, Fault> {
    let Access { headers, basic, bearer, proxy: _ } = access;
    let mut own = HeaderMap::new();
    if let Some((user, Secret(password))) = basic.clone().or_else(|| login_in_url(url)) {
        let pair = BASE64_STANDARD.encode(format!("{user}:{password}"));
        own.insert(AUTHORIZATION, secret(format!("Basic {pair}").as_bytes())?);
    }
    if let Some(Secret(token)) = bearer {
        own.insert(AUTHORIZATION, secret(format!("Bearer {token}").as_bytes())?);
    }
    for (name, Secret(value)) in headers {
        let name = HeaderName::from_bytes(name.as_bytes())
            .map_err(|_| fault(FaultClass::Protocol, &format!("\"{name}\" is no header name")))?;
        own.append(name, secret(value.as_bytes())?);
    }
    Ok(own)
}

fn secret(bytes: &[u8]) -> Result<HeaderValue, Fault> {
    let mut value = HeaderValue::from_bytes(bytes)
        .map_err(|_| fault(FaultClass::Protocol, "a login or header has a character no header can carry"))?;
    value.set_sensitive(true);
    Ok(value)
}

/// `https://user:password@host/feed`, as readers have always allowed it.
fn login_in_url(url: &str) -> Option<(String, Secret)> {
    let url = Url::parse(url).ok()?;
    let decode = |text: &str| percent_decode_str(text).decode_utf8_lossy().into_owned();
    match (url.username(), url.password()) {
        ("", None) => None,
        (user, password) => Some((decode(user), Secret(decode(password.unwrap_or_default())))),
    }
}
