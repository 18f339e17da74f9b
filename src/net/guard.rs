//! Which addresses may be contacted.
//!
//! A feed's URL, a redirect or a DNS answer is a stranger's word. None of them may make us talk to
//! the router, the database next door or the cloud's metadata service (169.254.169.254). So every
//! literal address is judged before each hop, and every resolved address just before it is connected
//! to: a name that changes its address between two look-ups gains nothing.
//!
//! What cannot be judged: the addresses of names that a proxy resolves for us, and the prefix that a
//! network chose for its own NAT64.

use std::fmt;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;

use ipnet::{IpNet, Ipv4Net, Ipv6Net};
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use url::Host;

/// Never the address of a public server: IANA's IPv4 special-purpose registry, and multicast.
const REFUSED_V4: [(Ipv4Net, &str); 15] = [
    (v4([0, 0, 0, 0], 8), "unspecified"),
    (v4([10, 0, 0, 0], 8), "private"),
    (v4([100, 64, 0, 0], 10), "shared by a provider's customers"),
    (v4([127, 0, 0, 0], 8), "loopback"),
    (v4([169, 254, 0, 0], 16), "link-local"),
    (v4([172, 16, 0, 0], 12), "private"),
    (v4([192, 0, 0, 0], 24), "reserved"),
    (v4([192, 0, 2, 0], 24), "for documentation"),
    (v4([192, 88, 99, 0], 24), "reserved"),
    (v4([192, 168, 0, 0], 16), "private"),
    (v4([198, 18, 0, 0], 15), "for benchmarks"),
    (v4([198, 51, 100, 0], 24), "for documentation"),
    (v4([203, 0, 113, 0], 24), "for documentation"),
    (v4([224, 0, 0, 0], 4), "multicast"),
    (v4([240, 0, 0, 0], 4), "reserved"),
];

/// Refused for what they are; other addresses outside 2000::/3 are refused as reserved.
const REFUSED_V6: [(Ipv6Net, &str); 8] = [
    (v6([0, 0, 0, 0, 0, 0, 0, 0], 128), "unspecified"),
    (v6([0, 0, 0, 0, 0, 0, 0, 1], 128), "loopback"),
    (v6([0xfc00, 0, 0, 0, 0, 0, 0, 0], 7), "private"),
    (v6([0xfe80, 0, 0, 0, 0, 0, 0, 0], 10), "link-local"),
    (v6([0xff00, 0, 0, 0, 0, 0, 0, 0], 8), "multicast"),
    // Teredo, benchmarks, ORCHID: tunnels and experiments, no servers.
    (v6([0x2001, 0, 0, 0, 0, 0, 0, 0], 23), "reserved"),
    (v6([0x2001, 0xdb8, 0, 0, 0, 0, 0, 0], 32), "for documentation"),
    (v6([0x3fff, 0, 0, 0, 0, 0, 0, 0], 20), "for documentation"),
];

const GLOBAL_V6: Ipv6Net = v6([0x2000, 0, 0, 0, 0, 0, 0, 0], 3);
const SIX_TO_FOUR: Ipv6Net = v6([0x2002, 0, 0, 0, 0, 0, 0, 0], 16);
/// RFC 6052: what DNS64 answers in networks without IPv4.
const NAT64: Ipv6Net = v6([0x64, 0xff9b, 0, 0, 0, 0, 0, 0], 96);

const fn v4(octets: [u8; 4], prefix: u8) -> Ipv4Net {
    let [a, b, c, d] = octets;
    Ipv4Net::new_assert(Ipv4Addr::new(a, b, c, d), prefix)
}

const fn v6(groups: [u16; 8], prefix: u8) -> Ipv6Net {
    let g = groups;
    Ipv6Net::new_assert(Ipv6Addr::new(g[0], g[1], g[2], g[3], g[4], g[5], g[6], g[7]), prefix)
}

/// Tells public addresses from all others; cheap to clone.
#[derive(Debug, Clone)]
pub struct Guard {
    allowed: Arc<[IpNet]>,
}

/// An address that may not be contacted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    pub host: String,
    pub address: IpAddr,
    /// What kind of address it is: `private`, `loopback`, …
    pub kind: &'static str,
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { host, address, kind } = self;
        if *host == address.to_string() {
            write!(f, "the address {address} is {kind} and not in allow_private")
        } else {
            write!(f, "{host} is {address}, an address that is {kind} and not in allow_private")
        }
    }
}

impl std::error::Error for Refused {}

/// A name without an address.
#[derive(Debug)]
pub struct Unresolved {
    pub host: String,
    pub why: io::Error,
}

impl fmt::Display for Unresolved {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let why = self.why.to_string();
        // What the standard library puts before the system's own words says nothing more.
        let why = why.strip_prefix("failed to lookup address information: ").unwrap_or(&why);
        write!(f, "the name {} cannot be resolved: {why}", self.host)
    }
}

impl std::error::Error for Unresolved {}

impl Guard {
    /// A guard that lets public addresses pass, and those in `allowed`.
    #[must_use]
    pub fn new(allowed: &[IpNet]) -> Self {
        Self { allowed: allowed.into() }
    }

    /// Why an address may not be contacted; `None` when it may.
    #[must_use]
    pub fn objection(&self, address: IpAddr) -> Option<&'static str> {
        let address = address.to_canonical();
        if self.allowed.iter().any(|net| net.contains(&address)) {
            return None;
        }
        match address {
            IpAddr::V4(v4) => objection_v4(v4),
            IpAddr::V6(v6) => match embedded(v6) {
                Some(inside) => self.objection(IpAddr::V4(inside)),
                None => objection_v6(v6),
            },
        }
    }

    /// Judges the host of a URL as far as it is an address. Names are judged when they are resolved.
    ///
    /// # Errors
    /// When the host is an address that may not be contacted.
    pub fn check(&self, host: &Host<&str>) -> Result<(), Refused> {
        let address: IpAddr = match *host {
            Host::Ipv4(v4) => v4.into(),
            Host::Ipv6(v6) => v6.into(),
            Host::Domain(_) => return Ok(()),
        };
        self.admit(&address.to_string(), address)
    }

    /// Judges a host whose name a proxy will resolve: names that mean this machine are addresses too.
    ///
    /// # Errors
    /// When the host is, by its spelling, an address that may not be contacted.
    pub fn check_behind_proxy(&self, host: &Host<&str>) -> Result<(), Refused> {
        match host {
            Host::Domain(name) if is_localhost(name) => self.admit(name, Ipv4Addr::LOCALHOST.into()),
            _ => self.check(host),
        }
    }

    fn admit(&self, host: &str, address: IpAddr) -> Result<(), Refused> {
        match self.objection(address) {
            Some(kind) => Err(Refused { host: host.to_owned(), address, kind }),
            None => Ok(()),
        }
    }

    /// Those of a name's addresses that may be contacted.
    ///
    /// # Errors
    /// When there are addresses, but none that may be contacted.
    pub fn sieve(&self, host: &str, found: Vec<SocketAddr>) -> Result<Vec<SocketAddr>, Refused> {
        let mut refused = None;
        let mut admitted = Vec::with_capacity(found.len());
        for socket in found {
            match self.admit(host, socket.ip()) {
                Ok(()) => admitted.push(socket),
                Err(why) => refused = refused.or(Some(why)),
            }
        }
        match refused {
            Some(why) if admitted.is_empty() => Err(why),
            _ => Ok(admitted),
        }
    }
}

fn objection_v4(address: Ipv4Addr) -> Option<&'static str> {
    REFUSED_V4.iter().find(|(net, _)| net.contains(&address)).map(|(_, kind)| *kind)
}

fn objection_v6(address: Ipv6Addr) -> Option<&'static str> {
    if let Some((_, kind)) = REFUSED_V6.iter().find(|(net, _)| net.contains(&address)) {
        return Some(kind);
    }
    (!GLOBAL_V6.contains(&address)).then_some("reserved")
}

/// The IPv4 address that a packet to this one would reach in the end.
fn embedded(address: Ipv6Addr) -> Option<Ipv4Addr> {
    let o = address.octets();
    if SIX_TO_FOUR.contains(&address) {
        Some(Ipv4Addr::new(o[2], o[3], o[4], o[5]))
    } else if NAT64.contains(&address) {
        Some(Ipv4Addr::new(o[12], o[13], o[14], o[15]))
    } else {
        None
    }
}

fn is_localhost(name: &str) -> bool {
    let name = name.trim_end_matches('.').to_ascii_lowercase();
    name == "localhost" || name.ends_with(".localhost")
}

/// The system's resolver behind the guard.
#[derive(Debug, Clone)]
pub struct GuardedResolver {
    pub guard: Guard,
    /// The host of a proxy: the user named it, wherever it is.
    pub trusted: Option<String>,
}

impl Resolve for GuardedResolver {
    fn resolve(&self, name: Name) -> Resolving {
        let guard = self.guard.clone();
        let host = name.as_str().to_owned();
        let trusted = self.trusted.as_deref() == Some(host.as_str());
        Box::pin(async move {
            // Port 0: the connector puts the URL's own in its place.
            let found: Result<Vec<_>, _> =
                tokio::net::lookup_host((host.as_str(), 0)).await.map(Iterator::collect);
            let found = found.map_err(|why| Unresolved { host: host.clone(), why })?;
            let admitted = if trusted { found } else { guard.sieve(&host, found)? };
            Ok(Box::new(admitted.into_iter()) as Addrs)
        })
    }
}
