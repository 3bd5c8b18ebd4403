//! Name resolution that drops addresses a peer may not have.

use std::{
    io,
    net::{IpAddr, SocketAddr},
    sync::Arc,
};

use futures_util::future::BoxFuture;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use super::{address::Networks, error::Blocked};

/// Function that resolves a name to its current addresses.
pub(super) type Lookup = Arc<dyn Fn(Name) -> BoxFuture<'static, io::Result<Vec<IpAddr>>> + Send + Sync>;

/// Returns the resolver of the operating system.
pub(super) fn system_lookup() -> Lookup {
    Arc::new(|name| {
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            Ok(found.map(|address| address.ip()).collect())
        })
    })
}

/// DNS resolver that drops every address the peer may not have.
///
/// The HTTP client connects to exactly the addresses returned here, so DNS rebinding between check and use has no
/// effect.
#[derive(Clone)]
pub(super) struct CheckedResolver {
    pub(super) networks: Networks,
    pub(super) plain_http: bool,
    pub(super) lookup: Lookup,
}

/// Address that a name resolves to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Resolved {
    /// IP address.
    pub address: IpAddr,
    /// Whether this peer may have the address.
    pub allowed: bool,
}

impl CheckedResolver {
    pub(super) fn allows(&self, address: IpAddr) -> bool {
        if self.plain_http { self.networks.contains(address) } else { self.networks.allow(address) }
    }

    pub(super) fn judge(&self, address: IpAddr) -> Resolved {
        Resolved { address, allowed: self.allows(address) }
    }

    pub(super) async fn look_up(&self, name: Name) -> io::Result<Vec<Resolved>> {
        Ok((self.lookup)(name).await?.into_iter().map(|address| self.judge(address)).collect())
    }
}

impl Resolve for CheckedResolver {
    fn resolve(&self, name: Name) -> Resolving {
        let resolver = self.clone();
        Box::pin(async move {
            let found = resolver.look_up(name).await?;
            let allowed = found.into_iter().filter(|found| found.allowed);
            let allowed: Vec<SocketAddr> = allowed.map(|found| SocketAddr::new(found.address, 0)).collect();
            if allowed.is_empty() {
                return Err(Blocked.into());
            }
            Ok(Box::new(allowed.into_iter()) as Addrs)
        })
    }
}
