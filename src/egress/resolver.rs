use std::net::{IpAddr, SocketAddr};

use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use super::{address::Networks, error::Blocked};

/// Resolves names and drops every address that may not be connected to.
///
/// The connection is made to exactly the addresses returned here, so a name that changes its answer between
/// check and use gains nothing.
pub(super) struct Guard {
    pub(super) networks: Networks,
    pub(super) plain_http: bool,
}

impl Guard {
    pub(super) fn allows(&self, address: IpAddr) -> bool {
        if self.plain_http { self.networks.contains(address) } else { self.networks.allow(address) }
    }
}

impl Resolve for Guard {
    fn resolve(&self, name: Name) -> Resolving {
        let (networks, plain_http) = (self.networks.clone(), self.plain_http);
        Box::pin(async move {
            let guard = Guard { networks, plain_http };
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let allowed: Vec<SocketAddr> = found.filter(|address| guard.allows(address.ip())).collect();
            if allowed.is_empty() {
                return Err(Blocked.into());
            }
            Ok(Box::new(allowed.into_iter()) as Addrs)
        })
    }
}
