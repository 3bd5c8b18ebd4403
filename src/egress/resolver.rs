use std::{
    io,
    net::{IpAddr, SocketAddr},
};

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

/// An address a name resolves to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Resolved {
    /// The address.
    pub address: IpAddr,
    /// Whether this peer may have it.
    pub allowed: bool,
}

impl Guard {
    pub(super) fn allows(&self, address: IpAddr) -> bool {
        if self.plain_http { self.networks.contains(address) } else { self.networks.allow(address) }
    }

    pub(super) fn judge(&self, address: IpAddr) -> Resolved {
        Resolved { address, allowed: self.allows(address) }
    }

    pub(super) async fn look_up(&self, name: &str) -> io::Result<Vec<Resolved>> {
        Ok(tokio::net::lookup_host((name, 0)).await?.map(|found| self.judge(found.ip())).collect())
    }
}

impl Resolve for Guard {
    fn resolve(&self, name: Name) -> Resolving {
        let (networks, plain_http) = (self.networks.clone(), self.plain_http);
        Box::pin(async move {
            let found = Guard { networks, plain_http }.look_up(name.as_str()).await?;
            let allowed: Vec<SocketAddr> = found
                .iter()
                .filter(|found| found.allowed)
                .map(|found| SocketAddr::new(found.address, 0))
                .collect();
            if allowed.is_empty() {
                return Err(Blocked.into());
            }
            Ok(Box::new(allowed.into_iter()) as Addrs)
        })
    }
}
