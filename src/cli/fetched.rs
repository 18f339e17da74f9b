//! A document that a person named by its URL.

use std::net::IpAddr;

use ipnet::IpNet;
use url::Host;

use crate::config::{self, Config};
use crate::daemon::outside;
use crate::news::errand::Reply;

/// Gets it once, within the limits of `[fetch]`. A private address that a person typed is meant; one
/// that an answer redirects to is not.
///
/// # Errors
/// In words.
pub fn get(url: &str) -> Result<Reply, String> {
    let config = config::load_without_secrets(&super::config_path(None)).config;
    let typed = typed_address(url).map(IpNet::from);
    let reply = outside::fetch_one(url, config.as_ref().map(order), typed);
    reply.map_err(|fault| format!("{}: {}", fault.class.name(), fault.detail))
}

fn order(config: &Config) -> &config::Fetch {
    &config.fetch
}

fn typed_address(url: &str) -> Option<IpAddr> {
    match url::Url::parse(url).ok()?.host()? {
        Host::Ipv4(address) => Some(address.into()),
        Host::Ipv6(address) => Some(address.into()),
        Host::Domain(_) => None,
    }
}
