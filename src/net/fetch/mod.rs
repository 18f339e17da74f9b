//! Conditional GET with its own redirect loop, deadlines and a cap on decoded bytes.
//!
//! One errand is one GET and the redirects it leads to. Nothing is retried and nothing is remembered
//! here but open connections: what an answer means for the feed is decided by who asked.

mod answer;
mod body;
pub(super) mod client;
mod coding;
pub(super) mod fault;
pub(super) mod fresh;
mod meter;
pub(super) mod request;
mod trail;

use std::sync::Arc;
use std::time::Duration;

use ipnet::IpNet;
use reqwest::{Client, Response};
use tokio::time::Instant;

use crate::news::errand::{Fault, FaultClass, Fetch, Reply};

use self::body::Raw;
pub use self::body::Room;
use self::client::Clients;
use self::fault::fault;
use self::meter::Meter;
use self::request::Ask;
use self::trail::{Trail, redirect};

const FEED_TYPES: &str = "application/atom+xml, application/rss+xml, application/feed+json, \
     application/rdf+xml, application/xml;q=0.9, text/xml;q=0.9, application/json;q=0.8, */*;q=0.5";
const PAGE_TYPES: &str = "text/html, application/xhtml+xml;q=0.9, */*;q=0.5";

/// The bounds of every request.
#[derive(Debug, Clone)]
pub struct Limits {
    /// `wirewatch/VERSION (+contact)`
    pub user_agent: String,
    pub allow_private: Vec<IpNet>,
    /// Name look-up, TCP and TLS.
    pub connect: Duration,
    /// From the request to the end of the answer's header, connecting included, for each hop.
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
pub struct Fetcher {
    shared: Arc<Shared>,
}

/// A reply, and the memory that its body takes in the budget of all bodies.
#[derive(Debug)]
pub struct Fetched {
    pub reply: Reply,
    /// To be held until the body has been read into entries.
    pub room: Room,
}

#[derive(Debug)]
struct Shared {
    limits: Limits,
    clients: Clients,
    bodies: body::Reader,
}

impl Fetcher {
    /// # Errors
    /// When TLS cannot be set up or the user agent is no header value.
    pub fn new(limits: Limits) -> Result<Self, String> {
        Self::trusting(limits, None)
    }

    /// Like [`Fetcher::new`], but also trusts the certificates of `ca` (PEM).
    ///
    /// # Errors
    /// When TLS cannot be set up, `ca` holds no certificate or the user agent is no header value.
    pub fn trusting(limits: Limits, ca: Option<&[u8]>) -> Result<Self, String> {
        let clients = Clients::new(&limits, ca)?;
        let bodies = body::Reader::new(limits.max_body);
        Ok(Self { shared: Arc::new(Shared { limits, clients, bodies }) })
    }

    /// One conditional GET.
    ///
    /// The reply's validators are those of the answer; a 304 that names none means that those which
    /// were sent still hold, so the reply carries them on.
    ///
    /// # Errors
    /// With the class of what went wrong; nothing is retried here.
    pub async fn fetch(&self, errand: &Fetch) -> Result<Fetched, Fault> {
        self.get(errand, FEED_TYPES).await
    }

    /// The page of an article: the same, but a page is asked for, where a server has both.
    ///
    /// # Errors
    /// As [`Fetcher::fetch`].
    pub async fn fetch_page(&self, errand: &Fetch) -> Result<Fetched, Fault> {
        self.get(errand, PAGE_TYPES).await
    }

    async fn get(&self, errand: &Fetch, types: &'static str) -> Result<Fetched, Fault> {
        let total = self.shared.limits.total;
        let meter = Meter::start();
        let deadline = meter.began + total;
        let followed = self.shared.follow(errand, types, deadline, &meter);
        let came = tokio::time::timeout_at(deadline, followed).await.unwrap_or_else(|_| {
            Err(fault(FaultClass::Timeout, &format!("not complete within {} s", total.as_secs_f32())))
        });
        meter.stop();
        // From here on it is our own time: what has come in time is not late because our processor is busy.
        let ended = match came {
            Ok((reply, raw)) => self.shared.unpack(reply, raw, deadline, &meter).await,
            Err(why) => Err(why),
        };
        meter.read(ended)
    }
}

impl Shared {
    /// Asks, and follows redirects to where the answer is.
    async fn follow(
        &self,
        errand: &Fetch,
        types: &'static str,
        deadline: Instant,
        meter: &Meter,
    ) -> Result<(Reply, Option<Raw>), Fault> {
        let proxy = errand.access.proxy.as_deref();
        let client = self.clients.to_reach(proxy)?;
        let ask = Ask::new(errand, types)?;
        let mut trail = Trail::start(&errand.url)?;
        loop {
            self.clients.check(trail.here(), proxy.is_some())?;
            let response = self.send(&client, &ask, &trail).await.map_err(|why| named(why, proxy))?;
            meter.note_status(response.status());
            match redirect(&response)? {
                None => return self.read(response, &ask, &trail, deadline, meter).await,
                Some(location) => trail.follow(response.status(), &location, self.limits.redirects)?,
            }
        }
    }

    async fn send(&self, client: &Client, ask: &Ask, trail: &Trail) -> Result<Response, Fault> {
        let first_byte = self.limits.first_byte;
        let sent = client.execute(ask.request(trail));
        match tokio::time::timeout(first_byte, sent).await {
            Ok(Ok(response)) => Ok(response),
            Ok(Err(why)) => Err(fault::unsent(&why, &self.limits)),
            Err(_) => {
                Err(fault(FaultClass::Timeout, &format!("no answer within {} s", first_byte.as_secs_f32())))
            }
        }
    }

    async fn read(
        &self,
        response: Response,
        ask: &Ask,
        trail: &Trail,
        deadline: Instant,
        meter: &Meter,
    ) -> Result<(Reply, Option<Raw>), Fault> {
        let reply = answer::judge(response.status(), response.headers(), ask, trail)?;
        if reply.not_modified {
            return Ok((reply, None));
        }
        let raw = self.bodies.receive(response, deadline, meter).await?;
        Ok((reply, Some(raw)))
    }

    async fn unpack(
        &self,
        mut reply: Reply,
        raw: Option<Raw>,
        deadline: Instant,
        meter: &Meter,
    ) -> Result<Fetched, Fault> {
        let mut room = Room::default();
        if let Some(raw) = raw {
            (reply.body, room) = self.bodies.unpack(raw, deadline, meter).await?;
        }
        Ok(Fetched { reply, room })
    }
}

/// A failed connection through a proxy may be the proxy's fault, and the user should look there first.
fn named(why: Fault, proxy: Option<&str>) -> Fault {
    match proxy {
        Some(_) => fault(why.class, &format!("through the proxy: {}", why.detail)),
        None => why,
    }
}
