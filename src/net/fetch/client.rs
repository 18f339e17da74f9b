//! The HTTP clients: one for direct requests, one for each proxy. Making one costs milliseconds, so
//! they live as long as the fetcher, and their connections with them.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use reqwest::header::{ACCEPT_ENCODING, HeaderMap, HeaderValue};
use reqwest::{Client, ClientBuilder, Proxy, redirect};
use rustls::ClientConfig;
use url::Url;

use crate::net::guard::{Guard, GuardedResolver};
use crate::net::tls;
use crate::news::errand::{Fault, FaultClass};

use super::Limits;
use super::fault::fault;

const CODINGS: &str = "gzip, br, zstd";

/// Shorter than what servers keep connections open for (Apache and Node: 5 s). Reusing one at the
/// very moment its server drops it would look like a fault of the feed.
const IDLE: Duration = Duration::from_secs(4);

/// Some answers carry more headers than hyper's 100 or 16 KiB (policies, reports and caches add up).
const MAX_HEADERS: usize = 256;
const MAX_HEADER_BYTES_H2: u32 = 128 << 10;

#[derive(Debug)]
pub(in crate::net) struct Clients {
    guard: Guard,
    direct: Client,
    maker: Maker,
    proxied: Mutex<HashMap<String, Client>>,
}

/// What every client is made of.
#[derive(Debug)]
struct Maker {
    headers: HeaderMap,
    user_agent: String,
    tls: ClientConfig,
    connect: Duration,
    per_host: usize,
}

impl Clients {
    pub fn new(limits: &Limits, ca: Option<&[u8]>) -> Result<Self, String> {
        let guard = Guard::new(&limits.allow_private);
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT_ENCODING, HeaderValue::from_static(CODINGS));
        let maker = Maker {
            headers,
            user_agent: limits.user_agent.clone(),
            tls: tls::client(tls::roots(ca)?, &[b"h2", b"http/1.1"])?,
            connect: limits.connect,
            per_host: limits.per_host,
        };
        let resolver = GuardedResolver { guard: guard.clone(), trusted: None };
        let direct = maker.base(resolver).no_proxy().build().map_err(|why| why.to_string())?;
        Ok(Self { guard, direct, maker, proxied: Mutex::default() })
    }

    /// The client for direct requests, or the one of a proxy.
    pub fn to_reach(&self, proxy: Option<&str>) -> Result<Client, Fault> {
        let Some(proxy) = proxy else { return Ok(self.direct.clone()) };
        let mut made = self.proxied.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(client) = made.get(proxy) {
            return Ok(client.clone());
        }
        let client = self
            .behind(proxy)
            .map_err(|why| fault(FaultClass::Connect, &format!("the proxy's URL cannot be used: {why}")))?;
        made.insert(proxy.to_owned(), client.clone());
        Ok(client)
    }

    fn behind(&self, proxy: &str) -> Result<Client, String> {
        let url = Url::parse(proxy).map_err(|why| why.to_string())?;
        let trusted = url.host_str().map(str::to_owned);
        let resolver = GuardedResolver { guard: self.guard.clone(), trusted };
        let proxy = Proxy::all(url).map_err(|why| why.without_url().to_string())?;
        self.maker.base(resolver).proxy(proxy).build().map_err(|why| why.without_url().to_string())
    }

    /// Judges the address that a URL names.
    pub fn check(&self, url: &Url, proxied: bool) -> Result<(), Fault> {
        let Some(host) = url.host() else {
            return Err(fault(FaultClass::Protocol, "the URL names no host"));
        };
        let verdict = if proxied { self.guard.check_behind_proxy(&host) } else { self.guard.check(&host) };
        verdict.map_err(|why| fault(FaultClass::Forbidden, &why.to_string()))
    }
}

impl Maker {
    fn base(&self, resolver: GuardedResolver) -> ClientBuilder {
        Client::builder()
            .default_headers(self.headers.clone())
            .user_agent(&self.user_agent)
            .tls_backend_preconfigured(self.tls.clone())
            .dns_resolver(resolver)
            .redirect(redirect::Policy::none())
            .retry(reqwest::retry::never())
            .referer(false)
            .connect_timeout(self.connect)
            .pool_idle_timeout(IDLE)
            .pool_max_idle_per_host(self.per_host)
            .http1_max_headers(MAX_HEADERS)
            .http2_max_header_list_size(MAX_HEADER_BYTES_H2)
            .http1_allow_obsolete_multiline_headers_in_responses(true)
            .http1_allow_spaces_after_header_name_in_responses(true)
            .http1_ignore_invalid_headers_in_responses(true)
    }
}
