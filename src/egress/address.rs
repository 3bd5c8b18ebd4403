//! Address ranges that a connection may go to.

use std::{
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
    sync::Arc,
};

use ipnet::IpNet;

/// Address ranges in which a peer is allowed although they are not public.
#[derive(Clone, Debug, Default)]
pub struct Networks(Arc<[IpNet]>);

impl Networks {
    /// Returns the ranges of a registration or a setting.
    #[must_use]
    pub fn new(ranges: &[IpNet]) -> Self {
        Self(ranges.into())
    }

    /// Whether `address` is in one of the ranges.
    #[must_use]
    pub fn contains(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        !CREDENTIALS.contains(&address) && self.0.iter().any(|range| range.contains(&address))
    }

    /// Whether a connection over TLS may go to `address`: public, or in one of the ranges.
    #[must_use]
    pub fn allow(&self, address: IpAddr) -> bool {
        self.contains(address) || is_public(address)
    }
}

/// Metadata services of clouds, which return the credentials of a machine. They have private addresses.
const CREDENTIALS: [IpAddr; 3] = [
    IpAddr::V4(Ipv4Addr::new(100, 100, 100, 200)),
    IpAddr::V6(Ipv6Addr::new(0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x254)),
    IpAddr::V6(Ipv6Addr::new(0xfd20, 0xce, 0, 0, 0, 0, 0, 0x254)),
];

/// Ranges in which a private address of a peer is accepted. Link-local addresses are left out: they include the
/// metadata services of clouds.
const PRIVATE_RANGES: [&str; 7] =
    ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "127.0.0.0/8", "fc00::/7", "::1/128"];

/// Parses an address range. A single address is the range of itself.
///
/// # Errors
/// A description of the expected form.
pub fn parse_network(text: &str) -> Result<IpNet, &'static str> {
    let single = || text.parse::<IpAddr>().map(IpNet::from);
    text.parse().or_else(|_| single()).map_err(|_| "expected an address or a range such as 10.20.0.0/16")
}

/// Whether a range is within one of the accepted private ranges.
#[must_use]
pub fn is_private_range(range: &IpNet) -> bool {
    PRIVATE_RANGES.iter().filter_map(|wide| wide.parse::<IpNet>().ok()).any(|wide| wide.contains(range))
}

/// Whether an address is globally reachable (IANA special-purpose registries).
#[must_use]
pub fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => is_public_v4(v4),
        IpAddr::V6(v6) => is_public_v6(v6),
    }
}

fn is_public_v4(v4: Ipv4Addr) -> bool {
    let [a, b, c, _] = v4.octets();
    let shared = a == 100 && (64..128).contains(&b);
    let special = a == 0 || a >= 240 || (a == 192 && b == 0 && c == 0) || (a == 198 && (b == 18 || b == 19));
    let relay = a == 192 && b == 88 && c == 99;
    !(v4.is_loopback()
        || v4.is_private()
        || v4.is_link_local()
        || v4.is_documentation()
        || v4.is_multicast()
        || v4.is_broadcast()
        || shared
        || special
        || relay)
}

fn is_public_v6(v6: Ipv6Addr) -> bool {
    let s = v6.segments();
    if let Some(v4) = embedded_v4(v6) {
        return is_public_v4(v4);
    }
    // Only 2000::/3 is global unicast. Loopback, ULA, link-local and multicast are outside of it.
    let global = (s[0] & 0xe000) == 0x2000;
    let documentation = (s[0] == 0x2001 && s[1] == 0x0db8) || s[0] == 0x3fff;
    let protocol = s[0] == 0x2001 && s[1] < 0x0200;
    global && !documentation && !protocol
}

/// Returns the IPv4 address inside a mapped, 6to4 or NAT64 address, to which the packet is routed.
fn embedded_v4(v6: Ipv6Addr) -> Option<Ipv4Addr> {
    let segments = v6.segments();
    let v4 = |high: u16, low: u16| Ipv4Addr::from(u32::from(high) << 16 | u32::from(low));
    match segments {
        [0x0064, 0xff9b, 0, 0, 0, 0, high, low] | [0x2002, high, low, ..] => Some(v4(high, low)),
        _ => v6.to_ipv4_mapped(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// DSC-11, D02: loopback, private and special ranges, also as IPv4 inside IPv6.
    #[test]
    fn refuses_addresses_that_are_not_public() {
        for text in [
            "127.0.0.1",
            "127.1.2.3",
            "0.0.0.0",
            "10.0.0.1",
            "172.16.0.1",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "192.0.2.1",
            "198.18.0.1",
            "224.0.0.1",
            "255.255.255.255",
            "240.0.0.1",
            "::1",
            "::",
            "fd00::1",
            "fe80::1",
            "ff02::1",
            "2001:db8::1",
            "::ffff:127.0.0.1",
            "64:ff9b::7f00:1",
            "2002:7f00:1::",
        ] {
            assert!(!is_public(text.parse().unwrap()), "{text}");
        }
    }

    #[test]
    fn accepts_public_addresses() {
        for text in ["8.8.8.8", "99.79.1.1", "2606:4700::1", "::ffff:8.8.8.8"] {
            assert!(is_public(text.parse().unwrap()), "{text}");
        }
    }

    /// M04: no registration can allow all addresses, or the metadata service of a cloud.
    #[test]
    fn accepts_only_ranges_within_private_ranges() {
        for text in ["10.20.0.0/16", "127.0.0.1/32", "192.168.0.0/16", "fd12::/16", "::1/128"] {
            assert!(is_private_range(&text.parse().unwrap()), "{text}");
        }
        for text in [
            "0.0.0.0/0",
            "::/0",
            "10.0.0.0/7",
            "169.254.0.0/16",
            "169.254.169.254/32",
            "8.8.8.0/24",
            "fe80::/10",
            "224.0.0.0/4",
            "::ffff:0:0/96",
        ] {
            assert!(!is_private_range(&text.parse().unwrap()), "{text}");
        }
    }

    #[test]
    fn parses_a_single_address_as_a_range_of_itself() {
        for (text, range) in
            [("127.0.0.1", "127.0.0.1/32"), ("fd00::5", "fd00::5/128"), ("10.20.0.0/16", "10.20.0.0/16")]
        {
            assert_eq!(parse_network(text).unwrap(), range.parse().unwrap());
        }
        assert!(parse_network("10.0.0.0/99").is_err() && parse_network("ehr").is_err());
    }

    /// M04: also when an allowed range contains them.
    #[test]
    fn refuses_metadata_services_of_clouds() {
        let all = ["100.64.0.0/10", "fc00::/7"].map(|text| text.parse().unwrap());
        for text in ["100.100.100.200", "fd00:ec2::254", "fd20:ce::254"] {
            assert!(!Networks::new(&all).allow(text.parse().unwrap()), "{text}");
        }
        assert!(Networks::new(&all).allow("fd00:ec2::253".parse().unwrap()));
    }

    #[test]
    fn allows_only_addresses_within_the_range() {
        let networks = Networks::new(&["10.1.0.0/16".parse().unwrap()]);
        assert!(networks.allow("10.1.2.3".parse().unwrap()));
        assert!(networks.allow("::ffff:10.1.2.3".parse().unwrap()));
        assert!(!networks.allow("10.2.0.1".parse().unwrap()));
    }
}
