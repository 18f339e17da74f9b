//! Which addresses may be contacted: judged only, none is.

use std::fs;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::Path;

use ipnet::IpNet;
use proptest::prelude::*;
use url::{Host, Url};
use wirewatch::net::guard::Guard;

#[test]
fn check() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/guard/addresses.txt");
    let text = fs::read_to_string(file).unwrap();
    let lines: Vec<_> = text.lines().filter(|line| !line.starts_with('#')).collect();
    assert!(lines.len() > 60);
    let faults: Vec<_> = lines.into_iter().filter_map(differs).collect();
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

fn differs(line: &str) -> Option<String> {
    let (literal, expected) = line.split_once(' ').unwrap();
    let url = Url::parse(&format!("http://{literal}/")).unwrap();
    let host = url.host().unwrap();
    assert!(!matches!(host, Host::Domain(_)), "{literal} is a name");
    let found = Guard::new(&[]).check(&host).err().map_or("-", |refused| refused.kind);
    (found != expected.trim()).then(|| format!("{literal}: {found}, expected {}", expected.trim()))
}

fn guard(allowed: &str) -> Guard {
    Guard::new(&[allowed.parse::<IpNet>().unwrap()])
}

fn socket(address: &str) -> SocketAddr {
    SocketAddr::new(address.parse().unwrap(), 0)
}

#[test]
fn what_the_user_allows_is_allowed() {
    let home = guard("192.168.1.0/24");
    assert_eq!(home.objection("192.168.1.7".parse().unwrap()), None);
    assert_eq!(home.objection("::ffff:192.168.1.7".parse().unwrap()), None);
    assert_eq!(home.objection("192.168.2.7".parse().unwrap()), Some("private"));
    assert_eq!(guard("fd00::/8").objection("fd12::1".parse().unwrap()), None);
}

#[test]
fn of_a_name_with_good_and_bad_addresses_the_good_are_used() {
    let found = vec![socket("10.0.0.1"), socket("8.8.8.8"), socket("::1")];
    assert_eq!(Guard::new(&[]).sieve("mixed.example", found), Ok(vec![socket("8.8.8.8")]));
}

#[test]
fn of_a_name_with_bad_addresses_only_the_first_is_named() {
    let found = vec![socket("10.0.0.1"), socket("::1")];
    let refused = Guard::new(&[]).sieve("inside.example", found).unwrap_err();
    assert_eq!((refused.host.as_str(), refused.kind), ("inside.example", "private"));
    assert_eq!(Guard::new(&[]).sieve("nothing.example", Vec::new()), Ok(Vec::new()));
}

#[test]
fn a_proxy_may_not_be_sent_to_this_machine_by_name() {
    for name in ["localhost", "LOCALHOST.", "feeds.localhost"] {
        let url = Url::parse(&format!("http://{name}/")).unwrap();
        assert!(Guard::new(&[]).check_behind_proxy(&url.host().unwrap()).is_err(), "{name}");
        assert!(guard("127.0.0.1/32").check_behind_proxy(&url.host().unwrap()).is_ok(), "{name}");
    }
}

proptest! {
    /// However an IPv4 address is wrapped, it is judged like itself.
    #[test]
    fn wrapping_changes_nothing(v4: u32, tail: [u16; 5]) {
        let guard = Guard::new(&[]);
        let bare = guard.objection(IpAddr::V4(Ipv4Addr::from(v4)));
        let (high, low) = ((v4 >> 16) as u16, (v4 & 0xffff) as u16);
        let [a, b, c, d, e] = tail;
        let wrapped = [
            Ipv6Addr::new(0, 0, 0, 0, 0, 0xffff, high, low),
            Ipv6Addr::new(0x64, 0xff9b, 0, 0, 0, 0, high, low),
            Ipv6Addr::new(0x2002, high, low, a, b, c, d, e),
        ];
        for address in wrapped {
            prop_assert_eq!(guard.objection(IpAddr::V6(address)), bare, "{}", address);
        }
    }

    /// Only 2000::/3 and the wrapped addresses are ever public.
    #[test]
    fn the_rest_of_ipv6_is_refused(groups: [u16; 8]) {
        let address = Ipv6Addr::from(groups);
        let public = Guard::new(&[]).objection(IpAddr::V6(address)).is_none();
        prop_assert!(!public || groups[0] >> 13 == 1 || address.to_ipv4_mapped().is_some());
    }
}
