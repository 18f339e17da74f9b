//! The way from the URL that was asked to the one that answered.

use percent_encoding::{CONTROLS, percent_encode};
use reqwest::header::LOCATION;
use reqwest::{Response, StatusCode};
use url::{Origin, Url};

use crate::news::errand::{Fault, FaultClass};

use super::fault::fault;

/// Where we are, how we came here, and what of the feed's secrets may still be shown.
#[derive(Debug)]
pub(super) struct Trail {
    /// As the user wrote it, login included.
    start: Url,
    home: Origin,
    /// Without logins and fragments; the last is where we are.
    visited: Vec<Url>,
    /// Every hop so far was a permanent one.
    permanent: bool,
    /// Never left the feed's own origin. Once left, a way back does not count: the path would be
    /// another's choice.
    at_home: bool,
}

impl Trail {
    pub fn start(url: &str) -> Result<Self, Fault> {
        let unusable =
            |why: &str| fault(FaultClass::Protocol, &format!("the feed's URL cannot be used: {why}"));
        let start = Url::parse(url).map_err(|why| unusable(&why.to_string()))?;
        let first = bare(start.clone()).map_err(|why| unusable(&why))?;
        Ok(Self { home: first.origin(), start, visited: vec![first], permanent: true, at_home: true })
    }

    pub fn here(&self) -> &Url {
        self.visited.last().unwrap_or(&self.start)
    }

    pub fn at_home(&self) -> bool {
        self.at_home
    }

    /// One hop on.
    pub fn follow(&mut self, status: StatusCode, location: &str, most: usize) -> Result<(), Fault> {
        let next = self
            .here()
            .join(location)
            .map_err(|why| redirect_fault(&format!("to what cannot be used: {location}: {why}")))?;
        let next = bare(next).map_err(|why| redirect_fault(&format!("to what cannot be used: {why}")))?;
        if self.visited.contains(&next) {
            return Err(redirect_fault(&format!("in a circle, back to {next}")));
        }
        if self.visited.len() > most {
            return Err(redirect_fault(&format!("more than {most} times, at last to {next}")));
        }
        self.permanent &= is_permanent(status);
        self.at_home &= next.origin() == self.home;
        self.visited.push(next);
        Ok(())
    }

    /// The URL to remember, when every hop was permanent. A login in the old URL stays in the new one
    /// while the origin is the same.
    pub fn moved_to(&self) -> Option<String> {
        if self.visited.len() < 2 || !self.permanent {
            return None;
        }
        let mut moved = self.here().clone();
        if self.at_home {
            moved.set_username(self.start.username()).ok()?;
            moved.set_password(self.start.password()).ok()?;
        }
        Some(moved.into())
    }
}

/// Where a redirect points to; `None` when the answer is none.
pub(super) fn redirect(response: &Response) -> Result<Option<String>, Fault> {
    if !matches!(response.status().as_u16(), 301 | 302 | 303 | 307 | 308) {
        return Ok(None);
    }
    match response.headers().get(LOCATION) {
        Some(location) if !location.is_empty() => Ok(Some(in_ascii(location.as_bytes()))),
        _ => Err(redirect_fault("without saying where to")),
    }
}

fn is_permanent(status: StatusCode) -> bool {
    matches!(status, StatusCode::MOVED_PERMANENTLY | StatusCode::PERMANENT_REDIRECT)
}

/// Raw bytes in a `Location` (Cyrillic paths, in whatever encoding) mean themselves.
fn in_ascii(location: &[u8]) -> String {
    percent_encode(location, CONTROLS).to_string()
}

/// An http(s) URL without what no server needs to see.
fn bare(mut url: Url) -> Result<Url, String> {
    if !matches!(url.scheme(), "http" | "https") {
        return Err(format!("{}: is neither http nor https", url.scheme()));
    }
    url.set_fragment(None);
    // Both can only fail for URLs without a host, which http(s) never lacks.
    let _ = url.set_username("");
    let _ = url.set_password(None);
    Ok(url)
}

fn redirect_fault(how: &str) -> Fault {
    fault(FaultClass::Redirect, &format!("redirected {how}"))
}
