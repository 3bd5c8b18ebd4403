use std::{
    io,
    net::{IpAddr, SocketAddr},
    sync::Arc,
};

use futures_util::future::BoxFuture;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use super::{address::Networks, error::Blocked};

/// Finds the addresses of a name, at this moment.
pub(super) type Lookup = Arc<dyn Fn(Name) -> BoxFuture<'static, io::Result<Vec<IpAddr>>> + Send + Sync>;

/// Asks as the machine is told to.
pub(super) fn system_lookup() -> Lookup {
    Arc::new(|name| {
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            Ok(found.map(|address| address.ip()).collect())
        })
    })
}

/// Resolves names and drops every address that may not be connected to.
///
/// The connection is made to exactly the addresses returned here, so a name that changes its answer between
/// check and use gains nothing.
#[derive(Clone)]
pub(super) struct Guard {
    pub(super) networks: Networks,
    pub(super) plain_http: bool,
    pub(super) lookup: Lookup,
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

    pub(super) async fn look_up(&self, name: Name) -> io::Result<Vec<Resolved>> {
        Ok((self.lookup)(name).await?.into_iter().map(|address| self.judge(address)).collect())
    }
}

impl Resolve for Guard {
    fn resolve(&self, name: Name) -> Resolving {
        let guard = self.clone();
        Box::pin(async move {
            let found = guard.look_up(name).await?;
            let allowed = found.into_iter().filter(|found| found.allowed);
            let allowed: Vec<SocketAddr> = allowed.map(|found| SocketAddr::new(found.address, 0)).collect();
            if allowed.is_empty() {
                return Err(Blocked.into());
            }
            Ok(Box::new(allowed.into_iter()) as Addrs)
        })
    }
}
